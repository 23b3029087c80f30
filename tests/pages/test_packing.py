"""Outlines are found wherever they stand in a shape."""

from __future__ import annotations

import json

import numpy as np
import pytest
from shapely.geometry import GeometryCollection, LineString, MultiLineString, MultiPolygon, Point, Polygon

from geo_partnerships.pages.packing import around, lines, packed, safe_json

SQUARE = Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (2, 1), (2, 2)]])


def test_rings_and_lines_within_collections_are_found_and_points_are_none() -> None:
    inner = GeometryCollection([MultiPolygon([SQUARE]), Point(9, 9), MultiLineString([[(5, 5), (6, 6)]])])
    shape = GeometryCollection([inner, LineString([(7, 7), (8, 8)]), Point(0, 0)])
    assert [len(line) for line in lines(shape)] == [4, 3, 2, 2]


def test_a_shape_without_a_line_packs_to_nothing() -> None:
    assert packed(Point(1, 1), lambda points: points) == []
    (line,) = packed(LineString([(0, 0), (0, 1), (0, 1), (2, 1)]), lambda points: np.asarray(points, dtype=float))
    assert line == [0, 0, 100_000, 0, 0, 200_000]


def test_ground_around_places_reaches_as_far_to_every_side() -> None:
    assert around([(3.0, 10.0), (1.0, 40.0), (2.0, 20.0)], 5.0) == (-4.0, 5.0, 8.0, 45.0)
    with pytest.raises(ValueError, match="not enough values"):
        around([], 5.0)


def test_a_single_point_of_a_line_is_no_line_and_steps_of_one_axis_are_kept() -> None:
    (line,) = packed(LineString([(0, 0), (0, 1), (1, 1)]), lambda points: np.asarray(points, dtype=float))
    assert line == [0, 0, 100_000, 0, 0, 100_000]


@pytest.mark.parametrize("data", [["a", "{{b}}"], ["a", "b", "{%c%}"], {"k": "{#"}, {"{k}": 1}, ['"', "{{"]])
def test_braces_are_written_as_escapes_in_whichever_string_they_stand(data) -> None:
    text = safe_json(data)
    assert json.loads(text) == data
    assert not any(pair in text for pair in ("{{", "}}", "{%", "%}", "{#"))


def test_json_in_a_page_is_ascii_and_has_numbers_that_are_numbers() -> None:
    assert safe_json(["é\u2028"]) == '["\\u00e9\\u2028"]'
    with pytest.raises(ValueError, match="JSON compliant"):
        safe_json([float("nan")])


def test_each_line_is_packed_for_itself_the_shortest_too() -> None:
    shape = MultiLineString([[(0, 0), (0, 1)], [(5, 5), (6, 5)], [(7, 7), (7, 8)]])
    found = packed(shape, lambda points: np.asarray(points, dtype=float))
    assert found == [[0, 0, 100_000, 0], [500_000, 500_000, 0, 100_000], [700_000, 700_000, 100_000, 0]]
