"""Pairs together in a plan are counted from its members, school by school and partnership by partnership."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo_partnerships.checking import scores_of
from geo_partnerships.checking.together import parted_in, together_by_partnership, together_by_school
from geo_partnerships.comparing import compare
from geo_partnerships.model import Response
from geo_partnerships.pairs import PairKind
from geo_partnerships.planning import plan
from tests.small import small_problem, small_scenario, two_villages

ANSWERS = (
    Response(responder="10", on_behalf_of=("11",), existing=("12",), wanted=("20", "nowhere"), wanted_type="loose"),
    Response(responder="20", wanted=("10", "21"), wanted_type="hard"),
)
GRANTED = PairKind.GRANTED


@pytest.fixture(scope="module")
def made():
    """The two villages apart: schools 10 to 15, and 20 to 25."""
    return plan(small_problem(*ANSWERS), small_scenario(guarantee={"strength": "off"}))


def test_each_kind_is_counted_over_the_pairs_that_the_plan_has_both_of(made) -> None:
    found = {one.kind: one.words for one in scores_of(made).together}
    assert found == {
        PairKind.GRANTED: "3 of 6",
        PairKind.MUTUAL: "0 of 1",
        PairKind.EXISTING: "2 of 2",
        PairKind.WANTED_TYPE: "2 of 4",
        PairKind.JOINT: "1 of 1",
    }


def test_a_wish_is_that_of_the_school_that_wished(made) -> None:
    schools = {urn: {one.kind: one.words for one in found} for urn, found in together_by_school(made).items()}
    assert schools["10"][GRANTED] == "1 of 2"
    assert schools["20"][GRANTED] == "1 of 2"
    assert GRANTED not in schools["12"]
    assert schools["12"][PairKind.EXISTING] == "2 of 2"


def test_a_partnership_has_the_pairs_of_which_it_has_one_school(made) -> None:
    of = {p.number: p.members for p in made.partnerships}
    found = together_by_partnership(made)
    west = next(number for number, members in of.items() if "10" in members)
    east = next(number for number, members in of.items() if "20" in members)
    assert {one.kind: one.words for one in found[west]}[GRANTED] == "2 of 5"
    assert {one.kind: one.words for one in found[east]}[GRANTED] == "1 of 4"


def test_a_pair_is_together_only_in_the_partnership_that_has_both(made) -> None:
    """School 10 is in a third partnership, too, without 12, which it works with in its first."""
    first, second = made.partnerships
    third = replace(second, number=3, members=("10", "20"))
    found = together_by_partnership(replace(made, partnerships=(first, second, third)))
    assert {one.kind: one.words for one in found[1]}[PairKind.EXISTING] == "2 of 2"
    assert {one.kind: one.words for one in found[3]}[PairKind.EXISTING] == "0 of 1"


def test_a_strand_parts_the_pairs_that_it_has_both_schools_of_apart(made) -> None:
    west, east = made.partnerships
    assert parted_in(made, GRANTED, (west, east), "loose") == 3
    assert parted_in(made, GRANTED, (west,), "loose") == 0
    assert parted_in(made, GRANTED, (east,), "loose") == 0


def test_what_changes_with_one_answer_is_for_officers(made) -> None:
    assert all(one.private for one in scores_of(made).together)


def test_a_comparison_has_the_figures_of_both_plans(made) -> None:
    joined = plan(small_problem(*ANSWERS), small_scenario(must_link=[{"schools": ["10", "20"]}]))
    found = compare(made, joined)
    before, after = ({one.kind: one.together for one in side.together} for side in (found.before, found.after))
    assert before[PairKind.MUTUAL] == 0
    assert after[PairKind.MUTUAL] == 1


def test_pairs_that_no_strand_has_both_of_are_counted() -> None:
    """Schools 20 and 21 are a strand of their own: whoever wishes for one of them from elsewhere cannot have it."""
    strands = {"pair": {"members": {"schools": ["20", "21"]}}}
    rest = {"members": {"schools": [urn for urn in two_villages() if urn not in {"20", "21"}]}}
    made = plan(small_problem(*ANSWERS), small_scenario(strands=strands, area=rest, guarantee={"strength": "off"}))
    found = {one.kind: (one.pairs, one.no_strand) for one in scores_of(made).together}
    assert found[GRANTED] == (6, 3)
    assert found[PairKind.JOINT] == (1, 0)
