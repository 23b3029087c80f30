"""Decisions replay to a state, and the state to rules that the next plan keeps."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.checking import check
from geo_partnerships.deciding import Action, Decision, consequences, decided_rules, replay, why_here, with_forced_moves
from geo_partnerships.deciding.rules import labels_in
from geo_partnerships.model import Response
from geo_partnerships.planning import plan
from geo_partnerships.planning.moving import move
from geo_partnerships.scenarios.parameters import Scenario
from tests.depth import examples
from tests.small import small_problem, small_scenario

COUNTER = itertools.count(1)


def decide(action: Action, **fields) -> Decision:
    return Decision(action=action, when="2015-01-20", by="me", n=next(COUNTER), **fields)


START = decide(Action.RERUN, to="first")


def moved(school: str, source: str, to: str, anchor: str, **more) -> Decision:
    return decide(Action.MOVE, school=school, source=source, to=to, details={"anchor": anchor}, **more)


def scenario_with(state, scenario: Scenario) -> Scenario:
    return Scenario.model_validate(scenario.model_dump() | decided_rules(state))


@pytest.fixture(scope="module")
def problem():
    return small_problem(Response(responder="10", wanted=("11",)))


@pytest.fixture(scope="module")
def scenario():
    return small_scenario()


@pytest.fixture(scope="module")
def base(problem, scenario):
    return plan(problem, scenario)


def home(made, school: str):
    return next(p for p in made.partnerships if school in p.members)


def test_a_move_is_a_pin_of_the_next_run(base, problem, scenario) -> None:
    west, east = home(base, "10"), home(base, "20")
    state = replay([START, moved("15", str(west.number), str(east.number), east.centre)])
    again = plan(problem, scenario_with(state, scenario))
    assert home(again, "15").members == home(again, east.centre).members
    assert check(again).ok


def test_a_locked_partnership_stays_as_it_is_whatever_the_parameters(base, problem, scenario) -> None:
    west = home(base, "10")
    lock = decide(Action.LOCK, to=str(west.number), schools=west.members, details={"anchor": west.centre})
    state = replay([START, lock])
    changed = small_scenario(area={"size": [3, 8], "partnerships": 3}, district_penalty=50)
    again = plan(problem, scenario_with(state, changed))
    assert home(again, "10").members == west.members
    assert check(again).ok
    joined = move(again, "20", home(again, "10").number)
    assert any("joined" in broken.message for broken in check(joined).broken)


def test_vetoes_and_links_are_kept(base, problem, scenario) -> None:
    west = home(base, "10")
    decisions = [
        START,
        decide(Action.VETO, school="15", to=str(west.number), details={"anchor": west.centre}),
        decide(Action.LINK, schools=("10", "20"), to="together"),
        decide(Action.LINK, schools=("11", "12"), to="apart"),
    ]
    again = plan(problem, scenario_with(replay(decisions), scenario))
    assert "15" not in home(again, west.centre).members
    assert "20" in home(again, "10").members
    assert "12" not in home(again, "11").members
    dropped = [*decisions, decide(Action.LINK, schools=("20", "10"), to="neither")]
    assert decided_rules(replay(dropped))["must_link"] == []


def test_an_override_holds_over_runs_and_is_shown_by_the_check(base, problem, scenario) -> None:
    west, east = home(base, "10"), home(base, "20")
    decisions = [START]
    there = {"to": str(east.number), "anchor": east.centre}
    decisions += [
        decide(Action.LOCK, school=school, to=there["to"], details={"anchor": there["anchor"]})
        for school in east.members
    ]
    decisions += [moved(school, str(west.number), **there) for school in ("13", "14")]
    broken = moved("15", str(west.number), **there, breaks=("too many",), reason="the heads agree")
    state = replay([*decisions, broken])
    again = with_forced_moves(plan(problem, scenario_with(state, scenario)), state)
    assert {"13", "14", "15"} <= set(home(again, east.centre).members)
    assert [c.code for c in check(again).broken] == ["size-area"]
    assert state.overrides == [broken]


def test_labels_follow_the_schools_when_numbers_change(base, problem, scenario) -> None:
    east = home(base, "20")
    first = [START, moved("15", "", str(east.number), east.centre)]
    state = replay(first)
    label = state.holds[state.labels[str(east.number)]].label
    swapped = dataclasses.replace(
        base,
        partnerships=tuple(dataclasses.replace(p, number=3 - p.number) for p in base.partnerships),
    )
    labels = labels_in(swapped, state)
    assert labels == {str(3 - east.number): label}
    later = replay([*first, decide(Action.RERUN, to="second", details={"labels": labels})])
    assert later.labels == labels
    assert later.moves == []


def test_a_held_partnership_outlives_the_move_of_the_school_it_is_known_by() -> None:
    decisions = [START, moved("15", "1", "2", "22"), moved("22", "2", "1", "12")]
    state = replay(decisions)
    assert {hold.label: hold.members for hold in state.holds.values()} == {
        "with 22": ("15",), "with 12": ("12", "22"),
    }  # fmt: skip


STEPS = st.lists(
    st.sampled_from(["move", "lock", "unlock", "comment", "reply", "veto", "undo", "redo", "rerun"]), max_size=25
)


@settings(max_examples=examples(60))
@given(STEPS, st.randoms(use_true_random=False))
def test_undo_then_redo_is_nothing_and_undo_never_takes_the_first_run(steps, random) -> None:
    makers = {
        "move": lambda: moved(random.choice("abc"), "1", random.choice("12"), random.choice("xyz")),
        "lock": lambda: decide(Action.LOCK, school=random.choice("abc"), to="2", details={"anchor": "x"}),
        "unlock": lambda: decide(Action.UNLOCK, school=random.choice("abc"), to=random.choice("12")),
        "comment": lambda: decide(Action.COMMENT, reason="because"),
        "reply": lambda: decide(Action.REPLY, school=random.choice("abc"), to="content"),
        "veto": lambda: decide(Action.VETO, school=random.choice("abc"), to="1", details={"anchor": "y"}),
        "undo": lambda: decide(Action.UNDO),
        "redo": lambda: decide(Action.REDO),
        "rerun": lambda: decide(Action.RERUN, to="again", details={"labels": {"1": "with x"}}),
    }
    decisions = [START, *(makers[step]() for step in steps)]
    state = replay(decisions)
    assert state.run
    if state.undo is not None:
        undone = [*decisions, decide(Action.UNDO)]
        assert replay(undone).redo == state.undo
        again = replay([*undone, decide(Action.REDO)])
        assert dataclasses.replace(again, latest=0, redo=None) == dataclasses.replace(state, latest=0, redo=None)
    held = [urn for hold in state.holds.values() for urn in hold.schools]
    assert len(held) == len(set(held))
    decided_rules(state)


def test_why_here_gives_cost_and_the_rule_that_forbids_it(base) -> None:
    here = home(base, "11")
    [other] = why_here(base, "11", here.number)
    assert other.partnership == 3 - here.number
    assert other.cost_m == pytest.approx(move(base, "11", other.partnership).objective - base.objective)
    assert any("School 10" in sentence and "named" in sentence for sentence in other.forbidden_by)
    [free] = why_here(base, "15", here.number)
    assert free.forbidden_by == ()


def test_only_what_is_newly_broken_is_told(base) -> None:
    west = home(base, "10").number
    once = move(move(base, "15", 3 - west), "14", 3 - west)
    twice = move(once, "13", 3 - west)
    assert any("Sizes" in sentence for sentence in consequences(check(once), check(twice), base))
    assert consequences(check(twice), check(twice), base) == ()


def test_a_log_that_ties_a_school_to_itself_makes_no_rule(scenario) -> None:
    """Such a line is no decision of the desk's; a scenario would refuse the rule, and the desk could not be opened."""
    state = replay([
        START,
        decide(Action.LINK, schools=("10", "10"), to="together"),
        decide(Action.LINK, schools=("11",), to="apart"),
        decide(Action.LINK, schools=("10", "11", "10"), to="apart"),
        decide(Action.VETO, school="12", to="1", details={"anchor": "12"}),
    ])  # fmt: skip
    rules = decided_rules(state)
    assert rules["must_link"] == []
    assert [rule["schools"] for rule in rules["cannot_link"]] == [["10", "11"]]
    assert scenario_with(state, scenario).cannot_link[0].schools == ("10", "11")
