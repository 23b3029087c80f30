"""Which schools are system leaders, from a table beside the list of schools (R34)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.formats.header import Layout
from geo_partnerships.intake.formats.values import is_no_word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_partnerships.intake.formats.findings_log import Noticed
    from geo_partnerships.intake.formats.tables import Table
    from geo_partnerships.intake.schools.names import NameIndex
    from geo_partnerships.model import School

LAYOUT = Layout(
    {
        "urn": ("School URN", "School", "School name"),
        "designations": ("Designation", "System leader", "Leader", "System leader designations"),
    },
    ("urn", "designations"),
    may_be_empty=True,
)
LEFT_OUT = frozenset({"no", "0", "false"})


def with_leaders(schools: Mapping[str, School], table: Table, index: NameIndex, noticed: Noticed) -> dict[str, School]:
    """Return the schools with the designations of a table of `LAYOUT` in the place of their own.

    A row whose designation is empty says nothing of its school.
    """
    found = dict(schools)
    for row in table.rows:
        text, given = row.cells["urn"], row.cells["designations"]
        if is_no_word(given) or given.casefold() in LEFT_OUT:
            continue
        key = next(iter(index.meant(text)), "")
        if not key:
            noticed.error(
                "leaders-unknown-school",
                f"{shown(text)} is not among the schools.",
                "Correct it or delete the row.",
                row=row.number,
                field="urn",
            )
            continue
        named = tuple(dict.fromkeys(one.strip() for one in given.split(";") if one.strip()))
        found[key] = replace(found[key], designations=named)
    return found
