"""Files that are there whole or as they were before, whenever their writer is stopped."""

from __future__ import annotations

import json
import os
import stat
from itertools import count
from typing import TYPE_CHECKING, Any

from geo_partnerships.limits import OWN_BYTES
from geo_partnerships.systems import RAW, set_mode, sync

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


def read_own_json(path: Path) -> Any:
    """Return what is in a JSON file that this program wrote, which others may have changed since.

    Raises
    ------
    OSError
        It is not there, or cannot be read.
    ValueError
        It is no JSON, nested too deep, or larger than any.
    """
    with path.open("rb") as file:
        data = file.read(OWN_BYTES + 1)
    if len(data) > OWN_BYTES:
        raise ValueError(f"it holds more than {OWN_BYTES // 1_000_000} MB")
    try:
        return json.loads(data.decode("utf-8"))
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def write_whole(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Write a file beside the old one, bring both it and its name to the disk, and let it take its place.

    Its folder is made where it is missing; text is UTF-8, and its line ends stay as they are.

    Parameters
    ----------
    private
        True where nobody but the user may read it; else it keeps the permissions of the file it replaces.

    Raises
    ------
    OSError
        The disk refuses; what stood there is untouched, unless bringing the new name to the disk is what failed.
    """
    make_folder(path.parent, private=private)
    data = content.encode("utf-8") if isinstance(content, str) else content
    mode = PRIVATE_FILE if private else _mode_of(path)
    staged, handle = _beside(path, 0o666 if mode is None else PRIVATE_FILE)
    try:
        with os.fdopen(handle, "wb") as file:
            if mode is not None:
                set_mode(file.fileno(), staged, mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        staged.replace(path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    sync(path.parent)


def make_folder(path: Path, *, private: bool = False) -> None:
    """Make a folder and those above it where they are missing, their names brought to the disk.

    Parameters
    ----------
    private
        True where nobody but the user may look into it; a folder that is there keeps its permissions.
    """
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(mode=PRIVATE_FOLDER if private else 0o777, exist_ok=True)
    sync(path.parent)


def write_keeping(path: Path, content: str | bytes, *, private: bool = False) -> Path | None:
    """Write a file as `write_whole`; one that is there and holds anything else is renamed first, never replaced.

    Returns
    -------
    Path or None
        Where what stood there is kept: ``NAME.before-1`` or the next number that is free.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    kept = None
    if os.path.lexists(path):
        if path.is_file() and not path.is_symlink() and path.read_bytes() == data:
            return None
        kept = free_name(path, lambda n: f"{path.name}.before-{n}")
        path.rename(kept)
    write_whole(path, data, private=private)
    return kept


def free_name(path: Path, named: Callable[[int], str]) -> Path:
    """Return the first of the names for 1, 2, 3 … beside a path that nothing has, not even a broken link."""
    return next(found for n in count(1) if not os.path.lexists(found := path.with_name(named(n))))


def _mode_of(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


def _beside(path: Path, mode: int) -> tuple[Path, int]:
    """Open a file beside a path under a hidden name that nobody has: what has one may be the user's."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | RAW
    while True:
        staged = free_name(path, lambda n: f".{path.name}.{os.getpid()}-{n}")
        try:
            return staged, os.open(staged, flags, mode)
        except FileExistsError:
            continue
