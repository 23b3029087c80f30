"""The floor that heeds guarantees: never above the best plan, never below the floor without them."""

from __future__ import annotations

import numpy as np
import pytest

from geo_partnerships.clustering import ClusterProblem, Count, Guarantee, Size, cluster
from geo_partnerships.clustering.bounds.guarantees import GuaranteeOracle, guarantee_bound
from geo_partnerships.clustering.bounds.lagrangian import subgradient_ascent
from geo_partnerships.clustering.bounds.sparse import NearOracle
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.guides import Guides
from geo_partnerships.clustering.run import Run
from geo_partnerships.clustering.search.moves import bounds_of
from geo_partnerships.clustering.search.solve import solve_by_search
from geo_partnerships.clustering.space import Space


def surveyed(seed: int, n: int, k: int, *, binding: bool = True) -> ClusterProblem:
    """Points of which half name two of their ten nearest, with the whole matrix of distances."""
    random = np.random.default_rng(seed)
    points = random.uniform(0, 10_000, (n, 2))
    cost = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    near = np.argsort(cost, axis=1, kind="stable")[:, 1:11]
    rules: list[Count | Size | Guarantee] = [Count(k, k), Size(3, 9)]
    for item in random.choice(n, n // 2, replace=False).tolist():
        named = tuple(random.choice(near[item], 2, replace=False).tolist())
        rules.append(Guarantee(item, named, binding=binding, weight=0.0 if binding else 100.0))
    return ClusterProblem(cost, tuple(rules))


def oracles(problem: ClusterProblem, width: int) -> tuple[NearOracle, GuaranteeOracle, Guides]:
    """The oracle without guarantees, with arcs to so many nearest, and the one with them."""
    compiled = compile_problem(problem)
    guides = Guides.of(compiled)
    space = Space.of(compiled.cost, width)
    plain = NearOracle(space, bounds_of(compiled), np.ones(compiled.n))
    return plain, GuaranteeOracle(plain, guides), guides


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("width", [6, 40])
def test_the_floor_at_any_prices_and_tolls_is_below_the_best_plan(seed: int, width: int) -> None:
    """Also where arcs to few are looked at and tolls are far too high."""
    problem = surveyed(seed, 40, 6)
    best = cluster(problem, method="exact")
    assert best.proven
    _, oracle, _ = oracles(problem, width)
    random = np.random.default_rng(seed)
    share = best.objective / 40
    for height in (0.0, 0.1, 1.0, 5.0):
        prices = random.uniform(0, 2 * share, 40)
        tolls = random.uniform(0, height * share, oracle.places)
        assert oracle.proven(np.concatenate([prices, tolls])) <= best.objective * (1 + 1e-9)


def test_without_tolls_it_is_the_floor_that_drops_the_guarantees() -> None:
    """The same worths and the same floor, at the same prices."""
    plain, oracle, _ = oracles(surveyed(5, 60, 8), 30)
    prices = plain.first_prices()
    both = np.concatenate([prices, np.zeros(oracle.places)])
    assert oracle.reduced_values(both) == pytest.approx(plain.reduced_values(prices))
    assert oracle.proven(both) == pytest.approx(plain.proven(prices))


@pytest.mark.parametrize("seed", [1, 2])
def test_the_direction_is_a_supergradient(seed: int) -> None:
    """The floor at other prices and tolls lies on or below the plane that prices and direction give."""
    _, oracle, _ = oracles(surveyed(seed, 40, 6), 40)
    random = np.random.default_rng(seed)

    def floor(at: np.ndarray) -> float:
        return oracle.floor(at, oracle.reduced_values(at))

    here = np.concatenate([random.uniform(500, 2_500, 40), random.uniform(0, 800, oracle.places)])
    opened = np.argsort(oracle.reduced_values(here), kind="stable")[:6]
    direction = oracle.subgradient(here, opened)
    for _ in range(20):
        there = np.maximum(here + random.normal(size=here.size) * 200, 0)
        assert floor(there) <= floor(here) + direction @ (there - here) + 1e-6


def test_it_rises_towards_the_best_plan() -> None:
    """It closes more than half of the gap that the floor without guarantees leaves."""
    problem = surveyed(3, 60, 8)
    best = cluster(problem, method="exact").objective
    plain, _, guides = oracles(problem, 60)
    ascent = subgradient_ascent(plain, iterations=300, target=best, start=plain.first_prices())
    floor = guarantee_bound(plain, guides, ascent, best, 300, lambda: False)
    assert ascent.bound < floor <= best
    assert best - floor < (best - ascent.bound) / 2


def test_a_search_tells_the_floor_with_guarantees_and_none_where_they_are_preferred() -> None:
    """The bound of a search is higher with binding guarantees; preferred ones leave it as it is."""
    binding, preferred = (surveyed(4, 120, 16, binding=one) for one in (True, False))
    plain = ClusterProblem(binding.cost, binding.rules[:2])
    found, loose, free = (solve_by_search(one, Run()) for one in (binding, preferred, plain))
    assert found.lower_bound > free.lower_bound * 1.005
    assert found.lower_bound <= found.objective
    assert loose.violations
    assert loose.objective < found.objective
    assert loose.lower_bound == pytest.approx(free.lower_bound, rel=0.01)


def test_a_guarantee_that_costs_nothing_to_break_says_nothing() -> None:
    """Preferred at weight 0 it is neither kept nor priced, so no floor may rise by it."""
    free = [Guarantee(item, (39 - item,), binding=False, weight=0.0) for item in range(20)]
    plain = surveyed(6, 40, 6)
    rules = tuple(rule for rule in plain.rules if not isinstance(rule, Guarantee))
    assert not Guides.of(compile_problem(ClusterProblem(plain.cost, (*rules, *free)))).asked()
    found = solve_by_search(ClusterProblem(plain.cost, (*rules, *free)), Run())
    assert found.lower_bound <= cluster(ClusterProblem(plain.cost, rules), method="exact").objective * (1 + 1e-9)
