"""A school that is exempt from a rule: planned around, told with its reason, and to officers alone."""

from __future__ import annotations

import dataclasses

import pytest

from geo_partnerships.api.plan import plan
from geo_partnerships.checking import check
from geo_partnerships.errors import BadDataError
from geo_partnerships.model import Response
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.views.method import parameters_of
from geo_partnerships.views.redact import checks_of
from tests.small import school, small_problem, small_scenario, two_villages

REASON = "its trust asks for it"
FAR = {**two_villages(), "30": school("30", 900.0, 0.0)}
"""A school 600 m east of the third of the western row."""


def waiver(rule, *schools):
    return [{"rule": rule, "schools": list(schools), "reason": REASON}]


def planned(rule, *schools, problem=None, **parameters):
    return plan(problem or small_problem(), small_scenario(waivers=waiver(rule, *schools), **parameters))


CASES = {
    "max_distance": ("30", {"max_distance": {"strength": "binding", "limit": 500}}),
    "max_apart": ("30", {"max_apart": {"strength": "binding", "limit": 500}}),
    "must_link": ("20", {"must_link": [{"schools": ["10", "11", "20"]}]}),
    "must_link.1": ("20", {"must_link": [{"schools": ["10", "11", "20"]}]}),
    "cannot_link.1": ("12", {"cannot_link": [{"schools": ["10", "20", "12"]}]}),
    "pinned": ("20", {"pinned": [{"schools": ["10", "20"], "partnership": "a"}]}),
    "balance.1": ("10", {"balance": [{"name": "x", "schools": ["10", "11"], "most": 1}]}),
    "support": ("10", {"support": {"strength": "binding", "receives": ["10"]}}),
}


@pytest.mark.parametrize("rule", CASES)
def test_the_plan_with_a_waiver_is_the_one_without_the_rule_for_that_school(rule) -> None:
    urn, parameters = CASES[rule]
    problem = small_problem(schools=FAR)
    free = plan(problem, small_scenario())
    made = planned(rule, urn, problem=problem, **parameters)
    assert made.objective == pytest.approx(free.objective)
    report = check(made)
    assert report.ok
    assert proof_of(made, report).lack is None
    told = next(c for c in report.checks if c.code == "waiver-1")
    assert (told.holds, told.message, told.private) == (True, REASON, True)


def test_an_answer_that_is_waived_is_owed_nothing() -> None:
    problem = small_problem(Response(responder="10", wanted=("25",)))
    free = plan(problem, small_scenario(guarantee={"strength": "off"}))
    assert plan(problem, small_scenario()).objective > free.objective
    made = planned("guarantee", "10", problem=problem)
    assert made.objective == pytest.approx(free.objective)
    assert check(made).ok


def test_a_school_of_another_authority_may_be_let_in() -> None:
    schools = {**two_villages(), "15": school("15", 500.0, 0.0, borough="Bigton")}
    made = planned("within_authorities", "15", problem=small_problem(schools=schools), within_authorities=True)
    assert check(made).ok


def test_the_public_is_told_nothing_of_a_waiver_nor_of_the_rule_that_it_is_about() -> None:
    made = planned("max_distance", "30", problem=small_problem(schools=FAR), **CASES["max_distance"][1])
    names = [c.name for c in checks_of(check(made), officers=False)]
    assert not [name for name in names if "Waived" in name or "farther" in name]
    assert "Nobody far from the centre school" not in dict(parameters_of(made, officers=False))
    assert "Nobody far from the centre school" in dict(parameters_of(made, officers=True))


@pytest.mark.parametrize(
    "rule", ["leaders", "area", "district_penalty", "nothing", "must_link.2", "must_link.x", "max_distance.1"]
)
def test_a_waiver_of_no_rule_is_refused(rule) -> None:
    with pytest.raises(BadDataError) as caught:
        planned(rule, "10", must_link=[{"schools": ["10", "11"]}])
    (finding,) = caught.value.findings
    assert (finding.code, finding.field, finding.private) == ("scenario-waiver-of-nothing", "waivers.1.rule", True)
    assert "max_distance" in finding.fix


def test_a_school_that_is_not_there_is_told() -> None:
    with pytest.raises(BadDataError) as caught:
        planned("max_distance", "999")
    assert caught.value.findings[0].field == "waivers.1.schools"


def test_a_rule_is_not_waived_for_others() -> None:
    made = planned("max_distance", "30", problem=small_problem(schools=FAR), **CASES["max_distance"][1])
    tight = {"strength": "binding", "limit": 100}
    other = dataclasses.replace(made, scenario=small_scenario(waivers=waiver("max_distance", "30"), max_distance=tight))
    assert not check(other).ok
