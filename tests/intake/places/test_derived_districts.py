"""Postcode districts derived from postcodes with points."""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo_partnerships.errors import BadDataError
from geo_partnerships.intake import read_problem
from geo_partnerships.intake.formats.findings_log import Noticed
from geo_partnerships.intake.places.derived_districts import derive_districts, surroundings, write_districts
from geo_partnerships.intake.places.layers import read_places

# Three districts side by side, of one kilometre each: N1 | N2 | N3.
STRIPES = {(525_050.0 + 100 * x, 190_050.0 + 100 * y): f"N{1 + x // 10}" for x in range(30) for y in range(10)}
FRAME = shapely.box(525_000, 190_000, 528_000, 191_000)


def test_each_district_is_what_lies_nearest_to_its_postcodes():
    districts = derive_districts(STRIPES, FRAME)
    assert list(districts["district"]) == ["N1", "N2", "N3"]
    assert np.allclose(districts.geometry.area, 1e6)
    assert list(districts["neighbours"]) == [["N2"], ["N1", "N3"], ["N2"]]
    assert np.isclose(districts.geometry.union_all().symmetric_difference(FRAME).area, 0, atol=1)


def test_they_are_written_so_that_they_can_be_read(tmp_path):
    path = tmp_path / "boundaries" / "districts.geojson"
    write_districts(path, derive_districts(STRIPES, FRAME), "Made up")
    noticed = {"districts": Noticed(path.name)}
    places = read_places({"districts": path.read_bytes()}, noticed)
    assert not noticed["districts"]
    assert places.attributions == ("Made up",)
    assert places.district_neighbours == {"N1": {"N2"}, "N2": {"N1", "N3"}, "N3": {"N2"}}
    assert np.allclose(places.districts.geometry.area, 1e6, rtol=0.01)


@pytest.mark.parametrize(
    "points", [{(525_000.0, 190_000.0): "N1"}, {(525_000.0, 190_000.0): "N1", (525_001.0, 190_000.0): "N2"}]
)
def test_one_point_and_two(points):
    districts = derive_districts(points, surroundings(sorted(points)))
    assert list(districts["district"]) == sorted(points.values())


def test_a_folder_without_polygons_gets_districts_from_its_schools_and_says_so(tmp_path):
    features = [
        {
            "type": "Feature",
            "properties": {"urn": str(100001 + at), "name": f"School {at}", "postcode": postcode},
            "geometry": {"type": "Point", "coordinates": [-0.2 + at / 100, 51.6]},
        }
        for at, postcode in enumerate(["N1 1AA", "N1 1AB", "N2 1AA", "N3 1AA"])
    ]
    (tmp_path / "schools.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    problem = read_problem(tmp_path)
    assert problem.places.district_neighbours == {"N1": {"N2"}, "N2": {"N1", "N3"}, "N3": {"N2"}}
    assert "districts-derived" in {finding.code for finding in problem.findings}


@pytest.mark.parametrize("ending", ["gpkg", "shp"])
def test_polygons_of_any_office_are_read_by_the_meaning_of_their_columns(ending, tmp_path):
    point = {"type": "Point", "coordinates": [-0.2, 51.6]}
    school = {"type": "Feature", "properties": {"urn": "100001", "name": "Ash", "borough": "Trees"}, "geometry": point}
    (tmp_path / "schools.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [school]}))
    (tmp_path / "boundaries").mkdir()
    outline = gpd.GeoDataFrame({"LAD14NM": ["Trees"]}, geometry=[FRAME], crs="EPSG:27700")
    outline.to_crs("EPSG:4326").to_file(tmp_path / "boundaries" / f"authority.{ending}")
    districts = derive_districts(STRIPES, FRAME).rename(columns={"district": "PostDist"}).drop(columns="neighbours")
    districts.to_file(tmp_path / "boundaries" / f"districts.{ending}")
    problem = read_problem(tmp_path)
    assert np.isclose(problem.places.authority.area.iloc[0], FRAME.area, rtol=1e-6)
    assert problem.places.district_neighbours == {"N1": {"N2"}, "N2": {"N1", "N3"}, "N3": {"N2"}}
    assert "point-outside-authority" in {finding.code for finding in problem.findings}


def test_a_layer_of_lines_is_no_outline(tmp_path):
    (tmp_path / "schools.csv").write_text("urn,name\n100001,Ash\n")
    (tmp_path / "boundaries").mkdir()
    lines = gpd.GeoDataFrame({"name": ["Trees"]}, geometry=[FRAME.boundary], crs="EPSG:27700")
    lines.to_file(tmp_path / "boundaries" / "authority.gpkg")
    with pytest.raises(BadDataError, match="not MultiPolygon or Polygon"):
        read_problem(tmp_path)
