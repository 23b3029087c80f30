"""Rule: nobody is farther from the centre school than a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.checking.measures import ROUNDING_M
from geo_partnerships.checking.rules.numbers import LEAST_MEMBERS
from geo_partnerships.clustering import Allowed
from geo_partnerships.clustering.problem import MATRIX_ITEMS
from geo_partnerships.planning.distances import distances_between
from geo_partnerships.planning.rules.base import OfMembers, conflict
from geo_partnerships.scenarios.parameters import SizeBy, Strength
from geo_partnerships.sentences import first_of, length

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.errors import NoPlanError
    from geo_partnerships.model import Problem, School
    from geo_partnerships.planning.rules.base import Asked, Homes, Keyed
    from geo_partnerships.scenarios.parameters import MaxDistance as Parameters
    from geo_partnerships.scenarios.parameters import Scenario

SHOWN_AT_MOST = 5


class MaxDistance(OfMembers):
    """No school of the area strand farther from its centre school than the limit."""

    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield which schools may be around which; a school without a distance is another rule's."""
        rule = asked.scenario.max_distance
        if not asked.is_area or rule.strength is Strength.OFF:
            return
        near = _near(asked.schools, asked.problem, asked.scenario)
        binding = rule.strength is Strength.BINDING
        weight = 0.0 if binding else rule.weight
        private = bool(asked.scenario.exempt("max_distance"))
        yield "max_distance", Allowed(near, name=_words(rule), binding=binding, weight=weight, private=private)

    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield the schools that are too far from every other one; who else has no place, the solver names."""
        rule, area = homes.scenario.max_distance, homes.scenario.area
        schools = [homes.problem.schools[urn] for urn in sorted(homes.placed["area"])]
        low = area.size[0] if area.size and area.size_by is SizeBy.SCHOOLS else LEAST_MEMBERS
        asked = rule.strength is Strength.BINDING and "area" not in homes.given and low >= LEAST_MEMBERS
        if not asked or not 1 < len(schools) <= MATRIX_ITEMS:
            return
        near = _near(schools, homes.problem, homes.scenario) & ~np.eye(len(schools), dtype=bool)
        alone = np.flatnonzero(~(near.any(axis=0) | near.any(axis=1))).tolist()
        if alone:
            names = first_of([schools[index].name for index in alone], SHOWN_AT_MOST)
            verb = "is" if len(alone) == 1 else "are"
            why = f"{names} {verb} farther than {length(rule.limit, rule.unit)} from every other school"
            yield conflict(why, [("max_distance", _words(rule)), ("area.size", f"{low} or more schools in each")])


def _words(rule: Parameters) -> str:
    return f"nobody farther than {length(rule.limit, rule.unit)} from the centre school"


def _near(schools: Sequence[School], problem: Problem, scenario: Scenario) -> NDArray[np.bool_]:
    """Return which schools may be around which, shape (n, n): those within the limit, and those exempt from it."""
    rule = scenario.max_distance
    limit = scenario.metres_of(rule.limit, rule.unit) + ROUNDING_M
    near = ~(distances_between(schools, problem.distances) > limit)
    exempt = scenario.exempt("max_distance")
    near[[school.urn in exempt for school in schools]] = True
    return near


BUILDER = MaxDistance()
