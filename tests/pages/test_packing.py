"""Outlines are found wherever they stand in a shape."""

from __future__ import annotations

import numpy as np
from shapely.geometry import GeometryCollection, LineString, MultiLineString, MultiPolygon, Point, Polygon

from geo_partnerships.pages.packing import lines, packed

SQUARE = Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (2, 1), (2, 2)]])


def test_rings_and_lines_within_collections_are_found_and_points_are_none() -> None:
    inner = GeometryCollection([MultiPolygon([SQUARE]), Point(9, 9), MultiLineString([[(5, 5), (6, 6)]])])
    shape = GeometryCollection([inner, LineString([(7, 7), (8, 8)]), Point(0, 0)])
    assert [len(line) for line in lines(shape)] == [4, 3, 2, 2]


def test_a_shape_without_a_line_packs_to_nothing() -> None:
    assert packed(Point(1, 1), lambda points: points) == []
    (line,) = packed(LineString([(0, 0), (0, 1), (0, 1), (2, 1)]), lambda points: np.asarray(points, dtype=float))
    assert line == [0, 0, 100_000, 0, 0, 200_000]
