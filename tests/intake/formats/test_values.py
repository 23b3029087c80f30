"""Unreadable is not empty: every reader turns a cell into a number, nothing by a known mark, or an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_partnerships.intake.distances.matrix import read_distances
from geo_partnerships.intake.formats.findings_log import Noticed
from geo_partnerships.intake.formats.tables import read_csv
from geo_partnerships.intake.formats.values import is_no_number, is_no_word, number_in
from geo_partnerships.intake.schools.read import schools_from_table
from geo_partnerships.intake.schools.row import LAYOUT
from geo_partnerships.model import School

READ = {"12.0": 12, "1,204": 1204, "1 204": 1204, "180": 180, "1.2e3": 1200}
MARKS = ["NA", "N/A", "NULL", "SUPP", "c", "x", "#N/A", "-", "..", "<5", "*", "Not applicable"]
WRONG = ["twelve", "12,5", "nan", "1,2,3", "0x10", "١٢"]


def pupils(cell):
    """Return the pupils of a school whose cell this is, and what was noticed."""
    noticed = Noticed("schools.csv")
    data = f'urn,name,postcode,easting,northing,NOR\n100001,Ash,N12 8PE,525719,191679,"{cell}"\n'.encode()
    schools = schools_from_table(read_csv(data, LAYOUT, noticed), noticed)
    told = {finding.code for finding in noticed.findings} - {"table-columns-matched"}
    return (schools["100001"].pupils if schools else None), told


@pytest.mark.parametrize(("cell", "number"), READ.items())
def test_numbers_are_read_however_a_program_saved_them(cell, number):
    assert pupils(cell) == (number, set())


@pytest.mark.parametrize("cell", MARKS)
def test_a_mark_that_is_known_is_empty_and_told(cell):
    assert pupils(cell) == (None, {"value-mark"})


@pytest.mark.parametrize("cell", WRONG)
def test_what_cannot_be_read_is_an_error_and_not_empty(cell):
    number, told = pupils(cell)
    assert number is None
    assert told == {"number-malformed"}


def test_an_empty_cell_is_nothing_to_tell():
    assert pupils("") == (None, set())


@pytest.mark.parametrize("cell", [*READ, *MARKS, *WRONG])
def test_a_matrix_takes_the_same_cells_for_the_same(cell, tmp_path):
    (tmp_path / "matrix.csv").write_text(f'from,to,distance\n100001,100002,"{cell}"\n', encoding="utf-8")
    schools = {key: School(urn=key, name=key) for key in ("100001", "100002")}
    noticed = Noticed("matrix.csv")
    table = read_distances(tmp_path / "matrix.csv", schools, noticed)
    codes = {finding.code for finding in noticed.findings}
    if cell in READ:
        assert table.matrix[0, 1] == READ[cell]
    else:
        assert ("value-mark" in codes) == (cell in MARKS)
        assert ("matrix-value" in codes) == (cell in WRONG)


def test_a_mark_is_told_once_with_its_first_row_and_how_often_it_stands_there():
    noticed = Noticed("schools.csv")
    rows = "".join(f"{100001 + at},School {at},NA\n" for at in range(12))
    schools_from_table(read_csv(f"urn,name,NOR\n{rows}".encode(), LAYOUT, noticed), noticed)
    (told,) = (finding for finding in noticed.findings if finding.code == "value-mark")
    assert (told.row, told.field, told.times) == (2, "pupils", 12)


@given(st.integers(0, 10**9))
def test_any_whole_number_is_read_with_and_without_its_thousands(number):
    assert number_in(f"{number:,}") == number_in(str(number)) == number_in(f"{number}.0") == number


@given(st.text(max_size=12))
def test_a_cell_is_a_number_or_says_that_there_is_none_or_neither_and_never_both(text):
    assert not (number_in(text) is not None and is_no_number(text))
    assert not is_no_word(text) or is_no_number(text)
