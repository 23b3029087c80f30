"""One exact solution under way."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.answer import PROOF_TOLERANCE
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.infeasibility.minimal_conflict import explain
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.problem import Progress
from geo_partnerships.clustering.rules import PairRewards, PartedAtMost
from geo_partnerships.clustering.rules.pair_rewards import rewards_by_group
from geo_partnerships.clustering.work import Patience

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.bounds.lagrangian import Ascent
    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.exact.reduced_cost_fixing import Plan
    from geo_partnerships.clustering.problem import ClusterProblem, Effort
    from geo_partnerships.clustering.run import Run

    Start = Callable[[Compiled, Ascent, int], NDArray[np.int64] | None]
    """Rounds an ascent to the cluster of each item, by a seed; None where sizes are broken."""

__all__ = ["ExactRun", "is_integral"]

EXACT = PARAMETERS.exact


@dataclass
class ExactRun:
    """One exact solution under way: the problem and how it is to be worked on."""

    problem: ClusterProblem
    asked: Run
    rough: bool = False
    missing: tuple[int, ...] | None = None
    explains: bool = True
    start: Start | None = None
    effort: Effort = field(init=False)
    seed: int = field(init=False)
    patience: Patience = field(init=False)
    compiled: Compiled = field(init=False)
    integral: bool = field(init=False)
    unsettled: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Resolve the rules."""
        self.effort, self.seed = self.asked.effort, self.asked.seed
        self.patience = Patience(self.effort.seconds, self.asked.cancelled)
        self.compiled = compile_problem(self.problem)
        self.integral = is_integral(self.compiled)

    @cached_property
    def unrewarded(self) -> Compiled:
        """The problem without rewards of pairs: it has the same clusterings, none of which costs more."""
        rules = tuple(rule for rule in self.problem.rules if not isinstance(rule, PairRewards))
        return compile_problem(replace(self.problem, rules=rules)) if self.is_paired else self.compiled

    @cached_property
    def unpaired(self) -> Compiled:
        """The problem that does not look at pairs: it has all clusterings and more, none of which costs more."""
        rules = tuple(rule for rule in self.problem.rules if not isinstance(rule, (PairRewards, PartedAtMost)))
        return compile_problem(replace(self.problem, rules=rules)) if self.is_paired else self.compiled

    @cached_property
    def limits_parting(self) -> bool:
        """Whether only so many pairs may be parted."""
        return bool(self.compiled.of(PartedAtMost))

    @cached_property
    def is_paired(self) -> bool:
        """Whether it matters which pairs are together."""
        return self.limits_parting or bool(rewards_by_group(self.compiled, self.compiled.of(PairRewards)))

    def lift(self, bound: float) -> float:
        """Round a bound up where every objective is a whole number."""
        return math.ceil(bound - PROOF_TOLERANCE) if self.integral and math.isfinite(bound) else bound

    def closed(self, objective: float, bound: float) -> bool:
        """Whether nothing is left between a plan and a bound."""
        gap = objective - self.lift(bound)
        return math.isfinite(objective) and gap <= PROOF_TOLERANCE * max(1.0, objective)

    def cutoff(self, objective: float) -> float:
        """Return the floor that proves that no plan is cheaper than one of cost `objective`."""
        if math.isinf(objective):
            return objective
        return objective - (EXACT.whole_step if self.integral else PROOF_TOLERANCE / 2 * max(1.0, objective))

    def is_late(self) -> bool:
        """Whether the clock, the caller or the limit of work ends it."""
        return self.patience.is_over()

    def effort_left(self) -> Effort:
        """The effort with what is left of its seconds."""
        return replace(self.effort, seconds=self.patience.seconds_left())

    def refuse(self) -> None:
        """Say which rules cannot be kept together, where anybody asks."""
        if self.explains:
            raise explain(self.problem, self.asked.noun, seed=self.seed, seconds=self.effort.seconds)

    def report(self, phase: str) -> Callable[[float, float], None] | None:
        """Make the callback of one phase."""
        progress = self.asked.progress
        if progress is None:
            return None
        return lambda objective, bound: progress(Progress(phase, objective, bound))

    def tell(self, phase: str, bound: float) -> Callable[[Plan], None]:
        """Make the callback for the plans of a phase above one bound."""
        report = self.report(phase)
        return lambda plan: None if report is None else report(plan.objective, self.lift(bound))


def is_integral(compiled: Compiled) -> bool:
    """Whether every objective is a whole number."""
    preferred = [rule for rule in compiled.problem.rules if not rule.binding]
    return (
        bool((compiled.cost == np.floor(compiled.cost)).all())
        and all(rule.weight == math.floor(rule.weight) for rule in preferred)
        and (not preferred or all(rule.is_counted() for rule in compiled.problem.rules))
    )
