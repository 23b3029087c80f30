"""Whether a plan hangs together: who is in it, where, and under which names and numbers."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING

from geo_partnerships.checking.measures import can_be_placed
from geo_partnerships.checking.naming import expected_names
from geo_partnerships.checking.verdicts import is_by_hand, name_of, verdict
from geo_partnerships.sentences import count
from geo_partnerships.vocabulary import PartnershipType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.letter import DraftPartnership
    from geo_partnerships.plans import Partnership, Plan
    from geo_partnerships.scenarios.parameters import Known, Strand


def without_strangers(plan: Plan) -> Plan:
    """Return the plan without members and centres that are no schools, so that all else can be checked."""
    known = plan.problem.schools
    return dataclasses.replace(
        plan,
        partnerships=tuple(
            dataclasses.replace(
                p,
                members=tuple(urn for urn in p.members if urn in known),
                centre=p.centre if p.centre in known else None,
            )
            for p in plan.partnerships
        ),
    )


def _named(partnership: Partnership) -> tuple[str, ...]:
    return partnership.members if partnership.centre is None else (*partnership.members, partnership.centre)


def members_are_known(plan: Plan) -> Iterator[Check]:
    """Every member is a school of the problem, and memberships and partnerships say the same."""
    problems = [
        f"partnership {p.number} has an unknown member {urn[:40]}"
        for p in plan.partnerships
        for urn in dict.fromkeys(_named(p))
        if urn not in plan.problem.schools
    ]
    listed = sorted((urn, p.number) for p in plan.partnerships for urn in p.members)
    stated = sorted((m.school, m.partnership) for m in plan.memberships)
    if listed != stated:
        problems.append("the list of memberships and the partnerships' members differ")
    problems += [f"partnership {p.number} has no members" for p in plan.partnerships if not p.size]
    fine = f"{count(len(stated), 'membership')}, all known."
    yield verdict("members", "Members are known schools", problems, fine, private=False)


def _strands_are_partitioned(plan: Plan) -> Iterator[Check]:
    """A school is in one partnership of a strand; the strands' own schools are all there, and no others."""
    problems = []
    known = dict(plan.scenario.ordered_strands())
    problems += [f"partnership {p.number} is of no strand" for p in plan.partnerships if p.strand not in known]
    wanted = _wanted(plan)
    for name, strand in known.items():
        found = [urn for p in plan.partnerships if p.strand == name for urn in p.members]
        placed = set(found)
        # What is taken as given may overlap where the letter's partnerships do.
        twice = [] if strand.as_given else sorted(urn for urn, times in Counter(found).items() if times > 1)
        problems += [f"{name_of(plan, urn)} is twice in the strand {name}" for urn in twice]
        problems += [
            f"{name_of(plan, urn)} is missing from the strand {name}"
            for urn in wanted[name]
            if urn not in placed and (strand.as_given or can_be_placed(plan, urn, found))
        ]
        allowed = wanted[name] | (_second(plan, wanted) if name == "area" else set())
        if not is_by_hand(plan, name):  # a planner may add a school that the scenario leaves out
            problems += [
                f"{name_of(plan, urn)} does not belong to the strand {name}" for urn in sorted({*found} - allowed)
            ]
    yield verdict(
        "partition",
        "Each school is where it must be",
        problems,
        "Every school of each strand is in it, once.",
        private=False,
    )


def _wanted(plan: Plan) -> dict[str, set[str]]:
    """Return the schools each strand takes by its own conditions, and those that answered and are in none."""
    strands = dict(plan.scenario.ordered_strands())
    wanted = {
        name: {urn for d in _drafts(plan, strand) for urn in d.schools} - {*strand.members.without}
        if strand.as_given
        else set(_selected(plan, strand))
        for name, strand in strands.items()
    }
    taking = next((name for name, strand in strands.items() if strand.members.respondents), None)
    if taking is not None and not strands[taking].as_given:
        answered = set(plan.problem.survey.named_by()) & set(plan.problem.schools)
        selected = {urn for strand in strands.values() for urn in _selected(plan, strand)}
        wanted[taking] |= answered - selected
    return {name: (urns - _left_out(plan, name)) | _added(plan, name) for name, urns in wanted.items()}


def _added(plan: Plan, strand: str) -> set[str]:
    return {urn for item in plan.scenario.added if item.strand == strand for urn in item.schools}


def _left_out(plan: Plan, strand: str) -> set[str]:
    return {urn for item in plan.scenario.left_out if item.strand in {"", strand} for urn in item.schools}


def _letter_members(plan: Plan, name: str, strand: Strand, draft: DraftPartnership) -> tuple[str, ...]:
    """Return who is in a partnership of the letter: less those left out, and with those added and pinned to it."""
    members = {*draft.schools} - {*strand.members.without} - _left_out(plan, name)
    labels: dict[str, set[str]] = {}
    for pin in plan.scenario.pinned:
        labels.setdefault(pin.partnership, set()).update(pin.schools)
    for schools in labels.values():
        if schools & members:
            members |= schools & _added(plan, name)
    return tuple(sorted(members))


def _selected(plan: Plan, strand: Strand) -> list[str]:
    members = strand.members
    named = {urn for draft in _drafts(plan, strand) for urn in draft.schools} | set(members.schools)
    return [
        urn
        for urn, school in plan.problem.schools.items()
        if (urn in named or not (members.letter or members.schools))
        and urn not in members.without
        and (not members.boroughs or school.borough in members.boroughs)
        and (not members.sectors or school.sector in members.sectors)
        and (not members.phases or school.phase in members.phases)
    ]


def _drafts(plan: Plan, strand: Strand) -> list[DraftPartnership]:
    letter = plan.problem.letter.partnerships if plan.problem.letter else ()
    return [draft for draft in letter if draft.number in strand.members.letter]


def _second(plan: Plan, wanted: dict[str, set[str]]) -> set[str]:
    """Return who may be in the area strand as well: covered schools apart from all they named, and those named."""
    if not plan.scenario.guarantee.second_membership:
        return set()
    allowed: set[str] = set()
    for urn, named in plan.problem.survey.named_by().items():
        if not any(urn in urns and urns & set(named) for urns in wanted.values()):
            allowed |= {urn, *named}
    return allowed


def _as_given(plan: Plan) -> Iterator[Check]:
    """Strands taken as the letter has them are as the letter has them."""
    given = [(name, strand) for name, strand in plan.scenario.ordered_strands() if strand.as_given]
    if not given:
        return
    problems = []
    for name, strand in given:
        drafts = _drafts(plan, strand)
        found = {p.members: p for p in plan.partnerships if p.strand == name}
        expected = {_letter_members(plan, name, strand, d): d for d in drafts}
        count = sum(p.strand == name for p in plan.partnerships)
        if count != len(drafts) or found.keys() != expected.keys():
            problems.append(f"the strand {name} is not as the letter has it")
            continue
        if plan.strands:  # a plan read back says nothing of these
            problems += [
                f"partnership {p.number} has other unnamed members or another type than in the letter"
                for members, p in found.items()
                if (p.unnamed, p.type) != (expected[members].unnamed, _type_decided(plan, p) or expected[members].type)
            ]
    fine = "All that are taken as given are so."
    yield verdict("as-given", "As the letter has them", problems, fine, private=False)


def _names_and_numbers(plan: Plan) -> Iterator[Check]:
    """Numbers are those of the letter or count on from 1 in the order of the strands; names follow from places."""
    problems = [*_wrong_numbers(plan)]
    for name, strand in plan.scenario.ordered_strands():
        mine = [p for p in plan.partnerships if p.strand == name]
        if is_by_hand(plan, name) or any(p.centre is None for p in mine if not strand.as_given):
            continue
        problems += [
            f"partnership {p.number} is called '{p.name[:60]}', not '{expected[:60]}'"
            for p, place in zip(mine, _expected_names(plan, name, strand, mine), strict=True)
            if p.name != (expected := _name_decided(plan, p) or place)
        ]
    problems += _wrong_status_and_type(plan)
    fine = "All follow from the scenario and the places."
    yield verdict("names", "Names, numbers and types", problems, fine, private=False)


def _type_decided(plan: Plan, partnership: Partnership) -> PartnershipType | None:
    known = _decided_of(plan, partnership)
    return known.type if known else None


def _name_decided(plan: Plan, partnership: Partnership) -> str:
    known = _decided_of(plan, partnership)
    return known.name if known else ""


def _wrong_status_and_type(plan: Plan) -> Iterator[str]:
    """Status and type are those decided of a partnership, or else the scenario's and the strand's."""
    types = {name: strand.type for name, strand in plan.scenario.ordered_strands() if not strand.as_given}
    for p in plan.partnerships:
        known = _decided_of(plan, p)
        status = known.status if known and known.status else plan.scenario.status
        kind = _type_decided(plan, p) or types.get(p.strand, p.type)
        if p.status != status:
            yield f"partnership {p.number} is {p.status}, the scenario {status}"
        if p.type != kind:
            yield f"partnership {p.number} is {p.type}, its strand {kind}"
        if p.lead and p.lead not in p.members:
            yield f"partnership {p.number} is led by {name_of(plan, p.lead)}, which is no member"
        yield from _wrong_governance(plan, p)


def _wrong_governance(plan: Plan, p: Partnership) -> Iterator[str]:
    """Roles are those of members; a smaller partnership lies inside; only a hard one has a form."""
    members = set(p.members)
    for office in p.governance.offices:
        if office.school not in members:
            yield f"in partnership {p.number} {name_of(plan, office.school)} has a role and is no member"
    for group in p.governance.groups:
        if not set(group.schools) <= members:
            yield f"{group.name} is inside partnership {p.number} and has schools that are no members"
    if p.governance.form and p.type != PartnershipType.HARD:
        yield f"partnership {p.number} has the form {p.governance.form}, and only a hard one has a form"


def _decided_of(plan: Plan, partnership: Partnership) -> Known | None:
    """Return what the scenario says of the partnership of a number, as long as that has half of its schools."""
    for known in plan.scenario.partnership:
        shared = len({*known.schools} & {*partnership.members})
        least = min(len(known.schools), len(partnership.members))
        if known.number == partnership.number and 2 * shared >= least > 0:
            return known
    return None


def _wrong_numbers(plan: Plan) -> Iterator[str]:
    numbers = [p.number for p in plan.partnerships]
    if len({*numbers}) != len(numbers):
        yield "two partnerships share a number"
    if numbers != sorted(numbers):
        yield "the partnerships are not in the order of their numbers"
    if plan.scenario.partnership or any(is_by_hand(plan, name) for name, _ in plan.scenario.ordered_strands()):
        return  # each keeps the number that it had
    strands = dict(plan.scenario.ordered_strands())
    given = sorted(d.number for strand in strands.values() for d in _drafts(plan, strand))
    if all(strand.as_given for strand in strands.values()) and len({*given}) == len(given):
        of_letter = {n: d for strand in strands.values() for d in _drafts(plan, strand) for n in [d.number]}
        for p in plan.partnerships:
            if p.number not in of_letter or not {*p.members} <= {*of_letter[p.number].schools}:
                yield f"partnership {p.number} has another number in the letter"
        return
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        yield f"the numbers do not count from 1 to {len(numbers)}"
    order = [name for name in strands if name in {p.strand for p in plan.partnerships}]
    found = list(dict.fromkeys(p.strand for p in sorted(plan.partnerships, key=lambda p: p.number)))
    if found != order:
        yield "the numbers do not follow the order of the strands"


def _expected_names(plan: Plan, name: str, strand: Strand, mine: list[Partnership]) -> list[str]:
    if strand.as_given:
        labels = {_letter_members(plan, name, strand, d): strand.name or d.label for d in _drafts(plan, strand)}
        return [labels.get(p.members, p.name) for p in mine]
    return expected_names(plan, strand.name, mine)


INSPECTIONS: tuple[Callable[[Plan], Iterator[Check]], ...] = (
    _strands_are_partitioned,
    _as_given,
    _names_and_numbers,
)
