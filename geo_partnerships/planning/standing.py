"""Partnerships that exist already, as links of the scenario (R12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.scenarios.parameters import Link, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geo_partnerships.model import Problem
    from geo_partnerships.scenarios.parameters import Scenario


def with_standing(problem: Problem, scenario: Scenario, placed: Mapping[str, Sequence[str]]) -> Scenario:
    """Return the scenario with a link for each standing partnership, of the strength that it gives them.

    Parameters
    ----------
    placed
        Keys of each strand's schools. Members of a standing partnership that share no clustered strand with
        another stay out of it: their strand decides.
    """
    if scenario.standing.strength is Strength.OFF:
        return scenario
    links = tuple(_links(problem, scenario, placed))
    return scenario.model_copy(update={"must_link": (*scenario.must_link, *links)})


def _links(problem: Problem, scenario: Scenario, placed: Mapping[str, Sequence[str]]) -> Iterator[Link]:
    for standing in problem.standing:
        for name, strand in scenario.ordered_strands():
            together = tuple(urn for urn in standing.schools if urn in placed[name])
            if len(together) > 1 and not strand.as_given:
                yield Link(
                    schools=together,
                    strength=scenario.standing.strength,
                    weight=scenario.standing.weight,
                    reason=f"standing partnership {standing.name}"[:500],
                )
