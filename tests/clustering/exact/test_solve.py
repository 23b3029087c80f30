"""The exact method finds what trying every clustering finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from geo_partnerships.clustering import (
    ClusterProblem,
    Count,
    Effort,
    Infeasible,
    Leaders,
    ProblemError,
    Size,
    cluster,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


def distances(seed: int, n: int) -> NDArray[np.float64]:
    points = np.random.default_rng(seed).uniform(0, 1000, (n, 2))
    return np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=-1))


def test_a_plan_is_proved_and_its_medoids_are_the_best_of_their_clusters() -> None:
    cost = distances(1, 40)
    found = cluster(ClusterProblem(cost, (Count(5, 5), Size(6, 10))))
    assert found.proven
    assert found.gap == 0
    assert found.lower_bound == found.objective
    assert all(6 <= len(items) <= 10 for items in found.members)
    for medoid, items in zip(found.medoids, found.members, strict=True):
        inner = cost[np.ix_(items, items)].sum(axis=0)
        assert medoid == items[int(inner.argmin())]
        assert found.labels[medoid] == found.medoids.index(medoid)


def test_the_same_problem_gives_the_same_plan() -> None:
    problem = ClusterProblem(np.round(distances(2, 30), -2), (Count(4, 4), Size(5, 9)))
    assert cluster(problem).members == cluster(problem).members


def test_coincident_items_may_be_apart() -> None:
    found = cluster(ClusterProblem(np.zeros((6, 6)), (Count(3, 3), Size(2, 2))))
    assert found.objective == 0
    assert [len(items) for items in found.members] == [2, 2, 2]


def test_leaders_where_possible_come_before_distance() -> None:
    cost = np.abs(np.subtract.outer([0.0, 1, 2, 100, 101, 102], [0.0, 1, 2, 100, 101, 102]))
    together = (Count(2, 2), Size(3, 3))
    assert cluster(ClusterProblem(cost, together)).members == ((0, 1, 2), (3, 4, 5))
    found = cluster(ClusterProblem(cost, (*together, Leaders((0, 1), binding=False))))
    assert not found.violations
    assert all({0, 1} & set(items) for items in found.members)


def test_impossible_sizes_are_explained_by_arithmetic() -> None:
    with pytest.raises(Infeasible) as caught:
        cluster(ClusterProblem(distances(3, 86), (Count(11, 11), Size(20, 30))), noun="schools")
    assert caught.value.rules == ("11 clusters", "sizes 20 to 30")
    assert str(caught.value) == "11 × 20 = 220, but there are 86 schools"
    assert caught.value.proved


def test_a_problem_that_makes_no_sense_lists_every_fault() -> None:
    with pytest.raises(ProblemError) as caught:
        ClusterProblem(np.zeros((3, 3)), (Count(0, 2), Size(3, 2), Leaders((7,))))
    assert len(caught.value.faults) == 3


def test_no_effort_at_all_is_said_plainly() -> None:
    problem = ClusterProblem(distances(4, 60), (Count(8, 8), Size(6, 9)))
    found = cluster(problem, effort=Effort(nodes=1))
    assert found.lower_bound <= found.objective
    assert found.repeatable
