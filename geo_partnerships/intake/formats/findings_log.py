"""Collecting findings while a file is read, and showing foreign values safely in their text."""

from __future__ import annotations

import reprlib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from geo_partnerships.errors import BadDataError
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.limits import ALIKE, ERRORS

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN_CHARACTERS = 60
# Plain repr() of a value that is nested deeply would itself run out of stack.
_BRIEF = reprlib.Repr()
_BRIEF.maxlevel = 3


def shown(value: object, most: int = SHOWN_CHARACTERS) -> str:
    """Return `value` in quotes for a message: cut to `most` characters, nothing unprintable left in it."""
    text = value if isinstance(value, str) else _BRIEF.repr(value)
    cut = text[:most]
    safe = "".join(f"\\u{ord(c):04x}" if not c.isprintable() else c for c in cut)
    return f'"{safe[:most]}…"' if len(text) > most or len(safe) > most else f'"{safe}"'


class Noticed:
    """The findings on one file, in the order in which they were noticed.

    Of a kind no more than `ALIKE` are kept; the last of them says how many it stands for.

    Raises
    ------
    BadDataError
        On the error after the first `ERRORS`: the file is not read to its end.
    """

    def __init__(self, file: str, *, private: bool = False) -> None:
        self.file = shown(file, 80)[1:-1]
        self.private = private
        self.errors = 0
        self._findings: list[Finding] = []
        self._kinds: Counter[tuple[object, ...]] = Counter()
        self._last: dict[tuple[object, ...], int] = {}

    def __bool__(self) -> bool:
        """Return True where something was noticed."""
        return bool(self._findings)

    @property
    def findings(self) -> list[Finding]:
        """What was noticed; of a kind that was noticed often, the last one kept stands for the rest."""
        for kind, at in self._last.items():
            kept = self._findings[at]
            self._findings[at] = replace(kept, times=self._kinds[kind] - _most(kind) + 1)
        return self._findings

    @property
    def has_errors(self) -> bool:
        """True where a finding stops the run."""
        return self.errors > 0

    def error(self, code: str, message: str, fix: str = "", *, row: int | None = None, field: str = "") -> None:
        """Note something that stops the run."""
        self.errors += 1
        if self.errors > ERRORS:
            message = f"There are more than {ERRORS:,} errors."
            self._note(Severity.ERROR, "findings-too-many", message, "Correct what is told; the rest was not read.")
            raise BadDataError(self.findings)
        self._note(Severity.ERROR, code, message, fix, row, field)

    def warning(self, code: str, message: str, fix: str = "", *, row: int | None = None, field: str = "") -> None:
        """Note something that the reader should look at."""
        self._note(Severity.WARNING, code, message, fix, row, field)

    def note(self, code: str, message: str, fix: str = "", *, row: int | None = None, field: str = "") -> None:
        """Note something worth knowing."""
        self._note(Severity.NOTE, code, message, fix, row, field)

    def once(
        self, code: str, message: str, fix: str = "", *, row: int | None = None, field: str = "", times: int = 1
    ) -> None:
        """Note something worth knowing that many rows have in common: its first row, and how often it was met."""
        kind = (Severity.NOTE, code, message)
        self._note(Severity.NOTE, code, message, fix, row, field, kind)
        self._kinds[kind] += times - 1

    def extend(self, findings: Iterable[Finding]) -> None:
        """Add what was noticed elsewhere."""
        for finding in findings:
            self.errors += finding.severity is Severity.ERROR
            self._findings.append(finding)

    def _note(
        self,
        severity: Severity,
        code: str,
        message: str,
        fix: str,
        row: int | None = None,
        field: str = "",
        kind: tuple[object, ...] = (),
    ) -> None:
        kind = kind or (severity, code)
        self._kinds[kind] += 1
        if self._kinds[kind] > _most(kind):
            return
        if self._kinds[kind] == _most(kind):
            self._last[kind] = len(self._findings)
        self._findings.append(
            Finding(
                code=code,
                severity=severity,
                message=message,
                fix=fix,
                file=self.file,
                row=row,
                field=field,
                private=self.private,
            )
        )


def _most(kind: tuple[object, ...]) -> int:
    """Return how many findings of a kind are kept: of what is told once, one."""
    return ALIKE if len(kind) == 2 else 1  # noqa: PLR2004 - severity and code


def errors_in(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that stop the run."""
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)
