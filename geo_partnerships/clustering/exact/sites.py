"""Items at few sites: those that nothing tells apart are counted, so that no two plans differ by their names alone.

Clusters around one site are interchangeable too: as long as their number, their items and leaders add up, they can be
dealt out so that each keeps its size. This holds for number, sizes in items and leaders; rules that speak of single
items tell them apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.answer import assemble
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.clustering.models.highs import Model, solve
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.rules import Count, Leaders, Size
from geo_partnerships.clustering.space import PointCost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering.models.highs import Outcome
    from geo_partnerships.clustering.problem import Clustering, ClusterProblem
    from geo_partnerships.clustering.run import Run

__all__ = ["Sites", "solve_by_sites"]

EXACT = PARAMETERS.exact


@dataclass(frozen=True, eq=False)
class Sites:
    """Sites, and the kinds of items at them: those of one kind are at one site and all lead, or none does.

    Attributes
    ----------
    first
        An item at each site, shape (sites,).
    kinds
        Items of each kind.
    site
        Site of each kind, shape (kinds,).
    leads
        Whether each kind leads, shape (kinds,).
    """

    first: NDArray[np.int64]
    kinds: list[list[int]]
    site: NDArray[np.int64]
    leads: NDArray[np.bool_]

    @classmethod
    def of(cls, problem: ClusterProblem) -> Sites | None:
        """Gather the items by site; None where items are at many sites, or rules tell them apart."""
        rules = problem.rules
        leaders = [rule for rule in rules if isinstance(rule, Leaders)]
        if len(leaders) > 1 or not all(_is_counted(rule) for rule in rules):
            return None
        home = _sites(problem.cost)
        if home is None:
            return None
        leading = np.zeros(problem.n, dtype=np.int64)
        leading[list(leaders[0].items) if leaders else []] = 1
        keys, kind = np.unique(2 * home + leading, return_inverse=True)
        return cls(
            first=np.unique(home, return_index=True)[1],
            kinds=[np.flatnonzero(kind == number).tolist() for number in range(keys.size)],
            site=keys // 2,
            leads=keys % 2 == 1,
        )


def _is_counted(rule: object) -> bool:
    if isinstance(rule, Size):
        return rule.binding and rule.weights is None
    return (isinstance(rule, Leaders) and not rule.lacking) or (isinstance(rule, Count) and rule.binding)


def _sites(cost: NDArray[np.float64]) -> NDArray[np.int64] | None:
    """Site of each item, shape (n,); None where there are many."""
    n = cost.shape[0]
    if isinstance(cost, PointCost):
        seen = cost.points
    else:
        if ((cost == 0).sum(axis=1) > 1).mean() < EXACT.crowded:
            return None
        seen = np.concatenate([cost, cost.T], axis=1)
    first, home = np.unique(seen, axis=0, return_inverse=True)
    return np.asarray(home.ravel()) if len(first) <= min(EXACT.crowded * n, EXACT.most_sites) else None


def solve_by_sites(problem: ClusterProblem, sites: Sites, run: Run) -> Clustering | None:
    """Find a best clustering by how many of each kind are in the clusters around each site; None without an answer."""
    counted = _CountModel(problem, sites)
    missing: int | None = None
    if counted.missing is not None:
        outcome = counted.solve(run, counted.model.unit_cost(counted.missing))
        if outcome.values is None or outcome.stopped:
            return None
        missing = round(float(outcome.values[counted.missing].sum()))
        counted.model.add_rows([(counted.missing[None, :], 1.0)], upper=missing)
    outcome = counted.solve(run)
    if outcome.values is None:
        return None
    judged = evaluate(compile_problem(problem), counted.clusters(outcome.values))
    if judged.broken or (missing is not None and judged.missing != (missing,)):
        return None
    found = assemble(
        judged,
        lower_bound=outcome.bound,
        method="exact",
        repeatable=run.cancelled is None or not run.cancelled(),
        stopped=outcome.stopped,
    )
    return found if missing is None else replace(found, fewest_leaderless=(missing,))


class _CountModel:
    """How many items of each kind are in clusters around each site, and how many clusters there are."""

    def __init__(self, problem: ClusterProblem, sites: Sites) -> None:
        self.sites = sites
        self.model = model = Model()
        n, kinds, places = problem.n, len(sites.kinds), sites.first.size
        amounts = np.array([len(items) for items in sites.kinds], dtype=np.float64)
        heads = np.array([items[0] for items in sites.kinds])
        self.taken = model.add_columns(np.asarray(problem.cost[heads[:, None], sites.first[None, :]]))
        model.uppers[-1][:] = np.repeat(amounts, places)
        self.number = model.add_columns(np.zeros(places), upper=float(n))
        model.add_rows([(self.taken, 1.0)], lower=-math.inf, upper=math.inf)
        model.row_lowers[-1][:] = model.row_uppers[-1][:] = amounts
        sizes = [rule for rule in problem.rules if isinstance(rule, Size)]
        low = max([math.ceil(rule.minimum) for rule in sizes] + [1])
        high = min([math.floor(min(rule.maximum, n)) for rule in sizes] + [n])
        model.add_rows([(self.taken.T, 1.0), (self.number, -float(low))], lower=0.0)
        model.add_rows([(self.taken.T, 1.0), (self.number, -float(high))], upper=0.0)
        for place in range(places):
            own = self.taken[sites.site == place, place]
            model.add_rows([(own[None, :], 1.0), (self.number[place : place + 1], -1.0)], lower=0.0)
        for rule in problem.rules:
            if isinstance(rule, Count):
                model.add_rows([(self.number[None, :], 1.0)], lower=rule.minimum, upper=rule.maximum)
        self.missing = self._add_leaders([rule for rule in problem.rules if isinstance(rule, Leaders)], kinds)

    def _add_leaders(self, rules: list[Leaders], kinds: int) -> NDArray[np.int64] | None:
        if not rules:
            return None
        led = self.taken[self.sites.leads].T if self.sites.leads.any() else np.full((self.number.size, kinds), -1)
        if rules[0].binding:
            self.model.add_rows([(led, 1.0), (self.number, -1.0)], lower=0.0)
            return None
        missing = self.model.add_columns(np.zeros(self.number.size), upper=math.inf)
        self.model.add_rows([(led, 1.0), (missing, 1.0), (self.number, -1.0)], lower=0.0)
        return missing

    def solve(self, run: Run, costs: NDArray[np.float64] | None = None) -> Outcome:
        """Solve at least cost, or at other costs."""
        held = self.model.costs
        if costs is not None:
            self.model.costs = [costs]
        outcome = solve(self.model, effort=run.effort, seed=run.seed, cancelled=run.cancelled)
        self.model.costs = held
        return outcome

    def clusters(self, values: NDArray[np.float64]) -> list[list[int]]:
        """Deal the items out to clusters."""
        waiting = [list(items) for items in self.sites.kinds]
        leading = {item for kind in np.flatnonzero(self.sites.leads) for item in self.sites.kinds[kind]}
        clusters: list[list[int]] = []
        for place in range(self.number.size):
            others: list[int] = []
            own: list[int] = []
            for kind, items in enumerate(waiting):
                count = round(float(values[self.taken[kind, place]]))
                (own if self.sites.site[kind] == place else others).extend(items[:count])
                waiting[kind] = items[count:]
            clusters += _dealt(own, others, leading, round(float(values[self.number[place]])))
        return clusters


def _dealt(own: Sequence[int], others: Sequence[int], leading: set[int], number: int) -> list[list[int]]:
    """Deal items to so many clusters around a site, of nearly one size: leaders first, then one of the site to each."""
    clusters: list[list[int]] = [[] for _ in range(number)]
    here = set(own)
    leaders = [item for item in (*own, *others) if item in leading]
    rest = [item for item in own if item not in leading]
    for place, item in enumerate(leaders):
        clusters[place % number].append(item)
    for items in clusters:
        if here.isdisjoint(items):
            items.append(rest.pop())
    for item in (*rest, *(item for item in others if item not in leading)):
        min(clusters, key=len).append(item)
    return clusters
