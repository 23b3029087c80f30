"""The toy rule's builder."""

from itertools import combinations

from geo_partnerships.clustering import MustLink
from geo_partnerships.planning.rules.base import OfMembers
from geo_partnerships.scenarios.parameters import Strength


class SameSiteBuilder(OfMembers):
    """Schools that share a point stay together."""

    def rules(self, asked):
        rule = asked.scenario.same_site
        if not asked.is_area or rule.strength is Strength.OFF:
            return
        binding = rule.strength is Strength.BINDING
        points = [(school.easting, school.northing) for school in asked.schools]
        for a, b in combinations(range(len(points)), 2):
            if points[a] == points[b]:
                words = f"one site: {asked.schools[a].name}, {asked.schools[b].name}"
                weight = 0.0 if binding else rule.weight
                yield f"same_site.{a}", MustLink((a, b), name=words, binding=binding, weight=weight, private=False)

    def conflicts(self, homes):
        yield from ()


BUILDER = SameSiteBuilder()
