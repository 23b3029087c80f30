"""A restricted master problem begins with the clusters that pairs form, and those close to them."""

from __future__ import annotations

import numpy as np
import pytest

from geo_partnerships.clustering import CannotLink, ClusterProblem, Count, Guarantee, PairRewards, Size
from geo_partnerships.clustering.bounds.initial_columns import initial_columns
from geo_partnerships.clustering.bounds.pricing import ColumnRules
from geo_partnerships.clustering.compiled import compile_problem

LINE = np.arange(9.0)
COST = np.abs(LINE[:, None] - LINE[None, :])
STARS = PairRewards(((0, 1), (1, 2), (3, 4), (4, 5)), weight=100)
"""Two groups of three stay together; the last three items are in no pair."""


def clusters(*rules) -> tuple[dict[tuple[int, ...], tuple[int, float]], ClusterProblem]:
    problem = ClusterProblem(cost=COST, rules=(Count(3, 3), Size(2, 4), *rules))
    compiled = compile_problem(problem)
    columns = initial_columns(compiled, ColumnRules.of(compiled))
    assert columns is not None
    rows = zip(columns.chosen, columns.medoids, columns.costs, strict=True)
    return {tuple(np.flatnonzero(chosen).tolist()): (int(j), float(cost)) for chosen, j, cost in rows}, problem


def test_a_group_is_there_as_it_is_without_one_with_one_other_and_with_one_exchanged() -> None:
    found, _ = clusters(STARS)
    assert {(0, 1, 2), (0, 1), (0, 1, 2, 6), (0, 1, 6), (3, 4, 5), (2, 3, 4, 5)} <= found.keys()
    assert all(2 <= len(items) <= 4 for items in found), "sizes are kept"
    assert found[0, 1, 2] == (1, 2.0)
    assert found[0, 1] == (0, 1.0 + 50.0), "half of the pair that it parts; the other half is paid by who has the rest"


@pytest.mark.parametrize(
    ("rule", "kept", "lost"),
    [
        (Guarantee(2, (3,)), (0, 1), (0, 1, 2)),
        (CannotLink((0, 2)), (0, 1), (0, 1, 2)),
    ],
)
def test_a_column_that_breaks_a_binding_rule_is_left_out(rule, kept, lost) -> None:
    found, _ = clusters(STARS, rule)
    assert kept in found
    assert lost not in found


def test_without_pairs_there_is_none() -> None:
    compiled = compile_problem(ClusterProblem(cost=COST, rules=(Count(3, 3), Size(2, 4))))
    assert initial_columns(compiled, ColumnRules.of(compiled)) is None


def test_items_connected_beyond_the_size_of_a_cluster_are_no_group() -> None:
    chain = PairRewards(tuple((i, i + 1) for i in range(8)), weight=1)
    compiled = compile_problem(ClusterProblem(cost=COST, rules=(Count(3, 3), Size(2, 4), chain)))
    assert initial_columns(compiled, ColumnRules.of(compiled)) is None
