"""The least that the worst pair can be agrees with trying every clustering, and its floor is never above that."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.random_problems import partitions
from geo_partnerships.clustering import ClusterProblem, Count, Guarantee, Infeasible, Leaders, Size, cluster
from geo_partnerships.clustering.exact.least_worst import least_worst, worst_of
from geo_partnerships.clustering.search.leaders import unled

LINE = np.abs(np.subtract.outer(np.arange(6.0), np.arange(6.0)))


def tried(measure, sizes, number, leaders, missing, guarantee) -> float:
    """Try every clustering in plain loops."""
    best = math.inf
    for parts in partitions(measure.shape[0]):
        fits = len(parts) == number and all(sizes[0] <= len(part) <= sizes[1] for part in parts)
        alone = sum(leaders.isdisjoint(part) for part in parts)
        home = next(set(part) for part in parts if guarantee[0] in part)
        if fits and alone <= missing and home & set(guarantee[1]):
            best = min(best, max(min(max(measure[i, j] for i in part) for j in part) for part in parts))
    return best


@settings(max_examples=12, deadline=None, derandomize=True)
@given(n=st.integers(4, 7), number=st.integers(1, 3), seed=st.integers(0, 2**32))
def test_the_least_worst_pair_is_found_and_proved(n, number, seed) -> None:
    random = np.random.default_rng(seed)
    points = random.integers(0, 40, (n, 2)).astype(float)
    measure = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=-1))
    leaders, guarantee = {int(random.integers(n))}, (0, (1, n - 1))
    rules = (
        Count(number, number),
        Size(1, n - 1 if number > 1 else n),
        Leaders(tuple(leaders), binding=False),
        Guarantee(*guarantee),
    )
    problem = ClusterProblem(measure**2, rules)
    try:
        known = cluster(problem)
    except Infeasible:
        return
    missing = unled(problem, known.members)
    found = least_worst(problem, measure, known, missing=missing)
    best = tried(measure, (1, rules[1].maximum), number, leaders, missing[0], guarantee)
    assert found.value == pytest.approx(best)
    assert found.lower_bound == pytest.approx(best)


def test_leaders_that_are_not_held_may_be_given_up_for_the_worst_pair() -> None:
    rules = (Count(2, 2), Size(2, 4), Leaders((0, 1), binding=False))
    problem = ClusterProblem(LINE, rules)
    known = cluster(problem)
    held = least_worst(problem, LINE, known, missing=(0,))
    assert held.value > least_worst(problem, LINE, known).value == 1


def test_what_was_not_looked_at_leaves_an_interval() -> None:
    problem = ClusterProblem(LINE, (Count(1, 1),))
    known = cluster(problem)
    found = least_worst(problem, LINE + 2 * (LINE > 4), known, cancelled=lambda: True)
    assert found.lower_bound <= found.value == worst_of(LINE, known.medoids, known.members)
    assert found.timed or found.lower_bound == found.value
