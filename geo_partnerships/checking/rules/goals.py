"""Goals in an order: what a plan has of each is as stated, and none is missed by more than its slack."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from geo_partnerships.checking.measures import distances_to_centre, leaders_of, metres_between
from geo_partnerships.checking.rules.base import OverPairs, Price, strand_partnerships
from geo_partnerships.checking.together import parted_in
from geo_partnerships.checking.verdicts import is_by_hand, verdict
from geo_partnerships.pairs import PairKind
from geo_partnerships.scenarios.parameters import Goal, Slack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_partnerships.certificate import GoalReached
    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.model import School
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.parameters import Scenario

TOLERANCE = 1e-6
"""Metres by which sums in another order may differ."""
ROUNDING_M = 1e-3
"""Published distances are rounded to the millimetre."""


class Goals(OverPairs):
    """Goals of the area strand, each held while the next is improved."""

    parameters = ("goals", "slack")
    form = ("slack.worst_distance", "slack.leaders", "slack.wishes")
    waives = False
    off: ClassVar[dict[str, Any]] = {"goals": (), "slack": Slack()}

    def check(self, plan: Plan) -> Iterator[Check]:
        """Yield whether what is stated of each goal is so; promises and the objective have checks of their own."""
        for result in plan.strands:
            for private in (False, True):
                counted = [
                    (goal, value)
                    for goal in result.goals
                    if goal.private == private and (value := value_of(plan, goal)) is not None
                ]
                if counted:
                    by_hand = is_by_hand(plan, result.strand)
                    problems = [*_misstated(counted), *([] if by_hand else _missed(counted))]
                    yield verdict("goals", "Goals in their order", problems, "Each is as stated.", private=private)

    def penalty(self, plan: Plan, school: School, centre: School) -> float:
        """Add nothing."""
        return 0.0

    def price_around(self, plan: Plan, strand: str, school: School, centre: School) -> float:
        """Bar a school that is farther away than the goal allows."""
        if strand != "area" or Goal.WORST_DISTANCE not in plan.scenario.goals or plan.scenario.area.as_given:
            return 0.0
        metres = metres_between(plan.problem, school, centre)
        return math.inf if metres is not None and metres > _reach(plan) else 0.0

    def prices(self, scenario: Scenario) -> Iterator[Price]:
        """Yield the price of the worst distance that is held."""
        if Goal.WORST_DISTANCE in scenario.goals:
            yield Price(key="goals")

    def schools(self, scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield nothing: goals name no school."""
        yield from ()

    def remedy(self, key: str) -> str:
        """Return what can be done about a goal that is held."""
        return "give more slack, or leave the goal out"


def _misstated(counted: Sequence[tuple[GoalReached, float]]) -> Iterator[str]:
    for goal, value in counted:
        if abs(value - goal.value) > TOLERANCE:
            yield f"{goal.goal}: {value:,.1f}, not {goal.value:,.1f}"


def _missed(counted: Sequence[tuple[GoalReached, float]]) -> Iterator[str]:
    for goal, value in counted:
        if value > goal.best + goal.slack + TOLERANCE:
            yield f"{goal.goal}: {value:,.1f}, but {goal.best:,.1f} can be reached"


def value_of(plan: Plan, goal: GoalReached) -> float | None:
    """Return what a plan has of a goal, counted anew; None of promises and of the objective."""
    area = list(strand_partnerships(plan, "area"))
    if goal.goal == Goal.LEADERS:
        return float(sum(not leaders_of(plan, p) for p in area))
    if goal.goal == Goal.WISHES:
        return float(parted_in(plan, PairKind.GRANTED, area, ""))
    if goal.goal == Goal.WORST_DISTANCE:
        return max((d for p in area for d in distances_to_centre(plan, p).values()), default=0.0)
    return None


def _reach(plan: Plan) -> float:
    """Return how far a school may be from its centre school: by the certificate, else as far as the farthest is."""
    certificate = next((result.certificate for result in plan.strands if result.strand == "area"), None)
    if certificate is not None:
        return math.inf if certificate.within_m is None else certificate.within_m + TOLERANCE
    stated = [m.distance_to_centre_m for m in plan.memberships if m.strand == "area"]
    return max((metres for metres in stated if metres is not None), default=0.0) + ROUNDING_M


ROW = Goals()
