"""Built-up land where there is no map of it: what lies near a unit postcode."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapely.geometry.base import BaseGeometry

NEAR_M = 140.0
CLOSED_M = 60.0
"""Gaps up to twice this between what is near are built up, too."""
DRAWN_IN_M = 130.0
"""How far the edge lies within what is near: a postcode's point stands in the middle of its houses."""
SMALLEST_M2 = 80_000.0
QUARTER = 2
"""Segments of a quarter circle round a postcode; hundreds of circles make an edge."""


def built_up_around(points: Iterable[tuple[float, float]]) -> BaseGeometry:
    """Return the land near some unit postcodes, in metres; small parts and small open grounds in it left out."""
    places = sorted(set(points))
    if not places:
        return shapely.MultiPolygon()
    near = shapely.union_all(shapely.buffer(shapely.points(np.array(places)), NEAR_M, quad_segs=QUARTER))
    land = near.buffer(CLOSED_M, quad_segs=QUARTER).buffer(-CLOSED_M - DRAWN_IN_M, quad_segs=QUARTER)
    kept = [without_small_holes(part) for part in shapely.get_parts(land) if part.area >= SMALLEST_M2]
    return shapely.MultiPolygon(kept)


def without_small_holes(land: shapely.Polygon, least: float = SMALLEST_M2) -> shapely.Polygon:
    """Return land with only such open ground in it as is large enough to be seen, in square metres."""
    holes = [hole for hole in land.interiors if shapely.Polygon(hole).area >= least]
    return shapely.Polygon(land.exterior, holes)
