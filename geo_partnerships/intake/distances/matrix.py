"""Distances between schools from a file: a matrix of any routing engine, long or square, in metres or minutes."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from geo_partnerships.intake.distances.referee import check_distances
from geo_partnerships.intake.distances.table import DistanceTable, Unit
from geo_partnerships.intake.formats.encoding import lines_in, too_many_lines
from geo_partnerships.intake.formats.files import read_bytes
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.formats.header import Layout
from geo_partnerships.intake.formats.tables import TableError, cells_under, csv_records, within_limits
from geo_partnerships.intake.formats.values import is_no_number, number_in
from geo_partnerships.limits import (
    COLUMNS,
    MATRIX_BYTES,
    MATRIX_CELLS,
    MATRIX_ROWS,
    RECORD_CHARACTERS,
    SQUARE_COLUMNS,
    STRANGERS,
)
from geo_partnerships.sentences import count, counted
from geo_partnerships.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_partnerships.intake.formats.findings_log import Noticed
    from geo_partnerships.model import School

Symmetrise = Literal["mean", "max", "min", "refuse"]
NAMES_SHOWN = 5
BATCH_CELLS = 1_000_000  # of a Parquet file, held at a time
_ODD = re.compile(r"list|large_list|fixed_size_list|struct|map|binary|large_binary")
ASYMMETRY_TOLERANCE = 1e-9
LONG = Layout(
    {
        "from": ("Origin", "From id", "From URN", "Origin id", "Source", "Origin URN", "Input id"),
        "to": ("Destination", "To id", "To URN", "Destination id", "Target", "Destination URN", "Target id"),
        "distance": (
            "Metres", "Meters", "Length", "Distance m", "Cost", "Minutes", "Time", "Duration", "Travel time",
            "Travel time p50", "Total cost", "Km", "Kilometres", "Distance km", "Miles", "Seconds", "Mins",
            "Distance metres", "Duration min", "Time min", "Travel time min", "Dist",
        ),
    },
    ("from", "to", "distance"),
)  # fmt: skip


def read_distances(
    path: Path,
    schools: Mapping[str, School],
    noticed: Noticed,
    *,
    unit: Unit = "m",
    symmetrise: Symmetrise = "mean",
) -> DistanceTable | None:
    """Return the distances in a matrix file, or None and error findings.

    Parameters
    ----------
    path
        CSV, or Parquet (which needs pyarrow). Long: a row for each pair with ``from``, ``to`` and ``distance``, under
        these names or others that mean the same. Square: keys in the first column and in the header.
    schools
        By key; rows on others are left out and told.
    unit
        What the numbers are: metres or minutes.
    symmetrise
        What becomes of a pair whose two directions differ: their mean, the longer, the shorter, or an error.
    """
    data = read_bytes(path, noticed, MATRIX_BYTES)
    if data is None:
        return None
    rows = _parquet(data, schools, noticed) if path.suffix.lower() == ".parquet" else _csv(data, noticed)
    if rows is None:
        return None
    return distances_from(rows, schools, noticed, unit=unit, symmetrise=symmetrise)


def distances_from(
    rows: Iterable[tuple[int, Sequence[str]]],
    schools: Mapping[str, School],
    noticed: Noticed,
    *,
    unit: Unit = "m",
    symmetrise: Symmetrise = "mean",
) -> DistanceTable | None:
    """Return the distances in the rows of a matrix, the header first; see `read_distances`."""
    keys = tuple(sorted(schools))
    there, column = _Directed(keys, noticed), ""
    try:
        column = _read_pairs(within_limits(rows, MATRIX_ROWS, MATRIX_ROWS), there, noticed)
        there.tell_marks()
        there.tell_strangers()
    except TableError as problem:
        problem.tell(noticed)
    except _BrokenParquetError:
        _tell_parquet(noticed)
    if noticed.has_errors:
        return None
    table = symmetric(there.matrix, keys, unit, symmetrise, noticed)
    if table is not None:
        check_distances(table, schools, column, noticed)
    return None if noticed.has_errors else table


def _csv(data: bytes, noticed: Noticed) -> Iterator[tuple[int, Sequence[str]]] | None:
    if too_many_lines(data, MATRIX_ROWS):
        TableError(f"There are more than {MATRIX_ROWS:,} rows.").tell(noticed)
        return None
    lines = lines_in(data, noticed)
    return None if lines is None else csv_records(lines)


def _parquet(data: bytes, keys: Collection[str], noticed: Noticed) -> Iterator[tuple[int, Sequence[str]]] | None:
    """Return the rows of a Parquet file, of which only the columns that are needed are read."""
    try:
        pq = import_module("pyarrow.parquet")  # an extra
    except ImportError:
        noticed.error(
            "parquet-not-installed", "Parquet cannot be read here.", "Install pyarrow, or save the matrix as CSV."
        )
        return None
    try:
        file = pq.ParquetFile(io.BytesIO(data))
        held, fields = file.metadata, list(file.schema_arrow)
        chosen = _needed([str(field.name) for field in fields], keys)
        kinds = {fields[at].name: str(fields[at].type) for at in chosen}
        texts = [name for name, kind in kinds.items() if "string" in kind]
        file = pq.ParquetFile(io.BytesIO(data), read_dictionary=texts)
    except Exception:  # noqa: BLE001 - a broken file can break its reader anywhere
        _tell_parquet(noticed)
        return None
    if held.num_rows > MATRIX_ROWS or held.num_rows * len(chosen) > MATRIX_CELLS:
        noticed.error(
            "table-too-large",
            f"There are {count(held.num_rows, 'row')} of {count(held.num_columns, 'column')}; at most "
            f"{MATRIX_ROWS:,} rows and {MATRIX_CELLS:,} cells can be read.",
            "Leave only what is needed.",
        )
        return None
    odd = next((name for name, kind in kinds.items() if _ODD.match(kind)), "")
    if odd:
        noticed.error("parquet-column", f"The column {shown(odd)} holds lists.", "Write one value in each row.")
        return None
    return _batches(file, list(kinds))


def _needed(names: Sequence[str], keys: Collection[str]) -> list[int]:
    """Return which columns are needed: of a long matrix three, of a square one the schools'."""
    found = LONG.match(names[:COLUMNS])
    if len(found) > 1:
        return sorted({at for positions in found.values() for at in positions})
    schools = [at for at, name in enumerate(names) if at and name in keys]
    return [0, *schools] if schools else list(range(min(len(names), COLUMNS)))


class _BrokenParquetError(Exception):
    """A row of a Parquet file cannot be read."""


def _batches(file: Any, columns: list[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the header and the rows of a Parquet file, some at a time.

    Raises
    ------
    TableError
        A cell holds more text than any key.
    _BrokenParquetError
        A row cannot be read.
    """
    try:
        yield from _rows_of(file, columns)
    except TableError:
        raise
    except Exception as problem:  # a broken file can break its reader at any row
        raise _BrokenParquetError from problem


def _rows_of(file: Any, columns: list[str]) -> Iterator[tuple[int, Sequence[str]]]:
    yield 1, [(name if not name.startswith("__index") else "") for name in columns]
    number = 1
    for batch in file.iter_batches(batch_size=max(1, BATCH_CELLS // len(columns)), columns=columns):
        cells = [_texts(column) for column in batch.columns]
        for row in zip(*cells, strict=True):
            number += 1
            yield number, row


def _texts(column: Any) -> list[str]:
    values = column.dictionary.to_pylist() if hasattr(column, "dictionary") else ()
    if any(isinstance(value, str) and len(value) > RECORD_CHARACTERS // COLUMNS for value in values):
        raise TableError("A cell has more text than any school's key.")
    return [_cell(value) for value in column.to_pylist()]


def _tell_parquet(noticed: Noticed) -> None:
    noticed.error("parquet-malformed", "The file is no Parquet file that can be read.", "Save it again.")


def _cell(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


Record = tuple[int, "Sequence[str]"]


class _Directed:
    """The distances as they are read: an (n, n) array, NaN where there is none, and the keys that are no school's."""

    def __init__(self, keys: tuple[str, ...], noticed: Noticed) -> None:
        self.at = {key: position for position, key in enumerate(keys)}
        self.matrix = np.full((len(keys), len(keys)), np.nan)
        self.known: set[str] = set()
        self.strangers: set[str] = set()
        self.marks: dict[str, int] = {}
        self.marked: Counter[str] = Counter()
        self.noticed = noticed

    def is_school(self, key: str) -> bool:
        """Say whether a key is a school's, and keep it for what is told at the end."""
        if key in self.at:
            self.known.add(key)
            return True
        if len(self.strangers) < STRANGERS:
            self.strangers.add(key)
        return False

    def put(self, row: int, one: str, other: str, text: str) -> None:
        """Take the distance between two schools; one that is none, or another than before, is an error."""
        i, j = self.at[one], self.at[other]
        if i == j or not text:
            return
        value = number_in(text)
        if value is None and is_no_number(text):
            self.marks.setdefault(text, row)
            self.marked[text] += 1
        elif value is None or value < 0:
            self.noticed.error(
                "matrix-value",
                f"{shown(text)} is no distance.",
                "Write a number that is not negative, or nothing.",
                row=row,
                field=f"{one} to {other}",
            )
        elif math.isnan(self.matrix[i, j]):
            self.matrix[i, j] = value
        elif self.matrix[i, j] != value:
            self.noticed.error(
                "matrix-pair-twice",
                f"{one} to {other} stands there twice, as {self.matrix[i, j]:g} and {value:g}.",
                "Keep one.",
                row=row,
            )

    def tell_marks(self) -> None:
        """Say which marks were read as no distance, each with its first row and how often it stands there."""
        for text, row in self.marks.items():
            message = f"{shown(text)} was read as no distance."
            fix = "Nothing to do where the pair has none."
            self.noticed.once("value-mark", message, fix, row=row, times=self.marked[text])

    def tell_strangers(self) -> None:
        """Say which keys are no school's; where none is one, this is no matrix of these schools."""
        if not self.strangers:
            return
        many = len(self.strangers) >= STRANGERS
        listed = _listed(self.strangers)
        if not self.known:
            others = f"more than {STRANGERS:,} others" if many else count(len(self.strangers), "other")
            self.noticed.error(
                "matrix-no-school",
                f"No key of the matrix is a school; it has {others}: {listed}.",
                f"Write the schools' keys in it, such as {next(iter(self.at), '')}, as text and without decimals.",
            )
        else:
            keys = f"More than {STRANGERS:,} keys are" if many else counted(len(self.strangers), "key", "is", "are")
            self.noticed.note(
                "matrix-unknown-school",
                f"{keys} not among the schools, so left out: {listed}.",
                "Nothing to do where they are schools elsewhere.",
            )


def _read_pairs(rows: Iterator[Record], into: _Directed, noticed: Noticed) -> str:
    """Read a long or a square matrix, told apart by its first row; return the name of the column of distances."""
    first = next(rows, None)
    if first is None:
        noticed.error("table-empty", "The file holds no header and no rows.", "Export it again.")
        return ""
    header = first[1]
    known = len(LONG.match(header[:COLUMNS]))
    if known < 2 and len(header) >= len(LONG.required):  # noqa: PLR2004 - one match may be chance
        _read_square(first, rows, into, noticed)
        return ""
    return _read_long(chain([first], rows), into, noticed)


def _read_long(rows: Iterator[Record], into: _Directed, noticed: Noticed) -> str:
    cells = cells_under(rows, LONG, noticed)
    if cells is None:
        return ""
    start, end, distance = (cells.positions[column] for column in LONG.required)
    for row, record in cells.records:
        one, other = record[start].strip(), record[end].strip()
        if into.is_school(one) & into.is_school(other):
            into.put(row, one, other, record[distance].strip())
    return cells.header[distance]


def _read_square(first: Record, rest: Iterator[Record], into: _Directed, noticed: Noticed) -> None:
    across = [cell.strip() for cell in first[1][1:]]
    if len(across) > SQUARE_COLUMNS:
        raise TableError(f"There are more than {SQUARE_COLUMNS:,} columns.", first[0], code="table-too-wide")
    columns = [(at, key) for at, key in enumerate(across, 1) if into.is_school(key)]
    twice = next((key for key, count in Counter(key for _, key in columns).items() if count > 1), "")
    if twice:
        message = f"{twice} heads several columns."
        noticed.error("matrix-school-twice", message, "Leave one column for each school.", row=first[0])
        return
    for number, row in rest:
        if len(row) != len(across) + 1:
            noticed.error(
                "matrix-ragged",
                f"The row has {count(len(row), 'cell')} where the header has {len(across) + 1}.",
                "Export the matrix again.",
                row=number,
            )
            continue
        key = row[0].strip()
        for at, other in columns if into.is_school(key) else ():
            into.put(number, key, other, row[at].strip())


def _listed(keys: Collection[str]) -> str:
    first = ", ".join(shown(key)[1:-1] for key in sorted(keys)[:NAMES_SHOWN])
    return f"{first} …" if len(keys) > NAMES_SHOWN else first


def symmetric(
    there: NDArray[np.float64], keys: tuple[str, ...], unit: Unit, how: Symmetrise, noticed: Noticed
) -> DistanceTable | None:
    """Return a table of (n, n) distances that may differ by direction; report pairs that differ or are missing."""
    np.fill_diagonal(there, 0.0)
    back = there.T
    both = np.isfinite(there) & np.isfinite(back)
    differ = both & (np.abs(there - back) > ASYMMETRY_TOLERANCE * np.maximum(there, back))
    if differ.any() and not _told_asymmetry(there, differ, keys, unit, how, noticed):
        return None
    values = np.where(both, _merged(there, back, how), np.where(np.isfinite(there), there, back))
    _tell_missing(values, keys, noticed)
    return DistanceTable(keys, np.asarray(values, dtype=np.float64), unit)


def _merged(there: NDArray[np.float64], back: NDArray[np.float64], how: Symmetrise) -> NDArray[np.float64]:
    if how == "max":
        return np.maximum(there, back)
    return (there + back) / 2 if how == "mean" else np.minimum(there, back)


def _told_asymmetry(
    there: NDArray[np.float64],
    differ: NDArray[np.bool_],
    keys: tuple[str, ...],
    unit: Unit,
    how: Symmetrise,
    noticed: Noticed,
) -> bool:
    gaps = np.where(differ, np.abs(there - there.T), 0.0)
    one, other = np.unravel_index(int(gaps.argmax()), gaps.shape)
    pairs = counted(int(differ.sum()) // 2, "pair", "differs", "differ")
    message = (
        f"{pairs} by direction, {keys[one]} and {keys[other]} the most "
        f"({there[one, other]:g} and {there[other, one]:g} {unit})."
    )
    if how == "refuse":
        noticed.error("matrix-asymmetric", message, "Say whether the mean, the longer or the shorter counts.")
        return False
    noticed.note("matrix-asymmetric", message, f"The {how} of both directions counts.")
    return True


def _tell_missing(values: NDArray[np.float64], keys: tuple[str, ...], noticed: Noticed) -> None:
    known = np.isfinite(values)
    absent = [key for key, count in zip(keys, known.sum(axis=1), strict=True) if count <= 1 and len(keys) > 1]
    if absent:
        noticed.warning(
            "matrix-school-missing",
            f"{counted(len(absent), 'school', 'has', 'have')} a distance to no other: {_listed(absent)}.",
            "Without one a school cannot be clustered by distance: add it to the matrix.",
        )
    rest = ~np.isin(keys, absent)
    missing = np.argwhere(np.triu(~known[np.ix_(rest, rest)], 1))
    if len(missing):
        left = [key for key, keep in zip(keys, rest, strict=True) if keep]
        first = [f"{left[i]} and {left[j]}" for i, j in missing]
        noticed.warning(
            "matrix-missing-pairs",
            f"{counted(len(missing), 'pair', 'has', 'have')} no distance: {_listed(first)}.",
            "Such a pair is never put around one centre: add it to the matrix.",
        )


def write_distances(path: Path, table: DistanceTable) -> None:
    """Write the known pairs as a long CSV that `read_distances` reads back, values in full."""
    held = io.StringIO(newline="")
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(("from", "to", "distance"))
    for one, other in np.argwhere(np.triu(np.isfinite(table.matrix), 1)):
        writer.writerow((table.keys[one], table.keys[other], repr(float(table.matrix[one, other]))))
    write_whole(path, held.getvalue())
