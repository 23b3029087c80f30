"""Pairs of schools that are worth being together: each kind follows from what was said, and from nothing else."""

from __future__ import annotations

import dataclasses

import pytest

from geo_partnerships.letter import Alliance, DraftPartnership, ListedMember
from geo_partnerships.model import Response
from geo_partnerships.pairs import PUBLIC_KINDS, PairKind, pairs_of
from geo_partnerships.vocabulary import PartnershipType
from tests.small import school, small_letter, small_problem

ALLIANCE = Alliance(
    number=1,
    title="Trio",
    lead="10",
    members=(ListedMember(text="a", schools=("11",)), ListedMember(text="b", schools=("12",))),
)


def test_a_wish_is_directed_and_said_for_each_school_that_the_answer_covers() -> None:
    problem = small_problem(Response(responder="10", on_behalf_of=("11",), existing=("12",), wanted=("11", "25")))
    assert pairs_of(PairKind.GRANTED, problem) == (("10", "11"), ("10", "12"), ("10", "25"), ("11", "12"), ("11", "25"))


def test_a_wish_is_mutual_where_both_named_each_other_and_counts_once() -> None:
    answers = (Response(responder="10", wanted=("11", "12")), Response(responder="11", existing=("10",)))
    assert pairs_of(PairKind.MUTUAL, small_problem(*answers)) == (("10", "11"),)


def test_partners_exist_where_an_answer_or_a_standing_partnership_says_so() -> None:
    problem = small_problem(Response(responder="13", existing=("10",), wanted=("14",)), standing=(ALLIANCE,))
    assert pairs_of(PairKind.EXISTING, problem) == (("10", "11"), ("10", "12"), ("10", "13"), ("11", "12"))


def test_schools_are_given_as_one_by_an_answer_for_several_or_an_entry_of_the_letter() -> None:
    letter = small_letter(("10",))
    entry = ListedMember(text="Academy/Juniors", schools=("20", "21"))
    draft = DraftPartnership(number=2, type=PartnershipType.LOOSE, label="", basis="place", members=(entry,))
    answers = (Response(responder="10", on_behalf_of=("12",), wanted=("15",)), Response(responder="14"))
    problem = small_problem(*answers, letter=dataclasses.replace(letter, partnerships=(*letter.partnerships, draft)))
    assert pairs_of(PairKind.JOINT, problem) == (("10", "12"), ("20", "21"))


def test_members_of_an_alliance_are_paired_with_its_lead_and_with_each_other() -> None:
    problem = small_problem(letter=dataclasses.replace(small_letter(("10",)), alliances=(ALLIANCE,)))
    assert pairs_of(PairKind.ALLIANCE, problem) == (("10", "11"), ("10", "12"), ("11", "12"))
    assert pairs_of(PairKind.ALLIANCE, small_problem()) == ()


@pytest.mark.parametrize(("metres", "paired"), [(0.0, True), (49.9, True), (50.1, False)])
def test_an_infant_and_a_junior_school_are_of_one_site_within_fifty_metres(metres, paired) -> None:
    schools = [
        school("1", 24.0, 10.0, phase="infant"),
        school("2", 24.0 + metres, 10.0, phase="junior"),
        school("3", 24.0, 10.0),
        school("4", None, None, phase="junior"),
    ]
    problem = small_problem(schools={s.urn: s for s in schools})
    assert pairs_of(PairKind.SITE, problem) == ((("1", "2"),) if paired else ())


def test_wishes_for_a_type_are_those_of_answers_that_want_it() -> None:
    answers = (
        Response(responder="10", wanted=("11",), wanted_type="loose"),
        Response(responder="12", wanted=("13",), wanted_type="hard"),
        Response(responder="14", wanted=("15",)),
    )
    problem = small_problem(*answers)
    assert pairs_of(PairKind.WANTED_TYPE, problem, type_="loose") == (("10", "11"),)
    assert pairs_of(PairKind.WANTED_TYPE, problem, type_="hard") == (("12", "13"),)


def test_only_what_is_published_anyway_makes_public_pairs() -> None:
    with_answers = small_problem(Response(responder="10", on_behalf_of=("11",), existing=("12",), wanted=("13",)))
    without = small_problem()
    for kind in PairKind:
        if pairs_of(kind, with_answers) != pairs_of(kind, without):
            assert kind not in PUBLIC_KINDS
