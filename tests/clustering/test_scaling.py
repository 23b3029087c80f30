"""The unit of costs and weights changes nothing but the unit of the answer."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.random_problems import best
from geo_partnerships.clustering import (
    Balance,
    CannotLink,
    ClusterProblem,
    Count,
    Guarantee,
    Infeasible,
    Leaders,
    MustLink,
    Size,
    cluster,
)
from tests.depth import examples

if TYPE_CHECKING:
    from geo_partnerships.clustering import Clustering, Rule

SCALES = (1e-9, 1e-5, 1.0, 1e6, 1e12)


def distances(seed: int, n: int) -> np.ndarray:
    """Distances between `n` random points in a unit square."""
    points = np.random.default_rng(seed).uniform(0, 1, (n, 2))
    return np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))


def is_best(problem: ClusterProblem, found: Clustering | None) -> None:
    """Assert that an answer is the best of all that were tried, that leaders come first, and that it says so."""
    wanted = best(problem)
    if found is None or wanted is None:
        assert found is None
        assert wanted is None
        return
    missing = tuple(
        sum(set(rule.items).isdisjoint(items) for items in found.members)
        for rule in problem.rules
        if isinstance(rule, Leaders) and not rule.binding
    )
    assert found.proven
    assert missing == wanted.missing
    assert found.objective == pytest.approx(wanted.objective, rel=2e-6, abs=0)
    assert found.lower_bound == pytest.approx(found.objective, rel=1e-9, abs=0)


def answer(problem: ClusterProblem) -> Clustering | None:
    """Answer of the solver, None where it says that there is none."""
    try:
        return cluster(problem)
    except Infeasible:
        return None


@pytest.mark.parametrize("scale", SCALES)
def test_costs_in_any_unit_give_the_best_plan(scale: float) -> None:
    problem = ClusterProblem(distances(0, 7) * scale, (Count(3, 3), Size(2, 4)))
    is_best(problem, cluster(problem))


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("extra", [(), (CannotLink((0, 1)),)])
def test_weights_in_any_unit_keep_the_sizes(scale: float, extra: tuple[Rule, ...]) -> None:
    weights = np.round(np.random.default_rng(105).uniform(1, 9, 7), 2)
    least, most = 0.7 * weights.sum() / 3, 1.3 * weights.sum() / 3
    size = Size(least * scale, most * scale, tuple((weights * scale).tolist()))
    problem = ClusterProblem(distances(5, 7) * 1000, (Count(3, 3), size, *extra))
    is_best(problem, answer(problem))


def test_one_forbidding_cost_does_not_hide_the_others() -> None:
    cost = distances(2, 7)
    cost[0, 5] = cost[5, 0] = 1e12
    problem = ClusterProblem(cost * 1e-3, (Count(3, 3), Size(2, 4)))
    is_best(problem, cluster(problem))


def test_the_least_weight_asked_for_may_be_tiny() -> None:
    problem = ClusterProblem(distances(3, 7), (Count(2, 3), Size(3e-9, 5e-9, (1e-9,) * 7)))
    is_best(problem, cluster(problem))


def test_a_conflict_tells_weights_in_the_unit_they_were_given_in() -> None:
    problem = ClusterProblem(distances(3, 6), (Count(2, 2, name="two"), Size(0, 2e-9, (1e-9,) * 6, name="loads")))
    with pytest.raises(Infeasible, match="2e-09") as caught:
        cluster(problem)
    assert set(caught.value.rules) == {"two", "loads"}


@st.composite
def problems(draw: st.DrawFn) -> ClusterProblem:
    """Problems of up to 6 items under a mixture of rules, some at the same place, in any unit."""
    n = draw(st.integers(4, 6))
    item = st.integers(0, n - 1)
    some = st.lists(item, min_size=1, max_size=3, unique=True).map(tuple)
    grid = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=n, max_size=n))
    points = np.array(grid, dtype=np.float64) * draw(st.sampled_from(SCALES))
    cost = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    unit = draw(st.sampled_from(SCALES))
    loads = draw(st.none() | st.lists(st.integers(1, 9), min_size=n, max_size=n))
    most = draw(st.integers(3, 6)) if loads is None else draw(st.integers(9, 30)) * unit
    rules: list[Rule] = [
        Count(draw(st.integers(1, 2)), draw(st.integers(2, 3))),
        Size(0, most, None if loads is None else tuple(load * unit for load in loads)),
    ]
    price = float(cost.max()) / 2
    for kind in draw(st.lists(st.sampled_from("mcglb"), max_size=3, unique=True)):
        binding = draw(st.booleans())
        how = {"binding": binding, "weight": 0.0 if binding else price}
        rules.append(
            {
                "m": lambda how=how: MustLink(draw(some), **how),
                "c": lambda how=how: CannotLink(draw(some), **how),
                "g": lambda how=how: Guarantee(draw(item), draw(some), **how),
                "l": lambda how=how: Leaders(draw(some), **how),
                "b": lambda how=how: Balance(draw(some), 0, 2, **how),
            }[kind]()
        )
    return ClusterProblem(cost, tuple(rules))


@settings(max_examples=examples(12), deadline=None)
@given(problems())
def test_small_problems_in_any_unit_agree_with_trying_everything(problem: ClusterProblem) -> None:
    is_best(problem, answer(problem))


@pytest.mark.parametrize("costs", SCALES)
@pytest.mark.parametrize("loads", SCALES)
def test_what_is_solved_last_is_of_an_ordinary_size(costs: float, loads: float, monkeypatch) -> None:
    """The fixed precisions of the methods rely on it, whatever a far pair or a price would make of the unit."""
    door = import_module("geo_partnerships.clustering.cluster")
    solve, seen = door._solve, []

    def watched(problem: ClusterProblem, *asked: object, **method: object) -> Clustering:
        found = solve(problem, *asked, **method)
        seen.append((problem, found))
        return found

    monkeypatch.setattr(door, "_solve", watched)
    cost = distances(4, 7) * costs
    cost[0, 1] = 1e9 * costs
    weights = tuple((np.arange(1.0, 8.0) * loads).tolist())
    size = Size(0, 15 * loads, weights)
    cluster(ClusterProblem(cost, (Count(2, 3), size, MustLink((0, 5), binding=False, weight=1e7 * costs))))
    problem, found = seen[-1]
    assert 1 <= found.objective <= 1e10
    assert problem.cost.max() <= 1e8
    (solved,) = (rule for rule in problem.rules if isinstance(rule, Size))
    assert 1 <= max(solved.weights) <= 1e6
    assert all(rule.weight <= 1e8 for rule in problem.rules)
