"""Points and what they are measured against: districts, postcodes, matrices; and names that are no file."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo_partnerships.errors import BadDataError
from geo_partnerships.intake import read_problem
from geo_partnerships.intake.distances.attach import placed_by_postcode, with_distances
from geo_partnerships.intake.formats.files import is_absent, read_bytes
from geo_partnerships.intake.formats.findings_log import Noticed
from geo_partnerships.intake.places.layers import FAR_FROM_DISTRICT_M, check_points
from geo_partnerships.model import Places
from tests.small import school, small_problem, two_villages

DATA = Path(__file__).parents[3] / "data"
CORNER_E, CORNER_N = 520_000, 190_000
DISTRICTS = gpd.GeoDataFrame(
    {"district": ["N1", "N2"]},
    geometry=[
        shapely.box(CORNER_E, CORNER_N, CORNER_E + 1_000, CORNER_N + 1_000),
        shapely.box(CORNER_E + 1_000, CORNER_N, CORNER_E + 9_000, CORNER_N + 1_000),
    ],
    crs="EPSG:27700",
)


@pytest.mark.parametrize(
    ("east", "north", "district", "expected"),
    [
        (500, 500, "N1", []),
        (1_000, 500, "N1", []),  # on the line between the two
        (1_050, 500, "N1", [("point-outside-district", "note", "50 m outside its postcode district N1")]),
        (1_000 + FAR_FROM_DISTRICT_M, 500, "N1", [("point-outside-district", "note", "m outside")]),
        (1_001 + FAR_FROM_DISTRICT_M, 500, "N1", [("point-far-from-postcode", "warning", "m outside")]),
        (500, -FAR_FROM_DISTRICT_M, "N1", []),  # no other district is there: the outline may be short
        (500, -1 - FAR_FROM_DISTRICT_M, "N1", [("point-far-from-postcode", "warning", "m outside")]),
        (1_500, 500, "N9", []),  # nobody knows where N9 is
        (None, None, "N1", []),
    ],
)
def test_a_point_outside_its_postcode_district_is_told(east, north, district, expected) -> None:
    noticed = Noticed("schools.geojson")
    check_points({"1": school("1", east, north, district=district)}, Places(districts=DISTRICTS), noticed)
    assert [(f.code, str(f.severity)) for f in noticed.findings] == [one[:2] for one in expected]
    for finding, (*_, words) in zip(noticed.findings, expected, strict=True):
        assert words in finding.message
        assert finding.field == "1"


def test_schools_are_placed_by_their_postcodes_and_the_digest_tells(tmp_path) -> None:
    codes = '"E92000001","E19000003","E18000007","","E09000003","E05000040"'
    (tmp_path / "n.csv").write_text(f'"N1 1AA",10,520300,190400,{codes}\n')
    lost = school("30", None, None, postcode="N1 1AA")
    problem = small_problem(schools={**two_villages(), "30": lost})
    placed = placed_by_postcode(problem, tmp_path)
    assert (placed.schools["30"].easting, placed.schools["30"].northing) == (520_300, 190_400)
    assert placed.schools["10"] == problem.schools["10"]
    assert not problem.schools["30"].has_point
    assert placed.digest != problem.digest
    with pytest.raises(BadDataError, match="not there"):
        placed_by_postcode(problem, tmp_path / "nowhere")


def test_a_matrix_takes_the_place_of_straight_lines(tmp_path) -> None:
    keys = sorted(two_villages())
    schools = two_villages()

    def write(column, metres_each):
        rows = [
            f"{a},{b},{1.25 * abs(schools[a].easting - schools[b].easting) / metres_each:g}"
            for a in keys for b in keys if a < b
        ]  # fmt: skip
        (tmp_path / "matrix.csv").write_text("\n".join([f"from,to,{column}", *rows]))

    write("metres", 1)
    by_metres = with_distances(small_problem(), matrix=tmp_path / "matrix.csv")
    assert by_metres.distances.words == "metres from a matrix (matrix.csv)"
    assert by_metres.distances.matrix[0, 1] == 125
    write("minutes", 50)
    timed = with_distances(small_problem(), matrix=tmp_path / "matrix.csv", unit="min", metres_per_minute=50)
    assert timed.distances.words == "minutes from a matrix (matrix.csv), each counted as 50 metres"
    assert timed.distances.matrix[0, 1] == 125
    assert timed.digest != small_problem().digest


def test_a_matrix_that_cannot_be_used_is_told(tmp_path) -> None:
    (tmp_path / "matrix.csv").write_text("from,to,distance\n10,11,-3\n")
    with pytest.raises(BadDataError, match=r"matrix\.csv, row 2"):
        with_distances(small_problem(), matrix=tmp_path / "matrix.csv")
    with pytest.raises(BadDataError, match="not there"):
        with_distances(small_problem(), roads=tmp_path / "roads.gpkg")


def test_a_name_that_no_disk_can_hold_is_not_absent_and_is_told(tmp_path) -> None:
    for name in ("a" * 5_000, "a\0b"):
        path, noticed = tmp_path / name, Noticed("x")
        assert not is_absent(path)
        assert read_bytes(path, noticed) is None
        assert [f.code for f in noticed.findings] == ["file-unreadable"]
    assert is_absent(tmp_path / "none")
    (tmp_path / "file").write_text("")
    assert is_absent(tmp_path / "file" / "below")
    assert not is_absent(tmp_path / "file")


def test_a_file_that_becomes_something_else_before_it_is_read_is_told(tmp_path, monkeypatch) -> None:
    (tmp_path / "file").write_text("x")
    real = os.open
    monkeypatch.setattr(os, "open", lambda path, flags: real(path if path != tmp_path / "file" else os.devnull, flags))
    noticed = Noticed("file")
    assert read_bytes(tmp_path / "file", noticed) is None
    assert [f.code for f in noticed.findings] == ["file-not-regular"]


def test_a_file_that_may_not_be_read_is_told(tmp_path, monkeypatch) -> None:
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "file").write_text("x")
    monkeypatch.setattr(os, "open", refuse)
    noticed = Noticed("file")
    assert read_bytes(tmp_path / "file", noticed) is None
    assert "permission denied" in noticed.findings[0].message


def test_the_one_point_of_barnet_that_lies_in_another_district_is_told() -> None:
    found = [f for f in read_problem(DATA).findings if f.code.startswith(("point-outside-d", "point-far"))]
    assert [f.message for f in found] == ["Moss Hall Infant School lies 5 m outside its postcode district N12."]
