"""The search for many items: windows side by side, sizes in bounds, rules kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.clustering import ClusterProblem, Count, Effort, Guarantee, Leaders, Size, cluster
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.exact.given_medoids import assign
from geo_partnerships.clustering.guides import Guides
from geo_partnerships.clustering.kernels.neighbourhood import _spread_exactly
from geo_partnerships.clustering.search.moves import bounds_of
from geo_partnerships.clustering.search.neighbourhoods import Neighbourhoods
from geo_partnerships.clustering.search.state import State
from geo_partnerships.clustering.space import Space
from tests.depth import examples

N, K = 208, 26


def towns(seed: int, n: int = N) -> np.ndarray:
    """Points in towns of different density, and some far from all."""
    random = np.random.default_rng(seed)
    centres = random.uniform(0, 60_000, (12, 2))
    spread = random.uniform(300, 6_000, 12)
    home = random.integers(0, 12, n)
    points = centres[home] + random.normal(size=(n, 2)) * spread[home][:, None]
    points[:9] = 400_000 + random.uniform(0, 3_000, (9, 2))
    return points


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_a_flow_spreads_items_as_cheaply_as_an_assignment(seed: int) -> None:
    """Items over given medoids within sizes: the same cost as the assignment of SciPy, or no way for either."""
    random = np.random.default_rng(seed)
    n, k = int(random.integers(6, 30)), int(random.integers(2, 5))
    low, high = int(random.integers(1, 4)), int(random.integers(4, 12))
    cost = random.uniform(0, 100, (n, n))
    np.fill_diagonal(cost, 0)
    medoids = np.sort(random.choice(n, k, replace=False))
    label = np.zeros(n, dtype=np.int64)

    possible = _spread_exactly(cost, medoids, float(low), float(high), label)

    expected = assign(cost, medoids, (low, high))
    assert possible == (expected is not None)
    if expected is not None:
        rows = np.arange(n)
        assert cost[rows, medoids[label]].sum() == pytest.approx(cost[rows, medoids[expected]].sum())
        sizes = np.bincount(label, minlength=k)
        assert sizes.min() >= low
        assert sizes.max() <= high


def test_threads_do_not_change_the_plan() -> None:
    """One thread and three give the same clusters."""
    problem = ClusterProblem.from_points(towns(1), (Count(K, K), Size(4, 12)))
    effort = Effort(neighbourhoods=4)

    one = cluster(problem, method="search", effort=effort, threads=1)
    three = cluster(problem, method="search", effort=effort, threads=3)

    assert one.members == three.members
    assert one.lower_bound == three.lower_bound


def test_far_schools_are_brought_into_bounds() -> None:
    """Nine items far from all others still get clusters of four to twelve."""
    found = cluster(ClusterProblem.from_points(towns(2), (Count(K, K), Size(4, 12))), method="search")

    assert {4 <= len(items) <= 12 for items in found.members} == {True}
    assert found.gap < 0.02


def test_guarantees_and_leaders_are_kept_by_the_search() -> None:
    """A third of the items names companions; a third leads: all promises are kept, every cluster is led."""
    points = towns(3)
    random = np.random.default_rng(3)
    near = np.argsort(np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)), axis=1)
    promises = tuple(
        Guarantee(int(i), tuple(int(j) for j in random.choice(near[i, 1:12], 2, replace=False)))
        for i in random.choice(N, N // 3, replace=False)
    )
    leaders = Leaders(tuple(int(i) for i in random.choice(N, N // 3, replace=False)), binding=False)

    found = cluster(ClusterProblem.from_points(points, (Count(K, K), Size(4, 12), *promises, leaders)), method="search")

    home = {item: number for number, items in enumerate(found.members) for item in items}
    assert all(any(home[other] == home[rule.item] for other in rule.named) for rule in promises)
    assert all(set(leaders.items) & set(items) for items in found.members)


def test_more_rounds_are_never_dearer() -> None:
    """A second round of wider windows starts from the first."""
    problem = ClusterProblem.from_points(towns(4), (Count(K, K), Size(4, 12)))

    first = cluster(problem, method="search", effort=Effort(rounds=1, neighbourhoods=1))
    second = cluster(problem, method="search", effort=Effort(rounds=3, neighbourhoods=1))

    assert second.objective <= first.objective * (1 + 1e-9)


def windows_of(points: np.ndarray, labels: np.ndarray, k: int, size: tuple[int, int]) -> Neighbourhoods:
    """Windows of a clustering, with prices by which every cluster has much to lose."""
    problem = ClusterProblem.from_points(points, (Count(k, k), Size(*size)))
    compiled = compile_problem(problem)
    bounds = bounds_of(compiled)
    state = State(Space.of(compiled.cost, points.shape[0]), bounds, labels, k)
    return Neighbourhoods(problem, state, Guides.of(compiled), np.zeros(points.shape[0]), 0.0, 0, lambda: False)


def test_a_cluster_moves_to_where_it_saves_more() -> None:
    """Two towns of three villages each, far apart: four clusters in one and two in the other become three and three."""
    random = np.random.default_rng(5)
    villages = np.array([(0, 0), (0, 900), (900, 0), (90_000, 0), (90_000, 900), (90_900, 0)])
    points = np.repeat(villages, 4, axis=0) + random.uniform(0, 50, (24, 2))
    labels = np.repeat([0, 1, 2, 4, 4, 5], 4)
    labels[:2] = 3
    neighbourhoods = windows_of(points, labels, 6, (2, 8))
    before = neighbourhoods.state.cost

    neighbourhoods.exchange(items=12, clusters=4, neighbourhoods=6)

    assert neighbourhoods.state.cost < before / 2
    assert np.unique(neighbourhoods.state.label[:12]).size == 3
    assert np.unique(neighbourhoods.state.label[12:]).size == 3


@given(st.integers(0, 10_000))
@settings(max_examples=examples(8), deadline=None)
def test_trades_are_never_dearer_and_keep_number_and_sizes(seed: int) -> None:
    """From sizes within bounds, trades lead to sizes within bounds, at no greater cost, in as many clusters."""
    random = np.random.default_rng(seed)
    k = int(random.integers(6, 12))
    points = towns(seed, 5 * k)
    order = np.lexsort(points.T)
    labels = np.empty(5 * k, dtype=np.int64)
    labels[order] = np.repeat(np.arange(k), 5)
    neighbourhoods = windows_of(points, labels, k, (3, 9))
    before = neighbourhoods.state.cost

    neighbourhoods.exchange(items=15, clusters=3, neighbourhoods=k)

    state = neighbourhoods.state
    sizes = np.bincount(state.label, minlength=k)
    assert state.cost <= before * (1 + 1e-9)
    assert sizes.tolist() == state.sizes.tolist()
    assert 3 <= sizes.min() <= sizes.max() <= 9
    assert sizes.size == k
