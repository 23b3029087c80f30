"""How small the worst of some measure can be: pairs above a level are barred, and levels are tried by bisection.

A level at which no clustering keeps the rules is proved to be too low; where one does, its own worst pair is the next
level (the bottleneck form of location problems: Elloumi, Labbé and Pochet, 2004).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering import work
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.clustering.infeasibility.certificates import certificates
from geo_partnerships.clustering.models.assignment_model import build_model
from geo_partnerships.clustering.models.connectivity import solve_connected
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.problem import Effort
from geo_partnerships.clustering.rules import Allowed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering.problem import Clustering, ClusterProblem

__all__ = ["LeastWorst", "least_worst", "worst_of"]

EXACT = PARAMETERS.exact

_MODELLED = 1000
"""Up to how many items a model says whether the rules can be kept; for more, arithmetic alone does."""


@dataclass(frozen=True)
class LeastWorst:
    """The least that was reached of the worst pair, and what it cannot be below.

    Attributes
    ----------
    value
        The worst pair of a clustering that keeps the rules.
    lower_bound
        No clustering that keeps the rules has a better worst pair than this.
    timed
        Whether the clock or a cancellation ended the work.
    """

    value: float
    lower_bound: float
    timed: bool = False


def worst_of(measure: NDArray[np.float64], medoids: Sequence[int], members: Sequence[Sequence[int]]) -> float:
    """Return the greatest measure of a member and its medoid."""
    return max(float(measure[list(items), medoid].max()) for medoid, items in zip(medoids, members, strict=True))


def least_worst(
    problem: ClusterProblem,
    measure: NDArray[np.float64],
    known: Clustering,
    *,
    missing: tuple[int, ...] | None = None,
    seed: int = 0,
    most: float = math.inf,
    cancelled: Callable[[], bool] = lambda: False,
) -> LeastWorst:
    """Find the least that the greatest measure of a member and its medoid can be.

    Parameters
    ----------
    problem
        Costs, of which nothing hangs, and rules.
    measure
        Of each item under each medoid, shape (n, n); 0 on the diagonal.
    known
        A clustering that keeps the rules.
    missing
        For each preferred `Leaders` rule, how many clusters may be without a leader; by default all.
    most
        Do no more than so much work; what is known by then is returned.
    cancelled
        Polled now and then; once it returns True, what is known so far is returned.
    """
    with work.granted(most):
        return _bisected(problem, measure, known, missing, seed, cancelled)


def _bisected(
    problem: ClusterProblem,
    measure: NDArray[np.float64],
    known: Clustering,
    missing: tuple[int, ...] | None,
    seed: int,
    cancelled: Callable[[], bool],
) -> LeastWorst:
    levels = np.unique(measure)
    high = int(np.searchsorted(levels, worst_of(measure, known.medoids, known.members)))
    low = proved = _ruled_out(problem, measure, levels, high)
    while high - low > 1 and problem.n <= _MODELLED:
        if cancelled() or work.is_over():
            return LeastWorst(float(levels[high]), float(levels[proved + 1]), timed=cancelled())
        middle = (low + high) // 2
        found = _within(problem, measure, float(levels[middle]), missing, seed, cancelled)
        if found.worst is not None:
            high = int(np.searchsorted(levels, found.worst))
        else:
            low = middle
            proved = middle if found.infeasible else proved
    return LeastWorst(float(levels[high]), float(levels[proved + 1]))


@dataclass(frozen=True)
class _Tried:
    """The worst pair of a clustering within a level, if one was found, and whether there is proved to be none."""

    worst: float | None
    infeasible: bool = False


def _ruled_out(problem: ClusterProblem, measure: NDArray[np.float64], levels: NDArray[np.float64], high: int) -> int:
    """Return the highest level that arithmetic alone shows to be too low, by its position; -1 where there is none."""
    low = -1
    while high - low > 1:
        middle = (low + high) // 2
        rules = (*problem.rules, Allowed(measure <= levels[middle]))
        if next(certificates(problem.n, rules), None) is not None:
            low = middle
        else:
            high = middle
    return low


def _within(
    problem: ClusterProblem,
    measure: NDArray[np.float64],
    level: float,
    missing: tuple[int, ...] | None,
    seed: int,
    cancelled: Callable[[], bool],
) -> _Tried:
    """Look for any clustering of which no pair is worse than a level."""
    compiled = compile_problem(replace(problem, rules=(*problem.rules, Allowed(measure <= level))))
    built = build_model(compiled, np.ones((compiled.size, compiled.n), dtype=np.bool_))
    for columns, limit in zip(built.missing_leaders, missing or (), strict=missing is not None):
        built.model.add_rows([(columns[None, :], 1.0)], upper=limit)
    outcome = solve_connected(built, effort=Effort(nodes=EXACT.worst_nodes), seed=seed, cancelled=cancelled, first=True)
    if outcome.values is None:
        return _Tried(None, outcome.infeasible)
    judged = evaluate(compiled, built.clusters(outcome.values).values())
    return _Tried(None if judged.broken else worst_of(measure, judged.medoids, judged.members))
