"""The toy rule's row."""

from itertools import combinations

from geo_partnerships.checking.rules.base import OverMembers, Price, is_binding, is_preferred, is_used
from geo_partnerships.checking.verdicts import verdict
from tests.toy.parameters import SameSite


class SameSiteRow(OverMembers):
    """Schools that share a point stay together."""

    parameters = ("same_site",)
    form = ("same_site.strength",)
    waives = False
    off = {"same_site": SameSite()}  # noqa: RUF012 - never changed

    def check(self, plan):
        if is_used(plan.scenario.same_site):
            problems = [f"{a} and {b} are apart" for a, b in _apart(plan)]
            binding = is_binding(plan.scenario.same_site)
            yield verdict("same-site", "Schools on one site", problems, "Fine.", binding=binding, private=False)

    def costs(self, plan, strand):
        if strand == "area" and is_preferred(plan.scenario.same_site):
            apart = len(_apart(plan))
            yield apart, apart * plan.scenario.same_site.weight

    def prices(self, scenario):
        yield Price(key="same_site", words="schools on one site together", one="site", many="sites")

    def schools(self, scenario):
        yield from ()

    def code(self, key):
        return "same-site"


def _apart(plan):
    home = {urn: p.number for p in plan.partnerships for urn in p.members}
    schools = [plan.problem.schools[urn] for urn in sorted(home)]
    return [
        (a.name, b.name)
        for a, b in combinations(schools, 2)
        if (a.easting, a.northing) == (b.easting, b.northing) and home[a.urn] != home[b.urn]
    ]


ROW = SameSiteRow()
