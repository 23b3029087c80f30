"""Outlines are found wherever they stand in a shape."""

from __future__ import annotations

import json

import pytest
from shapely.geometry import GeometryCollection, LineString, MultiLineString, MultiPolygon, Point, Polygon

from geo_partnerships.pages.packing import around, lines, parts_of, safe_json
from geo_partnerships.pages.plane import Grid, Plane

SQUARE = Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (2, 1), (2, 2)]])


def test_rings_and_lines_within_collections_are_found_and_points_are_none() -> None:
    inner = GeometryCollection([MultiPolygon([SQUARE]), Point(9, 9), MultiLineString([[(5, 5), (6, 6)]])])
    shape = GeometryCollection([inner, LineString([(7, 7), (8, 8)]), Point(0, 0)])
    assert [len(line) for line in lines(shape)] == [4, 3, 2, 2]


@pytest.fixture(scope="module")
def grid() -> Grid:
    """Units of 2.5 m from the corner at (0, 100)."""
    return Grid(Plane((525_000.0, 190_000.0), "EPSG:27700"), (0.0, 0.0, 100.0, 100.0), unit=2.5)


def test_parts_of_a_kind_are_found_within_collections() -> None:
    inner = GeometryCollection([MultiPolygon([SQUARE]), Point(9, 9), MultiLineString([[(5, 5), (6, 6)]])])
    shape = GeometryCollection([inner, LineString([(7, 7), (8, 8)])])
    assert [part.geom_type for part in parts_of(shape, "LineString")] == ["LineString", "LineString"]
    assert list(parts_of(shape, "Polygon")) == [SQUARE]


def test_a_shape_without_a_line_has_no_path_and_steps_of_nothing_are_left_out(grid: Grid) -> None:
    assert grid.path(Point(1, 1)) == ""
    assert grid.path(LineString([(5, 90), (5, 85), (5, 85), (15, 85)])) == "M2 4l0 2 4 0"
    assert grid.path(LineString([(5, 90), (5.1, 90)])) == ""
    assert grid.path(LineString([(500, 500), (600, 600)])) == ""


def test_ground_around_places_reaches_as_far_to_every_side() -> None:
    assert around([(3.0, 10.0), (1.0, 40.0), (2.0, 20.0)], 5.0) == (-4.0, 5.0, 8.0, 45.0)
    with pytest.raises(ValueError, match="not enough values"):
        around([], 5.0)


@pytest.mark.parametrize("data", [["a", "{{b}}"], ["a", "b", "{%c%}"], {"k": "{#"}, {"{k}": 1}, ['"', "{{"]])
def test_braces_are_written_as_escapes_in_whichever_string_they_stand(data) -> None:
    text = safe_json(data)
    assert json.loads(text) == data
    assert not any(pair in text for pair in ("{{", "}}", "{%", "%}", "{#"))


def test_json_in_a_page_is_ascii_and_has_numbers_that_are_numbers() -> None:
    assert safe_json(["é\u2028"]) == '["\\u00e9\\u2028"]'
    with pytest.raises(ValueError, match="JSON compliant"):
        safe_json([float("nan")])


def test_each_line_has_a_piece_of_the_path_and_what_is_closed_says_so(grid: Grid) -> None:
    shape = MultiLineString([[(10, 10), (10, 15)], [(50, 50), (60, 45)]])
    assert grid.path(shape) == "M4 36l0-2M20 20l4 2"
    assert grid.path(Polygon([(0, 0), (20, 0), (20, 20)])).endswith("z")


def test_a_large_ground_is_written_in_larger_units() -> None:
    assert Grid(Plane((525_000.0, 190_000.0), "EPSG:27700"), (0.0, 0.0, 600_000.0, 600_000.0)).unit == 20.0
