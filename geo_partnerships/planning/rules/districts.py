"""Rule: what it costs to be in another postcode district than the centre school."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering import Districts as Rule
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.planning.rules.base import Builder, conflict
from geo_partnerships.planning.unknowns import SHOWN_AT_MOST, not_known
from geo_partnerships.scenarios.parameters import DistrictRule
from geo_partnerships.sentences import first_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.errors import NoPlanError
    from geo_partnerships.model import Problem, School
    from geo_partnerships.planning.rules.base import Asked, Homes, Keyed
    from geo_partnerships.scenarios.parameters import Scenario


class Districts(Builder):
    """A penalty on another postcode district, less between neighbours."""

    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield that districts are connected, or whole as well, where that is asked."""
        asks = asked.scenario.districts
        if not asked.is_area or asks is DistrictRule.PENALTY:
            return
        names = [school.district for school in asked.schools]
        number = {name: index for index, name in enumerate(sorted({*names}))}
        neighbours = frozenset(
            (number[a], number[b])
            for a, others in asked.problem.places.district_neighbours.items()
            for b in others
            if a in number and b in number
        )
        words = "postcode districts whole" if asks is DistrictRule.WHOLE else "postcode districts connected"
        labels = tuple(number[name] for name in names)
        whole = asks is DistrictRule.WHOLE
        yield "districts", Rule(labels, neighbours, whole=whole, name=words, private=False)

    def penalties(self, schools: Sequence[School], problem: Problem, scenario: Scenario) -> NDArray[np.float64] | None:
        """Return the penalties between schools."""
        if not scenario.district_penalty:
            return None
        return district_penalties(
            schools,
            problem.places.district_neighbours,
            penalty=scenario.district_penalty,
            neighbour_share=scenario.neighbour_share,
        )

    def premise(self, scenario: Scenario) -> tuple[float, ...]:
        """Return the penalty and the share of neighbours, where there is one."""
        return (scenario.district_penalty, scenario.neighbour_share) if scenario.district_penalty else ()

    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield that districts cannot be kept, where that of an area school is not known."""
        if homes.scenario.districts is DistrictRule.PENALTY or "area" in homes.given:
            return
        schools = [homes.problem.schools[urn] for urn in sorted(homes.placed["area"])]
        strange = [school.name for school in schools if not school.district]
        if strange:
            words = f"postcode districts {homes.scenario.districts}"
            yield conflict(f"that of {first_of(strange, SHOWN_AT_MOST)} is not known", [("districts", words)])

    def unpriced(self, problem: Problem, scenario: Scenario, schools: Sequence[School]) -> Iterator[Finding]:
        """Yield schools without a known district, and districts whose neighbours no file tells."""
        if not scenario.district_penalty:
            return
        if found := not_known("postcode district", "district", "Give postcodes or districts.", schools):
            yield found
        if scenario.neighbour_share != 1:
            yield from _strangers(problem, {school.district for school in schools} - {""})


def district_penalties(
    schools: Sequence[School],
    neighbours: Mapping[str, frozenset[str]],
    *,
    penalty: float,
    neighbour_share: float,
) -> NDArray[np.float64]:
    """Return the (n, n) postcode penalties in metre-equivalents.

    0 within a district, `penalty` across districts, ``penalty * neighbour_share`` where the two share an edge.
    A district that is not known costs nothing: nobody can say that it differs.
    """
    districts = sorted({school.district for school in schools})
    table = np.full((len(districts), len(districts)), penalty)
    for a, name in enumerate(districts):
        for b, other in enumerate(districts):
            if other in neighbours.get(name, frozenset()) or name in neighbours.get(other, frozenset()):
                table[a, b] = penalty * neighbour_share
            if a == b or not name or not other:
                table[a, b] = 0.0
    position = {name: index for index, name in enumerate(districts)}
    codes = np.array([position[school.district] for school in schools], dtype=np.intp)
    return table[np.ix_(codes, codes)] if len(codes) else np.zeros((0, 0))


def _strangers(problem: Problem, districts: set[str]) -> Iterator[Finding]:
    """Tell of districts whose neighbours no file tells: the share for neighbours is given to none of them."""
    neighbours = problem.places.district_neighbours
    told = {*neighbours, *(name for others in neighbours.values() for name in others)}
    strange = sorted(districts - told)
    if strange and len(districts) > 1:
        one = len(strange) == 1
        yield Finding(
            code="district-neighbours-not-known",
            severity=Severity.NOTE,
            message=f"Which districts are neighbours of {first_of(strange, SHOWN_AT_MOST)} is not known; "
            f"{'it counts as a neighbour of no other' if one else 'they count as neighbours of no other'}.",
            fix=f"Add {'it' if one else 'them'} to boundaries/districts.geojson.",
            field="neighbour_share",
        )


BUILDER = Districts()
