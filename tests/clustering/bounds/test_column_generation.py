"""Whole clusters give a floor that no plan is below, and say of every arc what it costs at least."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.clustering import (
    Balance,
    CannotLink,
    ClusterProblem,
    Count,
    Districts,
    Effort,
    Guarantee,
    Leaders,
    MustLink,
    Pinned,
    Size,
    cluster,
)
from geo_partnerships.clustering.bounds.column_generation import floor_by_columns
from geo_partnerships.clustering.bounds.pricing import is_columnar
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.exact import ruled as exactly
from geo_partnerships.clustering.exact.set_partitioning import choose_clusters
from geo_partnerships.clustering.models.assignment_model import build_model
from geo_partnerships.clustering.models.highs import solve, solve_linear
from tests.depth import examples

N, K = 20, 4


def mixed(seed: int) -> ClusterProblem:
    """Twenty points and most kinds of rules, drawn anew for every seed."""
    random = np.random.default_rng(seed)
    points = random.uniform(0, 10_000, (N, 2))
    cost = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    items = random.permutation(N).tolist()
    rules = [
        Count(K, K),
        Size(3, 8),
        MustLink((items[0], items[1])),
        CannotLink((items[2], items[3])),
        Pinned((items[4],), "a"),
        Pinned((items[5],), "b"),
        Leaders(tuple(items[6:9]), binding=False),
        Balance(tuple(items[:10]), 1, 4),
        Guarantee(items[9], (items[10], items[11])),
    ]
    for item in items[12:18]:
        named = tuple(int(other) for other in random.choice([i for i in range(N) if i != item], 3, replace=False))
        rules.append(Guarantee(item, named, binding=bool(random.random() < 0.7), weight=2_000.0))
    return ClusterProblem(cost, tuple(rules))


@pytest.mark.parametrize("seed", range(6))
def test_floor_and_rises_hold_for_a_best_plan(seed: int) -> None:
    """No best plan is cheaper than the floor, nor than the floor with the rise of any arc it uses."""
    compiled = compile_problem(mixed(seed))
    whole = build_model(compiled)
    whole.model.add_rows([(whole.missing_leaders[0][None, :], 1.0)], upper=1.0)
    best = solve(whole.model, effort=Effort(), seed=0)
    linear = solve_linear(whole.model)
    if best.values is None or linear is None:
        pytest.skip(f"the rules of seed {seed} cannot be kept together")

    reached = floor_by_columns(compiled, 1, linear.prices, late=lambda: False)
    floor, reduced_costs = reached.value, reached.reduced_costs()

    cost = float(np.concatenate(whole.model.costs) @ best.values)
    used = best.values[whole.x] > 0.5
    assert is_columnar(compiled)
    assert floor <= cost * (1 + 1e-9)
    assert floor >= linear.value * (1 - 1e-3), "whole clusters are as good a floor as single memberships"
    assert (floor + reduced_costs[used] <= cost * (1 + 1e-9)).all()
    listed = reached.within(cost - floor + 1.0, 1_000_000)
    assert listed is not None
    clusters = {tuple(np.flatnonzero(chosen)) for chosen in listed.chosen}
    for medoid in np.flatnonzero(used.any(axis=0)):
        assert tuple(np.flatnonzero(used[:, medoid])) in clusters, "no cluster of the best plan is left out"
    assert choose_clusters(reached, 1, effort=Effort(), seed=0).plan.objective == pytest.approx(cost, rel=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_the_same_plan_with_and_without_whole_clusters(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Looking at whole clusters finds the cost that single memberships find."""
    problem = mixed(seed)
    monkeypatch.setattr(exactly, "is_columnar", lambda _: False)
    plain = cluster(problem, method="exact")
    monkeypatch.undo()
    monkeypatch.setattr(exactly, "EXACT", replace(exactly.EXACT, loose=1))
    columns = cluster(problem, method="exact")

    assert plain.proven
    assert columns.proven
    assert columns.objective == pytest.approx(plain.objective, rel=1e-6)


@pytest.mark.parametrize("seed", range(30))
def test_clusters_that_are_listed_keep_those_apart_who_must_not_meet(seed: int) -> None:
    """However near two groups are, no listed cluster holds both where a rule keeps them apart."""
    random = np.random.default_rng(seed)
    n, k = 9, 3
    points = random.uniform(0, 1_000, (n, 2))
    points[:6] = points[0] + random.uniform(0, 30, (6, 2))
    a, b, c, d, e = random.permutation(6)[:5].tolist()
    rules = (Count(k, k), Size(1, 9), Pinned((a, b), "x"), Pinned((c,), "y"), CannotLink((d, e)))
    compiled = compile_problem(ClusterProblem.from_points(points, rules))
    linear = solve_linear(build_model(compiled).model)
    assert linear is not None

    floor = floor_by_columns(compiled, 0, linear.prices, late=lambda: False)

    for width in (0.001, 0.1, 1.0, 3.0):
        listed = floor.within(width * floor.value, 10_000)
        assert listed is not None
        for chosen in listed.chosen:
            items = {item for group in np.flatnonzero(chosen) for item in compiled.groups[group]}
            assert not ({a, b} & items and c in items)
            assert not {d, e} <= items


@given(seed=st.integers(0, 10_000), low=st.integers(1, 3), spare=st.integers(0, 4))
@settings(max_examples=examples(10), deadline=None)
def test_sizes_alone_by_whole_clusters(seed: int, low: int, spare: int) -> None:
    """The clusters listed about a floor hold a best plan, whatever prices the floor comes from."""
    random = np.random.default_rng(seed)
    n, k = 18, 3
    points = random.uniform(0, 1_000, (n, 2))
    problem = ClusterProblem.from_points(points, (Count(k, k), Size(low, n // k + spare)))
    compiled = compile_problem(problem)
    best = cluster(problem, method="exact")
    linear = solve_linear(build_model(compiled).model)
    assert linear is not None
    prices = linear.prices * random.uniform(0.8, 1.2, linear.prices.size)
    floor = floor_by_columns(compiled, 0, prices, late=lambda: bool(seed % 2))

    found = choose_clusters(floor, 0, effort=Effort(), seed=0)

    if found.stopped:
        assert found.bound <= best.objective * (1 + 1e-9)
        return
    assert found.plan is not None
    assert found.plan.objective == pytest.approx(best.objective, rel=1e-6)
    assert found.bound == pytest.approx(best.objective, rel=1e-5)


def test_rules_that_look_beyond_a_cluster_are_left_to_others() -> None:
    """Districts and sizes by pupils are not for whole clusters."""
    cost = np.abs(np.arange(12)[:, None] - np.arange(12)[None]).astype(float)

    def columnar(*rules: object) -> bool:
        return is_columnar(compile_problem(ClusterProblem(cost, (Count(3, 3), *rules))))  # type: ignore[arg-type]

    assert columnar(Size(2, 6))
    assert not columnar()
    assert not columnar(Size(2, 6, tuple([1.0] * 12)))
    assert not columnar(Size(2, 6), Districts(tuple(i // 2 for i in range(12))))
    assert not columnar(Size(2, 6), MustLink((0, 1), binding=False, weight=5.0))
