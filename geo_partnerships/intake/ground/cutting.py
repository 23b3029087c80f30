"""The rows of a layer as a map needs them: one for each name and class, and no more points than fit its size."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
    ranks = sorted({row.feature.kind.rank for row in rows}, reverse=True)
    fineness, last = FINEST[layer], MOST_RANK
    kept = Kept(_features(layer, rows, grid, fineness), fineness, last)
    for turn in range(TRIES):
        if kept.size <= most:
            break
        if turn % 3 == 2 and len(ranks) > 1:  # noqa: PLR2004 - every third time
            last = ranks.pop(0) - 1
        else:
            fineness = fineness.coarser()
        few = [row for row in rows if row.feature.kind.rank <= last]
        kept = Kept(_features(layer, few, grid, fineness), fineness, last)
    return kept


def _features(layer: str, rows: Sequence[Drawn], grid: str, fineness: Fineness) -> tuple[str, ...]:
    made = []
    for (rank, named, name, _), shapes in sorted(_grouped(layer, rows).items()):
        shape = _joined(shapes, fineness)
        if shape.is_empty:
            continue
        degrees = _rounded(carried(shape, grid, CRS_WGS84))
        if not degrees.is_empty:
            properties = {"name": name, "class": named, "rank": rank}
            made.append(_line(properties, degrees))
    return tuple(made)


def _grouped(layer: str, rows: Iterable[Drawn]) -> dict[tuple[int, str, str, str], list[BaseGeometry]]:
    """Return the shapes by rank, class, name and what they are made of; a point stands alone."""
    groups: dict[tuple[int, str, str, str], list[BaseGeometry]] = defaultdict(list)
    for (kind, name), shape in rows:
        told = name if layer in NAMED or layer in POINTS else ""
        alone = shape.wkt if layer in POINTS else shape.geom_type
        groups[kind.rank, kind.named, told, alone].append(shape)
    return groups


def _joined(shapes: Sequence[BaseGeometry], fineness: Fineness) -> BaseGeometry:
    """Return shapes of one kind as one: lines end to end, polygons without edges between them."""
    if shapes[0].geom_type == "LineString":
        joined: Any = shapely.line_merge(shapely.multilinestrings(np.array(shapes)))
        drawn = shapely.get_parts(shapely.simplify(joined, fineness.metres))
        return shapely.MultiLineString([part for part in drawn if part.length >= fineness.metres])
    if shapes[0].geom_type == "Polygon":
        areas = shapely.get_parts(shapely.simplify(shapely.union_all(shapes), fineness.metres))
        parts = [part for part in areas if part.area >= fineness.square_metres]
        return shapely.MultiPolygon([without_small_holes(part, fineness.square_metres) for part in parts])
    return shapes[0]


def _rounded(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape in whole hundred-thousandths of a degree, sound and always written the same way."""
    snapped = shapely.set_precision(shape, 10.0**-DECIMALS)
    return shapely.transform(shapely.orient_polygons(shapely.normalize(snapped)), lambda at: at.round(DECIMALS))


def _line(properties: dict[str, Any], shape: BaseGeometry) -> str:
    feature = {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
