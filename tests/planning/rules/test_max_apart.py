"""No two schools of a partnership farther apart than a limit: at its edge, by brute force, at its price."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.api.plan import plan
from geo_partnerships.checking import check
from geo_partnerships.errors import NoPlanError
from geo_partnerships.planning.moving import move
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.pricing.rules import price_of_rules
from tests.small import school, small_problem, small_scenario

EDGE = 500.0
"""Metres from the first to the last of six schools in a row."""


def verdict(made):
    return next((c for c in check(made).checks if c.code == "max-apart"), None)


def limited(limit, strength="binding", **more):
    return small_scenario(max_apart={"strength": strength, "limit": limit, **more})


def test_just_as_far_is_near_enough_and_a_little_farther_is_not() -> None:
    made = plan(small_problem(), limited(EDGE))
    assert verdict(made).holds
    assert check(made).ok
    with pytest.raises(NoPlanError) as caught:
        plan(small_problem(), limited(EDGE - 0.01))
    assert "no two schools farther than 499.99 m apart (max_apart: give a larger limit, or " in str(caught.value)


def test_preferred_each_pair_beyond_is_paid() -> None:
    made = plan(small_problem(), limited(EDGE - 100, "preferred", weight=30))
    assert made.objective == pytest.approx(1_800 + 2 * 30)
    assert not verdict(made).holds
    assert "are 500 m apart" in verdict(made).message
    assert check(made).ok


def test_minutes_count_as_distances_do_and_other_strands_are_let_be() -> None:
    assert verdict(plan(small_problem(), limited(6.25, unit="min"))).name.endswith("6.25 minutes apart")
    strands = {"x": {"members": {"schools": ["10", "20"]}}}
    area = {"members": {"without": ["10", "20"]}}
    made = plan(small_problem(), small_scenario(max_apart={"strength": "binding"}, strands=strands, area=area))
    assert verdict(made).holds


def test_a_school_moved_too_far_breaks_the_rule() -> None:
    made = plan(small_problem(), limited(3_000))
    moved = move(made, "10", next(p.number for p in made.partnerships if "20" in p.members))
    assert {breach.code for breach in proof_of(moved).breaches} == {"max-apart"}


def test_it_has_one_price() -> None:
    made = plan(small_problem(), limited(EDGE))
    (row,) = (p for p in price_of_rules(made).prices if p.key == "max_apart")
    assert row.words == "no two schools farther than 500 m apart"
    assert (row.low_m, row.high_m) == (0, 0)


def best(points, limit, price):
    """The least cost over all ways to make two groups of two to six, by trying every one."""
    found = math.inf
    for chosen in itertools.product((0, 1), repeat=len(points)):
        groups = [[x for x, g in zip(points, chosen, strict=True) if g == one] for one in (0, 1)]
        if all(2 <= len(group) <= 6 for group in groups):
            far = sum(abs(a - b) > limit for group in groups for a, b in itertools.combinations(group, 2))
            distance = sum(min(sum(abs(a - b) for a in group) for b in group) for group in groups)
            found = min(found, distance + (far * price if far else 0.0))
    return found


@given(
    points=st.lists(st.integers(0, 40).map(lambda x: 100.0 * x), min_size=6, max_size=8),
    limit=st.sampled_from([400.0, 1000.0, 1900.0]),
    weight=st.sampled_from([None, 40.0, 700.0]),
)
@settings(max_examples=15, deadline=None)
def test_the_best_plan_is_that_of_trying_all(points, limit, weight) -> None:
    problem = small_problem(schools={str(i): school(str(i), x, 0.0) for i, x in enumerate(points)})
    strength = {"strength": "binding"} if weight is None else {"strength": "preferred", "weight": weight}
    scenario = small_scenario(area={"size": [2, 6]}, max_apart={"limit": limit, **strength})
    expected = best(points, limit, math.inf if weight is None else weight)
    if math.isinf(expected):
        with pytest.raises(NoPlanError):
            plan(problem, scenario)
        return
    made = plan(problem, scenario)
    assert made.objective == pytest.approx(expected)
    assert check(made).ok
    assert proof_of(made).lower_bound <= expected + 1e-6
