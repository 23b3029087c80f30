"""The plan as rows: one per school and partnership."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geo_partnerships.views.model import View

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class Membership(NamedTuple):
    """A row of ``plan.csv``; distance in metres, straight line on EPSG:27700."""

    urn: str
    name: str
    partnership: int
    partnership_name: str
    strand: str
    role: str
    distance_to_centre_m: float | None


def memberships(view: View) -> Iterator[Membership]:
    """Yield one row per school and partnership, by partnership and then in its members' order."""
    for partnership in view.partnerships:
        for member in partnership.members:
            yield Membership(
                urn=member.urn,
                name=member.name,
                partnership=partnership.number,
                partnership_name=partnership.name,
                strand=partnership.strand,
                role=str(member.role),
                distance_to_centre_m=None if member.distance_m is None else round(float(member.distance_m), 3),
            )


def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: an apostrophe goes before a character that starts one."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_csv(view: View, path: Path) -> Path:
    """Write ``plan.csv``: UTF-8 with BOM, so that Excel reads it, and lines that end as RFC 4180 says.

    Parameters
    ----------
    view
        What may be seen.
    path
        File to write.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(Membership._fields)
    writer.writerows(
        [harmless(value) if isinstance(value, str) else value for value in row] for row in memberships(view)
    )
    path.write_bytes(buffer.getvalue().encode("utf-8-sig", "backslashreplace"))
    return path
