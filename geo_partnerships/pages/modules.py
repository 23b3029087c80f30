"""Join ES modules into one plain script: a page opened from a file can load no module."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from functools import cache
from importlib.resources import files

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.{1,2}/[^"]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class) )", re.MULTILINE)
_EXPORTED = re.compile(r"^export (?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)
_DECLARED = re.compile(r"^(?:export )?(?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)
_UNKNOWN = re.compile(r"^(?:import\b|export\b|(?:const|let|var) [{\[]).*", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?:/\*.*?\*/|//[^\n]*)", re.DOTALL | re.MULTILINE)


@cache
def joined(entry: str) -> str:
    """Return a module and all that it imports as one script without comments and indentation.

    Each module stands before those that import it, and none leaves a name outside the script.

    Parameters
    ----------
    entry
        Path of the module within the package, such as ``pages/assets/map.js``.

    Raises
    ------
    ValueError
        Where a module imports what another does not export, modules import each other in a circle, two declare the
        same name, or one is written in a way that this does not join: imports and exports other than by name.
    """
    order: list[str] = []
    sources: dict[str, str] = {}
    _collect(entry, (), order, sources)
    declared: dict[str, str] = {}
    for path in order:
        for name in _DECLARED.findall(sources[path]):
            if name in declared:
                raise ValueError(f"{declared[name]} and {path} both declare {name}: give one of them another name")
            declared[name] = path
    body = "".join(squeezed_js(_EXPORT.sub("", _IMPORT.sub("", sources[path]))) for path in order)
    return f'(function(){{\n"use strict";\n{body}}})();\n'


@cache
def built(name: str) -> str:
    """Return a script of the pages with short inner names, as ``scripts/make_scripts.py`` makes it.

    Where the modules have been changed since, they are joined as they are: right, and twice as long.
    """
    text = joined(f"pages/assets/{name}")
    folder = files("geo_partnerships") / "pages" / "assets" / "built"
    made_of = json.loads((folder / "made_of.json").read_text(encoding="utf-8"))
    if made_of.get(name) != hashlib.sha256(text.encode("utf-8")).hexdigest():
        return text
    return (folder / name).read_text(encoding="utf-8")


def squeezed_js(text: str) -> str:
    """Return a script without indentation and without comments at the start of a line; no string has two lines."""
    lines = (line.strip() for line in _COMMENT.sub("", text).splitlines())
    return "".join(f"{line}\n" for line in lines if line)


def _collect(path: str, above: tuple[str, ...], order: list[str], sources: dict[str, str]) -> None:
    """Put a module after all that it imports."""
    if path in above:
        raise ValueError(f"modules import each other: {' → '.join((*above, path))}")
    if path in sources:
        return
    sources[path] = text = _source(path)
    for names, source in _IMPORT.findall(text):
        other = posixpath.normpath(posixpath.join(posixpath.dirname(path), source))
        _collect(other, (*above, path), order, sources)
        _refuse_missing(path, names, other, sources[other])
    if strange := _UNKNOWN.search(_EXPORT.sub("", _IMPORT.sub("", text))):
        raise ValueError(f"{path}: cannot join {strange[0]!r}: import and export single names")
    order.append(path)


def _source(path: str) -> str:
    return files("geo_partnerships").joinpath(*path.split("/")).read_text(encoding="utf-8")


def _refuse_missing(path: str, names: str, other: str, text: str) -> None:
    exported = set(_EXPORTED.findall(text))
    for name in filter(None, (name.strip() for name in names.split(","))):
        if name not in exported:
            raise ValueError(f"{path} imports {name}, which {other} does not export")
