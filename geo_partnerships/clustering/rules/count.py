"""How many clusters there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from geo_partnerships.clustering.rules.base import Binding
from geo_partnerships.clustering.rules.facts import Certificate
from geo_partnerships.sentences import between, count, counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_partnerships.clustering.rules.base import Answer, Places
    from geo_partnerships.clustering.rules.facts import Facts
    from geo_partnerships.clustering.rules.given import Clusters, Groups, Pricing, Repaired, Rows

__all__ = ["Count"]


@dataclass(frozen=True)
class Count(Binding):
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

    def amount(self, seen: Clusters, medoids: Sequence[int]) -> float:
        """Return by how many units clusters break the rule."""
        k = len(seen.members)
        return float(max(self.minimum - k, k - self.maximum, 0))

    def recount(self, answer: Answer) -> float:
        """Count again, by plain arithmetic, by how many units clusters break the rule."""
        return float(max(0, self.minimum - len(answer.members)) + max(0, len(answer.members) - self.maximum))

    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`."""
        yield f"{self.minimum} {self.maximum}"

    def certificates(self, facts: Facts) -> Iterator[Certificate]:
        """Yield what arithmetic alone shows to be impossible under the rule."""
        fewest, most, n = facts.fewest, facts.most, facts.n
        if self is not (facts.low or (None,))[0]:
            return
        if fewest > most:
            said = f"at least {count(fewest, 'cluster')} and at most {most} are both asked for"
            yield Certificate((*facts.low, *facts.high), said)
        if fewest > n:
            said = f"{counted(fewest, 'cluster', 'is', 'are')} asked for, but there are {n} {facts.noun}"
            yield Certificate(facts.low, said)

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge nothing."""
        yield from ()

    def add_rows(self, built: Rows) -> None:
        """Add the rule to the medoid model."""
        row = built.open[None, :]
        built.model.add_rows([(row, 1.0)], lower=self.minimum)
        built.model.add_rows([(row, 1.0)], upper=self.maximum)

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
        return True

    def is_columnar(self, compiled: Groups) -> bool:
        """Whether the rule can be seen to a whole cluster at a time."""
        return True

    def add_pricing(self, data: Pricing) -> None:
        """Add nothing: it speaks of no cluster by itself."""

    def is_counted(self) -> bool:
        """Whether the rule can be broken by whole units only."""
        return True

    def amiss(self, repair: Repaired) -> Iterator[set[int]]:
        """Yield nothing: clusters that change stay as many as they are."""
        yield from ()

    def is_of_few(self) -> bool:
        """Whether the rule speaks of a few items, and not of every cluster."""
        return False
