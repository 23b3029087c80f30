"""Put a whole folder in place at once: readers see the old one or the new one, never a mixture."""

from __future__ import annotations

import ctypes
import os
import shutil
from typing import TYPE_CHECKING

from geo_partnerships.errors import UsageError
from geo_partnerships.publishing.manifest import MANIFEST, write_manifest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def publish_folder(target: Path, write: Callable[[Path], object]) -> None:
    """Write a folder and swap it in.

    Parameters
    ----------
    target
        Folder to replace; what stood there is removed once the new one is in place.
    write
        Fills the empty folder it is given.

    Raises
    ------
    UsageError
        The target exists and was not published by this program, or the disk refuses.
    """
    if target.is_symlink() or (target.exists() and not _is_ours(target)):
        raise UsageError(
            f"{target} was not written by this program, so it is left alone. Give another folder with --output."
        )
    staging = target.with_name(f".{target.name}.staging")
    try:
        _remove(staging)
        staging.mkdir(parents=True)
        write(staging)
        write_manifest(staging)
        _sync_tree(staging)
        _swap(staging, target)
        _sync(target.parent)
        _remove(staging)
    except OSError as error:
        shutil.rmtree(staging, ignore_errors=True)
        reason = error.strerror or str(error)
        raise UsageError(
            f"{target} could not be written ({reason}); what stood there is untouched."
        ) from None
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def _is_ours(folder: Path) -> bool:
    return folder.is_dir() and ((folder / MANIFEST).is_file() or not any(folder.iterdir()))


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _swap(staging: Path, target: Path) -> None:
    if not target.exists():
        staging.rename(target)
    elif not _exchange(staging, target):
        # Where the file system cannot exchange two folders there is a moment without one.
        old = target.with_name(f".{target.name}.old")
        _remove(old)
        target.rename(old)
        staging.rename(target)
        _remove(old)


def _exchange(a: Path, b: Path) -> bool:
    """Exchange two folders in one step; False where the system cannot."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    status: int = renameat2(_AT_FDCWD, os.fsencode(a), _AT_FDCWD, os.fsencode(b), _RENAME_EXCHANGE)
    return status == 0


def _sync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
