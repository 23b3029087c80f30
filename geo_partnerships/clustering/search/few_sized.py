"""Few clusters of many items within sizes: the best members for some medoids, the best medoids for these, and a floor.

Which members medoids take at least cost is a transportation problem, whose best solutions are whole (Hitchcock, 1941).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.answer import Stopped, assemble
from geo_partnerships.clustering.bounds.sifting import sift
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import best_medoids, evaluate
from geo_partnerships.clustering.infeasibility.minimal_conflict import certified
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.rules import Count, Size
from geo_partnerships.clustering.search.few import best_start, laid_out, near
from geo_partnerships.clustering.work import Patience, spend
from geo_partnerships.processors import cores

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.bounds.sifting import Costs
    from geo_partnerships.clustering.problem import Clustering, ClusterProblem
    from geo_partnerships.clustering.run import Run

__all__ = ["is_few_sized", "solve_few_sized"]

FEW = PARAMETERS.few

_VARIABLE = 5e-5


def is_few_sized(problem: ClusterProblem) -> bool:
    """Whether a problem asks for a number of few clusters of many items, of one size, and for nothing else."""
    rules = problem.rules
    sizes = [rule for rule in rules if isinstance(rule, Size)]
    plain = all(rule.binding and isinstance(rule, (Count, Size)) for rule in rules)
    if problem.n <= FEW.items or not plain or len(sizes) != 1 or sizes[0].weights is not None:
        return False
    fewest, most = compile_problem(problem).count
    return fewest == most and problem.n >= FEW.each * most


def solve_few_sized(problem: ClusterProblem, run: Run) -> Clustering:
    """Find a good clustering into few clusters within sizes, and a floor under all.

    Raises
    ------
    Infeasible
        If sizes and number cannot be kept together.
    """
    conflict = certified(problem, run.noun)
    if conflict is not None:
        raise conflict
    patience = Patience(run.effort.seconds, run.cancelled)
    compiled = compile_problem(problem)
    (rule,) = compiled.of(Size)
    size = (max(1.0, float(np.ceil(rule.minimum))), float(min(np.floor(rule.maximum), problem.n)))
    free = laid_out(problem, compiled.count[1], run.threads or cores())
    start = best_start(free, run.seed, patience.is_over)
    costs = replace(free, size=size)
    found = _Fitted(problem, costs)
    found.improve(start.medoids, patience.is_over)
    if not found.members:
        raise Stopped("the effort ran out before any clustering was found")
    run.report("first plan", found.objective, 0.0)
    spread = np.random.default_rng([run.seed, 1]).choice(costs.n, min(FEW.spread, costs.n), replace=False)
    floor = sift(
        costs,
        np.unique(np.concatenate([near(costs, found.medoids), near(costs, start.medoids), spread])),
        start.prices(),
        target=found.offered(patience.is_over),
        rounds=1 if run.effort.neighbourhoods == 0 else FEW.rounds,
        late=patience.is_over,
    )
    run.report("search", found.objective, floor.bound)
    return assemble(
        evaluate(compiled, found.members),
        lower_bound=floor.bound,
        method="search",
        repeatable=not patience.ended,
        stopped=patience.is_over(),
    )


class _Fitted:
    """The best members and medoids so far."""

    def __init__(self, problem: ClusterProblem, costs: Costs) -> None:
        self.problem, self.costs = problem, costs
        self.objective = np.inf
        self.medoids: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.members: list[list[int]] = []

    def improve(self, medoids: NDArray[np.int64], late: Callable[[], bool]) -> None:
        """Give medoids their best members, and members their best medoids, as long as that gains; keep the best."""
        last = np.inf
        while True:
            under = self.costs.under(medoids)
            labels = _transported(under, medoids, self.costs.size or (1.0, np.inf))
            if labels is None:
                return
            members = [np.flatnonzero(labels == place).tolist() for place in range(medoids.size)]
            medoids = np.array(best_medoids(self.problem.cost, members))
            objective = sum(
                float(self.problem.cost[np.array(items), medoid].sum())
                for items, medoid in zip(members, medoids, strict=True)
            )
            if objective < self.objective:
                self.objective, self.medoids, self.members = objective, medoids, members
            if objective >= last * (1 - FEW.gained) or late():
                return
            last = objective

    def offered(self, late: Callable[[], bool]) -> Callable[[NDArray[np.int64] | None], float]:
        """Try medoids that are offered."""

        def offer(medoids: NDArray[np.int64] | None) -> float:
            if medoids is not None and not late():
                self.improve(medoids, late)
            return float(self.objective)

        return offer


def _transported(
    under: NDArray[np.float64], medoids: NDArray[np.int64], size: tuple[float, float]
) -> NDArray[np.int64] | None:
    """Assign items to medoids at least cost within sizes, each medoid to itself, shape (n,).

    Parameters
    ----------
    under
        Cost of every item under each medoid, shape (k, n).
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - only such problems need it
    from scipy.sparse import block_diag, hstack, identity, vstack  # noqa: PLC0415

    k, n = under.shape
    spend(_VARIABLE * k * n)
    upper = np.ones((k, n))
    upper[:, medoids] = 0.0
    upper[np.arange(k), medoids] = 1.0
    loads = block_diag([np.ones((1, n))] * k, format="csr")
    outcome = linprog(
        under.ravel(),
        A_ub=vstack([loads, -loads]),
        b_ub=np.concatenate([np.full(k, size[1]), np.full(k, -size[0])]),
        A_eq=hstack([identity(n)] * k, format="csr"),
        b_eq=np.ones(n),
        bounds=np.column_stack([np.zeros(k * n), upper.ravel()]),
        method="highs-ds",
    )
    if outcome.x is None:
        return None
    return np.asarray(outcome.x.reshape(k, n).argmax(axis=0))
