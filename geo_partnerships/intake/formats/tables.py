"""Records to rows under a header, every ragged row and every footer reported."""

from __future__ import annotations

import csv
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.intake.formats.encoding import lines_in, too_many_lines
from geo_partnerships.intake.formats.files import refuse_archive
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.formats.footers import is_footer
from geo_partnerships.intake.formats.header import cell_at, header_at, matched
from geo_partnerships.limits import COLUMNS, LINES, RECORD_CHARACTERS, ROWS
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from geo_partnerships.intake.formats.findings_log import Noticed
    from geo_partnerships.intake.formats.header import Layout

SEPARATORS = (",", ";", "\t")
MOST_ROWS_ABOVE_HEADER = 20


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
    if refuse_archive(data, noticed):
        return None
    if too_many_lines(data, LINES):
        TableError(f"There are more than {LINES:,} rows, blank ones included.").tell(noticed)
        return None
    lines = lines_in(data, noticed)
    return None if lines is None else table_from(csv_records(lines), layout, noticed)


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


@dataclass(frozen=True, slots=True)
class Rows:
    """The header of a table, where each column stands in it, and the rows under it, one at a time."""

    header: Sequence[str]
    positions: Mapping[str, int]
    rows: Iterator[Row]


def rows_under(
    records: Iterator[tuple[int, Sequence[str]]], layout: Layout, noticed: Noticed, *, padded: bool = False
) -> Rows | None:
    """Return the rows of `records`, which are not held; None and error findings where there is no header.

    Raises
    ------
    TableError
        While the rows are read.
    """
    begun = _begun(records, layout, noticed)
    if begun is None:
        return None
    matched, header, rest = begun
    return Rows(header, matched, _rows(matched, _width(header), rest, noticed, padded=padded))


@dataclass(frozen=True, slots=True)
class Cells:
    """The header of a table of millions of rows, where each column stands in it, and the cells under it by row."""

    header: Sequence[str]
    positions: Mapping[str, int]
    records: Iterator[tuple[int, Sequence[str]]]


def cells_under(records: Iterator[tuple[int, Sequence[str]]], layout: Layout, noticed: Noticed) -> Cells | None:
    """Return the cells of CSV `records`, read one row at a time; None and error findings where there is no header.

    Raises
    ------
    TableError
        While the records are read.
    """
    begun = _begun(records, layout, noticed)
    if begun is None or noticed.has_errors:
        return None
    matched, header, rest = begun
    width = _width(header)
    kept = (
        (number, record)
        for number, record in rest
        if len(record) == width or _fits(record, width, number, noticed, padded=False)
    )
    return Cells(header, matched, kept)


def _table(
    filled: Iterator[tuple[int, Sequence[str]]], layout: Layout, noticed: Noticed, *, padded: bool
) -> Table | None:
    begun = _begun(filled, layout, noticed)
    if begun is None:
        return None
    matched, header, rest = begun
    rows = tuple(_rows(matched, _width(header), rest, noticed, padded=padded))
    if not rows and not layout.may_be_empty and not noticed.has_errors:
        noticed.error("table-empty", "There is a header and no row under it.", "Add the rows.")
    return None if noticed.has_errors and not matched else Table(tuple(matched), rows)


def _begun(
    filled: Iterator[tuple[int, Sequence[str]]], layout: Layout, noticed: Noticed
) -> tuple[dict[str, int], Sequence[str], Iterator[tuple[int, Sequence[str]]]] | None:
    """Return the position of each column, the header, and the records under it."""
    top = list(itertools.islice(filled, MOST_ROWS_ABOVE_HEADER))
    if not top:
        noticed.error("table-empty", "The file holds no header and no rows.", "Export it again.")
        return None
    if any(_is_too_wide(record, number, noticed) for number, record in top[:1]):
        return None
    at = header_at([record for _, record in top], layout)
    number, header = top[at]
    positions = matched(header, number, [record for _, record in top[at + 1 :]], layout, noticed)
    if at > 0:
        noticed.note("table-header-row", f"The header was found in row {number}.", "Rows above it were left out.")
    return positions, header, itertools.chain(top[at + 1 :], filled)


def _rows(
    matched: Mapping[str, int],
    width: int,
    records: Iterable[tuple[int, Sequence[str]]],
    noticed: Noticed,
    *,
    padded: bool,
) -> Iterator[Row]:
    for number, record in records:
        if is_footer(record, width):
            first = shown(next(cell.strip() for cell in record if cell.strip()))
            message = f"The row {first} is a footer, no row of the table."
            noticed.error("table-footer", message, f"Delete row {number}.", row=number)
        elif _fits(record, width, number, noticed, padded=padded):
            yield Row(number, {column: cell_at(record, position) for column, position in matched.items()})


def _width(header: Sequence[str]) -> int:
    return max((at for at, cell in enumerate(header, 1) if cell.strip()), default=0)


def _is_too_wide(record: Sequence[str], row: int, noticed: Noticed) -> bool:
    width = _width(record)
    if width <= COLUMNS:
        return False
    noticed.error(
        "table-too-wide",
        f"There are {count(width, 'column')}; at most {COLUMNS:,} can be read.",
        "Leave only the columns that are needed.",
        row=row,
    )
    return True


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
            f"The row has {count(len(record), 'cell')} where the header has {width}.",
            "Fill the row up with empty cells.",
            row=row,
        )
    return not extra and not short
