"""Put data into a page: JSON that is nothing but data, outlines as few digits as they need."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Generic, TypeVar

import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

Key = TypeVar("Key")

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_BRACE = re.compile(r"[{}]")
_ONLY_IN_STRINGS = re.compile("[<>&%#$`']")
_UNSAFE = {ord(c): f"\\u{ord(c):04x}" for c in "<>&%#$`'{}"}


def safe_json(data: object) -> str:
    """Return compact JSON that may stand in a ``<script type="application/json">``, whatever its strings hold.

    Every character that HTML, Jinja or a JavaScript template literal could take for its own is written as an
    escape inside the strings, so ``</script>``, ``{{ … }}`` and ``${…}`` stay text.
    """
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    if '\\"' not in text and not _BRACE.search("".join(text.split('"')[1::2])):  # the usual case, and far quicker
        return _ONLY_IN_STRINGS.sub(lambda found: _UNSAFE[ord(found[0])], text)
    return _STRING.sub(lambda found: found[0].translate(_UNSAFE), text)


def lines(shape: BaseGeometry) -> Iterator[NDArray[np.float64]]:
    """Yield the coordinates of every ring and line of a shape, rings without their closing point."""
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            for ring in (part.exterior, *part.interiors):
                yield shapely.get_coordinates(ring)[:-1]
        elif part.geom_type in ("LineString", "LinearRing"):
            yield shapely.get_coordinates(part)
        elif hasattr(part, "geoms"):
            yield from lines(part)


def parts_of(shape: BaseGeometry, kind: str) -> Iterator[BaseGeometry]:
    """Yield the parts of a shape that are of a kind, such as ``Polygon``, wherever they stand in it."""
    for part in shapely.get_parts(shape):
        if part.geom_type == kind:
            yield part
        elif hasattr(part, "geoms"):
            yield from parts_of(part, kind)


def around(places: Iterable[tuple[float, float]], metres: float) -> tuple[float, float, float, float]:
    """Return west, south, east and north of the ground so many metres around places; there must be one."""
    easts, norths = zip(*places, strict=True)
    return min(easts) - metres, min(norths) - metres, max(easts) + metres, max(norths) + metres


class Nearby(Generic[Key]):
    """Shapes with a key, found by place.

    Parameters
    ----------
    items
        Keys and shapes, in metres.
    """

    def __init__(self, items: Iterable[tuple[Key, BaseGeometry]]) -> None:
        self._items = tuple(items)
        self._tree = shapely.STRtree([shape for _, shape in self._items])

    def within(self, window: tuple[float, float, float, float]) -> Iterator[tuple[Key, BaseGeometry]]:
        """Yield those that may touch a window (west, south, east, north), in their first order."""
        for at in sorted(self._tree.query(shapely.box(*window))):
            yield self._items[at]
