"""Rule: schools that belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.clustering import CannotLink, MustLink
from geo_partnerships.planning.rules.base import OfMembers
from geo_partnerships.planning.words import school_names
from geo_partnerships.privacy import is_private
from geo_partnerships.scenarios.parameters import Scenario, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.errors import NoPlanError
    from geo_partnerships.planning.rules.base import Asked, Homes, Keyed
    from geo_partnerships.scenarios.parameters import Link

TWO = 2
"""A link takes two."""


class MustLinks(OfMembers):
    """Schools that belong together."""

    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield a rule for each link of which the strand has two schools."""
        for number, link in enumerate(asked.scenario.must_link, start=1):
            yield from link_rule(asked, "must_link", number, link)

    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield schools that must be together, but that no home holds together."""
        for number, link in enumerate(homes.scenario.must_link, start=1):
            if link.strength is Strength.BINDING:
                schools = homes.scenario.bound(link.schools, "must_link", number)
                words = f"together: {school_names(schools, homes.problem)}"
                yield from homes.apart(f"must_link.{number}", words, set(schools))


def link_rule(asked: Asked, key: str, number: int, link: Link) -> Iterator[Keyed]:
    """Yield the rule of a link, where it is used and the strand has two of its schools."""
    schools = asked.scenario.bound(link.schools, key, number)
    items = tuple(sorted({asked.position[urn] for urn in schools if urn in asked.position}))
    if link.strength is Strength.OFF or len(items) < TWO:
        return
    binding = link.strength is Strength.BINDING
    together = key == "must_link"
    words = f"{'together' if together else 'apart'}: {school_names(schools, asked.problem)}"
    private = is_private(Scenario.model_fields[key])
    kind = MustLink if together else CannotLink
    yield (
        f"{key}.{number}",
        kind(items, name=words, binding=binding, weight=0.0 if binding else link.weight, private=private),
    )


BUILDER = MustLinks()
