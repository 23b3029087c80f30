"""The authority's knowledge of schools (R13): private, so every finding on it is private too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.formats.header import Layout
from geo_partnerships.intake.formats.tables import read_csv
from geo_partnerships.model import Judgement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_partnerships.intake.formats.findings_log import Noticed
    from geo_partnerships.model import School

LAYOUT = Layout(
    {
        "urn": ("School URN", "Unique Reference Number"),
        "ofsted": ("Ofsted grade", "Ofsted judgement", "Overall effectiveness"),
        "ofsted_date": ("Inspection date", "Date of inspection"),
        "la_view": ("LA view", "Authority view", "LA category"),
        "self_evaluation": ("SEF", "School self-evaluation"),
        "head_experience": ("Head", "Experience of headteacher"),
    },
    ("urn",),
    may_be_empty=True,
)
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
    table = read_csv(data, LAYOUT, noticed)
    if table is None or "urn" not in table.columns:
        return {}
    found: dict[str, Judgement] = {}
    for row in table.rows:
        cells = {column: row.cells.get(column, "") for column in LAYOUT.names}
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
