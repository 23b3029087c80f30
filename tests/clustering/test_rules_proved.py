"""A small problem with preferred rules is solved to its proof: where a solver ended early, it must be asked again."""

from __future__ import annotations

import numpy as np

from geo_partnerships.clustering import ClusterProblem, Count, Effort, Guarantee, Size, cluster

POINTS = np.array([
    (1456.0, 0.0), (2004.0, 1345.0), (0.0, 1019.0), (744.0, 2111.0), (424.0, 0.0), (0.0, 0.0), (0.0, 1039.0),
    (0.0, 1024.0), (193.0, 1232.0),
])  # fmt: skip


def test_nine_items_and_two_wishes_are_proved() -> None:
    """HiGHS once called a first plan of 3,934 m optimal while its own bound lay far below."""
    cost = np.hypot(*(POINTS[:, None, :] - POINTS[None, :, :]).transpose(2, 0, 1))
    wishes = [Guarantee(3, (0, 1), binding=False, weight=700.0), Guarantee(8, (0,), binding=False, weight=700.0)]
    problem = ClusterProblem(cost, (Count(2, 3), Size(1, 9), *wishes))
    solved = cluster(problem, method="exact", seed=2015, effort=Effort(seconds=60.0))
    assert solved.proven
    assert round(solved.objective, 2) == 3825.01
    assert solved.lower_bound == solved.objective
