"""``replies.xlsx``: sent out with a row for each school, filled in, and read back (R54)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.deciding.state import ANSWERS, Reply
from geo_partnerships.errors import BadDataError
from geo_partnerships.exports.workbook import Sheet, write_sheets
from geo_partnerships.intake.formats.files import read_bytes
from geo_partnerships.intake.formats.findings_log import Noticed, errors_in
from geo_partnerships.intake.formats.header import Layout
from geo_partnerships.intake.formats.spreadsheets import read_spreadsheet
from geo_partnerships.sentences import listed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from geo_partnerships.findings import Finding
    from geo_partnerships.intake.formats.tables import Row
    from geo_partnerships.views.model import View

SHEET = "replies"
NOT_YET = ANSWERS[-1]
COLUMNS = ("URN", "School", "Partnership", "Reply", "Date", "What it asked", "What was decided")
LAYOUT = Layout(
    names={
        "urn": (),
        "reply": ("answer",),
        "date": ("date of reply",),
        "asked": ("what it asked", "comment"),
        "decided": ("what was decided", "decision"),
    },
    required=("urn", "reply"),
)


@dataclass(frozen=True, slots=True)
class Replies:
    """What was read from a filled-in workbook: replies in the order of its rows, and what was noticed."""

    replies: tuple[Reply, ...]
    findings: tuple[Finding, ...]


def write_replies(view: View, path: Path, known: Mapping[str, Reply] | None = None) -> Path:
    """Write the workbook of replies, those that are known filled in."""
    rows = []
    for school in sorted((s for s in view.schools if s.partnerships), key=lambda s: s.urn):
        reply = (known or {}).get(school.urn) or Reply(school=school.urn, answer=NOT_YET, date="", note="")
        own = listed([str(number) for number in school.partnerships])
        rows.append((school.urn, school.name, own, reply.answer, reply.date, reply.note, reply.decided))
    return write_sheets([Sheet(SHEET, COLUMNS, tuple(rows), (("Reply", ANSWERS),))], view, path)


def read_replies(path: Path, schools: Collection[str]) -> Replies:
    """Read a workbook or CSV of replies.

    A row whose reply is empty or ``no reply`` says nothing and is left out.

    Parameters
    ----------
    schools
        Keys of the schools that were written to.

    Raises
    ------
    BadDataError
        A row is of no such school, has no such reply or date, or a school has two; file, row and field are told.
    """
    noticed = Noticed(path.name, private=True)
    data = read_bytes(path, noticed)
    table = None if data is None else read_spreadsheet(data, path.suffix.lower(), LAYOUT, noticed, sheet=SHEET)
    if table is None or noticed.has_errors:
        raise BadDataError(noticed.findings)
    found: dict[str, Reply] = {}
    for row in table.rows:
        reply = _reply(row, schools, noticed)
        if reply is None:
            continue
        if reply.school in found:
            noticed.error("reply-repeated", "This school has a reply above.", "Leave one.", row=row.number, field="URN")
        found[reply.school] = reply
    if errors_in(noticed.findings):
        raise BadDataError(noticed.findings)
    return Replies(tuple(found.values()), tuple(noticed.findings))


def _reply(row: Row, schools: Collection[str], noticed: Noticed) -> Reply | None:
    """Return the reply of a row; None where it has none, or what it has is noted as an error."""
    urn, answer = row.cells["urn"].strip(), " ".join(row.cells["reply"].casefold().split())
    if answer in {"", NOT_YET}:
        return None
    if urn not in schools:
        fix = "Leave the URN as it was sent out."
        noticed.error("reply-of-nobody", "No school of the plan has this URN.", fix, row=row.number, field="URN")
        return None
    if answer not in ANSWERS:
        fix = f"Write one of: {', '.join(ANSWERS)}."
        noticed.error("reply-unknown", "This is no reply that is known.", fix, row=row.number, field="Reply")
        return None
    date = _date(row, noticed)
    asked, decided = (row.cells.get(key, "").strip() for key in ("asked", "decided"))
    return Reply(school=urn, answer=answer, date=date, note=asked, decided=decided)


def _date(row: Row, noticed: Noticed) -> str:
    """Return the date of a reply as ``2015-01-28``; empty where there is none."""
    text = row.cells.get("date", "").strip().removesuffix(" 00:00:00")
    for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"):
        try:
            return dt.datetime.strptime(text, pattern).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    if text:
        noticed.error(
            "reply-date", "This is no date.", "Write it as 2015-01-28 or 28/01/2015.", row=row.number, field="Date"
        )
    return ""
