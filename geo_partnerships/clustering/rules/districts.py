"""Clusters that respect districts."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from geo_partnerships.clustering.rules.base import Rule
from geo_partnerships.sentences import count, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering.bounds.pricing import PricingData
    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.evaluate import Judged
    from geo_partnerships.clustering.models.assignment_model import MedoidModel
    from geo_partnerships.clustering.rules.base import Places
    from geo_partnerships.clustering.search.relax_rules import Relaxation
    from geo_partnerships.clustering.search.repair import Repair

__all__ = ["Districts"]


@dataclass(frozen=True)
class Districts(Rule):
    """Clusters respect districts.

    Strict: the districts of a cluster are connected through `neighbours` and, unless `whole` is false, it takes whole
    districts only.
    Not strict: an item outside its medoid's district costs `weight`, half of it in a neighbouring district.

    Parameters
    ----------
    labels
        The district of each item, shape (n,).
    neighbours
        Pairs of neighbouring districts, each in either order.
    strict
        Whether districts are connected, and kept whole. A strict rule is binding.
    whole
        Whether a strict rule keeps districts whole, too.
    """

    labels: tuple[int, ...]
    neighbours: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    strict: bool = True
    whole: bool = True

    def describe(self) -> str:
        """Describe the rule in a few words."""
        if not self.strict:
            return "districts"
        return "whole districts" if self.whole else "connected districts"

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        if len(self.labels) != n:
            given = counted(len(self.labels), "district label", "is", "are")
            yield f"{self.words}: {given} given for {count(n, 'item')}"
        if self.strict and not self.binding:
            yield f"{self.words}: strict districts are binding; use strict=False with a weight to prefer them"

    def amount(self, seen: Judged, medoids: Sequence[int]) -> float:
        """Return by how many units clusters break the rule: districts torn or unconnected, or prices of leaving one."""
        if not self.strict:
            unit = district_penalty(replace(self, weight=1.0))
            return float(sum(unit[list(items), m].sum() for items, m in zip(seen.members, medoids, strict=True)))
        doubled = seen.doubled
        amount = self.whole and sum(
            not any({item, fellow} <= set(items) for items in seen.members)
            for item in sorted(doubled)
            for fellow in self._first_fellow(item, doubled)
        )
        for items in seen.members:
            inside = {item for item in items if item not in doubled}
            districts = {self.labels[item] for item in inside}
            amount += len(district_components(self, districts)) - 1 if districts else 0
            amount += self.whole and sum(
                any(self.labels[i] == district and i not in inside and i not in doubled for i in range(seen.problem.n))
                for district in districts
            )
        return float(amount)

    def _first_fellow(self, item: int, doubled: set[int]) -> list[int]:
        """Find the first item with one membership in the district of `item`, if there is one."""
        label = self.labels[item]
        fellows = (i for i, other in enumerate(self.labels) if other == label and i not in doubled)
        return list(itertools.islice(fellows, 1))

    def may_be_broken(self) -> bool:
        """Whether the rule may be broken at a price."""
        return not self.binding or not self.strict

    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`."""
        for name, label in sorted(zip(names, self.labels, strict=True)):
            near = sorted(b if a == label else a for a, b in self.neighbours if label in {a, b})
            yield f"{name} {label} {self.strict} {self.whole} {near}"

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge the items of each district that is kept whole."""
        if not (self.strict and self.whole):
            return
        districts: dict[int, list[int]] = {}
        for item, label in enumerate(self.labels):
            districts.setdefault(label, []).append(item)
        for items in districts.values():
            yield None, tuple(items)

    def add_rows(self, built: MedoidModel) -> None:
        """Keep an item with two memberships in its district's cluster; the rest is merged into groups."""
        if not (self.strict and self.whole):
            return
        twice = built.compiled.twice[built.compiled.group_of]
        for item in np.flatnonzero(twice):
            fellows = [i for i, label in enumerate(self.labels) if label == self.labels[item] and not twice[i]]
            if fellows:
                built.model.add_rows([(built.item(fellows[0]), 1.0), (built.item(int(item)), -1.0)], upper=0.0)

    def within(self, places: Places) -> Self | None:
        """Say nothing: what leaving a district costs is in the costs already."""
        return None

    def needs_matrix(self) -> bool:
        """Whether a problem of points alone cannot have the rule: prices are added to a matrix."""
        return True

    def is_local(self) -> bool:
        """Whether the rule can be kept a few clusters at a time: districts that must be whole cannot."""
        return not self.strict

    def is_kept_by_moves(self) -> bool:
        """Whether the moves of a search keep the rule."""
        return False

    def relaxed(self, relaxation: Relaxation) -> Self | None:
        """Leave the rule out: the moves do not know it."""
        return None

    def is_columnar(self, compiled: Compiled) -> bool:
        """Whether the rule can be seen to a whole cluster at a time."""
        return not self.strict

    def add_pricing(self, data: PricingData) -> None:
        """Add nothing: what leaving a district costs is in the costs already."""

    def is_counted(self) -> bool:
        """Whether the rule can be broken by whole units only."""
        return True

    def scaled(self, factor: float, most: float) -> Self:
        """Return the rule in costs multiplied by `factor`, of which those above `most` count the same."""
        return self.at_weight(min(self.weight, most) * factor)

    def amiss(self, repair: Repair) -> Iterator[set[int]]:
        """Yield nothing: districts speak of no cluster by itself."""
        yield from ()

    def is_of_few(self) -> bool:
        """Whether the rule speaks of a few items, and not of every cluster."""
        return False


def district_penalty(rule: Districts) -> NDArray[np.float64]:
    """Price of each item under each medoid for leaving its district, shape (n, n)."""
    labels, position = np.unique(np.asarray(rule.labels), return_inverse=True)
    price = np.full((labels.size, labels.size), rule.weight)
    place = {int(label): where for where, label in enumerate(labels)}
    for a, b in rule.neighbours:
        if a in place and b in place:
            price[place[a], place[b]] = price[place[b], place[a]] = rule.weight / 2
    np.fill_diagonal(price, 0.0)
    return price[np.ix_(position, position)]


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
