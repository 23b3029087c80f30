"""The p-median without sizes, proved: medoids are closed or held open until no better plan is left.

The Lagrangian prices of the root nearly settle which medoids can matter. What is left is split on one medoid
after another, the lowest floor first, each part with prices of its own; a part that needs few terms is given
to HiGHS as a whole, in the radius form of the model (Cornuéjols, Nemhauser and Wolsey, 1980).
"""

from __future__ import annotations

import heapq
import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.bound import DenseOracle, Relaxation, ascend, finish
from geo_partnerships.clustering.radius import RadiusModel
from geo_partnerships.clustering.rules import Count, Size

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.bound import Dual
    from geo_partnerships.clustering.problem import ClusterProblem, Effort

__all__ = ["Branched", "branch", "is_free"]

_ROUNDS = 6
_STEPS = 15
_FIRST_STEP = 0.5
_PATIENCE = 6
_SHRUNK = 0.9
_TERMS = 100


def is_free(problem: ClusterProblem) -> bool:
    """Whether a problem asks for a number of clusters and for nothing else."""
    return all(
        rule.binding and (isinstance(rule, Count) or (isinstance(rule, Size) and _is_vacuous(rule, problem.n)))
        for rule in problem.rules
    )


def _is_vacuous(rule: Size, n: int) -> bool:
    weights = rule.weights or (1.0,) * n
    return rule.minimum <= min(weights) and rule.maximum >= sum(weights)


@dataclass(frozen=True, eq=False)
class Branched:
    """The best medoids that were found and the floor that was proved.

    Attributes
    ----------
    medoids
        Open medoids of the best plan, ascending, shape (k,); None where none beats the plan known before.
    objective
        Its cost, or that of the plan known before.
    bound
        A floor under the cost of every plan.
    stopped
        Whether a limit or a cancellation ended the work.
    timed
        Whether the clock or a cancellation did.
    """

    medoids: NDArray[np.int64] | None
    objective: float
    bound: float
    stopped: bool = False
    timed: bool = False


@dataclass(frozen=True, eq=False)
class _Part:
    """Some of the plans: those without the medoids that are closed and with those that are held.

    Attributes
    ----------
    rows
        Medoids that may be open, ascending, shape (m,).
    held
        Which of them are open in every plan of the part, shape (m,).
    prices
        Prices of memberships, shape (n,).
    bound
        A floor under the plans of the part.
    """

    rows: NDArray[np.int64]
    held: NDArray[np.bool_]
    prices: NDArray[np.float64]
    bound: float

    def closing(self, where: int) -> _Part:
        """Return the plans in which the medoid at `where` is closed."""
        return replace(self, rows=np.delete(self.rows, where), held=np.delete(self.held, where))

    def holding(self, where: int) -> _Part:
        """Return the plans in which it is open."""
        held = self.held.copy()
        held[where] = True
        return replace(self, held=held)


class _Search:
    """Plans that are still open, and the best one so far."""

    def __init__(
        self,
        kept: Relaxation,
        objective: float,
        cutoff: Callable[[float], float],
        effort: Effort,
        seed: int,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self.cost = kept.cost
        self.n = kept.loads.size
        self.number = min(kept.count[1], kept.own.size)
        self.objective = objective
        self.medoids: NDArray[np.int64] | None = None
        self.cutoff = cutoff
        self.effort = effort
        self.seed = seed
        self.cancelled = cancelled
        self.began = time.monotonic()
        self.parts = 0

    @property
    def target(self) -> float:
        """The floor from which a part can be left: it holds no better plan."""
        return self.cutoff(self.objective)

    def offer(self, medoids: NDArray[np.int64]) -> None:
        """Take a plan if it is the best so far."""
        objective = float(self.cost[medoids].min(axis=0).sum())
        if objective < self.objective:
            self.objective, self.medoids = objective, np.sort(medoids)

    def seconds_left(self) -> float | None:
        """Seconds until the limit by the clock; None without one."""
        if self.effort.seconds is None:
            return None
        return self.effort.seconds - (time.monotonic() - self.began)

    def exhausted(self) -> tuple[bool, bool]:
        """Whether to stop, and whether the clock or a cancellation is the reason."""
        left = self.seconds_left()
        timed = (left is not None and left <= 0) or (self.cancelled is not None and self.cancelled())
        return timed or (self.effort.nodes is not None and self.parts >= self.effort.nodes), timed

    def relaxation(self, part: _Part) -> Relaxation:
        """Return what the Lagrangian keeps of a part."""
        return Relaxation(
            cost=self.cost[part.rows],
            own=part.rows,
            loads=np.ones(self.n),
            size=(0.0, math.inf),
            count=(self.number, self.number),
            memberships=np.ones(self.n),
        )

    def narrow(self, part: _Part, dual: Dual, kept: Relaxation) -> _Part | None:
        """Close and hold what a floor decides; None where no better plan is left."""
        rise = dual.bound + dual.rise[np.arange(part.rows.size), kept.own] - self.target
        held = part.held | (dual.bound + dual.closing >= self.target)
        stays = part.held | (rise < 0)
        if (held & ~stays).any() or stays.sum() < self.number or held.sum() > self.number:
            return None
        if held.sum() == self.number:
            stays = held
        rows, held = part.rows[stays], held[stays]
        if rows.size == self.number:
            self.offer(rows)
            return None
        return _Part(rows, held, dual.prices, max(part.bound, dual.bound))

    def settle(self, part: _Part) -> tuple[_Part | None, NDArray[np.float64]]:
        """Raise the floor of a part and narrow it, again while that decides much; also how often each was open."""
        usage = np.zeros(0)
        for _ in range(_ROUNDS):
            kept = self.relaxation(part)
            ascent = ascend(
                DenseOracle(kept),
                iterations=_STEPS,
                target=self.objective,
                start=part.prices,
                closed=lambda _, bound: bound >= self.target,
                held=part.held,
                first_step=_FIRST_STEP,
                patience=_PATIENCE,
            )
            if ascent.bound >= self.target:
                return None, usage
            narrowed = self.narrow(part, finish(kept, ascent.prices, part.held), kept)
            if narrowed is None:
                return None, usage
            usage = ascent.usage[np.isin(part.rows, narrowed.rows, assume_unique=True)]
            before = part.rows.size - int(part.held.sum())
            part = narrowed
            if part.rows.size - int(part.held.sum()) > _SHRUNK * before:
                break
        return part, usage

    def hand_over(self, part: _Part) -> tuple[float, bool, bool] | None:
        """Give a part to HiGHS if its model is small: its floor, whether that was stopped, and by the clock."""
        target = self.target
        model = RadiusModel.build(
            self.cost[part.rows], part.held, self.number, part.prices + (target - part.bound), most=_TERMS
        )
        if model is None:
            return None
        limits = replace(self.effort, seconds=None if (left := self.seconds_left()) is None else max(left, 0.01))
        outcome = model.solve(effort=limits, seed=self.seed, cancelled=self.cancelled)
        if outcome.opened is not None:
            self.offer(part.rows[outcome.opened])
        return max(part.bound, min(outcome.bound, target)), outcome.stopped, outcome.timed


def branch(
    kept: Relaxation,
    dual: Dual,
    *,
    objective: float,
    cutoff: Callable[[float], float],
    effort: Effort,
    seed: int = 0,
    improved: Callable[[float, float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Branched:
    """Find the best medoids where sizes are free.

    A medoid costs nothing for itself, so that as many are opened as may be.

    Parameters
    ----------
    kept
        Costs and number; groups are single items.
    dual
        Prices of memberships and the floor that they prove.
    objective
        Cost of a plan known from elsewhere, or infinity.
    cutoff
        Of the cost of a plan: the floor that proves that there is none better.
    effort
        Limits of parts and seconds.
    improved
        Called with the cost of the best plan and the floor whenever either changes.
    cancelled
        Polled at every part; returning True stops the work.
    """
    search = _Search(kept, objective, cutoff, effort, seed, cancelled)
    everything = _Part(kept.own, np.zeros(kept.own.size, dtype=bool), dual.prices, dual.bound)
    left = search.narrow(everything, dual, kept)
    queue: list[tuple[float, int, _Part]] = [] if left is None else [(left.bound, 0, left)]
    pushed, floor = 0, -math.inf
    while queue:
        bound, _, part = heapq.heappop(queue)
        if bound >= search.target:
            continue
        stop, timed = search.exhausted()
        if stop:
            return Branched(search.medoids, search.objective, bound, stopped=True, timed=timed)
        if improved is not None and bound > floor:
            floor = bound
            improved(search.objective, bound)
        search.parts += 1
        settled, usage = search.settle(part)
        if settled is None:
            continue
        handed = search.hand_over(settled)
        if handed is not None:
            bound, stopped, timed = handed
            if stopped:
                floors = [bound, *(open_bound for open_bound, _, _ in queue), search.target]
                return Branched(search.medoids, search.objective, min(floors), stopped=True, timed=timed)
            continue
        _offer_usage(search, settled, usage)
        where = _undecided(settled, usage)
        for child in (settled.holding(where), settled.closing(where)):
            pushed += 1
            heapq.heappush(queue, (child.bound, pushed, child))
    return Branched(search.medoids, search.objective, min(search.target, search.objective))


def _offer_usage(search: _Search, part: _Part, usage: NDArray[np.float64]) -> None:
    """Try the medoids that were open most."""
    order = np.argsort(-(usage + part.held), kind="stable")
    search.offer(part.rows[order[: search.number]])


def _undecided(part: _Part, usage: NDArray[np.float64]) -> int:
    """Position of the medoid of which the prices say least whether it is to be open."""
    doubt = np.where(part.held, np.inf, np.abs(usage - 0.5))
    return int(doubt.argmin())
