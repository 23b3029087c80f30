"""Distances of schools, worked out anew from their points or the table of distances."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo_partnerships.model import Problem, School
    from geo_partnerships.plans import Partnership, Plan

ROUNDING_M = 1e-6
"""A distance beyond a limit by less than this, in metres, is beyond it by rounding."""


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


def leaders_of(plan: Plan, partnership: Partnership) -> tuple[str, ...]:
    """Return the keys of the members that are system leaders (R34)."""
    return tuple(urn for urn in partnership.members if plan.problem.schools[urn].designations)
