"""A relaxation that is solved on a few arcs is that of all; prices of the rows of any rules are a floor under it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.clustering import (
    Balance,
    CannotLink,
    ClusterProblem,
    Count,
    Guarantee,
    Leaders,
    MustLink,
    Pinned,
    Size,
)
from geo_partnerships.clustering.bounds.lagrangian import open_medoids
from geo_partnerships.clustering.bounds.linear_relaxation import RowOracle, sift
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.models.assignment_model import MedoidModel, build_model
from geo_partnerships.clustering.models.highs import solve_linear
from tests.depth import examples

N = 24


def mixed(seed: int) -> MedoidModel:
    """Twenty-four points, a range of clusters, and rules of every kind, each of them binding or preferred by chance."""
    random = np.random.default_rng(seed)
    points = random.uniform(0, 10_000, (N, 2))
    items = random.permutation(N).tolist()

    def strength() -> dict[str, Any]:
        return {"binding": bool(random.random() < 0.3), "weight": float(random.uniform(100, 3_000))}

    rules = [
        Count(4, 5),
        Size(3, 8),
        Size(3, 14, tuple(random.integers(1, 3, N).tolist())),
        MustLink((items[0], items[1]), **strength()),
        MustLink((items[2], items[3])),
        CannotLink((items[4], items[5]), **strength()),
        Pinned((items[6], items[7]), "a"),
        Leaders(tuple(items[8:11]), **strength()),
        Balance(tuple(items[:12]), 1, 4, **strength()),
        Guarantee(items[12], (items[13], items[14]), **strength()),
    ]
    for item in items[15:22]:
        named = random.choice([i for i in range(N) if i != item], 2, replace=False).tolist()
        rules.append(Guarantee(item, tuple(named), **strength()))
    cost = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    return build_model(compile_problem(ClusterProblem(cost, tuple(rules))))


@given(st.integers(0, 10_000))
@settings(max_examples=examples(12), deadline=None)
def test_few_arcs_give_the_relaxation_of_all(seed: int) -> None:
    """The same value, or no solution either way; no column that was left out would have lowered it."""
    built = mixed(seed)
    expected = solve_linear(built.model)

    found = sift(built)

    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert found.linear is not None
        assert found.linear.value == pytest.approx(expected.value, rel=1e-7)
        assert found.linear.reduced[found.place < 0].min(initial=0.0) > -1e-6


@given(st.integers(0, 10_000))
@settings(max_examples=examples(12), deadline=None)
def test_prices_of_all_rules_are_a_floor(seed: int) -> None:
    """Whatever the rows of the rules are priced at, within their limits, the relaxation is not below."""
    built = mixed(seed)
    linear = solve_linear(built.model)
    oracle = RowOracle(built)
    random = np.random.default_rng(seed)
    prices = oracle.clip(oracle.first_prices() + random.normal(0, 200, oracle.memberships.size))

    reduced_values = oracle.reduced_values(prices)

    opened, _, _ = open_medoids(oracle.count, reduced_values)
    floor = float(oracle.memberships @ prices + reduced_values[opened].sum()) + oracle.beyond
    assert linear is None or floor <= linear.value * (1 + 1e-9)


def test_medoids_are_rounded_within_number() -> None:
    """As many medoids are open as there may be clusters, and each could be opened."""
    built = mixed(4)
    found = sift(built)
    assert found is not None

    medoids = found.medoids()

    assert medoids is not None
    assert 4 <= medoids.size <= 5
