"""Directions in words."""

from __future__ import annotations

import math

POINTS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
NO_DIRECTION_M = 0.5
"""Nearer than this, two points lie on one site."""


def bearing(start: tuple[float, float], end: tuple[float, float]) -> str:
    """Return the direction from one point to another as one of eight words; empty on the same point.

    Parameters
    ----------
    start, end
        Easting and northing, metres on EPSG:27700 (grid north).
    """
    east, north = end[0] - start[0], end[1] - start[1]
    if math.hypot(east, north) < NO_DIRECTION_M:
        return ""
    return POINTS[round(math.degrees(math.atan2(east, north)) / 45) % 8]
