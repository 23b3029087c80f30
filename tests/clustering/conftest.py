"""Every clustering of a few items, tried one by one: what the solver must agree with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.random_problems import best

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_partnerships.clustering import ClusterProblem
    from geo_partnerships.clustering.evaluate import Evaluation


@pytest.fixture(scope="session")
def brute_force() -> Callable[[ClusterProblem], Evaluation | None]:
    """Give the tests the trial of every clustering."""
    return best
