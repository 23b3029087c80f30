"""Balance over a column or a judgement, and support beside those who need it."""

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
from geo_partnerships.model import Judgement
from geo_partnerships.planning.moving import move
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.scenarios.words import told
from geo_partnerships.views.redact import checks_of
from tests.small import school, small_problem, small_scenario, two_villages

FAITH = "Church of England"


def of(made, *urns):
    return [len({*urns} & {*p.members}) for p in made.partnerships]


def church(*urns):
    return {u: dataclasses.replace(s, religious_character=FAITH) if u in urns else s for u, s in two_villages().items()}


def test_a_group_may_be_the_schools_with_a_text_in_a_column() -> None:
    rule = {"name": "faith", "columns": {"religious_character": ["church of england"]}, "most": 1}
    made = plan(small_problem(schools=church("10", "11")), small_scenario(balance=[rule]))
    assert sorted(of(made, "10", "11")) == [1, 1]
    report = check(made)
    assert report.ok
    assert next(c for c in report.checks if c.code == "balance-1").private is False
    assert "columns religious_character church of england" in dict(told(made.scenario))["Balance faith"]


def test_a_group_may_be_those_of_a_judgement_and_then_all_of_it_is_private() -> None:
    judgements = {"10": Judgement(urn="10", ofsted="Inadequate"), "11": Judgement(urn="11", ofsted="inadequate")}
    rule = {"name": "weak", "judgements": {"ofsted": ["inadequate"]}, "most": 1}
    made = plan(small_problem(judgements=judgements), small_scenario(balance=[rule]))
    assert sorted(of(made, "10", "11")) == [1, 1]
    report = check(made)
    assert report.ok
    assert not [c for c in checks_of(report, officers=False) if "weak" in c.name]
    assert "Balance weak" not in dict(told(made.scenario))


def test_a_group_of_nobody_is_told() -> None:
    rule = {"name": "faith", "columns": {"religious_character": ["none such"]}, "most": 1}
    made = plan(small_problem(), small_scenario(balance=[rule]))
    (found,) = (f for f in made.findings if f.code == "balance-of-nobody")
    assert not found.private
    assert "'faith'" in found.message


def support(**more):
    return {"strength": "binding", "receives": ["10", "11"], "gives": ["20", "25"], "leaders_give": False, **more}


def test_each_that_receives_has_one_that_gives_beside_it() -> None:
    made = plan(small_problem(), small_scenario(support=support(most=1)))
    for p in made.partnerships:
        takes, gives = ({*p.members} & urns for urns in ({"10", "11"}, {"20", "25"}))
        assert len(takes) <= len(gives)
    report = check(made)
    assert report.ok
    assert not [c for c in checks_of(report, officers=False) if "upport beside" in c.name]
    assert proof_of(made, report).lack is None


@pytest.mark.parametrize(("most", "holds"), [(1, False), (2, True)])
def test_how_many_for_one_that_gives_is_at_its_edge(most, holds) -> None:
    only = support(gives=["20"], most=most)
    if holds:
        assert check(plan(small_problem(), small_scenario(support=only))).ok
    else:
        with pytest.raises(NoPlanError) as caught:
            plan(small_problem(), small_scenario(support=only))
        assert "support: --set support.strength=preferred" in str(caught.value)


def test_a_system_leader_gives_unless_told_otherwise_and_one_that_receives_gives_nothing() -> None:
    led = {
        u: dataclasses.replace(s, designations=("LLE",)) if u in {"12", "10"} else s for u, s in two_villages().items()
    }
    rule = support(gives=[], leaders_give=True, most=2)
    made = plan(small_problem(schools=led), small_scenario(support=rule))
    assert made.objective == pytest.approx(1_800)
    assert check(made).ok


def test_preferred_it_costs_each_school_too_many() -> None:
    made = plan(small_problem(), small_scenario(support=support(strength="preferred", weight=70)))
    assert made.objective == pytest.approx(1_800 + 2 * 70)
    assert [(b.amount, b.cost_m, b.private) for b in made.strands[0].broken] == [(2, 140, True)]
    assert check(made).ok


def test_support_of_nobody_is_told_to_officers() -> None:
    made = plan(small_problem(), small_scenario(support=support(receives=[], receives_judged={"la_view": ["red"]})))
    (found,) = (f for f in made.findings if f.code == "support-of-nobody")
    assert found.private


def test_a_move_that_takes_support_away_breaks_the_rule() -> None:
    made = plan(small_problem(), small_scenario(support=support(gives=["12"], most=2)))
    home = next(p.number for p in made.partnerships if "12" in p.members)
    moved = move(made, "12", 3 - home)
    assert [c.code for c in check(moved).broken] == ["support"]
    assert {breach.code for breach in proof_of(moved).breaches} == {"support"}


@given(
    points=st.lists(st.integers(0, 40).map(lambda x: 100.0 * x), min_size=6, max_size=8),
    sides=st.lists(st.sampled_from("tgn"), min_size=8, max_size=8),
    most=st.integers(1, 2),
    weight=st.sampled_from([None, 60.0, 900.0]),
)
@settings(max_examples=15, deadline=None)
def test_the_best_plan_with_support_is_that_of_trying_all(points, sides, most, weight) -> None:
    problem = small_problem(schools={str(i): school(str(i), x, 0.0) for i, x in enumerate(points)})
    by = {side: [str(i) for i in range(len(points)) if sides[i] == side] for side in "tg"}
    strength = {"strength": "binding"} if weight is None else {"strength": "preferred", "weight": weight}
    rule = {"receives": by["t"], "gives": by["g"], "most": most, **strength}
    scenario = small_scenario(area={"size": [2, 6]}, support=rule)
    expected = math.inf
    for chosen in itertools.product((0, 1), repeat=len(points)):
        groups = [[i for i, g in enumerate(chosen) if g == one] for one in (0, 1)]
        if all(2 <= len(group) <= 6 for group in groups):
            distance = sum(min(sum(abs(points[a] - points[b]) for a in group) for b in group) for group in groups)
            tallies = [[sum(sides[i] == side for i in group) for side in "tg"] for group in groups]
            over = sum(max(0, takes - most * gives) for takes, gives in tallies)
            expected = min(expected, distance + (over * (math.inf if weight is None else weight) if over else 0.0))
    if math.isinf(expected):
        with pytest.raises(NoPlanError):
            plan(problem, scenario)
        return
    made = plan(problem, scenario)
    assert made.objective == pytest.approx(expected)
    assert check(made).ok
    assert proof_of(made).lower_bound <= expected + 1e-6
