"""The pool of clusters: what it joins keeps sizes and number, and is the best there is among its clusters."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.clustering import ClusterProblem, Count, Effort, Size, cluster
from geo_partnerships.clustering.guides import Bounds
from geo_partnerships.clustering.search.pool import Pool
from geo_partnerships.clustering.search.state import State
from geo_partnerships.clustering.space import Space


def random_state(random: np.random.Generator, space: Space, bounds: Bounds, k: int) -> State:
    """Items in any clusters, none empty."""
    label = np.concatenate([np.arange(k), random.integers(0, k, space.n - k)])
    return State(space, bounds, random.permutation(label), k)


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_joined_clusters_are_within_bounds_and_no_dearer_than_any_plan(seed: int) -> None:
    """Of several plans of items of different sizes, the pool makes one as cheap as the best within bounds."""
    random = np.random.default_rng(seed)
    n, k = 12, 3
    cost = random.uniform(1, 100, (n, n))
    np.fill_diagonal(cost, 0)
    loads = random.integers(1, 5, n).astype(np.float64)
    bounds = Bounds((k, k), 0.0, float(np.ceil(loads.sum() / k) + 4), loads)
    space = Space.of(cost, n)
    states = [random_state(random, space, bounds, k) for _ in range(20)]
    pool = Pool()
    for state in states:
        pool.add(state)
    whole = [state.cost for state in states if state.excess == 0]

    found = pool.recombine(n, k, 0)

    assert found is not None or not whole
    if found is not None:
        joined = State(space, bounds, found[1], k)
        assert joined.excess == 0
        assert joined.sizes.min() > 0
        assert np.isclose(joined.cost, found[0])
        assert found[0] <= min(whole, default=np.inf) + 1e-9


def test_good_halves_of_two_plans_are_joined() -> None:
    """One plan is right in the west, another in the east: the pool is right in both."""
    points = np.array([0.0, 1, 10, 11, 100, 101, 110, 111])
    cost = np.abs(points[:, None] - points[None])
    bounds = Bounds((4, 4), 0.0, 3.0, np.ones(8))
    space = Space.of(cost, 8)
    pool = Pool()
    pool.add(State(space, bounds, np.array([0, 0, 1, 1, 2, 3, 2, 3]), 4))
    pool.add(State(space, bounds, np.array([0, 1, 0, 1, 2, 2, 3, 3]), 4))

    found = pool.recombine(8, 4, 0)

    assert found is not None
    assert found[0] == 4.0
    assert found[1].tolist() == found[1][[1, 0, 3, 2, 5, 4, 7, 6]].tolist()


def test_an_item_that_no_cluster_holds_leaves_no_plan() -> None:
    """Where the only cluster with an item is out of bounds, nothing is joined."""
    cost = np.ones((4, 4)) - np.eye(4)
    bounds = Bounds((2, 2), 0.0, 2.0, np.ones(4))
    pool = Pool()
    pool.add(State(Space.of(cost, 4), bounds, np.array([0, 0, 0, 1]), 2))

    assert pool.recombine(4, 2, 0) is None


def test_a_search_over_items_of_different_sizes_keeps_capacities_and_a_near_floor(monkeypatch) -> None:
    """Capacities are kept in as many clusters as asked, within a few hundredths of the floor."""
    door = import_module("geo_partnerships.clustering.cluster")
    monkeypatch.setattr(door, "METHOD", replace(door.METHOD, exact_items_weighted=100))
    random = np.random.default_rng(8)
    n, k = 120, 16
    points = random.uniform(0, 1000, (n, 2))
    weights = random.integers(1, 30, n)
    size = Size(0, 1.2 * float(weights.sum()) / k, tuple(weights.tolist()))
    problem = ClusterProblem.from_points(points, (Count(k, k), size))

    found = cluster(problem, method="search", effort=Effort(rounds=0))

    assert len(found.members) == k
    assert all(weights[list(items)].sum() <= size.maximum for items in found.members)
    assert found.lower_bound <= found.objective
    assert found.gap < 0.03
