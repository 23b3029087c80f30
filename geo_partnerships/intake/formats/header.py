"""The header of a table: which of the first rows it is, which column means what, and what is told of the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.formats.normalise import folded
from geo_partnerships.intake.formats.people import is_about_people, is_titled, parted_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from geo_partnerships.intake.formats.findings_log import Noticed

__all__ = ["Layout", "cell_at", "header_at", "matched", "squeezed"]

LEFT_OUT_SHOWN = 10
NAMES_SHOWN = 4
LEAST_WORDS = 3  # of a question
LEAST_STEM = 5
FORM_MARKS = frozenset({"start time", "completion time", "timestamp", "email", "email address", "last modified time"})
LEAST_FORM_MARKS = 2
MATTERING = frozenset(
    {
        "status", "open", "opened", "opens", "opening", "close", "closed", "closes", "closing", "date", "phase",
        "stage", "age", "ages", "proposed", "current", "live", "active", "operational",
    }
)  # fmt: skip


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


def header_at(top: Sequence[Sequence[str]], layout: Layout) -> int:
    """Return which of the first records is the header: the first, unless only a later one has known columns."""
    known = [len(layout.match(record)) for record in top]
    best = max(range(len(top)), key=lambda at: (known[at], -at))
    return best if known[0] < 2 <= known[best] else 0  # noqa: PLR2004 - one match may be chance


def matched(
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
    who = _respondents(header, found.get("name", ()), under)
    if who:
        noticed.error(
            "table-respondent",
            f"{who}, and no column holds the school's name.",
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


def cell_at(record: Sequence[str], position: int) -> str:
    """Return a cell of a row; "" where the row ends before it."""
    return record[position].strip() if position < len(record) else ""


def _is_in_doubt(column: str, positions: Sequence[int], header: Sequence[str], under: Sequence[Sequence[str]]) -> bool:
    """Whether several columns may be meant that do not say the same."""
    own = [at for at in positions if folded(header[at]) == folded(column)]
    if len(own) > 1:
        return True
    said = [[cell_at(record, at) for record in under] for at in positions]
    return any(one != said[0] for one in said[1:])


def _respondents(header: Sequence[str], positions: Sequence[int], under: Sequence[Sequence[str]]) -> str:
    """Say that the one column for names holds people, by the form it is of or by their titles; "" where it does not."""
    if len(positions) != 1:
        return ""
    marks = sum(folded(cell) in FORM_MARKS for cell in header)
    if marks >= LEAST_FORM_MARKS and folded(header[positions[0]]) == "name":
        return "The column Name of a form's sheet is who filled it in"
    names = [name for record in under if (name := cell_at(record, positions[0]))]
    if len(names) > 1 and 2 * sum(map(is_titled, names)) > len(names):
        return f"The column {shown(header[positions[0]])} holds people"
    return ""


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
    people = [cell for cell in left_out if is_about_people(cell)]
    matter = [cell for cell in left_out if _may_matter(cell) and cell not in people]
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


def _may_matter(header: str) -> bool:
    words = parted_words(header)
    return not MATTERING.isdisjoint(words) and "code" not in words
