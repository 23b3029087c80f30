"""The log on disk: appended to, never rewritten; what was confirmed is there after any crash."""

from __future__ import annotations

import dataclasses
import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from geo_partnerships.deciding.decision import Decision, decision_from
from geo_partnerships.errors import GeoPartnershipsError
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.whole_files import sync

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = "decisions.jsonl"


class Conflict(GeoPartnershipsError):  # noqa: N818 - the word for it; nothing is broken
    """Somebody else decided something in the meantime; nothing was written."""

    def __init__(self, latest: int) -> None:
        self.latest = latest
        super().__init__("The plan was changed elsewhere in the meantime. It is shown as it is now: decide again.")


class DecisionLog:
    """A file of decisions, one a line.

    Parameters
    ----------
    path
        The file; made on the first decision.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known = (0, 0)  # size of the file and its latest decision, where this process wrote it last

    def read(self) -> tuple[list[Decision], list[Finding]]:
        """Return every decision in order, and what cannot be read.

        A last line that is torn was never confirmed: it is told and left out. A line missing in the middle
        was, and is told as lost.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return [], []
        decisions: list[Decision] = []
        findings: list[Finding] = []
        *lines, rest = data.split(b"\n")
        for row, line in enumerate(lines, start=1):
            try:
                decision = decision_from(line.decode("utf-8"))
            except ValueError:
                findings.append(self._finding("decision-unreadable", "The line is torn and was left out.", row))
                continue
            expected = decisions[-1].n + 1 if decisions else 1
            if decision.n != expected:
                findings.append(
                    self._finding("decision-lost", f"Decision {expected} is expected, {decision.n} found.", row)
                )
            decisions.append(decision)
        if rest:
            message = "The last line is torn: it was being written when the program ended and was never confirmed."
            findings.append(self._finding("decision-unreadable", message, len(lines) + 1))
        return decisions, findings

    def append(self, decision: Decision, *, seen: int | None = None) -> Decision:
        """Write a decision and return it with its place, once it is on disk.

        Parameters
        ----------
        seen
            The latest decision that the planner knew of; None to write in any case.

        Raises
        ------
        Conflict
            There are later ones than `seen`.
        """
        with self._locked() as handle:
            latest, torn = self._latest(os.fstat(handle).st_size)
            if seen is not None and seen != latest:
                raise Conflict(latest)
            placed = dataclasses.replace(decision, n=latest + 1)
            _write_all(handle, (b"\n" if torn else b"") + placed.line().encode("ascii") + b"\n")
            os.fsync(handle)
            self._known = (os.fstat(handle).st_size, placed.n)
        return placed

    def _latest(self, size: int) -> tuple[int, bool]:
        """Return the number of the latest decision, and whether a torn line stands after it."""
        if size == self._known[0]:
            return self._known[1], False
        decisions, _ = self.read()
        return decisions[-1].n if decisions else 0, not self.path.read_bytes().endswith(b"\n") and size > 0

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Hold the file for this process; the lock dies with it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not self.path.exists()
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if fresh:
                sync(self.path.parent)
            yield handle
        finally:
            os.close(handle)

    def _finding(self, code: str, message: str, row: int) -> Finding:
        return Finding(
            code=code,
            severity=Severity.WARNING,
            file=self.path.name,
            row=row,
            message=message,
            fix="Look whether the last decision you made is there; make it again if not.",
            private=True,
        )


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
