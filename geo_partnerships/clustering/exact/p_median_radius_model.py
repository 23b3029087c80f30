"""The p-median without sizes by radii: a term says that none of the nearest medoids of an item is open.

Items that meet medoids in the same order share terms, and a term ends where one is open for certain, so that
few of them are left once most medoids are decided (Cornuéjols, Nemhauser and Wolsey, 1980; Elloumi, 2010).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.models.highs import Model, solve

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.problem import Effort

__all__ = ["RadiusModel", "RadiusOutcome"]


@dataclass(frozen=True, eq=False)
class RadiusOutcome:
    """What HiGHS found.

    Attributes
    ----------
    opened
        Positions of the open medoids, shape (k,); None if there is no plan.
    bound
        A floor under the plans of the model; infinite if there is none.
    stopped, timed
        As in `milp.Outcome`.
    """

    opened: NDArray[np.int64] | None
    bound: float
    stopped: bool
    timed: bool


@dataclass
class _Terms:
    """Terms gathered item by item.

    Attributes
    ----------
    numbers
        Number of the term of each set of medoids.
    added
        For each term, the term it extends, or -1, and the medoids it adds.
    prices
        What each term costs.
    needed
        Sets of medoids of which one must be open.
    """

    numbers: dict[frozenset[int], int] = field(default_factory=dict)
    added: list[tuple[int, list[int]]] = field(default_factory=list)
    prices: list[float] = field(default_factory=list)
    needed: dict[frozenset[int], None] = field(default_factory=dict)

    def price(self, medoids: frozenset[int], parent: int, more: list[int], price: float) -> int:
        """Add to the price of a term; return its number."""
        number = self.numbers.setdefault(medoids, len(self.prices))
        if number == len(self.prices):
            self.added.append((parent, more))
            self.prices.append(0.0)
        self.prices[number] += price
        return number

    def follow(self, costs: list[float], order: list[int], held: set[int], farthest: float, spare: int) -> float:
        """Add the terms of one item; return what it costs at least."""
        medoids: frozenset[int] = frozenset()
        parent, at = -1, 0
        while True:
            here = costs[at]
            more = []
            while at < len(order) and costs[at] == here:
                more.append(order[at])
                at += 1
            medoids = medoids.union(more)
            if len(medoids) > spare or not held.isdisjoint(more):
                return costs[0]
            if costs[at] > farthest:
                self.needed[medoids] = None
                return costs[0]
            parent = self.price(medoids, parent, more, costs[at] - here)


@dataclass(frozen=True, eq=False)
class RadiusModel:
    """A model of all plans with a given number of medoids."""

    model: Model
    opens: NDArray[np.int64]
    constant: float

    @classmethod
    def build(
        cls, cost: NDArray[np.float64], held: NDArray[np.bool_], number: int, farthest: NDArray[np.float64], most: int
    ) -> RadiusModel | None:
        """Build the model; None if it needs more than `most` terms.

        Parameters
        ----------
        cost
            Cost of each item under each medoid that may be open, shape (m, n), m above `number`.
        held
            Medoids that are open in every plan, shape (m,).
        number
            How many are open.
        farthest
            No item is under a medoid that costs more than this in any plan sought, shape (n,).
        """
        terms = _Terms()
        order = np.argsort(cost, axis=0, kind="stable")
        ordered = np.take_along_axis(cost, order, axis=0).T.tolist()
        surely, spare = set(np.flatnonzero(held).tolist()), cost.shape[0] - number
        constants = []
        for costs, medoids, limit in zip(ordered, order.T.tolist(), farthest.tolist(), strict=True):
            constants.append(terms.follow(costs, medoids, surely, limit, spare))
            if len(terms.prices) > most:
                return None
        model = Model()
        opens = model.add_columns(np.zeros(held.size))
        model.lowers[0][held] = 1.0
        model.add_rows([(opens[None, :], 1.0)], lower=number, upper=number)
        closed = model.add_columns(np.array(terms.prices), integer=False)
        for column, (parent, more) in zip(closed, terms.added, strict=True):
            before = closed[parent] if parent >= 0 else -1
            entries = np.array([[column, before, *opens[more]]])
            model.add_rows([(entries, np.array([[1.0, -1.0] + [1.0] * len(more)]))], lower=float(parent < 0))
        for medoids_needed in terms.needed:
            model.add_rows([(opens[sorted(medoids_needed)][None, :], 1.0)], lower=1.0)
        return cls(model, opens, math.fsum(constants))

    def solve(self, *, effort: Effort, seed: int, cancelled: Callable[[], bool] | None) -> RadiusOutcome:
        """Solve the model to the end, or as far as `effort` allows."""
        outcome = solve(self.model, effort=effort, seed=seed, cancelled=cancelled)
        opened = None if outcome.values is None else np.flatnonzero(outcome.values[self.opens] > 0.5)  # noqa: PLR2004
        return RadiusOutcome(opened, outcome.bound + self.constant, outcome.stopped, outcome.timed)
