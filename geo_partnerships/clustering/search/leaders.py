"""Leaders before distance: how few clusters must do without one, and leaders brought to clusters that lack one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering import work
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.clustering.rules import Guarantee, Leaders, PairRewards, Size
from geo_partnerships.clustering.rules.pair_rewards import rewards_by_item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.evaluate import Evaluation
    from geo_partnerships.clustering.problem import ClusterProblem

_NEGLIGIBLE = 1e-9
_TRIED = 100
_TRIAL = 1e-5

__all__ = ["fewest_unled", "spread_leaders", "unled"]


def fewest_unled(problem: ClusterProblem) -> tuple[int, ...]:
    """For each preferred `Leaders` rule, the fewest clusters without a leader that counting alone leaves possible."""
    compiled = compile_problem(problem)
    rules = compiled.of(Leaders, binding=False)
    return tuple(max(0, compiled.count[0] - len(set(r.items))) for r in rules)


def unled(problem: ClusterProblem, members: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """For each preferred `Leaders` rule, the number of clusters without a leader."""
    rules = [rule for rule in problem.rules if isinstance(rule, Leaders) and not rule.binding]
    return tuple(sum(set(rule.items).isdisjoint(items) for items in members) for rule in rules)


def spread_leaders(problem: ClusterProblem, members: Sequence[Sequence[int]]) -> Evaluation | None:
    """Bring leaders from clusters that have several to those that have none; None where nothing is gained.

    A leader moves alone where sizes allow it, or changes places with another item; the cheapest change is made
    that keeps every binding rule. Clusters are then closed, each for one that is split off where there are leaders to
    spare, as long as that is cheaper: where a leader comes from afar, fewer clusters are better. The rules are those
    that the moves of a search know.
    """
    spreading = _Spreading(compile_problem(problem), [list(items) for items in members])
    changed = [spreading.bring_to(c) for c in range(len(spreading.members)) if not spreading.is_led(c)]
    while sum(spreading.replace_cluster(c) for c in spreading.dearest() if not work.is_over()):
        changed.append(True)
    if not any(changed):
        return None
    judged = evaluate(spreading.compiled, spreading.members)
    return None if judged.broken or judged.missing > unled(problem, members) else judged


@dataclass(frozen=True)
class _Split:
    """A cluster in two, and by how much these cost more than it."""

    kept: list[int]
    apart: list[int]
    change: float


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
        self.guaranteed = {rule.item: (set(rule.named), rule.weight) for rule in compiled.of(Guarantee, binding=False)}
        self.partners = rewards_by_item(compiled.n, compiled.of(PairRewards))
        self.splits: dict[int, _Split | None] = {}

    def is_led(self, c: int) -> bool:
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
        if not all(self._fits(items) and self._has_promised(items) for items in (there, here)):
            return False
        self._put({home: there, c: here})
        return True

    def dearest(self) -> list[int]:
        """Return the clusters that cost most, dearest first, as many as are worth a trial."""
        costs = np.array([self._cost_of(items) for items in self.members])
        return [c for c in np.argsort(-costs, kind="stable")[:_TRIED].tolist() if costs[c] > 0]

    def replace_cluster(self, c: int) -> bool:
        """Close a cluster and split another where that is cheapest, in either order, if that is cheaper in all."""
        work.spend(_TRIAL * len(self.members))
        return self._split_and_close(c) or self._close_and_split(c)

    def _split_and_close(self, c: int) -> bool:
        others = (split for d, split in self._splits().items() if split is not None and d != c)
        split = min(others, key=lambda split: split.change, default=None)
        if split is None or split.change >= self._cost_of(self.members[c]):
            return False
        d = int(self.label[split.kept[0]])
        homes = self._rehoused(self.members[c], {d: split.kept, c: split.apart})
        return homes is not None and self._put_if_cheaper({d: split.kept, c: split.apart, **homes})

    def _close_and_split(self, c: int) -> bool:
        homes = self._rehoused(self.members[c], {c: []})
        if homes is None:
            return False
        splits = {**self._splits(), **{d: self._split(items) for d, items in homes.items()}}
        open_ = {d: split for d, split in splits.items() if split is not None and d != c}
        d = min(open_, key=lambda d: open_[d].change, default=None)
        if d is None:
            return False
        return self._put_if_cheaper({**homes, d: open_[d].kept, c: open_[d].apart})

    def _put_if_cheaper(self, clusters: dict[int, list[int]]) -> bool:
        """Give clusters other items if they then cost less in all."""
        before = sum(self._cost_of(self.members[place]) for place in clusters)
        if sum(map(self._cost_of, clusters.values())) >= before * (1 - _NEGLIGIBLE):
            return False
        self._put(clusters)
        return True

    def _rehoused(self, leaving: Sequence[int], changed: dict[int, list[int]]) -> dict[int, list[int]] | None:
        """Find room for items in clusters, some of which are changed; the clusters that take some, or None."""
        cost, medoids, room = self.compiled.cost, np.array(self.medoids), self.high - self._loads()
        for c, items in changed.items():
            medoids[c] = self._medoid(items) if items else 0
            room[c] = self.high - float(self.loads[items].sum()) if items else -np.inf
        homes: dict[int, list[int]] = {}
        for item in sorted(leaving, key=lambda item: (-self.loads[item], item)):
            dear = np.where(room >= self.loads[item], cost[np.full(medoids.size, item), medoids], np.inf)
            where = int(dear.argmin())
            if np.isinf(dear[where]):
                return None
            room[where] -= self.loads[item]
            homes.setdefault(where, list(changed.get(where, self.members[where]))).append(item)
        return homes if all(map(self._has_promised, homes.values())) else None

    def _loads(self) -> NDArray[np.float64]:
        return np.bincount(self.label, weights=self.loads, minlength=len(self.members)).astype(np.float64)

    def _splits(self) -> dict[int, _Split | None]:
        """Return the cheapest way to split each cluster."""
        for d, items in enumerate(self.members):
            if d not in self.splits:
                self.splits[d] = self._split(items)
        return self.splits

    def _split(self, items: list[int]) -> _Split | None:
        """Find the cheapest way to split a cluster in two that both have a leader; None where there is none."""
        leaders = [item for item in items if self.leader[item]]
        found = [self._split_off(items, leader, others) for leader in leaders if (others := set(leaders) - {leader})]
        return min(filter(None, found), key=lambda split: split.change, default=None)

    def _split_off(self, items: list[int], leader: int, leaders: set[int]) -> _Split | None:
        """Split a leader and those who are nearer to it off a cluster in which another stays, as sizes allow."""
        medoid = self._medoid(items)
        stays = medoid if medoid in leaders else min(leaders)
        others = np.array([item for item in items if item not in {leader, stays}], dtype=np.int64)
        cost = self.compiled.cost
        farther = cost[others, np.full(others.size, leader)] - cost[others, np.full(others.size, medoid)]
        apart = [leader]
        for where in np.argsort(farther, kind="stable").tolist():
            if farther[where] >= 0 and float(self.loads[apart].sum()) >= self.low:
                break
            apart.append(int(others[where]))
        kept = sorted(set(items).difference(apart))
        if not all(self._fits(part) and self._has_promised(part) for part in (kept, apart)):
            return None
        return _Split(kept, apart, self._cost_of(kept) + self._cost_of(apart) - self._cost_of(items))

    def _put(self, clusters: dict[int, list[int]]) -> None:
        """Give clusters the items that they have from now on."""
        for place, items in clusters.items():
            self.members[place] = items
            self.label[items] = place
            self.medoids[place] = self._medoid(items)
            self.splits.pop(place, None)

    def _medoid(self, items: Sequence[int]) -> int:
        inner = np.asarray(items)
        return int(inner[self.compiled.cost[np.ix_(inner, inner)].sum(axis=0).argmin()])

    def _cost_of(self, items: Sequence[int]) -> float:
        """Cost of a cluster about its best medoid, with the guarantees it lacks and its half of the pairs parted."""
        inner, inside = np.asarray(items), set(items)
        lacking = (self.guaranteed[item] for item in inside.intersection(self.guaranteed))
        lack = sum(weight for named, weight in lacking if not named & inside)
        parted = sum(worth for item in items for other, worth in self.partners[item].items() if other not in inside)
        return lack + parted / 2 + float(self.compiled.cost[np.ix_(inner, inner)].sum(axis=0).min())

    def _fits(self, items: Sequence[int]) -> bool:
        return self.low <= float(self.loads[items].sum()) <= self.high

    def _has_promised(self, items: Sequence[int]) -> bool:
        """Whether everybody in a cluster has one of those that were promised to it."""
        inside = set(items)
        return all((self.named[item] - {item}) & inside for item in inside.intersection(self.named))
