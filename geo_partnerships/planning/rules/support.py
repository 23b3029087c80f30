"""Rule: a school that receives support has one that gives it beside it (R03); private."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.clustering import Support as Rule
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.planning.rules.balance import judged
from geo_partnerships.planning.rules.base import OfMembers
from geo_partnerships.scenarios.parameters import Strength

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_partnerships.errors import NoPlanError
    from geo_partnerships.model import Problem, School
    from geo_partnerships.planning.rules.base import Asked, Homes, Keyed
    from geo_partnerships.scenarios.parameters import Scenario


class Support(OfMembers):
    """At most so many schools that receive for each that gives; one that receives gives nothing."""

    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield the rule where any school of the strand receives."""
        rule = asked.scenario.support
        if not asked.is_area or rule.strength is Strength.OFF:
            return
        takes, gives = _sides(asked.problem, asked.scenario)
        binding = rule.strength is Strength.BINDING
        if takes & {*asked.position}:
            support = Rule(
                tuple(index for urn, index in asked.position.items() if urn in takes),
                tuple(index for urn, index in asked.position.items() if urn in gives),
                most=rule.most,
                name=f"at most {rule.most} schools that receive support for each that gives it",
                binding=binding,
                weight=0.0 if binding else rule.weight,
                private=True,
            )
            yield "support", support

    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield nothing: a strand taken as given is as it is."""
        yield from ()

    def unpriced(self, problem: Problem, scenario: Scenario, schools: Sequence[School]) -> Iterator[Finding]:
        """Yield that the rule asks nothing, since no school that is planned receives."""
        takes, _ = _sides(problem, scenario)
        if scenario.support.strength is not Strength.OFF and not takes & {school.urn for school in schools}:
            yield Finding(
                code="support-of-nobody",
                severity=Severity.WARNING,
                file="scenario",
                field="support",
                message="no school that is planned receives support, so the rule asks nothing.",
                fix="List schools, or write judgements as they stand in the file.",
                private=True,
            )


def _sides(problem: Problem, scenario: Scenario) -> tuple[set[str], set[str]]:
    """Return the keys of the schools that receive, and of those that give and do not receive."""
    rule = scenario.support
    takes = set(rule.receives) | judged(problem, rule.receives_judged)
    gives = set(rule.gives) | judged(problem, rule.gives_judged)
    if rule.leaders_give:
        gives |= {urn for urn, school in problem.schools.items() if school.is_system_leader}
    exempt = scenario.exempt("support")
    return takes - exempt, gives - takes - exempt


BUILDER = Support()
