"""Plans tried on the way up, and the answer that comes of what was found."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.answer import assemble
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.clustering.exact.given_medoids import assign, improve_medoids, swap_medoids
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.rules import Size

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_partnerships.clustering.bounds.lagrangian import Ascent
    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.exact.reduced_cost_fixing import Found, Plan
    from geo_partnerships.clustering.exact.run import ExactRun
    from geo_partnerships.clustering.problem import Clustering

__all__ = ["Trial", "answer_of", "clusters_of"]

EXACT = PARAMETERS.exact


class Trial:
    """Plans tried on the way up: members for the open medoids, better medoids for the members."""

    def __init__(self, run: ExactRun) -> None:
        self.run = run
        self.cost = run.compiled.cost
        sizes = run.compiled.of(Size)
        self.size = (sizes[0].minimum, sizes[0].maximum) if sizes else (0.0, math.inf)
        self.free = not sizes
        self.objective = self.tried = math.inf
        self.labels: NDArray[np.int64] | None = None
        self.seen: set[tuple[int, ...]] = set()

    def __call__(self, opened: NDArray[np.int64], _prices: NDArray[np.float64]) -> float:
        """Try a plan about open medoids; return the cost of the best so far."""
        medoids = np.sort(opened)
        if self.free:
            tried = float(self.cost[:, medoids].min(axis=1).sum())
            if tried < EXACT.swaps_within * self.tried and tuple(medoids.tolist()) not in self.seen:
                self.seen.add(tuple(medoids.tolist()))
                self.tried = min(tried, self.tried)
                self.take(swap_medoids(self.cost, medoids))
            return self.objective
        while tuple(medoids.tolist()) not in self.seen:
            self.seen.add(tuple(medoids.tolist()))
            labels = assign(self.cost, medoids, self.size)
            if labels is None:
                break
            medoids = improve_medoids(self.cost, labels, medoids)
            objective = float(self.cost[np.arange(labels.size), medoids[labels]].sum())
            if objective < self.objective:
                self.objective, self.labels = objective, labels
            medoids = np.sort(medoids)
        return self.objective

    def best(self, upper: float) -> float:
        """Cost below which a plan is better than the best so far, and than one of cost `upper`."""
        return min(self.objective, upper) - (EXACT.whole_step if self.run.integral else 0.0)

    def adopt(self, labels: NDArray[np.int64]) -> None:
        """Take a plan that keeps the sizes if it is the best so far; `labels` has shape (n,)."""
        _, labels = np.unique(labels, return_inverse=True)
        medoids = improve_medoids(self.cost, labels, np.arange(labels.max() + 1))
        objective = float(self.cost[np.arange(labels.size), medoids[labels]].sum())
        if objective < self.objective:
            self.labels, self.objective = labels, objective

    def take(self, medoids: NDArray[np.int64]) -> None:
        """Take the plan of some medoids, sizes left out of account, if it is the best so far."""
        labels = assign(self.cost, medoids, (0.0, math.inf))
        assert labels is not None  # noqa: S101 - without sizes there is room for all
        objective = float(self.cost[np.arange(labels.size), medoids[labels]].sum())
        if objective < self.objective:
            self.objective, self.labels = objective, labels

    def move(self, ascent: Ascent) -> None:
        """Look for a plan by moves, where that is worth compiled loops."""
        if self.run.start is None or not self.run.compiled.size == self.run.compiled.n >= EXACT.moves_items:
            return
        labels = self.run.start(self.run.compiled, ascent, self.run.seed)
        if labels is not None:
            self.adopt(labels)

    def clusters(self) -> list[list[int]]:
        """Members of each cluster of the best plan."""
        labels = self.labels
        assert labels is not None  # noqa: S101 - asked only once there is a plan
        return [np.flatnonzero(labels == position).tolist() for position in range(int(labels.max()) + 1)]


def clusters_of(compiled: Compiled, plan: Plan) -> list[list[int]]:
    """Return the items of each cluster of a plan."""
    return [
        sorted(itertools.chain(*(compiled.groups[g] for g in np.flatnonzero(plan.taken[:, j]))))
        for j in np.flatnonzero(plan.taken.any(axis=0))
    ]


def answer_of(run: ExactRun, found: Found, spare: Trial | None = None) -> Clustering | None:
    """Judge what was found and join it with its bound."""
    compiled = run.compiled
    spare = spare if spare is not None and spare.labels is not None else None
    if found.plan is not None and not (spare is not None and spare.objective < found.plan.objective):
        clusters = clusters_of(compiled, found.plan)
    elif spare is not None:
        clusters = spare.clusters()
    else:
        if found.infeasible:
            run.refuse()
        return None
    judged = evaluate(compiled, clusters)
    return assemble(
        judged,
        lower_bound=run.lift(found.bound),
        method="search" if run.rough else "exact",
        repeatable=not run.patience.is_gone(),
        stopped=found.stopped or run.unsettled,
    )
