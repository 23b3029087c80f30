"""Rule: schools held in a partnership that is known by a label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from geo_partnerships.checking.rules.base import Listed, Price
from geo_partnerships.checking.verdicts import name_of, verdict
from geo_partnerships.privacy import is_private
from geo_partnerships.scenarios.parameters import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.plans import Plan


class Pinned(Listed):
    """Schools of one label share a partnership, those of different labels do not."""

    parameters = ("pinned",)
    form = ()
    waives = True
    off: ClassVar[dict[str, Any]] = {"pinned": ()}

    def check(self, plan: Plan) -> Iterator[Check]:
        """Yield whether all schools are where they are pinned, and nobody joined a closed label."""
        if not plan.scenario.pinned:
            return
        homes: dict[str, set[int]] = {}
        for number, pin in enumerate(plan.scenario.pinned, start=1):
            for urn in plan.scenario.bound(pin.schools, "pinned", number):
                numbers = {p.number for p in plan.partnerships if urn in p.members}
                homes[pin.partnership] = homes.get(pin.partnership, numbers) & numbers
        problems = [
            f"the schools pinned to '{label}' share no partnership" for label, home in homes.items() if not home
        ]
        problems += _not_closed(plan, homes)
        single = [(label, next(iter(home))) for label, home in homes.items() if len(home) == 1]
        numbers_used = [number for _, number in single]
        problems += [
            f"'{label}' shares partnership {number} with another pinned label"
            for label, number in single
            if numbers_used.count(number) > 1
        ]
        private = is_private(Scenario.model_fields["pinned"])
        yield verdict("pinned", "Pinned schools", problems, "All are where they are pinned.", private=private)

    def costs(self, plan: Plan, strand: str) -> Iterator[tuple[float, float]]:
        """Yield nothing: pins are binding."""
        yield from ()

    def prices(self, scenario: Scenario) -> Iterator[Price]:
        """Yield one price for all pins."""
        yield Price(key="pinned", words="schools pinned to a partnership", one="rule", many="rules")

    def code(self, key: str) -> str:
        """Return the code of the one check of all pins."""
        return "pinned"

    def remedy(self, key: str) -> str:
        """Return what can be done about a pin, or about a label that is closed."""
        return "let others join" if key.endswith(".closed") else "leave it out"


def _not_closed(plan: Plan, homes: Mapping[str, set[int]]) -> list[str]:
    """Who joined the schools of a label that nobody else may join."""
    members = {p.number: set(p.members) for p in plan.partnerships}
    closed = dict.fromkeys(pin.partnership for pin in plan.scenario.pinned if pin.closed)
    problems = []
    for label in closed:
        pinned = {urn for pin in plan.scenario.pinned if pin.partnership == label for urn in pin.schools}
        others = {urn for number in homes.get(label, ()) for urn in members[number]} - pinned
        others = set(plan.scenario.bound(others, "pinned"))
        problems += [f"{name_of(plan, urn)} joined '{label}'" for urn in sorted(others)]
    return problems


ROW = Pinned()
