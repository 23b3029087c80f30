"""Districts: clusters must be connected, which is asked for only where a solution fails it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.models.highs import Outcome, solve
from geo_partnerships.clustering.rules import Districts
from geo_partnerships.clustering.rules.districts import district_components

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.models.assignment_model import MedoidModel
    from geo_partnerships.clustering.problem import Effort

__all__ = ["solve_connected"]


def solve_connected(
    built: MedoidModel,
    *,
    effort: Effort,
    seed: int,
    start: NDArray[np.float64] | None = None,
    improved: Callable[[float, float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    gap: float = 0.0,
    first: bool = False,
) -> Outcome:
    """Solve a model, adding rows until every cluster's districts are connected.

    With `first`, any solution will do. Nothing is reported where rows may still be added to what is found.
    """
    connected = built.compiled.of(Districts)
    while True:
        outcome = solve(
            built.model,
            effort=effort,
            seed=seed,
            start=start,
            improved=None if connected else improved,
            cancelled=cancelled,
            gap=gap,
            first=first,
        )
        if outcome.values is None or not any(_cut(built, rule, outcome.values) for rule in connected):
            return outcome
        if outcome.stopped and not first:
            return Outcome(None, outcome.bound, infeasible=False, stopped=True, timed=outcome.timed)
        start = None


def _cut(built: MedoidModel, rule: Districts, values: NDArray[np.float64]) -> bool:
    """Ask every separated part of a cluster to be reached through one of the districts around it."""
    found = False
    for medoid, items in built.clusters(values).items():
        parts = district_components(rule, {rule.labels[item] for item in items})
        for part in parts:
            if len(parts) > 1 and rule.labels[medoid] not in part:
                inner = [item for item in items if rule.labels[item] in part]
                _separate(built, rule, part, inner[:1] if rule.whole else inner)
                found = True
    return found


def _separate(built: MedoidModel, rule: Districts, part: set[int], inner: list[int]) -> None:
    """No medoid outside `part` serves an item inside it without serving a district around it."""
    around = {b for pair in rule.neighbours for a, b in (pair, pair[::-1]) if a in part and b not in part}
    rows = np.array([j for j in range(built.compiled.n) if rule.labels[j] not in part])
    border = [i for i in range(built.compiled.n) if rule.labels[i] in around]
    for item in inner:
        terms = [(built.item(item)[rows], 1.0)]
        if border:
            terms.append((built.block(border)[rows], -1.0))
        built.model.add_rows(terms, upper=0.0)
