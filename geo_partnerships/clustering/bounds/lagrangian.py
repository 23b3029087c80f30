"""A floor under the cost of every clustering, from the Lagrangian that prices each membership.

Memberships are priced, so each medoid chooses its members on its own: its own group, as many as the least
size asks for, and those that pay for themselves up to the greatest size. The cheapest medoids are opened.
Rules other than number and size are dropped, which can only lower the floor: it holds for every problem.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.rules import Size
from geo_partnerships.clustering.work import spend

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled

__all__ = [
    "Ascent",
    "Choice",
    "DenseOracle",
    "Dual",
    "Oracle",
    "Relaxation",
    "choose",
    "finish",
    "open_medoids",
    "relax",
    "subgradient_ascent",
]

ASCENT = PARAMETERS.ascent

_NOTHING = 1e-12
_NO_LOAD = 1e-12
_ENTRY = 2e-8


@dataclass(frozen=True, eq=False)
class Relaxation:
    """What the Lagrangian keeps of a problem.

    Attributes
    ----------
    cost
        Cost of each group under each medoid, shape (n, groups): one row a medoid.
    own
        Group of each medoid, shape (n,).
    loads
        Size of each group, shape (groups,).
    size
        Least and greatest load of a cluster.
    count
        Fewest and most clusters.
    memberships
        How many clusters each group must be in, shape (groups,).
    """

    cost: NDArray[np.float64]
    own: NDArray[np.int64]
    loads: NDArray[np.float64]
    size: tuple[float, float]
    count: tuple[int, int]
    memberships: NDArray[np.float64]

    @cached_property
    def is_free(self) -> bool:
        """Whether the sizes leave every medoid free to take whom it likes."""
        return self.size[0] <= float(self.loads[self.own].min()) and self.size[1] >= float(self.loads.sum())


@dataclass(frozen=True, eq=False)
class Dual:
    """Prices of memberships and the floor they prove.

    Attributes
    ----------
    prices
        Price of a membership of each group, shape (groups,).
    bound
        The floor.
    rise
        By how much, at least, the floor rises if an arc is used, shape (n, groups).
    closing
        By how much, at least, the floor rises if a medoid is closed, shape (n,).
    """

    prices: NDArray[np.float64]
    bound: float
    reduced_cost: NDArray[np.float64]
    closing: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ascent:
    """Where an ascent ended.

    Attributes
    ----------
    prices
        The best prices of memberships, shape (groups,).
    bound
        The floor they give.
    usage
        How often each medoid was open over the last steps, from 0 to 1, shape (n,).
    step
        Length of the last step, as a share of what was left to the target.
    """

    prices: NDArray[np.float64]
    bound: float
    usage: NDArray[np.float64]
    step: float


class Oracle(Protocol):
    """What an ascent asks: the reduced values of medoids at given prices, and what their choices leave over."""

    count: tuple[int, int]
    memberships: NDArray[np.float64]
    beyond: float
    """What the floor has besides memberships and reduced values, at the prices last asked for."""

    def first_prices(self) -> NDArray[np.float64]:
        """Prices to begin from, shape (groups,)."""

    def reduced_values(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Reduced value of every medoid at given prices, shape (n,)."""

    def subgradient(self, prices: NDArray[np.float64], opened: NDArray[np.int64]) -> NDArray[np.float64]:
        """Memberships each group lacks under the open medoids at the prices last asked for."""

    def clip(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Prices within what the oracle can answer for."""


class DenseOracle:
    """An oracle that looks at every arc with NumPy."""

    beyond = 0.0

    def __init__(self, kept: Relaxation) -> None:
        self.kept = kept
        self.count = kept.count
        self.memberships = kept.memberships
        self.dearest: NDArray[np.float64] | None = None

    def first_prices(self) -> NDArray[np.float64]:
        """Begin from the cost of each group under about the second of the medoids it would meet."""
        apart = self.kept.own.size // max(self.count[1], 1)
        rank = min(max(2, apart) // 2, self.kept.own.size - 1)
        return np.asarray(np.partition(self.kept.cost, rank, axis=0)[rank].copy())

    def reduced_values(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Reduced value of every medoid at given prices, shape (n,)."""
        spend(_ENTRY * self.kept.cost.size)
        values, self.dearest = _reduced_values(self.kept, prices)
        return values

    def clip(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Prices as they are: every arc is looked at."""
        return prices

    def subgradient(self, prices: NDArray[np.float64], opened: NDArray[np.int64]) -> NDArray[np.float64]:
        """Memberships each group lacks under the open medoids."""
        return _subgradient(self.kept, prices, opened, self.dearest)


def relax(compiled: Compiled) -> Relaxation:
    """Keep number and sizes of a problem and drop its other rules."""
    sizes = sorted(compiled.of(Size), key=lambda rule: rule.weights is not None)
    low, high = 0.0, math.inf
    weights = np.ones(compiled.n)
    if sizes:
        rule = sizes[0]
        low, high = rule.minimum, rule.maximum
        weights = rule.loads(compiled.n)
    return Relaxation(
        cost=np.ascontiguousarray(compiled.group_cost.T),
        own=compiled.group_of,
        loads=compiled.group_sum(weights),
        size=(low, high),
        count=compiled.count,
        memberships=np.ones(compiled.size),
    )


@dataclass(frozen=True, eq=False)
class Choice:
    """What some medoids would take at given prices.

    Attributes
    ----------
    values
        Reduced value of each medoid with all it takes.
    share
        How much of each group it takes, from 0 to 1, shape (medoids, groups).
    critical
        Unit price at which its size binds: what another unit of load would have to beat.
    """

    values: NDArray[np.float64]
    share: NDArray[np.float64]
    critical: NDArray[np.float64]


def choose(kept: Relaxation, prices: NDArray[np.float64], rows: NDArray[np.int64]) -> Choice:
    """Let the medoids of `rows` fill themselves: a continuous knapsack each.

    A group without a load is taken wherever it pays for itself, full or not.
    """
    reduced = kept.cost[rows] - prices
    own = kept.own[rows]
    lines = np.arange(rows.size)
    if kept.is_free:
        share = (reduced < 0).astype(np.float64)
        share[lines, own] = 1.0
        return Choice((share * reduced).sum(axis=1), share, np.zeros(rows.size))
    loads = np.maximum(kept.loads, _NO_LOAD)
    unit = reduced / loads
    unit[lines, own] = -np.inf
    order = np.argsort(unit, axis=1, kind="stable")
    unit = np.take_along_axis(unit, order, axis=1)
    weight = loads[order]
    before = np.cumsum(weight, axis=1) - weight
    low, high = kept.size
    ordered = np.clip((np.where(unit < 0, high, low) - before) / weight, 0.0, 1.0)
    ordered[:, 0] = 1.0
    share = np.zeros_like(reduced)
    np.put_along_axis(share, order, ordered, axis=1)
    light = kept.loads <= _NO_LOAD
    if light.any():
        share[:, light] = reduced[:, light] < 0
        share[lines, own] = 1.0
    taken = (ordered > 0).sum(axis=1)
    last = np.where(taken > 1, unit[lines, taken - 1], 0.0)
    filled = (ordered * weight).sum(axis=1)
    critical = np.where(filled >= high - 1e-9, np.minimum(last, 0.0), 0.0)
    critical = np.where((filled <= low + 1e-9) & (last > 0), last, critical)
    return Choice((share * reduced).sum(axis=1), share, critical)


def _reduced_values(
    kept: Relaxation, prices: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """Reduced value of every medoid at given prices, shape (n,), and how dear a group it would still take.

    The second is known where all groups have a load of 1, and None elsewhere.
    """
    if kept.is_free:
        return _free_reduced_values(kept, prices), np.zeros(kept.own.size)
    low, high = kept.size
    if (kept.loads != 1).any():
        return choose(kept, prices, np.arange(kept.own.size)).values, None
    lines = np.arange(kept.own.size)
    reduced = kept.cost - prices
    base = reduced[lines, kept.own].copy()
    reduced[lines, kept.own] = np.inf
    most = kept.loads.size - 1
    least = min(max(math.ceil(low) - 1, 0), most)
    most = max(least, int(min(high - 1, most)))
    if most < reduced.shape[1]:
        reduced = np.partition(reduced, most, axis=1)[:, :most]
    reduced.sort(axis=1)
    values = base + reduced[:, :least].sum(axis=1)
    if most > least:
        values += np.minimum(reduced[:, least:most], 0.0).sum(axis=1)
    dearest = np.minimum(reduced[:, most - 1], 0.0) if most else np.full(lines.size, -np.inf)
    if least:
        dearest = np.maximum(dearest, reduced[:, least - 1])
    return values, dearest


def _free_reduced_values(kept: Relaxation, prices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Reduced value of every medoid that takes all who pay for themselves, shape (n,)."""
    reduced = kept.cost - prices
    unpaid = np.maximum(reduced[np.arange(kept.own.size), kept.own], 0.0)
    np.minimum(reduced, 0.0, out=reduced)
    return np.asarray(reduced.sum(axis=1) + unpaid)


def _subgradient(
    kept: Relaxation,
    prices: NDArray[np.float64],
    opened: NDArray[np.int64],
    dearest: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    """Memberships each group lacks under the open medoids; below 0 where it has too many."""
    if dearest is None:
        return np.asarray(kept.memberships - choose(kept, prices, opened).share.sum(axis=0))
    taken = kept.cost[opened] - prices <= dearest[opened, None]
    taken[np.arange(opened.size), kept.own[opened]] = True
    return np.asarray(kept.memberships - taken.sum(axis=0))


def open_medoids(
    count: tuple[int, int], values: NDArray[np.float64], held: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.int64], float, float]:
    """Open the cheapest medoids; return them, what another must beat, and what closing one must beat.

    Those that are `held`, shape (n,), are open whatever their reduced value.
    """
    if held is not None and held.any():
        rest = np.flatnonzero(~held)
        kept = held.size - rest.size
        if kept == count[1] or not rest.size:
            return np.flatnonzero(held), -math.inf, math.inf
        least = max(count[0] - kept, 0)
        cheapest, enter, leave = open_medoids((least, count[1] - kept), values[rest])
        return np.concatenate([np.flatnonzero(held), rest[cheapest]]), enter, leave
    order = np.argsort(values, kind="stable")
    fewest, most = count
    worthwhile = int((values < 0).sum())
    number = min(max(fewest, worthwhile), most, values.size)
    enter = values[order[number - 1]] if number and number in {fewest, most} else 0.0
    if number == most < worthwhile or number == fewest >= worthwhile:
        leave = values[order[number]] if number < values.size else math.inf
    else:
        leave = 0.0
    if number == most and worthwhile <= most and number > fewest:
        enter = min(enter, 0.0)
    return order[:number], float(enter), float(leave)


def subgradient_ascent(  # noqa: PLR0913 - how far to go, and when to ask
    kept: Oracle,
    *,
    iterations: int,
    target: float,
    start: NDArray[np.float64] | None = None,
    suggest: Callable[[NDArray[np.int64], NDArray[np.float64]], float] | None = None,
    closed: Callable[[float, float], bool] | None = None,
    held: NDArray[np.bool_] | None = None,
    first_step: float = 1.0,
    patience: int = ASCENT.patience,
    memory: float = ASCENT.memory,
    settled: float = ASCENT.settled,
    reach: float = ASCENT.reach,
) -> Ascent:
    """Raise the floor step by step.

    Parameters
    ----------
    iterations
        How many steps to take at most.
    target
        A value the floor cannot pass by much: the cost of a plan, or a guess.
    start
        Prices to begin from, shape (groups,).
    suggest
        Called with promising open medoids and the prices; returns the cost of the best plan so far.
    closed
        Called with target and floor; whether nothing is left to gain.
    held
        Medoids that are open whatever their reduced value, shape (n,).
    first_step
        Length of the first step, as a share of what is left to the target.
    patience
        After so many steps that gain nothing, steps become shorter.
    memory
        How much of the last direction stays in the next.
    settled
        Whether a series of steps gained less than this share of what is left is reviewed; if so, it ends.
    reach
        How far above the best floor to aim where there is no target, as a share of it.
    """
    prices = kept.first_prices() if start is None else start.copy()
    best, best_prices = -math.inf, prices
    direction = np.zeros_like(prices)
    step, stale, reviewed = first_step, 0, -math.inf
    usage: NDArray[np.float64] | None = None
    for iteration in range(max(1, iterations)):
        values = kept.reduced_values(prices)
        opened, _, _ = open_medoids(kept.count, values, held)
        bound = float(kept.memberships @ prices + values[opened].sum()) + kept.beyond
        subgradient = kept.subgradient(prices, opened)
        usage = np.zeros(values.size) if usage is None else usage * (1 - 1 / ASCENT.usage)
        usage[opened] += 1 / ASCENT.usage
        if bound > best + 1e-9 * abs(best) if math.isfinite(best) else True:
            best, best_prices, stale = bound, prices, 0
        else:
            stale += 1
        if suggest is not None and iteration % ASCENT.asking == ASCENT.asking - 1:
            target = min(target, suggest(opened, prices))
        if closed is not None and closed(target, best):
            break
        aim = target if math.isfinite(target) else best + reach * abs(best)
        if iteration % ASCENT.review == ASCENT.review - 1:
            if best - reviewed < settled * (aim - best):
                break
            reviewed = best
        if stale >= patience:
            step, stale = step / 2, 0
            prices, direction = best_prices, np.zeros_like(prices)
            if step < ASCENT.smallest_step:
                break
        direction = subgradient + memory * direction
        norm = float(direction @ direction)
        if norm < _NOTHING:
            break
        length = step * max(aim - bound, 1e-6 * abs(bound) + 1e-12) / norm
        prices = kept.clip(prices + length * direction)
    return Ascent(best_prices, best, np.zeros(0) if usage is None else usage, step)


def finish(kept: Relaxation, prices: NDArray[np.float64], held: NDArray[np.bool_] | None = None) -> Dual:
    """Evaluate the floor at `prices` and what each arc would add to it; medoids that are `held` stay open."""
    choice = choose(kept, prices, np.arange(kept.own.size))
    opened, enter, leave = open_medoids(kept.count, choice.values, held)
    bound = float(kept.memberships @ prices + choice.values[opened].sum())
    reduced = kept.cost - prices - choice.critical[:, None] * kept.loads
    reduced_cost = np.where(choice.share > 0, 0.0, np.maximum(reduced, 0.0))
    opening = np.maximum(choice.values - enter, 0.0)
    opening[opened] = 0.0
    closing = np.zeros(kept.own.size)
    closing[opened] = np.maximum(leave - choice.values[opened], 0.0)
    return Dual(prices, bound, reduced_cost + opening[:, None], closing)
