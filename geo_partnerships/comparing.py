"""Two plans side by side: who moved, and what it cost."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.checking import scores_of
from geo_partnerships.planning.matching import most_in_common

if TYPE_CHECKING:
    from geo_partnerships.checking import Scores
    from geo_partnerships.plans import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A school whose partnerships differ: their numbers before and after, none where it was in none."""

    school: str
    name: str
    before: tuple[int, ...]
    after: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What differs between two plans.

    Parameters
    ----------
    moved
        Schools whose partnerships differ once those of the two plans are matched, in order of key.
    before, after
        Scores of the two plans.
    """

    moved: tuple[Moved, ...]
    before: Scores
    after: Scores


def compare(a: Plan, b: Plan) -> Comparison:
    """Compare two plans of the same schools; partnerships are matched by their members, see `matched`."""
    before, after = _numbers(a), _numbers(b)
    match = matched(a, b)
    schools = {**b.problem.schools, **a.problem.schools}
    moved = tuple(
        Moved(school=urn, name=schools[urn].name, before=before.get(urn, ()), after=after.get(urn, ()))
        for urn in sorted({*before, *after})
        if set(before.get(urn, ())) != {match.get(number) for number in after.get(urn, ())}
    )
    return Comparison(moved=moved, before=scores_of(a), after=scores_of(b))


def matched(a: Plan, b: Plan) -> dict[int, int]:
    """Return for partnerships of the second plan, by number, the number of the same one in the first.

    The matching has the most members in common that any has, and among those the most equal numbers. A partnership
    that shares no member with the one left for it is a new one, and has none.
    """
    places = {p.number: at for at, p in enumerate(a.partnerships)}
    alike = [(row, places[p.number]) for row, p in enumerate(b.partnerships) if p.number in places]
    found = most_in_common([p.members for p in b.partnerships], [p.members for p in a.partnerships], alike=alike)
    return {b.partnerships[row].number: a.partnerships[column].number for row, column in found.items()}


def numbers_beside(a: Plan, b: Plan) -> dict[int, int]:
    """Return the number that each partnership of the second plan bears beside the first, by its own.

    That of the same one in the first; a new one has a number that no partnership of the first has.
    """
    match = matched(a, b)
    free = itertools.count(1 + max((p.number for p in a.partnerships), default=0))
    return {p.number: match.get(p.number) or next(free) for p in b.partnerships}


def _numbers(plan: Plan) -> dict[str, tuple[int, ...]]:
    numbers: dict[str, tuple[int, ...]] = {}
    for partnership in plan.partnerships:
        for urn in partnership.members:
            numbers[urn] = (*numbers.get(urn, ()), partnership.number)
    return {urn: tuple(sorted(found)) for urn, found in numbers.items()}
