"""What is firm: how often two schools stay together over plans that are nearly as good.

Distances are never known to the metre, and heads would not feel the difference. So all distances are changed a little
by chance, a few times over, and the scenario is planned anew each time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.errors import NoPlanError
from geo_partnerships.model import Distances
from geo_partnerships.planning import plan
from geo_partnerships.planning.distances import distances_between

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo_partnerships.model import Problem
    from geo_partnerships.plans import Plan

    Progress = Callable[[str], None]

__all__ = ["CHANGED", "Firmness", "Pair", "Place", "firmness_of", "near_best"]

CHANGED = 0.05
"""By what share each distance is changed at the most."""

DRAWS = 5
FIRM = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two schools, by key, and in how many plans they share a partnership."""

    schools: tuple[str, str]
    together: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How firmly a school belongs where it is.

    Parameters
    ----------
    partnership
        Number of its partnership in the first plan.
    share
        Over the other plans, the mean share of its fellow members that it is still together with.
    """

    school: str
    partnership: int
    share: float

    @property
    def is_firm(self) -> bool:
        """Whether it has all its fellow members in every plan."""
        return self.share >= FIRM


@dataclass(frozen=True, slots=True, kw_only=True)
class Firmness:
    """What is firm in a plan.

    Parameters
    ----------
    plans
        How many plans are looked at, this one included.
    pairs
        Those of one partnership in any plan, by key.
    places
        A place for each member of an area partnership, the least firm first.
    """

    plans: int
    pairs: tuple[Pair, ...]
    places: tuple[Place, ...]


def near_best(made: Plan, progress: Progress | None = None) -> list[Plan]:
    """Plan again with every distance changed a little by chance; where that leaves no plan, the draw is left out."""
    found = []
    for draw in range(1, DRAWS + 1):
        if progress:
            progress(f"what is firm ({draw} of {DRAWS})")
        problem = _shaken(made.problem, np.random.default_rng([made.scenario.seed, draw]))
        try:
            found.append(plan(problem, made.scenario))
        except NoPlanError:
            continue
    return found


def _shaken(problem: Problem, random: np.random.Generator) -> Problem:
    """Return a problem with each distance changed by a share of it."""
    placed = [school for school in problem.schools.values() if school.has_point]
    distances = distances_between(placed, problem.distances)
    factors = np.triu(random.uniform(1 - CHANGED, 1 + CHANGED, distances.shape), 1)
    matrix = distances * (factors + factors.T)
    return replace(
        problem, distances=Distances(keys=tuple(s.urn for s in placed), matrix=matrix, words="changed by chance")
    )


def firmness_of(first: Plan, others: Sequence[Plan]) -> Firmness:
    """Return how often schools of the area partnerships stay together over several plans."""
    plans = [_groups(first), *map(_groups, others)]
    together: dict[tuple[str, str], int] = {}
    for groups in plans:
        for pair in sorted({pair for group in groups.values() for pair in combinations(group, 2)}):
            together[pair] = together.get(pair, 0) + 1
    places = [
        Place(school=urn, partnership=number, share=_share(urn, group, together, len(plans)))
        for number, group in plans[0].items()
        for urn in group
    ]
    return Firmness(
        plans=len(plans),
        pairs=tuple(Pair(schools=pair, together=count) for pair, count in sorted(together.items())),
        places=tuple(sorted(places, key=lambda place: (place.share, place.school))),
    )


def _share(urn: str, group: tuple[str, ...], together: dict[tuple[str, str], int], plans: int) -> float:
    """Return the mean share of fellow members that a school keeps over the plans but the first."""
    fellows = [other for other in group if other != urn]
    if not fellows or plans == 1:
        return FIRM
    kept = sum(together[min(urn, other), max(urn, other)] - 1 for other in fellows)
    return kept / (len(fellows) * (plans - 1))


def _groups(made: Plan) -> dict[int, tuple[str, ...]]:
    return {p.number: tuple(sorted(p.members)) for p in made.partnerships if p.strand == "area"}
