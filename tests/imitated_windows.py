"""The command line as it would be on Windows, as far as that can be imitated, for ``python -m tests.imitated_windows``.

Modules and names that only POSIX has are gone; a file is locked by bytes; a folder cannot be opened; what is open is
neither renamed nor replaced. The alphabet of the output is that of the variable ``PYTHONIOENCODING``. With ``--again``
the command is run twice, and with ``--holding FILE`` the second time while the file is open, as Excel holds it.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
import types
from pathlib import Path
from typing import Any

GONE = ("O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "fchmod", "fork", "getuid", "killpg", "sched_getaffinity", "statvfs")


def _msvcrt() -> types.ModuleType:
    """Return what locks on Windows, which refuses with another error than POSIX."""
    import fcntl

    module = types.ModuleType("msvcrt")

    def locking(handle: int, mode: int, size: int) -> None:
        assert (mode, size) == (module.LK_NBLCK, 1)
        assert os.lseek(handle, 0, os.SEEK_CUR) > 1 << 32, "what others read would be locked"
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PermissionError(errno.EACCES, "Permission denied") from None

    module.__dict__.update(LK_NBLCK=2, locking=locking)
    return module


def _open_files() -> set[str]:
    """Return the paths of what this process has open."""
    found = set()
    for link in Path("/proc/self/fd").iterdir():
        try:
            found.add(str(link.readlink()))
        except OSError:  # the folder itself was open while it was listed
            continue
    return found


def _not_while_open(real: Any) -> Any:
    def moved(source: Any, target: Any, **options: Any) -> None:
        for path in (source, target):
            place = os.path.realpath(path)
            if any(one == place or one.startswith(place + os.sep) for one in _open_files()):
                raise PermissionError(errno.EACCES, "Access is denied", os.fspath(path))
        real(source, target, **options)

    return moved


def imitate() -> None:
    """Take away what Windows has not, for this process."""
    import subprocess  # noqa: F401 - it takes msvcrt for a sign that it is on Windows, and would not find the rest

    sys.modules["msvcrt"] = _msvcrt()
    for name in ("fcntl", "grp", "pwd", "resource", "termios"):
        sys.modules[name] = None  # type: ignore[assignment] # an import of it fails
    import ctypes

    ctypes.CDLL = lambda name, *_, **__: (_ for _ in ()).throw(TypeError(name))  # no library of the process itself
    for name in GONE:
        if hasattr(os, name):
            delattr(os, name)
    socket.SO_EXCLUSIVEADDRUSE = socket.SO_REUSEADDR  # type: ignore[attr-defined] # only Windows has it
    real = os.open

    def open_file(path: Any, flags: int, *more: Any, **options: Any) -> int:
        if Path(path).is_dir():
            raise PermissionError(errno.EACCES, "Permission denied", os.fspath(path))
        return real(path, flags, *more, **options)

    os.open = open_file
    os.replace, os.rename = _not_while_open(os.replace), _not_while_open(os.rename)


def main() -> int:
    """Run the command line under the imitation."""
    imitate()
    from geo_partnerships import systems

    systems.WINDOWS = True
    from geo_partnerships.cli import main as command

    arguments = sys.argv[1:]
    if arguments[0] == "--again":
        return command(arguments[1:]) or command(arguments[1:])
    if arguments[0] != "--holding":
        return command(arguments)
    held, arguments = Path(arguments[1]), arguments[2:]
    assert command(arguments) == 0
    with held.open("rb"):
        return command(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
