"""What a partnership costs, worked out anew: distances, and what rules add to them pair by pair."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from geo_partnerships.checking.measures import distances_to_centre, metres_between
from geo_partnerships.checking.rules import ROWS
from geo_partnerships.checking.rules.base import OverMembers

if TYPE_CHECKING:
    from geo_partnerships.checking.rules.base import RuleRow
    from geo_partnerships.plans import Partnership, Plan


OVER_PAIRS = tuple(row for row in ROWS.values() if not isinstance(row, OverMembers))


def cost_of(plan: Plan, partnership: Partnership, centre: str) -> float:
    """Return the dissimilarity of a partnership around a centre, in metre-equivalents."""
    middle = plan.problem.schools[centre]
    members = [plan.problem.schools[urn] for urn in partnership.members]
    distances = [(school, metres_between(plan.problem, school, middle)) for school in members]
    return math.fsum(
        d + sum(row.penalty(plan, school, middle) for row in OVER_PAIRS) for school, d in distances if d is not None
    )


def prices_around(plan: Plan, partnership: Partnership, centre: str) -> tuple[int, float]:
    """Return how many members may not be around a centre, and what the others pay for it."""
    middle = plan.problem.schools[centre]
    members = [plan.problem.schools[urn] for urn in partnership.members]
    prices = [
        sum(row.price_around(plan, partnership.strand, school, middle) for row in OVER_PAIRS) for school in members
    ]
    return prices.count(math.inf), math.fsum(price for price in prices if price < math.inf)


def penalty_of(plan: Plan, row: RuleRow) -> float:
    """Return what a rule adds to the sum over all partnerships pair by pair, in metre-equivalents."""
    found = []
    for partnership in plan.partnerships:
        if partnership.centre is not None:
            middle = plan.problem.schools[partnership.centre]
            members = [plan.problem.schools[urn] for urn in distances_to_centre(plan, partnership)]
            found += [row.penalty(plan, school, middle) for school in members]
    return math.fsum(found)


def broken_of(plan: Plan, row: RuleRow) -> tuple[int, float]:
    """Return by how much the strands that are planned break a preferred rule, and the metres that adds."""
    planned = [name for name, strand in plan.scenario.ordered_strands() if not strand.as_given]
    costs = [one for name in planned for one in row.costs(plan, name)]
    return round(sum(amount for amount, _ in costs)), math.fsum(cost for _, cost in costs)


def preferred_costs(plan: Plan, strand: str) -> list[tuple[float, float]]:
    """Return amount and cost in metres of each preferred rule that a strand breaks, sorted.

    A strand taken as given owes none.
    """
    if dict(plan.scenario.ordered_strands())[strand].as_given:
        return []
    found = [one for row in ROWS.values() for one in row.costs(plan, strand)]
    return sorted((amount, cost) for amount, cost in found if amount > 0)
