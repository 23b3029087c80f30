"""Items that share a cluster."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from geo_partnerships.clustering.rules.base import Weighted, inner

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_partnerships.clustering.rules.base import Answer, Places
    from geo_partnerships.clustering.rules.facts import Certificate, Facts
    from geo_partnerships.clustering.rules.given import Clusters, Groups, Pricing, Repaired, Rows

__all__ = ["MustLink"]


@dataclass(frozen=True)
class MustLink(Weighted):
    """All of `items` share a cluster. Broken by one unit a pair that is apart."""

    items: tuple[int, ...]

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return f"together: {', '.join(map(str, self.items))}"

    def mentioned(self) -> Iterator[int]:
        """Yield every item the rule speaks of."""
        yield from self.items

    def amount(self, seen: Clusters, medoids: Sequence[int]) -> float:
        """Return by how many units clusters break the rule."""
        homes = seen.homes
        return float(sum(homes[a] != homes[b] for a, b in itertools.combinations(self.items, 2)))

    def recount(self, answer: Answer) -> float:
        """Count again, by plain arithmetic, by how many units clusters break the rule."""
        pairs = itertools.combinations(self.items, 2)
        return float(sum(answer.homes[a].isdisjoint(answer.homes[b]) for a, b in pairs))

    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`."""
        for pair in itertools.combinations(sorted({names[item] for item in self.items}), 2):
            yield " ".join(pair)

    def certificates(self, facts: Facts) -> Iterator[Certificate]:
        """Yield nothing: arithmetic alone does not show it."""
        yield from ()

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge the items."""
        yield None, self.items

    def add_rows(self, built: Rows) -> None:
        """Add the rule to the medoid model where it is preferred; what a binding one links is merged."""
        for a, b in itertools.combinations(self.items, 2) if not self.binding else ():
            slack = built.one_slack(self)
            built.model.add_rows([(built.item(a), 1.0), (built.item(b), -1.0), (slack, -1.0)], upper=0.0)

    def within(self, places: Places) -> Self | None:
        """Restrict the rule to some items that keep their clusters among themselves; None where it says nothing."""
        items = inner(self.items, places)
        return replace(self, items=items, name=self.words) if len(items) > 1 else None

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
        """Add nothing: what a binding rule links is merged."""

    def is_counted(self) -> bool:
        """Whether the rule can be broken by whole units only."""
        return True

    def amiss(self, repair: Repaired) -> Iterator[set[int]]:
        """Yield the clusters, a set at a time, that must change if the broken rule is to be kept."""
        homes = repair.homes(self.items)
        if len(homes) > 1:
            yield homes

    def is_of_few(self) -> bool:
        """Whether the rule speaks of a few items, and not of every cluster."""
        return True
