"""Proof by growing bands: solve on the arcs that can still matter, and widen until the proof closes.

Every arc has a *rise*: by how much, at least, a floor under the cost rises when the arc is used. A solution
found among the arcs of rise up to `width` that costs no more than the floor plus `width` is a best one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.models.assignment_model import build_model
from geo_partnerships.clustering.models.connectivity import solve_connected
from geo_partnerships.clustering.models.highs import solve_linear
from geo_partnerships.clustering.parameters import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.models.assignment_model import MedoidModel
    from geo_partnerships.clustering.problem import Effort

__all__ = ["Found", "Plan", "capped", "is_nearly_whole", "prove"]

EXACT = PARAMETERS.exact

_MARGIN = 1e-7


@dataclass(frozen=True, eq=False)
class Plan:
    """A solution by arcs.

    Attributes
    ----------
    taken
        Whether each group is under each medoid, shape (groups, n).
    rest
        Values of the columns that are not arcs.
    objective
        What it costs.
    """

    taken: NDArray[np.bool_]
    rest: NDArray[np.float64]
    objective: float


@dataclass(frozen=True, eq=False)
class Found:
    """The best plan and the floor proved for all plans."""

    plan: Plan | None
    bound: float
    infeasible: bool = False
    stopped: bool = False
    timed: bool = False


def prove(  # noqa: C901, PLR0912, PLR0913 - one loop and the reasons to leave it
    compiled: Compiled,
    reduced_cost: NDArray[np.float64],
    floor: float,
    *,
    effort: Effort,
    seed: int,
    upper: float = math.inf,
    plan: Plan | None = None,
    arcs: int = EXACT.first_arcs,
    finish: Callable[[MedoidModel], None] | None = None,
    improved: Callable[[float, float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    closed: Callable[[float, float], bool] | None = None,
    rough: bool = False,
) -> Found:
    """Find a best plan.

    Parameters
    ----------
    rise
        Rise of each arc, shape (groups, n).
    floor
        The floor under all plans.
    upper
        Cost of a plan known from elsewhere.
    plan
        A plan known already.
    arcs
        About how many arcs for each group to begin with.
    finish
        Adds rows to each model that is built.
    closed
        Called with the cost of a plan and a bound; whether that is as good as a proof.
    rough
        Whether to stop at the first plan.
    """
    margin = _MARGIN * max(1.0, abs(floor))
    if compiled.group_allowed is not None:
        reduced_cost = np.where(compiled.group_allowed, reduced_cost, reduced_cost.max())
    upper = min(upper, plan.objective) if plan is not None else upper
    widths = np.sort(reduced_cost, axis=None)
    width = float(widths[min(widths.size, arcs * compiled.size) - 1])
    if math.isfinite(upper):
        within = int(np.searchsorted(widths, upper - floor + margin))
        if plan is not None or within <= 2 * arcs * compiled.size:
            width = upper - floor
    while True:
        allowed = reduced_cost <= width + margin
        whole = bool(allowed.all())
        built = build_model(compiled, allowed)
        if finish is not None:
            finish(built)
        exactly = whole or plan is not None or math.isfinite(upper)
        outcome = solve_connected(
            built,
            effort=effort,
            seed=seed,
            start=None if plan is None else start_of(built, plan),
            improved=improved if whole else capped(improved, floor + width),
            cancelled=cancelled,
            gap=0.0 if exactly else EXACT.rough_gap,
        )
        if outcome.values is not None:
            candidate = plan_of(built, outcome.values)
            if plan is None or candidate.objective < plan.objective:
                plan = candidate
        bound = outcome.bound if whole else min(outcome.bound, floor + width)
        bound = max(bound, floor)
        if outcome.stopped:
            return Found(plan, bound, stopped=True, timed=outcome.timed)
        if whole:
            return Found(plan, bound, infeasible=plan is None)
        upper = min(upper, plan.objective if plan else math.inf)
        if plan is not None and _is_proved(plan.objective, bound, closed):
            return Found(plan, bound)
        if rough and plan is not None:
            return Found(plan, bound, stopped=True)
        if exactly and upper <= floor + width + margin:
            return Found(plan, bound)
        if math.isfinite(upper):
            width = max(upper - floor, width)
        else:
            width = max(width * EXACT.arcs_growth, float(widths[min(widths.size, 2 * int(allowed.sum())) - 1]))


def is_nearly_whole(compiled: Compiled, reduced_cost: NDArray[np.float64]) -> bool:
    """Whether a relaxation on the arcs of least rise has a solution with few memberships in part.

    Where it has, the solver soon finds a good plan on them.
    """
    widths = np.sort(reduced_cost, axis=None)
    narrow = reduced_cost <= widths[min(widths.size, EXACT.first_arcs * compiled.size) - 1]
    linear = solve_linear(build_model(compiled, narrow).model)
    return linear is not None and linear.fractional <= EXACT.few_fractional * compiled.size


def capped(improved: Callable[[float, float], None] | None, ceiling: float) -> Callable[[float, float], None] | None:
    """Report no floor above that which holds for what is left out."""
    return None if improved is None else lambda objective, bound: improved(objective, min(bound, ceiling))


def _is_proved(objective: float, bound: float, closed: Callable[[float, float], bool] | None) -> bool:
    """Whether the bound meets the plan."""
    if closed is not None:
        return closed(objective, bound)
    return objective <= bound + _MARGIN * max(1.0, abs(objective))


def plan_of(built: MedoidModel, values: NDArray[np.float64]) -> Plan:
    """Read a solution of a model."""
    taken = np.zeros(built.x.shape, dtype=bool)
    present = built.x >= 0
    taken[present] = values[built.x[present]] > 0.5  # noqa: PLR2004
    arcs = int(present.sum())
    objective = float(np.concatenate(built.model.costs) @ np.where(built.model.is_integer(), values.round(), values))
    return Plan(taken, values[arcs:], objective)


def start_of(built: MedoidModel, plan: Plan) -> NDArray[np.float64]:
    """Write a plan as a solution of a model that has all its arcs."""
    values = np.zeros(built.model.width)
    present = built.x >= 0
    values[built.x[present]] = plan.taken[present]
    values[int(present.sum()) :] = plan.rest
    return values
