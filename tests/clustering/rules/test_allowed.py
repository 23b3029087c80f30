"""A mask says which items may be under which medoids: every method keeps it, and says whom it leaves out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.random_problems import partitions
from geo_partnerships.clustering import (
    Allowed,
    ClusterProblem,
    Count,
    Guarantee,
    Infeasible,
    Leaders,
    MustLink,
    ProblemError,
    Size,
    cluster,
)
from geo_partnerships.clustering.run import Run
from geo_partnerships.clustering.search.repair import solve_by_repair

LINE = np.abs(np.subtract.outer(np.arange(6.0), np.arange(6.0)))


def plain_best(cost: np.ndarray, allowed: np.ndarray, sizes: tuple[int, int], number: int) -> float:
    """Try every clustering in plain loops; infinite where none keeps the mask."""
    best = math.inf
    for parts in partitions(cost.shape[0]):
        if len(parts) != number or any(not sizes[0] <= len(part) <= sizes[1] for part in parts):
            continue
        total = 0.0
        for part in parts:
            ways = [sum(cost[i, j] for i in part) for j in part if all(allowed[i, j] for i in part)]
            total += min(ways, default=math.inf)
        best = min(best, total)
    return best


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data(), n=st.integers(4, 8), share=st.integers(1, 9), number=st.integers(1, 3))
def test_the_best_clustering_of_allowed_pairs_is_found_and_proved(data, n, share, number) -> None:
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    points = random.integers(0, 40, (n, 2)).astype(float)
    cost = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=-1))
    allowed = (random.random((n, n)) < share / 10) | np.eye(n, dtype=bool)
    sizes = (1, n) if data.draw(st.booleans()) else (2, n - 1)
    problem = ClusterProblem(cost, (Count(number, number), Size(*sizes), Allowed(allowed)))
    best = plain_best(cost, allowed, sizes, number)
    if math.isinf(best):
        with pytest.raises(Infeasible):
            cluster(problem)
        return
    for method in ("exact", "search", "bound"):
        found = cluster(problem, method=method)
        assert all(allowed[i, j] for j, items in zip(found.medoids, found.members, strict=True) for i in items)
        assert found.lower_bound <= best + 1e-6
    exact = cluster(problem)
    assert exact.proven
    assert exact.objective == pytest.approx(best)


def test_several_masks_bar_what_any_of_them_bars() -> None:
    near, left = Allowed(LINE < 3, name="near"), LINE < 9
    left[3:, :3] = left[:3, 3:] = False
    found = cluster(ClusterProblem(LINE, (Count(2, 2), near, Allowed(left, name="side"))))
    assert found.members == ((0, 1, 2), (3, 4, 5))


def test_a_preferred_mask_is_paid_for_each_item_where_it_is_broken() -> None:
    rule = Allowed(LINE < 2, binding=False, weight=10.0)
    found = cluster(ClusterProblem(LINE, (Count(1, 1), rule)))
    assert found.objective == 9 + 10 * 3
    assert found.violations[0].amount == 3


def test_items_that_no_medoid_may_have_are_named() -> None:
    pairs = LINE < 9
    pairs[5, :5] = pairs[:5, 5] = False
    with pytest.raises(Infeasible, match="no cluster that 1 of 6 items may be in can be large enough") as caught:
        cluster(ClusterProblem(LINE, (Count(2, 2), Size(2, 4, name="sizes"), Allowed(pairs, name="mask"))))
    assert caught.value.items == (5,)
    assert caught.value.rules == ("mask", "sizes")
    assert caught.value.proved


def test_too_many_items_that_share_no_medoid_are_named() -> None:
    with pytest.raises(Infeasible, match="no two of 2 items may be in one cluster") as caught:
        cluster(ClusterProblem(LINE, (Count(1, 1, name="one"), Allowed(LINE < 2, name="mask"))))
    assert set(caught.value.rules) == {"one", "mask"}
    assert caught.value.items == (0, 5)


def test_a_mask_that_links_make_impossible_is_named_with_them() -> None:
    pairs = LINE < 9
    pairs[0] = pairs[:, 0] = False
    pairs[0, 0] = True
    with pytest.raises(Infeasible) as caught:
        cluster(ClusterProblem(LINE, (MustLink((0, 3), name="link"), Allowed(pairs, name="mask"))))
    assert set(caught.value.rules) == {"link", "mask"}


@pytest.mark.parametrize(
    ("pairs", "fault"),
    [(LINE < 9, None), (LINE, "true or false"), (LINE[:3] < 9, "of shape"), (LINE > 0, "its own medoid")],
)
def test_a_mask_of_another_kind_is_refused(pairs, fault) -> None:
    if fault is None:
        ClusterProblem(LINE, (Allowed(pairs),))
    else:
        with pytest.raises(ProblemError, match=fault):
            ClusterProblem(LINE, (Allowed(pairs),))


@pytest.mark.parametrize("ruled", [False, True])
def test_a_search_keeps_the_mask_among_many_items(ruled) -> None:
    random = np.random.default_rng(7)
    points = random.uniform(0, 100, (120, 2))
    cost = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=-1))
    side = points[:, 0] < 50
    more = (Guarantee(0, (5, 6, 7)), Leaders(tuple(range(0, 120, 9)), binding=False)) if ruled else ()
    problem = ClusterProblem(cost, (Count(12, 12), Size(6, 14), Allowed(side[:, None] == side[None]), *more))
    found = solve_by_repair(problem, Run())
    assert all(side[i] == side[j] for j, items in zip(found.medoids, found.members, strict=True) for i in items)
    assert 0 < found.lower_bound <= cluster(problem).objective <= found.objective
    assert found.gap < 0.1
