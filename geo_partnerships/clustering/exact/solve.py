"""A best clustering, proved: a floor first, then the arcs that can still matter given to HiGHS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.clustering.answer import Stopped
from geo_partnerships.clustering.exact.ruled import solve_ruled
from geo_partnerships.clustering.exact.run import ExactRun
from geo_partnerships.clustering.exact.sized import is_plain, solve_sized
from geo_partnerships.clustering.infeasibility.minimal_conflict import certified

if TYPE_CHECKING:
    from geo_partnerships.clustering.exact.run import Start
    from geo_partnerships.clustering.problem import Clustering, ClusterProblem
    from geo_partnerships.clustering.run import Run

__all__ = ["improve", "solve_exactly"]


def solve_exactly(
    problem: ClusterProblem, asked: Run, *, rough: bool = False, start: Start | None = None
) -> Clustering:
    """Find a best clustering and prove it, or with `rough` stop at the first good one.

    Parameters
    ----------
    start
        Looks for a plan to begin with where there are many items.

    Raises
    ------
    Infeasible
        If no clustering keeps the binding rules.
    Stopped
        If the effort ran out before a clustering was found.
    """
    conflict = certified(problem, asked.noun)
    if conflict is not None:
        raise conflict
    run = ExactRun(problem, asked, rough, start=start)
    found = solve_sized(run) if is_plain(run.compiled) else solve_ruled(run)
    if found is None:
        raise Stopped("the effort ran out before any clustering was found")
    return found


def improve(
    problem: ClusterProblem,
    upper: float,
    asked: Run,
    *,
    missing: tuple[int, ...] | None = None,
    start: Start | None = None,
) -> Clustering | None:
    """Look for a clustering cheaper than `upper`; None where there is none or none was found.

    Parameters
    ----------
    missing
        For each preferred `Leaders` rule, how many clusters may be without a leader; by default the fewest.
    start
        Looks for a plan to begin with where there are many items.
    """
    run = ExactRun(problem, asked, missing=missing, explains=False, start=start)
    found = solve_sized(run, upper) if is_plain(run.compiled) else solve_ruled(run, upper)
    return found if found is not None and found.objective < upper else None
