"""The plan as rows: one per school and partnership, and one per school in none."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geo_partnerships.views.model import SchoolView, View

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class Membership(NamedTuple):
    """A school in a partnership; distance in metres, straight line on EPSG:27700."""

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


class PlanRow(NamedTuple):
    """A row of ``plan.csv``: a school in a partnership, or one in none, whose partnership and role are empty.

    Other programs read columns by their place: new ones come last.
    """

    urn: str
    name: str
    partnership: int | None
    partnership_name: str
    strand: str
    role: str
    distance_to_centre_m: float | None
    phase: str
    postcode: str
    district: str
    system_leader: str
    """What the school is designated as, such as a Teaching School; empty where it is none."""
    status: str
    """Whether its partnership is a draft or agreed; of a school in none, why it is."""
    survey_note: str


def plan_rows(view: View) -> Iterator[PlanRow]:
    """Yield the memberships, then the schools in none of the partnerships in the view's order."""
    schools = {s.urn: s for s in (*view.schools, *view.uncovered)}
    statuses = {p.number: p.status for p in view.partnerships}
    inside = set()
    for member in memberships(view):
        inside.add(member.urn)
        yield _plan_row(view, schools[member.urn], member, statuses[member.partnership])
    for urn, school in schools.items():
        if urn not in inside:
            yield _plan_row(view, school, None, school.uncovered)


def _plan_row(view: View, school: SchoolView, member: Membership | None, status: str) -> PlanRow:
    return PlanRow(
        urn=school.urn,
        name=member.name if member else school.name,
        partnership=member.partnership if member else None,
        partnership_name=member.partnership_name if member else "",
        strand=member.strand if member else "",
        role=member.role if member else "",
        distance_to_centre_m=member.distance_to_centre_m if member else None,
        phase=str(school.phase),
        postcode=school.postcode,
        district=school.district,
        system_leader="; ".join(school.designations),
        status=status,
        survey_note=view.survey_note,
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
    writer.writerow(PlanRow._fields)
    writer.writerows([harmless(value) if isinstance(value, str) else value for value in row] for row in plan_rows(view))
    path.write_bytes(buffer.getvalue().encode("utf-8-sig", "backslashreplace"))
    return path
