"""Alternatives: plans under other goals, each to open, with what is firm among them; for officers alone."""

from __future__ import annotations

import csv
import json
import shlex
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from geo_partnerships.alternatives import alternatives_of, firmness_of, publish_alternatives
from geo_partnerships.alternatives import firm as firm_module
from geo_partnerships.alternatives.page import chart, over_surveys, page_text, together_text
from geo_partnerships.api import running
from geo_partnerships.checking import check
from geo_partnerships.cli import main
from geo_partnerships.errors import UsageError
from geo_partnerships.intake import read_problem
from geo_partnerships.planning import plan
from tests.small import small_problem, small_scenario
from tests.village import urn, write_village

pytestmark = pytest.mark.xdist_group("alternatives")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """The village, with sizes that make the shortest plan unfair."""
    return write_village(tmp_path_factory.mktemp("village") / "data", hostile=True)


def other_survey(data):
    """Another survey that is made up: two schools name others far away."""
    path = data.parent / "other.csv"
    head = (data / "survey.csv").read_text(encoding="utf-8").splitlines()[0]
    path.write_text(f"{head}\n{urn(0, 1)},,form,,{urn(1, 2)},\n{urn(2, 2)},,form,,{urn(0, 4)},\n", encoding="utf-8")
    path.with_suffix(".toml").write_text("illustrative = true\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def found(data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(firm_module, "DRAWS", 2)
        changes = ["area.size=[5, 8]", "area.partnerships=3"]
        return alternatives_of("village", data, changes, surveys=[other_survey(data)])


@pytest.fixture(scope="module")
def folder(found, tmp_path_factory):
    root = tmp_path_factory.mktemp("output")
    page = publish_alternatives(found, root)
    assert page == root / "alternatives" / "village-officers" / "index.html"
    return page.parent


def test_each_plan_is_proven_and_kept_by_its_check(found) -> None:
    assert all(one.is_proven and one.run.report.ok for one in found.plans)
    names = "; ".join(one.name for one in found.plans)
    assert all(name in names for name in ("as planned", "shortest", "nobody over", "most leaders", "more wishes"))
    assert len(set(names.split("; "))) == len(names.split("; "))


def test_no_alternative_is_shorter_than_the_shortest_or_fairer_than_the_fairest(found) -> None:
    shortest = next(one for one in found.plans if "shortest" in one.name)
    fairest = next(one for one in found.plans if "nobody over" in one.name)
    assert all(one.run.plan.objective >= shortest.run.plan.objective - 1e-6 for one in found.plans if one.changes)
    assert all(one.worst_m >= fairest.worst_m - 1e-6 for one in found.plans)


def test_the_changes_of_an_alternative_make_it_again(found, data) -> None:
    one = found.plans[-1]
    problem, scenario = running.load("village", data, ["area.size=[5, 8]", "area.partnerships=3", *one.changes])
    assert plan(problem, scenario).partnerships == one.run.plan.partnerships


def test_the_page_is_for_officers_has_a_chart_and_links_that_open(found, folder) -> None:
    text = (folder / "index.html").read_text(encoding="utf-8")
    assert "Officers’ edition" in text
    assert "<img" not in text
    tree = ET.fromstring(chart(found))  # noqa: S314 - our own
    links = [element.get("href") for element in tree.iter("a")]
    assert len(links) == len(found.plans)
    assert all((folder / link).is_file() for link in links)
    assert page_text(found) == text
    assert all("officers" in link for link in links)


def test_every_two_schools_are_told_with_how_often_they_are_together(found, folder) -> None:
    rows = list(csv.DictReader((folder / "together.csv").read_text(encoding="utf-8").splitlines()))
    assert together_text(found, found.firmness).count("\n") == len(rows) + 1
    assert all(1 <= int(row["plans together"]) <= int(row["plans"]) == found.firmness.plans for row in rows)


def test_what_other_answers_would_leave_together_is_told_as_of_invented_surveys(found, folder, data) -> None:
    under = found.surveys
    assert (under.invented, under.firmness.plans + under.impossible) == (True, 2)
    rows = list(csv.DictReader((folder / "together-under-surveys.csv").read_text(encoding="utf-8").splitlines()))
    assert {int(row["plans"]) for row in rows} == {2}
    problem = replace(
        found.plans[0].run.plan.problem, survey=read_problem(data, survey=data.parent / "other.csv").survey
    )
    other = plan(problem, found.plans[0].run.plan.scenario)
    assert under.firmness == firmness_of(found.plans[0].run.plan, [other])
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "What is firm under other invented surveys" in page
    assert "1 other invented survey, " in page


def test_a_survey_under_which_no_plan_keeps_the_rules_is_counted(found) -> None:
    words = over_surveys(replace(found.surveys, impossible=2, invented=False))
    assert (
        words == "Under 2 surveys more no plan keeps the binding rules. Over the plan and plans under 1 other survey,"
    )


def test_who_keeps_all_fellow_members_is_firm_and_who_moves_is_not() -> None:
    made = plan(small_problem(), small_scenario())
    first, second = made.partnerships
    moved = replace(
        made, partnerships=(replace(first, members=first.members[1:]),
                            replace(second, members=(*second.members, first.members[0])))
    )  # fmt: skip
    firmness = firmness_of(made, [made, moved])
    assert firmness.plans == 3
    assert firmness.places[0].school == first.members[0]
    assert firmness.places[0].share == pytest.approx(0.5)
    assert all(place.is_firm for place in firmness.places if place.school in second.members)


def test_distances_changed_by_chance_are_the_same_each_time() -> None:
    made = plan(small_problem(), small_scenario())
    once, again = (firm_module._shaken(made.problem, firm_module.np.random.default_rng([1, 2])) for _ in range(2))
    assert (once.distances.matrix == again.distances.matrix).all()
    changed = once.distances.among(["10", "20"])[0, 1]
    assert changed != 5000
    assert abs(changed / 5000 - 1) <= firm_module.CHANGED


@pytest.fixture
def one_plan(found, monkeypatch):
    """Commands that find a single alternative, which takes no time."""
    few = replace(found, plans=found.plans[:1])
    monkeypatch.setattr("geo_partnerships.alternatives.alternatives_of", lambda *_, **__: few)


@pytest.mark.usefixtures("one_plan")
def test_the_command_prints_a_table_and_json(data, tmp_path, capsys) -> None:
    command = f"alternatives village --data {data} --output {tmp_path}"
    assert main([*shlex.split(command), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["alternatives"][0]["key"] == "as-planned"
    assert {one["proven"] for one in told["alternatives"]} == {True}
    assert len(told["places"]) == 18


def test_a_scenario_that_is_taken_as_given_has_no_alternatives(tmp_path) -> None:
    folder = write_village(tmp_path / "data")
    (folder / "scenarios" / "given.toml").write_text("[area]\nas_given = true\nmembers.letter = [1]\n", "utf-8")
    with pytest.raises(UsageError, match="nothing to choose"):
        alternatives_of("given", folder)


def test_a_check_of_an_alternative_is_that_of_its_plan(found) -> None:
    one = found.plans[0]
    assert check(one.run.plan) == one.run.report


@pytest.mark.usefixtures("one_plan")
def test_a_run_makes_alternatives_for_officers_only(data, tmp_path, capsys) -> None:
    command = f"run village --alternatives --data {data} --output {tmp_path}"
    assert main(shlex.split(command)) == 2
    assert "--audience officers" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())
    assert main(shlex.split(f"{command} --audience officers")) == 0
    assert (tmp_path / "alternatives" / "village-officers" / "index.html").is_file()
