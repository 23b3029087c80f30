"""How far a headline hangs on the made-up survey: one scenario planned under several illustrative surveys.

    python -m benchmarks.surveys                              # barnet-2015, surveys of the seeds 2014 to 2023
    python -m benchmarks.surveys barnet-all --seeds 2014 2016
    python -m benchmarks.surveys --write                      # keep the range in data/survey.toml, for the report

Each survey is drawn by ``scripts/make_survey.py``; each plan is checked anew. Seconds are those of the processor.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import tomlkit

import geo_partnerships as gp
from geo_partnerships.certificate import PROOF_TOLERANCE
from geo_partnerships.checking.scores import scores_of

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[1]
COMMAND = "python -m benchmarks.surveys"
SCENARIO, SEEDS = "barnet-2015", (2014, 2023)


@dataclass(frozen=True)
class Planned:
    """A scenario planned under one survey.

    Parameters
    ----------
    mean_m, greatest_m
        Distance to the centre school over the area partnerships.
    met, respondents
        Covered schools with a named school beside them, and how many there are.
    gap
        To the best possible; 0 where proven best, None where nothing is proved.
    ok
        Whether the check found that every binding rule is kept.
    seconds
        Of the processor, for the plan.
    """

    seed: int
    mean_m: float
    greatest_m: float
    met: int
    respondents: int
    gap: float | None
    ok: bool
    seconds: float


def planned_under(seed: int, scenario: str) -> Planned:
    """Draw a survey, plan the scenario under it and check the plan."""
    with tempfile.TemporaryDirectory() as folder:
        script = ROOT / "scripts" / "make_survey.py"
        subprocess.run([sys.executable, str(script), "--seed", str(seed), "--output", folder], check=True)
        problem = gp.read_problem(ROOT / "data", survey=Path(folder) / "survey.csv")
    began = time.process_time()
    plan = gp.plan(problem, gp.read_scenario(scenario, ROOT / "data" / "scenarios"))
    seconds = time.process_time() - began
    scores = scores_of(plan)
    return Planned(
        seed=seed,
        mean_m=scores.mean_distance_m or 0.0,
        greatest_m=scores.max_distance_m or 0.0,
        met=scores.met,
        respondents=scores.respondents,
        gap=plan.gap,
        ok=gp.check(plan).ok,
        seconds=seconds,
    )


def line(one: Planned) -> str:
    """Return a row of the table."""
    gap = "not proved" if one.gap is None else f"{one.gap:.2%}"
    met = f"{one.met} of {one.respondents}"
    cells = (one.seed, f"{one.mean_m:,.0f} m", f"{one.greatest_m:,.0f} m", met, gap, "ok" if one.ok else "FAILS")
    return f"| {' | '.join(map(str, cells))} | {one.seconds:.1f} s |"


def range_of(scenario: str, seeds: tuple[int, int], found: Sequence[Planned]) -> dict[str, object]:
    """Return what the survey's sidecar keeps: the least and the most of the distances, counts, and the command."""
    means, greatest = [round(one.mean_m) for one in found], [round(one.greatest_m) for one in found]
    return {
        "command": COMMAND,
        "scenario": scenario,
        "seeds": list(seeds),
        "mean_distance_m": [min(means), max(means)],
        "max_distance_m": [min(greatest), max(greatest)],
        "promise_kept": sum(one.met == one.respondents for one in found),
        "proven": sum(one.gap is not None and one.gap <= PROOF_TOLERANCE for one in found),
    }


def keep(measured: dict[str, object], path: Path) -> None:
    """Put the range into a survey's sidecar, in the place of the one that stands there."""
    sidecar = tomlkit.parse(path.read_text(encoding="utf-8"))
    sidecar["range"] = measured
    path.write_text(tomlkit.dumps(sidecar), encoding="utf-8", newline="\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Plan under each survey and print a row for each, then the range."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="?", default=SCENARIO)
    parser.add_argument("--seeds", type=int, nargs=2, default=SEEDS, metavar=("FIRST", "LAST"))
    parser.add_argument("--write", action="store_true", help="keep the range in data/survey.toml")
    options = parser.parse_args(arguments)
    first, last = options.seeds
    print("| seed | mean distance | worst journey | respondents met | gap | check | processor |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    found = []
    for seed in range(first, last + 1):
        found.append(planned_under(seed, options.scenario))
        print(line(found[-1]), flush=True)
    measured = range_of(options.scenario, (first, last), found)
    print("\n" + tomlkit.dumps(measured))
    print(f"processor: {statistics.median(one.seconds for one in found):.1f} s in the median")
    if options.write:
        keep(measured, ROOT / "data" / "survey.toml")


if __name__ == "__main__":
    main()
