"""Pairs of item and medoid that may be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from geo_partnerships.clustering.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering.bounds.pricing import PricingData
    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.evaluate import Judged
    from geo_partnerships.clustering.models.assignment_model import MedoidModel
    from geo_partnerships.clustering.rules.base import Places
    from geo_partnerships.clustering.search.relax_rules import Relaxation
    from geo_partnerships.clustering.search.repair import Repair

__all__ = ["Allowed", "all_allowed"]


@dataclass(frozen=True, eq=False)
class Allowed(Rule):
    """No item is in the cluster of a medoid that it may not be under. Broken by one unit an item that is.

    The medoid of a cluster is the cheapest member that every other may be under, where there is one. Several such
    rules bar what any of them bars.

    Parameters
    ----------
    pairs
        ``pairs[i, j]`` says whether item i may be in the cluster of medoid j, shape (n, n), bool; the diagonal is
        true.
    """

    pairs: NDArray[np.bool_]
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return "allowed pairs"

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        pairs = np.asarray(self.pairs)
        if pairs.dtype != np.bool_ or pairs.shape != (n, n):
            yield f"{self.words}: pairs must be true or false, of shape ({n}, {n}), not {pairs.dtype} of {pairs.shape}"
        elif not pairs.diagonal().all():
            item = int(np.flatnonzero(~pairs.diagonal())[0])
            yield f"{self.words}: item {item} may not be its own medoid; every item may be"

    def amount(self, seen: Judged, medoids: Sequence[int]) -> float:
        """Return how many items are in the cluster of a medoid that they may not be under."""
        return float(
            sum((~self.pairs[list(items), medoid]).sum() for items, medoid in zip(seen.members, medoids, strict=True))
        )

    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`."""
        for item in np.flatnonzero(~self.pairs.all(axis=1)).tolist():
            barred = sorted(names[j] for j in np.flatnonzero(~self.pairs[item]).tolist())
            yield f"{names[item]} not under {' '.join(barred)}"

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge nothing."""
        yield from ()

    def add_rows(self, built: MedoidModel) -> None:
        """Add nothing: pairs that may not be have no columns, and what others cost is in the costs."""

    def within(self, places: Places) -> Self | None:
        """Restrict the rule to some items that keep their clusters among themselves; None where it bars nothing."""
        items = list(places)
        pairs = self.pairs[np.ix_(items, items)]
        return None if pairs.all() else replace(self, pairs=pairs, name=self.words)

    def needs_matrix(self) -> bool:
        """Whether a problem of points alone cannot have the rule: it changes the matrix."""
        return True

    def is_local(self) -> bool:
        """Whether the rule can be kept a few clusters at a time."""
        return True

    def is_kept_by_moves(self) -> bool:
        """Whether the moves of a search keep the rule: to them what may not be is dear, no more."""
        return False

    def relaxed(self, relaxation: Relaxation) -> Self | None:
        """Leave the rule out: what it bars is dear in the costs already."""
        return None

    def is_columnar(self, compiled: Compiled) -> bool:
        """Whether the rule can be seen to a whole cluster at a time."""
        return True

    def add_pricing(self, data: PricingData) -> None:
        """Add nothing: what the rule bars is dear in the costs already."""

    def is_counted(self) -> bool:
        """Whether the rule can be broken by whole units only."""
        return True

    def scaled(self, factor: float, most: float) -> Self:
        """Return the rule in costs multiplied by `factor`, of which those above `most` count the same."""
        return self.at_weight(min(self.weight, most) * factor)

    def amiss(self, repair: Repair) -> Iterator[set[int]]:
        """Yield each cluster that has an item which may not be under its medoid."""
        for c, (items, medoid) in enumerate(zip(repair.members, repair.medoids, strict=True)):
            if not self.pairs[list(items), medoid].all():
                yield {c}

    def is_of_few(self) -> bool:
        """Whether the rule speaks of a few items, and not of every cluster."""
        return False


def all_allowed(rules: Iterable[Rule]) -> NDArray[np.bool_] | None:
    """Return which pairs of item and medoid all binding rules allow, shape (n, n); None where they allow every one."""
    masks = [rule.pairs for rule in rules if isinstance(rule, Allowed) and rule.binding]
    allowed = np.logical_and.reduce(masks) if masks else None
    return None if allowed is None or allowed.all() else np.asarray(allowed)
