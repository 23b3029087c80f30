"""The log on disk: appended to, never rewritten; what was confirmed is there after any crash."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.deciding.decision import GREATEST_N, Decision, decision_from
from geo_partnerships.errors import GeoPartnershipsError, UsageError
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.limits import LOG_BYTES, LOG_LINES
from geo_partnerships.systems import RAW, lock, refusal, sync
from geo_partnerships.whole_files import PRIVATE_FILE, make_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = "decisions.jsonl"
VOID = b" (never confirmed)\n"
NOT_CONFIRMED = "The last line is torn: it was being written when the program ended and was never confirmed."
LONGEST_WORDS = 120
LARGEST_LINE = 200_000  # bytes, more than the desk sends; the log ends before it is larger than is read


class Conflict(GeoPartnershipsError):  # noqa: N818 - the word for it; nothing is broken
    """Somebody else decided something in the meantime; nothing was written."""

    def __init__(self, latest: int) -> None:
        self.latest = latest
        super().__init__("The plan was changed elsewhere in the meantime. It is shown as it is now: decide again.")


@dataclass(frozen=True, slots=True)
class _End:
    """Where a log ends: its latest number, the digest of its last line, and what stands after it without an end."""

    latest: int = 0
    digest: str = ""
    torn: bool = False


class DecisionLog:
    """A file of decisions, one a line; each line carries the digest of the one before.

    Parameters
    ----------
    path
        The file; made on the first decision.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: tuple[tuple[int, ...], _End] | None = None  # the file and its end, as this process wrote it last
        self._is_named_on_disk = False

    def read(self) -> tuple[list[Decision], list[Finding]]:
        """Return every decision in the order of the file, and what cannot be read.

        A line that cannot be read is told and left out, and those after it count all the same. A last line without
        its end was never confirmed. Of two lines with one number the later counts, since the earlier was written
        without being confirmed; a number that goes back does not count.

        Raises
        ------
        GeoPartnershipsError
            The file is there and cannot be read.
        """
        decisions, findings, _ = self._read()
        return decisions, findings

    def rows(self) -> dict[int, int]:
        """Return the line of the file, from 1, at which each decision that counts stands, by its number."""
        return self._read()[2]

    def _read(self) -> tuple[list[Decision], list[Finding], dict[int, int]]:
        decisions: list[Decision] = []
        findings: list[Finding] = []
        rows: dict[int, int] = {}
        before = ""
        *lines, rest = self._lines()
        for row, line in enumerate(lines, start=1):
            try:
                decision = decision_from(line.decode("utf-8"))
                self._take(decision, row, before, decisions, findings)
                rows |= {decision.n: row} if decision is decisions[-1] else {}
            except ValueError as error:
                findings.append(self._unreadable(_words(error), row))
            before = _digest(line)
        if rest:
            findings.append(self._unreadable(NOT_CONFIRMED, len(lines) + 1))
        return decisions, findings, rows

    def _take(
        self, decision: Decision, row: int, before: str, decisions: list[Decision], findings: list[Finding]
    ) -> None:
        """Add a decision to those before it, and a finding for what does not fit them."""
        latest = decisions[-1].n if decisions else 0
        chained = any(known.before for known in decisions[-1:])
        if decision.n <= latest:
            counts = "this one counts" if decision.n == latest else "this one does not count"
            message = f"Decision {decision.n} is there already, and {latest} came last: {counts}."
            findings.append(self._finding("decision-repeated", message, row))
        elif decision.n != latest + 1:
            message = f"Decision {latest + 1} is expected, {decision.n} found."
            findings.append(self._finding("decision-lost", message, row))
        elif before and (decision.before or chained) and decision.before != before:
            message = "The line before it was changed, or taken away, after this one was written."
            findings.append(self._finding("decision-changed", message, row))
        if decision.n >= latest:
            if decision.n == latest:
                decisions.pop()
            decisions.append(decision)

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
        UsageError
            The disk refuses, so the decision was not taken; or no number is left.
        """
        try:
            with self._locked() as handle:
                end = self._end(handle)
                if seen is not None and seen != end.latest:
                    raise Conflict(end.latest)
                if end.latest >= GREATEST_N or os.fstat(handle).st_size >= LOG_BYTES - LARGEST_LINE:
                    raise UsageError(f"{self.path.name} has no number left after {end.latest}. Start a new workspace.")
                placed = dataclasses.replace(decision, n=end.latest + 1, before=end.digest)
                line = placed.line().encode("ascii")
                # What was never confirmed must not come to life: it is ended as what cannot be read.
                self._write(handle, (VOID if end.torn else b"") + line + b"\n")
                self._known = (_stamp(handle), _End(placed.n, _digest(line)))
        except OSError as error:
            raise UsageError(
                f"The decision was not taken, since {self.path.name} cannot be written ({refusal(error)})."
            ) from None
        return placed

    def _write(self, handle: int, data: bytes) -> None:
        """Bring the data to the disk, or take back what was written of them."""
        size = os.fstat(handle).st_size
        try:
            _write_all(handle, data)
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, size)
            raise

    def _end(self, handle: int) -> _End:
        """Return where the log ends, reading it anew where another process may have written to it."""
        if self._known is not None and self._known[0] == _stamp(handle):
            return self._known[1]
        *lines, rest = self._lines()
        decisions, _ = self.read()
        last = [rest + VOID[:-1]] if rest else lines[-1:]
        return _End(decisions[-1].n if decisions else 0, _digest(last[0]) if last else "", bool(rest))

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Hold the file for this process; the lock dies with it."""
        make_folder(self.path.parent, private=True)
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | RAW, PRIVATE_FILE)
        try:
            lock(handle, wait=True)
            if not self._is_named_on_disk:  # a process that died may have made it and not come so far
                sync(self.path.parent)
                self._is_named_on_disk = True
            yield handle
        finally:
            os.close(handle)

    def _lines(self) -> list[bytes]:
        """Return the lines, the last without its end.

        Raises
        ------
        GeoPartnershipsError
            The file cannot be read, or is larger than any log.
        """
        data = self._bytes()
        if len(data) > LOG_BYTES or data.count(b"\n") > LOG_LINES:
            raise GeoPartnershipsError(
                f"{self.path.name} holds more than {LOG_BYTES // 1_000_000} MB or {LOG_LINES:,} lines, more than any "
                "log of decisions. Move it away, and start a new workspace."
            )
        return data.split(b"\n")

    def _bytes(self) -> bytes:
        try:
            with self.path.open("rb") as file:
                return file.read(LOG_BYTES + 1)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise GeoPartnershipsError(f"{self.path} cannot be read ({refusal(error)}).") from None

    def _unreadable(self, message: str, row: int) -> Finding:
        return self._finding("decision-unreadable", message, row)

    def _finding(self, code: str, message: str, row: int) -> Finding:
        return Finding(
            code=code,
            severity=Severity.WARNING,
            file=self.path.name,
            row=row,
            message=message,
            fix="Look whether every decision you made is there; make it again if not.",
            private=True,
        )


def _words(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return "The line is torn and was left out."
    return f"The line is no decision and was left out: {str(error)[:LONGEST_WORDS]}."


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _stamp(handle: int) -> tuple[int, ...]:
    """Return what tells a file that somebody else has written to from the one this process wrote."""
    found = os.fstat(handle)
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
