"""An item that shares a cluster with one of those it named."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from geo_partnerships.clustering.rules.base import Weighted, inner
from geo_partnerships.clustering.rules.facts import Certificate

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from geo_partnerships.clustering.rules.base import Answer, Places
    from geo_partnerships.clustering.rules.facts import Facts
    from geo_partnerships.clustering.rules.given import Clusters, Groups, Pricing, Repaired, Rows

__all__ = ["Guarantee"]


@dataclass(frozen=True)
class Guarantee(Weighted):
    """The `item` shares a cluster with at least one of `named`. Broken by one unit."""

    item: int
    named: tuple[int, ...]

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return f"{self.item} with one of {', '.join(map(str, self.named)) or 'nobody'}"

    def mentioned(self) -> Iterator[int]:
        """Yield every item the rule speaks of."""
        yield self.item
        yield from self.named

    def amount(self, seen: Clusters, medoids: Sequence[int]) -> float:
        """Return by how many units clusters break the rule."""
        named = set(self.named) - {self.item}
        return float(all(named.isdisjoint(seen.members[home]) for home in seen.homes[self.item]))

    def recount(self, answer: Answer) -> float:
        """Count again, by plain arithmetic, by how many units clusters break the rule."""
        others = [other for other in self.named if other != self.item]
        return float(all(answer.homes[other].isdisjoint(answer.homes[self.item]) for other in others))

    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`."""
        yield f"{names[self.item]} {' '.join(sorted({names[item] for item in self.named}))}"

    def certificates(self, facts: Facts) -> Iterator[Certificate]:
        """Yield what arithmetic alone shows to be impossible under the rule."""
        if not set(self.named) - {self.item}:
            yield Certificate((self,), f"{self.words}: nobody else is named")

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge nothing."""
        yield from ()

    def add_rows(self, built: Rows) -> None:
        """Add the rule to the medoid model."""
        compiled = built.compiled
        group = int(compiled.group_of[self.item])
        named = sorted(set(self.named) - {self.item})
        if group in compiled.group_of[named]:
            return
        own, others = built.item(self.item), built.block(named) if named else np.full((compiled.n, 1), -1)
        built.model.add_rows([(own, 1.0), (others, -1.0), (built.one_slack(self), -1.0)], upper=0.0)

    def within(self, places: Places) -> Self | None:
        """Restrict the rule to some items that keep their clusters among themselves; None where it says nothing."""
        if self.item not in places:
            return None
        return replace(self, item=places[self.item], named=inner(self.named, places), name=self.words)

    def needs_matrix(self) -> bool:
        """Whether a problem of points alone cannot have the rule."""
        return False

    def is_local(self) -> bool:
        """Whether the rule can be kept a few clusters at a time."""
        return True

    def is_kept_by_moves(self) -> bool:
        """Whether the moves of a search keep the rule."""
        return True

    def place_in_moves(self) -> Hashable:
        """One guarantee an item is all that the moves know."""
        return "guarantee", self.item

    def is_columnar(self, compiled: Groups) -> bool:
        """Whether one cluster at a time shows that the rule is kept."""
        return True

    def add_pricing(self, data: Pricing) -> None:
        """Add the rule to what prices whole clusters."""
        compiled = data.compiled
        group = int(compiled.group_of[self.item])
        named = compiled.members(set(self.named) - {self.item}).tolist()
        if group not in named:
            data.guarantees.append((group, named, np.inf if self.binding else self.weight))

    def is_counted(self) -> bool:
        """Whether the rule can be broken by whole units only."""
        return True

    def amiss(self, repair: Repaired) -> Iterator[set[int]]:
        """Yield the clusters, a set at a time, that must change if the broken rule is to be kept."""
        home = repair.homes([self.item])
        if not home & repair.homes(self.named):
            nearest = min(self.named, key=lambda other: float(repair.compiled.cost[self.item, other]))
            yield home | repair.homes([nearest])

    def is_of_few(self) -> bool:
        """Whether the rule speaks of a few items, and not of every cluster."""
        return True
