"""Long before the proof there is a plan that keeps every binding rule, with an honest gap."""

from __future__ import annotations

import math

import numpy as np
import pytest

from geo_partnerships.clustering import (
    Balance,
    CannotLink,
    Clustering,
    ClusterProblem,
    Count,
    Guarantee,
    Leaders,
    MustLink,
    Pinned,
    Progress,
    Size,
    cluster,
)
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate

N, K = 76, 9


@pytest.fixture(scope="module")
def problem() -> ClusterProblem:
    """Some points with a survey, links, pins, few leaders and a balance."""
    random = np.random.default_rng(5)
    points = random.uniform(0, 10_000, (N, 2))
    cost = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    near = np.argsort(cost, axis=1)
    items = random.permutation(N).tolist()
    rules = [
        Count(K, K),
        Size(4, 12),
        Leaders(tuple(items[:6]), binding=False),
        Balance(tuple(items[: N // 3]), 1, 5),
        CannotLink((items[41], int(near[items[41], 1]))),
        *(MustLink((item, int(near[item, 3]))) for item in items[42:45]),
        *(Pinned((item,), number) for number, item in enumerate(items[46:48])),
    ]
    for item in items[48:70]:
        named = random.choice(near[item, 1:25], 2, replace=False).tolist()
        rules.append(Guarantee(item, tuple(named), binding=len(rules) % 4 > 0, weight=900.0))
    return ClusterProblem(cost, tuple(rules))


@pytest.fixture(scope="module")
def proved(problem: ClusterProblem) -> tuple[Clustering, list[Progress]]:
    """The best plan, and what was reported on the way."""
    reports: list[Progress] = []
    return cluster(problem, progress=reports.append), reports


def stopped_early(problem: ClusterProblem) -> tuple[Clustering, Progress]:
    """Cancel as soon as there is a plan; return the answer and the report that came first."""
    reports: list[Progress] = []

    def take(report: Progress) -> None:
        if math.isfinite(report.objective):
            reports.append(report)

    return cluster(problem, progress=take, cancelled=lambda: bool(reports)), reports[0]


def test_a_plan_with_its_gap_comes_before_the_proof(proved: tuple[Clustering, list[Progress]]) -> None:
    """What is reported first is a plan near the best one, above a floor that holds."""
    best, reports = proved
    first = next(report for report in reports if math.isfinite(report.objective))
    assert first.phase == "first plan"
    assert best.proven
    assert first.lower_bound <= best.objective <= first.objective * (1 + 1e-9)
    assert first.objective - first.lower_bound < 0.1 * first.objective


def test_who_cancels_at_the_first_plan_gets_it(
    problem: ClusterProblem, proved: tuple[Clustering, list[Progress]]
) -> None:
    """It keeps every binding rule, its floor holds, and it says that it was stopped."""
    best, _ = proved

    found, first = stopped_early(problem)

    assert found.stopped
    assert not found.repeatable
    assert not found.proven
    assert best.objective <= found.objective <= first.objective * (1 + 1e-9)
    assert first.lower_bound <= found.lower_bound * (1 + 1e-9)
    assert found.lower_bound <= best.objective
    assert not evaluate(compile_problem(problem), found.members).broken


def test_the_first_plan_is_the_same_each_time(problem: ClusterProblem) -> None:
    """Nothing of it depends on the clock."""
    assert stopped_early(problem)[1] == stopped_early(problem)[1]


def test_no_report_has_a_floor_above_the_best_plan(proved: tuple[Clustering, list[Progress]]) -> None:
    """Floors of parts of the problem are not told as floors of the whole, and each plan is above the last floor."""
    best, reports = proved
    for report in reports:
        assert report.lower_bound <= best.objective * (1 + 1e-6)
        assert report.objective >= best.objective * (1 - 1e-6)
