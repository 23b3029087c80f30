"""What operating systems do differently: locks, bringing names to the disk, ports, what a terminal can show."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import stat
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import TextIO

WINDOWS = os.name == "nt"
RAW = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
"""Flags of a file that is opened by its descriptor: not passed on to other programs, its line ends as they are."""
NOT_FOLLOWED = getattr(os, "O_NOFOLLOW", 0)
"""Flag by which a link is not followed, where the system has it."""
RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
"""Names that Windows keeps for devices, with any ending."""
_BEYOND = 1 << 40  # Windows locks bytes, which others then cannot read: one that no file has
_AGAIN_S = 0.05
_NOTHING = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EBADF})


def is_file(path: Path) -> bool:
    """Whether a path leads to a file; one that somebody wrote may be longer than any name, and leads nowhere then."""
    return stat.S_ISREG(_mode(path))


def is_folder(path: Path) -> bool:
    """Whether a path that somebody wrote leads to a folder."""
    return stat.S_ISDIR(_mode(path))


def exists(path: Path) -> bool:
    """Whether a path that somebody wrote leads to anything."""
    return _mode(path) != 0


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except ValueError:  # it has a character that no name has
        return 0
    except OSError as error:
        if error.errno in _NOTHING:
            return 0
        raise


def lock(handle: int, *, wait: bool) -> None:
    """Hold an open file for this process until it is closed; the lock dies with the process.

    Raises
    ------
    BlockingIOError
        Another process holds it, and `wait` is False.
    OSError
        Files cannot be locked there.
    """
    try:
        fcntl: Any = import_module("fcntl")
    except ImportError:
        _lock_by_byte(handle, import_module("msvcrt"), wait=wait)
    else:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


def _lock_by_byte(handle: int, msvcrt: Any, *, wait: bool) -> None:
    """Lock as Windows does, which knows no waiting without an end."""
    before = os.lseek(handle, 0, os.SEEK_CUR)
    try:
        while True:
            os.lseek(handle, _BEYOND, os.SEEK_SET)
            try:
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            except PermissionError as error:
                if not wait:
                    raise BlockingIOError(error.errno, "another process holds the file") from None
                time.sleep(_AGAIN_S)
            else:
                return
    finally:
        os.lseek(handle, before, os.SEEK_SET)


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk; Windows brings names there by itself."""
    if WINDOWS and path.is_dir():
        return
    handle = os.open(path, (os.O_RDWR if WINDOWS else os.O_RDONLY) | RAW)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def set_mode(handle: int, path: Path, mode: int) -> None:
    """Set the permissions of an open file."""
    if hasattr(os, "fchmod"):
        os.fchmod(handle, mode)
    else:
        path.chmod(mode)


def hold_port(listener: socket.socket) -> None:
    """Have a port to oneself, and at once after the one who had it ended.

    On Windows the option for the second lets others take a port that is in use; there is another one for the first.
    """
    if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)


def show_all_characters(streams: Iterable[TextIO]) -> None:
    """Have streams take any character: where output goes to a file, Windows writes an alphabet of its own."""
    for stream in streams:
        if (stream.encoding or "utf-8").lower().replace("-", "") != "utf8":
            with contextlib.suppress(AttributeError):  # what stands in for a stream may have an encoding for life
                stream.reconfigure(encoding="utf-8")  # type: ignore[attr-defined] # only files of the system have it


def is_administrator() -> bool:
    """Whether the program runs as the administrator of a POSIX system."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def is_reserved(name: str) -> bool:
    """Return True for a name that is no file's on Windows."""
    return name.partition(".")[0].strip().lower() in RESERVED


def refusal(error: OSError) -> str:
    """Return in words why the disk refuses, and what to do where a program such as Excel holds a file open."""
    why = error.strerror or type(error).__name__
    if WINDOWS and isinstance(error, PermissionError):
        return f"{why}. If the file is open in another program, such as Excel, close it there and try again"
    return why
