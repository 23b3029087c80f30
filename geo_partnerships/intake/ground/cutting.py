"""The rows of a layer as a map needs them: one for each name and class, and no more points than fit its size."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from geo_partnerships.intake.ground.built_up import without_small_holes
from geo_partnerships.intake.ground.products import BUILT_UP, GREEN, PLACES, RAIL, ROADS, STATIONS, TUBE, WATER
from geo_partnerships.intake.ground.reading import carried
from geo_partnerships.vocabulary import CRS_WGS84

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapely.geometry.base import BaseGeometry

    from geo_partnerships.intake.ground.reading import Drawn

DECIMALS = 5
"""Of a degree: about a metre."""
NAMED = frozenset({ROADS, RAIL, TUBE})
"""Layers whose lines are told apart by name."""
POINTS = frozenset({PLACES, STATIONS})
COARSER = 1.5
"""How many times as coarse a layer becomes with each try to fit its size."""
TRIES = 24
LEAST_BYTES = 100
"""Of a feature: so many fit at the most."""
POINT_BYTES, FAR_TOO_LARGE = 17, 3
"""About as much does a point of a line take; a layer is not written only to see that it is three times too large."""
MOST_RANK = 9


@dataclass(frozen=True, slots=True)
class Fineness:
    """How finely a layer is kept.

    Parameters
    ----------
    metres
        That its lines may lie beside the truth.
    square_metres
        Least area of a part, and of a hole in one.
    """

    metres: float
    square_metres: float = 0.0

    def coarser(self) -> Fineness:
        """Return the next coarser one."""
        return Fineness(self.metres * COARSER, self.square_metres * COARSER * COARSER)


FINEST = {
    GREEN: Fineness(6.0, 5_000.0),
    WATER: Fineness(6.0, 2_000.0),
    ROADS: Fineness(6.0),
    RAIL: Fineness(8.0),
    TUBE: Fineness(8.0),
    BUILT_UP: Fineness(20.0, 80_000.0),
    PLACES: Fineness(0.0),
    STATIONS: Fineness(0.0),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A layer that fits: its features as lines of text, how finely it is kept, and the last rank that it has."""

    features: tuple[str, ...]
    fineness: Fineness
    last_rank: int

    @property
    def size(self) -> int:
        """Bytes of its features."""
        return sum(len(line.encode("utf-8")) + 2 for line in self.features)


def fitted(layer: str, rows: Sequence[Drawn], grid: str, most: int) -> Kept:
    """Return the features of a layer in at most so many bytes: first coarser, then without what matters least."""
    wholes = _largest(_wholes(layer, rows), most // LEAST_BYTES)
    ranks = sorted({whole.rank for whole in wholes}, reverse=True)
    fineness, last = FINEST[layer], MOST_RANK
    kept = _kept(wholes, grid, fineness, last, most)
    for turn in range(TRIES):
        if kept is not None and kept.size <= most:
            break
        if turn % 3 == 2 and len(ranks) > 1:  # noqa: PLR2004 - every third time
            last = ranks.pop(0) - 1
        else:
            fineness = fineness.coarser()
        kept = _kept(wholes, grid, fineness, last, most)
    return kept or Kept((), fineness, last)


class _Whole(NamedTuple):
    """What becomes a feature: shapes of one rank, class and name as one, before it is made coarser."""

    rank: int
    named: str
    name: str
    shape: BaseGeometry


def _wholes(layer: str, rows: Iterable[Drawn]) -> list[_Whole]:
    groups = sorted(_grouped(layer, rows).items())
    return [_Whole(rank, named, name, _whole(shapes)) for (rank, named, name, _), shapes in groups]


def _largest(wholes: list[_Whole], most: int) -> list[_Whole]:
    """Return those of the first ranks, and of these the largest, where there are more than can fit; in their order."""
    if len(wholes) <= most:
        return wholes
    shapes = np.array([whole.shape for whole in wholes])
    sizes = shapely.area(shapes) + shapely.length(shapes)
    chosen = sorted(range(len(wholes)), key=lambda at: (wholes[at].rank, -sizes[at]))[:most]
    return [wholes[at] for at in sorted(chosen)]


def _kept(wholes: Iterable[_Whole], grid: str, fineness: Fineness, last: int, most: int) -> Kept | None:
    """Return a layer as finely as is asked; None where it is plain that it would be far too large."""
    drawn = [(one, _drawn(one.shape, fineness)) for one in wholes if one.rank <= last]
    points = sum(int(shapely.get_num_coordinates(shape)) for _, shape in drawn)
    if points * POINT_BYTES > FAR_TOO_LARGE * most:
        return None
    made = []
    for one, shape in drawn:
        degrees = shape if shape.is_empty else _rounded(carried(shape, grid, CRS_WGS84))
        if not degrees.is_empty:
            made.append(_line({"name": one.name, "class": one.named, "rank": one.rank}, degrees))
    return Kept(tuple(made), fineness, last)


def _grouped(layer: str, rows: Iterable[Drawn]) -> dict[tuple[int, str, str, str], list[BaseGeometry]]:
    """Return the shapes by rank, class, name and what they are made of; a point stands alone."""
    groups: dict[tuple[int, str, str, str], list[BaseGeometry]] = defaultdict(list)
    for (kind, name), shape in rows:
        told = name if layer in NAMED or layer in POINTS else ""
        alone = shape.wkt if layer in POINTS else shape.geom_type
        groups[kind.rank, kind.named, told, alone].append(shape)
    return groups


def _whole(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """Return shapes of one kind as one: lines end to end and each once, polygons without edges between them."""
    if shapes[0].geom_type == "LineString":
        each = dict(zip(shapely.to_wkb(np.array(shapes)), shapes, strict=True))
        joined: Any = shapely.multilinestrings(np.array(list(each.values())))
        merged: BaseGeometry = shapely.line_merge(joined)
        return merged
    return shapely.union_all(shapes) if shapes[0].geom_type == "Polygon" else shapes[0]


def _drawn(shape: BaseGeometry, fineness: Fineness) -> BaseGeometry:
    """Return a shape made coarser, without the parts that are too small to be seen then."""
    if shape.geom_type == "Point":
        return shape
    parts = shapely.get_parts(shapely.simplify(shape, fineness.metres))
    if shape.geom_type.endswith("LineString"):
        return shapely.MultiLineString(list(parts[shapely.length(parts) >= fineness.metres]))
    large = parts[shapely.area(parts) >= fineness.square_metres]
    return shapely.MultiPolygon([without_small_holes(part, fineness.square_metres) for part in large])


def _rounded(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape in whole hundred-thousandths of a degree, sound and always written the same way."""
    snapped = shapely.set_precision(shape, 10.0**-DECIMALS)
    return shapely.transform(shapely.orient_polygons(shapely.normalize(snapped)), lambda at: at.round(DECIMALS))


def _line(properties: dict[str, Any], shape: BaseGeometry) -> str:
    feature = {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
