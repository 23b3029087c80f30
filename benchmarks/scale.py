"""Time and memory against the number of schools, for plan, check and pages, with the exponents they grow by.

    python -m benchmarks.scale                      # made-up counties of 100 to 3,000 schools
    python -m benchmarks.scale --most 24000         # up to a country; hours on a small machine
    python -m benchmarks.scale --england FILE       # a register-like file: every authority, then its site
    python -m benchmarks.scale --england FILE --cluster 4  # each fourth, here and on a local Dask cluster

Seconds are those of the processor, which neighbours on the machine hardly change; for a register they are the clock's.
Each measurement has a process of its own, so that its peak memory is its own. The exponent is the slope of a straight
line through the logarithms; 1 means that twice the schools take twice the time.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import math
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_partnerships.model import Problem

SIZES = (100, 300, 1_000, 3_000, 10_000, 24_000)
STAGES = ("plan", "check", "pages")
EVEN = 1.15
"""An exponent up to here is what n log n shows over these sizes."""


def made_up(schools: int, seed: int = 7) -> Problem:
    """Return schools in towns of about forty over a square as dense as England; eight in a partnership."""
    import numpy as np

    from geo_partnerships.model import Problem, School

    draw = np.random.default_rng(seed)
    side = 2_300.0 * math.sqrt(schools)
    towns = draw.uniform(0, side, (max(1, schools // 40), 2))
    places = np.rint(towns[draw.integers(0, len(towns), schools)] + draw.normal(0, 2_000, (schools, 2)))
    found = [
        School(
            urn=str(100_000 + at), name=f"School {at}", phase="primary", postcode=f"N{at // 40 % 99 + 1} 1AA",
            district=f"N{at // 40 % 99 + 1}", borough="Made-up", sector="state",
            easting=200_000.0 + float(east), northing=200_000.0 + float(north),
        )
        for at, (east, north) in enumerate(places)
    ]  # fmt: skip
    return Problem(schools={school.urn: school for school in found}, digest="0" * 64)


def measure(schools: int, seconds: float) -> dict[str, Any]:
    """Plan, check and draw a made-up county in this process; seconds of each, and peak memory so far in MB.

    Parameters
    ----------
    schools
        How many.
    seconds
        By the clock, how long the plan may take; a plan that it stopped says so.
    """
    from geo_partnerships.api.plan import plan
    from geo_partnerships.checking import check
    from geo_partnerships.pages import write_pages
    from geo_partnerships.scenarios.read import scenario_from
    from geo_partnerships.views.fill import view_of

    area = {"partnerships": max(1, round(schools / 8)), "size": [4, 12]}
    scenario = scenario_from({"district_penalty": 0, "method": "search", "seconds": seconds, "area": area})
    plan(made_up(240), scenario_from({"district_penalty": 0, "method": "search", "area": {**area, "partnerships": 30}}))
    problem = made_up(schools)
    found: dict[str, Any] = {"schools": schools}
    started = time.process_time()
    made = plan(problem, scenario)
    found |= _taken("plan", started) | {"gap": made.gap, "stopped": not all(one.repeatable for one in made.strands)}
    started = time.process_time()
    report = check(made)
    found |= _taken("check", started) | {"ok": report.ok}
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        written = write_pages(view_of(made, scenario="scale"), Path(folder), assets="shared")
        found |= _taken("pages", started)
        found["pages"] = len(written)
        found["pages MB on disk"] = sum(path.stat().st_size for path in written) / 1e6
    return found


def _taken(stage: str, started: float) -> dict[str, float]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {f"{stage} s": time.process_time() - started, f"{stage} MB": peak}


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """Return the slope of the least-squares line through the logarithms."""
    return statistics.linear_regression([math.log(s) for s in sizes], [math.log(max(v, 1e-9)) for v in values]).slope


def curve(most: int, patience: float, seconds: float) -> list[dict[str, Any]]:
    """Measure every size up to `most`, each in a process of its own; stop where one takes longer than `patience`."""
    rows = []
    for size in (s for s in SIZES if s <= most):
        command = [sys.executable, "-m", "benchmarks.scale", "--one", str(size), "--seconds", str(seconds)]
        try:
            done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=patience)
        except subprocess.TimeoutExpired:
            print(f"{size:>7,} schools: not done in {patience:,.0f} s; larger ones are not tried")
            break
        rows.append(json.loads(done.stdout.splitlines()[-1]))
        row = rows[-1]
        told = "  ".join(f"{stage} {row[f'{stage} s']:8.2f} s {row[f'{stage} MB']:7.0f} MB" for stage in STAGES)
        stopped = ", stopped by the clock" if row["stopped"] else ""
        print(
            f"{size:>7,} schools: {told}  gap {row['gap']:.2%}{stopped}  {row['pages MB on disk']:.1f} MB of pages",
            flush=True,
        )
    return rows


def tell_exponents(rows: Sequence[dict[str, Any]]) -> None:
    """Print how time grows; sizes too quick to be timed are left out, and plans that the clock stopped."""
    for stage in STAGES:
        kept = [row for row in rows if row[f"{stage} s"] >= 0.01 and not (stage == "plan" and row["stopped"])]
        if len(kept) > 1:
            grows = exponent([row["schools"] for row in kept], [row[f"{stage} s"] for row in kept])
            print(f"{stage}: time grows as n^{grows:.2f}{'' if grows <= EVEN else ', faster than n log n'}")


def england(register: Path, output: Path, workers: int) -> None:
    """Plan all authorities of a register, then write the site, and print figures."""
    from geo_partnerships.batching import read_project, run_batch

    project = england_project(register, output)
    for site in (False, True):
        started, before = time.perf_counter(), processor_seconds()
        report = run_batch(read_project(project), output / "out", workers=workers, site=site)
        passed = time.perf_counter() - started
        print(
            f"{'site' if site else 'plans'}: {passed:.1f} s by the clock, {processor_seconds() - before:.1f} s of the "
            f"processors, {report.redone} plans made now",
            flush=True,
        )
        if not site:
            print(json.dumps(report.totals, indent=1), flush=True)
    files = [path for path in (output / "out" / "site").rglob("*") if path.is_file()]
    own, workers_ = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"site: {len(files):,} files, {sum(path.stat().st_size for path in files) / 1e6:,.0f} MB")
    print(f"peak memory: this process {own:,.0f} MB, the largest worker {workers_:,.0f} MB")


def england_project(register: Path, output: Path, authorities: Sequence[str] = ()) -> Path:
    """Write the project of a register's authorities, eight schools in a partnership, and return its path.

    No plan is stopped by the clock, so that all of them are the same on any machine.
    """
    output.mkdir(parents=True, exist_ok=True)
    (output / "all.toml").write_text("district_penalty = 0\nseconds = 3600\n[area]\nsize = [4, 12]\n")
    project = output / "project.toml"
    project.write_text(
        f'title = "England"\nregister = "{register.absolute()}"\nscenario = "all.toml"\naverage_size = 8\n'
        f"authorities = {json.dumps(list(authorities))}\n"
    )
    return project


def processor_seconds() -> float:
    """Return what this process and the workers it had have used; the workers are sent home for that."""
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=True)
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def on_cluster(register: Path, output: Path, workers: int, every: int) -> None:
    """Plan each so-manieth authority here and on a local Dask cluster, and compare all files."""
    from distributed import LocalCluster

    from geo_partnerships.batching import read_project, run_batch

    with LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0
    ) as cluster:
        authorities = sorted({row["la_code"] for row in _rows(register)} - {""})[::every]
        project = read_project(england_project(register, output, authorities))
        found = []
        for name, how in (("here", {"workers": workers}), ("cluster", {"scheduler": cluster.scheduler_address})):
            started = time.perf_counter()
            report = run_batch(project, output / name, **how)
            print(f"{name}: {report.totals['planned']} plans in {time.perf_counter() - started:.1f} s", flush=True)
            found.append(_digests(output / name))
    same = found[0] == found[1]
    print(f"{len(found[0])} files {'are the same' if same else 'DIFFER'}, byte for byte")
    if not same:
        raise SystemExit(sorted(path for path in found[0] | found[1] if found[0].get(path) != found[1].get(path))[:5])


def _rows(register: Path) -> list[dict[str, str]]:
    opened = gzip.open if register.suffix == ".gz" else open
    with opened(register, "rt", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _digests(folder: Path) -> dict[str, str]:
    """Return the digest of every file a batch is answerable for."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != "timings.csv")
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
        if not path.relative_to(folder).as_posix().startswith(".")
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=3_000, help="largest number of schools; default 3,000")
    parser.add_argument("--patience", type=float, default=1_800, help="seconds that one size may take; default 1,800")
    parser.add_argument("--seconds", type=float, default=600, help="by the clock, for a plan; default 600")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--england", type=Path, metavar="FILE", help="a register-like file of all authorities")
    parser.add_argument("--output", type=Path, default=Path("output") / "scale", help="where the site of it goes")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cluster", type=int, metavar="N", help="each N-th authority here and on a Dask cluster")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one, options.seconds)))
    elif options.england and options.cluster:
        on_cluster(options.england, options.output / "cluster", options.workers, options.cluster)
    elif options.england:
        england(options.england, options.output, options.workers)
    else:
        tell_exponents(curve(options.most, options.patience, options.seconds))


if __name__ == "__main__":
    main()
