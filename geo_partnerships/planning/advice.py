"""What in the data changes nothing under a scenario, and what a scenario allows that is surely not meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.checking.rules.numbers import LEAST_MEMBERS
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.scenarios.parameters import SizeBy, Strength
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.model import Problem
    from geo_partnerships.scenarios.parameters import Scenario


def advice(problem: Problem, scenario: Scenario) -> Iterator[Finding]:
    """Yield warnings for whoever wrote the scenario."""
    if problem.standing and scenario.standing.strength is Strength.OFF:
        number = count(len(problem.standing), "standing partnership")
        yield Finding(
            code="standing-unused",
            severity=Severity.WARNING,
            message=f"{number} {'is' if len(problem.standing) == 1 else 'are'} given, and standing.strength is off.",
            fix='Set standing.strength = "preferred" or "binding", or they change nothing.',
            field="standing.strength",
            private=True,
        )
    for name, strand in scenario.ordered_strands():
        low, high = strand.size if strand.size and strand.size_by is SizeBy.SCHOOLS else (LEAST_MEMBERS, LEAST_MEMBERS)
        if low < LEAST_MEMBERS and strand.partnerships != (1, 1):
            key = "area.size" if strand is scenario.area else f"strands.{name}.size"
            yield Finding(
                code="size-of-one",
                severity=Severity.WARNING,
                message=f"{key} lets a partnership have one school; a partnership is two or more.",
                fix=f"Write 2 or more as its first number, e.g. [{LEAST_MEMBERS}, {max(high, LEAST_MEMBERS)}].",
                field=key,
            )
