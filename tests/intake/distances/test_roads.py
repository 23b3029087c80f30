"""Distances along roads: against networkx, across a river, one way, and where no road leads."""

import itertools

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
from shapely.geometry import LineString, MultiLineString, Point

from geo_partnerships.intake.distances.roads import road_distances
from geo_partnerships.intake.formats.findings_log import Noticed
from geo_partnerships.model import School

EAST, NORTH, STEP, SIDE = 525_000.0, 190_000.0, 100.0, 32
RIVER_AFTER_ROW = 15
BRIDGES = (3, 28)


def node(x, y):
    return EAST + STEP * x, NORTH + STEP * y


def town():
    """Return about 2,000 streets in a grid, cut by a river that two bridges cross."""
    across = [((x, y), (x + 1, y)) for y in range(SIDE) for x in range(SIDE - 1)]
    up = [((x, y), (x, y + 1)) for x in range(SIDE) for y in range(SIDE - 1) if y != RIVER_AFTER_ROW or x in BRIDGES]
    return across + up


def streets(edges, **columns):
    lines = [LineString([node(*one), node(*other)]) for one, other in edges]
    return gpd.GeoDataFrame(columns, geometry=lines, crs="EPSG:27700")


def schools(*places):
    return {
        str(100001 + at): School(urn=str(100001 + at), name=f"School {at}", easting=x, northing=y)
        for at, (x, y) in enumerate(places)
    }


def measured(frame, folder, places, **how):
    path = folder / "roads.gpkg"
    frame.to_file(path, layer="edges")
    noticed = Noticed(path.name)
    table = road_distances(path, schools(*places), noticed, **how)
    return table, [finding.code for finding in noticed.findings]


def random_places(count=40):
    rng = np.random.default_rng(7)
    found = [node(*rng.integers(0, SIDE, 2)) for _ in range(count // 2)]
    for one, other in rng.permutation(np.array(town()))[: count // 2]:
        share = rng.uniform(0.1, 0.9)
        start, end = np.array(node(*one)), np.array(node(*other))
        aside = np.array([start[1] - end[1], end[0] - start[0]]) / STEP * rng.uniform(1, 9)
        found.append(tuple(start + share * (end - start) + aside))
    return found


def by_networkx(edges, weights, places):
    """Return the same distances by networkx, each school joined by hand to the street that it stands on."""
    graph = nx.Graph()
    lines = {edge: LineString([node(*edge[0]), node(*edge[1])]) for edge in edges}
    stops = {}
    for at, place in enumerate(places):
        away = [round(line.distance(Point(place)), 6) for line in lines.values()]
        edge = edges[int(np.argmin(away))]
        stops.setdefault(edge, []).append((lines[edge].project(Point(place), normalized=True), at))
        pace = weights[edges.index(edge)] / STEP
        graph.add_edge(("school", at), ("stop", at), weight=lines[edge].distance(Point(place)) * pace)
    for position, edge in enumerate(edges):
        chain = [(0.0, edge[0]), *((share, ("stop", at)) for share, at in sorted(stops.get(edge, []))), (1.0, edge[1])]
        for (here, one), (there, other) in itertools.pairwise(chain):
            graph.add_edge(one, other, weight=(there - here) * weights[position])
    names = [("school", at) for at in range(len(places))]
    lengths = {name: nx.single_source_dijkstra_path_length(graph, name) for name in names}
    return np.array([[lengths[one][other] for other in names] for one in names])


def test_two_thousand_streets_agree_with_networkx(tmp_path):
    edges, places = town(), random_places()
    assert len(edges) > 1_900
    table, told = measured(streets(edges), tmp_path, places)
    assert told == []
    assert np.allclose(table.matrix, by_networkx(edges, [STEP] * len(edges), places), rtol=0, atol=1e-6)


def test_a_column_of_times_agrees_with_networkx(tmp_path):
    edges, places = town(), random_places(20)
    minutes = np.random.default_rng(8).uniform(0.2, 3.0, len(edges))
    frame = streets(edges, minutes=minutes)
    table, told = measured(frame, tmp_path, places, weight="minutes", unit="min")
    assert (table.unit, told) == ("min", [])
    assert np.allclose(table.matrix, by_networkx(edges, list(minutes), places), rtol=0, atol=1e-6)


def test_the_river_changes_who_is_nearest(tmp_path):
    """North of the river at column 15: a school 200 m away over the water, and one 600 m along the bank."""
    here, over, along = node(15, 16), node(15, 14), node(21, 16)
    table, _ = measured(streets(town()), tmp_path, [here, over, along])
    straight = np.hypot(*(np.array(here) - np.array(over))), np.hypot(*(np.array(here) - np.array(along)))
    assert straight[0] < straight[1]
    assert table.matrix[0].tolist() == [0, 2 * 12 * STEP + 2 * STEP, 600]


def test_one_way_streets_count_and_are_merged_as_asked(tmp_path):
    ring = [((0, 0), (1, 0)), ((1, 0), (1, 1)), ((1, 1), (0, 1)), ((0, 1), (0, 0))]
    places = [node(0, 0), node(1, 0)]
    for how, expected in {"min": 100, "max": 300, "mean": 200}.items():
        table, told = measured(streets(ring, oneway=["yes"] * 4), tmp_path, places, symmetrise=how)
        assert np.isclose(table.matrix[0, 1], expected)
        assert told == ["matrix-asymmetric"]
    backward = streets(ring, oneway=["-1"] * 4)
    assert np.isclose(measured(backward, tmp_path, places, symmetrise="max")[0].matrix[0, 1], 300)


def test_schools_on_one_street_and_on_one_point(tmp_path):
    street = [((0, 0), (5, 0))]
    places = [node(1, 0), node(4, 0.2), node(4, 0.2)]
    table, told = measured(streets(street), tmp_path, places)
    assert np.allclose(table.matrix, [[0, 320, 320], [320, 0, 40], [320, 40, 0]])
    assert told == []


def test_islands_and_schools_without_a_road_are_told_and_not_summed(tmp_path):
    edges = [((0, 0), (5, 0)), ((5, 0), (9, 0)), ((0, 20), (5, 20))]
    places = [node(1, 0), node(8, 0), node(1, 20), node(0, 30)]
    table, told = measured(streets(edges), tmp_path, places)
    assert told == ["roads-islands", "roads-school-far", "roads-unreachable", "matrix-school-missing"]
    assert np.isfinite(table.matrix).sum() == 4 + 2
    assert table.unreachable(table.keys) == ("100003", "100004")


def test_a_road_past_an_island_is_told(tmp_path):
    edges = [((0, 0), (5, 0)), ((5, 0), (9, 0)), ((0, 1), (2, 1))]
    table, told = measured(streets(edges), tmp_path, [node(1, 0.9), node(8, 0)])
    assert "roads-past-island" in told
    assert np.isclose(table.matrix[0, 1], 790)


def test_nodes_named_in_columns_win_over_geometry(tmp_path):
    """A bridge over a street meets it on the map, and not on the ground."""
    edges = [((0, 0), (20, 0)), ((10, -9), (10, 0)), ((10, 0), (10, 9))]
    frame = streets(edges, start_node=["a", "c", "bridge"], end_node=["b", "bridge", "d"])
    assert np.isnan(measured(frame, tmp_path, [node(0, 0), node(10, 9)])[0].matrix[0, 1])


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857"])
def test_other_coordinates_and_multilines(crs, tmp_path):
    frame = streets(town())
    frame.geometry = [MultiLineString([line]) for line in frame.geometry]
    table, _ = measured(frame.to_crs(crs), tmp_path, [node(0, 0), node(9, 9)])
    assert np.isclose(table.matrix[0, 1], 1800, atol=0.1)


def graphml(edges, folder, *, directed=False, crs="EPSG:27700", **data):
    graph = (nx.MultiDiGraph if directed else nx.Graph)()
    if crs:
        graph.graph["crs"] = crs
    for one, other in edges:
        for at in (one, other):
            graph.add_node(str(at), x=node(*at)[0], y=node(*at)[1])
        graph.add_edge(str(one), str(other), **data)
    nx.write_graphml(graph, folder / "roads.graphml")
    return folder / "roads.graphml"


def test_graphml_agrees_with_the_geopackage(tmp_path):
    places = random_places(20)
    table, _ = measured(streets(town()), tmp_path, places)
    for crs in ("EPSG:27700", ""):
        noticed = Noticed("roads.graphml")
        again = road_distances(graphml(town(), tmp_path, crs=crs), schools(*places), noticed)
        assert np.allclose(again.matrix, table.matrix, atol=1e-6)


def test_graphml_with_lengths_and_directions(tmp_path):
    ring = [((0, 0), (1, 0)), ((1, 0), (1, 1)), ((1, 1), (0, 0))]
    path = graphml(ring, tmp_path, directed=True, length=70.0)
    table = road_distances(path, schools(node(0, 0), node(1, 0)), Noticed(path.name), symmetrise="max")
    assert np.isclose(table.matrix[0, 1], 140)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("roads.gpkg", b"", "file-other-kind"),
        ("roads.gpkg", b"SQLite format 3\0" + b"\0" * 99, "layer-malformed"),
        ("roads.graphml", b"<graphml>", "graphml-malformed"),
        ("roads.graphml", b"<graphml/>", "graphml-malformed"),
        ("roads.graphml", b'<!DOCTYPE a [<!ENTITY b "c">]><graphml/>', "graphml-doctype"),
        ("roads.graphml", b"<graphml><graph><node id='a'/></graph></graphml>", "graphml-malformed"),
        ("roads.graphml", b"<graphml><graph/></graphml>", "graphml-no-crs"),
    ],
)
def test_files_that_are_no_roads(name, content, code, tmp_path):
    (tmp_path / name).write_bytes(content)
    noticed = Noticed(name)
    assert road_distances(tmp_path / name, schools(node(0, 0)), noticed) is None
    assert [finding.code for finding in noticed.findings] == [code]


@pytest.mark.parametrize(
    ("frame", "how", "code"),
    [
        (streets([((0, 0), (1, 0))], length=["long"]), {}, "roads-weight"),
        (streets([((0, 0), (1, 0))], length=[-1.0]), {}, "roads-weight"),
        (streets([((0, 0), (1, 0))]), {"weight": "minutes"}, "roads-no-weight"),
        (streets([((900, 900), (901, 900))]), {}, "roads-none"),
    ],
)
def test_roads_that_cannot_be_used(frame, how, code, tmp_path):
    table, told = measured(frame, tmp_path, [node(0, 0)], **how)
    assert table is None
    assert told == [code]


def test_schools_without_points_and_layers_without_a_name(tmp_path):
    frame = streets([((0, 0), (1, 0))])
    frame.to_file(tmp_path / "roads.gpkg", layer="one")
    frame.to_file(tmp_path / "roads.gpkg", layer="two")
    noticed = Noticed("roads.gpkg")
    assert road_distances(tmp_path / "roads.gpkg", schools(node(0, 0)), noticed) is None
    assert road_distances(tmp_path / "roads.gpkg", {"1": School(urn="1", name="A")}, noticed) is None
    assert road_distances(tmp_path / "none.gpkg", schools(node(0, 0)), noticed) is None
    with pytest.warns(UserWarning, match="crs"):
        frame.set_crs(None, allow_override=True).to_file(tmp_path / "bare.gpkg")
    assert road_distances(tmp_path / "bare.gpkg", schools(node(0, 0)), noticed) is None
    codes = [finding.code for finding in noticed.findings]
    assert codes == ["layer-ambiguous", "roads-no-schools", "file-missing", "layer-no-crs"]
