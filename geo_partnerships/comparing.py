"""Two plans side by side: who moved, and what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.checking import scores_of

if TYPE_CHECKING:
    from geo_partnerships.checking import Scores
    from geo_partnerships.model import Plan


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
        Schools whose partnership numbers differ, in order of key.
    before, after
        Scores of the two plans.
    """

    moved: tuple[Moved, ...]
    before: Scores
    after: Scores


def compare(a: Plan, b: Plan) -> Comparison:
    """Compare two plans of the same schools; partnerships are matched by their numbers."""
    before, after = _numbers(a), _numbers(b)
    schools = {**b.problem.schools, **a.problem.schools}
    moved = tuple(
        Moved(school=urn, name=schools[urn].name, before=before.get(urn, ()), after=after.get(urn, ()))
        for urn in sorted({*before, *after})
        if before.get(urn, ()) != after.get(urn, ())
    )
    return Comparison(moved=moved, before=scores_of(a), after=scores_of(b))


def _numbers(plan: Plan) -> dict[str, tuple[int, ...]]:
    numbers: dict[str, tuple[int, ...]] = {}
    for partnership in plan.partnerships:
        for urn in partnership.members:
            numbers[urn] = (*numbers.get(urn, ()), partnership.number)
    return {urn: tuple(sorted(found)) for urn, found in numbers.items()}
