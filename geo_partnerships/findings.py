"""A finding: one thing noticed in the input or in a plan, told to the person who can mend it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

SHOWN_AT_MOST = 20
SHOWN_OF_A_KIND = 3
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
    times
        How many findings of this kind it stands for, itself among them.
    """

    code: str
    severity: Severity
    message: str
    fix: str = ""
    file: str = ""
    row: int | None = None
    field: str = ""
    private: bool = False
    times: int = 1

    @property
    def place(self) -> str:
        """File, row and field as one phrase, e.g. ``survey.csv, row 12, wanted``; text has lines."""
        unit = "line" if self.file.endswith(TEXT_FILES) else "row"
        parts = [self.file, f"{unit} {self.row}" if self.row is not None else "", self.field]
        return ", ".join(part for part in parts if part)

    def sentence(self) -> str:
        """Return place, message and fix in one line, and how many of the kind there are beside it."""
        place = f"{self.place}: " if self.place else ""
        fix = f" {self.fix}" if self.fix else ""
        more = f" … and {self.times - 1:,} more of this kind ({self.times} in all)." if self.times > 1 else ""
        return f"{place}{self.message}{fix}{more}"


def bounded(findings: tuple[Finding, ...], most: int = SHOWN_AT_MOST) -> list[str]:
    """Return findings as sentences, at most `most` of them and the total where some are left out.

    Of a kind that was noticed more than `SHOWN_OF_A_KIND` times in one column of a file the first is shown, with how
    many more there are.
    """
    kinds: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        key = (finding.file, finding.severity, finding.code, finding.field if finding.row is not None else "")
        kinds.setdefault(key, []).append(finding)
    lines = [line for kind in kinds.values() for line in _of_a_kind(kind)]
    if len(lines) > most:
        in_all = sum(finding.times for finding in findings)
        lines[most:] = [f"… and {len(lines) - most} more ({in_all} in all)."]
    return lines


def _of_a_kind(findings: list[Finding]) -> list[str]:
    if len(findings) <= SHOWN_OF_A_KIND:
        return [finding.sentence() for finding in findings]
    return [replace(findings[0], times=sum(finding.times for finding in findings)).sentence()]
