"""The rules that moves look at, in arrays that compiled loops work on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo_partnerships.clustering.compiled import flattened
from geo_partnerships.clustering.rules import Guarantee, Leaders, PairRewards
from geo_partnerships.clustering.rules.pair_rewards import rewards_by_item

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled

__all__ = ["Bounds", "Costs", "Guides", "Prices"]


class Costs(NamedTuple):
    """A dense matrix of costs, shape (n, n), or points, shape (n, axes); the other is a mere place holder."""

    dense: NDArray[np.float64]
    points: NDArray[np.float64]


class Prices(NamedTuple):
    """What is paid for a guarantee lacking, by item, and for a cluster without a leader and a unit of size too many."""

    penalties: NDArray[np.float64]
    charges: NDArray[np.float64]


class Bounds(NamedTuple):
    """Number of clusters, least and greatest load, and the load of each item."""

    clusters: tuple[int, int]
    low: float
    high: float
    loads: NDArray[np.float64]

    def within(self, items: NDArray[np.int64], clusters: int) -> Bounds:
        """Restrict the bounds to some items in so many clusters."""
        return Bounds((clusters, clusters), self.low, self.high, self.loads[items])

    @property
    def even(self) -> bool:
        """Whether every item has a load of 1."""
        return bool((self.loads == 1).all())


class Guides(NamedTuple):
    """Rules the moves look at besides sizes, as arrays.

    Attributes
    ----------
    guards, starts
        Companions named in the guarantee of item i, from ``starts[i]`` to ``starts[i + 1]``.
    fans, fan_starts
        Items in whose guarantee item i is named, likewise.
    leader
        Which items lead, shape (n,).
    led
        Whether leaders are asked for.
    weights
        What a guarantee lacking costs, 0 where it is binding, shape (n,).
    partners, partner_starts, rewards
        Items that item i is worth being with, and how much, from ``partner_starts[i]`` to ``partner_starts[i + 1]``.
    """

    guards: NDArray[np.int64]
    starts: NDArray[np.int64]
    fans: NDArray[np.int64]
    fan_starts: NDArray[np.int64]
    leader: NDArray[np.bool_]
    led: bool
    weights: NDArray[np.float64]
    partners: NDArray[np.int64]
    partner_starts: NDArray[np.int64]
    rewards: NDArray[np.float64]

    @classmethod
    def of(cls, compiled: Compiled) -> Guides:
        """Gather guarantees, one an item, and leaders; a guarantee that costs nothing to break says nothing."""
        n = compiled.n
        named: list[list[int]] = [[] for _ in range(n)]
        fans: list[list[int]] = [[] for _ in range(n)]
        weights = np.zeros(n)
        for rule in compiled.of(Guarantee):
            if not rule.binding and rule.weight == 0:
                continue
            weights[rule.item] = 0.0 if rule.binding else rule.weight
            if not named[rule.item]:
                named[rule.item] = sorted(set(rule.named) - {rule.item})
                for other in named[rule.item]:
                    fans[other].append(rule.item)
        leader = np.zeros(n, dtype=np.bool_)
        leaders = compiled.of(Leaders)
        if leaders:
            leader[list(leaders[0].items)] = True
        partners = rewards_by_item(n, compiled.of(PairRewards))
        rewards = np.array([worth for found in partners for worth in found.values()], dtype=np.float64)
        together = flattened([list(found) for found in partners])
        return cls(*flattened(named), *flattened(fans), leader, bool(leaders), weights, *together, rewards)

    def asked(self) -> bool:
        """Whether there is any such rule."""
        return self.led or self.guards.size > 0 or self.rewards.size > 0

    def within(self, items: NDArray[np.int64]) -> Guides:
        """Restrict the rules to some items, ascending, that keep their clusters among themselves."""
        place = np.full(self.leader.size, -1)
        place[items] = np.arange(items.size)
        partners, partner_starts, rewards = self._partners_within(items, place)
        return Guides(
            *_inner(self.guards, self.starts, items, place),
            *_inner(self.fans, self.fan_starts, items, place),
            self.leader[items],
            self.led,
            self.weights[items],
            partners,
            partner_starts,
            rewards,
        )

    def _partners_within(
        self, items: NDArray[np.int64], place: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Keep the pairs of `items` that are among themselves."""
        starts = self.partner_starts
        spans = [np.arange(starts[i], starts[i + 1]) for i in items] if self.rewards.size else []
        inside = [span[place[self.partners[span]] >= 0] for span in spans]
        kept = np.concatenate([*inside, np.zeros(0, dtype=np.int64)])
        counts = [span.size for span in inside] if inside else [0] * items.size
        return place[self.partners[kept]], np.cumsum([0, *counts]), self.rewards[kept]

    def penalties(self, binding: float) -> NDArray[np.float64]:
        """Price each guarantee lacking, `binding` where it must be kept, shape (n,)."""
        return np.where(self.weights > 0, self.weights, binding)

    def charges(self, typical: float, unit: float) -> NDArray[np.float64]:
        """Price a cluster without a leader, and a unit of size out of bounds, shape (2,).

        Parameters
        ----------
        typical
            Mean cost of an item.
        unit
            Mean load of an item.
        """
        return np.array([20.0 * typical if self.led else 0.0, 4.0 * typical / unit])


def _inner(
    values: NDArray[np.int64], starts: NDArray[np.int64], items: NDArray[np.int64], place: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Keep the lists of `items`, and of those the entries that have a place."""
    if not values.size:
        return values, np.zeros(items.size + 1, dtype=np.int64)
    parts = (place[values[starts[i] : starts[i + 1]]] for i in items)
    return flattened([part[part >= 0].tolist() for part in parts])
