"""Items at few sites are counted: what nothing tells apart makes no problem hard."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.random_problems import best
from geo_partnerships.clustering import ClusterProblem, Count, Guarantee, Infeasible, Leaders, Size, cluster
from geo_partnerships.clustering.exact.sites import Sites
from tests.depth import examples


def crowded(n: int, sites: int, *rules: object, seed: int = 0) -> ClusterProblem:
    """Items that share so many sites at random, ten kilometres across."""
    draw = np.random.default_rng(seed)
    return ClusterProblem.from_points(draw.uniform(0, 10_000, (sites, 2))[draw.integers(0, sites, n)], rules)


def test_two_sites_with_a_few_leaders_are_proved() -> None:
    found = cluster(crowded(24, 2, Count(6, 6), Size(3, 5), Leaders((0, 1, 2, 3), binding=False)))
    assert found.proven
    assert found.fewest_leaderless == (2,)


def test_hundreds_of_items_at_twenty_sites_are_proved() -> None:
    found = cluster(crowded(300, 20, Count(37, 37), Size(4, 12)))
    assert found.proven
    assert {4 <= len(items) <= 12 for items in found.members} == {True}


def test_items_are_told_apart_by_rules_that_name_them() -> None:
    assert Sites.of(crowded(24, 2, Count(6, 6), Size(3, 5))) is not None
    assert Sites.of(crowded(24, 2, Count(6, 6), Size(3, 5), Guarantee(0, (1,)))) is None
    assert Sites.of(crowded(24, 24, Count(6, 6), Size(3, 5))) is None


@pytest.mark.parametrize("seed", range(examples(20)))
def test_few_items_at_few_sites_agree_with_trying_everything(seed: int) -> None:
    draw = np.random.default_rng(seed)
    n, sites, low = int(draw.integers(4, 8)), int(draw.integers(1, 4)), int(draw.integers(0, 3))
    leaders = Leaders(tuple(np.flatnonzero(draw.random(n) < 0.4).tolist()), binding=bool(draw.integers(0, 2)))
    fewest = int(draw.integers(1, 4))
    rules = (Count(fewest, fewest + int(draw.integers(0, 2))), Size(low, low + int(draw.integers(1, 4))))
    problem = crowded(n, sites, *rules, *([leaders] if draw.random() < 0.7 else []), seed=seed)
    wanted = best(problem)
    if wanted is None:
        with pytest.raises(Infeasible):
            cluster(problem)
        return
    found = cluster(problem)
    assert found.proven
    assert found.objective == pytest.approx(wanted.objective, rel=2e-6, abs=0)
    assert not wanted.missing or found.fewest_leaderless == wanted.missing
