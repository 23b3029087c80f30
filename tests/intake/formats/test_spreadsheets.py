"""Schools and surveys as councils keep them: encodings, separators, workbooks, layers, headers of their own."""

import codecs
import csv
import datetime as dt
import io
import itertools
import json
import re
import zipfile

import geopandas as gpd
import openpyxl
import pytest
from shapely.geometry import LineString, MultiPoint, Point

from geo_partnerships.errors import BadDataError
from geo_partnerships.intake import names_to_confirm, read_problem
from geo_partnerships.intake.formats import spreadsheets

ENCODINGS = {
    "utf-8": lambda text: text.encode(),
    "utf-8 with mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "windows-1252": lambda text: text.encode("cp1252"),
    "utf-16 little, mark": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "utf-16 big, mark": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "utf-16 little": lambda text: text.encode("utf-16-le"),
    "utf-16 big": lambda text: text.encode("utf-16-be"),
}
ROWS = [
    ["URN", "School name", "Post Code", "Eastings", "Northings", "Number on roll", "Head’s name"],
    ["100001", "St Agnès’ School", "n128pe", "525719", "191679", "360", "kept out"],
    ["100002", "Beech, the Other; School", "N20 0NQ", "526761", "193616", "", "kept out"],
]


def as_csv(rows, separator=","):
    quoted = [separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    return "\r\n".join(quoted) + "\r\n"


def as_workbook(sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def codes(problem):
    return [finding.code for finding in problem.findings]


def error_codes(folder, **paths):
    with pytest.raises(BadDataError) as caught:
        read_problem(folder, **paths)
    return sorted(finding.code for finding in caught.value.findings)


@pytest.mark.parametrize(("encoding", "separator"), list(itertools.product(ENCODINGS, ",;\t")))
def test_every_encoding_and_separator_gives_the_same_schools(encoding, separator, tmp_path):
    (tmp_path / "schools.csv").write_bytes(ENCODINGS[encoding](as_csv(ROWS, separator)))
    schools = read_problem(tmp_path).schools
    assert [school.name for school in schools.values()] == ["St Agnès’ School", "Beech, the Other; School"]
    assert schools["100001"].postcode == "N12 8PE"
    assert schools["100001"].district == "N12"
    assert (schools["100002"].easting, schools["100002"].pupils) == (526761.0, None)


def test_columns_matched_by_meaning_are_told_and_so_are_those_left_out(tmp_path):
    (tmp_path / "schools.csv").write_text(as_csv(ROWS), encoding="utf-8")
    findings = {finding.code: finding for finding in read_problem(tmp_path).findings}
    assert '"Post Code" as postcode' in findings["table-columns-matched"].message
    assert '"School name" as name' in findings["table-columns-matched"].message
    assert "Head’s name" in findings["table-people"].message


def test_two_columns_of_one_meaning_are_refused(tmp_path):
    (tmp_path / "schools.csv").write_text("URN,School,Institution\n100001,Ash,Beech\n")
    assert error_codes(tmp_path) == ["table-duplicate-column"]


def test_a_column_called_by_its_own_name_wins(tmp_path):
    (tmp_path / "schools.csv").write_text("urn,name,School\n100001,Ash,Beech\n")
    assert read_problem(tmp_path).schools["100001"].name == "Ash"


def test_lines_above_the_header_are_told(tmp_path):
    (tmp_path / "schools.csv").write_text('"Schools of Trees, 2015",\n,\nURN,School\n100001,Ash\n')
    problem = read_problem(tmp_path)
    assert "table-header-row" in codes(problem)
    assert problem.schools["100001"].name == "Ash"


def test_excels_own_separator_line(tmp_path):
    (tmp_path / "schools.csv").write_text("sep=;\nURN;School\n100001.0;Ash\n")
    with pytest.raises(BadDataError) as caught:
        read_problem(tmp_path)
    assert [(f.code, f.row) for f in caught.value.findings] == [("urn-float", 3)]


def test_degrees_in_columns(tmp_path):
    (tmp_path / "schools.csv").write_text("URN,School,Lat,Lng\n100001,Ash,51.64508,-0.164653\n")
    school = read_problem(tmp_path).schools["100001"]
    assert (round(school.easting), round(school.northing)) == (527087, 195626)
    (tmp_path / "schools.csv").write_text("URN,School,Lat,Lng\n100001,Ash,-0.2,51.6\n100002,Beech,51.6,\n")
    assert error_codes(tmp_path) == ["coordinates-swapped", "grid-incomplete"]


def test_workbook_with_numbers_for_urns_and_a_sheet_of_its_own(tmp_path):
    rows = [["URN", "School name", "Easting", "Northing"], [100001, "Ash", 525719, 191679], [100002, "Beech"]]
    book = as_workbook({"Notes": [["Not this one"]], "Schools": rows})
    (tmp_path / "schools.xlsx").write_bytes(book)
    problem = read_problem(tmp_path)
    assert list(problem.schools) == ["100001", "100002"]
    assert "xlsx-sheet" in codes(problem)


@pytest.mark.parametrize(
    ("cell", "code"), [("=1+1", "xlsx-formula"), ("#REF!", "xlsx-error-value"), (100003.5, "urn-float")]
)
def test_cells_that_hold_no_value(cell, code, tmp_path):
    rows = [["URN", "School"], [cell, "Ash"], [100002, "Beech"]]
    (tmp_path / "schools.xlsx").write_bytes(as_workbook({"Schools": rows}))
    found = error_codes(tmp_path)
    assert code in found


def test_cells_of_every_kind_come_out_as_typed(tmp_path):
    rows = [
        ["URN", "School", "Other names", "In the letter", "Note"],
        [100001, "Ash", dt.date(2015, 1, 15), True, 1.5],
        [
            100002,
            "Beech",
            dt.datetime(2015, 1, 15, 11, 30),  # noqa: DTZ001 - a cell has no zone
            False,
            None,
        ],
    ]
    (tmp_path / "schools.xlsx").write_bytes(as_workbook({"Schools": rows}))
    schools = read_problem(tmp_path).schools
    assert schools["100001"].aliases == ("2015-01-15",)
    assert schools["100002"].aliases == ("2015-01-15T11:30:00",)
    assert [school.in_letter for school in schools.values()] == [True, False]


def test_a_workbook_whose_sheets_are_all_hidden_or_too_long(tmp_path, monkeypatch):
    good = zipfile.ZipFile(io.BytesIO(as_workbook({"Schools": [["URN", "School"], [100001, "Ash"]]})))
    with good, zipfile.ZipFile(tmp_path / "schools.xlsx", "w") as hidden:
        for name in good.namelist():
            hidden.writestr(name, good.read(name).replace(b'state="visible"', b'state="hidden"'))
    assert error_codes(tmp_path) == ["xlsx-no-sheet"]
    monkeypatch.setattr(spreadsheets, "ROWS", 1)
    (tmp_path / "schools.xlsx").write_bytes(as_workbook({"Schools": [["URN", "School"], [100001, "Ash"]]}))
    assert error_codes(tmp_path) == ["xlsx-too-large"]


def as_sheet(rows, prefix=""):
    """A workbook whose sheet has the rows as they are written."""
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    named = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    xml = f'<worksheet {named}="{namespace}"><sheetData>{rows}</sheetData></worksheet>'
    xml = re.sub(r"<(/?)(?=\w)", rf"<\1{prefix}", xml)
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_workbook({"Schools": []}))) as good, zipfile.ZipFile(held, "w") as book:
        for name in good.namelist():
            book.writestr(name, xml if name.endswith("sheet1.xml") else good.read(name))
    return held.getvalue()


def cells(*texts, row=None):
    places = [f'r="{column}{row}" ' if row else "" for column in "ABC"]
    return "".join(f'<c {at}t="inlineStr"><is><t>{text}</t></is></c>' for at, text in zip(places, texts, strict=False))


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize(
    ("before", "row", "told"),
    [
        ("<row/><row></row>", "<row>", 4),
        ('<row r="2"/><row r="3" s="1" customFormat="1"></row>', '<row r="4">', 4),
        ('<row r="900000" ht="20"/><row/>', "<row>", 900_002),
        ('<row r="7"><c r="A7" s="3"/><c r="XFD7" s="3" /></row>', "<row>", 8),
        ("<row><c/><c/></row>", "<row>", 3),
        ('<row r="2"/>' + "<row/>" * 4, '<row spans="1:2" r="50">', 50),
    ],
)
def test_empty_rows_and_blank_cells_move_nothing(before, row, told, prefix, tmp_path):
    rows = f"<row>{cells('URN', 'School')}</row>{before}{row}{cells('1000x1', 'Ash')}</row><row/><row s='1'/>"
    (tmp_path / "schools.xlsx").write_bytes(as_sheet(rows, prefix))
    with pytest.raises(BadDataError) as caught:
        read_problem(tmp_path)
    assert [finding.row for finding in caught.value.findings if finding.code.startswith("urn")] == [told]


@pytest.mark.parametrize(
    "row",
    [
        '<row r="{n}" s="2"><c r="A{n}" s="2"/><c r="XFD{n}" s="2"/></row>',
        '<row r="{n}"><c r="XFD{n}" s="2"></c></row>',
        '<row r="{n}" s="2"/>',
    ],
)
def test_coloured_cells_and_rows_are_no_cells_and_rows(row, tmp_path, monkeypatch):
    monkeypatch.setattr(spreadsheets, "PADDED_CELLS", 10)
    coloured = "".join(row.format(n=n) for n in range(3, 99))
    rows = [cells(*texts, row=n) for n, texts in enumerate((("URN", "School"), ("100001", "Ash")), 1)]
    written = "".join(f'<row r="{n}">{row}</row>' for n, row in enumerate(rows, 1))
    (tmp_path / "schools.xlsx").write_bytes(as_sheet(written + coloured))
    assert list(read_problem(tmp_path).schools) == ["100001"]


def test_a_layer_that_does_not_say_where_it_is(tmp_path):
    with pytest.warns(UserWarning, match="crs"):
        frame([Point(-0.2, 51.6), Point(-0.21, 51.6)], None).to_file(tmp_path / "schools.gpkg")
    assert error_codes(tmp_path) == ["layer-no-crs"]
    frame([Point(-70, 51.6), None], "EPSG:4326").to_file(tmp_path / "schools.gpkg")
    assert error_codes(tmp_path) == ["grid-outside"]


def broken_workbooks():
    good = as_workbook({"Schools": [["URN", "School"], [100001, "Ash"]]})
    with zipfile.ZipFile(held := io.BytesIO(), "w") as archive:
        archive.writestr("schools.csv", "urn,name")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 301_000_000)
    return {
        "cut off": (good[: len(good) // 2], "xlsx-malformed"),
        "another archive": (held.getvalue(), "xlsx-malformed"),
        "text": (b"urn,name\n100001,Ash\n", "file-other-kind"),
        "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 10, "file-other-kind"),
        "empty": (b"", "file-other-kind"),
        "no rows": (as_workbook({"Schools": []}), "table-empty"),
        "bomb": (bomb.getvalue(), "xlsx-too-large"),
    }


@pytest.mark.parametrize(("content", "code"), broken_workbooks().values(), ids=broken_workbooks())
def test_broken_workbooks_end_in_words(content, code, tmp_path):
    (tmp_path / "schools.xlsx").write_bytes(content)
    assert error_codes(tmp_path) == [code]


def test_damage_is_told_as_a_finding_and_never_printed(tmp_path, capsys):
    """The reader of workbooks prints of a style that is not there; stdout is for figures alone."""
    good = as_workbook({"Schools": [["URN", "School"], [100001, "Ash"]]})
    with zipfile.ZipFile(io.BytesIO(good)) as whole, zipfile.ZipFile(tmp_path / "schools.xlsx", "w") as damaged:
        for name in whole.namelist():
            content = whole.read(name)
            damaged.writestr(name, content.replace(b'xfId="0"', b'xfId="7"') if name == "xl/styles.xml" else content)
    assert error_codes(tmp_path) == ["xlsx-malformed"]
    assert capsys.readouterr() == ("", "")


def frame(geometry, crs="EPSG:4326"):
    columns = {"URN": [100001, 100002], "School": ["Ash", "Beech"], "Roll": [360, None]}
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=crs)


@pytest.mark.parametrize("ending", ["gpkg", "shp"])
@pytest.mark.parametrize("crs", ["EPSG:27700", "EPSG:4326", "EPSG:3857"])
def test_layers_in_any_crs_come_out_in_metres(ending, crs, tmp_path):
    places = gpd.GeoSeries([Point(525719, 191679), Point(526761, 193616)], crs="EPSG:27700").to_crs(crs)
    frame(places, crs).to_file(tmp_path / f"schools.{ending}")
    schools = read_problem(tmp_path).schools
    assert [round(school.easting) for school in schools.values()] == [525719, 526761]
    assert [school.pupils for school in schools.values()] == [360, None]


def test_one_point_in_a_multipoint_is_a_point_and_a_line_is_none(tmp_path):
    points = [MultiPoint([(-0.2, 51.6)]), MultiPoint([(-0.21, 51.6)])]
    frame(points).to_file(tmp_path / "schools.gpkg")
    assert read_problem(tmp_path).schools["100001"].has_point
    lines = [LineString([(-0.2, 51.6), (-0.3, 51.6)]), LineString([(-0.2, 51.6), (-0.3, 51.7)])]
    frame(lines).to_file(tmp_path / "lines.gpkg")
    assert error_codes(tmp_path, schools=tmp_path / "lines.gpkg") == ["geometry-not-a-point"] * 2


def test_two_layers_need_a_name(tmp_path):
    points = [Point(-0.2, 51.6), Point(-0.21, 51.6)]
    frame(points).to_file(tmp_path / "schools.gpkg", layer="one")
    frame(points).to_file(tmp_path / "schools.gpkg", layer="two")
    assert error_codes(tmp_path) == ["layer-ambiguous"]
    frame(points).to_file(tmp_path / "schools.gpkg", layer="schools")
    assert len(read_problem(tmp_path).schools) == 2


def test_shapefiles_need_their_parts(tmp_path):
    frame([Point(-0.2, 51.6), Point(-0.21, 51.6)]).to_file(tmp_path / "schools.shp")
    digest = read_problem(tmp_path).digest
    (tmp_path / "schools.dbf").write_bytes((tmp_path / "schools.dbf").read_bytes().replace(b"Ash", b"Elm"))
    assert read_problem(tmp_path).digest != digest
    (tmp_path / "schools.prj").unlink()
    assert error_codes(tmp_path) == ["shapefile-part-missing"]


@pytest.mark.parametrize("ending", ["gpkg", "shp"])
@pytest.mark.parametrize("content", [b"", b"{}", b"SQLite format 3\0" + b"\0" * 500, b"\0\0\x27\x0a" + b"\xff" * 200])
def test_broken_layers_end_in_words(ending, content, tmp_path):
    for part in (ending, "dbf", "shx", "prj"):
        (tmp_path / f"schools.{part}").write_bytes(content)
    assert error_codes(tmp_path)[0] in {"file-other-kind", "layer-malformed", "layer-ambiguous"}


SURVEY = [
    ["Your school", "Existing informal partnerships", "Schools you would like to partner with", "Type wanted"],
    ["Ash School", "", "beech\nCedar Academy", "Loose"],
    ["100002", "100001", "", ""],
]


def trees(folder):
    names = {"100001": ("Ash School", []), "100002": ("Beech School", ["Beech"]), "100003": ("Cedar School", [])}
    features = [
        {
            "type": "Feature",
            "properties": {"urn": urn, "name": name, "aliases": aliases},
            "geometry": {"type": "Point", "coordinates": [-0.2 - at / 100, 51.6]},
        }
        for at, (urn, (name, aliases)) in enumerate(names.items())
    ]
    (folder / "schools.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return folder


def test_a_survey_from_a_form_is_read_by_names_and_asks_for_the_rest(tmp_path):
    (trees(tmp_path) / "survey.xlsx").write_bytes(as_workbook({"Form1": SURVEY}))
    with pytest.raises(BadDataError) as caught:
        read_problem(tmp_path)
    (finding,) = caught.value.findings
    assert (finding.code, finding.row, finding.field) == ("survey-unknown-name", 2, "wanted")
    assert "100003 Cedar School" in finding.fix
    (tmp_path / "names.csv").write_text("written,urn\nCedar Academy,100003\n")
    problem = read_problem(tmp_path)
    assert problem.survey.responses[0].wanted == ("100002", "100003")
    assert codes(problem).count("survey-name-matched") == 2
    assert codes(problem).count("survey-name-confirmed") == 1


def test_names_that_reach_no_school_are_listed_to_confirm(tmp_path):
    (trees(tmp_path) / "survey.xlsx").write_bytes(as_workbook({"Form1": SURVEY}))
    (row,) = csv.DictReader(names_to_confirm(tmp_path).splitlines())
    assert (row["written"], row["urn"], row["suggestion_1"]) == ("Cedar Academy", "", "100003 Cedar School")
    (tmp_path / "names.csv").write_text("written,urn\nCedar Academy,100003\n")
    assert list(csv.DictReader(names_to_confirm(tmp_path).splitlines())) == []
    (tmp_path / "survey.xlsx").unlink()
    with pytest.raises(BadDataError, match=r"survey\.csv"):
        names_to_confirm(tmp_path)


def test_a_former_urn_leads_to_its_successor(tmp_path):
    (tmp_path / "schools.csv").write_text("urn,name,predecessors\n140001,Ash Academy,100001\n140002,Beech,\n")
    (tmp_path / "survey.csv").write_text("urn,existing,wanted\n140002,,100001\n")
    with pytest.raises(BadDataError, match="Write 140001 Ash Academy"):
        read_problem(tmp_path)
