"""Next year on the desk: a newer list of schools, what became of them, and a plan that changes as little as it can."""

from __future__ import annotations

import json

import pytest

from geo_partnerships.api import running
from geo_partnerships.checking import check
from tests.updating.test_update import next_years
from tests.village import urn, write_village
from tests.workbench.test_sessions import WHEN, Session

pytestmark = pytest.mark.xdist_group("workbench")


def homes(desk) -> dict[str, list[int]]:
    return {row[0]: row[4] for row in desk["schools"]}


def newer_list(served) -> bytes:
    collection = json.loads((served.data / "schools.geojson").read_text(encoding="utf-8"))
    return json.dumps({**collection, "features": next_years(collection["features"])}).encode()


def looked_at(client, content: bytes) -> dict:
    assert client.send("/api/year/schools?ending=.geojson", content)[0] == 200
    job = client.wait()
    assert job["status"] == "done", job
    return client.send("/api/year")[1]


def begin(client, name: str) -> tuple[int, dict]:
    return client.send("/api/year", {"name": name, "by": "A. Planner", "seen": client.desk()["n"]})


def test_what_became_of_schools_is_told_and_the_plan_changes_as_little_as_it_can(served) -> None:
    client = served.client()
    number = client.home(urn(1, 3))
    assert client.decide(action="name", to=str(number), value="The Middle")[0] == 200
    assert client.decide(action="lead", to=str(number), value=urn(1, 1))[0] == 200  # replaced next year
    assert client.decide(action="status", to=str(number), value="agreed")[0] == 200
    assert client.decide(action="lock", school=urn(0, 1), to=str(client.home(urn(0, 1))))[0] == 200  # closed next year
    assert client.decide(action="reply", school=urn(0, 2), to="content")[0] == 200
    before = homes(client.desk())

    found = looked_at(client, newer_list(served))
    assert not found["refused"]
    lists = dict(found["lists"])
    assert [row.partition(":")[0] for row in lists["Closed"]] == ["School N1 B"]
    assert lists["Replaced by another school"] == ["School N2 B: its place was taken by Heir Academy"]
    assert len(lists["New in the list"]) == 2
    assert lists["Left out, since they name schools that are gone"] == ["survey.csv"]
    assert "No school has to change" in found["said"]
    assert client.desk()["decisions"][0]["words"].startswith("Reply"), "nothing is taken yet"

    status, desk = begin(client, found["name"])
    assert status == 200, desk
    after = homes(desk)
    assert {key: after[key] for key in after if key in before} == {
        key: numbers for key, numbers in before.items() if key in after
    }
    assert after["100903"] == before[urn(1, 1)], "the heir has the place of the school before it"
    assert len(after["100901"]) == 1, "a new school of the same kind is put somewhere, to be asked"
    assert after["100902"] == []
    middle = next(p for p in desk["partnerships"] if p["number"] == number)
    assert (middle["name"], middle["lead"], middle["status"], middle["locked"]) == ("The Middle", "", "draft", False)
    assert {row[1] for row in desk["replies"]["rows"]} == {"no reply"}
    assert {school for school, _ in desk["year"]["decide"]} >= {"100901"}
    assert desk["changed_files"] == {"scenario": "", "data": []}
    assert desk["rules_kept"]

    # Decided, and planned again around that.
    away = next(p["number"] for p in desk["partnerships"] if p["number"] not in after["100901"])
    assert (
        client.decide(action="move", school="100901", to=str(away), override=True, reason="The heads agree")[0] == 200
    )
    row = {"parameters": desk["changed"], "seen": client.desk()["n"], "by": "A. Planner", "near": True}
    assert client.send("/api/rerun", row)[0] == 200
    assert client.wait()["status"] == "done"
    again = client.desk()
    assert homes(again)["100901"] == [away]
    assert {key: homes(again)[key] for key in before if key in after} == {
        key: before[key] for key in before if key in after
    }
    assert again["year"] == desk["year"]

    # Saved it is the plan on the desk, and a restart changes nothing.
    assert client.send("/api/save", {"to": "next-year", "by": "A. Planner"})[0] == 200
    served.stop()
    served.start()
    client = served.client()
    assert homes(client.desk()) == homes(again)
    for _ in range(3):
        assert client.decide(action="undo")[0] == 200
    old = client.desk()
    assert homes(old) == before
    assert next(p for p in old["partnerships"] if p["number"] == number)["status"] == "agreed"


def test_what_was_waived_is_waived_next_year_too_and_in_what_is_saved(tmp_path) -> None:
    """The first school of N1 goes to N2 though that is too far, and the heir of the second of N2 comes to N1."""
    scenario = write_village(tmp_path / "data") / "scenarios" / "village.toml"
    scenario.write_text(f'{scenario.read_text()}[max_distance]\nstrength = "binding"\nlimit = 1000\n', encoding="utf-8")
    session = Session(tmp_path)
    for school, away in ((urn(0, 2), urn(1, 0)), (urn(1, 1), urn(0, 3))):
        session.decide("move", school=school, to=str(session.home(away).number), reason="one trust")
    before = {p.number: {*p.members} for p in session.plan.partnerships}

    session.desk.proposals.look_at_year(".geojson", newer_list(session))
    found = session.desk.proposals.year.found
    assert "No school has to change" in found["said"]
    session.desk.proposals.begin_year(
        session.desk.proposals.year.name, "A. Planner", WHEN, session.desk.sheet().state.latest
    )
    after = {p.number: {*p.members} for p in session.plan.partnerships}
    heirs = {urn(1, 1): {"100903"}, urn(0, 1): set()}
    for number, members in before.items():
        assert after[number] - {"100901"} == {key for old in members for key in heirs.get(old, {old})}
    waived = [(w.schools, w.rule, w.reason) for w in session.plan.scenario.waivers]
    assert sorted(waived) == [((urn(0, 2),), "max_distance", "one trust"), (("100903",), "max_distance", "one trust")]
    assert check(session.plan).ok
    session.rerun(**session.desk.sheet().state.parameters)
    assert session.plan.scenario.waivers
    assert check(session.plan).ok
    kept = {p.number: {*p.members} for p in session.plan.partnerships}
    assert {p.number: {*p.members} for p in session.saved("kept").partnerships} == kept


def test_a_list_that_cannot_be_used_is_told_and_nothing_begins(client) -> None:
    found = looked_at(client, b'{"type": "FeatureCollection"')
    assert found["refused"]
    assert found["noticed"]
    assert begin(client, found["name"])[0] == 422


def test_what_was_decided_since_the_list_was_looked_at_asks_for_another_look(shared, client) -> None:
    found = looked_at(client, newer_list(shared))
    assert client.decide(action="comment", school=urn(0, 2), reason="meanwhile")[0] == 200
    status, answer = begin(client, found["name"])
    assert (status, answer["error"]) == (422, "Something was decided since: look at the list again.")
    client.send("/api/leave", {})
    assert client.send("/api/year") == (200, None)


def test_the_desk_plans_what_the_command_plans(shared, client, tmp_path) -> None:
    from geo_partnerships.updating import update
    from tests.updating.test_update import rewrite
    from tests.village import write_village

    found = looked_at(client, newer_list(shared))
    after = write_village(tmp_path / "after")
    (after / "survey.csv").unlink()
    rewrite(after, next_years)
    run = running.make_plan("village", *running.load("village", shared.data))
    folder = running.publish(run, tmp_path / "out", running.Audience.OFFICERS)
    by_command = update("village", before=shared.data, plan=folder, data=after)
    status, desk = begin(client, found["name"])
    assert status == 200, desk
    assert {p.number: set(p.members) for p in by_command.run.plan.partnerships} == {
        p["number"]: {member[0] for member in p["members"]} for p in desk["partnerships"]
    }
    assert found["said"] == by_command.said
    assert client.decide(action="undo")[0] == 200
