"""A proof under any rules: the floor of the whole model, then single memberships or whole clusters."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.answer import Stopped
from geo_partnerships.clustering.bounds.column_generation import ColumnFloor, floor_by_columns
from geo_partnerships.clustering.bounds.initial_columns import initial_columns
from geo_partnerships.clustering.bounds.linear_relaxation import is_worth_sifting, sift
from geo_partnerships.clustering.bounds.pricing import ColumnRules, Columns, is_columnar
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.clustering.exact.reduced_cost_fixing import Found, Plan, prove
from geo_partnerships.clustering.exact.rounding import first_plan
from geo_partnerships.clustering.exact.run import ExactRun
from geo_partnerships.clustering.exact.set_partitioning import best_of, best_of_met, choose_clusters
from geo_partnerships.clustering.exact.trial import answer_of, clusters_of
from geo_partnerships.clustering.models.assignment_model import build_model
from geo_partnerships.clustering.models.connectivity import solve_connected
from geo_partnerships.clustering.models.highs import solve_linear
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.rules import Leaders, PairRewards, PartedAtMost

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.bounds.linear_relaxation import Sifted
    from geo_partnerships.clustering.models.assignment_model import MedoidModel
    from geo_partnerships.clustering.problem import Clustering

__all__ = ["solve_ruled"]

EXACT = PARAMETERS.exact


def solve_ruled(run: ExactRun, upper: float = math.inf) -> Clustering | None:
    """Solve with every rule: the floor comes from the linear relaxation of the whole model."""
    limits = _leaders_to_miss(run) if run.missing is None else list(run.missing)
    found = _prove_within(run, limits, upper)
    if found.infeasible and limits and run.missing is None:
        limits = _fewest_missing(run)
        found = _prove_within(run, limits, upper)
    answer = answer_of(run, found)
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
        return self.limits[0] if self.limits else sum(rule.lacking for rule in self.run.compiled.of(Leaders))

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
    return _prove_paired(aim) if run.is_paired else _prove_unpaired(aim)


def _prove_unpaired(aim: _Aim) -> Found:
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


def _prove_paired(aim: _Aim) -> Found:
    """Prove where pairs matter: whole clusters see who is together, single memberships hardly do."""
    run = aim.run
    columnar = is_columnar(run.compiled)
    whole = build_model(run.unpaired if columnar else run.compiled)
    aim.finish(whole)
    sifted = sift(whole) if columnar and is_worth_sifting(whole) else None
    linear = solve_linear(whole.model) if sifted is None else sifted.linear
    if linear is None:
        nothing = np.zeros(whole.x.shape)
        return aim.search(nothing, 0.0) if run.limits_parting else _unpaired_plan(aim, nothing, 0.0)
    reduced_cost = np.maximum(linear.reduced[whole.x], 0.0)
    if not columnar:
        return aim.search(reduced_cost, linear.value)
    first = None if sifted is None else _first_plan(run, sifted, linear.value, aim.finish)
    if first is None:
        found = _unpaired_plan(aim, reduced_cost, linear.value)
        if found.plan is None:
            return found
        first = found.plan
    rules = ColumnRules.of(run.compiled)
    begun = initial_columns(run.compiled, rules)
    among = None if begun is None else _plan_among(begun, rules.most_parted, aim)
    plans = [plan for plan in (_priced(run, first), among) if plan is not None]
    known = min(plans, key=lambda plan: plan.objective) if plans else first
    floor = floor_by_columns(run.compiled, aim.limit, linear.prices, late=run.is_late, known=known.taken, begun=begun)
    met = best_of_met(floor, aim.limit, effort=run.effort_left(), seed=run.seed, late=run.patience.is_gone)
    plans += [met] if met is not None else []
    if not plans:
        found = _parting_least(aim)
        if found.plan is None:
            return found
        plans = [found.plan]
    known = min(plans, key=lambda plan: plan.objective)
    run.tell("exact", floor.value)(known)
    if run.rough or run.is_late():
        return Found(known, max(floor.value, linear.value), stopped=True, timed=run.is_late())
    found = _by_columns(run, floor, aim.limit, min(aim.upper, known.objective))
    return replace(_with(found, known), bound=max(found.bound, linear.value))


def _plan_among(columns: Columns, most_parted: float, aim: _Aim) -> Plan | None:
    """Choose among the clusters that pairs form, and those close to them."""
    run = aim.run
    effort, late = run.effort_left(), run.patience.is_gone
    return best_of(run.compiled, columns, aim.limit, most_parted, effort=effort, seed=run.seed, late=late)


def _unpaired_plan(aim: _Aim, reduced_cost: NDArray[np.float64], floor: float) -> Found:
    """Find a plan that keeps the rules, whatever pairs it parts."""
    run = aim.run
    return prove(
        run.unpaired,
        reduced_cost,
        floor,
        effort=run.effort_left(),
        seed=run.seed,
        finish=aim.finish,
        cancelled=run.patience.is_gone,
        rough=True,
    )


def _priced(run: ExactRun, plan: Plan) -> Plan | None:
    """Price a plan with the pairs that it parts; None where those are too many."""
    judged = evaluate(run.compiled, clusters_of(run.compiled, plan))
    return None if judged.broken else replace(plan, objective=judged.objective)


def _parting_least(aim: _Aim) -> Found:
    """Find a plan that parts few enough pairs, or prove that the fewest that can be parted are too many."""
    run = aim.run
    [limit] = run.compiled.of(PartedAtMost)
    rules = [rule for rule in run.problem.rules if rule is not limit and (rule.binding or rule.goes_first())]
    counted = replace(
        run.problem,
        cost=np.zeros_like(run.problem.cost),
        rules=(*rules, PairRewards(limit.pairs, name=limit.words, weight=1.0)),
    )
    asked = replace(run.asked, effort=run.effort_left(), progress=None)
    answer = solve_ruled(ExactRun(counted, asked, missing=tuple(aim.limits), explains=False))
    if answer is None:
        return Found(None, 0.0, stopped=True)
    judged = evaluate(run.compiled, answer.members)
    if judged.broken:
        return Found(None, 0.0, infeasible=answer.lower_bound > limit.most, stopped=True)
    taken = np.zeros((run.compiled.size, run.compiled.n), dtype=np.bool_)
    for medoid, items in zip(judged.medoids, judged.members, strict=True):
        taken[run.compiled.members(items), medoid] = True
    return Found(Plan(taken, np.zeros(0), judged.objective), 0.0, stopped=True)


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
