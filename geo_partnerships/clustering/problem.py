"""What is asked and what is answered, as numbers: no school, place or name of one appears here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from geo_partnerships.clustering.rules import Rule
from geo_partnerships.clustering.space import PointCost
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["ClusterProblem", "Clustering", "Effort", "Infeasible", "ProblemError", "Progress", "Violation"]

_FAULTS_SHOWN = 20

WITH_PLANS = ("first plan", "exact")
"""Phases of a run that report no other plans than those which keep every binding rule."""

MATRIX_ITEMS = 3000
"""Up to so many points are given a matrix of all their distances."""


class ProblemError(ValueError):
    """A problem that makes no sense as stated; `faults` holds every reason, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        shown = list(faults[:_FAULTS_SHOWN])
        if len(faults) > _FAULTS_SHOWN:
            shown.append(f"and {len(faults) - _FAULTS_SHOWN} more")
        super().__init__("; ".join(shown))


class Infeasible(ValueError):  # noqa: N818 - the word planners use; it is an answer, not a malfunction
    """No clustering keeps all binding rules: what was asked cannot be had, whatever the method.

    Attributes
    ----------
    rules
        Names of rules that cannot be kept together; leaving out any one of them makes the rest possible.
    sentence
        Why, in one sentence.
    proved
        Whether impossibility and minimality were proved, or the effort ran out on the way.
    items
        Items that have no place by these rules, as far as arithmetic alone shows it.
    """

    def __init__(
        self, rules: tuple[str, ...], sentence: str, *, proved: bool = True, items: tuple[int, ...] = ()
    ) -> None:
        self.rules = rules
        self.items = items
        self.sentence = sentence
        self.proved = proved
        super().__init__(sentence)


@dataclass(frozen=True, eq=False)
class ClusterProblem:
    """A clustering to find.

    Parameters
    ----------
    cost
        Dissimilarities, shape (n, n), in one unit (metres): ``cost[i, j]`` is the cost of item i in the
        cluster of medoid j. Finite, at least 0, with a diagonal of 0; it may be asymmetric. `from_points`
        gives straight-line distances that are never held as one matrix.
    rules
        The rules to keep.

    Raises
    ------
    ProblemError
        If the matrix or a rule makes no sense; every fault is listed.
    """

    cost: NDArray[np.float64]
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a problem that makes no sense."""
        object.__setattr__(self, "rules", tuple(self.rules))
        unknown = [rule for rule in self.rules if not isinstance(rule, Rule)]
        if unknown:
            raise ProblemError([_unknown(rule) for rule in unknown])
        if isinstance(self.cost, PointCost):
            faults = _point_faults(self.cost, self.rules)
        else:
            cost = np.ascontiguousarray(self.cost, dtype=np.float64)
            object.__setattr__(self, "cost", cost)
            faults = _cost_faults(cost)
        if not faults:
            faults = [fault for rule in self.rules for fault in rule.faults(self.n)]
        if faults:
            raise ProblemError(faults)

    @classmethod
    def from_points(cls, points: ArrayLike, rules: tuple[Rule, ...] = ()) -> ClusterProblem:
        """Make a problem of straight-line distances between `points`, shape (n, d), in one unit (metres).

        On a map, d is 2. Few points are given a matrix; many are not.
        """
        coordinates = np.asarray(points, dtype=np.float64)
        if coordinates.ndim != 2 or coordinates.shape[1] < 1:  # noqa: PLR2004
            raise ProblemError([f"points must be of shape (n, d), not {coordinates.shape}"])
        if coordinates.shape[1] == 1:
            coordinates = np.column_stack([coordinates, np.zeros(coordinates.shape[0])])
        cost = PointCost(coordinates)
        stand_in = cast("NDArray[np.float64]", cost)
        n = coordinates.shape[0]
        if n > MATRIX_ITEMS or not np.isfinite(coordinates).all():
            return cls(stand_in, rules)
        return cls(cost[np.arange(n)[:, None], np.arange(n)[None, :]], rules)

    @property
    def n(self) -> int:
        """Number of items."""
        return int(self.cost.shape[0])


def _unknown(rule: object) -> str:
    return f"{type(rule).__name__} is not a kind of rule: a rule is an object of a class derived from Rule"


def _point_faults(cost: PointCost, rules: tuple[Rule, ...]) -> list[str]:
    faults = []
    if cost.shape[0] == 0:
        faults.append("there are no items to cluster")
    if not np.isfinite(cost.points).all():
        i = int(np.flatnonzero(~np.isfinite(cost.points).all(axis=1))[0])
        pair = cost.points.shape[1] == 2  # noqa: PLR2004
        faults.append(f"point {i} is not {'a pair of finite numbers' if pair else 'of finite numbers alone'}")
    faults.extend(
        f"{rule.words}: this rule needs a cost matrix, which is too large for {count(cost.shape[0], 'point')}"
        for rule in rules
        if rule.needs_matrix()
    )
    return faults


def _cost_faults(cost: NDArray[np.float64]) -> list[str]:
    if cost.ndim != 2 or cost.shape[0] != cost.shape[1]:  # noqa: PLR2004
        return [f"cost must be a square matrix, not of shape {cost.shape}"]
    if cost.shape[0] == 0:
        return ["there are no items to cluster"]
    faults = []
    if not np.isfinite(cost).all():
        i, j = np.argwhere(~np.isfinite(cost))[0]
        faults.append(f"cost[{i}, {j}] is not a finite number")
    elif (cost < 0).any():
        i, j = np.argwhere(cost < 0)[0]
        faults.append(f"cost[{i}, {j}] is below 0")
    if np.diagonal(cost).any():
        i = int(np.flatnonzero(np.diagonal(cost))[0])
        faults.append(f"cost[{i}, {i}] is not 0: an item costs nothing as its own medoid")
    return faults


@dataclass(frozen=True)
class Effort:
    """How hard to try.

    Parameters
    ----------
    nodes
        Branch-and-bound nodes for one exact solution.
    iterations
        Steps of a bound or of a search.
    neighbourhoods
        Groups of neighbouring clusters that a search solves exactly, by default none; with 0 it searches none either.
    rounds
        How often a search goes over all groups of neighbouring clusters, which grow from round to round.
    seconds
        A limit by the clock. An answer that it stopped is not repeatable, and says so.
    work
        A limit by work, counted in the steps of all methods: for about so many seconds of a laptop. An answer that it
        stopped is the same on every machine, however busy; infinite for as long as it takes.
    """

    nodes: int | None = None
    iterations: int | None = None
    neighbourhoods: int | None = None
    rounds: int | None = None
    seconds: float | None = None
    work: float = 300.0


@dataclass(frozen=True)
class Progress:
    """Where a run stands: what it is doing, its best objective and its best bound so far."""

    phase: str
    objective: float
    lower_bound: float


@dataclass(frozen=True)
class Violation:
    """A preferred rule that is broken: by how much, and what that costs in the objective."""

    rule: str
    amount: float
    cost: float


@dataclass(frozen=True, eq=False)
class Clustering:
    """A clustering and how good it is proved to be.

    Attributes
    ----------
    medoids
        The medoid of each cluster, ascending, shape (k,).
    members
        Items of each cluster, ascending, in the order of `medoids`; each contains its medoid.
    labels
        Position in `medoids` of each item's first membership, shape (n,).
    objective
        Cost of the members to their medoids plus the cost of violations.
    lower_bound
        A proven floor under the objective of every clustering that keeps the rules.
    gap
        (objective - lower_bound) / objective; 0 where the objective is 0. Infinite where clusterings with fewer
        clusters without a preferred leader are not ruled out: they come first at any cost.
    proven
        Whether the clustering is proved to be a best one in the order that rules set: as few clusters without a
        preferred leader as can be, and of those clusterings one of least objective.
    method
        The method that gave the clustering.
    violations
        Preferred rules that are broken.
    repeatable
        False when a limit by the clock or a cancellation took part in the answer.
    stopped
        Whether an effort limit or a cancellation ended the run before the proof.
    fewest_leaderless
        For each preferred `Leaders` rule, a number of clusters without a leader that is proved to be the least.
    """

    medoids: tuple[int, ...]
    members: tuple[tuple[int, ...], ...]
    labels: NDArray[np.int64]
    objective: float
    lower_bound: float
    gap: float
    proven: bool
    method: str
    violations: tuple[Violation, ...] = ()
    repeatable: bool = True
    stopped: bool = False
    fewest_leaderless: tuple[int, ...] = ()

    @property
    def service_cost(self) -> float:
        """Cost of the members to their medoids alone, without violations."""
        return self.objective - sum(violation.cost for violation in self.violations)
