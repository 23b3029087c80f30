"""The one door to the methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.clustering.exact import solve_exactly
from geo_partnerships.clustering.problem import Effort

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from geo_partnerships.clustering.problem import Clustering, ClusterProblem, Progress

__all__ = ["cluster"]

_METHODS = ("auto", "search", "exact")
_SMALL = 400


def cluster(
    problem: ClusterProblem,
    *,
    method: Literal["auto", "search", "exact"] = "auto",
    seed: int = 0,
    effort: Effort | None = None,
    threads: int = 1,
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
        "exact" solves the whole model; "auto" picks.
    seed
        Fixes every choice left to chance; the same problem and seed give the same clustering.
    effort
        How hard to try; without limits, until the proof closes.
    threads
        How many threads may work.
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
    if threads < 1:
        message = f"threads must be at least 1, not {threads}"
        raise ValueError(message)
    if method == "search" or (method == "auto" and problem.n > _SMALL):
        from geo_partnerships.clustering.search import solve_by_search  # noqa: PLC0415 - compiled loops

        solve = solve_by_search
    else:
        solve = solve_exactly
    return solve(
        problem, effort=effort or Effort(), seed=seed, noun=noun, progress=progress, cancelled=cancelled
    )
