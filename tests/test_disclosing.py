"""What a reader of the public edition can work out: computed, so that it is known before publishing."""

import dataclasses
import json
from pathlib import Path

import pytest

from geo_partnerships.api import running
from geo_partnerships.api.plan import plan
from geo_partnerships.cli import main
from geo_partnerships.disclosing import disclosure_of
from geo_partnerships.model import Response
from geo_partnerships.planning.moving import move
from geo_partnerships.views.disclosure import disclosure_view
from tests.small import small_problem, small_scenario
from tests.village import write_village

FAR = Response(responder="10", wanted=("25",))
DATA = Path(__file__).parents[1] / "data"


def planned(*answers, **parameters):
    return plan(small_problem(*answers), small_scenario(**parameters))


def test_a_school_far_from_all_but_the_one_it_named_is_held() -> None:
    made = planned(FAR)
    [held] = disclosure_of(made).held
    assert held.school == "10"
    east = next(p for p in made.partnerships if "25" in p.members)
    west = next(p for p in made.partnerships if "11" in p.members)
    assert (held.partnership, held.cheaper) == (east.number, (west.number,))
    assert held.candidates == tuple(sorted({*east.members} - {"10"}))
    assert held.not_named == west.members
    moved = move(made, "10", west.number)
    assert held.saving_m == pytest.approx(made.objective - moved.objective)
    assert held.stayed is None


@pytest.mark.parametrize(
    "rules",
    [
        {"must_link": [{"schools": ["10", "25"]}]},
        {"cannot_link": [{"schools": ["10", "11"]}]},
        {"balance": [{"name": "x", "schools": ["10", "11", "12"], "most": 2}]},
    ],
)
def test_private_rules_hold_schools_as_answers_do(rules) -> None:
    assert disclosure_of(planned(**rules)).held


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"area": {"size": [5, 7]}},
        {"balance": [{"name": "x", "phases": ["primary"], "most": 7}]},
        {"area": {"partnerships": 3, "size": [2, 5]}},
    ],
)
def test_where_all_rules_are_public_nobody_is_held(rules) -> None:
    found = disclosure_of(planned(**rules))
    assert found.schools == 12
    assert found.held == ()


def test_a_public_rule_against_the_move_explains_it() -> None:
    size = {"area": {"size": [5, 7]}}
    held = disclosure_of(planned(FAR, Response(responder="25", wanted=("10",)), **size)).held
    assert {one.school for one in held} <= {"10", "25"}
    exact = {"area": {"size": [6, 6]}}
    assert disclosure_of(planned(FAR, **exact)).held == ()  # no school may move alone


def test_a_plan_of_which_nothing_is_proved_to_that_extent_gives_nothing_away() -> None:
    made = planned(FAR)
    moved = move(made, "11", next(p.number for p in made.partnerships if "25" in p.members))
    assert all(one.saving_m > moved.objective - (moved.lower_bound or 0.0) for one in disclosure_of(moved).held)


def test_a_plan_without_a_certificate_is_not_said_to_be_proven_and_gives_nothing_away() -> None:
    made = planned(FAR)
    bare = dataclasses.replace(made, strands=())
    told = [disclosure_view(one, disclosure_of(one)).caution for one in (made, bare)]
    assert disclosure_of(bare).held == ()
    assert told[0] == ""
    assert told[1].startswith("The plan carries no certificate")


def test_an_earlier_publication_narrows_down_whom_a_school_named() -> None:
    made = planned(FAR)
    east = next(p for p in made.partnerships if "25" in p.members)
    west = next(p.number for p in made.partnerships if "11" in p.members)
    earlier = move(made, "20", west)
    [held] = [one for one in disclosure_of(made, earlier).held if one.school == "10"]
    assert held.stayed == tuple(sorted({*east.members} - {"10", "20"}))
    assert [one.school for one in disclosure_of(made, earlier).moved or ()] == ["20"]
    assert disclosure_of(made, made).moved == ()


def test_in_barnet_answers_alone_hold_schools() -> None:
    problem, scenario = running.load("barnet-2015", DATA, ["goals=[]"])
    made = plan(problem, scenario)
    found = disclosure_of(made)
    assert 0 < len(found.held) < found.schools
    survey = problem.survey.named_by()
    beside = {p.number: set(p.members) for p in made.partnerships}
    for one in found.held:  # the inference is right wherever it speaks of a school that answered
        if one.school in survey and set(survey[one.school]) & beside[one.partnership]:
            assert one.saving_m > 0
            assert len(one.candidates) >= 1
    silent = dataclasses.replace(problem, survey=dataclasses.replace(problem.survey, responses=()))
    assert disclosure_of(plan(silent, scenario)).held == ()


def test_the_command_and_the_officers_page_tell_it_and_the_public_edition_does_not(tmp_path, capsys) -> None:
    data, output = write_village(tmp_path / "data", hostile=False), tmp_path / "out"
    given = ["village", "--data", str(data), "--output", str(output)]
    secret = ["--set", 'must_link=[{schools=["100100", "100200"]}]']
    assert main(["run", *given, "--json"]) == 0
    capsys.readouterr()
    assert main(["disclosure", *given, *secret, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["held"]
    assert found["moved"]
    assert main(["disclosure", *given, *secret]) == 0
    assert found["held"][0]["name"] in capsys.readouterr().out
    assert not (output / "village-officers").exists()
    assert main(["run", *given, *secret, "--audience", "officers"]) == 0
    page = (output / "village-officers" / "disclosure.html").read_text(encoding="utf-8")
    assert found["held"][0]["name"] in page
    assert 'href="disclosure.html"' in (output / "village-officers" / "index.html").read_text(encoding="utf-8")
    assert not (output / "village" / "disclosure.html").exists()


def test_an_earlier_edition_that_cannot_be_read_is_none_to_compare_with(tmp_path, capsys) -> None:
    data, output = write_village(tmp_path / "data", hostile=False), tmp_path / "out"
    (output / "village").mkdir(parents=True)
    (output / "village" / "plan.csv").write_bytes(b"\x00\xff")
    assert main(["disclosure", "village", "--data", str(data), "--output", str(output)]) == 0
    assert "no earlier publication that could be read" in capsys.readouterr().out
