"""The log of decisions: nothing confirmed is lost, nothing torn is taken for true, two writers never mix."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import subprocess
import sys
import threading
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.deciding import Action, Conflict, Decision, DecisionLog, decided_rules, replay
from geo_partnerships.errors import GeoPartnershipsError, UsageError
from tests.depth import examples

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


def test_each_decision_that_counts_has_its_line_of_the_file(log) -> None:
    for number in range(3):
        log.append(comment(str(number)))
    lines = log.path.read_text().splitlines()
    write_rows(log, ["torn", *lines[:2], lines[1], "", lines[2]])
    assert log.rows() == {1: 2, 2: 4, 3: 6}


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


LOG_KILLS = """
import os, random, select, signal, sys, time
from pathlib import Path
from geo_partnerships.deciding import Action, Decision, DecisionLog

log, chance = DecisionLog(Path(sys.argv[1])), random.Random(sys.argv[3])
confirmed = []
for turn in range(int(sys.argv[2])):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        for number in range(10**6):
            text = f"{turn}-{number} " + "x" * chance.randrange(4000)
            done = log.append(Decision(action=Action.COMMENT, when="now", by="me", reason=text))
            os.write(writing, f"{done.n} {turn}-{number}\\n".encode())
    os.close(writing)
    select.select([reading], [], [], 20)  # however busy the machine is, it is writing by now
    time.sleep(chance.uniform(0.0, 0.06))
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


KILLS = int(os.environ.get("RELIABILITY_KILLS", "50"))
SEED = os.environ.get("RELIABILITY_SEED", "2015")


def test_kills_in_the_middle_of_writing_lose_nothing_that_was_confirmed(tmp_path, record_property) -> None:
    told = subprocess.run(
        [sys.executable, "-c", LOG_KILLS, str(tmp_path / "decisions.jsonl"), str(KILLS), SEED],
        check=True, capture_output=True, text=True, timeout=60 + 20 * KILLS, cwd=ROOT,
    )  # fmt: skip
    assert int(told.stdout) > KILLS / 2
    record_property("cases", KILLS)


def rows(log) -> list[dict]:
    return [json.loads(line) for line in log.path.read_text().splitlines()]


def write_rows(log, changed) -> None:
    lines = (row if isinstance(row, str) else json.dumps(row, separators=(",", ":")) for row in changed)
    log.path.write_text("".join(f"{line}\n" for line in lines))


def test_each_line_carries_the_digest_of_the_one_before(log) -> None:
    for number in range(3):
        DecisionLog(log.path).append(comment(str(number)))
    lines = log.path.read_bytes().splitlines()
    assert [row.get("before", "") for row in rows(log)] == ["", *(sha256(line).hexdigest() for line in lines[:-1])]


@pytest.mark.parametrize("change", ["another reason", "another line", "no digest"])
def test_a_line_changed_afterwards_is_told_at_the_next_one(log, change) -> None:
    for number in range(3):
        log.append(comment(str(number)))
    changed = rows(log)
    if change == "no digest":
        del changed[2]["before"]
    else:
        changed[1]["reason" if change == "another reason" else "by"] = "somebody"
    write_rows(log, changed)
    decisions, findings = log.read()
    assert [(f.code, f.row) for f in findings] == [("decision-changed", 3)]
    assert [d.n for d in decisions] == [1, 2, 3]


def test_a_log_of_an_earlier_version_is_read_and_goes_on(log) -> None:
    earlier = [{"n": n, "when": "now", "by": "me", "action": "comment", "reason": str(n)} for n in (1, 2)]
    log.path.parent.mkdir()
    write_rows(log, earlier)
    assert log.append(comment("three")).n == 3
    decisions, findings = log.read()
    assert [d.reason for d in decisions] == ["1", "2", "three"]
    assert findings == []


def test_a_last_line_without_its_end_never_comes_to_life(log) -> None:
    log.append(comment("one"))
    log.append(comment("two"))
    log.path.write_bytes(log.path.read_bytes()[:-1])
    assert [d.reason for d in log.read()[0]] == ["one"]
    for text in ("three", "four"):
        DecisionLog(log.path).append(comment(text))
    decisions, findings = log.read()
    assert [(d.n, d.reason) for d in decisions] == [(1, "one"), (2, "three"), (3, "four")]
    assert [(f.code, f.row) for f in findings] == [("decision-unreadable", 2)]


def test_of_two_lines_with_one_number_the_later_counts_and_both_are_told(log) -> None:
    """As earlier versions wrote them when an unconfirmed line came to life."""
    row = {"when": "now", "by": "me", "action": "comment"}
    log.path.parent.mkdir()
    write_rows(log, [row | {"n": n, "reason": reason} for n, reason in ((1, "a"), (2, "b"), (2, "c"), (1, "d"))])
    decisions, findings = log.read()
    assert [d.reason for d in decisions] == ["a", "c"]
    assert [(f.code, f.row) for f in findings] == [("decision-repeated", 3), ("decision-repeated", 4)]
    assert log.append(comment()).n == 3


MOVE = {"action": "move", "school": "100101", "from": "1", "to": "2"}
YEAR = {"said": "two schools closed", "decide": [["100101", "closed"]], "gone": ["100101"], "left_out": []}


def test_what_a_newer_list_brought_is_kept(log) -> None:
    log.append(comment(details={"year": YEAR}))
    [decision], findings = log.read()
    assert (decision.details["year"], findings) == (YEAR, [])


@pytest.mark.parametrize(
    "change",
    [
        {"n": 10**30}, {"n": -1}, {"n": 0}, {"n": "2"}, {"n": True}, {"n": 1.5}, {"details": []}, {"details": "x"},
        {"details": {"parameters": 5}}, {"details": {"files": ["a"]}}, {"details": {"labels": {"1": 2}}},
        *({"details": {"year": row}} for row in (
            [], {}, {**YEAR, "said": 3}, {**YEAR, "decide": "x"}, {**YEAR, "decide": ["ab"]}, {**YEAR, "gone": "x"},
            {**YEAR, "decide": [["1"]]}, {**YEAR, "decide": [["1", 2]]}, {**YEAR, "gone": [1]},
            {**YEAR, "left_out": None},
            {**YEAR, "decide": [["1", "a"], ["1", "a", "b"]]},
        )),
        {"details": {"anchor": 7}}, {"details": {"of": "x"}}, {"action": "destroy"}, {"school": 5}, {"schools": 5},
        {"schools": [1]}, {"breaks": {"a": 1}, "by": None}, {**MOVE, "to": "x"}, {**MOVE, "to": "٣"},
        {**MOVE, "to": "9" * 5000}, {**MOVE, "from": "-1"}, {**MOVE, "school": ""}, {"action": "rerun", "to": ""},
        {"action": "rerun", "to": "../../etc/passwd"}, {"action": "upload", "to": "/etc/passwd"},
        {"details": {"files": {"schools": "../x"}}},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_decision_is_told_with_its_line_and_the_rest_counts(log, change) -> None:
    for number in range(3):
        log.append(comment(str(number)))
    changed = rows(log)
    changed[1] |= change
    write_rows(log, changed)
    decisions, findings = log.read()
    assert [d.n for d in decisions] == [1, 3]
    assert ("decision-unreadable", 2) in [(f.code, f.row) for f in findings]
    assert all(len(f.sentence()) < 400 for f in findings)
    replay(decisions)
    assert DecisionLog(log.path).append(comment()).n == 4


LINES = st.fixed_dictionaries(
    {"n": st.integers(1, 5), "when": TEXT, "by": TEXT, "action": st.sampled_from([*Action])},
    optional={
        "school": st.sampled_from(["", "1", "2"]), "schools": st.lists(st.sampled_from("12"), max_size=3),
        "from": st.sampled_from(["", "1", "allowed"]), "to": st.sampled_from(["", "1", "2", "together"]),
        "breaks": st.lists(TEXT, max_size=1), "reason": TEXT,
        "details": st.dictionaries(
            st.sampled_from(["parameters", "files", "labels", "anchor", "part", "date", "of", "other"]),
            st.integers(1, 5) | TEXT | st.none() | st.dictionaries(st.sampled_from("12"), st.sampled_from("12")),
        ),
    },
)  # fmt: skip


@settings(max_examples=examples(60), deadline=None)
@given(lines=st.lists(LINES, max_size=8))
def test_whatever_stands_in_a_log_it_is_read_and_replayed(tmp_path_factory, lines) -> None:
    log = DecisionLog(tmp_path_factory.mktemp("log") / "decisions.jsonl")
    write_rows(log, lines)
    decisions, findings = log.read()
    numbers = [d.n for d in decisions]
    assert numbers == sorted(set(numbers))
    assert len(lines) - len(decisions) <= len(findings)
    decided_rules(replay(decisions))


def test_an_undo_of_a_line_that_cannot_be_read_takes_back_nothing_else(log) -> None:
    log.append(Decision(action=Action.RERUN, when="now", by="me", to="run"))
    log.append(Decision(action=Action.LINK, when="now", by="me", schools=("1", "2"), to="together"))
    log.append(Decision(action=Action.LINK, when="now", by="me", schools=("3", "4"), to="together"))
    log.append(Decision(action=Action.UNDO, when="now", by="me", details={"of": 3}))
    assert list(replay(log.read()[0]).links) == [("1", "2")]
    changed = log.path.read_text().splitlines()
    changed[2] = "torn"
    write_rows(log, changed)
    assert list(replay(log.read()[0]).links) == [("1", "2")]


class Recorder:
    """Notes what is written, synced and confirmed, in order."""

    def __init__(self, monkeypatch) -> None:
        self.steps: list[tuple[str, int]] = []
        write, fsync = os.write, os.fsync

        def writing(handle, data):
            done = write(handle, data)
            self.steps.append(("write", os.fstat(handle).st_ino))
            return done

        def syncing(handle):
            fsync(handle)
            self.steps.append(("sync", os.fstat(handle).st_ino))

        monkeypatch.setattr(os, "write", writing)
        monkeypatch.setattr(os, "fsync", syncing)

    def is_on_disk(self, path: Path) -> bool:
        """Whether all that was written to a file was synced afterwards, and its name and its folders' names, too."""
        own = [step for step, inode in self.steps if inode == path.stat().st_ino]
        synced = {inode for step, inode in self.steps if step == "sync"}
        return bool(own) and own[-1] == "sync" and path.parent.stat().st_ino in synced


def test_a_decision_is_confirmed_only_when_it_is_on_the_disk(tmp_path, monkeypatch) -> None:
    recorder = Recorder(monkeypatch)
    log = DecisionLog(tmp_path / "desk" / "decisions.jsonl")
    for number in range(3):
        log.append(comment(str(number)))
        assert recorder.is_on_disk(log.path), number
    assert tmp_path.stat().st_ino in {inode for step, inode in recorder.steps if step == "sync"}
    again = Recorder(monkeypatch)  # a process that died had made the file and not come so far as to sync its folder
    other = DecisionLog(log.path)
    other.append(comment())
    assert again.is_on_disk(log.path)


@pytest.mark.parametrize("failing", ["write", "fsync"])
def test_what_the_disk_refuses_is_not_taken_and_does_not_come_back(log, monkeypatch, failing) -> None:
    log.append(comment("one"))
    real = getattr(os, failing)

    def refuse(handle, *data):
        if failing == "write" and len(data[0]) > 20:
            return real(handle, data[0][:20])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, failing, refuse)
        with pytest.raises(UsageError, match="No space left"):
            log.append(comment("two"))
    assert log.append(comment("three"), seen=1).n == 2
    assert [d.reason for d in log.read()[0]] == ["one", "three"]
    assert log.read()[1] == []


def test_a_log_in_a_read_only_folder_and_one_that_is_a_folder_are_told(tmp_path, monkeypatch) -> None:
    def refuse(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        with pytest.raises(UsageError, match="Read-only file system"):
            DecisionLog(tmp_path / "decisions.jsonl").append(comment())
    (tmp_path / "folder").mkdir()
    with pytest.raises(GeoPartnershipsError, match="Is a directory"):
        DecisionLog(tmp_path / "folder").read()


def test_two_desks_at_once_never_give_one_number_twice_nor_lose_the_chain(log) -> None:
    one, two = DecisionLog(log.path), DecisionLog(log.path)
    for number in range(6):
        (one if number % 2 else two).append(comment(str(number)))
    decisions, findings = log.read()
    assert ([d.n for d in decisions], findings) == ([1, 2, 3, 4, 5, 6], [])


def test_a_clock_set_back_changes_nothing_in_the_order(log) -> None:
    for number, when in enumerate(("2030-01-01T00:00:00", "2015-01-01T00:00:00", "2020-01-01T00:00:00")):
        log.append(dataclasses.replace(comment(str(number)), when=when))
        os.utime(log.path, (0, 0))
    decisions, findings = log.read()
    assert ([d.reason for d in decisions], findings) == (["0", "1", "2"], [])


def test_the_log_can_be_read_by_the_user_alone(log) -> None:
    log.append(comment())
    assert (log.path.stat().st_mode & 0o777, log.path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_what_cannot_be_read_is_told_in_its_own_words_of_a_limited_length(log) -> None:
    row = {"n": 1, "when": "now", "by": "me", "action": "comment"}
    log.path.parent.mkdir()
    rest = " is not a valid Action"
    fits = "a" * (120 - len(rest) - 2)
    write_rows(log, ["torn", row | {"action": fits}, row | {"action": f"{fits}a"}, {"n": 1}])
    assert [f.message for f in log.read()[1]] == [
        "The line is torn and was left out.",
        f"The line is no decision and was left out: '{fits}'{rest}.",
        f"The line is no decision and was left out: '{fits}a'{rest[:-1]}.",
        "The line is no decision and was left out: it has no when.",
    ]
