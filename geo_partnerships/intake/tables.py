"""CSV text to rows: the separator told from the header, every ragged row reported."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.intake.noticing import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo_partnerships.intake.noticing import Noticed

SEPARATORS = (",", ";", "\t")
MOST_COLUMNS = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet counts it (the header is row 1) and its cells by column."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows under it that are not blank."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def header_key(column: str) -> str:
    """Return a column's name in the form in which columns are compared."""
    return "_".join(column.strip().casefold().replace("-", " ").replace("_", " ").split())


def read_table(text: str, noticed: Noticed) -> Table | None:
    """Return the table in CSV `text`, or None and error findings where there is no usable one."""
    separator, text, first = _separator(text)
    records = _records(text, separator, noticed)
    if records is None:
        return None
    return table_from(records, noticed, first=first)


def table_from(
    records: Iterable[Sequence[str]], noticed: Noticed, *, first: int = 1, least: int = 0
) -> Table | None:
    """Return the table of which the first of `records` is the header.

    Parameters
    ----------
    first
        Row number of the header.
    least
        Rows with no more filled cells than this count as blank.
    """
    numbered = enumerate(records, first)
    number, header = next(((n, r) for n, r in numbered if any(map(str.strip, r))), (first, ()))
    columns = _columns(header, number, noticed)
    if columns is None:
        return None
    rows = []
    for number, record in numbered:
        if sum(bool(cell.strip()) for cell in record) <= least:
            continue
        if _fits(record, columns, number, noticed):
            rows.append(Row(number, dict(zip(columns, map(str.strip, record), strict=False))))
    if not rows and not noticed.has_errors:
        noticed.error("table-empty", "There is a header and no row under it.", "Add the rows.")
    return Table(columns, tuple(rows))


def _separator(text: str) -> tuple[str, str, int]:
    """Return separator, the text from the header on, and the header's row number."""
    line, _, rest = text.partition("\n")
    mark = line.strip("\r ").lower()
    if mark.startswith("sep=") and len(mark) == len("sep=,"):
        return line.strip("\r ")[-1], rest, 2
    line = next((one for one in text.splitlines()[:50] if one.strip()), "")
    unquoted = "".join(line.split('"')[0::2])
    return max(SEPARATORS, key=unquoted.count), text, 1


def _records(text: str, separator: str, noticed: Noticed) -> list[list[str]] | None:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[list[str]] = []
    try:
        records.extend(reader)
    except csv.Error as problem:
        noticed.error(
            "table-malformed",
            f"The rows cannot be told apart ({problem}).",
            "Look for a quotation mark that is never closed.",
            row=len(records) + 1,
        )
        return None
    return records


def _columns(header: Sequence[str], row: int, noticed: Noticed) -> tuple[str, ...] | None:
    columns = tuple(header_key(cell) for cell in header)
    while columns and not columns[-1]:
        columns = columns[:-1]
    if not columns:
        noticed.error("table-empty", "The file holds no header and no rows.", "Export it again.")
        return None
    if len(columns) > MOST_COLUMNS:
        noticed.error(
            "table-too-wide",
            f"There are {len(columns):,} columns; at most {MOST_COLUMNS:,} can be read.",
            "Leave only the columns that are needed.",
            row=row,
        )
        return None
    seen: set[str] = set()
    for column in columns:
        if column and column in seen:
            noticed.error(
                "table-duplicate-column",
                f"The column {shown(column)} stands there twice.",
                "Rename or delete one of them.",
                row=row,
                field=shown(column)[1:-1],
            )
        seen.add(column)
    return columns


def _fits(record: Sequence[str], columns: tuple[str, ...], row: int, noticed: Noticed) -> bool:
    extra = [cell for cell in record[len(columns) :] if cell.strip()]
    if extra:
        noticed.error(
            "table-extra-cells",
            f"The row has more cells than the header has columns, the first of them {shown(extra[0])}.",
            "Put cells that hold the separator in quotation marks.",
            row=row,
        )
    if len(record) < len(columns):
        noticed.error(
            "table-short-row",
            f"The row has {len(record)} cells where the header has {len(columns)}.",
            "Fill the row up with empty cells.",
            row=row,
        )
    return not extra and len(record) >= len(columns)


def require_columns(table: Table, required: Iterable[str], known: Iterable[str], noticed: Noticed) -> bool:
    """Return True where `table` has the required columns; report what is missing and what is not known."""
    missing = [column for column in required if column not in table.columns]
    for column in missing:
        noticed.error(
            "table-missing-column",
            f"The column {column} is missing.",
            "Add it to the header.",
            row=1,
            field=column,
        )
    known = set(known)
    for column in table.columns:
        if column not in known:
            noticed.warning(
                "table-unknown-column",
                f"The column {shown(column)} is not known and was left out.",
                "Check its spelling.",
                row=1,
                field=shown(column)[1:-1],
            )
    return not missing
