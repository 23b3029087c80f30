"""Few clusters of many items: as good as can be proved, under a floor that is one, whatever the costs look like."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.clustering import ClusterProblem, Count, Infeasible, Size, cluster
from geo_partnerships.clustering import evaluate as evaluating
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.run import Run
from geo_partnerships.clustering.search.few import is_few, solve_few
from geo_partnerships.clustering.space import PointCost

MANY = 1_200


def least(cost: np.ndarray, k: int) -> float:
    """Cost of the best of all sets of medoids."""
    return min(float(cost[:, list(medoids)].min(axis=1).sum()) for medoids in combinations(range(len(cost)), k))


def blobs(n: int, spread: float, *, dimensions: int = 2, seed: int = 0) -> np.ndarray:
    """Points about six centres."""
    draw = np.random.default_rng(seed)
    centres = draw.uniform(0, 10_000, (6, dimensions))
    return centres[draw.integers(0, 6, n)] + draw.normal(0, spread, (n, dimensions))


@pytest.fixture(scope="module")
def many() -> np.ndarray:
    return blobs(MANY, 700)


@settings(max_examples=20, deadline=None)
@given(
    st.integers(1, 3),
    st.lists(st.lists(st.integers(0, 9), min_size=7, max_size=7), min_size=7, max_size=7),
)
def test_any_costs_are_clustered_at_least_cost(k: int, rows: list[list[int]]) -> None:
    cost = np.array(rows, dtype=float)
    np.fill_diagonal(cost, 0.0)
    found = solve_few(ClusterProblem(cost, (Count(k, k),)), Run())
    assert found.objective == least(cost, k)
    assert found.lower_bound <= found.objective


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 3), st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=4, max_size=9))
def test_points_that_coincide_are_clustered_at_least_cost(k: int, places: list[tuple[int, int]]) -> None:
    points = np.array(places, dtype=float)
    cost = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    found = solve_few(ClusterProblem(PointCost(points), (Count(k, k),)), Run())
    assert found.objective == pytest.approx(least(cost, k), abs=1e-9)
    assert found.lower_bound <= found.objective


def test_a_thousand_points_are_proved(many: np.ndarray) -> None:
    problem = ClusterProblem.from_points(many, (Count(6, 6),))
    assert is_few(problem)
    found = cluster(problem)
    assert found.proven
    assert found.objective == pytest.approx(cluster(problem, method="exact").objective)


def test_a_matrix_and_points_have_the_same_clusters_whatever_the_threads(many: np.ndarray) -> None:
    asked = (Count(6, 6),)
    dense = cluster(ClusterProblem.from_points(many, asked), threads=1, method="bound")
    sparse = cluster(ClusterProblem(PointCost(many), asked), threads=2, method="bound")
    assert (dense.labels == sparse.labels).all()
    assert dense.objective == pytest.approx(sparse.objective)


def test_points_in_space_are_clustered_too() -> None:
    points = blobs(MANY, 900, dimensions=3, seed=4)
    found = cluster(ClusterProblem(PointCost(points), (Count(6, 6),)), method="bound")
    away = np.linalg.norm(points[:, None] - points[list(found.medoids)][None], axis=2)
    assert found.objective == pytest.approx(away.min(axis=1).sum())
    assert 0.9 * found.objective <= found.lower_bound <= found.objective


def test_as_many_clusters_as_may_be_are_opened(many: np.ndarray) -> None:
    assert len(cluster(ClusterProblem.from_points(many, (Count(2, 5),))).medoids) == 5


def test_sizes_that_ask_something_are_no_such_problem(many: np.ndarray) -> None:
    assert not is_few(ClusterProblem.from_points(many, (Count(6, 6), Size(100, 300))))
    assert not is_few(ClusterProblem.from_points(many, (Count(200, 200),)))


def test_more_clusters_than_items_are_impossible() -> None:
    with pytest.raises(Infeasible, match="4 clusters"):
        solve_few(ClusterProblem(np.zeros((3, 3)), (Count(4, 4),)), Run())


def test_a_cancelled_run_gives_what_it_has(many: np.ndarray) -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    found = cluster(ClusterProblem.from_points(many, (Count(6, 6),)), cancelled=cancelled)
    assert sum(len(items) for items in found.members) == MANY
    assert not found.repeatable
    assert found.lower_bound <= found.objective


def test_medoids_of_large_clusters_are_found_a_stretch_at_a_time(
    many: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    cost = compile_problem(ClusterProblem.from_points(many)).cost
    members = [range(700), range(700, MANY)]
    whole = evaluating.best_medoids(cost, members)
    monkeypatch.setattr(evaluating, "_HELD", 10_000)
    assert evaluating.best_medoids(cost, members) == whole
