"""The one door to the methods."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering import work
from geo_partnerships.clustering.answer import Stopped, assemble
from geo_partnerships.clustering.audit import audit
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.clustering.exact.p_median_branch_and_bound import is_free
from geo_partnerships.clustering.exact.sites import Sites, solve_by_sites
from geo_partnerships.clustering.exact.solve import solve_exactly
from geo_partnerships.clustering.infeasibility.minimal_conflict import restated
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.problem import Effort, Infeasible, Progress
from geo_partnerships.clustering.rules import Size
from geo_partnerships.clustering.run import Run
from geo_partnerships.clustering.scaling import Units
from geo_partnerships.clustering.search.few import is_few, solve_few
from geo_partnerships.clustering.search.few_sized import is_few_sized, solve_few_sized
from geo_partnerships.clustering.search.leaders import fewest_unled, spread_leaders, unled
from geo_partnerships.clustering.search.repair import is_repairable, solve_by_repair
from geo_partnerships.clustering.search.solve import Unkept, is_guided, plan_by_moves
from geo_partnerships.clustering.search.towns import plan_by_towns, towns_of
from geo_partnerships.clustering.space import PointCost
from geo_partnerships.clustering.work import Patience

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from geo_partnerships.clustering.evaluate import Evaluation
    from geo_partnerships.clustering.problem import Clustering, ClusterProblem

__all__ = ["cluster"]

METHOD = PARAMETERS.method

_METHODS = ("auto", "search", "exact", "bound")


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
        How hard to try; by default until the proof closes or the work that it allows is done.
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
    UnsoundAnswer
        If what was found does not stand a check by plain arithmetic, which no input should bring about.
    """
    if method not in _METHODS:
        message = f"method must be one of {', '.join(_METHODS)}, not {method!r}"
        raise ValueError(message)
    if threads is not None and threads < 1:
        message = f"threads must be at least 1, not {threads}"
        raise ValueError(message)
    run = Run(effort=effort or Effort(), seed=seed, threads=threads, noun=noun, progress=progress, cancelled=cancelled)
    patience = Patience(run.effort.seconds, cancelled)
    with work.granted(run.effort.work, patience):
        answer = _in_units_that_suit(problem, run, patience, partial(_solve, method=method))
    audit(problem, answer)
    return answer


def _in_units_that_suit(
    problem: ClusterProblem, run: Run, patience: Patience, solve: Callable[[ClusterProblem, Run], Clustering]
) -> Clustering:
    """Solve in units chosen by the costs, and again while the cost of the answer asks for others."""
    units, last, answer = Units.of(problem), None, None
    for _ in range(METHOD.rescalings):
        if units == last:
            break
        if answer is not None and patience.is_over():
            answer = _unproved(answer, repeatable=not patience.ended)
            break
        scaled = units.scaled(problem)
        try:
            found = solve(scaled, replace(run.within(patience), progress=_in_units(run.progress, units)))
        except Infeasible as error:
            raise (error if scaled is problem else restated(problem, error, run.noun)) from None
        except Stopped:
            if answer is None:
                raise
            answer = _unproved(answer, repeatable=not patience.ended)
            break
        answer = _in_order(problem, found if scaled is problem else _brought_back(problem, found, units))
        last, units = units, units.after(problem, answer.objective)
    assert answer is not None  # noqa: S101 - there is a first time
    return answer


def _in_units(progress: Callable[[Progress], None] | None, units: Units) -> Callable[[Progress], None] | None:
    """Report in the caller's units."""
    if progress is None or units.factor == 1:
        return progress
    return lambda now: progress(Progress(now.phase, now.objective / units.factor, now.lower_bound / units.factor))


def _brought_back(problem: ClusterProblem, found: Clustering, units: Units) -> Clustering:
    """Judge in the caller's units what was found in others."""
    answer = assemble(
        evaluate(compile_problem(problem), found.members),
        lower_bound=found.lower_bound / units.factor,
        method=found.method,
        repeatable=found.repeatable,
        stopped=found.stopped,
    )
    return replace(answer, proven=answer.proven and found.proven, fewest_leaderless=found.fewest_leaderless)


def _unproved(answer: Clustering, *, repeatable: bool) -> Clustering:
    """Keep the clusters of an answer whose units did not suit its cost, and nothing that was said of them."""
    gap = math.inf if math.isinf(answer.gap) else float(answer.objective > 0)
    return replace(answer, lower_bound=0.0, gap=gap, proven=answer.objective == 0, repeatable=repeatable, stopped=True)


def _in_order(problem: ClusterProblem, found: Clustering) -> Clustering:
    """Bring leaders to clusters that a search left without, and call proven only what has the fewest of those."""
    fewest = found.fewest_leaderless or fewest_unled(problem)
    if not fewest:
        return found
    open_ = not found.proven or unled(problem, found.members) > fewest
    searched = open_ and found.method == "search" and is_guided(problem)
    led = spread_leaders(problem, found.members) if searched else None
    if led is not None and (led.missing, led.objective) < (unled(problem, found.members), found.objective):
        found = assemble(
            led,
            lower_bound=found.lower_bound,
            method=found.method,
            repeatable=found.repeatable,
            stopped=found.stopped,
        )
    found = replace(found, fewest_leaderless=fewest)
    return found if unled(problem, found.members) <= fewest else replace(found, proven=False, gap=math.inf)


def _solve(problem: ClusterProblem, run: Run, *, method: Literal["auto", "search", "exact", "bound"]) -> Clustering:
    """Find a clustering of a problem in ordinary units."""
    if method == "bound":
        run = run.trying(neighbourhoods=0)
    sites = Sites.of(problem) if method in {"auto", "exact"} else None
    if sites is not None:
        found = solve_by_sites(problem, sites, run)
        if found is not None:
            return found
    if method != "exact" and is_few(problem):
        return solve_few(problem, run)
    if method != "exact" and is_few_sized(problem):
        return solve_few_sized(problem, run)
    medians = method == "auto" and METHOD.exact_items < problem.n <= METHOD.median_items and is_free(problem)
    if medians and run.effort.nodes is None and run.effort.seconds is None:
        run = run.trying(nodes=METHOD.median_nodes)
    weighted = any(isinstance(rule, Size) and rule.weights is not None for rule in problem.rules)
    many = problem.n > (METHOD.exact_items_weighted if weighted else METHOD.exact_items) and not medians
    if method != "exact" and many and _is_searched(problem):
        return _searched(problem, run)
    return solve_exactly(_with_matrix(problem), run, rough=method in {"search", "bound"}, start=plan_by_moves)


def _with_matrix(problem: ClusterProblem) -> ClusterProblem:
    """Give points a matrix of their distances, on which exact methods work."""
    if not isinstance(problem.cost, PointCost):
        return problem
    items = np.arange(problem.n)
    return replace(problem, cost=problem.cost[items[:, None], items])


def _searched(problem: ClusterProblem, run: Run) -> Clustering:
    """Search for a clustering; where towns are far from each other, try each by itself too, and keep the better."""
    compiled = compile_problem(problem)
    towns = towns_of(compiled) if run.effort.neighbourhoods != 0 else []
    apart: Evaluation | None = None
    if len(towns) > 1:
        with work.limited(METHOD.town_share * work.left()):
            quiet = replace(run, progress=None)
            apart = plan_by_towns(compiled, towns, lambda town: _solve(town, quiet, method="auto"))
    try:
        found = solve_by_repair(problem, run)
    except Unkept as error:
        if apart is None:
            raise
        return assemble(
            apart,
            lower_bound=error.floor,
            method="search",
            repeatable=error.repeatable,
            stopped=error.stopped,
        )
    if apart is None or (unled(problem, found.members), found.objective) <= (apart.missing, apart.objective):
        return found
    return assemble(
        apart,
        lower_bound=found.lower_bound,
        method=found.method,
        repeatable=found.repeatable,
        stopped=found.stopped,
    )


def _is_searched(problem: ClusterProblem) -> bool:
    """Whether a search suits the rules of so many items."""
    many = isinstance(problem.cost, PointCost) or problem.n > METHOD.repaired_items
    return is_guided(problem) or (many and is_repairable(problem))
