"""Rule: every school that answered has a school beside it that it named (R04)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.clustering import Guarantee
from geo_partnerships.planning.rules.base import OfMembers
from geo_partnerships.planning.words import school_names
from geo_partnerships.scenarios.parameters import Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.errors import NoPlanError
    from geo_partnerships.planning.rules.base import Asked, Homes, Keyed


class Guarantees(OfMembers):
    """The survey guarantee, for each school that the strand owes it."""

    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield a rule for each school that is owed one that it named."""
        binding = asked.scenario.guarantee.strength is Strength.BINDING
        for urn in sorted(asked.owed, key=asked.position.__getitem__):
            named = tuple(sorted({asked.position[other] for other in asked.owed[urn] if other in asked.position}))
            rule = Guarantee(
                asked.position[urn],
                named,
                name=f"guarantee: {school_names([urn], asked.problem)}",  # whom it named is private
                binding=binding,
                weight=0.0 if binding else asked.scenario.guarantee.weight,
                private=True,  # that a school answered, and whom it named
            )
            yield f"guarantee.{urn}", rule

    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield nothing: a school that no strand can keep its promise to is seen where it is owed."""
        yield from ()


BUILDER = Guarantees()
