"""Rule: partnerships that exist already stay together (R12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from geo_partnerships.checking.rules.base import OverMembers, Price, is_binding, is_preferred, is_used
from geo_partnerships.checking.rules.must_link import pairs_in, together
from geo_partnerships.scenarios.parameters import Standing as Parameters
from geo_partnerships.scenarios.parameters import Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.parameters import Scenario


class Standing(OverMembers):
    """Members of partnerships that exist already stay together, strand by strand."""

    parameters = ("standing",)
    form = ("standing.strength", "standing.weight")
    waives = True
    off: ClassVar[dict[str, Any]] = {"standing": Parameters(strength=Strength.OFF)}

    def check(self, plan: Plan) -> Iterator[Check]:
        """Yield whether the members of each share a partnership of each strand that has two of them."""
        rule = plan.scenario.standing
        if is_used(rule):
            for number, _, schools in _groups(plan):
                yield together(plan, f"standing-{number}", schools, binding=is_binding(rule), private=True)

    def costs(self, plan: Plan, strand: str) -> Iterator[tuple[float, float]]:
        """Yield each pair that is apart, at its weight."""
        rule = plan.scenario.standing
        if is_preferred(rule):
            for _, name, schools in _groups(plan):
                if name == strand:
                    apart = pairs_in(plan, strand, schools).count(False)
                    yield apart, apart * rule.weight

    def prices(self, scenario: Scenario) -> Iterator[Price]:
        """Yield one price for all of them."""
        words = "existing partnerships kept together"
        yield Price(key="standing", words=words, one="partnership", many="partnerships")

    def schools(self, scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield nothing: the data names their schools."""
        yield from ()

    def code(self, key: str) -> str:
        """Return e.g. ``standing-2``."""
        return key.replace(".", "-")

    def remedy(self, key: str) -> str:
        """Return how it is made preferred."""
        return "--set standing.strength=preferred"


def _groups(plan: Plan) -> list[tuple[int, str, tuple[str, ...]]]:
    """Return number, strand and schools of each standing partnership of which a planned strand has two schools."""
    here = {
        name: {urn for p in plan.partnerships if p.strand == name for urn in p.members}
        for name, strand in plan.scenario.ordered_strands()
        if not strand.as_given
    }
    found = [
        (number, name, tuple(urn for urn in plan.scenario.bound(standing.schools, "standing", number) if urn in urns))
        for number, standing in enumerate(plan.problem.standing, start=1)
        for name, urns in here.items()
    ]
    return [one for one in found if len(one[2]) > 1]


ROW = Standing()
