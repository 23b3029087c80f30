"""A river with two bridges changes the plan, from the road file to the partnerships."""

import dataclasses

import geopandas as gpd
from shapely.geometry import LineString

from geo_partnerships.checking import check
from geo_partnerships.intake.distances.attach import with_distances
from geo_partnerships.planning import plan
from tests.small import school, small_problem, small_scenario

EAST, NORTH, STEP, SIDE = 525_000.0, 190_000.0, 100.0, 32
BRIDGES = (0, 31)


def grid_of_streets():
    """Return about 2,000 streets on a grid; a river after row 15 is crossed at both ends alone."""
    across = [((x, y), (x + 1, y)) for y in range(SIDE) for x in range(SIDE - 1)]
    up = [((x, y), (x, y + 1)) for x in range(SIDE) for y in range(SIDE - 1) if y != 15 or x in BRIDGES]
    lines = [LineString([(EAST + STEP * a, NORTH + STEP * b) for a, b in edge]) for edge in across + up]
    return gpd.GeoDataFrame(geometry=lines, crs="EPSG:27700")


def test_a_river_parts_schools_that_a_straight_line_joins(tmp_path) -> None:
    roads = tmp_path / "roads.gpkg"
    grid_of_streets().to_file(roads, layer="edges")
    places = [(14, 15), (16, 15), (18, 15), (14, 16), (16, 16), (18, 16), (15, 14), (17, 17)]
    schools = {
        s.urn: s
        for s in (
            dataclasses.replace(school(f"1{i}", 0, 0), easting=EAST + STEP * x, northing=NORTH + STEP * y)
            for i, (x, y) in enumerate(places)
        )
    }
    problem = small_problem(schools=schools)
    south = {urn for urn, s in schools.items() if s.northing <= NORTH + STEP * 15}
    straight = plan(problem, small_scenario(area={"size": [2, 6]}))
    by_road = plan(with_distances(problem, roads=roads), small_scenario(area={"size": [2, 6]}))
    assert any(set(p.members) & south and set(p.members) - south for p in straight.partnerships)
    assert {frozenset(p.members) for p in by_road.partnerships} == {frozenset(south), frozenset(set(schools) - south)}
    assert check(by_road).ok
