"""Who has another partnership after a run than before it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.comparing import compare, matched
from geo_partnerships.deciding.consequences import forbidden_by, judged
from geo_partnerships.errors import UsageError
from geo_partnerships.planning.moving import move

if TYPE_CHECKING:
    from geo_partnerships.comparing import Moved
    from geo_partnerships.deciding.consequences import Judged
    from geo_partnerships.plans import Plan

EXPLAINED = 40
"""Schools of which it is worked out why they moved; nobody reads more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A school with another partnership.

    Parameters
    ----------
    moved
        The school, and its partnerships before and after by their numbers.
    why
        What would be if it alone went back, in a sentence; empty where that was not asked.
    """

    moved: Moved
    why: str


def changes_since(before: Plan, after: Plan) -> tuple[Change, ...]:
    """Return the schools whose partnerships differ, once those of both plans are matched by their members."""
    moved, home = compare(before, after).moved, {old: new for new, old in matched(before, after).items()}
    known = judged(after)
    return tuple(
        Change(moved=one, why=_why(after, known, one, home) if at < EXPLAINED else "") for at, one in enumerate(moved)
    )


def _why(after: Plan, known: Judged, moved: Moved, home: dict[int, int]) -> str:
    if not moved.before or not moved.after:
        return "It takes part now." if moved.after else "It takes no part any more."
    left = [number for number in moved.before if home.get(number) not in moved.after]
    if not left or left[0] not in home:
        return "Its partnership is no more."
    joined = [number for number in moved.after if number not in {home.get(old) for old in moved.before}]
    try:
        back = move(after, moved.school, home[left[0]], source=joined[0] if joined else None)
    except UsageError as error:
        return f"It cannot go back: {error}"
    forbidden = forbidden_by(known, judged(back), after)
    if forbidden:
        return f"Back where it was, this would break: {'; '.join(forbidden)}."
    metres = back.objective - after.objective
    return f"Back where it was, the plan would be {metres:,.0f} m worse." if metres > 0 else "It moves with others."
