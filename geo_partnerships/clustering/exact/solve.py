"""A best clustering, proved: a floor first, then the arcs that can still matter given to HiGHS."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.answer import PROOF_TOLERANCE, Stopped, assemble
from geo_partnerships.clustering.bounds.column_generation import ColumnFloor, floor_by_columns
from geo_partnerships.clustering.bounds.cuts import CutFloor, floor_by_cuts, is_cuttable
from geo_partnerships.clustering.bounds.lagrangian import DenseOracle, finish, relax, subgradient_ascent
from geo_partnerships.clustering.bounds.linear_relaxation import is_worth_sifting, sift
from geo_partnerships.clustering.bounds.pricing import is_columnar
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.clustering.exact.given_medoids import assign, improve_medoids, swap_medoids
from geo_partnerships.clustering.exact.p_median_branch_and_bound import branch
from geo_partnerships.clustering.exact.reduced_cost_fixing import Found, is_nearly_whole, prove
from geo_partnerships.clustering.exact.rounding import first_plan
from geo_partnerships.clustering.exact.set_partitioning import best_of_met, choose_clusters
from geo_partnerships.clustering.infeasibility.minimal_conflict import certified, explain
from geo_partnerships.clustering.models.assignment_model import build_model
from geo_partnerships.clustering.models.connectivity import solve_connected
from geo_partnerships.clustering.models.highs import solve_linear
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.problem import Clustering, Progress
from geo_partnerships.clustering.rules import Count, Leaders, MustLink, PairRewards, Pinned, Size
from geo_partnerships.clustering.rules.pair_rewards import rewards_by_group
from geo_partnerships.clustering.work import Patience

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.bounds.lagrangian import Ascent, Dual, Relaxation
    from geo_partnerships.clustering.bounds.linear_relaxation import Sifted
    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.exact.reduced_cost_fixing import Plan
    from geo_partnerships.clustering.models.assignment_model import MedoidModel
    from geo_partnerships.clustering.problem import ClusterProblem, Effort
    from geo_partnerships.clustering.run import Run

    Start = Callable[[Compiled, Ascent, int], NDArray[np.int64] | None]
    """Rounds an ascent to the cluster of each item, by a seed; None where sizes are broken."""

__all__ = ["PROOF_TOLERANCE", "Stopped", "assemble", "close", "solve_exactly"]

EXACT = PARAMETERS.exact


@dataclass
class ExactRun:
    """One exact solution under way: the problem and how it is to be worked on."""

    problem: ClusterProblem
    asked: Run
    rough: bool = False
    missing: tuple[int, ...] | None = None
    explains: bool = True
    start: Start | None = None
    effort: Effort = field(init=False)
    seed: int = field(init=False)
    patience: Patience = field(init=False)
    compiled: Compiled = field(init=False)
    integral: bool = field(init=False)
    unsettled: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Resolve the rules."""
        self.effort, self.seed = self.asked.effort, self.asked.seed
        self.patience = Patience(self.effort.seconds, self.asked.cancelled)
        self.compiled = compile_problem(self.problem)
        self.integral = is_integral(self.compiled)

    @cached_property
    def unrewarded(self) -> Compiled:
        """The problem without rewards of pairs: it has the same clusterings, none of which costs more."""
        rules = tuple(rule for rule in self.problem.rules if not isinstance(rule, PairRewards))
        return compile_problem(replace(self.problem, rules=rules)) if self.is_rewarded else self.compiled

    @cached_property
    def is_rewarded(self) -> bool:
        """Whether pairs are worth anything together."""
        return bool(rewards_by_group(self.compiled, self.compiled.of(PairRewards)))

    def lift(self, bound: float) -> float:
        """Round a bound up where every objective is a whole number."""
        return math.ceil(bound - PROOF_TOLERANCE) if self.integral and math.isfinite(bound) else bound

    def closed(self, objective: float, bound: float) -> bool:
        """Whether nothing is left between a plan and a bound."""
        gap = objective - self.lift(bound)
        return math.isfinite(objective) and gap <= PROOF_TOLERANCE * max(1.0, objective)

    def cutoff(self, objective: float) -> float:
        """Return the floor that proves that no plan is cheaper than one of cost `objective`."""
        if math.isinf(objective):
            return objective
        return objective - (EXACT.whole_step if self.integral else PROOF_TOLERANCE / 2 * max(1.0, objective))

    def is_late(self) -> bool:
        """Whether the clock, the caller or the limit of work ends it."""
        return self.patience.is_over()

    def effort_left(self) -> Effort:
        """The effort with what is left of its seconds."""
        return replace(self.effort, seconds=self.patience.seconds_left())

    def refuse(self) -> None:
        """Say which rules cannot be kept together, where anybody asks."""
        if self.explains:
            raise explain(self.problem, self.asked.noun, seed=self.seed, seconds=self.effort.seconds)

    def report(self, phase: str) -> Callable[[float, float], None] | None:
        """Make the callback of one phase."""
        progress = self.asked.progress
        if progress is None:
            return None
        return lambda objective, bound: progress(Progress(phase, objective, bound))

    def tell(self, phase: str, bound: float) -> Callable[[Plan], None]:
        """Make the callback for the plans of a phase above one bound."""
        report = self.report(phase)
        return lambda plan: None if report is None else report(plan.objective, self.lift(bound))


def is_integral(compiled: Compiled) -> bool:
    """Whether every objective is a whole number."""
    preferred = [rule for rule in compiled.problem.rules if not rule.binding]
    return (
        bool((compiled.cost == np.floor(compiled.cost)).all())
        and all(rule.weight == math.floor(rule.weight) for rule in preferred)
        and (not preferred or all(rule.is_counted() for rule in compiled.problem.rules))
    )


def is_plain(compiled: Compiled) -> bool:
    """Whether the Lagrangian keeps every rule: number, one size, and what is merged into groups."""
    rules = compiled.problem.rules
    merged = (Count, Size, MustLink)
    return (
        all(rule.binding and isinstance(rule, (*merged, Pinned)) for rule in rules)
        and len(compiled.of(Size)) <= 1
        and len({pin.label for pin in compiled.of(Pinned)}) <= 1
    )


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
    found = _solve_plain(run) if is_plain(run.compiled) else _solve_ruled(run)
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
    found = _solve_plain(run, upper) if is_plain(run.compiled) else _solve_ruled(run, upper)
    return found if found is not None and found.objective < upper else None


def _solve_plain(run: ExactRun, upper: float = math.inf) -> Clustering | None:
    """Number and sizes alone: the Lagrangian floor often meets a plan, else few arcs are left."""
    compiled = run.compiled
    kept = relax(compiled)
    trial = _Trial(run)
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
    trial = _Trial(run)
    trial.adopt(known.labels)
    kept = relax(run.compiled)
    ascent = subgradient_ascent(DenseOracle(kept), iterations=EXACT.ascent_steps, target=trial.objective, start=prices)
    dual = finish(kept, ascent.prices)
    found = _cut(run, dual, kept, trial, floor=known.lower_bound, most=EXACT.last_arcs * known.labels.size)
    assert found is not None  # noqa: S101 - there is a clustering to begin with
    return replace(found, method="exact" if found.proven else "search", stopped=run.is_late())


def _closed(
    run: ExactRun, kept: Relaxation, ascent: Ascent, dual: Dual, trial: _Trial, upper: float
) -> Clustering | None:
    """Close what number and sizes leave between a plan and the floor: by a better plan, by cuts, then by arcs."""
    floor = CutFloor(kept, dual.bound, dual.reduced_cost, ())
    if run.rough or not is_cuttable(kept):
        return _answer(run, _by_arcs(run, floor, trial, upper), spare=trial)
    if floor.arcs_below(trial.best(upper)) > EXACT.many_arcs * run.compiled.size and upper == math.inf:
        if is_nearly_whole(run.compiled, dual.reduced_cost.T):
            found = _by_arcs(run, floor, trial, upper, nodes=1, rough=True)
            if not found.stopped or run.is_late():
                return _answer(run, found, spare=trial)
            if found.plan is not None:
                trial.adopt(found.plan.taken.argmax(axis=1)[run.compiled.group_of])
        else:
            trial.move(ascent)
    return _cut(run, dual, kept, trial, upper)


def _cut(
    run: ExactRun,
    dual: Dual,
    kept: Relaxation,
    trial: _Trial,
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
    return _answer(run, replace(found, bound=max(found.bound, raised.bound, floor)), spare=trial)


def _by_arcs(
    run: ExactRun, floor: CutFloor, trial: _Trial, upper: float, *, nodes: int | None = None, rough: bool | None = None
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


def _branched(run: ExactRun, kept: Relaxation, dual: Dual, trial: _Trial, upper: float) -> Clustering | None:
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


class _Trial:
    """Plans tried on the way up: members for the open medoids, better medoids for the members."""

    def __init__(self, run: ExactRun) -> None:
        self.run = run
        self.cost = run.compiled.cost
        sizes = run.compiled.of(Size)
        self.size = (sizes[0].minimum, sizes[0].maximum) if sizes else (0.0, math.inf)
        self.free = not sizes
        self.objective = self.tried = math.inf
        self.labels: NDArray[np.int64] | None = None
        self.seen: set[tuple[int, ...]] = set()

    def __call__(self, opened: NDArray[np.int64], _prices: NDArray[np.float64]) -> float:
        medoids = np.sort(opened)
        if self.free:
            tried = float(self.cost[:, medoids].min(axis=1).sum())
            if tried < EXACT.swaps_within * self.tried and tuple(medoids.tolist()) not in self.seen:
                self.seen.add(tuple(medoids.tolist()))
                self.tried = min(tried, self.tried)
                self.take(swap_medoids(self.cost, medoids))
            return self.objective
        while tuple(medoids.tolist()) not in self.seen:
            self.seen.add(tuple(medoids.tolist()))
            labels = assign(self.cost, medoids, self.size)
            if labels is None:
                break
            medoids = improve_medoids(self.cost, labels, medoids)
            objective = float(self.cost[np.arange(labels.size), medoids[labels]].sum())
            if objective < self.objective:
                self.objective, self.labels = objective, labels
            medoids = np.sort(medoids)
        return self.objective

    def best(self, upper: float) -> float:
        """Cost below which a plan is better than the best so far, and than one of cost `upper`."""
        return min(self.objective, upper) - (EXACT.whole_step if self.run.integral else 0.0)

    def adopt(self, labels: NDArray[np.int64]) -> None:
        """Take a plan that keeps the sizes if it is the best so far; `labels` has shape (n,)."""
        _, labels = np.unique(labels, return_inverse=True)
        medoids = improve_medoids(self.cost, labels, np.arange(labels.max() + 1))
        objective = float(self.cost[np.arange(labels.size), medoids[labels]].sum())
        if objective < self.objective:
            self.labels, self.objective = labels, objective

    def take(self, medoids: NDArray[np.int64]) -> None:
        """Take the plan of some medoids, sizes left out of account, if it is the best so far."""
        labels = assign(self.cost, medoids, (0.0, math.inf))
        assert labels is not None  # noqa: S101 - without sizes there is room for all
        objective = float(self.cost[np.arange(labels.size), medoids[labels]].sum())
        if objective < self.objective:
            self.objective, self.labels = objective, labels

    def move(self, ascent: Ascent) -> None:
        """Look for a plan by moves, where that is worth compiled loops."""
        if self.run.start is None or not self.run.compiled.size == self.run.compiled.n >= EXACT.moves_items:
            return
        labels = self.run.start(self.run.compiled, ascent, self.run.seed)
        if labels is not None:
            self.adopt(labels)

    def clusters(self) -> list[list[int]]:
        """Members of each cluster of the best plan."""
        labels = self.labels
        assert labels is not None  # noqa: S101 - asked only once there is a plan
        return [np.flatnonzero(labels == position).tolist() for position in range(int(labels.max()) + 1)]


def _solve_ruled(run: ExactRun, upper: float = math.inf) -> Clustering | None:
    """Solve with every rule: the floor comes from the linear relaxation of the whole model."""
    limits = _leaders_to_miss(run) if run.missing is None else list(run.missing)
    found = _prove_within(run, limits, upper)
    if found.infeasible and limits and run.missing is None:
        limits = _fewest_missing(run)
        found = _prove_within(run, limits, upper)
    answer = _answer(run, found)
    if answer is None or run.unsettled or run.missing is not None:
        return answer
    return replace(answer, fewest_leaderless=tuple(limits))


def _leaders_to_miss(run: ExactRun) -> list[int]:
    """For each preferred `Leaders` rule, a number of clusters that must do without a leader.

    With one such rule, arithmetic gives the number, and it is nearly always right; where it is not, or where
    there are several rules, the number is searched for.
    """
    rules = run.compiled.of(Leaders, binding=False)
    if len(rules) > 1:
        return _fewest_missing(run)
    return [max(0, run.compiled.count[0] - len(run.compiled.members(rule.items))) for rule in rules]


def _fewest_missing(run: ExactRun) -> list[int]:
    """Fewest clusters without a leader, one rule after another."""
    built = build_model(run.unrewarded)
    fewest: list[int] = []
    held = built.model.costs
    for columns in built.missing_leaders:
        flat = built.model.unit_cost(columns)
        built.model.costs = [flat]
        outcome = solve_connected(
            built,
            effort=run.effort,
            seed=run.seed,
            improved=run.report("leaders"),
            cancelled=run.patience.is_gone,
        )
        if outcome.infeasible:
            run.refuse()
        if outcome.values is None:
            raise Stopped("the effort ran out before any clustering was found")
        run.unsettled = run.unsettled or outcome.stopped
        fewest.append(round(float(flat @ outcome.values)))
        built.model.add_rows([(columns[None, :], 1.0)], upper=fewest[-1])
    built.model.costs = held
    return fewest


def _limit_leaders(built: MedoidModel, limits: list[int]) -> None:
    """Let no more clusters be without a leader than `limits` say."""
    for columns, limit in zip(built.missing_leaders, limits, strict=True):
        built.model.add_rows([(columns[None, :], 1.0)], upper=limit)


@dataclass(frozen=True, eq=False)
class _Aim:
    """What is looked for: no more clusters without a leader than `limits` say, and less cost than `upper`."""

    run: ExactRun
    limits: list[int]
    upper: float

    @property
    def limit(self) -> int:
        """How many clusters may be without a leader where one rule asks for any."""
        return self.limits[0] if self.limits else 0

    def finish(self, built: MedoidModel) -> None:
        """Add the limits to a model."""
        _limit_leaders(built, self.limits)

    def search(
        self,
        reduced_cost: NDArray[np.float64],
        floor: float,
        plan: Plan | None = None,
        *,
        nodes: int | None = None,
        arcs: int = EXACT.few_arcs,
        rough: bool = False,
    ) -> Found:
        """Look at single memberships, those first by which a floor rises least."""
        run = self.run
        return prove(
            run.compiled,
            reduced_cost,
            floor,
            effort=replace(run.effort_left(), nodes=nodes or run.effort.nodes),
            seed=run.seed,
            upper=self.upper,
            plan=plan,
            arcs=arcs,
            finish=self.finish,
            improved=run.report("exact"),
            cancelled=run.patience.is_gone,
            closed=run.closed,
            rough=rough or run.rough,
        )


def _prove_within(run: ExactRun, limits: list[int], upper: float) -> Found:
    """Find a best clustering among those with no more clusters without leaders than `limits` say."""
    aim = _Aim(run, limits, upper)
    return _prove_rewarded(aim) if run.is_rewarded else _prove_unrewarded(aim)


def _prove_unrewarded(aim: _Aim) -> Found:
    run, search = aim.run, aim.search
    whole = build_model(run.compiled)
    aim.finish(whole)
    sifted = sift(whole) if is_worth_sifting(whole) else None
    linear = solve_linear(whole.model) if sifted is None else sifted.linear
    if linear is None:
        return search(np.zeros(whole.x.shape), 0.0)
    reduced_cost = np.maximum(linear.reduced[whole.x], 0.0)
    known = None if sifted is None or run.rough else _first_plan(run, sifted, linear.value, aim.finish)
    if known is not None and run.closed(known.objective, linear.value):
        return Found(known, linear.value)
    if run.rough or run.effort.nodes is not None or not is_columnar(run.compiled):
        return _with(search(reduced_cost, linear.value), known)
    if linear.fractional < EXACT.loose:
        found = _with(search(reduced_cost, linear.value, nodes=1, rough=True), known)
        if not found.stopped or run.is_late():
            return found
        known = found.plan
        if known is not None and known.objective - found.bound <= EXACT.wide_gap * known.objective:
            return search(reduced_cost, linear.value, known)
    best = min(aim.upper, known.objective if known is not None else math.inf)
    floor = floor_by_columns(run.compiled, aim.limit, linear.prices, late=run.is_late)
    found = _by_columns(run, floor, aim.limit, best)
    if found.stopped and not found.timed:
        reduced_cost, value = (
            (reduced_cost, linear.value) if floor.value <= linear.value else (floor.reduced_costs(), floor.value)
        )
        found = search(reduced_cost, value, arcs=EXACT.more_arcs)
    return replace(_with(found, known), bound=max(found.bound, linear.value))


def _prove_rewarded(aim: _Aim) -> Found:
    """Prove where pairs are rewarded: whole clusters see who is together, single memberships hardly do."""
    run = aim.run
    columnar = is_columnar(run.compiled)
    whole = build_model(run.unrewarded if columnar else run.compiled)
    aim.finish(whole)
    sifted = sift(whole) if columnar and is_worth_sifting(whole) else None
    linear = solve_linear(whole.model) if sifted is None else sifted.linear
    if linear is None:
        return _unrewarded_plan(aim, np.zeros(whole.x.shape), 0.0)
    reduced_cost = np.maximum(linear.reduced[whole.x], 0.0)
    if not columnar:
        return aim.search(reduced_cost, linear.value)
    known = None if sifted is None else _first_plan(run, sifted, linear.value, aim.finish)
    if known is None:
        found = _unrewarded_plan(aim, reduced_cost, linear.value)
        if found.plan is None:
            return found
        known = found.plan
    known = _rewarded(run, known)
    floor = floor_by_columns(run.compiled, aim.limit, linear.prices, late=run.is_late, known=known.taken)
    met = best_of_met(floor, aim.limit, effort=run.effort_left(), seed=run.seed, late=run.patience.is_gone)
    if met is not None and met.objective < known.objective:
        known = met
    run.tell("exact", floor.value)(known)
    if run.rough or run.is_late():
        return Found(known, max(floor.value, linear.value), stopped=True, timed=run.is_late())
    found = _by_columns(run, floor, aim.limit, min(aim.upper, known.objective))
    return replace(_with(found, known), bound=max(found.bound, linear.value))


def _unrewarded_plan(aim: _Aim, reduced_cost: NDArray[np.float64], floor: float) -> Found:
    """Find a plan that keeps the rules, whatever pairs it parts."""
    run = aim.run
    return prove(
        run.unrewarded,
        reduced_cost,
        floor,
        effort=run.effort_left(),
        seed=run.seed,
        finish=aim.finish,
        cancelled=run.patience.is_gone,
        rough=True,
    )


def _rewarded(run: ExactRun, plan: Plan) -> Plan:
    """Price a plan with the pairs that it parts."""
    return replace(plan, objective=evaluate(run.compiled, _clusters(run.compiled, plan)).objective)


def _clusters(compiled: Compiled, plan: Plan) -> list[list[int]]:
    """Return the items of each cluster of a plan."""
    return [
        sorted(itertools.chain(*(compiled.groups[g] for g in np.flatnonzero(plan.taken[:, j]))))
        for j in np.flatnonzero(plan.taken.any(axis=0))
    ]


def _first_plan(run: ExactRun, sifted: Sifted, floor: float, finish: Callable[[MedoidModel], None]) -> Plan | None:
    """Look for a plan before the proof, and report it with the floor."""
    return first_plan(
        sifted,
        finish,
        effort=run.effort_left(),
        seed=run.seed,
        improved=run.tell("first plan", floor),
        cancelled=run.is_late,
    )


def _with(found: Found, known: Plan | None) -> Found:
    """Take a plan known before where no better one was found."""
    worse = known is not None and (found.plan is None or found.plan.objective > known.objective)
    return replace(found, plan=known) if worse else found


def _by_columns(run: ExactRun, floor: ColumnFloor, limit: int, best: float) -> Found:
    """Look for a clustering cheaper than `best` among the clusters that can still matter."""
    return choose_clusters(
        floor,
        limit,
        effort=run.effort_left(),
        seed=run.seed,
        upper=best,
        improved=run.report("exact"),
        late=run.is_late,
    )


def _answer(run: ExactRun, found: Found, spare: _Trial | None = None) -> Clustering | None:
    """Judge what was found and join it with its bound."""
    compiled = run.compiled
    spare = spare if spare is not None and spare.labels is not None else None
    if found.plan is not None and not (spare is not None and spare.objective < found.plan.objective):
        clusters = _clusters(compiled, found.plan)
    elif spare is not None:
        clusters = spare.clusters()
    else:
        if found.infeasible:
            run.refuse()
        return None
    judged = evaluate(compiled, clusters)
    return assemble(
        judged,
        lower_bound=run.lift(found.bound),
        method="search" if run.rough else "exact",
        repeatable=not run.patience.is_gone(),
        stopped=found.stopped or run.unsettled,
    )
