"""Rule: how many schools of a group each area partnership may have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_partnerships.clustering import Balance as Rule
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.planning.rules.base import OfMembers, as_given, conflict
from geo_partnerships.privacy import gives_private
from geo_partnerships.scenarios.parameters import Strength

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geo_partnerships.errors import NoPlanError
    from geo_partnerships.model import Problem, School
    from geo_partnerships.planning.rules.base import Asked, Homes, Keyed
    from geo_partnerships.scenarios.parameters import Balance as Parameters
    from geo_partnerships.scenarios.parameters import Scenario


class Balances(OfMembers):
    """Caps and floors over groups of schools."""

    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield a rule for each that is used; private where the group is."""
        for number, rule in enumerate(asked.scenario.balance if asked.is_area else (), start=1):
            if rule.strength is Strength.OFF:
                continue
            binding = rule.strength is Strength.BINDING
            group = _group(asked.problem, asked.scenario, number)
            bounds = Rule(
                tuple(index for urn, index in asked.position.items() if urn in group),
                minimum=rule.least,
                maximum=rule.most,
                name=_words(rule),
                binding=binding,
                weight=0.0 if binding else rule.weight,
                private=gives_private(rule) or bool(asked.scenario.exempt("balance", number)),
            )
            yield f"balance.{number}", bounds

    def unpriced(self, problem: Problem, scenario: Scenario, schools: Sequence[School]) -> Iterator[Finding]:
        """Yield rules whose group none of the schools that are planned is of."""
        planned = {school.urn for school in schools}
        for number, rule in enumerate(scenario.balance, start=1):
            if rule.strength is not Strength.OFF and not planned & _group(problem, scenario, number):
                yield Finding(
                    code="balance-of-nobody",
                    severity=Severity.WARNING,
                    file="scenario",
                    field=f"balance.{number}",
                    message=f"no school that is planned is of the group of '{rule.name}'.",
                    fix="Write phases, columns and judgements as they stand in the data.",
                    private=gives_private(rule),
                )

    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield area partnerships taken as given that have too many or too few of a group."""
        schools = homes.problem.schools
        for number, rule in enumerate(homes.scenario.balance, start=1):
            balanced = _group(homes.problem, homes.scenario, number)
            counts = [len(balanced & group) for group in homes.given.get("area", ())]
            most = len(schools) if rule.most is None else rule.most
            outside = [count for count in counts if not rule.least <= count <= most]
            if rule.strength is Strength.BINDING and outside:
                rules = [(f"balance.{number}", _words(rule)), as_given("area")]
                yield conflict(f"the letter has one with {outside[0]}", rules)


def _group(problem: Problem, scenario: Scenario, number: int) -> set[str]:
    """Return the keys of the schools that the rule of this number balances: those that any condition takes."""
    rule = scenario.balance[number - 1]
    found = set(rule.schools) | {urn for urn, school in problem.schools.items() if school.phase in rule.phases}
    for column, texts in rule.columns.items():
        wanted = {text.casefold() for text in texts}
        found |= {urn for urn, school in problem.schools.items() if getattr(school, column).casefold() in wanted - {""}}
    found |= judged(problem, rule.judgements)
    return found - scenario.exempt("balance", number)


def judged(problem: Problem, wanted: Mapping[Any, tuple[str, ...]]) -> set[str]:
    """Return the keys of the schools of which the authority judges in one of some ways, by column."""
    found = set()
    for column, texts in wanted.items():
        words = {text.casefold() for text in texts} - {""}
        found |= {urn for urn, one in problem.judgements.items() if getattr(one, column).casefold() in words}
    return found


def _words(rule: Parameters) -> str:
    most = f" to {rule.most}" if rule.most is not None else " or more"
    return f"{rule.name}: {rule.least}{most} in each partnership"


BUILDER = Balances()
