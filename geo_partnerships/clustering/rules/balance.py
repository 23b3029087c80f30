"""How many of a group are in every cluster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from geo_partnerships.clustering.rules.base import EachCluster, Weighted, inner
from geo_partnerships.clustering.rules.facts import Certificate, product

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_partnerships.clustering.rules.base import Answer, Places
    from geo_partnerships.clustering.rules.facts import Facts
    from geo_partnerships.clustering.rules.given import Clusters, Groups, Pricing, Rows

__all__ = ["Balance"]


@dataclass(frozen=True)
class Balance(EachCluster, Weighted):
    """Every cluster has from `minimum` to `maximum` of `items`. Broken by one unit an item out of bounds."""

    items: tuple[int, ...]
    minimum: int = 0
    maximum: int | None = None

    def describe(self) -> str:
        """Describe the rule in a few words."""
        ceiling = "any number" if self.maximum is None else str(self.maximum)
        return f"{self.minimum} to {ceiling} of a group in every cluster"

    def mentioned(self) -> Iterator[int]:
        """Yield every item the rule speaks of."""
        yield from self.items

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        if self.minimum < 0:
            yield f"{self.words}: the minimum must be at least 0, not {self.minimum}"
        if self.maximum is not None and self.maximum < self.minimum:
            yield f"{self.words}: the maximum {self.maximum} is below the minimum {self.minimum}"

    def shortfalls(self, seen: Clusters) -> list[float]:
        """How many items each cluster has too few or too many."""
        group = set(self.items)
        counts = [len(group.intersection(items)) for items in seen.members]
        maximum = seen.problem.n if self.maximum is None else self.maximum
        return [float(max(self.minimum - count, count - maximum, 0)) for count in counts]

    def recount(self, answer: Answer) -> float:
        """Count again, by plain arithmetic, by how many units clusters break the rule."""
        total, group = 0, set(self.items)
        for items in answer.members:
            inside = sum(item in group for item in items)
            total += max(0, self.minimum - inside)
            total += max(0, inside - self.maximum) if self.maximum is not None else 0
        return float(total)

    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`."""
        yield f"{self.minimum} {self.maximum} {' '.join(sorted(names[item] for item in self.items))}"

    def certificates(self, facts: Facts) -> Iterator[Certificate]:
        """Yield what arithmetic alone shows to be impossible under the rule."""
        have = len(set(self.items))
        if facts.low and have < facts.fewest * self.minimum:
            said = f"{self.words}: {product(facts.fewest, self.minimum)}, but there are {have}"
            yield Certificate((*facts.low, self), said)
        if facts.high and self.maximum is not None and have > facts.most * self.maximum:
            said = f"{self.words}: {product(facts.most, self.maximum)}, but there are {have}"
            yield Certificate((*facts.high, self), said)

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge nothing."""
        yield from ()

    def add_rows(self, built: Rows) -> None:
        """Add the rule to the medoid model."""
        weights = np.zeros(built.compiled.n)
        weights[list(self.items)] = 1.0
        maximum = float("inf") if self.maximum is None else self.maximum
        built.add_bounds(self, weights, (self.minimum, maximum))

    def within(self, places: Places) -> Self | None:
        """Restrict the rule to some items that keep their clusters among themselves; None where it says nothing."""
        return replace(self, items=inner(self.items, places), name=self.words)

    def needs_matrix(self) -> bool:
        """Whether a problem of points alone cannot have the rule."""
        return False

    def is_local(self) -> bool:
        """Whether the rule can be kept a few clusters at a time."""
        return True

    def is_kept_by_moves(self) -> bool:
        """Whether the moves of a search keep the rule."""
        return False

    def is_columnar(self, compiled: Groups) -> bool:
        """Whether the rule can be seen to a whole cluster at a time."""
        return self.binding

    def add_pricing(self, data: Pricing) -> None:
        """Add the rule to what prices whole clusters."""
        members = np.zeros(data.compiled.n)
        members[list(self.items)] = 1.0
        maximum = np.inf if self.maximum is None else float(self.maximum)
        data.tallies.append((data.compiled.group_sum(members), float(self.minimum), maximum))

    def is_counted(self) -> bool:
        """Whether the rule can be broken by whole units only."""
        return True
