"""The figures of a plan, worked out anew from points and members."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.checking.costs import cost_of
from geo_partnerships.checking.guarantee import guarantee_of
from geo_partnerships.checking.measures import distances_to_centre, leaders_of
from geo_partnerships.checking.together import together_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo_partnerships.checking.together import Together
    from geo_partnerships.plans import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Figures of a plan; distances are straight lines to the centre school in metres, penalties left out.

    Parameters
    ----------
    mean_distance_m, max_distance_m
        Over the memberships of the area strand, centre schools counted at 0; None where there is none.
    mean_distance_m_all, max_distance_m_all
        Over all memberships that have a distance.
    measured, places
        How many memberships of the area strand have a distance, of how many, the unnamed counted.
    measured_all, places_all
        The same over all partnerships.
    unnamed
        Members that are counted in words only.
    sizes
        Size of each area partnership, the unnamed counted, in the order of their numbers.
    respondents, met
        Covered schools that named another, and those with a named school beside them.
    without_leader
        Numbers of the partnerships without a system leader.
    districts_per_partnership
        Mean number of known postcode districts in an area partnership; None where none is known.
    dissimilarity
        Distance plus district penalties over the area strand, in metre-equivalents.
    together
        Wishes granted and other pairs that share a partnership, by kind.
    """

    schools: int
    partnerships: int
    mean_distance_m: float | None
    max_distance_m: float | None
    mean_distance_m_all: float | None
    max_distance_m_all: float | None
    measured: int
    places: int
    measured_all: int
    places_all: int
    unnamed: int
    sizes: tuple[int, ...]
    respondents: int
    met: int
    without_leader: tuple[int, ...]
    districts_per_partnership: float | None
    dissimilarity: float
    together: tuple[Together, ...]


def scores_of(plan: Plan) -> Scores:
    """Return the figures of a plan."""
    area = [p for p in plan.partnerships if p.strand == "area"]
    near = [d for p in area for d in distances_to_centre(plan, p).values()]
    every = [d for p in plan.partnerships for d in distances_to_centre(plan, p).values()]
    outcomes = guarantee_of(plan)
    districts = [{plan.problem.schools[urn].district for urn in p.members} - {""} for p in area]
    return Scores(
        schools=len({urn for p in plan.partnerships for urn in p.members}),
        partnerships=len(plan.partnerships),
        mean_distance_m=_mean(near),
        max_distance_m=max(near, default=None),
        mean_distance_m_all=_mean(every),
        max_distance_m_all=max(every, default=None),
        measured=len(near),
        places=sum(p.size for p in area),
        measured_all=len(every),
        places_all=sum(p.size for p in plan.partnerships),
        unnamed=sum(p.size - len(p.members) for p in plan.partnerships),
        sizes=tuple(p.size for p in area),
        respondents=len(outcomes),
        met=sum(outcome.met for outcome in outcomes),
        without_leader=tuple(p.number for p in plan.partnerships if not leaders_of(plan, p)),
        districts_per_partnership=_mean(float(len(names)) for names in districts if names),
        dissimilarity=math.fsum(cost_of(plan, p, p.centre) for p in area if p.centre),
        together=together_in(plan),
    )


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return math.fsum(found) / len(found) if found else None
