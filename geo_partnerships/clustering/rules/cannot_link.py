"""Items of which no two share a cluster."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from geo_partnerships.clustering.rules.base import Rule, inner

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_partnerships.clustering.evaluate import Judged
    from geo_partnerships.clustering.exact.assignment_model import MedoidModel
    from geo_partnerships.clustering.rules.base import Places

__all__ = ["CannotLink"]


@dataclass(frozen=True)
class CannotLink(Rule):
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

    def amount(self, seen: Judged, medoids: Sequence[int]) -> float:  # noqa: ARG002 - a part of every rule
        """Return by how many units clusters break the rule."""
        homes = seen.homes
        return float(sum(bool(homes[a] & homes[b]) for a, b in itertools.combinations(self.items, 2)))

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge nothing."""
        yield from ()

    def add_rows(self, built: MedoidModel) -> None:
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
