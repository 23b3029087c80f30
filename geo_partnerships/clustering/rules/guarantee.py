"""An item that shares a cluster with one of those it named."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from geo_partnerships.clustering.rules.base import Rule, inner

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_partnerships.clustering.evaluate import Judged
    from geo_partnerships.clustering.exact.assignment_model import MedoidModel
    from geo_partnerships.clustering.rules.base import Places

__all__ = ["Guarantee"]


@dataclass(frozen=True)
class Guarantee(Rule):
    """The `item` shares a cluster with at least one of `named`. Broken by one unit."""

    item: int
    named: tuple[int, ...]

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return f"{self.item} with one of {', '.join(map(str, self.named)) or 'nobody'}"

    def mentioned(self) -> Iterator[int]:
        """Yield every item the rule speaks of."""
        yield self.item
        yield from self.named

    def amount(self, seen: Judged, medoids: Sequence[int]) -> float:  # noqa: ARG002 - a part of every rule
        """Return by how many units clusters break the rule."""
        named = set(self.named) - {self.item}
        return float(all(named.isdisjoint(seen.members[home]) for home in seen.homes[self.item]))

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge nothing."""
        yield from ()

    def add_rows(self, built: MedoidModel) -> None:
        """Add the rule to the medoid model."""
        compiled = built.compiled
        group = int(compiled.group_of[self.item])
        named = sorted(set(self.named) - {self.item})
        if group in compiled.group_of[named]:
            return
        own, others = built.item(self.item), built.block(named) if named else np.full((compiled.n, 1), -1)
        if not compiled.twice[group]:
            built.model.add_rows([(own, 1.0), (others, -1.0), (built.one_slack(self), -1.0)], upper=0.0)
            return
        met = built.model.add_columns(np.zeros(compiled.n), integer=False)
        built.model.add_rows([(met, 1.0), (own, -1.0)], upper=0.0)
        built.model.add_rows([(met, 1.0), (others, -1.0)], upper=0.0)
        built.model.add_rows([(met[None, :], 1.0), (built.slack(self, 1, upper=1.0), 1.0)], lower=1.0)

    def within(self, places: Places) -> Self | None:
        """Restrict the rule to some items that keep their clusters among themselves; None where it says nothing."""
        if self.item not in places:
            return None
        return replace(self, item=places[self.item], named=inner(self.named, places), name=self.words)

    def needs_matrix(self) -> bool:
        """Whether a problem of points alone cannot have the rule."""
        return False

    def is_local(self) -> bool:
        """Whether the rule can be kept a few clusters at a time."""
        return True
