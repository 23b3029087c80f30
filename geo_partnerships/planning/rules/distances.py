"""Rule: a distance to each centre school, where a matrix or roads may lack some."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering import Allowed
from geo_partnerships.planning.distances import distances_between
from geo_partnerships.planning.rules.base import OfMembers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.errors import NoPlanError
    from geo_partnerships.planning.rules.base import Asked, Homes, Keyed


class Distances(OfMembers):
    """Nobody is around a centre school to which no distance is known."""

    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield the rule, where the table lacks a distance."""
        if asked.problem.distances is None:
            return
        known = ~np.isnan(distances_between(asked.schools, asked.problem.distances))
        if not known.all():
            yield "distance", Allowed(known, name="a known distance to the centre school", private=False)

    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield nothing: schools that no distance connects with the others are left out before."""
        yield from ()


BUILDER = Distances()
