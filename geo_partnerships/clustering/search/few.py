"""Few clusters of many items, where only their number is asked: exchanges of medoids, a floor, and what both leave.

Medoids are exchanged on samples of the items first, the best ones then on all items. A floor follows, and where it
leaves few medoids in question, they are branched on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering import work
from geo_partnerships.clustering.answer import PROOF_TOLERANCE, assemble
from geo_partnerships.clustering.bounds.lagrangian import finish
from geo_partnerships.clustering.bounds.sifting import Costs, sift
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.clustering.exact.p_median_branch_and_bound import branch, is_free
from geo_partnerships.clustering.infeasibility.minimal_conflict import certified
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.space import PointCost
from geo_partnerships.clustering.work import Patience
from geo_partnerships.processors import cores

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.bounds.sifting import Sifted
    from geo_partnerships.clustering.problem import Clustering, ClusterProblem
    from geo_partnerships.clustering.run import Run

__all__ = ["best_start", "is_few", "laid_out", "near", "solve_few"]

FEW = PARAMETERS.few

_LOOK = 2e-9


def is_few(problem: ClusterProblem) -> bool:
    """Whether a problem asks for few clusters of many items, and for nothing else."""
    if problem.n <= FEW.items or not is_free(problem):
        return False
    return problem.n >= FEW.each * compile_problem(problem).count[1]


def solve_few(problem: ClusterProblem, run: Run) -> Clustering:
    """Find a good clustering into few clusters and a floor under all.

    Raises
    ------
    Infeasible
        If there are fewer items than clusters.
    """
    conflict = certified(problem, run.noun)
    if conflict is not None:
        raise conflict
    patience = Patience(run.effort.seconds, run.cancelled)
    compiled = compile_problem(problem)
    costs = laid_out(problem, compiled.count[1], run.threads or cores())
    served = best_start(costs, run.seed, patience.is_over)
    run.report("search", served.objective, 0.0)
    floor = sift(
        costs,
        _about(costs, served.medoids, run.seed),
        served.prices(),
        target=served.offered(patience.is_over),
        rounds=1 if run.effort.neighbourhoods == 0 else FEW.rounds,
        late=patience.is_over,
    )
    run.report("search", served.objective, floor.bound)
    bound, closed = _branched(costs, served, floor, run, patience) if run.effort.neighbourhoods != 0 else (0.0, False)
    labels = served.labels()
    judged = evaluate(compiled, [np.flatnonzero(labels == place).tolist() for place in range(costs.number)])
    return assemble(
        judged,
        lower_bound=max(bound, floor.bound),
        method="exact" if closed else "search",
        repeatable=not patience.ended,
        stopped=patience.is_over(),
    )


def laid_out(problem: ClusterProblem, number: int, threads: int) -> Costs:
    """Lay costs out by medoid."""
    if isinstance(problem.cost, PointCost):
        return Costs(np.zeros((1, 1)), np.ascontiguousarray(problem.cost.points), problem.n, number, threads)
    mirrored = all((problem.cost[i] == problem.cost[:, i]).all() for i in range(problem.n))
    rows = problem.cost if mirrored else np.ascontiguousarray(problem.cost.T)
    return Costs(rows, np.zeros((1, 2)), problem.n, number, threads)


@dataclass
class _Served:
    """Items under open medoids, as compiled loops take them.

    Attributes
    ----------
    medoids
        Open medoids, shape (k,).
    nearest, runner
        Position of the nearest and the second nearest of them, shape (n,) each.
    first, second
        Cost under them, shape (n,) each.
    """

    costs: Costs
    medoids: NDArray[np.int64]
    beyond: float
    nearest: NDArray[np.int64] = field(init=False)
    runner: NDArray[np.int64] = field(init=False)
    first: NDArray[np.float64] = field(init=False)
    second: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        """Serve every item."""
        self.medoids = self.medoids.copy()
        self._serve()

    def _serve(self) -> None:
        from geo_partnerships.clustering.kernels import swaps as kernels  # noqa: PLC0415 - compiled once needed

        n = self.costs.n
        self.nearest, self.runner = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
        self.first, self.second = np.empty(n), np.empty(n)
        kernels.serve(
            self.costs.rows,
            self.costs.points,
            self.medoids,
            self.nearest,
            self.runner,
            self.first,
            self.second,
            self.beyond,
        )

    @property
    def objective(self) -> float:
        """Cost of every item under the nearest medoid."""
        return float(self.first.sum())

    def exchange(self, candidates: NDArray[np.int64], late: Callable[[], bool] = lambda: False) -> None:
        """Exchange medoids for candidates until no exchange pays."""
        from geo_partnerships.clustering.kernels import swaps as kernels  # noqa: PLC0415

        quiet, parts = 0, np.array_split(candidates, max(1, math.ceil(candidates.size / FEW.stretch)))
        while quiet < len(parts):
            for part in parts:
                if late():
                    return
                work.spend(_LOOK * part.size * self.costs.n)
                opened = kernels.exchange(
                    self.costs.rows,
                    self.costs.points,
                    part,
                    self.medoids,
                    self.nearest,
                    self.runner,
                    self.first,
                    self.second,
                    1e-9 * max(1.0, self.objective),
                    self.beyond,
                )
                quiet = 0 if opened else quiet + 1
                if quiet >= len(parts):
                    break

    def take(self, medoids: NDArray[np.int64]) -> None:
        """Open other medoids."""
        self.medoids = medoids.copy()
        self._serve()

    def prices(self) -> NDArray[np.float64]:
        """Prices to begin from: between what the nearest and the second nearest medoid cost, shape (n,)."""
        if self.costs.number == 1:
            return self.first.copy()
        return self.first + FEW.between * (self.second - self.first)

    def labels(self) -> NDArray[np.int64]:
        """Position of the medoid of each item, shape (n,); a medoid is under itself."""
        labels = self.nearest.copy()
        labels[self.medoids] = np.arange(self.medoids.size)
        return labels

    def offered(self, late: Callable[[], bool]) -> Callable[[NDArray[np.int64] | None], float]:
        """Try medoids that are offered: take them, with what exchanges make of them, where they are better."""

        def offer(medoids: NDArray[np.int64] | None) -> float:
            if medoids is not None:
                other = _Served(self.costs, medoids, self.beyond)
                if other.objective < FEW.swaps_within * self.objective:
                    other.exchange(near(self.costs, other.medoids), late)
                if other.objective < self.objective:
                    other.exchange(np.arange(self.costs.n), late)
                    self.take(other.medoids)
            return self.objective

        return offer


def best_start(costs: Costs, seed: int, late: Callable[[], bool]) -> _Served:
    """Exchange medoids from several starts: on samples of the items first, then on all items.

    The more items there are, the fewer starts are gone on with; the best of them is shaken and tried again.
    """
    draw = np.random.default_rng(seed)
    starts = _starts(costs, draw, late)
    everyone = np.arange(costs.n)
    wholes = max(1, min(FEW.wholes, int(FEW.pairs / costs.n**2)))
    best = starts[0]
    best.exchange(everyone, late)
    for number in range(1, wholes):
        if late():
            break
        if number < len(starts):
            other = starts[number]
        else:
            other = _Served(costs, _shaken(best.medoids, costs.n, draw), best.beyond)
        other.exchange(draw.permutation(everyone), late)
        best = min(best, other, key=lambda served: served.objective)
    return best


def _starts(costs: Costs, draw: np.random.Generator, late: Callable[[], bool]) -> list[_Served]:
    """Exchange medoids on samples of the items; the best first."""
    size = min(costs.n, max(FEW.sample, FEW.sample_each * costs.number))
    starts: list[_Served] = []
    for number in range(FEW.starts):
        if number and late():
            break
        sample = np.sort(draw.choice(costs.n, size, replace=False))
        part = _Served(_part(costs, sample), draw.choice(size, costs.number, replace=False), _beyond(costs))
        part.exchange(draw.permutation(size), late)
        starts.append(_Served(costs, sample[part.medoids], part.beyond))
    return sorted(starts, key=lambda served: served.objective)


def _shaken(medoids: NDArray[np.int64], n: int, draw: np.random.Generator) -> NDArray[np.int64]:
    """Exchange some medoids for items by chance."""
    changed, closed = medoids.copy(), np.setdiff1d(np.arange(n), medoids)
    number = min(medoids.size, closed.size, FEW.shaken)
    changed[draw.choice(medoids.size, number, replace=False)] = draw.choice(closed, number, replace=False)
    return changed


def _beyond(costs: Costs) -> float:
    """What a medoid costs that is not there: more than any that is."""
    if costs.rows.shape[0] > 1:
        return 2.0 * float(costs.rows.max()) + 1.0
    return 2.0 * PointCost(costs.points).max() + 1.0


def _part(costs: Costs, sample: NDArray[np.int64]) -> Costs:
    """Costs among some items."""
    if costs.rows.shape[0] > 1:
        return Costs(np.ascontiguousarray(costs.rows[np.ix_(sample, sample)]), costs.points, sample.size, costs.number)
    return Costs(costs.rows, np.ascontiguousarray(costs.points[sample]), sample.size, costs.number)


def near(costs: Costs, medoids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Items near to medoids, ascending."""
    width = min(FEW.near, costs.n)
    near = np.argpartition(costs.under(medoids), width - 1, axis=1)[:, :width]
    return np.unique(np.concatenate([near.ravel(), medoids]))


def _about(costs: Costs, medoids: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Items near to medoids and some from everywhere, ascending: where a floor begins."""
    spread = np.random.default_rng([seed, 1]).choice(costs.n, min(FEW.spread, costs.n), replace=False)
    return np.unique(np.concatenate([near(costs, medoids), spread]))


def _branched(costs: Costs, served: _Served, floor: Sifted, run: Run, patience: Patience) -> tuple[float, bool]:
    """Branch on the medoids that a floor leaves, where they are few; return a floor and whether nothing is left."""
    objective = served.objective

    def cutoff(cost: float) -> float:
        return cost - PROOF_TOLERANCE / 2 * max(1.0, cost)

    rows = np.union1d(floor.left(cutoff(objective), costs.number), served.medoids)
    if floor.bound >= cutoff(objective):
        return floor.bound, True
    if not floor.values.size or rows.size * costs.n > FEW.branched_entries or patience.is_over():
        return floor.bound, False
    kept = costs.kept(rows, costs.under(rows))
    with work.limited(FEW.branching * costs.n**2):
        found = branch(
            kept,
            finish(kept, floor.prices),
            objective=objective,
            cutoff=cutoff,
            effort=run.within(patience).effort,
            seed=run.seed,
            improved=lambda best, bound: run.report("exact", best, bound),
            cancelled=patience.is_gone,
        )
    if found.medoids is not None:
        served.take(found.medoids)
    return min(found.bound, cutoff(objective)), not found.stopped
