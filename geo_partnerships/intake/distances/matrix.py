"""Distances between schools from a file: a matrix of any routing engine, long or square, in metres or minutes."""

from __future__ import annotations

import csv
import hashlib
import io
import math
from dataclasses import dataclass
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from geo_partnerships.intake.formats.encoding import lines_in
from geo_partnerships.intake.formats.files import read_bytes
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.formats.tables import Layout, TableError, csv_records, rows_of, within_limits
from geo_partnerships.limits import COLUMNS, MATRIX_BYTES, MATRIX_CELLS, MATRIX_ROWS, STRANGERS
from geo_partnerships.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_partnerships.intake.formats.findings_log import Noticed
    from geo_partnerships.model import School

Unit = Literal["m", "min"]
Symmetrise = Literal["mean", "max", "min", "refuse"]
NAMES_SHOWN = 5
BATCH_ROWS = 65_536  # of a Parquet file, held at a time
ASYMMETRY_TOLERANCE = 1e-9
LONG = Layout(
    {
        "from": ("Origin", "From id", "From URN", "Origin id", "Source", "Origin URN"),
        "to": ("Destination", "To id", "To URN", "Destination id", "Target", "Destination URN"),
        "distance": (
            "Metres", "Meters", "Length", "Distance m", "Cost", "Minutes", "Time", "Duration", "Travel time",
            "Travel time p50", "Total cost",
        ),
    },
    ("from", "to", "distance"),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class DistanceTable:
    """Symmetric distances between schools.

    Parameters
    ----------
    keys
        Keys of the schools, in order of key.
    matrix
        (n, n) array in `unit`; the diagonal is 0, NaN where a pair is not known or cannot be reached.
    unit
        ``m`` for metres, ``min`` for minutes.
    """

    keys: tuple[str, ...]
    matrix: NDArray[np.float64]
    unit: Unit = "m"

    def among(self, keys: Sequence[str]) -> NDArray[np.float64]:
        """Return the (k, k) distances among `keys`, in their order; NaN for keys that the table has not."""
        at = {key: position for position, key in enumerate(self.keys)}
        known = [position for position, key in enumerate(keys) if key in at]
        taken = [at[keys[position]] for position in known]
        found = np.full((len(keys), len(keys)), np.nan)
        np.fill_diagonal(found, 0.0)
        found[np.ix_(known, known)] = self.matrix[np.ix_(taken, taken)]
        return found

    def unreachable(self, keys: Sequence[str]) -> tuple[str, ...]:
        """Return those of `keys` that have a distance to no other of them."""
        values = self.among(keys)
        lone = np.isfinite(values).sum(axis=1) <= 1
        return tuple(key for key, alone in zip(keys, lone, strict=True) if alone and len(keys) > 1)

    def digest(self) -> str:
        """Return SHA-256 of keys, unit and values, hexadecimal."""
        total = hashlib.sha256("\0".join((self.unit, *self.keys)).encode())
        total.update(np.ascontiguousarray(self.matrix, dtype="<f8").tobytes())
        return total.hexdigest()


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
    rows = _parquet(data, noticed) if path.suffix.lower() == ".parquet" else _csv(data, noticed)
    if rows is None:
        return None
    try:
        filled = within_limits(rows, MATRIX_ROWS, MATRIX_ROWS)
        first = next(filled, (1, []))
        there = _directed(_pairs(first, filled, noticed), tuple(sorted(schools)), noticed)
    except TableError as problem:
        problem.tell(noticed)
    except Exception as problem:  # a broken Parquet file can break its reader at any row
        if not type(problem).__module__.startswith("pyarrow"):
            raise
        _tell_parquet(noticed)
    if noticed.has_errors:
        return None
    return symmetric(there, tuple(sorted(schools)), unit, symmetrise, noticed)


def _csv(data: bytes, noticed: Noticed) -> Iterator[tuple[int, Sequence[str]]] | None:
    lines = lines_in(data, noticed)
    return None if lines is None else csv_records(lines)


def _parquet(data: bytes, noticed: Noticed) -> Iterator[tuple[int, Sequence[str]]] | None:
    try:
        pq = import_module("pyarrow.parquet")  # an extra
    except ImportError:
        noticed.error(
            "parquet-not-installed", "Parquet cannot be read here.", "Install pyarrow, or save the matrix as CSV."
        )
        return None
    try:
        file = pq.ParquetFile(io.BytesIO(data))
        held = file.metadata
    except Exception:  # noqa: BLE001 - a broken file can break its reader anywhere
        _tell_parquet(noticed)
        return None
    if held.num_rows > MATRIX_ROWS or held.num_rows * held.num_columns > MATRIX_CELLS:
        noticed.error(
            "table-too-large",
            f"There are {held.num_rows:,} rows of {held.num_columns:,} columns; at most {MATRIX_ROWS:,} rows and "
            f"{MATRIX_CELLS:,} cells can be read.",
            "Leave only what is needed.",
        )
        return None
    return _batches(file)


def _batches(file: Any) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the header and the rows of a Parquet file, some at a time."""
    yield 1, [(name if not str(name).startswith("__index") else "") for name in file.schema_arrow.names]
    number = 1
    for batch in file.iter_batches(batch_size=BATCH_ROWS):
        columns = [[_cell(value) for value in column.to_pylist()] for column in batch.columns]
        for row in zip(*columns, strict=True):
            number += 1
            yield number, row


def _tell_parquet(noticed: Noticed) -> None:
    noticed.error("parquet-malformed", "The file is no Parquet file that can be read.", "Save it again.")


def _cell(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


Record = tuple[int, "Sequence[str]"]


def _pairs(first: Record, rest: Iterator[Record], noticed: Noticed) -> Iterator[tuple[int, str, str, str]]:
    """Yield row, from, to and distance of each pair in a long or a square matrix, told apart by the first row."""
    header = first[1]
    known = len(LONG.match(header[:COLUMNS]))
    if known < 2 and len(header) >= len(LONG.required):  # noqa: PLR2004 - one match may be chance
        yield from _square(first, rest, noticed)
        return
    for row in rows_of(chain([first], rest), LONG, noticed, MATRIX_ROWS):
        yield row.number, row.cells["from"], row.cells["to"], row.cells["distance"]


def _square(first: Record, rest: Iterator[Record], noticed: Noticed) -> Iterator[tuple[int, str, str, str]]:
    across = [cell.strip() for cell in first[1][1:]]
    for number, row in rest:
        if len(row) != len(across) + 1:
            noticed.error(
                "matrix-ragged",
                f"The row has {len(row)} cells where the header has {len(across) + 1}.",
                "Export the matrix again.",
                row=number,
            )
            continue
        for column, cell in zip(across, row[1:], strict=True):
            yield number, row[0].strip(), column, cell.strip()


def _directed(
    pairs: Iterator[tuple[int, str, str, str]], keys: tuple[str, ...], noticed: Noticed
) -> NDArray[np.float64]:
    """Return the (n, n) distances from each school to each that the file has; NaN where it has none."""
    at = {key: position for position, key in enumerate(keys)}
    found = np.full((len(keys), len(keys)), np.nan)
    strangers: set[str] = set()
    for row, one, other, text in pairs:
        i, j = at.get(one), at.get(other)
        if i is None or j is None:
            if len(strangers) < STRANGERS:
                strangers.update({one, other} - at.keys())
            continue
        if not text or i == j:
            continue
        value = _number(text)
        if value is None:
            noticed.error(
                "matrix-value",
                f"{shown(text)} is no distance.",
                "Write a number that is not negative, or nothing.",
                row=row,
                field=f"{one} to {other}",
            )
        elif math.isnan(found[i, j]):
            found[i, j] = value
        elif found[i, j] != value:
            noticed.error(
                "matrix-pair-twice",
                f"{one} to {other} stands there twice, as {found[i, j]:g} and {value:g}.",
                "Keep one.",
                row=row,
            )
    if strangers:
        number = f"More than {STRANGERS:,}" if len(strangers) >= STRANGERS else f"{len(strangers)}"
        noticed.note(
            "matrix-unknown-school",
            f"{number} keys are not among the schools and were left out: {_listed(strangers)}.",
            "Nothing to do where they are schools elsewhere.",
        )
    return found


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


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
    message = (
        f"{int(differ.sum()) // 2} pairs differ by direction, {keys[one]} and {keys[other]} the most "
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
            f"{len(absent)} schools have a distance to no other: {_listed(absent)}.",
            "They cannot be clustered by distance; add them to the matrix.",
        )
    rest = ~np.isin(keys, absent)
    missing = np.argwhere(np.triu(~known[np.ix_(rest, rest)], 1))
    if len(missing):
        left = [key for key, keep in zip(keys, rest, strict=True) if keep]
        first = [f"{left[i]} and {left[j]}" for i, j in missing]
        noticed.warning(
            "matrix-missing-pairs",
            f"{len(missing)} pairs have no distance: {_listed(first)}.",
            "They are never put around one centre; add them to the matrix.",
        )


def write_distances(path: Path, table: DistanceTable) -> None:
    """Write the known pairs as a long CSV that `read_distances` reads back, values in full."""
    held = io.StringIO(newline="")
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(("from", "to", "distance"))
    for one, other in np.argwhere(np.triu(np.isfinite(table.matrix), 1)):
        writer.writerow((table.keys[one], table.keys[other], repr(float(table.matrix[one, other]))))
    write_whole(path, held.getvalue())
