"""What can be decided over the wire, and that nothing confirmed is lost."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from geo_partnerships.cli import main
from geo_partnerships.deciding import DecisionLog, replay
from tests.village import urn, write_village
from tests.workbench.conftest import ROOT, Served

if TYPE_CHECKING:
    from tests.workbench.conftest import Client

pytestmark = pytest.mark.xdist_group("workbench")


def other(client: Client, school: str) -> str:
    return str(client.home(school) % 3 + 1)


def test_a_move_on_an_old_state_is_refused_with_the_state_as_it_is(client) -> None:
    seen = client.desk()["n"]
    assert client.decide(action="comment", reason="first", seen=seen)[0] == 200
    status, answer = client.decide(action="comment", reason="second", seen=seen)
    assert status == 409
    assert answer["desk"]["n"] == seen + 1
    assert "second" not in json.dumps(client.desk()["comments"])


@pytest.mark.parametrize(
    "row",
    [
        {"action": "move", "school": "999999", "to": "1"},
        {"action": "move", "school": "100100", "to": "77"},
        {"action": "move", "school": "100100", "to": ""},
        {"action": "lock", "school": "100100", "to": "x"},
        {"action": "link", "schools": ["100100"], "to": "together"},
        {"action": "link", "schools": ["100100", "100101"], "to": "married"},
        {"action": "veto", "school": "", "to": "1"},
        {"action": "reply", "school": "100100", "to": "perhaps"},
        {"action": "reply", "school": "100100", "to": "content", "date": "yesterday"},
        {"action": "comment", "reason": "   "},
        {"action": "jump"},
    ],
)
def test_decisions_that_make_no_sense_are_refused_in_words(client, row) -> None:
    before = client.desk()["n"]
    status, answer = client.decide(**row)
    assert status == 422
    assert answer["error"]
    assert client.desk()["n"] == before


@pytest.mark.parametrize("parameters", [{"sede": "1"}, {"area.partnerships": "[5, 3]"}, {"data.survey": "/etc/passwd"},
                                        {"area": "3"}, {"a b": "1"}, {"seed": 3}])  # fmt: skip
def test_parameters_that_are_none_start_nothing(client, parameters) -> None:
    status, answer = client.send("/api/rerun", {"parameters": parameters, "seen": client.desk()["n"], "by": "x"})
    assert status == 422
    assert answer["error"]


def test_a_run_without_a_plan_says_why_and_changes_nothing(client) -> None:
    before = client.desk()
    answer = client.send("/api/rerun", {"parameters": {"area.partnerships": "9"}, "seen": before["n"], "by": "x"})
    assert answer[0] == 200
    job = client.wait()
    assert job["status"] == "failed"
    assert "9 partnerships: on the desk, area.partnerships" in job["words"]
    assert "sizes 4 to 8: village.toml, line 8" in job["words"]
    assert client.desk()["n"] == before["n"]


def test_replies_are_counted(client) -> None:
    before = client.desk()["replies"]
    assert client.decide(action="reply", school="100303", to="wants to discuss", date="2015-01-28")[0] == 200
    after = client.desk()["replies"]
    assert after["missing"] == before["missing"] - 1
    assert ["100303", "wants to discuss", "2015-01-28", ""] in after["rows"]


def test_links_and_vetoes_hold_from_the_next_run_on(client) -> None:
    assert client.decide(action="link", schools=["100304", "100204"], to="together", reason="one head")[0] == 200
    assert client.decide(action="veto", school="100205", to=str(client.home("100200")))[0] == 200
    desk = client.desk()
    assert not desk["rules_kept"]
    client.send("/api/rerun", {"parameters": {}, "seen": desk["n"], "by": "x"})
    assert client.wait()["status"] == "done"
    assert client.desk()["rules_kept"]
    assert client.home("100304") == client.home("100204")
    assert client.home("100205") != client.home("100200")


def test_a_run_that_decisions_rule_out_names_them_and_the_file(served) -> None:
    client = served.client()
    pair = ["100304", "100204"]
    rule = f'[[cannot_link]]\nschools = ["{pair[0]}", "{pair[1]}"]\n'
    path = served.data / "scenarios" / "village.toml"
    path.write_text(path.read_text(encoding="utf-8") + rule, encoding="utf-8")
    assert client.decide(action="link", schools=pair, to="together", reason="one head")[0] == 200
    answer = client.send("/api/rerun", {"parameters": {}, "seen": client.desk()["n"], "by": "x"})
    assert answer[0] == 200, answer
    job = client.wait()
    assert job["status"] == "failed"
    places = [line.rpartition(": ")[2] for line in job["words"].splitlines()[1:]]
    assert sorted(places) == ["decided on the desk, or by default", "village.toml, line 9"]


def test_a_saved_scenario_gives_the_plan_on_the_desk(shared, client) -> None:
    from geo_partnerships.api import running

    client.send("/api/rerun", {"parameters": {}, "seen": client.desk()["n"], "by": "x"})
    client.wait()
    status, answer = client.send("/api/save", {"to": "saved", "by": "x"})
    assert status == 200, answer
    problem, scenario = running.load(str(shared.workspace / "scenarios" / "saved.toml"), shared.data)
    made = running.make_plan("saved", problem, scenario).plan
    shown = {p["number"]: sorted(m[0] for m in p["members"]) for p in client.desk()["partnerships"]}
    assert {p.number: sorted(p.members) for p in made.partnerships} == shown
    assert client.send("/api/save", {"to": "saved", "by": "x"})[0] == 422
    assert client.send("/api/save", {"to": "../up", "by": "x"})[0] == 422


def test_a_hostile_upload_is_told_and_kept_nowhere(shared, client) -> None:
    seen = client.desk()["n"]
    before = set((shared.workspace / "files").glob("*")) if (shared.workspace / "files").exists() else set()
    for part, ending, content in (
        ("survey", ".csv", b"\x00\x01\x02"),
        ("survey", ".xlsx", b"PK\x03\x04 no workbook"),
        ("schools", ".geojson", b'{"type": "FeatureCollection"'),
        ("schools", ".csv", b"urn,name\n1,2\n"),
    ):
        found = client.offer(part, ending, content)
        assert found["refused"], (part, ending)
        assert found["noticed"], (part, ending)
        assert client.take(found)[0] == 422
    for path in ("roads?ending=.csv", "survey?ending=.exe", "survey?ending=/../x"):
        assert client.send(f"/api/upload/{path}", b"x")[0] == 422
    assert set((shared.workspace / "files").glob("*")) == before
    assert client.desk()["n"] == seen


def test_schools_that_decisions_speak_of_do_not_go_missing_unsaid(client) -> None:
    client.decide(action="lock", school="100205", to=str(client.home("100205")))
    before = client.desk()
    table = "urn,name,easting,northing,district,borough,sector,phase\n"
    keys = [f"100{place}0{number}" for place in (1, 2, 3) for number in range(6)]
    table += "".join(
        f"{key},S{key},{525000 + n * 100},190000,N1,Smallton,state,primary\n"
        for n, key in enumerate(keys)
        if key != "100205"
    )
    found = client.offer("schools", ".csv", table.encode())
    assert not found["refused"], found
    told = dict(map(tuple, found["lists"]))
    assert told["Decisions speak of schools that are no longer there, and are dropped for them"] == ["School N2 F"]
    assert client.send("/api/leave", {})[0] == 200
    assert client.desk() | {"job": None} == before | {"job": None}


def test_two_clients_at_once_leave_a_log_that_replays_to_the_state_shown(shared) -> None:
    clients = [shared.client(), shared.client()]
    confirmed: list[int] = []

    def work(client: Client, name: str) -> None:
        chance = random.Random(name)  # noqa: S311
        for turn in range(15):
            school = f"100{chance.choice('123')}0{chance.choice('12345')}"
            kinds = [{"action": "comment", "school": school, "reason": f"{name}{turn}"}, {"action": "undo"},
                     {"action": "move", "school": school, "to": str(chance.randint(1, 3)), "override": True,
                      "reason": "both tabs at once"}]  # fmt: skip
            status, answer = client.decide(**chance.choice(kinds))
            assert status in {200, 409, 422}, answer
            if status == 200:
                confirmed.append(answer["n"])

    threads = [threading.Thread(target=work, args=pair) for pair in zip(clients, "ab", strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    decisions, findings = DecisionLog(shared.workspace / "decisions.jsonl").read()
    assert findings == []
    assert [d.n for d in decisions] == list(range(1, len(decisions) + 1))
    assert set(confirmed) <= {d.n for d in decisions}
    desks = [client.desk() for client in clients]
    assert desks[0] == desks[1]
    state = replay(decisions)
    assert desks[0]["n"] == state.latest
    held = {s[0] for s in desks[0]["schools"] if s[6]}
    assert held == set(state.held()) | set(state.forced)


KILLS = int(os.environ.get("RELIABILITY_DESK_KILLS", "3"))
SEED = os.environ.get("RELIABILITY_SEED", "2015")


def test_a_killed_desk_comes_back_as_it_was(tmp_path, record_property) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.reliability.desk_kills", str(tmp_path), str(KILLS), SEED],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\n")[:-1]  # fmt: skip
    assert told[:-1] == ["whole"] * KILLS
    assert told[-1].startswith("opens, with ")
    assert int(told[-1].split()[-2]) > KILLS // 2
    record_property("cases", KILLS)


def test_a_folder_with_nothing_but_its_schools_is_served_planned_again_and_saved(tmp_path) -> None:
    data = write_village(tmp_path / "data")
    for path in data.iterdir():
        if path.name != "schools.geojson":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    server = Served(data, tmp_path, scenario="first-plan", apart=True).start()
    try:
        client = server.client()
        desk = client.desk()
        assert desk["title"] == "First plan"
        assert desk["changed_files"] == {"scenario": "", "data": []}
        again = client.rerun(**{"area.partnerships": "3"})
        assert len(again["partnerships"]) == 3
        status, answer = client.send("/api/save", {"to": "mine", "by": "me"})
        assert status == 200, answer
        assert (mine := server.workspace / "scenarios" / "mine.toml").is_file()
        assert main(["run", str(mine), "--data", str(data), "--output", str(tmp_path / "out")]) == 0
        server.kill()
        assert len(server.start().client().desk()["partnerships"]) == 3
    finally:
        server.stop()


def test_what_the_public_edition_gives_away_is_seen_before_it_is_published(served) -> None:
    client = served.client()

    def disclosed() -> dict:
        assert client.send("/api/disclose", {})[0] == 200
        assert client.wait()["status"] == "done"
        return client.send("/api/disclosure")[1]

    def move_one() -> None:
        to = other(client, urn(0, 1))
        assert client.decide(action="move", school=urn(0, 1), to=to, override=True, reason="a try")[0] == 200

    status, refused = client.send("/api/publish", {"audience": "public", "by": "me"})
    assert status == 422
    assert "gives away" in refused["error"]
    assert not served.output.exists()
    found = disclosed()
    assert "of 18 schools can be seen to stand where" in found["sentences"][0]
    assert any("no earlier publication" in sentence for sentence in found["sentences"])
    move_one()
    assert client.send("/api/publish", {"audience": "public", "disclosed": found["digest"]})[0] == 422  # another plan
    assert client.decide(action="undo")[0] == 200
    asked = {"audience": "public", "disclosed": found["digest"], "by": "me"}
    assert client.send("/api/publish", asked)[0] == 200
    assert client.wait()["status"] == "done"
    assert client.send("/api/publish", asked)[0] == 422  # the earlier edition is another one now
    move_one()
    told = " ".join(disclosed()["sentences"])
    assert "1 school has another partnership" in told
    assert "School N1 B" in told


def test_a_publication_that_keeps_a_file_of_the_users_says_where_on_the_page(served) -> None:
    client = served.client()
    for note in ("", "kept"):
        if note:
            (served.output / "village-workbench-officers" / "minutes.txt").write_text(note)
        assert client.send("/api/publish", {"audience": "officers", "by": "me"})[0] == 200
        assert client.wait()["status"] == "done"
    kept = served.output / "village-workbench-officers.before-1"
    assert (kept / "minutes.txt").read_text() == "kept"
    assert f"are kept in {kept}" in client.desk()["published"]
