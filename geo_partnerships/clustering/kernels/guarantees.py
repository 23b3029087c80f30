"""Compiled loops for the floor that heeds guarantees."""

# ruff: noqa: ANN001, ANN201, PLR0913, PLR0917 - compiled loops
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import numpy as np

from geo_partnerships.clustering.kernels.costs import TINY, cost_between
from geo_partnerships.clustering.kernels.jit import compiled
from geo_partnerships.clustering.kernels.lagrangian import fill_medoid, insert_sorted

__all__ = ["evaluate_added", "shares"]


@compiled(nogil=True)
def shares(starts, items, costs, loads, prices, low, high, rows, taken):
    """Add to `taken` the share that each medoid of `rows` takes along each of its arcs."""
    widest = 1
    for j in rows:
        widest = max(widest, starts[j + 1] - starts[j])
    unit, load, chosen = np.empty(widest), np.empty(widest), np.empty(widest)
    index = np.empty(widest, dtype=np.int64)
    for j in rows:
        count = 0
        for place in range(starts[j], starts[j + 1]):
            i = items[place]
            weight = max(loads[i], TINY)
            count = insert_sorted(unit, load, index, count, widest, (costs[place] - prices[i]) / weight, weight, place)
        _, number = fill_medoid(unit, load, count, 0.0, loads[j], low, high, chosen)
        for place in range(number):
            taken[index[place]] += chosen[place]


@compiled(nogil=True)
def evaluate_added(dense, points, starts, items, added, loads, prices, low, high, rows):
    """Reduced value of each medoid in `rows` over all items, where `added` is added to costs along arcs."""
    n = loads.size
    values = np.empty(rows.size)
    unit, load, chosen = np.empty(n), np.empty(n), np.empty(n)
    index = np.empty(n, dtype=np.int64)
    shift = np.zeros(n)
    least_load = loads.min()
    room = n
    if least_load > 0 and high / least_load < n:
        room = max(1, int(high / least_load) + 1)
    for line in range(rows.size):
        j = rows[line]
        for place in range(starts[j], starts[j + 1]):
            shift[items[place]] = added[place]
        count = 0
        for i in range(n):
            if i == j:
                continue
            weight = max(loads[i], TINY)
            price = (cost_between(dense, points, i, j) + shift[i] - prices[i]) / weight
            if price < 0 or low > 0:
                count = insert_sorted(unit, load, index, count, room, price, weight, i)
        values[line], _ = fill_medoid(unit, load, count, -prices[j], loads[j], low, high, chosen)
        for place in range(starts[j], starts[j + 1]):
            shift[items[place]] = 0.0
    return values
