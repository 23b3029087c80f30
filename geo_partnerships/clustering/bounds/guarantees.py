"""A floor that heeds guarantees, for many items.

At every place that matters, under a medoid near to it and under itself, an item may be only if one of those it named
is there too. Each such row has a price: what an item pays to be in that place, and what each of those it named is paid
to be there. With prices of 0 this is the floor that drops the guarantees, so raising them can only add to it. Rows for
places farther off are left out, which can only lower it: it holds at any prices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.bounds.lagrangian import subgradient_ascent
from geo_partnerships.clustering.bounds.sparse import NearOracle
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.space import Arcs
from geo_partnerships.clustering.work import spend

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.bounds.lagrangian import Ascent
    from geo_partnerships.clustering.guides import Guides

__all__ = ["GuaranteeOracle", "guarantee_bound"]

GUARANTEES = PARAMETERS.guarantee


class GuaranteeOracle(NearOracle):
    """An oracle whose prices are those of memberships, shape (n,), then the prices of binding guarantees, by place.

    Parameters
    ----------
    plain
        The oracle that knows number and sizes alone.
    guides
        The guarantees.
    """

    def __init__(self, plain: NearOracle, guides: Guides) -> None:
        super().__init__(plain.space, plain.bounds, plain.memberships, plain.threads, plain.arcs)
        n = self.space.n
        items, medoids = self._places(guides)
        row, named = _companions(guides, items)
        kept = np.ones(items.size, dtype=np.bool_)
        kept[row[named == medoids[row]]] = False  # the medoid itself is company: the promise is kept
        number = np.cumsum(kept) - 1
        self.row, named = number[row[kept[row]]], named[kept[row]]
        items, medoids = items[kept], medoids[kept]
        self.places = items.size
        self.own = np.flatnonzero(items == medoids)
        self.own_item = items[self.own]
        self.other = np.flatnonzero(items != medoids)
        self.companion, self.arc = self._reach(
            medoids[self.row] * n + named, medoids[self.other] * n + items[self.other]
        )
        self.memberships = np.concatenate([plain.memberships, np.zeros(self.places)])

    def _places(self, guides: Guides) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Items with a binding guarantee, each once for every medoid near to it, itself among them, and the medoids."""
        with_guarantees = np.flatnonzero((np.diff(guides.starts) > 0) & (guides.weights == 0))
        near = self.space.near[with_guarantees, : GUARANTEES.near]
        return np.repeat(with_guarantees, near.shape[1]), near.ravel()

    def _reach(self, *wanted: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Where arcs stand, by their keys: medoid times n and item; those that are not there are put in."""
        n, arcs = self.space.n, self.arcs
        keys = np.repeat(np.arange(n) * n, np.diff(arcs.starts))
        keys += arcs.items
        fresh = np.unique(np.concatenate([one[~_is_in(keys, one)] for one in wanted]))
        found = [np.searchsorted(keys, one) + np.searchsorted(fresh, one) for one in wanted]
        places = np.searchsorted(keys, fresh)
        del keys
        medoids, items = np.divmod(fresh, n)
        self.arcs = Arcs(
            arcs.starts + np.searchsorted(medoids, np.arange(n + 1)),
            np.insert(arcs.items, places, items),
            np.insert(arcs.costs, places, self.space.pairs(items, medoids)),
            arcs.reach,
        )
        return found

    def clip(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Keep prices within reach, and prices at 0 or above."""
        n = self.space.n
        return np.concatenate([np.minimum(prices[:n], self.arcs.reach), np.maximum(prices[n:], 0.0)])

    def _priced(self, prices: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What prices add to the cost of each arc, and to that of each item as a medoid, shape (n,)."""
        multipliers, size = prices[self.space.n :], self.arcs.items.size
        added = np.zeros(size)
        added[self.arc] = multipliers[self.other]
        np.subtract.at(added, self.companion, multipliers[self.row])
        return added, _sums(self.own_item, multipliers[self.own], self.space.n)

    def reduced_values(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Reduced value of every medoid at given prices and prices, shape (n,)."""
        from geo_partnerships.clustering.kernels import lagrangian as kernels  # noqa: PLC0415 - compiled only where it is needed

        arcs, bounds, n = self.arcs, self.bounds, self.space.n
        spend(self.look)
        costs, own = self._priced(prices)
        costs += arcs.costs
        return own + self._side_by_side(
            lambda rows: np.asarray(
                kernels.reduced_values(
                    arcs.starts,
                    arcs.items,
                    costs,
                    bounds.loads,
                    prices[:n],
                    bounds.low,
                    bounds.high,
                    rows,
                    np.zeros(0),
                    False,
                )
            )
        )

    def subgradient(self, prices: NDArray[np.float64], opened: NDArray[np.int64]) -> NDArray[np.float64]:
        """Memberships each item lacks under the open medoids, then how far each guarantee is from kept, by place."""
        from geo_partnerships.clustering.kernels import guarantees as guarantee_kernels  # noqa: PLC0415

        arcs, bounds, n = self.arcs, self.bounds, self.space.n
        taken = np.zeros(arcs.items.size)
        costs, _ = self._priced(prices)
        costs += arcs.costs
        guarantee_kernels.shares(
            arcs.starts, arcs.items, costs, bounds.loads, prices[:n], bounds.low, bounds.high, opened, taken
        )
        is_open = np.zeros(n)
        is_open[opened] = 1.0
        lacking = np.empty(self.places)
        lacking[self.other] = taken[self.arc]
        lacking[self.own] = is_open[self.own_item]
        lacking -= _sums(self.row, taken[self.companion], self.places)
        subgradient = self.memberships[:n] - is_open - _sums(arcs.items, taken, n)
        return np.concatenate([subgradient, lacking])

    def proven(self, prices: NDArray[np.float64]) -> float:
        """Evaluate the floor over every pair of items."""
        from geo_partnerships.clustering.kernels import guarantees as guarantee_kernels  # noqa: PLC0415

        space, arcs, bounds = self.space, self.arcs, self.bounds
        added, own = self._priced(prices)
        values = own + self._side_by_side(
            lambda rows: np.asarray(
                guarantee_kernels.evaluate_added(
                    space.dense,
                    space.points,
                    arcs.starts,
                    arcs.items,
                    added,
                    bounds.loads,
                    prices[: space.n],
                    bounds.low,
                    bounds.high,
                    rows,
                )
            )
        )
        return self.floor(prices, values)


def _is_in(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each wanted number is among ascending ones."""
    return np.asarray(keys[np.minimum(np.searchsorted(keys, wanted), keys.size - 1)] == wanted)


def _sums(places: NDArray[np.int64], values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Sum of the values at each place, shape (size,)."""
    return np.bincount(places, values, minlength=size).astype(np.float64, copy=False)


def _companions(guides: Guides, items: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Place in `items` and companion, for each that one of them named."""
    count = np.diff(guides.starts)[items]
    row = np.repeat(np.arange(items.size), count)
    offset = np.arange(row.size) - np.repeat(np.cumsum(count) - count, count)
    return row, guides.guards[guides.starts[items][row] + offset]


def guarantee_bound(
    plain: NearOracle, guides: Guides, ascent: Ascent, target: float, iterations: int, late: Callable[[], bool]
) -> float:
    """Raise the floor from where an ascent without the guarantees ended, with them; return it."""
    oracle = GuaranteeOracle(plain, guides)
    plain.arcs = oracle.arcs  # a few more; there is no room for two lists of millions
    raised = subgradient_ascent(
        oracle,
        iterations=iterations,
        target=target,
        start=np.concatenate([ascent.prices, np.zeros(oracle.places)]),
        first_step=GUARANTEES.step,
        patience=GUARANTEES.patience,
        memory=GUARANTEES.memory,
        settled=0.0,
        closed=lambda _objective, _bound: late(),
    )
    return oracle.proven(raised.prices)
