"""A clustering under change, and the rules its changes must mind, in arrays that compiled loops work on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.compiled import flattened
from geo_partnerships.clustering.rules import Guarantee, Leaders, PairRewards
from geo_partnerships.clustering.rules.pair_rewards import rewards_by_item

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.space import Space

__all__ = ["Bounds", "Guides", "State"]

_TINY = 1e-9
_ROOM, _ROOM_FOR_EACH = 64, 16


@dataclass(frozen=True)
class Bounds:
    """Number of clusters, least and greatest load, and the load of each item."""

    count: tuple[int, int]
    low: float
    high: float
    loads: NDArray[np.float64]

    @property
    def even(self) -> bool:
        """Whether every item has a load of 1."""
        return bool((self.loads == 1).all())


@dataclass
class State:
    """A clustering under change, in the arrays the compiled loops work on."""

    space: Space
    bounds: Bounds
    label: NDArray[np.int64]
    k: int
    room: int = 0
    members: NDArray[np.int64] = field(init=False)
    sizes: NDArray[np.int64] = field(init=False)
    places: NDArray[np.int64] = field(init=False)
    sums: NDArray[np.float64] = field(init=False)
    load: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        """Fill the arrays from the labels, with room for the largest cluster there may be, within reason."""
        n, loads = self.label.size, self.bounds.loads
        least = loads[loads > 0].min(initial=np.inf)
        largest = int(self.bounds.high / least) + 2 if np.isfinite(least) else n
        self.room = min(n, largest, max(_ROOM, _ROOM_FOR_EACH * n // self.k))
        self.refresh()

    def refresh(self) -> None:
        """Fill the arrays from the labels."""
        from geo_partnerships.clustering.kernels import moves as kernels  # noqa: PLC0415

        order = np.argsort(self.label, kind="stable")
        self.sizes = np.bincount(self.label, minlength=self.k)
        self.room = max(self.room, int(self.sizes.max()) + 1)
        self.members = np.zeros((self.k, self.room), dtype=np.int64)
        self.places = np.zeros(self.label.size, dtype=np.int64)
        starts = np.cumsum(self.sizes) - self.sizes
        self.places[order] = np.arange(self.label.size) - np.repeat(starts, self.sizes)
        self.members[self.label, self.places] = np.arange(self.label.size)
        load = np.bincount(self.label, weights=self.bounds.loads, minlength=self.k)
        self.load = load.astype(np.float64)
        self.sums = np.zeros(self.label.size)
        kernels.member_sums(self.space.dense, self.space.points, self.members, self.sizes, self.sums)

    def medoids(self) -> NDArray[np.int64]:
        """The best medoid of each cluster, shape (k,)."""
        order = np.lexsort((np.arange(self.label.size), self.sums, self.label))
        starts = np.cumsum(self.sizes) - self.sizes
        return np.asarray(order[starts])

    def medoid(self, c: int) -> int:
        """The best medoid of one cluster, the lowest on ties."""
        items = np.sort(self.members[c, : self.sizes[c]])
        return int(items[self.sums[items].argmin()])

    def put(self, c: int, items: NDArray[np.int64]) -> None:
        """Make `items`, ascending, the members of cluster `c`; they must leave their own at the same time."""
        if items.size >= self.room:
            self.label[items] = c
            self.refresh()
            return
        self.label[items] = c
        self.sizes[c] = items.size
        self.members[c, : items.size] = items
        self.places[items] = np.arange(items.size)
        self.load[c] = self.bounds.loads[items].sum()
        self.sums[items] = self.space.pairs(items[:, None], items[None, :]).sum(axis=0)

    def broken(self, guides: Guides) -> NDArray[np.int64]:
        """Clusters out of bounds, without a companion that a member must have, or without a leader.

        Where there are fewer leaders than clusters, some must do without: no more than those is not amiss.
        """
        from geo_partnerships.clustering.kernels import moves as kernels  # noqa: PLC0415

        low, high = self.bounds.low, self.bounds.high
        amiss = (self.load < low - _TINY) | (self.load > high + _TINY)
        if guides.guards.size:
            alone = kernels.alone(guides.guards, guides.starts, self.label)
            amiss[self.label[alone & (guides.weights == 0)]] = True
        if guides.led:
            leaderless = np.bincount(self.label, weights=guides.leader, minlength=self.k) == 0
            if leaderless.sum() > max(0, self.k - int(guides.leader.sum())):
                amiss |= leaderless
        return np.flatnonzero(amiss)

    @property
    def cost(self) -> float:
        """Cost of all clusters about their best medoids."""
        return float(self.sums[self.medoids()].sum())

    @property
    def excess(self) -> float:
        """How far sizes are out of bounds, over all clusters."""
        low, high = self.bounds.low, self.bounds.high
        return float(np.maximum(0, np.maximum(low - self.load, self.load - high)).sum())


@dataclass(frozen=True)
class Guides:
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
    partners, partner_starts, worths
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
    worths: NDArray[np.float64]

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
        worths = np.array([worth for found in partners for worth in found.values()], dtype=np.float64)
        together = flattened([list(found) for found in partners])
        return cls(*flattened(named), *flattened(fans), leader, bool(leaders), weights, *together, worths)

    def asked(self) -> bool:
        """Whether there is any such rule."""
        return self.led or self.guards.size > 0 or self.worths.size > 0

    def within(self, items: NDArray[np.int64]) -> Guides:
        """Restrict the rules to some items, ascending, that keep their clusters among themselves."""
        place = np.full(self.leader.size, -1)
        place[items] = np.arange(items.size)
        partners, partner_starts, worths = self._partners_within(items, place)
        return Guides(
            *_inner(self.guards, self.starts, items, place),
            *_inner(self.fans, self.fan_starts, items, place),
            self.leader[items],
            self.led,
            self.weights[items],
            partners,
            partner_starts,
            worths,
        )

    def _partners_within(
        self, items: NDArray[np.int64], place: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Keep the pairs of `items` that are among themselves."""
        starts = self.partner_starts
        spans = [np.arange(starts[i], starts[i + 1]) for i in items] if self.worths.size else []
        inside = [span[place[self.partners[span]] >= 0] for span in spans]
        kept = np.concatenate([*inside, np.zeros(0, dtype=np.int64)])
        counts = [span.size for span in inside] if inside else [0] * items.size
        return place[self.partners[kept]], np.cumsum([0, *counts]), self.worths[kept]

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
