"""Edges of a road network from a GeoPackage (or any layer of lines) or from GraphML."""

from __future__ import annotations

import io
import warnings
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely
from pyproj import Transformer
from pyproj.exceptions import CRSError

from geo_partnerships.intake.formats.files import is_local_file, read_bytes
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.formats.normalise import folded
from geo_partnerships.intake.formats.values import number_in
from geo_partnerships.limits import GRAPHML_BYTES, GRAPHML_EDGES, GRAPHML_TAGS, NESTING, ROADS, TAG_BYTES
from geo_partnerships.sentences import count
from geo_partnerships.vocabulary import CRS_WGS84

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_partnerships.countries import Country
    from geo_partnerships.intake.formats.findings_log import Noticed

__all__ = ["RoadEdge", "edges_of_graph", "edges_of_layer"]

AROUND_M = 5_000.0
NODE_GRID_M = 0.01  # ends of edges closer than this are one node
ROAD_LAYERS = ("road link", "roadlink", "edges", "links", "roads", "ways")
LENGTHS = ("length", "length m", "metres", "meters", "distance")
STARTS, ENDS = ("start node", "startnode", "u", "from", "source"), ("end node", "endnode", "v", "to", "target")
ONE_WAYS = ("oneway", "one way", "direction")
FORWARD = frozenset({"yes", "true", "1", "t", "in direction"})
BACKWARD = frozenset({"-1", "reverse", "in opposite direction"})


@dataclass(frozen=True, slots=True)
class RoadEdge:
    """An edge as a file has it: names of its ends, its line in metres, its cost, and which ways it may be taken."""

    start: object
    end: object
    line: Any
    weight: float
    forward: bool
    backward: bool


def edges_of_layer(
    path: Path, points: Sequence[tuple[float, float]], weight: str, country: Country, noticed: Noticed
) -> list[RoadEdge] | None:
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
                rows.append(RoadEdge(ends[0], ends[1], line, cost, ahead, back))
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


def edges_of_graph(path: Path, weight: str, country: Country, noticed: Noticed) -> list[RoadEdge] | None:
    """Return the edges of a GraphML file, or None and error findings."""
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


def _graphml_edges(graph: _Graph, weight: str, country: Country, noticed: Noticed) -> list[RoadEdge] | None:
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
            rows.append(RoadEdge(start, end, line, cost, ahead, back))
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
