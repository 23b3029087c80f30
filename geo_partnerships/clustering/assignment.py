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
    """Exchange medoids one for one, the best exchange first, until none pays; sizes are left out of account.

    Parameters
    ----------
    cost
        Cost of each item under each medoid, shape (n, n).
    medoids
        Medoids to begin from, shape (k,).
    """
    medoids = medoids.copy()
    lines = np.arange(cost.shape[0])
    while True:
        served = cost[:, medoids]
        first = served.argmin(axis=1)
        nearest = served[lines, first]
        others = served.copy()
        others[lines, first] = np.inf
        second = others.min(axis=1)
        with_new = np.minimum(cost, nearest[:, None])
        without_first = np.minimum(cost, second[:, None]) - with_new
        homes = (first == np.arange(medoids.size)[:, None]).astype(np.float64)
        dearer = np.where(np.isinf(without_first), 1e300, without_first)
        change = with_new.sum(axis=0) - nearest.sum() + homes @ dearer
        position, new = np.unravel_index(int(change.argmin()), change.shape)
        if change[position, new] >= -1e-9 * max(1.0, float(nearest.sum())):
            return medoids
        medoids[position] = new
