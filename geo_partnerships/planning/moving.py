"""Moving a school by hand: the plan's figures are worked out again without solving anything."""

from __future__ import annotations

import dataclasses
import hashlib
import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering import ClusterProblem
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.errors import NoPlanError, UsageError
from geo_partnerships.planning.assemble import digest_of, memberships_of
from geo_partnerships.planning.dissimilarity import best_centre, dissimilarity_of, pair_prices
from geo_partnerships.planning.goals import goal_rules
from geo_partnerships.planning.naming import place_name
from geo_partnerships.planning.rules import broken_rules, strand_rules
from geo_partnerships.planning.strands import owed_in
from geo_partnerships.plans import Partnership

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.model import School
    from geo_partnerships.plans import Plan, StrandResult
    from geo_partnerships.scenarios.parameters import Strand

    Move = tuple[str, int | None, int | None]

BY_HAND = "moved by hand"


def move(plan: Plan, school: str, partnership: int, *, source: int | None = None) -> Plan:
    """Return the plan with one school in another partnership.

    Centre schools, distances, objective and broken preferred rules are those of the new members. Names and
    numbers stay. What was proved when the plan was made is carried along; `Plan.proof` says whether it is about the
    new members.

    Parameters
    ----------
    plan
        Any plan; it stays as it is.
    school
        Key of the school.
    partnership
        Number of the partnership it joins.
    source
        Number of the partnership it leaves; None for the one it has in the same strand, or else its only one.
        A school in no partnership just joins.

    Raises
    ------
    UsageError
        There is no such school or partnership, it is there already, it would leave an empty one behind, or a
        distance to a centre school would not be known.
    """
    target = _numbered(plan, partnership)
    if school not in plan.problem.schools:
        raise UsageError(f"There is no school with the URN {school[:40]!r}.")
    if school in target.members:
        raise UsageError(f"{plan.problem.schools[school].name} is in partnership {partnership} already.")
    left = _left(plan, school, target, source)
    changed = {target.number: tuple(sorted((*target.members, school)))}
    if left is not None:
        changed[left.number] = tuple(urn for urn in left.members if urn != school)
    strands = {p.number: p.strand for p in plan.partnerships}
    for number, members in changed.items():
        if math.isinf(_cost(plan, strands[number], members)):
            raise UsageError(f"In partnership {number} a distance to the centre school would not be known.")
    return with_members(plan, changed)


def move_many(plan: Plan, moves: Sequence[Move]) -> Plan:
    """Return the plan with several schools elsewhere, all at once.

    Numbers that no partnership has are those of new ones, of the strand and the type of what their schools leave. A
    partnership that nobody stays in is gone.

    Parameters
    ----------
    moves
        School, number of the partnership it leaves (None for none) and of the one it joins (None for none).

    Raises
    ------
    UsageError
        There is no such school, it is not in the partnership that it leaves, it is there already, or a distance to a
        centre school would not be known.
    """
    members = {p.number: set(p.members) for p in plan.partnerships}
    fresh: dict[int, int] = {}
    for school, source, to in moves:
        _refuse_move(plan, members, (school, source, to))
        if source is not None:
            members[source].discard(school)
        if to is not None and to not in members and source is not None:
            fresh[to] = source
        if to is not None:
            members.setdefault(to, set()).add(school)
    begun = [_begun(plan, number, _numbered(plan, source)) for number, source in fresh.items()]
    grown = dataclasses.replace(plan, partnerships=(*plan.partnerships, *begun))
    before = {p.number: set(p.members) for p in grown.partnerships}
    changed = {number: tuple(sorted(urns)) for number, urns in members.items() if urns != before[number]}
    for number, urns in changed.items():
        if math.isinf(_cost(plan, _numbered(grown, number).strand, urns)):
            raise UsageError(f"In partnership {number} a distance to the centre school would not be known.")
    return _named_by_place(with_members(grown, changed), fresh)


def _refuse_move(plan: Plan, members: Mapping[int, set[str]], move: Move) -> None:
    school, source, to = move
    if school not in plan.problem.schools:
        raise UsageError(f"There is no school with the URN {school[:40]!r}.")
    name = plan.problem.schools[school].name
    if source is not None and school not in members.get(source, ()):
        raise UsageError(f"{name} is not in partnership {source}.")
    if to is not None and school in members.get(to, ()):
        raise UsageError(f"{name} is in partnership {to} already.")
    if to is not None and to not in members and source is None:
        raise UsageError(f"There is no partnership {to}.")


def _begun(plan: Plan, number: int, source: Partnership) -> Partnership:
    """Return a new partnership, still without schools, beside the one that its schools come from."""
    return Partnership(
        number=number, name="", type=source.type, strand=source.strand, centre=None, members=(),
        status=plan.scenario.status,
    )  # fmt: skip


def _named_by_place(plan: Plan, numbers: Collection[int]) -> Plan:
    """Name new partnerships by the places of their schools, and unlike any other."""
    taken = {p.name for p in plan.partnerships if p.number not in numbers}
    named = []
    for p in plan.partnerships:
        if p.number in numbers:
            name = place_name([plan.problem.schools[urn] for urn in p.members])
            if name in taken:
                name = f"{name} around {plan.problem.schools[p.centre].name}" if p.centre else f"{name} ({p.number})"
            taken.add(name)
            named.append(dataclasses.replace(p, name=name))
        else:
            named.append(p)
    return dataclasses.replace(plan, partnerships=tuple(named))


def alternatives(plan: Plan, school: str, partnership: int) -> list[tuple[int, float]]:
    """Return the other partnerships of the same strand a school could be in, the cheapest first.

    Parameters
    ----------
    partnership
        Number of the partnership it is in.

    Returns
    -------
    list
        Number, and by how much distances and penalties would grow, in metre-equivalents. What rules say of each is
        told by `geo_partnerships.deciding.why_here`.
    """
    home = _numbered(plan, partnership)
    cost = partial(_cost, plan, home.strand)
    here = cost(home.members)
    without = cost([urn for urn in home.members if urn != school])
    found = [
        (p.number, cost([*p.members, school]) - cost(p.members) + without - here)
        for p in plan.partnerships
        if p.strand == home.strand and p.number != home.number and school not in p.members
    ]
    return sorted((one for one in found if math.isfinite(one[1])), key=lambda item: (item[1], item[0]))


def exchanges(plan: Plan, school: str, partnership: int, other: int) -> list[tuple[str, float]]:
    """Return the schools of another partnership with which a school could change places, the cheapest first.

    Parameters
    ----------
    partnership
        Number of the partnership that the school is in.
    other
        Number of the one that it would join.

    Returns
    -------
    list
        Key, and by how much distances and penalties would grow, in metre-equivalents; rules are not looked at.
    """
    home, target = _numbered(plan, partnership), _numbered(plan, other)
    here, there = partial(_cost, plan, home.strand), partial(_cost, plan, target.strand)
    before = here(home.members) + there(target.members)
    stay = [urn for urn in home.members if urn != school]
    found = [
        (urn, here([*stay, urn]) + there([*(u for u in target.members if u != urn), school]) - before)
        for urn in target.members
        if urn not in home.members
    ]
    return sorted((one for one in found if math.isfinite(one[1])), key=lambda item: (item[1], item[0]))


def _numbered(plan: Plan, number: int) -> Partnership:
    for partnership in plan.partnerships:
        if partnership.number == number:
            return partnership
    raise UsageError(f"There is no partnership {number}.")


def _left(plan: Plan, school: str, target: Partnership, source: int | None) -> Partnership | None:
    """Return the partnership that the school leaves."""
    homes = [p for p in plan.partnerships if school in p.members]
    if source is not None:
        homes = [p for p in homes if p.number == source]
        if not homes:
            raise UsageError(f"{plan.problem.schools[school].name} is not in partnership {source}.")
    same = [p for p in homes if p.strand == target.strand] or homes
    if len(same) > 1:
        raise UsageError(f"{plan.problem.schools[school].name} is in several partnerships: say which it leaves.")
    if same and len(same[0].members) == 1 and not same[0].unnamed:
        raise UsageError(f"Partnership {same[0].number} would be left empty.")
    return same[0] if same else None


def with_members(plan: Plan, changed: Mapping[int, tuple[str, ...]]) -> Plan:
    """Return the plan with other members in some partnerships, by number; those left with nobody are gone."""
    regrouped = [
        dataclasses.replace(p, members=changed[p.number], centre=_centre(plan, p.strand, changed[p.number]))
        if p.number in changed
        else p
        for p in plan.partnerships
    ]
    strands = {p.strand for p in regrouped if p.number in changed}
    partnerships = tuple(sorted((p for p in regrouped if p.members or p.unnamed), key=lambda p: p.number))
    strands_of = {
        name: tuple(
            sorted(
                {urn for p in partnerships if p.strand == name for urn in p.members if _is_planned(plan, strand, urn)}
            )
        )
        for name, strand in plan.scenario.ordered_strands()
    }
    try:
        owed = owed_in(plan.problem, plan.scenario, strands_of)
    except NoPlanError:  # the check says which guarantee is broken
        owed = {}
    results = tuple(
        _rescored(plan, result, [p for p in partnerships if p.strand == result.strand], owed.get(result.strand, {}))
        if result.strand in strands
        else result
        for result in plan.strands
    )
    memberships = memberships_of(plan.problem, partnerships)
    moved = dataclasses.replace(plan, partnerships=partnerships, memberships=memberships, strands=results)
    return dataclasses.replace(moved, digest=digest_by_hand(moved))


def _is_planned(plan: Plan, strand: Strand, urn: str) -> bool:
    """Say whether a member takes part in the planning of its strand: one without a point does not."""
    return strand.as_given or plan.problem.schools[urn].has_point


def digest_by_hand(plan: Plan) -> str:
    """Return SHA-256 over the inputs, the scenario and, since the solver alone does not give them, the members."""
    places = "\n".join(f"{m.school},{m.partnership}" for m in plan.memberships)
    text = f"{digest_of(plan.problem, plan.scenario)}\n{places}"
    return hashlib.sha256(text.encode()).hexdigest()


def _centre(plan: Plan, strand: str, members: Iterable[str]) -> str | None:
    placed = _placed(plan, members)
    if not placed:
        return None
    cost = dissimilarity_of(placed, plan.problem, plan.scenario)
    return placed[best_centre(cost, _prices(plan, strand, placed))].urn


def _placed(plan: Plan, members: Iterable[str]) -> list[School]:
    schools = [plan.problem.schools[urn] for urn in sorted(members)]
    return [school for school in schools if school.has_point]


def _prices(plan: Plan, strand: str, placed: Sequence[School]) -> NDArray[np.float64]:
    """Return what rules ask for schools around each other; as given, a strand has no rules."""
    if dict(plan.scenario.ordered_strands())[strand].as_given:
        return np.zeros((len(placed), len(placed)))
    rules = strand_rules(strand, plan.problem, plan.scenario, placed, {})
    held = [rule for _, rule in goal_rules(plan, strand, placed)]
    return pair_prices((*rules, *held), len(placed))


def _cost(plan: Plan, strand: str, members: Sequence[str]) -> float:
    """Return what a partnership costs around its best centre; infinite where a distance to it is not known."""
    placed = _placed(plan, members)
    if not placed:
        return 0.0
    cost = dissimilarity_of(placed, plan.problem, plan.scenario)
    total = float(cost[:, best_centre(cost, _prices(plan, strand, placed))].sum())
    return math.inf if math.isnan(total) else total


def _rescored(
    plan: Plan,
    result: StrandResult,
    partnerships: Sequence[Partnership],
    owed: dict[str, tuple[str, ...]],
) -> StrandResult:
    strand: Strand = dict(plan.scenario.ordered_strands())[result.strand]
    if strand.as_given:
        total = math.fsum(_cost(plan, p.strand, p.members) for p in partnerships)
        return dataclasses.replace(result, objective=total, method=BY_HAND)
    schools = [plan.problem.schools[urn] for urn in sorted({urn for p in partnerships for urn in p.members})]
    placed = [school for school in schools if school.has_point]
    position = {school.urn: index for index, school in enumerate(placed)}
    rules = strand_rules(result.strand, plan.problem, plan.scenario, placed, owed)
    cost = dissimilarity_of(placed, plan.problem, plan.scenario)
    held = tuple(rule for _, rule in goal_rules(plan, result.strand, placed))
    problem = ClusterProblem(np.nan_to_num(cost), (*rules, *held))
    clusters = [[position[urn] for urn in p.members if urn in position] for p in partnerships]
    judged = evaluate(compile_problem(problem), [items for items in clusters if items])
    return dataclasses.replace(
        result,
        objective=judged.objective,
        method=BY_HAND,
        goals=(),
        broken=broken_rules(judged.violations, rules),
    )
