"""Rule: what it costs to be in another postcode district than the centre school."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from geo_partnerships.checking.rules.base import OverPairs, Price, strand_partnerships
from geo_partnerships.checking.verdicts import verdict
from geo_partnerships.scenarios.parameters import DistrictRule
from geo_partnerships.sentences import listed, numbered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.model import School
    from geo_partnerships.plans import Partnership, Plan
    from geo_partnerships.scenarios.parameters import Scenario


class Districts(OverPairs):
    """A penalty on another postcode district, less between neighbours; districts connected or whole where asked."""

    parameters = ("districts", "district_penalty", "neighbour_share")
    form = ("districts", "district_penalty", "neighbour_share")
    waives = False
    off: ClassVar[dict[str, Any]] = {"districts": DistrictRule.PENALTY}

    def check(self, plan: Plan) -> Iterator[Check]:
        """Yield whether the districts of each area partnership are neighbours, and whole, where that is asked."""
        asked = plan.scenario.districts
        if asked is DistrictRule.PENALTY:
            return
        found = {p.number: _districts_of(plan, p) for p in strand_partnerships(plan, "area")}
        problems = [
            f"partnership {number} has {listed(sorted(districts))}, which do not hang together"
            for number, districts in found.items()
            if not _is_connected(plan, districts)
        ]
        if asked is DistrictRule.WHOLE:
            for district in sorted(set().union(*found.values())):
                homes = [number for number, districts in found.items() if district in districts]
                problems += [f"{district} is in {numbered('partnership', homes)}"] if len(homes) > 1 else []
        name = "Postcode districts whole" if asked is DistrictRule.WHOLE else "Postcode districts connected"
        yield verdict("districts", name, problems, "They are.", private=False)

    def penalty(self, plan: Plan, school: School, centre: School) -> float:
        """Return the penalty where the two are known to be in different districts, its share between neighbours."""
        if not differ(school.district, centre.district):
            return 0.0
        neighbours = plan.problem.places.district_neighbours
        a, b = school.district, centre.district
        touching = b in neighbours.get(a, ()) or a in neighbours.get(b, ())
        return plan.scenario.district_penalty * (plan.scenario.neighbour_share if touching else 1.0)

    def price_around(self, plan: Plan, strand: str, school: School, centre: School) -> float:
        """Let every school be around every other for nothing but the penalty."""
        return 0.0

    def prices(self, scenario: Scenario) -> Iterator[Price]:
        """Yield the price of the penalty, where there is one."""
        if scenario.districts is not DistrictRule.PENALTY:
            yield Price(key="districts")
        if scenario.district_penalty:
            words = "the penalty on other postcode districts"
            yield Price(key="district_penalty", words=words, off={"district_penalty": 0.0}, is_penalty=True)

    def remedy(self, key: str) -> str:
        """Return what helps."""
        return "--set districts=penalty"

    def schools(self, scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield nothing: it names no school."""
        yield from ()


def _districts_of(plan: Plan, partnership: Partnership) -> set[str]:
    members = partnership.members
    return {plan.problem.schools[urn].district for urn in members if plan.problem.schools[urn].has_point} - {""}


def _is_connected(plan: Plan, districts: set[str]) -> bool:
    """Say whether one can go from each district to each other over neighbours that are among them."""
    neighbours = plan.problem.places.district_neighbours
    reached = set(sorted(districts)[:1])
    for _ in districts:
        reached |= {b for a in reached for b in districts if b in neighbours.get(a, ()) or a in neighbours.get(b, ())}
    return reached == districts


def differ(one: str, other: str) -> bool:
    """Say whether two are known to differ: what is not known costs nothing."""
    return bool(one and other) and one != other


ROW = Districts()
