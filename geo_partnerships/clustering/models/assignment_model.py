"""The medoid model: x[g, j] puts group g into the cluster around medoid j; every rule becomes rows.

The variable of a medoid's own group says whether the medoid is open, so no centre can be open and belong
elsewhere. Arcs that are left out (fixed at 0) have column number -1.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.models.highs import Model
from geo_partnerships.clustering.rules import Count, Size

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.rules import Rule

__all__ = ["MedoidModel", "build_model"]

_UNBOUNDED = float("inf")


@dataclass(eq=False)
class MedoidModel:
    """The model and the numbers of its columns.

    Attributes
    ----------
    x
        Column of each group under each medoid, shape (groups, n).
    open
        Column that says whether each medoid is open, shape (n,).
    missing_leaders
        For each preferred `Leaders` rule, the columns that count clusters without a leader.
    kept_rows
        Rows that a choice of medoids, within number, and of members for each, within size, keeps by itself.
    """

    compiled: Compiled
    model: Model
    x: NDArray[np.int64]
    open: NDArray[np.int64]
    missing_leaders: list[NDArray[np.int64]] = field(default_factory=list)
    kept_rows: list[range] = field(default_factory=list)

    def item(self, item: int) -> NDArray[np.int64]:
        """Columns of an item's group under each medoid, shape (n,)."""
        columns: NDArray[np.int64] = self.x[self.compiled.group_of[item]]
        return columns

    def block(self, items: Iterable[int]) -> NDArray[np.int64]:
        """Columns of the groups of `items`, one row a medoid, shape (n, groups)."""
        return self.x[self.compiled.members(items)].T

    def slack(self, rule: Rule, size: int, *, upper: float = _UNBOUNDED) -> NDArray[np.int64]:
        """Columns that measure how far a preferred rule is broken; none where it is binding."""
        if rule.binding:
            return np.full(size, -1, dtype=np.int64)
        return self.model.add_columns(np.full(size, rule.weight), upper=upper, integer=False)

    def one_slack(self, rule: Rule) -> NDArray[np.int64]:
        """One column of slack repeated for every medoid, shape (n,)."""
        return np.repeat(self.slack(rule, 1, upper=1.0), self.compiled.n)

    def add_bounds(self, rule: Rule, weights: NDArray[np.float64], bounds: tuple[float, float]) -> None:
        """Bound the sum of item weights, shape (n,), in every cluster."""
        minimum, maximum = bounds
        load = self.compiled.group_sum(weights)[None, :]
        total = float(weights.sum()) * 2
        if minimum > 0:
            self.model.add_rows(
                [(self.x.T, load), (self.open, -minimum), (self.slack(rule, self.compiled.n), 1.0)], lower=0.0
            )
        if maximum < total:
            self.model.add_rows(
                [(self.x.T, load), (self.open, -maximum), (self.slack(rule, self.compiled.n), -1.0)], upper=0.0
            )

    def clusters(self, values: NDArray[np.float64]) -> dict[int, tuple[int, ...]]:
        """Read a solution: members of each open medoid, by medoid."""
        taken = np.zeros(self.x.shape, dtype=bool)
        present = self.x >= 0
        taken[present] = values[self.x[present]] > 0.5  # noqa: PLR2004
        groups = self.compiled.groups
        return {
            int(j): tuple(sorted(itertools.chain(*(groups[g] for g in np.flatnonzero(taken[:, j])))))
            for j in np.flatnonzero(taken.any(axis=0))
        }


def build_model(compiled: Compiled, allowed: NDArray[np.bool_] | None = None) -> MedoidModel:
    """Build the whole model, or the part of it on `allowed` arcs, shape (groups, n).

    In the whole model an arc that may not be is a column fixed at 0, so that columns stand in the order of arcs.
    """
    may_be = compiled.group_allowed
    arcs = np.ones((compiled.size, compiled.n), dtype=bool) if allowed is None else allowed
    if allowed is not None and may_be is not None:
        arcs = arcs & may_be
    arcs = arcs & arcs[compiled.group_of, np.arange(compiled.n)]
    model = Model()
    x = np.full(arcs.shape, -1, dtype=np.int64)
    x[arcs] = model.add_columns(compiled.group_cost[arcs])
    if may_be is not None:
        model.uppers[0][~may_be[arcs]] = 0.0
    built = MedoidModel(compiled, model, x, x[compiled.group_of, np.arange(compiled.n)])
    model.add_rows([(x, 1.0)], lower=1.0, upper=1.0)
    _add_links(built)
    for rule in compiled.problem.rules:
        first = model.height
        rule.add_rows(built)
        if isinstance(rule, (Count, Size)):
            built.kept_rows.append(range(first, model.height))
    return built


def _add_links(built: MedoidModel) -> None:
    first = built.model.height
    opens = np.broadcast_to(built.open, built.x.shape)
    arcs = (built.x >= 0) & (built.x != opens)
    built.model.add_rows([(built.x[arcs], 1.0), (opens[arcs], -1.0)], upper=0.0)
    built.kept_rows.append(range(first, built.model.height))
