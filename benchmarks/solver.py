"""Measure the clustering beside its peers: ``python -m benchmarks.solver [--only FAMILY …] [--output FILE]``.

Every run has a process of its own, so that its peak memory is its own and no run warms another. Seconds are
those of the clustering after start-up; processor seconds stand beside them because machines are shared.
A ratio above 1 says that the peer took so many times as long.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.instances import FAMILIES, Instance
from benchmarks.peers import PEERS, Unsuited

OURS = "geo_partnerships"
HEAD = "| family | instance | method | value | to best known | bound | gap | rules broken | s | CPU s | MB | ratio |"


def measure(instance: Instance, method: str) -> dict[str, float | str | None]:
    """Run one method on one instance in this process."""
    from geo_partnerships.clustering import cluster
    from geo_partnerships.clustering.compiled import compile_problem
    from geo_partnerships.clustering.evaluation import evaluate

    started, used = time.perf_counter(), time.process_time()
    if method == OURS:
        found = cluster(instance.problem)
        value, bound = found.objective, found.lower_bound
        seconds, processor = time.perf_counter() - started, time.process_time() - used
        broken = len(evaluate(compile_problem(instance.problem), found.members).broken)
    else:
        value, broken, bound = PEERS[method](instance)
        seconds, processor = time.perf_counter() - started, time.process_time() - used
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "value": value,
        "bound": bound,
        "broken": broken,
        "seconds": seconds,
        "processor": processor,
        "memory": memory,
        "known": instance.known,
    }


def warm(family: str) -> None:
    """Compile loops beforehand: compilation happens once for an installation, not once for a run."""
    from benchmarks.instances import uniform
    from geo_partnerships.clustering import Effort, cluster

    if family not in {"barnet-sizes", "barnet-rules", "pmed"}:
        cluster(uniform(500, 0).problem, effort=Effort(windows=1))


def alone(family: str, place: int, method: str, limit: float) -> dict[str, float | str | None] | None:
    """Run one method on one instance in a process of its own; None where it does not suit or does not end."""
    command = [sys.executable, "-m", "benchmarks.solver", "--one", family, str(place), method]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return {"failed": f"not in {limit:.0f} s"}
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        return {"failed": lines[-1][:60] if lines else "failed"}
    lines = done.stdout.strip().splitlines()
    return json.loads(lines[-1]) if lines else None


def row(
    family: str, name: str, method: str, got: dict[str, float | str | None], ours: dict[str, float | str | None]
) -> str:
    """One line of the table."""
    if "failed" in got:
        return f"| {family} | {name} | {method} | {got['failed']} |" + " |" * 8
    value, bound, known = got["value"], got["bound"], got["known"]
    above = f"{100 * (value / known - 1):+.2f} %" if known else ""
    floor = f"{bound:,.2f}" if bound is not None else "none"
    gap = f"{100 * max(0.0, value - bound) / value:.3f} %" if bound is not None and value else "none"
    ratio = f"{got['processor'] / ours['processor']:.2f}" if method != OURS and "failed" not in ours else ""
    return (
        f"| {family} | {name} | {method} | {value:,.2f} | {above} | {floor} | {gap} | {got['broken']} "
        f"| {got['seconds']:.2f} | {got['processor']:.2f} | {got['memory']:.0f} | {ratio} |"
    )


def main() -> None:
    """Read the command line and print or write the table."""
    parser = argparse.ArgumentParser(description="Measure the clustering beside its peers.")
    parser.add_argument("--only", nargs="+", choices=list(FAMILIES), default=list(FAMILIES))
    parser.add_argument("--peers", nargs="*", choices=list(PEERS), default=list(PEERS))
    parser.add_argument("--first", type=int, help="measure so many instances of each family")
    parser.add_argument("--limit", type=float, default=600.0, help="seconds for one run")
    parser.add_argument("--output", type=Path, help="a Markdown file for the table")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        family, place, method = arguments.one
        warm(family)
        with contextlib.suppress(Unsuited):
            print(json.dumps(measure(list(FAMILIES[family]())[int(place)], method)))
        return
    lines = [HEAD, "|---" * HEAD.count(" | ") + "|---|"]
    for family in arguments.only:
        try:
            instances = list(FAMILIES[family]())
        except FileNotFoundError as missing:
            lines.append(f"| {family} | skipped: {missing.filename} is not there |" + " |" * 10)
            continue
        for place, instance in enumerate(instances[: arguments.first]):
            ours = alone(family, place, OURS, arguments.limit) or {"failed": "failed"}
            lines.append(row(family, instance.name, OURS, ours, ours))
            for peer in arguments.peers:
                got = alone(family, place, peer, arguments.limit)
                if got is not None:
                    lines.append(row(family, instance.name, peer, got, ours))
            print("\n".join(lines[-1 - len(arguments.peers) :]), file=sys.stderr)
            if arguments.output:
                arguments.output.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
