"""Rules resolved into arrays: linked items merged into groups, bounds gathered by kind."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from geo_partnerships.clustering.rules import Allowed, Count, Districts, SecondMembership, Size
from geo_partnerships.clustering.rules.allowed import all_allowed
from geo_partnerships.clustering.rules.districts import district_penalty
from geo_partnerships.clustering.rules.second_membership import doubled_items

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering.problem import ClusterProblem
    from geo_partnerships.clustering.rules import Rule

R = TypeVar("R", bound="Rule")

__all__ = ["Compiled", "compile_problem", "flattened", "link_groups", "linked_sets"]


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
    twice
        Whether each group has two memberships (a group of one item), shape (groups,).
    """

    problem: ClusterProblem
    cost: NDArray[np.float64]
    groups: tuple[tuple[int, ...], ...]
    group_of: NDArray[np.int64]
    twice: NDArray[np.bool_]
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

    @property
    def least_memberships(self) -> NDArray[np.float64]:
        """How many clusters each group must be in, shape (groups,)."""
        sure = {rule.item for rule in self.of(SecondMembership, binding=True)}
        return np.array([2.0 if items[0] in sure else 1.0 for items in self.groups])

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
        return np.unique(self.group_of[list(items)]).astype(np.int64)


def flattened(lists: Iterable[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Put lists behind one another: their entries, and where each begins, with the end of the last."""
    parts = list(lists)
    starts = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)
    return np.array([item for part in parts for item in part], dtype=np.int64), starts


def linked_sets(rules: Iterable[Rule], doubled: set[int]) -> list[list[int]]:
    """Gather the sets of items with one membership that binding rules put into one cluster."""
    labelled: dict[int | str, list[int]] = {}
    sets: list[list[int]] = []
    for rule in rules:
        for label, items in rule.linked() if rule.binding else ():
            inside = [item for item in items if item not in doubled]
            if label is None:
                sets.append(inside)
            else:
                labelled.setdefault(label, []).extend(inside)
    return sets + list(labelled.values())


def link_groups(n: int, sets: Iterable[Iterable[int]]) -> tuple[tuple[int, ...], ...]:
    """Merge overlapping sets of items; groups are ordered by their lowest item."""
    parent = list(range(n))

    def find(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for items in sets:
        roots = sorted({find(item) for item in items})
        for root in roots[1:]:
            parent[root] = roots[0]
    gathered: dict[int, list[int]] = {}
    for item in range(n):
        gathered.setdefault(find(item), []).append(item)
    return tuple(tuple(items) for items in gathered.values())


def compile_problem(problem: ClusterProblem) -> Compiled:
    """Resolve the rules of `problem` into arrays."""
    rules = problem.rules
    cost = problem.cost
    for rule in rules:
        if isinstance(rule, Districts) and not rule.strict:
            cost = cost + district_penalty(rule)
        elif isinstance(rule, Allowed) and not rule.binding:
            cost = cost + rule.weight * ~rule.pairs
    allowed = all_allowed(rules)
    if allowed is not None:
        cost = np.where(allowed, cost, _dear(float(cost[allowed].max()), problem))
    doubled = doubled_items(rules)
    groups = link_groups(problem.n, linked_sets(rules, doubled))
    group_of = np.empty(problem.n, dtype=np.int64)
    for number, items in enumerate(groups):
        group_of[list(items)] = number
    counts = [rule for rule in rules if isinstance(rule, Count) and rule.binding]
    return Compiled(
        problem=problem,
        cost=cost,
        groups=groups,
        group_of=group_of,
        twice=np.array([items[0] in doubled for items in groups]),
        count=(
            max((rule.minimum for rule in counts), default=1),
            min((rule.maximum for rule in counts), default=problem.n),
        ),
        allowed=allowed,
    )


def _dear(greatest: float, problem: ClusterProblem) -> float:
    """Return a price above that of any one cluster of pairs that cost no more than `greatest`."""
    sizes = [rule for rule in problem.rules if isinstance(rule, Size) and rule.binding and rule.weights is None]
    most = min([problem.n, *(math.floor(rule.maximum) for rule in sizes if math.isfinite(rule.maximum))])
    return 1.0 + math.ceil(greatest) * max(1, most)
