"""Opening input: regular local files only, of a bounded size, read once."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.limits import FILE_BYTES

if TYPE_CHECKING:
    from pathlib import Path

    from geo_partnerships.intake.formats.findings_log import Noticed

LIMIT = FILE_BYTES
ARCHIVES = {
    b"PK\x03\x04": "ZIP",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"7z\xbc\xaf": "7-Zip",
}
# A path object folds the two slashes of an address into one; one letter alone is a Windows drive.
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:/")


def is_remote(path: str) -> bool:
    """Return True for names that a geospatial library would look for elsewhere than on the disk."""
    plain = path.replace("\\", "/").lower()
    return plain.startswith("/vsi") or bool(_SCHEME.match(plain))


def is_local_file(path: Path, noticed: Noticed) -> bool:
    """Return True where `path` is a regular file; say what it is where not."""
    if is_remote(str(path)):
        noticed.error(
            "file-not-regular",
            f"{shown(str(path))} is no file on this computer.",
            "Save a copy on the disk and name that.",
        )
        return False
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        noticed.error("file-missing", "The file is not there.", "Check the folder and the spelling.")
        return False
    except (OSError, ValueError) as problem:
        noticed.error("file-unreadable", f"The file cannot be looked at ({_reason(problem)}).", "Check its name.")
        return False
    if not stat.S_ISREG(mode):
        noticed.error("file-not-regular", f"This is {_kind(mode)}, not a file.", "Name a file.")
        return False
    return True


def is_absent(path: Path) -> bool:
    """Return True where there is nothing at `path`, not even something that cannot be read."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def read_bytes(path: Path, noticed: Noticed, limit: int = LIMIT) -> bytes | None:
    """Return the bytes of the regular file at `path`, or None and an error finding.

    Parameters
    ----------
    limit
        Most bytes that are read; a longer file is refused before it is read.
    """
    if not is_local_file(path, noticed):
        return None
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as opened:
            known = os.fstat(opened.fileno())
            if not stat.S_ISREG(known.st_mode):
                noticed.error("file-not-regular", "This is no regular file any more.", "Name a file.")
                return None
            data = opened.read(limit + 1) if known.st_size <= limit else None
    except (OSError, ValueError) as problem:
        noticed.error("file-unreadable", f"The file cannot be read ({_reason(problem)}).", "Check who may read it.")
        return None
    if data is None or len(data) > limit:
        noticed.error(
            "file-too-large",
            f"The file holds more than {limit // 1_000_000} MB.",
            "Leave only the schools and columns that are needed.",
        )
        return None
    return data


def refuse_archive(data: bytes, noticed: Noticed) -> bool:
    """Return True, with an error finding, where `data` is an archive."""
    kind = next((name for start, name in ARCHIVES.items() if data.startswith(start)), "")
    if kind:
        noticed.error(
            "file-archive",
            f"The file is a {kind} archive or a workbook, not the text its name promises.",
            "Unpack it, or give a workbook its own ending (.xlsx).",
        )
    return bool(kind)


def _reason(problem: Exception) -> str:
    text = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
    return text.lower()


def _kind(mode: int) -> str:
    kinds = {
        stat.S_IFDIR: "a folder",
        stat.S_IFIFO: "a pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
    }
    return kinds.get(stat.S_IFMT(mode), "something else")


def named(path: Path) -> str:
    """Return the file's name without its folder, for findings."""
    return path.name or str(path)
