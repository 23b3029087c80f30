"""The linear relaxation of a whole model, solved on the arcs that matter, and rounded to a plan.

A Lagrangian that prices the rows of every rule, not of memberships alone, says which arcs are likely to matter. The
relaxation on those gives a price to every row, and the prices say which of the other arcs are wanted (sifting: Bixby,
Gregory, Lustig, Marsten and Shanno, 1992). Its solver stays warm, so it is cheap to open one medoid after another and
to ask again each time; the members of the medoids that are open in the end make a first plan.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import highspy
import numpy as np

from geo_partnerships.clustering import work
from geo_partnerships.clustering.bounds.lagrangian import DenseOracle, choose, finish, relax, subgradient_ascent
from geo_partnerships.clustering.models.highs import Linear, quiet_solver, run_linear
from geo_partnerships.clustering.parameters import PARAMETERS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from geo_partnerships.clustering.models.assignment_model import MedoidModel

__all__ = ["RowOracle", "Sifted", "is_worth_sifting", "sift"]

RELAXATION = PARAMETERS.relaxation

_WANTED = 1e-7
_DUAL, _PRIMAL = 1, 4
_WHOLE = 1e-6
_ENTRY = 1e-8


class RowOracle:
    """An oracle that keeps number and one size, and prices every other row of a whole model.

    Prices are those of the rows of the model that it prices, shape (rows,).
    """

    def __init__(self, built: MedoidModel) -> None:
        compiled, model = built.compiled, built.model
        self.kept = relax(compiled)
        self.count = self.kept.count
        self.beyond = 0.0
        priced = np.ones(model.height, dtype=np.bool_)
        for rows in built.kept_rows:
            priced[rows.start : rows.stop] = False
        self.matrix = model.matrix()[np.flatnonzero(priced)]
        self.columns = self.matrix.T.tocsr()
        self.costs = np.concatenate(model.costs)
        self.uppers = np.concatenate(model.uppers)[compiled.size * compiled.n :].copy()
        low, high = np.concatenate(model.row_lowers)[priced], np.concatenate(model.row_uppers)[priced]
        self.memberships = np.where(np.isfinite(low), low, np.where(np.isfinite(high), high, 0.0))
        self.least, self.most = self._limits(low, high)
        self.uppers[np.isinf(self.uppers)] = 0.0
        self.groups = compiled.size
        self.reduced = self.costs
        self.asked = self.kept

    def _limits(
        self, low: NDArray[np.float64], high: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Least and greatest price of each row; a column without a limit must never be worth having."""
        least = np.where(np.isfinite(high), -np.inf, 0.0)
        most = np.where(np.isfinite(low), np.inf, 0.0)
        arcs = self.costs.size - self.uppers.size
        for column in (arcs + np.flatnonzero(np.isinf(self.uppers))).tolist():
            entries = slice(self.columns.indptr[column], self.columns.indptr[column + 1])
            for row, value in zip(self.columns.indices[entries], self.columns.data[entries], strict=True):
                if value > 0:
                    most[row] = min(most[row], self.costs[column] / value)
                else:
                    least[row] = max(least[row], self.costs[column] / value)
        return least, most

    def first_prices(self) -> NDArray[np.float64]:
        """Begin from memberships alone."""
        prices = np.zeros(self.memberships.size)
        prices[: self.groups] = DenseOracle(self.kept).first_prices()
        return prices

    def clip(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Keep prices within their limits."""
        return np.clip(prices, self.least, self.most)

    def reduced_values(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Reduced value of every medoid at given prices, shape (n,)."""
        work.spend(_ENTRY * self.columns.nnz)
        self.reduced = self.costs - self.columns @ prices
        arcs = self.costs.size - self.uppers.size
        shape = (self.groups, self.kept.own.size)
        self.asked = replace(self.kept, cost=np.ascontiguousarray(self.reduced[:arcs].reshape(shape).T))
        rest = self.reduced[arcs:]
        self.beyond = float((rest * self._rest()).sum())
        return DenseOracle(self.asked).reduced_values(np.zeros(self.groups))

    def _rest(self) -> NDArray[np.float64]:
        """What columns that are no arcs take at the prices last asked for."""
        return np.where(self.reduced[self.costs.size - self.uppers.size :] < 0, self.uppers, 0.0)

    def subgradient(self, prices: NDArray[np.float64], opened: NDArray[np.int64]) -> NDArray[np.float64]:
        """What each row lacks, 0 where its price is at a limit and would have to leave it."""
        taken = np.zeros((self.groups, self.kept.own.size))
        taken[:, opened] = choose(self.asked, np.zeros(self.groups), opened).share.T
        lacking = self.memberships - self.matrix @ np.concatenate([taken.ravel(), self._rest()])
        held = ((prices <= self.least) & (lacking < 0)) | ((prices >= self.most) & (lacking > 0))
        return np.where(held, 0.0, lacking)

    def reduced_costs(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """By how much the floor rises when a group is under a medoid, shape (groups, n)."""
        self.reduced_values(prices)
        return finish(self.asked, np.zeros(self.groups)).reduced_cost.T


@dataclass(eq=False)
class Sifted:
    """A linear relaxation on some of the columns and rows of a model, growing.

    Attributes
    ----------
    linear
        The relaxation of the whole model, once it is solved.
    place
        Where each column of the model stands in the solver, -1 where it is left out, shape (width,).
    """

    built: MedoidModel
    linear: Linear | None = field(default=None, init=False)
    place: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing."""
        model = self.built.model
        self.matrix: csr_array = model.matrix()
        self.columns: csr_array = self.matrix.T.tocsr()
        self.costs = np.concatenate(model.costs)
        self.uppers = np.concatenate(model.uppers)
        self.low, self.high = np.concatenate(model.row_lowers), np.concatenate(model.row_uppers)
        self.gains, self.losses = self.matrix.maximum(0), (-self.matrix).maximum(0)
        self.place = np.full(model.width, -1)
        self.rows = np.zeros(0, dtype=np.int64)
        self.taken = np.zeros(0, dtype=np.int64)
        self.solver = quiet_solver()

    def add(self, columns: NDArray[np.int64]) -> None:
        """Add columns, and the rows that they make able to bind."""
        infinity = highspy.kHighsInf
        self.place[columns] = self.taken.size + np.arange(columns.size)
        inner = self.columns[columns][:, self.rows].tocsr()
        uppers = np.minimum(self.uppers[columns], infinity)
        self.solver.addCols(columns.size, self.costs[columns], np.zeros(columns.size), uppers, *_entries(inner))
        self.taken = np.concatenate([self.taken, columns])
        limits = np.where(self.place >= 0, self.uppers, 0.0)
        binding = (self.gains @ limits > self.high) | (-(self.losses @ limits) < self.low)
        binding[self.rows] = False
        rows = np.flatnonzero(binding)
        outer = self.matrix[rows][:, self.taken].tocsr()
        low, high = np.maximum(self.low[rows], -infinity), np.minimum(self.high[rows], infinity)
        self.solver.addRows(rows.size, low, high, *_entries(outer))
        self.rows = np.concatenate([self.rows, rows])

    def solve(self) -> bool:
        """Solve on what is there; return whether there is a solution."""
        self.solver.setOptionValue("simplex_strategy", _DUAL)
        run_linear(self.solver)
        return bool(self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def solve_on(self, columns: NDArray[np.int64]) -> bool:
        """Solve on some columns and all that their prices ask for; return whether there is a solution."""
        self.add(columns)
        solved = self.solve()
        while solved and not self.grow():
            solved = self.resolve()
        return solved

    def resolve(self) -> bool:
        """Solve again from a solution that still holds; return whether there is a solution."""
        self.solver.setOptionValue("simplex_strategy", _PRIMAL)
        self.solver.setOptionValue("simplex_iteration_limit", RELAXATION.steps_each * self.taken.size)
        run_linear(self.solver)
        self.solver.setOptionValue("simplex_iteration_limit", highspy.kHighsIInf)
        return bool(self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal) or self.solve()

    def grow(self) -> bool:
        """Add the columns that the prices ask for; return whether there are none."""
        reduced = self.reduced()
        wanted = np.flatnonzero((reduced < -_WANTED) & (self.place < 0))
        if wanted.size:
            self.add(wanted)
            return False
        values = self.values()[self.built.model.is_integer()]
        self.linear = Linear(
            float(self.solver.getInfo().objective_function_value),
            reduced,
            self.prices(),
            int((np.abs(values - values.round()) > _WHOLE).sum()),
        )
        return True

    def prices(self) -> NDArray[np.float64]:
        """Price of each row of the model, shape (height,)."""
        prices = np.zeros(self.low.size)
        prices[self.rows] = self.solver.getSolution().row_dual
        return prices

    def reduced(self) -> NDArray[np.float64]:
        """Reduced cost of each column of the model, shape (width,)."""
        return np.asarray(self.costs - self.columns @ self.prices())

    def values(self) -> NDArray[np.float64]:
        """Return the solution for all columns of the model, shape (width,)."""
        values = np.zeros(self.place.size)
        values[self.taken] = self.solver.getSolution().col_value
        return values

    def medoids(self) -> NDArray[np.int64] | None:
        """Round the relaxation to open medoids, ascending, or None if that leads nowhere.

        The likeliest is opened and the relaxation solved again, until all are open or closed; one that cannot be
        opened is closed. Afterwards the solver no longer holds the relaxation.
        """
        opens = self.built.open
        settled = np.zeros(opens.size, dtype=np.bool_)
        retries = RELAXATION.retries
        while True:
            values = self.values()[opens]
            sure = ~settled & (values >= 1 - _WHOLE)
            parts = np.where(settled | sure | (values <= _WHOLE), 0.0, values)
            if not parts.any():
                return np.flatnonzero(values > 0.5)  # noqa: PLR2004 - 0 or 1, as far as the solver is precise
            likeliest = int(parts.argmax())
            for j in [*np.flatnonzero(sure).tolist(), likeliest]:
                self._settle(j, 1.0)
            settled |= sure
            settled[likeliest] = True
            try:
                if not self.solve():
                    retries -= 1
                    self._settle(likeliest, 0.0)
                    if retries < 0 or not self.solve():
                        return None
            except work.Gone:
                return None

    def _settle(self, j: int, value: float) -> None:
        self.solver.changeColBounds(int(self.place[self.built.open[j]]), value, value)


def _entries(matrix: csr_array) -> tuple[int, NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Number of entries, starts, places and values, as the solver takes them."""
    return matrix.nnz, matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32), matrix.data


def is_worth_sifting(built: MedoidModel) -> bool:
    """Whether the linear relaxation of a model takes so long that its arcs are not all looked at from the first."""
    return bool(built.x.size >= RELAXATION.sifted_arcs)


def sift(built: MedoidModel) -> Sifted | None:
    """Solve the linear relaxation of a whole model; None if it has no solution."""
    oracle = RowOracle(built)
    ascent = subgradient_ascent(
        oracle,
        iterations=RELAXATION.ascent_steps,
        target=np.inf,
        patience=RELAXATION.patience,
        memory=RELAXATION.memory,
        settled=0.0,
        reach=RELAXATION.reach,
    )
    reduced_costs = oracle.reduced_costs(ascent.prices)
    ranked = np.sort(reduced_costs, axis=None)
    often = np.argsort(-ascent.usage, kind="stable")[: oracle.count[0]]
    arcs = RELAXATION.arcs * built.compiled.size
    while True:
        taken = np.ones(built.model.width, dtype=np.bool_)
        taken[built.x[reduced_costs > ranked[min(arcs, ranked.size) - 1]]] = False
        taken[built.x[:, often]] = True
        taken[built.open] = True
        sifted = Sifted(built)
        try:
            solved = sifted.solve_on(np.flatnonzero(taken))
        except work.Gone:
            return None
        if solved or taken.all() or work.is_over():
            return sifted if solved else None
        arcs *= RELAXATION.growth
