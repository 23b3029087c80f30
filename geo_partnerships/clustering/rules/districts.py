"""Clusters that respect districts."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from geo_partnerships.clustering.rules.base import Binding
from geo_partnerships.sentences import count, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geo_partnerships.clustering.rules.base import Answer, Places
    from geo_partnerships.clustering.rules.facts import Certificate, Facts
    from geo_partnerships.clustering.rules.given import Clusters, Groups, Pricing, Repaired, Rows

__all__ = ["Districts"]


@dataclass(frozen=True)
class Districts(Binding):
    """The districts of a cluster are connected; unless `whole` is false, it takes whole districts only.

    Always binding. What it costs to leave a district is added to the costs by whoever asks for that.

    Parameters
    ----------
    labels
        The district of each item, shape (n,).
    neighbours
        Pairs of neighbouring districts, each in either order.
    whole
        Whether districts are kept whole, too.
    """

    labels: tuple[int, ...]
    neighbours: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    whole: bool = True

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return "whole districts" if self.whole else "connected districts"

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        if len(self.labels) != n:
            given = counted(len(self.labels), "district label", "is", "are")
            yield f"{self.words}: {given} given for {count(n, 'item')}"

    def amount(self, seen: Clusters, medoids: Sequence[int]) -> float:
        """Return by how many units clusters break the rule: districts that are torn or unconnected."""
        amount = 0
        for items in seen.members:
            districts = {self.labels[item] for item in items}
            amount += len(district_components(self, districts)) - 1 if districts else 0
            outside = {label for item, label in enumerate(self.labels) if item not in set(items)}
            amount += len(districts & outside) if self.whole else 0
        return float(amount)

    def recount(self, answer: Answer) -> float:
        """Count again, by plain arithmetic, by how many units clusters break the rule."""
        total = 0
        for items in answer.members:
            districts = {self.labels[item] for item in items}
            reached = set(itertools.islice(districts, 1))
            for _ in districts:
                pairs = [way for pair in self.neighbours for way in (pair, pair[::-1])]
                reached |= {b for a, b in pairs if a in reached and b in districts}
            total += reached != districts
            outside = set(range(len(self.labels))).difference(items)
            torn = districts & {self.labels[item] for item in outside}
            total += len(torn) if self.whole else 0
        return float(total)

    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`."""
        for name, label in sorted(zip(names, self.labels, strict=True)):
            near = sorted(b if a == label else a for a, b in self.neighbours if label in {a, b})
            yield f"{name} {label} {self.whole} {near}"

    def certificates(self, facts: Facts) -> Iterator[Certificate]:
        """Yield nothing: arithmetic alone does not show it."""
        yield from ()

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge the items of each district that is kept whole."""
        if not self.whole:
            return
        districts: dict[int, list[int]] = {}
        for item, label in enumerate(self.labels):
            districts.setdefault(label, []).append(item)
        for items in districts.values():
            yield None, tuple(items)

    def add_rows(self, built: Rows) -> None:
        """Add nothing: whole districts are merged, and rows that connect them are added where a solution asks."""

    def within(self, places: Places) -> Self | None:
        """Say nothing: it is never kept a few clusters at a time."""
        return None

    def needs_matrix(self) -> bool:
        """Whether a problem of points alone cannot have the rule."""
        return True

    def is_local(self) -> bool:
        """Whether the rule can be kept a few clusters at a time: districts that must be whole cannot."""
        return False

    def is_kept_by_moves(self) -> bool:
        """Whether the moves of a search keep the rule."""
        return False

    def is_columnar(self, compiled: Groups) -> bool:
        """Whether the rule can be seen to a whole cluster at a time."""
        return False

    def add_pricing(self, data: Pricing) -> None:
        """Add nothing: it is never asked to."""

    def is_counted(self) -> bool:
        """Whether the rule can be broken by whole units only."""
        return True

    def amiss(self, repair: Repaired) -> Iterator[set[int]]:
        """Yield nothing: districts speak of no cluster by itself."""
        yield from ()

    def is_of_few(self) -> bool:
        """Whether the rule speaks of a few items, and not of every cluster."""
        return False


def district_components(rule: Districts, districts: Iterable[int]) -> list[set[int]]:
    """Find the connected components of `districts` under the rule's neighbourhood, by lowest district."""
    links: dict[int, set[int]] = {}
    for a, b in rule.neighbours:
        links.setdefault(a, set()).add(b)
        links.setdefault(b, set()).add(a)
    left, components = set(districts), []
    while left:
        reached, front = set(), {min(left)}
        while front:
            reached |= front
            left -= front
            front = {other for district in front for other in links.get(district, ())} & left
        components.append(reached)
    return components
