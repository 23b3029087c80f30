"""Partnerships that exist already, from a table: input, as the letter's alliances are (R12)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.formats.header import Layout
from geo_partnerships.letter import Alliance, ListedMember
from geo_partnerships.sentences import count
from geo_partnerships.vocabulary import PartnershipType

if TYPE_CHECKING:
    from geo_partnerships.intake.formats.findings_log import Noticed
    from geo_partnerships.intake.formats.tables import Row, Table
    from geo_partnerships.intake.schools.names import NameIndex

LAYOUT = Layout(
    {
        "partnership": ("Partnership name", "Partnership number", "Group", "Alliance"),
        "urn": ("School URN", "School", "School name", "Member"),
        "type": ("Partnership type", "Type of partnership"),
        "lead": ("Lead school", "Leads"),
        "note": ("Notes", "Comment"),
    },
    ("partnership", "urn"),
    may_be_empty=True,
)
YES = frozenset({"yes", "y", "true", "1"})
NO = frozenset({"no", "n", "false", "0", ""})
LEAST_MEMBERS = 2


def read_standing(table: Table, index: NameIndex, noticed: Noticed, *, strays: bool = False) -> tuple[Alliance, ...]:
    """Return the partnerships in a table of `LAYOUT`, numbered in the order in which they first stand there.

    Parameters
    ----------
    strays
        True where a row may name no partnership: its school is in none.
    """
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in table.rows:
        if not row.cells["partnership"] and strays:
            continue
        if not row.cells["partnership"]:
            noticed.error(
                "standing-no-partnership",
                "The row names no partnership.",
                "Give it a number or a name.",
                row=row.number,
                field="partnership",
            )
            continue
        groups[row.cells["partnership"]].append(row)
    return tuple(
        _partnership(number, name, rows, index, noticed) for number, (name, rows) in enumerate(groups.items(), 1)
    )


def _partnership(number: int, name: str, rows: list[Row], index: NameIndex, noticed: Noticed) -> Alliance:
    members: dict[str, ListedMember] = {}
    leads: list[str] = []
    for row in rows:
        urn = _key(row, index, noticed)
        if not urn:
            continue
        if urn in members:
            noticed.error(
                "standing-twice",
                f"{urn} stands twice in {shown(name)}.",
                "Delete one row.",
                row=row.number,
                field="urn",
            )
        members[urn] = ListedMember(text=row.cells["urn"], schools=(urn,))
        if _leads(row, noticed):
            leads.append(urn)
    if len(leads) > 1:
        noticed.error(
            "standing-two-leads",
            f"{shown(name)} has {count(len(leads), 'lead')}.",
            "Leave one.",
            row=rows[0].number,
            field="lead",
        )
    if len(members) < LEAST_MEMBERS:
        noticed.warning(
            "standing-alone",
            f"{shown(name)} has fewer than two members.",
            "Add the others, or delete it.",
            row=rows[0].number,
            field="partnership",
        )
    title = "" if name.isdigit() else name
    kind = _type(rows, noticed)
    return Alliance(
        number=number, title=title, members=tuple(members.values()), lead=leads[0] if leads else "", type=kind
    )


def _key(row: Row, index: NameIndex, noticed: Noticed) -> str:
    text = row.cells["urn"]
    matches = index.meant(text)
    if len(matches) == 1:
        return matches[0]
    likely = [f"{one.urn} {one.name}" for one in index.suggested(text)[:3]]
    noticed.error(
        "standing-unknown-school",
        f"{shown(text)} is not among the schools." if not matches else f"{shown(text)} may be {' or '.join(matches)}.",
        f"Write the URN. Perhaps {', '.join(likely)}?" if likely and not matches else "Write the URN.",
        row=row.number,
        field="urn",
    )
    return ""


def _leads(row: Row, noticed: Noticed) -> bool:
    text = row.cells.get("lead", "").casefold()
    if text not in YES | NO:
        noticed.error(
            "flag-malformed",
            f"{shown(text)} is neither yes nor no.",
            "Write yes or no.",
            row=row.number,
            field="lead",
        )
    return text in YES


def _type(rows: list[Row], noticed: Noticed) -> str:
    types = sorted({row.cells.get("type", "").casefold() for row in rows} - {""})
    unknown = [kind for kind in types if kind not in set(PartnershipType)]
    if unknown or len(types) > 1:
        noticed.error(
            "standing-type",
            f"The type is given as {shown(', '.join(types))}.",
            f"Write one of {', '.join(PartnershipType)} in all rows.",
            row=rows[0].number,
            field="type",
        )
        return ""
    return types[0] if types else ""
