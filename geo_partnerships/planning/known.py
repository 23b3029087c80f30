"""What is decided of single partnerships: a plan made anew finds them again by their schools."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from geo_partnerships.findings import Finding, Severity
from geo_partnerships.planning.assemble import memberships_of
from geo_partnerships.planning.matching import is_same, most_in_common
from geo_partnerships.planning.moving import with_members
from geo_partnerships.plans import Governance, Group, Office, Partnership

if TYPE_CHECKING:
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.parameters import Known, Scenario


LEAST_IN_GROUP = 2
"""A partnership has two schools at least (R19)."""


def with_known(plan: Plan) -> Plan:
    """Return the plan whose partnerships bear what its scenario has decided of them, and keep their numbers.

    Those of which nothing is decided take the lowest numbers that are left.
    """
    items = plan.scenario.partnership
    if not items:
        return plan
    alike = [(row, at) for row, p in enumerate(plan.partnerships) for at, k in enumerate(items) if p.number == k.number]
    match = most_in_common([p.members for p in plan.partnerships], [k.schools for k in items], alike=alike)
    found = {row: items[at] for row, at in match.items() if is_same(plan.partnerships[row].members, items[at].schools)}
    taken = {known.number for known in found.values()}
    free = iter(sorted(set(range(1, len(plan.partnerships) + len(taken) + 1)) - taken))
    partnerships = []
    for row, partnership in enumerate(plan.partnerships):
        known = found.get(row)
        number = known.number if known is not None and known.number is not None else next(free)
        borne = dataclasses.replace(partnership, number=number)
        partnerships.append(borne if known is None else bearing(borne, known, plan.scenario))
    ordered = tuple(sorted(partnerships, key=lambda p: p.number))
    return dataclasses.replace(
        plan,
        partnerships=ordered,
        memberships=memberships_of(plan.problem, ordered),
        findings=(*plan.findings, *map(_lost, (k for k in items if k not in found.values() and _is_decided(k)))),
    )


def bearing(partnership: Partnership, known: Known, scenario: Scenario) -> Partnership:
    """Return a partnership that bears what is decided of it."""
    return dataclasses.replace(
        partnership,
        name=known.name or partnership.name,
        type=known.type or partnership.type,
        status=known.status or scenario.status,
        lead=known.lead if known.lead in partnership.members else "",
        colour=known.colour,
        governance=_governance(known, set(partnership.members)),
    )


def _governance(known: Known, members: set[str]) -> Governance:
    """Return how a partnership is led, as far as the schools that this speaks of are members yet."""
    groups = (
        Group(name=group.name, type=group.type, since=group.since, schools=tuple(sorted(members & set(group.schools))))
        for group in known.groups
    )
    return Governance(
        form=known.form,
        board=known.board,
        since=known.since,
        offices=tuple(Office(role=one.role, school=one.school) for one in known.offices if one.school in members),
        groups=tuple(group for group in groups if len(group.schools) >= LEAST_IN_GROUP),
    )


def as_saved(plan: Plan) -> Plan:
    """Return the plan with the partnerships that its scenario lists, whatever was planned."""
    known = {k.number: k for k in plan.scenario.partnership if k.number is not None}
    planned = {p.number: p for p in plan.partnerships}
    members = {number: tuple(sorted(k.schools)) for number, k in known.items()}
    members |= dict.fromkeys(planned.keys() - known.keys(), ())
    begun = [_begun(plan, number, k) for number, k in known.items() if number not in planned]
    kept = [dataclasses.replace(p, strand=known[p.number].strand) if p.number in known else p
            for p in plan.partnerships]  # fmt: skip
    grown = dataclasses.replace(plan, partnerships=tuple(sorted((*kept, *begun), key=lambda p: p.number)))
    changed = {p.number: members[p.number] for p in grown.partnerships if p.members != members[p.number]}
    saved = with_members(grown, changed) if changed else grown
    return dataclasses.replace(
        saved, partnerships=tuple(bearing(p, known[p.number], plan.scenario) for p in saved.partnerships)
    )


def _begun(plan: Plan, number: int, known: Known) -> Partnership:
    """Return a partnership that was not planned, still without schools."""
    kind = dict(plan.scenario.ordered_strands())[known.strand].type
    return Partnership(number=number, name="", type=kind, strand=known.strand, centre=None, members=())


def _is_decided(known: Known) -> bool:
    return bool(known.lead or known.status or known.type or known.reason or known.form or known.board or known.offices)


def _lost(known: Known) -> Finding:
    called = f"Partnership {known.number}" if known.number else "A partnership"
    return Finding(
        code="partnership-not-found",
        severity=Severity.WARNING,
        message=f"{called}, {known.name or 'without a name'}, of which something was decided, is not in this plan: "
        "its schools are in others.",
        fix="Hold its schools together, or take back what was decided of it.",
        private=True,
    )
