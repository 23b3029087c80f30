"""Rule: a school that receives support has one that gives it beside it (R03); private."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from geo_partnerships.checking.rules.base import (
    OverMembers,
    Price,
    is_binding,
    is_preferred,
    is_used,
    strand_partnerships,
)
from geo_partnerships.checking.verdicts import verdict
from geo_partnerships.scenarios.parameters import Strength
from geo_partnerships.scenarios.parameters import Support as Parameters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.plans import Partnership, Plan
    from geo_partnerships.scenarios.parameters import Scenario


class Support(OverMembers):
    """At most so many schools that receive for each that gives, in every area partnership."""

    parameters = ("support",)
    form = ()
    waives = True
    off: ClassVar[dict[str, Any]] = {"support": Parameters(strength=Strength.OFF)}

    def check(self, plan: Plan) -> Iterator[Check]:
        """Yield where too many receive."""
        rule = plan.scenario.support
        if not is_used(rule):
            return
        problems = [
            f"partnership {p.number} has {takes} that receive and {gives} that give"
            for p, takes, gives in _counts(plan)
            if takes > rule.most * gives
        ]
        fine = f"At most {rule.most} receive for each that gives."
        yield verdict("support", "Support beside those who need it", problems, fine, binding=is_binding(rule))

    def costs(self, plan: Plan, strand: str) -> Iterator[tuple[float, float]]:
        """Yield how many schools that receive are too many, at the rule's weight."""
        rule = plan.scenario.support
        if strand == "area" and is_preferred(rule):
            over = sum(max(0, takes - rule.most * gives) for _, takes, gives in _counts(plan))
            yield over, over * rule.weight

    def prices(self, scenario: Scenario) -> Iterator[Price]:
        """Yield its price in the rule's own words."""
        yield Price(key="support")

    def schools(self, scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the schools that it lists."""
        yield "support.receives", scenario.support.receives
        yield "support.gives", scenario.support.gives

    def code(self, key: str) -> str:
        """Return the code of its check."""
        return "support"

    def remedy(self, key: str) -> str:
        """Return how it is made preferred."""
        return "--set support.strength=preferred"


def _counts(plan: Plan) -> list[tuple[Partnership, int, int]]:
    """Return each area partnership with how many of its schools receive, and how many give and do not receive."""
    rule, problem = plan.scenario.support, plan.problem

    def is_judged(urn: str, wanted: Mapping[Any, tuple[str, ...]]) -> bool:
        judged = problem.judgements.get(urn)
        texts = [(getattr(judged, column), words) for column, words in wanted.items()] if judged else []
        return any(text and text.casefold() in {word.casefold() for word in words} for text, words in texts)

    found = []
    for p in strand_partnerships(plan, "area"):
        members = plan.scenario.bound(p.members, "support")
        takes = {urn for urn in members if urn in rule.receives or is_judged(urn, rule.receives_judged)}
        gives = {
            urn
            for urn in members
            if urn in rule.gives
            or is_judged(urn, rule.gives_judged)
            or (rule.leaders_give and problem.schools[urn].designations)
        }
        found.append((p, len(takes), len(gives - takes)))
    return found


ROW = Support()
