"""Floors are floors, bands lose nothing, and the search keeps what it promises."""

from __future__ import annotations

import math

import numpy as np
import pytest

from geo_partnerships.clustering import (
    CannotLink,
    ClusterProblem,
    Count,
    Effort,
    Guarantee,
    Leaders,
    MustLink,
    Progress,
    Size,
    Stopped,
    cluster,
)
from geo_partnerships.clustering.bounds.lagrangian import DenseOracle, finish, relax, subgradient_ascent
from geo_partnerships.clustering.bounds.sparse import NearOracle
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.clustering.models.assignment_model import build_model
from geo_partnerships.clustering.models.highs import solve
from geo_partnerships.clustering.search.moves import bounds_of
from geo_partnerships.clustering.space import Space


def survey(seed: int, n: int) -> ClusterProblem:
    random = np.random.default_rng(seed)
    points = random.uniform(0, 5000, (n, 2))
    cost = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=-1))
    k = n // 6
    rules = [Count(k, k + 1), Size(3, 9), MustLink((0, 1)), CannotLink((2, 3, 4))]
    for item in random.choice(n, n // 3, replace=False):
        others = [int(other) for other in random.choice(n, 3, replace=False) if other != item]
        rules.append(Guarantee(int(item), tuple(others)))
    return ClusterProblem(cost, tuple(rules))


@pytest.mark.parametrize("seed", range(6))
def test_bands_give_what_the_whole_model_gives(seed: int) -> None:
    problem = survey(seed, 22 + 3 * seed)
    built = build_model(compile_problem(problem))
    whole = solve(built.model, effort=Effort(), seed=0)
    found = cluster(problem)
    assert whole.values is not None
    assert found.proven
    assert found.objective == pytest.approx(float(np.concatenate(built.model.costs) @ whole.values))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("sizes", [Size(3, 8), Size(0, math.inf), "weights"])
def test_floor_and_rises_never_exceed_the_truth(seed: int, sizes: Size | str) -> None:
    random = np.random.default_rng(seed)
    n = 24
    points = random.integers(0, 30, (n, 2)).astype(float)
    cost = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=-1))
    if isinstance(sizes, str):
        sizes = Size(20, 70, tuple(random.integers(1, 20, n).astype(float)))
    problem = ClusterProblem(cost, (Count(4, 5), sizes, MustLink((0, 1))))
    best = cluster(problem)
    assert best.proven
    compiled = compile_problem(problem)
    kept = relax(compiled)
    dual = finish(kept, subgradient_ascent(DenseOracle(kept), iterations=60, target=best.objective).prices)
    assert dual.bound <= best.objective + 1e-6
    gap = best.objective - dual.bound + 1e-6
    for medoid, items in zip(best.medoids, best.members, strict=True):
        assert (dual.reduced_cost[medoid, compiled.group_of[list(items)]] <= gap).all()
    closed = [j for j in range(n) if j not in best.medoids]
    assert (dual.closing[closed] <= gap).all()


def test_a_second_ring_of_far_named_items_is_not_lost_to_a_candidate_list() -> None:
    points = np.concatenate([np.linspace(0, 100, 20), np.linspace(90_000, 90_100, 20)])
    cost = np.abs(points[:, None] - points[None])
    rules = (Count(5, 5), Size(5, 12), Guarantee(0, (39,)))
    found = cluster(ClusterProblem(cost, rules))
    assert found.proven
    assert found.labels[0] == found.labels[39]


@pytest.fixture(scope="module")
def many() -> ClusterProblem:
    points = np.random.default_rng(5).uniform(0, 12_000, (216, 2))
    points[100:110] = points[90:100]
    return ClusterProblem.from_points(points, (Count(27, 27), Size(4, 12)))


def test_hundreds_of_points_are_proved_by_search_cuts_and_arcs_and_repeat(many: ClusterProblem) -> None:
    seen: list[Progress] = []
    found = cluster(many, seed=4, progress=seen.append)
    assert found.proven
    assert all(4 <= len(items) <= 12 for items in found.members)
    assert found.lower_bound <= found.objective
    assert [step.phase for step in seen][:2] == ["search", "search"]
    assert cluster(many, seed=4).members == found.members


def test_no_steps_at_all_are_one(many: ClusterProblem) -> None:
    found = cluster(many, method="search", effort=Effort(iterations=0, neighbourhoods=0))
    assert 0 < found.lower_bound <= found.objective


def test_search_over_points_never_holds_the_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo_partnerships.clustering.problem.MATRIX_ITEMS", 200)
    points = np.random.default_rng(6).uniform(0, 15_000, (240, 2))
    problem = ClusterProblem.from_points(points, (Count(30, 30), Size(4, 12)))
    found = cluster(problem, effort=Effort(neighbourhoods=5))
    assert not isinstance(problem.cost, np.ndarray)
    assert found.gap < 0.02
    assert sorted(item for items in found.members for item in items) == list(range(240))
    direct = [problem.cost[list(items), m].sum() for items, m in zip(found.members, found.medoids, strict=True)]
    assert found.objective == pytest.approx(sum(direct))


def test_search_keeps_guarantees_and_leaders(many: ClusterProblem) -> None:
    random = np.random.default_rng(8)
    nearest = np.argsort(many.cost, axis=1, kind="stable")
    guarantees = [
        Guarantee(int(item), tuple(int(other) for other in nearest[item, 2:9:3] if other != item))
        for item in random.choice(216, 54, replace=False)
    ]
    leaders = Leaders(tuple(range(0, 216, 3)), binding=False)
    problem = ClusterProblem(many.cost, (*many.rules, *guarantees, leaders))
    found = cluster(problem, method="search", effort=Effort(neighbourhoods=10))
    judged = evaluate(compile_problem(problem), found.members)
    assert not judged.broken
    assert judged.missing[0] <= 2
    assert found.lower_bound <= found.objective


def test_a_cancelled_run_returns_its_best_and_says_so(many: ClusterProblem) -> None:
    found = cluster(many, cancelled=lambda: True)
    assert found.stopped
    assert found.lower_bound <= found.objective


def test_a_clock_makes_the_answer_unrepeatable_and_it_says_so(many: ClusterProblem) -> None:
    assert not cluster(many, effort=Effort(seconds=0.0)).repeatable
    assert cluster(many, method="bound").repeatable


def test_rough_search_of_a_small_problem_is_honest() -> None:
    problem = survey(3, 40)
    rough, best = cluster(problem, method="search"), cluster(problem)
    assert rough.lower_bound <= best.objective <= rough.objective + 1e-9


def test_cancelling_before_anything_is_found_is_said() -> None:
    with pytest.raises(Stopped):
        cluster(survey(1, 60), cancelled=lambda: True)


def test_items_without_a_load_find_room_beside_a_full_cluster() -> None:
    """A floor lets a full medoid have those around it who need no room there."""
    star = np.array([[0, 0], [10, 0], [0, 10], [-10, 0], [0, -10]])
    points = np.concatenate([star + np.array(corner) for corner in ((0, 0), (200, 0), (0, 300))]).astype(float)
    cost = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    problem = ClusterProblem(cost, (Count(3, 3), Size(0, 4, (4.0, 0.0, 0.0, 0.0, 0.0) * 3)))
    assert cluster(problem, method="exact").objective == pytest.approx(120.0)
    compiled = compile_problem(problem)
    near = NearOracle(Space.of(compiled.cost, 15), bounds_of(compiled), np.ones(15))
    for oracle in (near, DenseOracle(relax(compiled))):
        prices = subgradient_ascent(oracle, iterations=200, target=150.0).prices
        assert near.proven(prices) <= 120 + 1e-6
        assert finish(relax(compiled), prices).bound <= 120 + 1e-6
