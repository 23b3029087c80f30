"""Instances to measure on: published ones, real schools, and seeded random ones.

Published instances and registers are read from a folder beside the project, ``shared``, where it is present;
`GEO_PARTNERSHIPS_SHARED` names another place.
"""

from __future__ import annotations

import csv
import gzip
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import shortest_path
from scipy.spatial import KDTree

from geo_partnerships.clustering import (
    Balance,
    CannotLink,
    ClusterProblem,
    Count,
    Guarantee,
    Leaders,
    MustLink,
    Pinned,
    Size,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo_partnerships.clustering import Rule

SHARED = Path(os.environ.get("GEO_PARTNERSHIPS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
LONDON = {*range(201, 214), *range(301, 321)}


@dataclass(frozen=True, eq=False)
class Instance:
    """A problem, the family it belongs to, and the best value known from elsewhere."""

    family: str
    name: str
    problem: ClusterProblem
    known: float | None = None
    points: NDArray[np.float64] | None = None


def known_values() -> dict[str, float]:
    """Optimal and best-known values tabled beside the published instances."""
    values = {}
    for line in (SHARED / "bench" / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[1].replace(".", "", 1).isdigit():
            values[cells[0]] = float(cells[1])
    return values | {"SJC1": 17288.99, "SJC2": 33270.94, "SJC3a": 45335.16}


def numbers(path: Path) -> list[list[float]]:
    """Rows of numbers in a text file."""
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    return [[float(word) for word in row] for row in rows if row]


def distances(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Straight-line distances between all points."""
    return np.asarray(np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=-1)))


def pmed() -> Iterator[Instance]:
    """OR-Library p-median: no sizes."""
    known = known_values()
    for path in sorted((SHARED / "bench" / "pmed").glob("*.txt"), key=lambda p: int(p.stem[4:])):
        (n, _, p), *edges = numbers(path)
        cost = {}
        for u, v, length in edges:
            cost[min(u, v), max(u, v)] = length
        ends = np.array(list(cost), dtype=int) - 1
        graph = coo_array((list(cost.values()), (ends[:, 0], ends[:, 1])), shape=(int(n), int(n)))
        matrix = shortest_path(graph.tocsr(), directed=False)
        yield Instance("pmed", path.stem, ClusterProblem(matrix, (Count(int(p), int(p)),)), known[path.stem])


def capacitated(
    points: NDArray[np.float64], demand: list[float], capacity: float, p: int, *, whole: bool
) -> ClusterProblem:
    """Capacitated p-median with one capacity for all."""
    cost = distances(points)
    cost = np.floor(cost) if whole else cost
    return ClusterProblem(cost, (Count(p, p), Size(0, capacity, tuple(demand))))


def cpmp() -> Iterator[Instance]:
    """OR-Library capacitated p-median."""
    known = known_values()
    for path in sorted((SHARED / "bench" / "cpmp").glob("*.txt"), key=lambda p: int(p.stem.split("_")[1])):
        _, (_, p, capacity), *rows = numbers(path)
        points = np.array([row[1:3] for row in rows])
        problem = capacitated(points, [row[3] for row in rows], capacity, int(p), whole=True)
        yield Instance("cpmp", path.stem, problem, known[path.stem], points)


def sjc() -> Iterator[Instance]:
    """São José dos Campos."""
    known = known_values()
    for path in sorted((SHARED / "bench" / "sjc").glob("*.dat")):
        (_, p), *rows = numbers(path)
        points = np.array([row[:2] for row in rows])
        problem = capacitated(points, [row[3] for row in rows], rows[0][2], int(p), whole=False)
        yield Instance("sjc", path.stem, problem, known[path.stem], points)


def stefanello() -> Iterator[Instance]:
    """Capacitated p-median of Stefanello, de Araujo and Müller."""
    known = known_values()
    for path in sorted((SHARED / "bench" / "stefanello").glob("*.txt")):
        (_, p), *rows = numbers(path)
        points = np.array([row[:2] for row in rows])
        stem, count = path.stem.split("_")
        problem = capacitated(points, [row[3] for row in rows], rows[0][2], int(p), whole=False)
        yield Instance("stefanello", path.stem, problem, known[f"{stem}_{int(count)}"], points)


def uniform(n: int, seed: int) -> Instance:
    """Random points at about a kilometre from each other, clusters of 4 to 12."""
    points = np.random.default_rng(seed).uniform(0, 1000 * np.sqrt(n), (n, 2))
    rules = (Count(round(n / 8), round(n / 8)), Size(4, 12))
    return Instance("uniform", f"uniform-{n}-{seed}", ClusterProblem.from_points(points, rules), None, points)


def blobs(n: int, clusters: int, spread: float, seed: int) -> Instance:
    """Points about a few centres that overlap, of which nothing but the number of clusters is asked."""
    draw = np.random.default_rng(seed)
    centres = draw.uniform(-10, 10, (clusters, 2))
    points = centres[draw.integers(0, clusters, n)] + draw.normal(0, spread, (n, 2))
    name = f"{n:,} points, {clusters} clusters, spread {spread:g}, seed {seed}"
    return Instance("few", name, ClusterProblem.from_points(points, (Count(clusters, clusters),)), None, points)


def few() -> Iterator[Instance]:
    """Few clusters of 2,000 points: well apart, and overlapping."""
    for seed in range(3):
        for spread in (1.0, 4.0):
            yield blobs(2000, 8, spread, seed)


def barnet_sizes() -> Iterator[Instance]:
    """As many schools and clusters as Barnet has, sizes alone."""
    for seed in range(1, 11):
        yield replace(uniform(120, seed), family="barnet-sizes", name=f"seed {seed}")


def schools(codes: set[int] | None) -> NDArray[np.float64]:
    """Easting and northing of the schools of some local authorities, or of all that have one."""
    with gzip.open(SHARED / "reference" / "england_schools.csv.gz", "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["la_code"].strip() and row["easting"]]
    kept = [row for row in rows if codes is None or int(row["la_code"]) in codes]
    return np.array([[float(row["easting"]), float(row["northing"])] for row in kept])


def real(name: str, codes: set[int] | None) -> Instance:
    """Real schools in clusters of 4 to 12."""
    points = schools(codes)
    k = round(len(points) / 8)
    rules = (Count(k, k), Size(4, 12))
    return Instance("real", name, ClusterProblem.from_points(points, rules), None, points)


def surveyed(instance: Instance) -> Instance:
    """Of all schools, a third is promised one of three it named from among the fifteen nearest; a third leads."""
    points, random = np.asarray(instance.points), np.random.default_rng(1)
    n = len(points)
    _, near = KDTree(points).query(points, k=25)
    rules = list(instance.problem.rules)
    for item in random.choice(n, n // 3, replace=False).tolist():
        others = [int(other) for other in near[item] if other != item][:15]
        rules.append(Guarantee(item, tuple(random.choice(others, 3, replace=False).tolist())))
    leaders = random.choice(n, n // 3, replace=False)
    rules.append(Leaders(tuple(leaders.tolist()), binding=False))
    problem = ClusterProblem.from_points(points, tuple(rules))
    return replace(instance, name=f"{instance.name}, surveyed", problem=problem)


def linked(instance: Instance) -> Instance:
    """Of all schools, one in a hundred must be with one of its neighbours that it would not be with by itself.

    As many must be apart from the nearest school, and half as many are pinned to a partnership of their own.
    """
    points, random = np.asarray(instance.points), np.random.default_rng(2)
    n = len(points)
    _, near = KDTree(points).query(points, k=25)
    chosen = random.choice(n, n // 40, replace=False).tolist()
    number = n // 100
    rules: list[Rule] = []
    for place, item in enumerate(chosen):
        others = [int(other) for other in near[item] if other != item]
        if place < number:
            rules.append(MustLink((item, others[11])))
        elif place < 2 * number:
            rules.append(CannotLink((item, others[0])))
        else:
            rules.append(Pinned((item,), f"partnership {place}"))
    problem = ClusterProblem.from_points(points, (*instance.problem.rules, *rules))
    return replace(instance, name=f"{instance.name}, linked", problem=problem)


def barnet_rules() -> Iterator[Instance]:
    """Barnet's schools with every rule and ten seeded surveys."""
    with (SHARED / "reference" / "barnet_all_schools.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["easting"]]
    rows.sort(key=lambda row: (row["in_letter"] != "yes", row["urn"]))
    rows = rows[:120]
    points = np.array([[float(row["easting"]), float(row["northing"])] for row in rows])
    districts = np.array([row["postcode_district"] for row in rows])
    cost = distances(points) * (1 + 0.15 * (districts[:, None] != districts[None]))
    for seed in range(1, 11):
        rules = tuple(survey_rules(cost, seed))
        yield Instance("barnet-rules", f"survey {seed}", ClusterProblem(cost, rules), None, points)


def survey_rules(cost: NDArray[np.float64], seed: int) -> Iterator[Rule]:
    """A seeded survey and the other rules: links, pins, leaders and balance."""
    random = np.random.default_rng(seed)
    n = cost.shape[0]
    rank = np.argsort(np.argsort(cost, axis=1, kind="stable"), axis=1)
    order = np.argsort(cost, axis=1, kind="stable")
    yield Count(15, 15)
    yield Size(4, 12)
    linked: set[int] = set()
    for i in random.permutation(n):
        j = int(order[i, 1 + random.integers(0, 4)])
        if len(linked) < 16 and i != j and not {int(i), j} & linked:
            linked |= {int(i), j}
            yield MustLink((int(i), j), name=f"together: {i} and {j}")
    free = [int(i) for i in random.permutation(n) if int(i) not in linked]
    for i in free[:6]:
        j = int(order[i, 3 + random.integers(0, 4)])
        if i != j:
            yield CannotLink((i, j), name=f"apart: {i} and {j}")
    for label, item in enumerate(free[6:10]):
        yield Pinned((item,), label, name=f"pinned: {item}")
    for item in random.choice(n, 49, replace=False):
        near = np.exp(-rank[item] / 10.0)
        chance = near * (2 / 3) / near.sum() + 1 / (3 * n)
        chance[item] = 0
        named = random.choice(n, random.integers(2, 6), replace=False, p=chance / chance.sum())
        yield Guarantee(int(item), tuple(int(other) for other in named), name=f"survey: {item}")
    yield Leaders(tuple(int(i) for i in random.choice(n, 11, replace=False)), binding=False, name="leaders")
    grade = random.choice(4, n, p=[0.2, 0.5, 0.22, 0.08])
    yield Balance(tuple(np.flatnonzero(grade >= 2).tolist()), 0, 3, name="at most 3 weak")
    yield Balance(tuple(np.flatnonzero(grade < 2).tolist()), 1, None, name="at least 1 strong")


FAMILIES = {
    "barnet-sizes": barnet_sizes,
    "barnet-rules": barnet_rules,
    "few": few,
    "pmed": pmed,
    "cpmp": cpmp,
    "sjc": sjc,
    "stefanello": stefanello,
    "uniform-1000": lambda: iter([uniform(1000, 1)]),
    "uniform-5000": lambda: iter([uniform(5000, 1)]),
    "uniform-24000": lambda: iter([uniform(24000, 1)]),
    "london": lambda: iter([real("London", LONDON)]),
    "england": lambda: iter([real("England", None)]),
    "london-rules": lambda: iter([surveyed(real("London", LONDON))]),
    "england-rules": lambda: iter([surveyed(real("England", None))]),
    "london-links": lambda: iter([linked(real("London", LONDON))]),
}
