"""Whom a strand takes is worked out anew: by its conditions, by the letter, by answers and by second memberships."""

from __future__ import annotations

import dataclasses

import pytest

from geo_partnerships.checking import check
from geo_partnerships.checking.verdicts import verdict
from geo_partnerships.model import Response
from geo_partnerships.planning import plan
from tests.small import school, small_letter, small_problem, small_scenario, two_villages

W, E = tuple(f"1{i}" for i in range(6)), tuple(f"2{i}" for i in range(6))


@pytest.fixture(scope="module")
def good():
    return plan(small_problem(), small_scenario())


def told(made, code):
    return next((c.message for c in check(made).checks if c.code == code and not c.holds), "")


def without(made, urn):
    """The plan with a school taken out of its partnership."""
    groups = (dataclasses.replace(p, members=tuple(u for u in p.members if u != urn)) for p in made.partnerships)
    return dataclasses.replace(made, partnerships=tuple(groups))


@pytest.mark.parametrize(
    ("condition", "other"),
    [({"boroughs": ["Smallton"]}, {"borough": "Bigton"}), ({"sectors": ["state"]}, {"sector": "independent"}),
     ({"phases": ["primary"]}, {"phase": "secondary"}), ({"without": ["30"]}, {})],
)  # fmt: skip
def test_who_meets_every_condition_belongs_and_nobody_else(condition, other) -> None:
    schools = {**two_villages(), "30": school("30", 50, 50, **other)}
    made = plan(small_problem(schools=schools), small_scenario(area={"members": condition}))
    assert told(made, "partition") == ""
    assert told(without(made, "10"), "partition") == "School 10 (10) is missing from the strand area"
    first, *rest = made.partnerships
    wider = dataclasses.replace(first, members=(*first.members, "30"))
    joined = dataclasses.replace(made, partnerships=(wider, *rest))
    assert told(joined, "partition") == "School 30 (30) does not belong to the strand area"


@pytest.mark.parametrize("respondents", [True, False])
def test_who_answered_and_is_in_no_strand_belongs_where_such_schools_are_taken(respondents) -> None:
    answers = (Response(responder="25", wanted=("24",)), Response(responder="10", wanted=("11",)),
               Response(responder="20", on_behalf_of=("99",), wanted=("21",)))  # fmt: skip
    members = {"schools": [*W, *E[:5]], "respondents": respondents}
    scenario = small_scenario(area={"members": members}, guarantee={"strength": "off"})
    made = plan(small_problem(*answers), scenario)
    assert told(made, "partition") == ""
    assert any("25" in p.members for p in made.partnerships) == respondents
    if respondents:
        assert told(without(made, "25"), "partition") == "School 25 (25) is missing from the strand area"


def test_a_second_membership_is_allowed_to_whom_no_strand_of_its_own_could_serve() -> None:
    """10 named 20, which is in the other strand: both may be in the area strand, and nobody else of the pair's."""
    answers = (Response(responder="10", wanted=("20",)), Response(responder="21", wanted=("22",)))
    scenario = {"strands": {"pair": {"members": {"schools": ["10", "11"]}}},
                "area": {"members": {"schools": [*W[2:], *E]}}}  # fmt: skip
    asked = {"strength": "preferred", "second_membership": True}
    made = plan(small_problem(*answers), small_scenario(**scenario, guarantee=asked))
    assert sum("10" in p.members for p in made.partnerships) == 2
    assert told(made, "partition") == ""
    area = next(p for p in made.partnerships if p.strand == "area")

    def joined(urn):
        wider = dataclasses.replace(area, members=(*area.members, urn))
        return dataclasses.replace(made, partnerships=tuple(wider if p is area else p for p in made.partnerships))

    assert told(joined("11"), "partition") == "School 11 (11) does not belong to the strand area"
    refused = dataclasses.replace(
        made, scenario=small_scenario(**scenario, guarantee={**asked, "second_membership": False})
    )
    assert told(refused, "partition") == "School 10 (10) does not belong to the strand area"
    pair = next(p for p in made.partnerships if p.strand == "pair")
    wider = dataclasses.replace(pair, members=(*pair.members, "20"))
    moved = dataclasses.replace(made, partnerships=tuple(wider if p is pair else p for p in made.partnerships))
    assert told(moved, "partition") == "School 20 (20) does not belong to the strand pair"


def test_members_that_are_no_schools_spoil_no_other_check(good) -> None:
    first, second = good.partnerships
    strange = dataclasses.replace(first, members=(*first.members, "99"))
    made = dataclasses.replace(good, partnerships=(strange, second))
    assert told(made, "members")
    assert told(made, "partition") == ""
    assert told(good, "members") == ""


def test_names_are_not_asked_of_a_strand_moved_by_hand_or_without_a_centre(good) -> None:
    renamed = tuple(dataclasses.replace(p, name="x") for p in good.partnerships)
    made = dataclasses.replace(good, partnerships=renamed)
    assert "is called 'x'" in told(made, "names")
    by_hand = dataclasses.replace(good.strands[0], method="moved by hand")
    assert told(dataclasses.replace(made, strands=(by_hand,)), "names") == ""
    lost = tuple(dataclasses.replace(p, centre=None if p.number == 1 else p.centre) for p in renamed)
    assert told(dataclasses.replace(made, partnerships=lost), "names") == ""


def test_names_of_the_letter_are_asked_even_without_a_centre_and_numbers_count_on_beside_planned_ones() -> None:
    letter = small_letter(W[:2], W[2:], E)
    given = {"strands": {"old": {"as_given": True, "members": {"letter": [2]}}},
             "area": {"members": {"schools": [*W[:2], *E]}}}  # fmt: skip
    made = plan(small_problem(letter=letter), small_scenario(**given))
    assert told(made, "names") == ""  # numbered from 1 on, not as in the letter
    old = next(p for p in made.partnerships if p.strand == "old")
    assert old.number == 1
    wrong = dataclasses.replace(old, name="x", centre=None)
    renamed = dataclasses.replace(made, partnerships=tuple(wrong if p is old else p for p in made.partnerships))
    assert "is called 'x', not 'Group 2'" in told(renamed, "names")


def test_a_school_in_no_partnership_is_told_and_breaks_no_rule(good) -> None:
    schools = {**two_villages(), "30": school("30", 50, 50)}
    made = plan(small_problem(schools=schools), small_scenario(area={"members": {"schools": [*W, *E]}}))
    words = "12 of 13 state schools of Smallton are in one of the 2 partnerships and 1 in none."
    assert told(made, "coverage") == words
    assert check(made).ok
    assert told(good, "coverage") == ""


@pytest.mark.parametrize(("number", "words"), [(5, "a; b; c; d; e"), (6, "a; b; c; d; e; and 1 more")])
def test_the_first_five_problems_are_told_and_the_others_counted(number, words) -> None:
    found = verdict("code", "Name", list("abcdef")[:number], "Fine.")
    assert (found.message, found.holds, found.binding) == (words, False, True)
    assert verdict("code", "Name", [], "Fine.").message == "Fine."
