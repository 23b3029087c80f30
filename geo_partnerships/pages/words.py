"""Figures, distances and directions in words."""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote

from geo_partnerships.views.compass import bearing

if TYPE_CHECKING:
    from collections.abc import Iterable

MILE = 1_609.344
"""Metres."""
_KEY = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_DEVICE = re.compile(r"con|prn|aux|nul|com\d|lpt\d")


def distance(metres: float | None, *, miles: bool = True) -> str:
    """Return a distance for a sentence: metres when short, else kilometres, with miles unless they are not wished."""
    if metres is None:
        return "distance not known"
    if metres < 0.5:  # noqa: PLR2004 - it rounds to nothing
        return "on the same site"
    if metres < 995:  # noqa: PLR2004 - from here on it rounds to one kilometre
        return f"{max(10, round(metres, -1)):.0f}\u00a0m"
    kilometres = f"{metres / 1000:,.1f}\u00a0km"
    return f"{kilometres} ({metres / MILE:,.1f}\u00a0miles)" if miles else kilometres


def metres(value: float | None) -> str:
    """Return whole metres for a column of figures; empty where there is none."""
    return "" if value is None else f"{value:,.0f}"


def credit_line(attributions: Iterable[str]) -> str:
    """Return whom a map credits, in one line, without what another credit says as well."""
    told = list(dict.fromkeys(filter(None, attributions)))
    return " · ".join(one for one in told if not any(one != other and one in other for other in told))


def placed_by(point_source: str) -> str:
    """Say where a school's point comes from; empty where it is a register's, which needs no word."""
    return "" if point_source.lower().startswith("register") else point_source


def away(start: tuple[float, float] | None, end: tuple[float, float] | None) -> str:
    """Return how far and in which direction one point lies from another, such as ``850 m north-east``."""
    if start is None or end is None:
        return "no point on the map"
    return f"{distance(math.dist(start, end), miles=False)} {bearing(start, end)}".strip()


def more_words(name: str, aliases: Iterable[str]) -> str:
    """Return the words of other names that are not in the name itself, each once."""
    known = set(folded(name).split())
    words = (word for alias in aliases for word in folded(alias).split())
    return " ".join(dict.fromkeys(word for word in words if word not in known))


def folded(text: str) -> str:
    """Return a text as searches compare it: small letters and digits, without accents and apostrophes."""
    plain = unicodedata.normalize("NFKD", text).lower()
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"[\u0300-\u036f\u2019'`.]", "", plain)).strip()


def file_stem(key: str) -> str:
    """Return a key as a file name or an id: itself where it is plain, else a digest of it.

    Text from data never reaches a file name: only small letters, digits and inner hyphens pass, and no name
    that an operating system keeps for a device.
    """
    if _KEY.fullmatch(key) and "--" not in key and not _DEVICE.fullmatch(key):
        return key
    return "k--" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def fragment(key: str) -> str:
    """Return a key as it stands in the part of a link after ``#``."""
    return quote(key, safe="", errors="replace")
