"""Put a whole folder in place at once: readers see the old one or the new one, never a mixture.

The new folder is filled within a hidden one beside the target, brought to the disk, and exchanged with the target in
one step. A run that dies leaves at most that hidden folder, which the next run clears away. What was added to the old
folder or changed in it is the user's: such a folder is kept under another name.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from geo_partnerships.errors import UsageError
from geo_partnerships.publishing.manifest import below, is_plain_folder, is_there, write_manifest
from geo_partnerships.publishing.ownership import Owner, move_aside, owner_of, remove_if_own
from geo_partnerships.systems import refusal, sync
from geo_partnerships.whole_files import PRIVATE_FILE, PRIVATE_FOLDER, make_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HIDDEN_SUFFIX = ".geo-partnerships-new"
NEW, OLD = "new", "old"
FILLING, SWAPPING = "geo-partnerships-filling", "geo-partnerships-swapping"
"""Files that mark a hidden folder as this program's: until the swap begins all in it is, from then on it may not be."""
MANY_FILES = 64
AT_A_TIME = 8
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_CANNOT_EXCHANGE = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EXDEV}


def publish_folder(target: Path, write: Callable[[Path], object], *, private: bool = False) -> tuple[Path, ...]:
    """Write a folder and swap it in.

    Parameters
    ----------
    target
        Folder to replace. What stood there is removed once the new one is in place, if it is as it was published;
        with anything added to it or changed in it, it is renamed ``NAME.before-1`` or the next number that is free.
    write
        Fills the empty folder it is given.
    private
        True where nobody but the user may read it.

    Returns
    -------
    tuple of Path
        Where old folders are kept.

    Raises
    ------
    UsageError
        The target exists and was not published by this program, or the disk refuses.
    """
    hidden = _hidden(target)
    begun = False
    try:
        recovered = recover(target.parent, only=target.name)
        _refuse_foreign(target)
        _refuse_in_the_way(hidden)
        begun = True
        staging = _begin(hidden, private=private)
        write(staging)
        write_manifest(staging)
        if private:
            _make_private(staging)
        _sync_tree(staging)
        _refuse_foreign(target)  # again: somebody may have put files there while the new ones were written
        (hidden / FILLING).rename(hidden / SWAPPING)
        sync(hidden)
        _swap(staging, target)
    except BaseException as error:
        if begun:
            _settle_if_possible(hidden)
        refused = _disk_refusal(error)
        if refused is None:
            raise
        raise UsageError(
            f"{target} could not be written ({refusal(refused)}); what stood there is untouched."
        ) from None
    # From here on the new folder is in place; what is left of the old one can wait for the next run.
    kept = (*recovered, *_settle_if_possible(hidden))
    try:
        sync(target.parent)
    except OSError as error:
        raise UsageError(
            f"{target} is in place, but the disk did not confirm it ({refusal(error)}). Check the disk and run again."
        ) from None
    return kept


def recover(root: Path, only: str | None = None) -> tuple[Path, ...]:
    """Clear away what runs that died left in `root`; nobody else may be writing to it.

    An old folder whose place was still empty is put back; one that holds files of the user's is kept beside.

    Parameters
    ----------
    only
        Name of the one published folder whose remains are looked for; all by default.

    Returns
    -------
    tuple of Path
        Where old folders are kept.
    """
    names = [f".{only}{HIDDEN_SUFFIX}"] if only is not None else sorted(os.listdir(root))  # noqa: PTH208 - 3.11 to 3.13 alike
    remains = [root / name for name in names if name.startswith(".") and len(_target_name(name)) > 0]
    return tuple(kept for hidden in remains for kept in _settle(hidden))


def _target_name(hidden: str) -> str:
    return hidden[1 : -len(HIDDEN_SUFFIX)] if hidden.endswith(HIDDEN_SUFFIX) else ""


def _hidden(target: Path) -> Path:
    return target.with_name(f".{target.name}{HIDDEN_SUFFIX}")


def _begin(hidden: Path, *, private: bool) -> Path:
    """Make the hidden folder, marked before anything is in it, and return the folder to fill."""
    make_folder(hidden.parent)
    hidden.mkdir(mode=PRIVATE_FOLDER)
    (hidden / FILLING).touch()
    staging = hidden / NEW
    staging.mkdir(mode=PRIVATE_FOLDER if private else 0o777)
    return staging


def _settle(hidden: Path) -> tuple[Path, ...]:
    """Clear a hidden folder away as far as it is this program's, and return where old folders are kept."""
    if not is_plain_folder(hidden):
        return ()
    target = hidden.with_name(_target_name(hidden.name))
    kept: list[Path] = []
    if is_there(hidden / SWAPPING):
        if is_there(hidden / OLD) and not is_there(target):
            (hidden / OLD).rename(target)
        kept = [move_aside(left, target) for name in (OLD, NEW) if not remove_if_own(left := hidden / name)]
        (hidden / SWAPPING).unlink()
    elif is_there(hidden / FILLING):
        if is_there(hidden / NEW):
            shutil.rmtree(hidden / NEW)
        (hidden / FILLING).unlink()
    if not any(hidden.iterdir()):
        hidden.rmdir()
    return tuple(kept)


def _settle_if_possible(hidden: Path) -> tuple[Path, ...]:
    try:
        return _settle(hidden)
    except OSError:
        return ()


def _refuse_foreign(target: Path) -> None:
    if is_there(target) and owner_of(target) is Owner.USER:
        raise UsageError(
            f"{target} holds what this program did not write, so it is left alone. Give another folder with --output."
        )


def _refuse_in_the_way(hidden: Path) -> None:
    if is_there(hidden):
        raise UsageError(
            f"{hidden} is in the way and was not made by this program, so it is left alone. Give it another name, or "
            f"give another folder with --output."
        )


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


def _swap(staging: Path, target: Path) -> None:
    if not is_there(target):
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
    old = staging.with_name(OLD)
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


def _make_private(folder: Path) -> None:
    for path in below(folder):
        path.chmod(PRIVATE_FOLDER if path.is_dir() else PRIVATE_FILE)


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
