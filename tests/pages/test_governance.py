"""Who leads a partnership, its form, board and roles, and the smaller ones inside it: on pages and in files."""

from __future__ import annotations

import csv
import json

import openpyxl
import pytest

from geo_partnerships.documents.mailing import write_mail_merge
from geo_partnerships.exports import write_exports
from geo_partnerships.exports.plan_json import write_plan_json
from geo_partnerships.pages import write_pages
from geo_partnerships.planning import plan
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.model import Audience
from tests.small import small_problem, small_scenario

EAST = [f"2{i}" for i in range(6)]
DECIDED = {
    "schools": EAST, "number": 2, "name": "Brook", "type": "hard", "since": "2015-09-01", "lead": "21",
    "form": "school federation", "board": "Governance Board", "by": "A. Planner",
    "reason": "the heads agreed in private",
    "offices": [{"role": "chair", "school": "22"}, {"role": "quality of teaching", "school": "23"}],
    "groups": [{"name": "The Three", "type": "structured", "schools": ["20", "22", "24"], "since": "2016-01-05"}],
}  # fmt: skip


@pytest.fixture(scope="module", params=list(Audience), ids=str)
def published(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    made = plan(small_problem(), small_scenario(partnership=[DECIDED]))
    view = view_of(made, request.param, scenario="small")
    write_pages(view, folder)
    write_exports(view, folder)
    write_plan_json(view, folder / "plan.json")
    write_mail_merge(view, folder / "mail-merge.csv")
    return request.param, folder, {urn: school.name for urn, school in made.problem.schools.items()}


def test_the_partnerships_page_says_who_leads_its_form_board_roles_and_from_when(published) -> None:
    _, folder, names = published
    text = (folder / "partnerships" / "02.html").read_text(encoding="utf-8")
    assert "Hard (school federation), from 1 September 2015" in text
    assert "<dt>Who leads</dt>" in text
    assert names["21"] in text.partition("<dt>Who leads</dt>")[2][:200]
    assert "<dt>Board</dt><dd>Governance Board</dd>" in text
    assert f"<dt>Chair</dt><dd>{names['22']}</dd>" in text
    assert f"<dt>Quality of teaching</dt><dd>{names['23']}</dd>" in text
    inside = text.partition("<dt>Smaller partnerships inside</dt>")[2][:300]
    assert f"The Three: structured, from 5 January 2016; {names['20']}, {names['22']} and {names['24']}" in inside
    other = (folder / "partnerships" / "01.html").read_text(encoding="utf-8")
    assert "<dt>Who leads</dt><dd>not decided</dd>" in other
    assert "<dt>Board</dt>" not in other


def test_a_schools_page_says_who_leads(published) -> None:
    _, folder, names = published
    text = (folder / "schools" / "25.html").read_text(encoding="utf-8")
    answer = text.partition("<dt>Who leads?</dt>")[2].partition("</dd>")[0]
    assert f"{names['21']} leads us. Our board is the Governance Board." in answer
    assert f"chair: {names['22']} and quality of teaching: {names['23']}" in answer


def test_files_say_it_too(published) -> None:
    _, folder, names = published
    partnerships = json.loads((folder / "plan.json").read_text(encoding="utf-8"))["partnerships"]
    kept = next(p for p in partnerships if p["number"] == 2)
    assert (kept["lead"], kept["form"], kept["board"], kept["since"]) == (
        "21", "school federation", "Governance Board", "2015-09-01",
    )  # fmt: skip
    assert kept["roles"][0] == {"role": "chair", "school": names["22"]}
    assert kept["groups"][0]["schools"] == [names["20"], names["22"], names["24"]]
    sheet = openpyxl.load_workbook(next(folder.glob("*.xlsx")))["Partnerships"]
    rows = list(sheet.iter_rows(values_only=True))
    head = next(row for row in rows if "Lead school" in row)
    row = dict(zip(head, next(row for row in rows if row[0] == 2), strict=True))
    assert (row["Lead school"], row["Form"], row["Of this type from"]) == (
        names["21"],
        "school federation",
        "2015-09-01",
    )
    with (folder / "mail-merge.csv").open(encoding="utf-8-sig", newline="") as file:
        merged = {row["urn"]: row["lead_school"] for row in csv.DictReader(file)}
    assert (merged["25"], merged["10"]) == (names["21"], "")


def test_who_decided_it_and_why_stands_on_no_page_for_the_public(published) -> None:
    audience, folder, _ = published
    held = {path.suffix for path in folder.rglob("*.*") if b"the heads agreed in private" in path.read_bytes()}
    assert held == set() or audience is Audience.OFFICERS
