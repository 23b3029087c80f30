"""The whole cycle on Barnet in one browser: from the draft to what is agreed and published, and to next year."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest

from tests.conftest import DATA
from tests.workbench.conftest import Served
from tests.workbench.test_day import Day, figure, tab_to, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("workbench")]
PLANNING = 240_000
AXE = "axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"
SCENARIO = 'extends = "barnet-2015"\nwork = 3\ngoals = ["guarantee", "distance"]\n[leaders]\nstrength = "off"\n'
"""Barnet's plan without the two goals that take the solver longest, and with little work: a good plan will do here."""
FIGURES = ("Mean distance to the centre school", "Greatest distance to the centre school")


class Cycle:
    """A day that goes on from stage to stage."""

    def __init__(self, day: Day, axe: str) -> None:
        self.day, self.page = day, day.open()
        self.page.add_script_tag(content=axe)

    @property
    def desk(self) -> dict:
        return self.page.evaluate("fetch('/api/desk').then(answer => answer.json())")

    def stage(self) -> None:
        """Nobody is kept out by how the page is made."""
        assert self.page.evaluate(AXE) == []

    def choose(self, urn: str) -> None:
        self.page.get_by_label("Find a school").fill(f"({urn})")
        self.page.get_by_label("Find a school").press("Enter")
        told(self.page, "is chosen")
        self.page.locator("#school details").evaluate("node => { node.open = true; }")

    def decided(self, words: str, reason: str = "") -> None:
        """Wait for what is said of a decision; where it breaks a rule, give the reason first."""
        asked, said = self.page.locator("#ask[open]"), self.page.locator("#message", has_text=words)
        asked.or_(said).first.wait_for()
        if asked.count():
            self.page.locator("#ask-reason").fill(reason)
            self.page.locator("#ask-yes").click()
        told(self.page, words)

    def in_partnership(self, number: int) -> Page:
        self.page.locator(f"#p-{number}, #more-p{number}").evaluate_all("all => all.forEach(d => { d.open = true; })")
        return self.page.locator(f"#p-{number}")

    def planned(self, words: str) -> None:
        """Wait until the worker has done, however busy the machine is."""
        self.page.locator("#job").wait_for(state="hidden", timeout=PLANNING)
        told(self.page, words)

    def published_by(self, press) -> Path:
        press()
        self.planned("Published in")
        text = self.page.locator("#published").inner_text().removeprefix("Published in ")
        return self.day.served.output / re.split(r"[./ ]", text.rpartition("/")[2])[0]


@pytest.fixture(scope="module")
def cycle(browser, tmp_path_factory, axe) -> Iterator[Cycle]:
    folder = tmp_path_factory.mktemp("cycle")
    scenario = folder / "cycle.toml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    served = Served(DATA, folder, scenario=str(scenario)).start()
    day = Day(browser, served, bypass_csp=True, accept_downloads=True)
    yield Cycle(day, axe)
    day.context.close()
    served.stop()


def area(desk: dict) -> list[dict]:
    return [p for p in desk["partnerships"] if p["strand"] == "area"]


def test_letters_go_out_with_a_note_for_the_board(cycle) -> None:
    cycle.stage()
    folder = cycle.published_by(lambda: cycle.page.get_by_role("button", name="Write documents").click())
    names = {path.name for path in folder.iterdir()}
    assert {"replies.xlsx", "decisions.xlsx", "mail-merge.csv"} <= names
    letter = docx.Document(next(path for path in folder.glob("*.docx") if "letter" in path.name))
    text = "\n".join(cell.text for table in letter.tables for row in table.rows for cell in row.cells)
    text += "\n".join(paragraph.text for paragraph in letter.paragraphs)
    assert all(p["name"] in text for p in area(cycle.desk))
    assert any("board" in path.name for path in folder.glob("*.docx"))
    cycle.replies = folder / "replies.xlsx"


def test_forty_replies_come_in_typed_and_by_workbook(cycle, tmp_path) -> None:
    page = cycle.page
    first, second = (p["members"][0][0] for p in area(cycle.desk)[:2])
    cycle.choose(first)
    page.locator("#answer").select_option("wants to discuss")
    page.get_by_label("Reason or comment").fill("Would rather be with its neighbours")
    page.get_by_role("button", name="Keep reply").click()
    told(page, "Reply of")
    cycle.choose(second)
    page.locator("#answered").focus()
    tab_to(page, "Keep reply", 8)
    page.keyboard.press("Enter")
    told(page, "Reply of")

    book = openpyxl.load_workbook(cycle.replies)
    sheet = book.active
    rows = [row for row in sheet.iter_rows() if row[3].value == "no reply" and row[0].value not in (first, second)]
    for row in rows[:38]:
        row[3].value = "content"
    filled = tmp_path / "replies.xlsx"
    book.save(filled)
    page.get_by_label("Filled-in replies.xlsx").set_input_files(filled)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Read replies").click()
    told(page, "Taken: 38 replies not known yet: 38 content")
    replied = [row for row in cycle.desk["replies"]["rows"] if row[1] != "no reply"]
    assert len(replied) == 40
    assert page.locator("#replied li").count() == 40
    cycle.stage()


def test_six_amendments_are_decided(cycle) -> None:
    page, desk = cycle.page, cycle.desk
    free = iter(sorted(area(desk), key=lambda p: (len(p["members"]), p["number"])))
    small, other, third, fourth = (next(free) for _ in range(4))

    # A waiver: a school of the farthest partnership, whatever that breaks.
    far = max(area(desk), key=lambda p: abs(p["number"] - small["number"]))
    school = far["members"][-1][0]
    cycle.choose(school)
    page.locator("#to").select_option(str(fourth["number"] if far is not fourth else third["number"]))
    page.get_by_role("button", name="Move", exact=True).click()
    cycle.decided("is now in partnership", "The heads have agreed")

    # A swap.
    pair = [small["members"][1][0], third["members"][1][0]]
    cycle.choose(pair[0])
    page.locator("#mate").select_option(pair[1])
    page.get_by_role("button", name="Swap", exact=True).click()
    cycle.decided("Swapped", "Both asked for it")

    # A secondary that was in none.
    secondary = next(s for s in cycle.desk["schools"] if s[2] == "secondary" and not s[4] and s[3])
    cycle.choose(secondary[0])
    page.locator("#to").select_option(str(third["number"]))
    page.get_by_role("button", name="Move", exact=True).click()
    cycle.decided("is now in partnership", "It asked to take part")

    # A merge, a name and a type, by what stands under the partnerships.
    cycle.in_partnership(other["number"])
    page.locator(f"#merge-p{other['number']}").select_option(str(small["number"]))
    page.locator(f'[data-key="merge-p{other["number"]}-go"]').click()
    cycle.decided("Merged partnership", "Too small alone")
    cycle.in_partnership(small["number"])
    page.locator(f"#name-p{small['number']}").fill("The Greens")
    page.locator(f'[data-key="name-p{small["number"]}-go"]').click()
    told(page, "name The Greens")
    cycle.in_partnership(small["number"])
    page.locator(f"#type-p{small['number']}").select_option("structured")
    page.locator(f"#since-p{small['number']}").fill("2015-09-01")
    page.locator(f'[data-key="type-p{small["number"]}-go"]').click()
    told(page, "type structured")
    lead = page.locator(f"#lead-p{small['number']} option").nth(1).get_attribute("value")
    page.locator(f"#lead-p{small['number']}").select_option(lead)
    page.locator(f'[data-key="lead-p{small["number"]}-go"]').click()
    told(page, "lead ")
    words = [row["words"].partition(" ")[0] for row in cycle.desk["decisions"]]
    assert {"Move", "Swap", "Merge", "Name", "Type", "Lead"} <= set(words)
    cycle.stage()
    assert len(cycle.desk["decisions"]) > 40, "each of them is a line of the log"
    cycle.moved, cycle.added, cycle.green = school, secondary[0], small["number"]


def test_the_rest_is_planned_again_agreed_and_published_with_the_figures_of_the_desk(cycle) -> None:
    page = cycle.page
    before = {s[0]: s[4] for s in cycle.desk["schools"]}
    page.locator("#rerun").focus()
    tab_to(page, "Plan the rest again", 2)
    page.keyboard.press("Enter")
    cycle.planned("new one")
    desk = cycle.desk
    after = {s[0]: s[4] for s in desk["schools"]}
    assert (after[cycle.moved], after[cycle.added]) == (before[cycle.moved], before[cycle.added])
    changed = [urn for urn in after if after[urn] != before[urn]]
    assert len(changed) == len(desk["changes"]["rows"])
    assert len(changed) < len({m[0] for p in area(desk) for m in p["members"]}) / 3
    green = next(p for p in desk["partnerships"] if p["number"] == cycle.green)
    assert (green["name"], green["type"], green["since"]) == ("The Greens", "structured", "2015-09-01")

    for number in sorted(p["number"] for p in area(desk)):
        cycle.in_partnership(number)
        page.locator(f'[data-key="status-p{number}"]').press("Enter")
        told(page, "status agreed")
    assert {p["status"] for p in area(cycle.desk)} == {"agreed"}
    cycle.stage()

    page.get_by_label("Publish for").select_option("officers")
    folder = cycle.published_by(lambda: page.locator("#publish button").click())
    report = (folder / "report.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    for label in FIGURES:
        assert f'{label}</th><td data-l="Plan:">{figure(page, label)}</td>' in report, label
    kept = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert {p["number"]: {m["urn"] for m in p["members"]} for p in kept["partnerships"]} == {
        p["number"]: {member[0] for member in p["members"]} for p in cycle.desk["partnerships"]
    }
    sheet = (folder / "partnerships" / f"{cycle.green:02d}.html").read_text(encoding="utf-8")
    assert "Structured, from 1 September 2015" in sheet
    assert "<dt>Who leads</dt><dd>not decided" not in sheet


def test_next_year_one_school_is_closed_and_one_opens_and_nobody_else_has_to_change(cycle, tmp_path) -> None:
    page, before = cycle.page, cycle.desk
    asked_for = (DATA / "survey.csv").read_text(encoding="utf-8")
    large = sorted(area(before), key=lambda p: (-len(p["members"]), p["number"]))
    gone = next(member[0] for p in large for member in p["members"] if member[0] not in asked_for)
    collection = json.loads((DATA / "schools.geojson").read_text(encoding="utf-8"))
    new = json.loads(json.dumps(next(f for f in collection["features"] if f["properties"]["urn"] == gone)))
    new["properties"] |= {"urn": "999001", "name": "Free School"}
    kept = [f for f in collection["features"] if f["properties"]["urn"] != gone]
    newer = tmp_path / "register.geojson"
    newer.write_text(json.dumps({**collection, "features": [*kept, new]}), encoding="utf-8")

    page.locator("#year-file").set_input_files(newer)
    page.get_by_role("button", name="Look at next year").click()
    page.locator("#begin-yes").wait_for(timeout=PLANNING)
    assert "No school has to change" in page.locator("#begin-words").inner_text()
    cycle.stage()
    page.locator("#begin-yes").press("Enter")
    told(page, "Next year has begun")
    homes = {school[0]: school[4] for school in before["schools"]}
    later = {school[0]: school[4] for school in cycle.desk["schools"]}
    assert {urn: homes[urn] for urn in homes if urn in later} == {urn: later[urn] for urn in later if urn in homes}
    assert later["999001"]
    assert {gone} == homes.keys() - later.keys()
    assert "Free School: is it to join" in page.locator("#year-decide").inner_text()
    cycle.stage()
