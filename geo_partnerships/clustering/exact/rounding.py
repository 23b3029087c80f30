"""A first plan that keeps every rule, from the linear relaxation, long before the proof."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.evaluate import best_medoids
from geo_partnerships.clustering.exact.reduced_cost_fixing import plan_of
from geo_partnerships.clustering.models.assignment_model import build_model
from geo_partnerships.clustering.models.connectivity import solve_connected
from geo_partnerships.clustering.parameters import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.bounds.linear_relaxation import Sifted
    from geo_partnerships.clustering.exact.reduced_cost_fixing import Plan
    from geo_partnerships.clustering.models.assignment_model import MedoidModel
    from geo_partnerships.clustering.problem import Effort

__all__ = ["first_plan"]

EXACT = PARAMETERS.exact


def first_plan(
    sifted: Sifted,
    finish: Callable[[MedoidModel], None],
    *,
    effort: Effort,
    seed: int,
    improved: Callable[[Plan], None],
    cancelled: Callable[[], bool],
) -> Plan | None:
    """Round a linear relaxation to medoids, and spread the groups over them; None if that leads nowhere.

    The best medoids of the clusters that come out are tried in turn, as long as that pays.

    Parameters
    ----------
    sifted
        The relaxation, which its solver no longer holds afterwards.
    finish
        Adds rows to each model that is built.
    improved
        Called with each plan that is better than those before.
    cancelled
        Polled now and then; once it returns True, the best plan so far is returned.
    """
    medoids = sifted.medoids()
    if medoids is None:
        return None
    rounding = _Rounding(sifted, finish, replace(effort, nodes=1), seed, cancelled)
    best: Plan | None = None
    plan = rounding.plan(medoids)
    for _ in range(EXACT.rounding_turns):
        if plan is None or (best is not None and plan.objective >= best.objective):
            break
        best = plan
        improved(best)
        plan = None if cancelled() else rounding.again(best)
    return best


@dataclass(eq=False)
class _Rounding:
    """Plans about given medoids, on the arcs that the relaxation finds cheap."""

    sifted: Sifted
    finish: Callable[[MedoidModel], None]
    effort: Effort
    seed: int
    cancelled: Callable[[], bool]
    reduced_costs: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        """Take the prices at which the relaxation has its medoids."""
        self.compiled = self.sifted.built.compiled
        self.reduced_costs = np.maximum(self.sifted.reduced()[self.sifted.built.x], 0.0)

    def plan(self, medoids: NDArray[np.int64], sure: NDArray[np.bool_] | None = None) -> Plan | None:
        """Find a plan with these medoids, on more and more arcs until there is one.

        Parameters
        ----------
        sure
            Arcs that are there in any case, shape (groups, n).
        """
        ranked = np.sort(self.reduced_costs[:, medoids], axis=None)
        arcs = EXACT.rounding_arcs * self.compiled.size
        while True:
            allowed = np.zeros(self.reduced_costs.shape, dtype=np.bool_) if sure is None else sure.copy()
            allowed[:, medoids] |= self.reduced_costs[:, medoids] <= ranked[min(arcs, ranked.size) - 1]
            allowed[self.compiled.group_of[medoids], medoids] = True
            built = build_model(self.compiled, allowed)
            self.finish(built)
            outcome = solve_connected(
                built, effort=self.effort, seed=self.seed, cancelled=self.cancelled, gap=EXACT.rounding_gap
            )
            if outcome.values is not None:
                return plan_of(built, outcome.values)
            if outcome.timed or arcs >= ranked.size:
                return None
            arcs *= EXACT.rounding_growth

    def again(self, plan: Plan) -> Plan | None:
        """Find a plan with the best medoids of the clusters of another; None where these are the same."""
        groups = self.compiled.groups
        old = np.flatnonzero(plan.taken.any(axis=0))
        members = [[item for g in np.flatnonzero(plan.taken[:, j]) for item in groups[g]] for j in old]
        new = np.array(best_medoids(self.compiled.cost, members))
        if (new == old).all():
            return None
        sure = np.zeros(self.reduced_costs.shape, dtype=np.bool_)
        sure[:, new] = plan.taken[:, old]
        return self.plan(np.sort(new), sure)
