"""A floor by whole clusters: memberships are priced, and each medoid chooses members that keep every rule.

A rule that speaks of one cluster at a time is kept by the choice itself, so the floor is higher than that of a
linear relaxation over single memberships (Baldacci, Hadjiconstantinou, Maniezzo and Mingozzi, 2002, take it for
capacities alone). What it says of single arcs leaves few of them to be looked at.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import highspy
import numpy as np

from geo_partnerships.clustering.bound import open_medoids
from geo_partnerships.clustering.compiled import flattened
from geo_partnerships.clustering.milp import quiet_solver
from geo_partnerships.clustering.rules import (
    Balance,
    CannotLink,
    Districts,
    Guarantee,
    Leaders,
    MustLink,
    Pinned,
    Size,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled

__all__ = ["floor_by_columns", "is_columnar"]

_STATES = 4000
_ROUNDS = 150
_HELD = 0.6
_CONVERGED = 2e-4
_BEYOND = 1.0
_BOX, _BOXES = 0.5, 6
_LARGEST = 20
_SPAN = 0.03


@dataclass(frozen=True, eq=False)
class Column:
    """One cluster.

    Attributes
    ----------
    groups
        Who is in it.
    cost
        What it costs, with what wishes that do not come true cost.
    led
        Whether it has a leader, or none is asked for.
    kept
        Which guarantees of groups in two clusters it keeps.
    """

    groups: tuple[int, ...]
    cost: float
    led: bool
    kept: tuple[int, ...] = ()


def is_columnar(compiled: Compiled) -> bool:
    """Whether every rule speaks of the number of clusters or of one cluster at a time, and clusters are small."""
    sizes = compiled.of(Size)
    preferred = (Districts, Guarantee, Leaders)
    return (
        all(rule.binding or isinstance(rule, preferred) for rule in compiled.problem.rules)
        and all(rule.binding or not compiled.twice[compiled.group_of[rule.item]] for rule in compiled.of(Guarantee))
        and _is_anchored(compiled)
        and not any(rule.strict for rule in compiled.of(Districts))
        and len(compiled.of(Leaders)) <= 1
        and len(sizes) == 1
        and compiled.count[0] * _LARGEST >= compiled.n
        and all(rule.minimum is None and rule.maximum is None for rule in compiled.of(Pinned))
        and all(rule.weights is None for rule in sizes)
    )


@dataclass(eq=False)
class _Rules:
    """The rules within a cluster, as the compiled search takes them."""

    load: NDArray[np.float64]
    low: float
    high: float
    foes: NDArray[np.int64]
    foe_starts: NDArray[np.int64]
    wishers: NDArray[np.int64]
    wished: NDArray[np.int64]
    wished_starts: NDArray[np.int64]
    tolls: NDArray[np.float64]
    tallies: NDArray[np.float64]
    least: NDArray[np.float64]
    most: NDArray[np.float64]
    leading: int = -1
    either: tuple[int, ...] = ()

    @classmethod
    def of(cls, compiled: Compiled) -> _Rules:
        """Gather the rules by group."""
        size = compiled.of(Size)[0]
        wishes = list(_wishes(compiled))
        either = tuple(w for w, (wisher, _, toll) in enumerate(wishes) if compiled.twice[wisher] and toll == 0)
        tallies = [
            (compiled.group_sum(_members(compiled.n, rule.items)), rule.minimum, rule.maximum)
            for rule in compiled.of(Balance)
        ]
        foes = _foes(compiled)
        leaders = compiled.of(Leaders)
        leading = -1
        if leaders:
            leading = len(wishes)
            groups = compiled.members(leaders[0].items).tolist() if leaders[0].items else []
            wishes.append((-1, groups, math.inf if leaders[0].binding else 0.0))
        wished, wished_starts = flattened([named for _, named, _ in wishes])
        flat, starts = flattened(foes)
        return cls(
            load=compiled.group_sum(np.ones(compiled.n)),
            low=float(size.minimum),
            high=float(size.maximum),
            foes=flat,
            foe_starts=starts,
            wishers=np.array([wisher for wisher, _, _ in wishes], dtype=np.int64),
            wished=wished,
            wished_starts=wished_starts,
            tolls=np.array([toll for _, _, toll in wishes], dtype=np.float64),
            tallies=np.array([row for row, _, _ in tallies]).reshape(len(tallies), compiled.size),
            least=np.array([low for _, low, _ in tallies], dtype=np.float64),
            most=np.array([np.inf if high is None else high for _, _, high in tallies], dtype=np.float64),
            leading=leading,
            either=either,
        )

    def arguments(self) -> tuple[object, ...]:
        """In the order of the compiled search."""
        return (
            self.load, self.low, self.high, self.foes, self.foe_starts, self.wishers, self.wished, self.wished_starts,
            self.tolls, self.tallies, self.least, self.most,
        )  # fmt: skip

    def comes_true(self, w: int, groups: NDArray[np.bool_]) -> bool:
        """Whether one of those wished for is in a cluster."""
        return bool(groups[self.wished[self.wished_starts[w] : self.wished_starts[w + 1]]].any())

    def price(self, groups: NDArray[np.bool_]) -> float:
        """What wishes that do not come true cost a cluster; tolls that the search sets are left out."""
        total = 0.0
        for w, wisher in enumerate(self.wishers):
            if w != self.leading and w not in self.either and groups[wisher] and not self.comes_true(w, groups):
                total += self.tolls[w]
        return total

    def column(self, groups: NDArray[np.bool_], costs: NDArray[np.float64]) -> Column:
        """Make a cluster of what a medoid has chosen; `costs` are those of each group under it."""
        chosen = np.flatnonzero(groups)
        kept = tuple(
            number for number, w in enumerate(self.either) if groups[self.wishers[w]] and self.comes_true(w, groups)
        )
        cost = float(costs[chosen].sum()) + self.price(groups)
        return Column(tuple(chosen.tolist()), cost, self.is_led(groups), kept)

    def is_led(self, groups: NDArray[np.bool_]) -> bool:
        """Whether a cluster has a leader, or none is asked for."""
        return self.leading < 0 or self.comes_true(self.leading, groups)


def _members(n: int, items: tuple[int, ...]) -> NDArray[np.float64]:
    weights = np.zeros(n)
    weights[list(items)] = 1.0
    return weights


def _wishes(compiled: Compiled) -> list[tuple[int, list[int], float]]:
    """Guarantees between groups; those of items in two clusters are met in either, so they cost one nothing yet."""
    wishes = []
    for rule in compiled.of(Guarantee):
        group = int(compiled.group_of[rule.item])
        named = compiled.members(set(rule.named) - {rule.item}).tolist() if set(rule.named) - {rule.item} else []
        if group not in named:
            toll = 0.0 if compiled.twice[group] else math.inf if rule.binding else rule.weight
            wishes.append((group, named, toll))
    return wishes + [(group, [other], math.inf) for group, other in _followers(compiled)]


def _followers(compiled: Compiled) -> Iterator[tuple[int, int]]:
    """Groups that must be where a group of two clusters is: linked to it, or pinned to one label with it."""
    twice, group_of = compiled.twice, compiled.group_of
    for link in compiled.of(MustLink):
        for a, b in itertools.permutations(link.items, 2):
            if twice[group_of[b]]:
                yield int(group_of[a]), int(group_of[b])
    anchors = {
        pin.label: int(group_of[item]) for pin in compiled.of(Pinned) for item in pin.items if not twice[group_of[item]]
    }
    for pin in compiled.of(Pinned):
        for item in pin.items:
            if twice[group_of[item]]:
                yield anchors[pin.label], int(group_of[item])


def _is_anchored(compiled: Compiled) -> bool:
    """Whether every pinned label has an item that is in one cluster only."""
    twice, group_of = compiled.twice, compiled.group_of
    labels = {pin.label for pin in compiled.of(Pinned)}
    anchored = {pin.label for pin in compiled.of(Pinned) if any(not twice[group_of[item]] for item in pin.items)}
    return labels == anchored


def _foes(compiled: Compiled) -> list[list[int]]:
    """Groups that must not meet: kept apart, or pinned to different clusters."""
    foes: list[set[int]] = [set() for _ in range(compiled.size)]
    for apart in compiled.of(CannotLink):
        for a, b in itertools.permutations(compiled.members(apart.items).tolist(), 2):
            foes[a].add(b)
    pins = compiled.of(Pinned)
    for one, other in itertools.permutations(pins, 2):
        if one.label != other.label:
            for a in compiled.members(one.items).tolist():
                foes[a] |= set(compiled.members(other.items).tolist())
    return [sorted(found) for found in foes]


class _Master:
    """The linear choice among the clusters known so far, kept warm as they are added."""

    def __init__(self, compiled: Compiled, limit: int, either: int, dear: float) -> None:
        self.groups = compiled.size
        self.solver = quiet_solver()
        needed = compiled.least_memberships
        infinity = highspy.kHighsInf
        for count in needed:
            self.solver.addRow(float(count), float(count), 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        low, high = compiled.count
        self.solver.addRow(float(low), float(high), 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        self.solver.addRow(-infinity, float(limit), 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        for _ in range(either):
            self.solver.addRow(1.0, infinity, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        for g in range(self.groups):
            for sign in (1.0, -1.0):
                self.solver.addCol(0.0, 0.0, infinity, 1, np.array([g], dtype=np.int32), np.full(1, sign))
        self.solver.addCol(0.0, 0.0, infinity, 1, np.array([self.groups + 1], dtype=np.int32), np.full(1, -1.0))
        self.solver.addCol(dear, 0.0, infinity, 1, np.array([self.groups], dtype=np.int32), np.ones(1))
        for number in range(either):
            row = np.array([self.groups + 2 + number], dtype=np.int32)
            self.solver.addCol(dear, 0.0, infinity, 1, row, np.ones(1))

    def hold(self, prices: NDArray[np.float64], tolls: NDArray[np.float64], width: float) -> None:
        """Keep the prices within `width` of what they are: beyond, a membership is bought or sold for money."""
        for g in range(self.groups):
            self.solver.changeColCost(2 * g, float(prices[g] + width))
            self.solver.changeColCost(2 * g + 1, float(width - prices[g]))
        self.solver.changeColCost(2 * self.groups, float(tolls[0]) + width)

    def is_held(self) -> bool:
        """Whether the last solution runs into the limits of its prices."""
        values = self.solver.getSolution().col_value[: 2 * self.groups + 2]
        return bool(max(values) > 1e-7)  # noqa: PLR2004

    def add(self, columns: list[Column]) -> None:
        """Add clusters."""
        for column in columns:
            rows = [*column.groups, self.groups, *([] if column.led else [self.groups + 1])]
            rows += [self.groups + 2 + number for number in column.kept]
            self.solver.addCol(
                column.cost, 0.0, highspy.kHighsInf, len(rows), np.array(rows, dtype=np.int32), np.ones(len(rows))
            )

    def solve(self) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
        """Value of the choice, the price of a membership of each group, and the tolls.

        Tolls are those of a missing leader and of each guarantee of a group in two clusters.
        """
        self.solver.run()
        duals = np.array(self.solver.getSolution().row_dual)
        value = float(self.solver.getInfo().objective_function_value)
        tolls = np.maximum(0.0, np.concatenate([[-duals[self.groups + 1]], duals[self.groups + 2 :]]))
        return value, duals[: self.groups], tolls


def _by_group(compiled: Compiled, duals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Prices of memberships by group from those of the rows of the whole model, which puts doubled groups last."""
    prices = np.zeros(compiled.size)
    prices[np.concatenate([np.flatnonzero(~compiled.twice), np.flatnonzero(compiled.twice)])] = duals[: compiled.size]
    return prices


@dataclass(eq=False)
class _Proof:
    """A floor from whole clusters, and the clusters met on the way."""

    compiled: Compiled
    limit: int
    duals: NDArray[np.float64]
    late: Callable[[], bool]
    rules: _Rules = field(init=False)
    cost: NDArray[np.float64] = field(init=False)
    met: set[tuple[int, bytes]] = field(default_factory=set, init=False)
    prices: NDArray[np.float64] = field(init=False)
    tolls: NDArray[np.float64] = field(init=False)
    typical: float = field(init=False)
    floor: float = field(default=-math.inf, init=False)
    cheapest: list[int] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        """Begin from the prices of the linear relaxation of single memberships."""
        self.rules = _Rules.of(self.compiled)
        self.cost = np.ascontiguousarray(self.compiled.group_cost)
        self.prices = _by_group(self.compiled, self.duals)
        self.tolls = np.zeros(1 + len(self.rules.either))
        if self.compiled.of(Leaders, binding=False):
            self.tolls[0] = max(0.0, -float(self.duals[-1]))
        self.typical = max(float(self.prices.mean()), 1e-6)

    def worths(
        self, prices: NDArray[np.float64], tolls: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], dict[int, NDArray[np.bool_]]]:
        """Worth of every medoid; exact, with its members, for those cheap enough to be opened."""
        from geo_partnerships.clustering import column_kernels as kernels  # noqa: PLC0415 - compiled

        rules, own = self.rules, self.compiled.group_of
        prices = self._charged(prices, tolls)
        worths = kernels.relaxed_worths(self.cost, prices, own, rules.load, rules.low, rules.high)
        members: dict[int, NDArray[np.bool_]] = {}
        exact: list[tuple[float, int]] = []
        most = min(self.compiled.count[1], worths.size)
        waiting = [*self.cheapest, *np.argsort(worths, kind="stable").tolist()]
        for j in dict.fromkeys(waiting):
            cutoff = exact[most - 1][0] + _BEYOND * self.typical if len(exact) >= most else math.inf
            if worths[j] >= cutoff:
                continue
            chosen = np.zeros(self.compiled.size, dtype=np.bool_)
            column = np.ascontiguousarray(self.cost[:, j])
            worths[j], sure = kernels.choose_members(
                column, prices, own[j], own[j], *rules.arguments(), _STATES, cutoff, chosen
            )
            members[j] = chosen
            if sure:
                exact = sorted([*exact, (float(worths[j]), j)])
        self.cheapest = [j for _, j in exact[:most]]
        return worths, members

    def _charged(self, prices: NDArray[np.float64], tolls: NDArray[np.float64]) -> NDArray[np.float64]:
        """Put the tolls into the rules; a group whose guarantee either of its clusters may keep is paid for it."""
        rules = self.rules
        if rules.leading >= 0 and math.isfinite(rules.tolls[rules.leading]):
            rules.tolls[rules.leading] = tolls[0]
        prices = prices.copy()
        for w, toll in zip(rules.either, tolls[1:], strict=True):
            rules.tolls[w] = toll
            prices[rules.wishers[w]] += toll
        return prices

    def generate(self, rounds: int) -> None:
        """Raise the floor by columns: the prices of those known say which others would help (Gilmore and Gomory, 1961).

        Prices are held back towards those of the best floor, without which they would swing (Wentges, 1997).
        """
        dear = 4.0 * float(self.cost.max()) * self.compiled.size
        master = _Master(self.compiled, self.limit, len(self.rules.either), dear)
        for box in range(_BOXES):
            master.hold(self.prices, self.tolls, _BOX * self.typical)
            before = self.floor
            self._generate_within(master, rounds)
            if self.late() or not master.is_held() or (box and self.floor - before <= _CONVERGED * abs(before)):
                return

    def _generate_within(self, master: _Master, rounds: int) -> None:
        needed = self.compiled.least_memberships
        held = _HELD
        asked, tolls = self.prices, self.tolls
        for _ in range(rounds):
            worths, members = self.worths(asked, tolls)
            opened, _, _ = open_medoids(self.compiled.count, worths)
            bound = float(needed @ asked + worths[opened].sum() - tolls[0] * self.limit + tolls[1:].sum())
            if bound > self.floor:
                self.floor, self.prices, self.tolls = bound, asked, tolls
            new = self._new(members)
            if not new and held == 0.0:
                return
            master.add(new)
            held = _HELD if new else 0.0
            value, duals, rates = master.solve()
            if value - self.floor <= _CONVERGED * abs(value) or self.late():
                return
            asked = held * self.prices + (1 - held) * duals
            tolls = held * self.tolls + (1 - held) * rates

    def _new(self, members: dict[int, NDArray[np.bool_]]) -> list[Column]:
        """Make clusters of what medoids have chosen, as far as they were not met before."""
        new = []
        for j, groups in members.items():
            key = (j, groups.tobytes())
            if groups.any() and key not in self.met:
                self.met.add(key)
                new.append(self.rules.column(groups, self.cost[:, j]))
        return new

    def rises(self) -> NDArray[np.float64]:
        """By how much, at least, the floor rises when a group is under a medoid, shape (groups, n)."""
        from geo_partnerships.clustering import column_kernels as kernels  # noqa: PLC0415 - compiled

        rules, own = self.rules, self.compiled.group_of
        worths, _ = self.worths(self.prices, self.tolls)
        opened, enter, _ = open_medoids(self.compiled.count, worths)
        prices = self._charged(self.prices, self.tolls)
        base = np.full(worths.size, enter)
        base[opened] = worths[opened]
        cutoff = base + _SPAN * abs(self.floor)
        rises = np.empty(self.cost.shape)
        for j in range(worths.size):
            if worths[j] >= cutoff[j]:
                rises[:, j] = worths[j] - base[j]
                continue
            column = np.ascontiguousarray(self.cost[:, j])
            found = kernels.arc_worths(column, prices, own[j], *rules.arguments(), _STATES, cutoff[j], worths[j])
            rises[:, j] = np.maximum(0.0, found - base[j])
        return rises


def floor_by_columns(
    compiled: Compiled,
    limit: int,
    duals: NDArray[np.float64],
    *,
    late: Callable[[], bool],
) -> tuple[float, NDArray[np.float64]]:
    """Find a floor from whole clusters, and by how much it rises with each arc, shape (groups, n).

    Parameters
    ----------
    limit
        How many clusters may be without a leader.
    duals
        Price of each row of the whole model in its linear relaxation, that of the limit last.
    late
        Polled now and then; once it returns True, the best floor so far is returned.
    """
    proof = _Proof(compiled, limit, duals, late)
    proof.generate(_ROUNDS)
    return proof.floor, proof.rises()
