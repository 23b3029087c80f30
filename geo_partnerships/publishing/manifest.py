"""The manifest of a published folder: every file with its SHA-256.

It tells damage and carelessness; whoever can change a file can change the manifest, too.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from geo_partnerships.intake.noticing import is_unprintable

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFEST = "manifest.json"


def file_digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below `folder` but the manifest, by relative path, sorted."""
    return {name: _digest(path) for name, path in sorted(_entries(folder)) if path.is_file()}


def write_manifest(folder: Path) -> Path:
    """Write the manifest of `folder` into it."""
    path = folder / MANIFEST
    path.write_text(json.dumps({"files": file_digests(folder)}, indent=1) + "\n", encoding="utf-8")
    return path


def verify(folder: Path) -> list[str]:
    """Hash a published folder again and return what differs from its manifest, one sentence each."""
    path = folder / MANIFEST
    try:
        if path.is_symlink():
            return [f"{MANIFEST} is a link: this is not a published folder."]
        stated = json.loads(path.read_text(encoding="utf-8"))["files"]
    except (FileNotFoundError, NotADirectoryError):
        return [f"{MANIFEST} is missing: this is not a published folder."]
    except (ValueError, KeyError, TypeError, OSError, RecursionError):
        return [f"{MANIFEST} cannot be read."]
    if not isinstance(stated, dict):
        return [f"{MANIFEST} cannot be read."]
    try:
        found = dict(sorted(_entries(folder)))
    except OSError as error:
        return [f"The folder cannot be listed ({error.strerror})."]
    changed = [
        sentence for name in sorted(stated) if name in found and (sentence := _change(found[name], name, stated[name]))
    ]
    missing = [f"{_shown(name)} is missing." for name in sorted(stated) if name not in found]
    added = [f"{_shown(name)} is not in the manifest." for name in found if name not in stated]
    return [*changed, *missing, *added]


def _entries(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield everything below a folder that is no folder, links and pipes too, but the manifest."""
    for path in below(folder):
        name = path.relative_to(folder).as_posix()
        if name != MANIFEST and (path.is_symlink() or not path.is_dir()):
            yield name, path


def below(folder: Path) -> Iterator[Path]:
    """Yield everything below a folder; links are not followed.

    Raises
    ------
    OSError
        A folder cannot be listed; ``Path.rglob`` would leave it out without a word.
    """
    for here, folders, files in os.walk(folder, onerror=_raise):
        yield from (Path(here) / name for name in (*folders, *files))


def _raise(error: OSError) -> NoReturn:
    raise error


def _change(path: Path, name: str, stated: object) -> str:
    if path.is_symlink() or not path.is_file():
        return f"{_shown(name)} is no longer a plain file."
    try:
        return "" if _digest(path) == stated else f"{_shown(name)} differs."
    except OSError as error:
        return f"{_shown(name)} cannot be read ({error.strerror})."


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _shown(name: str) -> str:
    return "".join("�" if is_unprintable(character) else character for character in name)
