"""Where in an area its name may stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["ample_places"]

AMPLE = 5
"""Places in an area where its name may stand."""


def ample_places(area: BaseGeometry) -> tuple[tuple[float, float], ...]:
    """Return places within an area for its name: the pole of inaccessibility, then others far from the edge."""
    widest = max(shapely.get_parts(area), key=lambda part: part.area)
    west, south, east, north = widest.bounds
    step = max((east - west) / 18, (north - south) / 18, 1.0)
    pole = shapely.maximum_inscribed_circle(widest, step / 10)
    first = (float(pole.coords[0][0]), float(pole.coords[0][1]))
    xs, ys = np.meshgrid(np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step))
    places = np.column_stack((xs.ravel(), ys.ravel()))
    places = places[shapely.contains_xy(widest, places)]
    order = np.argsort(-shapely.distance(shapely.points(places), widest.boundary), kind="stable")[: 4 * AMPLE]
    chosen = [first]
    for x, y in places[order].tolist():
        if len(chosen) < AMPLE and min(np.hypot(x - u, y - v) for u, v in chosen) > 1.5 * step:
            chosen.append((x, y))
    return tuple(chosen)
