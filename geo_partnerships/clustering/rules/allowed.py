"""Pairs of item and medoid that may be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from geo_partnerships.clustering.rules.base import Weighted
from geo_partnerships.clustering.rules.facts import Certificate
from geo_partnerships.clustering.rules.size import Size
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering.rules.base import Answer, Places, Rule
    from geo_partnerships.clustering.rules.facts import Facts
    from geo_partnerships.clustering.rules.given import Clusters, Groups, Pricing, Repaired, Rows

__all__ = ["Allowed", "all_allowed"]

_SURE = 1e-12
"""Share of a sum that adding up in another order may change."""


@dataclass(frozen=True, eq=False)
class Allowed(Weighted):
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

    def amount(self, seen: Clusters, medoids: Sequence[int]) -> float:
        """Return how many items are in the cluster of a medoid that they may not be under."""
        return float(
            sum((~self.pairs[list(items), medoid]).sum() for items, medoid in zip(seen.members, medoids, strict=True))
        )

    def recount(self, answer: Answer) -> float:
        """Count again, by plain arithmetic, by how many units clusters break the rule."""
        centred = zip(answer.medoids, answer.members, strict=True)
        return float(sum(not self.pairs[item, medoid] for medoid, items in centred for item in items))

    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`."""
        for item in np.flatnonzero(~self.pairs.all(axis=1)).tolist():
            barred = sorted(names[j] for j in np.flatnonzero(~self.pairs[item]).tolist())
            yield f"{names[item]} not under {' '.join(barred)}"

    def certificates(self, facts: Facts) -> Iterator[Certificate]:
        """Yield what arithmetic alone shows to be impossible under the rule."""
        barring = facts.of(Allowed)
        allowed = all_allowed(facts.rules) if self is barring[0] else None
        if allowed is None:
            return
        for items in facts.groups:
            allowed[list(items)] = allowed[list(items)].all(axis=0)
        linked = [items for items in facts.groups if len(items) > 1]
        linking = dict.fromkeys(rule for items in linked for rule in facts.linking(items))
        rules = [*barring, *linking]
        open_ = allowed.diagonal().copy()
        yield from _homeless(allowed, open_, rules, facts.noun)
        for rule in facts.of(Size):
            filled = open_ & (rule.loads(facts.n) @ allowed >= rule.minimum * (1 - _SURE))
            yield from _homeless(allowed, filled, [*rules, rule], facts.noun)
        alone = _sharing_no_medoid(allowed & open_)
        if len(alone) > facts.most:
            few = f"no two of {len(alone)} {facts.noun} may be in one cluster"
            said = f"{few}, but there are at most {count(facts.most, 'cluster')}"
            yield Certificate((*facts.high, *rules), said, tuple(alone))

    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Merge nothing."""
        yield from ()

    def add_rows(self, built: Rows) -> None:
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

    def is_columnar(self, compiled: Groups) -> bool:
        """Whether the rule can be seen to a whole cluster at a time."""
        return True

    def add_pricing(self, data: Pricing) -> None:
        """Add nothing: what the rule bars is dear in the costs already."""

    def is_counted(self) -> bool:
        """Whether the rule can be broken by whole units only."""
        return True

    def amiss(self, repair: Repaired) -> Iterator[set[int]]:
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


def _homeless(
    allowed: NDArray[np.bool_], medoids: NDArray[np.bool_], rules: Sequence[Rule], noun: str
) -> Iterator[Certificate]:
    """Say which items may be under none of some medoids."""
    items = np.flatnonzero(~(allowed & medoids).any(axis=1)).tolist()
    if items:
        few = f"{len(items)} of {allowed.shape[0]} {noun}"
        sentence = f"no cluster that {few} may be in can be large enough"
        yield Certificate(tuple(rules), sentence, tuple(items))


def _sharing_no_medoid(allowed: NDArray[np.bool_]) -> list[int]:
    """Choose items of which no two may be under one medoid, those with the fewest others to share one with first."""
    shared = allowed.astype(np.float64) @ allowed.T > 0
    left, chosen = np.ones(allowed.shape[0], dtype=np.bool_), []
    for item in np.argsort(shared.sum(axis=1), kind="stable").tolist():
        if left[item]:
            chosen.append(item)
            left &= ~shared[item]
    return sorted(chosen)
