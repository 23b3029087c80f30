"""Items that belong to a cluster with a label."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.optimize import linear_sum_assignment

from geo_partnerships.clustering.rules.base import Rule, inner
from geo_partnerships.clustering.rules.size import Size, are_whole, excess

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

__all__ = ["Pinned"]

Bounds = tuple[float | None, float | None]


@dataclass(frozen=True)
class Pinned(Rule):
    """The `items` belong to the given cluster called `label`.

    Items pinned to one label share a cluster; items pinned to different labels do not. `minimum` and
    `maximum` count items, and replace the bounds of any `Size` counted in items for that cluster. Broken by
    one unit an item that is elsewhere.
    """

    items: tuple[int, ...]
    label: int | str
    minimum: float | None = None
    maximum: float | None = None

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
        if self.minimum is not None and self.maximum is not None and self.maximum < self.minimum:
            yield f"{self.words}: the maximum {self.maximum:g} is below the minimum {self.minimum:g}"

    def amount(self, seen: Judged, medoids: Sequence[int]) -> float:
        """Items that are elsewhere, and what a cluster is outside its own bounds where no size rule says it."""
        place = seen.pinned.get(self.label)
        if place is None:
            return float(len(self.items))
        missed = len(self.items) - len(set(self.items).intersection(seen.members[place]))
        if any(isinstance(other, Size) and other.weights is None for other in seen.problem.rules):
            return float(missed)
        return missed + excess(len(seen.members[place]), (self.minimum, self.maximum))

    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`."""
        for item in self.items:
            yield f"{self.label!r} {self.minimum} {self.maximum} {names[item]}"

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge all that is pinned to the label."""
        yield self.label, self.items

    def add_rows(self, built: MedoidModel) -> None:
        """Add the rule to the medoid model."""
        place, nowhere = built.pins[self.label], built.nowhere.get(self.label)
        for item in self.items:
            if self.binding and not built.compiled.twice[built.compiled.group_of[item]]:
                continue
            missed = built.one_slack(self)
            built.model.add_rows([(place, 1.0), (built.item(item), -1.0), (missed, -1.0)], upper=0.0)
            if nowhere is not None:
                built.model.add_rows([(nowhere, 1.0), (missed[:1], -1.0)], upper=0.0)

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

    def relaxed(self, relaxation: Relaxation) -> Self | None:
        """Leave the rule out: the moves do not know it."""
        return None

    def is_columnar(self, compiled: Compiled) -> bool:
        """Whether one cluster at a time shows that the rule is kept: an item of the label is in one cluster only."""
        anchored = any(pin.label == self.label and self._anchors(pin, compiled) for pin in compiled.of(Pinned))
        return self.binding and self.minimum is None and self.maximum is None and anchored

    @staticmethod
    def _anchors(pin: Pinned, compiled: Compiled) -> list[int]:
        """Return the items of a pin that are in one cluster only."""
        return [item for item in pin.items if not compiled.twice[compiled.group_of[item]]]

    def add_pricing(self, data: PricingData) -> None:
        """Add the rule to what prices whole clusters."""
        twice, group_of = data.compiled.twice, data.compiled.group_of
        pins = data.compiled.of(Pinned)
        anchors = [item for pin in pins if pin.label == self.label for item in self._anchors(pin, data.compiled)]
        for item in self.items:
            if twice[group_of[item]]:
                data.followers.append((int(group_of[anchors[-1]]), int(group_of[item])))
        own = data.compiled.members(self.items).tolist()
        for other in (pin for pin in pins if pin.label != self.label):
            for group in own:
                data.conflicts[group] |= set(data.compiled.members(other.items).tolist())

    def is_counted(self) -> bool:
        """Whether the rule can be broken by whole units only: whole bounds, if any."""
        return are_whole(self.minimum, self.maximum)

    def scaled(self, factor: float, most: float) -> Self:
        """Return the rule in costs multiplied by `factor`, of which those above `most` count the same."""
        return self.at_weight(min(self.weight, most) * factor)

    def amiss(self, repair: Repair) -> Iterator[set[int]]:
        """Yield the clusters, a set at a time, that must change if the broken rule is to be kept."""
        pins = [pin for pin in repair.compiled.of(Pinned) if pin.label == self.label]
        homes = repair.homes(item for pin in pins for item in pin.items)
        if homes:
            yield homes

    def is_of_few(self) -> bool:
        """Whether the rule speaks of a few items, and not of every cluster."""
        return True


def own_bounds(pins: Iterable[Pinned]) -> dict[int | str, Bounds]:
    """Bounds of their own that pinned clusters have, by label: the tightest of those given for it."""
    bounds = {label: tightest(given) for label, given in by_label(pins).items()}
    return {label: pair for label, pair in bounds.items() if pair != (None, None)}


def by_label(pins: Iterable[Pinned]) -> dict[int | str, list[Pinned]]:
    """Gather pins by their labels, in order."""
    labels: dict[int | str, list[Pinned]] = {}
    for pin in pins:
        labels.setdefault(pin.label, []).append(pin)
    return labels


def tightest(pins: Iterable[Pinned]) -> Bounds:
    """Return the highest minimum and the lowest maximum; None where there is none."""
    given = list(pins)
    lows = [rule.minimum for rule in given if rule.minimum is not None]
    highs = [rule.maximum for rule in given if rule.maximum is not None]
    return max(lows, default=None), min(highs, default=None)


def pinned_places(seen: Judged) -> dict[int | str, int]:
    """Find the cluster of each pinned label: the choice of different clusters that breaks least.

    A label that is only preferred may have none, as if all its items were elsewhere.
    """
    problem, k = seen.problem, len(seen.members)
    sizes = [rule for rule in problem.rules if isinstance(rule, Size) and rule.weights is None]
    labels = by_label(rule for rule in problem.rules if isinstance(rule, Pinned))
    far = 1e9 * (1.0 + float(problem.cost.max()) + max((rule.weight for rule in problem.rules), default=0.0))
    optional = sum(not any(pin.binding for pin in pins) for pins in labels.values())
    price = np.zeros((len(labels), k + optional))
    for row, pins in enumerate(labels.values()):
        nowhere = sum(len(pin.items) * (far if pin.binding else pin.weight) for pin in pins)
        price[row, k:] = nowhere + far * any(pin.binding for pin in pins)
        for pin in pins:
            missed = np.full(k, float(len(pin.items)))
            for item in set(pin.items):
                missed[list(seen.homes[item])] -= 1
            outside = 0.0 if sizes else _outside(seen, (pin.minimum, pin.maximum))
            price[row, :k] += (missed + outside) * (far if pin.binding else pin.weight)
        own = tightest(pins)
        for size in sizes if own != (None, None) else ():
            change = _outside(seen, own, size) - _outside(seen, (None, None), size)
            price[row, :k] += change * (far if size.binding else size.weight)
    chosen, places = linear_sum_assignment(price)
    names = list(labels)
    return {names[row]: int(place) for row, place in zip(chosen, places, strict=True) if place < k}


def _outside(seen: Judged, own: Bounds, rule: Size | None = None) -> NDArray[np.float64]:
    """How far the number of items in each cluster is outside bounds, shape (clusters,)."""
    if own == (None, None) and rule is None:
        return np.zeros(len(seen.members))
    return np.array([excess(len(items), own, rule) for items in seen.members])


def add_pin_columns(built: MedoidModel) -> None:
    """One column for each pinned label and medoid, and the rule that labels are different clusters.

    A label that is only preferred may have no cluster; its items are all elsewhere then.
    """
    compiled, model = built.compiled, built.model
    for label, pins in by_label(compiled.of(Pinned)).items():
        anchors = [
            item for rule in pins if rule.binding for item in rule.items if not compiled.twice[compiled.group_of[item]]
        ]
        if anchors:
            built.pins[label] = built.item(anchors[0])
            continue
        place = model.add_columns(np.zeros(compiled.n))
        nowhere = np.zeros(0, dtype=np.int64)
        if not any(rule.binding for rule in pins):
            nowhere = built.nowhere[label] = model.add_columns(np.zeros(1))
        model.add_rows([(np.concatenate([place, nowhere])[None, :], 1.0)], lower=1.0, upper=1.0)
        model.add_rows([(place, 1.0), (built.open, -1.0)], upper=0.0)
        built.pins[label] = place
    if len(built.pins) > 1:
        model.add_rows([(np.array(list(built.pins.values())).T, 1.0), (built.open, -1.0)], upper=0.0)


def add_pin_bounds(built: MedoidModel) -> None:
    """Bounds of pinned clusters where no size rule is there to be replaced."""
    compiled = built.compiled
    if any(rule.weights is None for rule in compiled.of(Size)):
        return
    for rule in compiled.of(Pinned):
        own = {rule.label: (rule.minimum, rule.maximum)}
        built.add_bounds(rule, np.ones(compiled.n), (0.0, float("inf")), own)
