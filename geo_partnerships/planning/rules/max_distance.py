"""Rule: nobody is farther from the centre school than a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.checking.measures import ROUNDING_M
from geo_partnerships.clustering import Allowed
from geo_partnerships.planning.distances import distances_between
from geo_partnerships.planning.rules.base import OfMembers
from geo_partnerships.scenarios.parameters import Strength
from geo_partnerships.sentences import length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.errors import NoPlanError
    from geo_partnerships.planning.rules.base import Asked, Homes, Keyed


class MaxDistance(OfMembers):
    """No school of the area strand farther from its centre school than the limit."""

    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield which schools may be around which; a school without a distance is another rule's."""
        rule = asked.scenario.max_distance
        if not asked.is_area or rule.strength is Strength.OFF:
            return
        limit = asked.scenario.metres_of(rule.limit, rule.unit) + ROUNDING_M
        near = ~(distances_between(asked.schools, asked.problem.distances) > limit)
        exempt = asked.scenario.exempt("max_distance")
        near[[school.urn in exempt for school in asked.schools]] = True
        binding = rule.strength is Strength.BINDING
        words = f"nobody farther than {length(rule.limit, rule.unit)} from the centre school"
        weight = 0.0 if binding else rule.weight
        yield "max_distance", Allowed(near, name=words, binding=binding, weight=weight, private=bool(exempt))

    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield nothing: a strand taken as given is as it is, and in others the solver names who is too far away."""
        yield from ()


BUILDER = MaxDistance()
