"""How firmly each school belongs where it is: what the best plan costs in which it does not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering import CannotLink, Infeasible, Stopped
from geo_partnerships.errors import NoPlanError, UsageError
from geo_partnerships.planning.dissimilarity import best_centre
from geo_partnerships.planning.planner import clustered
from geo_partnerships.pricing.rules import has_leaders_first, strand_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo_partnerships.plans import Plan
    from geo_partnerships.pricing.rules import StrandOfPlan

__all__ = ["Tolerance", "tolerances_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """What it costs to have a school elsewhere.

    Parameters
    ----------
    school
        Its key.
    apart_from
        Key of the school from which it was held apart: the centre of the others in its partnership.
    low_m, high_m
        The best plan that holds them apart costs between so much more, in metre-equivalents; equal where both plans
        are proved best. Both None where the rules hold the two together; `high_m` None where no plan was found in
        time.
    centre
        Key of the centre school that it has in that plan.
    moved
        How many other schools have other company there, the school itself left out of account.
    repeatable
        False where a limit by the clock took part.
    """

    school: str
    apart_from: str
    low_m: float | None
    high_m: float | None
    centre: str | None = None
    moved: int = 0
    repeatable: bool = True

    @property
    def is_exact(self) -> bool:
        """Whether the cost is proved, to a metre."""
        return self.low_m is not None and self.high_m is not None and self.high_m - self.low_m < 1.0

    @property
    def is_held(self) -> bool:
        """Whether no plan that keeps the rules has the school elsewhere."""
        return self.low_m is None


def tolerances_of(
    plan: Plan,
    *,
    strand: str = "area",
    schools: Sequence[str] = (),
    progress: Callable[[str], None] | None = None,
) -> tuple[Tolerance, ...]:
    """Plan a strand again for each school, apart from the centre of the others in its partnership.

    Parameters
    ----------
    plan
        The plan.
    strand
        Name of the strand.
    schools
        Keys of the schools; all of the strand that are not alone when empty.
    progress
        Called with a few words as each school begins.

    Returns
    -------
    tuple
        The school that could go elsewhere at the least cost first; those that the rules hold come last.

    Raises
    ------
    UsageError
        There is no such strand or school in it, it is taken as given, or it is too large for a matrix.
    """
    here = strand_of(plan, strand)
    position = {school.urn: index for index, school in enumerate(here.schools)}
    unknown = [urn for urn in schools if urn not in position]
    if unknown:
        raise UsageError(f"The strand '{strand}' has no school with the URN {unknown[0][:40]!r}.")
    company = {index: group for group in here.groups for index in group if len(group) > 1}
    wanted = sorted({position[urn] for urn in schools} & set(company)) if schools else sorted(company)
    found = []
    for number, index in enumerate(wanted, start=1):
        if progress:
            progress(f"{here.schools[index].name} elsewhere ({number} of {len(wanted)})")
        found.append(_tolerance(here, index, company))
    return tuple(sorted(found, key=_order))


def _order(tolerance: Tolerance) -> tuple[bool, float, str]:
    return tolerance.is_held, math.inf if tolerance.high_m is None else tolerance.high_m, tolerance.school


def _tolerance(here: StrandOfPlan, school: int, company: dict[int, tuple[int, ...]]) -> Tolerance:
    others = [index for index in company[school] if index != school]
    centre = others[best_centre(here.cost[np.ix_(others, others)])]
    rules = tuple(rule for _, rule in here.keyed)
    apart = CannotLink((school, centre), name="elsewhere")
    answer = partial(Tolerance, school=here.schools[school].urn, apart_from=here.schools[centre].urn)
    try:
        solved = clustered(here.cost, (*rules, apart), here.plan.scenario)
    except Infeasible as error:
        return answer(low_m=None if error.proved else 0.0, high_m=None)
    except (Stopped, NoPlanError):
        return answer(low_m=0.0, high_m=None, repeatable=False)
    low = solved.lower_bound - here.result.objective
    high = solved.objective - here.certificate.bound
    if not has_leaders_first(rules):
        low = max(low, 0.0)
    there = {index: number for number, group in enumerate(solved.members) for index in group}
    moved = sum(
        set(solved.members[there[index]]) - {school} != set(company.get(index, (index,))) - {school}
        for index in there
        if index != school
    )
    return answer(
        low_m=low,
        high_m=max(low, high),
        centre=here.schools[solved.medoids[there[school]]].urn,
        moved=moved,
        repeatable=solved.repeatable and here.result.repeatable,
    )
