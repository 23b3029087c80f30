"""Columns that a restricted master problem begins with: the clusters that pairs form, and those close to them.

Where few pairs are worth much together, as in staying near an earlier plan, a best plan consists of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo_partnerships.clustering.parameters import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo_partnerships.clustering.bounds.pricing import ColumnRules, Columns
    from geo_partnerships.clustering.compiled import Compiled

__all__ = ["initial_columns"]

COLUMNS = PARAMETERS.column


def initial_columns(compiled: Compiled, rules: ColumnRules) -> Columns | None:
    """Return each group of items that pairs connect, without one of them or with one other, or both.

    Each is around its cheapest medoid. Groups larger than a cluster may be are left out, and columns that break a
    binding rule; None where none is left.
    """
    if not rules.has_pairs:
        return None
    near = [_close_to(compiled, rules, whole) for whole in _connected(compiled, rules)]
    if not near:
        return None
    chosen = np.unique(np.concatenate(near), axis=0)
    chosen = chosen[rules.are_valid(chosen)]
    medoids = _around_cheapest(compiled, chosen)
    chosen, medoids = chosen[medoids >= 0], medoids[medoids >= 0]
    if not medoids.size:
        return None
    metres = np.einsum("ig,gi->i", chosen, compiled.group_cost[:, medoids])
    return rules.around(medoids, chosen, metres)


def _connected(compiled: Compiled, rules: ColumnRules) -> Iterator[NDArray[np.bool_]]:
    """Yield the parts of the graph of pairs that a cluster has room for, but for one."""
    pairs, size = rules.arrays.pairs, compiled.size
    graph = coo_array((np.ones(pairs.partners.size), (pairs.owner(), pairs.partners)), shape=(size, size))
    number, label = connected_components(graph, directed=False)
    sizes = rules.arrays.sizes
    for part in range(number):
        whole = label == part
        if whole.sum() > 1 and sizes.load[whole].sum() - sizes.load[whole].min() <= sizes.high:
            yield whole


def _asked_for(rules: ColumnRules, whole: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the companions that guarantees name of items in a group."""
    asked = rules.arrays.guarantees
    named = [
        asked.companions[asked.starts[w] : asked.starts[w + 1]]
        for w, group in enumerate(asked.guaranteed)
        if group >= 0 and whole[group]
    ]
    return np.concatenate(named) if named else np.zeros(0, dtype=np.int64)


def _close_to(compiled: Compiled, rules: ColumnRules, whole: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return a group of items, without one of them or with one of those near or asked for, or both.

    Each of these comes with an item near that is in no pair, too.
    """
    inside = np.flatnonzero(whole)
    far = compiled.group_cost[:, np.isin(compiled.group_of, inside)].min(axis=1)
    far[inside] = np.inf
    near = np.argsort(far, kind="stable")[: min(COLUMNS.initial_near, compiled.size - inside.size)]
    near = np.union1d(near, np.setdiff1d(_asked_for(rules, whole), inside))
    unbound = np.diff(rules.arrays.pairs.starts) == 0
    fewer = np.tile(whole, (inside.size + 1, 1))
    fewer[np.arange(inside.size), inside] = False
    chosen = np.concatenate([fewer, *(_with(fewer, item) for item in near)])
    return np.concatenate([chosen, *(_with(chosen, item) for item in near[unbound[near]])])


def _with(chosen: NDArray[np.bool_], item: np.int64) -> NDArray[np.bool_]:
    """Return the clusters that have not got an item, with it."""
    more = chosen[~chosen[:, item]]
    more[:, item] = True
    return more


def _around_cheapest(compiled: Compiled, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the cheapest medoid of each cluster, -1 where none may have all of them."""
    costs = chosen @ compiled.group_cost
    costs[~chosen[:, compiled.group_of]] = np.inf
    if compiled.group_allowed is not None:
        costs[chosen @ ~compiled.group_allowed] = np.inf
    return np.where(np.isfinite(costs.min(axis=1)), costs.argmin(axis=1), -1).astype(np.int64)
