"""The authority's knowledge of schools (R13): private, so every finding on it is private too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.intake.files import refuse_archive
from geo_partnerships.intake.noticing import shown
from geo_partnerships.intake.tables import read_table, require_columns
from geo_partnerships.intake.text import decode
from geo_partnerships.model import Judgement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_partnerships.intake.noticing import Noticed
    from geo_partnerships.model import School

COLUMNS = ("urn", "ofsted", "ofsted_date", "la_view", "self_evaluation", "head_experience")
OFSTED = (
    "outstanding",
    "good",
    "requires improvement",
    "satisfactory",
    "inadequate",
    "serious weaknesses",
    "special measures",
)


def read_judgements(data: bytes, schools: Mapping[str, School], noticed: Noticed) -> dict[str, Judgement]:
    """Return the judgements in CSV `data` by the schools' keys."""
    text = None if refuse_archive(data, noticed) else decode(data, noticed)
    table = None if text is None else read_table(text, noticed)
    if table is None or not require_columns(table, ("urn",), COLUMNS, noticed):
        return {}
    found: dict[str, Judgement] = {}
    for row in table.rows:
        cells = {column: row.cells.get(column, "") for column in COLUMNS}
        urn = cells["urn"]
        if urn not in schools:
            noticed.error(
                "judgements-unknown-school",
                f"{shown(urn)} is not among the schools.",
                "Correct it or delete the row.",
                row=row.number,
                field="urn",
            )
        elif urn in found:
            noticed.error(
                "judgements-twice",
                f"{urn} stands there already.",
                "Delete one row.",
                row=row.number,
                field="urn",
            )
        else:
            found[urn] = Judgement(**cells)
        if cells["ofsted"] and cells["ofsted"].casefold() not in OFSTED:
            noticed.warning(
                "judgements-unknown-grade",
                f"{shown(cells['ofsted'])} is no grade that is known.",
                f"Use one of {', '.join(OFSTED)}.",
                row=row.number,
                field="ofsted",
            )
    return dict(sorted(found.items()))
