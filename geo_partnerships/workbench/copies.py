"""Copies of the data that plans are made from: a desk works on what it took, whatever becomes of the files after."""

from __future__ import annotations

import hashlib
import os
import shutil
from typing import TYPE_CHECKING

from geo_partnerships.api.inputs import NAMED, digest_of, name_of_content, sources
from geo_partnerships.api.running import locate
from geo_partnerships.errors import GeoPartnershipsError
from geo_partnerships.systems import exists, sync

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DATA = "data"
"""The part that a copy is, and the folder of the workspace where copies are."""
CHUNK = 1_000_000


def take(data: Path, named: Mapping[str, str | None], folder: Path) -> str:
    """Copy the files that a problem is read from, and return the name of the copy: a digest of what is in it.

    Parameters
    ----------
    folder
        Where copies are kept; one of the same content is there once.

    Raises
    ------
    GeoPartnershipsError
        The disk refuses.
    """
    staged = folder / f".{os.getpid()}"
    try:
        for left in folder.glob(".*"):  # by a program that was stopped in the middle
            shutil.rmtree(left, ignore_errors=True)
        _make_private(staged)
        held = {place: _copied(path, staged / place) for place, path in sources(data, named).items()}
        target = folder / name_of_content(held)
        if target.is_dir():
            shutil.rmtree(staged)
        else:
            for made in (staged, *(path for path in staged.rglob("*") if path.is_dir())):
                sync(made)
            staged.rename(target)
            sync(folder)
    except OSError as error:
        shutil.rmtree(staged, ignore_errors=True)
        file = os.path.basename(error.filename or "")  # noqa: PTH119 - text or nothing, no path
        raise GeoPartnershipsError(f"The data could not be copied to the workspace: {file} {error.strerror}.") from None
    return target.name


def in_copy(copy: Path, data: Path, named: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return the files that a scenario names, as they lie in a copy.

    Raises
    ------
    GeoPartnershipsError
        One of them was not copied: the scenario named another file then.
    """
    found = dict(named)
    for part, value in named.items():
        if not value:
            continue
        here = copy / NAMED / part / locate(value, data).name
        if exists(here):
            found[part] = str(here)
        elif exists(locate(value, data)):
            raise GeoPartnershipsError(f"The scenario names another file of {part} by now: take the data anew first.")
    return found


def changes(data: Path, named: Mapping[str, str | None], copy: Path) -> tuple[str, ...]:
    """Say of each file what became of it since it was copied, in the order of their names."""
    now = {place: digest_of(path) for place, path in sources(data, named).items()}
    then = {path.relative_to(copy).as_posix(): digest_of(path) for path in sorted(copy.rglob("*")) if path.is_file()}
    words = []
    for place in sorted({*now, *then}):
        if now.get(place) != then.get(place):
            what = "is new" if place not in then else "is gone" if place not in now else "was changed"
            words.append(f"{place.removeprefix(f'{NAMED}/').rpartition('/')[2]} {what}")
    return tuple(words)


def _copied(source: Path, target: Path) -> str:
    """Copy a file to the disk and return the digest of what was copied."""
    _make_private(target.parent)
    total = hashlib.sha256()
    with source.open("rb") as read, open(target, "xb", opener=_private) as write:
        while chunk := read.read(CHUNK):
            total.update(chunk)
            write.write(chunk)
        write.flush()
        os.fsync(write.fileno())
    return total.hexdigest()


def _make_private(folder: Path) -> None:
    """Make a folder and every one above it that is missing, each the user's alone."""
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
