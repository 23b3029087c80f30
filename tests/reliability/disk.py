"""A disk that refuses its k-th operation, and a small site to publish on it."""

from __future__ import annotations

import builtins
import errno
import fcntl
import io
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import pytest

from geo_partnerships.errors import UsageError
from geo_partnerships.publishing import folder as publishing_folder
from geo_partnerships.publishing import lock_folder, publish_folder, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

OF_OS = ("open", "mkdir", "rename", "replace", "unlink", "rmdir", "fsync", "scandir", "listdir", "stat", "lstat")


class Disk:
    """Counts file operations and refuses the k-th; with ``stays``, every one from there on."""

    def __init__(self, refuse: int | None, code: int = errno.EIO, *, stays: bool = False) -> None:
        self.refuse, self.code, self.stays = refuse, code, stays
        self.count = 0

    def step(self, what: str) -> None:
        """Count an operation, or refuse it."""
        self.count += 1
        if self.refuse is not None and (self.count == self.refuse or (self.stays and self.count > self.refuse)):
            raise OSError(self.code, f"{os.strerror(self.code)} on {what}")

    def wrap(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that steps before it does its work."""

        def stepping(*arguments: Any, **options: Any) -> Any:
            self.step(name)
            return real(*arguments, **options)

        return stepping

    def opening(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Return an ``open`` whose files step on each write and on closing what was written."""

        def opened(file: Any, *arguments: Any, **options: Any) -> Any:
            self.step("open")
            return _File(self, real(file, *arguments, **options))

        return opened


class _File:
    def __init__(self, disk: Disk, file: Any) -> None:
        self._disk, self._file = disk, file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __iter__(self) -> Any:
        return iter(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        if self._file.mode != "rb":
            self._disk.step("close")

    def write(self, data: Any) -> Any:
        self._disk.step("write")
        return self._file.write(data)


@contextmanager
def faulty(refuse: int | None, code: int = errno.EIO, *, stays: bool = False, exchange: int = 0) -> Iterator[Disk]:
    """Run with a disk that refuses its k-th operation.

    Parameters
    ----------
    exchange
        Code with which the exchange of two folders always fails; 0 where it works.
    """
    disk = Disk(refuse, code, stays=stays)
    real = publishing_folder._exchange

    def swap(a: Path, b: Path) -> None:
        disk.step("exchange")
        if exchange:
            raise OSError(exchange, os.strerror(exchange))
        real(a, b)

    with pytest.MonkeyPatch.context() as patch:
        for name in OF_OS:
            patch.setattr(os, name, disk.wrap(name, getattr(os, name)))
        patch.setattr(fcntl, "flock", disk.wrap("flock", fcntl.flock))
        patch.setattr(io, "open", disk.opening(io.open))
        patch.setattr(builtins, "open", disk.opening(builtins.open))
        patch.setattr(publishing_folder, "_exchange", swap)
        yield disk


def write_site(text: str) -> Callable[[Path], None]:
    """Return a writer of a site in which every file says `text`."""

    def write(folder: Path) -> None:
        (folder / "deep").mkdir()
        for name in ("index.html", "plan.csv", "deep/page.html"):
            (folder / name).write_text(text, encoding="utf-8")

    return write


def texts(target: Path) -> set[str]:
    """Return what the files of a published site say; the empty set where there is none."""
    return {p.read_text(encoding="utf-8") for p in target.rglob("*") if p.is_file() and p.name != "manifest.json"}


def publish_site(target: Path, text: str) -> None:
    """Publish the small site as the program does: under the lock of the folder around it."""
    with lock_folder(target.parent):
        publish_folder(target, write_site(text))


def outcome(target: Path, text: str) -> str:
    """Publish, and return what was said; empty where it went well."""
    try:
        publish_site(target, text)
    except UsageError as error:
        return str(error)
    return ""


def is_whole(target: Path, *allowed: str) -> bool:
    """Whether a site is there whole and says one of `allowed`, or is absent where the empty text is allowed."""
    if not target.exists():
        return "" in allowed
    return verify(target) == [] and len(texts(target)) == 1 and texts(target) <= set(allowed)
