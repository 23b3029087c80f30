"""Nobody farther from the centre school than a limit: at its edge, by brute force, at its price, in words."""

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
from tests.small import school, small_problem, small_scenario, two_villages

TWO = {"partnerships": 2, "size": [4, 8]}
EDGE = 300.0
"""Metres from the third of six schools in a row, the best placed, to the last."""


def verdict(made):
    return next((c for c in check(made).checks if c.code == "max-distance"), None)


def farthest(made):
    return max(m.distance_to_centre_m or 0.0 for m in made.memberships)


def limited(limit, strength="binding", **more):
    return small_scenario(max_distance={"strength": strength, "limit": limit, **more})


def test_just_as_far_is_near_enough() -> None:
    made = plan(small_problem(), limited(EDGE))
    assert farthest(made) == EDGE
    assert verdict(made).holds
    assert check(made).ok
    assert proof_of(made).lack is None


def test_a_limit_that_nobody_can_keep_names_the_schools_and_what_helps() -> None:
    with pytest.raises(NoPlanError) as caught:
        plan(small_problem(), limited(99))
    assert caught.value.proved
    assert "School 10, School 11, School 12, School 13, School 14 and 7 more are farther than 99 m" in str(caught.value)
    assert "School 10" in str(caught.value)
    assert "nobody farther than 99 m from the centre school (max_distance: give a larger limit, or " in str(
        caught.value
    )


def test_one_school_that_is_far_from_all_others_is_named() -> None:
    schools = {**two_villages(), "30": school("30", 2_500.0, 0.0)}
    with pytest.raises(NoPlanError) as caught:
        plan(small_problem(schools=schools), limited(1_000))
    assert "but School 30 is farther than 1,000 m from every other school." in str(caught.value)
    assert set(caught.value.keys) == {"max_distance", "area.size"}


def test_a_limit_just_below_makes_a_plan_impossible_that_was_possible() -> None:
    with pytest.raises(NoPlanError):
        plan(small_problem(), limited(EDGE - 0.01))


def test_preferred_it_is_broken_at_its_price_a_school() -> None:
    made = plan(small_problem(), limited(EDGE - 0.01, "preferred", weight=500))
    assert made.objective == pytest.approx(1_800 + 2 * 500)
    assert [(b.amount, b.cost_m, b.private) for b in made.strands[0].broken] == [(2, 1000, False)]
    assert not verdict(made).holds
    assert "is 300 m from it" in verdict(made).message
    assert check(made).ok


def test_minutes_count_as_distances_do() -> None:
    made = limited(3.75, unit="min")
    assert made.metres_of(3.75, "min") == EDGE
    assert verdict(plan(small_problem(), made)).name == "Nobody farther than 3.75 minutes from the centre school"
    with pytest.raises(NoPlanError):
        plan(small_problem(), limited(3.74, unit="min"))


def test_it_is_for_the_area_alone() -> None:
    strands = {"x": {"members": {"schools": ["10", "20"]}}}
    area = {"members": {"without": ["10", "20"]}, "partnerships": 2, "size": [4, 8]}
    made = plan(small_problem(), small_scenario(max_distance={"strength": "binding"}, strands=strands, area=area))
    assert farthest(made) == 5_000
    assert verdict(made).holds


def test_a_school_moved_beyond_the_limit_breaks_the_rule_and_the_certificate() -> None:
    made = plan(small_problem(), limited(3_000))
    there = next(p.number for p in made.partnerships if "20" in p.members)
    moved = move(made, "10", there)
    assert not verdict(moved).holds
    assert {breach.code for breach in proof_of(moved).breaches} == {"max-distance"}


def test_another_limit_is_another_rule_to_a_certificate() -> None:
    made = plan(small_problem(), limited(3_000))
    again = type(made)(**{**{f: getattr(made, f) for f in made.__dataclass_fields__}, "scenario": limited(4_000)})
    assert proof_of(again).lack is not None


def test_its_price_is_what_a_plan_without_it_saves() -> None:
    row = {str(i): school(str(i), float(x), 0.0) for i, x in enumerate([0, 0, 0, 0, 900, 1000, 1000, 1000])}
    problem = small_problem(schools=row)
    made = plan(problem, small_scenario(max_distance={"strength": "binding", "limit": 899}))
    price = next(p for p in price_of_rules(made).prices if p.key == "max_distance")
    free = plan(problem, small_scenario())
    assert price.low_m == price.high_m == pytest.approx(made.objective - free.objective)
    assert price.words == "nobody farther than 899 m from the centre school"


def best(points, sizes, limit, price):
    """The least cost over all ways to make two groups, by trying every one."""
    n, found = len(points), math.inf

    def paid(metres):
        return metres + (price if metres > limit else 0.0)

    for chosen in itertools.product((0, 1), repeat=n):
        groups = [[i for i in range(n) if chosen[i] == g] for g in (0, 1)]
        if all(sizes[0] <= len(g) <= sizes[1] for g in groups):
            total = 0.0
            for group in groups:
                around = [sum(paid(abs(points[i] - points[j])) for i in group) for j in group]
                total += min(around)
            found = min(found, total)
    return found


@given(
    points=st.lists(st.integers(0, 40).map(lambda x: 100.0 * x), min_size=6, max_size=8),
    limit=st.sampled_from([250.0, 600.0, 1000.0, 1700.0]),
    weight=st.sampled_from([None, 50.0, 900.0]),
)
@settings(max_examples=25, deadline=None)
def test_the_best_plan_is_that_of_trying_all(points, limit, weight) -> None:
    problem = small_problem(schools={str(i): school(str(i), x, 0.0) for i, x in enumerate(points)})
    strength = {"strength": "binding"} if weight is None else {"strength": "preferred", "weight": weight}
    scenario = small_scenario(area={"size": [2, 6]}, max_distance={"limit": limit, **strength})
    expected = best(points, (2, 6), limit, math.inf if weight is None else weight)
    if math.isinf(expected):
        with pytest.raises(NoPlanError):
            plan(problem, scenario)
        return
    made = plan(problem, scenario)
    assert made.objective == pytest.approx(expected)
    assert check(made).ok
    assert proof_of(made).lower_bound <= expected + 1e-6
