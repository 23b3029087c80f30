"""Rule: what it costs to be in another authority than the centre school, or that nobody is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from geo_partnerships.checking.rules.base import OverPairs, Price
from geo_partnerships.checking.rules.districts import differ
from geo_partnerships.checking.verdicts import verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.model import School
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.parameters import Scenario


class Authorities(OverPairs):
    """A penalty on another authority, or none of another."""

    parameters = ("authority_penalty", "within_authorities")
    form = ("authority_penalty", "within_authorities")
    waives = True
    off: ClassVar[dict[str, Any]] = {"within_authorities": False}

    def check(self, plan: Plan) -> Iterator[Check]:
        """Yield whether each partnership is within one authority; those taken as given are let be."""
        if not plan.scenario.within_authorities:
            return
        given = {name for name, strand in plan.scenario.ordered_strands() if strand.as_given}
        exempt = plan.scenario.exempt("within_authorities")
        homes = {
            p.number: {plan.problem.schools[urn].borough for urn in p.members if urn not in exempt}
            for p in plan.partnerships
            if p.strand not in given
        }
        problems = [f"partnership {n} has schools of {', '.join(sorted(h))}" for n, h in homes.items() if len(h) > 1]
        name, fine = "Each partnership within one authority", "No partnership crosses a border."
        yield verdict("authorities", name, problems, fine, private=bool(exempt))

    def penalty(self, plan: Plan, school: School, centre: School) -> float:
        """Return the penalty where the two are known to be of different authorities."""
        return plan.scenario.authority_penalty if differ(school.borough, centre.borough) else 0.0

    def price_around(self, plan: Plan, strand: str, school: School, centre: School) -> float:
        """Let no school be around one of another authority; one that is not known is another than any."""
        if not plan.scenario.within_authorities or school.borough == centre.borough:
            return 0.0
        given = {name for name, one in plan.scenario.ordered_strands() if one.as_given}
        return 0.0 if strand in given or school.urn in plan.scenario.exempt("within_authorities") else math.inf

    def prices(self, scenario: Scenario) -> Iterator[Price]:
        """Yield the price of the rule, and that of the penalty, where there are such."""
        if scenario.within_authorities:
            yield Price(key="within_authorities", words="partnerships within one authority")
        if scenario.authority_penalty:
            words = "the penalty on other authorities"
            yield Price(key="authority_penalty", words=words, off={"authority_penalty": 0.0}, is_penalty=True)

    def schools(self, scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield nothing: it names no school."""
        yield from ()

    def code(self, key: str) -> str:
        """Return the code of its check."""
        return "authorities"

    def remedy(self, key: str) -> str:
        """Return how borders may be crossed at a price."""
        return "--set within_authorities=false and an authority_penalty"


ROW = Authorities()
