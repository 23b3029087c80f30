"""A proof where only number and sizes are asked: the Lagrangian floor, cuts, and the few arcs that are left."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.answer import assemble
from geo_partnerships.clustering.bounds.cuts import CutFloor, floor_by_cuts, is_cuttable
from geo_partnerships.clustering.bounds.lagrangian import DenseOracle, finish, relax, subgradient_ascent
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.clustering.exact.p_median_branch_and_bound import branch
from geo_partnerships.clustering.exact.reduced_cost_fixing import Found, is_nearly_whole, prove
from geo_partnerships.clustering.exact.run import ExactRun
from geo_partnerships.clustering.exact.trial import Trial, answer_of
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.rules import Count, MustLink, Pinned, Size

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_partnerships.clustering.bounds.lagrangian import Ascent, Dual, Relaxation
    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.exact.run import Start
    from geo_partnerships.clustering.problem import Clustering, ClusterProblem
    from geo_partnerships.clustering.run import Run

__all__ = ["close", "is_plain", "solve_sized"]

EXACT = PARAMETERS.exact


def is_plain(compiled: Compiled) -> bool:
    """Whether the Lagrangian keeps every rule: number, one size, and what is merged into groups."""
    rules = compiled.problem.rules
    merged = (Count, Size, MustLink)
    return (
        all(rule.binding and isinstance(rule, (*merged, Pinned)) for rule in rules)
        and len(compiled.of(Size)) <= 1
        and len({pin.label for pin in compiled.of(Pinned)}) <= 1
    )


def solve_sized(run: ExactRun, upper: float = math.inf) -> Clustering | None:
    """Number and sizes alone: the Lagrangian floor often meets a plan, else few arcs are left."""
    compiled = run.compiled
    kept = relax(compiled)
    trial = Trial(run)
    unit = _is_unit(compiled, kept)
    ascent = subgradient_ascent(
        DenseOracle(kept),
        iterations=EXACT.ascent_steps,
        target=upper,
        suggest=trial if unit else None,
        closed=lambda objective, bound: run.closed(objective, bound) or run.is_late(),
    )
    if unit and trial.labels is None:
        trial(np.argsort(-ascent.usage, kind="stable")[: kept.count[1]], ascent.prices)
    if not unit:
        trial.move(ascent)
    dual = finish(kept, ascent.prices)
    if trial.labels is not None and run.closed(trial.objective, dual.bound):
        judged = evaluate(compiled, trial.clusters())
        return assemble(judged, lower_bound=run.lift(dual.bound), method="exact", repeatable=not run.patience.is_gone())
    if run.closed(upper, dual.bound):
        return None
    if unit and kept.is_free:
        return _branched(run, kept, dual, trial, upper)
    return _closed(run, kept, ascent, dual, trial, upper)


def _is_unit(compiled: Compiled, kept: Relaxation) -> bool:
    """Whether no items are merged and all have the same size."""
    return compiled.size == compiled.n and bool((kept.loads == 1).all())


def close(
    problem: ClusterProblem,
    known: Clustering,
    prices: NDArray[np.float64],
    asked: Run,
    *,
    start: Start | None = None,
) -> Clustering:
    """Raise the floor under a clustering that is known by cuts, and look for a cheaper one where few arcs are left.

    Parameters
    ----------
    problem
        Items of size 1, or of any size, of which only number and sizes are asked.
    known
        A clustering within the sizes, and its floor.
    prices
        Prices of memberships to begin from, shape (n,).
    start
        Looks for a plan to begin with where there are many items.
    """
    run = ExactRun(problem, asked, start=start)
    trial = Trial(run)
    trial.adopt(known.labels)
    kept = relax(run.compiled)
    ascent = subgradient_ascent(DenseOracle(kept), iterations=EXACT.ascent_steps, target=trial.objective, start=prices)
    dual = finish(kept, ascent.prices)
    found = _cut(run, dual, kept, trial, floor=known.lower_bound, most=EXACT.last_arcs * known.labels.size)
    assert found is not None  # noqa: S101 - there is a clustering to begin with
    return replace(found, method="exact" if found.proven else "search", stopped=run.is_late())


def _closed(
    run: ExactRun, kept: Relaxation, ascent: Ascent, dual: Dual, trial: Trial, upper: float
) -> Clustering | None:
    """Close what number and sizes leave between a plan and the floor: by a better plan, by cuts, then by arcs."""
    floor = CutFloor(kept, dual.bound, dual.reduced_cost, ())
    if run.rough or not is_cuttable(kept):
        return answer_of(run, _by_arcs(run, floor, trial, upper), spare=trial)
    if floor.arcs_below(trial.best(upper)) > EXACT.many_arcs * run.compiled.size and upper == math.inf:
        if is_nearly_whole(run.compiled, dual.reduced_cost.T):
            found = _by_arcs(run, floor, trial, upper, nodes=1, rough=True)
            if not found.stopped or run.is_late():
                return answer_of(run, found, spare=trial)
            if found.plan is not None:
                trial.adopt(found.plan.taken.argmax(axis=1)[run.compiled.group_of])
        else:
            trial.move(ascent)
    return _cut(run, dual, kept, trial, upper)


def _cut(
    run: ExactRun,
    dual: Dual,
    kept: Relaxation,
    trial: Trial,
    upper: float = math.inf,
    *,
    floor: float = 0.0,
    most: float = math.inf,
) -> Clustering | None:
    """Raise the floor by cuts; look at the arcs that are left, if they are no more than so many."""
    shown = raised = CutFloor(kept, dual.bound, dual.reduced_cost, ())
    if trial.best(upper) - dual.bound > EXACT.cuts_gap * trial.best(upper):

        def suggest(opened: NDArray[np.int64]) -> float:
            if _is_unit(run.compiled, kept):
                trial(opened, dual.prices)
            return trial.best(upper)

        raised = floor_by_cuts(kept, dual, trial.best(upper), suggest=suggest, late=run.is_late)
        if raised.bound - dual.bound >= EXACT.cuts_closed * (trial.best(upper) - dual.bound):
            shown = raised
    if shown.arcs_below(trial.best(upper)) <= most:
        found = _by_arcs(run, shown, trial, upper)
    else:
        found = Found(None, shown.bound, stopped=True, timed=run.is_late())
    return answer_of(run, replace(found, bound=max(found.bound, raised.bound, floor)), spare=trial)


def _by_arcs(
    run: ExactRun, floor: CutFloor, trial: Trial, upper: float, *, nodes: int | None = None, rough: bool | None = None
) -> Found:
    """Look for a cheaper plan on the arcs that a floor leaves."""
    return prove(
        run.compiled,
        floor.reduced_cost.T,
        floor.bound,
        effort=replace(run.effort_left(), nodes=nodes or run.effort.nodes),
        seed=run.seed,
        upper=trial.best(upper),
        finish=floor.add_to,
        improved=run.report("exact"),
        cancelled=run.patience.is_gone,
        closed=run.closed,
        rough=run.rough if rough is None else rough,
    )


def _branched(run: ExactRun, kept: Relaxation, dual: Dual, trial: Trial, upper: float) -> Clustering | None:
    """Split on medoids what the floor left open, where sizes are left out of account."""
    found = branch(
        kept,
        dual,
        objective=min(trial.objective, upper),
        cutoff=run.cutoff,
        effort=replace(run.effort_left(), nodes=0 if run.rough else run.effort.nodes),
        seed=run.seed,
        improved=run.report("exact"),
        cancelled=run.patience.is_gone,
    )
    if found.medoids is not None:
        trial.take(found.medoids)
    if trial.labels is None:
        return None
    return assemble(
        evaluate(run.compiled, trial.clusters()),
        lower_bound=run.lift(found.bound),
        method="search" if run.rough else "exact",
        repeatable=not run.patience.is_gone(),
        stopped=found.stopped,
    )
