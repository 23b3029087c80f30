"""The plane that maps are drawn on: Leaflet's (Web Mercator), shrunk so that its metres hold in the map's middle."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_partnerships.countries.country import transformer
from geo_partnerships.pages.packing import lines
from geo_partnerships.vocabulary import CRS_WGS84

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

Spot = tuple[float, float]
"""East and north on the plane."""
Window = tuple[float, float, float, float]
"""West, south, east and north on the plane."""
EARTH = 6_378_137.0
"""Radius in metres of Web Mercator's sphere."""
UNIT = 6.0
"""Metres that paths are rounded to: less than their lines lie beside the truth already."""
FAR_OUT = 3
"""How many times its own size around a window the edge of the ground is never seen."""
MOST_UNITS = 30_000
"""Units across that a grid has at the most; a larger ground is rounded to larger units."""


def to_degrees(points: NDArray[np.float64], grid: str) -> NDArray[np.float64]:
    """Return longitude and latitude for eastings and northings on a grid, shape (n, 2) both."""
    lon, lat = transformer(grid, CRS_WGS84).transform(points[:, 0], points[:, 1])
    return np.column_stack((lon, lat))


class Plane:
    """North-up metres around a place.

    Parameters
    ----------
    middle
        Easting and northing of the place.
    grid
        Coordinate system of eastings and northings, such as ``EPSG:27700``.
    """

    def __init__(self, middle: tuple[float, float], grid: str) -> None:
        self.grid = grid
        latitude = math.radians(float(to_degrees(np.array([middle]), grid)[0, 1]))
        self.stretch = 1 / math.cos(latitude)
        """Metres of Web Mercator in one metre."""

    def points(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return places on the plane for eastings and northings, shape (n, 2) both."""
        lon, lat = np.radians(to_degrees(points, self.grid)).T
        radius = EARTH / self.stretch
        return np.column_stack((radius * lon, radius * np.log(np.tan(math.pi / 4 + lat / 2))))

    def degrees(self, spot: Spot) -> tuple[float, float]:
        """Return latitude and longitude of a place on the plane, five decimals."""
        east, north = (at * self.stretch / EARTH for at in spot)
        return round(math.degrees(2 * math.atan(math.exp(north)) - math.pi / 2), 5), round(math.degrees(east), 5)

    def shape(self, shape: BaseGeometry) -> BaseGeometry:
        """Return a shape of the grid on the plane."""
        return shape if shape.is_empty else shapely.transform(shape, self.points)


class Grid:
    """Whole units from the north-western corner of a window, in which paths are written.

    Parameters
    ----------
    plane
        What the window lies on.
    window
        The ground that is written.
    finest
        Metres that lines may lie beside where they are.
    unit
        Metres that paths are rounded to at the least.
    """

    def __init__(self, plane: Plane, window: Window, finest: float = 0.0, unit: float = UNIT) -> None:
        west, south, east, north = window
        self.window = window
        self.finest = finest
        self.unit = max(unit, round(max(east - west, north - south) / MOST_UNITS, 1))
        self._corner = np.array([west, north])
        self.anchor = (
            round(west * plane.stretch, 1),
            round(north * plane.stretch, 1),
            round(self.unit * plane.stretch, 6),
        )
        """What scripts need to find the place of a unit: the corner and a unit's length in Web Mercator's metres."""

    def at(self, points: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return whole units, to the east and to the south, for places on the plane, shape (n, 2) both."""
        steps: NDArray[np.int64] = np.rint((points - self._corner) * (1 / self.unit, -1 / self.unit)).astype(np.int64)
        return steps

    def path(self, shape: BaseGeometry) -> str:
        """Return path data of a shape's part within the window; empty where none is."""
        cut = shapely.clip_by_rect(shape, *self.window)
        return "" if cut.is_empty else "".join(self._pieces(cut))

    def around(self, shape: BaseGeometry, times: float = FAR_OUT) -> str:
        """Return path data of what lies outside a shape, to so many times the window's size around it."""
        if shape.is_empty:
            return ""
        west, south, east, north = self.window
        far = times * max(east - west, north - south)
        everywhere = shapely.box(west - far, south - far, east + far, north + far)
        return "".join(self._pieces(everywhere.difference(shape)))

    def _pieces(self, shape: BaseGeometry) -> Iterable[str]:
        closed = "z" if shape.area else ""
        for line in lines(shapely.simplify(shape, self.finest) if self.finest else shape):
            whole = self.at(line)
            steps = np.diff(whole, axis=0)
            steps = steps[np.any(steps != 0, axis=1)]
            if len(steps):
                yield f"M{written(whole[0].tolist())}l{written(steps.ravel().tolist())}{closed}"


def written(values: Iterable[int]) -> str:
    """Return whole numbers as path data, with no more space than they need."""
    return " ".join(map(str, values)).replace(" -", "-")
