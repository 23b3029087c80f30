"""Rule: schools stay with the school in the middle of their partnership of an earlier plan."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from geo_partnerships.checking.measures import metres_between
from geo_partnerships.checking.rules.base import OverMembers, Price, is_binding, is_preferred, is_used
from geo_partnerships.checking.verdicts import name_of, verdict
from geo_partnerships.scenarios.parameters import Stay as Parameters
from geo_partnerships.scenarios.parameters import Strength
from geo_partnerships.sentences import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.parameters import Scenario

MILLIMETRES = 3
"""Digits behind the point: sums of metres that differ by less are the same."""


MOST = "stay.most"
"""Parameter that limits how many schools change."""
CODE_OF_MOST = "stay-most"


class Stay(OverMembers):
    """A school changes where it leaves the school in the middle of its earlier partnership; private."""

    parameters = ("stay",)
    form = ("stay.strength", "stay.weight", "stay.most")
    waives = True
    off: ClassVar[dict[str, Any]] = {"stay": Parameters(strength=Strength.OFF)}

    def check(self, plan: Plan) -> Iterator[Check]:
        """Yield who changes."""
        if is_used(plan.scenario.stay):
            problems = [f"{name_of(plan, urn)} leaves {name_of(plan, middle)}" for urn, middle in changes_in(plan)]
            binding = is_binding(plan.scenario.stay)
            yield verdict("stay", "Near the earlier plan", problems, "No school changes.", binding=binding)
        most = plan.scenario.stay.most
        if most is not None:
            changes = len(changes_in(plan))
            told = f"{counted(changes, 'school', 'changes', 'change')}; at most {most:,} may."
            yield verdict(CODE_OF_MOST, "Schools that may change", [told] if changes > most else [], told)

    def costs(self, plan: Plan, strand: str) -> Iterator[tuple[float, float]]:
        """Yield how many change, at the rule's weight."""
        if strand == "area" and is_preferred(plan.scenario.stay):
            changes = len(changes_in(plan))
            yield changes, changes * plan.scenario.stay.weight

    def prices(self, scenario: Scenario) -> Iterator[Price]:
        """Yield its price in its own words."""
        yield Price(key="stay", words="the earlier plan")

    def schools(self, scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield nothing: the file of the earlier plan names its schools."""
        yield from ()

    def code(self, key: str) -> str:
        """Return the code of its check."""
        return CODE_OF_MOST if key == MOST else "stay"

    def remedy(self, key: str) -> str:
        """Return how it is made preferred, or how more may change."""
        return "let more schools change" if key == MOST else "--set stay.strength=preferred"


def changes_in(plan: Plan) -> list[tuple[str, str]]:
    """Return each school of the area strand that leaves the middle of its earlier partnership, with that school."""
    home = {urn: p.number for p in plan.partnerships if p.strand == "area" for urn in p.members}
    exempt = plan.scenario.exempt("stay")
    changed = []
    for earlier in plan.problem.earlier:
        members = sorted(urn for urn in {*earlier.schools} if urn in home and plan.problem.schools[urn].has_point)
        middle = _middle(plan, members)
        changed += [(urn, middle) for urn in members if home[urn] != home[middle] and urn not in exempt]
    return changed


def _middle(plan: Plan, members: list[str]) -> str:
    """Return the member with the least total distance to the others, the first of equals."""
    schools = [plan.problem.schools[urn] for urn in members]

    def total(urn: str) -> float:
        metres = [metres_between(plan.problem, plan.problem.schools[urn], other) for other in schools]
        return round(math.fsum(math.inf if one is None else one for one in metres), MILLIMETRES)

    return min(members, key=lambda urn: (total(urn), urn), default="")


ROW = Stay()
