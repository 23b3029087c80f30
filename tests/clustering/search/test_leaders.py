"""Leaders come before distance in a search too, and what that takes is not dearer than it need be."""

from __future__ import annotations

import math

import numpy as np
import pytest

from geo_partnerships.clustering import (
    Clustering,
    ClusterProblem,
    Count,
    Effort,
    Guarantee,
    Leaders,
    Rule,
    Size,
    cluster,
)
from geo_partnerships.clustering.search.leaders import spread_leaders

APART = 1000.0


def towns(sizes: list[int], leaders: list[int], k: int, most: int, *more: Rule) -> ClusterProblem:
    """Towns a long way from each other, each at one point, with so many leaders in each."""
    points, led = [], []
    for number, (size, leading) in enumerate(zip(sizes, leaders, strict=True)):
        led += range(len(points), len(points) + leading)
        points += [(APART * number, 0.0)] * size
    rules = (Count(k, k), Size(2, most), Leaders(tuple(led), binding=False), *more)
    return ClusterProblem.from_points(np.array(points), rules)


def leaderless(problem: ClusterProblem, found: Clustering) -> int:
    (rule,) = (rule for rule in problem.rules if isinstance(rule, Leaders))
    return sum(set(rule.items).isdisjoint(items) for items in found.members)


def even(first: int, last: int, parts: int) -> list[list[int]]:
    """Items in clusters of nearly the same size, dealt out one by one."""
    return [list(range(first + part, last, parts)) for part in range(parts)]


def test_a_leader_in_every_cluster_where_the_first_plan_leaves_a_town_without() -> None:
    problem = towns([120, 120], [20, 0], 20, 20)
    found = cluster(problem, method="search", effort=Effort(rounds=1))
    assert leaderless(problem, found) == 0
    assert found.fewest_leaderless == (0,)
    assert found.objective <= 12 * APART
    assert found.lower_bound <= 7 * APART
    assert not found.proven


def test_the_fewest_items_from_afar_are_proved_where_items_share_two_points() -> None:
    problem = towns([120, 120], [20, 0], 20, 20)
    found = cluster(problem)
    assert leaderless(problem, found) == 0
    assert found.objective == 7 * APART
    assert found.proven


@pytest.mark.parametrize("clusters", [8, 10, 12])
def test_fewer_clusters_stand_where_every_leader_comes_from_afar(clusters: int) -> None:
    """Seven hold 120 and a leader each; six have no room for the leaders."""
    problem = towns([120, 120], [20, 0], 20, 20)
    found = spread_leaders(problem, [*even(0, 120, 20 - clusters), *even(120, 240, clusters)])
    assert found is not None
    assert not found.broken
    assert found.missing == (0,)
    assert found.objective == 7 * APART


def test_a_plan_with_more_leaderless_clusters_than_ruled_out_is_not_proven_and_has_no_gap() -> None:
    """The two leaders must be together, which counting them does not see."""
    problem = towns([120, 120], [2, 0], 20, 20, Guarantee(0, (1,)))
    found = cluster(problem, effort=Effort(rounds=1))
    assert leaderless(problem, found) == 19
    assert found.fewest_leaderless == (18,)
    assert found.objective == found.lower_bound == 0
    assert found.gap == math.inf
    assert not found.proven


def test_a_proven_plan_says_how_few_clusters_must_do_without_a_leader() -> None:
    cost = np.abs(np.subtract.outer(np.arange(6.0), np.arange(6.0)))
    found = cluster(ClusterProblem(cost, (Count(3, 3), Leaders((0, 1), binding=False), Guarantee(0, (1,)))))
    assert found.proven
    assert found.fewest_leaderless == (2,)
    assert found.gap == 0
