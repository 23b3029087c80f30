"""Collecting findings while a file is read, and showing foreign values safely in their text."""

from __future__ import annotations

import reprlib
import unicodedata
from typing import TYPE_CHECKING

from geo_partnerships.errors import BadDataError
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.limits import ERRORS, REMARKS

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN_CHARACTERS = 60
# Plain repr() of a value that is nested deeply would itself run out of stack.
_BRIEF = reprlib.Repr()
_BRIEF.maxlevel = 3


def is_unprintable(character: str) -> bool:
    """Return True for control, format, surrogate, private and line-separating characters."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def is_control(character: str) -> bool:
    """Return True for characters that no text holds: control characters and halves of surrogate pairs."""
    return unicodedata.category(character) in {"Cc", "Cs"}


def shown(value: object, most: int = SHOWN_CHARACTERS) -> str:
    """Return `value` in quotes for a message: cut to `most` characters, nothing unprintable left in it."""
    text = value if isinstance(value, str) else _BRIEF.repr(value)
    cut = text[:most]
    safe = "".join(f"\\u{ord(c):04x}" if not c.isprintable() else c for c in cut)
    return f'"{safe[:most]}…"' if len(text) > most or len(safe) > most else f'"{safe}"'


class Noticed:
    """The findings on one file, in the order in which they were noticed.

    Raises
    ------
    BadDataError
        On the error after the first `ERRORS`: the file is not read to its end. Of warnings and notes no more than
        `REMARKS` are kept, which the last of them says.
    """

    def __init__(self, file: str, *, private: bool = False) -> None:
        self.file = shown(file, 80)[1:-1]
        self.private = private
        self.findings: list[Finding] = []
        self._errors = self._remarks = 0

    def __bool__(self) -> bool:
        """Return True where something was noticed."""
        return bool(self.findings)

    @property
    def has_errors(self) -> bool:
        """True where a finding stops the run."""
        return self._errors > 0 or any(finding.severity is Severity.ERROR for finding in self.findings)

    def error(self, code: str, message: str, fix: str = "", *, row: int | None = None, field: str = "") -> None:
        """Note something that stops the run."""
        self._note(Severity.ERROR, code, message, fix, row, field)

    def warning(self, code: str, message: str, fix: str = "", *, row: int | None = None, field: str = "") -> None:
        """Note something that the reader should look at."""
        self._note(Severity.WARNING, code, message, fix, row, field)

    def note(self, code: str, message: str, fix: str = "", *, row: int | None = None, field: str = "") -> None:
        """Note something worth knowing."""
        self._note(Severity.NOTE, code, message, fix, row, field)

    def _note(self, severity: Severity, code: str, message: str, fix: str, row: int | None, field: str) -> None:
        if severity is Severity.ERROR:
            self._errors += 1
        else:
            self._remarks += 1
        if self._remarks == REMARKS:
            code, message, fix, row, field = "findings-left-out", "There are more remarks than are kept.", "", None, ""
        if self._errors > ERRORS:
            code, message, row, field = "findings-too-many", f"There are more than {ERRORS:,} errors.", None, ""
            fix = "Correct what is told first; the rest was not read."
        finding = Finding(
            code=code,
            severity=severity,
            message=message,
            fix=fix,
            file=self.file,
            row=row,
            field=field,
            private=self.private,
        )
        if severity is Severity.ERROR or self._remarks <= REMARKS:
            self.findings.append(finding)
        if self._errors > ERRORS:
            raise BadDataError(self.findings)


def errors_in(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that stop the run."""
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)
