"""A finding: one thing noticed in the input or in a plan, told to the person who can mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SHOWN_AT_MOST = 20
TEXT_FILES = (".toml", ".jsonl")


class Severity(StrEnum):
    """How much a finding matters: an error stops the run, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing noticed.

    Parameters
    ----------
    code
        Stable key of the kind of finding, e.g. ``survey-self-reference``.
    severity
        Whether it stops the run.
    message
        What is wrong, in a sentence.
    fix
        What the reader can do about it.
    file, row, field
        Where: file name without its folder, row as a spreadsheet counts it (the header is row 1), column.
    private
        True where the text says more than the public edition may.
    """

    code: str
    severity: Severity
    message: str
    fix: str = ""
    file: str = ""
    row: int | None = None
    field: str = ""
    private: bool = False

    @property
    def place(self) -> str:
        """File, row and field as one phrase, e.g. ``survey.csv, row 12, wanted``; text has lines."""
        unit = "line" if self.file.endswith(TEXT_FILES) else "row"
        parts = [self.file, f"{unit} {self.row}" if self.row is not None else "", self.field]
        return ", ".join(part for part in parts if part)

    def sentence(self) -> str:
        """Return place, message and fix in one line."""
        place = f"{self.place}: " if self.place else ""
        fix = f" {self.fix}" if self.fix else ""
        return f"{place}{self.message}{fix}"


def bounded(findings: tuple[Finding, ...], most: int = SHOWN_AT_MOST) -> list[str]:
    """Return the first `most` findings as sentences, and the total where some are left out."""
    lines = [finding.sentence() for finding in findings[:most]]
    if len(findings) > most:
        lines.append(f"… and {len(findings) - most} more ({len(findings)} in all).")
    return lines
