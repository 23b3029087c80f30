"""Rule: a system leader in every partnership (R34)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from geo_partnerships.checking.measures import leaders_of
from geo_partnerships.checking.rules.base import OverMembers, Price, is_binding, is_preferred, strand_partnerships
from geo_partnerships.checking.verdicts import verdict
from geo_partnerships.scenarios.parameters import Leaders as Parameters
from geo_partnerships.scenarios.parameters import Strength
from geo_partnerships.sentences import numbered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.parameters import Scenario


class Leaders(OverMembers):
    """A system leader in every partnership of the area strand."""

    parameters = ("leaders",)
    form = ("leaders.strength",)
    waives = False
    off: ClassVar[dict[str, Any]] = {"leaders": Parameters(strength=Strength.OFF)}

    def check(self, plan: Plan) -> Iterator[Check]:
        """Yield which have none; binding for area partnerships alone, the others are as their strand makes them."""
        binding = is_binding(plan.scenario.leaders)
        counted = [p for p in plan.partnerships if p.strand == "area" or not binding]
        without = [p.number for p in counted if not leaders_of(plan, p)]
        problems = [f"none in {numbered('partnership', without)}"] if without else []
        yield verdict(
            "leaders", "A system leader in every partnership", problems, "Every partnership has one.",
            binding=binding, private=False,
        )  # fmt: skip

    def costs(self, plan: Plan, strand: str) -> Iterator[tuple[float, float]]:
        """Yield partnerships without a leader; the rule comes before all distance, so it has no price."""
        if strand == "area" and is_preferred(plan.scenario.leaders):
            yield sum(not leaders_of(plan, p) for p in strand_partnerships(plan, strand)), 0.0

    def prices(self, scenario: Scenario) -> Iterator[Price]:
        """Yield its price in the rule's own words."""
        yield Price(key="leaders")

    def schools(self, scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield nothing: designations stand in the file of schools."""
        yield from ()

    def code(self, key: str) -> str:
        """Return the code of its check."""
        return "leaders"

    def remedy(self, key: str) -> str:
        """Return how it is made preferred."""
        return "--set leaders.strength=preferred"


ROW = Leaders()
