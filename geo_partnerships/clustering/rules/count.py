"""How many clusters there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from geo_partnerships.clustering.rules.base import Rule
from geo_partnerships.sentences import between

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_partnerships.clustering.bounds.pricing import PricingData
    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.evaluate import Judged
    from geo_partnerships.clustering.models.assignment_model import MedoidModel
    from geo_partnerships.clustering.rules.base import Places
    from geo_partnerships.clustering.search.relax_rules import Relaxation
    from geo_partnerships.clustering.search.repair import Repair

__all__ = ["Count"]


@dataclass(frozen=True)
class Count(Rule):
    """Number of clusters, from `minimum` to `maximum`. Broken by one unit a cluster too few or too many."""

    minimum: int
    maximum: int

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return between(self.minimum, self.maximum, "cluster")

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        if self.minimum < 1:
            yield f"{self.words}: there must be at least one cluster, not {self.minimum}"
        if self.maximum < self.minimum:
            yield f"{self.words}: the maximum {self.maximum} is below the minimum {self.minimum}"

    def amount(self, seen: Judged, medoids: Sequence[int]) -> float:
        """Return by how many units clusters break the rule."""
        k = len(seen.members)
        return float(max(self.minimum - k, k - self.maximum, 0))

    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`."""
        yield f"{self.minimum} {self.maximum}"

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge nothing."""
        yield from ()

    def add_rows(self, built: MedoidModel) -> None:
        """Add the rule to the medoid model."""
        row = built.open[None, :]
        under, over = built.slack(self, 1), built.slack(self, 1)
        built.model.add_rows([(row, 1.0), (under, 1.0)], lower=self.minimum)
        built.model.add_rows([(row, 1.0), (over, -1.0)], upper=self.maximum)

    def within(self, places: Places) -> Self | None:
        """Say nothing: clusters chosen to be changed stay as many as they are."""
        return None

    def needs_matrix(self) -> bool:
        """Whether a problem of points alone cannot have the rule."""
        return False

    def is_local(self) -> bool:
        """Whether the rule can be kept a few clusters at a time."""
        return True

    def is_kept_by_moves(self) -> bool:
        """Whether the moves of a search keep the rule."""
        return self.binding

    def relaxed(self, relaxation: Relaxation) -> Self | None:
        """Keep the number of clusters."""
        return self

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
        """Yield nothing: clusters that change stay as many as they are."""
        yield from ()

    def is_of_few(self) -> bool:
        """Whether the rule speaks of a few items, and not of every cluster."""
        return False
