"""The files that a problem is read from, and a digest of what is in them."""

from __future__ import annotations

import contextlib
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from geo_partnerships.api.running import locate
from geo_partnerships.systems import is_file, is_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

USUAL = frozenset(
    {"schools", "survey", "standing", "names", "letter-2015", "judgements", "leaders", "columns", "country"}
)
BOUNDARIES, NAMED = "boundaries", "named"


def sources(data: Path, named: Mapping[str, str | None]) -> dict[str, Path]:
    """Return every file that a problem of the folder can be read from, by its place in a copy.

    Parameters
    ----------
    named
        The files that the scenario names, by the keys of its ``data``; with each, those beside it that differ in
        their ending only, such as a survey's sidecar or the parts of a shapefile.
    """
    found = {path.name: path for path in files_in(data) if path.stem in USUAL}
    found |= {f"{BOUNDARIES}/{path.name}": path for path in files_in(data / BOUNDARIES)}
    for part, value in named.items():
        path = locate(value, data) if value else None
        if path is not None and is_folder(path):
            inside = (file for file in sorted(path.rglob("*")) if file.is_file())
            found |= {f"{NAMED}/{part}/{path.name}/{file.relative_to(path).as_posix()}": file for file in inside}
        elif path is not None and is_file(path):
            found |= {f"{NAMED}/{part}/{file.name}": file for file in files_in(path.parent) if file.stem == path.stem}
    return dict(sorted(found.items()))


def digest_of_files(data: Path, named: Mapping[str, str | None]) -> str:
    """Return a digest of the content of every file that a problem can be read from."""
    return name_of_content({place: digest_of(path) for place, path in sources(data, named).items()})


def name_of_content(held: Mapping[str, str]) -> str:
    """Return a name for files by their places and the digests of their content."""
    text = "".join(f"{place}\0{digest}\n" for place, digest in sorted(held.items()))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:24]


def files_in(folder: Path) -> Iterator[Path]:
    """Yield the regular files of a folder, in order."""
    if folder.is_dir():
        with contextlib.suppress(OSError):
            yield from (path for path in sorted(folder.iterdir()) if path.is_file())


def digest_of(path: Path) -> str:
    """Return the digest of a file's content; empty where it cannot be read, or is gone by now."""
    try:
        known = path.stat()
        return _digest_of(path, known.st_ino, known.st_size, known.st_mtime_ns, known.st_ctime_ns)
    except OSError:
        return ""


@lru_cache(maxsize=1024)
def _digest_of(path: Path, *_: int) -> str:
    """Return the digest of a file; asked again only where its size or its times are others."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
