"""Items that belong to a cluster with a label."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from geo_partnerships.clustering.rules.base import Binding, inner
from geo_partnerships.clustering.rules.facts import Certificate
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geo_partnerships.clustering.rules.base import Answer, Places, Rule
    from geo_partnerships.clustering.rules.facts import Facts
    from geo_partnerships.clustering.rules.given import Clusters, Groups, Pricing, Repaired, Rows

__all__ = ["Pinned"]


@dataclass(frozen=True)
class Pinned(Binding):
    """The `items` belong to the given cluster called `label`.

    Items pinned to one label share a cluster; items pinned to different labels do not. Always binding.
    """

    items: tuple[int, ...]
    label: int | str

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return f"pinned to {self.label}"

    def mentioned(self) -> Iterator[int]:
        """Yield every item the rule speaks of."""
        yield from self.items

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        if not self.items:
            yield f"{self.words}: no item is pinned"

    def amount(self, seen: Clusters, medoids: Sequence[int]) -> float:
        """Return in how many clusters the items of its label are beyond one, and how many of others are with them."""
        homes = set().union(*(seen.homes[item] for pin in self._same(seen.problem.rules) for item in pin.items))
        others = {item for pin in self._others(seen.problem.rules) for item in pin.items}
        return float(max(0, len(homes) - 1) + sum(not homes.isdisjoint(seen.homes[item]) for item in others))

    def _same(self, rules: Iterable[Rule]) -> list[Pinned]:
        """Return the pins of its label, itself among them."""
        return [rule for rule in rules if isinstance(rule, Pinned) and rule.label == self.label]

    def _others(self, rules: Iterable[Rule]) -> list[Pinned]:
        """Return the pins of other labels."""
        return [rule for rule in rules if isinstance(rule, Pinned) and rule.label != self.label]

    def recount(self, answer: Answer) -> float:
        """Count again, by plain arithmetic, by how many units clusters break the rule."""
        pins = [rule for rule in answer.rules if isinstance(rule, Pinned)]
        mine = {home for pin in pins if pin.label == self.label for item in pin.items for home in answer.homes[item]}
        others = [item for pin in pins if pin.label != self.label for item in pin.items]
        return float(len(mine) - 1 + sum(bool(mine & answer.homes[item]) for item in others))

    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`."""
        for item in self.items:
            yield f"{self.label!r} {names[item]}"

    def certificates(self, facts: Facts) -> Iterator[Certificate]:
        """Yield what arithmetic alone shows to be impossible under the rule."""
        pins = facts.of(Pinned)
        if self is not pins[0]:
            return
        labels = len({pin.label for pin in pins})
        if labels > facts.most:
            at_most = f"{'is' if facts.most == 1 else 'are'} at most {count(facts.most, 'cluster')}"
            yield Certificate((*facts.high, *pins), f"{count(labels, 'pinned cluster')}, but there {at_most}")
        first: dict[int, Pinned] = {}
        for pin in pins:
            for group in (facts.group_of[item] for item in pin.items):
                other = first.setdefault(group, pin)
                if other.label != pin.label:
                    together = dict.fromkeys((*facts.linking(facts.groups[group]), other, pin))
                    said = f"what is pinned to {other.label} and to {pin.label} must be together"
                    yield Certificate(tuple(together), said)
                    break

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge all that is pinned to the label."""
        yield self.label, self.items

    def add_rows(self, built: Rows) -> None:
        """Keep the labels apart, once for all of them; what is pinned to one is merged."""
        pins = built.compiled.of(Pinned)
        anchors = {pin.label: pin.items[0] for pin in reversed(pins)}
        if self is pins[0] and len(anchors) > 1:
            columns = np.array([built.item(item) for item in anchors.values()]).T
            built.model.add_rows([(columns, 1.0), (built.open, -1.0)], upper=0.0)

    def within(self, places: Places) -> Self | None:
        """Restrict the rule to some items that keep their clusters among themselves; None where it says nothing."""
        items = inner(self.items, places)
        return replace(self, items=items, name=self.words) if items else None

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
        """Whether one cluster at a time shows that the rule is kept."""
        return True

    def add_pricing(self, data: Pricing) -> None:
        """Add the rule to what prices whole clusters."""
        for other in self._others(data.compiled.of(Pinned)):
            for group in data.compiled.members(self.items).tolist():
                data.conflicts[group] |= set(data.compiled.members(other.items).tolist())

    def is_counted(self) -> bool:
        """Whether the rule can be broken by whole units only."""
        return True

    def amiss(self, repair: Repaired) -> Iterator[set[int]]:
        """Yield the clusters, a set at a time, that must change if the broken rule is to be kept."""
        homes = repair.homes(item for pin in self._same(repair.compiled.of(Pinned)) for item in pin.items)
        if homes:
            yield homes

    def is_of_few(self) -> bool:
        """Whether the rule speaks of a few items, and not of every cluster."""
        return True
