"""Write docs/benchmarks.md: ``python -m benchmarks.page``; hours, on a machine with nothing else to do.

Each method runs five times on each instance, in turn with the others, each time in a process of its own, and the median
by processor time counts. The page says on which machine, when and with which versions. ``--only`` and ``--first``
make a part of it, ``--runs`` fewer repetitions; ``--kept FILE`` goes on where an earlier call was stopped.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import statistics
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.instances import FAMILIES
from benchmarks.peers import PEERS
from benchmarks.solver import METHODS, OURS, Kept, alone, table
from geo_partnerships.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "benchmarks.md"
LIBRARIES = ("numpy", "scipy", "numba", "highspy", "scikit-learn")
PEER_PACKAGES = ("kmedoids", "k-means-constrained", "ortools", "pbp-pmedian", "pulp", "spopt")
BUSY = 0.5
"""Load a core from which a machine counts as shared."""


def median_run(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the run of median processor time; the first that failed, or that did not suit, if there is one."""
    for run in runs:
        if "value" not in run:
            return run
    middle = statistics.median_low(run["processor"] for run in runs)
    return next(run for run in runs if run["processor"] == middle)


def machine(load: float | None) -> list[str]:
    """Say on which machine, in a table: processor, cores, memory, system, and whether it was idle."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = os.cpu_count() or 1
    shared = (
        "not known"
        if load is None
        else f"{load:.2f}" + (" – **shared with other work**" if load > BUSY * cores else "")
    )
    return [
        "| machine | |",
        "| --- | --- |",
        f"| processor | {_processor()} |",
        f"| cores | {cores} |",
        f"| memory | {memory:.0f} GB |",
        f"| system | {platform.system()}, Python {platform.python_version()} |",
        f"| load at the start | {shared} |",
    ]


def _processor() -> str:
    """Name of the processor, as the system tells it."""
    told = Path("/proc/cpuinfo")
    for line in told.read_text(encoding="utf-8").splitlines() if told.is_file() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip().replace("|", "/")
    return platform.processor() or platform.machine()


def versions() -> list[str]:
    """Versions of this program, its libraries and the peers, in a table."""
    lines = ["| version of | |", "| --- | --- |", f"| geo_partnerships | {__version__} |"]
    for name in (*LIBRARIES, *PEER_PACKAGES):
        try:
            lines.append(f"| {name} | {version(name)} |")
        except PackageNotFoundError:
            lines.append(f"| {name} | not installed |")
    return lines


def page(kept: Kept, families: Sequence[str], runs: int, load: float | None, day: dt.date) -> str:
    """Return the page: how it was measured, on what, and the tables."""
    every = "of one run" if runs == 1 else f"the median of {runs} runs by processor time"
    figures = table(kept, families).partition("\n")[2]
    return "\n".join(
        [
            "# Benchmarks",
            "",
            f"Made by `python -m benchmarks.page` on {day.isoformat()}; every figure is {every}.",
            "Methods ran side by side, in turn, each run in a process of its own.",
            "Ratios are processor time: above 1, the other took so many times as long.",
            "Peers that are not installed are left out. Measured here: " + ", ".join(families) + ".",
            "What each column is, and how peers are called, is in `benchmarks/solver.py` and `benchmarks/peers.py`.",
            "",
            *machine(load),
            "",
            *versions(),
            figures,
        ]
    )


def is_there(module: str) -> bool:
    """Whether a module is installed; a peer that is not is left out."""
    return find_spec(module.partition(".")[0]) is not None


def measure_all(
    kept: Kept, families: Sequence[str], *, first: int | None, runs: int, limit: float, patience: float
) -> None:
    """Run every method on every instance so many times, unless it is kept already."""
    for family in families:
        try:
            instances = list(FAMILIES[family]())[:first]
        except FileNotFoundError as missing:
            print(f"{family} skipped: {missing.filename} is not there", file=sys.stderr)
            continue
        for place, instance in enumerate(instances):
            got = kept.of(family, instance.name)
            there = [name for name, peer in PEERS.items() if all(map(is_there, peer.modules))]
            wanted = [method for method in (OURS, *there) if method not in got]
            told: dict[str, list[dict[str, Any]]] = {method: [] for method in wanted}
            for _ in range(runs):
                for method in wanted:
                    if not told[method] or "value" in told[method][-1]:
                        told[method].append(alone(family, place, method, limit, patience))
            got.update({method: median_run(told[method]) for method in METHODS if method in told})
            kept.write()
            print(f"{family}: {instance.name}", file=sys.stderr)


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=list(FAMILIES), default=list(FAMILIES))
    parser.add_argument("--first", type=int, help="measure so many instances of each family")
    parser.add_argument("--runs", type=int, default=5, help="repetitions; default 5")
    parser.add_argument("--limit", type=float, default=600.0, help="seconds for one run; default 600")
    parser.add_argument("--patience", type=float, default=150.0, help="seconds a peer is told that it has; default 150")
    parser.add_argument("--kept", type=Path, help="a JSON file of what was measured, read and added to")
    parser.add_argument("--output", type=Path, default=TARGET, help="the page; default docs/benchmarks.md")
    options = parser.parse_args()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    day = dt.datetime.now(tz=dt.UTC).date()
    kept = Kept.read(options.kept)
    measure_all(
        kept,
        options.only,
        first=options.first,
        runs=options.runs,
        limit=options.limit,
        patience=options.patience,
    )
    options.output.write_text(page(kept, options.only, options.runs, load, day), encoding="utf-8")
    print(f"wrote {options.output.name}")


if __name__ == "__main__":
    main()
