"""Rule: no two schools of a partnership are farther apart than a limit."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, ClassVar

from geo_partnerships.checking.measures import ROUNDING_M, metres_between
from geo_partnerships.checking.rules.base import (
    OverMembers,
    Price,
    is_binding,
    is_preferred,
    is_used,
    strand_partnerships,
)
from geo_partnerships.checking.verdicts import name_of, verdict
from geo_partnerships.scenarios.parameters import MaxApart as Parameters
from geo_partnerships.scenarios.parameters import Strength
from geo_partnerships.sentences import length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.parameters import Scenario


class MaxApart(OverMembers):
    """No two schools of an area partnership farther apart than the limit; a pair without a distance is let be."""

    parameters = ("max_apart",)
    form = ("max_apart.strength", "max_apart.limit", "max_apart.weight")
    waives = True
    off: ClassVar[dict[str, Any]] = {"max_apart": Parameters(strength=Strength.OFF)}

    def check(self, plan: Plan) -> Iterator[Check]:
        """Yield which two are farther apart."""
        rule = plan.scenario.max_apart
        if not is_used(rule):
            return
        problems = [
            f"{name_of(plan, a)} and {name_of(plan, b)} are {metres:,.0f} m apart" for a, b, metres in _far(plan)
        ]
        title = f"No two schools farther than {length(rule.limit, rule.unit)} apart"
        private = bool(plan.scenario.exempt("max_apart"))
        yield verdict("max-apart", title, problems, "No two are.", binding=is_binding(rule), private=private)

    def costs(self, plan: Plan, strand: str) -> Iterator[tuple[float, float]]:
        """Yield each pair that is farther apart, at its weight."""
        rule = plan.scenario.max_apart
        if strand == "area" and is_preferred(rule):
            yield from ((1, rule.weight) for _ in _far(plan))

    def prices(self, scenario: Scenario) -> Iterator[Price]:
        """Yield its price in its own words."""
        rule = scenario.max_apart
        yield Price(key="max_apart", words=f"no two schools farther than {length(rule.limit, rule.unit)} apart")

    def schools(self, scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield nothing: it names no school."""
        yield from ()

    def code(self, key: str) -> str:
        """Return the code of its check."""
        return "max-apart"

    def remedy(self, key: str) -> str:
        """Return what can be done about the limit."""
        return "give a larger limit, or --set max_apart.strength=preferred"


def _far(plan: Plan) -> list[tuple[str, str, float]]:
    """Return the pairs of area partnerships that are farther apart than the limit, with their metres."""
    rule, schools = plan.scenario.max_apart, plan.problem.schools
    limit = plan.scenario.metres_of(rule.limit, rule.unit) + ROUNDING_M
    pairs = [
        (a, b, metres_between(plan.problem, schools[a], schools[b]))
        for p in strand_partnerships(plan, "area")
        for a, b in combinations(sorted(plan.scenario.bound(p.members, "max_apart")), 2)
    ]
    return [(a, b, metres) for a, b, metres in pairs if metres is not None and metres > limit]


ROW = MaxApart()
