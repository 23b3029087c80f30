"""Rule: no two schools of a partnership are farther apart than a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.checking.measures import ROUNDING_M
from geo_partnerships.clustering import Allowed, CannotLink
from geo_partnerships.planning.distances import distances_between
from geo_partnerships.planning.rules.base import OfMembers
from geo_partnerships.scenarios.parameters import Strength
from geo_partnerships.sentences import length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.errors import NoPlanError
    from geo_partnerships.planning.rules.base import Asked, Homes, Keyed


class MaxApart(OfMembers):
    """No two schools of an area partnership farther apart than the limit: each such pair is kept apart."""

    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield a rule for each pair that is farther apart, and for a binding limit what follows for centre schools."""
        rule = asked.scenario.max_apart
        if not asked.is_area or rule.strength is Strength.OFF:
            return
        exempt = asked.scenario.exempt("max_apart")
        far = distances_between(asked.schools, asked.problem.distances) > _limit(asked)
        free = [school.urn in exempt for school in asked.schools]
        far[free] = False
        far[:, free] = False
        binding, private = rule.strength is Strength.BINDING, bool(exempt)
        words = f"no two schools farther than {length(rule.limit, rule.unit)} apart"
        if binding and far.any():
            yield "max_apart", Allowed(~far, name=words, private=private)
        weight = 0.0 if binding else rule.weight
        for a, b in np.argwhere(np.triu(far | far.T)).tolist():
            yield "max_apart", CannotLink((a, b), name=words, binding=binding, weight=weight, private=private)

    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield nothing: a strand taken as given is as it is."""
        yield from ()


def _limit(asked: Asked) -> float:
    rule = asked.scenario.max_apart
    return asked.scenario.metres_of(rule.limit, rule.unit) + ROUNDING_M


BUILDER = MaxApart()
