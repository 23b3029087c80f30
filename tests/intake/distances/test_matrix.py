"""Matrices of any routing engine: long and square, metres and minutes, asymmetric, with holes."""

import importlib
import importlib.util
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.intake.distances.matrix import read_distances, write_distances
from geo_partnerships.intake.distances.table import DistanceTable
from geo_partnerships.intake.formats.findings_log import Noticed
from geo_partnerships.model import School

KEYS = ("100001", "100002", "100003")
SCHOOLS = {key: School(urn=key, name=f"School {key}") for key in KEYS}
LONG = "from,to,distance\n100001,100002,10\n100002,100001,14\n100001,100003,20\n100003,100002,30.5\n"
SQUARE = ",100001,100002,100003\n100001,0,10,20\n100002,14,0,\n100003,,30.5,0\n"
MERGED = {"mean": 12.0, "max": 14.0, "min": 10.0}


def read(text, tmp_path, name="matrix.csv", **how):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    noticed = Noticed(name)
    return read_distances(path, SCHOOLS, noticed, **how), [finding.code for finding in noticed.findings]


@pytest.mark.parametrize("how", MERGED)
@pytest.mark.parametrize("text", [LONG, SQUARE, LONG.replace(",", ";"), SQUARE.replace(",", "\t")])
def test_both_shapes_say_the_same(text, how, tmp_path):
    table, told = read(text, tmp_path, symmetrise=how)
    between = MERGED[how]
    assert table.matrix.tolist() == [[0, between, 20], [between, 0, 30.5], [20, 30.5, 0]]
    assert told == ["matrix-asymmetric"]


def test_columns_of_a_routing_engine_are_known(tmp_path):
    text = "from_id,to_id,travel_time_p50\n100001,100002,10\n100001,100003,20\n100002,100003,5\n"
    table, told = read(text, tmp_path, unit="min")
    assert table.unit == "min"
    assert table.matrix[1, 2] == 5
    assert told == ["table-columns-matched"]


def test_an_asymmetric_matrix_can_be_refused(tmp_path):
    assert read(LONG, tmp_path, symmetrise="refuse") == (None, ["matrix-asymmetric"])


def test_missing_pairs_and_schools_are_told_and_stay_unknown(tmp_path):
    table, told = read("from,to,distance\n100001,100002,10\n100009,100002,1\n", tmp_path)
    assert told == ["matrix-unknown-school", "matrix-school-missing"]
    assert np.isnan(table.matrix[0, 2])
    assert table.unreachable(KEYS) == ("100003",)
    table, told = read("from,to,distance\n100001,100002,10\n100002,100003,10\n", tmp_path)
    assert told == ["matrix-missing-pairs"]
    assert table.unreachable(KEYS) == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (LONG.replace("30.5", "far"), "matrix-value"),
        (LONG.replace("30.5", "-1"), "matrix-value"),
        (LONG.replace("30.5", "nan"), "matrix-value"),
        (LONG.replace("30.5", "inf"), "matrix-value"),
        (LONG + "100001,100002,11\n", "matrix-pair-twice"),
        (SQUARE + "100003,1\n", "matrix-ragged"),
        ("from,to\n100001,100002\n", "table-missing-column"),
        ("", "table-empty"),
        ('"', "table-malformed"),
        (b"\x00\x01\x02" * 99, "text-binary"),
    ],
)
def test_matrices_that_cannot_be_used(text, code, tmp_path):
    table, told = read(text, tmp_path)
    assert table is None
    assert code in told


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="pyarrow is not installed")
@pytest.mark.parametrize("keys", [list(KEYS), [int(key) for key in KEYS]])
def test_parquet_long_and_square(keys, tmp_path):
    values = [[0, 10, 20], [10, 0, 30.5], [20, 30.5, 0]]
    square = pd.DataFrame(values, index=pd.Index(keys, name="key"), columns=[str(key) for key in keys]).reset_index()
    long = square.melt("key").rename(columns={"key": "from", "variable": "to", "value": "metres"})
    for frame in (square, long):
        held = io.BytesIO()
        frame.to_parquet(held)
        table, _ = read(held.getvalue(), tmp_path, "matrix.parquet")
        assert table.matrix.tolist() == values


def test_a_parquet_file_with_damaged_rows_ends_in_words(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    held = io.BytesIO()
    table = pyarrow.table({"from": ["100001"], "to": ["100002"], "distance": ["3"]})
    importlib.import_module("pyarrow.parquet").write_table(table, held, compression="none", use_dictionary=False)
    for damaged in (b"\xff\xfe0001", b"\xff\xff\xff\xff01"):
        found, (code,) = read(held.getvalue().replace(b"100001", damaged), tmp_path, "matrix.parquet")
        assert found is None
        assert code == "parquet-malformed"


def test_parquet_that_is_none_ends_in_words(tmp_path):
    table, (code,) = read(b"PAR1", tmp_path, "matrix.parquet")
    assert table is None
    assert code in {"parquet-malformed", "parquet-not-installed"}


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e7, allow_nan=False), min_size=3, max_size=3))
def test_what_is_written_reads_back_the_same(tmp_path_factory, values):
    matrix = np.zeros((3, 3))
    matrix[np.triu_indices(3, 1)] = values
    table = DistanceTable(KEYS, matrix + matrix.T)
    path = tmp_path_factory.mktemp("matrix") / "matrix.csv"
    write_distances(path, table)
    again = read_distances(path, SCHOOLS, Noticed("matrix.csv"))
    assert again.matrix.tolist() == table.matrix.tolist()
    assert again.digest() == table.digest()


def test_among_takes_any_order_and_unknown_keys():
    table = DistanceTable(KEYS, np.array([[0, 1, 2], [1, 0, 3], [2, 3, 0]], dtype=float))
    found = table.among(["100003", "x-new", "100001"])
    assert found[0, 2] == 2
    assert np.isnan(found[0, 1])
    assert found.diagonal().tolist() == [0, 0, 0]
