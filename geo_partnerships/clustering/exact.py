"""A best clustering, proved: the whole model given to HiGHS, leaders first where they are preferred."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.conflicts import certified, explain
from geo_partnerships.clustering.connectivity import solve_connected
from geo_partnerships.clustering.evaluation import evaluate
from geo_partnerships.clustering.model import build_model
from geo_partnerships.clustering.problem import Clustering, Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from geo_partnerships.clustering.evaluation import Evaluation
    from geo_partnerships.clustering.milp import Outcome
    from geo_partnerships.clustering.model import MedoidModel
    from geo_partnerships.clustering.problem import ClusterProblem, Effort

__all__ = ["PROOF_TOLERANCE", "Stopped", "assemble", "solve_exactly"]

PROOF_TOLERANCE = 1e-6
"""A gap below this share of the objective counts as closed: the solver works to about that precision."""


class Stopped(RuntimeError):  # noqa: N818 - like Infeasible, an answer
    """The effort ran out, or the run was cancelled, before any clustering was found."""


def solve_exactly(
    problem: ClusterProblem,
    *,
    effort: Effort,
    seed: int = 0,
    noun: str = "items",
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Clustering:
    """Solve the whole model.

    Raises
    ------
    Infeasible
        If no clustering keeps the binding rules.
    Stopped
        If the effort ran out before a clustering was found.
    """
    conflict = certified(problem, noun)
    if conflict is not None:
        raise conflict
    compiled = compile_problem(problem)
    built = build_model(compiled)

    def run(phase: str) -> tuple[Outcome, NDArray[np.float64]]:
        def report(objective: float, bound: float) -> None:
            if progress is not None:
                progress(Progress(phase, objective, bound))

        outcome = solve_connected(
            built,
            effort=effort,
            seed=seed,
            improved=None if progress is None else report,
            cancelled=cancelled,
        )
        if outcome.infeasible:
            raise explain(problem, noun, seed=seed)
        if outcome.values is None:
            message = "the effort ran out before any clustering was found"
            raise Stopped(message)
        return outcome, outcome.values

    for columns in built.missing_leaders:
        fewest = _fewest(built, columns, run)
        built.model.add_rows([(columns[None, :], 1.0)], upper=fewest)
    outcome, values = run("exact")
    judged = evaluate(compiled, built.clusters(values).values())
    return assemble(
        judged,
        lower_bound=outcome.bound,
        method="exact",
        repeatable=not outcome.timed,
        stopped=outcome.stopped,
    )


def _fewest(
    built: MedoidModel, columns: NDArray[np.int64], run: Callable[[str], tuple[Outcome, NDArray[np.float64]]]
) -> float:
    """Fewest clusters without a leader."""
    held = built.model.costs
    flat = built.model.unit_cost(columns)
    built.model.costs = [flat]
    try:
        return float(round(float(flat @ run("leaders")[1])))
    finally:
        built.model.costs = held


def assemble(
    judged: Evaluation, *, lower_bound: float, method: str, repeatable: bool = True, stopped: bool = False
) -> Clustering:
    """Join a judged clustering and its bound; a gap below `PROOF_TOLERANCE` counts as closed."""
    objective = judged.objective
    closed = objective - lower_bound <= PROOF_TOLERANCE * max(1.0, objective)
    bound = objective if closed else max(0.0, lower_bound)
    return Clustering(
        medoids=judged.medoids,
        members=judged.members,
        labels=judged.labels,
        objective=objective,
        lower_bound=bound if math.isfinite(bound) else 0.0,
        gap=0.0 if objective == 0 else max(0.0, (objective - bound) / objective),
        proven=closed,
        method=method,
        violations=judged.violations,
        repeatable=repeatable,
        stopped=stopped,
    )
