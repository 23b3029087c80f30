"""Alternatives: the same problem under other goals, each plan proven best in its own order.

Every alternative is the scenario with changes that a planner can give to `run` by `--set`. Besides the named ones,
plans between the shortest and the fairest are made: the least distance with nobody farther than so many metres from
the centre school, for a few limits. They are points of the front of distance and worst journey.
"""

from __future__ import annotations

import json
import math
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geo_partnerships.alternatives.firm import Firmness, firmness_of, near_best
from geo_partnerships.api import running
from geo_partnerships.comparing import compare
from geo_partnerships.errors import NoPlanError, UsageError
from geo_partnerships.planning import plan
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.scenarios.parameters import Goal, Strength

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from geo_partnerships.api.running import Run
    from geo_partnerships.certificate import GoalReached
    from geo_partnerships.model import Problem
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.parameters import Scenario

    Progress = Callable[[str], None]

__all__ = ["Alternative", "Alternatives", "UnderSurveys", "alternatives_of", "plans_of", "with_firmness"]

_BETWEEN = (0.3, 0.65)
"""Where between the least worst journey and that of the shortest plan limits are set."""

FAIREST, SHORTEST = "shortest-worst-journey", "shortest"

WISH_M = 1000
"""Metres that all schools together go farther for one more wish where more wishes are wanted."""

_ROUND_M = 50
"""Limits are so many metres, or a multiple."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A plan that is best in one respect.

    Parameters
    ----------
    key
        Safe as the name of a folder.
    name
        A name for a meeting.
    changes
        ``key=value`` each: what makes the scenario this one.
    moved
        Schools whose partnership differs from the letter's draft; None without one.
    wishes_met, wishes_named
        Pairs of a school and one that it named that share a partnership, and all such pairs.
    with_leader
        Partnerships with a system leader.
    """

    key: str
    name: str
    changes: tuple[str, ...]
    run: Run
    moved: int | None
    wishes_met: int
    wishes_named: int
    with_leader: int

    @property
    def mean_m(self) -> float:
        """Mean distance to the centre school over the area partnerships, in metres."""
        return self.run.report.scores.mean_distance_m or 0.0

    @property
    def worst_m(self) -> float:
        """Greatest distance to the centre school over the area partnerships, in metres."""
        return self.run.report.scores.max_distance_m or 0.0

    @property
    def is_proven(self) -> bool:
        """Whether the plan is proved best in its order of goals."""
        proof = proof_of(self.run.plan, self.run.report)
        return proof.is_best and all(goal.proven for goal in goals_of(self.run))

    @property
    def figures(self) -> tuple[float, ...]:
        """What is weighed, the less the better: distances, then counts with their sign turned."""
        return self.mean_m, self.worst_m, -self.wishes_met, -self.with_leader, self.moved or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderSurveys:
    """What is firm in a plan over plans under other surveys.

    Parameters
    ----------
    invented
        Whether every survey, that of the plan too, was made up.
    impossible
        Surveys under which no plan keeps the binding rules.
    """

    firmness: Firmness
    invented: bool
    impossible: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternatives:
    """The alternatives to a scenario's plan, the named ones first, and what is firm among all.

    Parameters
    ----------
    surveys
        What is firm in the plan where other answers are given; None where none were asked for.
    """

    scenario: str
    plans: tuple[Alternative, ...]
    firmness: Firmness
    surveys: UnderSurveys | None = None

    def is_best(self, one: Alternative) -> bool:
        """Say whether no other alternative is at least as good in every figure and better in one."""
        mine = one.figures
        return not any(
            other.figures != mine and all(a <= b for a, b in zip(other.figures, mine, strict=True))
            for other in self.plans
        )


def goals_of(run: Run) -> tuple[GoalReached, ...]:
    """Return what a run reached of its goals."""
    return tuple(goal for result in run.plan.strands for goal in result.goals)


def alternatives_of(
    name: str,
    data: Path,
    changes: Sequence[str] = (),
    *,
    surveys: Sequence[Path] = (),
    progress: Progress | None = None,
) -> Alternatives:
    """Plan a scenario under other goals.

    Parameters
    ----------
    name
        The scenario.
    data
        The data folder.
    changes
        ``key=value`` each, for all alternatives.
    surveys
        Other surveys, a file each: the scenario is planned under each to see what is firm.
    progress
        Called with a few words as each plan begins.

    Raises
    ------
    BadDataError
        A survey cannot be read.
    UsageError
        The scenario takes its area partnerships as given, so there is nothing to choose.
    NoPlanError
        No plan keeps the binding rules.
    """
    problem, scenario = running.load(name, data, changes)
    plans = plans_of(
        name, problem, scenario, lambda own: running.scenario_of(name, data, (*changes, *own)), progress=progress
    )
    problems = [running.load(name, data, (*changes, f"data.survey={json.dumps(str(path))}"))[0] for path in surveys]
    found = with_firmness(running.scenario_name(name), plans, progress)
    return replace(found, surveys=_under(plans[0].run.plan, problems, progress)) if problems else found


def with_firmness(name: str, plans: tuple[Alternative, ...], progress: Progress | None = None) -> Alternatives:
    """Return alternatives with what is firm over them and over plans that are nearly as good as the first."""
    near = near_best(plans[0].run.plan, progress)
    firmness = firmness_of(plans[0].run.plan, [*(one.run.plan for one in plans[1:]), *near])
    return Alternatives(scenario=name, plans=plans, firmness=firmness)


def _under(first: Plan, problems: Sequence[Problem], progress: Progress | None) -> UnderSurveys:
    """Plan a scenario under other answers; where no plan keeps its promises, the survey is counted and left out."""
    made = []
    for number, problem in enumerate(problems, start=1):
        if progress:
            progress(f"under another survey ({number} of {len(problems)})")
        with suppress(NoPlanError):
            made.append(plan(problem, first.scenario))
    return UnderSurveys(
        firmness=firmness_of(first, made),
        invented=all(problem.survey.illustrative for problem in (first.problem, *problems)),
        impossible=len(problems) - len(made),
    )


def plans_of(
    name: str,
    problem: Problem,
    scenario: Scenario,
    changed: Callable[[tuple[str, ...]], Scenario],
    *,
    progress: Progress | None = None,
) -> tuple[Alternative, ...]:
    """Return the alternatives themselves: those with a name first, plans that differ once each.

    Parameters
    ----------
    name
        What the scenario is called.
    changed
        Returns the scenario with changes, ``key=value`` each.
    progress
        As in `alternatives_of`.

    Raises
    ------
    UsageError, NoPlanError
        As `alternatives_of`.
    """
    if scenario.area.as_given:
        raise UsageError("The scenario takes its area partnerships as the letter has them: there is nothing to choose.")
    made: list[Alternative] = []

    def add(key: str, words: str, own: tuple[str, ...]) -> None:
        if progress:
            progress(words)
        made.append(_alternative(key, words, own, running.make_plan(name, problem, changed(own))))

    for key, words, own in _named(scenario, asks=bool(problem.survey.responses)):
        add(key, words, own)
    for key, words, own in [*_between(made)]:
        add(key, words, own)
    return tuple(_each_once(made))


def _alternative(key: str, name: str, changes: tuple[str, ...], run: Run) -> Alternative:
    scores, outcomes = run.report.scores, run.report.guarantee
    if key == FAIREST:
        name = f"nobody over {math.ceil((scores.max_distance_m or 0.0) / 10) / 100:.2f} km"
    return Alternative(
        key=key,
        name=name,
        changes=changes,
        run=replace(run, name=key),
        moved=len(compare(run.draft[0], run.plan).moved) if run.draft else None,
        wishes_met=sum(len(outcome.met_by) for outcome in outcomes),
        wishes_named=sum(len(outcome.named) for outcome in outcomes),
        with_leader=scores.partnerships - len(scores.without_leader),
    )


def _each_once(made: Iterable[Alternative]) -> Iterator[Alternative]:
    """Yield plans that differ, each under all its names, each name once."""
    known: dict[tuple[tuple[str, ...], ...], list[Alternative]] = {}
    for one in made:
        known.setdefault(tuple(partnership.members for partnership in one.run.plan.partnerships), []).append(one)
    for first, *same in known.values():
        yield replace(first, name="; ".join(dict.fromkeys(one.name for one in (first, *same))))


def _named(scenario: Scenario, *, asks: bool) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield key, name and changes of each alternative that has a name; `asks` where there are answers of a survey."""
    yield "as-planned", "as planned", ()
    binding = scenario.leaders.strength is Strength.BINDING
    off = () if binding else ('leaders.strength="off"',)
    led = '"leaders", ' if binding else ""
    free = ("slack.worst_distance=0", *off)
    yield SHORTEST, "shortest", (*free, f'goals=[{led}"{Goal.DISTANCE}"]')
    yield FAIREST, "shortest worst journey", (*free, f'goals=[{led}"{Goal.WORST_DISTANCE}", "{Goal.DISTANCE}"]')
    if not binding:
        goals = f'goals=["{Goal.LEADERS}", "{Goal.DISTANCE}"]'
        yield "most-leaders", "most leaders", ("slack.worst_distance=0", 'leaders.strength="preferred"', goals)
    if asks:
        worth = f"wishes.granted={WISH_M}"
        yield "more-wishes", "more wishes", (*free, f'goals=[{led}"{Goal.DISTANCE}"]', worth)


def _between(made: Iterable[Alternative]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield key, name and changes of plans with limits between the least worst journey and that of the shortest."""
    known = {one.key: one for one in made}
    shortest, fairest = known.get(SHORTEST), known.get(FAIREST)
    if shortest is None or fairest is None:
        return
    least = next(goal.best for goal in goals_of(fairest.run) if goal.goal == Goal.WORST_DISTANCE)
    for share in _BETWEEN:
        limit = math.ceil((least + share * (shortest.worst_m - least)) / _ROUND_M) * _ROUND_M
        if least < limit < shortest.worst_m:
            rest = tuple(change for change in fairest.changes if not change.startswith("slack."))
            words = f"nobody over {limit / 1000:.2f} km"
            yield f"within-{limit}-m", words, (*rest, f"slack.worst_distance={limit - least!r}")
