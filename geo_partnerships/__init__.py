"""Group schools into school improvement partnerships and show them on maps.

>>> import geo_partnerships as gp
>>> problem = gp.read_problem("data")  # doctest: +SKIP
>>> plan = gp.plan(problem, gp.read_scenario("barnet-2015", "data/scenarios"))  # doctest: +SKIP
>>> gp.check(plan).ok  # doctest: +SKIP
True
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from geo_partnerships.version import __version__

if TYPE_CHECKING:
    from geo_partnerships import maps
    from geo_partnerships.api.plan import Plan, plan
    from geo_partnerships.api.problem import Problem, read_problem
    from geo_partnerships.checking import check
    from geo_partnerships.clustering import ConstrainedKMedoids
    from geo_partnerships.comparing import compare
    from geo_partnerships.errors import BadDataError, GeoPartnershipsError, NoPlanError, UsageError
    from geo_partnerships.findings import Finding
    from geo_partnerships.maps import explore
    from geo_partnerships.model import School
    from geo_partnerships.scenarios.parameters import Scenario
    from geo_partnerships.scenarios.read import read_scenario

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
    "maps",
    "plan",
    "read_problem",
    "read_scenario",
]

_HOMES = {
    "BadDataError": "errors",
    "ConstrainedKMedoids": "clustering",
    "Finding": "findings",
    "GeoPartnershipsError": "errors",
    "NoPlanError": "errors",
    "Plan": "api.plan",
    "Problem": "api.problem",
    "Scenario": "scenarios.parameters",
    "School": "model",
    "UsageError": "errors",
    "check": "checking",
    "compare": "comparing",
    "explore": "maps",
    "plan": "api.plan",
    "read_problem": "api.problem",
    "read_scenario": "scenarios.read",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for, and the libraries under it, when it is asked for the first time."""
    if name == "maps":
        return import_module(f"{__name__}.maps")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the names on offer, loaded or not."""
    return sorted({*globals(), *__all__})
