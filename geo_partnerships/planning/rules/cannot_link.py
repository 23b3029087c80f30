"""Rule: schools that belong apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.planning.rules.base import OfMembers, as_given, conflict
from geo_partnerships.planning.rules.must_link import link_rule
from geo_partnerships.planning.words import school_names
from geo_partnerships.scenarios.parameters import Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.errors import NoPlanError
    from geo_partnerships.planning.rules.base import Asked, Homes, Keyed


class CannotLinks(OfMembers):
    """Schools that belong apart."""

    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield a rule for each link of which the strand has two schools."""
        for number, link in enumerate(asked.scenario.cannot_link, start=1):
            yield from link_rule(asked, "cannot_link", number, link)

    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield schools that must be apart, but that a partnership taken as given holds together."""
        for number, link in enumerate(homes.scenario.cannot_link, start=1):
            if link.strength is Strength.BINDING:
                schools = homes.scenario.bound(link.schools, "cannot_link", number)
                words = f"apart: {school_names(schools, homes.problem)}"
                for name, group in homes.groups():
                    if len(group & set(schools)) > 1:
                        rules = [(f"cannot_link.{number}", words), as_given(name)]
                        yield conflict("the letter has them together", rules)


BUILDER = CannotLinks()
