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
from geo_partnerships.clustering.work import Gone, is_over, left, spend

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled

__all__ = ["ColumnFloor", "floor_by_columns", "permitted"]

COLUMNS = PARAMETERS.column

_CHOICE, _STATE, _STATES_EACH = 1e-5, 5e-8, 4
_VISIT, _VISIT_REWARDED = 1e-7, 4e-7


def _visits(rules: ColumnRules, states: int) -> float:
    """Return the work of so many states of a choice: shares of rewards are settled anew in each."""
    return (_VISIT_REWARDED if rules.has_pairs else _VISIT) * rules.arrays.sizes.load.size * states


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices of what the choice among clusters is bound to.

    Attributes
    ----------
    members
        Of a membership of each group, shape (groups,).
    leaderless
        Of a cluster without a leader.
    parted
        Of a counted pair that is parted.
    """

    members: NDArray[np.float64]
    leaderless: float = 0.0
    parted: float = 0.0

    def towards(self, other: Prices, held: float) -> Prices:
        """Go towards other prices, and keep a share of these."""
        return Prices(
            held * self.members + (1 - held) * other.members,
            held * self.leaderless + (1 - held) * other.leaderless,
            held * self.parted + (1 - held) * other.parted,
        )


class RestrictedMaster:
    """The linear choice among the clusters known so far, kept warm as they are added."""

    def __init__(self, compiled: Compiled, limit: int, most_parted: float, dear: float) -> None:
        self.groups = compiled.size
        self.solver = quiet_solver()
        infinity = highspy.kHighsInf
        for _ in range(self.groups):
            self.solver.addRow(1.0, 1.0, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        low, high = compiled.count
        self.solver.addRow(float(low), float(high), 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        for most in (float(limit), min(most_parted, infinity)):
            self.solver.addRow(-infinity, most, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        for g in range(self.groups):
            for sign in (1.0, -1.0):
                self.solver.addCol(0.0, 0.0, infinity, 1, np.array([g], dtype=np.int32), np.full(1, sign))
        for row in (1, 2):
            only = np.array([self.groups + row], dtype=np.int32)
            self.solver.addCol(0.0, 0.0, infinity, 1, only, np.full(1, -1.0))
        self.solver.addCol(dear, 0.0, infinity, 1, np.array([self.groups], dtype=np.int32), np.ones(1))

    def set_box(self, at: Prices, width: float) -> None:
        """Keep the prices within `width` of what they are: beyond, a membership is bought or sold for money."""
        for g in range(self.groups):
            self.solver.changeColCost(2 * g, float(at.members[g] + width))
            self.solver.changeColCost(2 * g + 1, float(width - at.members[g]))
        self.solver.changeColCost(2 * self.groups, at.leaderless + width)
        self.solver.changeColCost(2 * self.groups + 1, at.parted + width)

    def is_at_box(self) -> bool:
        """Whether the last solution runs into the limits of its prices."""
        values = self.solver.getSolution().col_value[: 2 * self.groups + 3]
        return bool(max(values) > 1e-7)  # noqa: PLR2004

    def add(self, columns: list[Columns]) -> None:
        """Add clusters."""
        for column in columns:
            rows = [*np.flatnonzero(column.chosen[0]).tolist(), self.groups]
            entries = np.ones(len(rows))
            for row, entry in ((1, float(not column.led[0])), (2, float(column.parted[0]))):
                if entry:
                    rows.append(self.groups + row)
                    entries = np.append(entries, entry)
            where = np.array(rows, dtype=np.int32)
            self.solver.addCol(float(column.costs[0]), 0.0, highspy.kHighsInf, where.size, where, entries)

    def solve(self) -> tuple[float, Prices]:
        """Value of the choice, and the prices that show it."""
        run_linear(self.solver)
        duals = np.array(self.solver.getSolution().row_dual)
        value = float(self.solver.getInfo().objective_function_value)
        leaderless, parted = (max(0.0, -float(dual)) for dual in duals[self.groups + 1 :])
        return value, Prices(duals[: self.groups], leaderless, parted)


@dataclass(eq=False)
class _Proof:
    """A floor from whole clusters, and the clusters met on the way."""

    compiled: Compiled
    limit: int
    duals: NDArray[np.float64]
    late: Callable[[], bool]
    known: NDArray[np.bool_] | None = None
    begun: Columns | None = None
    rules: ColumnRules = field(init=False)
    cost: NDArray[np.float64] = field(init=False)
    met: set[tuple[int, bytes]] = field(default_factory=set, init=False)
    columns: list[Columns] = field(default_factory=list, init=False)
    prices: Prices = field(init=False)
    typical: float = field(init=False)
    floor: float = field(default=-math.inf, init=False)
    measured: NDArray[np.float64] | None = field(default=None, init=False)
    cheapest: list[int] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        """Begin from the prices of the linear relaxation of single memberships."""
        self.rules = ColumnRules.of(self.compiled)
        self.cost = np.ascontiguousarray(self.compiled.group_cost)
        members, leaderless = self.duals[: self.compiled.size].copy(), 0.0
        if self.compiled.of(Leaders, binding=False):
            leaderless = max(0.0, -float(self.duals[-1]))
        if self.known is not None and self.rules.has_pairs:
            members = members + self._parted_in(self.known)
        self.prices = Prices(members, leaderless)
        self.typical = max(float(members.mean()), 1e-6)

    def _parted_in(self, taken: NDArray[np.bool_]) -> NDArray[np.float64]:
        """What each group pays for the pairs that a plan parts, shape (groups,); `taken` is of shape (groups, n)."""
        pairs, home = self.rules.arrays.pairs, taken.argmax(axis=1)
        owner = pairs.owner()
        parted = home[owner] != home[pairs.partners]
        paid = np.bincount(owner, self.rules.worth * parted, minlength=home.size)
        return 0.5 * paid.astype(np.float64, copy=False)

    def reduced_values(self, at: Prices) -> tuple[NDArray[np.float64], dict[int, NDArray[np.bool_]]]:
        """Reduced value of every medoid; exact, with its members, for those cheap enough to be opened."""
        from geo_partnerships.clustering.kernels import filling  # noqa: PLC0415 - compiled
        from geo_partnerships.clustering.kernels import pricing as kernels  # noqa: PLC0415

        rules, own = self.rules.arrays, self.compiled.group_of
        prices = self._charged(at)
        reduced_values = filling.relaxed_reduced_values(self.cost, prices, own, rules.sizes, rules.pairs)
        members: dict[int, NDArray[np.bool_]] = {}
        exact: list[tuple[float, int]] = []
        most = min(self.compiled.count[1], reduced_values.size)
        waiting = [*self.cheapest, *np.argsort(reduced_values, kind="stable").tolist()]
        for j in dict.fromkeys(waiting):
            cutoff = exact[most - 1][0] + COLUMNS.beyond * self.typical if len(exact) >= most else math.inf
            if reduced_values[j] >= cutoff:
                continue
            if is_over():
                break
            spend(_CHOICE * self.compiled.size)
            chosen = np.zeros(self.compiled.size, dtype=np.bool_)
            column = np.ascontiguousarray(self.cost[:, j])
            reduced_values[j], sure, visited = kernels.choose_members(
                column, prices, own[j], own[j], rules, COLUMNS.states, cutoff, chosen
            )
            spend(_visits(self.rules, visited))
            members[j] = chosen
            if sure:
                exact = sorted([*exact, (float(reduced_values[j]), j)])
        self.cheapest = [j for _, j in exact[:most]]
        return reduced_values, members

    def _charged(self, at: Prices) -> NDArray[np.float64]:
        """Put the prices of missing leaders and parted pairs into the rules; return those of members, less rewards."""
        rules, side_duals = self.rules, self.rules.arrays.guarantees.side_duals
        if rules.leading >= 0 and math.isfinite(side_duals[rules.leading]):
            side_duals[rules.leading] = at.leaderless
        rules.charge(at.parted)
        return at.members - rules.forgone(rules.arrays.pairs.rewards)

    def _bound(self, at: Prices, reduced_values: NDArray[np.float64]) -> float:
        """Return the floor that prices give where medoids have these reduced values."""
        opened, _, _ = open_medoids(self.compiled.count, reduced_values)
        allowed = at.leaderless * self.limit + (at.parted * self.rules.most_parted if at.parted else 0.0)
        return float(at.members.sum() + reduced_values[opened].sum() - allowed)

    def generate(self, rounds: int) -> None:
        """Raise the floor by columns: the prices of those known say which others would help (Gilmore and Gomory, 1961).

        Prices are held back towards those of the best floor, without which they would swing (Wentges, 1997).
        """
        dear = 4.0 * float(self.cost.max()) * self.compiled.size + float(self.rules.worth.sum())
        master = RestrictedMaster(self.compiled, self.limit, self.rules.most_parted, dear)
        if self.known is not None:
            opened = np.flatnonzero(self.known.any(axis=0)).tolist()
            master.add(self._new({j: self.known[:, j].copy() for j in opened}))
        if self.begun is not None:
            master.add(self._begun_with(self.begun))
        for box in range(COLUMNS.boxes_rewarded if self.rules.has_pairs else COLUMNS.boxes):
            wider = 2.0**box if self.rules.has_pairs else 1.0  # a reward may be many times what a distance is
            master.set_box(self.prices, COLUMNS.box * self.typical * wider)
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
        asked = self.prices
        for _ in range(rounds):
            reduced_values, members = self.reduced_values(asked)
            bound = self._bound(asked, reduced_values)
            if bound > self.floor:
                self.floor, self.prices, self.measured = bound, asked, reduced_values
            new = self._new(members)
            if not new and held == 0.0:
                return
            master.add(new)
            held = COLUMNS.held if new else 0.0
            try:
                value, found = master.solve()
            except Gone:
                return
            if value - self.floor <= COLUMNS.converged * abs(value) or self.late():
                return
            asked = self.prices.towards(found, held)

    def _begun_with(self, columns: Columns) -> list[Columns]:
        keys = [(int(j), groups.tobytes()) for j, groups in zip(columns.medoids, columns.chosen, strict=True)]
        new = [columns.take(np.array([place])) for place, key in enumerate(keys) if key not in self.met]
        self.met |= set(keys)
        self.columns += new
        return new

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
        reduced_values = self.measured
        if reduced_values is None:
            reduced_values, _ = self.reduced_values(self.prices)
        value = self._bound(self.prices, reduced_values)
        charged = self._charged(self.prices)
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
            found, visited = kernels.arc_reduced_values(
                column, self.prices, own[j], self.rules.arrays, COLUMNS.states, cutoff[j], value
            )
            spend(_visits(self.rules, visited))
            reduced_costs[:, j] = np.maximum(0.0, found - base[j])
        return reduced_costs

    def within(self, width: float, most: int) -> Columns | None:
        """List all clusters with which the floor rises by less than `width`; None for more than `most`.

        A cluster is listed under its cheapest medoid.
        """
        from geo_partnerships.clustering.kernels import pricing as kernels  # noqa: PLC0415 - compiled

        cost, own = self.compiled.group_cost, self.compiled.group_of
        cutoff = self.base() + width
        most_states = COLUMNS.listing_states_rewarded if self.rules.has_pairs else COLUMNS.listing_states
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
    begun: Columns | None = None,
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
    begun
        Clusters to begin with.
    """
    proof = _Proof(compiled, limit, duals, late, known, begun)
    proof.generate(COLUMNS.rounds)
    return proof.reached()
