"""Downloads say what the pages say, in the forms that other programs rely on, and run nothing."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pytest
import shapely

from geo_partnerships.exports import write_exports
from geo_partnerships.exports.tables import harmless, write_csv
from geo_partnerships.views.model import Audience
from tests.barnet import part_of

if TYPE_CHECKING:
    from pathlib import Path

    from geo_partnerships.views.model import View

FORMULAS = ('=HYPERLINK("//evil.example")', "+1+1", "-2+3", "@SUM(1)", "=cmd|' /C calc'!A0", "\t=1+1", "＝1+1")


@pytest.fixture(scope="module")
def folder(sample_view: View, tmp_path_factory: pytest.TempPathFactory) -> Path:
    there = tmp_path_factory.mktemp("exports")
    write_exports(sample_view, there)
    return there


def table(path: Path) -> list[dict[str, str]]:
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_the_table_has_one_row_per_membership(folder: Path, sample_view: View) -> None:
    rows = table(folder / "plan.csv")
    assert list(rows[0]) == [
        "urn", "name", "partnership", "partnership_name", "strand", "role", "distance_to_centre_m",
        "phase", "postcode", "district", "system_leader", "status", "survey_note",
    ]  # fmt: skip
    members = sum(len(p.members) for p in sample_view.partnerships)
    rows, outside = rows[:members], rows[members:]
    assert [row["urn"] for row in outside] == [s.urn for s in sample_view.uncovered]
    assert {row["partnership"] + row["role"] for row in outside} == {""}
    assert all(row["status"] for row in outside)
    assert {r["role"] for r in rows} == {"centre", "member"}
    twice = [r["partnership"] for r in rows if r["urn"] == "138649"]
    assert twice == ["1", "8"]
    first = sample_view.partnerships[0]
    mean = sum(float(r["distance_to_centre_m"]) for r in rows if r["partnership"] == "1") / len(first.members)
    assert mean == pytest.approx(first.mean_distance_m, abs=0.1)


def test_points_are_geojson_as_the_standard_has_it(folder: Path, sample_view: View) -> None:
    data = json.loads((folder / "plan.geojson").read_text(encoding="utf-8"))
    assert set(data) == {"type", "features"}
    urns = {f["properties"]["urn"] for f in data["features"]}
    assert urns == {s.urn for s in sample_view.schools}
    lon, lat = data["features"][0]["geometry"]["coordinates"]
    assert -0.5 < lon < 0
    assert 51 < lat < 52
    outside = [f for f in data["features"] if f["properties"]["partnership"] is None]
    assert len(outside) == len(sample_view.uncovered)
    assert all(f["properties"]["uncovered"] for f in outside)


def test_areas_are_geojson_with_outer_rings_anticlockwise(folder: Path, sample_view: View) -> None:
    data = json.loads((folder / "partnerships.geojson").read_text(encoding="utf-8"))
    assert [f["properties"]["number"] for f in data["features"]] == [p.number for p in sample_view.partnerships]
    drawn = [feature["geometry"] for feature in data["features"] if feature["geometry"]]
    assert len(drawn) == sum(p.area is not None for p in sample_view.partnerships)
    for geometry in drawn:
        shape = shapely.geometry.shape(geometry)
        assert shape.is_valid
        assert all(part.exterior.is_ccw for part in shapely.get_parts(shape))


def test_the_geopackage_opens_with_both_layers(folder: Path, sample_view: View) -> None:
    schools = gpd.read_file(folder / "plan.gpkg", layer="schools")
    areas = gpd.read_file(folder / "plan.gpkg", layer="partnerships")
    assert schools.crs.to_epsg() == areas.crs.to_epsg() == 4326
    assert len(areas) == len(sample_view.partnerships)
    assert schools["name"].isin([s.name for s in sample_view.schools]).all()
    on_grid = gpd.read_file(folder / "plan.gpkg", layer="schools_27700")
    assert on_grid.crs.to_epsg() == 27700
    first = sample_view.partnerships[0].members[0].urn
    placed = next(s for s in sample_view.schools if s.urn == first)
    assert on_grid.geometry.iloc[0].distance(shapely.Point(placed.easting, placed.northing)) < 0.1
    spokes = gpd.read_file(folder / "plan.gpkg", layer="spokes_27700")
    assert (spokes.length - spokes["distance_m"]).abs().max() < 0.3
    assert len(gpd.read_file(folder / "plan.gpkg", layer="alliances")) == len(sample_view.alliances)


def test_qgis_finds_a_colour_for_every_partnership_in_the_geopackage(folder: Path, sample_view: View) -> None:
    with closing(sqlite3.connect(folder / "plan.gpkg")) as database:
        rows = database.execute("SELECT f_table_name, styleQML, useAsDefault FROM layer_styles").fetchall()
    assert {name for name, *_ in rows} == {
        f"{name}{ending}" for name in ("schools", "partnerships", "spokes") for ending in ("", "_27700")
    }
    for _, style, usual in rows:
        assert usual
        renderer = ET.fromstring(style).find("renderer-v2")  # noqa: S314 - our own
        values = [one.get("value") for one in renderer.iter("category")]
        assert values == [*(str(p.number) for p in sample_view.partnerships), ""]
        assert {one.get("symbol") for one in renderer.iter("category")} == {
            one.get("name") for one in renderer.iter("symbol")
        }


def test_the_workbook_has_typed_cells_and_frozen_headers(folder: Path, sample_view: View) -> None:
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    assert book.sheetnames == ["About", "Partnerships", "Schools", "Distances", "Rules", "Method", "Findings"]
    for sheet in book:
        assert sheet.freeze_panes == "A3"
        assert sheet.sheet_state == "visible"
        assert sample_view.survey_note in sheet["A1"].value
    schools = list(book["Schools"].iter_rows(min_row=3, values_only=True))
    rows = table(folder / "plan.csv")
    inside = [r for r in rows if r["partnership"]]
    assert [(r[0], r[8]) for r in schools[: len(inside)]] == [(r["urn"], int(r["partnership"])) for r in inside]
    assert isinstance(schools[0][11], int | float)
    assert [r[0] for r in schools] == [r["urn"] for r in rows]


def test_the_officers_workbook_says_so_on_every_sheet(officers_sample: View, tmp_path: Path) -> None:
    write_exports(officers_sample, tmp_path)
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    assert book.sheetnames[-2:] == ["Guarantee", "Judgements"]
    assert all("Not for publication" in sheet["A1"].value for sheet in book)


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula_or_a_link(sample_view: View, tmp_path: Path, text: str) -> None:
    first, *rest = sample_view.partnerships
    members = (replace(first.members[0], name=text), *first.members[1:])
    schools = tuple(replace(s, name=text) if s.urn == members[0].urn else s for s in sample_view.schools)
    view = replace(sample_view, partnerships=(replace(first, name=text, members=members), *rest), schools=schools)
    write_exports(view, tmp_path)
    row = table(tmp_path / "plan.csv")[0]
    assert row["name"] == row["partnership_name"] == f"'{text}"
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert text in [cell.value for cell in cells]
    assert text in gpd.read_file(tmp_path / "plan.gpkg", layer="partnerships")["name"].to_list()


@pytest.mark.parametrize("first", "=+-@\t\r\n＝＋－＠")
def test_every_character_that_begins_a_formula_is_kept_from_it(first: str) -> None:
    assert harmless(f"{first}1") == f"'{first}1"
    assert harmless(f"1{first}") == f"1{first}"


def test_a_distance_is_told_to_the_millimetre(sample_view: View, tmp_path: Path) -> None:
    first, *rest = sample_view.partnerships
    members = (replace(first.members[0], distance_m=1234.56789), replace(first.members[1], distance_m=None))
    view = replace(sample_view, partnerships=(replace(first, members=members), *rest))
    rows = table(write_csv(view, tmp_path / "plan.csv"))
    assert [row["distance_to_centre_m"] for row in rows[:2]] == ["1234.568", ""]


def test_ordinary_text_is_left_as_it_is() -> None:
    assert harmless("St Mary's - N3") == "St Mary's - N3"


def test_text_that_a_workbook_cannot_hold_is_cut_and_says_so(sample_view: View, tmp_path: Path) -> None:
    view = replace(sample_view, summary="a\x00b\x1f" + "x" * 40_000)
    write_exports(view, tmp_path)
    values = [row[1] for row in openpyxl.load_workbook(tmp_path / "plan.xlsx")["About"].iter_rows(values_only=True)]
    assert any(str(v).startswith("a\ufffdb\ufffdxx") and str(v).endswith("x…") for v in values)


def test_schools_without_a_point_are_listed(sample_view: View, tmp_path: Path) -> None:
    lost = sample_view.schools[0]
    view = replace(
        sample_view,
        schools=(replace(lost, easting=None, northing=None), *sample_view.schools[1:]),
    )
    write_exports(view, tmp_path)
    features = json.loads((tmp_path / "plan.geojson").read_text(encoding="utf-8"))["features"]
    assert [f["geometry"] for f in features if f["properties"]["urn"] == lost.urn] == [None]
    assert lost.urn in [row["urn"] for row in table(tmp_path / "plan.csv")]


def test_parquet_is_an_extra_that_says_what_it_needs(sample_view: View, tmp_path: Path) -> None:
    try:
        import pyarrow as pa  # noqa: F401
    except ModuleNotFoundError:
        with pytest.raises(ModuleNotFoundError, match=r"geo-partnerships\[parquet\]"):
            write_exports(sample_view, tmp_path, parquet=True)
    else:
        write_exports(sample_view, tmp_path, parquet=True)
        assert len(gpd.read_parquet(tmp_path / "plan.parquet")) > 100


MARKED = (
    ("guarantee", ("name", "channel", "answered_by")),
    ("judgements", ("name", "ofsted", "ofsted_date", "la_view", "self_evaluation", "head_experience")),
)


def unpacked(path: Path) -> bytes:
    """Return a file's bytes, and those of what is packed in it."""
    raw = path.read_bytes()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            raw += b"".join(name.encode() + book.read(name) for name in book.namelist())
    return raw


def test_a_public_view_lets_no_officers_field_out_even_where_one_is_filled(
    officers_sample: View, tmp_path: Path
) -> None:
    from base64 import b64encode
    from urllib.parse import quote

    from geo_partnerships.pages import write_pages

    officers = part_of(officers_sample)

    def marked(row: Any, names: tuple[str, ...], number: int) -> Any:
        return replace(row, **{name: f"Mark«{name}{number}»" for name in names})

    filled = {
        group: tuple(marked(row, names, i) for i, row in enumerate(getattr(officers, group))) for group, names in MARKED
    }
    filled["guarantee"] = tuple(replace(g, named=("Mark«named»",), met_by=("Mark«met»",)) for g in filled["guarantee"])
    trees = []
    for name, extra in (("plain", {"guarantee": (), "judgements": ()}), ("filled", filled)):
        view = replace(officers, audience=Audience.PUBLIC, **extra)
        folder = tmp_path / name
        folder.mkdir()
        write_pages(view, folder, assets="shared")
        write_exports(view, folder)
        trees.append({p.relative_to(folder): unpacked(p) for p in sorted(folder.rglob("*")) if p.is_file()})
    assert trees[0] == trees[1]
    mark = "Mark«"
    forms = [
        mark,
        quote(mark),
        json.dumps(mark)[1:-1],
        "Mark&#171;",
        "Mark&laquo;",
        b64encode(mark.encode())[:6].decode(),
    ]
    for path, raw in trees[1].items():
        assert not [form for form in forms if form.encode() in raw], path


BUILD = """
import hashlib, os, sys
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, {root!r})
from geo_partnerships.exports import write_exports
from geo_partnerships.pages import write_comparison, write_pages
from geo_partnerships.comparing import Moved
from geo_partnerships.views.model import Audience
from tests.barnet import build_view, part_of
folder = Path(sys.argv[1])
for audience in Audience:
    view = part_of(build_view(audience))
    there = folder / audience.value
    there.mkdir()
    write_pages(view, there)
    write_exports(view, there)
    moved = [Moved(school="101285", name="A", before=(6,), after=(9,))]
    if audience is Audience.OFFICERS:
        write_comparison(view, replace(view, scenario="other"), moved, there)
for path in sorted(folder.rglob("*")):
    if path.is_file():
        print(hashlib.sha256(path.read_bytes()).hexdigest(), path.relative_to(folder).as_posix())
"""


def test_two_processes_write_the_same_bytes(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    listings = []
    for name, seed, zone in (("a", "1", "UTC"), ("b", "2", "Asia/Kathmandu")):
        folder = tmp_path / name / "out"
        folder.mkdir(parents=True)
        done = subprocess.run(
            [sys.executable, "-c", BUILD.format(root=str(pytestconfig.rootpath)), str(folder)],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            cwd=tmp_path / name,
            capture_output=True,
            text=True,
            check=True,
        )
        listings.append(done.stdout.splitlines())
    assert len(listings[0]) > 50
    assert listings[0] == listings[1]


def test_the_geopackage_names_no_moment_of_writing(folder: Path) -> None:
    with sqlite3.connect(folder / "plan.gpkg") as database:
        changes = {row[0] for row in database.execute("select last_change from gpkg_contents")}
    database.close()
    assert changes == {"2015-01-01T00:00:00.000Z"}


def test_both_editions_are_written_side_by_side(sample_view: View, officers_sample: View, tmp_path: Path) -> None:
    from geo_partnerships.pages import write_pages

    for name, view in (("public", part_of(sample_view)), ("officers", part_of(officers_sample))):
        folder = tmp_path / name
        folder.mkdir()
        write_pages(view, folder)
        write_exports(view, folder)
        assert {"index.html", "overview.html", "plan.csv", "plan.xlsx"} <= {path.name for path in folder.iterdir()}
