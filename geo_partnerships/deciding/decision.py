"""One decision: a line of the log."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

LONGEST_TEXT = 2_000


class Action(StrEnum):
    """What was decided or done."""

    RERUN = "rerun"
    MOVE = "move"
    LOCK = "lock"
    UNLOCK = "unlock"
    VETO = "veto"
    LINK = "link"
    COMMENT = "comment"
    REPLY = "reply"
    UPLOAD = "upload"
    UNDO = "undo"
    REDO = "redo"
    SAVE = "save"
    PUBLISH = "publish"


KEPT = frozenset({Action.UNDO, Action.REDO, Action.SAVE, Action.PUBLISH})
"""Actions that are no step to undo: undoing itself, and what has left the desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A line of the log.

    Parameters
    ----------
    n
        Its place in the log, from 1.
    when, by
        As the caller gives them.
    school, schools
        Key of the school it is about, or of several for a link.
    source, to
        Partnership numbers of a move, lock or veto; what a link, reply or upload says; ``from`` and ``to`` in the file.
    reason
        In the planner's words; a decision with `breaks` has one.
    breaks
        The binding rules that it breaks, each a sentence.
    details
        What replaying needs beside: the parameters of a rerun, the centre school of a lock.
    """

    action: Action
    when: str
    by: str
    n: int = 0
    school: str = ""
    schools: tuple[str, ...] = ()
    source: str = ""
    to: str = ""
    reason: str = ""
    breaks: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def is_step(self) -> bool:
        """True where it can be undone."""
        return self.action not in KEPT

    def line(self) -> str:
        """Return it as one line of JSON, without the end of line."""
        row = dataclasses.asdict(self)
        row["from"] = row.pop("source")
        order = ("n", "when", "by", "action", "school", "schools", "from", "to", "reason", "breaks", "details")
        kept = {key: row[key] for key in order if row[key] or key in {"n", "when", "by", "action"}}
        return json.dumps(kept, ensure_ascii=True, separators=(",", ":"))


def decision_from(line: str) -> Decision:
    """Return the decision of a line.

    Raises
    ------
    ValueError
        It is none.
    """
    try:
        row = json.loads(line)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(row, dict):
        raise ValueError("a decision is an object")  # noqa: TRY004 - the line is wrong, not the caller
    try:
        return Decision(
            n=_whole(row["n"]),
            when=_text(row["when"]),
            by=_text(row["by"]),
            action=Action(row["action"]),
            school=_text(row.get("school", "")),
            schools=tuple(map(_text, row.get("schools", ()))),
            source=_text(row.get("from", "")),
            to=_text(row.get("to", "")),
            reason=_text(row.get("reason", "")),
            breaks=tuple(map(_text, row.get("breaks", ()))),
            details=dict(row.get("details", {})),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a decision: {error}") from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text is expected")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("a whole number is expected")
    return value
