"""Rules within one cluster, and clusters that keep them."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.compiled import flattened
from geo_partnerships.clustering.kernels.cluster_rules import (
    ClusterRules,
    Conflicts,
    Guarantees,
    Pairs,
    Sizes,
    Tallies,
)
from geo_partnerships.clustering.rules import Leaders, Size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled

__all__ = ["ColumnRules", "Columns", "PricingData", "is_columnar"]

_LARGEST = 20


@dataclass(frozen=True, eq=False)
class Columns:
    """Whole clusters.

    Attributes
    ----------
    chosen
        Which groups are in each, shape (clusters, groups).
    costs
        What each costs, with the guarantees that it lacks, shape (clusters,).
    led
        Whether each has a leader, or none is asked for, shape (clusters,).
    medoids
        Shape (clusters,).
    parted
        Pairs of which only so many may be parted: half of those of which it has one, shape (clusters,).
    """

    chosen: NDArray[np.bool_]
    costs: NDArray[np.float64]
    led: NDArray[np.bool_]
    medoids: NDArray[np.int64]
    parted: NDArray[np.float64]

    def take(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> Columns:
        """Keep some of them."""
        return Columns(self.chosen[which], self.costs[which], self.led[which], self.medoids[which], self.parted[which])

    @classmethod
    def joined(cls, parts: Sequence[Columns]) -> Columns:
        """Put lists of clusters behind one another."""
        return cls(
            np.concatenate([part.chosen for part in parts]),
            np.concatenate([part.costs for part in parts]),
            np.concatenate([part.led for part in parts]),
            np.concatenate([part.medoids for part in parts]),
            np.concatenate([part.parted for part in parts]),
        )


def is_columnar(compiled: Compiled) -> bool:
    """Whether every rule speaks of the number of clusters or of one cluster at a time, and clusters are small."""
    return (
        all(rule.is_columnar(compiled) for rule in compiled.problem.rules)
        and len(compiled.of(Leaders)) <= 1
        and len(compiled.of(Size)) == 1
        and compiled.count[0] * _LARGEST >= compiled.n
    )


@dataclass(eq=False)
class PricingData:
    """What rules add to the pricing of whole clusters, by group.

    Attributes
    ----------
    low, high
        Bounds of the items in a cluster.
    conflicts
        Groups that each group must not meet.
    guarantees
        A group, those of which it must meet one, and what it costs where it does not.
    leaders
        -1, groups of which every cluster must have one, and what it costs where it has none.
    tallies
        A number for each group, and the bounds of its sum over a cluster.
    rewards
        What two groups are worth together, the lower one first.
    counted, most_parted
        Pairs between two groups, the lower one first, of which no more may be parted.
    """

    compiled: Compiled
    conflicts: list[set[int]]
    low: float = 0.0
    high: float = math.inf
    most_parted: float = math.inf
    guarantees: list[tuple[int, list[int], float]] = field(default_factory=list)
    leaders: list[tuple[int, list[int], float]] = field(default_factory=list)
    tallies: list[tuple[NDArray[np.float64], float, float]] = field(default_factory=list)
    rewards: dict[tuple[int, int], float] = field(default_factory=dict)
    counted: dict[tuple[int, int], int] = field(default_factory=dict)

    @classmethod
    def of(cls, compiled: Compiled) -> PricingData:
        """Ask every rule."""
        data = cls(compiled, [set() for _ in range(compiled.size)])
        for rule in compiled.problem.rules:
            rule.add_pricing(data)
        return data


def _pairs(data: PricingData, size: int) -> tuple[Pairs, NDArray[np.float64]]:
    """List the partners of each group, and for how many each pair counts of those of which no more may be parted."""
    lists: list[list[tuple[int, tuple[int, int]]]] = [[] for _ in range(size)]
    for a, b in sorted({*data.rewards, *data.counted}):
        lists[a].append((b, (a, b)))
        lists[b].append((a, (a, b)))
    entries = [pair for found in lists for _, pair in found]
    place: dict[tuple[int, int], int] = {}
    for a, found in enumerate(lists):
        for b, _ in found:
            place[a, b] = len(place)
    partners, starts = flattened([[b for b, _ in found] for found in lists])
    pairs = Pairs(
        partners=partners,
        starts=starts,
        rewards=np.array([data.rewards.get(pair, 0.0) for pair in entries], dtype=np.float64),
        mirror=np.array([place[b, a] for a, b in place], dtype=np.int64),
    )
    return pairs, np.array([data.counted.get(pair, 0) for pair in entries], dtype=np.float64)


@dataclass(eq=False)
class ColumnRules:
    """The rules within a cluster.

    Attributes
    ----------
    arrays
        As the compiled search takes them; rewards hold the price at which parted pairs are counted.
    counted, most_parted
        For how many each pair counts of those of which no more may be parted.
    leading
        Which guarantee is that of a leader, -1 for none.
    worth
        What each pair is worth together by itself.
    """

    arrays: ClusterRules
    counted: NDArray[np.float64]
    most_parted: float = math.inf
    leading: int = -1
    worth: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        """Keep apart what pairs are worth from the price at which they are counted."""
        self.worth = self.arrays.pairs.rewards.copy()

    @classmethod
    def of(cls, compiled: Compiled) -> ColumnRules:
        """Gather the rules by group."""
        data = PricingData.of(compiled)
        pairs, counted = _pairs(data, compiled.size)
        guarantees, tallies = data.guarantees + data.leaders, data.tallies
        companions, companion_starts = flattened([named for _, named, _ in guarantees])
        arrays = ClusterRules(
            sizes=Sizes(compiled.group_sum(np.ones(compiled.n)), float(data.low), float(data.high)),
            conflicts=Conflicts(*flattened([sorted(found) for found in data.conflicts])),
            guarantees=Guarantees(
                guaranteed=np.array([group for group, _, _ in guarantees], dtype=np.int64),
                companions=companions,
                starts=companion_starts,
                side_duals=np.array([side_dual for _, _, side_dual in guarantees], dtype=np.float64),
            ),
            tallies=Tallies(
                rows=np.array([row for row, _, _ in tallies]).reshape(len(tallies), compiled.size),
                least=np.array([low for _, low, _ in tallies], dtype=np.float64),
                most=np.array([high for _, _, high in tallies], dtype=np.float64),
            ),
            pairs=pairs,
        )
        leading = len(data.guarantees) if data.leaders else -1
        return cls(arrays, counted=counted, most_parted=data.most_parted, leading=leading)

    @property
    def has_pairs(self) -> bool:
        """Whether it matters which groups are together."""
        return self.worth.size > 0

    def charge(self, price: float) -> None:
        """Let every counted pair that is parted cost so much more than it is worth."""
        self.arrays.pairs.rewards[:] = self.worth + price * self.counted

    def forgone(self, worth: NDArray[np.float64]) -> NDArray[np.float64]:
        """Half of what each group's pairs come to, shape (groups,): its part in parting with all."""
        pairs, groups = self.arrays.pairs, self.arrays.sizes.load.size
        return 0.5 * np.bincount(pairs.owner(), worth, minlength=groups).astype(np.float64, copy=False)

    def is_kept(self, w: int, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether one of the companions is in each cluster, shape (clusters,)."""
        asked = self.arrays.guarantees
        return np.asarray(chosen[:, asked.companions[asked.starts[w] : asked.starts[w + 1]]].any(axis=1))

    def are_valid(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether each cluster keeps the binding rules, shape (clusters,)."""
        sizes, tallies, asked = self.arrays.sizes, self.arrays.tallies, self.arrays.guarantees
        load = chosen @ sizes.load
        valid = (load >= sizes.low) & (load <= sizes.high)
        for row, least, most in zip(tallies.rows, tallies.least, tallies.most, strict=True):
            valid &= (chosen @ row >= least) & (chosen @ row <= most)
        for w, group in enumerate(asked.guaranteed):
            if math.isinf(asked.side_duals[w]):
                valid &= self.is_kept(w, chosen) | (group >= 0 and ~chosen[:, group])
        conflicts = self.arrays.conflicts
        for group, (first, last) in enumerate(itertools.pairwise(conflicts.starts)):
            if last > first:
                valid &= ~(chosen[:, group] & chosen[:, conflicts.groups[first:last]].any(axis=1))
        return np.asarray(valid)

    def price(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        """What the guarantees that each cluster lacks cost it; prices that the search sets are left out."""
        total = np.zeros(chosen.shape[0])
        side_duals = self.arrays.guarantees.side_duals
        for w, guaranteed_group in enumerate(self.arrays.guarantees.guaranteed):
            if w != self.leading and math.isfinite(side_duals[w]):
                total += side_duals[w] * (chosen[:, guaranteed_group] & ~self.is_kept(w, chosen))
        return total + self.parted(chosen, self.worth)

    def parted(self, chosen: NDArray[np.bool_], worth: NDArray[np.float64]) -> NDArray[np.float64]:
        """What each cluster pays for pairs of which it has one, half of their worth, shape (clusters,)."""
        if not worth.any():
            return np.zeros(chosen.shape[0])
        total = chosen @ self.forgone(worth)
        pairs = self.arrays.pairs
        for a, b, reward in zip(pairs.owner(), pairs.partners, worth, strict=True):
            if a < b and reward:
                total -= reward * (chosen[:, a] & chosen[:, b])
        return np.asarray(total)

    def columns(self, chosen: NDArray[np.bool_], cost: NDArray[np.float64], medoid: int) -> Columns:
        """Make clusters of what a medoid has chosen, shape (clusters, groups); `cost` is that of groups under it."""
        return self.around(np.full(chosen.shape[0], medoid, dtype=np.int64), chosen, chosen @ cost)

    def around(self, medoids: NDArray[np.int64], chosen: NDArray[np.bool_], costs: NDArray[np.float64]) -> Columns:
        """Make clusters around medoids, shape (clusters,), of groups that cost so much under them."""
        return Columns(
            chosen=chosen,
            costs=costs + self.price(chosen),
            led=self.are_led(chosen),
            medoids=medoids,
            parted=self.parted(chosen, self.counted),
        )

    def are_led(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether each cluster has a leader, or none is asked for, shape (clusters,)."""
        return np.ones(chosen.shape[0], dtype=np.bool_) if self.leading < 0 else self.is_kept(self.leading, chosen)
