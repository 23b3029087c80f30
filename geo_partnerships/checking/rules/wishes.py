"""Rule: pairs of schools are worth metres where they share a partnership (R10, R12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from geo_partnerships.checking.rules.base import OverMembers, Price, strand_partnerships
from geo_partnerships.checking.together import parted_in, together_in
from geo_partnerships.checking.verdicts import verdict
from geo_partnerships.pairs import PairKind
from geo_partnerships.scenarios.parameters import Wishes as Parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.parameters import Scenario


class Wishes(OverMembers):
    """What wishes and other pairs are worth; a pair that is parted costs it."""

    parameters = ("wishes",)
    form = tuple(f"wishes.{kind}" for kind in PairKind)
    waives = False
    off: ClassVar[dict[str, Any]] = {"wishes": Parameters()}

    def check(self, plan: Plan) -> Iterator[Check]:
        """Yield how many pairs of each kind that is weighed share a partnership, counted from the members."""
        for found in together_in(plan):
            if getattr(plan.scenario.wishes, found.kind) > 0:
                problems = [found.words] if found.together < found.pairs else []
                code, fine = f"wishes-{found.kind.replace('_', '-')}", f"{found.words}."
                yield verdict(code, found.label, problems, fine, binding=False, private=True)

    def costs(self, plan: Plan, strand: str) -> Iterator[tuple[float, float]]:
        """Yield how many pairs of each kind the strand parts, and what they would be worth."""
        mine = strand_partnerships(plan, strand)
        type_ = dict(plan.scenario.ordered_strands())[strand].type
        for kind in PairKind:
            weight = getattr(plan.scenario.wishes, kind)
            if weight > 0:
                parted = parted_in(plan, kind, mine, type_)
                yield parted, parted * weight

    def prices(self, scenario: Scenario) -> Iterator[Price]:
        """Yield one price for all wishes and other pairs."""
        yield Price(key="wishes", words="wishes and other pairs that are weighed")

    def schools(self, scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield nothing: the data names the schools."""
        yield from ()

    def code(self, key: str) -> str:
        """Return e.g. ``wishes-granted``."""
        return key.replace(".", "-").replace("_", "-")

    def remedy(self, key: str) -> str:
        """Return how it is left out."""
        return f"--set {key}=0"


ROW = Wishes()
