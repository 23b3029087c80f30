"""How large every cluster is, in items or in weight."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from geo_partnerships.clustering.rules.base import Binding, EachCluster, power_of_two
from geo_partnerships.clustering.rules.facts import Certificate, product
from geo_partnerships.sentences import count, counted

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering.rules.base import Answer, Places
    from geo_partnerships.clustering.rules.facts import Facts
    from geo_partnerships.clustering.rules.given import Clusters, Groups, Pricing, Rows

__all__ = ["Size"]

_USUAL = (1.0, 1e6)
"""Greatest weights that are ordinary."""

_USUAL_WEIGHT = 2.0**10

_SURE = 1e-12
"""Share by which arithmetic must miss to be sure."""

_ROUNDING = 1e-9
"""Share of a load that adding up in another order may change."""


@dataclass(frozen=True)
class Size(EachCluster, Binding):
    """Size of every cluster: how many items, or the sum of `weights` over its items (pupils). Always binding."""

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

    def shortfalls(self, seen: Clusters) -> list[float]:
        """How far each cluster is outside the bounds."""
        loads = self.loads(seen.problem.n)
        return [self._excess(float(loads[list(items)].sum())) for items in seen.members]

    def _excess(self, load: float) -> float:
        beyond = max(self.minimum - load, load - self.maximum)
        return beyond if beyond > _ROUNDING * max(load, abs(self.minimum)) else 0.0

    def recount(self, answer: Answer) -> float:
        """Count again, by plain arithmetic, by how many units clusters break the rule."""
        total = 0.0
        for items in answer.members:
            load = float(len(items)) if self.weights is None else math.fsum(self.weights[item] for item in items)
            spare = _ROUNDING * max(load, abs(self.minimum))
            if not self.minimum - spare <= load <= self.maximum + spare:
                total += max(self.minimum - load, load - self.maximum)
        return total

    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`."""
        weights = [] if self.weights is None else sorted(zip(names, self.weights, strict=True))
        yield " ".join([f"{self.minimum} {self.maximum}", *(f"{name}={weight!r}" for name, weight in weights)])

    def certificates(self, facts: Facts) -> Iterator[Certificate]:
        """Yield what arithmetic alone shows to be impossible under the rule."""
        yield from self._totals(facts)
        yield from self._linked_items(facts)

    def _totals(self, facts: Facts) -> Iterator[Certificate]:
        """Say which sizes no number of clusters can have, or none that is asked for."""
        total = float(self.loads(facts.n).sum())
        there = f"there are {total:g} {facts.noun if self.weights is None else f'of weight among the {facts.noun}'}"
        fit = int(total * (1 + _SURE) // self.minimum) if self.minimum > 0 else 0
        if self.minimum > 0 and self.maximum > 0 and fit * self.maximum < total * (1 - _SURE):
            below = f"{product(fit, self.maximum)} is less" if fit else "that is less than one cluster"
            yield Certificate((self,), f"{there}: {below}, and {product(fit + 1, self.minimum)} is more")
        if facts.fewest * self.minimum > total * (1 + _SURE):
            yield Certificate((*facts.low, self), f"{product(facts.fewest, self.minimum)}, but {there}")
        if facts.most * self.maximum < total * (1 - _SURE):
            yield Certificate((*facts.high, self), f"{product(facts.most, self.maximum)}, but {there}")

    def _linked_items(self, facts: Facts) -> Iterator[Certificate]:
        """Say which linked items are too many for one cluster."""
        loads = self.loads(facts.n)
        what = facts.noun if self.weights is None else "in weight"
        for items in facts.groups if len(facts.groups) < facts.n else ():
            load = float(loads[list(items)].sum())
            if load > self.maximum * (1 + _SURE):
                said = f"{load:g} {what} must be together, but a cluster holds {self.maximum:g}"
                yield Certificate((*facts.linking(items), self), said)

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge nothing."""
        yield from ()

    def add_rows(self, built: Rows) -> None:
        """Add the rule to the medoid model."""
        built.add_bounds(self, self.loads(built.compiled.n), (self.minimum, self.maximum))

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
        return True

    def place_in_moves(self) -> Hashable:
        """One size is all that the moves know."""
        return "size"

    def is_columnar(self, compiled: Groups) -> bool:
        """Whether the rule can be seen to a whole cluster at a time."""
        return self.weights is None

    def add_pricing(self, data: Pricing) -> None:
        """Add the rule to what prices whole clusters."""
        data.low, data.high = float(self.minimum), float(self.maximum)

    def is_counted(self) -> bool:
        """Whether the rule can be broken by whole units only: whole bounds, of items."""
        return all(math.isinf(limit) or limit == math.floor(limit) for limit in (self.minimum, self.maximum))

    def scaled(self, factor: float, most: float) -> Self:
        """Bring weights of items to an ordinary size in units of their own; the rule has no price."""
        greatest = max(self.weights or (), default=0.0)
        if self.weights is None or greatest <= 0 or _USUAL[0] <= greatest <= _USUAL[1]:
            return self
        unit = power_of_two(_USUAL_WEIGHT / greatest)
        return replace(
            self,
            name=self.words,
            minimum=self.minimum * unit,
            maximum=self.maximum * unit,
            weights=tuple(load * unit for load in self.weights),
        )
