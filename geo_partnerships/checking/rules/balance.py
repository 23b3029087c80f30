"""Rule: how many schools of a group each area partnership may have."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from geo_partnerships.checking.rules.base import Listed, Price, is_binding, is_preferred, is_used, strand_partnerships
from geo_partnerships.checking.verdicts import verdict
from geo_partnerships.privacy import gives_private

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.plans import Partnership, Plan
    from geo_partnerships.scenarios.parameters import Balance as Parameters
    from geo_partnerships.scenarios.parameters import Scenario


class Balance(Listed):
    """Caps and floors over a group of schools; private where the group is listed by hand."""

    parameters = ("balance",)
    form = ()
    waives = True
    off: ClassVar[dict[str, Any]] = {"balance": ()}

    def check(self, plan: Plan) -> Iterator[Check]:
        """Yield whether every area partnership has as many of each group as it may."""
        for number, rule in enumerate(plan.scenario.balance, start=1):
            if is_used(rule):
                yield _balance(plan, rule, number)

    def costs(self, plan: Plan, strand: str) -> Iterator[tuple[float, float]]:
        """Yield how many schools are over or under, at the rule's weight."""
        for number, rule in enumerate(plan.scenario.balance if strand == "area" else (), start=1):
            if is_preferred(rule):
                yield unbalanced_of(plan, number)

    def prices(self, scenario: Scenario) -> Iterator[Price]:
        """Yield a price for each, in its own words."""
        yield from (Price(key=f"balance.{number}") for number, _ in enumerate(scenario.balance, start=1))


def _balance(plan: Plan, rule: Parameters, number: int) -> Check:
    most = rule.most if rule.most is not None else math.inf
    counts = {p.number: count_of(plan, p, number) for p in strand_partnerships(plan, "area")}
    problems = [
        f"partnership {p} has {held:,}, not {rule.least} to {most:g}"
        for p, held in counts.items()
        if not rule.least <= held <= most
    ]
    found = sorted(counts.values()) or [0]
    return verdict(
        f"balance-{number}",
        f"Balance: {rule.name}",
        problems,
        f"{found[0]} to {found[-1]} in each partnership.",
        binding=is_binding(rule),
        private=gives_private(rule) or bool(plan.scenario.exempt("balance", number)),
    )


def unbalanced_of(plan: Plan, number: int) -> tuple[int, float]:
    """Return how many schools are too many or too few by the rule of this number, and the metres that costs."""
    rule = plan.scenario.balance[number - 1]
    counts = [count_of(plan, p, number) for p in strand_partnerships(plan, "area")]
    most = max(counts, default=0) if rule.most is None else rule.most
    outside = sum(max(rule.least - count, count - most, 0) for count in counts)
    return outside, outside * rule.weight


def count_of(plan: Plan, partnership: Partnership, number: int) -> int:
    """Return how many members of a partnership are of the group that the rule of this number balances."""
    rule = plan.scenario.balance[number - 1]
    members = plan.scenario.bound(partnership.members, "balance", number)
    return sum(_is_of_group(plan, rule, urn) for urn in members)


def _is_of_group(plan: Plan, rule: Parameters, urn: str) -> bool:
    school, judged = plan.problem.schools[urn], plan.problem.judgements.get(urn)
    texts = [(getattr(school, column), wanted) for column, wanted in rule.columns.items()]
    texts += [(getattr(judged, column), wanted) for column, wanted in rule.judgements.items() if judged is not None]
    told = any(text.casefold() in {one.casefold() for one in wanted} for text, wanted in texts if text)
    return school.phase in rule.phases or urn in rule.schools or told


ROW = Balance()
