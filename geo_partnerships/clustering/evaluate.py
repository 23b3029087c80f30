"""What a set of clusters costs and which rules it breaks, worked out from the members alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np

from geo_partnerships.clustering.problem import Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.problem import ClusterProblem
    from geo_partnerships.clustering.rules import Rule

_HELD = 4_000_000
"""Costs that are held at once."""

_Members = Sequence[Sequence[int]]
_Medoids = Sequence[int]

__all__ = ["Evaluation", "Judged", "best_medoids", "broken_rules", "evaluate"]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Medoids, members, cost and broken rules of a set of clusters.

    Attributes
    ----------
    broken
        Binding rules that are not kept.
    missing
        For each preferred `Leaders` rule, the number of clusters without a leader.
    """

    medoids: tuple[int, ...]
    members: tuple[tuple[int, ...], ...]
    labels: NDArray[np.int64]
    objective: float
    violations: tuple[Violation, ...]
    broken: tuple[Rule, ...]
    missing: tuple[int, ...]


def evaluate(compiled: Compiled, clusters: Iterable[Iterable[int]]) -> Evaluation:
    """Judge `clusters`, given as the items of each; the medoids are chosen here."""
    problem = compiled.problem
    members = [tuple(sorted(items)) for items in clusters]
    medoids = best_medoids(compiled.cost, members)
    order = np.argsort(medoids)
    members = [members[where] for where in order]
    medoids = [medoids[where] for where in order]
    service = sum(
        float(problem.cost[list(items), medoid].sum()) for items, medoid in zip(members, medoids, strict=True)
    )
    violations, broken, missing = [], [], []
    seen = Judged(problem, members)
    for rule in problem.rules:
        amount = rule.amount(seen, medoids)
        if rule.goes_first():
            missing.append(int(amount))
        if amount <= 0:
            continue
        if rule.binding:
            broken.append(rule)
        else:
            cost = 0.0 if rule.goes_first() else amount * rule.weight
            violations.append(Violation(rule.words, amount, cost))
    labels = np.full(problem.n, -1, dtype=np.int64)
    for position in range(len(members) - 1, -1, -1):
        labels[list(members[position])] = position
    return Evaluation(
        medoids=tuple(medoids),
        members=tuple(members),
        labels=labels,
        objective=service + sum(violation.cost for violation in violations),
        violations=tuple(violations),
        broken=tuple(broken),
        missing=tuple(missing),
    )


def broken_rules(n: int, rules: Sequence[Rule], clusters: Iterable[Iterable[int]]) -> list[Rule]:
    """Return the binding rules that `clusters` of `n` items break; what they cost is not looked at.

    Raises
    ------
    TypeError
        A rule cannot be judged without costs.
    """
    if any(rule.needs_matrix() for rule in rules):
        raise TypeError("rules that need costs are judged with them, by evaluate")
    bare = cast("ClusterProblem", _Bare(n, tuple(rules)))
    seen = Judged(bare, [tuple(sorted(items)) for items in clusters])
    return [rule for rule in rules if rule.binding and rule.amount(seen, ()) > 0]


def best_medoids(cost: NDArray[np.float64], members: _Members) -> list[int]:
    """Choose the medoid of each cluster: the member of least total cost, the lowest on ties."""
    medoids = []
    for items in members:
        inner = np.asarray(list(items))
        totals = sum(cost[np.ix_(rows, inner)].sum(axis=0) for rows in _stretches(inner))
        medoids.append(int(inner[np.argmin(totals)]))
    return medoids


def _stretches(items: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Cut items into stretches, so that costs of a large cluster are never held all at once."""
    step = max(1, _HELD // items.size)
    for start in range(0, items.size, step):
        yield items[start : start + step]


@dataclass(frozen=True, eq=False)
class _Bare:
    """Items and rules without costs, as `Judged` asks for them."""

    n: int
    rules: tuple[Rule, ...]
    cost: NDArray[np.float64] = field(default_factory=lambda: np.zeros((1, 1)))


@dataclass(frozen=True, eq=False)
class Judged:
    """Clusters that are judged, and what several rules ask of them."""

    problem: ClusterProblem
    members: _Members

    @cached_property
    def homes(self) -> list[set[int]]:
        """Clusters of each item."""
        homes: list[set[int]] = [set() for _ in range(self.problem.n)]
        for position, items in enumerate(self.members):
            for item in items:
                homes[item].add(position)
        return homes
