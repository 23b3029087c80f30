"""Few clusters within sizes: sizes are kept, as cheaply as can be, under a floor that is one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.clustering import ClusterProblem, Count, Infeasible, MustLink, Size, cluster
from geo_partnerships.clustering.exact.given_medoids import assign
from geo_partnerships.clustering.run import Run
from geo_partnerships.clustering.search.few_sized import is_few_sized, solve_few_sized

MANY = 1_050


@pytest.fixture(scope="module")
def many() -> ClusterProblem:
    """Points about three centres of very different size, in three clusters of much the same size."""
    draw = np.random.default_rng(2)
    homes = np.repeat(np.arange(3), (700, 250, 100))
    points = draw.uniform(0, 10_000, (3, 2))[homes] + draw.normal(0, 900, (MANY, 2))
    return ClusterProblem.from_points(points, (Count(3, 3), Size(300, 400)))


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 3), st.integers(0, 1), st.lists(st.integers(0, 9), min_size=36, max_size=36))
def test_sizes_are_kept_and_the_floor_is_below_the_best(least: int, spare: int, entries: list[int]) -> None:
    cost = np.array(entries, dtype=float).reshape(6, 6)
    np.fill_diagonal(cost, 0.0)
    size = (least, 3 + spare)
    found = solve_few_sized(ClusterProblem(cost, (Count(2, 2), Size(*size))), Run())
    choices = [(np.array(pair), assign(cost, np.array(pair), size)) for pair in combinations(range(6), 2)]
    best = min(float(cost[np.arange(6), medoids[labels]].sum()) for medoids, labels in choices if labels is not None)
    assert all(size[0] <= len(items) <= size[1] for items in found.members)
    assert found.lower_bound <= best + 1e-6
    assert found.objective >= best


def test_a_thousand_points_are_near_the_floor(many: ClusterProblem) -> None:
    assert is_few_sized(many)
    found = cluster(many, method="bound")
    assert all(300 <= len(items) <= 400 for items in found.members)
    assert found.gap <= 0.1


def test_what_asks_for_more_is_no_such_problem(many: ClusterProblem) -> None:
    count, size = many.rules
    for rules in (
        (count,),
        (Count(2, 3), size),
        (count, Size(1, 2_000, weights=(1.0,) * MANY)),
        (count, size, MustLink((0, 1))),
        (Count(200, 200), Size(1, 10)),
    ):
        assert not is_few_sized(ClusterProblem(many.cost, rules))


def test_sizes_that_cannot_be_kept_are_named(many: ClusterProblem) -> None:
    with pytest.raises(Infeasible, match=r"400 = 1,?200"):
        cluster(ClusterProblem(many.cost, (Count(3, 3), Size(400, 500))))


def test_a_cancelled_run_gives_what_it_has_within_sizes(many: ClusterProblem) -> None:
    found = cluster(many, cancelled=iter([*[False] * 6, *[True] * 10_000]).__next__)
    assert all(300 <= len(items) <= 400 for items in found.members)
    assert not found.repeatable
