"""The manifest of a published folder: this program's mark, and every file with its SHA-256.

It tells damage and carelessness; whoever can change a file can change the manifest, too.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from geo_partnerships.characters import printable
from geo_partnerships.limits import MANIFEST_BYTES
from geo_partnerships.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFEST = "manifest.json"
LONGEST_NAME = 255  # bytes of a file's name on the usual disks
MARK = {"format": "geo-partnerships published folder", "version": 1}
"""What no other program's file of that name holds: a web app has a ``manifest.json``, too."""


def file_digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below `folder` but the manifest, by relative path, sorted."""
    return {name: digest_of(path) for name, path in sorted(_entries(folder)) if path.is_file()}


def write_manifest(folder: Path) -> Path:
    """Write the manifest of `folder` into it."""
    path = folder / MANIFEST
    write_whole(path, _text({**MARK, "files": file_digests(folder)}))
    return path


def stated_files(folder: Path) -> tuple[dict[str, str], bool] | None:
    """Return the files that a folder's manifest states, with their digests, and whether it has this program's mark.

    None where there is no manifest of this program's, or one that was changed; folders published before manifests
    had a mark have none.

    Raises
    ------
    OSError
        It is there and cannot be read.
    """
    path = folder / MANIFEST
    if not is_plain_file(path):
        return None
    try:
        text = _manifest_text(path)
        found = json.loads(text)
        files, marked = found["files"], found == {**MARK, "files": found["files"]}
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(files, dict) or text != _text(found) or not (marked or found == {"files": files}):
        return None
    return (files, marked) if all(map(is_inside, files)) else None


def _manifest_text(path: Path) -> str:
    """Return a manifest's text; raise ValueError where it is none, or larger than any."""
    with path.open("rb") as file:
        data = file.read(MANIFEST_BYTES + 1)
    if len(data) > MANIFEST_BYTES:
        raise ValueError(f"it holds more than {MANIFEST_BYTES // 1_000_000} MB")
    return data.decode("utf-8")


def is_inside(name: str) -> bool:
    """Whether a name is a file's within its folder on any system, however a manifest came by it."""
    parts = name.split("/")
    return (
        name.isprintable()
        and not {"", ".", ".."} & set(parts)
        and not set("\\:") & set(name)
        and all(len(part.encode("utf-8")) <= LONGEST_NAME for part in parts)
    )


def _text(manifest: dict[str, Any]) -> str:
    return json.dumps(manifest, indent=1) + "\n"


def verify(folder: Path) -> list[str]:
    """Hash a published folder again and return what differs from its manifest, one sentence each."""
    path = folder / MANIFEST
    try:
        if path.is_symlink():
            return [f"{MANIFEST} is a link: this is not a published folder."]
        stated = json.loads(_manifest_text(path))["files"]
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
    missing = [f"{printable(name)} is missing." for name in sorted(stated) if name not in found]
    added = [f"{printable(name)} is not in the manifest." for name in found if name not in stated]
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


def is_plain_file(path: Path) -> bool:
    """Whether a file is there and no link to one; a disk that cannot tell is no *no*."""
    return _kind(path) == stat.S_IFREG


def is_plain_folder(path: Path) -> bool:
    """Whether a folder is there and no link to one; a disk that cannot tell is no *no*."""
    return _kind(path) == stat.S_IFDIR


def is_there(path: Path) -> bool:
    """Whether something is there, a broken link too; a disk that cannot tell is no *no*."""
    return _kind(path) != 0


def _kind(path: Path) -> int:
    try:
        return stat.S_IFMT(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return 0


def _change(path: Path, name: str, stated: object) -> str:
    if path.is_symlink() or not path.is_file():
        return f"{printable(name)} is no longer a plain file."
    try:
        return "" if digest_of(path) == stated else f"{printable(name)} differs."
    except OSError as error:
        return f"{printable(name)} cannot be read ({error.strerror})."


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
