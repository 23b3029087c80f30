"""Moving a school by hand: what it costs, what is refused, and that the plan before stays as it was."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.api.plan import plan
from geo_partnerships.checking import check
from geo_partnerships.errors import UsageError
from geo_partnerships.model import Distances, Response
from geo_partnerships.planning import moving
from tests.small import school, small_letter, small_problem, small_scenario, two_villages

W, E = tuple(f"1{i}" for i in range(6)), tuple(f"2{i}" for i in range(6))
VILLAGES = plan(small_problem(), small_scenario(area={"size": [2, 10]}))
BOTH = plan(
    small_problem(schools={**two_villages(), "30": school("30", None, None)}),
    small_scenario(strands={"pair": {"members": {"schools": ["10", "25"]}}}),
)


def members(made):
    return {p.number: p.members for p in made.partnerships}


def number_of(made, urn, strand="area"):
    return next(p.number for p in made.partnerships if urn in p.members and p.strand == strand)


@settings(deadline=None)
@given(st.sampled_from([*W, *E]))
def test_what_a_move_costs_is_foretold_and_moving_back_restores_every_figure(urn) -> None:
    home = number_of(VILLAGES, urn)
    ((other, dearer),) = moving.alternatives(VILLAGES, urn, home)
    moved = moving.move(VILLAGES, urn, other)
    assert moved.objective == pytest.approx(VILLAGES.objective + dearer)
    assert moved.lower_bound == VILLAGES.lower_bound
    assert [s.method for s in moved.strands] == [moving.BY_HAND]
    assert moved.gap == pytest.approx(dearer / moved.objective)
    assert check(moved).ok
    back = moving.move(moved, urn, home)
    assert back.partnerships == VILLAGES.partnerships
    assert back.objective == pytest.approx(VILLAGES.objective)
    assert members(VILLAGES) == {number_of(VILLAGES, "10"): W, number_of(VILLAGES, "20"): E}  # it stayed as it was


def test_a_place_in_another_strand_stays_unless_it_is_the_one_to_be_left() -> None:
    pair, west, east = (number_of(BOTH, *at) for at in (("10", "pair"), ("10",), ("20",)))
    moved = moving.move(BOTH, "10", east)
    assert "10" in members(moved)[pair]
    assert "10" not in members(moved)[west]
    from_pair = moving.move(BOTH, "10", east, source=pair)
    assert "10" not in members(from_pair)[pair]
    assert "10" in members(from_pair)[west]
    assert "10" in members(from_pair)[east]
    assert (from_pair.lower_bound, from_pair.gap) == (None, None)  # between strands none is known


def test_a_school_in_no_partnership_just_joins() -> None:
    east = number_of(BOTH, "20")
    moved = moving.move(BOTH, "30", east)  # it has no point, so it costs nothing
    assert members(moved)[east] == (*members(BOTH)[east], "30")
    assert moved.objective == pytest.approx(BOTH.objective)


@pytest.mark.parametrize(
    ("urn", "to", "source", "words"),
    [
        ("10", 99, None, "no partnership 99"),
        ("99", 3, None, "no school with the URN '99'"),
        ("20", "20", None, "School 20 is in partnership . already"),
        ("11", "20", "pair", "School 11 is not in partnership"),
        ("10", "alone", None, "in several partnerships: say which it leaves"),
        ("13", "20", "alone", "would be left empty"),
    ],
)
def test_what_cannot_be_is_refused_in_words(urn, to, source, words) -> None:
    made = plan(
        small_problem(),
        small_scenario(
            strands={"pair": {"members": {"schools": ["10", "25"]}}, "alone": {"members": {"schools": ["13"]}}}
        ),
    )
    numbers = {"pair": number_of(made, "10", "pair"), "alone": number_of(made, "13", "alone"), None: None}
    target = numbers.get(to) or (number_of(made, to) if isinstance(to, str) else to)
    with pytest.raises(UsageError, match=words):
        moving.move(made, urn, target, source=numbers[source])


def test_a_strand_as_the_letter_has_it_costs_what_its_partnerships_cost_and_nothing_is_proved_of_it() -> None:
    letter = small_letter(W, E)
    scenario = small_scenario(area={"members": {"letter": [1, 2]}, "as_given": True, "size": None})
    made = plan(small_problem(letter=letter), scenario)
    moved = moving.move(made, "15", 2)
    assert members(moved) == {1: W[:-1], 2: ("15", *E)}
    assert moved.objective == pytest.approx(made.objective - 300 + 4_500 + 200)
    assert made.lower_bound is moved.lower_bound is made.gap is moved.gap is None
    assert "as-given" in {c.code for c in check(moved).broken}
    assert "inputs" not in {c.code for c in check(moved).broken}  # its digest tells of the move


def test_the_check_says_which_guarantee_a_move_breaks() -> None:
    made = plan(small_problem(Response(responder="10", wanted=("11", "12"))), small_scenario(area={"size": [2, 10]}))
    east = number_of(made, "20")
    broken = [c.code for c in check(moving.move(made, "10", east)).broken]
    assert broken == ["guarantee"]


def test_a_distance_that_is_not_known_is_no_place_to_move_to() -> None:
    urns = [*W, *E]
    known = {a: {b: 0.0 if a == b else 100.0 for b in urns} for a in urns}
    for urn in E:
        known["10"][urn] = known[urn]["10"] = float("nan")
    matrix = np.array([[known[a][b] for b in urns] for a in urns])
    problem = small_problem(distances=Distances(keys=tuple(urns), matrix=matrix, words="by road"))
    made = plan(problem, small_scenario(pinned=[{"schools": list(W), "partnership": "w"}], area={"size": [2, 10]}))
    assert moving.alternatives(made, "10", number_of(made, "10")) == []
    assert len(moving.alternatives(made, "11", number_of(made, "11"))) == 1
    with pytest.raises(UsageError, match="distance to the centre school would not be known"):
        moving.move(made, "10", number_of(made, "20"))


def test_a_plan_without_results_of_a_strand_can_be_moved_in() -> None:
    bare = dataclasses.replace(VILLAGES, strands=())
    assert moving.move(bare, "15", number_of(VILLAGES, "20")).strands == ()


def test_a_move_that_leaves_nobody_to_meet_a_guarantee_is_told_by_the_check() -> None:
    """25 leaves the area, where alone 10 can have a school it named, for a strand without 10."""
    made = plan(
        small_problem(Response(responder="10", wanted=("25",))),
        small_scenario(area={"size": [2, 10]}, strands={"pair": {"members": {"schools": ["20", "21"]}}}),
    )
    moved = moving.move(made, "25", number_of(made, "20", "pair"), source=number_of(made, "25"))
    assert "guarantee" in {c.code for c in check(moved).broken}


def test_a_partnership_of_schools_without_a_point_costs_nothing_and_has_no_centre() -> None:
    lost = {"30": school("30", None, None), "31": school("31", None, None)}
    letter = small_letter(W, ("30", "31"), E)
    scenario = small_scenario(area={"members": {"letter": [1, 2, 3]}, "as_given": True, "size": None})
    made = plan(small_problem(schools={**two_villages(), **lost}, letter=letter), scenario)
    moved = moving.move(made, "31", 1)
    assert members(moved)[2] == ("30",)
    assert next(p for p in moved.partnerships if p.number == 2).centre is None
    assert moved.objective == pytest.approx(made.objective)
