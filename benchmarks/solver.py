"""Measure the clustering beside its peers: ``python -m benchmarks.solver [--only FAMILY …] [--output FILE]``.

Every run has a process of its own, so that its peak memory is its own and no run warms another. Seconds are
those of the clustering after start-up; processor seconds stand beside them because machines are shared.
A ratio above 1 says that the peer took so many times as long, in processor seconds. With ``--kept FILE`` what was
measured is kept, and not measured again unless ``--again`` names its method; so a long table can be made in pieces.
When our first plan that keeps the rules is known to its caller, and with which gap, is told in processor seconds, too.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.instances import FAMILIES, Instance
from benchmarks.peers import PEERS, PROOF_TOLERANCE, NoAnswer, Unsuited, judged
from geo_partnerships.clustering.problem import WITH_PLANS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geo_partnerships.clustering import Progress

OURS = "geo_partnerships"
METHODS = (OURS, *PEERS)
HEAD = (
    "| family | instance | method | value | to best known | bound | gap | rules broken "
    "| first plan s | first gap | s | CPU s | MB | ratio |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"
)
SUMMARY = (
    "| method | runs | proven | CPU s median | CPU s worst | MB worst | gap mean | gap worst "
    "| to best known: mean | worst | its CPU s to ours, median | its value to ours: median | least "
    "| rules broken in |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"
)


@dataclass
class Watch:
    """When the first plan that keeps the rules is reported, in processor seconds, and its gap."""

    began: float = field(default_factory=time.process_time)
    first: dict[str, float] | None = None

    def __call__(self, report: Progress) -> None:
        """Take a report, unless a plan was reported before, or this one need not keep the rules."""
        if report.phase in WITH_PLANS and math.isfinite(report.objective):
            self.take(time.process_time() - self.began, report.objective, report.lower_bound)

    def take(self, seconds: float, objective: float, bound: float | None) -> None:
        """Take a plan, unless there was one before."""
        if self.first is None:
            share = gap({"value": objective, "bound": bound})
            self.first = {"seconds": seconds, "gap": 0.0 if share is None else min(share, 1.0)}


def measure(instance: Instance, method: str, patience: float) -> dict[str, Any]:
    """Run one method on one instance in this process."""
    from geo_partnerships.clustering import cluster

    peer = PEERS.get(method)
    for module in peer.modules if peer else ():
        importlib.import_module(module)
    watch = Watch()
    started, used = time.perf_counter(), time.process_time()
    try:
        if peer:
            clusters, bound = peer.run(instance, patience)
        else:
            found = cluster(instance.problem, progress=watch)
            clusters, bound = [list(members) for members in found.members], found.lower_bound
    except Unsuited:
        return {"unsuited": True}
    except NoAnswer:
        return {"failed": f"no plan in {patience:.0f} s"}
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    value, broken = judged(instance, clusters)
    if peer is None:
        watch.take(processor, value, bound)
    return {
        "value": value,
        "bound": bound,
        "broken": broken,
        "seconds": seconds,
        "processor": processor,
        "memory": memory,
        "known": instance.known,
        "first": watch.first,
    }


def warm(family: str) -> None:
    """Compile loops beforehand: compilation happens once for an installation, not once for a run."""
    from benchmarks.instances import blobs, uniform
    from geo_partnerships.clustering import Effort, cluster

    if family == "few":
        cluster(blobs(1100, 3, 1.0, 0).problem)
    elif family not in {"barnet-sizes", "barnet-rules", "pmed"}:
        items = 500 if family == "uniform-1000" else 1200  # cuts are for up to a thousand, and take memory
        cluster(uniform(items, 0).problem, effort=Effort(neighbourhoods=1))


def alone(family: str, place: int, method: str, limit: float, patience: float) -> dict[str, Any]:
    """Run one method on one instance in a process of its own; say so where it fails or does not end."""
    command = [sys.executable, "-m", "benchmarks.solver", "--one", family, str(place), method]
    command += ["--patience", str(patience)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return {"failed": f"not in {limit:.0f} s"}
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        return {"failed": lines[-1][:60].replace("|", "/") if lines else "failed"}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


@dataclass(frozen=True)
class Kept:
    """What was measured, by family, instance and method, and the file that it is kept in."""

    path: Path | None
    got: dict[str, dict[str, dict[str, dict[str, Any]]]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path | None) -> Kept:
        """Read what was kept before."""
        if path is None or not path.exists():
            return cls(path)
        return cls(path, json.loads(path.read_text(encoding="utf-8")))

    def of(self, family: str, instance: str) -> dict[str, dict[str, Any]]:
        """Return the figures of each method on an instance."""
        return self.got.setdefault(family, {}).setdefault(instance, {})

    def write(self) -> None:
        """Keep all."""
        if self.path is not None:
            self.path.write_text(json.dumps(self.got, indent=1) + "\n", encoding="utf-8")


def gap(got: dict[str, Any]) -> float | None:
    """Return how far a value may be from the best, as a share of it; None where nothing is proved."""
    if got.get("bound") is None or not got["value"]:
        return None
    return max(0.0, float(got["value"] - got["bound"])) / float(got["value"])


def excess(value: float, base: float | None) -> float | None:
    """Return by what share a value is above another; None where there is no other."""
    return value / base - 1 if base else None


def percent(share: float | None, *, signed: bool = False, digits: int = 3) -> str:
    """Write a share as a reader wants it."""
    if share is None:
        return ""
    return f"{100 * share:{'+' if signed else ''}.{digits}f} %"


def row(family: str, name: str, method: str, got: dict[str, Any], ours: dict[str, Any]) -> str:
    """One line of the table."""
    if "failed" in got:
        return f"| {family} | {name} | {method} | {got['failed']} |" + " |" * 10
    floor = "none" if got["bound"] is None else f"{got['bound']:,.2f}"
    ratio = f"{got['processor'] / ours['processor']:.2f}" if method != OURS and "processor" in ours else ""
    first = got.get("first")
    when = f"{first['seconds']:.2f} | {percent(first['gap'])}" if first else " | "
    return (
        f"| {family} | {name} | {method} | {got['value']:,.2f} "
        f"| {percent(excess(got['value'], got['known']), signed=True, digits=2)} | {floor} "
        f"| {percent(gap(got)) or 'none'} | {got['broken']} | {when} | {got['seconds']:.2f} | {got['processor']:.2f} "
        f"| {got['memory']:.0f} | {ratio} |"
    )


def rows(family: str, instances: dict[str, dict[str, dict[str, Any]]]) -> Iterator[str]:
    """The lines of a family, in the order of its instances."""
    for name, by_method in instances.items():
        ours = by_method.get(OURS, {})
        for method in METHODS:
            if method in by_method and "unsuited" not in by_method[method]:
                yield row(family, name, method, by_method[method], ours)


def summary(family: str, instances: dict[str, dict[str, dict[str, Any]]]) -> Iterator[str]:
    """A family in one line for each method: how long, how good, and how both compare with ours."""
    yield f"\n**{family}**, {len(instances)} instance{'s' if len(instances) > 1 else ''}\n"
    yield SUMMARY
    for method in METHODS:
        tried = [by[method] for by in instances.values() if method in by and "unsuited" not in by[method]]
        done = [(by[method], by.get(OURS, {})) for by in instances.values() if "value" in by.get(method, {})]
        if tried:
            yield f"| {method} | {len(done)} of {len(tried)} | " + " | ".join(_figures(method, done)) + " |"


def _figures(method: str, done: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> Iterator[str]:
    """What one method reached on a family, each with what we did."""
    if not done:
        yield from [""] * 12
        return
    gaps = [gap(got) for got, _ in done]
    known = _present(excess(got["value"], got["known"]) for got, _ in done)
    others = [(got, ours) for got, ours in done if method != OURS and "value" in ours]
    above = [got["value"] / ours["value"] - 1 for got, ours in others]
    processor = [got["processor"] for got, _ in done]
    yield str(sum(one is not None and one <= PROOF_TOLERANCE for one in gaps))
    yield f"{statistics.median(processor):.2f}"
    yield f"{max(processor):.2f}"
    yield f"{max(got['memory'] for got, _ in done):.0f}"
    yield percent(statistics.mean(_present(gaps))) if _present(gaps) else "none"
    yield percent(max(_present(gaps), default=None))
    yield percent(statistics.mean(known), signed=True) if known else ""
    yield percent(max(known, default=None), signed=True)
    yield f"{statistics.median(got['processor'] / ours['processor'] for got, ours in others):.2f}" if others else ""
    yield percent(statistics.median(above), signed=True, digits=2) if above else ""
    yield percent(min(above, default=None), signed=True, digits=2)
    yield str(sum(got["broken"] > 0 for got, _ in done))


def _present(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def table(kept: Kept, families: Sequence[str]) -> str:
    """Return the summaries of the families, and below them every run."""
    lines = ["# The clustering beside its peers"]
    found = {family: kept.got[family] for family in families if family in kept.got}
    for family, instances in found.items():
        lines.extend(summary(family, instances))
    lines += ["", HEAD]
    for family, instances in found.items():
        lines.extend(rows(family, instances))
    return "\n".join(lines) + "\n"


def main() -> None:
    """Read the command line and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=list(FAMILIES), default=list(FAMILIES))
    parser.add_argument("--peers", nargs="*", choices=list(PEERS), default=list(PEERS))
    parser.add_argument("--first", type=int, help="measure so many instances of each family")
    parser.add_argument("--limit", type=float, default=600.0, help="seconds for one run; default 600")
    parser.add_argument("--patience", type=float, default=150.0, help="seconds a peer is told that it has; default 150")
    parser.add_argument("--kept", type=Path, help="a JSON file of what was measured, read and added to")
    parser.add_argument("--again", nargs="+", choices=METHODS, default=[], help="measure these methods again")
    parser.add_argument("--without-ours", action="store_true", help="measure the peers alone")
    parser.add_argument("--output", type=Path, help="a Markdown file for the table")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        family, place, method = options.one
        warm(family)
        print(json.dumps(measure(list(FAMILIES[family]())[int(place)], method, options.patience)))
        return
    kept = Kept.read(options.kept)
    methods = [*([] if options.without_ours else [OURS]), *options.peers]
    for family in options.only:
        try:
            instances = list(FAMILIES[family]())
        except FileNotFoundError as missing:
            print(f"{family} skipped: {missing.filename} is not there", file=sys.stderr)
            continue
        for place, instance in enumerate(instances[: options.first]):
            got = kept.of(family, instance.name)
            for method in methods:
                if method not in got or method in options.again:
                    got[method] = alone(family, place, method, options.limit, options.patience)
                    kept.write()
                if "unsuited" not in got[method]:
                    print(row(family, instance.name, method, got[method], got.get(OURS, {})), file=sys.stderr)
    made = table(kept, options.only)
    if options.output:
        options.output.write_text(made, encoding="utf-8")
    print(made)


if __name__ == "__main__":
    main()
