"""A small problem with preferred rules is solved to its proof: where a solver ended early, it must be asked again."""

from __future__ import annotations

import numpy as np

from geo_partnerships.clustering import ClusterProblem, Count, Effort, Guarantee, MustLink, Size, cluster

POINTS = np.array([
    (1456.0, 0.0), (2004.0, 1345.0), (0.0, 1019.0), (744.0, 2111.0), (424.0, 0.0), (0.0, 0.0), (0.0, 1039.0),
    (0.0, 1024.0), (193.0, 1232.0),
])  # fmt: skip


def test_nine_items_and_two_wishes_are_proved() -> None:
    """HiGHS once called a first plan of 3,934 m optimal while its own bound lay far below."""
    cost = np.hypot(*(POINTS[:, None, :] - POINTS[None, :, :]).transpose(2, 0, 1))
    guarantees = [Guarantee(3, (0, 1), binding=False, weight=700.0), Guarantee(8, (0,), binding=False, weight=700.0)]
    problem = ClusterProblem(cost, (Count(2, 3), Size(1, 9), *guarantees))
    solved = cluster(problem, method="exact", seed=2015, effort=Effort(seconds=60.0))
    assert solved.proven
    assert round(solved.objective, 2) == 3825.01
    assert solved.lower_bound == solved.objective


def test_a_wish_of_no_price_leaves_the_best_plan_as_it_is() -> None:
    """HiGHS, given a plan of 1,644 m to begin from, once told it as one of 1,405 m and looked no further."""
    places = {0: (939.0, 1029.0), 1: (0.0, 2043.0), 3: (705.0, 0.0), 6: (0.0, 2282.0)}
    points = np.array([places.get(item, (0.0, 0.0)) for item in range(9)])
    cost = np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
    guarantee = MustLink((0, 1), binding=False, weight=0.0)
    guarantee = Guarantee(0, (1,), binding=False, weight=700.0)
    solved = cluster(ClusterProblem(cost, (Count(2, 3), Size(1, 9), guarantee, guarantee)), seed=2015)
    assert solved.proven
    assert round(solved.objective, 2) == 1621.00
