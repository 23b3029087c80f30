"""Medoids without sizes: what is proved is what trying every set of medoids and plain HiGHS find."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.clustering import ClusterProblem, Count, Effort, MustLink, Size, cluster
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.exact.given_medoids import swap_medoids
from geo_partnerships.clustering.exact.p_median_branch_and_bound import is_free
from geo_partnerships.clustering.exact.p_median_radius_model import RadiusModel, RadiusOutcome
from geo_partnerships.clustering.exact.solve import improve
from geo_partnerships.clustering.models.assignment_model import build_model
from geo_partnerships.clustering.models.highs import solve
from geo_partnerships.clustering.run import Run
from tests.depth import examples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_partnerships.clustering import Progress


def network(n: int, seed: int, *, asymmetric: bool = False) -> NDArray[np.float64]:
    """Whole-number costs with many ties, as along the roads of a network."""
    points = np.random.default_rng(seed).integers(0, 40, (n, 2))
    cost = np.abs(points[:, None] - points[None]).sum(axis=-1).astype(np.float64)
    return cost + np.triu(np.ones((n, n)), 1) if asymmetric else cost


def plane(n: int, seed: int) -> NDArray[np.float64]:
    points = np.random.default_rng(seed).uniform(0, 10_000, (n, 2))
    return np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=-1))


def cheapest(cost: NDArray[np.float64], k: int) -> float:
    """Cost of the best k medoids, each set tried."""
    return min(float(cost[:, list(chosen)].min(axis=1).sum()) for chosen in itertools.combinations(range(len(cost)), k))


def hard() -> ClusterProblem:
    """Sixty items anywhere from each other, so that the prices alone prove little and many parts are looked at."""
    cost = np.random.default_rng(0).integers(1, 100, (60, 60)).astype(np.float64)
    cost = np.minimum(cost, cost.T)
    np.fill_diagonal(cost, 0.0)
    return ClusterProblem(cost, (Count(4, 4),))


@given(st.integers(0, 10_000), st.integers(2, 9), st.data())
@settings(max_examples=examples(30), deadline=None)
def test_a_few_items_are_served_as_cheaply_as_any_medoids_serve_them(seed: int, n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(1, n))
    cost = network(n, seed, asymmetric=data.draw(st.booleans()))
    found = cluster(ClusterProblem(cost, (Count(data.draw(st.integers(1, k)), k),)))
    assert found.proven
    assert found.objective == cheapest(cost, k)


@given(st.integers(0, 10_000), st.integers(10, 40), st.booleans())
@settings(max_examples=examples(12), deadline=None)
def test_the_proof_agrees_with_plain_highs(seed: int, n: int, whole: bool) -> None:
    k = 2 + seed % (n // 2)
    problem = ClusterProblem(network(n, seed) if whole else plane(n, seed), (Count(k, k),))
    built = build_model(compile_problem(problem))
    outcome = solve(built.model, effort=Effort(), seed=0)
    found = cluster(problem, method="exact")
    assert found.proven
    assert found.objective == pytest.approx(outcome.bound, rel=2e-6, abs=1e-6)
    assert len(found.members) == k


@pytest.mark.parametrize("nodes", [0, 1, 3, 60])
def test_a_run_stopped_early_has_a_plan_and_a_floor_that_holds(nodes: int) -> None:
    best = cluster(hard())
    found = cluster(hard(), effort=Effort(nodes=nodes))
    assert best.proven
    assert found.lower_bound <= best.objective <= found.objective
    assert found.proven or found.stopped
    assert found.repeatable


def anywhere(n: int, seed: int) -> ClusterProblem:
    """Items anywhere from each other, a third of them medoids: few terms are left after the prices."""
    cost = np.random.default_rng(seed).integers(1, 30, (n, n)).astype(np.float64)
    np.fill_diagonal(cost, 0.0)
    return ClusterProblem(cost, (Count(n // 3, n // 3),))


def test_a_part_that_highs_does_not_finish_keeps_its_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = anywhere(48, 18)
    best = cluster(problem)
    unfinished = RadiusOutcome(None, -np.inf, stopped=True, timed=False)
    monkeypatch.setattr(RadiusModel, "solve", lambda *_, **__: unfinished)
    found = cluster(problem)
    assert best.proven
    assert found.stopped
    assert not found.proven
    assert 0 < found.lower_bound < best.objective <= found.objective


@given(st.integers(0, 10_000), st.integers(12, 60), st.integers(0, 4))
@settings(max_examples=examples(15), deadline=None)
def test_any_limit_leaves_a_floor_that_holds(seed: int, n: int, nodes: int) -> None:
    problem = anywhere(n, seed)
    best, found = cluster(problem), cluster(problem, effort=Effort(nodes=nodes))
    assert best.proven
    assert found.lower_bound <= best.objective <= found.objective
    assert found.proven or found.stopped


def test_a_cancelled_run_says_so_and_keeps_its_floor() -> None:
    best = cluster(hard())
    found = cluster(hard(), cancelled=lambda: True)
    assert 0 < found.lower_bound <= best.objective <= found.objective
    assert found.stopped
    assert not found.repeatable


def test_progress_never_tells_of_a_floor_above_the_plan() -> None:
    told: list[Progress] = []
    found = cluster(hard(), progress=told.append)
    assert told
    assert all(step.lower_bound <= found.objective <= step.objective for step in told)


def test_the_same_problem_gives_the_same_medoids() -> None:
    assert cluster(hard()).members == cluster(hard()).members


def test_no_better_plan_is_found_below_the_optimum_and_one_is_above_it() -> None:
    best = cluster(hard())
    assert improve(hard(), best.objective, Run()) is None
    found = improve(hard(), best.objective + 5, Run())
    assert found is not None
    assert found.objective == best.objective


def test_coincident_items_make_clusters_of_their_own() -> None:
    cost = np.zeros((5, 5))
    cost[4, :4] = cost[:4, 4] = 7.0
    found = cluster(ClusterProblem(cost, (Count(3, 3),)))
    assert found.objective == 0
    assert sorted(item for items in found.members for item in items) == list(range(5))
    assert (4,) in found.members


@pytest.mark.parametrize(
    ("rules", "free"),
    [
        ((), True),
        ((Count(2, 3), Size(1, 6)), True),
        ((Count(2, 3), Size(2, 6)), False),
        ((Count(2, 3), Size(0, 5)), False),
        ((Size(0, 21, (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)),), True),
        ((Size(0, 20, (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)),), False),
        ((Count(2, 2), MustLink((0, 1))), False),
    ],
)
def test_a_problem_is_free_only_where_no_rule_but_the_number_can_bind(rules: tuple[Size, ...], free: bool) -> None:
    assert is_free(ClusterProblem(network(6, 1), rules)) is free


def test_hundreds_of_items_without_sizes_are_proved_where_nothing_else_is_asked() -> None:
    found = cluster(ClusterProblem(plane(260, 3), (Count(30, 30),)))
    assert found.method == "exact"
    assert found.proven


def test_a_size_that_cannot_bind_changes_nothing() -> None:
    cost = network(50, 6)
    bare = cluster(ClusterProblem(cost, (Count(6, 6),)))
    sized = cluster(ClusterProblem(cost, (Count(6, 6), Size(1, 50))))
    assert bare.proven
    assert sized.proven
    assert sized.objective == bare.objective


@given(st.integers(0, 10_000), st.integers(1, 12))
@settings(max_examples=examples(15), deadline=None)
def test_after_all_exchanges_no_single_one_pays(seed: int, k: int) -> None:
    cost = plane(25, seed)
    start = np.random.default_rng(seed).choice(25, k, replace=False)
    medoids = swap_medoids(cost, start)
    reached = cost[:, medoids].min(axis=1).sum()
    assert len(set(medoids.tolist())) == k
    assert reached <= cost[:, start].min(axis=1).sum()
    for position, new in itertools.product(range(k), range(25)):
        other = medoids.copy()
        other[position] = new
        assert cost[:, other].min(axis=1).sum() >= reached - 1e-6 * max(1.0, reached)


@given(st.integers(0, 10_000), st.integers(3, 10), st.data())
@settings(max_examples=examples(20), deadline=None)
def test_the_model_by_radii_has_the_same_optimum(seed: int, n: int, data: st.DataObject) -> None:
    cost = network(n, seed)
    k = data.draw(st.integers(1, n - 1))
    held = np.zeros(n, dtype=bool)
    held[: data.draw(st.integers(0, k - 1))] = True
    model = RadiusModel.build(cost, held, k, np.full(n, np.inf), most=1000)
    assert model is not None
    outcome = model.solve(effort=Effort(), seed=0, cancelled=None)
    allowed = [s for s in itertools.combinations(range(n), k) if set(np.flatnonzero(held)) <= set(s)]
    least = min(float(cost[list(s)].min(axis=0).sum()) for s in allowed)
    assert outcome.opened is not None
    assert outcome.bound == pytest.approx(least)
    assert cost[outcome.opened].min(axis=0).sum() == pytest.approx(least)


def test_a_model_with_too_many_terms_is_not_built() -> None:
    cost = plane(30, 1)
    assert RadiusModel.build(cost, np.zeros(30, dtype=bool), 3, np.full(30, np.inf), most=100) is None
