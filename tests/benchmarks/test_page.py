"""The page of benchmarks says how, when and on what it was measured, and counts medians."""

import datetime as dt

import pytest

from benchmarks import page as pages
from benchmarks.peers import Peer
from benchmarks.solver import OURS, Kept


def run(processor: float, value: float = 100.0) -> dict:
    return {
        "value": value, "bound": value, "broken": 0, "seconds": processor, "processor": processor, "memory": 200.0,
        "known": None, "first": None,
    }  # fmt: skip


def test_the_median_run_counts_and_a_failure_is_told() -> None:
    assert pages.median_run([run(3.0), run(1.0), run(2.0)])["processor"] == 2.0
    assert pages.median_run([run(3.0), {"failed": "not in 5 s"}]) == {"failed": "not in 5 s"}


def test_the_page_names_machine_versions_day_and_figures() -> None:
    kept = Kept(None, {"made-up": {"one": {OURS: run(2.0), "FasterPAM": run(1.0, 101.0)}}})
    text = pages.page(kept, ["made-up"], 5, 0.1, dt.date(2026, 11, 28))
    for said in ("2026-11-28", "median of 5 runs", "| cores |", "| numpy |", "**made-up**, 1 instance", "+1.00 %"):
        assert said in text
    assert "shared with other work" not in text
    assert "shared with other work" in pages.page(kept, ["made-up"], 5, 99.0, dt.date(2026, 11, 28))


def test_methods_run_in_turn_and_one_that_fails_is_not_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def alone(_family: str, _place: int, method: str, _limit: float, _patience: float) -> dict:
        asked.append(method)
        return run(1.0) if method == OURS else {"unsuited": True}

    monkeypatch.setattr(pages, "alone", alone)
    peers = {"FasterPAM": Peer(lambda *_: ([], None)), "spopt": Peer(lambda *_: ([], None), ("no_such_module.locate",))}
    monkeypatch.setattr(pages, "PEERS", peers)
    kept = Kept(None)
    pages.measure_all(kept, ["barnet-sizes"], first=1, runs=3, limit=1.0, patience=1.0)
    assert asked == [OURS, "FasterPAM", OURS, OURS]
    assert kept.of("barnet-sizes", "seed 1")[OURS]["processor"] == 1.0
    pages.measure_all(kept, ["barnet-sizes"], first=1, runs=3, limit=1.0, patience=1.0)
    assert len(asked) == 4
