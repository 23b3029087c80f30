"""Staying near a plan: a school that changes costs more than any distance, so that as few change as can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.checking.rules.stay import changes_in
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.scenarios.parameters import Goal, Leaders, Stay, Strength
from geo_partnerships.sentences import count, counted

if TYPE_CHECKING:
    from geo_partnerships.checking import CheckReport
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.parameters import Scenario

__all__ = ["STAYING", "changes_told", "that_stays"]

CHANGE_M = 1_000_000.0
"""Metres that a school which changes costs: more than any way that all schools of an authority go together."""

STAYING = ("stay", "leaders", "goals")
"""Parameters that `that_stays` changes."""


def that_stays(scenario: Scenario) -> Scenario:
    """Return the scenario that keeps the earlier plan before it improves anything.

    Binding rules come first. Preferred leaders and the worst distance are no goals then: they would move schools.
    A scenario that says how many may change is kept to that as it is.
    """
    if scenario.stay.most is not None:
        return scenario
    leaders = Leaders(strength=Strength.OFF) if scenario.leaders.strength is Strength.PREFERRED else scenario.leaders
    return scenario.model_copy(
        update={
            "stay": Stay(strength=Strength.PREFERRED, weight=CHANGE_M),
            "leaders": leaders,
            "goals": tuple(goal for goal in scenario.goals if goal in _kept_goals(leaders)),
        }
    )


def _kept_goals(leaders: Leaders) -> set[Goal]:
    led = {Goal.LEADERS} if leaders.strength is not Strength.OFF else set()
    return {Goal.GUARANTEE, Goal.DISTANCE, *led}


def changes_told(plan: Plan, report: CheckReport, home: str) -> str:
    """Say how many schools change, and whether that is proven to be the least.

    Parameters
    ----------
    home
        What the partnerships of the earlier plan are called, e.g. ``agreed partnership``.
    """
    changes = len(changes_in(plan))
    if not changes:
        return f"No school has to change: every one stays with the school in the middle of its {home}."
    most = plan.scenario.stay.most
    if most is not None:
        told = counted(changes, "school", "parts", "part")
        return f"{told} from the school in the middle of an {home}; at most {most:,} may."
    verb, its = ("parts", "its") if changes == 1 else ("part", "their")
    told = f"{count(changes, 'school')} {verb} from the school in the middle of {its} {home}"
    if not proof_of(plan, report).is_best:
        return f"{told}. That no plan changes fewer is not proven."
    farther = f"{CHANGE_M / 1_000:,.0f} km"
    return f"{told}. No plan that keeps the rules changes fewer, unless its schools go {farther} farther in all."
