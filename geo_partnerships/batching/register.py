"""A register-like file of many authorities to one data folder for each."""

from __future__ import annotations

import contextlib
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geo_partnerships.batching.merging import Entry, merge_successors
from geo_partnerships.errors import BadDataError
from geo_partnerships.intake.formats.archives import read_unpacked
from geo_partnerships.intake.formats.encoding import lines_in
from geo_partnerships.intake.formats.findings_log import Noticed, shown
from geo_partnerships.intake.formats.tables import TableError, csv_records, read_csv, rows_under
from geo_partnerships.intake.schools.row import LAYOUT as SCHOOLS
from geo_partnerships.intake.schools.row import TolerantReader, record_from
from geo_partnerships.intake.schools.sectors import sector_of
from geo_partnerships.intake.schools.status import why_left_out
from geo_partnerships.limits import AUTHORITIES
from geo_partnerships.sentences import counted, first_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from geo_partnerships.intake.formats.tables import Row
    from geo_partnerships.intake.schools.write import SchoolRecord


LAYOUT = replace(
    SCHOOLS,
    names={**{key: names for key, names in SCHOOLS.names.items() if key not in {"borough", "longitude", "latitude"}},
           "la_name": SCHOOLS.names["borough"]},
    required=("urn", "name", "la_code", "la_name", "easting", "northing"),
)  # fmt: skip
SHOWN_AT_MOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The schools of one authority, or of several that are planned together, in the order of their keys."""

    code: str
    name: str
    schools: tuple[SchoolRecord, ...]


def read_register(path: Path, noticed: Noticed, *, merge: bool = True) -> tuple[Authority, ...]:
    """Return the authorities of a register-like file in the order of their codes.

    Parameters
    ----------
    path
        CSV, gzipped or not, with the columns of a file of schools, and ``la_code`` and ``la_name``.
    noticed
        Takes the findings: rows without an authority, keys that stand twice, schools that were merged.
    merge
        Whether a school and the one whose place it took count once.
    """
    plain = read_unpacked(path, noticed)
    if plain is None or _has_too_many(plain, noticed):
        return ()
    table = read_csv(plain, LAYOUT, noticed)
    if table is None or noticed.has_errors:
        return ()
    entries = _each_once(_entries(table.rows, noticed), noticed)
    if merge:
        entries = merge_successors(entries, noticed)
    homeless = [entry for entry in entries if not entry.code]
    if homeless:
        noticed.warning(
            "register-no-authority",
            f"{counted(len(homeless), 'school', 'has', 'have')} no authority, so left out: "
            f"{first_of([shown(entry.record.name) for entry in homeless], SHOWN_AT_MOST)}.",
            "Give each its la_code and la_name.",
            field="la_code",
        )
    return _grouped(entries, noticed)


def _has_too_many(plain: bytes, noticed: Noticed) -> bool:
    """Say whether there are more authorities than can be planned at once, and tell it before any row is held."""
    silent = Noticed(noticed.file)  # whatever else is wrong with the file is told when it is read
    lines = lines_in(plain, silent)
    codes: set[str] = set()
    with contextlib.suppress(TableError, BadDataError):
        found = None if lines is None else rows_under(csv_records(lines), LAYOUT, silent)
        for row in () if found is None or "la_code" not in found.positions else found.rows:
            codes.add(row.cells["la_code"])
            if len(codes) > AUTHORITIES:
                message = f"There are more than {AUTHORITIES:,} authorities, and no more can be planned at once."
                noticed.error(
                    "register-authorities", message, "Check the column la_code.", row=row.number, field="la_code"
                )
                return True
    return False


def _entries(rows: Iterable[Row], noticed: Noticed) -> Iterator[Entry]:
    """Yield the rows that are schools, but those that are closed or only proposed, which are counted and told."""
    left_out: Counter[str] = Counter()
    first: dict[str, int] = {}
    for row in rows:
        reason = why_left_out(row.cells, None, row.number, noticed)
        if reason:
            left_out[reason] += 1
            first.setdefault(reason, row.number)
            continue
        cells = {**row.cells, "borough": row.cells["la_name"]}
        reader = TolerantReader(cells, row.number, noticed)
        record = record_from(reader)
        sector = record.sector or sector_of(f"{cells.get('phase', '')} {cells.get('type', '')}")
        record = replace(record, sector=sector, unread=reader.unread)
        yield Entry(row=row.number, code=row.cells["la_code"], record=record)
    for reason, number in sorted(left_out.items()):
        message = f"{number:,} {'is' if number == 1 else 'are'} {reason}, and left out."
        noticed.note("register-left-out", message, "Nothing to do where this is right.", row=first[reason])


def _each_once(entries: Iterable[Entry], noticed: Noticed) -> list[Entry]:
    """Return the entries whose URN stands first; tell those that stand again."""
    first: dict[str, Entry] = {}
    for entry in entries:
        known = first.setdefault(entry.record.urn, entry)
        if known is not entry:
            same = known.record == entry.record
            noticed.warning(
                "register-urn-twice",
                f"{shown(entry.record.urn)} stands in row {known.row} already{'' if same else ', with other details'}; "
                "the first row was taken.",
                "Delete one of the two." if same else "Correct the URN of one of the two.",
                row=entry.row,
                field="urn",
            )
    return list(first.values())


def _grouped(entries: Iterable[Entry], noticed: Noticed) -> tuple[Authority, ...]:
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.code:
            groups[entry.code].append(entry)
    found = []
    for code, members in sorted(groups.items()):
        names = sorted({entry.record.borough for entry in members})
        if len(names) > 1:
            noticed.warning(
                "register-authority-names",
                f"The code {shown(code)} has several names: {', '.join(map(shown, names[:SHOWN_AT_MOST]))}.",
                "Give it one.",
                field="la_name",
            )
        schools = tuple(sorted((entry.record for entry in members), key=lambda record: record.urn))
        found.append(Authority(code=code, name=names[0] or code, schools=schools))
    return tuple(found)


def _some(entries: Sequence[Entry]) -> str:
    return ", ".join(shown(entry.record.name) for entry in entries[:SHOWN_AT_MOST])
