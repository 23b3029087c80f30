"""Two plans side by side: who is with whom counts, not how partnerships are numbered."""

from __future__ import annotations

import dataclasses

from geo_partnerships.api import running
from geo_partnerships.comparing import compare, matched, numbers_beside
from geo_partnerships.planning.moving import move
from geo_partnerships.views.model import FigureView, beside
from tests.village import write_village


def village_plan(folder):
    problem, scenario = running.load("village", write_village(folder / "data"))
    return running.make_plan("village", problem, scenario).plan


def renumbered(plan, new):
    """Return the plan with other numbers for the same partnerships."""
    partnerships = [dataclasses.replace(p, number=new[p.number]) for p in plan.partnerships]
    return dataclasses.replace(plan, partnerships=tuple(sorted(partnerships, key=lambda p: p.number)))


def test_other_numbers_for_the_same_partnerships_move_nobody(tmp_path) -> None:
    made = village_plan(tmp_path)
    turned = renumbered(made, {1: 3, 2: 1, 3: 2})
    assert compare(made, turned).moved == ()
    assert matched(made, turned) == {3: 1, 1: 2, 2: 3}


def test_one_school_moved_under_other_numbers_is_one_school(tmp_path) -> None:
    made = village_plan(tmp_path)
    urn = made.partnerships[0].members[0]
    turned = renumbered(move(made, urn, 2), {1: 2, 2: 3, 3: 1})
    assert [(m.school, m.before, m.after) for m in compare(made, turned).moved] == [(urn, (1,), (3,))]


def test_partnerships_are_numbered_as_those_that_they_share_most_schools_with_and_new_ones_after_them(tmp_path) -> None:
    made = village_plan(tmp_path)
    turned = renumbered(made, {1: 3, 2: 1, 3: 2})
    assert numbers_beside(made, turned) == {3: 1, 1: 2, 2: 3}
    fewer = dataclasses.replace(made, partnerships=made.partnerships[1:])
    assert numbers_beside(fewer, made) == {1: 4, 2: 2, 3: 3}


def test_figures_that_one_plan_has_not_keep_their_place() -> None:
    full = [FigureView(label=label, plan=label.upper(), draft="") for label in "abcde"]
    short = [FigureView(label=label, plan="1", draft="") for label in "abe"]
    expected = [("a", "A", "1"), ("b", "B", "1"), ("c", "C", "–"), ("d", "D", "–"), ("e", "E", "1")]
    assert list(beside(full, short)) == expected
    assert [row[0] for row in beside(short, full)] == ["a", "b", "c", "d", "e"]
    assert beside([], []) == ()
