"""The p-median, proved: medoids are closed or held open until no better plan is left.

The Lagrangian prices of the root nearly settle which medoids can matter. What is left is split on one medoid
after another, the lowest floor first, each part with prices of its own; a part that needs few terms is given
to HiGHS as a whole, in the radius form of the model (Cornuéjols, Nemhauser and Wolsey, 1980).
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.bounds.lagrangian import DenseOracle, Relaxation, finish, subgradient_ascent
from geo_partnerships.clustering.exact.given_medoids import swap_medoids
from geo_partnerships.clustering.exact.p_median_radius_model import RadiusModel
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.rules import Count, Size
from geo_partnerships.clustering.work import Patience

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.bounds.lagrangian import Ascent, Dual
    from geo_partnerships.clustering.problem import ClusterProblem, Effort

__all__ = ["Branched", "branch", "is_free"]

MEDIAN = PARAMETERS.median


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
    """

    medoids: NDArray[np.int64] | None
    objective: float
    bound: float
    stopped: bool = False


@dataclass(frozen=True, eq=False)
class _Node:
    """Some of the plans: those without the medoids that are closed and with those that are held.

    Attributes
    ----------
    rows
        Medoids that may be open, by their place among those that are given, ascending, shape (m,).
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

    @property
    def undecided(self) -> int:
        """How many medoids may be open or closed."""
        return self.rows.size - int(self.held.sum())

    def closing(self, where: int) -> _Node:
        """Return the plans in which the medoid at `where` is closed."""
        return replace(self, rows=np.delete(self.rows, where), held=np.delete(self.held, where))

    def holding(self, where: int) -> _Node:
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
        improved: Callable[[float, float], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self.kept = kept
        self.cost = kept.cost
        self.n = kept.loads.size
        self.number = min(kept.count[1], kept.own.size)
        self.objective = objective
        self.medoids: NDArray[np.int64] | None = None
        self.cutoff = cutoff
        self.effort = effort
        self.seed = seed
        self.improved = improved
        self.patience = Patience(effort.seconds, cancelled)
        self.queue: list[tuple[float, int, _Node]] = []
        self.pushed = self.parts = 0
        self.left_behind = self.tried = math.inf
        self.stopped = False

    @property
    def target(self) -> float:
        """The floor from which a part can be left: it holds no better plan."""
        return self.cutoff(self.objective)

    def offer(self, medoids: NDArray[np.int64]) -> None:
        """Take a plan if it is the best so far."""
        objective = float(self.cost[medoids].min(axis=0).sum())
        if objective < self.objective:
            self.objective, self.medoids = objective, np.sort(medoids)

    def offer_usage(self, part: _Node, usage: NDArray[np.float64]) -> None:
        """Try the medoids that were open most, and better ones where they are the best tried so far."""
        order = np.argsort(-(usage + part.held), kind="stable")[: self.number]
        cost = self.cost[part.rows]
        tried = float(cost[order].min(axis=0).sum())
        if tried < self.tried:
            self.tried = tried
            order = swap_medoids(cost.T, order)
        self.offer(part.rows[order])

    def relaxation(self, part: _Node) -> Relaxation:
        """Return what the Lagrangian keeps of a part."""
        own = self.kept.own[part.rows]
        return replace(self.kept, cost=self.cost[part.rows], own=own, count=(self.number, self.number))

    def narrow(self, part: _Node, dual: Dual) -> _Node | None:
        """Close and hold what a floor decides; None where no better plan is left."""
        own = self.kept.own[part.rows]
        reduced_cost = dual.bound + dual.reduced_cost[np.arange(part.rows.size), own] - self.target
        held = part.held | (dual.bound + dual.closing >= self.target)
        stays = part.held | (reduced_cost < 0)
        if (held & ~stays).any() or stays.sum() < self.number or held.sum() > self.number:
            return None
        if held.sum() == self.number:
            stays = held
        rows, held = part.rows[stays], held[stays]
        if rows.size == self.number:
            self.offer(rows)
            return None
        return _Node(rows, held, dual.prices, max(part.bound, dual.bound))

    def polish(self, part: _Node) -> _Node | None:
        """Raise the floor of everything as far as it will go; None where that leaves no better plan."""
        while True:
            narrowed, _ = self._raise(
                part,
                steps=MEDIAN.polish_steps,
                first_step=1.0,
                patience=MEDIAN.polish_patience,
                memory=MEDIAN.polish_memory,
            )
            if narrowed is None or narrowed.bound - part.bound < MEDIAN.polished * (self.target - part.bound):
                return narrowed
            part = narrowed

    def settle(self, part: _Node) -> tuple[_Node | None, NDArray[np.float64]]:
        """Raise the floor of a part and narrow it, again while that decides much; also how often each was open."""
        while True:
            narrowed, ascent = self._raise(
                part, steps=MEDIAN.steps, first_step=MEDIAN.first_step, patience=MEDIAN.patience, memory=MEDIAN.memory
            )
            if narrowed is None:
                return None, ascent.usage
            usage = ascent.usage[np.isin(part.rows, narrowed.rows, assume_unique=True)]
            if narrowed.undecided > MEDIAN.shrunk * part.undecided:
                return narrowed, usage * (self.number / ascent.usage.sum())
            part = narrowed

    def _raise(
        self, part: _Node, *, steps: int, first_step: float, patience: int, memory: float
    ) -> tuple[_Node | None, Ascent]:
        """Raise the floor of a part step by step; None where no better plan is left in it."""
        kept = self.relaxation(part)
        ascent = subgradient_ascent(
            DenseOracle(kept),
            iterations=steps,
            target=self.objective,
            start=part.prices,
            closed=lambda _, bound: bound >= self.target or self.patience.is_over(),
            held=part.held,
            first_step=first_step,
            patience=patience,
            memory=memory,
            settled=-1.0,
        )
        if ascent.bound >= self.target:
            return None, ascent
        return self.narrow(part, finish(kept, ascent.prices, part.held)), ascent

    def begin(self, part: _Node | None) -> None:
        """Put one part in the place of all that are open."""
        self.queue = [] if part is None else [(part.bound, 0, part)]
        self.pushed = 0

    @property
    def floor(self) -> float:
        """A floor under all plans that are still open."""
        return min(self.left_behind, self.queue[0][0] if self.queue else math.inf)

    def work(self, most: float = math.inf) -> None:
        """Split the parts that are open, the lowest floor first, until none is left, or `most` were looked at."""
        most += self.parts
        while self.queue and not self.stopped and self.floor < self.target and self.parts < most:
            if self.patience.is_over() or (self.effort.nodes is not None and self.parts >= self.effort.nodes):
                self.stopped = True
                return
            _, _, part = heapq.heappop(self.queue)
            self.parts += 1
            self._split(part)
            if self.improved is not None:
                self.improved(self.objective, min(part.bound, self.target))

    def _split(self, part: _Node) -> None:
        """Settle a part, hand it over, or make two of it."""
        settled, usage = self.settle(part)
        if settled is None or self.hand_over(settled):
            return
        self.offer_usage(settled, usage)
        where = _undecided(settled, usage)
        for child in (settled.holding(where), settled.closing(where)):
            self.pushed += 1
            heapq.heappush(self.queue, (child.bound, self.pushed, child))

    def hand_over(self, part: _Node) -> bool:
        """Give a part to HiGHS if its model is small."""
        target = self.target
        farthest = part.prices + (target - part.bound)
        most = int(MEDIAN.terms_for_each * self.n)
        model = RadiusModel.build(self.cost[part.rows], part.held, self.number, farthest, most=most)
        if model is None:
            return False
        outcome = model.solve(
            effort=replace(self.effort, seconds=self.patience.seconds_left()),
            seed=self.seed,
            cancelled=self.patience.is_gone,
        )
        if outcome.opened is not None:
            self.offer(part.rows[outcome.opened])
        if outcome.stopped:
            self.stopped = True
            self.left_behind = min(self.left_behind, max(part.bound, min(outcome.bound, target)))
        return True


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
        Costs under the medoids that may be open, and number; groups are single items.
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
    search = _Search(kept, objective, cutoff, effort, seed, improved, cancelled)
    everything = _Node(np.arange(kept.own.size), np.zeros(kept.own.size, dtype=bool), dual.prices, dual.bound)
    left = search.narrow(everything, dual)
    if left is not None:
        search.begin(left)
        search.work(most=MEDIAN.tried_nodes)
        if not search.stopped and search.floor < search.target:
            search.begin(search.polish(left))
            search.work()
    bound = min(search.floor, search.target, search.objective)
    medoids = None if search.medoids is None else kept.own[search.medoids]
    return Branched(medoids, search.objective, bound, stopped=search.stopped)


def _undecided(part: _Node, usage: NDArray[np.float64]) -> int:
    """Position of the medoid of which the prices say least whether it is to be open."""
    doubt = np.where(part.held, np.inf, np.abs(usage - 0.5))
    return int(doubt.argmin())
