"""An item that is in two clusters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from geo_partnerships.clustering.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geo_partnerships.clustering.bounds.pricing import PricingData
    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.evaluate import Judged
    from geo_partnerships.clustering.models.assignment_model import MedoidModel
    from geo_partnerships.clustering.rules.base import Places
    from geo_partnerships.clustering.search.relax_rules import Relaxation
    from geo_partnerships.clustering.search.repair import Repair

__all__ = ["SecondMembership"]


@dataclass(frozen=True)
class SecondMembership(Rule):
    """The `item` is in two clusters; it counts in the size and the cost of both. Broken by one unit."""

    item: int

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return f"{self.item} in two clusters"

    def mentioned(self) -> Iterator[int]:
        """Yield every item the rule speaks of."""
        yield self.item

    def amount(self, seen: Judged, medoids: Sequence[int]) -> float:
        """Return by how many units clusters break the rule."""
        return float(2 - len(seen.homes[self.item]))

    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`."""
        yield names[self.item]

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge nothing."""
        yield from ()

    def add_rows(self, built: MedoidModel) -> None:
        """Add nothing: second memberships are part of the membership rows."""

    def within(self, places: Places) -> Self | None:
        """Restrict the rule to some items that keep their clusters among themselves; None where it says nothing."""
        return replace(self, item=places[self.item], name=self.words) if self.item in places else None

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
        """Leave the rule out: an item that must be in two clusters is there twice instead."""
        return None

    def is_columnar(self, compiled: Compiled) -> bool:
        """Whether the rule can be seen to a whole cluster at a time."""
        return self.binding

    def add_pricing(self, data: PricingData) -> None:
        """Add nothing: it speaks of no cluster by itself."""

    def is_counted(self) -> bool:
        """Whether the rule can be broken by whole units only."""
        return True

    def scaled(self, factor: float, most: float) -> Self:
        """Return the rule in costs multiplied by `factor`, of which those above `most` count the same."""
        return self.at_weight(min(self.weight, most) * factor)

    def amiss(self, repair: Repair) -> Iterator[set[int]]:
        """Yield the clusters, a set at a time, that must change if the broken rule is to be kept."""
        home = repair.homes([self.item])
        if len(home) == 1:
            yield home

    def is_of_few(self) -> bool:
        """Whether the rule speaks of a few items, and not of every cluster."""
        return True


def doubled_items(rules: Iterable[Rule]) -> set[int]:
    """Items that a rule, binding or preferred, places in a second cluster."""
    return {rule.item for rule in rules if isinstance(rule, SecondMembership)}
