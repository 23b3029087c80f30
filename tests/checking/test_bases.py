"""The report says of each basis of the letter how the plan uses it, with what weight and what effect."""

import dataclasses
from pathlib import Path

import pytest

from geo_partnerships.checking.bases import NOT_USED, uses_of
from geo_partnerships.intake import read_problem
from geo_partnerships.letter import Alliance, ListedMember
from geo_partnerships.model import Response
from geo_partnerships.pages import write_pages
from geo_partnerships.planning import plan
from geo_partnerships.scenarios.read import read_scenario
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.model import Audience
from tests.small import small_letter, small_problem, small_scenario, two_villages

DATA = Path(__file__).resolve().parents[2] / "data"
KINDS = ("survey", "standing", "judgements", "place")


def used(*answers, officers=True, **parameters):
    letter = dataclasses.replace(small_letter(tuple(two_villages())), basis_kinds=KINDS)
    made = plan(small_problem(*answers, letter=letter), small_scenario(**parameters))
    return dict(zip(KINDS, uses_of(made, officers=officers), strict=True))


ANSWER = Response(responder="10", wanted=("11",))


def test_a_basis_that_a_scenario_does_not_use_is_said_to_be_unused() -> None:
    found = used(guarantee={"strength": "off"})
    assert (found["survey"], found["standing"]) == (NOT_USED, NOT_USED)
    assert found["judgements"].startswith("Not used in this scenario: ")
    assert used()["survey"] == NOT_USED  # nobody answered


def test_each_basis_has_its_strength_weight_and_effect() -> None:
    group = {"name": "care", "schools": ["10", "20"], "most": 1, "strength": "preferred", "weight": 70}
    found = used(ANSWER, guarantee={"strength": "preferred", "weight": 650}, balance=[group], district_penalty=400)
    assert "650 m for each school that answered" in found["survey"]
    assert "care: preferred, 70 m for each school too many or too few" in found["judgements"]
    assert "weight 1: 1,800 m" in found["place"]
    assert "400 m for another postcode district, 50% of it between neighbours: 0 m" in found["place"]
    assert "binding rule, which has no weight" in used(ANSWER)["survey"]
    assert "(preferred, 90 m for each pair apart)" in used(standing={"strength": "preferred", "weight": 90})["standing"]


FAR = Response(responder="10", wanted=("25",))


def test_a_preferred_basis_says_what_it_adds_to_this_plan_in_metres() -> None:
    rule = {"strength": "preferred", "weight": 650}
    assert "It adds 650 m to this plan, for 1 school." in used(FAR, guarantee=rule)["survey"]
    assert "It adds nothing to this plan" in used(ANSWER, guarantee=rule)["survey"]
    crowd = {"name": "care", "schools": ["10", "11", "12"], "most": 1, "strength": "preferred", "weight": 70}
    assert "It adds 140 m to this plan, for 2 schools." in used(balance=[crowd])["judgements"]
    assert "It adds nothing" in used(balance=[{**crowd, "most": 3}])["judgements"]
    bound = {**crowd, "most": 3, "strength": "binding"}
    assert "care: binding, which has no weight." in used(balance=[bound])["judgements"]


def test_what_partnerships_that_stand_add_is_told_in_metres() -> None:
    letter = dataclasses.replace(small_letter(tuple(two_villages())), basis_kinds=KINDS)
    old = (ListedMember(text="Old", schools=("10", "11", "20")),)
    stands = (Alliance(number=1, title="Old", members=old),)
    scenario = small_scenario(standing={"strength": "preferred", "weight": 90})
    made = plan(small_problem(letter=letter, standing=stands), scenario)
    assert "It adds 180 m to this plan, for 2 pairs." in uses_of(made, officers=True)[1]
    assert "180 m" not in " ".join(uses_of(made, officers=False))


@pytest.mark.parametrize("named", ["11", "25"])
def test_in_public_the_effect_of_answers_is_not_told(named) -> None:
    rule = {"strength": "preferred", "weight": 650}
    told = used(Response(responder="10", wanted=(named,)), officers=False, guarantee=rule)["survey"]
    assert told == used(ANSWER, officers=False, guarantee=rule)["survey"]
    assert "is for officers alone" in told


def test_distance_and_penalties_make_the_sum() -> None:
    area = {"partnerships": 1, "size": [1, 12]}
    found = used(area=area, district_penalty=400)["place"]
    assert "between neighbours: 1,200 m" in found
    given = used(area={"members": {"letter": [1]}, "as_given": True}, district_penalty=400)
    assert given["survey"] == "Measured, not used: the plan is taken as it is."
    assert given["place"].startswith("Measured, not used")
    assert "1 partnership of the letter is taken as given" in given["standing"]


CARE = {"name": "care", "schools": ["10", "20"], "most": 1, "strength": "preferred"}


@pytest.mark.parametrize("rules", [(), (CARE,)])
def test_in_public_nothing_is_said_of_judgements(rules) -> None:
    told = "For officers alone; this edition does not tell whether a rule uses it."
    assert used(officers=False, balance=list(rules))["judgements"] == told


@pytest.mark.parametrize("audience", list(Audience))
def test_the_report_says_of_each_basis_how_it_is_used_and_with_what_weight(tmp_path, audience) -> None:
    made = plan(read_problem(DATA), read_scenario("barnet-draft", DATA / "scenarios"))
    view = view_of(made, audience, scenario="barnet-draft")
    assert all(view.uses)
    assert len(view.uses) == len(view.bases) == 4
    write_pages(view, tmp_path)
    report = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert report.count("<strong>In this plan:</strong>") == 4
    assert "500 m for another postcode district" in report
