"""The check catches what a plan says wrongly. Each test changes one thing of a good plan."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_partnerships.checking import check, coverage_of, guarantee_of, scores_of
from geo_partnerships.intake import read_problem
from geo_partnerships.letter import Alliance, ListedMember
from geo_partnerships.model import Response
from geo_partnerships.planning import plan, plan_of_draft
from geo_partnerships.plans import Role
from geo_partnerships.scenarios.read import read_scenario
from geo_partnerships.vocabulary import Phase
from tests.small import school, small_letter, small_problem, small_scenario, two_villages, with_bound

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = (
    Response(responder="10", on_behalf_of=("11",), existing=("12",), wanted=("11", "25")),
    Response(responder="20", wanted=("10",)),
)


@pytest.fixture(scope="module")
def good():
    return plan(small_problem(*ANSWERS), small_scenario(guarantee={"strength": "preferred", "weight": 0}))


def failed(made):
    return {c.code for c in check(made).checks if not c.holds and c.binding}


def with_partnership(made, index, **changes):
    partnerships = list(made.partnerships)
    partnerships[index] = dataclasses.replace(partnerships[index], **changes)
    return dataclasses.replace(made, partnerships=tuple(partnerships))


def test_a_good_plan_passes(good) -> None:
    assert not failed(good)
    assert check(good).ok


def test_a_moved_school_is_caught(good) -> None:
    moved = with_partnership(good, 0, members=good.partnerships[0].members[1:])
    assert "partition" in failed(moved)


def test_a_school_in_two_partnerships_of_a_strand_is_caught(good) -> None:
    twice = with_partnership(good, 0, members=(*good.partnerships[0].members, good.partnerships[1].members[0]))
    assert "partition" in failed(twice)


def test_an_unknown_member_is_caught(good) -> None:
    stranger = dataclasses.replace(good.memberships[0], school="999")
    assert "members" in failed(dataclasses.replace(good, memberships=(stranger, *good.memberships[1:])))


def test_a_centre_that_is_not_the_best_is_caught(good) -> None:
    far = good.partnerships[0].members[0]
    assert {"centres", "objective"} <= failed(with_partnership(good, 0, centre=far))


@given(index=st.integers(0, 11), shift=st.floats(0.001, 1e6))
def test_any_wrong_distance_is_caught(good, index, shift) -> None:
    memberships = list(good.memberships)
    wrong = (memberships[index].distance_to_centre_m or 0) + shift
    memberships[index] = dataclasses.replace(memberships[index], distance_to_centre_m=wrong)
    assert "distances" in failed(dataclasses.replace(good, memberships=tuple(memberships)))


@given(shift=st.floats(0.01, 1e6))
def test_a_wrong_objective_or_a_bound_above_it_is_caught(good, shift) -> None:
    result = good.strands[0]
    dearer = dataclasses.replace(result, objective=result.objective + shift)
    for changed in (dearer, with_bound(result, result.objective + shift)):
        wrong = dataclasses.replace(good, strands=(changed,))
        assert "objective" in failed(wrong)


def test_a_wrong_role_is_caught(good) -> None:
    memberships = [dataclasses.replace(m, role=Role.MEMBER) for m in good.memberships]
    assert "distances" in failed(dataclasses.replace(good, memberships=tuple(memberships)))


def test_sizes_numbers_links_pins_and_balance_are_measured(good) -> None:
    scenario = small_scenario(
        area={"partnerships": 3, "size": [1, 2]},
        must_link=[{"schools": ["10", "20"]}],
        cannot_link=[{"schools": ["10", "11"]}],
        pinned=[{"schools": ["10", "20"], "partnership": "a"}],
        balance=[{"name": "primary", "phases": ["primary"], "most": 1}],
        guarantee={"strength": "off"},
    )
    made = dataclasses.replace(good, scenario=scenario, strands=(), digest="")
    assert failed(made) == {"number-area", "size-area", "must-link-1", "cannot-link-1", "pinned", "balance-1"}


def test_the_guarantee_is_told_per_covered_school() -> None:
    made = plan(small_problem(*ANSWERS), small_scenario(guarantee={"strength": "off"}))
    found = {o.school: o for o in guarantee_of(made)}
    assert found["10"].met_by == ("12", "11")
    assert found["11"].named == ("12", "25")  # the answer names 11 itself, which counts for 10 alone
    assert not found["20"].met
    assert (scores_of(made).respondents, scores_of(made).met) == (3, 2)


def test_a_binding_guarantee_that_fails_is_a_broken_rule(good) -> None:
    made = dataclasses.replace(good, scenario=small_scenario())
    assert "guarantee" in failed(made)


def test_coverage_gives_a_reason_for_every_school_left_out() -> None:
    schools = {
        **two_villages(),
        "30": school("30", 0, 50, phase="secondary"),
        "31": school("31", 0, 60, borough="Elsewhere"),
        "32": school("32", 0, 70, sector="independent"),
        "33": school("33", None, None),
        "34": school("34", 0, 80),
    }
    chosen = {"members": {"schools": list(two_villages())}}
    found = coverage_of(plan(small_problem(schools=schools), small_scenario(area=chosen)))
    assert {u.school: u.reason for u in found.uncovered} == {
        "30": "secondary-not-answering",
        "31": "outside-authority",
        "32": "independent",
        "33": "no-point",
        "34": "not-selected",
    }
    assert (found.covered, found.denominator) == (12, 15)


def test_a_school_missing_from_a_strand_taken_from_the_letter_is_caught() -> None:
    letter = small_letter(tuple(f"1{i}" for i in range(6)), tuple(f"2{i}" for i in range(6)))
    made = plan(small_problem(letter=letter), small_scenario(area={"members": {"letter": [1, 2]}}))
    assert not failed(made)
    assert "partition" in failed(dataclasses.replace(made, partnerships=made.partnerships[:1]))


def test_who_joins_a_closed_label_is_named() -> None:
    pins = [{"schools": [f"1{i}" for i in range(6)], "partnership": "a", "closed": True}]
    made = plan(small_problem(), small_scenario(pinned=pins))
    assert check(made).ok
    west = next(i for i, p in enumerate(made.partnerships) if "10" in p.members)
    joined = with_partnership(made, west, members=(*made.partnerships[west].members, "20"))
    [told] = [c.message for c in check(joined).checks if c.code == "pinned"]
    assert told == "School 20 (20) joined 'a'"


@pytest.mark.parametrize("strength", ["binding", "preferred"])
def test_a_leader_is_asked_of_area_partnerships_alone_where_that_is_binding(strength) -> None:
    west = {u: dataclasses.replace(s, designations=("LLE",)) for u, s in two_villages().items() if u[0] == "1"}
    schools = {**two_villages(), **west}
    pair = {"pair": {"members": {"schools": ["20", "21"]}}}
    made = plan(small_problem(schools=schools), small_scenario(strands=pair))
    east = next(p.number for p in made.partnerships if p.strand == "area" and "20" in p.members)
    made = dataclasses.replace(made, scenario=small_scenario(strands=pair, leaders={"strength": strength}))
    [found] = [c for c in check(made).checks if c.code == "leaders"]
    wanted = f"none in partnership {east}" if strength == "binding" else f"none in partnerships 1 and {east}"
    assert found.message == wanted
    assert found.binding is (strength == "binding")


def test_a_plan_of_nobody_known_is_told(good) -> None:
    strangers = tuple(
        dataclasses.replace(p, members=(f"{p.number}1", f"{p.number}2"), centre=f"{p.number}1")
        for p in good.partnerships
    )
    assert "members" in failed(dataclasses.replace(good, partnerships=strangers))


def allied(*schools, title="", **more):
    members = tuple(ListedMember(text=f"the {urn}", schools=(urn,)) for urn in schools)
    return Alliance(number=1, title=title, members=members, **more)


def test_a_school_in_an_alliance_alone_is_not_said_to_be_in_nothing() -> None:
    extra = {urn: school(urn, 0, int(urn), phase="secondary") for urn in ("30", "31", "32", "33")}
    letter = dataclasses.replace(
        small_letter(tuple(two_villages())),
        alliances=(allied("30", "10", title="The Oaks"), allied("31", "11"), allied("32", "12", status="consultation")),
    )
    problem = small_problem(schools={**two_villages(), **extra}, letter=letter)
    found = coverage_of(plan(problem, small_scenario(area={"members": {"letter": [1]}})))
    neither = "it is a secondary school that did not answer the survey and is in no alliance"
    assert {u.school: u.words for u in found.uncovered} == {
        "30": "it is in an alliance only: The Oaks",
        "31": "it is in an alliance only: that of the 31 and the 11",
        "32": neither,
        "33": neither,
    }
    assert {u.public_words for u in found.uncovered[2:]} == {"it was chosen for none of them and is in no alliance"}
    assert (found.covered, found.allied, found.denominator) == (12, 2, 16)
    assert found.words == (
        "12 of 16 state schools of Smallton are in one of the 2 partnerships, 2 in an alliance only and 2 in neither."
    )


def test_barnets_schools_are_counted_in_partnerships_in_alliances_alone_and_in_neither() -> None:
    problem = read_problem(ROOT / "data")
    found = coverage_of(plan_of_draft(problem, read_scenario("barnet-draft", ROOT / "data" / "scenarios")))
    assert found.words == (
        "105 of 124 state schools of Barnet are in one of the 15 partnerships, 12 in an alliance only and 7 in neither."
    )
    among = {problem.schools[u.school].phase for u in found.uncovered if u.reason == "alliance-only"}
    assert among == {Phase.SECONDARY, Phase.ALL_THROUGH}
