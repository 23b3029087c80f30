"""Rule: a system leader in every partnership (R34)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.clustering import Leaders as Rule
from geo_partnerships.planning.rules.base import OfMembers, as_given, conflict
from geo_partnerships.scenarios.parameters import Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.errors import NoPlanError
    from geo_partnerships.planning.rules.base import Asked, Homes, Keyed

LEADERS_WORDS = "a system leader in every partnership"


class Leaders(OfMembers):
    """A leader in every area partnership; the others are as their strand makes them."""

    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield the rule over the schools that are designated."""
        strength = asked.scenario.leaders.strength
        if asked.is_area and strength is not Strength.OFF:
            leaders = tuple(index for index, school in enumerate(asked.schools) if school.is_system_leader)
            binding = strength is Strength.BINDING
            yield "leaders", Rule(leaders, name=LEADERS_WORDS, binding=binding, private=False)

    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield that an area partnership taken as given has none."""
        binding = homes.scenario.leaders.strength is Strength.BINDING
        schools = homes.problem.schools
        for group in homes.given.get("area", ()):
            if binding and not any(schools[urn].is_system_leader for urn in group):
                yield conflict("the letter has one without", [("leaders", LEADERS_WORDS), as_given("area")])


BUILDER = Leaders()
