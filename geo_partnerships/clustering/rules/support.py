"""Items that take and items that give, in every cluster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from geo_partnerships.clustering.rules.base import EachCluster, Weighted, inner

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_partnerships.clustering.rules.base import Answer, Places
    from geo_partnerships.clustering.rules.facts import Certificate, Facts
    from geo_partnerships.clustering.rules.given import Clusters, Groups, Pricing, Rows

__all__ = ["Support"]


@dataclass(frozen=True)
class Support(EachCluster, Weighted):
    """Every cluster has at most `most` of the items that take for each that gives. Broken by one unit an item too many.

    So an item that takes has one that gives beside it.
    """

    takes: tuple[int, ...]
    gives: tuple[int, ...]
    most: int = 1

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return f"at most {self.most} that take for each that gives"

    def mentioned(self) -> Iterator[int]:
        """Yield every item the rule speaks of."""
        yield from self.takes
        yield from self.gives

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        if self.most < 1:
            yield f"{self.words}: most must be at least 1, not {self.most}"
        both = set(self.takes) & set(self.gives)
        if both:
            yield f"{self.words}: item {min(both)} both takes and gives"

    def shortfalls(self, seen: Clusters) -> list[float]:
        """How many items that take each cluster has too many."""
        takes, gives = set(self.takes), set(self.gives)
        loads = [len(takes.intersection(items)) - self.most * len(gives.intersection(items)) for items in seen.members]
        return [float(max(0, load)) for load in loads]

    def recount(self, answer: Answer) -> float:
        """Count again, by plain arithmetic, by how many units clusters break the rule."""
        total, takes, gives = 0, set(self.takes), set(self.gives)
        for items in answer.members:
            taking, giving = sum(item in takes for item in items), sum(item in gives for item in items)
            total += max(0, taking - self.most * giving)
        return float(total)

    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`."""
        takes, gives = (" ".join(sorted(names[item] for item in items)) for items in (self.takes, self.gives))
        yield f"{self.most} {takes} of {gives}"

    def certificates(self, facts: Facts) -> Iterator[Certificate]:
        """Yield nothing: arithmetic alone does not show it."""
        yield from ()

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge nothing."""
        yield from ()

    def add_rows(self, built: Rows) -> None:
        """Add the rule to the medoid model."""
        weights = np.zeros(built.compiled.n)
        weights[list(self.takes)] = 1.0
        weights[list(self.gives)] = -float(self.most)
        load = built.compiled.group_sum(weights)[None, :]
        slack = built.slack(self, built.compiled.n)
        built.model.add_rows([(built.x.T, load), (slack, -1.0)], upper=0.0)

    def within(self, places: Places) -> Self | None:
        """Restrict the rule to some items that keep their clusters among themselves; None where it says nothing."""
        takes = inner(self.takes, places)
        return replace(self, takes=takes, gives=inner(self.gives, places), name=self.words) if takes else None

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
        """Whether the rule can be seen to a whole cluster at a time: what prices clusters counts up only."""
        return False

    def add_pricing(self, data: Pricing) -> None:
        """Add nothing: it is never asked to."""

    def is_counted(self) -> bool:
        """Whether the rule can be broken by whole units only."""
        return True
