"""How many clusters there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from geo_partnerships.clustering.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_partnerships.clustering.evaluate import Judged
    from geo_partnerships.clustering.exact.assignment_model import MedoidModel
    from geo_partnerships.clustering.rules.base import Places

__all__ = ["Count"]


@dataclass(frozen=True)
class Count(Rule):
    """Number of clusters, from `minimum` to `maximum`. Broken by one unit a cluster too few or too many."""

    minimum: int
    maximum: int

    def describe(self) -> str:
        """Describe the rule in a few words."""
        if self.minimum == self.maximum:
            return f"{self.minimum} clusters"
        return f"{self.minimum} to {self.maximum} clusters"

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        if self.minimum < 1:
            yield f"{self.words}: there must be at least one cluster, not {self.minimum}"
        if self.maximum < self.minimum:
            yield f"{self.words}: the maximum {self.maximum} is below the minimum {self.minimum}"

    def amount(self, seen: Judged, medoids: Sequence[int]) -> float:  # noqa: ARG002 - a part of every rule
        """Return by how many units clusters break the rule."""
        k = len(seen.members)
        return float(max(self.minimum - k, k - self.maximum, 0))

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge nothing."""
        yield from ()

    def add_rows(self, built: MedoidModel) -> None:
        """Add the rule to the medoid model."""
        row = built.open[None, :]
        under, over = built.slack(self, 1), built.slack(self, 1)
        built.model.add_rows([(row, 1.0), (under, 1.0)], lower=self.minimum)
        built.model.add_rows([(row, 1.0), (over, -1.0)], upper=self.maximum)

    def within(self, places: Places) -> Self | None:  # noqa: ARG002 - a part of every rule
        """Say nothing: clusters chosen to be changed stay as many as they are."""
        return None

    def needs_matrix(self) -> bool:
        """Whether a problem of points alone cannot have the rule."""
        return False

    def is_local(self) -> bool:
        """Whether the rule can be kept a few clusters at a time."""
        return True
