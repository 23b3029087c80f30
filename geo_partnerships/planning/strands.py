"""Which schools a strand takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo_partnerships.model import DraftPartnership, Problem, School
    from geo_partnerships.scenario import Members, Scenario, Strand


def draft_partnerships(problem: Problem, strand: Strand) -> tuple[DraftPartnership, ...]:
    """Return the letter's partnerships that the strand names, in the order of their numbers."""
    if problem.letter is None:
        return ()
    return tuple(p for p in problem.letter.partnerships if p.number in strand.members.letter)


def given_groups(problem: Problem, strand: Strand) -> list[tuple[DraftPartnership, tuple[str, ...]]]:
    """Return the letter's partnerships that a strand takes as given, each with the keys of its schools, sorted."""
    return [
        (draft, tuple(sorted(set(draft.schools) - set(strand.members.without))))
        for draft in draft_partnerships(problem, strand)
    ]


def strand_schools(problem: Problem, scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Return the keys of each strand's schools, sorted.

    A school that answered the survey and would be in no strand joins the first one that takes such schools
    (R02). Where the scenario allows it, a guarantee that no strand could keep is made possible by second
    memberships in the area strand (R27).
    """
    taken = {name: set(_selected(problem, strand.members)) for name, strand in scenario.ordered_strands()}
    named_by = problem.survey.named_by()
    for name, strand in scenario.ordered_strands():
        if strand.members.respondents:
            placed = set().union(*taken.values())
            taken[name] |= {urn for urn in named_by if urn not in placed and urn in problem.schools}
    if scenario.guarantee.second_membership:
        taken["area"] |= _second_memberships(taken, named_by)
    return {name: tuple(sorted(urns)) for name, urns in taken.items()}


def _selected(problem: Problem, members: Members) -> list[str]:
    listed = _listed(problem, members)
    return [
        urn
        for urn, school in problem.schools.items()
        if (listed is None or urn in listed) and urn not in members.without and _meets(school, members)
    ]


def _listed(problem: Problem, members: Members) -> set[str] | None:
    if not members.letter and not members.schools:
        return None
    partnerships = problem.letter.partnerships if problem.letter else ()
    named = {urn for p in partnerships if p.number in members.letter for urn in p.schools}
    return named | set(members.schools)


def _meets(school: School, members: Members) -> bool:
    return (
        (not members.boroughs or school.borough in members.boroughs)
        and (not members.sectors or school.sector in members.sectors)
        and (not members.phases or school.phase in members.phases)
    )


def _second_memberships(taken: dict[str, set[str]], named_by: dict[str, tuple[str, ...]]) -> set[str]:
    """Return who joins the area strand as well, so that every guarantee can hold somewhere.

    Where a school and those it named share no strand, the school joins if the area strand has one of them;
    else the first that it named and that is in the plan joins, too.
    """
    placed = set().union(*taken.values())
    area = set(taken["area"])
    for urn, named in sorted(named_by.items()):
        partners = [other for other in named if other in placed]
        apart = not any(urn in urns and urns & set(named) for urns in (*taken.values(), area))
        if urn in placed and partners and apart:
            area.add(urn)
            if not area & set(partners):
                area.add(partners[0])
    return area - taken["area"]
