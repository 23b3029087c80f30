"""What the program does where another system lies under it: an imitation of Windows, and which names are used where."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from geo_partnerships import systems
from geo_partnerships.errors import UsageError
from geo_partnerships.scenarios.edit import write_new
from tests.village import write_village

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "geo_partnerships"
POSIX_MODULES = {"crypt", "fcntl", "grp", "nis", "ossaudiodev", "posix", "pty", "pwd", "readline", "resource", "spwd",
                 "syslog", "termios", "tty"}  # fmt: skip
POSIX_NAMES = {
    "os": {"O_CLOEXEC", "O_DIRECTORY", "O_DSYNC", "O_NOCTTY", "O_NOFOLLOW", "O_NONBLOCK", "O_SYNC", "O_TMPFILE",
           "chown", "chroot", "fchdir", "fchmod", "fchown", "fdatasync", "fork", "forkpty", "getegid", "geteuid",
           "getgid", "getgroups", "getloadavg", "getpgid", "getpriority", "getresuid", "getsid", "getuid", "initgroups",
           "killpg", "lchown", "lockf", "mkfifo", "mknod", "nice", "openpty", "posix_fadvise", "pread", "pwrite",
           "readv", "sched_getaffinity", "sched_yield", "sendfile", "setgid", "setsid", "setuid", "statvfs", "sync",
           "sysconf", "ttyname", "uname", "wait", "wait3", "wait4", "writev"},
    "signal": {"SIGALRM", "SIGCHLD", "SIGCONT", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGSTOP", "SIGUSR1",
               "SIGUSR2", "alarm", "pause", "pthread_kill", "setitimer", "sigwait"},
    "socket": {"AF_UNIX", "SO_REUSEPORT", "socketpair"},
    "time": {"tzset"},
}  # fmt: skip
GUARDED = {("processors.py", "os.sched_getaffinity"), ("systems.py", "os.fchmod"), ("systems.py", "os.geteuid")}
"""Used only behind a look whether they are there."""
NOT_ON_WINDOWS = {("publishing/folder.py", "ctypes.CDLL(None)")}
"""Fails there, and is caught."""


def modules_with(*words: str) -> Iterator[tuple[Path, ast.AST]]:
    """Yield the modules of the package in which one of the words stands."""
    word = re.compile(rf"\b({'|'.join(words)})\b")
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if word.search(text):
            yield path, ast.parse(text)


def uses_of(tree: ast.AST) -> set[str]:
    """Return what a module uses that only POSIX has."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.split(".")[0] in POSIX_MODULES}
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} & POSIX_MODULES
            found |= {f"{node.module}.{a.name}" for a in node.names if a.name in POSIX_NAMES.get(node.module, ())}
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found |= {f"{node.value.id}.{node.attr}"} if node.attr in POSIX_NAMES.get(node.value.id, ()) else set()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "CDLL":
            found.add(f"ctypes.CDLL({node.args[0].value})")
    return found


def test_what_only_posix_has_is_used_in_known_places_behind_a_look_whether_it_is_there() -> None:
    used = {
        (path.relative_to(PACKAGE).as_posix(), use)
        for path, tree in modules_with(
            *POSIX_MODULES, *(name for names in POSIX_NAMES.values() for name in names), "CDLL"
        )
        for use in uses_of(tree)
    }
    assert used == GUARDED | NOT_ON_WINDOWS


@pytest.mark.parametrize(
    ("code", "use"),
    [
        ("import fcntl", "fcntl"),
        ("from resource import getrusage", "resource"),
        ("import os\nos.fork()", "os.fork"),
        ("from os import getuid", "os.getuid"),
        ("import signal\nsignal.SIGKILL", "signal.SIGKILL"),
    ],
)
def test_such_a_use_would_be_found(code, use) -> None:
    assert uses_of(ast.parse(code)) == {use}


def test_text_files_are_opened_with_their_encoding_named() -> None:
    """Where it is not, Windows reads and writes an alphabet of its own."""
    for path, tree in modules_with("read_text", "write_text"):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr in {"read_text", "write_text"}:
                assert any(k.arg == "encoding" for k in node.keywords), f"{path.name}:{node.lineno}"


# The imitation.


def under_the_imitation(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """Run the command as if POSIX were not there; its output goes to a file of the alphabet cp1252."""
    return subprocess.run(
        [sys.executable, "-m", "tests.imitated_windows", *arguments],
        cwd=cwd, capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "cp1252"},
    )  # fmt: skip


def test_the_main_job_runs_where_posix_is_not_there(tmp_path) -> None:
    data = write_village(tmp_path / "data")
    arguments = ("run", "village", "--data", str(data), "--output", "out")
    ran = under_the_imitation("--again", *arguments, cwd=tmp_path)  # the second takes the place of the first
    assert ran.returncode == 0, ran.stderr.decode("utf-8")
    assert "Gap to the best possible" in ran.stdout.decode("utf-8")
    assert (tmp_path / "out" / "village" / "index.html").is_file()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [".geo-partnerships.lock", "village"]


def test_a_file_that_another_program_holds_open_is_told_with_what_to_do(tmp_path) -> None:
    data = write_village(tmp_path / "data")
    arguments = ("run", "village", "--data", str(data), "--output", "out")
    held = under_the_imitation("--holding", "out/village/plan.xlsx", *arguments, cwd=tmp_path)
    assert held.returncode == 2
    told = held.stderr.decode("utf-8")
    assert "close it there and try again" in told
    assert "what stood there is untouched" in told
    assert (tmp_path / "out" / "village" / "plan.xlsx").is_file()


# Its parts.


def test_a_file_that_is_held_is_not_held_twice_unless_it_is_waited_for(tmp_path) -> None:
    path = tmp_path / "held"
    first, second = (os.open(path, os.O_RDWR | os.O_CREAT) for _ in range(2))
    systems.lock(first, wait=False)
    with pytest.raises(BlockingIOError):
        systems.lock(second, wait=False)
    os.close(first)
    systems.lock(second, wait=True)
    os.close(second)


@pytest.mark.parametrize("name", ["con", "aux", "com1", "lpt9"])
def test_a_scenario_is_not_called_like_a_device(tmp_path, name) -> None:
    with pytest.raises(UsageError, match="device"):
        write_new(name, tmp_path, "", {"title": "x"})


def test_only_whole_names_are_devices() -> None:
    assert systems.is_reserved("NUL")
    assert systems.is_reserved("con.toml")
    assert not systems.is_reserved("console")
    assert not systems.is_reserved("com10")
