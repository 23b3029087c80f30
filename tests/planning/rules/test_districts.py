"""Postcode districts of an area partnership: paid for, connected, or whole."""

from __future__ import annotations

import dataclasses
import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.api.plan import plan
from geo_partnerships.checking import check
from geo_partnerships.errors import NoPlanError
from geo_partnerships.model import Places
from geo_partnerships.planning.moving import move
from geo_partnerships.planning.proof import proof_of
from tests.small import school, small_problem, small_scenario, two_villages

NEIGHBOURS = {"A": frozenset({"B"}), "B": frozenset({"C"}), "C": frozenset(), "D": frozenset()}
"""A, B and C in a row; D touches none."""


def problem(points, districts):
    schools = {
        str(i): school(str(i), x, 0.0, district=d) for i, (x, d) in enumerate(zip(points, districts, strict=True))
    }
    return small_problem(schools=schools, places=Places(district_neighbours=NEIGHBOURS))


def verdict(made):
    return next((c for c in check(made).checks if c.code == "districts"), None)


def test_by_default_a_district_may_be_left_and_nothing_is_checked() -> None:
    assert verdict(plan(small_problem(), small_scenario())) is None


def test_whole_districts_stay_in_one_partnership_at_any_distance() -> None:
    points = [0, 0, 0, 900, 1_000, 1_000, 1_000, 1_000]
    made = plan(problem(points, "AAAABBBB"), small_scenario(districts="whole", area={"size": [3, 5]}))
    assert {frozenset(p.members) for p in made.partnerships} == {frozenset("0123"), frozenset("4567")}
    report = check(made)
    assert report.ok
    assert verdict(made).private is False
    assert proof_of(made, report).gap == 0
    moved = move(made, "3", next(p.number for p in made.partnerships if "4" in p.members))
    assert "A is in partnerships 1 and 2" in verdict(moved).message
    assert {breach.code for breach in proof_of(moved).breaches} == {"districts"}


def test_connected_districts_may_be_divided_but_not_skipped() -> None:
    points = [0, 0, 0, 100, 100, 100, 200, 200]
    made = plan(problem(points, "AAABBBCC"), small_scenario(districts="connected", area={"size": [3, 5]}))
    assert check(made).ok
    with pytest.raises(NoPlanError) as caught:
        plan(problem(points, "AAAAAADD"), small_scenario(districts="connected"))
    assert "postcode districts connected (districts: --set districts=penalty)" in str(caught.value)


def test_a_district_that_is_not_known_is_refused_by_name() -> None:
    schools = {**two_villages(), "10": dataclasses.replace(two_villages()["10"], district="")}
    with pytest.raises(NoPlanError, match="that of School 10 is not known"):
        plan(small_problem(schools=schools), small_scenario(districts="whole"))


def hang_together(districts):
    reached = set(sorted(districts)[:1])
    for _ in districts:
        reached |= {b for a in reached for b in districts if b in NEIGHBOURS[a] or a in NEIGHBOURS[b]}
    return reached == districts


@given(
    points=st.lists(st.integers(0, 40).map(lambda x: 100.0 * x), min_size=6, max_size=7),
    districts=st.lists(st.sampled_from("ABCD"), min_size=7, max_size=7),
    asked=st.sampled_from(["connected", "whole"]),
)
@settings(max_examples=15, deadline=None)
def test_the_best_plan_is_that_of_trying_all(points, districts, asked) -> None:
    here = districts[: len(points)]
    expected = math.inf
    for chosen in itertools.product((0, 1), repeat=len(points)):
        halves = [[i for i, g in enumerate(chosen) if g == one] for one in (0, 1)]
        within = [{here[i] for i in half} for half in halves]
        kept = asked == "connected" or within[0].isdisjoint(within[1])
        if kept and all(2 <= len(half) <= 6 for half in halves) and all(map(hang_together, within)):
            distance = sum(min(sum(abs(points[a] - points[b]) for a in half) for b in half) for half in halves)
            expected = min(expected, distance)
    scenario = small_scenario(area={"size": [2, 6]}, districts=asked)
    if math.isinf(expected):
        with pytest.raises(NoPlanError):
            plan(problem(points, here), scenario)
        return
    made = plan(problem(points, here), scenario)
    assert made.objective == pytest.approx(expected)
    assert check(made).ok
    assert proof_of(made).lower_bound <= expected + 1e-6
