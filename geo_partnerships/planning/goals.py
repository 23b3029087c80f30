"""Goals in an order: each is reached, proven as far as can be, and held while the next is improved."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.certificate import GoalReached
from geo_partnerships.clustering import Allowed, Effort, Leaders, cluster
from geo_partnerships.clustering.exact.least_worst import least_worst, worst_of
from geo_partnerships.clustering.problem import MATRIX_ITEMS
from geo_partnerships.clustering.search.leaders import unled
from geo_partnerships.errors import UsageError
from geo_partnerships.planning.distances import distances_between
from geo_partnerships.scenarios.parameters import Goal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering import Clustering, ClusterProblem
    from geo_partnerships.clustering import Progress as Standing
    from geo_partnerships.clustering.exact.least_worst import LeastWorst
    from geo_partnerships.model import Problem, School
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.parameters import Scenario

__all__ = ["goal_rules", "solved_by", "solved_in_order"]

_LEAST_S = 1.0


def solved_by(
    asked: ClusterProblem,
    scenario: Scenario,
    told: Callable[[Standing], None] | None = None,
    *,
    quick: bool = False,
    spent: float = 0.0,
) -> Clustering:
    """Cluster as a scenario says, in the seconds that are not spent; `quick` is content with any good clustering."""
    seconds = None if scenario.seconds is None else max(_LEAST_S, scenario.seconds - spent)
    return cluster(
        asked,
        method="search" if quick else scenario.method,
        seed=scenario.seed,
        effort=Effort(seconds=seconds, work=scenario.work),
        noun="schools",
        progress=told,
    )


def solved_in_order(
    asked: ClusterProblem,
    schools: Sequence[School],
    problem: Problem,
    scenario: Scenario,
    told: Callable[[Standing], None] | None = None,
) -> tuple[Clustering, tuple[GoalReached, ...], float | None]:
    """Cluster with the goals of a scenario, one after another.

    Parameters
    ----------
    asked
        Dissimilarities and rules; of preferred leaders a solver has as few clusters without as can be.
    schools
        The schools that rules and dissimilarities speak of, by position.
    told
        Called with where the solver stands.

    Returns
    -------
    tuple
        The clustering, what was reached of each goal, and the distance to the centre school that no member may
        exceed, in metres; None where no goal limits it.
    """
    goals = scenario.goals_asked
    if Goal.WORST_DISTANCE not in goals:
        found = solved_by(asked, scenario, told)
        return found, _reached(goals, asked, found, {}), None
    if len(schools) > MATRIX_ITEMS:
        raise UsageError(
            f"The goal '{Goal.WORST_DISTANCE}' is proved for up to {MATRIX_ITEMS:,} schools in a strand; this one has "
            f"{len(schools):,}. Leave it out of goals, or plan smaller areas."
        )
    slack = scenario.slack.worst_distance
    distances = _known(schools, problem)
    began = time.monotonic()
    least = _least_worst(asked, distances, scenario)
    within = least.value + slack
    mask = _mask(distances, within)
    found = solved_by(replace(asked, rules=(*asked.rules, mask)), scenario, told, spent=time.monotonic() - began)
    if least.timed:
        found = replace(found, repeatable=False)
    worst = GoalReached(
        goal=Goal.WORST_DISTANCE,
        unit="m",
        value=worst_of(distances, found.medoids, found.members),
        best=least.value,
        bound=least.lower_bound,
        slack=slack,
        private=False,
    )
    return found, _reached(goals, asked, found, {Goal.WORST_DISTANCE: worst}), within


def goal_rules(plan: Plan, strand: str, schools: Sequence[School]) -> list[tuple[str, Allowed]]:
    """Return what the goals of a plan bar in one strand, each after the key of its parameter.

    Parameters
    ----------
    schools
        The strand's schools; rules speak of their positions.
    """
    certificate = next((result.certificate for result in plan.strands if result.strand == strand), None)
    if certificate is None or certificate.within_m is None:
        return []
    return [("goals", _mask(_known(schools, plan.problem), certificate.within_m))]


def _known(schools: Sequence[School], problem: Problem) -> NDArray[np.float64]:
    """Return metres of each school to each, shape (n, n); infinite where two have no distance."""
    return np.nan_to_num(distances_between(schools, problem.distances), nan=np.inf)


def _mask(distances: NDArray[np.float64], within: float) -> Allowed:
    words = f"nobody farther than {within:,.0f} m from the centre school"
    return Allowed(distances <= within, name=words, private=False)


def _least_worst(asked: ClusterProblem, distances: NDArray[np.float64], scenario: Scenario) -> LeastWorst:
    """Find the least worst distance; leaders are held as they were reached where they are the goal before."""
    goals = scenario.goals_asked
    before = goals[: goals.index(Goal.WORST_DISTANCE)]
    if Goal.LEADERS not in before:
        rest = tuple(rule for rule in asked.rules if rule.binding or not isinstance(rule, Leaders))
        asked = replace(asked, rules=rest)
    known = solved_by(asked, scenario, quick=True)
    until = math.inf if scenario.seconds is None else time.monotonic() + scenario.seconds / 2
    return least_worst(
        asked,
        distances,
        known,
        missing=unled(asked, known.members),
        seed=scenario.seed,
        most=scenario.work,
        cancelled=lambda: time.monotonic() > until,
    )


def _reached(
    goals: tuple[Goal, ...], asked: ClusterProblem, found: Clustering, told: dict[Goal, GoalReached]
) -> tuple[GoalReached, ...]:
    """Say what a clustering has of each goal, and what is proved of it."""
    alone = sum(unled(asked, found.members))
    fewest = sum(found.fewest_leaderless)
    told = told | {
        Goal.GUARANTEE: GoalReached(goal=Goal.GUARANTEE, unit="schools", value=0.0, best=0.0, bound=0.0),
        Goal.LEADERS: GoalReached(
            goal=Goal.LEADERS, unit="partnerships", value=alone, best=alone, bound=fewest, private=False
        ),
        Goal.DISTANCE: GoalReached(
            goal=Goal.DISTANCE, unit="m", value=found.objective, best=found.objective, bound=found.lower_bound
        ),
    }
    return tuple(told[goal] for goal in goals)
