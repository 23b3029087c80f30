"""Rule: schools that belong together."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, ClassVar

from geo_partnerships.checking.rules.base import Listed, Price, is_binding, is_preferred, is_used, strand_partnerships
from geo_partnerships.checking.verdicts import SHOWN_AT_MOST, name_of, verdict
from geo_partnerships.privacy import is_private
from geo_partnerships.scenarios.parameters import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.plans import Plan


class MustLink(Listed):
    """Schools that belong together."""

    parameters = ("must_link",)
    form = ()
    waives = True
    off: ClassVar[dict[str, Any]] = {"must_link": ()}

    def check(self, plan: Plan) -> Iterator[Check]:
        """Yield whether the schools of each link share a partnership."""
        for number, link in enumerate(plan.scenario.must_link, start=1):
            if is_used(link):
                schools = plan.scenario.bound(link.schools, "must_link", number)
                yield together(
                    plan, f"must-link-{number}", schools, binding=is_binding(link),
                    private=is_private(Scenario.model_fields["must_link"]),
                )  # fmt: skip

    def costs(self, plan: Plan, strand: str) -> Iterator[tuple[float, float]]:
        """Yield each pair that is apart within the strand, at the link's weight."""
        for number, link in enumerate(plan.scenario.must_link, start=1):
            if is_preferred(link):
                schools = plan.scenario.bound(link.schools, "must_link", number)
                apart = pairs_in(plan, strand, schools).count(False)
                yield apart, apart * link.weight

    def prices(self, scenario: Scenario) -> Iterator[Price]:
        """Yield one price for all links."""
        yield Price(key="must_link", words="schools kept together", one="link", many="links")


def together(plan: Plan, code: str, schools: Sequence[str], *, binding: bool, private: bool) -> Check:
    """Return whether schools share a partnership."""
    groups = [set(p.members) for p in plan.partnerships]
    most = max((group & set(schools) for group in groups), key=len, default=set())
    problems = [f"{name_of(plan, urn)} is apart from the others" for urn in schools if urn not in most]
    title = f"Together: {', '.join(name_of(plan, urn) for urn in schools[:SHOWN_AT_MOST])}"
    return verdict(code, title, problems, "They are together.", binding=binding, private=private)


def pairs_in(plan: Plan, strand: str, schools: Sequence[str]) -> list[bool]:
    """Return for each pair of schools that a strand has whether they share a partnership."""
    home = {urn: p.number for p in strand_partnerships(plan, strand) for urn in p.members}
    here = sorted({urn for urn in schools if urn in home})
    return [home[a] == home[b] for a, b in combinations(here, 2)]


ROW = MustLink()
