"""From decisions to the rules of the next run."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from geo_partnerships.deciding.state import TOGETHER
from geo_partnerships.planning.moving import move

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geo_partnerships.deciding.state import Hold, State
    from geo_partnerships.plans import Plan

PINNED, MUST_LINK, CANNOT_LINK = "pinned", "must_link", "cannot_link"
ADDED, LEFT_OUT, WAIVER, PARTNERSHIP = "added", "left_out", "waivers", "partnership"
LONGEST_REASON = 500
BORNE = ("type", "since", "lead", "form", "board", "offices", "groups", "status", "by", "date", "reason")
"""What is decided of a partnership beside its name."""


def decided_rules(state: State, *, waiving: bool = True) -> dict[str, list[dict[str, Any]]]:
    """Return the tables of a scenario that the decisions amount to, by key.

    Parameters
    ----------
    waiving
        Whether schools moved against a rule are held where they are, and the rule does not bind them. Otherwise they
        are no part of the tables, and are moved again after the run, see `with_forced_moves`.
    """
    if not waiving:
        state = dataclasses.replace(state, waivers={})
    pins = [row for hold in state.holds.values() if _is_held(hold, state) for row in _pins(hold, state)]
    together = [
        {"schools": list(schools), "reason": reason[:500]}
        for schools, (word, reason) in state.links.items()
        if word == TOGETHER
    ]
    apart = [
        {"schools": list(schools), "reason": reason[:500]}
        for schools, (word, reason) in state.links.items()
        if word != TOGETHER
    ]
    apart += [{"schools": [*pair], "reason": reason[:500]} for pair, reason in state.vetoes.items() if all(pair)]
    return {
        PINNED: pins,
        MUST_LINK: together,
        CANNOT_LINK: apart,
        ADDED: _strand_rows(state.added),
        LEFT_OUT: _strand_rows(state.left_out),
        WAIVER: list(_waivers(state)),
    }


def _is_held(hold: Hold, state: State) -> bool:
    waived = any(state.forced.get(school) == hold.label for school in state.waivers)
    return hold.whole or bool(hold.schools) or waived


def _waivers(state: State) -> Iterator[dict[str, Any]]:
    """Yield which schools rules do not bind, each kind of rules of a decision once."""
    told = []
    for waives, reason in state.waivers.values():
        for kind, schools in waives.items():
            row = {"schools": schools, "rule": kind, "reason": reason[:LONGEST_REASON]}
            if row not in told:
                told.append(row)
                yield row


def _pins(hold: Hold, state: State) -> Iterator[dict[str, Any]]:
    """Yield the pins of the schools held together, those of one reason in one."""
    by_reason: dict[str, list[str]] = {}
    for urn in _held(hold, state):
        by_reason.setdefault(hold.reasons.get(urn, ""), []).append(urn)
    closed = {"closed": True} if hold.whole else {}
    for reason, schools in by_reason.items():
        said = {"reason": reason[:LONGEST_REASON]} if reason else {}
        yield {"schools": schools, "partnership": hold.label[:60], **closed, **said}


def _strand_rows(decided: Mapping[tuple[str, str], str]) -> list[dict[str, Any]]:
    return [
        {"schools": [school], "strand": strand, "reason": reason[:LONGEST_REASON]}
        for (school, strand), reason in decided.items()
    ]


def decided_partnerships(plan: Plan, state: State, own: Sequence[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """Return what a scenario says of each partnership of a plan: its schools, number, name, colour, and all decided.

    Parameters
    ----------
    own
        What the scenario that is planned says of them already.
    """
    said = {row.get("number"): row for row in own}
    rows = []
    for p in plan.partnerships:
        schools = [urn for urn in p.members if urn not in state.gone]
        decided = {**said.get(p.number, {}), **state.partnerships.get(str(p.number), {})}
        row = {
            "schools": schools,
            "number": p.number,
            "strand": p.strand,
            "name": decided.get("name") or p.name,
            "colour": p.colour,
            **{key: decided.get(key) for key in BORNE},
        }
        if schools:
            rows.append({key: value for key, value in row.items() if value not in (None, "", [], ())})
    return rows


def with_forced_moves(plan: Plan, state: State) -> Plan:
    """Return the plan with the schools that were moved against a rule moved once more."""
    for school, label in sorted(state.forced.items()):
        anchor = state.holds[label].anchor
        target = next((p for p in plan.partnerships if anchor in p.members), None)
        if target is not None and school in plan.problem.schools and school not in target.members:
            plan = move(plan, school, target.number)
    return plan


def labels_in(plan: Plan, state: State) -> dict[str, str]:
    """Return for a fresh plan which partnership, by number, is the one of each label."""
    found: dict[str, str] = {}
    for hold in state.holds.values():
        members = set(_held(hold, state))
        ranked = sorted(plan.partnerships, key=lambda p: (-len(members & set(p.members)), p.number))
        if ranked and members & set(ranked[0].members):
            found[str(ranked[0].number)] = hold.label
    return found


def _held(hold: Hold, state: State) -> tuple[str, ...]:
    waived = (urn for urn in sorted(state.waivers) if state.forced.get(urn) == hold.label)
    return (*(urn for urn in hold.members if urn not in state.forced), *waived)
