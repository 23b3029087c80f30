"""Rule: partnerships that exist already stay together (R12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.clustering import MustLink
from geo_partnerships.planning.rules.base import OfMembers
from geo_partnerships.planning.rules.must_link import TWO
from geo_partnerships.planning.words import school_names
from geo_partnerships.scenarios.parameters import Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.errors import NoPlanError
    from geo_partnerships.planning.rules.base import Asked, Homes, Keyed


class Standing(OfMembers):
    """Members of partnerships that exist already stay together, those that a strand has: its own schools decide."""

    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield a rule for each standing partnership of which the strand has two schools."""
        rule = asked.scenario.standing
        if rule.strength is Strength.OFF:
            return
        binding = rule.strength is Strength.BINDING
        weight = 0.0 if binding else rule.weight
        for number, standing in enumerate(asked.problem.standing, start=1):
            bound = asked.scenario.bound(standing.schools, "standing", number)
            here = [urn for urn in bound if urn in asked.position]
            if len(here) >= TWO:
                items = tuple(sorted(asked.position[urn] for urn in here))
                words = f"together: {school_names(here, asked.problem)}"
                yield f"standing.{number}", MustLink(items, name=words, binding=binding, weight=weight, private=True)

    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield nothing: only what a planned strand has together is asked of it."""
        yield from ()


BUILDER = Standing()
