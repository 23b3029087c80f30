"""The rules within one cluster as the compiled pricing takes them: arrays by group, each kind of rule its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ClusterRules", "Conflicts", "Guarantees", "Pairs", "Sizes", "Tallies"]


class Sizes(NamedTuple):
    """Items of each group, shape (groups,), and how many a cluster may have."""

    load: NDArray[np.float64]
    low: float
    high: float


class Conflicts(NamedTuple):
    """Groups that group g must not meet, from ``starts[g]`` to ``starts[g + 1]``."""

    groups: NDArray[np.int64]
    starts: NDArray[np.int64]


class Guarantees(NamedTuple):
    """Guarantee w of group ``guaranteed[w]`` (-1: of whoever is there) to have one of its companions.

    Those are from ``starts[w]`` to ``starts[w + 1]``; ``side_duals`` is what it costs where it has none, infinite where
    it must.
    """

    guaranteed: NDArray[np.int64]
    companions: NDArray[np.int64]
    starts: NDArray[np.int64]
    side_duals: NDArray[np.float64]


class Tallies(NamedTuple):
    """Tally t of the members counts ``rows[t, g]`` for group g and must lie between ``least`` and ``most``."""

    rows: NDArray[np.float64]
    least: NDArray[np.float64]
    most: NDArray[np.float64]


class Pairs(NamedTuple):
    """Groups that group g is rewarded for being with, from ``starts[g]`` to ``starts[g + 1]``, by how much.

    ``mirror`` is where the pair stands in the other order.
    """

    partners: NDArray[np.int64]
    starts: NDArray[np.int64]
    rewards: NDArray[np.float64]
    mirror: NDArray[np.int64]

    def owner(self) -> NDArray[np.int64]:
        """Return the group that each entry is of."""
        return np.repeat(np.arange(self.starts.size - 1), np.diff(self.starts))


class ClusterRules(NamedTuple):
    """All of them."""

    sizes: Sizes
    conflicts: Conflicts
    guarantees: Guarantees
    tallies: Tallies
    pairs: Pairs
