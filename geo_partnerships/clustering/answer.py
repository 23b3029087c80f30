"""From clusters to an answer with its proven bound."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from geo_partnerships.clustering.problem import Clustering

if TYPE_CHECKING:
    from geo_partnerships.clustering.evaluate import Evaluation

PROOF_TOLERANCE = 1e-6
"""A gap below this share of the objective counts as closed: the solver works to about that precision."""


class Stopped(RuntimeError):  # noqa: N818 - like Infeasible, an answer
    """The effort ran out, or the run was cancelled, before any clustering was found."""


def assemble(
    judged: Evaluation, *, lower_bound: float, method: str, repeatable: bool = True, stopped: bool = False
) -> Clustering:
    """Join a judged clustering and its bound; a gap below `PROOF_TOLERANCE` counts as closed."""
    objective = judged.objective
    closed = objective - max(0.0, lower_bound) <= PROOF_TOLERANCE * objective
    bound = objective if closed else max(0.0, lower_bound)
    bound = bound if math.isfinite(bound) else 0.0
    return Clustering(
        medoids=judged.medoids,
        members=judged.members,
        labels=judged.labels,
        objective=objective,
        lower_bound=bound,
        gap=0.0 if objective == 0 else max(0.0, (objective - bound) / objective),
        proven=closed,
        method=method,
        violations=judged.violations,
        repeatable=repeatable,
        stopped=stopped,
    )
