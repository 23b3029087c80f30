"""Group schools into school improvement partnerships and show them on maps.

>>> import geo_partnerships as gp
>>> problem = gp.read_problem("data")  # doctest: +SKIP
>>> plan = gp.plan(problem, gp.read_scenario("barnet-2015", "data/scenarios"))  # doctest: +SKIP
>>> gp.check(plan).ok  # doctest: +SKIP
True
"""

from geo_partnerships.checking import check
from geo_partnerships.comparing import compare
from geo_partnerships.errors import BadDataError, GeoPartnershipsError, NoPlanError, UsageError
from geo_partnerships.findings import Finding
from geo_partnerships.frames import explore
from geo_partnerships.intake import read_problem
from geo_partnerships.model import Plan, Problem, School
from geo_partnerships.planning import plan
from geo_partnerships.scenario import Scenario, read_scenario

__all__ = [
    "BadDataError",
    "Finding",
    "GeoPartnershipsError",
    "NoPlanError",
    "Plan",
    "Problem",
    "Scenario",
    "School",
    "UsageError",
    "check",
    "compare",
    "explore",
    "plan",
    "read_problem",
    "read_scenario",
]
