"""From decisions to the rules of the next run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_partnerships.deciding.state import TOGETHER
from geo_partnerships.planning.moving import move

if TYPE_CHECKING:
    from geo_partnerships.deciding.state import Hold, State
    from geo_partnerships.plan import Plan

PINNED, MUST_LINK, CANNOT_LINK = "pinned", "must_link", "cannot_link"


def decided_rules(state: State) -> dict[str, list[dict[str, Any]]]:
    """Return the tables of a scenario that the decisions amount to, by key.

    A school moved against a rule is no part of them: it is moved again after the run, see `with_forced_moves`.
    """
    pins = [
        {"schools": list(members), "partnership": hold.label[:60], **({"closed": True} if hold.whole else {})}
        for hold in state.holds.values()
        if (members := _held(hold, state)) and (hold.whole or hold.schools)
    ]
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
    return {PINNED: pins, MUST_LINK: together, CANNOT_LINK: apart}


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
    return tuple(urn for urn in hold.members if urn not in state.forced)
