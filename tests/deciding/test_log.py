"""The log of decisions: nothing confirmed is lost, nothing torn is taken for true, two writers never mix."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.deciding import Action, Conflict, Decision, DecisionLog

ROOT = Path(__file__).parents[2]
TEXT = st.text(max_size=40)


def comment(text: str = "why", **more) -> Decision:
    return Decision(action=Action.COMMENT, when="2015-01-20T10:00:00", by="A. Planner", reason=text, **more)


@pytest.fixture
def log(tmp_path) -> DecisionLog:
    return DecisionLog(tmp_path / "desk" / "decisions.jsonl")


@settings(max_examples=60)
@given(reason=TEXT, school=TEXT, schools=st.lists(TEXT, max_size=3), breaks=st.lists(TEXT, max_size=2))
def test_any_text_comes_back_as_it_was(tmp_path_factory, reason, school, schools, breaks) -> None:
    log = DecisionLog(tmp_path_factory.mktemp("log") / "decisions.jsonl")
    given_ = comment(reason, school=school, schools=tuple(schools), breaks=tuple(breaks), details={"anchor": "1"})
    written = log.append(given_)
    assert log.read() == ([written], [])
    assert written == dataclasses.replace(given_, n=1)


def test_a_torn_last_line_is_told_and_the_next_decision_still_counts(log) -> None:
    log.append(comment("one"))
    log.append(comment("two"))
    whole = log.path.read_bytes()
    log.path.write_bytes(whole[:-9])
    decisions, findings = log.read()
    assert [d.reason for d in decisions] == ["one"]
    assert "never confirmed" in findings[0].message
    assert log.append(comment("three")).n == 2
    decisions, findings = log.read()
    assert [(d.n, d.reason) for d in decisions] == [(1, "one"), (2, "three")]
    assert [f.row for f in findings] == [2]


@settings(max_examples=80, deadline=None)
@given(cut=st.integers(min_value=0, max_value=400))
def test_cut_anywhere_a_log_gives_its_whole_lines(tmp_path_factory, cut) -> None:
    log = DecisionLog(tmp_path_factory.mktemp("log") / "decisions.jsonl")
    for number in range(4):
        log.append(comment(f"no. {number}"))
    data = log.path.read_bytes()[:cut]
    log.path.write_bytes(data)
    decisions, findings = log.read()
    assert len(decisions) == data.count(b"\n")
    assert bool(findings) == (bool(data) and not data.endswith(b"\n"))


def test_a_line_lost_in_the_middle_is_told(log) -> None:
    for number in range(3):
        log.append(comment(str(number)))
    lines = log.path.read_bytes().splitlines(keepends=True)
    log.path.write_bytes(lines[0] + lines[2])
    assert log.read()[1][0].code == "decision-lost"


def test_a_decision_taken_on_an_old_state_is_refused_and_not_written(log) -> None:
    log.append(comment("one"), seen=0)
    log.append(comment("two"), seen=1)
    with pytest.raises(Conflict):
        log.append(comment("three"), seen=1)
    assert len(log.read()[0]) == 2


def test_many_writers_leave_whole_lines_in_one_order(log) -> None:
    def write(name: str) -> None:
        own = DecisionLog(log.path)
        for number in range(10):
            own.append(comment(f"{name}{number} " + "x" * 500))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    decisions, findings = log.read()
    assert findings == []
    assert [d.n for d in decisions] == list(range(1, 41))
    for name in "abcd":
        own = [d.reason.split()[0] for d in decisions if d.reason.startswith(name)]
        assert own == [f"{name}{number}" for number in range(10)]


FIFTY_KILLS = """
import os, random, signal, sys, time
from pathlib import Path
from geo_partnerships.deciding import Action, Decision, DecisionLog

log, chance = DecisionLog(Path(sys.argv[1])), random.Random(2015)
confirmed = []
for turn in range(50):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        for number in range(10**6):
            text = f"{turn}-{number} " + "x" * chance.randrange(4000)
            done = log.append(Decision(action=Action.COMMENT, when="now", by="me", reason=text))
            os.write(writing, f"{done.n} {turn}-{number}\\n".encode())
    os.close(writing)
    time.sleep(chance.uniform(0.002, 0.06))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading) as told:
        confirmed += [line.split() for line in told.read().splitlines()]
    decisions, findings = log.read()
    found = {str(d.n): d.reason.split()[0] for d in decisions}
    assert all(found[n] == name for n, name in confirmed), turn
    assert not [f for f in findings if f.code == "decision-lost"], turn
print(len(confirmed))
"""


def test_fifty_kills_in_the_middle_of_writing_lose_nothing_that_was_confirmed(tmp_path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", FIFTY_KILLS, str(tmp_path / "decisions.jsonl")],
        check=True, capture_output=True, text=True, timeout=120, cwd=ROOT,
    )  # fmt: skip
    assert int(told.stdout) > 25
