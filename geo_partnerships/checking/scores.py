"""The figures of a plan, worked out anew from points and members."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.checking.guarantee import guarantee_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo_partnerships.model import Problem, School
    from geo_partnerships.plan import Partnership, Plan


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
    )


def distances_to_centre(plan: Plan, partnership: Partnership) -> dict[str, float]:
    """Return metres to the centre school for each member that has a point."""
    if partnership.centre is None:
        return {}
    centre = plan.problem.schools[partnership.centre]
    members = (plan.problem.schools[urn] for urn in partnership.members)
    found = {school.urn: metres_between(plan.problem, school, centre) for school in members}
    return {urn: distance for urn, distance in found.items() if distance is not None}


def metres_between(problem: Problem, a: School, b: School) -> float | None:
    """Return the distance of two schools: from the problem's table, else a straight line; None without one."""
    here, there = _point(a), _point(b)
    if here is None or there is None:
        return None
    if problem.distances is not None:
        distance = float(problem.distances.among([a.urn, b.urn])[0, 1])
        return None if math.isnan(distance) else distance
    return math.dist(here, there)


def _point(school: School) -> tuple[float, float] | None:
    return None if school.easting is None or school.northing is None else (school.easting, school.northing)


def can_be_placed(plan: Plan, urn: str, others: Iterable[str]) -> bool:
    """Say whether a school has a point and a distance to any of the others."""
    schools = plan.problem.schools
    if plan.problem.distances is None:
        return schools[urn].has_point
    return any(metres_between(plan.problem, schools[urn], schools[other]) is not None for other in others)


def cost_of(plan: Plan, partnership: Partnership, centre: str) -> float:
    """Return the dissimilarity of a partnership around a centre, in metre-equivalents."""
    middle = plan.problem.schools[centre]
    members = [plan.problem.schools[urn] for urn in partnership.members]
    distances = [(school, metres_between(plan.problem, school, middle)) for school in members]
    return math.fsum(d + _penalty(plan, school, middle) for school, d in distances if d is not None)


def penalties_of(plan: Plan) -> tuple[float, float]:
    """Return what districts and what authorities add to the sum over all partnerships, in metre-equivalents."""
    found: list[tuple[float, float]] = []
    for partnership in plan.partnerships:
        if partnership.centre is not None:
            middle = plan.problem.schools[partnership.centre]
            members = [plan.problem.schools[urn] for urn in distances_to_centre(plan, partnership)]
            found += [(_district_penalty(plan, s, middle), _authority_penalty(plan, s, middle)) for s in members]
    return math.fsum(d for d, _ in found), math.fsum(a for _, a in found)


def leaders_of(plan: Plan, partnership: Partnership) -> tuple[str, ...]:
    """Return the keys of the members that are system leaders (R34)."""
    return tuple(urn for urn in partnership.members if plan.problem.schools[urn].designations)


def _penalty(plan: Plan, a: School, b: School) -> float:
    return _authority_penalty(plan, a, b) + _district_penalty(plan, a, b)


def _authority_penalty(plan: Plan, a: School, b: School) -> float:
    return plan.scenario.authority_penalty if _differ(a.borough, b.borough) else 0.0


def _differ(one: str, other: str) -> bool:
    """Say whether two are known to differ: what is not known costs nothing."""
    return bool(one and other) and one != other


def _district_penalty(plan: Plan, a: School, b: School) -> float:
    if not _differ(a.district, b.district):
        return 0.0
    neighbours = plan.problem.places.district_neighbours
    touching = b.district in neighbours.get(a.district, ()) or a.district in neighbours.get(b.district, ())
    return plan.scenario.district_penalty * (plan.scenario.neighbour_share if touching else 1.0)


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return math.fsum(found) / len(found) if found else None
