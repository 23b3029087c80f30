"""Members for given medoids: the cheapest assignment that keeps the sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["assign", "improve_medoids", "swap_medoids"]


def assign(
    cost: NDArray[np.float64], medoids: NDArray[np.int64], size: tuple[float, float]
) -> NDArray[np.int64] | None:
    """Assign every item to one of `medoids`, so many to each as `size` allows, at least cost.

    Parameters
    ----------
    cost
        Cost of each item under each medoid, shape (n, n).
    medoids
        Items to serve, each of which serves itself, shape (k,).
    size
        Least and greatest number of items of a cluster.

    Returns
    -------
    NDArray or None
        Position in `medoids` for each item, shape (n,), or None if the sizes leave no room.
    """
    n, k = cost.shape[0], medoids.size
    least, most = max(int(np.ceil(size[0])), 1), int(min(size[1], n))
    if least * k > n or most * k < n:
        return None
    if least <= 1 and most >= n:
        labels: NDArray[np.int64] = cost[:, medoids].argmin(axis=1)
        labels[medoids] = np.arange(k)
        return labels
    others = np.ones(n, dtype=bool)
    others[medoids] = False
    rest = np.flatnonzero(others)
    seats = np.repeat(np.arange(k), most - 1)
    optional = np.tile(np.arange(most - 1) >= least - 1, k)
    spare = seats.size - rest.size
    price = cost[np.ix_(rest, medoids)][:, seats]
    idle = np.where(optional, 0.0, price.sum() + 1.0)
    _, columns = linear_sum_assignment(np.vstack([price, np.tile(idle, (spare, 1))]))
    labels = np.empty(n, dtype=np.int64)
    labels[medoids] = np.arange(k)
    labels[rest] = seats[columns[: rest.size]]
    return labels


def improve_medoids(
    cost: NDArray[np.float64], labels: NDArray[np.int64], medoids: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Choose the best medoid of each cluster, the lowest on ties, shape (k,)."""
    inside = labels == np.arange(medoids.size)[:, None]
    totals = np.where(inside, inside.astype(np.float64) @ cost, np.inf)
    return np.asarray(totals.argmin(axis=1))


def swap_medoids(cost: NDArray[np.float64], medoids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Exchange medoids one for one until no exchange pays; sizes are left out of account.

    What it costs to close a medoid and what it saves to open an item are joined for all medoids at once, and an
    exchange that pays is made at once, as in FasterPAM (Schubert and Rousseeuw, 2021).

    Parameters
    ----------
    cost
        Cost of each item under each medoid, shape (n, n).
    medoids
        Medoids to begin from, shape (k,).
    """
    served = _Served(cost, medoids)
    while True:
        change = served.changes()
        least = -1e-9 * max(1.0, float(served.nearest.sum()))
        paying = np.argsort(change, kind="stable")[: int((change < least).sum())]
        if not sum(served.exchange(int(new), least) for new in paying):
            return served.medoids


class _Served:
    """Items under open medoids, and what it would change to open another.

    Attributes
    ----------
    medoids
        Open medoids, shape (k,).
    under
        Cost of each item under each open medoid, shape (n, k).
    first, nearest, second
        Position of the nearest medoid of each item, its cost, and that of the second nearest, shape (n,) each.
    """

    def __init__(self, cost: NDArray[np.float64], medoids: NDArray[np.int64]) -> None:
        self.cost = cost
        self.medoids = medoids.copy()
        self.under = cost[:, medoids]
        n = cost.shape[0]
        self.first = np.zeros(n, dtype=np.int64)
        self.nearest = np.zeros(n)
        self.second = np.zeros(n)
        self._look(np.arange(n))

    def _look(self, items: NDArray[np.int64]) -> None:
        """Find the two nearest medoids of some items."""
        under = self.under[items]
        lines = np.arange(items.size)
        first = under.argmin(axis=1)
        self.first[items] = first
        self.nearest[items] = under[lines, first]
        under[lines, first] = np.inf
        self.second[items] = under.min(axis=1)

    def changes(self) -> NDArray[np.float64]:
        """By how much the cost would change with each item in the place of some medoid, shape (n,)."""
        order = np.argsort(self.first, kind="stable")
        cost, nearest, second = self.cost[order], self.nearest[order, None], self.second[order, None]
        with_new = np.minimum(cost, nearest)
        extra = np.minimum(cost, second, out=cost)
        extra -= with_new
        served = np.bincount(self.first, minlength=self.medoids.size)
        if not served.all():  # a medoid that coincides with another serves nobody
            return np.asarray(with_new.sum(axis=0) - nearest.sum())
        closing = np.add.reduceat(extra, np.cumsum(served) - served, axis=0).min(axis=0)
        return np.asarray(with_new.sum(axis=0) - nearest.sum() + closing)

    def exchange(self, new: int, least: float) -> bool:
        """Open an item in the place of the best medoid for that if the cost changes by less than `least`."""
        column = self.cost[:, new]
        with_new = np.minimum(column, self.nearest)
        extra = np.minimum(column, self.second) - with_new
        closing = np.bincount(self.first, weights=extra, minlength=self.medoids.size)
        position = int(closing.argmin())
        if float((with_new - self.nearest).sum()) + closing[position] >= least:
            return False
        touched = (self.under[:, position] <= self.second) | (column < self.second)
        self.medoids[position] = new
        self.under[:, position] = column
        self._look(np.flatnonzero(touched))
        return True
