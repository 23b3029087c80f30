"""Towns far from each other are clustered apart, in numbers that add up, and nobody is sent to another without need."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

from geo_partnerships.clustering import ClusterProblem, Count, Guarantee, Leaders, MustLink, Size, cluster
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.search.leaders import unled
from geo_partnerships.clustering.search.towns import towns_of

EACH = 12


def county(towns: int, *, seed: int = 0) -> ClusterProblem:
    """Towns of twelve, 40 km apart, each with promises, and with leaders for all clusters but in every third."""
    draw = np.random.default_rng(seed)
    centres = 40_000.0 * np.array([(number % 4, number // 4) for number in range(towns)])
    points = np.repeat(centres, EACH, axis=0) + draw.uniform(0, 1_000, (EACH * towns, 2))
    leaders: list[int] = []
    rules: list[Guarantee] = []
    for town in range(towns):
        order = (EACH * town + draw.permutation(EACH)).tolist()
        leaders += order[:1] if town % 3 == 0 else [order[0], order[5]]
        rules += [Guarantee(order[at], (order[3 + at], order[6 + at])) for at in range(3)]
    number = Count(2 * towns, 2 * towns)
    return ClusterProblem.from_points(points, (number, Size(4, 8), *rules, Leaders(tuple(leaders), binding=False)))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search among few items as among many."""
    door = import_module("geo_partnerships.clustering.cluster")
    monkeypatch.setattr(door, "METHOD", replace(door.METHOD, exact_items=30))


@pytest.mark.usefixtures("few")
def test_a_county_of_towns_is_as_good_as_town_by_town() -> None:
    problem = county(6)
    found = cluster(problem)
    alone = [np.arange(EACH * town, EACH * (town + 1)) for town in range(6)]
    assert [items.tolist() for items in towns_of(compile_problem(problem))] == [items.tolist() for items in alone]
    assert found.method == "search"
    assert all(len({item // EACH for item in items}) == 1 for items in found.members)
    best = cluster(problem, method="exact")
    assert unled(problem, found.members) == unled(problem, best.members)
    assert found.objective <= best.objective * 1.005
    assert found.lower_bound <= best.objective * (1 + 1e-9)


@pytest.mark.usefixtures("few")
def test_numbers_of_towns_of_different_sizes_add_up() -> None:
    draw = np.random.default_rng(3)
    sizes = (9, 14, 20)
    centres = np.repeat([(0.0, 0.0), (60_000.0, 0.0), (120_000.0, 0.0)], sizes, axis=0)
    points = centres + draw.uniform(0, 900, (sum(sizes), 2))
    problem = ClusterProblem.from_points(points, (Count(7, 7), Size(4, 9)))
    found, best = cluster(problem), cluster(problem, method="exact")
    assert len(found.members) == 7
    assert found.objective == pytest.approx(best.objective)


def test_towns_that_a_rule_links_or_that_are_too_small_are_one() -> None:
    problem = county(4)
    linked = ClusterProblem(problem.cost, (*problem.rules, MustLink((0, EACH))))
    assert [len(items) for items in towns_of(compile_problem(linked))] == [2 * EACH, EACH, EACH]
    named = ClusterProblem(problem.cost, (*problem.rules[:2], Guarantee(0, (3 * EACH,))))
    assert [len(items) for items in towns_of(compile_problem(named))] == [2 * EACH, EACH, EACH]
    large = ClusterProblem(problem.cost, (Size(EACH + 1, 30),))
    assert all(len(items) > EACH for items in towns_of(compile_problem(large)))


def test_scattered_items_are_one_town() -> None:
    points = np.random.default_rng(1).uniform(0, 1_000, (60, 2))
    problem = ClusterProblem.from_points(points, (Count(8, 8), Size(4, 12)))
    assert len(towns_of(compile_problem(problem))) == 1
