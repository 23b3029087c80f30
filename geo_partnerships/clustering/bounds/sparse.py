"""Oracles of the Lagrangian relaxation along sparse arcs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.bounds.lagrangian import open_medoids
from geo_partnerships.clustering.work import spend

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.guides import Bounds
    from geo_partnerships.clustering.space import Arcs, Space

_FILLINGS, FILLINGS_ALL, PACKINGS = 4e7, 5e9, 1500
_ARC, _PAIR, _FILLING = 2e-8, 5e-9, 2e-9


class NearOracle:
    """An oracle that looks at near arcs only, in compiled loops."""

    beyond = 0.0

    def __init__(
        self,
        space: Space,
        bounds: Bounds,
        memberships: NDArray[np.float64],
        threads: int = 1,
        arcs: Arcs | None = None,
    ) -> None:
        self.space = space
        self.threads = threads
        self.bounds = bounds
        self.count = bounds.clusters
        self.memberships = memberships
        self.arcs = space.arcs() if arcs is None else arcs
        self.rows = np.arange(space.n)

    def first_prices(self) -> NDArray[np.float64]:
        """Begin from the cost of each item under about the second of the medoids it would meet."""
        apart = max(2, self.space.n // max(self.count[1], 1))
        place = min(apart // 2 + 1, self.space.near.shape[1] - 1)
        return self.space.pairs(self.rows, self.space.near[:, place])

    def clip(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Keep prices within reach, so that no arc that is left out could be worth taking."""
        return np.minimum(prices, self.arcs.reach)

    @property
    def look(self) -> float:
        """Work of a look at all medoids."""
        return _ARC * self.arcs.items.size

    def _ask(
        self, prices: NDArray[np.float64], rows: NDArray[np.int64], subgradient: NDArray[np.float64], *, mark: bool
    ) -> NDArray[np.float64]:
        from geo_partnerships.clustering.kernels import lagrangian as kernels  # noqa: PLC0415 - compiled only where it is needed

        return np.asarray(
            kernels.reduced_values(
                self.arcs.starts,
                self.arcs.items,
                self.arcs.costs,
                self.bounds.loads,
                prices,
                self.bounds.low,
                self.bounds.high,
                rows,
                subgradient,
                mark,
            )
        )

    def reduced_values(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Reduced value of every medoid at given prices, shape (n,)."""
        spend(self.look)
        return self._side_by_side(lambda rows: self._ask(prices, rows, np.zeros(0), mark=False))

    def _side_by_side(self, ask: Callable[[NDArray[np.int64]], NDArray[np.float64]]) -> NDArray[np.float64]:
        """Ask for the reduced value of every medoid, so many at a time."""
        if self.threads == 1:
            return ask(self.rows)
        with ThreadPoolExecutor(self.threads) as pool:
            return np.concatenate(list(pool.map(ask, np.array_split(self.rows, 4 * self.threads))))

    def subgradient(self, prices: NDArray[np.float64], opened: NDArray[np.int64]) -> NDArray[np.float64]:
        """Memberships each item lacks under the open medoids."""
        taken = np.zeros(self.space.n)
        self._ask(prices, opened, taken, mark=True)
        return self.memberships - taken

    def proven(self, prices: NDArray[np.float64]) -> float:
        """Evaluate the floor over every pair of items."""
        from geo_partnerships.clustering.kernels import lagrangian as kernels  # noqa: PLC0415

        space, bounds = self.space, self.bounds
        spend(_PAIR * space.n**2)
        values = self._side_by_side(
            lambda rows: np.asarray(
                kernels.evaluate_all(space.dense, space.points, bounds.loads, prices, bounds.low, bounds.high, rows)
            )
        )
        return self.floor(prices, values)

    def floor(self, prices: NDArray[np.float64], values: NDArray[np.float64]) -> float:
        """Return the floor that prices give where medoids have these reduced values."""
        opened, _, _ = open_medoids(self.count, values)
        return float((self.memberships * prices).sum() + values[opened].sum())


class WholeOracle(NearOracle):
    """An oracle whose medoids take whole items only, where loads are whole numbers."""

    @classmethod
    def suits(cls, bounds: Bounds) -> bool:
        """Whether sizes differ, are whole, have no least, and leave few enough ways to fill a cluster."""
        loads = bounds.loads
        whole = bool((loads == np.floor(loads)).all()) and not bounds.even and bounds.low <= loads.min()
        return whole and cls.fillings(bounds) <= _FILLINGS

    @staticmethod
    def fillings(bounds: Bounds) -> float:
        """About how many ways to fill the clusters of all medoids are looked at for one set of prices."""
        n = bounds.loads.size
        return bounds.high * n * n / max(bounds.clusters[0], 1)

    @property
    def look(self) -> float:
        """Work of a look at all medoids."""
        return _FILLING * self.fillings(self.bounds)

    def clip(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Prices as they are: every arc is looked at."""
        return prices

    def proven(self, prices: NDArray[np.float64]) -> float:
        """Evaluate the floor: every pair of items is looked at in any case."""
        return self.floor(prices, self.reduced_values(prices))

    def _ask(
        self, prices: NDArray[np.float64], rows: NDArray[np.int64], subgradient: NDArray[np.float64], *, mark: bool
    ) -> NDArray[np.float64]:
        from geo_partnerships.clustering.kernels import lagrangian as kernels  # noqa: PLC0415

        space, bounds = self.space, self.bounds
        loads = bounds.loads.astype(np.int64)
        return np.asarray(
            kernels.packed(space.dense, space.points, loads, prices, int(bounds.high), rows, subgradient, mark)
        )
