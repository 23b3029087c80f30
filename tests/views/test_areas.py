"""Areas partition the authority among the partnerships of a strand, and neighbours get other colours."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.views.areas import colour_indices, partnership_areas

SQUARE = shapely.box(0, 0, 10_000, 10_000)
coordinate = st.integers(0, 100).map(lambda n: n * 100.0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(coordinate, coordinate, st.integers(1, 5)), min_size=1, max_size=30))
def test_areas_do_not_cross_and_hold_their_schools(rows: list[tuple[float, float, int]]) -> None:
    points = {str(i): (x, y) for i, (x, y, _) in enumerate(rows)}
    groups: dict[int, list[str]] = {}
    for i, (*_, number) in enumerate(rows):
        groups.setdefault(number, []).append(str(i))
    areas = partnership_areas(points, groups, SQUARE)
    assert set(areas) == set(groups)
    for number, area in areas.items():
        assert all(area.distance(shapely.Point(points[key])) < 2 for key in groups[number])
        assert all(area.intersection(other).area < 1 for n, other in areas.items() if n != number)
    if len(groups) > 1:
        assert sum(area.area for area in areas.values()) == pytest.approx(SQUARE.area, rel=1e-6)


def test_two_schools_on_one_point_share_its_ground() -> None:
    areas = partnership_areas({"a": (5e3, 5e3), "b": (5e3, 5e3)}, {1: ["a"], 2: ["b"]}, SQUARE)
    assert areas[1].area == pytest.approx(areas[2].area, rel=0.01)


def test_a_school_far_outside_shapes_no_area() -> None:
    points = {"in": (5e3, 5e3), "near": (-100.0, 5e3), "far": (90e3, 5e3)}
    areas = partnership_areas(points, {1: ["in"], 2: ["near"], 3: ["far"]}, SQUARE)
    assert set(areas) == {1, 2}


def test_a_lone_group_is_drawn_around_its_schools_not_over_the_whole_authority() -> None:
    areas = partnership_areas({"a": (1e3, 1e3), "b": (2e3, 2e3)}, {7: ["a", "b"]}, SQUARE)
    assert areas[7].area < SQUARE.area / 10


def test_without_an_authority_the_surroundings_are_the_frame() -> None:
    points = {"a": (0.0, 0.0), "b": (2e3, 0.0), "c": (0.0, 2e3)}
    areas = partnership_areas(points, {1: ["a"], 2: ["b", "c"]}, None)
    assert areas[1].intersection(areas[2]).area < 1
    assert areas[1].union(areas[2]).buffer(1).covers(shapely.MultiPoint(list(points.values())))


def test_schools_without_a_point_are_left_out() -> None:
    assert partnership_areas({}, {1: ["a"]}, SQUARE) == {}


def test_neighbours_differ_in_colour_and_the_whole_palette_is_used() -> None:
    cells = {5 * y + x + 1: shapely.box(x, y, x + 1, y + 1) for x in range(5) for y in range(5)}
    cells = {number: shapely.affinity.scale(cell, 100, 100, origin=(0, 0)) for number, cell in cells.items()}
    colours = colour_indices(cells, 7)
    assert set(colours.values()) == set(range(7))
    for a, cell in cells.items():
        assert all(colours[a] != colours[b] for b, other in cells.items() if a != b and cell.touches(other))


def test_too_small_a_palette_still_colours_every_area() -> None:
    cells = {n: shapely.box(0, 0, n, n) for n in range(1, 6)}
    assert set(colour_indices(cells, 2).values()) == {0, 1}
    with pytest.raises(ValueError, match="at least one"):
        colour_indices(cells, 0)
