"""Compiled loops for few clusters of many items: exchanges of medoids, and what medoids are worth at given prices.

Costs stand by medoid: ``rows[j, i]`` is the cost of item i under medoid j, or is worked out from points.
"""

# ruff: noqa: ANN001, ANN201, ANN202, PLR0913, PLR0917, C901 - compiled loops
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import numpy as np

from geo_partnerships.clustering.kernels.costs import cost_between
from geo_partnerships.clustering.kernels.jit import compiled

__all__ = ["costs_under", "exchange", "serve", "values_at"]


@compiled(nogil=True)
def costs_under(rows, points, medoids, number):
    """Cost of each of `number` items under each of `medoids`, shape (medoids, number)."""
    costs = np.empty((medoids.size, number))
    for line in range(medoids.size):
        for i in range(number):
            costs[line, i] = cost_between(rows, points, medoids[line], i)
    return costs


@compiled(nogil=True)
def values_at(rows, points, prices, medoids, own):
    """Reduced value of each of `medoids` that takes every item which pays for itself, and item `own` in any case."""
    values = np.empty(medoids.size)
    for line in range(medoids.size):
        total = max(cost_between(rows, points, medoids[line], own[line]) - prices[own[line]], 0.0)
        for i in range(prices.size):
            total += min(cost_between(rows, points, medoids[line], i) - prices[i], 0.0)
        values[line] = total
    return values


@compiled(nogil=True)
def _look(rows, points, medoids, i, nearest, runner, first, second, beyond):
    """Find the two nearest medoids of item i."""
    one, two = -1, -1
    least, next_least = beyond, beyond
    for place in range(medoids.size):
        cost = cost_between(rows, points, medoids[place], i)
        if one < 0 or cost < least:
            two, next_least = one, least
            one, least = place, cost
        elif two < 0 or cost < next_least:
            two, next_least = place, cost
    nearest[i], runner[i], first[i], second[i] = one, two, least, next_least if two >= 0 else beyond


@compiled(nogil=True)
def serve(rows, points, medoids, nearest, runner, first, second, beyond):
    """Find the two nearest medoids of every item; one that is missing costs `beyond`."""
    for i in range(nearest.size):
        _look(rows, points, medoids, i, nearest, runner, first, second, beyond)


@compiled(nogil=True)
def exchange(rows, points, candidates, medoids, nearest, runner, first, second, least, beyond):
    """Open each candidate in turn for the medoid that it pays best to close; return how many were opened.

    An exchange must gain `least`. What it saves to open an item and costs to close a medoid is added up for all medoids
    in one look at the items, as in FasterPAM (Schubert and Rousseeuw, 2021).
    """
    n, k = nearest.size, medoids.size
    is_open = np.zeros(n, dtype=np.bool_)
    is_open[medoids] = True
    losses, change = np.zeros(k), np.empty(k)
    for i in range(n):
        losses[nearest[i]] += second[i] - first[i]
    opened = 0
    for x in candidates:
        if is_open[x]:
            continue
        change[:] = losses
        saved = 0.0
        for i in range(n):
            cost = cost_between(rows, points, x, i)
            if cost < first[i]:
                saved += cost - first[i]
                change[nearest[i]] += first[i] - second[i]
            elif cost < second[i]:
                change[nearest[i]] += cost - second[i]
        place = int(change.argmin())
        if change[place] + saved > -least:
            continue
        is_open[medoids[place]] = False
        is_open[x] = True
        medoids[place] = x
        opened += 1
        for i in range(n):
            cost = cost_between(rows, points, x, i)
            if nearest[i] == place or runner[i] == place:
                _look(rows, points, medoids, i, nearest, runner, first, second, beyond)
            elif cost < first[i]:
                runner[i], second[i] = nearest[i], first[i]
                nearest[i], first[i] = place, cost
            elif cost < second[i]:
                runner[i], second[i] = place, cost
        losses[:] = 0.0
        for i in range(n):
            losses[nearest[i]] += second[i] - first[i]
    return opened
