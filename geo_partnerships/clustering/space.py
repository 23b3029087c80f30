"""Costs of large problems: distances between points, worked out when asked for, and who is near whom."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Arcs", "PointCost", "Space", "neighbours"]


@dataclass(frozen=True, eq=False)
class PointCost:
    """Straight-line distances between points; stands in for a dense matrix that would be too large.

    Parameters
    ----------
    points
        Coordinates in one unit (metres), shape (n, d); d is 2 on a map.
    """

    points: NDArray[np.float64]

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of the matrix it stands for."""
        return self.points.shape[0], self.points.shape[0]

    def __getitem__(self, index: Any) -> NDArray[np.float64]:
        """Distances for rows and columns that broadcast together, as for a matrix."""
        rows, columns = (np.asarray(part) for part in index)
        total = np.zeros(())
        for axis in self.points.T:
            apart = axis[rows] - axis[columns]
            total = total + apart * apart
        return np.asarray(np.sqrt(total))

    def max(self) -> float:
        """A length that no distance exceeds."""
        return math.hypot(*np.ptp(self.points, axis=0).tolist())


@dataclass(frozen=True, eq=False)
class Space:
    """A cost as the compiled loops take it: a dense matrix or points, the other being empty."""

    dense: NDArray[np.float64]
    points: NDArray[np.float64]
    near: NDArray[np.int64]

    @property
    def n(self) -> int:
        """Number of items."""
        return int(self.near.shape[0])

    @classmethod
    def of(cls, cost: NDArray[np.float64] | PointCost, width: int) -> Space:
        """Prepare `cost`, with the `width` nearest items of each."""
        near = neighbours(cost, width)
        if isinstance(cost, PointCost):
            return cls(np.zeros((1, 1)), np.ascontiguousarray(cost.points), near)
        return cls(np.ascontiguousarray(cost), np.zeros((1, 2)), near)

    def pairs(self, items: NDArray[np.int64], medoids: NDArray[np.int64]) -> NDArray[np.float64]:
        """Cost of each item under the medoid beside it, in the shape the two broadcast to."""
        if self.dense.shape[0] > 1 or self.n == 1:
            return np.asarray(self.dense[items, medoids])
        return PointCost(self.points)[items, medoids]

    def whole(self) -> NDArray[np.float64]:
        """Cost of every item under every medoid, shape (n, n)."""
        items = np.arange(self.n)
        return self.pairs(items[:, None], items)

    def arcs(self) -> Arcs:
        """Arcs between items and medoids that are near to each other, from either side."""
        n, width = self.near.shape
        one, other = np.repeat(np.arange(n), width - 1), self.near[:, 1:].ravel()
        keys = np.concatenate([_keys(one, other, n), _keys(other, one, n)])
        del one, other
        keys.sort()
        keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])] if keys.size else keys
        medoids, items = np.divmod(keys, n)
        del keys
        starts = np.searchsorted(medoids, np.arange(n + 1))
        reach = self.pairs(np.arange(n), self.near[:, -1]) if width < n else np.full(n, np.inf)
        return Arcs(starts, items, self.pairs(items, medoids), reach)


def _keys(medoids: NDArray[np.int64], items: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """One number for each arc, so that arcs can be sorted by medoid, then item."""
    keys = medoids * n
    keys += items
    return keys


@dataclass(frozen=True, eq=False)
class Arcs:
    """Arcs by medoid: those of medoid j stand at ``starts[j]`` to ``starts[j + 1]``.

    Attributes
    ----------
    items
        Item of each arc.
    costs
        Its cost.
    reach
        Up to what cost every arc of an item is there, shape (n,).
    """

    starts: NDArray[np.int64]
    items: NDArray[np.int64]
    costs: NDArray[np.float64]
    reach: NDArray[np.float64]


def neighbours(cost: NDArray[np.float64] | PointCost, width: int) -> NDArray[np.int64]:
    """List the `width` nearest items of each item, itself first, shape (n, width)."""
    n = cost.shape[0]
    width = min(width, n)
    own = np.arange(n)
    if isinstance(cost, PointCost):
        from scipy.spatial import KDTree  # noqa: PLC0415 - only large problems need it

        _, near = KDTree(cost.points).query(cost.points, k=width)
        near = near.reshape(n, width)
    else:
        both = cost.T.copy()
        both[own, own] = -1.0
        near = np.argsort(both, axis=1, kind="stable")[:, :width]
    near = np.asarray(near, dtype=np.int64)
    misplaced = near[:, 0] != own
    for i in np.flatnonzero(misplaced):
        others = near[i][near[i] != i]
        near[i] = np.concatenate([[i], others])[:width]
    return np.asarray(near)
