"""Leaders before distance: how few clusters must do without one, and leaders brought to clusters that lack one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.clustering.rules import Guarantee, Leaders, Size
from geo_partnerships.clustering.rules.second_membership import doubled_items

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.evaluate import Evaluation
    from geo_partnerships.clustering.problem import ClusterProblem

__all__ = ["fewest_unled", "spread_leaders", "unled"]


def fewest_unled(problem: ClusterProblem) -> tuple[int, ...]:
    """For each preferred `Leaders` rule, the fewest clusters without a leader that counting alone leaves possible."""
    compiled = compile_problem(problem)
    twice = doubled_items(problem.rules)
    rules = compiled.of(Leaders, binding=False)
    return tuple(max(0, compiled.count[0] - len(set(r.items)) - len(twice & set(r.items))) for r in rules)


def unled(problem: ClusterProblem, members: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """For each preferred `Leaders` rule, the number of clusters without a leader."""
    rules = [rule for rule in problem.rules if isinstance(rule, Leaders) and not rule.binding]
    return tuple(sum(set(rule.items).isdisjoint(items) for items in members) for rule in rules)


def spread_leaders(problem: ClusterProblem, members: Sequence[Sequence[int]]) -> Evaluation | None:
    """Bring leaders from clusters that have several to those that have none; None where none can be brought.

    A leader moves alone where sizes allow it, or changes places with another item; the cheapest change is made
    that keeps every binding rule. The rules are those that the moves of a search know.
    """
    spreading = _Spreading(compile_problem(problem), [list(items) for items in members])
    changed = [spreading.bring_to(c) for c in range(len(spreading.members)) if not spreading.led(c)]
    if not any(changed):
        return None
    judged = evaluate(spreading.compiled, spreading.members)
    return None if judged.broken or judged.missing >= unled(problem, members) else judged


class _Spreading:
    """Clusters that leaders are brought to."""

    def __init__(self, compiled: Compiled, members: list[list[int]]) -> None:
        self.compiled = compiled
        found = evaluate(compiled, members)
        self.medoids = list(found.medoids)
        self.members = [list(items) for items in found.members]
        self.label = found.labels.copy()
        self.leader = np.zeros(compiled.n, dtype=np.bool_)
        self.leader[list(compiled.of(Leaders, binding=False)[0].items)] = True
        sizes = compiled.of(Size, binding=True)
        self.low, self.high = (sizes[0].minimum, sizes[0].maximum) if sizes else (0.0, float("inf"))
        weights = sizes[0].weights if sizes else None
        self.loads = np.ones(compiled.n) if weights is None else np.asarray(weights, dtype=np.float64)
        self.named = {rule.item: set(rule.named) for rule in compiled.of(Guarantee, binding=True)}

    def led(self, c: int) -> bool:
        """Whether a cluster has a leader."""
        return bool(self.leader[self.members[c]].any())

    def bring_to(self, c: int) -> bool:
        """Bring the cheapest leader that can be had to a cluster; say whether there was one."""
        counts = np.array([int(self.leader[items].sum()) for items in self.members])
        spare = np.flatnonzero(self.leader & (counts[self.label] > 1))
        if not spare.size:
            return False
        cost, medoids = self.compiled.cost, np.asarray(self.medoids)
        here, homes = int(medoids[c]), medoids[self.label[spare]]
        comes = cost[spare, np.full(spare.size, here)] - cost[spare, homes]
        others = np.asarray(self.members[c])
        goes = cost[others[None, :], homes[:, None]] - cost[others, np.full(others.size, here)][None, :]
        prices = np.column_stack([comes, comes[:, None] + goes])
        for flat in np.argsort(prices, axis=None, kind="stable").tolist():
            row, column = divmod(flat, prices.shape[1])
            if self._change(int(spare[row]), None if column == 0 else int(others[column - 1]), c):
                return True
        return False

    def _change(self, leader: int, other: int | None, c: int) -> bool:
        """Move a leader to a cluster, and another item the other way, if every rule is kept."""
        home = int(self.label[leader])
        leaving = [] if other is None else [other]
        there = [item for item in self.members[home] if item != leader] + leaving
        here = [item for item in self.members[c] if item != other] + [leader]
        if not all(self.low <= float(self.loads[items].sum()) <= self.high for items in (there, here)):
            return False
        if not all(self._guarantee_bound(items) for items in (there, here)):
            return False
        self.members[home], self.members[c] = there, here
        self.label[there], self.label[here] = home, c
        for place in (home, c):
            inner = np.asarray(self.members[place])
            self.medoids[place] = int(inner[self.compiled.cost[np.ix_(inner, inner)].sum(axis=0).argmin()])
        return True

    def _guarantee_bound(self, items: Sequence[int]) -> bool:
        """Whether everybody in a cluster has one of those that were promised to it."""
        inside = set(items)
        return all((self.named[item] - {item}) & inside for item in inside.intersection(self.named))
