"""Distances from a file against straight lines: the unit is never taken on trust."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.intake.distances.matrix import read_distances
from geo_partnerships.intake.formats.findings_log import Noticed
from tests.small import school

SCHOOLS = {f"10000{n}": school(f"10000{n}", 1_500.0 * n, 700.0 * (n % 3)) for n in range(6)}


def pairs(metres_to):
    """Return a row for each pair, its road a third longer than the straight line, as `metres_to` writes it."""
    for one in SCHOOLS.values():
        for other in SCHOOLS.values():
            road = 1.3 * np.hypot(one.easting - other.easting, one.northing - other.northing)
            yield f"{one.urn},{other.urn},{metres_to(road)}"


def read(tmp_path, metres_to, column="distance", unit="m", more=()):
    path = tmp_path / "matrix.csv"
    path.write_text("\n".join([f"from,to,{column}", *pairs(metres_to), *more]), encoding="utf-8")
    noticed = Noticed("matrix.csv")
    table = read_distances(path, SCHOOLS, noticed, unit=unit)
    return table, {finding.code: finding for finding in noticed.findings}


def test_metres_are_read_without_a_word(tmp_path):
    table, told = read(tmp_path, lambda m: f"{m:.0f}")
    assert table is not None
    assert not told


def test_minutes_are_read_where_they_are_said(tmp_path):
    for speed in (60, 500, 1_000):
        table, told = read(tmp_path, lambda m, speed=speed: f"{m / speed:.2f}", unit="min")
        assert table is not None
        assert not told


@pytest.mark.parametrize(
    ("metres_to", "words"),
    [
        (lambda m: f"{m / 1_000:.3f}", "kilometres"),
        (lambda m: f"{m / 1_609:.4f}", "miles"),
        (lambda m: f"{m / 500:.2f}", "no metres"),
        (lambda m: f"{m / 80:.2f}", "no metres"),
        (lambda m: f"{m / 8.3:.1f}", "no metres"),
        (lambda m: f"{m * 100:.0f}", "no metres"),
    ],
    ids=["kilometres", "miles", "minutes by car", "minutes on foot", "seconds", "centimetres"],
)
def test_what_cannot_be_metres_is_refused(tmp_path, metres_to, words):
    table, told = read(tmp_path, metres_to)
    assert table is None
    assert words in told["distances-unit"].message


@pytest.mark.parametrize("metres_to", [lambda m: f"{m:.0f}", lambda m: f"{m / 8.3:.1f}", lambda m: f"{m / 60_000:.5f}"],
                         ids=["metres", "seconds", "hours"])  # fmt: skip
def test_what_cannot_be_minutes_is_refused(tmp_path, metres_to):
    table, told = read(tmp_path, metres_to, unit="min")
    assert table is None
    assert "no minutes" in told["distances-unit"].message


@pytest.mark.parametrize(
    ("column", "unit"),
    [
        ("travel_time_p50", "m"),
        ("Minutes", "m"),
        ("metres", "min"),
        ("length", "min"),
        ("distance_km", "m"),
        ("Miles", "m"),
    ],
)  # fmt: skip
def test_a_header_that_says_another_unit_than_the_scenario_is_refused(tmp_path, column, unit):
    table, told = read(tmp_path, lambda m: f"{m:.0f}", column=column, unit=unit)
    assert table is None
    assert column in told["distances-unit"].message


def test_a_road_shorter_than_the_straight_line_is_told_with_its_schools(tmp_path):
    (tmp_path / "matrix.csv").write_text(
        "from,to,distance\n" + "\n".join(
            row if not row.startswith("100000,100005") and not row.startswith("100005,100000") else row[:14] + "2000"
            for row in pairs(lambda m: f"{m:.0f}")
        ), encoding="utf-8",
    )  # fmt: skip
    noticed = Noticed("matrix.csv")
    assert read_distances(tmp_path / "matrix.csv", SCHOOLS, noticed) is not None
    (told,) = (finding for finding in noticed.findings if finding.code == "distances-shorter")
    assert "School 100000 and School 100005" in told.message


@pytest.mark.parametrize(
    "text",
    [
        "origin,destination,metres\n1 High Street,2 High Street,1\n",
        "from,to,distance\nSchool 100000,School 100001,1\n",
        ",0,1,2\n0,0,1,2\n1,1,0,2\n2,2,2,0\n",
        "from,to,distance\n100000.0,100001.0,5\n",
        "InputID,TargetID,Distance\n1,2,5\n",
    ],
    ids=["addresses", "names", "a pandas index", "keys as decimals", "QGIS"],
)
def test_a_matrix_of_which_no_key_is_a_school_is_told_with_its_file_and_keys(tmp_path, text):
    (tmp_path / "matrix.csv").write_text(text, encoding="utf-8")
    noticed = Noticed("matrix.csv")
    assert read_distances(tmp_path / "matrix.csv", SCHOOLS, noticed) is None
    told = next(finding for finding in noticed.findings if finding.code == "matrix-no-school")
    assert "No key of the matrix is a school; it has" in told.message
    assert told.file == "matrix.csv"


@pytest.mark.parametrize("mark", ["null", "NULL", "NA", ""])
def test_a_pair_without_a_value_is_missing(tmp_path, mark):
    rows = [row if not row.startswith("100000,100001") and not row.startswith("100001,100000") else row[:14] + mark
            for row in pairs(lambda m: f"{m:.0f}")]  # fmt: skip
    (tmp_path / "matrix.csv").write_text("\n".join(["from,to,distance", *rows]), encoding="utf-8")
    noticed = Noticed("matrix.csv")
    table = read_distances(tmp_path / "matrix.csv", SCHOOLS, noticed)
    assert np.isnan(table.matrix[0, 1])
    assert "matrix-missing-pairs" in [finding.code for finding in noticed.findings]


@settings(deadline=None, max_examples=20)
@given(st.floats(1.0, 3.0), st.sampled_from([1.0, 1_000.0, 1_609.0]))
def test_however_winding_the_roads_only_metres_pass_as_metres(tmp_path_factory, winding, unit):
    path = tmp_path_factory.mktemp("matrix")
    table, _ = read(path, lambda m: f"{m / 1.3 * winding / unit:.6f}")
    assert (table is not None) == (unit == 1.0)
