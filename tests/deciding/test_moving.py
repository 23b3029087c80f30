"""Moving by hand: what a moved plan claims is what the independent check finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.api.plan import plan
from geo_partnerships.checking import check
from geo_partnerships.errors import UsageError
from geo_partnerships.model import Distances, Response
from geo_partnerships.planning.moving import alternatives, move
from tests.depth import examples
from tests.small import small_problem, small_scenario

DERIVED = ("members", "partition", "centres", "distances", "objective")


@pytest.fixture(scope="module")
def villages():
    """Two partnerships of six; 10 named 11, and 25 named 24, at 700 m each if it cannot be."""
    answers = (Response(responder="10", wanted=("11",)), Response(responder="25", wanted=("24",)))
    scenario = small_scenario(guarantee={"strength": "preferred", "weight": 700}, district_penalty=100)
    return plan(small_problem(*answers), scenario)


def number_of(made, school: str) -> int:
    return next(p.number for p in made.partnerships if school in p.members)


@settings(max_examples=examples(20), deadline=None)
@given(steps=st.lists(st.sampled_from([f"{v}{i}" for v in (1, 2) for i in range(6)]), max_size=8))
def test_whatever_is_moved_the_check_finds_the_figures_stated(villages, steps) -> None:
    made = villages
    for school in steps:
        here = number_of(made, school)
        if len(made.partnerships[here - 1].members) > 1:
            made = move(made, school, 3 - here)
    found = {c.code: c for c in check(made).checks}
    assert all(found[code].holds for code in DERIVED), [found[code].message for code in DERIVED]
    broken = {code for code, one in found.items() if one.binding and not one.holds}
    assert made.lower_bound is None if broken else made.lower_bound <= made.objective


def test_moving_back_restores_the_plan(villages) -> None:
    here = number_of(villages, "15")
    there = move(villages, "15", 3 - here)
    back = move(there, "15", here)
    assert there.objective > villages.objective
    assert (back.objective, back.partnerships, back.memberships) == (
        villages.objective, villages.partnerships, villages.memberships,
    )  # fmt: skip


def test_a_broken_preferred_rule_is_priced(villages) -> None:
    moved = move(villages, "11", 3 - number_of(villages, "11"))
    assert [rule.cost_m for result in moved.strands for rule in result.broken] == [700.0]


def test_alternatives_cost_what_the_move_costs(villages) -> None:
    here = number_of(villages, "15")
    [(number, cost)] = alternatives(villages, "15", here)
    assert cost == pytest.approx(move(villages, "15", number).objective - villages.objective)


def test_what_cannot_be_moved_is_told(villages) -> None:
    here = number_of(villages, "10")
    for school, number, words in (("99", 1, "no school"), ("10", 9, "no partnership 9"), ("10", here, "already")):
        with pytest.raises(UsageError, match=words):
            move(villages, school, number)
    lone = villages
    for school in ("10", "11", "12", "13", "14"):
        lone = move(lone, school, 3 - here)
    with pytest.raises(UsageError, match="left empty"):
        move(lone, "15", 3 - here)


def test_a_school_is_not_moved_where_no_distance_is_known() -> None:
    keys = tuple(f"{v}{i}" for v in (1, 2) for i in range(6))
    matrix = np.abs(np.subtract.outer(np.arange(12.0), np.arange(12.0))) * 100
    matrix[5, 6:] = matrix[6:, 5] = np.nan  # 15 cannot be reached from the east
    made = plan(small_problem(distances=Distances(keys=keys, matrix=matrix, words="by ferry")), small_scenario())
    here = number_of(made, "15")
    with pytest.raises(UsageError, match="would not be known"):
        move(made, "15", 3 - here)
    assert alternatives(made, "15", here) == []
    moved = move(made, "14", 3 - here)
    assert all(found.holds for found in check(moved).checks if found.code in DERIVED)
