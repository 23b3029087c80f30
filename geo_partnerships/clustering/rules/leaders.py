"""A leader in every cluster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from geo_partnerships.clustering.rules.base import EachCluster, Weighted, inner
from geo_partnerships.clustering.rules.facts import Certificate
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from geo_partnerships.clustering.rules.base import Answer, Places
    from geo_partnerships.clustering.rules.facts import Facts
    from geo_partnerships.clustering.rules.given import Clusters, Groups, Pricing, Rows

__all__ = ["Leaders"]


@dataclass(frozen=True)
class Leaders(EachCluster, Weighted):
    """Every cluster has at least one of `items`, but for as many as may be `lacking` one.

    When preferred, it is kept *where possible*: before anything else is weighed, as few clusters as can be
    are left without one; `weight` has no part in it and the violation costs nothing.
    """

    items: tuple[int, ...]
    lacking: int = 0

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return f"a leader in every cluster but {self.lacking}" if self.lacking else "a leader in every cluster"

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        if self.lacking and not self.binding:
            yield f"{self.words}: lacking is for a binding rule; a preferred one leaves as few as can be without"
        if self.lacking < 0:
            yield f"{self.words}: lacking must be at least 0, not {self.lacking}"

    def mentioned(self) -> Iterator[int]:
        """Yield every item the rule speaks of."""
        yield from self.items

    def shortfalls(self, seen: Clusters) -> list[float]:
        """Whether each cluster is without a leader, 1 where it is."""
        group = set(self.items)
        return [float(group.isdisjoint(items)) for items in seen.members]

    def amount(self, seen: Clusters, medoids: Sequence[int]) -> float:
        """Return how many clusters too many are without a leader."""
        return max(0.0, super().amount(seen, medoids) - self.lacking)

    def goes_first(self) -> bool:
        """Whether breaking the rule as little as can be comes before all cost."""
        return not self.binding

    def recount(self, answer: Answer) -> float:
        """Count again, by plain arithmetic, by how many units clusters break the rule."""
        led = {home for item in self.items for home in answer.homes[item]}
        return float(max(0, len(answer.members) - len(led) - self.lacking))

    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`."""
        but = f"{self.lacking} lacking: " if self.lacking else ""
        yield but + " ".join(sorted(names[item] for item in self.items))

    def certificates(self, facts: Facts) -> Iterator[Certificate]:
        """Yield what arithmetic alone shows to be impossible under the rule."""
        have = len(set(self.items))
        if facts.low and have + self.lacking < facts.fewest:
            said = f"{self.words}: {have} for at least {count(facts.fewest, 'cluster')}"
            yield Certificate((*facts.low, self), said)

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge nothing."""
        yield from ()

    def add_rows(self, built: Rows) -> None:
        """Add the rule to the medoid model."""
        missing = np.full(built.compiled.n, -1, dtype=np.int64)
        if not self.binding or self.lacking:
            missing = built.model.add_columns(np.zeros(built.compiled.n), integer=False)
        if not self.binding:
            built.missing_leaders.append(missing)
        elif self.lacking:
            built.model.add_rows([(missing[None, :], 1.0)], upper=float(self.lacking))
        leaders = built.block(self.items) if self.items else missing[:, None]
        terms = [(leaders, 1.0), (built.open, -1.0)]
        if self.items:
            terms.append((missing, 1.0))
        built.model.add_rows(terms, lower=0.0)

    def within(self, places: Places) -> Self | None:
        """Restrict the rule to some items that keep their clusters among themselves; None where it says nothing."""
        return replace(self, items=inner(self.items, places), name=self.words)

    def needs_matrix(self) -> bool:
        """Whether a problem of points alone cannot have the rule."""
        return False

    def is_local(self) -> bool:
        """Whether the rule can be kept a few clusters at a time."""
        return self.lacking == 0

    def is_kept_by_moves(self) -> bool:
        """Whether the moves of a search keep the rule."""
        return self.lacking == 0

    def place_in_moves(self) -> Hashable:
        """One set of leaders is all that the moves know."""
        return "leaders"

    def is_columnar(self, compiled: Groups) -> bool:
        """Whether the rule can be seen to a whole cluster at a time."""
        return True

    def add_pricing(self, data: Pricing) -> None:
        """Add the rule to what prices whole clusters."""
        groups = data.compiled.members(self.items).tolist()
        data.leaders.append((-1, groups, 0.0 if self.lacking or not self.binding else np.inf))

    def is_counted(self) -> bool:
        """Whether the rule can be broken by whole units only."""
        return True
