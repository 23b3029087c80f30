"""The table of peers says what was reached, what was not, and nothing of a peer that does not suit."""

import pytest

from benchmarks.instances import uniform
from benchmarks.peers import NoAnswer, Peer
from benchmarks.solver import OURS, Kept, measure, table


def got(value, *, bound=None, processor=1.0, broken=0, known=None, first=None):
    return {
        "value": value, "bound": bound, "broken": broken, "seconds": 9.0, "processor": processor, "memory": 200.0,
        "known": known, "first": first,
    }  # fmt: skip


@pytest.fixture
def lines():
    two = {
        "a": {OURS: got(100.0, bound=100.0, known=100.0), "FasterPAM": got(90.0, processor=0.5, broken=1, known=100.0)},
        "b": {
            OURS: got(200.0, bound=190.0, processor=3.0, known=200.0, first={"seconds": 0.5, "gap": 0.125}),
            "FasterPAM": got(220.0, processor=6.0, known=200.0),
            "spopt": {"unsuited": True},
            "CP-SAT, whole model": {"failed": "no plan in 150 s"},
        },
    }
    return table(Kept(None, {"made-up": two}), ["made-up", "not measured"]).splitlines()


def cells(lines, start):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith(start)]


def test_a_family_has_one_line_for_each_method(lines):
    (ours,), (peer,) = cells(lines, f"| {OURS} "), cells(lines, "| FasterPAM ")
    assert ours[1:5] == ["2 of 2", "1", "2.00", "3.00"]
    assert ours[6:8] == ["2.500 %", "5.000 %"]
    assert peer[1:3] == ["2 of 2", "0"]
    assert peer[10:] == ["1.25", "+0.00 %", "-10.00 %", "1"]


def test_the_first_plan_and_its_gap_stand_in_their_columns(lines):
    (head,) = cells(lines, "| family")
    told = {row[1]: dict(zip(head, row, strict=True)) for row in cells(lines, "| made-up | ") if row[2] == OURS}
    assert [told["b"][column] for column in ("first plan s", "first gap", "s", "CPU s")] == [
        "0.50",
        "12.500 %",
        "9.00",
        "3.00",
    ]
    assert told["a"]["first plan s"] == told["a"]["first gap"] == ""


def test_a_run_without_an_answer_is_told_in_both_tables(lines):
    assert cells(lines, "| CP-SAT")[0][1] == "0 of 1"
    assert any(line.startswith("| made-up | b | CP-SAT, whole model | no plan in 150 s |") for line in lines)


def test_a_peer_that_does_not_suit_is_left_out(lines):
    assert not any("spopt" in line for line in lines)


def test_every_line_of_a_table_has_as_many_cells_as_its_head(lines):
    heads = [len(row) for row in cells(lines, "| method") + cells(lines, "| family")]
    assert {len(row) for row in cells(lines, "| ")} == set(heads)


def test_what_was_kept_is_read_again(tmp_path):
    kept = Kept.read(tmp_path / "kept.json")
    kept.of("made-up", "a")[OURS] = got(1.0)
    kept.write()
    assert Kept.read(tmp_path / "kept.json").of("made-up", "a") == {OURS: got(1.0)}


def test_a_peer_is_judged_by_the_same_judge_as_we_are(monkeypatch):
    instance = uniform(16, 1)
    ours = measure(instance, OURS, 1.0)
    halves = Peer(lambda _instance, _seconds: ([list(range(8)), list(range(8, 16))], None))
    monkeypatch.setattr("benchmarks.solver.PEERS", {"halves": halves})
    theirs = measure(instance, "halves", 1.0)
    assert ours["broken"] == theirs["broken"] == 0
    assert ours["first"]["seconds"] <= ours["processor"]
    assert theirs["first"] is None
    assert theirs["value"] >= ours["value"] == pytest.approx(ours["bound"])


def test_a_peer_that_finds_nothing_in_its_time_says_so(monkeypatch):
    def nothing(_instance, _seconds):
        raise NoAnswer

    monkeypatch.setattr("benchmarks.solver.PEERS", {"slow": Peer(nothing)})
    assert measure(uniform(16, 1), "slow", 7.0) == {"failed": "no plan in 7 s"}
