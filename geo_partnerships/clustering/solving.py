"""The one door to the methods."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo_partnerships.clustering.branching import is_free
from geo_partnerships.clustering.exact import solve_exactly
from geo_partnerships.clustering.problem import Effort
from geo_partnerships.clustering.rules import Size
from geo_partnerships.clustering.space import PointCost

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from geo_partnerships.clustering.problem import Clustering, ClusterProblem, Progress

__all__ = ["cluster"]

_METHODS = ("auto", "search", "exact", "bound")
_SMALL = 200
_SMALL_WEIGHTED = 300
"""Where items differ in size, the floor of a search is weaker and a proof worth more of a wait."""

_MENDED = 600
"""From how many items on rules that the moves do not know are kept by mending, not by the whole model."""

_MEDIANS = 1000
_MEDIAN_PARTS = 20_000


def cluster(
    problem: ClusterProblem,
    *,
    method: Literal["auto", "search", "exact", "bound"] = "auto",
    seed: int = 0,
    effort: Effort | None = None,
    threads: int | None = None,
    noun: str = "items",
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Clustering:
    """Find a clustering of least cost that keeps the rules.

    Parameters
    ----------
    problem
        Costs and rules.
    method
        "exact" goes on until a best clustering is proved. "search" is content with a good one and a floor
        under all. "bound" stops at the first clustering and the floor. "auto" is "exact" for up to some
        hundred items, or a thousand where nothing but the number is asked, and "search" for more.
    seed
        Fixes every choice left to chance; the same problem and seed give the same clustering.
    effort
        How hard to try; without limits, until the proof closes.
    threads
        How many threads may work; the outcome does not depend on it. By default one, and for thousands of items
        all the processors there are.
    noun
        What to call the items in sentences about impossible rules.
    progress
        Called now and then with where the run stands.
    cancelled
        Polled now and then; once it returns True, the best clustering so far is returned.

    Raises
    ------
    Infeasible
        If no clustering keeps the binding rules; it names a minimal set of rules in conflict.
    Stopped
        If the effort ran out before any clustering was found.
    """
    if method not in _METHODS:
        message = f"method must be one of {', '.join(_METHODS)}, not {method!r}"
        raise ValueError(message)
    if threads is not None and threads < 1:
        message = f"threads must be at least 1, not {threads}"
        raise ValueError(message)
    effort = effort or Effort()
    if method == "bound":
        effort = replace(effort, windows=0)
    medians = method == "auto" and _SMALL < problem.n <= _MEDIANS and is_free(problem)
    if medians and effort.nodes is None and effort.seconds is None:
        effort = replace(effort, nodes=_MEDIAN_PARTS)
    weighted = any(isinstance(rule, Size) and rule.weights is not None for rule in problem.rules)
    many = problem.n > (_SMALL_WEIGHTED if weighted else _SMALL) and not medians
    if method != "exact" and many and _is_searched(problem):
        from geo_partnerships.clustering.mending import solve_by_mending  # noqa: PLC0415 - compiled

        return solve_by_mending(
            problem,
            effort=effort,
            seed=seed,
            threads=threads,
            noun=noun,
            progress=progress,
            cancelled=cancelled,
        )
    return solve_exactly(
        problem,
        effort=effort,
        seed=seed,
        noun=noun,
        rough=method in {"search", "bound"},
        progress=progress,
        cancelled=cancelled,
    )


def _is_searched(problem: ClusterProblem) -> bool:
    """Whether a search suits the rules of so many items."""
    from geo_partnerships.clustering.mending import is_mendable  # noqa: PLC0415 - compiled
    from geo_partnerships.clustering.search import is_guided  # noqa: PLC0415

    many = isinstance(problem.cost, PointCost) or problem.n > _MENDED
    return is_guided(problem) or (many and is_mendable(problem))
