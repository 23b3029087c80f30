"""Records to rows: the header found, its columns matched by meaning, every ragged row reported."""

from __future__ import annotations

import csv
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.intake.formats.encoding import decode, lines_of
from geo_partnerships.intake.formats.files import refuse_archive
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.formats.normalise import folded
from geo_partnerships.limits import COLUMNS, LINES, RECORD_CHARACTERS, ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from geo_partnerships.intake.formats.findings_log import Noticed

SEPARATORS = (",", ";", "\t")
MOST_ROWS_ABOVE_HEADER = 20
LEFT_OUT_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a kind of table.

    Parameters
    ----------
    names
        Other names under which each column is known, by its own name.
    required
        Columns that must be there.
    may_be_empty
        True where a header without rows is no fault.
    """

    names: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    may_be_empty: bool = False

    def match(self, header: Sequence[str]) -> dict[str, list[int]]:
        """Return for each column of the layout the positions in `header` that mean it; its own name wins."""
        given = [folded(cell) for cell in header]
        found: dict[str, list[int]] = {}
        for column, others in self.names.items():
            own = [at for at, name in enumerate(given) if name == folded(column)]
            known = {folded(other) for other in others}
            found[column] = own or [at for at, name in enumerate(given) if name in known]
        return {column: positions for column, positions in found.items() if positions}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet counts it (the header is row 1) and its cells by column."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns in the layout's names, and the rows that are not blank."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


_CURES = {
    "table-too-large": "Leave only what is needed.",
    "table-too-wide": "Leave only the columns that are needed.",
    "table-malformed": "Look for a quotation mark that is never closed.",
}


class TableError(Exception):
    """The records of a table cannot be read to their end.

    Parameters
    ----------
    message
        Why, in a sentence.
    row
        The row at which reading stopped, where it is known.
    code
        That of the finding.
    """

    def __init__(self, message: str, row: int | None = None, *, code: str = "table-too-large") -> None:
        self.row, self.code = row, code
        super().__init__(message)

    def tell(self, noticed: Noticed) -> None:
        """Note it as an error finding."""
        noticed.error(self.code, str(self), _CURES[self.code], row=self.row)


def read_csv(data: bytes, layout: Layout, noticed: Noticed) -> Table | None:
    """Return the table in CSV `data`, or None and error findings where there is no usable one."""
    text = None if refuse_archive(data, noticed) else decode(data, noticed)
    return None if text is None else table_from(csv_records(lines_of(text)), layout, noticed)


def csv_records(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of CSV `lines` with their row numbers; the separator is told from the first line.

    Raises
    ------
    TableError
        The rows cannot be told apart, or one is longer than is read.
    """
    separator, rest, first = _separator(lines)
    return bounded_records(rest, separator, first)


def bounded_records(lines: Iterable[str], separator: str = ",", first: int = 1) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of CSV `lines` numbered from `first`; errors are those of `csv_records`."""
    read, number = 0, first - 1

    def counted() -> Iterator[str]:
        nonlocal read
        for line in lines:
            read += len(line)
            if read > RECORD_CHARACTERS:
                raise _too_long(line, separator, number + 1)
            yield line

    try:
        for number, record in enumerate(csv.reader(counted(), delimiter=separator, strict=True), first):
            read = 0
            yield number, record
    except csv.Error as problem:
        message = f"The rows cannot be told apart ({problem})."
        raise TableError(message, number + 1, code="table-malformed") from None


def _too_long(line: str, separator: str, row: int) -> TableError:
    """Say what a row that is longer than is read has too much of."""
    if line.count(separator, 0, RECORD_CHARACTERS) >= COLUMNS:
        return TableError(f"There are more than {COLUMNS:,} columns.", row, code="table-too-wide")
    return TableError(f"The row has more than {RECORD_CHARACTERS:,} characters.", row)


def up_to(most: int, lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a file; raise `TableError` where there are more than `most`."""
    for number, line in enumerate(lines, 1):
        if number > most:
            raise TableError(f"There are more than {most:,} rows.")
        yield line


def within_limits(
    records: Iterable[tuple[int, Sequence[str]]], most: int = ROWS, most_lines: int = LINES
) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the records that hold something.

    Raises
    ------
    TableError
        There are more than `most` of them, or more than `most_lines` with those that are blank.
    """
    kept = 0
    for seen, (number, record) in enumerate(records, 1):
        if seen > most_lines:
            raise TableError(f"There are more than {most_lines:,} rows, blank ones included.")
        if any(map(str.strip, record)):
            kept += 1
            if kept > most:
                raise TableError(f"There are more than {most:,} rows.")
            yield number, record


def _separator(lines: Iterable[str]) -> tuple[str, Iterator[str], int]:
    """Return separator, the lines from the header on, and the header's row number."""
    rest = iter(lines)
    top = list(itertools.islice(rest, 1))
    mark = "".join(top).strip("\r\n ").lower()
    if mark.startswith("sep=") and len(mark) == len("sep=,"):
        return "".join(top).strip("\r\n ")[-1], rest, 2
    top += itertools.islice(rest, 49)
    line = next((one for one in top if one.strip()), "")
    unquoted = "".join(line.split('"')[0::2])
    return max(SEPARATORS, key=unquoted.count), itertools.chain(top, rest), 1


def table_from(
    records: Iterable[tuple[int, Sequence[str]]], layout: Layout, noticed: Noticed, *, padded: bool = False
) -> Table | None:
    """Return the rows under the header in `records`, or None and error findings.

    Parameters
    ----------
    records
        Row numbers and cells.
    padded
        True where the format leaves empty cells out at a row's end, so that a short row is no fault.
    """
    try:
        return _table(within_limits(records), layout, noticed, padded=padded)
    except TableError as problem:
        problem.tell(noticed)
        return None


def rows_of(
    records: Iterable[tuple[int, Sequence[str]]], layout: Layout, noticed: Noticed, most: int = ROWS
) -> Iterator[Row]:
    """Yield the rows of CSV `records` one at a time, for tables of millions of rows; errors are noted.

    Parameters
    ----------
    most
        Rows that are read.
    """
    try:
        begun = _begun(within_limits(records, most, max(most, LINES)), layout, noticed)
        if begun is not None and not noticed.has_errors:
            yield from _rows(*begun, noticed, padded=False)
    except TableError as problem:
        problem.tell(noticed)


def _table(
    filled: Iterator[tuple[int, Sequence[str]]], layout: Layout, noticed: Noticed, *, padded: bool
) -> Table | None:
    begun = _begun(filled, layout, noticed)
    if begun is None:
        return None
    matched = begun[0]
    rows = tuple(_rows(*begun, noticed, padded=padded))
    if not rows and not layout.may_be_empty and not noticed.has_errors:
        noticed.error("table-empty", "There is a header and no row under it.", "Add the rows.")
    return None if noticed.has_errors and not matched else Table(tuple(matched), rows)


def _begun(
    filled: Iterator[tuple[int, Sequence[str]]], layout: Layout, noticed: Noticed
) -> tuple[dict[str, int], int, Iterator[tuple[int, Sequence[str]]]] | None:
    """Return the position of each column, the width of the header, and the records under it."""
    top = list(itertools.islice(filled, MOST_ROWS_ABOVE_HEADER))
    if not top:
        noticed.error("table-empty", "The file holds no header and no rows.", "Export it again.")
        return None
    if any(_is_too_wide(record, number, noticed) for number, record in top[:1]):
        return None
    at = _header_at([record for _, record in top], layout)
    number, header = top[at]
    matched = _matched(header, number, layout, noticed)
    if at > 0:
        noticed.note("table-header-row", f"The header was found in row {number}.", "Rows above it were left out.")
    return matched, _width(header), itertools.chain(top[at + 1 :], filled)


def _rows(
    matched: Mapping[str, int],
    width: int,
    records: Iterable[tuple[int, Sequence[str]]],
    noticed: Noticed,
    *,
    padded: bool,
) -> Iterator[Row]:
    for number, record in records:
        if _fits(record, width, number, noticed, padded=padded):
            yield Row(number, {column: _cell(record, position) for column, position in matched.items()})


def _cell(record: Sequence[str], position: int) -> str:
    return record[position].strip() if position < len(record) else ""


def _width(header: Sequence[str]) -> int:
    return max(at for at, cell in enumerate(header, 1) if cell.strip())


def _is_too_wide(record: Sequence[str], row: int, noticed: Noticed) -> bool:
    width = _width(record)
    if width <= COLUMNS:
        return False
    noticed.error(
        "table-too-wide",
        f"There are {width:,} columns; at most {COLUMNS:,} can be read.",
        "Leave only the columns that are needed.",
        row=row,
    )
    return True


def _header_at(top: Sequence[Sequence[str]], layout: Layout) -> int:
    """Return which of the first records is the header: the first, unless only a later one has known columns."""
    known = [len(layout.match(record)) for record in top]
    best = max(range(len(top)), key=lambda at: (known[at], -at))
    return best if known[0] < 2 <= known[best] else 0  # noqa: PLR2004 - one match may be chance


def _matched(header: Sequence[str], row: int, layout: Layout, noticed: Noticed) -> dict[str, int]:
    """Return the position of each column; report what is missing, ambiguous, matched by meaning or left out."""
    found = layout.match(header)
    for column, positions in found.items():
        if len(positions) > 1:
            names = " and ".join(shown(header[at]) for at in positions)
            noticed.error(
                "table-duplicate-column",
                f"The columns {names} both mean {column}.",
                "Rename or delete one of them.",
                row=row,
                field=column,
            )
    for column in layout.required:
        if column not in found:
            noticed.error(
                "table-missing-column",
                f"The column {column} is missing.",
                "Add it to the header.",
                row=row,
                field=column,
            )
    taken = {at for positions in found.values() for at in positions}
    renamed = [
        f"{shown(header[at])} as {column}" for column, (at, *_) in found.items() if folded(header[at]) != folded(column)
    ]
    if renamed:
        noticed.note("table-columns-matched", f"Read {', '.join(renamed)}.", "Check that this is meant.", row=row)
    left_out = [cell for at, cell in enumerate(header) if at not in taken and cell.strip()]
    if left_out and found:
        names = ", ".join(map(shown, left_out[:LEFT_OUT_SHOWN]))
        more = f" and {len(left_out) - LEFT_OUT_SHOWN} more" if len(left_out) > LEFT_OUT_SHOWN else ""
        noticed.warning(
            "table-unknown-column",
            f"Not known and left out: {names}{more}.",
            "Check the spelling of those that matter.",
            row=row,
        )
    return {column: positions[0] for column, positions in found.items()}


def _fits(record: Sequence[str], width: int, row: int, noticed: Noticed, *, padded: bool) -> bool:
    extra = next((cell for cell in record[width:] if cell.strip()), "")
    if extra:
        noticed.error(
            "table-extra-cells",
            f"The row has more cells than the header has columns, the first of them {shown(extra)}.",
            "Put cells that hold the separator in quotation marks.",
            row=row,
        )
    short = len(record) < width and not padded
    if short:
        noticed.error(
            "table-short-row",
            f"The row has {len(record)} cells where the header has {width}.",
            "Fill the row up with empty cells.",
            row=row,
        )
    return not extra and not short
