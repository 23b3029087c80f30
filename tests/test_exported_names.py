"""What the package offers by name: neither less nor more than it says."""

from types import ModuleType

import pytest

import geo_partnerships as gp
from geo_partnerships import clustering


def test_every_name_that_is_offered_is_there_and_has_words() -> None:
    for name in set(gp.__all__) - {"__version__"}:
        assert getattr(gp, name).__doc__, name


def test_the_names_offered_are_sorted_and_are_these() -> None:
    assert gp.__all__ == sorted(gp.__all__)
    assert set(gp.__all__) >= {
        "BadDataError", "Finding", "GeoPartnershipsError", "NoPlanError", "Plan", "Problem", "Scenario", "School",
        "ConstrainedKMedoids", "UsageError", "check", "compare", "explore", "maps", "plan", "read_problem",
        "read_scenario",
    }  # fmt: skip


def test_every_name_that_the_solver_offers_is_there_and_has_words() -> None:
    for name in clustering.__all__:
        assert getattr(clustering, name).__doc__, name


@pytest.mark.parametrize("module", [gp, clustering])
def test_a_name_that_is_not_offered_is_told(module: ModuleType) -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = module.no_such_name
