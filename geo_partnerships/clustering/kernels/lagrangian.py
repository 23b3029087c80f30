"""Compiled reduced values of medoids with sizes alone, each the cheapest members at given prices."""

# ruff: noqa: ANN001, ANN201, PLR0913, PLR0917 - compiled loops
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import numpy as np

from geo_partnerships.clustering.kernels.costs import TINY, cost_between
from geo_partnerships.clustering.kernels.jit import compiled

__all__ = ["evaluate_all", "fill_medoid", "insert_sorted", "packed", "reduced_values"]


@compiled(nogil=True)
def fill_medoid(unit, load, number, own_value, own_load, low, high, chosen):
    """Fill one medoid from `number` candidates sorted by unit price; return its value and how many were looked at.

    ``chosen`` receives the share of each candidate. One without a load is taken wherever it pays for itself.
    """
    value = own_value
    filled = own_load
    taken = 0
    for place in range(number):
        price, weight = unit[place], load[place]
        limit = high if price < 0 else low
        if weight <= TINY:
            share = 1.0 if price < 0 else 0.0
        elif filled >= limit - TINY:
            break
        else:
            share = min(1.0, (limit - filled) / weight)
        value += share * price * weight
        filled += share * weight
        chosen[place] = share
        taken = place + 1
    return value, taken


@compiled(nogil=True)
def insert_sorted(unit, load, index, count, capacity, price, weight, item):
    """Keep the `capacity` candidates of least unit price, sorted."""
    if count == capacity:
        if price >= unit[count - 1]:
            return count
        place = count - 1
    else:
        place = count
        count += 1
    while place > 0 and unit[place - 1] > price:
        unit[place] = unit[place - 1]
        load[place] = load[place - 1]
        index[place] = index[place - 1]
        place -= 1
    unit[place] = price
    load[place] = weight
    index[place] = item
    return count


@compiled(nogil=True)
def reduced_values(starts, items, costs, loads, prices, low, high, rows, taken_of, mark):
    """Reduced value of each medoid in `rows` at given prices, choosing among the items it has arcs to.

    Arcs of medoid j stand at ``starts[j]`` to ``starts[j + 1]``. With `mark`, the share taken of each item is
    added to `taken_of`.
    """
    values = np.empty(rows.size)
    widest = 1
    for j in range(starts.size - 1):
        widest = max(widest, starts[j + 1] - starts[j])
    unit, load, chosen = np.empty(widest), np.empty(widest), np.empty(widest)
    index = np.empty(widest, dtype=np.int64)
    least_load = loads.min()
    for line in range(rows.size):
        j = rows[line]
        room = starts[j + 1] - starts[j]
        if least_load > 0 and high / least_load < room:
            room = max(1, int(high / least_load) + 1)
        count = 0
        negative = loads[j]
        for place in range(starts[j], starts[j + 1]):
            i = items[place]
            price = costs[place] - prices[i]
            if price < 0 or negative < low:
                weight = max(loads[i], TINY)
                count = insert_sorted(unit, load, index, count, room, price / weight, weight, i)
                if price < 0:
                    negative += weight
        values[line], taken = fill_medoid(unit, load, count, -prices[j], loads[j], low, high, chosen)
        if mark:
            taken_of[j] += 1.0
            for place in range(taken):
                taken_of[index[place]] += chosen[place]
    return values


@compiled(nogil=True)
def evaluate_all(dense, points, loads, prices, low, high, rows):
    """Reduced value of each medoid in `rows` at given prices over all items: nothing is left out."""
    n = loads.size
    values = np.empty(rows.size)
    unit, load, chosen = np.empty(n), np.empty(n), np.empty(n)
    index = np.empty(n, dtype=np.int64)
    least_load = loads.min()
    room = n
    if least_load > 0 and high / least_load < n:
        room = max(1, int(high / least_load) + 1)
    for line in range(rows.size):
        j = rows[line]
        count = 0
        for i in range(n):
            if i == j:
                continue
            weight = max(loads[i], TINY)
            price = (cost_between(dense, points, i, j) - prices[i]) / weight
            if price < 0 or low > 0:
                count = insert_sorted(unit, load, index, count, room, price, weight, i)
        values[line], _ = fill_medoid(unit, load, count, -prices[j], loads[j], low, high, chosen)
    return values


@compiled(nogil=True)
def packed(dense, points, loads, prices, high, rows, taken_of, mark):
    """Reduced value of each medoid in `rows` at given prices where it takes whole items up to a load of `high`.

    Loads are whole numbers, so the best choice is built up load by load. With `mark`, what is taken is counted in
    `taken_of`.
    """
    n = loads.size
    values = np.empty(rows.size)
    best = np.empty(high + 1)
    order = np.empty(n, dtype=np.int64)
    kept = np.empty((n, high + 1), dtype=np.bool_)
    for line in range(rows.size):
        j = rows[line]
        room = high - loads[j]
        if room < 0:
            values[line] = np.inf
            continue
        best[: room + 1] = 0.0
        count = 0
        for i in range(n):
            gain = prices[i] - cost_between(dense, points, i, j)
            if i == j or gain <= 0 or loads[i] > room:
                continue
            weight = loads[i]
            kept[count, : weight + 1] = False
            for filled in range(room, weight - 1, -1):
                trial = best[filled - weight] + gain
                kept[count, filled] = trial > best[filled]
                best[filled] = max(trial, best[filled])
            order[count] = i
            count += 1
        values[line] = -prices[j] - best[room]
        if mark:
            taken_of[j] += 1.0
            filled = room
            for place in range(count - 1, -1, -1):
                if kept[place, filled]:
                    taken_of[order[place]] += 1.0
                    filled -= loads[order[place]]
    return values
