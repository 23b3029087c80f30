"""Group schools into school improvement partnerships and show them on maps.

>>> import geo_partnerships as gp
>>> problem = gp.read_problem("data")  # doctest: +SKIP
>>> plan = gp.plan(problem, gp.read_scenario("barnet-2015", "data/scenarios"))  # doctest: +SKIP
>>> gp.check(plan).ok  # doctest: +SKIP
True
"""

from typing import TYPE_CHECKING, Any

from geo_partnerships.api.frames import explore
from geo_partnerships.api.plan import Plan, plan
from geo_partnerships.api.problem import Problem, read_problem
from geo_partnerships.checking import check
from geo_partnerships.comparing import compare
from geo_partnerships.errors import BadDataError, GeoPartnershipsError, NoPlanError, UsageError
from geo_partnerships.findings import Finding
from geo_partnerships.model import School
from geo_partnerships.scenarios.parameters import Scenario
from geo_partnerships.scenarios.read import read_scenario
from geo_partnerships.version import __version__

if TYPE_CHECKING:
    from geo_partnerships.clustering import ConstrainedKMedoids

__all__ = [
    "BadDataError",
    "ConstrainedKMedoids",
    "Finding",
    "GeoPartnershipsError",
    "NoPlanError",
    "Plan",
    "Problem",
    "Scenario",
    "School",
    "UsageError",
    "__version__",
    "check",
    "compare",
    "explore",
    "plan",
    "read_problem",
    "read_scenario",
]


def __getattr__(name: str) -> Any:
    """Load the estimator, and scikit-learn with it, when it is asked for."""
    if name != "ConstrainedKMedoids":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from geo_partnerships.clustering import ConstrainedKMedoids  # noqa: PLC0415 - as the docstring says

    return ConstrainedKMedoids
