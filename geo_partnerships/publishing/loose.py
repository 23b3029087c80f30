"""Files in a folder that holds the user's own, too: those that this program wrote there are noted in it."""

from __future__ import annotations

import hashlib
import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from geo_partnerships.errors import UsageError
from geo_partnerships.publishing.manifest import is_inside, is_there
from geo_partnerships.publishing.ownership import is_as_stated, move_aside
from geo_partnerships.whole_files import read_own_json, write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NOTED = ".geo-partnerships-written.json"
FORMAT = "geo-partnerships written files"


def write_files(folder: Path, files: Mapping[str, str], *, private: bool = False) -> tuple[Path, ...]:
    """Write files in the order given, in the place of all that this program wrote into the folder before.

    A file there that is not as this program wrote it is the user's: where its name is needed it is renamed
    ``NAME.before-1`` or the next number that is free, else it stays.

    Parameters
    ----------
    files
        Text by relative path.
    private
        True where nobody but the user may read them.

    Returns
    -------
    tuple of Path
        Where files of the user's are kept.

    Raises
    ------
    UsageError
        A folder on the way to a file is a link or a file.
    OSError
        The disk refuses.
    """
    for name in files:
        _refuse_detour(folder, name)
    known = _noted(folder)
    made = {name: hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest() for name, text in files.items()}
    # Both what stands there and what is to come is noted first: whenever this is stopped, either is known for its own.
    coming = {name: {digest} for name, digest in made.items()}
    _note(folder, {n: known.get(n, set()) | coming.get(n, set()) for n in {*known, *coming}}, private=private)
    kept = []
    for name, text in files.items():
        path = folder / name
        if is_as_stated(path, made[name]):
            continue
        if is_there(path) and not any(is_as_stated(path, digest) for digest in known.get(name, ())):
            kept.append(move_aside(path, path))
        write_whole(path, text.encode("utf-8", "backslashreplace"), private=private)
    for name in known.keys() - files.keys():
        if not _leads_elsewhere(folder, name) and any(is_as_stated(folder / name, digest) for digest in known[name]):
            (folder / name).unlink()
    _note(folder, coming, private=private)
    return tuple(kept)


def remove_written(folder: Path) -> None:
    """Remove what this program wrote into a folder and nobody changed, and the folder where nothing else is in it."""
    if not is_there(folder / NOTED):
        return
    write_files(folder, {})
    (folder / NOTED).unlink()
    if not any(folder.iterdir()):
        folder.rmdir()


def _refuse_detour(folder: Path, name: str) -> None:
    if way := _leads_elsewhere(folder, name):
        raise UsageError(f"{way} is a link or a file, so nothing is written into it. Give another --output.")


def _leads_elsewhere(folder: Path, name: str) -> Path | None:
    """Return what stands on the way to a file and is no folder; None where nothing is."""
    ways = (folder / parent for parent in list(PurePosixPath(name).parents)[:-1])
    return next((way for way in ways if way.is_symlink() or (is_there(way) and not way.is_dir())), None)


def _noted(folder: Path) -> dict[str, set[str]]:
    """Return the digests of what this program wrote, by relative path; none where no such note can be read."""
    try:
        found = read_own_json(folder / NOTED)
        if found["format"] != FORMAT:
            return {}
        return {name: set(map(str, digests)) for name, digests in found["files"].items() if is_inside(name)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _note(folder: Path, files: Mapping[str, set[str]], *, private: bool) -> None:
    listed = {name: sorted(digests) for name, digests in sorted(files.items())}
    write_whole(folder / NOTED, json.dumps({"format": FORMAT, "files": listed}, indent=0) + "\n", private=private)
