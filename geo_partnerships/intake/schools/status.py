"""Whether a school of a list is open: by the list's own status, or on a day."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.formats.normalise import folded
from geo_partnerships.intake.formats.values import is_no_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_partnerships.intake.formats.findings_log import Noticed

OPEN = frozenset({"open", "open but proposed to close", "active", "live", "current", "operational"})
NOT_OPEN = frozenset({"closed", "proposed to open", "proposed", "inactive", "ceased", "de registered", "not open"})
_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})|(\d{4})-(\d{2})-(\d{2})")


def why_left_out(cells: Mapping[str, str], on: date | None, row: int, noticed: Noticed) -> str:
    """Return why a school is left out; "" where it is kept.

    Parameters
    ----------
    cells
        Its columns ``status``, ``opened`` and ``closed``, where there are such, and its ``name``.
    on
        Day on which it must be open; without it, the list's own status counts.
    """
    stated = cells.get("status", "")
    status = folded(stated)
    if on is None:
        return _by_status(cells, stated, status, row, noticed)
    opened, closed = (date_of(cells, column, row, noticed) for column in ("opened", "closed"))
    if opened is not None and opened > on:
        return f"not open on {on.isoformat()}"
    if closed is not None and closed <= on:
        return f"closed by {on.isoformat()}"
    if status.startswith("proposed") and opened is None:
        return "proposed, with no day of opening"
    if status == "closed" and closed is None:
        noticed.warning(
            "register-closed-undated",
            f"{cells.get('name', '')} is closed, but the register does not say since when; it was left out.",
            "Add it by hand if it was open.",
            row=row,
            field="closed",
        )
        return "closed, with no day of closing"
    return ""


def _by_status(cells: Mapping[str, str], stated: str, status: str, row: int, noticed: Noticed) -> str:
    if status in OPEN:
        return ""
    if status in NOT_OPEN or ("status" in cells and not status):
        return f"called {stated or 'nothing'} by the register"
    closed = cells.get("closed", "")
    if closed and not is_no_number(closed):
        return "given a day of closing, and no status"
    if status:
        noticed.once(
            "status-unknown",
            f"{shown(stated)} does not say whether a school is open; such schools were kept.",
            "Write open or closed.",
            row=row,
            field="status",
        )
    return ""


def date_of(cells: Mapping[str, str], column: str, row: int, noticed: Noticed) -> date | None:
    """Return the day in a column; None where there is none, which is told where the cell holds something else."""
    text = cells.get(column, "")
    if not text or is_no_number(text):
        return None
    day = as_date(text)
    if day is None:
        noticed.warning(
            "register-date", f"{shown(text)} is no day; it was left out.", "Look it up.", row=row, field=column
        )
    return day


def as_date(text: str) -> date | None:
    """Return the day in ``15-01-2015`` or ``2015-01-15``, a time after it left out; None where there is none."""
    found = _DATE.fullmatch(text.strip().replace("T", " ").split(" ", maxsplit=1)[0])
    if found is None:
        return None
    day, month, year = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
