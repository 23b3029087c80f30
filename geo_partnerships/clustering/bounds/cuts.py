"""A floor by cuts: where sizes leave part of a cluster open, the linear relaxation learns that clusters are whole.

Thirteen items of which clusters take twelve at most need two clusters, or one of them goes elsewhere. Such cuts come
from rounding what the sizes say of some medoids and some groups (Magnanti, Mirchandani and Vachani, 1993, for
capacities; Marchand and Wolsey, 2001, for rounding in general). They are linear in the arcs, so the relaxation stays
one over single memberships, and they hold whatever other rules a problem has.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import highspy
import numpy as np

from geo_partnerships.clustering.bounds.lagrangian import choose
from geo_partnerships.clustering.models.highs import quiet_solver, run_linear
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.work import Gone

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.bounds.lagrangian import Dual, Relaxation
    from geo_partnerships.clustering.models.assignment_model import MedoidModel

__all__ = ["Cut", "CutFloor", "floor_by_cuts", "is_cuttable"]

CUTS = PARAMETERS.cut

_TINY = 1e-6
_MARGIN = 1e-6


@dataclass(frozen=True, eq=False)
class Cut:
    """How many clusters some medoids need for some groups, or can have at most.

    Attributes
    ----------
    by_greatest
        Whether it rounds what the greatest size says; otherwise the least.
    groups, medoids
        Which, shapes (groups,) and (n,).
    """

    by_greatest: bool
    groups: NDArray[np.bool_]
    medoids: NDArray[np.bool_]

    def key(self) -> tuple[bool, bytes, bytes]:
        """Tell this cut from others."""
        return self.by_greatest, np.packbits(self.groups).tobytes(), np.packbits(self.medoids).tobytes()

    def row(
        self, kept: Relaxation, group: NDArray[np.int64], medoid: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], float]:
        """Values of some arcs, and the least that their sum may be."""
        load = float(kept.loads[self.groups].sum())
        inside = self.medoids[medoid]
        own = inside & (kept.own[medoid] == group)
        if self.by_greatest:
            high = kept.size[1]
            needed = math.ceil(load / high - _TINY)
            rest = load - high * (needed - 1)
            return rest * own - kept.loads[group] * (inside & self.groups[group]), rest * needed - load
        low = kept.size[0]
        possible = math.floor(load / low + _TINY)
        rest = low - max(0.0, load - low * possible)
        return kept.loads[group] * (inside & ~self.groups[group]) - rest * own, -rest * possible


@dataclass(frozen=True, eq=False)
class CutFloor:
    """A floor under all plans that are cheaper than one that is known.

    Attributes
    ----------
    bound
        The floor.
    rise
        By how much, at least, the floor rises if an arc is used, shape (n, groups).
    cuts
        What it rests on.
    """

    kept: Relaxation
    bound: float
    reduced_cost: NDArray[np.float64]
    cuts: tuple[Cut, ...]

    def arcs_below(self, upper: float) -> int:
        """How many arcs a plan that costs less than `upper` may use."""
        return int((self.reduced_cost <= upper - self.bound).sum())

    def add_to(self, built: MedoidModel) -> None:
        """Add the cuts to a model."""
        group, medoid = np.nonzero(built.x >= 0)
        columns = built.x[group, medoid]
        for cut in self.cuts:
            values, least = cut.row(self.kept, group, medoid)
            built.model.add_rows([(columns[None, :], values[None, :])], lower=least)


def is_cuttable(kept: Relaxation) -> bool:
    """Whether cuts can raise the floor: sizes matter, and every group is in one cluster."""
    return not kept.is_free and bool((kept.memberships == 1).all())


def floor_by_cuts(
    kept: Relaxation,
    dual: Dual,
    upper: float,
    *,
    suggest: Callable[[NDArray[np.int64]], float] = lambda _opened: math.inf,
    late: Callable[[], bool] = lambda: False,
) -> CutFloor:
    """Raise a floor by cuts as far as that is worth it.

    Parameters
    ----------
    kept
        Number and sizes; every group must be in one cluster.
    dual
        The floor to begin from.
    upper
        Cost of a plan; only arcs of cheaper plans are looked at.
    suggest
        Called with medoids that the relaxation has open; returns the cost below which a plan is a better one.
    late
        Polled now and then; once it returns True, the best floor so far is returned.
    """
    program = _Program(kept, dual, upper)
    reached: list[float] = []
    for _ in range(CUTS.rounds):
        if not program.solve():
            break
        program.upper = min(program.upper, suggest(program.opened()))
        if program.bound >= program.upper or late():
            break
        reached.append(program.bound)
        if len(reached) > CUTS.last and reached[-1] - reached[-1 - CUTS.last] < CUTS.worthwhile * (
            program.upper - reached[-1]
        ):
            break
        if not program.tidy() or not program.cut():
            break
    return program.floor()


@dataclass(eq=False)
class _Program:
    """The linear relaxation on the arcs that can still matter, kept warm as rows are added."""

    kept: Relaxation
    dual: Dual
    upper: float
    cuts: list[Cut] = field(default_factory=list, init=False)
    idle: list[int] = field(default_factory=list, init=False)
    links: list[tuple[int, int]] = field(default_factory=list, init=False)
    values: NDArray[np.float64] = field(init=False)
    bound: float = field(init=False)
    reduced_cost: NDArray[np.float64] = field(init=False)
    allowed: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the arcs that the floor leaves."""
        self.bound, self.reduced_cost = self.dual.bound, self.dual.reduced_cost.copy()
        self.margin = _MARGIN * max(1.0, abs(self.upper))
        self._take(self.reduced_cost <= self.upper - self.bound + self.margin)

    def _take(self, allowed: NDArray[np.bool_]) -> None:
        """Build the program anew on these arcs, shape (n, groups)."""
        kept = self.kept
        own = allowed[np.arange(kept.own.size), kept.own]
        self.allowed = allowed & own[:, None]
        self.medoid, self.group = np.nonzero(self.allowed)
        self.column = np.full(self.allowed.shape, -1, dtype=np.int32)
        self.column[self.medoid, self.group] = np.arange(self.medoid.size, dtype=np.int32)
        self.open = self.column[np.arange(kept.own.size), kept.own]
        self.opener = self.open[self.medoid]
        width = self.medoid.size
        self.solver = quiet_solver()
        self.solver.addVars(width, np.zeros(width), np.ones(width))
        numbers = np.arange(width, dtype=np.int32)
        self.solver.changeColsCost(width, numbers, kept.cost[self.medoid, self.group])
        self._add_rules()
        self.fixed = self.solver.getNumRow()
        self.labels: list[Cut | None] = []
        self.links = [link for link in self.links if self.column[link] >= 0]
        for link in self.links:
            self._add_link(link)
        for cut in self.cuts:
            self._add_cut(cut)

    def _row(self, lower: float, upper: float, columns: NDArray[np.int32], values: NDArray[np.float64]) -> None:
        used = values != 0
        self.solver.addRow(lower, upper, int(used.sum()), columns[used].astype(np.int32), values[used])

    def _add_rules(self) -> None:
        infinity = highspy.kHighsInf
        loads, (low, high) = self.kept.loads, self.kept.size
        for columns in self.column.T:
            some = columns[columns >= 0]
            self._row(1.0, 1.0, some, np.ones(some.size))
        for medoid in np.flatnonzero(self.open >= 0).tolist():
            groups = np.flatnonzero(self.column[medoid] >= 0)
            columns, values = self.column[medoid, groups], loads[groups]
            own = groups == self.kept.own[medoid]
            if low > 0:
                self._row(0.0, infinity, columns, values - low * own)
            if math.isfinite(high):
                self._row(-infinity, 0.0, columns, values - high * own)
        opened = self.open[self.open >= 0]
        self._row(float(self.kept.count[0]), float(self.kept.count[1]), opened, np.ones(opened.size))

    def _add_link(self, link: tuple[int, int]) -> None:
        columns = np.array([self.column[link], self.open[link[0]]], dtype=np.int32)
        self._row(-highspy.kHighsInf, 0.0, columns, np.array([1.0, -1.0]))
        self.labels.append(None)

    def _add_cut(self, cut: Cut) -> None:
        values, least = cut.row(self.kept, self.group, self.medoid)
        self._row(least, highspy.kHighsInf, np.arange(values.size, dtype=np.int32), values)
        self.labels.append(cut)

    def solve(self) -> bool:
        """Solve, with memberships only under open medoids; return whether there is more to learn."""
        while True:
            try:
                run_linear(self.solver)
            except Gone:
                return False
            status = self.solver.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                self.bound = self.upper
            if status != highspy.HighsModelStatus.kOptimal:
                return False
            solution = self.solver.getSolution()
            self.values = np.array(solution.col_value)
            loose = np.flatnonzero(self.values > self.values[self.opener] + _TINY)
            if not loose.size:
                break
            for arc in loose.tolist():
                self.links.append((int(self.medoid[arc]), int(self.group[arc])))
                self._add_link(self.links[-1])
        self.prices = np.array(solution.row_dual)
        self._note(float(self.solver.getInfo().objective_function_value), np.array(solution.col_dual))
        return self.bound < self.upper

    def opened(self) -> NDArray[np.int64]:
        """Return the medoids that the last solution has open most, as many as there may be."""
        share = np.where(self.open >= 0, self.values[self.open], 0.0)
        return np.argsort(-share, kind="stable")[: self.kept.count[1]]

    def floor(self) -> CutFloor:
        """Describe the best floor."""
        return CutFloor(self.kept, min(self.bound, self.upper), self.reduced_cost, tuple(self.cuts))

    def _note(self, value: float, reduced: NDArray[np.float64]) -> None:
        """Note a floor, and what arcs raise it by, if it is the best; arcs left out lead to no cheaper plan."""
        if value < self.bound:
            return
        self.bound = min(value, self.upper)
        self.reduced_cost = np.full(self.allowed.shape, max(0.0, self.upper - self.bound) + 2 * self.margin)
        self.reduced_cost[self.medoid, self.group] = np.maximum(reduced, 0.0)

    def tidy(self) -> bool:
        """Leave out arcs that lead to no cheaper plan, or else cuts that have long been idle; return as `solve`."""
        near = self.allowed & (self.reduced_cost <= self.upper - self.bound + self.margin)
        if near.sum() < CUTS.shrunk * self.medoid.size:
            self._take(near)
            return self.solve()
        rows = [row for row, label in enumerate(self.labels) if label is not None]
        active = np.abs(self.prices[self.fixed :][rows]) > _TINY
        self.idle = [0 if used else idle + 1 for used, idle in zip(active.tolist(), self.idle, strict=True)]
        old = {row for row, idle in zip(rows, self.idle, strict=True) if idle > CUTS.idle}
        if len(old) > CUTS.purged:
            self.solver.deleteRows(len(old), np.array(sorted(old), dtype=np.int32) + self.fixed)
            self.labels = [label for row, label in enumerate(self.labels) if row not in old]
            self.cuts = [label for label in self.labels if label is not None]
            self.idle = [idle for idle in self.idle if idle <= CUTS.idle]
        return True

    def cut(self) -> bool:
        """Add the cuts that the last solution breaks most; return whether there are any."""
        known = {cut.key() for cut in self.cuts}
        use = np.zeros(self.kept.loads.size, dtype=np.int64)
        new = []
        for cut in self._broken():
            if cut.key() not in known and (not cut.groups.any() or use[cut.groups].max() < CUTS.overlap):
                known.add(cut.key())
                use += cut.groups
                new.append(cut)
        for cut in new:
            self._add_cut(cut)
        self.cuts += new
        self.idle += [0] * len(new)
        return bool(new)

    def _broken(self) -> list[Cut]:
        """Cuts that the last solution breaks, the worst first."""
        whole = np.zeros(self.allowed.shape)
        whole[self.medoid, self.group] = self.values
        opened = whole[np.arange(self.kept.own.size), self.kept.own]
        active = np.flatnonzero(opened > _TINY)
        found = _grown(_FractionalCover(whole[active].T, opened[active], self.kept.loads, self.kept.size))
        found.sort(key=lambda seen: -seen.amount)
        kinds = np.array([seen.by_greatest for seen in found], dtype=np.bool_)
        groups = np.array([seen.groups for seen in found], dtype=np.bool_).reshape(kinds.size, self.kept.loads.size)
        medoids = self._lifted(opened, groups, kinds)
        for row, seen in zip(medoids, found, strict=True):
            row[active[seen.medoids]] = True
        return [Cut(*cut) for cut in zip(kinds.tolist(), groups, medoids, strict=True)]

    def _lifted(
        self, opened: NDArray[np.float64], groups: NDArray[np.bool_], kinds: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Which closed medoids make cuts on these groups stronger, shape (cuts, n): else they would be opened instead.

        They are those that would serve more of the groups, or less of others, than the cut forgives for one.
        """
        kept, (low, high) = self.kept, self.kept.size
        closed = np.flatnonzero((self.open >= 0) & (opened <= _TINY))
        typical = choose(kept, self.prices[: kept.loads.size], closed).share * kept.loads
        load = groups @ kept.loads
        inside = groups @ typical.T
        forgiven = np.where(kinds, load - high * (np.ceil(load / high - _TINY) - 1), 0.0)
        stronger = np.where(kinds[:, None], inside > forgiven[:, None] + _TINY, False)
        if low > 0:
            rest = low - np.maximum(0.0, load - low * np.floor(load / low + _TINY))
            outside = typical.sum(axis=1) - inside
            stronger |= ~kinds[:, None] & (outside < rest[:, None] - _TINY)
        chosen = np.zeros((kinds.size, kept.own.size), dtype=np.bool_)
        chosen[:, closed] = stronger
        return chosen


@dataclass(frozen=True, eq=False)
class _FractionalCover:
    """A linear choice of members: how much of each group is under each medoid that is open in it.

    Attributes
    ----------
    shares
        Shape (groups, open).
    opened
        How far each medoid is open, shape (open,).
    """

    shares: NDArray[np.float64]
    opened: NDArray[np.float64]
    loads: NDArray[np.float64]
    size: tuple[float, float]


@dataclass(frozen=True, eq=False)
class _ViolatedCut:
    """A cut that is broken: by how much, by which size, for which groups, by which of the open medoids."""

    amount: float
    by_greatest: bool
    groups: NDArray[np.bool_]
    medoids: list[int]


def _grown(part: _FractionalCover) -> list[_ViolatedCut]:
    """Grow sets of medoids from each that is open in part, by those that share groups with them."""
    found: list[_ViolatedCut] = []
    overlap = part.shares.T @ part.shares
    for start in np.flatnonzero(((part.shares > _TINY) & (part.shares < 1 - _TINY)).any(axis=0)).tolist():
        inside, served, links = [start], part.shares[:, start].copy(), overlap[start].copy()
        found += _breaches(part, inside, served)
        while len(inside) < CUTS.set_size:
            links[inside] = 0.0
            near = np.argsort(-links, kind="stable")[: CUTS.tried]
            near = near[links[near] > _TINY]
            if not near.size:
                break
            amounts = _amounts(
                part, served[:, None] + part.shares[:, near], part.opened[inside].sum() + part.opened[near]
            )
            worth = np.maximum(amounts[0].max(axis=0), amounts[1].max(axis=0)) + _TINY * links[near]
            chosen = int(near[worth.argmax()])
            inside = [*inside, chosen]
            served += part.shares[:, chosen]
            links += overlap[chosen]
            found += _breaches(part, inside, served)
    return found


def _amounts(
    part: _FractionalCover, served: NDArray[np.float64], opened: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """How far sets of medoids break the greatest and the least size, for the first so many groups that they serve.

    Parameters
    ----------
    served
        How much of each group each set serves, shape (groups, sets).
    opened
        How many clusters each set has, shape (sets,).

    Returns
    -------
    tuple
        Amounts for both sizes by number of groups, shape (groups + 1, sets), and the groups in order.
    """
    low, high = part.size
    order = np.argsort(-served, axis=0, kind="stable")
    most = int((served > _TINY).sum(axis=0).max())
    order = order[:most]
    there = np.take_along_axis(served, order, axis=0)
    nothing = np.zeros((1, opened.size))
    filled = np.concatenate([nothing, np.cumsum(part.loads[order], axis=0)])
    inside = np.concatenate([nothing, np.cumsum(part.loads[order] * there, axis=0)])
    scale = np.sqrt(filled + 1)
    above = np.zeros(filled.shape)
    if math.isfinite(high):
        needed = np.ceil(filled / high - _TINY)
        above = ((filled - high * (needed - 1)) * (needed - opened) - (filled - inside)) / scale
        above[0] = 0.0
    below = np.zeros(filled.shape)
    if low > 0:
        possible = np.floor(filled / low + _TINY)
        rest = np.maximum(0.0, filled - low * possible)
        below = ((low - rest) * (opened - possible) - (inside[-1] - inside)) / scale
    return above, below, order


def _breaches(part: _FractionalCover, inside: list[int], served: NDArray[np.float64]) -> list[_ViolatedCut]:
    """Return the worst cut of each kind that a set of medoids breaks."""
    above, below, order = _amounts(part, served[:, None], part.opened[inside].sum(keepdims=True))
    found = []
    for by_greatest, amounts in ((True, above), (False, below)):
        size = int(amounts.argmax())
        if amounts[size, 0] > CUTS.least_violated:
            groups = np.zeros(part.loads.size, dtype=np.bool_)
            groups[order[:size, 0]] = True
            found.append(_ViolatedCut(float(amounts[size, 0]), by_greatest, groups, inside))
    return found
