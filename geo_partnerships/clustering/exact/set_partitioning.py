"""A best clustering chosen from all whole clusters that can still matter.

The clusters with which a floor rises by less than a width are listed. A choice among them that costs no more than
the floor and the width is a best one. Of any three groups no two clusters can hold two each: such rows raise the
linear relaxation so far that few clusters are left for the choice (Baldacci, Christofides and Mingozzi, 2008, list
whole routes; Jepsen, Petersen, Spoorendonk and Pisinger, 2008, have the rows).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import highspy
import numpy as np

from geo_partnerships.clustering.bounds.column_generation import permitted
from geo_partnerships.clustering.exact.reduced_cost_fixing import Found, Plan, capped
from geo_partnerships.clustering.models.highs import Model, Outcome, relaxed_solver, run_linear, solve
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.work import Gone

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.bounds.column_generation import ColumnFloor
    from geo_partnerships.clustering.bounds.pricing import Columns
    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.problem import Effort

__all__ = ["best_of", "best_of_met", "choose_clusters"]

EXACT = PARAMETERS.exact

_TINY = 1e-6


def choose_clusters(
    floor: ColumnFloor,
    limit: int,
    *,
    effort: Effort,
    seed: int,
    upper: float = math.inf,
    improved: Callable[[float, float], None] | None = None,
    late: Callable[[], bool] = lambda: False,
) -> Found:
    """Find a best clustering; stopped where too many clusters would have to be listed.

    Parameters
    ----------
    limit
        How many clusters may be without a leader.
    upper
        Cost of a clustering known from elsewhere; only cheaper ones are looked for.
    late
        Polled now and then; once it returns True, the best clustering so far is returned.
    """
    plan: Plan | None = None
    subset_rows: list[tuple[int, int, int]] = []
    bound = floor.value
    margin = _TINY * max(1.0, abs(floor.value))
    width, done = min(EXACT.first_width * abs(floor.value), upper - floor.value), 0.0
    while not late():
        columns = floor.within(width + margin, EXACT.most_columns)
        if columns is None and done > EXACT.width_shrink * width:
            return Found(plan, bound, stopped=True)
        if columns is None:
            width = (done + width) / 2
            continue
        ceiling = floor.value + width
        choice = _SetPartition(floor.compiled, columns, limit, floor.rules.most_parted, ceiling + margin, subset_rows)
        outcome = choice.solve(effort, seed, capped(improved, ceiling), late)
        if outcome.values is not None:
            found = choice.plan(outcome.values)
            plan = found if plan is None or found.objective < plan.objective else plan
        bound = max(bound, min(outcome.bound, ceiling))
        if outcome.stopped:
            return Found(plan, bound, stopped=True, timed=outcome.timed)
        best = min(upper, plan.objective if plan is not None else math.inf)
        if best <= ceiling + margin:
            return Found(plan, min(max(bound, outcome.bound), best))
        width, done = min(EXACT.width_growth * width, best - floor.value), width
    return Found(plan, bound, stopped=True, timed=True)


def best_of_met(floor: ColumnFloor, limit: int, *, effort: Effort, seed: int, late: Callable[[], bool]) -> Plan | None:
    """Choose among the clusters that were met on the way to a floor; None where they make no clustering."""
    met, most_parted = permitted(floor.compiled, floor.met), floor.rules.most_parted
    return best_of(floor.compiled, met, limit, most_parted, effort=effort, seed=seed, late=late)


def best_of(
    compiled: Compiled,
    columns: Columns,
    limit: int,
    most_parted: float,
    *,
    effort: Effort,
    seed: int,
    late: Callable[[], bool],
) -> Plan | None:
    """Choose among clusters; None where they make no clustering, or none is found with little effort."""
    choice = _SetPartition(compiled, columns, limit, most_parted, math.inf, [])
    outcome = solve(
        choice.model(), effort=replace(effort, nodes=EXACT.met_nodes), seed=seed, cancelled=late, gap=EXACT.met_gap
    )
    return None if outcome.values is None else choice.plan(outcome.values)


@dataclass(eq=False)
class _SetPartition:
    """The choice among clusters, with rows for triples of groups added as they are broken.

    Such rows hold for every choice, so those that were found before are kept.
    """

    compiled: Compiled
    columns: Columns
    limit: int
    most_parted: float
    ceiling: float
    subset_rows: list[tuple[int, int, int]]

    def solve(
        self,
        effort: Effort,
        seed: int,
        improved: Callable[[float, float], None] | None,
        late: Callable[[], bool],
    ) -> Outcome:
        """Tighten the relaxation, leave clusters out that cost too much in it, and choose among the rest."""
        nothing = Outcome(None, math.inf, infeasible=True, stopped=False)
        if not self.columns.costs.size or not self._tighten():
            return nothing
        return solve(self.model(), effort=replace(effort, nodes=None), seed=seed, improved=improved, cancelled=late)

    def plan(self, values: NDArray[np.float64]) -> Plan:
        """Read a solution."""
        taken = np.zeros((self.compiled.size, self.compiled.n), dtype=np.bool_)
        chosen = np.flatnonzero(values > 0.5)  # noqa: PLR2004
        for where in chosen:
            taken[self.columns.chosen[where], self.columns.medoids[where]] = True
        return Plan(taken, np.zeros(0), float(self.columns.costs[chosen].sum()))

    def model(self) -> Model:
        """Build the choice."""
        compiled, columns = self.compiled, self.columns
        model = Model()
        x = model.add_columns(columns.costs)
        for group in range(compiled.size):
            model.add_rows([(x[columns.chosen[:, group]][None, :], 1.0)], lower=1.0, upper=1.0)
        low, high = compiled.count
        model.add_rows([(x[None, :], 1.0)], lower=low, upper=high)
        model.add_rows([(x[~columns.led][None, :], 1.0)], upper=self.limit)
        if math.isfinite(self.most_parted):
            model.add_rows([(x[None, :], columns.parted[None, :])], upper=self.most_parted)
        for subset_row in self.subset_rows:
            model.add_rows([(x[self._holds(subset_row)][None, :], 1.0)], upper=1.0)
        return model

    def _holds(self, subset_row: tuple[int, int, int]) -> NDArray[np.bool_]:
        """Which clusters hold two of three groups, or all."""
        return np.asarray(self.columns.chosen[:, list(subset_row)].sum(axis=1) >= 2)  # noqa: PLR2004

    def _tighten(self) -> bool:
        """Add rows and leave clusters out until nothing changes; return whether a choice is left."""
        solver, alive = self._relaxed()
        for _ in range(EXACT.cut_rounds):
            try:
                run_linear(solver)
            except Gone:
                break
            status = solver.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                return False
            if status != highspy.HighsModelStatus.kOptimal:
                break
            value = float(solver.getInfo().objective_function_value)
            if value > self.ceiling:
                return False
            solution = solver.getSolution()
            values, reduced = np.array(solution.col_value), np.array(solution.col_dual)
            dear = alive & (reduced > self.ceiling - value)
            alive &= ~dear
            if alive.sum() < alive.size / 2:
                self.columns = self.columns.take(alive)
                values = values[alive]
                solver, alive = self._relaxed()
            else:
                for column in np.flatnonzero(dear).tolist():
                    solver.changeColBounds(column, 0.0, 0.0)
            new = self._broken(values)
            if not new:
                break
            for subset_row in new:
                held = np.flatnonzero(self._holds(subset_row)).astype(np.int32)
                solver.addRow(-highspy.kHighsInf, 1.0, held.size, held, np.ones(held.size))
            self.subset_rows += new
        self.columns = self.columns.take(alive)
        return True

    def _relaxed(self) -> tuple[highspy.Highs, NDArray[np.bool_]]:
        return relaxed_solver(self.model()), np.ones(self.columns.costs.size, dtype=np.bool_)

    def _broken(self, values: NDArray[np.float64]) -> list[tuple[int, int, int]]:
        """Triples of groups of which clusters hold two by more than one in all, the worst first."""
        part = (values > _TINY) & (values < 1 - _TINY)
        held = self.columns.chosen[part].astype(np.float64)
        groups = np.flatnonzero(held.any(axis=0))
        held, weights = held[:, groups], values[part]
        pairs = (held * weights[:, None]).T @ held
        found: list[tuple[float, int, int, int]] = []
        for a in range(groups.size):
            near = np.flatnonzero(pairs[a] > _TINY)
            near = near[near > a]
            inner = held[:, near]
            all_three = (inner * (weights * held[:, a])[:, None]).T @ inner
            amounts = pairs[a, near][:, None] + pairs[a, near] + pairs[np.ix_(near, near)] - 2 * all_three
            for b, c in np.argwhere(np.triu(amounts > 1 + EXACT.violated, 1)).tolist():
                subset_row = (int(groups[a]), int(groups[near[b]]), int(groups[near[c]]))
                found.append((-float(amounts[b, c]), *subset_row))
        known = set(self.subset_rows)
        return [subset_row for subset_row in ((a, b, c) for _, a, b, c in sorted(found)) if subset_row not in known][
            : EXACT.cuts_each
        ]
