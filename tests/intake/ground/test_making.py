"""Ground from open data in the shape of its publishers: what becomes of each, and what is refused in words."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Point, box

from geo_partnerships.cli import ground as command
from geo_partnerships.cli import main
from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.intake.ground import making, reading
from geo_partnerships.intake.ground.making import CHOICES, make_ground
from geo_partnerships.intake.postcodes.files import PostcodeFiles
from geo_partnerships.intake.problem import read_problem
from geo_partnerships.limits import GROUND_BYTES
from tests.village import write_village

if TYPE_CHECKING:
    from pathlib import Path

    from geo_partnerships.intake.ground.making import Made

GRID = "EPSG:27700"
HERE = (526_000.0, 191_000.0)
"""In the middle of the village."""


def along(shift: float = 0, length: float = 3_000) -> LineString:
    east, north = HERE
    return LineString(
        [(east - length / 2, north + shift), (east, north + shift + 40), (east + length / 2, north + shift)]
    )


def square(shift: float = 0, side: float = 400) -> shapely.Polygon:
    east, north = HERE
    return box(east + shift, north, east + shift + side, north + side)


def layer(path: Path, name: str, rows: list[tuple[dict[str, object], shapely.Geometry]], crs: str = GRID) -> Path:
    """Add a layer to a GeoPackage."""
    frame = gpd.GeoDataFrame([row for row, _ in rows], geometry=[shape for _, shape in rows], crs=GRID).to_crs(crs)
    frame.to_file(path, layer=name, driver="GPKG")
    return path


@pytest.fixture
def village(tmp_path: Path) -> Path:
    return write_village(tmp_path / "village", hostile=False) or tmp_path / "village"


def made_of(village: Path, *files: Path, **given: object) -> Made:
    return make_ground(read_problem(village), village / "boundaries", files, **given)  # type: ignore[arg-type]


def tangle(corners: int) -> shapely.LineString:
    """Return a line whose every side crosses most of the others."""
    east, north = HERE
    return LineString([(east + n * 7_919 % 10_007 / 5, north + n * 104_729 % 10_009 / 5) for n in range(corners)])


def written(village: Path, name: str) -> list[dict[str, object]]:
    text = (village / "boundaries" / f"{name}.geojson").read_text(encoding="utf-8")
    return json.loads(text)["features"]


def ranks(village: Path, name: str) -> dict[str, int]:
    return {f["properties"]["class"]: f["properties"]["rank"] for f in written(village, name)}


def open_greenspace(folder: Path) -> Path:
    rows = [
        ({"id": "1", "function": "Public Park Or Garden", "distinctive_name_1": "Oak Park"}, square()),
        ({"id": "2", "function": "Cemetery", "distinctive_name_1": None}, square(900)),
    ]
    file = layer(folder / "opgrsp_gb.gpkg", "greenspace_site", rows)
    return layer(file, "access_point", [({"id": "3", "access_type": "Pedestrian"}, Point(*HERE))])


def open_rivers(folder: Path) -> Path:
    rows = [
        ({"id": "1", "form": "inlandRiver", "watercourse_name": "Dollis Brook", "fictitious": "false"}, along()),
        ({"id": "2", "form": "tidalRiver", "watercourse_name": None, "fictitious": "false"}, along(500)),
    ]
    return layer(folder / "oprvrs_gb.gpkg", "watercourse_link", rows)


def open_roads(folder: Path) -> Path:
    kinds = (("Motorway", "M1"), ("A Road", "A1"), ("B Road", "B550"), ("Minor Road", None), ("Local Road", None))
    rows = [
        (
            {"id": str(i), "road_function": kind, "road_classification_number": number, "name_1": "High Road"},
            along(60 * i),
        )
        for i, (kind, number) in enumerate(kinds)
    ]
    return layer(folder / "oproad_gb.gpkg", "road_link", rows)


def zoomstack(folder: Path) -> Path:
    file = folder / "OS_Open_Zoomstack.gpkg"
    layer(file, "roads_national", [({"type": "Motorway", "number": "M1", "name": None}, along())])
    layer(file, "roads_regional", [({"type": "A Road", "number": "A1", "name": None}, along(100))])
    layer(file, "roads_local", [({"type": "Local Street", "number": None, "name": "Elm Way"}, along(200))])
    layer(file, "surfacewater", [({"type": "Regional"}, square())])
    layer(file, "waterlines", [({"type": "Local"}, along(300))])
    layer(file, "woodland", [({"type": "National"}, square(900))])
    layer(file, "urban_areas", [({"type": "National"}, square(-900, 800))])
    layer(file, "rail", [({"type": "Multi Track"}, along(400))])
    layer(file, "railway_stations", [({"type": "London Underground Station", "name": "Woodside Park"}, Point(*HERE))])
    layer(file, "names", [
        ({"name1": "Finchley", "type": "Suburban Area"}, Point(*HERE)),
        ({"name1": "Glebelands", "type": "Greenspace"}, Point(*HERE)),
    ])  # fmt: skip
    return layer(file, "contours", [({"type": "Index"}, along())])


def geofabrik(folder: Path) -> Path:
    file = folder / "greater-london.gpkg"
    layer(file, "gis_osm_roads_free", [
        ({"fclass": "trunk", "ref": "A41", "name": None}, along()),
        ({"fclass": "residential", "ref": None, "name": "Elm Way"}, along(50)),
    ], "EPSG:4326")  # fmt: skip
    layer(file, "gis_osm_railways_free", [({"fclass": "subway", "name": "Northern line"}, along(99))], "EPSG:4326")
    layer(file, "gis_osm_water_a_free", [({"fclass": "reservoir", "name": None}, square())], "EPSG:4326")
    layer(file, "gis_osm_landuse_a_free", [
        ({"fclass": "park", "name": None}, square(900)),
        ({"fclass": "residential", "name": None}, square(-900, 800)),
    ], "EPSG:4326")  # fmt: skip
    return layer(file, "gis_osm_places_free", [({"fclass": "suburb", "name": "Finchley"}, Point(*HERE))], "EPSG:4326")


def osm_geojson(folder: Path) -> Path:
    rows = [
        ({"leisure": "park", "name": "Oak Park", "highway": None, "natural": None, "other_tags": None}, square()),
        ({"highway": "primary", "ref": "A1000", "leisure": None, "natural": None, "other_tags": None}, along()),
        ({"natural": "water", "highway": None, "leisure": None, "ref": None, "other_tags": None}, square(900)),
        ({"other_tags": '"railway"=>"rail","electrified"=>"yes"', "highway": None}, along(200)),
    ]
    frame = gpd.GeoDataFrame([row for row, _ in rows], geometry=[shape for _, shape in rows], crs=GRID)
    frame.to_crs("EPSG:4326").to_file(folder / "extract.geojson", driver="GeoJSON")
    return folder / "extract.geojson"


PRODUCTS = {
    open_greenspace: {"green": {"green": 3}},
    open_rivers: {"water": {"river": 3, "tidalRiver": 2}},
    open_roads: {"roads": {"motorway": 1, "a road": 3, "b road": 4, "minor road": 5}},
    zoomstack: {
        "roads": {"motorway": 1, "a road": 3},
        "water": {"water": 3, "stream": 5},
        "green": {"green": 3},
        "built_up": {"built-up": 3},
        "rail": {"rail": 2},
        "stations": {"station": 3},
        "places": {"suburban area": 3},
    },
    geofabrik: {
        "roads": {"trunk": 2},
        "tube": {"subway": 2},
        "water": {"water": 3},
        "green": {"green": 3},
        "built_up": {"built-up": 3},
        "places": {"suburb": 3},
    },
    osm_geojson: {"green": {"green": 3}, "roads": {"primary": 3}, "water": {"water": 3}, "rail": {"rail": 2}},
}


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.__name__)
def test_a_product_becomes_the_layers_that_maps_know(product, village: Path, tmp_path: Path) -> None:
    made_of(village, product(tmp_path))
    there = {file.stem for file in (village / "boundaries").iterdir()}
    assert there == set(PRODUCTS[product])
    for name, wished in PRODUCTS[product].items():
        assert {one.lower(): rank for one, rank in ranks(village, name).items()} == {
            one.lower(): rank for one, rank in wished.items()
        }


def test_what_was_written_is_read_as_the_ground_and_credited(village: Path, tmp_path: Path) -> None:
    made_of(village, zoomstack(tmp_path), osm_geojson(tmp_path))
    places = read_problem(village).places
    assert places.green is not None
    assert sorted(places.roads["name"]) == ["A1", "A1000", "M1"]
    assert set(places.water["rank"]) == {3, 5}
    assert places.attributions == (
        "Contains OS data © Crown copyright and database right",
        "© OpenStreetMap contributors (Open Database Licence)",
    )
    park = places.green.geometry.union_all()
    assert park.symmetric_difference(shapely.union(square(), square(900))).area < 0.03 * square().area


def test_the_same_files_give_the_same_bytes_whatever_stands_first(village: Path, tmp_path: Path) -> None:
    files = [open_roads(tmp_path), open_greenspace(tmp_path), zoomstack(tmp_path)]
    made_of(village, *files)
    first = {file.name: file.read_bytes() for file in (village / "boundaries").iterdir()}
    made_of(village, *reversed(files), replace=True)
    assert {file.name: file.read_bytes() for file in (village / "boundaries").iterdir()} == first


def test_ground_is_cut_to_what_maps_show(village: Path, tmp_path: Path) -> None:
    far = shapely.transform(square(), lambda at: at + 50_000)
    rows = [
        ({"function": "Cemetery"}, square()),
        ({"function": "Cemetery"}, far),
        ({"function": "Golf Course"}, along(0, 90_000).buffer(400)),
    ]
    made_of(village, layer(tmp_path / "green.gpkg", "greenspace_site", rows))
    west, south, east, north = read_problem(village).places.green.total_bounds
    assert (west, east) == pytest.approx((525_000 - 2_600, 529_300 + 2_600), abs=20)
    assert north - south < 2_000


def test_layers_that_are_there_stay_until_they_are_to_be_replaced(village: Path, tmp_path: Path) -> None:
    made_of(village, open_roads(tmp_path))
    before = (village / "boundaries" / "roads.geojson").read_bytes()
    said = made_of(village, zoomstack(tmp_path)).said
    assert any("roads.geojson is there already and stays; --replace" in one for one in said)
    assert (village / "boundaries" / "roads.geojson").read_bytes() == before
    made_of(village, zoomstack(tmp_path), replace=True)
    assert (village / "boundaries" / "roads.geojson").read_bytes() != before
    (village / "boundaries" / "green.geojson").unlink()
    layer(village / "boundaries" / "green.gpkg", "green", [({"name": "Oak Park"}, square())])
    said = made_of(village, open_greenspace(tmp_path), replace=True).said
    assert said == ["green.gpkg is there already and stays; delete it to have another."]


def test_a_layer_that_is_a_query_is_refused_before_it_is_asked(village: Path, tmp_path: Path) -> None:
    """Such a query may go on for ever: this one counts without an end."""
    file = layer(tmp_path / "parks.gpkg", "parks", [({"name": "Oak"}, square())])
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute("ALTER TABLE parks RENAME TO kept")
        database.execute(
            "CREATE VIEW Parks AS WITH RECURSIVE c(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM c) "
            "SELECT c.fid, geom, name FROM c, kept"
        )
        database.commit()
    with pytest.raises(BadDataError, match=r"is a query on others.*Save what it shows as a layer"):
        made_of(village, file, meant="green", credit="© Smallton Council")


def test_a_file_of_another_kind_is_taken_as_is_said_and_must_be_credited(village: Path, tmp_path: Path) -> None:
    file = layer(tmp_path / "parks.gpkg", "owned_land", [({"owner": "Council", "name": "Oak"}, square())])
    with pytest.raises(BadDataError, match=r"No layer of it is known; those of OS Open Greenspace.*--as green"):
        made_of(village, file)
    with pytest.raises(UsageError, match="Say whom maps are to credit for green: --credit"):
        made_of(village, file, meant="green")
    made_of(village, file, meant="green", credit="© Smallton Council")
    assert read_problem(village).places.attributions == ("© Smallton Council",)
    assert tuple(CHOICES) == command.LAYERS


def test_size_is_bounded_by_leaving_out_what_matters_least(
    village: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(7)
    lines = [LineString(np.array(HERE) + rng.uniform(-2_000, 2_000, (9, 2))) for _ in range(400)]
    kinds = ("Motorway", "A Road", "B Road", "Minor Road")
    rows = [({"road_function": kinds[i % 4], "road_classification_number": None}, line) for i, line in enumerate(lines)]
    monkeypatch.setattr(making, "GROUND_BYTES", 40_000)
    said = made_of(village, layer(tmp_path / "roads.gpkg", "road_link", rows)).said
    assert (village / "boundaries" / "roads.geojson").stat().st_size < 11_000
    assert "left out for its size" in said[0]
    assert "motorway" in {one.lower() for one in ranks(village, "roads")}


def test_built_up_land_is_what_lies_near_postcodes(village: Path, tmp_path: Path) -> None:
    folder = tmp_path / "codepo_gb" / "Data" / "CSV"
    folder.mkdir(parents=True)
    rows = [
        f'"N1{i % 10}{chr(65 + i // 10 % 26)}{chr(65 + i // 260)}",10,{525_000 + i % 20 * 100},'
        f'{190_000 + i // 20 * 100},"E92000001","","","","",""'
        for i in range(300)
    ]
    (folder / "n.csv").write_text("\n".join(rows), encoding="utf-8")
    made = made_of(village, postcodes=PostcodeFiles(tmp_path / "codepo_gb"))
    land = read_problem(village).places.built_up.geometry.union_all()
    assert land.covers(Point(526_000, 190_700))
    assert not land.intersects(Point(526_000, 193_000))
    assert "built-up-derived" in {finding.code for finding in made.findings}
    assert "Royal Mail" in read_problem(village).places.attributions[0]


BROKEN = {
    "a name elsewhere": (lambda _: "https://example.org/a.gpkg", "no file on this computer"),
    "no file": (lambda folder: folder / "none.gpkg", "not there"),
    "another ending": (lambda folder: wrote(folder / "roads.shp", b"x"), "no GeoPackage and no GeoJSON"),
    "not what it is called": (lambda folder: wrote(folder / "roads.gpkg", b"PK"), "not what its ending"),
    "cut off": (lambda folder: wrote(folder / "roads.gpkg", reading.SQLITE + b"\0" * 99), "cannot be read"),
    "no JSON": (lambda folder: wrote(folder / "roads.geojson", b'{"type":'), "stops being JSON"),
    "metres for degrees": (
        lambda folder: wrote(
            folder / "green.geojson",
            b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"leisure":"park"},'
            b'"geometry":{"type":"LineString","coordinates":[[526000,191000],[526100,191000]]}}]}',
        ),
        "beyond all degrees",
    ),
}


def wrote(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("kind", BROKEN)
def test_a_file_that_cannot_be_used_is_told_and_nothing_is_written(kind: str, village: Path, tmp_path: Path) -> None:
    from pathlib import Path as File

    broken, words = BROKEN[kind]
    with pytest.raises(BadDataError, match=words):
        made_of(village, open_roads(tmp_path), File(broken(tmp_path / "village")))
    assert not (village / "boundaries").exists()


def test_features_that_are_wrong_are_mended_or_left_out_and_counted(village: Path, tmp_path: Path) -> None:
    east, north = HERE
    crossing = shapely.Polygon([(east, north), (east + 500, north + 500), (east + 500, north), (east, north + 500)])
    rows = [({"function": "Cemetery"}, shape) for shape in (crossing, along(), square(900))]
    codes = {f.code: f.message for f in made_of(village, layer(tmp_path / "g.gpkg", "greenspace_site", rows)).findings}
    assert set(codes) == {"ground-crossing", "ground-strange"}
    assert all(message.startswith("1 feature of the layer") for message in codes.values())
    assert read_problem(village).places.green.geometry.union_all().area == pytest.approx(285_000, rel=0.05)


def test_too_many_features_are_refused_before_they_are_kept(
    village: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "GROUND_FEATURES", 3)
    for file in (open_roads(tmp_path), osm_geojson(tmp_path)):
        with pytest.raises(BadDataError, match="more than 3 features around the authority"):
            made_of(village, file)


def test_the_command_says_what_it_wrote(village: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ground", str(open_greenspace(tmp_path)), "--data", str(village)]) == 0
    assert "green.geojson: 0 kB of 1 feature, simplified by 6 m." in capsys.readouterr().out
    assert main(["ground", "--data", str(village)]) == 2
    far = shapely.transform(square(), lambda at: at + 50_000)
    elsewhere = layer(tmp_path / "far.gpkg", "greenspace_site", [({"function": "Cemetery"}, far)])
    assert main(["ground", str(elsewhere), "--data", str(village)]) == 0
    assert "None of the files holds any ground" in capsys.readouterr().out


def test_what_crosses_itself_at_every_turn_is_left_out_and_told(village: Path, tmp_path: Path) -> None:
    ring = shapely.Polygon(tangle(2_000).coords)
    park = {"function": "Cemetery"}
    made = made_of(village, layer(tmp_path / "g.gpkg", "greenspace_site", [(park, ring), (park, square())]))
    assert [finding.code for finding in made.findings] == ["ground-tangled"]
    assert made.findings[0].message.startswith("1 feature of the layer")
    assert len(written(village, "green")) == 1


def test_a_long_road_that_winds_is_no_tangle() -> None:
    east, north = HERE
    winding = LineString([(east + 5 * n, north + 40 * np.sin(n / 20)) for n in range(5_000)])
    assert not reading.is_tangled(winding)
    assert reading.is_tangled(tangle(5_000))


def test_a_road_that_is_there_many_times_is_written_once(village: Path, tmp_path: Path) -> None:
    road = {"road_function": "Motorway", "road_classification_number": "M1"}
    made_of(village, layer(tmp_path / "r.gpkg", "road_link", [(road, along())] * 50))
    [feature] = written(village, "roads")
    assert len(feature["geometry"]["coordinates"]) == 1


def test_more_names_than_can_fit_leave_the_first_ranks_and_the_longest(village: Path, tmp_path: Path) -> None:
    kinds = ("Motorway", "Local Road")
    rows = [
        ({"road_function": kinds[n % 2], "road_classification_number": f"{kinds[n % 2][0]}{n}"}, along(n, 900.0 + n))
        for n in range(1_800)
    ]
    made_of(village, layer(tmp_path / "r.gpkg", "road_link", rows))
    names = {f["properties"]["name"] for f in written(village, "roads")}
    assert names
    assert all(name.startswith("M") for name in names)
    assert (village / "boundaries" / "roads.geojson").stat().st_size < GROUND_BYTES


def test_nobody_is_asked_whom_to_credit_for_what_is_not_drawn(village: Path, tmp_path: Path) -> None:
    file = layer(tmp_path / "lines.gpkg", "some", [({"name": "A1"}, along())])
    assert not made_of(village, file, meant="green").said
