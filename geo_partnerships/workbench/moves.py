"""From what is asked of the desk to the schools that move, and what has to be known of that beside."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from geo_partnerships.deciding import Action
from geo_partnerships.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo_partnerships.model import School
    from geo_partnerships.plans import Partnership, Plan
    from geo_partnerships.workbench.request import Request

LEAST_IN_SWAP = 2


def _moves_of_schools(made: Plan, request: Request) -> list[tuple[str, str, str]]:
    """Return the moves of a school, or of several, to a partnership; those that are there stay."""
    target = partnership_of(made, request.to)
    schools = request.schools or (request.school,)
    ways = []
    for urn in dict.fromkeys(schools):
        name = school_of(made, urn).name
        if urn in target.members:
            if len(schools) > 1:
                continue
            raise UsageError(f"{name} is in partnership {target.number} already.")
        source = _home(made, urn, request.source, strand=target.strand)
        if source is not None and {urn} == {*source.members} and not source.unnamed:
            raise UsageError(f"Partnership {source.number} would be left empty: merge it with another.")
        ways.append((urn, str(source.number) if source else "", str(target.number)))
    if not ways:
        raise UsageError(f"All of these are in partnership {target.number} already.")
    return ways


def _moves_of_swap(made: Plan, request: Request) -> list[tuple[str, str, str]]:
    schools = tuple(dict.fromkeys(request.schools))
    homes = [_home(made, school_of(made, urn).urn, "", strand="") for urn in schools]
    if len(schools) != LEAST_IN_SWAP or None in homes or homes[0] is homes[1]:
        raise UsageError("Name two schools of different partnerships to swap.")
    first, second = (str(home.number) for home in homes if home)
    return [(schools[0], first, second), (schools[1], second, first)]


def _moves_of_merge(made: Plan, request: Request) -> list[tuple[str, str, str]]:
    source, target = partnership_of(made, request.source), partnership_of(made, request.to)
    if source.number == target.number or source.unnamed or not source.members:
        raise UsageError("Name two partnerships to merge; one with members that have no name stays by itself.")
    return [(urn, str(source.number), "" if urn in target.members else str(target.number)) for urn in source.members]


def _moves_of_split(made: Plan, request: Request) -> list[tuple[str, str, str]]:
    source = partnership_of(made, request.source)
    schools = [urn for urn in dict.fromkeys(request.schools) if urn in source.members]
    if not schools or len(schools) == len(source.members):
        raise UsageError("Name those of its schools that are to be a partnership of their own, and leave some.")
    free = next(n for n in itertools.count(1) if n not in {p.number for p in made.partnerships})
    return [(urn, str(source.number), str(free)) for urn in schools]


def _moves_of_leaving(made: Plan, request: Request) -> list[tuple[str, str, str]]:
    source = _home(made, school_of(made, request.school).urn, request.source, strand="")
    if source is None:
        raise UsageError("The school is in none of the partnerships.")
    if len(source.members) == 1:
        raise UsageError(f"Partnership {source.number} would be left empty: merge it with another.")
    return [(request.school, str(source.number), "")]


MOVES: dict[Action, Callable[[Plan, Request], list[tuple[str, str, str]]]] = {
    Action.MOVE: _moves_of_schools,
    Action.SWAP: _moves_of_swap,
    Action.MERGE: _moves_of_merge,
    Action.SPLIT: _moves_of_split,
    Action.LEAVE: _moves_of_leaving,
}


def _home(made: Plan, urn: str, number: str, *, strand: str) -> Partnership | None:
    """Return the partnership that a school leaves: of that number, of that strand, or its only one."""
    homes = [p for p in made.partnerships if urn in p.members and number in {"", str(p.number)}]
    if number and not homes:
        raise UsageError(f"{made.problem.schools[urn].name} is not in partnership {number}.")
    same = [p for p in homes if p.strand == strand] or homes
    if len(same) > 1:
        raise UsageError(f"{made.problem.schools[urn].name} is in several partnerships: say which it leaves.")
    return same[0] if same else None


def anchors_of(before: Plan, after: Plan, moves: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """Return by number the school by which each partnership that is joined is known: its centre before, or now."""
    centres = {str(p.number): p.centre for p in after.partnerships}
    centres |= {str(p.number): p.centre for p in before.partnerships if p.centre}
    return {to: centres.get(to) or school for school, _, to in reversed(moves) if to}


def strands_changed(before: Plan, after: Plan, moves: Sequence[tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    """Return the strands that schools leave and join, where they are of another than that, or it is as given."""
    strands = {str(p.number): p.strand for p in (*before.partnerships, *after.partnerships)}
    given = {name for name, strand in before.scenario.ordered_strands() if strand.as_given}
    leaves: dict[str, str] = {}
    joins: dict[str, str] = {}
    for school, source, to in moves:
        left, joined = strands.get(source, ""), strands.get(to, "")
        if left == joined and left not in given:
            continue
        if left:
            leaves[school] = left
        if joined:
            joins[school] = joined
    return {key: ways for key, ways in (("leaves", leaves), ("joins", joins)) if ways}


NUMBERS_ALLOWED = frozenset({"area.partnerships"})
"""Parameters that a merge or a split changes, so that there may be as many partnerships as it makes."""


def numbers_allowed(moved: Plan) -> dict[str, dict[str, str]]:
    """Return the number of partnerships that has to be allowed where there are fewer or more than was asked for."""
    least, most = moved.scenario.area.partnerships
    found = sum(p.strand == "area" for p in moved.partnerships)
    if moved.scenario.area.as_given or least <= found <= most:
        return {}
    return {"parameters": {"area.partnerships": f"[{min(least, found)}, {max(most, found)}]"}}


def number_of(text: str) -> int | None:
    """Return the number of a partnership; None where the text is empty."""
    return int(text) if text else None


def partnership_of(made: Plan, number: str) -> Partnership:
    """Return the partnership of a number.

    Raises
    ------
    UsageError
        There is none.
    """
    found = next((p for p in made.partnerships if str(p.number) == number), None)
    if found is None:
        raise UsageError("There is no such partnership.")
    return found


def school_of(made: Plan, urn: str) -> School:
    """Return the school of a key.

    Raises
    ------
    UsageError
        There is none.
    """
    found = made.problem.schools.get(urn)
    if found is None:
        raise UsageError("There is no such school.")
    return found
