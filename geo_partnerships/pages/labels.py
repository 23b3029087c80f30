"""Names on a map: which there are, what goes before what, and where each finds room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from shapely.geometry.base import BaseGeometry

    from geo_partnerships.pages.plane import Spot, Window
    from geo_partnerships.pages.scene import Scene

TOWNS = (1, 2)
QUARTERS = (3, 3)
SMALLER = (4, 4)
SMALLEST = (5, 9)
STRETCH = 5_000.0
"""Metres of a road that has its number once."""


class Name(NamedTuple):
    """A name and the places on the plane where it may stand, the best first."""

    text: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Names of one kind, shown from a zoom on; each group goes before the next."""

    kind: str
    zoom: float
    names: tuple[Name, ...]


def names_of(scene: Scene, window: Window) -> tuple[Group, ...]:
    """Return all names within a window of the plane, those that go first in front.

    The largest places, districts and areas go before smaller places, so that each area keeps its number.
    """
    roads = tuple(_numbers(scene, window))
    groups = (
        Group("town", 0, _places(scene, window, TOWNS)),
        Group("district", 10.5, _middles(scene.named_districts, window)),
        Group("area", 0, _areas(scene, window)),
        Group("around", 0, _middles(scene.named_neighbours, window)),
        Group("quarter", 11.6, _places(scene, window, QUARTERS)),
        Group("road", 10.5, roads[::2]),
        Group("quarter", 13, _places(scene, window, SMALLER)),
        Group("road", 12.8, roads[1::2]),
        Group("station", 13.3, _stations(scene, window)),
        Group("quarter", 14, _places(scene, window, SMALLEST)),
    )
    return tuple(group for group in groups if group.names)


def _places(scene: Scene, window: Window, ranks: tuple[int, int]) -> tuple[Name, ...]:
    found = (
        place for place in scene.named_places if ranks[0] <= place.rank <= ranks[1] and _within(window, place.spot)
    )
    return tuple(Name(place.name, (place.spot,)) for place in found if place.rank <= QUARTERS[1] or place.near)


def _stations(scene: Scene, window: Window) -> tuple[Name, ...]:
    return tuple(Name(name, (spot,)) for name, spot in scene.named_stations if _within(window, spot))


def _middles(shapes: Iterable[tuple[str, BaseGeometry]], window: Window) -> tuple[Name, ...]:
    """Return the names of shapes, each in the middle of what a window shows of it."""
    return tuple(Name(name, (spot,)) for name, shape in shapes for spot in _middle(shape, window))


def _middle(shape: BaseGeometry, window: Window) -> Iterator[Spot]:
    cut = shapely.clip_by_rect(shape, *window)
    grounds = [part for part in shapely.get_parts(cut) if part.geom_type == "Polygon" and part.area > 0]
    if grounds:
        widest = max(grounds, key=lambda part: part.area)
        x, y = shapely.maximum_inscribed_circle(widest, 50.0).coords[0]
        yield float(x), float(y)


def _areas(scene: Scene, window: Window) -> tuple[Name, ...]:
    found = []
    for number, spots in scene.names_of_areas.items():
        seen = tuple(spot for spot in spots if _within(window, spot))
        if seen:
            found.append(Name(str(number), seen))
    return tuple(found)


def _numbers(scene: Scene, window: Window) -> Iterator[Name]:
    """Yield the number of each road: in the middle of a stretch, or else a little beside it."""
    for number, shape in scene.road_numbers:
        cut = shapely.clip_by_rect(shape, *window)
        whole = shapely.line_merge(cut) if cut.geom_type == "MultiLineString" else cut
        for line in sorted(shapely.get_parts(whole), key=lambda part: -part.length):
            stretches = min(4, round(line.length / STRETCH))
            for at in range(stretches):
                middle = (at + 0.5) / stretches
                ways = (middle, middle - 0.2 / stretches, middle + 0.2 / stretches)
                points = shapely.line_interpolate_point(line, np.array(ways), normalized=True)
                yield Name(number, tuple((float(p.x), float(p.y)) for p in points))


def _within(window: Window, spot: Spot) -> bool:
    west, south, east, north = window
    return west <= spot[0] <= east and south <= spot[1] <= north


class Box(NamedTuple):
    """A rectangle in a drawing's units, y downwards."""

    left: float
    top: float
    right: float
    bottom: float


class Board:
    """The room on a drawing: nothing that is put on it lies on anything else.

    Parameters
    ----------
    width, height
        Units; what does not fit within is refused.
    """

    def __init__(self, width: float, height: float) -> None:
        self._edge = Box(2, 2, width - 2, height - 2)
        self._taken: list[Box] = []

    def take(self, box: Box) -> None:
        """Let nothing more be put here."""
        self._taken.append(box)

    def put(self, boxes: Sequence[Box]) -> int | None:
        """Take the first of some boxes that is free and return which; None where none is."""
        for at, box in enumerate(boxes):
            if self._is_free(box):
                self._taken.append(box)
                return at
        return None

    def _is_free(self, box: Box) -> bool:
        edge = self._edge
        if box.left < edge.left or box.top < edge.top or box.right > edge.right or box.bottom > edge.bottom:
            return False
        return not any(
            box.left < other.right and other.left < box.right and box.top < other.bottom and other.top < box.bottom
            for other in self._taken
        )


NARROW_LETTERS = frozenset("fijlrtI.,:;'’|!()[] -")
WIDE_LETTERS = frozenset("mwMW@%&")


def width_of(text: str, size: float) -> float:
    """Return at least how wide a text is in any usual sans-serif face, for its size."""
    ems = sum(
        0.42 if c in NARROW_LETTERS else 1.0 if c in WIDE_LETTERS or not c.isascii() else 0.76 if c.isupper() else 0.64
        for c in text
    )
    return ems * size


def in_two(text: str, least: int = 15) -> tuple[str, ...]:
    """Return a long name as two lines, parted at the space or mark nearest to its middle."""
    if len(text) < least:
        return (text,)
    gaps = [at for at, c in enumerate(text) if c in " /" and 2 < at < len(text) - 3]  # noqa: PLR2004 - no orphans
    if not gaps:
        return (text,)
    at = min(gaps, key=lambda gap: (abs(gap - len(text) / 2), gap))
    cut = at if text[at] == " " else at + 1
    return text[:cut].strip(), text[cut:].strip()
