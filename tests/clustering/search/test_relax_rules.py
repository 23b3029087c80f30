"""A problem is made easier for the search, and no plan of the whole is lost."""

from __future__ import annotations

import numpy as np
import pytest

from geo_partnerships.clustering import (
    ClusterProblem,
    Count,
    Guarantee,
    Leaders,
    MustLink,
    Pinned,
    SecondMembership,
    Size,
    cluster,
)
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.search.relax_rules import relax_rules


def test_what_a_search_knows_is_kept_by_every_plan() -> None:
    """One rule of each kind that suits; sizes as wide as any cluster's; items of two clusters there twice."""
    rules = (
        Count(2, 2),
        Size(3, 4),
        Leaders((0, 2), binding=False),
        Guarantee(1, (0, 3)),
        Guarantee(0, (1,)),
        Guarantee(1, (2,)),
        MustLink((1, 3)),
        Pinned((2,), "north", 2, 5),
        SecondMembership(0),
    )
    relaxed = relax_rules(compile_problem(ClusterProblem(1.0 - np.eye(5), rules)))
    assert relaxed.problem.rules == (
        Count(2, 2),
        Size(2, 5),
        Leaders((0, 5, 2), binding=False),
        Guarantee(1, (0, 5, 3)),
    )
    assert relaxed.problem.n == 6
    assert relaxed.problem.cost[5].tolist() == [0.0, 1.0, 1.0, 1.0, 1.0, 0.0]
    assert relaxed.originals((0, 3, 5)) == (0, 3)


def test_a_second_membership_that_need_not_be_helps_nothing_that_is_kept() -> None:
    room = SecondMembership(0, binding=False, weight=5.0)
    rules = (Size(3, 4), Leaders((0, 2)), Guarantee(1, (0,)), Guarantee(2, (3,)), room)
    relaxed = relax_rules(compile_problem(ClusterProblem(1.0 - np.eye(5), rules)))
    assert relaxed.problem.rules == (Size(2, 4), Guarantee(2, (3,)))
    assert relaxed.problem.n == 5


@pytest.mark.parametrize("room", [SecondMembership(0), SecondMembership(0, binding=False, weight=90.0)])
@pytest.mark.parametrize("seed", range(6))
def test_the_easier_problem_never_costs_more(seed: int, room: SecondMembership) -> None:
    """Also where a second membership fills a cluster, and a pinned cluster may be smaller than others."""
    random = np.random.default_rng(seed)
    points = random.uniform(0, 1000, (13, 2))
    cost = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    a, (b, c, d, e) = 0, (1 + random.choice(12, 4, replace=False)).tolist()
    rules = (Count(4, 4), Size(3, 4), room, Pinned((b,), "small", 1, 2), Guarantee(a, (c,)))
    problem = ClusterProblem(cost, (*rules, MustLink((d, e)), Guarantee(d, (a, b))))
    whole = cluster(problem)
    assert whole.proven
    assert cluster(relax_rules(compile_problem(problem)).problem).objective <= whole.objective + 1e-6
