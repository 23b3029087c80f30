"""Cuts hold for every clustering within the sizes, and raise a floor where clusters are open in part."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.clustering import ClusterProblem, Count, Effort, MustLink, Size, cluster
from geo_partnerships.clustering.bounds.cuts import Cut, floor_by_cuts, is_cuttable
from geo_partnerships.clustering.bounds.lagrangian import DenseOracle, finish, relax, subgradient_ascent
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.models.assignment_model import build_model
from geo_partnerships.clustering.models.highs import quiet_solver, solve, solve_linear
from tests.depth import examples

if TYPE_CHECKING:
    import highspy

TOWN = 13
"""Schools of a town: one more than a cluster holds."""


def places(points: np.ndarray, *rules: Count | Size | MustLink) -> ClusterProblem:
    """Points in the plane, as far apart as the crow flies."""
    return ClusterProblem(np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)), rules)


def towns(seed: int, n: int = 39) -> ClusterProblem:
    """Schools in towns too large for one cluster and too small for two that are full, each far from the next."""
    random = np.random.default_rng(seed)
    centres = random.uniform(0, 60_000, (-(-n // TOWN), 2))
    points = centres[np.arange(n) // TOWN] + random.normal(0, 1500, (n, 2))
    return places(points, Count(n // 8, n // 8), Size(4, 12))


def optimum(problem: ClusterProblem) -> float:
    """Cost of a best clustering, by the whole model."""
    found = solve(build_model(compile_problem(problem)).model, effort=Effort(), seed=0)
    assert found.values is not None
    return found.bound


@settings(max_examples=examples(75), deadline=None)
@given(data=st.data())
def test_no_clustering_within_the_sizes_breaks_a_cut(data: st.DataObject) -> None:
    """Any groups and any medoids make a cut; any clusters within the sizes keep it, whoever is their medoid."""
    n = data.draw(st.integers(3, 12))
    loads = data.draw(st.lists(st.sampled_from([1.0, 1.5, 2.0, 3.0, 7.25]), min_size=n, max_size=n))
    low, high = data.draw(st.integers(0, 4)), data.draw(st.integers(8, 15))
    label = np.array(data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))
    held = np.bincount(label, weights=loads)
    if not all(low <= load <= high for load in held[np.unique(label)]):
        low, high = int(held[np.unique(label)].min()), math.ceil(held.max())
    problem = ClusterProblem(1.0 - np.eye(n), (Count(1, n), Size(low, high, tuple(loads))))
    kept = relax(compile_problem(problem))
    group, medoid = np.divmod(np.arange(n * n), n)
    medoids = {c: data.draw(st.sampled_from(np.flatnonzero(label == c).tolist())) for c in np.unique(label).tolist()}
    taken = np.array([medoids[int(label[g])] == j for g, j in zip(group, medoid, strict=True)])
    chosen = [np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n))) for _ in range(2)]
    for by_greatest in (True, False) if low else (True,):
        values, least = Cut(by_greatest, *chosen).row(kept, group, medoid)
        assert values @ taken >= least - 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_cuts_raise_the_floor_of_towns_too_large_for_one_cluster(seed: int) -> None:
    """The floor by cuts closes at least four fifths of what the linear relaxation leaves, and stays a floor."""
    problem = towns(seed)
    best = cluster(problem).objective
    kept = relax(compile_problem(problem))
    dual = finish(kept, subgradient_ascent(DenseOracle(kept), iterations=400, target=best).prices)
    linear = solve_linear(build_model(compile_problem(problem)).model)
    assert linear is not None
    floor = floor_by_cuts(kept, dual, best * 1.01)
    assert floor.bound <= best + 1e-6 * best
    assert best - floor.bound <= 0.2 * (best - linear.value) + 1e-6 * best


@pytest.mark.parametrize("seed", range(6))
def test_arcs_of_a_best_clustering_are_never_left_out(seed: int) -> None:
    """What the floor says of the arcs of a best clustering adds up to no more than its cost."""
    random = np.random.default_rng(seed)
    problem = places(random.uniform(0, 10_000, (30, 2)), Count(4, 5), Size(4, 9), MustLink((0, 1)))
    compiled = compile_problem(problem)
    found = cluster(problem)
    assert found.proven
    assert found.objective == pytest.approx(optimum(problem))
    kept = relax(compiled)
    dual = finish(kept, subgradient_ascent(DenseOracle(kept), iterations=60, target=found.objective).prices)
    floor = floor_by_cuts(kept, dual, found.objective * 1.02)
    assert floor.bound <= found.objective + 1e-6 * found.objective
    for medoid, items in zip(found.medoids, found.members, strict=True):
        reduced_costs = floor.reduced_cost[medoid, compiled.group_of[list(items)]]
        assert (reduced_costs <= found.objective - floor.bound + 1e-6 * found.objective).all()


def test_sizes_in_pupils_are_cut_as_well() -> None:
    """Loads that differ: the plan proved with cuts is that of the whole model."""
    random = np.random.default_rng(3)
    loads = tuple(random.integers(90, 600, 36).astype(float).tolist())
    problem = places(random.uniform(0, 10_000, (36, 2)), Count(5, 6), Size(900, 2400, loads))
    found = cluster(problem)
    assert found.proven
    assert found.objective == pytest.approx(optimum(problem))


def test_there_is_nothing_to_cut_without_sizes_or_where_items_are_in_two() -> None:
    """Where medoids may take whom they like, the relaxation has no part-open clusters of this kind."""
    free = ClusterProblem(1.0 - np.eye(4), (Count(2, 2),))
    assert not is_cuttable(relax(compile_problem(free)))
    assert is_cuttable(relax(compile_problem(ClusterProblem(1.0 - np.eye(4), (Count(2, 2), Size(2, 2))))))


def test_a_few_hundred_schools_in_towns_are_within_half_a_per_cent() -> None:
    """The search's own floor leaves more; cuts bring it near the plan, and no rule is broken."""
    found = cluster(towns(2, n=204), method="search")
    assert found.gap <= 0.005
    assert not found.stopped


@pytest.mark.parametrize("steps", [0, 20, 60, 100, 200, 400])
def test_a_relaxation_that_the_solver_gives_up_leaves_a_floor(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever that happens, what was proved before holds and no more is claimed."""

    def tired() -> highspy.Highs:
        solver = quiet_solver()
        solver.setOptionValue("simplex_iteration_limit", steps)
        return solver

    problem = towns(3)
    best = cluster(problem).objective
    kept = relax(compile_problem(problem))
    dual = finish(kept, subgradient_ascent(DenseOracle(kept), iterations=40, target=best).prices)
    monkeypatch.setattr("geo_partnerships.clustering.bounds.cuts.quiet_solver", tired)
    assert dual.bound <= floor_by_cuts(kept, dual, best * 1.1).bound <= best + 1e-6 * best


@pytest.mark.parametrize("polls", [0, 1, 5, 25, 50, 60, 70, 80])
def test_an_answer_that_a_cancellation_took_part_in_says_so(polls: int) -> None:
    """However little was left to do: other cuts might have led to another best plan."""
    heard = itertools.count()
    found = cluster(towns(1), cancelled=lambda: next(heard) >= polls)
    assert found.repeatable == (next(heard) <= polls)
