"""A partnership hangs together where the ground nearest to its schools does."""

from __future__ import annotations

from dataclasses import replace

from shapely import MultiPolygon, box

from geo_partnerships.checking import check
from geo_partnerships.planning import plan
from geo_partnerships.views.headline import headline_of
from geo_partnerships.views.pieces import pieces, pieces_of
from tests.small import small_problem, small_scenario


def test_parts_that_all_but_touch_are_one_piece() -> None:
    assert pieces(box(0, 0, 10, 10)) == 1
    assert pieces(MultiPolygon([box(0, 0, 10, 10), box(12, 0, 20, 10)])) == 1
    assert pieces(MultiPolygon([box(0, 0, 10, 10), box(30, 0, 40, 10)])) == 2


def test_two_villages_hang_together_and_a_school_of_the_other_does_not() -> None:
    made = plan(small_problem(), small_scenario())
    assert set(pieces_of(made).values()) == {1}
    assert {row.label: row.plan for row in headline_of(made, check(made), None)}["In one piece"] == "2 of 2"
    first, second = made.partnerships
    apart = replace(
        made,
        partnerships=(
            replace(first, members=(*first.members[1:], second.members[-1])),
            replace(second, members=(first.members[0], *second.members[:-1])),
        ),
    )
    assert set(pieces_of(apart).values()) == {2}


def test_a_strand_of_one_partnership_has_no_area_to_tell_of() -> None:
    made = plan(small_problem(), small_scenario(area={"partnerships": 1, "size": [12, 12]}))
    assert pieces_of(made) == {}
    assert {row.label: row.plan for row in headline_of(made, check(made), None)}["In one piece"] == "–"
