"""The desk on a disk that refuses, with a log that was damaged, and with callers that never finish their request."""

from __future__ import annotations

import json
import socket
import time

import pytest

from geo_partnerships.workbench.workspace import FILES, RUNS
from tests.village import urn


def log_of(served):
    return served.workspace / "decisions.jsonl"


def findings_of(client):
    return json.dumps(client.desk()["findings"])


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"action": "move", "school": urn(0, 1), "to": "99", "details": {"anchor": urn(0, 0)}}, "left out"),
        ({"action": "move", "school": "999999", "to": "2", "details": {"anchor": urn(0, 0)}}, "left out"),
        ({"action": "move", "school": urn(0, 1), "to": "x"}, "line 2"),
        ({"action": "rerun", "to": "abc", "details": {"parameters": 5}}, "line 2"),
        ({"n": 10**30, "action": "comment"}, "line 2"),
    ],
    ids=["no such partnership", "no such school", "no number", "details of another type", "n = 10^30"],
)
def test_the_desk_opens_with_what_can_be_read_and_tells_the_rest(served, row, words) -> None:
    served.stop()
    own = {"n": 2, "when": "now", "by": "me", **row}
    comment = {"n": 3, "when": "now", "by": "me", "action": "comment", "reason": "after it"}
    with log_of(served).open("a") as log:
        log.write(f"{json.dumps(own)}\n{json.dumps(comment)}\n")
    client = served.start().client()
    assert words in findings_of(client)
    assert client.desk()["n"] == 3
    status, _ = client.decide(action="comment", reason="still here")
    assert status == 200
    assert client.desk()["n"] == 4


def test_decisions_on_schools_that_are_not_there_are_told_with_file_and_line_and_left_out(served) -> None:
    unknown = [
        {"action": "lock", "school": "999991", "to": "2", "details": {"anchor": urn(0, 0)}},
        {"action": "lock", "to": "2", "schools": [urn(0, 1), "999992"], "details": {"anchor": urn(0, 0)}},
        {"action": "link", "schools": [urn(0, 1), "999993"], "to": "together"},
        {"action": "veto", "school": urn(0, 1), "to": "2", "details": {"anchor": "999994"}},
    ]
    known = {"action": "link", "schools": [urn(0, 1), urn(0, 2)], "to": "together"}
    served.stop()
    with log_of(served).open("a") as log:
        for n, row in enumerate((*unknown, known), start=2):
            log.write(json.dumps({"n": n, "when": "now", "by": "me", **row}) + "\n")
    client = served.start().client()
    told = findings_of(client)
    for line, key in enumerate(("999991", "999992", "999993", "999994"), start=2):
        assert f"decisions.jsonl, line {line}" in told
        assert key in told
    assert "line 6" not in told
    client.rerun()
    assert client.home(urn(0, 1)) == client.home(urn(0, 2))


def test_an_emptied_log_beside_runs_is_told(served) -> None:
    served.stop()
    log_of(served).write_text("")
    for run in (served.workspace / RUNS).glob("*.json"):
        run.rename(run.with_name("0123456789abcdef.json"))
    client = served.start().client()
    assert "in no decision" in findings_of(client)


def test_what_the_disk_refuses_is_told_in_words(served) -> None:
    client = served.client()
    log = log_of(served)
    kept = log.read_bytes()
    log.unlink()
    log.mkdir()
    status, answer = client.decide(action="comment", reason="a note")
    assert status in {422, 507}
    assert "Is a directory" in answer["error"]
    log.rmdir()
    log.write_bytes(kept)
    (served.workspace / FILES).write_text("in the way")
    status, answer = client.send("/api/upload/survey?ending=.csv&seen=1", b"responder_urn\n", method="POST")
    assert status == 507
    assert "The disk refuses" in answer["error"]


def test_the_workspace_is_the_users_alone(served) -> None:
    served.stop()
    modes = {path.stat().st_mode & 0o077 for path in served.workspace.rglob("*") if not path.name.endswith(".lock")}
    assert modes == {0}
    assert served.workspace.stat().st_mode & 0o777 == 0o700


def test_callers_that_never_finish_do_not_keep_the_planner_out(served) -> None:
    client = served.client()
    held = []
    for _ in range(150):
        caller = socket.create_connection(("127.0.0.1", served.port))
        caller.sendall(b"GET / HTTP/1.1\r\nHost: 127")
        held.append(caller)
    time.sleep(0.5)  # until the server has taken them all
    answers = [client.send("/api/pulse")[0] for _ in range(3)]
    assert answers == [200, 200, 200]
    for caller in held:
        caller.settimeout(0.01)
        with pytest.raises(TimeoutError):  # still open: the planner was not let in because they were gone
            caller.recv(1)
        caller.close()
