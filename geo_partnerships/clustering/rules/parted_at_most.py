"""No more than so many pairs of items that are parted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from geo_partnerships.clustering.rules.base import Binding
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_partnerships.clustering.rules.base import Answer, Places
    from geo_partnerships.clustering.rules.facts import Certificate, Facts
    from geo_partnerships.clustering.rules.given import Clusters, Groups, Pricing, Repaired, Rows

__all__ = ["PartedAtMost"]


@dataclass(frozen=True)
class PartedAtMost(Binding):
    """Of `pairs` no more than `most` are parted. A pair that stands twice counts twice."""

    pairs: tuple[tuple[int, int], ...]
    most: int

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return f"at most {count(self.most, 'pair')} parted"

    def mentioned(self) -> Iterator[int]:
        """Yield every item the rule speaks of."""
        for pair in self.pairs:
            yield from pair

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        if self.most < 0:
            yield f"{self.words}: most must be at least 0, not {self.most}"
        if any(a == b for a, b in self.pairs):
            yield f"{self.words}: an item is not paired with itself"

    def amount(self, seen: Clusters, medoids: Sequence[int]) -> float:
        """Return how many pairs too many are parted."""
        homes = seen.homes
        return float(max(0, sum(homes[a].isdisjoint(homes[b]) for a, b in self.pairs) - self.most))

    def recount(self, answer: Answer) -> float:
        """Count again, by plain arithmetic, by how many units clusters break the rule."""
        clusters = [set(items) for items in answer.members]
        parted = [pair for pair in self.pairs if not any(set(pair) <= items for items in clusters)]
        return float(max(0, len(parted) - self.most))

    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`."""
        pairs = sorted(" ".join(sorted((names[a], names[b]))) for a, b in self.pairs)
        yield f"{self.most}: {', '.join(pairs)}"

    def certificates(self, facts: Facts) -> Iterator[Certificate]:
        """Yield nothing: arithmetic alone does not show it."""
        yield from ()

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge nothing."""
        yield from ()

    def add_rows(self, built: Rows) -> None:
        """Add the rule to the medoid model."""
        counted = self.by_group(built.compiled)
        if not counted:
            return
        terms = []
        for (a, b), number in counted.items():
            alone = built.model.add_columns(np.zeros(built.compiled.n), integer=False)
            built.model.add_rows([(alone, 1.0), (built.x[a], -1.0), (built.x[b], 1.0)], lower=0.0)
            terms.append((alone[None, :], float(number)))
        built.model.add_rows(terms, upper=float(self.most))

    def within(self, places: Places) -> Self | None:
        """Say nothing: it is never kept a few clusters at a time."""
        return None

    def needs_matrix(self) -> bool:
        """Whether a problem of points alone cannot have the rule."""
        return True

    def is_local(self) -> bool:
        """Whether the rule can be kept a few clusters at a time."""
        return False

    def is_kept_by_moves(self) -> bool:
        """Whether the moves of a search keep the rule."""
        return False

    def is_columnar(self, compiled: Groups) -> bool:
        """Whether one cluster at a time shows which pairs are together; one such rule only is counted."""
        return len(compiled.of(PartedAtMost)) == 1

    def add_pricing(self, data: Pricing) -> None:
        """Add the rule to what prices whole clusters."""
        data.counted.update(self.by_group(data.compiled))
        data.most_parted = float(self.most)

    def is_counted(self) -> bool:
        """Whether the rule can be broken by whole units only."""
        return True

    def amiss(self, repair: Repaired) -> Iterator[set[int]]:
        """Yield nothing: it is never kept a few clusters at a time."""
        yield from ()

    def is_of_few(self) -> bool:
        """Whether the rule speaks of a few items, and not of every cluster."""
        return True

    def by_group(self, compiled: Groups) -> dict[tuple[int, int], int]:
        """Count the pairs between each two groups, the lower group first; pairs of one group are never parted."""
        found: Counter[tuple[int, int]] = Counter()
        for a, b in self.pairs:
            one, other = sorted((int(compiled.group_of[a]), int(compiled.group_of[b])))
            if one != other:
                found[one, other] += 1
        return dict(found)
