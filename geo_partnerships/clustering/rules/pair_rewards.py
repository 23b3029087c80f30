"""Pairs of items that are worth being together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from geo_partnerships.clustering.rules.base import Weighted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geo_partnerships.clustering.rules.base import Answer, Places
    from geo_partnerships.clustering.rules.facts import Certificate, Facts
    from geo_partnerships.clustering.rules.given import Clusters, Groups, Pricing, Repaired, Rows

__all__ = ["PairRewards"]


@dataclass(frozen=True)
class PairRewards(Weighted):
    """Each of `pairs` is worth `weight` where it shares a cluster. Broken by one unit a pair that is parted.

    A reward is counted as a price of parting, so that no clustering costs less than nothing; which clustering is best
    is the same. The rule is always preferred: pairs that must be together are must-links. A pair that stands twice
    counts twice.
    """

    pairs: tuple[tuple[int, int], ...]
    binding: bool = field(default=False, kw_only=True)

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return "pairs together"

    def mentioned(self) -> Iterator[int]:
        """Yield every item the rule speaks of."""
        for pair in self.pairs:
            yield from pair

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        if self.binding:
            yield f"{self.words}: pairs are rewarded, never binding; use MustLink for those that must be together"
        if any(a == b for a, b in self.pairs):
            yield f"{self.words}: an item is not paired with itself"

    def amount(self, seen: Clusters, medoids: Sequence[int]) -> float:
        """Return how many pairs are parted."""
        homes = seen.homes
        return float(sum(homes[a].isdisjoint(homes[b]) for a, b in self.pairs))

    def recount(self, answer: Answer) -> float:
        """Count again, by plain arithmetic, by how many units clusters break the rule."""
        clusters = [set(items) for items in answer.members]
        return float(sum(not any({a, b} <= items for items in clusters) for a, b in self.pairs))

    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`."""
        yield from sorted(" ".join(sorted((names[a], names[b]))) for a, b in self.pairs)

    def certificates(self, facts: Facts) -> Iterator[Certificate]:
        """Yield nothing: arithmetic alone does not show it."""
        yield from ()

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge nothing."""
        yield from ()

    def add_rows(self, built: Rows) -> None:
        """Add the rule to the medoid model."""
        compiled, model = built.compiled, built.model
        for (a, b), weight in rewards_by_group(compiled, [self]).items():
            alone = model.add_columns(np.full(compiled.n, weight), integer=False)
            model.add_rows([(alone, 1.0), (built.x[a], -1.0), (built.x[b], 1.0)], lower=0.0)

    def within(self, places: Places) -> Self | None:
        """Restrict the rule to some items that keep their clusters among themselves; None where it says nothing."""
        inside = tuple((places[a], places[b]) for a, b in self.pairs if a in places and b in places)
        return replace(self, pairs=inside, name=self.words) if inside else None

    def needs_matrix(self) -> bool:
        """Whether a problem of points alone cannot have the rule."""
        return False

    def is_local(self) -> bool:
        """Whether the rule can be kept a few clusters at a time."""
        return True

    def is_kept_by_moves(self) -> bool:
        """Whether the moves of a search keep the rule."""
        return True

    def is_columnar(self, compiled: Groups) -> bool:
        """Whether one cluster at a time shows which pairs are together."""
        return True

    def add_pricing(self, data: Pricing) -> None:
        """Add the rule to what prices whole clusters."""
        for pair, weight in rewards_by_group(data.compiled, [self]).items():
            data.rewards[pair] = data.rewards.get(pair, 0.0) + weight

    def is_counted(self) -> bool:
        """Whether the rule can be broken by whole units only."""
        return True

    def amiss(self, repair: Repaired) -> Iterator[set[int]]:
        """Yield the clusters of each pair that is parted."""
        for a, b in self.pairs:
            if not repair.homes([a]) & repair.homes([b]):
                yield repair.homes([a, b])

    def is_of_few(self) -> bool:
        """Whether the rule speaks of a few items, and not of every cluster."""
        return True


def rewards_by_group(compiled: Groups, rules: Iterable[PairRewards]) -> dict[tuple[int, int], float]:
    """Add up what each pair of groups is worth together, the lower group first; pairs of one group always are."""
    worth: dict[tuple[int, int], float] = {}
    for rule in rules:
        for a, b in rule.pairs if rule.weight > 0 else ():
            one, other = sorted((int(compiled.group_of[a]), int(compiled.group_of[b])))
            if one != other:
                worth[one, other] = worth.get((one, other), 0.0) + rule.weight
    return worth


def rewards_by_item(n: int, rules: Iterable[PairRewards]) -> list[dict[int, float]]:
    """Add up, for each item, what it is worth to be with each other one."""
    worth: list[dict[int, float]] = [{} for _ in range(n)]
    for rule in rules:
        for a, b in rule.pairs if rule.weight > 0 else ():
            worth[a][b] = worth[a].get(b, 0.0) + rule.weight
            worth[b][a] = worth[b].get(a, 0.0) + rule.weight
    return worth
