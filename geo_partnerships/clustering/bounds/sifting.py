"""A floor for few clusters of many items: prices are found on some medoids, then tried on all.

Few medoids are worth anything at good prices, and they are near those that are open in good clusterings. The floor is
evaluated over every medoid, and those that would lower it join the ones that prices are found on: sifting, as Bixby,
Gregory, Lustig, Marsten and Shanno (1992) do with the columns of a linear program.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.bounds.lagrangian import DenseOracle, Relaxation, open_medoids, subgradient_ascent
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.work import side_by_side, spend

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["Costs", "Sifted", "sift"]

FEW = PARAMETERS.few

_ENTRY, _PAIR = 2e-9, 2e-9
_PARTS = 64


@dataclass(frozen=True, eq=False)
class Costs:
    """Costs by medoid as compiled loops take them: a matrix or points, the other being empty.

    Attributes
    ----------
    rows
        ``rows[j, i]`` is the cost of item i under medoid j, shape (n, n); shape (1, 1) where there are points.
    points
        Coordinates, shape (n, d).
    number
        How many clusters there are.
    threads
        How many threads may work.
    size
        Least and greatest number of items of a cluster; None where it is open.
    """

    rows: NDArray[np.float64]
    points: NDArray[np.float64]
    n: int
    number: int
    threads: int = 1
    size: tuple[float, float] | None = None

    def kept(self, medoids: NDArray[np.int64], under: NDArray[np.float64]) -> Relaxation:
        """Return what the Lagrangian keeps where only some medoids may be open."""
        return Relaxation(
            cost=under,
            own=medoids,
            loads=np.ones(self.n),
            size=(0.0, math.inf) if self.size is None else self.size,
            count=(self.number, self.number),
            memberships=np.ones(self.n),
        )

    def under(self, medoids: NDArray[np.int64]) -> NDArray[np.float64]:
        """Cost of every item under some medoids, shape (medoids, n)."""
        from geo_partnerships.clustering.kernels import swaps as kernels  # noqa: PLC0415 - compiled once needed

        spend(_ENTRY * medoids.size * self.n)
        return np.asarray(kernels.costs_under(self.rows, self.points, medoids, self.n))

    def values(self, prices: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """Reduced value of every medoid, shape (n,); None where the clock or the caller ended the work."""
        from geo_partnerships.clustering.kernels import swaps as kernels  # noqa: PLC0415

        def ask(medoids: NDArray[np.int64]) -> NDArray[np.float64]:
            if self.size is not None:
                return DenseOracle(self.kept(medoids, self.under(medoids))).reduced_values(prices)
            spend(_PAIR * medoids.size * self.n)
            return np.asarray(kernels.values_at(self.rows, self.points, prices, medoids, medoids))

        parts = np.array_split(np.arange(self.n), min(_PARTS if self.size is None else 4 * _PARTS, self.n))
        if self.threads == 1:
            found = side_by_side(ask, parts, None)
        else:
            with ThreadPoolExecutor(self.threads) as pool:
                found = side_by_side(ask, parts, pool)
        known = [part for part in found if part is not None]
        return np.concatenate(known) if len(known) == len(found) else None


class _Oracle:
    """An oracle that looks at every arc of some medoids."""

    beyond = 0.0

    def __init__(self, costs: Costs, medoids: NDArray[np.int64], under: NDArray[np.float64]) -> None:
        self.medoids, self.under = medoids, under
        self.count = (costs.number, costs.number)
        self.memberships = np.ones(costs.n)

    def first_prices(self) -> NDArray[np.float64]:
        """Begin from the cost under the nearest of the medoids."""
        return np.asarray(self.under.min(axis=0))

    def reduced_values(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Reduced value of every medoid at given prices, shape (medoids,)."""
        from geo_partnerships.clustering.kernels import swaps as kernels  # noqa: PLC0415

        spend(_ENTRY * self.under.size)
        lines = np.arange(self.medoids.size)
        return np.asarray(kernels.values_at(self.under, np.zeros((1, 2)), prices, lines, self.medoids))

    def subgradient(self, prices: NDArray[np.float64], opened: NDArray[np.int64]) -> NDArray[np.float64]:
        """Memberships each item lacks under the open medoids."""
        taken = self.under[opened] < prices
        taken[np.arange(opened.size), self.medoids[opened]] = True
        return np.asarray(self.memberships - taken.sum(axis=0))

    def clip(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Prices as they are: every arc of these medoids is looked at."""
        return prices


@dataclass
class Sifted:
    """The best floor so far, the prices that give it, and what every medoid is worth at them.

    Attributes
    ----------
    prices
        Prices of memberships, shape (n,).
    bound
        The floor; 0 until one is known.
    values
        Reduced value of every medoid, shape (n,).
    usage
        How often each medoid was open over the last steps, shape (n,).
    """

    prices: NDArray[np.float64]
    bound: float = 0.0
    values: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    usage: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def left(self, cutoff: float, number: int) -> NDArray[np.int64]:
        """Medoids that may be open in a clustering of cost below `cutoff`, ascending."""
        if not self.values.size:
            return np.zeros(0, dtype=np.int64)
        _, enter, _ = open_medoids((number, number), self.values)
        return np.flatnonzero(self.bound + np.maximum(self.values - enter, 0.0) < cutoff)


def sift(
    costs: Costs,
    medoids: NDArray[np.int64],
    prices: NDArray[np.float64],
    *,
    target: Callable[[NDArray[np.int64] | None], float],
    rounds: int,
    late: Callable[[], bool],
) -> Sifted:
    """Raise a floor under all clusterings into so many clusters.

    Parameters
    ----------
    medoids
        Where to begin, ascending.
    prices
        Prices to begin from, shape (n,).
    target
        Cost of the best clustering known, once it was offered medoids that are often open.
    rounds
        How often prices are tried on all medoids, at most.
    """
    best = Sifted(prices)
    upper = target(None)
    under = costs.under(medoids)
    for number in range(rounds):
        free = costs.size is None
        oracle = _Oracle(costs, medoids, under) if free else DenseOracle(costs.kept(medoids, under))
        ascent = subgradient_ascent(
            oracle,
            iterations=FEW.steps,
            target=upper,
            start=prices,
            first_step=1.0 if number == 0 else FEW.later_step,
            patience=FEW.patience,
            memory=FEW.memory,
            closed=lambda objective, bound: bound >= objective or late(),
        )
        prices = ascent.prices
        values = costs.values(prices)
        if values is None:
            break
        opened, enter, _ = open_medoids(oracle.count, values)
        bound = float(prices.sum() + values[opened].sum())
        if bound > best.bound:
            usage = np.zeros(costs.n)
            usage[medoids] = ascent.usage
            best = Sifted(prices, bound, values, usage)
        upper = target(medoids[np.argsort(-ascent.usage, kind="stable")[: costs.number]])
        missed = np.setdiff1d(np.argsort(values, kind="stable")[: FEW.joining], medoids)
        missed = missed[values[missed] <= enter + FEW.near_enough * abs(enter)]
        closed = best.bound >= upper * (1 - FEW.closed)
        if closed or late() or (not missed.size and ascent.bound - bound <= FEW.closed * bound):
            break
        if missed.size:
            fits = max(0, int(FEW.entries / costs.n) - medoids.size)
            medoids, under = _joined(costs, medoids, under, missed[:fits])
    return best


def _joined(
    costs: Costs, medoids: NDArray[np.int64], under: NDArray[np.float64], more: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Put more medoids beside those that are there, in order."""
    together = np.concatenate([medoids, more])
    order = np.argsort(together, kind="stable")
    return together[order], np.concatenate([under, costs.under(more)])[order]
