"""Whatever is sent to a route, it is answered in words: never by an error inside the program."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from geo_partnerships.workbench.app import make_app
from geo_partnerships.workbench.desk import Desk
from geo_partnerships.workbench.judging import DECIDABLE
from geo_partnerships.workbench.security import Guard
from geo_partnerships.workbench.tasks import KINDS
from geo_partnerships.workbench.worker import CANCELLED, DONE, Job
from tests.depth import examples
from tests.village import write_village

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("workbench")
PORT = 4711
hostile = settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])

texts = st.one_of(
    st.sampled_from(["", "1", "3", "100100", "100305", "together", "content", "allowed", "desk", "draft", "run:",
                     "scenario:village", "scenario:../village", "public", "2015-13-45", "0" * 80, "\ud800", "\x00",
                     "²", "٣", "-1", "1e999", "NaN", "con", "a/b", "{{7*7}}", "survey-0.csv"]),
    st.text(max_size=90),
)  # fmt: skip
values = st.one_of(
    texts, st.integers(-5, 5), st.none(), st.booleans(), st.floats(), st.integers(min_value=10**30),
    st.lists(texts, max_size=4), st.dictionaries(texts, texts, max_size=2),
)  # fmt: skip
fields = st.dictionaries(
    st.sampled_from(["action", "seen", "by", "school", "schools", "from", "source", "to", "reason", "date", "override",
                     "a", "b", "audience", "parameters", "name"]),
    values,
)  # fmt: skip
keys = st.sampled_from(["area", "area.size", "area.partnerships", "seed", "pinned", "must_link",
                        "guarantee.strength", "title", "strands", "strands.x.members.phases", "a.b.c.d.e.f",
                        "district_penalty", "data"])  # fmt: skip
toml = st.one_of(
    texts,
    st.sampled_from(["[" * 1_900, "{a=" * 600, "[1, 2", "1" * 1_900, "-" + "9" * 400, "1979-13-45", "inf", "nan",
                     "[[1]]", '"\\ud800"', "'''", "[4, 8]", "{ partnerships = 3 }", "1e999", "0x" + "f" * 300,
                     "99999-01-01", "{a.b.c.d=1}", "[{schools=['100100']}]"]),
)  # fmt: skip


class Standing:
    """Stands for the worker: makes the first plan at once and ends every later job without a result."""

    def __init__(self) -> None:
        self.job: Job | None = None

    def submit(self, kind: str, task: dict[str, Any], finish: Callable[[Any], Any], **limits: float) -> Job:
        assert all(seconds > 0 for seconds in limits.values())
        first = self.job is None
        self.job = job = Job(1, kind)
        if first:
            job.result = finish(KINDS[kind](task, lambda *_: None))
        job.status = DONE if first else CANCELLED
        job.ended.set()
        return job

    def cancel(self) -> bool:
        return False


@pytest.fixture(scope="module")
def visitor(tmp_path_factory):
    """A client of a village's desk that has passed the door, with no process behind it."""
    return let_in(tmp_path_factory.mktemp("routes"))


def let_in(folder: Path):
    """Return what sends a request to a new desk in that folder, and the desk."""
    data = write_village(folder / "data")
    desk = Desk(data, "village", folder / "workspace", folder / "output", Standing())
    desk.open("2015-01-20T10:00:00+00:00")
    links: list[str] = []
    guard = Guard(PORT, links.append)
    app = make_app(desk, guard, clock=lambda: "2015-01-20T10:00:00+00:00")
    guard.invite()
    client = app.test_client()
    base = f"http://127.0.0.1:{PORT}"
    client.get(links[0].removeprefix(base), base_url=base)
    token = re.search(r'name="csrf" content="([^"]+)"', client.get("/", base_url=base).text)[1]

    def send(path: str, body: object = None, content: bytes | None = None):
        if body is None and content is None:
            return client.get(path, base_url=base)
        kind = "application/json" if content is None else "application/octet-stream"
        data = json.dumps(body).encode() if content is None else content
        headers = {"X-CSRF-Token": token, "Origin": base}
        return client.post(path, base_url=base, data=data, content_type=kind, headers=headers)

    return send, desk


def test_every_plan_on_offer_can_be_compared_however_long_its_name_and_deep_its_workspace(tmp_path) -> None:
    send, desk = let_in(tmp_path.joinpath(*["workspaces of the school improvement team"] * 3))
    village = desk.data / "scenarios" / "village.toml"
    shutil.copy(village, village.with_name(f"{'v' * 250}.toml"))
    assert send("/api/save", {"to": "a-plan-that-was-saved", "by": "A. Planner"}).status_code == 200
    keys = [key for key, _ in send("/api/comparable").json]
    assert len(keys) == 6
    assert [key for key in keys if str(tmp_path) in key] == []
    for key in keys:
        assert send("/api/compare", {"a": "desk", "b": key}).status_code == 200


def answered(answer) -> None:
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.json["error"]
        assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", ["/api/decide", "/api/rerun", "/api/cancel", "/api/save", "/api/publish",
                                  "/api/disclose", "/api/compare", "/api/refresh", "/api/take",
                                  "/api/leave"])  # fmt: skip
@hostile
@given(row=fields)
def test_no_form_ends_in_an_error_of_the_program(visitor, path, row) -> None:
    send, desk = visitor
    if "seen" in row and row["seen"] == 1:
        row["seen"] = desk.sheet().state.latest
    answered(send(path, row))
    answered(send("/api/desk"))


@hostile
@given(action=st.sampled_from(sorted(DECIDABLE)), row=fields)
@example(action="comment", row={"reason": "\ud800", "school": "100100"})
@example(action="reply", row={"to": "content", "school": "100100", "date": "2015-02-31"})
def test_no_decision_ends_in_an_error_of_the_program(visitor, action, row) -> None:
    send, desk = visitor
    answered(send("/api/decide", {**row, "action": action, "seen": desk.sheet().state.latest}))
    answered(send("/api/desk"))
    answered(send("/api/areas"))


@hostile
@given(parameters=st.dictionaries(st.one_of(keys, texts), st.one_of(toml, values), max_size=3))
@example(parameters={"area": "[" * 1_900})
@example(parameters={"area": "{a=" * 600})
@example(parameters={".".join("a" * 20_000): "1"})
@example(parameters={"seed": "1" * 1_900})
def test_no_parameter_ends_in_an_error_of_the_program(visitor, parameters) -> None:
    send, desk = visitor
    answered(send("/api/rerun", {"parameters": parameters, "seen": desk.sheet().state.latest, "by": "x"}))


@hostile
@given(school=texts, number=texts)
def test_no_question_ends_in_an_error_of_the_program(visitor, school, number) -> None:
    send, _ = visitor
    query = f"school={quote(school, errors='replace')}&partnership={quote(number, errors='replace')}"
    answered(send(f"/api/why?{query}"))
    answers = ("/api/proposed", "/api/compared", "/api/comparable", "/api/disclosure", "/api/pulse", "/api/ground")
    for path in (*answers, "/compared"):
        answered(send(path))


@hostile
@given(
    part=st.sampled_from(["survey", "schools", "letter", "..", "%2e%2e"]), ending=texts, content=st.binary(max_size=40)
)
def test_no_upload_ends_in_an_error_of_the_program(visitor, part, ending, content) -> None:
    send, _ = visitor
    answered(send(f"/api/upload/{part}?ending={quote(ending, errors='replace')}", content=content))
    answered(send(f"/api/upload/{part}?ending=.csv", content=content))
