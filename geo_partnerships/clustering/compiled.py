"""Rules resolved into arrays: linked items merged into groups, bounds gathered by kind."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from geo_partnerships.clustering.rules import Allowed, Count, PairRewards, PartedAtMost, Size
from geo_partnerships.clustering.rules.allowed import all_allowed
from geo_partnerships.clustering.rules.linked import link_groups, linked_sets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering.problem import ClusterProblem
    from geo_partnerships.clustering.rules import Rule

R = TypeVar("R", bound="Rule")

__all__ = ["Compiled", "compile_problem", "flattened"]


@dataclass(frozen=True, eq=False)
class Compiled:
    """A problem ready to be modelled.

    Attributes
    ----------
    cost
        Dissimilarities with what single pairs cost by preferred rules, shape (n, n); a pair that may not be costs more
        than any cluster without such pairs.
    allowed
        Which items may be under which medoids, shape (n, n); None where all may.
    groups
        Items that must share one cluster, merged; each item is in exactly one group.
    group_of
        Group of each item, shape (n,).
    """

    problem: ClusterProblem
    cost: NDArray[np.float64]
    groups: tuple[tuple[int, ...], ...]
    group_of: NDArray[np.int64]
    count: tuple[int, int]
    allowed: NDArray[np.bool_] | None = None

    @property
    def n(self) -> int:
        """Number of items."""
        return int(self.cost.shape[0])

    @property
    def size(self) -> int:
        """Number of groups."""
        return len(self.groups)

    @cached_property
    def group_cost(self) -> NDArray[np.float64]:
        """Summed cost of each group to each medoid, shape (groups, n)."""
        if self.size == self.n:
            return self.cost
        starts = np.cumsum([0, *(len(items) for items in self.groups[:-1])])
        return np.add.reduceat(self.cost[np.concatenate([list(g) for g in self.groups])], starts, axis=0)

    @cached_property
    def group_allowed(self) -> NDArray[np.bool_] | None:
        """Which groups may be under which medoids with all their items, shape (groups, n); None where all may."""
        if self.allowed is None:
            return None
        return np.array([self.allowed[list(items)].all(axis=0) for items in self.groups])

    def of(self, kind: type[R], *, binding: bool | None = None) -> list[R]:
        """Rules of one kind, binding or preferred only where `binding` says so."""
        return [
            rule
            for rule in self.problem.rules
            if isinstance(rule, kind) and (binding is None or rule.binding == binding)
        ]

    def group_sum(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum item weights, shape (n,), over each group."""
        return np.bincount(self.group_of, weights=weights, minlength=self.size).astype(np.float64)

    def members(self, items: Iterable[int]) -> NDArray[np.int64]:
        """Distinct groups of `items`, ascending."""
        return np.unique(self.group_of[np.fromiter(items, dtype=np.int64)]).astype(np.int64)


def flattened(lists: Iterable[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Put lists behind one another: their entries, and where each begins, with the end of the last."""
    parts = list(lists)
    starts = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)
    return np.array([item for part in parts for item in part], dtype=np.int64), starts


def compile_problem(problem: ClusterProblem) -> Compiled:
    """Resolve the rules of `problem` into arrays."""
    rules = problem.rules
    cost = problem.cost
    for rule in rules:
        if isinstance(rule, Allowed) and not rule.binding:
            cost = cost + rule.weight * ~rule.pairs
    allowed = all_allowed(rules)
    if allowed is not None:
        cost = np.where(allowed, cost, _dear(float(cost[allowed].max()), problem))
    groups = link_groups(problem.n, linked_sets(rules))
    group_of = np.empty(problem.n, dtype=np.int64)
    for number, items in enumerate(groups):
        group_of[list(items)] = number
    counts = [rule for rule in rules if isinstance(rule, Count)]
    return Compiled(
        problem=problem,
        cost=cost,
        groups=groups,
        group_of=group_of,
        count=(
            max((rule.minimum for rule in counts), default=1),
            min((rule.maximum for rule in counts), default=problem.n),
        ),
        allowed=allowed,
    )


def _dear(greatest: float, problem: ClusterProblem) -> float:
    """Return a price above that of any one cluster of pairs that cost no more than `greatest`, whomever it parts."""
    sizes = [rule for rule in problem.rules if isinstance(rule, Size) and rule.weights is None]
    most = min([problem.n, *(math.floor(rule.maximum) for rule in sizes if math.isfinite(rule.maximum))])
    worth = sum(rule.weight * len(rule.pairs) for rule in problem.rules if isinstance(rule, PairRewards))
    worth += sum(greatest * len(rule.pairs) for rule in problem.rules if isinstance(rule, PartedAtMost))
    return 1.0 + math.ceil(greatest) * max(1, most) + math.ceil(worth)
