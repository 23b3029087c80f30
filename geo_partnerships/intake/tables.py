"""Records to rows: the header found, its columns matched by meaning, every ragged row reported."""

from __future__ import annotations

import csv
import io
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.intake.files import refuse_archive
from geo_partnerships.intake.folding import folded
from geo_partnerships.intake.noticing import shown
from geo_partnerships.intake.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo_partnerships.intake.noticing import Noticed

SEPARATORS = (",", ";", "\t")
MOST_COLUMNS = 1_000
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


def read_csv(data: bytes, layout: Layout, noticed: Noticed) -> Table | None:
    """Return the table in CSV `data`, or None and error findings where there is no usable one."""
    text = None if refuse_archive(data, noticed) else decode(data, noticed)
    records = None if text is None else csv_records(text, noticed)
    return None if records is None else table_from(records, layout, noticed)


def csv_records(text: str, noticed: Noticed) -> list[tuple[int, list[str]]] | None:
    """Return the records of CSV `text` with their row numbers; the separator is told from the first line."""
    separator, text, first = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[tuple[int, list[str]]] = []
    try:
        records.extend(enumerate(reader, first))
    except csv.Error as problem:
        noticed.error(
            "table-malformed",
            f"The rows cannot be told apart ({problem}).",
            "Look for a quotation mark that is never closed.",
            row=len(records) + first,
        )
        return None
    return records


def _separator(text: str) -> tuple[str, str, int]:
    """Return separator, the text from the header on, and the header's row number."""
    line, _, rest = text.partition("\n")
    mark = line.strip("\r ").lower()
    if mark.startswith("sep=") and len(mark) == len("sep=,"):
        return line.strip("\r ")[-1], rest, 2
    line = next((one for one in text.splitlines()[:50] if one.strip()), "")
    unquoted = "".join(line.split('"')[0::2])
    return max(SEPARATORS, key=unquoted.count), text, 1


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
    filled = ((number, record) for number, record in records if any(map(str.strip, record)))
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
    rows = []
    for number, record in itertools.chain(top[at + 1 :], filled):
        if _fits(record, _width(header), number, noticed, padded=padded):
            cells = {column: _cell(record, position) for column, position in matched.items()}
            rows.append(Row(number, cells))
    if not rows and not layout.may_be_empty and not noticed.has_errors:
        noticed.error("table-empty", "There is a header and no row under it.", "Add the rows.")
    return None if noticed.has_errors and not matched else Table(tuple(matched), tuple(rows))


def _cell(record: Sequence[str], position: int) -> str:
    return record[position].strip() if position < len(record) else ""


def _width(header: Sequence[str]) -> int:
    return max(at for at, cell in enumerate(header, 1) if cell.strip())


def _is_too_wide(record: Sequence[str], row: int, noticed: Noticed) -> bool:
    if len(record) <= MOST_COLUMNS:
        return False
    noticed.error(
        "table-too-wide",
        f"There are {len(record):,} columns; at most {MOST_COLUMNS:,} can be read.",
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
