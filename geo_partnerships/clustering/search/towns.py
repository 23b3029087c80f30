"""Towns: items so far from the others that no cluster should hold both are clustered apart.

Each town is solved with every number of clusters that it may have, and numbers are chosen that add up: the fewest
clusters without a leader first, then the least cost. Nothing is proved by it of clusters that cross, so what comes out
is a plan to compare with others, under a floor from elsewhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering import work
from geo_partnerships.clustering.answer import Stopped
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.problem import ClusterProblem, Infeasible
from geo_partnerships.clustering.rules import Guarantee
from geo_partnerships.clustering.rules.linked import link_groups, linked_sets
from geo_partnerships.clustering.search.moves import bounds_of
from geo_partnerships.clustering.search.neighbourhoods import rules_within
from geo_partnerships.clustering.space import PointCost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.evaluate import Evaluation
    from geo_partnerships.clustering.problem import Clustering

    Solve = Callable[[ClusterProblem], Clustering]

__all__ = ["plan_by_towns", "towns_of"]

SEARCH = PARAMETERS.search


def towns_of(compiled: Compiled) -> list[NDArray[np.int64]]:
    """Items of each town, ascending; one town where none are apart."""
    problem, n = compiled.problem, compiled.n
    everyone = [np.arange(n)]
    if isinstance(compiled.cost, PointCost) or n < 2 or not all(rule.is_local() for rule in problem.rules):  # noqa: PLR2004
        return everyone
    town = _linked_towns(compiled, _by_steps(np.minimum(compiled.cost, compiled.cost.T)))
    return [np.flatnonzero(town == number) for number in np.unique(town)]


def _by_steps(apart: NDArray[np.float64]) -> NDArray[np.int64]:
    """Join items by ever longer steps, up to where the next is many times as long; return the town of each."""
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415 - only large problems need it

    tree = linkage(apart[np.triu_indices(len(apart), 1)], method="single")
    steps = tree[:, 2]
    longer = steps[1:] / np.maximum(steps[:-1], steps[-1] * 1e-6)
    if not longer.size or longer.max() < SEARCH.apart:
        return np.zeros(len(apart), dtype=np.int64)
    return np.asarray(fcluster(tree, steps[int(longer.argmax())], criterion="distance"), dtype=np.int64)


def _linked_towns(compiled: Compiled, town: NDArray[np.int64]) -> NDArray[np.int64]:
    """Make one town of those that a rule links, or that are too small for a cluster and next to another."""
    rules = compiled.problem.rules
    sets: list[Iterable[int]] = [np.flatnonzero(town == number).tolist() for number in np.unique(town)]
    sets += linked_sets(rules)
    for rule in rules:
        if isinstance(rule, Guarantee) and rule.binding and not any(town[s] == town[rule.item] for s in rule.named):
            sets.append([rule.item, min(rule.named, key=lambda s: (compiled.cost[rule.item, s], s))])
    groups = [list(items) for items in link_groups(compiled.n, sets)]
    bounds = bounds_of(compiled)
    while len(groups) > 1:
        least = min(groups, key=lambda items: (float(bounds.loads[items].sum()), items))
        if float(bounds.loads[least].sum()) >= bounds.low:
            break
        groups.remove(least)
        nearest = min(groups, key=lambda items: (float(compiled.cost[np.ix_(least, items)].min()), items))
        nearest += least
    joined = np.empty(compiled.n, dtype=np.int64)
    for number, items in enumerate(groups):
        joined[items] = number
    return joined


@dataclass(frozen=True, eq=False)
class _Town:
    """A town, and its best clusters for each number of them: how many are without a leader, the cost, the members."""

    items: NDArray[np.int64]
    plans: dict[int, tuple[tuple[int, ...], float, list[list[int]]]]


def plan_by_towns(compiled: Compiled, towns: list[NDArray[np.int64]], solve: Solve) -> Evaluation | None:
    """Cluster each town by itself; None where that does not keep the rules, or not within the work that is left."""
    numbers = _numbers(compiled, towns)
    each = work.left() / max(1, sum(map(len, numbers)))
    solved: list[_Town] = []
    for items, tried in zip(towns, numbers, strict=True):
        town = _Town(items, {})
        for number in tried:
            if work.is_over():
                return None
            with work.limited(min(max(each, work.left() / 10), SEARCH.town_work)):
                _plan(compiled.problem, town, number, solve)
        if not town.plans:
            return None
        solved.append(town)
    chosen = _adding_up(solved, compiled.count)
    if chosen is None:
        return None
    members = [items for town, number in zip(solved, chosen, strict=True) for items in town.plans[number][2]]
    judged = evaluate(compiled, members)
    return None if judged.broken else judged


def _numbers(compiled: Compiled, towns: list[NDArray[np.int64]]) -> list[list[int]]:
    """For each town, the numbers of clusters to try: what its sizes and those of others leave, next to its share."""
    bounds = bounds_of(compiled)
    loads = [float(bounds.loads[items].sum()) for items in towns]
    fewest = [max(1, math.ceil(load / bounds.high)) for load in loads]
    most = [
        min(items.size, math.floor(load / bounds.low) if bounds.low > 0 else items.size)
        for items, load in zip(towns, loads, strict=True)
    ]
    low, high = compiled.count
    found = []
    for load, first, last in zip(loads, fewest, most, strict=True):
        least = max(first, low - (sum(most) - last))
        greatest = min(last, high - (sum(fewest) - first))
        share = min(high, max(low, len(towns))) * load / sum(loads)
        found.append(_next_to(share, range(least, greatest + 1)))
    return found


def _next_to(share: float, numbers: range) -> list[int]:
    return sorted(numbers, key=lambda number: (abs(number - share), number))[: SEARCH.town_numbers]


def _plan(problem: ClusterProblem, town: _Town, number: int, solve: Solve) -> None:
    """Cluster a town into so many clusters, if that can be."""
    items = town.items
    part = ClusterProblem(problem.cost[np.ix_(items, items)], rules_within(problem.rules, items, number))
    try:
        found = solve(part)
    except (Infeasible, Stopped):
        return
    judged = evaluate(compile_problem(part), found.members)
    town.plans[number] = judged.missing, judged.objective, [items[list(inner)].tolist() for inner in found.members]


def _adding_up(towns: list[_Town], count: tuple[int, int]) -> list[int] | None:
    """Choose a number of clusters for each town, so that they add up: fewest without a leader, then least cost."""
    best: dict[int, tuple[tuple[int, ...], float, list[int]]] = {0: ((), 0.0, [])}
    for town in towns:
        longer: dict[int, tuple[tuple[int, ...], float, list[int]]] = {}
        for total, (missing, cost, chosen) in best.items():
            for number, (more, extra, _) in town.plans.items():
                lacking = tuple(map(sum, zip(missing, more, strict=True))) if missing else more
                candidate = (lacking, cost + extra, [*chosen, number])
                known = longer.get(total + number)
                if total + number <= count[1] and (known is None or candidate < known):
                    longer[total + number] = candidate
        best = longer
    within = [candidate for total, candidate in best.items() if count[0] <= total <= count[1]]
    return min(within)[2] if within else None
