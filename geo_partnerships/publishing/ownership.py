"""Whose a folder is: nothing is removed but what this program wrote and nobody has touched since."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from geo_partnerships.publishing.manifest import (
    MANIFEST,
    below,
    digest_of,
    is_plain_file,
    is_plain_folder,
    is_there,
    stated_files,
)
from geo_partnerships.whole_files import free_name

if TYPE_CHECKING:
    from pathlib import Path


class Owner(Enum):
    """Whose the files of a folder are."""

    NOBODY = auto()
    """It is empty."""
    PROGRAM = auto()
    """All that is there is as it was published; some of it may be gone."""
    BOTH = auto()
    """It was published, and something was added or changed since."""
    USER = auto()


def owner_of(folder: Path) -> Owner:
    """Return whose the files of a folder are.

    A manifest alone proves nothing, since it can be copied: one file at least must be as it states, and every file
    where it has no mark.

    Raises
    ------
    OSError
        Something in it cannot be read.
    """
    if not is_plain_folder(folder):
        return Owner.USER
    if (found := stated_files(folder)) is None:
        return Owner.USER if any(folder.iterdir()) else Owner.NOBODY
    stated, marked = found
    there = {path.relative_to(folder).as_posix(): path for path in below(folder)}
    folders = {name for name, path in there.items() if is_plain_folder(path)}
    same = {name for name, digest in stated.items() if name in there and is_as_stated(there[name], digest)}
    if folders <= _folders_of(stated) and there.keys() - folders <= same | {MANIFEST}:
        return Owner.PROGRAM if marked or len(same) == len(stated) else Owner.USER
    return Owner.BOTH if marked and same else Owner.USER


def remove_published(folder: Path) -> None:
    """Remove a folder of the program's own, file by file as its manifest states, the manifest last.

    Raises
    ------
    OSError
        Something is in it that the manifest does not state; that stays.
    """
    stated, _ = stated_files(folder) or ({}, False)
    for name in stated:
        (folder / name).unlink(missing_ok=True)
    for name in sorted(_folders_of(stated), key=len, reverse=True):
        if is_plain_folder(folder / name):
            (folder / name).rmdir()
    (folder / MANIFEST).unlink(missing_ok=True)
    folder.rmdir()


def remove_if_own(folder: Path) -> bool:
    """Remove a folder where all in it is the program's own; return whether nothing of it is left."""
    if not is_there(folder):
        return True
    owner = owner_of(folder)
    if owner is Owner.NOBODY:
        folder.rmdir()
    elif owner is Owner.PROGRAM:
        remove_published(folder)
    return owner in {Owner.NOBODY, Owner.PROGRAM}


def move_aside(path: Path, beside: Path) -> Path:
    """Rename a file or folder to the first free one of ``NAME.before-1``, ``NAME.before-2`` … and return that path."""
    kept = free_name(beside, lambda n: f"{beside.name}.before-{n}")
    path.rename(kept)
    return kept


def is_as_stated(path: Path, digest: str) -> bool:
    """Whether a plain file has a digest.

    Raises
    ------
    OSError
        It cannot be read.
    """
    return is_plain_file(path) and digest_of(path) == digest


def _folders_of(stated: dict[str, str]) -> set[str]:
    """Return every folder that a stated file is in; an empty one beside them was added by somebody."""
    parents = {parent.as_posix() for name in stated for parent in PurePosixPath(name).parents}
    return parents - {"."}
