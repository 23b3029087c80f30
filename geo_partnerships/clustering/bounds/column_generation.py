"""A floor by whole clusters: memberships are priced, and each medoid chooses members that keep every rule.

A rule that speaks of one cluster at a time is kept by the choice itself, so the floor is higher than that of a
linear relaxation over single memberships (Baldacci, Hadjiconstantinou, Maniezzo and Mingozzi, 2002, take it for
capacities alone). What it says of single arcs leaves few of them to be looked at.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import highspy
import numpy as np

from geo_partnerships.clustering.bounds.lagrangian import open_medoids
from geo_partnerships.clustering.bounds.pricing import ColumnRules, Columns
from geo_partnerships.clustering.models.highs import quiet_solver, run_linear
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.rules import Leaders
from geo_partnerships.clustering.work import Gone, is_gone, is_over, left, spend

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled

__all__ = ["ColumnFloor", "floor_by_columns", "permitted"]

COLUMNS = PARAMETERS.column

_CHOICE, _STATE, _STATES_EACH = 1e-5, 5e-8, 4


class RestrictedMaster:
    """The linear choice among the clusters known so far, kept warm as they are added."""

    def __init__(self, compiled: Compiled, limit: int, dear: float) -> None:
        self.groups = compiled.size
        self.solver = quiet_solver()
        infinity = highspy.kHighsInf
        for _ in range(self.groups):
            self.solver.addRow(1.0, 1.0, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        low, high = compiled.count
        self.solver.addRow(float(low), float(high), 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        self.solver.addRow(-infinity, float(limit), 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        for g in range(self.groups):
            for sign in (1.0, -1.0):
                self.solver.addCol(0.0, 0.0, infinity, 1, np.array([g], dtype=np.int32), np.full(1, sign))
        self.solver.addCol(0.0, 0.0, infinity, 1, np.array([self.groups + 1], dtype=np.int32), np.full(1, -1.0))
        self.solver.addCol(dear, 0.0, infinity, 1, np.array([self.groups], dtype=np.int32), np.ones(1))

    def set_box(self, prices: NDArray[np.float64], leader_dual: float, width: float) -> None:
        """Keep the prices within `width` of what they are: beyond, a membership is bought or sold for money."""
        for g in range(self.groups):
            self.solver.changeColCost(2 * g, float(prices[g] + width))
            self.solver.changeColCost(2 * g + 1, float(width - prices[g]))
        self.solver.changeColCost(2 * self.groups, leader_dual + width)

    def is_at_box(self) -> bool:
        """Whether the last solution runs into the limits of its prices."""
        values = self.solver.getSolution().col_value[: 2 * self.groups + 2]
        return bool(max(values) > 1e-7)  # noqa: PLR2004

    def add(self, columns: list[Columns]) -> None:
        """Add clusters."""
        for column in columns:
            rows = np.concatenate(
                [
                    np.flatnonzero(column.chosen[0]),
                    [self.groups] if column.led[0] else [self.groups, self.groups + 1],
                ]
            )
            self.solver.addCol(
                float(column.costs[0]), 0.0, highspy.kHighsInf, rows.size, rows.astype(np.int32), np.ones(rows.size)
            )

    def solve(self) -> tuple[float, NDArray[np.float64], float]:
        """Value of the choice, the price of a membership of each group, and that of a missing leader."""
        run_linear(self.solver)
        duals = np.array(self.solver.getSolution().row_dual)
        value = float(self.solver.getInfo().objective_function_value)
        return value, duals[: self.groups], max(0.0, -float(duals[self.groups + 1]))


@dataclass(eq=False)
class _Proof:
    """A floor from whole clusters, and the clusters met on the way."""

    compiled: Compiled
    limit: int
    duals: NDArray[np.float64]
    late: Callable[[], bool]
    known: NDArray[np.bool_] | None = None
    rules: ColumnRules = field(init=False)
    cost: NDArray[np.float64] = field(init=False)
    met: set[tuple[int, bytes]] = field(default_factory=set, init=False)
    columns: list[Columns] = field(default_factory=list, init=False)
    prices: NDArray[np.float64] = field(init=False)
    leader_dual: float = field(default=0.0, init=False)
    typical: float = field(init=False)
    floor: float = field(default=-math.inf, init=False)
    cheapest: list[int] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        """Begin from the prices of the linear relaxation of single memberships."""
        self.rules = ColumnRules.of(self.compiled)
        self.cost = np.ascontiguousarray(self.compiled.group_cost)
        self.prices = self.duals[: self.compiled.size].copy()
        if self.compiled.of(Leaders, binding=False):
            self.leader_dual = max(0.0, -float(self.duals[-1]))
        self.typical = max(float(self.prices.mean()), 1e-6)
        if self.known is not None and self.rules.has_rewards:
            self.prices = self.prices + self._parted_in(self.known)

    def _parted_in(self, taken: NDArray[np.bool_]) -> NDArray[np.float64]:
        """What each group pays for the pairs that a plan parts, shape (groups,); `taken` is of shape (groups, n)."""
        pairs, home = self.rules.arrays.pairs, taken.argmax(axis=1)
        owner = pairs.owner()
        parted = home[owner] != home[pairs.partners]
        paid = np.bincount(owner, pairs.rewards * parted, minlength=home.size)
        return 0.5 * paid.astype(np.float64, copy=False)

    def reduced_values(
        self, prices: NDArray[np.float64], leader_dual: float
    ) -> tuple[NDArray[np.float64], dict[int, NDArray[np.bool_]]]:
        """Reduced value of every medoid; exact, with its members, for those cheap enough to be opened."""
        from geo_partnerships.clustering.kernels import filling  # noqa: PLC0415 - compiled
        from geo_partnerships.clustering.kernels import pricing as kernels  # noqa: PLC0415

        rules, own = self.rules.arrays, self.compiled.group_of
        prices = self._charged(prices, leader_dual)
        reduced_values = filling.relaxed_reduced_values(self.cost, prices, own, rules.sizes, rules.pairs)
        members: dict[int, NDArray[np.bool_]] = {}
        exact: list[tuple[float, int]] = []
        most = min(self.compiled.count[1], reduced_values.size)
        waiting = [*self.cheapest, *np.argsort(reduced_values, kind="stable").tolist()]
        for j in dict.fromkeys(waiting):
            cutoff = exact[most - 1][0] + COLUMNS.beyond * self.typical if len(exact) >= most else math.inf
            if reduced_values[j] >= cutoff:
                continue
            if is_gone():
                break
            spend(_CHOICE * self.compiled.size)
            chosen = np.zeros(self.compiled.size, dtype=np.bool_)
            column = np.ascontiguousarray(self.cost[:, j])
            reduced_values[j], sure = kernels.choose_members(
                column, prices, own[j], own[j], rules, COLUMNS.states, cutoff, chosen
            )
            members[j] = chosen
            if sure:
                exact = sorted([*exact, (float(reduced_values[j]), j)])
        self.cheapest = [j for _, j in exact[:most]]
        return reduced_values, members

    def _charged(self, prices: NDArray[np.float64], leader_dual: float) -> NDArray[np.float64]:
        """Put the price of a missing leader into the rules; return prices without the rewards forgone."""
        rules, side_duals = self.rules, self.rules.arrays.guarantees.side_duals
        if rules.leading >= 0 and math.isfinite(side_duals[rules.leading]):
            side_duals[rules.leading] = leader_dual
        return prices - rules.forgone

    def _bound(self, prices: NDArray[np.float64], leader_dual: float, reduced_values: NDArray[np.float64]) -> float:
        """Return the floor that prices give where medoids have these reduced values."""
        opened, _, _ = open_medoids(self.compiled.count, reduced_values)
        return float(prices.sum() + reduced_values[opened].sum() - leader_dual * self.limit)

    def generate(self, rounds: int) -> None:
        """Raise the floor by columns: the prices of those known say which others would help (Gilmore and Gomory, 1961).

        Prices are held back towards those of the best floor, without which they would swing (Wentges, 1997).
        """
        dear = 4.0 * float(self.cost.max()) * self.compiled.size + float(self.rules.arrays.pairs.rewards.sum())
        master = RestrictedMaster(self.compiled, self.limit, dear)
        if self.known is not None:
            opened = np.flatnonzero(self.known.any(axis=0)).tolist()
            master.add(self._new({j: self.known[:, j].copy() for j in opened}))
        for box in range(COLUMNS.boxes_rewarded if self.rules.has_rewards else COLUMNS.boxes):
            wider = 2.0**box if self.rules.has_rewards else 1.0  # a reward may be many times what a distance is
            master.set_box(self.prices, self.leader_dual, COLUMNS.box * self.typical * wider)
            before = self.floor
            self._generate_within(master, rounds)
            if (
                self.late()
                or not master.is_at_box()
                or (box and self.floor - before <= COLUMNS.converged * abs(before))
            ):
                return

    def _generate_within(self, master: RestrictedMaster, rounds: int) -> None:
        held = COLUMNS.held
        asked, leader_dual = self.prices, self.leader_dual
        for _ in range(rounds):
            reduced_values, members = self.reduced_values(asked, leader_dual)
            bound = self._bound(asked, leader_dual, reduced_values)
            if bound > self.floor:
                self.floor, self.prices, self.leader_dual = bound, asked, leader_dual
            new = self._new(members)
            if not new and held == 0.0:
                return
            master.add(new)
            held = COLUMNS.held if new else 0.0
            try:
                value, duals, rate = master.solve()
            except Gone:
                return
            if value - self.floor <= COLUMNS.converged * abs(value) or self.late():
                return
            asked = held * self.prices + (1 - held) * duals
            leader_dual = held * self.leader_dual + (1 - held) * rate

    def _new(self, members: dict[int, NDArray[np.bool_]]) -> list[Columns]:
        """Make clusters of what medoids have chosen, as far as they were not met before."""
        new = []
        for j, groups in members.items():
            key = (j, groups.tobytes())
            if groups.any() and key not in self.met:
                self.met.add(key)
                new.append(self.rules.columns(groups[None], self.cost[:, j], j))
        self.columns += new
        return new

    def reached(self) -> ColumnFloor:
        """Describe the floor, by the same reduced values that what is within reach of it is measured from."""
        reduced_values, _ = self.reduced_values(self.prices, self.leader_dual)
        value = self._bound(self.prices, self.leader_dual, reduced_values)
        charged = self._charged(self.prices, self.leader_dual)
        none = self.rules.columns(np.zeros((0, len(self.cost)), dtype=np.bool_), self.cost[:, 0], 0)
        met = Columns.joined([none, *self.columns])  # none at all where it was late from the start
        return ColumnFloor(self.compiled, self.rules, value, charged, reduced_values, met)


@dataclass(frozen=True, eq=False)
class ColumnFloor:
    """A floor under all clusterings, with the prices that show it.

    Attributes
    ----------
    rules
        The rules within a cluster, with the price of a missing leader.
    value
        The floor.
    prices
        Price of a membership of each group, shape (groups,).
    reduced_values
        What the cheapest cluster of each medoid costs at these prices, at least, shape (n,).
    met
        Clusters that were met on the way.
    """

    compiled: Compiled
    rules: ColumnRules
    value: float
    prices: NDArray[np.float64]
    reduced_values: NDArray[np.float64]
    met: Columns

    def base(self) -> NDArray[np.float64]:
        """Reduced value of a cluster of each medoid that leaves the floor where it is, shape (n,)."""
        opened, enter, _ = open_medoids(self.compiled.count, self.reduced_values)
        base = np.full(self.reduced_values.size, enter)
        base[opened] = self.reduced_values[opened]
        return base

    def reduced_costs(self) -> NDArray[np.float64]:
        """By how much, at least, the floor rises when a group is under a medoid, shape (groups, n)."""
        from geo_partnerships.clustering.kernels import pricing as kernels  # noqa: PLC0415 - compiled

        cost, own, base = self.compiled.group_cost, self.compiled.group_of, self.base()
        cutoff = base + COLUMNS.span * abs(self.value)
        reduced_costs = np.empty(cost.shape)
        for j, value in enumerate(self.reduced_values):
            if value >= cutoff[j] or is_over():
                reduced_costs[:, j] = max(0.0, value - base[j])
                continue
            column = np.ascontiguousarray(cost[:, j])
            spend(_CHOICE * self.compiled.size)
            found = kernels.arc_reduced_values(
                column, self.prices, own[j], self.rules.arrays, COLUMNS.states, cutoff[j], value
            )
            reduced_costs[:, j] = np.maximum(0.0, found - base[j])
        return reduced_costs

    def within(self, width: float, most: int) -> Columns | None:
        """List all clusters with which the floor rises by less than `width`; None for more than `most`.

        A cluster is listed under its cheapest medoid.
        """
        from geo_partnerships.clustering.kernels import pricing as kernels  # noqa: PLC0415 - compiled

        cost, own = self.compiled.group_cost, self.compiled.group_of
        cutoff = self.base() + width
        most_states = COLUMNS.listing_states_rewarded if self.rules.has_rewards else COLUMNS.listing_states
        listed = np.zeros((most, self.compiled.size), dtype=np.bool_)
        parts, total = [self.rules.columns(listed[:0], cost[:, 0], 0)], 0
        each = _STATE * self.compiled.size
        for j in np.flatnonzero(self.reduced_values < cutoff).tolist():
            if is_over():
                return None
            states = int(min(most_states, left() / each))
            column = np.ascontiguousarray(cost[:, j])
            spend(_CHOICE * self.compiled.size)
            found = kernels.list_members(
                column, self.prices, own[j], self.rules.arrays, states, cutoff[j], listed[total:]
            )
            spend(each * min(states, _STATES_EACH * (most - total if found < 0 else found)))
            if found < 0:
                return None
            parts.append(permitted(self.compiled, self.rules.columns(listed[total : total + found], column, j)))
            total += found
        return _distinct(Columns.joined(parts))


def permitted(compiled: Compiled, columns: Columns) -> Columns:
    """Leave out the clusters with a group that may not be under their medoid."""
    if compiled.group_allowed is None:
        return columns
    barred = (columns.chosen & ~compiled.group_allowed[:, columns.medoids].T).any(axis=1)
    return columns.take(np.flatnonzero(~barred))


def _distinct(columns: Columns) -> Columns:
    """Keep each cluster under its cheapest medoid."""
    order = np.lexsort((columns.medoids, columns.costs))
    keys = np.packbits(columns.chosen[order], axis=1)
    _, first = np.unique(np.ascontiguousarray(keys).view(f"V{keys.shape[1]}").ravel(), return_index=True)
    return columns.take(order[np.sort(first)])


def floor_by_columns(
    compiled: Compiled,
    limit: int,
    duals: NDArray[np.float64],
    *,
    late: Callable[[], bool],
    known: NDArray[np.bool_] | None = None,
) -> ColumnFloor:
    """Find a floor from whole clusters.

    Parameters
    ----------
    limit
        How many clusters may be without a leader.
    duals
        Price of each row of the whole model in its linear relaxation, that of the limit last.
    late
        Polled now and then; once it returns True, the best floor so far is returned.
    known
        Whether each group is under each medoid in a plan to begin from, shape (groups, n).
    """
    proof = _Proof(compiled, limit, duals, late, known)
    proof.generate(COLUMNS.rounds)
    return proof.reached()
