"""Files that are small or sound to look at, and would cost a careless reader minutes or gigabytes.

Each is put into the folder of a village of three schools, and a command of the program is given that folder. They are
written piece by piece, so that making them costs no memory.
"""

# ruff: noqa: E501 - what is hostile reads best unbroken
from __future__ import annotations

import gzip
import io
import itertools
import json
import sqlite3
import zipfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from benchmarks.fuzz.seeds import geojson, graphml, register, xlsx_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

SCENARIO = "village.toml"
CHECK = ("check", "{folder}/" + SCENARIO, "--data", "{folder}")
MB = 1_000_000
NEARLY = 49 * MB  # just below what is read of a table
SPREADSHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SENTENCE = "we would like to work with the friendly school near the old church on the hill because of music and sport"


@dataclass(frozen=True)
class Hostile:
    """A file and the command that meets it.

    Parameters
    ----------
    name
        What is wrong with it.
    file
        Its place in the folder; "" where the command's own words are what is hostile.
    write
        Writes it.
    command
        Arguments of the command line; ``{folder}`` is the folder and ``{file}`` the file.
    quarter
        Writes a quarter of it, where that is not the first quarter of its lines.
    """

    name: str
    file: str
    write: Callable[[Path], object]
    command: tuple[str, ...] = CHECK
    quarter: Callable[[Path], object] | None = None


def village(folder: Path) -> None:
    """Write three schools and a scenario."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "schools.geojson").write_bytes(geojson())
    (folder / SCENARIO).write_text("[area]\npartnerships = 1\n", encoding="utf-8")


def hostile_files() -> list[Hostile]:
    """Return every file, by reader."""
    return [
        *_csv_files(), *_workbooks(), *_geojson_files(), *_layers(), *_ground_files(), *_ground_packages(), *_answers(),
        *_toml_files(), *_matrices(), *_road_files(), *_registers(), *_postcodes(), *_own_files(), *_arguments(),
    ]  # fmt: skip


# --- writing -------------------------------------------------------------------------------------------------------


def repeated(head: bytes, unit: bytes, times: int, tail: bytes = b"") -> Callable[[Path], None]:
    """Return a writer of `head`, `unit` so many times, and `tail`."""
    return pieces(lambda: itertools.chain([head], _blocks(unit, times), [tail]))


def numbered(head: str, unit: str, times: int, tail: str = "") -> Callable[[Path], None]:
    """Return a writer of `head`, `unit` with ``{n}`` as each number below `times`, and `tail`."""
    each = (unit.replace("{n}", str(n)) for n in range(times))
    return pieces(lambda: (part.encode() for part in itertools.chain([head], each, [tail])))


def pieces(parts: Callable[[], Iterable[bytes]]) -> Callable[[Path], None]:
    """Return a writer of `parts`, one after the other."""

    def write(path: Path) -> None:
        with path.open("wb") as opened:
            opened.writelines(parts())

    return write


def _blocks(unit: bytes, times: int) -> Iterable[bytes]:
    many = max(1, min(times, MB // len(unit)))
    yield from itertools.repeat(unit * many, times // many)
    yield unit * (times % many)


# --- tables --------------------------------------------------------------------------------------------------------


def _csv_files() -> list[Hostile]:
    head = b"urn,name,phase,postcode,easting,northing,pupils\n"
    row = b"100001,Ash,primary,N12 8PE,525000,190000,210\n"
    half = b"\xff\xfe" + head.decode().encode("utf-16-le")
    return [
        Hostile("newlines", "schools.csv", repeated(head, b"\n", NEARLY)),
        Hostile("carriage returns", "schools.csv", repeated(head, b"\r", NEARLY)),
        Hostile("newlines in UTF-16", "schools.csv", repeated(half, b"\n\0", NEARLY // 2)),
        Hostile("one row of commas", "schools.csv", repeated(head, b",", NEARLY)),
        Hostile("a header of commas", "schools.csv", repeated(b"", b",", NEARLY)),
        Hostile("one row of tabs", "schools.tsv", repeated(b"urn\tname\n", b"\t", NEARLY)),
        Hostile("a quotation mark never closed", "schools.csv", repeated(head + b'"', b"a\n", NEARLY // 2)),
        Hostile("quotation marks", "schools.csv", repeated(head, b'"', NEARLY)),
        Hostile("zero bytes", "schools.csv", repeated(head, b"\0", NEARLY)),
        Hostile("no text", "schools.csv", repeated(head, b"\xff\xfe\x81", NEARLY // 3)),
        Hostile("one cell of 49 MB", "schools.csv", repeated(head, b"a", NEARLY)),
        Hostile("60 MB of rows", "schools.csv", repeated(head, row, 60 * MB // len(row))),
        Hostile("one school a million times", "schools.csv", repeated(head, row, MB)),
        Hostile("199,000 rows, each wrong", "schools.csv", numbered(head.decode(), "x{n},,x,x,x,x,x\n", 199_000)),
        Hostile("long cells", "schools.csv", repeated(head, b"1," + b"a" * 190_000 + b",,,,,\n", 250)),
        Hostile("wide rows", "schools.csv", repeated(head, b"1," * 9_000 + b"\n", 2_500)),
        Hostile("combining marks", "schools.csv", repeated(head + b"1,", "a\u0301\u0323".encode(), NEARLY // 5)),
    ]  # fmt: skip


def workbook(*, sheet: bytes = b"", times: int = 0, unit: bytes = b"", **parts: bytes) -> Callable[[Path], None]:
    """Return a writer of a workbook whose one sheet is `sheet`, with ``@`` as `unit` so many times; `parts` replace."""

    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in {**_sound_workbook(), **{_PARTS[key]: part for key, part in parts.items()}}.items():
                _put(archive, name, text, times, unit)
            _put(archive, _SHEET, sheet or _sheet(b""), times, unit)

    return write


def _sound_workbook() -> dict[str, bytes]:
    """Return the parts of a workbook that a library wrote, but its sheet."""
    with zipfile.ZipFile(io.BytesIO(xlsx_of([["urn", "name"]]))) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != _SHEET}


def _put(archive: zipfile.ZipFile, name: str, text: bytes, times: int, unit: bytes) -> None:
    before, mark, after = text.partition(b"@")
    with archive.open(name, "w", force_zip64=True) as opened:
        opened.write(before)
        for block in _blocks(unit, times) if mark else ():
            opened.write(block)
        opened.write(after)


_SHEET = "xl/worksheets/sheet1.xml"
_PARTS = {"strings": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}
_HEADER = "".join(
    f'<c r="{at}1" t="inlineStr"><is><t>{name}</t></is></c>' for at, name in zip("AB", ("urn", "name"), strict=True)
)


def _sheet(rows: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    return (
        f"<worksheet {SPREADSHEET}>".encode() + before + f'<sheetData><row r="1">{_HEADER}</row>'.encode() + rows
        + b"</sheetData>" + after + b"</worksheet>"
    )  # fmt: skip


def _workbooks() -> list[Hostile]:
    def one(name: str, write: Callable[[Path], None]) -> Hostile:
        return Hostile(name, "schools.xlsx", write)

    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<!DOCTYPE sst [<!ENTITY e0 "ha">{entities}]><sst {SPREADSHEET}><si><t>&e9;</t></si></sst>'
    text = b'<c t="inlineStr"><is><t>a</t></is></c>'
    return [
        one("coloured to the last column", workbook(sheet=_sheet(b'<row r="2"><c r="XFD2" s="0"/></row>'))),
        one("coloured to the last row", workbook(sheet=_sheet(b'<row r="1048576"><c r="A1048576" s="0"/></row>'))),
        one("filled in the last row", workbook(sheet=_sheet(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'))),
        one("filled in the last column", workbook(sheet=_sheet(b'<row r="2"><c r="XFD2"><v>1</v></c></row>'))),
        one("last columns of 9,000 rows", workbook(
            sheet=_sheet(b"@"), times=9_000, unit=b'<row><c r="XFD2"><v>1</v></c></row>')),
        one("blank in words in the last columns", workbook(
            sheet=_sheet(b"@"), times=9_000, unit=b'<row><c r="XFD2"><v></v></c></row>')),
        one("a column beyond the last", workbook(sheet=_sheet(b'<row r="2"><c r="ZZZ2"><v>1</v></c></row>'))),
        one("row 10^12", workbook(sheet=_sheet(b'<row r="1000000000000"><c><v>1</v></c></row>'))),
        one("a dimension of 17 thousand million cells", workbook(
            sheet=_sheet(b"", before=b'<dimension ref="A1:XFD1048576"/>'))),
        one("shared strings", workbook(
            strings=f"<sst {SPREADSHEET}>@</sst>".encode(), times=3 * MB, unit=b"<si><t>a</t></si>")),
        one("one shared string of 90 MB", workbook(
            strings=f"<sst {SPREADSHEET}><si><t>@</t></si></sst>".encode(), times=90 * MB, unit=b"a")),
        one("entities within entities", workbook(strings=laughs.encode())),
        one("a bomb of 900 MB", workbook(sheet=_sheet(b"<!--@-->"), times=900, unit=b" " * MB)),
        one("a comment of 90 MB", workbook(sheet=_sheet(b"<!--@-->"), times=90, unit=b" " * MB)),
        one("900,000 filled cells in a row", workbook(sheet=_sheet(b"<row>@</row>"), times=900_000, unit=text)),
        one("900,000 rows of a cell", workbook(
            sheet=_sheet(b"@"), times=900_000, unit=b"<row><c><v>1</v></c></row>")),
        one("990,000 empty rows", workbook(sheet=_sheet(b"@"), times=990_000, unit=b"<row/>")),
        one("5 million empty rows", workbook(sheet=_sheet(b"@"), times=5 * MB, unit=b"<row/>")),
        one("200,000 formulas", workbook(
            sheet=_sheet(b"@"), times=200_000, unit=b"<row><c><f>A1</f></c></row>")),
        one("100,000 merged cells", workbook(
            sheet=_sheet(b"", after=b"<mergeCells>@</mergeCells>"), times=99_000,
            unit=b'<mergeCell ref="A1:XFD1048576"/>')),
        one("500,000 merged cells", workbook(
            sheet=_sheet(b"", after=b"<mergeCells>@</mergeCells>"), times=500_000,
            unit=b'<mergeCell ref="A1:XFD1048576"/>')),
        one("a number of 30 million digits", workbook(
            sheet=_sheet(b'<row r="2"><c r="A2"><v>@</v></c></row>'), times=30 * MB, unit=b"1")),
        one("nested 3 million deep", workbook(sheet=_sheet(b"@"), times=3 * MB, unit=b"<a>")),
        one("one tag of 90 MB", workbook(sheet=_sheet(b"<row @/>"), times=9 * MB, unit=b' a="b" "')),
        one("many styles", workbook(
            styles=f"<styleSheet {SPREADSHEET}><cellXfs>@</cellXfs></styleSheet>".encode(), times=3 * MB, unit=b"<xf/>")),
        one("1,500 parts", _many_parts),
        one("one part 900 times", _one_part_often),
        one("many sheets", _many_sheets),
    ]  # fmt: skip


def _many_parts(path: Path) -> None:
    workbook()(path)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(1_500):
            archive.writestr(f"xl/worksheets/extra{number}.xml", "<a/>")


def _one_part_often(path: Path) -> None:
    """Let many names mean the same compressed bytes, each of 10 MB."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", " " * 10 * MB)
        first = archive.infolist()[0]
        for number in range(900):
            other = zipfile.ZipInfo(f"xl/worksheets/sheet{number + 2}.xml")
            for field in ("compress_type", "CRC", "compress_size", "file_size", "header_offset"):
                setattr(other, field, getattr(first, field))
            archive.filelist.append(other)


def _many_sheets(path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    for number in range(900):
        book.create_sheet(f"Sheet {number}").append(["urn", "name"])
    book.save(path)


# --- GeoJSON and layers --------------------------------------------------------------------------------------------


def _collection(feature: str | Callable[[], str], times: int) -> Callable[[Path], None]:
    """Return a writer of a collection; what is long is made when it is written."""

    def write(path: Path) -> None:
        text = feature if isinstance(feature, str) else feature()
        last = text.replace("{n}", "last")
        numbered('{"type":"FeatureCollection","features":[', text + ",", times, last + "]}")(path)

    return write


def _geojson_files() -> list[Hostile]:
    school = geojson().decode().partition('"features": [')[2].partition("}}")[0] + "}}"
    head = b'{"type":"FeatureCollection","features":'
    props = '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{'

    def one(name: str, write: Callable[[Path], None]) -> Hostile:
        return Hostile(name, "schools.geojson", write)

    square = "[[-0.3,51.5],[-0.1,51.5],[-0.1,51.7],[-0.3,51.7],[-0.3,51.5]]"
    shape = '{"type":"Feature","properties":{"district":"N{n}"},"geometry":{"type":"Polygon","coordinates":[@]}}'
    star = ",".join(
        f"[{-0.3 + (n * 7919 % 10_007) / 5e4:.5f},{51.5 + (n * 104_729 % 10_009) / 5e4:.5f}]" for n in range(20_000)
    )
    return [
        one("one key 30,000 times", repeated(head + b"[],", b'"a":1,', 30_000, b'"b":2}')),
        one("30,000 keys and one again", numbered("{", '"k{n}":1,', 30_000, '"k29999":2}')),
        one("one key 4 million times", repeated(head + b"[],", b'"a":1,', 4 * MB, b'"b":2}')),
        one("a million keys in a feature", numbered(props, '"k{n}":{n},', MB, '"urn":"1"}}]}')),
        one("49 million brackets", repeated(head, b"[", NEARLY)),
        one("900 deep, a thousand times", repeated(head + b"[", b"[" * 900 + b"]" * 900 + b",", 1_000, b"1]}")),
        one("100,000 deep objects", repeated(b"", b'{"a":', 100_000)),
        one("20 million numbers", repeated(head + b"[", b"1,", 20 * MB, b"1]}")),
        one("4.9 million numbers", repeated(head + b"[", b"1,", 49 * MB // 10, b"1]}")),
        one("4.9 million empty objects", repeated(head + b"[", b"{},", 24 * MB // 10, b"{}]}")),
        one("a number of 49 million digits", repeated(head, b"1", NEARLY, b"}")),
        one("a float of 49 million digits", repeated(head + b"0.", b"1", NEARLY, b"}")),
        one("one text of 49 MB", repeated(head + b'"', b"a", NEARLY, b'"}')),
        one("one text of escapes", repeated(head + b'"', rb"\u00e9", NEARLY // 6, b'"}')),
        one("49 MB of blanks", repeated(head, b" ", NEARLY, b"[]}")),
        one("300,000 features", _collection("{}", 300_000)),
        one("190,000 features, each wrong", _collection('{"type":"Feature","properties":{"urn":"x{n}"}}', 190_000)),
        one("one school 100,000 times", _collection(school, 100_000)),
        Hostile("an outline of 1.6 million corners", "boundaries/districts.geojson", _collection(
            lambda: shape.replace("@", "[" + "[-0.3,51.5]," * 1_600_000 + "[-0.3,51.5]]"), 1)),
        Hostile("an outline that crosses itself", "boundaries/districts.geojson", _collection(
            shape.replace("@", f"[{star},[-0.3,51.5]]"), 1)),
        Hostile("40,000 districts in one place", "boundaries/districts.geojson", _collection(
            shape.replace("@", square), 40_000)),
    ]  # fmt: skip


def _layers() -> list[Hostile]:
    start = b"SQLite format 3\0"
    return [
        Hostile("a GeoPackage of zero bytes", "schools.gpkg", repeated(start, b"\0", 150 * MB)),
        Hostile("a GeoPackage of 250,000 schools", "schools.gpkg", lambda path: _geopackage(path, 250_000, "Point")),
        Hostile("a GeoPackage of long texts", "schools.gpkg", lambda path: _geopackage(path, 180, "Point", "a" * MB)),
        Hostile("a GeoPackage made by SQL", "schools.gpkg", _endless_view),
    ]


def _geopackage(path: Path, rows: int, kind: str, name: str = "Ash") -> None:
    import numpy as np
    import pyogrio
    import shapely

    east = 525_000.0 + np.arange(rows) % 1_000
    at = np.column_stack([east, 190_000.0 + np.arange(rows) // 1_000])
    places = shapely.points(at) if kind == "Point" else shapely.linestrings(np.stack([at, at + 1], axis=1))
    pyogrio.raw.write(
        path, shapely.to_wkb(places), [np.array([f"{100_000 + n}" for n in range(rows)], dtype=object),
        np.array([name] * rows, dtype=object)], ["urn", "name"], geometry_type=kind, crs="EPSG:27700", driver="GPKG",
        layer="schools" if kind == "Point" else "edges",
    )  # fmt: skip


def _endless_view(path: Path) -> None:
    """Put a view without an end in the place of the table."""
    _geopackage(path, 3, "Point")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("ALTER TABLE schools RENAME TO kept")
        columns = ", ".join(
            row[1] for row in connection.execute("PRAGMA table_info(kept)") if row[1] not in {"fid", "name"}
        )
        connection.execute(
            "CREATE VIEW schools AS WITH RECURSIVE c(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM c) "  # noqa: S608
            f"SELECT c.fid, {columns}, 'x' || c.fid AS name FROM c, kept"
        )
    connection.close()


# --- ground of maps -------------------------------------------------------------------------------------------------

GROUND = ("ground", "{file}", "--data", "{folder}", "--credit", "nobody")


def _ground_files() -> list[Hostile]:
    head = b'{"type":"FeatureCollection","features":['
    road = '{"type":"Feature","properties":{"highway":"primary","ref":"A{n}"},"geometry":{"type":"LineString","coordinates":[@]}}'
    park = '{"type":"Feature","properties":{"leisure":"park","name":"P{n}"},"geometry":@}'
    across = ",".join(f"[{-0.22 + 0.001 * (n % 2 * 40):.4f},{51.58 + n / 1e6:.6f}]" for n in range(20_000))
    ring = _star(6_000)
    square = "[[-0.21,51.59],[-0.19,51.59],[-0.19,51.61],[-0.21,51.61],[-0.21,51.59]]"

    def holed(holes: int) -> str:
        at = ((-0.2099 + n % 300 * 6e-5, 51.5901 + n // 300 * 6e-5) for n in range(holes))
        corners = ((x, y, x + 1e-5, y, x, y + 1e-5, x, y) for x, y in at)
        rings = ("[[{:.5f},{:.5f}],[{:.5f},{:.5f}],[{:.5f},{:.5f}],[{:.5f},{:.5f}]]".format(*one) for one in corners)
        return shaped("Polygon", f"[{square},{','.join(rings)}]")

    def one(name: str, write: Callable[[Path], None], *meant: str) -> Hostile:
        return Hostile(f"ground: {name}", "some.geojson", write, (*GROUND, *meant))

    def many(name: str, feature: str, times: int, *meant: str) -> Hostile:
        return replace(one(name, _collection(feature, times), *meant), quarter=_collection(feature, times // 4))

    def shaped(kind: str, coordinates: str) -> str:
        return park.replace("@", '{"type":"' + kind + '","coordinates":' + coordinates + "}")

    nested = b'{"type":"GeometryCollection","geometries":['
    return [
        one("190 MB of newlines", repeated(head, b"\n", 190 * MB)),
        one("brackets", repeated(head, b"[", 190 * MB)),
        one("one key 4 million times", repeated(head, b'"a":1,', 4 * MB)),
        one("a key of 100 MB", repeated(head + b'{"properties":{"', b"a", 100 * MB, b'":1},"geometry":null}]}')),
        one("800,000 keys in a feature", numbered(head.decode() + '{"properties":{', '"k{n}":1,', 8 * MB // 10, '"highway":"x"}}]}')),
        one("NaN for a place", repeated(head, road.replace("@", "[NaN,51.6],[-0.2,51.6]").encode() + b",", 1_000, b"{}]}")),
        one("10^999 for a place", repeated(head, road.replace("@", "[1e999,51.6],[-0.2,51.6]").encode() + b",", 1_000, b"{}]}")),
        one("10^308 for a place", repeated(head, road.replace("@", "[1e308,1e308],[-0.2,51.6]").encode() + b",", 1_000, b"{}]}")),
        one("places beyond the poles", _collection(road.replace("@", "[-0.2,9e9],[-0.2,51.6]"), 100_000)),
        one("texts for places", _collection(road.replace("@", '["a","b"],[[],{}]'), 100_000)),
        many("190,000 roads of one name", road.replace("A{n}", "A1").replace("@", "[-0.2,51.6],[-0.19,51.61]"), 190_000),
        many("190,000 names", road.replace("@", "[-0.2,51.6],[-0.19,51.61]"), 190_000),
        one("a road that crosses the map 20,000 times", _collection(road.replace("@", across), 1)),
        one("30 such roads of one name", _collection(road.replace("A{n}", "A1").replace("@", across), 30)),
        one("a road of 1.3 million corners", _collection(
            lambda: road.replace("@", "[-0.2,51.6]," * 1_300_000 + "[-0.2,51.6]"), 1)),
        one("a park that crosses itself 6,000 times", _collection(shaped("Polygon", f"[[{ring}]]"), 1)),
        one("20 such parks", _collection(shaped("Polygon", f"[[{_star(1_500)}]]"), 20)),
        many("60,000 parks in one place", shaped("Polygon", f"[{square}]"), 60_000),
        replace(one("a park of 60,000 holes", _collection(lambda: holed(60_000), 1)),
                quarter=_collection(lambda: holed(15_000), 1)),
        one("a ring of three corners", _collection(shaped("Polygon", "[[[-0.2,51.6],[-0.2,51.6]]]"), 100_000)),
        one("collections 400 deep", pieces(lambda: [
            head, park.replace("@", (nested * 400).decode() + ("]}" * 400)).encode(), b"]}"])),
        one("collections 40 deep, 20,000 times", _collection(park.replace("@", (nested * 40).decode() + "]}" * 40), 20_000)),
        many("another kind than is meant", road.replace("@", "[-0.2,51.6],[-0.19,51.61]"), 100_000, "--as", "green"),
        many("parks of names of 1,000 letters", shaped("Polygon", f"[{square}]").replace("P{n}", "é" * 1_000), 40_000,
             "--as", "places"),
    ]  # fmt: skip


def _star(corners: int) -> str:
    """Return the corners of a ring whose every side crosses most of the others, the first again at its end."""
    at = [
        f"[{-0.21 + (n * 7919 % 10_007) / 5e5:.6f},{51.59 + (n * 104_729 % 10_009) / 5e5:.6f}]" for n in range(corners)
    ]
    return ",".join([*at, at[0]])


def _ground_packages() -> list[Hostile]:
    def one(name: str, write: Callable[[Path], None], *meant: str) -> Hostile:
        return Hostile(f"ground: {name}", "some.gpkg", write, (*GROUND, *meant))

    start = b"SQLite format 3\0"
    return [
        one("a GeoPackage of zero bytes", repeated(start, b"\0", 300 * MB)),
        one("a GeoPackage torn in the middle", _torn),
        one("its geometries damaged", _damaged_geometries),
        one("its coordinates not finite", _not_finite, "--as", "places"),
        one("its index made up", _made_up_index, "--as", "places"),
        one("its coordinate system made up", _made_up_system, "--as", "places"),
        one("600,000 roads", lambda path: _geopackage(path, 600_000, "LineString"), "--as", "roads"),
        replace(
            one("290,000 roads", lambda path: _geopackage(path, 290_000, "LineString"), "--as", "roads"),
            quarter=lambda path: _geopackage(path, 72_500, "LineString"),
        ),
        replace(
            one("long texts", lambda path: _geopackage(path, 180, "Point", "a" * MB), "--as", "places"),
            quarter=lambda path: _geopackage(path, 45, "Point", "a" * MB),
        ),
        one("made by SQL without an end", _endless_view, "--as", "places"),
        one("600 layers", _many_layers, "--as", "places"),
        one("a name that is no layer's", lambda path: _geopackage(path, 3, "Point")),
    ]


def _torn(path: Path) -> None:
    _geopackage(path, 20_000, "Point")
    with path.open("rb+") as opened:
        opened.truncate(path.stat().st_size // 2)


def _by_sql(path: Path, *statements: str, rows: int = 1_000) -> None:
    """Write points, and let somebody change what is in the file's tables, whose triggers would need functions."""
    _geopackage(path, rows, "Point")
    with sqlite3.connect(path) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            connection.execute(statement)
    connection.close()


def _damaged_geometries(path: Path) -> None:
    _by_sql(path, "UPDATE schools SET geom = substr(geom, 1, length(geom) - fid % 20)")


def _not_finite(path: Path) -> None:
    """Write NaN, infinities and 10^308 in the places of the coordinates, which are the last sixteen bytes."""
    numbers = ("000000000000F87F", "000000000000F07F", "000000000000F0FF", "A0C8EB85F3CCE17F")
    changes = (
        f"UPDATE schools SET geom = CAST(substr(geom, 1, length(geom) - 16) || x'{number}{number}' AS BLOB) "  # noqa: S608
        f"WHERE fid % 4 = {at}"
        for at, number in enumerate(numbers)
    )
    _by_sql(path, *changes, "DROP TABLE IF EXISTS rtree_schools_geom", "DELETE FROM gpkg_extensions")


def _made_up_index(path: Path) -> None:
    _by_sql(path, "UPDATE gpkg_contents SET min_x = -1e308, max_x = 1e308, min_y = 'a', max_y = x'00'",
            "UPDATE rtree_schools_geom SET minx = -1e38, maxx = 1e38")  # fmt: skip


def _made_up_system(path: Path) -> None:
    _by_sql(path, "UPDATE gpkg_spatial_ref_sys SET definition = 'LOCAL_CS[\"x\",UNIT[\"m\",1]]', organization = 'x', "
            "organization_coordsys_id = 1")  # fmt: skip


def _many_layers(path: Path) -> None:
    _geopackage(path, 3, "Point")
    with sqlite3.connect(path) as connection:
        for name in (f"layer{n}" for n in range(600)):
            connection.execute(f"CREATE TABLE {name} (fid INTEGER PRIMARY KEY, geom BLOB)")
            connection.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?, 'features', ?, 27700)",
                (name, name),
            )
            connection.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POINT', 27700, 0, 0)", (name,))
    connection.close()


# --- answers and names ---------------------------------------------------------------------------------------------


def _answers() -> list[Hostile]:
    head = "responder_urn,existing,wanted\n"
    names = ("names", "--data", "{folder}")

    def survey(name: str, write: Callable[[Path], None], command: tuple[str, ...] = CHECK) -> Hostile:
        return Hostile(name, "survey.csv", write, command)

    return [
        survey("an answer of 1,500 letters", repeated(head.encode() + b"100001,,", b"school on the hill ", 80, b"\n")),
        survey("49 answers of a sentence", numbered(head, f"100001,,{SENTENCE} {{n}}\n", 49)),
        survey("one name of 1.9 MB", repeated(head.encode() + b"100001,,", b"ash ", 480_000, b"\n")),
        survey("one name of a million letters apart", repeated(head.encode() + b"100001,,", b"a ", 900_000, b"\n")),
        survey("an answer of 60,000 names", numbered(head + "100001,,", "ash hill {n};", 60_000, "\n")),
        survey("199,000 answers of one school", numbered(head, "100001,,{n} hill school\n", 199_000)),
        survey("199,000 answers that name each other", numbered(head, "100001,100002;100003,100002\n", 199_000)),
        survey("names: 60,000 of them", numbered(head + "100001,,", "ash hill {n};", 60_000, "\n"), names),
        survey("names: 199,000 sentences", numbered(head, f"100001,,{SENTENCE} {{n}}\n", 199_000), names),
        survey("names: one of 1.9 MB", repeated(head.encode() + b"100001,,", b"ash ", 480_000, b"\n"), names),
        Hostile("199,000 schools not known", "names.csv", numbered("written,urn\n", "ash {n},x{n}\n", 199_000)),
        Hostile("199,000 texts confirmed", "names.csv", numbered("written,urn\n", "ash {n},100001\n", 199_000)),
        Hostile("a text of 1.9 MB", "names.csv", repeated(b"written,urn\n", b"a ", 900_000, b",100001\n")),
        Hostile("199,000 leads", "standing.csv", numbered(
            "partnership,urn,type,lead\n", "North {n},ash hill {n},hard,yes\n", 199_000)),
        Hostile("199,000 judgements", "judgements.csv", numbered(
            "urn,ofsted,ofsted_date,la_view,self_evaluation,head_experience\n", "x{n},x,x,x,x,x\n", 199_000)),
    ]  # fmt: skip


# --- TOML ----------------------------------------------------------------------------------------------------------


def _structures() -> list[tuple[str, Callable[[Path], None]]]:
    """Return the structures that any TOML file may have."""
    return [
        ("60 KB of dotted keys", repeated(b"", b"a.", 30_000, b"a = 1\n")),
        ("dotted keys in quotes", repeated(b"", b'"a" . ', 30_000, b"a = 1\n")),
        ("many dotted keys of 20 parts", numbered("", "a{n}" + ".b" * 20 + " = 1\n", 20_000)),
        ("tables of 20 parts", numbered("", "[a{n}" + ".b" * 20 + "]\n", 20_000)),
        ("one table begun 40,000 times", repeated(b"", b"[[" + b"a." * 9 + b"a]]\n", 40_000)),
        ("brackets in brackets", repeated(b"a = ", b"[", 900_000)),
        ("tables in tables", repeated(b"a = ", b"{a=", 300_000)),
        ("a key of 900,000 letters", repeated(b"", b"a", 900_000, b" = 1\n")),
        ("a number of 900,000 digits", repeated(b"a = ", b"1", 900_000, b"\n")),
        ("a text never closed", repeated(b'a = """', b'"\\\n', 300_000)),
        ("quotation marks", repeated(b"a = ", b"'''" + b'"""', 160_000)),
        ("90,000 keys", numbered("", "k{n} = 1\n", 90_000)),
        ("a list of 400,000", repeated(b"a = [", b"1,", 490_000, b"]\n")),
        ("a list of 300,000 tables", repeated(b"a = [", b"{},", 300_000, b"]\n")),
        ("60 MB", repeated(b"", b"# a\n", 15 * MB)),
    ]


def _toml_files() -> list[Hostile]:
    batch = ("batch", "{file}", "--output", "{folder}/out")
    partnership = '[[partnership]]\nnumber = {n}\nlabel = "N"\ntype = "x"\nmembers = [{ text = "A", urn = "x{n}" }]\n'
    return [
        *(Hostile(name, SCENARIO, write) for name, write in _structures()),
        *(Hostile(name, "letter-2015.toml", write) for name, write in _structures()),
        *(Hostile(name, "project.toml", write, batch) for name, write in _structures()),
        Hostile("extends 30 in a row", SCENARIO, _chain),
        Hostile("extends itself", SCENARIO, lambda path: path.write_text('extends = "village"\n', encoding="utf-8")),
        Hostile("19 parents of 1 MB", SCENARIO, _heavy_chain),
        Hostile("20,000 strands", SCENARIO, numbered("", "[strands.s{n}]\nmembers.letter = [{n}]\n", 20_000)),
        Hostile("apart: 60,000 pairs", SCENARIO, numbered("[area]\npartnerships = 1\napart = [", '["{n}", "x"],', 60_000, "]\n")),
        Hostile("8,000 partnerships", "letter-2015.toml", numbered('title = "A"\n', partnership, 8_000)),
        Hostile("a member 30,000 times", "letter-2015.toml", repeated(
            b'[[partnership]]\nnumber = 1\nlabel = "N"\ntype = "loose"\nmembers = [', b'{ text = "A", unnamed = 8 },', 30_000, b"]\n")),
        Hostile("90,000 changes", "project.toml", repeated(
            b'folders = "."\nscenario = "village"\nset = [', b'"a=1",', 90_000, b"]\n"), batch),
        Hostile("20,000 together", "project.toml", numbered(
            'folders = "."\nscenario = "village"\n', '[[together]]\nname = "{n}"\n', 20_000), batch),
        Hostile("brackets in brackets", "survey.toml", repeated(b"a = ", b"[", 900_000)),
    ]  # fmt: skip


def _chain(path: Path) -> None:
    path.write_text('extends = "p0"\n', encoding="utf-8")
    for number in range(30):
        (path.parent / f"p{number}.toml").write_text(f'extends = "p{number + 1}"\n', encoding="utf-8")


def _heavy_chain(path: Path) -> None:
    path.write_text('extends = "p0"\n', encoding="utf-8")
    for number in range(18):
        extends = f'extends = "p{number + 1}"\n' if number < 17 else ""
        numbered(extends, f"k{number}_{{n}}.a.b = 1\n", 45_000)(path.parent / f"p{number}.toml")


# --- distances -----------------------------------------------------------------------------------------------------


def _set(key: str) -> tuple[str, ...]:
    return (*CHECK, "--set", f"data.{key}={{file}}")


def _matrices() -> list[Hostile]:
    def one(name: str, file: str, write: Callable[[Path], None]) -> Hostile:
        return Hostile(name, file, write, _set("distances"))

    head = b"from,to,distance\n"
    return [
        one("190 MB of newlines", "matrix.csv", repeated(head, b"\n", 190 * MB)),
        one("190 MB of one row", "matrix.csv", repeated(head, b"1,", 95 * MB)),
        one("a header of 190 MB", "matrix.csv", repeated(b"", b"1,", 95 * MB)),
        one("1.9 MB rows of a square", "matrix.csv", repeated(b"", b"1," * 950_000 + b"\n", 50)),
        one("2 million wrong values", "matrix.csv", repeated(head, b"100001,100002,far\n", 2 * MB)),
        one("2 million marks of no value", "matrix.csv", repeated(head, b"100001,100002,x\n", 2 * MB)),
        one("2 million strangers", "matrix.csv", numbered(head.decode(), "a{n},b{n},1\n", 2 * MB)),
        one("quotation marks", "matrix.csv", repeated(head + b'"', b'""', 100 * MB)),
        one("400 MB", "matrix.csv", repeated(head, b"100001,100002,3\n", 26 * MB)),
        one("a Parquet file of 10^9 equal rows", "matrix.parquet", lambda path: _parquet(path, 1_000_000, 1_000, "1")),
        one("a Parquet file of 5,000 columns", "matrix.parquet", _wide_parquet),
        one("a Parquet file of one text of 5 MB, often", "matrix.parquet", lambda path: _parquet(path, 500_000, 1, "a" * 5 * MB)),
        one("a Parquet file of nested lists", "matrix.parquet", _nested_parquet),
        one("a Parquet file of zero bytes", "matrix.parquet", repeated(b"PAR1", b"\0", 190 * MB, b"PAR1")),
    ]  # fmt: skip


def _parquet(path: Path, rows: int, groups: int, text: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    codes = pa.array([0] * rows, pa.int32())
    column = pa.DictionaryArray.from_arrays(codes, pa.array([text]))
    table = pa.table({"from": column, "to": column, "distance": column})
    with pq.ParquetWriter(path, table.schema, compression="zstd") as writer:
        for _ in range(groups):
            writer.write_table(table)


def _wide_parquet(path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({f"c{n}": [1.0] * 1_000 for n in range(5_000)}), path)


def _nested_parquet(path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    long = pa.array([list(range(10_000))] * 2_000)
    pq.write_table(pa.table({"from": long, "to": long, "distance": long}), path)


def _road_files() -> list[Hostile]:
    def one(name: str, write: Callable[[Path], None], file: str = "roads.graphml") -> Hostile:
        return Hostile(name, file, write, _set("roads"))

    start = graphml().partition(b"<edge ")[0]
    end = b"</graph></graphml>"
    edge = b'<edge source="0" target="1"/>'
    return [
        one("torn at its end", repeated(start, edge, 3 * MB, b"<edge")),
        one("nested 3 million deep", repeated(b"<graphml>", b"<a>", 3 * MB)),
        one("entities", repeated(b'<!DOCTYPE a [<!ENTITY a "', b"a", 90 * MB, b'">]><graphml>' + b"&a;" * 100)),
        one("a DOCTYPE after 3 KB", repeated(b"<graphml>" + b" " * 3_000 + b"<!DOCTYPE a [", b"<!ENTITY a '&b;'>", 10_000)),
        one("9 million tags", repeated(start, edge, 9 * MB, end)),
        one("one text of 190 MB", repeated(start + b"<data>", b"a", 190 * MB, b"</data>" + end)),
        one("one tag of 190 MB", repeated(start + b'<edge a="', b"a", 190 * MB, b'"/>' + end)),
        one("5 million attributes", pieces(lambda: itertools.chain(
            [start, b"<edge "], (b'a%d="" ' % n for n in range(5 * MB)), [b"/>", end]))),
        one("edges without nodes", repeated(start, b'<edge source="x" target="y"/>', MB, end)),
        one("wrong lengths", repeated(
            start + b'<key id="l" attr.name="length"/>', b'<edge source="0" target="1"><data key="l">x</data></edge>', MB, end)),
        one("190 MB of blanks", repeated(start, b" ", 190 * MB, end)),
        one("200,000 nodes nowhere", numbered(
            start.decode(), '<node id="n{n}"><data key="x">1e300</data><data key="y">1e300</data></node>', 200_000, end.decode())),
        one("400,000 edges", repeated(start, edge, 400_000, end)),
        one("a GeoPackage of zero bytes", repeated(b"SQLite format 3\0", b"\0", 190 * MB), "roads.gpkg"),
        one("a GeoPackage of 600,000 roads", lambda path: _geopackage(path, 600_000, "LineString"), "roads.gpkg"),
    ]  # fmt: skip


# --- registers and postcodes ---------------------------------------------------------------------------------------


def _registers() -> list[Hostile]:
    init = ("init", "{folder}/new", "--register", "{file}", "--la", "302")
    batch = ("batch", "{folder}/project.toml", "--output", "{folder}/out")
    head, row, *_ = register().splitlines(keepends=True)

    def read(name: str, write: Callable[[Path], None]) -> Hostile:
        return Hostile(f"init: {name}", "register.csv", write, init)

    def country(name: str, write: Callable[[Path], None], file: str) -> Hostile:
        def both(path: Path) -> None:
            write(path)
            text = f'register = "{file}"\nscenario = "village"\n'
            (path.parent / "project.toml").write_text(text, encoding="utf-8")

        return Hostile(f"batch: {name}", file, both, batch)

    def listed(name: str, write: Callable[[Path], None], file: str = "list.csv") -> Hostile:
        return Hostile(f"init --from: {name}", file, write, ("init", "{folder}/new", "--from", "{file}", "--la", "302"))

    return [
        listed("newlines", repeated(head, b"\n", 190 * MB)),
        listed("one school 600,000 times", repeated(head, row, 600_000)),
        listed("190,000 schools, each wrong", numbered(
            head.decode(), row.decode().replace("100001", "x{n}").replace("525719", "x").replace("210", "x"), 190_000)),
        listed("190,000 authorities", numbered(
            head.decode(), row.decode().replace("302", "{n}").replace("100001", "1{n}"), 190_000)),
        listed("190,000 footers", repeated(head, b"Total" + b"," * (head.count(b",")) + b"\n", 190_000)),
        listed("a gzip bomb of 2 GB", _gzip(b"", b"\0", 2_000 * MB), "list.csv.gz"),
        listed("a ZIP bomb of 2 GB", _zip(b"\0", 2_000 * MB), "list.zip"),
        listed("a ZIP of one row", _zip(b",", 2_000 * MB), "list.zip"),
        listed("brackets", repeated(b'{"type":"FeatureCollection","features":', b"[", NEARLY), "list.geojson"),
        read("newlines", repeated(head, b"\n", 190 * MB)),
        read("one row", repeated(head, b",", 190 * MB)),
        read("quotation marks", repeated(head + b'"', b"a\n", 95 * MB)),
        read("one school 600,000 times", repeated(head, row, 600_000)),
        read("190,000 wrong rows", repeated(head, row.replace(b"525719", b"x").replace(b"210", b"x"), 190_000)),
        read("250 MB", repeated(head, row, 250 * MB // len(row))),
        country("newlines", repeated(head, b"\n", 190 * MB), "all.csv"),
        country("a gzip bomb of 2 GB", _gzip(b"", b"\0", 2_000 * MB), "all.csv.gz"),
        country("a gzip bomb of newlines", _gzip(head, b"\n", 2_000 * MB), "all.csv.gz"),
        country("a gzip bomb of one row", _gzip(head, b",", 2_000 * MB), "all.csv.gz"),
        country("a torn gzip", pieces(lambda: [gzip.compress(head + row * 100_000)[:-9]]), "all.csv.gz"),
        country("190,000 authorities", numbered(
            head.decode(), row.decode().replace("302", "{n}").replace("100001", "1{n}"), 190_000), "all.csv"),
    ]  # fmt: skip


def _gzip(head: bytes, unit: bytes, times: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with gzip.open(path, "wb", compresslevel=1) as opened:
            opened.write(head)
            for block in _blocks(unit, times):
                opened.write(block)

    return write


def _zip(unit: bytes, times: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("edubasealldata.csv", "w") as held,
        ):
            for block in _blocks(unit, times):
                held.write(block)

    return write


def _postcodes() -> list[Hostile]:
    def one(name: str, file: str, write: Callable[[Path], None], source: str = "{file}") -> Hostile:
        def both(path: Path) -> None:
            write(path)
            lost = (
                geojson()
                .decode()
                .replace('"geometry": {"type": "Point", "coordinates": [-0.1, 51.6]}', '"geometry": null')
            )
            (path.parent / "lost.geojson").write_text(lost, encoding="utf-8")

        return Hostile(f"geocode: {name}", file, both, ("geocode", "{folder}/lost.geojson", "--postcodes", source))

    head = b"pcd,doterm,oseast1m,osnrth1m\n"
    row = b"N12 8PE,,525719,191679\n"
    return [
        one("20 million newlines", "directory.csv", repeated(head, b"\n", 20 * MB)),
        one("one row of 900 MB", "directory.csv", repeated(head + b"N12", b",", 900 * MB)),
        one("quotation marks", "directory.csv", repeated(head + b'"N12 ', b"a\n", 100 * MB)),
        one("one postcode a million times", "directory.csv", repeated(head, row, MB)),
        one("3 million postcodes not asked for", "directory.csv", repeated(head, row.replace(b"N12", b"W12"), 3 * MB)),
        one("a header of 900 MB", "directory.csv", repeated(b"", b"a,", 450 * MB)),
        one("a ZIP", "directory.csv", repeated(b"PK\x03\x04", b"\0", 90 * MB)),
        one("a folder of newlines", "n.csv", repeated(b"", b"\n", 20 * MB), "{folder}"),
        one("a folder of one row", "n.csv", repeated(b"", b",", 300 * MB), "{folder}"),
    ]


# --- what the program wrote itself ---------------------------------------------------------------------------------


def _own_files() -> list[Hostile]:
    plan = (*CHECK, "--plan", "{file}")
    verify = ("verify", "{folder}")
    head = "urn,name,partnership,partnership_name,strand,role,distance_to_centre_m\n"
    own = '{"format": "geo-partnerships published folder", "version": 1, "files": '
    return [
        Hostile("newlines", "plan.csv", repeated(head.encode(), b"\n", NEARLY), plan),
        Hostile("199,000 schools not known", "plan.csv", numbered(head, "x{n},A,1,N,area,member,0\n", 199_000), plan),
        Hostile("one school 199,000 times", "plan.csv", repeated(head.encode(), b"100001,A,1,N,area,centre,0\n", 199_000), plan),
        Hostile("199,000 partnerships", "plan.csv", numbered(head, "100001,A,{n},N{n},s{n},centre,0\n", 199_000), plan),
        Hostile("numbers of 100,000 digits", "plan.csv", repeated(
            head.encode(), b"100001,A," + b"1" * 100_000 + b",N,area,centre,0\n", 400), plan),
        Hostile("900,000 deep", "manifest.json", repeated(b"", b"[", 900_000), verify),
        Hostile("900 MB", "manifest.json", repeated(own.encode(), b" ", 900 * MB, b"{}}"), verify),
        Hostile("2 million files", "manifest.json", numbered(own + "{", '"f{n}": "x",', 2 * MB, '"a": "b"}}'), verify),
        Hostile("names that leave the folder", "manifest.json", numbered(own + "{", '"../../{n}": "x",', 100_000, '"a": "b"}}'), verify),
        Hostile("a number of 9 million digits", "manifest.json", repeated(own.encode(), b"1", 9 * MB, b"}"), verify),
        *(Hostile(name, "decisions.jsonl", write, ("decisions", "{file}")) for name, write in _logs()),
    ]  # fmt: skip


def _logs() -> list[tuple[str, Callable[[Path], None]]]:
    fields: dict[str, Any] = {"action": "comment", "when": "2015-01-12", "by": "a", "reason": "b", "n": 1}

    def line(**changes: object) -> bytes:
        return json.dumps({**fields, **changes}).encode() + b"\n"

    return [
        ("49 MB of newlines", repeated(line(), b"\n", NEARLY)),
        ("one line of 300 MB", repeated(b"", b"a", 300 * MB)),
        ("900,000 deep", repeated(b'{"n":', b"[", 900_000, b"\n")),
        ("n of 10^30", repeated(b"", line(n=10**30), 1_000)),
        ("n of 4 million digits", repeated(b'{"n":', b"1", 4 * MB, b"}\n")),
        ("one number 200,000 times", repeated(b"", line(), 200_000)),
        ("a reason of 40 MB", repeated(b'{"action":"comment","n":1,"reason":"', b"a", 40 * MB, b'"}\n')),
        ("details of a million keys", numbered('{"action":"comment","n":1,"details":{', '"k{n}":1,', MB, '"a":1}}\n')),
        ("200,000 torn lines", repeated(b"", b'{"n":\n', 200_000)),
    ]


# --- arguments -----------------------------------------------------------------------------------------------------


def _arguments() -> list[Hostile]:
    def change(name: str, text: str) -> Hostile:
        return Hostile(f"--set: {name}", "", lambda _: None, (*CHECK, "--set", text))

    return [
        change("brackets", "area=" + "[" * 100_000),
        change("tables", "area=" + "{a=" * 30_000),
        change("a key of 60,000 parts", "a." * 60_000 + "b=1"),
        change("a key of 100,000 letters", "a" * 100_000 + "=1"),
        change("a number of 100,000 digits", "area.partnerships=" + "1" * 100_000),
        change("a text of 100,000", "title=" + "é" * 60_000),
        change("a list of 50,000", "area.apart=[" + "1," * 50_000 + "]"),
        change("dotted keys in a table", "area={" + "a." * 30_000 + "b=1}"),
        change("quotation marks", "area=" + "\"'" * 50_000),
        Hostile("--set: 500 of them", "", lambda _: None, (*CHECK, *(["--set", "area.partnerships=1"] * 500))),
    ]
