"""A clustering under change, in arrays that compiled loops work on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_partnerships.clustering.guides import Bounds, Guides
    from geo_partnerships.clustering.space import Space

__all__ = ["State"]

_TINY = 1e-9
_ROOM, _ROOM_FOR_EACH = 64, 16


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
