"""Files that are small or sound and yet would cost minutes or gigabytes: refused early, or read as what they say."""

import io
import json
import zipfile

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from geo_partnerships.bounded_toml import TomlError, parse_toml
from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.intake.distances import road_files
from geo_partnerships.intake.distances.roads import road_distances
from geo_partnerships.intake.formats import spreadsheets, strict_json
from geo_partnerships.intake.formats.findings_log import Noticed
from geo_partnerships.intake.formats.header import Layout
from geo_partnerships.intake.formats.spreadsheets import read_spreadsheet
from geo_partnerships.intake.formats.strict_json import read_json
from geo_partnerships.intake.formats.tables import read_csv
from geo_partnerships.intake.places import layers
from geo_partnerships.intake.schools import names
from geo_partnerships.intake.schools.names import NameIndex, _readings
from geo_partnerships.limits import COLUMNS, ERRORS, JOINED_WORDS, KEY_PARTS, LINES, NESTING, RECORD_CHARACTERS, ROWS
from geo_partnerships.model import School
from geo_partnerships.scenarios.read import parse_change

LAYOUT = Layout({"urn": (), "name": ()}, ("urn", "name"))


def workbook(*rows, coloured=()):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for place in coloured:
        book.active[place].fill = PatternFill("solid", fgColor="FFFF00")
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_keys_and_brackets_are_read_to_their_limit_and_no_further():
    assert parse_toml(".".join("a" * KEY_PARTS) + " = 1")
    assert parse_toml("a = " + "[" * NESTING + "]" * NESTING)
    assert parse_toml('a = "' + "." * 1_000 + "[" * 1_000 + '"')
    with pytest.raises(TomlError, match="parts"):
        parse_toml(".".join("a" * (KEY_PARTS + 1)) + " = 1")
    with pytest.raises(TomlError, match="deep"):
        parse_toml("a = " + "[" * (NESTING + 1) + "]" * (NESTING + 1))


@pytest.mark.parametrize("change", ["area=" + "[" * 3_000, "a." * 10_000 + "b=1"])
def test_a_change_that_is_too_deep_is_refused_in_words(change):
    with pytest.raises(UsageError):
        parse_change(change)


def test_blank_coloured_cells_are_no_columns_and_no_rows():
    noticed = Noticed("schools.xlsx")
    data = workbook(["urn", "name"], [100001, "Ash"], coloured=("XFD1", "XFD2", "A1048576"))
    table = read_spreadsheet(data, ".xlsx", LAYOUT, noticed, sheet="schools")
    assert not noticed
    assert [dict(row.cells) for row in table.rows] == [{"urn": "100001", "name": "Ash"}]


@pytest.mark.parametrize(("width", "codes"), [(COLUMNS, []), (COLUMNS + 1, ["table-too-wide"])])
def test_filled_columns_are_read_to_their_limit(width, codes):
    noticed = Noticed("schools.csv")
    header = ["urn", "name", *(f"c{at}" for at in range(width - 2))]
    read_csv(("\n".join([",".join(header), ",".join(["1"] * width)])).encode(), LAYOUT, noticed)
    assert [finding.code for finding in noticed.findings if finding.severity == "error"] == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("urn,name\n" + "\n" * LINES, "table-too-large"),
        ("urn,name\n1," + "a" * RECORD_CHARACTERS, "table-too-large"),
        ("urn,name\n" + "1," * RECORD_CHARACTERS, "table-too-wide"),
    ],
)
def test_blank_lines_and_endless_rows_are_refused_by_the_limit(text, code):
    noticed = Noticed("schools.csv")
    assert read_csv(text.encode(), LAYOUT, noticed) is None
    assert code in [finding.code for finding in noticed.findings]


def test_rows_that_are_blank_up_to_the_last_column_are_refused_by_the_limit(monkeypatch):
    monkeypatch.setattr(spreadsheets, "PADDED_CELLS", 16_384)
    told = {}
    for last in ("XFB2", "XFD2"):
        book = openpyxl.load_workbook(io.BytesIO(workbook(["urn", "name"])))
        book.active[last] = " "
        held = io.BytesIO()
        book.save(held)
        noticed = Noticed("schools.xlsx")
        read_spreadsheet(held.getvalue(), ".xlsx", LAYOUT, noticed, sheet="schools")
        told[last] = [finding.code for finding in noticed.findings]
    assert told == {"XFB2": ["table-empty"], "XFD2": ["xlsx-too-large"]}


@pytest.mark.parametrize(
    "rows",
    [
        b"<row>" + b"<c><v>1</v></c>" * (COLUMNS + 1) + b"</row>",
        b"<row/>" * (LINES + 1),
        b"<row><c><v>1</v></c></row>" * (ROWS + 1),
        b"<a>" * 200_000,
        b"<!--" + b" " * 200_000 + b"-->",
    ],
)
def test_a_sheet_beyond_a_limit_is_refused_before_it_is_parsed(rows):
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["urn", "name"]))) as sound, zipfile.ZipFile(held, "w") as packed:
        for name in sound.namelist():
            xml = sound.read(name)
            packed.writestr(name, xml.replace(b"</sheetData>", rows + b"</sheetData>"))
    noticed = Noticed("schools.xlsx")
    assert read_spreadsheet(held.getvalue(), ".xlsx", LAYOUT, noticed, sheet="schools") is None
    assert [finding.code for finding in noticed.findings] == ["xlsx-too-large"]


def test_districts_that_lie_upon_one_another_are_refused_by_the_limit(monkeypatch):
    monkeypatch.setattr(layers, "TOUCHING_PAIRS", 8)
    square = [[[-0.3, 51.5], [-0.1, 51.5], [-0.1, 51.7], [-0.3, 51.7], [-0.3, 51.5]]]
    features = [
        {
            "type": "Feature",
            "properties": {"district": f"N{n}"},
            "geometry": {"type": "Polygon", "coordinates": square},
        }
        for n in range(3)
    ]
    noticed = Noticed("districts.geojson")
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    layers.read_places({"districts": data}, {"districts": noticed})
    assert [finding.code for finding in noticed.findings] == ["districts-overlap"]


def test_a_graph_nested_beyond_the_limit_or_torn_at_its_end_is_refused(tmp_path):
    school = {"100001": School(urn="100001", name="Ash", easting=525_000.0, northing=190_000.0)}
    for text in ("<graphml>" + "<a>" * (NESTING + 1), "<graphml><graph>" + "<edge/>" * 1_000 + "<edge"):
        (tmp_path / "roads.graphml").write_text(text, encoding="utf-8")
        noticed = Noticed("roads.graphml")
        assert road_distances(tmp_path / "roads.graphml", school, noticed) is None
        assert [finding.code for finding in noticed.findings] == ["graphml-malformed"]


def test_more_roads_than_the_limit_are_refused_and_not_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr(road_files, "ROADS", 1)
    school = {"100001": School(urn="100001", name="Ash", easting=525_000.0, northing=190_000.0)}
    (tmp_path / "roads.graphml").write_text(
        '<graphml><graph><edge source="0" target="1"/><edge source="1" target="0"/></graph></graphml>', encoding="utf-8"
    )
    noticed = Noticed("roads.graphml")
    assert road_distances(tmp_path / "roads.graphml", school, noticed) is None
    assert [finding.code for finding in noticed.findings] == ["roads-too-many"]


def test_a_list_of_names_suggests_for_its_first_texts_and_lists_the_rest(monkeypatch):
    monkeypatch.setattr(names, "LISTED_TEXTS", 1)
    index = NameIndex([School(urn="100001", name="Moss Hall Infant School")])
    rows = names.to_confirm(["Moss Hal", "Moss Hall Inf"], index).splitlines()[1:]
    assert ["100001" in row for row in rows] == [True, False]


@pytest.mark.parametrize(("most", "codes"), [(4, []), (3, ["json-too-large"])])
def test_json_is_read_up_to_so_many_values_of_which_an_object_is_two(monkeypatch, most, codes):
    monkeypatch.setattr(strict_json, "JSON_VALUES", most)
    noticed = Noticed("schools.geojson")
    read_json(b'{"a":[1,2]}', noticed)
    assert [finding.code for finding in noticed.findings] == codes


def test_a_key_that_stands_many_times_is_told():
    noticed = Noticed("schools.geojson")
    data = "{" + ",".join(f'"k{at}":1' for at in range(30_000)) + ',"k29999":2}'
    assert read_json(data.encode(), noticed) is None
    assert [finding.code for finding in noticed.findings] == ["json-duplicate-key"]


def test_reading_stops_at_the_error_after_the_last_that_is_kept():
    noticed = Noticed("survey.csv")
    for _ in range(ERRORS):
        noticed.error("x", "Wrong.")
    with pytest.raises(BadDataError) as told:
        noticed.error("x", "Wrong.")
    assert told.value.findings[-1].code == "findings-too-many"


def test_words_are_joined_in_names_and_not_in_sentences():
    words = tuple(f"w{at}" for at in range(JOINED_WORDS))
    assert len(_readings(words)) == JOINED_WORDS
    assert _readings((*words, "more")) == [(*words, "more")]
    index = NameIndex([School(urn="100001", name="Moss Hall Infant School")])
    assert index.ranked("Moss Hall Infant School " + "x " * 5_000)[0].urn == "100001"
