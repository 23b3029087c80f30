"""An item that is in two clusters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from geo_partnerships.clustering.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geo_partnerships.clustering.evaluate import Judged
    from geo_partnerships.clustering.exact.assignment_model import MedoidModel
    from geo_partnerships.clustering.rules.base import Places

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

    def amount(self, seen: Judged, medoids: Sequence[int]) -> float:  # noqa: ARG002 - a part of every rule
        """Return by how many units clusters break the rule."""
        return float(2 - len(seen.homes[self.item]))

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


def doubled_items(rules: Iterable[Rule]) -> set[int]:
    """Items that a rule, binding or preferred, places in a second cluster."""
    return {rule.item for rule in rules if isinstance(rule, SecondMembership)}
