"""Items of which no two share a cluster."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from geo_partnerships.clustering.rules.base import Weighted, inner
from geo_partnerships.clustering.rules.facts import Certificate
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_partnerships.clustering.rules.base import Answer, Places
    from geo_partnerships.clustering.rules.facts import Facts
    from geo_partnerships.clustering.rules.given import Clusters, Groups, Pricing, Repaired, Rows

__all__ = ["CannotLink"]


@dataclass(frozen=True)
class CannotLink(Weighted):
    """No two of `items` share a cluster. Broken by one unit a pair that is together."""

    items: tuple[int, ...]

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return f"apart: {', '.join(map(str, self.items))}"

    def mentioned(self) -> Iterator[int]:
        """Yield every item the rule speaks of."""
        yield from self.items

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        if len(set(self.items)) != len(self.items):
            yield f"{self.words}: an item cannot be kept apart from itself"

    def amount(self, seen: Clusters, medoids: Sequence[int]) -> float:
        """Return by how many units clusters break the rule."""
        homes = seen.homes
        return float(sum(bool(homes[a] & homes[b]) for a, b in itertools.combinations(self.items, 2)))

    def recount(self, answer: Answer) -> float:
        """Count again, by plain arithmetic, by how many units clusters break the rule."""
        inside = [len(set(self.items).intersection(items)) for items in answer.members]
        return float(sum(math.comb(met, 2) for met in inside))

    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`."""
        for pair in itertools.combinations(sorted({names[item] for item in self.items}), 2):
            yield " ".join(pair)

    def certificates(self, facts: Facts) -> Iterator[Certificate]:
        """Yield what arithmetic alone shows to be impossible under the rule."""
        groups = [facts.group_of[item] for item in self.items]
        twice = next((group for place, group in enumerate(groups) if group in groups[:place]), None)
        if twice is not None:
            said = f"{self.words}: other rules keep two of them together"
            yield Certificate((*facts.linking(facts.groups[twice]), self), said)
        if len(self.items) > facts.most:
            at_most = f"{'is' if facts.most == 1 else 'are'} at most {count(facts.most, 'cluster')}"
            yield Certificate((*facts.high, self), f"{len(self.items)} must be apart, but there {at_most}")

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge nothing."""
        yield from ()

    def add_rows(self, built: Rows) -> None:
        """Add the rule to the medoid model."""
        if self.binding:
            columns = np.array([built.item(item) for item in self.items]).T
            built.model.add_rows([(columns, 1.0), (built.open, -1.0)], upper=0.0)
            return
        for a, b in itertools.combinations(self.items, 2):
            pair = [(built.item(a), 1.0), (built.item(b), 1.0)]
            built.model.add_rows([*pair, (built.open, -1.0), (built.one_slack(self), -1.0)], upper=0.0)

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
        """Add the rule to what prices whole clusters."""
        for a, b in itertools.permutations(data.compiled.members(self.items).tolist(), 2):
            data.conflicts[a].add(b)

    def is_counted(self) -> bool:
        """Whether the rule can be broken by whole units only."""
        return True

    def amiss(self, repair: Repaired) -> Iterator[set[int]]:
        """Yield the clusters, a set at a time, that must change if the broken rule is to be kept."""
        wanted = set(self.items)
        crowded = {c for c, items in enumerate(repair.members) if len(wanted.intersection(items)) > 1}
        if crowded:
            yield crowded

    def is_of_few(self) -> bool:
        """Whether the rule speaks of a few items, and not of every cluster."""
        return True
