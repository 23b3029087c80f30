"""No more pairs parted than a number: the best clustering within the limit is found, proved, and told from none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from benchmarks.random_problems import best
from geo_partnerships.clustering import (
    Allowed,
    ClusterProblem,
    Count,
    Guarantee,
    Infeasible,
    Leaders,
    PairRewards,
    PartedAtMost,
    ProblemError,
    Size,
    cluster,
)
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate


def drawn(seed: int, n: int, k: int, most: int, *more) -> ClusterProblem:
    """Points anywhere, and pairs of which half are near; number and sizes are given."""
    random = np.random.default_rng(seed)
    points = random.uniform(0, 5_000, (n, 2))
    cost = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    near = [(i, int(np.argsort(cost[i])[random.integers(1, 4)])) for i in range(0, n, 2)]
    far = [tuple(random.choice(n, 2, replace=False).tolist()) for _ in range(n // 2)]
    rules = (Count(k, k), Size(2, max(3, 2 * n // k)), *more)
    return ClusterProblem(cost, (*rules, PartedAtMost(tuple(near + far), most)))


@pytest.mark.parametrize("seed", range(6))
def test_a_few_items_are_clustered_as_trying_everything_does(seed: int) -> None:
    for most in (1, 2, 4):
        problem = drawn(seed, 7, 3, most, Leaders((0, 1), lacking=1), Guarantee(2, (3, 4)))
        wanted = best(problem)
        if wanted is None:
            with pytest.raises(Infeasible):
                cluster(problem)
            continue
        found = cluster(problem)
        assert found.proven
        assert found.objective == pytest.approx(wanted.objective)


def modelled(problem: ClusterProblem, k: int, pairs, most: int) -> float:
    """Solve a model written here, with another library: memberships, medoids, and who is parted under each medoid."""
    n = problem.n
    size = next(rule for rule in problem.rules if isinstance(rule, Size))
    width = n * n + len(pairs) * n
    costs = np.concatenate([problem.cost.ravel(), np.zeros(len(pairs) * n)])
    rows, lower, upper = [], [], []

    def row(entries, low, high):
        line = np.zeros(width)
        for place, value in entries:
            line[place] += value
        rows.append(line)
        lower.append(low)
        upper.append(high)

    for i in range(n):
        row([(i * n + j, 1) for j in range(n)], 1, 1)
        for j in range(n):
            row([(i * n + j, 1), (j * n + j, -1)], -np.inf, 0)
    for j in range(n):
        row([*[(i * n + j, 1) for i in range(n)], (j * n + j, -size.minimum)], 0, np.inf)
        row([*[(i * n + j, 1) for i in range(n)], (j * n + j, -size.maximum)], -np.inf, 0)
    row([(j * n + j, 1) for j in range(n)], k, k)
    for at, (a, b) in enumerate(pairs):
        for j in range(n):
            row([(n * n + at * n + j, 1), (a * n + j, -1), (b * n + j, 1)], 0, np.inf)
    row([(n * n + place, 1) for place in range(len(pairs) * n)], -np.inf, most)
    whole = np.concatenate([np.ones(n * n), np.zeros(len(pairs) * n)])
    found = milp(
        costs, integrality=whole, bounds=Bounds(0, 1), constraints=LinearConstraint(np.array(rows), lower, upper)
    )
    return float(found.fun) if found.success else np.inf


@pytest.mark.parametrize(("seed", "most"), [(0, 6), (1, 8), (2, 20)])
def test_more_items_are_clustered_as_an_independent_model_does(seed: int, most: int) -> None:
    problem = drawn(seed, 16, 4, most)
    pairs = problem.rules[-1].pairs
    found = cluster(problem)
    assert found.proven
    assert found.objective == pytest.approx(modelled(problem, 4, pairs, most))


def test_the_fewest_that_can_be_parted_is_proved_and_one_fewer_is_impossible() -> None:
    problem = drawn(3, 12, 3, 0)
    *rules, limit = problem.rules
    counted = ClusterProblem(np.zeros_like(problem.cost), (*rules, PairRewards(limit.pairs, weight=1.0)))
    least = cluster(counted)
    assert least.proven
    fewest = round(least.objective)
    held = cluster(replace(problem, rules=(*rules, replace(limit, most=fewest))))
    assert held.proven
    assert not evaluate(compile_problem(replace(problem, rules=(limit,))), held.members).violations
    with pytest.raises(Infeasible):
        cluster(replace(problem, rules=(*rules, replace(limit, most=fewest - 1))))


def test_pairs_alone_are_proved_where_nobody_may_be_far_from_the_medoid() -> None:
    problem = drawn(5, 40, 5, 0)
    *rules, limit = problem.rules
    near = Allowed(problem.cost <= np.quantile(problem.cost, 0.4))
    counted = ClusterProblem(np.zeros_like(problem.cost), (*rules, near, PairRewards(limit.pairs, weight=1.0)))
    assert cluster(counted).proven


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        (PartedAtMost(((0, 1),), -1), "at least 0"),
        (PartedAtMost(((1, 1),), 0), "not paired with itself"),
        (PartedAtMost(((0, 9),), 0), "item 9 is not one"),
        (PartedAtMost(((0, 1),), 0, binding=False), "always binding"),
        (Leaders((0,), binding=False, lacking=1), "lacking is for a binding rule"),
        (Leaders((0,), lacking=-1), "at least 0"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(rule, fault) -> None:
    with pytest.raises(ProblemError, match=fault):
        ClusterProblem(np.zeros((3, 3)), (rule,))
