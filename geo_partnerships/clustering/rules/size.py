"""How large every cluster is, in items or in weight."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from geo_partnerships.clustering.rules.base import EachCluster, power_of_two
from geo_partnerships.sentences import count, counted

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering.bounds.pricing import PricingData
    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.evaluate import Judged
    from geo_partnerships.clustering.models.assignment_model import MedoidModel
    from geo_partnerships.clustering.rules.base import Places
    from geo_partnerships.clustering.search.relax_rules import Relaxation

__all__ = ["Size"]

_USUAL = (1.0, 1e6)
"""Greatest weights that are ordinary."""

_USUAL_WEIGHT = 2.0**10


@dataclass(frozen=True)
class Size(EachCluster):
    """Size of every cluster: how many items, or the sum of `weights` over its items (pupils).

    Broken by one unit an item (or a unit of weight) below the minimum or above the maximum.
    """

    minimum: float
    maximum: float
    weights: tuple[float, ...] | None = None

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return f"sizes {self.minimum:g} to {self.maximum:g}"

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        if not self.maximum >= self.minimum:
            yield f"{self.words}: the maximum {self.maximum:g} is below the minimum {self.minimum:g}"
        if self.weights is not None and len(self.weights) != n:
            yield f"{self.words}: {counted(len(self.weights), 'weight', 'is', 'are')} given for {count(n, 'item')}"
        if self.weights is not None and not all(0 <= w < float("inf") for w in self.weights):
            yield f"{self.words}: every weight must be a finite number of at least 0"

    def loads(self, n: int) -> NDArray[np.float64]:
        """Return what each of `n` items adds to the size of its cluster, shape (n,)."""
        return np.ones(n) if self.weights is None else np.asarray(self.weights, dtype=np.float64)

    def shortfalls(self, seen: Judged) -> list[float]:
        """How far each cluster is outside the bounds; pinned clusters may have bounds of their own."""
        loads = self.loads(seen.problem.n)
        own = seen.own_bounds if self.weights is None else {}
        return [
            excess(float(loads[list(items)].sum()), own.get(position, (self.minimum, self.maximum)), self)
            for position, items in enumerate(seen.members)
        ]

    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`."""
        weights = [] if self.weights is None else sorted(zip(names, self.weights, strict=True))
        yield " ".join([f"{self.minimum} {self.maximum}", *(f"{name}={weight!r}" for name, weight in weights)])

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge nothing."""
        yield from ()

    def add_rows(self, built: MedoidModel) -> None:
        """Add the rule to the medoid model."""
        overrides = built.own_bounds if self.weights is None else {}
        built.add_bounds(self, self.loads(built.compiled.n), (self.minimum, self.maximum), overrides)

    def within(self, places: Places) -> Self | None:
        """Restrict the rule to some items that keep their clusters among themselves; None where it says nothing."""
        weights = None if self.weights is None else tuple(self.weights[item] for item in places)
        return replace(self, weights=weights, name=self.words)

    def needs_matrix(self) -> bool:
        """Whether a problem of points alone cannot have the rule."""
        return False

    def is_local(self) -> bool:
        """Whether the rule can be kept a few clusters at a time."""
        return True

    def is_kept_by_moves(self) -> bool:
        """Whether the moves of a search keep the rule."""
        return self.binding

    def place_in_moves(self) -> Hashable:
        """One size is all that the moves know."""
        return "size"

    def relaxed(self, relaxation: Relaxation) -> Self | None:
        """Suit every cluster, with bounds of its own or not, and without what may be a second member."""
        if self.weights is not None:
            less = sum(self.weights[item] for item in relaxation.unsure)
            weights = tuple(self.weights[item] for item in relaxation.origin.tolist())
            return replace(self, weights=weights, minimum=max(0.0, self.minimum - less))
        lows, highs = relaxation.own_bounds
        least = max(0.0, min([self.minimum, *lows]) - len(relaxation.unsure))
        return replace(self, minimum=least, maximum=max([self.maximum, *highs]))

    def is_columnar(self, compiled: Compiled) -> bool:
        """Whether the rule can be seen to a whole cluster at a time."""
        return self.binding and self.weights is None

    def add_pricing(self, data: PricingData) -> None:
        """Add the rule to what prices whole clusters."""
        data.low, data.high = float(self.minimum), float(self.maximum)

    def is_counted(self) -> bool:
        """Whether the rule can be broken by whole units only: whole bounds, of items."""
        return are_whole(self.minimum, self.maximum) and (self.binding or self.weights is None)

    def scaled(self, factor: float, most: float) -> Self:
        """Return the rule in costs multiplied by `factor`, of which those above `most` count the same.

        Weights of items are brought to an ordinary size in units of their own.
        """
        greatest = max(self.weights or (), default=0.0)
        if self.weights is None:
            whole = float(self.minimum).is_integer() or self.binding
            return self.at_weight(min(self.weight, most) * factor if whole else self.weight * factor)
        if greatest <= 0 or _USUAL[0] <= greatest <= _USUAL[1]:
            return self.at_weight(self.weight * factor)
        unit = power_of_two(_USUAL_WEIGHT / greatest)
        return replace(
            self.at_weight(self.weight * factor / unit),
            name=self.words,
            minimum=self.minimum * unit,
            maximum=self.maximum * unit,
            weights=tuple(load * unit for load in self.weights),
        )


def are_whole(*limits: float | None) -> bool:
    """Whether all limits that are given are whole numbers, or none."""
    return all(limit is None or math.isinf(limit) or limit == math.floor(limit) for limit in limits)


def excess(load: float, own: tuple[float | None, float | None], rule: Size | None = None) -> float:
    """How far a load is outside its own bounds, or outside those of `rule` where it has none."""
    low, high = own
    minimum = (rule.minimum if rule else 0.0) if low is None else low
    maximum = (rule.maximum if rule else load) if high is None else high
    beyond = max(minimum - load, load - maximum)
    return beyond if beyond > 1e-9 * max(load, abs(minimum)) else 0.0
