"""Compiled ways to begin a search: medoids from the shares of a relaxation, and items spread over medoids."""

# ruff: noqa: ANN001, ANN201, PLR0912, C901 - compiled loops
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import numpy as np

from geo_partnerships.clustering.kernels.costs import TINY, cost_between
from geo_partnerships.clustering.kernels.jit import compiled

__all__ = ["rounded", "spread"]


@compiled(nogil=True)
def rounded(near, left, k):
    """Choose `k` medoids so that every neighbourhood has about as many as its summed share ``left``."""
    n = left.size
    free = np.ones(n, dtype=np.bool_)
    chosen = np.empty(k, dtype=np.int64)
    count = 0
    for threshold in (0.5, 0.25, 0.1, 0.02, 0.0):
        for j in np.argsort(-left, kind="mergesort"):
            if count == k:
                break
            if not free[j] or left[j] < threshold or (threshold > 0 and left[j] <= 0):
                continue
            chosen[count] = j
            count += 1
            free[j] = False
            need = 1.0
            for place in range(near.shape[1]):
                used = min(left[near[j, place]], need)
                left[near[j, place]] -= used
                need -= used
                if need <= 0:
                    break
    return np.sort(chosen[:count])


@compiled(nogil=True)
def spread(dense, points, near, loads, high, medoids, label):
    """Give each item to the nearest medoid with room, those that lose most by waiting first."""
    n, k = label.size, medoids.size
    position = np.full(n, -1)
    load = np.zeros(k)
    label[:] = -1
    for c in range(k):
        position[medoids[c]] = c
        label[medoids[c]] = c
        load[c] = loads[medoids[c]]
    regret = np.zeros(n)
    for i in range(n):
        first, second = np.inf, np.inf
        for place in range(near.shape[1]):
            j = near[i, place]
            if position[j] >= 0:
                price = cost_between(dense, points, i, j)
                if price < first:
                    first, second = price, first
                elif price < second:
                    second = price
        regret[i] = second - first if second < np.inf else (first if first < np.inf else 0.0)
    for i in np.argsort(-regret):
        if label[i] >= 0:
            continue
        best, found = np.inf, -1
        for place in range(near.shape[1]):
            c = position[near[i, place]]
            if c >= 0 and load[c] + loads[i] <= high + TINY:
                price = cost_between(dense, points, i, medoids[c])
                if price < best:
                    best, found = price, c
        if found < 0:
            for c in range(k):
                if load[c] + loads[i] <= high + TINY:
                    price = cost_between(dense, points, i, medoids[c])
                    if price < best:
                        best, found = price, c
        if found < 0:
            for c in range(k):
                price = cost_between(dense, points, i, medoids[c])
                if price < best:
                    best, found = price, c
        label[i] = found
        load[found] += loads[i]
