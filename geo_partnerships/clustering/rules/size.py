"""How large every cluster is, in items or in weight."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from geo_partnerships.clustering.rules.base import EachCluster

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo_partnerships.clustering.evaluate import Judged
    from geo_partnerships.clustering.exact.assignment_model import MedoidModel
    from geo_partnerships.clustering.rules.base import Places

__all__ = ["Size"]


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
            yield f"{self.words}: there are {len(self.weights)} weights for {n} items"
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


def excess(load: float, own: tuple[float | None, float | None], rule: Size | None = None) -> float:
    """How far a load is outside its own bounds, or outside those of `rule` where it has none."""
    low, high = own
    minimum = (rule.minimum if rule else 0.0) if low is None else low
    maximum = (rule.maximum if rule else load) if high is None else high
    beyond = max(minimum - load, load - maximum)
    return beyond if beyond > 1e-9 * max(load, abs(minimum)) else 0.0
