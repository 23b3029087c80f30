"""Rule: nobody is farther from the centre school than a limit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from geo_partnerships.checking.measures import ROUNDING_M, metres_between
from geo_partnerships.checking.rules.base import OverPairs, Price, is_binding, is_used, strand_partnerships
from geo_partnerships.checking.verdicts import name_of, verdict
from geo_partnerships.scenarios.parameters import MaxDistance as Parameters
from geo_partnerships.scenarios.parameters import Strength
from geo_partnerships.sentences import length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.model import School
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.parameters import Scenario


class MaxDistance(OverPairs):
    """No school of the area strand farther from its centre school than the limit."""

    parameters = ("max_distance",)
    form = ("max_distance.strength", "max_distance.limit", "max_distance.weight")
    waives = True
    off: ClassVar[dict[str, Any]] = {"max_distance": Parameters(strength=Strength.OFF)}

    def check(self, plan: Plan) -> Iterator[Check]:
        """Yield who is farther away than the limit."""
        rule = plan.scenario.max_distance
        if not is_used(rule):
            return
        schools = plan.problem.schools
        far = [
            (urn, metres_between(plan.problem, schools[urn], schools[p.centre]) or 0.0)
            for p in strand_partnerships(plan, "area")
            if p.centre is not None
            for urn in p.members
            if self.price_around(plan, "area", schools[urn], schools[p.centre])
        ]
        problems = [f"{name_of(plan, urn)} is {metres:,.0f} m from it" for urn, metres in far]
        private = bool(plan.scenario.exempt("max_distance"))
        title = f"Nobody farther than {length(rule.limit, rule.unit)} from the centre school"
        yield verdict(
            "max-distance",
            title,
            problems,
            "Nobody is.",
            binding=is_binding(rule),
            private=private,
        )

    def penalty(self, plan: Plan, school: School, centre: School) -> float:
        """Add nothing: what a school beyond the limit costs is the price of the rule."""
        return 0.0

    def price_around(self, plan: Plan, strand: str, school: School, centre: School) -> float:
        """Return the price of a school beyond the limit, infinite where the rule is binding."""
        rule = plan.scenario.max_distance
        if strand != "area" or not is_used(rule) or plan.scenario.area.as_given:
            return 0.0
        if school.urn in plan.scenario.exempt("max_distance"):
            return 0.0
        metres = metres_between(plan.problem, school, centre)
        if metres is None or metres <= plan.scenario.metres_of(rule.limit, rule.unit) + ROUNDING_M:
            return 0.0
        return math.inf if is_binding(rule) else rule.weight

    def prices(self, scenario: Scenario) -> Iterator[Price]:
        """Yield its price in the rule's own words."""
        yield Price(key="max_distance")

    def schools(self, scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield nothing: it names no school."""
        yield from ()

    def remedy(self, key: str) -> str:
        """Return what can be done about the limit."""
        return "give a larger limit, or --set max_distance.strength=preferred"


ROW = MaxDistance()
