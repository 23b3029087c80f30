"""Rule: a distance to each centre school, where a matrix or roads may lack some."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from geo_partnerships.checking.measures import metres_between
from geo_partnerships.checking.rules.base import OverPairs, Price
from geo_partnerships.checking.verdicts import name_of, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.model import School
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.parameters import Scenario


class Distances(OverPairs):
    """Nobody is around a centre school to which no distance is known."""

    parameters = ("distance",)
    form = ()
    waives = False
    off: ClassVar[dict[str, Any]] = {}

    def check(self, plan: Plan) -> Iterator[Check]:
        """Yield whether each member with a point has a distance, where there is a table of them."""
        if plan.problem.distances is None:
            return
        given = {name for name, strand in plan.scenario.ordered_strands() if strand.as_given}
        schools = plan.problem.schools
        problems = [
            f"{name_of(plan, urn)} has none to that of partnership {p.number}"
            for p in plan.partnerships
            if p.strand not in given and p.centre is not None
            for urn in p.members
            if schools[urn].has_point and metres_between(plan.problem, schools[urn], schools[p.centre]) is None
        ]
        name, fine = "A distance to each centre school", "All are known."
        yield verdict("distance", name, problems, fine, private=False)

    def penalty(self, plan: Plan, school: School, centre: School) -> float:
        """Add nothing."""
        return 0.0

    def price_around(self, plan: Plan, strand: str, school: School, centre: School) -> float:
        """Let no school be around one to which it has no distance."""
        return math.inf if metres_between(plan.problem, school, centre) is None else 0.0

    def prices(self, scenario: Scenario) -> Iterator[Price]:
        """Yield nothing: without it there would be nothing to make small."""
        yield from ()

    def schools(self, scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield nothing: it names no school."""
        yield from ()

    def remedy(self, key: str) -> str:
        """Return what helps."""
        return "complete the distances"


ROW = Distances()
