"""Rule: schools that belong apart."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, ClassVar

from geo_partnerships.checking.rules.base import Listed, Price, is_binding, is_preferred, is_used
from geo_partnerships.checking.rules.must_link import pairs_in
from geo_partnerships.checking.verdicts import SHOWN_AT_MOST, name_of, verdict
from geo_partnerships.privacy import is_private
from geo_partnerships.scenarios.parameters import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.parameters import Link


class CannotLink(Listed):
    """Schools that belong apart."""

    parameters = ("cannot_link",)
    form = ()
    waives = True
    off: ClassVar[dict[str, Any]] = {"cannot_link": ()}

    def check(self, plan: Plan) -> Iterator[Check]:
        """Yield whether no two schools of each link share a partnership."""
        for number, link in enumerate(plan.scenario.cannot_link, start=1):
            if is_used(link):
                yield _apart(plan, link, number)

    def costs(self, plan: Plan, strand: str) -> Iterator[tuple[float, float]]:
        """Yield each pair that is together, at the link's weight."""
        for number, link in enumerate(plan.scenario.cannot_link, start=1):
            if is_preferred(link):
                schools = plan.scenario.bound(link.schools, "cannot_link", number)
                together = pairs_in(plan, strand, schools).count(True)
                yield together, together * link.weight

    def prices(self, scenario: Scenario) -> Iterator[Price]:
        """Yield one price for all links."""
        yield Price(key="cannot_link", words="schools kept apart", one="link", many="links")


def _apart(plan: Plan, link: Link, number: int) -> Check:
    groups = [set(p.members) for p in plan.partnerships]
    schools = plan.scenario.bound(link.schools, "cannot_link", number)
    problems = [
        f"{name_of(plan, a)} and {name_of(plan, b)} are together"
        for a, b in combinations(schools, 2)
        if any({a, b} <= group for group in groups)
    ]
    title = f"Apart: {', '.join(name_of(plan, urn) for urn in schools[:SHOWN_AT_MOST])}"
    private = is_private(Scenario.model_fields["cannot_link"])
    return verdict(
        f"cannot-link-{number}", title, problems, "They are apart.", binding=is_binding(link), private=private
    )


ROW = CannotLink()
