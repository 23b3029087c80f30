"""Distances along a road network: edges from a GeoPackage or GraphML, shortest paths by SciPy.

Each school is taken to the nearest place on the nearest road, which is split there; the way from the school to that
place counts. One-way streets are kept, and the two directions merged only at the end.
"""

from __future__ import annotations

import io
import warnings
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely
from pyproj import Transformer
from pyproj.exceptions import CRSError
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

from geo_partnerships.countries import UNITED_KINGDOM
from geo_partnerships.intake.distances.matrix import symmetric
from geo_partnerships.intake.distances.referee import check_distances
from geo_partnerships.intake.formats.files import is_local_file, read_bytes
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.formats.normalise import folded
from geo_partnerships.intake.formats.values import number_in
from geo_partnerships.limits import GRAPHML_BYTES, GRAPHML_EDGES, GRAPHML_TAGS, NESTING, ROADS, TAG_BYTES
from geo_partnerships.sentences import count, share
from geo_partnerships.vocabulary import CRS_WGS84

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_partnerships.countries import Country
    from geo_partnerships.intake.distances.matrix import Symmetrise
    from geo_partnerships.intake.distances.table import DistanceTable, Unit
    from geo_partnerships.intake.formats.findings_log import Noticed
    from geo_partnerships.model import School

AROUND_M = 5_000.0
FARTHEST_FROM_ROAD_M = 500.0
PAST_ISLAND_M = 100.0  # so much farther may a road of the main network be than one on an island
NODE_GRID_M = 0.01  # ends of edges closer than this are one node
ROAD_LAYERS = ("road link", "roadlink", "edges", "links", "roads", "ways")
LENGTHS = ("length", "length m", "metres", "meters", "distance")
STARTS, ENDS = ("start node", "startnode", "u", "from", "source"), ("end node", "endnode", "v", "to", "target")
ONE_WAYS = ("oneway", "one way", "direction")
FORWARD = frozenset({"yes", "true", "1", "t", "in direction"})
BACKWARD = frozenset({"-1", "reverse", "in opposite direction"})
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
        rows = _graphml(path, weight, country, noticed)
    else:
        rows = _geopackage(path, points, weight, country, noticed)
    if rows is None or noticed.has_errors:
        return None
    if not rows:
        noticed.error("roads-none", "The file holds no roads near the schools.", "Give the roads of this area.")
        return None
    return _numbered(rows, noticed)


@dataclass(frozen=True, slots=True)
class _Edge:
    start: object
    end: object
    line: Any
    weight: float
    forward: bool
    backward: bool


def _geopackage(
    path: Path, points: Sequence[tuple[float, float]], weight: str, country: Country, noticed: Noticed
) -> list[_Edge] | None:
    """Return the edges around the points; only those are read from the file, which may be a country's."""
    if not is_local_file(path, noticed):
        return None
    with path.open("rb") as opened:
        if not opened.read(16).startswith(b"SQLite format 3\0"):
            noticed.error("file-other-kind", "The file is no GeoPackage.", "Give a .gpkg or a .graphml file.")
            return None
    frame = _frame(path, points, country, noticed)
    if frame is None:
        return None
    columns = {folded(str(name)): name for name in frame.columns}
    chosen = columns.get(folded(weight)) if weight else _first(columns, LENGTHS)
    if weight and chosen is None:
        noticed.error("roads-no-weight", f"There is no column {shown(weight)}.", "Name a column of the layer.")
        return None
    start, end, one_way = _first(columns, STARTS), _first(columns, ENDS), _first(columns, ONE_WAYS)
    rows = []
    for number, row in enumerate(frame.to_dict("records"), 1):
        lines = shapely.get_parts(row[frame.geometry.name])
        for line in lines:
            cost = _cost(row[chosen] if chosen else shapely.length(line), number, noticed)
            ahead, back = _directions(row[one_way] if one_way else None)
            ends: tuple[object, object] = (
                (row[start], row[end]) if start and end and len(lines) == 1 else _line_ends(line)
            )
            if cost is not None:
                rows.append(_Edge(ends[0], ends[1], line, cost, ahead, back))
    return rows


def _frame(path: Path, points: Sequence[tuple[float, float]], country: Country, noticed: Noticed) -> Any:
    import pyogrio  # noqa: PLC0415 - needed for these files alone

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind and "LineString" in str(kind)]
            preferred = [name for name in layers if folded(name) in ROAD_LAYERS] or layers
            if len(preferred) != 1:
                named = ", ".join(map(shown, preferred)) or "none"
                noticed.error(
                    "layer-ambiguous",
                    f"There are {count(len(preferred), 'layer')} of lines: {named}.",
                    "Leave one, or call it edges.",
                )
                return None
            crs = pyogrio.read_info(path, layer=preferred[0])["crs"]
            if crs is None:
                noticed.error("layer-no-crs", "The layer does not say what its coordinates are.", "Set its CRS.")
                return None
            box = _box(points, country.grid, crs)
            if len(pyogrio.read_bounds(path, layer=preferred[0], bbox=box, max_features=ROADS + 1)[0]) > ROADS:
                _tell_too_many(noticed)
                return None
            frame = pyogrio.read_dataframe(path, layer=preferred[0], bbox=box, use_arrow=False)
            grid = frame.to_crs(country.grid)
    except Exception:  # noqa: BLE001 - a broken file can break its driver anywhere
        noticed.error("layer-malformed", "The layer cannot be read.", "Export it again.")
        return None
    return grid[~grid.geometry.isna() & ~grid.geometry.is_empty]


def _tell_too_many(noticed: Noticed) -> None:
    noticed.error(
        "roads-too-many", f"There are more than {ROADS:,} roads near the schools.", "Leave out paths and tracks."
    )


def _box(points: Sequence[tuple[float, float]], grid: str, crs: str) -> tuple[float, float, float, float]:
    west, south = np.min(points, axis=0) - AROUND_M
    east, north = np.max(points, axis=0) + AROUND_M
    found = Transformer.from_crs(grid, crs, always_xy=True).transform_bounds(west, south, east, north)
    return (float(found[0]), float(found[1]), float(found[2]), float(found[3]))


def _first(columns: Mapping[str, str], names: Iterable[str]) -> str | None:
    return next((columns[name] for name in names if name in columns), None)


def _cost(value: object, row: int, noticed: Noticed) -> float | None:
    cost = value if isinstance(value, float) else number_in(str(value))
    if cost is None or not np.isfinite(cost) or cost < 0:
        noticed.error("roads-weight", f"{shown(value)} is no cost of a road.", "Write a number.", row=row)
        return None
    return float(cost)


def _directions(value: object) -> tuple[bool, bool]:
    """Return whether an edge may be taken forward and backward, from what its one-way column says."""
    text = folded("" if value is None else str(value).replace("-1", "reverse"))
    if text in FORWARD:
        return True, False
    return (False, True) if text in BACKWARD else (True, True)


def _line_ends(line: Any) -> tuple[tuple[int, int], tuple[int, int]]:
    at = np.rint(shapely.get_coordinates(line)[[0, -1]] / NODE_GRID_M).astype(np.int64)
    return (int(at[0, 0]), int(at[0, 1])), (int(at[1, 0]), int(at[1, 1]))


def _graphml(path: Path, weight: str, country: Country, noticed: Noticed) -> list[_Edge] | None:
    data = read_bytes(path, noticed, GRAPHML_BYTES)
    if data is None:
        return None
    if data.count(b"<") > GRAPHML_TAGS:
        noticed.error(
            "graphml-too-large", f"The file holds more than {GRAPHML_TAGS:,} tags.", "Give the roads as GeoPackage."
        )
        return None
    if _has_long_tag(data):
        noticed.error(
            "graphml-too-large",
            f"The file has a tag or a text of more than {TAG_BYTES:,} characters.",
            "Export it again, as osmnx writes it.",
        )
        return None
    if b"<!DOCTYPE" in data[:2000] or b"<!ENTITY" in data:
        noticed.error("graphml-doctype", "The file defines its own entities.", "Write plain GraphML.")
        return None
    try:
        return _graphml_edges(_parsed(data), weight, country, noticed)
    except OverflowError:
        noticed.error("graphml-too-large", f"There are more than {GRAPHML_EDGES:,} roads.", "Give them as GeoPackage.")
    except (ET.ParseError, ValueError, KeyError, AttributeError, CRSError, RecursionError):
        noticed.error(
            "graphml-malformed",
            "The file is no GraphML whose nodes have x and y.",
            "Export it again, as osmnx writes it.",
        )
    return None


def _has_long_tag(data: bytes) -> bool:
    """Whether a piece of the file has no mark "<" in it: the parser keeps what it has no end of."""
    last = len(data) - TAG_BYTES
    return any(data.find(b"<", at, at + TAG_BYTES) < 0 for at in range(0, last, TAG_BYTES))


@dataclass
class _Graph:
    """What a GraphML file says: names of keys by their ids, and the values of the graph, its nodes and its edges."""

    keys: dict[str, str] = field(default_factory=dict)
    is_directed: bool = False
    values: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, tuple[float, float]] = field(default_factory=dict)
    edges: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)


def _parsed(data: bytes) -> _Graph:
    """Return the graph in a GraphML file, element by element: of none is more kept than its values.

    Raises
    ------
    ValueError, KeyError, xml.etree.ElementTree.ParseError
        It is no GraphML, or a node has no x and y.
    """
    found = _Graph()
    inside: list[ET.Element] = []
    begun = False
    for event, element in ET.iterparse(io.BytesIO(data), ("start", "end")):  # noqa: S314 - entities were refused
        name = element.tag.rpartition("}")[2]
        if event == "start":
            inside.append(element)
            if len(inside) > NESTING:
                raise ValueError("nested too deeply")
            if name == "graph":
                found.is_directed, begun = element.get("edgedefault") == "directed", True
            continue
        inside.pop()
        _keep(found, name, element, inside[-1].tag.rpartition("}")[2] if inside else "")
        if inside and name != "data":
            inside[-1].remove(element)
    if not begun:
        raise ValueError("no graph")
    return found


def _keep(found: _Graph, name: str, element: ET.Element, parent: str) -> None:
    if name == "key":
        found.keys[element.get("id", "")] = folded(element.get("attr.name", ""))
    elif name == "data" and parent == "graph":
        found.values[found.keys.get(element.get("key", ""), "")] = element.text or ""
    elif name == "node":
        values = _values(element, found.keys)
        found.nodes[element.get("id", "")] = (float(values["x"]), float(values["y"]))
    elif name == "edge":
        if len(found.edges) >= GRAPHML_EDGES:
            raise OverflowError
        found.edges.append((element.get("source", ""), element.get("target", ""), _values(element, found.keys)))


def _values(element: ET.Element, keys: Mapping[str, str]) -> dict[str, str]:
    return {keys.get(one.get("key", ""), ""): one.text or "" for one in element if one.tag.rpartition("}")[2] == "data"}


def _graphml_edges(graph: _Graph, weight: str, country: Country, noticed: Noticed) -> list[_Edge] | None:
    if len(graph.edges) > ROADS:
        _tell_too_many(noticed)
        return None
    places = _grid_nodes(graph.nodes, graph.values, country, noticed)
    if places is None:
        return None
    rows = []
    for number, (start, end, values) in enumerate(graph.edges, 1):
        line = shapely.LineString([places[start], places[end]])
        chosen = folded(weight) if weight else next((name for name in LENGTHS if name in values), "")
        cost = _cost(values[chosen] if chosen else shapely.length(line), number, noticed)
        ahead, back = (True, False) if graph.is_directed else _directions(values.get("oneway"))
        if cost is not None:
            rows.append(_Edge(start, end, line, cost, ahead, back))
    return rows


def _grid_nodes(
    places: Mapping[str, tuple[float, float]], graph: Mapping[str, str], country: Country, noticed: Noticed
) -> dict[str, tuple[float, float]] | None:
    """Return the nodes on the grid of the country: by the CRS the graph states, else by what alone they can be."""
    at = np.array(list(places.values()), dtype=np.float64).reshape(-1, 2)
    stated = graph.get("crs", "")
    if stated:
        crs = pyproj.CRS.from_user_input(stated)
    elif len(at) and _all_inside(at, country.degrees):
        crs = pyproj.CRS.from_user_input(CRS_WGS84)
    elif len(at) and _all_inside(at, country.box):
        crs = pyproj.CRS.from_user_input(country.grid)
    else:
        noticed.error(
            "graphml-no-crs", "The graph does not say what its coordinates are.", "Add crs to the graph's data."
        )
        return None
    east, north = Transformer.from_crs(crs, country.grid, always_xy=True).transform(at[:, 0], at[:, 1])
    return dict(zip(places, zip(map(float, east), map(float, north), strict=True), strict=True))


def _all_inside(at: NDArray[np.float64], box: tuple[float, float, float, float]) -> bool:
    return bool(np.all((at[:, 0] >= box[0]) & (at[:, 0] <= box[2]) & (at[:, 1] >= box[1]) & (at[:, 1] <= box[3])))


def _numbered(rows: Sequence[_Edge], noticed: Noticed) -> Edges:
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
