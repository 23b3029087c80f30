"""Waivers: schools that a rule asks nothing of, with the reason; officers alone are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from geo_partnerships.checking.rules.base import Listed, Price
from geo_partnerships.checking.verdicts import name_of, verdict
from geo_partnerships.sentences import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.parameters import Scenario


class Waivers(Listed):
    """Exemptions of schools from rules: each rule leaves them out by itself."""

    parameters = ("waivers",)
    form = ()
    waives = False
    off: ClassVar[dict[str, Any]] = {"waivers": ()}

    def check(self, plan: Plan) -> Iterator[Check]:
        """Yield each waiver with its reason: it is kept by what it is."""
        for number, waiver in enumerate(plan.scenario.waivers, start=1):
            schools = listed([name_of(plan, urn) for urn in waiver.schools])
            yield verdict(f"waiver-{number}", f"Waived, {waiver.rule}: {schools}", [], waiver.reason, binding=False)

    def costs(self, plan: Plan, strand: str) -> Iterator[tuple[float, float]]:
        """Yield nothing: what is waived costs nothing."""
        yield from ()

    def prices(self, scenario: Scenario) -> Iterator[Price]:
        """Yield nothing: a waiver makes a plan no longer."""
        yield from ()

    def code(self, key: str) -> str:
        """Return e.g. ``waiver-2``."""
        return key.replace("waivers.", "waiver-")


ROW = Waivers()
