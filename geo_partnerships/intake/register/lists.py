"""A list of schools in any format, opened: what it is, how its header was read, and its rows."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import shapely

from geo_partnerships.countries import UNITED_KINGDOM
from geo_partnerships.intake.formats.archives import unpacked
from geo_partnerships.intake.formats.encoding import lines_in, too_many_lines
from geo_partnerships.intake.formats.files import read_bytes
from geo_partnerships.intake.formats.spreadsheets import frame_records, layer_frame, workbook_records
from geo_partnerships.intake.formats.strict_json import properties_of, property_names, read_features
from geo_partnerships.intake.formats.tables import Row, TableError, csv_records, rows_under, within_limits
from geo_partnerships.intake.register.kinds import GIAS, Kind, kind_of
from geo_partnerships.intake.schools.row import LAYOUT as SCHOOLS
from geo_partnerships.limits import LINES, REGISTER_BYTES
from geo_partnerships.vocabulary import CRS_WGS84

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from geo_partnerships.countries import Country
    from geo_partnerships.intake.formats.findings_log import Noticed

LIST = replace(SCHOOLS, required=("name",))
XLSX, SQLITE = b"PK\x03\x04", b"SQLite format 3\0"
LONGITUDE, LATITUDE, EASTING, NORTHING = "longitude", "latitude", "easting", "northing"
DEGREE_DECIMALS = 6  # a tenth of a metre


@dataclass(frozen=True, slots=True)
class SchoolList:
    """An opened list.

    Parameters
    ----------
    kind
        What it is.
    header
        As the file has it.
    positions
        Where each column stands that is read.
    rows
        Its rows with the cells that are read, one at a time.
    """

    kind: Kind
    header: tuple[str, ...]
    positions: Mapping[str, int]
    rows: Iterator[Row]

    def reading(self) -> list[tuple[str, str]]:
        """Return each column of the header and what it is read as; "" where it is not read."""
        read_as = {at: column for column, at in self.positions.items()}
        return [(cell, read_as.get(at, "")) for at, cell in enumerate(self.header)]


def open_list(
    path: Path,
    noticed: Noticed,
    given: Mapping[str, str] | None = None,
    country: Country = UNITED_KINGDOM,
) -> SchoolList | None:
    """Return the list in a CSV (gzipped or in a ZIP, too), a workbook, a GeoPackage or a GeoJSON file.

    Parameters
    ----------
    given
        Names of columns that a person gave, by the column of a list of schools.
    country
        Whose list it is.
    """
    data = read_bytes(path, noticed, REGISTER_BYTES)
    plain = None if data is None else unpacked(data, noticed)
    records = None if plain is None else _records(plain, noticed, country)
    if records is None:
        return None
    layout = replace(LIST, given=given or {}).also_called(country.columns)
    try:
        found = rows_under(within_limits(records), layout, noticed, padded=True)
    except TableError as problem:
        problem.tell(noticed)
        return None
    return (
        None if found is None else SchoolList(kind_of(found.header), tuple(found.header), found.positions, found.rows)
    )


def _records(data: bytes, noticed: Noticed, country: Country) -> Iterator[tuple[int, Sequence[str]]] | None:
    """Return the rows of a table in any format, the header first."""
    if data.startswith(XLSX):
        book = workbook_records(data, "schools", noticed)
        return None if book is None else iter(book)
    if data.startswith(SQLITE):
        return _layer(data, noticed, country)
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{":
        return _features(data, noticed)
    if too_many_lines(data, LINES):
        TableError(f"There are more than {LINES:,} rows.").tell(noticed)
        return None
    lines = lines_in(data, noticed, published_as_1252=GIAS.marks[0].encode() in data[:10_000])
    return None if lines is None else csv_records(lines)


def _layer(data: bytes, noticed: Noticed, country: Country) -> Iterator[tuple[int, Sequence[str]]] | None:
    frame = layer_frame({".gpkg": data}, ".gpkg", "schools", noticed, country)
    if frame is None:
        return None
    columns = [str(name) for name in frame.columns if name != frame.geometry.name]
    along = (EASTING, NORTHING) if country.has_grid else (LONGITUDE, LATITUDE)
    decimals = 1 if country.has_grid else DEGREE_DECIMALS
    kept = [name for name in columns if name.casefold() not in along]
    placed = frame if country.has_grid else frame.to_crs(CRS_WGS84)
    middles = shapely.centroid(placed.geometry.to_numpy())
    places = zip(shapely.get_x(middles), shapely.get_y(middles), strict=True)
    rows = (
        (number, [*cells, *("" if value != value else f"{value:.{decimals}f}" for value in place)])  # noqa: PLR0124 - NaN
        for (number, cells), place in zip(frame_records(frame, kept), places, strict=True)
    )
    return itertools.chain([(1, [*kept, *along])], rows)


def _features(data: bytes, noticed: Noticed) -> Iterator[tuple[int, Sequence[str]]] | None:
    features, _ = read_features(data, noticed)
    if noticed.has_errors:
        return None
    header = [name for name in property_names(features) if name not in {LONGITUDE, LATITUDE}]
    rows = (
        (number, [*(_text(properties_of(feature).get(name)) for name in header), *_degrees(feature)])
        for number, feature in enumerate(features, 2)
    )
    return itertools.chain([(1, [*header, LONGITUDE, LATITUDE])], rows)


def _degrees(feature: object) -> tuple[str, str]:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    place = geometry.get("coordinates") if isinstance(geometry, dict) and geometry.get("type") == "Point" else None
    return (str(place[0]), str(place[1])) if isinstance(place, list) and len(place) > 1 else ("", "")


def _text(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)
