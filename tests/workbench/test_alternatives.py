"""Alternatives on the desk: plans under other goals beside the plan that is there, each to open."""

from __future__ import annotations

import os
import signal
from xml.etree import ElementTree as ET

import pytest

from geo_partnerships.api import running
from tests.village import urn

pytestmark = pytest.mark.xdist_group("workbench")


def homes(desk) -> dict[str, list[int]]:
    return {row[0]: row[4] for row in desk["schools"]}


def work_out(client) -> dict:
    assert client.send("/api/alternatives", {"by": "A. Planner"})[0] == 200
    job = client.wait()
    assert job["status"] == "done", job
    return client.send("/api/alternatives")[1]


def opened(client, key: str) -> tuple[int, dict]:
    return client.send("/api/open", {"to": key, "by": "A. Planner", "seen": client.desk()["n"]})


@pytest.fixture(scope="module")
def found(shared, client) -> dict:
    """Alternatives on a desk where a school was moved by hand, so that the best plan is another than its neighbour."""
    assert client.send("/api/alternatives") == (200, None)
    number = client.home(urn(2, 4))
    centre = next(p["centre"] for p in client.desk()["partnerships"] if p["number"] == number)
    assert client.decide(action="move", school=urn(0, 4), to=str(number))[0] == 200
    return {**work_out(client), "centre": centre}


def test_a_chart_and_what_is_firm_stand_beside_them(client, found) -> None:
    assert " places of area partnerships have the same company in every plan." in found["firm"]
    assert all(len(row) == 3 and row[2].endswith("%") for row in found["wavering"])
    status, drawn = client.send("/api/alternatives.svg")
    assert status == 200
    root = ET.fromstring(drawn)  # noqa: S314 - our own
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "shortest" in "".join(root.itertext())


def test_each_keeps_what_was_decided_and_says_how_it_differs(client, found) -> None:
    assert not found["stale"]
    assert {"as-planned"} <= {row[0] for row in found["rows"]}
    desk = client.desk()
    figures = {label: now for label, now, *_ in desk["figures"]}
    assert found["desk"] == [figures[label] for label in found["head"]]
    for key, _, _, values, moved in found["rows"]:
        assert len(values) == len(found["head"])
        assert moved >= 0
        status, after = opened(client, key)
        assert status == 200, after
        assert homes(after)[urn(0, 4)] == homes(after)[found["centre"]], "the school stays where it was moved to"
        now = {label: value for label, value, *_ in after["figures"]}
        assert [value for value, _ in values] == [now[label] for label in found["head"]]
        assert len(after["changes"]["rows"]) == moved
        assert client.decide(action="undo")[0] == 200
    assert homes(client.desk()) == homes(desk)


def test_differences_are_those_to_the_desk_as_it_is_now(client, found) -> None:
    before = client.send("/api/alternatives")[1]
    assert client.decide(action="move", school=urn(1, 4), to=str(client.home(urn(2, 4))))[0] == 200
    after = client.send("/api/alternatives")[1]
    assert after["stale"]
    assert after["desk"] != before["desk"]
    assert [row[4] for row in after["rows"]] != [row[4] for row in before["rows"]]
    status, answer = opened(client, "as-planned")
    assert (status, "work them out again" in answer["error"]) == (422, True)
    assert client.decide(action="undo")[0] == 200
    assert not client.send("/api/alternatives")[1]["stale"]
    assert opened(client, "no-such-plan")[0] == 422
    old = client.send("/api/open", {"to": "as-planned", "by": "x", "seen": client.desk()["n"] - 1})
    assert old[0] == 409


def test_one_can_be_compared_and_is_saved_as_it_was_opened(shared, client, found) -> None:
    assert "alternative:as-planned" in [key for key, _ in client.send("/api/comparable")[1]]
    assert client.send("/api/compare", {"a": "desk", "b": "alternative:as-planned"})[0] == 200
    assert client.wait()["status"] == "done"
    key = found["rows"][-1][0]
    desk = opened(client, key)[1]
    assert client.send("/api/save", {"to": "chosen", "by": "A. Planner"})[0] == 200
    path = str(shared.workspace / "scenarios" / "chosen.toml")
    made = running.make_plan(path, *running.load(path, shared.data)).plan
    assert {p.number: set(p.members) for p in made.partnerships} == {
        p["number"]: {member[0] for member in p["members"]} for p in desk["partnerships"]
    }
    assert client.decide(action="undo")[0] == 200


def test_working_them_out_can_be_cancelled(shared, client, found) -> None:
    os.kill(shared.worker(), signal.SIGSTOP)
    assert client.send("/api/alternatives", {"by": "A. Planner"})[0] == 200
    assert client.send("/api/cancel", {})[1]["cancelled"]
    assert client.send("/api/alternatives")[1] is not None, "those of before are there still"
