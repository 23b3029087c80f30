"""What is decided of a partnership stays with it from plan to plan, as long as half of its schools do."""

from __future__ import annotations

import json

import pytest

from geo_partnerships.checking import check
from geo_partnerships.errors import BadDataError
from geo_partnerships.planning import plan
from geo_partnerships.planning.matching import is_same, most_in_common
from geo_partnerships.planning.moving import move_many
from geo_partnerships.planning.plain import from_plain, to_plain
from tests.small import small_problem, small_scenario

WEST = tuple(f"1{i}" for i in range(6))
EAST = tuple(f"2{i}" for i in range(6))


def known(schools: tuple[str, ...], **more: object) -> dict[str, object]:
    return {"schools": list(schools), **more}


@pytest.fixture(scope="module")
def villages():
    return small_problem()


def test_a_partnership_bears_what_was_decided_of_it_and_keeps_its_number(villages) -> None:
    decided = known(EAST[:4], number=7, name="Brook", type="hard", lead="20", status="agreed", colour=3)
    made = plan(villages, small_scenario(partnership=[decided]))
    east = next(p for p in made.partnerships if "20" in p.members)
    assert (east.number, east.name, east.type, east.lead, east.status, east.colour) == (
        7, "Brook", "hard", "20", "agreed", 3,
    )  # fmt: skip
    assert [p.number for p in made.partnerships] == [1, 7]
    assert check(made).ok


def test_what_was_decided_of_a_partnership_that_is_gone_is_told(villages) -> None:
    three = {"partnerships": 3, "size": [4, 4]}
    apart = tuple(p.members[0] for p in plan(villages, small_scenario(area=three)).partnerships)
    decided = known(apart, number=1, name="Mixed", status="agreed")
    made = plan(villages, small_scenario(partnership=[decided], area=three))
    assert [f.code for f in made.findings] == ["partnership-not-found"]
    assert [p.number for p in made.partnerships] == [1, 2, 3]
    assert not any(p.name == "Mixed" for p in made.partnerships)


def test_a_school_that_is_no_member_does_not_lead(villages) -> None:
    made = plan(villages, small_scenario(partnership=[known(EAST, number=2, lead="10")]))
    assert [p.lead for p in made.partnerships] == ["", ""]


def test_a_saved_plan_is_as_it_was_saved_although_another_would_be_better(villages) -> None:
    saved = [
        known((*WEST[:5], "25"), number=1, strand="area", name="One"),
        known((*EAST[:5], "15"), number=4, strand="area", name="Two"),
    ]
    made = plan(villages, small_scenario(partnership=saved, as_saved=True))
    assert [(p.number, p.name, p.members) for p in made.partnerships] == [
        (1, "One", (*WEST[:5], "25")),
        (4, "Two", ("15", *EAST[:5])),
    ]
    assert check(made).ok


def test_a_saved_plan_that_breaks_a_rule_is_laid_out_all_the_same(villages) -> None:
    saved = [known((*WEST, *EAST), number=1, strand="area", name="All")]
    rules = {"cannot_link": [{"schools": ["10", "11"]}], "must_link": [{"schools": ["10", "11"]}]}
    made = plan(villages, small_scenario(partnership=saved, as_saved=True, **rules))
    assert [p.members for p in made.partnerships] == [(*WEST, *EAST)]
    assert not check(made).ok


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"as_saved": True}, "as_saved needs the partnerships"),
        ({"as_saved": True, "partnership": [{"schools": ["10"], "number": 1}]}, "needs its number and its strand"),
        ({"partnership": [{"schools": ["10"], "number": 1}, {"schools": ["20"], "number": 1}]}, "the same number"),
        ({"partnership": [{"schools": ["10"], "strand": "moon"}]}, "there is no strand 'moon'"),
        ({"added": [{"schools": ["10"], "strand": "moon"}]}, "there is no strand 'moon'"),
    ],
)
def test_what_cannot_be_decided_is_refused_in_words(fields, words) -> None:
    with pytest.raises(BadDataError, match=words):
        small_scenario(**fields)


def test_a_school_is_added_and_another_left_out_with_a_reason(villages) -> None:
    chosen = {"members": {"schools": [*WEST, *EAST[:5]]}, "partnerships": 2, "size": [4, 7]}
    made = plan(
        villages,
        small_scenario(
            area=chosen,
            added=[{"schools": ["25"], "reason": "asked to join"}],
            left_out=[{"schools": ["10"], "reason": "closes in July"}],
        ),
    )
    members = {urn for p in made.partnerships for urn in p.members}
    assert members == {*WEST, *EAST} - {"10"}
    assert check(made).ok


def test_groups_are_matched_one_to_one_so_that_most_stay() -> None:
    assert most_in_common(["ab", "cd", "ef"], ["cde", "xy", "ab"]) == {0: 2, 1: 0}
    assert most_in_common(["ab"], ["a", "b"], alike=[(0, 1)]) == {0: 1}
    assert most_in_common([], ["a"]) == {}
    assert is_same("abcd", "ab")
    assert not is_same("abcd", "axyz")
    assert not is_same("", "a")


def test_many_moves_at_once_merge_split_and_swap(villages) -> None:
    made = plan(villages, small_scenario())
    west = next(p.number for p in made.partnerships if "10" in p.members)
    east = 3 - west
    swapped = move_many(made, [("10", west, east), ("20", east, west)])
    assert {"20", *WEST[1:]} in [{*p.members} for p in swapped.partnerships]
    merged = move_many(made, [(urn, west, east) for urn in WEST])
    assert [p.number for p in merged.partnerships] == [east]
    split = move_many(merged, [(urn, east, 9) for urn in WEST])
    assert [(p.number, p.members) for p in split.partnerships if p.number == 9] == [(9, WEST)]
    assert split.objective == pytest.approx(made.objective)


def test_a_partnership_bears_form_board_roles_and_the_smaller_ones_inside_it(villages) -> None:
    decided = known(
        EAST, number=7, type="hard", since="2015-09-01", form="academy chain", board="Board",
        offices=[{"role": "chair", "school": "21"}],
        groups=[{"name": "Pair", "type": "structured", "schools": ["22", "23"], "since": "2016-01-01"}],
    )  # fmt: skip
    made = plan(villages, small_scenario(partnership=[decided]))
    east = next(p for p in made.partnerships if p.number == 7)
    assert (east.governance.form, east.governance.board, east.governance.since) == (
        "academy chain",
        "Board",
        "2015-09-01",
    )
    assert [(one.role, one.school) for one in east.governance.offices] == [("chair", "21")]
    assert [(one.name, one.type, one.schools) for one in east.governance.groups] == [
        ("Pair", "structured", ("22", "23"))
    ]
    assert check(made).ok
    again = from_plain(json.loads(json.dumps(to_plain(made))), villages, made.scenario)
    assert again.partnerships == made.partnerships


def test_who_leaves_a_partnership_leaves_its_board_and_the_smaller_one_inside(villages) -> None:
    decided = known(
        EAST, number=7, type="hard", offices=[{"role": "chair", "school": "21"}, {"role": "clerk", "school": "22"}],
        groups=[{"name": "Pair", "type": "loose", "schools": ["21", "23"]}],
    )  # fmt: skip
    made = plan(villages, small_scenario(partnership=[decided]))
    moved = move_many(made, [("21", 7, 1)])
    broken = [one.message for one in check(moved).broken]
    assert any("has a role and is no member" in message for message in broken)
    assert any("has schools that are no members" in message for message in broken)
    again = plan(villages, small_scenario(partnership=[decided], cannot_link=[{"schools": ["21", "22"]}]))
    east = next(p for p in again.partnerships if "22" in p.members)
    assert [one.role for one in east.governance.offices] == ["clerk"]
    assert east.governance.groups == ()


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"offices": [{"role": "chair", "school": "99"}]}, "99"),
        ({"groups": [{"name": "Pair", "type": "loose", "schools": ["21", "99"]}]}, "99"),
        ({"groups": [{"name": "One", "type": "loose", "schools": ["21"]}]}, "schools"),
        ({"since": "next year"}, "since"),
    ],
)
def test_governance_that_makes_no_sense_is_refused_where_it_stands(villages, more, fault) -> None:
    with pytest.raises(BadDataError) as told:
        plan(villages, small_scenario(partnership=[known(EAST, number=7, **more)]))
    assert any(fault in finding.sentence() for finding in told.value.findings)


def test_only_a_hard_partnership_has_a_form(villages) -> None:
    made = plan(villages, small_scenario(partnership=[known(EAST, number=7, type="loose", form="academy chain")]))
    assert any("only a hard one has a form" in one.message for one in check(made).broken)
