"""Put a whole folder in place at once: readers see the old one or the new one, never a mixture.

The new folder is filled under a hidden name beside the target, brought to the disk, and exchanged with the
target in one step. A run that dies leaves at most hidden folders, which the next run clears away.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from geo_partnerships.errors import UsageError
from geo_partnerships.publishing.manifest import MANIFEST, below, write_manifest
from geo_partnerships.whole_files import sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NEW_SUFFIX = ".geo-partnerships-new"
OLD_SUFFIX = ".geo-partnerships-old"
MANY_FILES = 64
AT_A_TIME = 8
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_CANNOT_EXCHANGE = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EXDEV}


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
    staging = _hidden(target, NEW_SUFFIX)
    try:
        recover(target.parent, only=target.name)
        _refuse_foreign(target)
        staging.mkdir(parents=True)
        write(staging)
        write_manifest(staging)
        _sync_tree(staging)
        _swap(staging, target)
    except BaseException as error:
        _clear(staging)
        refusal = _disk_refusal(error)
        if refusal is None:
            raise
        raise UsageError(
            f"{target} could not be written ({_reason(refusal)}); what stood there is untouched."
        ) from None
    # From here on the new folder is in place; what is left of the old one can wait for the next run.
    _clear(staging)
    _clear(_hidden(target, OLD_SUFFIX))
    try:
        sync(target.parent)
    except OSError as error:
        raise UsageError(
            f"{target} is in place, but the disk did not confirm it ({_reason(error)}). Check the disk and run again."
        ) from None


def recover(root: Path, only: str | None = None) -> None:
    """Clear away what runs that died left in `root`; nobody else may be writing to it.

    An old folder whose place was still empty is put back.

    Parameters
    ----------
    only
        Name of the one published folder whose remains are looked for; all by default.
    """
    for old in _remains(root, OLD_SUFFIX, only):
        target = root / old.name[1 : -len(OLD_SUFFIX)]
        if _exists(target) or not _is_folder(old):
            _remove(old)
        else:
            old.rename(target)
    for new in _remains(root, NEW_SUFFIX, only):
        _remove(new)


def _remains(root: Path, suffix: str, only: str | None) -> Iterator[Path]:
    names = [f".{only}{suffix}"] if only is not None else sorted(os.listdir(root))  # noqa: PTH208 - 3.11 to 3.13 alike
    for name in names:
        if name.startswith(".") and name.endswith(suffix) and len(name) > len(suffix) + 1:
            path = root / name
            if _exists(path):
                yield path


def _exists(path: Path) -> bool:
    """Whether something is there, a broken link too; a disk that cannot tell is no *no*."""
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    return True


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _hidden(target: Path, suffix: str) -> Path:
    return target.with_name(f".{target.name}{suffix}")


def _refuse_foreign(target: Path) -> None:
    if target.is_symlink() or (_exists(target) and not _is_ours(target)):
        raise UsageError(
            f"{target} was not written by this program, so it is left alone. Give another folder with --output."
        )


def _is_ours(folder: Path) -> bool:
    return folder.is_dir() and ((folder / MANIFEST).is_file() or not any(folder.iterdir()))


def _disk_refusal(error: BaseException) -> OSError | None:
    """Return the operating system's refusal that an error stems from, if it stems from one."""
    if isinstance(error, OSError):
        return error
    # Writers of other formats wrap it: as the reason they give, or as what they were handling.
    if isinstance(error, Exception):
        for inner in (*error.args, error.__cause__, error.__context__):
            if isinstance(inner, OSError):
                return inner
    return None


def _reason(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__


def _clear(folder: Path) -> None:
    with contextlib.suppress(OSError):
        _remove(folder)


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif _exists(path):
        shutil.rmtree(path)


def _swap(staging: Path, target: Path) -> None:
    if not _exists(target):
        staging.rename(target)
        return
    try:
        _exchange(staging, target)
    except OSError as error:
        if error.errno not in _CANNOT_EXCHANGE:
            raise
        _replace(staging, target)


def _replace(staging: Path, target: Path) -> None:
    """Swap where the file system cannot exchange two folders: there is a moment without one."""
    old = _hidden(target, OLD_SUFFIX)
    target.rename(old)
    try:
        staging.rename(target)
    except BaseException:
        old.rename(target)
        raise


def _exchange(a: Path, b: Path) -> None:
    """Exchange two folders in one step.

    Raises
    ------
    OSError
        With ``ENOSYS`` where the system knows no such call.
    """
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS)) from None
    if renameat2(_AT_FDCWD, os.fsencode(a), _AT_FDCWD, os.fsencode(b), _RENAME_EXCHANGE):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _sync_tree(folder: Path) -> None:
    """Bring a folder to the disk; of many files several at a time, which a disk takes together."""
    paths = sorted(below(folder))
    if len(paths) < MANY_FILES:
        for path in paths:
            sync(path)
    else:
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            for _ in pool.map(sync, paths):
                pass
    sync(folder)
