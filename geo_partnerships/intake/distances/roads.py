"""Distances along a road network: shortest paths by SciPy.

Each school is taken to the nearest place on the nearest road, which is split there; the way from the school to that
place counts. One-way streets are kept, and the two directions merged only at the end.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

from geo_partnerships.countries import UNITED_KINGDOM
from geo_partnerships.intake.distances.matrix import symmetric
from geo_partnerships.intake.distances.referee import check_distances
from geo_partnerships.intake.distances.road_files import RoadEdge, edges_of_graph, edges_of_layer
from geo_partnerships.sentences import count, share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_partnerships.countries import Country
    from geo_partnerships.intake.distances.matrix import Symmetrise
    from geo_partnerships.intake.distances.table import DistanceTable, Unit
    from geo_partnerships.intake.formats.findings_log import Noticed
    from geo_partnerships.model import School

FARTHEST_FROM_ROAD_M = 500.0
PAST_ISLAND_M = 100.0  # so much farther may a road of the main network be than one on an island
NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of a road network, each from node `start` to node `end`.

    Parameters
    ----------
    lines
        Geometries in metres, from start to end.
    weights
        Cost of the whole edge, in metres or minutes.
    forward, backward
        True where it may be taken from start to end, and from end to start.
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    lines: NDArray[np.object_]
    weights: NDArray[np.float64]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]


def road_distances(
    path: Path,
    schools: Mapping[str, School],
    noticed: Noticed,
    *,
    weight: str = "",
    unit: Unit = "m",
    symmetrise: Symmetrise = "mean",
    farthest_m: float = FARTHEST_FROM_ROAD_M,
    country: Country = UNITED_KINGDOM,
) -> DistanceTable | None:
    """Return the distances between schools along the roads in a file, or None and error findings.

    Parameters
    ----------
    path
        GeoPackage of lines (OS Open Roads, or any other), or GraphML whose nodes have ``x`` and ``y``.
    weight
        Column with the cost of each edge; by default its length: the column of that meaning, or the line's own.
    unit
        What that cost is: metres or minutes.
    symmetrise
        What becomes of a pair whose two directions differ: their mean, the longer, the shorter, or an error.
    farthest_m
        A school farther than this from every road is not on the network.
    country
        On whose grid the schools are.
    """
    placed = {
        key: (school.easting, school.northing)
        for key, school in sorted(schools.items())
        if school.easting is not None and school.northing is not None
    }
    if not placed:
        noticed.error("roads-no-schools", "No school has a point.", "Give the schools points first.")
        return None
    edges = _edges(path, list(placed.values()), weight, country, noticed)
    if edges is None:
        return None
    costs, on_road = _shortest(edges, placed, farthest_m, noticed)
    _tell_unreachable(costs, on_road, schools, noticed)
    keys = tuple(sorted(schools))
    position = {key: place for place, key in enumerate(keys)}
    at = [position[key] for key in on_road]
    there = np.full((len(keys), len(keys)), np.nan)
    there[np.ix_(at, at)] = np.where(np.isfinite(costs), costs, np.nan)
    table = symmetric(there, keys, unit, symmetrise, noticed)
    if table is not None:
        check_distances(table, schools, weight, noticed)
    return None if noticed.has_errors else table


# --- reading -------------------------------------------------------------------------------------------------------


def _edges(
    path: Path, points: Sequence[tuple[float, float]], weight: str, country: Country, noticed: Noticed
) -> Edges | None:
    if path.suffix.lower() == ".graphml":
        rows = edges_of_graph(path, weight, country, noticed)
    else:
        rows = edges_of_layer(path, points, weight, country, noticed)
    if rows is None or noticed.has_errors:
        return None
    if not rows:
        noticed.error("roads-none", "The file holds no roads near the schools.", "Give the roads of this area.")
        return None
    return _numbered(rows, noticed)


def _numbered(rows: Sequence[RoadEdge], noticed: Noticed) -> Edges:
    """Return the rows with nodes numbered from 0, and report how many islands they form."""
    numbers: dict[object, int] = {}
    start = np.array([numbers.setdefault(row.start, len(numbers)) for row in rows], dtype=np.int64)
    end = np.array([numbers.setdefault(row.end, len(numbers)) for row in rows], dtype=np.int64)
    edges = Edges(
        start,
        end,
        np.array([row.line for row in rows], dtype=object),
        np.array([row.weight for row in rows], dtype=np.float64),
        np.array([row.forward for row in rows], dtype=bool),
        np.array([row.backward for row in rows], dtype=bool),
    )
    sizes = Counter(_islands(edges)[edges.start].tolist())
    if len(sizes) > 1:
        apart = sum(sizes.values()) - max(sizes.values())
        lie = share(apart, len(rows), "road", "lies", "lie")
        noticed.note(
            "roads-islands",
            f"{lie} on {count(len(sizes) - 1, 'island')} that the others do not reach.",
            "Schools on them are told of apart.",
        )
    return edges


def _islands(edges: Edges) -> NDArray[np.int64]:
    """Return the island of each node, whatever the directions."""
    count = int(max(edges.start.max(), edges.end.max())) + 1
    graph = coo_array((np.ones(len(edges.start)), (edges.start, edges.end)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


# --- paths ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Snap:
    """Where a school meets the network: edge, share of it from its start, and metres to get there."""

    edge: int
    share: float
    away_m: float


def _snaps(
    edges: Edges, placed: Mapping[str, tuple[float, float]], farthest_m: float, noticed: Noticed
) -> dict[str, _Snap]:
    """Return where each school meets the nearest road of the main network, else of any island."""
    island = _islands(edges)[edges.start]
    main = np.bincount(island).argmax()
    tree = shapely.STRtree(edges.lines)
    found = {}
    for key, at in placed.items():
        point = shapely.Point(at)
        near = tree.query(point, predicate="dwithin", distance=farthest_m)
        if not len(near):
            noticed.warning(
                "roads-school-far",
                f"{key} is more than {farthest_m:g} m from every road.",
                "Check its point, or give more roads.",
                field=key,
            )
            continue
        away = shapely.distance(edges.lines[near], point)
        aside = (island[near] != main) | (away > away.min() + PAST_ISLAND_M)
        order = np.lexsort((near, away, aside))
        edge = int(near[order[0]])
        if away[order[0]] > away.min():
            noticed.note(
                "roads-past-island",
                f"{key} was taken to a road {away[order[0]]:,.0f} m away; one at {away.min():,.0f} m is on an island.",
                "Check the roads around it.",
                field=key,
            )
        share = float(shapely.line_locate_point(edges.lines[edge], point, normalized=True))
        found[key] = _Snap(edge, share, float(shapely.distance(edges.lines[edge], point)))
    return found


def _shortest(
    edges: Edges, placed: Mapping[str, tuple[float, float]], farthest_m: float, noticed: Noticed
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Return the cost from each school on the network to each other, infinite where there is no way."""
    snaps = _snaps(edges, placed, farthest_m, noticed)
    keys = tuple(snaps)
    if not keys:
        return np.empty((0, 0)), keys
    first = int(max(edges.start.max(), edges.end.max())) + 1
    met = {key: first + at for at, key in enumerate(keys)}  # the place on the road
    home = {key: first + len(keys) + at for at, key in enumerate(keys)}  # the school itself
    whole = np.ones(len(edges.start), dtype=bool)
    whole[sorted({snap.edge for snap in snaps.values()})] = False
    arcs = _Arcs()
    arcs.add_many(edges, whole)
    for edge, on_it in _by_edge(snaps).items():
        arcs.add_split(edges, edge, [(snaps[key].share, met[key]) for key in on_it])
    for key, snap in snaps.items():
        length = float(shapely.length(edges.lines[snap.edge]))
        pace = float(edges.weights[snap.edge]) / length if length > 0 else 1.0
        for one, other in ((home[key], met[key]), (met[key], home[key])):
            arcs.add(one, other, snap.away_m * pace)
    graph = arcs.graph(first + 2 * len(keys))
    sources = np.array([home[key] for key in keys])
    return np.asarray(dijkstra(graph, indices=sources)[:, sources], dtype=np.float64), keys


def _by_edge(snaps: Mapping[str, _Snap]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for key, snap in sorted(snaps.items(), key=lambda item: (item[1].share, item[0])):
        found[snap.edge].append(key)
    return found


class _Arcs:
    """Directed arcs; of parallel ones the cheapest counts."""

    def __init__(self) -> None:
        self._tail: list[NDArray[np.int64]] = []
        self._head: list[NDArray[np.int64]] = []
        self._cost: list[NDArray[np.float64]] = []

    def add(self, tail: int, head: int, cost: float) -> None:
        self._append(np.array([tail]), np.array([head]), np.array([cost]))

    def _append(self, tail: NDArray[np.int64], head: NDArray[np.int64], cost: NDArray[np.float64]) -> None:
        self._tail.append(tail)
        self._head.append(head)
        self._cost.append(cost)

    def add_many(self, edges: Edges, which: NDArray[np.bool_]) -> None:
        ahead, back = which & edges.forward, which & edges.backward
        self._append(edges.start[ahead], edges.end[ahead], edges.weights[ahead])
        self._append(edges.end[back], edges.start[back], edges.weights[back])

    def add_split(self, edges: Edges, edge: int, stops: Sequence[tuple[float, int]]) -> None:
        """Add an edge in pieces between its ends and the stops on it, given in order."""
        chain = [(0.0, int(edges.start[edge])), *stops, (1.0, int(edges.end[edge]))]
        for (here, one), (there, other) in pairwise(chain):
            cost = (there - here) * float(edges.weights[edge])
            if edges.forward[edge]:
                self.add(one, other, cost)
            if edges.backward[edge]:
                self.add(other, one, cost)

    def graph(self, size: int) -> Any:
        tail, head, cost = (np.concatenate(parts) for parts in (self._tail, self._head, self._cost))
        order = np.lexsort((cost, head, tail))
        tail, head, cost = tail[order], head[order], cost[order]
        first = np.ones(len(tail), dtype=bool)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        return coo_array((cost[first], (tail[first], head[first])), shape=(size, size)).tocsr()


def _tell_unreachable(
    costs: NDArray[np.float64], keys: Sequence[str], schools: Mapping[str, School], noticed: Noticed
) -> None:
    """Report the schools outside the largest set that reach each other."""
    if not keys:
        return
    reached = np.isfinite(costs)
    groups = connected_components(coo_array(reached & reached.T), directed=False)[1]
    main = np.bincount(groups).argmax()
    for key, group in zip(keys, groups, strict=True):
        if group != main:
            noticed.warning(
                "roads-unreachable",
                f"{schools[key].name} cannot be reached from the others and back.",
                "Check its point and the roads around it.",
                field=key,
            )
