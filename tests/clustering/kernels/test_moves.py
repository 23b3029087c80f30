"""Compiled loops: what medoids take at given prices."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.clustering.bounds.sparse import NearOracle, WholeOracle
from geo_partnerships.clustering.guides import Bounds
from geo_partnerships.clustering.kernels.lagrangian import packed
from geo_partnerships.clustering.search.state import State
from geo_partnerships.clustering.space import Space
from tests.depth import examples


@given(st.integers(0, 10_000))
@settings(max_examples=examples(20), deadline=None)
def test_medoids_take_whole_items_as_well_as_trial_of_all(seed: int) -> None:
    """The worth of a medoid that takes whole items is that of the best of all choices, and what it takes fits."""
    random = np.random.default_rng(seed)
    n = int(random.integers(2, 9))
    cost = random.uniform(0, 50, (n, n))
    np.fill_diagonal(cost, 0)
    loads = random.integers(0, 6, n)
    prices = random.uniform(-5, 60, n)
    high = int(random.integers(loads.max(), 15))
    for j in range(n):
        others = [i for i in range(n) if i != j]
        choices = [[*some, j] for size in range(n) for some in itertools.combinations(others, size)]
        least = min((cost[c, j] - prices[c]).sum() for c in choices if loads[c].sum() <= high)
        taken = np.zeros(n)

        worth = packed(cost, np.zeros((1, 2)), loads, prices, high, np.array([j]), taken, True)[0]

        assert np.isclose(worth, least)
        assert np.isclose((taken * (cost[:, j] - prices)).sum(), least)
        assert loads @ taken <= high


@given(st.integers(0, 10_000))
@settings(max_examples=examples(12), deadline=None)
def test_whole_items_raise_the_floor_and_keep_it_under_every_plan(seed: int) -> None:
    """At any prices, the floor from whole items is no lower than the one from shares, nor above a plan's cost."""
    random = np.random.default_rng(seed)
    n, k = 14, 4
    cost = random.uniform(1, 50, (n, n))
    np.fill_diagonal(cost, 0)
    loads = random.integers(1, 6, n)
    label = random.permutation(np.arange(n) % k)
    high = float(np.bincount(label, weights=loads).max())
    bounds = Bounds((k, k), 0.0, high, loads.astype(np.float64))
    space = Space.of(cost, n)
    prices = random.uniform(0, 40, n)

    shares = NearOracle(space, bounds, np.ones(n)).proven(prices)
    whole = WholeOracle(space, bounds, np.ones(n)).proven(prices)

    assert WholeOracle.suits(bounds)
    assert shares <= whole + 1e-9
    assert whole <= State(space, bounds, label, k).cost + 1e-9
