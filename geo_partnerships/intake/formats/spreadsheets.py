"""Tables as people keep them: CSV, workbooks, GeoPackages and shapefiles, by the ending of the name."""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
import warnings
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from geo_partnerships.countries import UNITED_KINGDOM
from geo_partnerships.errors import BadDataError
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.formats.normalise import folded
from geo_partnerships.intake.formats.tables import TableError, read_csv, table_from
from geo_partnerships.limits import (
    CELLS,
    COLUMNS,
    COMMENT_BYTES,
    LINES,
    OTHER_TAGS,
    PADDED_CELLS,
    PARTS,
    ROWS,
    SHARED_STRING_TAGS,
    UNPACKED_BYTES,
)  # fmt: skip
from geo_partnerships.sentences import count
from geo_partnerships.vocabulary import CRS_WGS84

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import shapely

    from geo_partnerships.countries import Country
    from geo_partnerships.intake.formats.findings_log import Noticed
    from geo_partnerships.intake.formats.header import Layout
    from geo_partnerships.intake.formats.tables import Table

TABLES = (".csv", ".tsv", ".txt", ".xlsx")
LAYERS = (".gpkg", ".shp")
# What a shapefile consists of beside the .shp itself.
SHAPEFILE_PARTS = (".dbf", ".shx", ".prj", ".cpg")
NEEDED_PARTS = (".dbf", ".shx", ".prj")
_STARTS = MappingProxyType({".gpkg": b"SQLite format 3\0", ".shp": b"\0\0\x27\x0a", ".xlsx": b"PK\x03\x04"})
_BLANK_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])[^<>]*+(?:(?<=/)>|>\s*+</(?:\w+:)?c\s*>)")
_UNPLACED_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])(?![^<>]*\sr=)")
_EMPTY_ROW = re.compile(rb"<(?:\w+:)?row(?=[\s/>])[^<>]*+(?:(?<=/)>|>\s*+</(?:\w+:)?row\s*>)")
_ROW = re.compile(rb"(<(?:\w+:)?row)(?=[\s/>])([^<>]*+>)")
_UNPLACED_ROW = re.compile(rb"<(?:\w+:)?row(?=[\s/>])(?![^<>]*\sr=)")
_PLACE = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")
_START_OF_ROWS = re.compile(rb"<((?:\w+:)?)sheetData(?=[\s/>])")
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension[\s/>]")
_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)[\s/>]")
TAGS_OF_A_ROW, TAGS_OF_A_CELL = 2, 12  # marks "<", those that end an element too
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")


def read_spreadsheet(data: bytes, ending: str, layout: Layout, noticed: Noticed, *, sheet: str) -> Table | None:
    """Return the table in a CSV file or a workbook, or None and error findings.

    Parameters
    ----------
    ending
        One of `TABLES`.
    sheet
        Name of the sheet that is meant where a workbook has several.
    """
    if ending != ".xlsx":
        return read_csv(data, layout, noticed)
    records = None if _is_other(data, ending, noticed) else workbook_records(data, sheet, noticed)
    return None if records is None else table_from(records, layout, noticed, padded=True)


def _is_other(data: bytes, ending: str, noticed: Noticed) -> bool:
    if data.startswith(_STARTS[ending]):
        return False
    noticed.error(
        "file-other-kind", f"The file is not what its ending {ending} promises.", "Export it again, or rename it."
    )
    return True


# --- workbooks -----------------------------------------------------------------------------------------------------


def workbook_records(data: bytes, sheet: str, noticed: Noticed) -> list[tuple[int, list[str]]] | None:
    """Return the rows of a workbook's sheet that hold something, with their numbers; None and error findings."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            packed, formulas = _repacked(archive)
        # What the reader says of damage it says by warnings and by print, among the figures on stdout.
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            return _sheet(packed, sheet, noticed, formulas=formulas)
    except BadDataError:
        raise
    except TableError as problem:
        noticed.error("xlsx-too-large", str(problem), "Leave only the sheet that is needed, or save it as CSV.")
    except Exception:  # noqa: BLE001 - a broken workbook can break its reader anywhere
        noticed.error("xlsx-malformed", "The workbook cannot be read.", "Save it again, or save the sheet as CSV.")
    return None


def _repacked(archive: zipfile.ZipFile) -> tuple[io.BytesIO, bool]:
    """Return the workbook without blank cells and empty rows, and whether it has formulas.

    A coloured row has thousands of blank cells, a coloured sheet a million rows, and they say nothing.

    Raises
    ------
    TableError
        There is more in it than is read; nothing has been parsed.
    """
    listed = archive.infolist()
    if len(listed) > PARTS:
        raise TableError(f"The workbook has {count(len(listed), 'part')}; at most {PARTS:,} can be read.")
    if sum(part.file_size for part in listed) > UNPACKED_BYTES:
        raise TableError(f"The workbook unpacks to more than {UNPACKED_BYTES // 1_000_000} MB.")
    held = io.BytesIO()
    formulas = False
    cells = others = 0
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as packed:
        for name in archive.namelist():
            xml = archive.read(name)
            _refuse_long_comments(xml)
            if _is_sheet(name):
                xml = _measured(_without_empty_rows(_without_blank_cells(xml)))
                in_cells, outside = _counted(xml)
                cells, others = cells + in_cells, others + outside
                formulas = formulas or _FORMULA.search(xml) is not None
            elif name.endswith("sharedStrings.xml"):
                _refuse_above(SHARED_STRING_TAGS, xml.count(b"<"), "texts")
            else:
                others += xml.count(b"<")
            _refuse_above(CELLS, cells, "cells")
            _refuse_above(OTHER_TAGS, others, "styles and settings")
            packed.writestr(name, xml)
    return held, formulas


def _counted(xml: bytes) -> tuple[int, int]:
    """Return how many cells a sheet has, and how many marks "<" that belong to none.

    Raises
    ------
    TableError
        It has more rows, or more cells in a row, than are read.
    """
    end = max(xml.rfind(b"sheetData>"), 0)
    rows = filled = cells = in_row = 0
    for found in _ROW_OR_CELL.finditer(xml, 0, end):
        if found[1] == b"row":
            rows, in_row = rows + 1, 0
        else:
            cells, in_row = cells + 1, in_row + 1
            filled += in_row == 1
        if rows > LINES or filled > ROWS:
            raise TableError(f"There are more than {LINES if rows > LINES else ROWS:,} rows.")
        if in_row > COLUMNS:
            raise TableError(f"Row {rows:,} has more than {COLUMNS:,} columns.")
    inside = xml.count(b"<", 0, end) - TAGS_OF_A_ROW * rows - TAGS_OF_A_CELL * cells
    return cells, max(inside, 0) + xml.count(b"<", end)


def _refuse_long_comments(xml: bytes) -> None:
    """Raise `TableError` where a comment is long: the parser begins it again with every piece that it is given."""
    at = xml.find(b"<!--")
    while at >= 0:
        end = xml.find(b"-->", at)
        if end < 0 or end - at > COMMENT_BYTES:
            raise TableError(f"It holds a comment of more than {COMMENT_BYTES:,} characters.")
        at = xml.find(b"<!--", end)


def _without_blank_cells(xml: bytes) -> bytes:
    """Return a sheet without its blank cells, where every cell says itself where it stands."""
    if _UNPLACED_CELL.search(xml) or b"<!" in xml:
        return xml
    return _BLANK_CELL.sub(b"", xml)


def _without_empty_rows(xml: bytes) -> bytes:
    """Return a sheet without its empty rows; the others say themselves where they stand.

    Raises
    ------
    TableError
        It has more rows than are read.
    """
    if b"<!" in xml or not _EMPTY_ROW.search(xml):
        return xml
    return _EMPTY_ROW.sub(b"", _with_places(xml) if _UNPLACED_ROW.search(xml) else xml)


def _with_places(xml: bytes) -> bytes:
    """Return a sheet each row of which says where it stands: without that, after the one before."""
    number = 0

    def placed(row: re.Match[bytes]) -> bytes:
        nonlocal number
        told = _PLACE.search(row[2])
        number = int(told[1]) if told else number + 1
        if number > LINES:
            raise TableError(f"There are more than {LINES:,} rows.")
        return row[0] if told else b'%b r="%d"%b' % (row[1], number, row[2])

    return _ROW.sub(placed, xml)


def _measured(xml: bytes) -> bytes:
    """Return a sheet that says how large it is, though not how large: else its reader would go through it to see."""
    start = _START_OF_ROWS.search(xml)
    if start is None or _DIMENSION.search(xml, 0, start.start()):
        return xml
    return b'%b<%bdimension ref="A1"/>%b' % (xml[: start.start()], start[1], xml[start.start() :])


def _refuse_above(most: int, number: int, what: str) -> None:
    if number > most:
        raise TableError(f"The workbook has too many {what}: {number:,}; at most {most:,} can be read.")


def _is_sheet(name: str) -> bool:
    return "worksheets/" in name and name.endswith(".xml")


def _sheet(packed: io.BytesIO, sheet: str, noticed: Noticed, *, formulas: bool) -> list[tuple[int, list[str]]] | None:
    import openpyxl  # noqa: PLC0415 - slow to load, and seldom needed

    book = openpyxl.load_workbook(packed, read_only=True, data_only=True)
    title = _chosen(book, sheet, noticed)
    if title is None:
        return None
    records = _records(_rows(book[title]), noticed)
    if formulas:
        with_formulas = openpyxl.load_workbook(packed, read_only=True)
        _tell_formulas_without_values(_rows(with_formulas[title]), dict(records), noticed)
    return records


def _rows(sheet: Any) -> Iterator[Sequence[Any]]:
    """Return the rows of a sheet, each as long as it is, whatever the sheet says of its own size."""
    sheet.reset_dimensions()
    rows: Iterator[Sequence[Any]] = sheet.iter_rows()
    return rows


def _chosen(book: Any, sheet: str, noticed: Noticed) -> str | None:
    titles = [one.title for one in book.worksheets if one.sheet_state == "visible"]
    meant = [title for title in titles if folded(title) == folded(sheet)]
    if not titles:
        noticed.error("xlsx-no-sheet", "The workbook has no sheet that can be seen.", "Unhide the sheet.")
        return None
    title = (meant or titles)[0]
    if len(titles) > 1:
        others = ", ".join(shown(other) for other in titles if other != title)
        noticed.note("xlsx-sheet", f"The sheet {shown(title)} was read.", f"Not read: {others}.")
    return str(title)


def _records(rows: Iterable[Sequence[Any]], noticed: Noticed) -> list[tuple[int, list[str]]]:
    """Return the rows that hold something with their numbers, each without the blank cells at its end."""
    records = []
    looked_at = 0
    for number, row in enumerate(rows, 1):
        looked_at += len(row)
        if looked_at > PADDED_CELLS:
            raise TableError(f"Up to row {number:,} there are more than {PADDED_CELLS:,} cells, blank ones included.")
        if number > LINES:
            raise TableError(f"There is a row {number:,}; at most {LINES:,} can be read.")
        cells = _filled(row)
        if len(cells) > COLUMNS:
            raise TableError(f"Row {number:,} has {count(len(cells), 'column')}; at most {COLUMNS:,} can be read.")
        for cell in cells:
            if cell.data_type == "e":
                noticed.error(
                    "xlsx-error-value",
                    f"The cell holds the error {shown(cell.value)}.",
                    "Correct the formula.",
                    row=number,
                    field=str(cell.column_letter),
                )
        if cells:
            records.append((number, [_as_text(cell.value) for cell in cells]))
        if len(records) > ROWS:
            raise TableError(f"There are more than {ROWS:,} rows.")
    return records


def _filled(row: Sequence[Any]) -> Sequence[Any]:
    """Return the cells of a row up to the last that holds something."""
    width = next((at for at in range(len(row), 0, -1) if _as_text(row[at - 1].value).strip()), 0)
    return row[:width]


def _tell_formulas_without_values(
    rows: Iterable[Sequence[Any]], records: Mapping[int, Sequence[str]], noticed: Noticed
) -> None:
    for number, row in enumerate(rows, 1):
        values = records.get(number, ())
        for at, cell in enumerate(row):
            if cell.data_type == "f" and not (at < len(values) and values[at]):
                noticed.error(
                    "xlsx-formula",
                    "The cell holds a formula whose value was never saved.",
                    "Open and save the workbook in a spreadsheet, or type the value.",
                    row=number,
                    field=str(cell.column_letter),
                )


def _as_text(value: object) -> str:
    """Return a cell as one would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


# --- layers --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Layer:
    """The rows of a layer and, in the same order, their geometries in metres on a grid."""

    table: Table
    geometries: tuple[shapely.Geometry | None, ...]
    grid: str


def read_layer_file(
    parts: Mapping[str, bytes],
    layout: Layout,
    noticed: Noticed,
    *,
    layer: str,
    country: Country = UNITED_KINGDOM,
) -> Layer | None:
    """Return the layer in a GeoPackage or shapefile, or None and error findings.

    Parameters
    ----------
    parts
        The file's bytes by ending: ``.gpkg``, or ``.shp`` with its parts.
    layer
        Name of the layer that is meant where there are several.
    country
        On whose grid it is wanted.
    """
    ending = next(ending for ending in LAYERS if ending in parts)
    if _is_other(parts[ending], ending, noticed):
        return None
    missing = [part for part in NEEDED_PARTS if part not in parts] if ending == ".shp" else []
    for part in missing:
        noticed.error(
            "shapefile-part-missing",
            f"The part {part} of the shapefile is missing.",
            "Copy all files of the same name, .shp, .shx, .dbf and .prj.",
        )
    if missing:
        return None
    return layer_of(layer_frame(parts, ending, layer, noticed, country), layout, noticed)


def layer_of(frame: Any, layout: Layout, noticed: Noticed) -> Layer | None:
    """Return the layer in a frame on a grid in metres; None for none, and where it has errors."""
    if frame is None:
        return None
    columns = [str(column) for column in frame.columns if column != frame.geometry.name]
    records = [(1, columns), *frame_records(frame, columns)]
    table = table_from(records, layout, noticed, padded=True)
    if table is None:
        return None
    return Layer(table, tuple(frame.geometry.iloc[row.number - 2] for row in table.rows), frame.crs.to_string())


def layer_frame(
    parts: Mapping[str, bytes], ending: str, layer: str, noticed: Noticed, country: Country = UNITED_KINGDOM
) -> Any:
    """Return the layer as a frame in metres on the grid of a country; None and error findings.

    The bytes that were checked are the bytes that are read, under names that are nobody's choice.
    """
    with tempfile.TemporaryDirectory() as folder:
        for part, data in parts.items():
            (Path(folder) / f"layer{part}").write_bytes(data)
        return _frame(Path(folder) / f"layer{ending}", layer, noticed, country)


def on_grid(frame: Any, country: Country) -> Any:
    """Return a frame on the grid of a country, or in the zone in which its places lie."""
    if country.has_grid:
        return frame.to_crs(country.grid)
    middles = frame.to_crs(CRS_WGS84).geometry.bounds.dropna()
    return frame.to_crs(country.among(list(middles["minx"]), list(middles["miny"])).grid_or_degrees)


def _frame(path: Path, layer: str, noticed: Noticed, country: Country) -> Any:
    import pyogrio  # noqa: PLC0415 - needed for these files alone

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            names = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
            chosen = [name for name in names if folded(name) == folded(layer)] or names
            frame = pyogrio.read_dataframe(path, layer=chosen[0], max_features=ROWS + 1) if chosen else None
            grid = None if frame is None or frame.crs is None else on_grid(frame, country)
    except Exception:  # noqa: BLE001 - a broken file can break its driver anywhere
        noticed.error("layer-malformed", "The layer cannot be read.", "Export it again.")
        return None
    if frame is None or len(chosen) > 1:
        listed = f": {', '.join(map(shown, chosen))}" if chosen else ""
        noticed.error(
            "layer-ambiguous",
            f"There are {count(len(chosen), 'layer')} with places{listed}.",
            f"Leave one, or call the one that is meant {layer}.",
        )
        return None
    if grid is None:
        noticed.error(
            "layer-no-crs", "The layer does not say what its coordinates are.", "Set its CRS in a GIS and save it."
        )
    return grid


def frame_records(frame: Any, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a frame as one would type them, numbered from 2."""
    known = set(columns)
    taken = [frame.iloc[:, at] for at, name in enumerate(frame.columns) if str(name) in known]
    values = [column.astype(object).where(column.notna(), None) for column in taken]
    for number, cells in enumerate(zip(*values, strict=True), 2):
        yield number, [_as_text(_whole(cell)) for cell in cells]


def _whole(value: object) -> object:
    """Return a float without a fraction as a whole number: a column of numbers with gaps is read as floats."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
