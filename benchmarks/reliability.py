"""``python -m benchmarks.reliability``: everything that is meant to stop a bad end, counted in one table.

Runs the tests of each kind with more trouble than the suite makes: 500 kills of a publication, of the log and of the
desk (``--kills N`` for another number, ``--seed`` for other moments, so that many can be tried in parts), every seventh
operation of a whole run. A test counts as many cases as it says it tries, else as one. The exit code is 1 where a case
failed or a kind has fewer cases than it should.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[1]
KILLS = 500
LINES_TOLD = 3
HARDER = {"RELIABILITY_EVERY": "7", "TEST_DEPTH": "3"}
CRASH = "tests/reliability/test_crash.py"
LOG = "tests/deciding/test_log.py"
DESK = ("tests/workbench/test_desk.py", "tests/workbench/test_disk.py", "tests/workbench/test_order.py")


@dataclass(frozen=True)
class Kind:
    """A kind of trouble: the tests that make it, and how many cases there should be at least."""

    name: str
    tests: tuple[str, ...]
    least: int = 1
    killed: bool = False

    def fewest(self, kills: int) -> int:
        """Return how many cases there should be: as many as kills where something is killed."""
        return kills if self.killed else self.least


KINDS = (
    Kind("bad input", ("tests/bad", "--deselect", "tests/bad/test_fuzz.py"), 150),
    Kind("files damaged at random", ("tests/bad/test_fuzz.py", "tests/reliability/test_fuzz.py"), 500),
    Kind("impossible rules: scenarios", ("tests/reliability/test_impossible.py",), 25),
    Kind("impossible rules: solver", ("tests/clustering/infeasibility/test_minimal_conflict.py",)),
    Kind("check: one thing changed", ("tests/properties/test_check_catches.py", "tests/checking"), 25),
    Kind("properties of plans", ("tests/properties/test_plans.py",), 25),
    Kind("properties: text and views", ("tests/properties/test_words.py",)),
    Kind("k-th file operation fails", (CRASH, "-k", "may_fail or fails_for_good or no_failing"), 500),
    Kind("publication killed", (CRASH, "-k", "killed"), killed=True),
    Kind("log killed in mid-line", (LOG, "-k", "kills"), killed=True),
    Kind("desk killed", (*DESK, "-k", "killed"), killed=True),
    Kind("two desks, clock set back", (LOG, *DESK, "-k", "two_desks or many_writers or two_clients or clock"), 4),
    Kind(
        "full disk, read-only folder",
        (CRASH, LOG, *DESK, "tests/test_whole_files.py", "-k", "full or fills or read_only or refuses or on_the_disk"),
        12,
    ),
    Kind("disks, locks, links", (CRASH, "tests/publishing", "-k", "not may_fail and not for_good and not killed")),
    Kind("hostile names in pages", ("tests/pages/test_hostile_names.py",)),
)


@dataclass(eq=False)  # pytest keeps its plugins in sets
class Counter:
    """Counts cases as pytest reports them."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    told: list[str] = field(default_factory=list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test by the cases it says it tried."""
        cases = max(1, sum(int(str(value)) for key, value in report.user_properties if key == "cases"))
        if report.failed:
            self.failed += 1
            self.told.append(report.nodeid)
        elif report.skipped:
            self.skipped += 1
        elif report.when == "call":
            self.passed += cases


def run(kind: Kind) -> Counter:
    """Run the tests of one kind."""
    counter = Counter()
    arguments = ["-q", "-p", "no:cacheprovider", *kind.tests]
    with contextlib.redirect_stdout(io.StringIO()) as output:
        pytest.main(arguments, plugins=[counter])
    if not counter.passed + counter.failed + counter.skipped:
        counter.told += output.getvalue().splitlines()[-LINES_TOLD:]
    return counter


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every kind and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability")
    parser.add_argument("kinds", nargs="*", help=f"default all: {'; '.join(kind.name for kind in KINDS)}")
    parser.add_argument("--kills", type=int, default=KILLS, metavar="N", help=f"kills of each; default {KILLS}")
    parser.add_argument("--seed", help="of the moments at which they are killed")
    options = parser.parse_args(arguments)
    if options.seed:
        os.environ["RELIABILITY_SEED"] = options.seed
    chosen, kills = options.kinds, options.kills
    os.chdir(ROOT)
    os.environ.update(HARDER, RELIABILITY_KILLS=str(kills), RELIABILITY_DESK_KILLS=str(kills))
    bad = False
    total = Counter()
    print(f"{'kind':<30}{'cases':>8}{'passed':>8}{'failed':>8}{'skipped':>8}{'seconds':>9}")
    for kind in KINDS:
        if chosen and kind.name not in chosen:
            continue
        start = time.monotonic()
        found = run(kind)
        cases = found.passed + found.failed + found.skipped
        _row(kind.name, found, time.monotonic() - start)
        total.passed, total.failed = total.passed + found.passed, total.failed + found.failed
        total.skipped += found.skipped
        bad |= bool(found.failed) or cases < kind.fewest(kills)
        for name in found.told:
            print(f"    told: {name}")
        if cases < kind.fewest(kills):
            print(f"    fewer than the {kind.fewest(kills)} cases there should be")
    _row("all", total, None)
    return 1 if bad else 0


def _row(name: str, found: Counter, seconds: float | None) -> None:
    cases = found.passed + found.failed + found.skipped
    took = "" if seconds is None else f"{seconds:.0f}"
    print(f"{name:<30}{cases:>8}{found.passed:>8}{found.failed:>8}{found.skipped:>8}{took:>9}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
