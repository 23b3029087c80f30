"""After any session a saved scenario gives the plan on the desk, and a plan made anew keeps what was decided."""

from __future__ import annotations

import itertools
import random
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from geo_partnerships.api import running
from geo_partnerships.checking import check
from geo_partnerships.deciding import Action
from geo_partnerships.errors import UsageError
from geo_partnerships.exports import write_exports
from geo_partnerships.planning import plan
from geo_partnerships.scenarios.parameters import SCENARIO_FOLDER
from geo_partnerships.scenarios.read import read_scenario
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.model import Audience
from geo_partnerships.workbench import tasks
from geo_partnerships.workbench.desk import Desk
from geo_partnerships.workbench.request import Request
from geo_partnerships.workbench.sheet import NeedsReason
from geo_partnerships.workbench.worker import Job
from tests.village import urn, write_village

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_partnerships.plans import Partnership, Plan

WHEN = "2015-03-01T09:00:00+00:00"


class AtOnce:
    """A worker that does each job in this process before it answers."""

    def __init__(self) -> None:
        self.numbers, self.job = itertools.count(1), None

    def submit(self, kind: str, task: dict[str, Any], finish: Callable[[Any], Any], **_: Any) -> Job:
        self.job = job = Job(next(self.numbers), kind)
        job.result = finish(tasks.KINDS[kind](task, lambda *_: None))
        job.status = "done"
        job.ended.set()
        return job


class Session:
    """A desk on a village, and what is decided on it."""

    def __init__(self, folder: Path, scenario: str = "village") -> None:
        self.data = folder / "data" if (folder / "data").exists() else write_village(folder / "data")
        self.desk = Desk(self.data, scenario, folder / f"workspace-{Path(scenario).stem}", folder / "output", AtOnce())
        self.desk.open(WHEN)

    @property
    def plan(self) -> Plan:
        return self.desk.sheet().plan

    def decide(self, action: str, **fields: Any) -> None:
        """Decide; what breaks a rule is decided with a reason."""
        row = {"action": Action(action), "seen": self.desk.sheet().state.latest, "by": "A. Planner", "when": WHEN}
        try:
            self.desk.decide(Request(**row, **fields))
        except NeedsReason:
            self.desk.decide(Request(**row, **{"reason": "agreed all the same", **fields}, override=True))

    def rerun(self, **parameters: str) -> None:
        self.desk.rerun(parameters, "A. Planner", WHEN, self.desk.sheet().state.latest)

    def home(self, school: str) -> Partnership:
        return next(p for p in self.plan.partnerships if school in p.members)

    def saved(self, name: str) -> Plan:
        """Save, and return the plan that a run of the saved scenario gives."""
        _, path = self.desk.save(name, "A. Planner", WHEN)
        scenario = read_scenario(path, self.data / SCENARIO_FOLDER)
        return plan(running.read_files(self.data, scenario.data.model_dump(), scenario.distance), scenario)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(tmp_path)


def tables(made: Plan, folder: Path) -> dict[str, bytes]:
    """Return the files in which a plan's partnerships and members are published."""
    folder.mkdir()
    written = write_exports(view_of(made, Audience.OFFICERS, scenario="x"), folder)
    return {path.name: path.read_bytes() for path in written if path.name in {"plan.csv", "plan.geojson"}}


def assert_saved_is_on_the_desk(session: Session, folder: Path, name: str) -> None:
    saved = session.saved(name)
    desk = session.plan
    assert [asdict(p) for p in saved.partnerships] == [asdict(p) for p in desk.partnerships]
    assert saved.memberships == desk.memberships
    assert saved.objective == pytest.approx(desk.objective, abs=1e-6)
    assert tables(saved, folder / f"{name}-saved") == tables(desk, folder / f"{name}-desk")


def step(session: Session, chance: random.Random) -> None:
    """Take one decision of any kind."""
    parts = session.plan.partnerships
    one, other = chance.sample(parts, 2) if len(parts) > 1 else (parts[0], parts[0])
    school = chance.choice(one.members)
    kinds: dict[str, dict[str, Any]] = {
        "move": {"school": school, "to": str(other.number)},
        "swap": {"schools": (school, chance.choice(other.members))},
        "merge": {"source": str(one.number), "to": str(other.number)},
        "split": {"source": str(one.number), "schools": tuple(chance.sample(one.members, len(one.members) // 2))},
        "leave": {"school": school},
        "lock": {"to": str(one.number), "school": chance.choice(["", school])},
        "veto": {"school": school, "to": str(other.number)},
        "name": {"to": str(one.number), "value": f"The {school} Partnership"},
        "type": {"to": str(one.number), "value": "hard"},
        "lead": {"to": str(one.number), "value": school},
        "status": {"to": str(one.number), "value": chance.choice(["agreed", "proposed"])},
        "undo": {},
    }
    action = chance.choice(list(kinds))
    try:
        session.decide(action, **kinds[action])
    except UsageError:
        return  # it makes no sense as things are, and was refused in words


@pytest.mark.parametrize("seed", range(4))
def test_after_any_session_the_saved_scenario_gives_the_plan_on_the_desk(session, tmp_path, seed) -> None:
    chance = random.Random(seed)  # noqa: S311 - decisions, not keys
    for _ in range(12):
        step(session, chance)
    assert_saved_is_on_the_desk(session, tmp_path, "saved")


def test_a_saved_scenario_opens_as_it_was_and_plans_again_around_what_was_decided(session, tmp_path) -> None:
    moved, home = urn(0, 4), session.home(urn(2, 5)).number
    session.decide("move", school=moved, to=str(home), reason="shares a bus")
    session.decide("name", to=str(home), value="Brook Partnership")
    session.decide("status", to=str(home), value="agreed")
    session.saved("agreed")
    again = Session(tmp_path, str(session.desk.folder / "scenarios" / "agreed.toml"))
    assert again.plan.partnerships == session.plan.partnerships
    again.rerun()
    [brook] = [p for p in again.plan.partnerships if p.name == "Brook Partnership"]
    assert (brook.number, brook.status, moved in brook.members) == (home, "agreed", True)


def test_a_school_of_none_is_moved_in_and_planned_with_from_then_on(session) -> None:
    school = urn(1, 5)
    session.decide("leave", school=school)
    assert not any(school in p.members for p in session.plan.partnerships)
    session.rerun()
    assert not any(school in p.members for p in session.plan.partnerships)
    to = session.home(urn(0, 0)).number
    session.decide("move", school=school, to=str(to))
    session.rerun()
    assert session.home(school).number == to
    assert check(session.plan).ok


def test_a_merge_asks_for_fewer_partnerships_and_a_split_for_more(session) -> None:
    one, other = session.plan.partnerships[:2]
    session.decide("merge", source=str(one.number), to=str(other.number), reason="one trust")
    assert {p.number for p in session.plan.partnerships} == {2, 3}
    assert session.desk.sheet().state.parameters == {"area.partnerships": "[2, 3]"}
    session.decide("undo")
    assert {p.number for p in session.plan.partnerships} == {1, 2, 3}
    home = session.home(urn(2, 0))
    session.decide("split", source=str(home.number), schools=home.members[:3])
    assert [p.number for p in session.plan.partnerships] == [1, 2, 3, 4]
    assert session.home(session.plan.partnerships[3].members[0]).strand == "area"


def test_a_move_recolours_and_renumbers_nothing_else_and_neither_does_a_run(session) -> None:
    before = {p.number: (p.name, p.colour) for p in session.plan.partnerships}
    session.decide("swap", schools=(urn(0, 0), urn(1, 0)))
    assert {p.number: (p.name, p.colour) for p in session.plan.partnerships} == before
    session.rerun(district_penalty="900")
    assert {p.number: (p.name, p.colour) for p in session.plan.partnerships} == before


def test_the_others_are_planned_around_a_school_that_was_moved_against_a_rule(session) -> None:
    home, other = session.home(urn(0, 3)), session.home(urn(1, 0))
    session.decide("link", schools=(urn(0, 3), urn(0, 4)), to="together")
    session.decide("move", school=urn(0, 3), to=str(other.number), reason="parents asked")
    assert any(broken.code.startswith("must-link") for broken in check(session.plan).broken)
    session.rerun()
    assert urn(0, 3) in session.home(other.centre).members
    assert session.home(urn(0, 4)).number == home.number
    [waiver] = session.plan.scenario.waivers
    assert (waiver.schools, waiver.rule, waiver.reason) == ((urn(0, 3),), "must_link", "parents asked")
    assert check(session.plan).ok


def test_a_school_moved_against_a_rule_that_nothing_can_waive_is_moved_again_after_the_run(session) -> None:
    crowded = session.home(urn(1, 0))
    for number in range(3):  # nine schools where eight are the most
        session.decide("move", school=urn(0, number), to=str(crowded.number), reason="one trust")
    assert any(broken.code == "size-area" for broken in check(session.plan).broken)
    session.rerun()
    assert {urn(0, 0), urn(0, 1), urn(0, 2)} <= {*session.home(crowded.centre).members}
