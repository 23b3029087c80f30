"""Rule: every school that answered has a school beside it that it named (R04)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from geo_partnerships.checking.guarantee import guarantee_of
from geo_partnerships.checking.rules.base import (
    OverMembers,
    Price,
    is_binding,
    is_preferred,
    is_used,
    strand_partnerships,
)
from geo_partnerships.checking.verdicts import verdict
from geo_partnerships.scenarios.parameters import Guarantee as Parameters
from geo_partnerships.scenarios.parameters import Strength
from geo_partnerships.sentences import share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.parameters import Scenario


class Guarantee(OverMembers):
    """The survey guarantee; who answered, and whom they named, is private."""

    parameters = ("guarantee",)
    form = ("guarantee.strength", "guarantee.weight", "guarantee.second_membership")
    waives = True
    off: ClassVar[dict[str, Any]] = {"guarantee": Parameters(strength=Strength.OFF)}

    def check(self, plan: Plan) -> Iterator[Check]:
        """Yield the guarantee as a total: who failed is for nobody here, the total for officers."""
        exempt = plan.scenario.exempt("guarantee")
        outcomes = [outcome for outcome in guarantee_of(plan) if outcome.school not in exempt]
        rule = plan.scenario.guarantee
        if not outcomes or not is_used(rule):
            return
        failed = sum(not outcome.met for outcome in outcomes)
        total = len(outcomes)
        words = _beside_a_named(total - failed, total)
        problems = [words] if failed else []
        yield verdict("guarantee", "Survey guarantee", problems, f"{words}.", binding=is_binding(rule), private=True)

    def costs(self, plan: Plan, strand: str) -> Iterator[tuple[float, float]]:
        """Yield covered schools that this strand owes a school they named, and that have none beside them."""
        rule = plan.scenario.guarantee
        if not is_preferred(rule):
            return
        mine = strand_partnerships(plan, strand)
        exempt = plan.scenario.exempt("guarantee")
        for urn, named in plan.problem.survey.named_by().items():
            if urn in exempt:
                continue
            beside = next((set(p.members) for p in mine if urn in p.members), None)
            if beside is not None and _owing(plan, urn, set(named)) == strand and not beside & set(named):
                yield 1, rule.weight

    def prices(self, scenario: Scenario) -> Iterator[Price]:
        """Yield one price for the promise to all schools."""
        yield Price(key="guarantee", words="the survey guarantee", one="school", many="schools")

    def schools(self, scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield nothing: the survey names the schools."""
        yield from ()

    def code(self, key: str) -> str:
        """Return the code of the one check of all answers."""
        return "guarantee"

    def remedy(self, key: str) -> str:
        """Return how it is made preferred."""
        return "--set guarantee.strength=preferred"


def _beside_a_named(met: int, total: int) -> str:
    whose = "a school it named beside it" if met == 1 else "a school they named beside them"
    return f"{share(met, total, 'covered school', 'has', 'have')} {whose}"


def _owing(plan: Plan, urn: str, named: set[str]) -> str | None:
    """Return the strand that owes a school its guarantee: the last one free to meet it, unless a fixed one does."""
    owing = None
    for name, strand in plan.scenario.ordered_strands():
        groups = [set(p.members) for p in strand_partnerships(plan, name)]
        if not any(urn in group for group in groups):
            continue
        if strand.as_given or strand.partnerships == (1, 1):
            if any(urn in group and group & named for group in groups):
                return None
        elif set().union(*groups) & named:
            owing = name
    return owing


ROW = Guarantee()
