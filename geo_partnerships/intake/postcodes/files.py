"""Unit postcodes from the files in which they are published.

Code-Point Open comes as a folder of CSV files, one for each postcode area, without headers; the ONS Postcode
Directory as one CSV of some 2.7 million rows, ended postcodes among them. Both are read row by row, and only the
rows that are asked for are kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geo_partnerships.intake.formats.encoding import pieces
from geo_partnerships.intake.formats.files import is_local_file, named
from geo_partnerships.intake.formats.findings_log import Noticed, shown
from geo_partnerships.intake.formats.tables import TableError, bounded_records, up_to
from geo_partnerships.intake.formats.values import number_in
from geo_partnerships.intake.postcodes.format import district_of, tidy
from geo_partnerships.intake.schools.points import from_irish_grid, in_britain, is_irish
from geo_partnerships.limits import AREA_LINES, POSTCODE_BYTES, POSTCODE_LINES
from geo_partnerships.sentences import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

UNIT, DISTRICT = "unit postcode", "postcode district"
# Code-Point Open: postcode, quality, easting, northing, then codes of areas.
CODE_POINT_CELLS = 10
NO_POINT_QUALITY = "90"
_AREA = re.compile(r"[a-z]{1,2}")
# The directory's columns have been renamed over the years.
DIRECTORY = {
    "postcode": ("pcds", "pcd", "pcd7", "pcd8", "pcd2"),
    "ended": ("doterm",),
    "easting": ("oseast1m", "east1m"),
    "northing": ("osnrth1m", "north1m"),
}


@dataclass(frozen=True, slots=True)
class PostcodePoint:
    """Where a postcode is, in metres, EPSG:27700.

    Parameters
    ----------
    ended
        Year and month in which it ended, ``2014-06``; "" while it is in use.
    accuracy
        `UNIT`, or `DISTRICT` where it is the mean of the district's postcodes.
    """

    easting: float
    northing: float
    ended: str = ""
    accuracy: str = UNIT


@dataclass
class Gazetteer:
    """What a source knows of the postcodes asked for, and the means of their districts."""

    units: dict[str, PostcodePoint] = field(default_factory=dict)
    districts: dict[str, PostcodePoint] = field(default_factory=dict)

    def point(self, postcode: str) -> PostcodePoint | None:
        """Return the postcode's own point, or the mean of its district, or None."""
        return self.units.get(postcode) or self.districts.get(district_of(postcode))


@dataclass(frozen=True, slots=True)
class PostcodeFiles:
    """Code-Point Open (a folder) or the ONS Postcode Directory (a CSV file).

    Parameters
    ----------
    path
        The folder as it is published, or any folder of its CSV files; or the one CSV.
    """

    path: Path

    def look_up(self, postcodes: Collection[str], noticed: Noticed) -> Gazetteer:
        """Return what is known of `postcodes`, given in the form of `tidy`."""
        wanted, districts = set(postcodes), {district_of(postcode) for postcode in postcodes}
        found = Gazetteer()
        sums: dict[str, list[float]] = {}
        for postcode, point in self._rows(districts, noticed):
            if postcode in wanted:
                found.units[postcode] = point
            district = district_of(postcode)
            if district in districts and not point.ended:
                total = sums.setdefault(district, [0, 0.0, 0.0])
                total[0] += 1
                total[1] += point.easting
                total[2] += point.northing
        found.districts = {
            district: PostcodePoint(round(east / count, 1), round(north / count, 1), accuracy=DISTRICT)
            for district, (count, east, north) in sums.items()
        }
        return found

    def within(
        self, box: tuple[float, float, float, float], districts: Collection[str], noticed: Noticed
    ) -> dict[str, PostcodePoint]:
        """Return the postcodes in use of the areas of `districts` that lie in a box (metres, EPSG:27700)."""
        areas = {area_of(district) for district in districts}
        west, south, east, north = box
        return {
            postcode: point
            for postcode, point in self._rows(areas, noticed)
            if not point.ended and west <= point.easting <= east and south <= point.northing <= north
        }

    def _rows(self, prefixes: Collection[str], noticed: Noticed) -> Iterator[tuple[str, PostcodePoint]]:
        if not prefixes:
            return iter(())
        if self.path.is_dir():
            return _code_point_open(self.path, {area_of(prefix) for prefix in prefixes}, noticed)
        return _directory(self.path, tuple(prefixes), noticed)


def area_of(district: str) -> str:
    """Return the postcode area of a district: its letters."""
    return re.sub(r"[0-9].*", "", district)


def _code_point_open(folder: Path, areas: Collection[str], noticed: Noticed) -> Iterator[tuple[str, PostcodePoint]]:
    files = {path.stem.upper(): path for path in sorted(folder.rglob("*.csv")) if _AREA.fullmatch(path.stem.lower())}
    for area in sorted(set(areas) - set(files)):
        noticed.warning(
            "postcodes-area-missing",
            f"There is no file {area.lower()}.csv in {shown(folder.name)}.",
            "Unpack all of Code-Point Open.",
        )
    for area in sorted(set(areas) & set(files)):
        yield from _told_rows(files[area], noticed, lambda _: _code_point_row)


def _code_point_row(record: Sequence[str]) -> tuple[str, PostcodePoint] | None:
    if len(record) != CODE_POINT_CELLS:
        raise ValueError
    if record[1] == NO_POINT_QUALITY or record[2] in {"0", ""}:
        return None
    postcode = tidy(record[0])
    return postcode, _point(postcode, record[2], record[3])


def _directory(file: Path, prefixes: tuple[str, ...], noticed: Noticed) -> Iterator[tuple[str, PostcodePoint]]:
    yield from _told_rows(file, noticed, _directory_row, prefixes)


def _directory_row(header: Sequence[str]) -> Callable[[Sequence[str]], tuple[str, PostcodePoint] | None]:
    given = [name.strip().casefold() for name in header]
    at = {key: next((given.index(name) for name in names if name in given), -1) for key, names in DIRECTORY.items()}
    missing = [DIRECTORY[key][0] for key, position in at.items() if position < 0]
    if missing:
        raise LookupError(missing[0])

    def read(record: Sequence[str]) -> tuple[str, PostcodePoint] | None:
        easting, northing, ended = record[at["easting"]], record[at["northing"]], record[at["ended"]].strip()
        if not easting.strip():
            return None
        month = f"{ended[:4]}-{ended[4:6]}" if ended else ""
        postcode = tidy(record[at["postcode"]])
        return postcode, _point(postcode, easting, northing, month)

    return read


def _point(postcode: str, easting: str, northing: str, ended: str = "") -> PostcodePoint:
    """Return a point on the British grid, one of Northern Ireland brought there from the Irish one.

    Raises
    ------
    ValueError
        There is none, or no number.
    """
    east, north = number_in(easting), number_in(northing)
    if east is None or north is None or not in_britain(east, north):
        raise ValueError
    if is_irish(postcode, east, north):
        place = from_irish_grid(east, north)
        return PostcodePoint(place.easting, place.northing, ended)
    return PostcodePoint(east, north, ended)


def _told_rows(
    file: Path,
    noticed: Noticed,
    reader_for: Callable[[Sequence[str]], Callable[[Sequence[str]], tuple[str, PostcodePoint] | None]],
    prefixes: tuple[str, ...] = (),
) -> Iterator[tuple[str, PostcodePoint]]:
    """Yield the postcodes in a file; say once how many rows could not be read.

    With `prefixes`, the first line is a header, and rows that begin otherwise are not looked into.
    """
    apart = Noticed(named(file))
    if is_local_file(file, apart):
        try:
            yield from _rows_of(file, apart, reader_for, prefixes)
        except (OSError, UnicodeDecodeError, TableError):
            apart.error("postcodes-unreadable", "The file cannot be read as CSV.", "Download it again.")
        except LookupError as problem:
            apart.error(
                "postcodes-column-missing",
                f"The column {problem.args[0]} is missing.",
                "Give the ONS Postcode Directory, or the folder of Code-Point Open.",
            )
    noticed.extend(apart.findings)


def _rows_of(
    file: Path,
    noticed: Noticed,
    reader_for: Callable[[Sequence[str]], Callable[[Sequence[str]], tuple[str, PostcodePoint] | None]],
    prefixes: tuple[str, ...],
) -> Iterator[tuple[str, PostcodePoint]]:
    if file.stat().st_size > POSTCODE_BYTES:
        raise TableError("The file is larger than any of postcodes.")
    wrong, first_wrong = 0, 0
    with file.open(encoding="utf-8-sig", newline="") as opened:
        lines = up_to(POSTCODE_LINES if prefixes else AREA_LINES, pieces(opened))
        header = next(bounded_records(lines), (1, []))[1] if prefixes else []
        read = reader_for(header)
        kept = _holding(lines, prefixes, header) if prefixes else lines
        for number, record in bounded_records(kept, first=2 if prefixes else 1):
            try:
                found = read(record)
            except (ValueError, IndexError):
                wrong, first_wrong = wrong + 1, first_wrong or number
                continue
            if found is not None and found[0]:
                yield found
    if wrong:
        noticed.warning(
            "postcodes-malformed-rows",
            f"{counted(wrong, 'row', 'was', 'were')} left out that could not be read.",
            "Download the file again.",
            row=None if prefixes else first_wrong,
        )


def _holding(lines: Iterable[str], prefixes: tuple[str, ...], header: Sequence[str]) -> Iterator[str]:
    """Yield the lines in which a postcode may stand that begins with one of the prefixes, in quotes or not.

    The directory has had its postcodes in the first column, and elsewhere.
    """
    if header and header[0].strip().casefold() in DIRECTORY["postcode"]:
        starts = (*prefixes, *(f'"{prefix}' for prefix in prefixes))
        return (line for line in lines if line.startswith(starts))
    held = re.compile("|".join(map(re.escape, sorted(prefixes))))
    return (line for line in lines if held.search(line))
