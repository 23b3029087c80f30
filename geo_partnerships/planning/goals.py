"""Goals in an order: each is reached, proven as far as can be, and held while the next is improved."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.certificate import GoalReached
from geo_partnerships.clustering import Allowed, Leaders, PartedAtMost
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.clustering.exact.least_worst import least_worst, worst_of
from geo_partnerships.clustering.problem import MATRIX_ITEMS
from geo_partnerships.clustering.search.leaders import unled
from geo_partnerships.errors import UsageError
from geo_partnerships.pairs import PairKind, pairs_of
from geo_partnerships.planning.distances import distances_between
from geo_partnerships.planning.solving import MOST_SCHOOLS, fewest_parted, parted, solved_by
from geo_partnerships.scenarios.parameters import Goal
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering import Clustering, ClusterProblem, Rule
    from geo_partnerships.clustering import Progress as Standing
    from geo_partnerships.clustering.exact.least_worst import LeastWorst
    from geo_partnerships.model import Problem, School
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.parameters import Scenario

__all__ = ["Held", "goal_rules", "solved_in_order"]


@dataclass(frozen=True, slots=True)
class Held:
    """What goals that were reached ask of every plan after them.

    Attributes
    ----------
    within_m
        The distance to the centre school that no member may exceed, in metres; None where no goal limits it.
    leaderless
        How many partnerships may be without a system leader; None where no goal gives slack for it.
    not_granted
        How many wishes may not be granted; None where no goal limits it.
    """

    within_m: float | None = None
    leaderless: int | None = None
    not_granted: int | None = None


def solved_in_order(
    asked: ClusterProblem,
    schools: Sequence[School],
    problem: Problem,
    scenario: Scenario,
    told: Callable[[Standing], None] | None = None,
) -> tuple[Clustering, tuple[GoalReached, ...], Held]:
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
        The clustering, what was reached of each goal, and what it is held to.

    Raises
    ------
    UsageError
        There are more schools than a goal can be proved for.
    """
    _refuse_many(schools, scenario)
    order = _Order(asked, schools, problem, scenario)
    for goal in scenario.goals_asked:
        order.reach(goal)
    found = solved_by(order.at_hand(), scenario, told, spent=time.monotonic() - order.began)
    if scenario.slack.leaders:  # what is preferred is told as it was asked
        found = replace(found, violations=evaluate(compile_problem(asked), found.members).violations)
    if order.timed:
        found = replace(found, repeatable=False)
    return found, order.reached_by(found), order.held


_MOST_SCHOOLS = {Goal.WORST_DISTANCE: MATRIX_ITEMS, Goal.WISHES: MOST_SCHOOLS}


def _refuse_many(schools: Sequence[School], scenario: Scenario) -> None:
    """Refuse goals that cannot be proved for so many schools, before any work is done."""
    for goal in scenario.goals_asked:
        most = _MOST_SCHOOLS.get(goal, len(schools))
        if len(schools) > most:
            weigh = ", weigh wishes instead ([wishes] granted)" if goal is Goal.WISHES else ""
            raise UsageError(
                f"The goal '{goal}' is proved for up to {most:,} schools in a strand; this one has "
                f"{len(schools):,}. Leave it out of goals{weigh}, or plan smaller areas."
            )


@dataclass(eq=False)
class _Order:
    """Goals that are reached one after another, and what is held of those before."""

    asked: ClusterProblem
    schools: Sequence[School]
    problem: Problem
    scenario: Scenario
    held: Held = field(default_factory=Held)
    timed: bool = field(default=False, init=False)
    began: float = field(default_factory=time.monotonic, init=False)
    limits: list[Rule] = field(default_factory=list, init=False)
    wait_for_leaders: bool = field(init=False)
    told: dict[Goal, GoalReached] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Look for leaders only once it is their turn."""
        self.wait_for_leaders = Goal.LEADERS in self.scenario.goals_asked

    def at_hand(self) -> ClusterProblem:
        """Return what is asked with what is held; preferred leaders wait for their turn."""
        rules = [rule for rule in self.asked.rules if not (self.wait_for_leaders and rule.goes_first())]
        return replace(self.asked, rules=(*rules, *self.limits))

    def reach(self, goal: Goal) -> None:
        """Find what is best of a goal, and hold it."""
        if goal is Goal.LEADERS:
            self.wait_for_leaders = False
            if self.scenario.slack.leaders:
                self._loosen_leaders(self.scenario.slack.leaders)
        elif goal is Goal.WORST_DISTANCE:
            self._limit_distance()
        elif goal is Goal.WISHES:
            self._limit_wishes()

    def _loosen_leaders(self, slack: int) -> None:
        """Let so many clusters more be without a leader than have to be."""
        quick = solved_by(self.at_hand(), self.scenario, quick=True)
        alone = unled(self.at_hand(), quick.members)
        preferred = [rule for rule in self.asked.rules if isinstance(rule, Leaders) and not rule.binding]
        loose: list[Rule] = [
            Leaders(rule.items, lacking=number + slack, name=rule.words, private=rule.private)
            for rule, number in zip(preferred, alone, strict=True)
        ]
        rest = [rule for rule in self.asked.rules if not rule.goes_first()]
        self.asked = replace(self.asked, rules=(*rest, *loose))
        self.held = replace(self.held, leaderless=sum(alone) + slack * len(loose))
        self.told[Goal.LEADERS] = GoalReached(
            goal=Goal.LEADERS,
            unit="partnerships",
            value=sum(alone),
            best=sum(alone),
            bound=sum(quick.fewest_leaderless),
            slack=slack,
            private=False,
        )

    def _limit_distance(self) -> None:
        """Hold the worst distance within its slack of the least."""
        slack = self.scenario.slack.worst_distance
        distances = _known(self.schools, self.problem)
        least = _least_worst(self.at_hand(), distances, self.scenario)
        self.timed = self.timed or least.timed
        self.held = replace(self.held, within_m=least.value + slack)
        self.limits.append(_mask(distances, least.value + slack))
        self.told[Goal.WORST_DISTANCE] = GoalReached(
            goal=Goal.WORST_DISTANCE,
            unit="m",
            value=least.value,
            best=least.value,
            bound=least.lower_bound,
            slack=slack,
            private=False,
        )

    def _limit_wishes(self) -> None:
        """Hold the number of wishes that are not granted within its slack of the least."""
        pairs = _wishes_among(self.schools, self.problem)
        least, bound = fewest_parted(self.at_hand(), pairs, self.scenario)
        slack = max(self.scenario.slack.wishes, int(self.scenario.slack.wishes_percent * (len(pairs) - least) / 100))
        self.held = replace(self.held, not_granted=least + slack)
        words = f"at most {count(least + slack, 'wish', 'wishes')} not granted"
        if pairs:
            self.limits.append(PartedAtMost(pairs, least + slack, name=words, private=True))
        self.told[Goal.WISHES] = GoalReached(
            goal=Goal.WISHES, unit="wishes", value=least, best=least, bound=bound, slack=slack
        )

    def reached_by(self, found: Clustering) -> tuple[GoalReached, ...]:
        """Say what a clustering has of each goal, and what is proved of it."""
        values: dict[Goal, float] = {
            Goal.GUARANTEE: 0.0,
            Goal.LEADERS: sum(_leaderless(self.asked, found.members)),
            Goal.WORST_DISTANCE: worst_of(_known(self.schools, self.problem), found.medoids, found.members)
            if Goal.WORST_DISTANCE in self.told
            else 0.0,
            Goal.WISHES: parted(found, _wishes_among(self.schools, self.problem)),
            Goal.DISTANCE: found.objective,
        }
        alone, fewest = values[Goal.LEADERS], sum(found.fewest_leaderless)
        told = {
            Goal.GUARANTEE: GoalReached(goal=Goal.GUARANTEE, unit="schools", value=0.0, best=0.0, bound=0.0),
            Goal.LEADERS: GoalReached(
                goal=Goal.LEADERS, unit="partnerships", value=alone, best=alone, bound=fewest, private=False
            ),
            Goal.DISTANCE: GoalReached(
                goal=Goal.DISTANCE, unit="m", value=found.objective, best=found.objective, bound=found.lower_bound
            ),
        } | self.told
        return tuple(
            replace(told[goal], value=values[goal], best=min(told[goal].best, values[goal]))
            for goal in self.scenario.goals_asked
        )


def _leaderless(asked: ClusterProblem, members: Sequence[Sequence[int]]) -> list[int]:
    """Count for each rule that asks for leaders in clusters those without."""
    return [
        sum(set(rule.items).isdisjoint(items) for items in members) for rule in asked.rules if isinstance(rule, Leaders)
    ]


def _wishes_among(schools: Sequence[School], problem: Problem) -> tuple[tuple[int, int], ...]:
    """Return the wishes of which both schools are there, by position."""
    place = {school.urn: position for position, school in enumerate(schools)}
    pairs = pairs_of(PairKind.GRANTED, problem)
    return tuple((place[a], place[b]) for a, b in pairs if a in place and b in place)


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
    """Find the least worst distance; leaders are held as they were reached where they are a goal before."""
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
