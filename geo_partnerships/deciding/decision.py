"""One decision: a line of the log."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

GREATEST_N = 10**9
MOST_DIGITS = 6


class Action(StrEnum):
    """What was decided or done."""

    RERUN = "rerun"
    MOVE = "move"
    SWAP = "swap"
    MERGE = "merge"
    SPLIT = "split"
    LEAVE = "leave"
    LOCK = "lock"
    UNLOCK = "unlock"
    VETO = "veto"
    LINK = "link"
    NAME = "name"
    TYPE = "type"
    LEAD = "lead"
    FORM = "form"
    BOARD = "board"
    ROLE = "role"
    STATUS = "status"
    COMMENT = "comment"
    REPLY = "reply"
    UPLOAD = "upload"
    UNDO = "undo"
    REDO = "redo"
    SAVE = "save"
    PUBLISH = "publish"


KEPT = frozenset({Action.UNDO, Action.REDO, Action.SAVE, Action.PUBLISH})
"""Actions that are no step to undo: undoing itself, and what has left the desk."""
MOVING = frozenset({Action.MOVE, Action.SWAP, Action.MERGE, Action.SPLIT, Action.LEAVE})
"""Actions after which schools are elsewhere."""
OF_PARTNERSHIP = frozenset(
    {Action.NAME, Action.TYPE, Action.LEAD, Action.FORM, Action.BOARD, Action.ROLE, Action.STATUS}
)
"""What is decided of a partnership; its value is among the details."""


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
        Key of the school it is about, or of several.
    source, to
        Partnership numbers of a move, lock or veto; what a link, reply or upload says; ``from`` and ``to`` in the file.
        What is decided of a partnership has its number as ``to``.
    reason
        In the planner's words; a decision with `breaks` has one.
    breaks
        The binding rules that it breaks, each a sentence.
    details
        What replaying needs beside: the parameters of a rerun, the centre school of a lock, what a partnership is
        called, each school of several that move with the numbers it leaves and joins.
    before
        SHA-256 of the line before it as it stands in the file, hexadecimal, by which a changed or missing line shows;
        empty in logs of earlier versions.
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
    before: str = ""

    @property
    def is_step(self) -> bool:
        """True where it can be undone."""
        return self.action not in KEPT

    @property
    def named(self) -> frozenset[str]:
        """Keys of the schools that it speaks of."""
        return frozenset((self.school, *self.schools, str(self.details.get("anchor", "")))) - {""}

    @property
    def moves(self) -> tuple[tuple[str, str, str], ...]:
        """Each school that it moves, with the numbers that it leaves and joins; empty for none."""
        if self.action not in MOVING:
            return ()
        several = tuple((school, source, to) for school, source, to in self.details.get("moves", ()))
        return several or ((self.school, self.source, self.to),)

    def line(self) -> str:
        """Return it as one line of JSON, without the end of line."""
        row = dataclasses.asdict(self)
        row["from"] = row.pop("source")
        first = ("n", "when", "by", "action")
        order = (*first, "school", "schools", "from", "to", "reason", "breaks", "details", "before")
        kept = {key: row[key] for key in order if row[key] or key in first}
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
        raise ValueError("it is nested too deep") from error
    if not isinstance(row, dict):
        raise ValueError("it is no object")  # noqa: TRY004 - the line is wrong, not the caller
    try:
        decision = Decision(
            n=_number(row["n"]),
            when=_text(row["when"]),
            by=_text(row["by"]),
            action=Action(row["action"]),
            school=_text(row.get("school", "")),
            schools=tuple(map(_text, row.get("schools", ()))),
            source=_text(row.get("from", "")),
            to=_text(row.get("to", "")),
            reason=_text(row.get("reason", "")),
            breaks=tuple(map(_text, row.get("breaks", ()))),
            details=_details(row.get("details", {})),
            before=_text(row.get("before", "")),
        )
    except KeyError as error:
        raise ValueError(f"it has no {error.args[0]}") from None
    except TypeError as error:
        raise ValueError(str(error)) from None
    _refuse_impossible(decision)
    return decision


def _refuse_impossible(decision: Decision) -> None:
    """Refuse what no desk writes and no plan can take."""
    if not all(school and _is_way(source, to) for school, source, to in decision.moves):
        raise ValueError("a move needs a school and the numbers of partnerships")
    if decision.action in OF_PARTNERSHIP and not _is_partnership(decision.to):
        raise ValueError("it needs the number of a partnership")
    if decision.action is Action.RERUN and not _is_file_name(decision.to):
        raise ValueError("a run needs the name of its file")
    files = (*decision.details.get("files", {}).values(), *([decision.to] if decision.action is Action.UPLOAD else ()))
    if not all(_is_file_name(name) for name in files if name):
        raise ValueError("a file is named without its folder")


def _is_way(source: str, to: str) -> bool:
    """Say whether these are the numbers that a move leaves and joins, of which one may be empty."""
    return any((source, to)) and all(_is_partnership(number) for number in (source, to) if number)


def _is_partnership(number: str) -> bool:
    return number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS


def _is_file_name(name: str) -> bool:
    return bool(name) and name not in {".", ".."} and not set(name) & set("/\\\0")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a field that is text is of another type")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= GREATEST_N:
        raise TypeError(f"n is not a whole number from 1 to {GREATEST_N}")
    return value


def _details(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("details are not an object")
    for key, inner in value.items():
        if not _DETAILS.get(key, _is_anything)(inner):
            raise TypeError(f"details: {key!r} is of another type")
    return value


def _is_anything(_value: object) -> bool:
    return True


def _is_str(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_year(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("said"), str):
        return False
    rows = value.get("decide")
    keys = (value.get("gone"), value.get("left_out"))
    return (
        isinstance(rows, list)
        and all(isinstance(row, list) and len(row) == len(("school", "words")) for row in rows)
        and all(isinstance(text, str) for row in rows for text in row)
        and all(isinstance(held, list) and all(isinstance(text, str) for text in held) for held in keys)
    )


def _is_table(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(inner, str) for inner in value.values())


def _is_place(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_moves(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(row, list) and len(row) == len(("school", "from", "to")) and all(isinstance(x, str) for x in row)
        for row in value
    )


def _are_lists(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(inner, list) and inner and all(isinstance(x, str) for x in inner) for inner in value.values()
    )


_DETAILS: dict[str, Callable[[object], bool]] = {
    "parameters": _is_table,
    "files": _is_table,
    "labels": _is_table,
    "near": _is_flag,
    "year": _is_year,
    "anchor": _is_str,
    "anchors": _is_table,
    "moves": _are_moves,
    "joins": _is_table,
    "leaves": _is_table,
    "value": _is_str,
    "waives": _are_lists,
    "part": _is_str,
    "date": _is_str,
    "decided": _is_str,
    "plan": _is_str,
    "of": _is_place,
}
