"""A pool of clusters met on the way, and the best clustering that some of them make together.

Plans that chance led apart are good in different places. A choice of whole clusters among all of theirs, each item
in one of them, joins the good places; with as few clusters as some plans have, it is solved in no time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.models.highs import Model, solve
from geo_partnerships.clustering.problem import Effort

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_partnerships.clustering.search.state import State

__all__ = ["Pool"]

_TINY = 1e-9
_NODES = 20


@dataclass(eq=False)
class Pool:
    """Clusters within bounds, by their items in ascending order, with the cost about their best medoids."""

    costs: dict[tuple[int, ...], float] = field(default_factory=dict, init=False)

    def add(self, state: State) -> None:
        """Remember the clusters of a clustering that are within bounds."""
        bounds = state.bounds
        within = (state.load >= bounds.low - _TINY) & (state.load <= bounds.high + _TINY) & (state.sizes > 0)
        for c in np.flatnonzero(within).tolist():
            items = np.sort(state.members[c, : state.sizes[c]])
            self.costs.setdefault(tuple(items.tolist()), float(state.sums[items].min()))

    def recombine(self, n: int, k: int, seed: int) -> tuple[float, NDArray[np.int64]] | None:
        """Cost and labels of the best clustering of `n` items into `k` clusters of the pool, as far as was looked."""
        clusters = list(self.costs)
        model = Model()
        columns = model.add_columns(np.array(list(self.costs.values())))
        sizes = np.array([len(items) for items in clusters])
        items = np.concatenate([np.array(items) for items in clusters])
        order = np.argsort(items, kind="stable")
        holding = np.split(np.repeat(columns, sizes)[order], np.cumsum(np.bincount(items, minlength=n))[:-1])
        if not all(block.size for block in holding):
            return None
        for block in holding:
            model.add_rows([(block[None, :], 1.0)], lower=1.0, upper=1.0)
        model.add_rows([(columns[None, :], 1.0)], lower=k, upper=k)
        values = solve(model, effort=Effort(nodes=_NODES), seed=seed).values
        if values is None:
            return None
        label = np.empty(n, dtype=np.int64)
        taken = np.flatnonzero(values > 0.5)  # noqa: PLR2004 - 0 or 1, as far as the solver is precise
        for position, number in enumerate(taken.tolist()):
            label[list(clusters[number])] = position
        return sum(self.costs[clusters[number]] for number in taken.tolist()), label
