"""Records to rows: the header found, its columns matched by meaning, every ragged row reported."""

from __future__ import annotations

import csv
import itertools
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from geo_partnerships.intake.formats.encoding import lines_in, too_many_lines
from geo_partnerships.intake.formats.files import refuse_archive
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.formats.normalise import folded
from geo_partnerships.limits import COLUMNS, LINES, RECORD_CHARACTERS, ROWS
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from geo_partnerships.intake.formats.findings_log import Noticed

SEPARATORS = (",", ";", "\t")
MOST_ROWS_ABOVE_HEADER = 20
LEFT_OUT_SHOWN = 10
NAMES_SHOWN = 4
LEAST_WORDS = 3  # of a question
LEAST_STEM = 5
FORM_MARKS = frozenset({"start time", "completion time", "timestamp", "email", "email address", "last modified time"})
LEAST_FORM_MARKS = 2
PEOPLE = frozenset(
    {
        "email", "mail", "head", "headteacher", "contact", "telephone", "phone", "respondent", "surname", "forename",
        "person", "firstname", "lastname", "principal",
    }
)  # fmt: skip
MATTERING = frozenset(
    {
        "status", "open", "opened", "opens", "opening", "close", "closed", "closes", "closing", "date", "phase",
        "stage", "age", "ages", "proposed",
    }
)  # fmt: skip
_CAPITAL = re.compile(r"([a-z])([A-Z])")
_FOOTER = re.compile(
    r"(?i)(?:(?:grand |sub ?)?totals?\b|all schools\b|count\b|sum\b|average\b|mean\b|sources?\s*:|notes?\s*[:.]|"
    r"(?:data|extracted|produced|generated|printed|exported|correct|last updated|updated)\b.*(?:\d|:|from|by)|"
    r"\u00a9|contains .*(?:information|data)|crown copyright|end of|prepared by|\d+ (?:schools|rows|records)\b|\*)"
)


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
    weak
        Those of the names that may mean something else, and count only where no other is there.
    given
        Names that a person gave for a column, as the header has them; they win.
    questions
        Columns and patterns of what a form asks for them; of a sentence the first that fits counts.
    """

    names: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    may_be_empty: bool = False
    weak: frozenset[str] = frozenset()
    given: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[tuple[str, str], ...] = ()

    def also_called(self, columns: Iterable[tuple[str, tuple[str, ...]]]) -> Layout:
        """Return the layout with more names for some of its columns."""
        more = {column: (*self.names[column], *names) for column, names in columns if column in self.names}
        return replace(self, names={**self.names, **more}) if more else self

    def match(self, header: Sequence[str]) -> dict[str, list[int]]:
        """Return for each column of the layout the positions in `header` that mean it, the surest first."""
        cells = [squeezed(cell) for cell in header]
        found = {column: self._positions(column, cells, header) for column in self.names}
        for at, column in self._asked(header, {at for positions in found.values() for at in positions}):
            found[column] = [*found[column], at]
        return {column: positions for column, positions in found.items() if positions}

    def _asked(self, header: Sequence[str], taken: set[int]) -> Iterator[tuple[int, str]]:
        """Yield the positions of headers that are sentences, and the column that each asks for."""
        for at, cell in enumerate(header):
            text = folded(cell)
            if at in taken or len(text.split()) < LEAST_WORDS:
                continue
            column = next((one for one, pattern in self.questions if re.search(pattern, text)), "")
            if column:
                yield at, column

    def _positions(self, column: str, cells: Sequence[str], header: Sequence[str]) -> list[int]:
        if column in self.given:
            return [at for at, cell in enumerate(header) if cell.strip() == self.given[column]]
        taken = {at for at, cell in enumerate(header) if cell.strip() in self.given.values()}
        weak = {squeezed(name) for name in self.names[column] if name in self.weak}
        strong = {squeezed(name) for name in self.names[column]} - weak
        exact = [at for at, cell in enumerate(header) if cell.strip() == column and at not in taken]
        if exact:
            return exact
        levels: list[list[int]] = [[], [], []]
        for at, cell in enumerate(cells):
            level = 0 if cell == squeezed(column) else 1 if cell in strong else 2 if cell in weak else 3
            if level < len(levels) and at not in taken:
                levels[level].append(at)
        return [*levels[0], *levels[1]] or levels[2]


@lru_cache(maxsize=4_096)
def squeezed(name: str) -> str:
    """Return a header as it is compared: ``PhaseOfEducation (name)`` and ``phase_of_education_name`` are one.

    A form gives the second question of a name a 2 at its end, which says nothing.
    """
    plain = folded(name).replace(" ", "")
    return plain[:-1] if len(plain) > LEAST_STEM and plain[-1] in "23" and plain[-2].isalpha() else plain


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
    at = _header_at([record for _, record in top], layout)
    number, header = top[at]
    matched = _matched(header, number, [record for _, record in top[at + 1 :]], layout, noticed)
    if at > 0:
        noticed.note("table-header-row", f"The header was found in row {number}.", "Rows above it were left out.")
    return matched, header, itertools.chain(top[at + 1 :], filled)


def _rows(
    matched: Mapping[str, int],
    width: int,
    records: Iterable[tuple[int, Sequence[str]]],
    noticed: Noticed,
    *,
    padded: bool,
) -> Iterator[Row]:
    for number, record in records:
        if _is_footer(record, width):
            first = shown(next(cell.strip() for cell in record if cell.strip()))
            message = f"The row {first} is a footer, no row of the table."
            noticed.error("table-footer", message, f"Delete row {number}.", row=number)
        elif _fits(record, width, number, noticed, padded=padded):
            yield Row(number, {column: _cell(record, position) for column, position in matched.items()})


def _cell(record: Sequence[str], position: int) -> str:
    return record[position].strip() if position < len(record) else ""


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


def _header_at(top: Sequence[Sequence[str]], layout: Layout) -> int:
    """Return which of the first records is the header: the first, unless only a later one has known columns."""
    known = [len(layout.match(record)) for record in top]
    best = max(range(len(top)), key=lambda at: (known[at], -at))
    return best if known[0] < 2 <= known[best] else 0  # noqa: PLR2004 - one match may be chance


def _matched(
    header: Sequence[str], row: int, under: Sequence[Sequence[str]], layout: Layout, noticed: Noticed
) -> dict[str, int]:
    """Return the position of each column; report what is missing, ambiguous, matched by meaning or left out.

    Parameters
    ----------
    under
        The first rows under the header: two columns that say the same are no doubt.
    """
    found = layout.match(header)
    for column, positions in found.items():
        if _is_in_doubt(column, positions, header, under):
            names = " and ".join(shown(header[at]) for at in positions)
            noticed.error(
                "table-duplicate-column",
                f"The columns {names} both could be {column}.",
                "Rename or delete one of them, or say in columns.toml which is meant.",
                row=row,
                field=column,
            )
    if "name" in found and _is_respondent(header, found["name"]):
        noticed.error(
            "table-respondent",
            "The column Name of a form's sheet is who filled it in, and no column holds the school's name.",
            "Call the column with the schools' names School name.",
            row=row,
            field="name",
        )
    _tell_missing(header, row, found, layout, noticed)
    renamed = [
        f"{shown(header[at])} as {column}" for column, (at, *_) in found.items() if folded(header[at]) != folded(column)
    ]
    if renamed:
        noticed.note("table-columns-matched", f"Read {', '.join(renamed)}.", "Check that this is meant.", row=row)
    taken = {at for positions in found.values() for at in positions}
    left_out = [cell for at, cell in enumerate(header) if at not in taken and cell.strip()]
    if left_out and found:
        _tell_left_out(left_out, row, noticed)
    return {column: positions[0] for column, positions in found.items()}


def _is_in_doubt(column: str, positions: Sequence[int], header: Sequence[str], under: Sequence[Sequence[str]]) -> bool:
    """Whether several columns may be meant that do not say the same."""
    own = [at for at in positions if folded(header[at]) == folded(column)]
    if len(own) > 1:
        return True
    said = [[_cell(record, at) for record in under] for at in positions]
    return any(one != said[0] for one in said[1:])


def _is_respondent(header: Sequence[str], positions: Sequence[int]) -> bool:
    """Whether the one column for names is that in which a form keeps who filled it in."""
    marks = sum(folded(cell) in FORM_MARKS for cell in header)
    return marks >= LEAST_FORM_MARKS and [folded(header[at]) for at in positions] == ["name"]


def _tell_missing(
    header: Sequence[str], row: int, found: Mapping[str, Sequence[int]], layout: Layout, noticed: Noticed
) -> None:
    there = ", ".join(shown(cell)[1:-1] for cell in header[:LEFT_OUT_SHOWN] if cell.strip())
    more = " …" if len(header) > LEFT_OUT_SHOWN else ""
    for column in (*layout.required, *(one for one in layout.given if one not in layout.required)):
        if column in found:
            continue
        names = layout.given.get(column, "")
        wanted = names or " or ".join(dict.fromkeys((column, *layout.names[column][:NAMES_SHOWN])))
        noticed.error(
            "table-missing-column",
            f"The column {column} is missing; the header has {there}{more}.",
            f"Call it {wanted}." if not names else f"columns.toml says that it is called {shown(names)}: correct it.",
            row=row,
            field=column,
        )


def _tell_left_out(left_out: Sequence[str], row: int, noticed: Noticed) -> None:
    """Say which columns are not read: those that may matter first, people's by themselves."""
    people = [cell for cell in left_out if _has_word(cell, PEOPLE)]
    matter = [cell for cell in left_out if _has_word(cell, MATTERING) and cell not in people]
    others = [cell for cell in left_out if cell not in people and cell not in matter]
    for code, cells, words, fix in (
        ("table-column-matters", matter, "Not read, though it may matter", "Rename what is meant to be read."),
        ("table-unknown-column", others, "Not known and left out", "Check the spelling of those that matter."),
        ("table-people", people, "Never read, since it may be about people", "Nothing to do."),
    ):
        if cells:
            names = ", ".join(map(shown, cells[:LEFT_OUT_SHOWN]))
            more = f" and {len(cells) - LEFT_OUT_SHOWN} more" if len(cells) > LEFT_OUT_SHOWN else ""
            tell = noticed.note if code == "table-people" else noticed.warning
            tell(code, f"{words}: {names}{more}.", fix, row=row)


def _has_word(header: str, words: frozenset[str]) -> bool:
    parted = _CAPITAL.sub(r"\1 \2", header)
    return not words.isdisjoint(folded(parted).split()) and "code" not in folded(parted).split()


def _is_footer(record: Sequence[str], width: int) -> bool:
    """Whether a row is a total or a remark under the table: it begins as one, and most of it is empty."""
    filled = [cell.strip() for cell in record if cell.strip()]
    return bool(filled) and len(filled) <= max(1, width // 2) and _FOOTER.match(filled[0]) is not None


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
