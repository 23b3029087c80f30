"""The pages of one authority as part of a site of many: scripts and styles shared by all, and a way up."""

from __future__ import annotations

import hashlib
import re
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from geo_partnerships.exports import write_exports
from geo_partnerships.pages.document import Assets, all_assets
from geo_partnerships.pages.scene import Scene
from geo_partnerships.pages.site import Site
from geo_partnerships.pages.words import file_stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from geo_partnerships.views.model import View

ASSETS = "assets"
FIGURES = ("schools", "partnerships", "objective", "lower_bound", "mean_distance_m", "measured", "places")
# Quotation marks of data are escaped in every page, so that nothing but the pages' own links can match.
_LINK = re.compile(r'(href|src)="((?:\.\./)?)assets/([a-z]+\.(?:css|js))"')
_HEADER = re.compile("(?=<header)")
_WAY_UP = (
    '<nav class="facts-line" aria-label="Site"><div class="wrap"><p><a href="{}index.html">All authorities</a></p>'
    "</div></nav>\n"
)
_NOT_INDEXED = '<meta name="robots" content="noindex">\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthoritySite:
    """What one authority brings to the site.

    Parameters
    ----------
    files
        Pages and downloads by path below the authority's own folder.
    record
        What overview, index and search need, as plain data.
    """

    files: dict[str, bytes]
    record: dict[str, Any]


def authority_site(view: View, key: str, name: str) -> AuthoritySite:
    """Return the pages of an authority and its record.

    Parameters
    ----------
    view
        What the public may see of its plan.
    key
        Name of its folder.
    name
        Name of the authority.
    """
    site = Site(view, Assets.SHARED)
    parts_ = {PurePosixPath(path).name: text for path, text in site.shared_files()}
    own = {name: text for name, text in parts_.items() if name not in all_assets()}
    renamed = {name: f"{ASSETS}/{hashed(name, text)}" for name, text in own.items()}
    files = {renamed[name]: _bytes(text) for name, text in own.items()}
    for path, text in site.pages():
        files[path] = _bytes(_joined_up(text, path, renamed, agreed=view.status == "agreed"))
    files |= dict(_downloads(view))
    return AuthoritySite(files=files, record=_record(view, key, name))


@cache
def _shared_names() -> Mapping[str, str]:
    """Return the names that the site's own folder has them under."""
    return {name: hashed(name, text) for name, text in all_assets().items()}


def hashed(name: str, text: str) -> str:
    """Return a file name that changes with the text, so that a cache may keep the file for ever."""
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(text.encode()).hexdigest()[:12]}.{ending}"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _joined_up(text: str, path: str, own: Mapping[str, str], *, agreed: bool) -> str:
    """Return a page that takes its assets from the whole site and leads up to it."""
    up = "../" * (path.count("/") + 1)

    def link(found: re.Match[str]) -> str:
        attribute, root, name = found.groups()
        if name in own:
            return f'{attribute}="{root}{own[name]}"'
        return f'{attribute}="{up}{ASSETS}/{_shared_names()[name]}"'

    text = _LINK.sub(link, text)
    if agreed:
        text = text.replace(_NOT_INDEXED, "", 1)
    return _HEADER.sub(lambda _: _WAY_UP.format(up), text, count=1)


def _downloads(view: View) -> Iterator[tuple[str, bytes]]:
    with tempfile.TemporaryDirectory(prefix="geo-partnerships-") as name:
        for path in write_exports(view, Path(name)):
            yield path.name, path.read_bytes()


def _record(view: View, key: str, name: str) -> dict[str, Any]:
    """Return the schools in the order of their partnerships, the centre school first in each; then the others."""
    scene = Scene(view)
    placed: set[str] = set()
    groups = []
    for partnership in view.partnerships:
        rows = [_school(scene, m.urn) for m in partnership.members if m.urn not in placed]
        placed |= {m.urn for m in partnership.members}
        groups.append([partnership.number, partnership.name, partnership.size, partnership.colour, rows])
    rest = [_school(scene, urn) for urn in scene.everyone if urn not in placed]
    figures = dict(view.figures)
    return {
        "key": key,
        "name": name,
        "status": view.status,
        "groups": groups,
        "rest": rest,
        "figures": {field: figures.get(field) for field in FIGURES},
        "attributions": list(view.context.attributions),
    }


def _school(scene: Scene, urn: str) -> list[Any]:
    """Return key, name, phase, postcode, file name of the page, easting and northing."""
    school = scene.everyone[urn]
    east, north = (None, None) if school.easting is None else (round(school.easting), round(school.northing or 0))
    return [urn, school.name, str(school.phase), school.postcode or school.district, file_stem(urn), east, north]
