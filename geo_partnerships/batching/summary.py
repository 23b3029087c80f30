"""The tables of a batch: what is public of each plan, and for officers a row for each authority and every finding.

What follows from answers and from rules for single schools, such as sums, digests, why there is no plan and how long
it took, is for officers; it stands in a folder of its own, since even the digests of what this program writes into a
folder are noted there.
"""

from __future__ import annotations

import csv
import io
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo_partnerships.batching.work import FAILED, PLANNED, RULE, TOO_SMALL
from geo_partnerships.exports.tables import harmless
from geo_partnerships.findings import Severity
from geo_partnerships.planning.plain import finding_from
from geo_partnerships.publishing import write_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from geo_partnerships.findings import Finding


NAMES = ("key", "name", "status")
FIGURES = ("schools", "partnerships", "objective", "lower_bound", "gap", "mean_distance_m", "max_distance_m")
COLUMNS = (*NAMES, *FIGURES, "digest")
OFFICERS_COLUMNS = (*NAMES, *FIGURES, "checked", "reason", "digest")
OFFICERS = "officers"
"""Folder of the tables that are not for publication."""

FINDING_COLUMNS = ("key", "severity", "code", "place", "message", "fix")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReport:
    """What a batch came to.

    Parameters
    ----------
    notes
        One for each authority, in the order of their keys, as they are kept.
    findings
        What was noticed on reading the register, before any authority.
    redone, kept
        How many plans were made now, and how many were there already.
    site
        Folder of the site, where one was made.
    """

    notes: tuple[dict[str, Any], ...]
    findings: tuple[Finding, ...]
    redone: int
    kept: int
    site: Path | None = None

    def of_status(self, status: str) -> tuple[dict[str, Any], ...]:
        """Return the notes of one status: ``planned``, ``too small`` or ``failed``."""
        return tuple(note for note in self.notes if note["status"] == status)

    @property
    def ok(self) -> bool:
        """True where no authority failed and every plan passed its check."""
        return not self.of_status(FAILED) and all(note["figures"]["checked"] for note in self.of_status(PLANNED))

    @property
    def totals(self) -> dict[str, Any]:
        """Figures over all plans: sums, and the spread of the proven gaps; no sum where one plan has no bound."""
        planned = [note["figures"] for note in self.of_status(PLANNED)]
        gaps = sorted(figures["gap"] for figures in planned if figures["gap"] is not None)
        objective = sum(figures["objective"] for figures in planned)
        bound = sum(figures["lower_bound"] for figures in planned) if len(gaps) == len(planned) else None
        return {
            "authorities": len(self.notes),
            "planned": len(planned),
            "too_small": len(self.of_status(TOO_SMALL)),
            "failed": len(self.of_status(FAILED)),
            "schools": sum(figures["schools"] for figures in planned),
            "partnerships": sum(figures["partnerships"] for figures in planned),
            "objective": objective,
            "lower_bound": bound,
            "gap": None if bound is None else (objective - bound) / objective if objective else 0.0,
            "median_gap": statistics.median(gaps) if gaps else None,
            "worst_gap": gaps[-1] if gaps else None,
            "within_1_percent": sum(gap <= 0.01 for gap in gaps),  # noqa: PLR2004
            "not_checked": sum(not figures["checked"] for figures in planned),
        }


def write_tables(report: BatchReport, output: Path) -> None:
    """Write ``summary.csv`` for all, and for officers the full one, ``findings.csv`` and ``timings.csv``.

    All but the last are the same bytes for the same plans.
    """
    write_files(output, {"summary.csv": _csv(COLUMNS, _rows(report, COLUMNS, "published"))})
    seconds = [[note["key"], note["seconds"]] for note in report.notes]
    tables = {
        "summary.csv": _csv(OFFICERS_COLUMNS, _rows(report, OFFICERS_COLUMNS, "figures")),
        "findings.csv": _csv(FINDING_COLUMNS, _findings(report)),
        "timings.csv": _csv(("key", "seconds"), seconds),
    }
    write_files(output / OFFICERS, tables, private=True)


def public_row(note: dict[str, Any]) -> dict[str, object]:
    """Return the public row of one authority, by column; an empty cell is an empty text."""
    return {column: _cell(note, column, "published") for column in COLUMNS}


def reason(note: dict[str, Any]) -> str:
    """Return why there is no plan, or which checks it fails; empty where all is well."""
    if note["status"] != PLANNED:
        found = [finding_from(finding) for finding in note["findings"]]
        why = [finding for finding in found if note["status"] == TOO_SMALL or finding.severity is Severity.ERROR]
        told = [finding.message for finding in why if not finding.private]
        told += [f"({finding.place})" for finding in found if finding.code == RULE]
        hidden = sum(finding.private for finding in why)
        told += [f"Faults in private files: {hidden}; plan it alone to read them."] if hidden else []
        return " ".join(told)
    return "; ".join(note["figures"]["broken"])


def _rows(report: BatchReport, columns: Sequence[str], edition: str) -> list[list[object]]:
    return [[_cell(note, column, edition) for column in columns] for note in report.notes]


def _cell(note: dict[str, Any], column: str, edition: str) -> object:
    if column in NAMES:
        return note[column]
    if column == "reason":
        return reason(note)
    value = note[edition].get(column)
    return "" if value is None else round(value, 6) if isinstance(value, float) else value


def _findings(report: BatchReport) -> Iterable[list[object]]:
    told = [("", finding) for finding in report.findings]
    told += [(note["key"], finding_from(finding)) for note in report.notes for finding in note["findings"]]
    for key, finding in told:
        if not finding.private:
            yield [key, str(finding.severity), finding.code, finding.place, finding.message, finding.fix]


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header)
    writer.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return "\ufeff" + buffer.getvalue()
