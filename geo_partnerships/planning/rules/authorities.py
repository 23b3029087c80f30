"""Rule: what it costs to be in another authority than the centre school, or that nobody is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering import Allowed
from geo_partnerships.planning.rules.base import Builder
from geo_partnerships.planning.unknowns import not_known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.errors import NoPlanError
    from geo_partnerships.findings import Finding
    from geo_partnerships.model import Problem, School
    from geo_partnerships.planning.rules.base import Asked, Homes, Keyed
    from geo_partnerships.scenarios.parameters import Scenario


class Authorities(Builder):
    """A penalty on another authority, or none of another."""

    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield that no partnership crosses a border, where that is asked."""
        if asked.scenario.within_authorities:
            exempt = asked.scenario.exempt("within_authorities")
            inside = ~across_authorities(asked.schools)
            inside[[school.urn in exempt for school in asked.schools]] = True
            yield (
                "within_authorities",
                Allowed(inside, name="each partnership within one authority", private=bool(exempt)),
            )

    def penalties(
        self,
        schools: Sequence[School],
        problem: Problem,
        scenario: Scenario,
    ) -> NDArray[np.float64] | None:
        """Return the penalties between schools."""
        penalty = scenario.authority_penalty
        return authority_penalties(schools, penalty) if penalty else None

    def premise(self, scenario: Scenario) -> tuple[float, ...]:
        """Return the penalty, where there is one."""
        return (scenario.authority_penalty,) if scenario.authority_penalty else ()

    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield nothing: strands taken as given are let be."""
        yield from ()

    def unpriced(self, problem: Problem, scenario: Scenario, schools: Sequence[School]) -> Iterator[Finding]:
        """Yield schools whose authority is not known."""
        if scenario.authority_penalty and (
            found := not_known("authority", "borough", "Give each school's authority.", schools)
        ):
            yield found


def authority_penalties(schools: Sequence[School], penalty: float) -> NDArray[np.float64]:
    """Return the (n, n) penalties in metre-equivalents: `penalty` where two schools' known authorities differ."""
    known = np.array([bool(school.borough) for school in schools], dtype=bool)
    counted = across_authorities(schools) & known[:, None] & known[None, :]
    return np.asarray(np.where(counted, penalty, 0.0))


def across_authorities(schools: Sequence[School]) -> NDArray[np.bool_]:
    """Return which (n, n) pairs are not sure to be of one authority; one that is not known is another than any."""
    _, codes = np.unique([school.borough for school in schools], return_inverse=True)
    return np.asarray(codes[:, None] != codes[None, :])


BUILDER = Authorities()
