"""A plan with all that was decided of it: its rules, colours and partnerships, and what a decision overrode."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from geo_partnerships.deciding import decided_partnerships, decided_rules
from geo_partnerships.deciding.rules import PARTNERSHIP
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.planning.assemble import digest_of
from geo_partnerships.planning.known import bearing
from geo_partnerships.planning.matching import is_same
from geo_partnerships.planning.moving import BY_HAND, digest_by_hand
from geo_partnerships.scenarios.parameters import Scenario
from geo_partnerships.scenarios.read import parse_value, set_parameter
from geo_partnerships.sentences import count
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.model import Audience
from geo_partnerships.workbench.moves import NUMBERS_ALLOWED

if TYPE_CHECKING:
    from geo_partnerships.deciding import State
    from geo_partnerships.plans import Plan

__all__ = ["gone", "named_in", "overridden", "under_rules", "with_colours"]


def under_rules(made: Plan, kept: dict[str, Any], state: State) -> Plan:
    """Return the plan as one of a scenario that has all that was decided so far beside its own."""
    own = kept["own"]
    decided = decided_rules(state, waiving=bool(made.scenario.waivers))
    rules = {key: [*own.get(key, ()), *rows] for key, rows in decided.items()}
    known = decided_partnerships(made, state, own.get(PARTNERSHIP, ()))
    table = made.scenario.model_dump() | rules | {PARTNERSHIP: known, "as_saved": False}
    for key, text in state.parameters.items():
        if key in NUMBERS_ALLOWED:
            set_parameter(table, key, parse_value(text))
    scenario = Scenario.model_validate(table)
    items = {item.number: item for item in scenario.partnership}
    borne = tuple(bearing(p, items[p.number], scenario) if p.number in items else p for p in made.partnerships)
    ruled = dataclasses.replace(made, scenario=scenario, partnerships=borne)
    by_hand = any(result.method == BY_HAND for result in made.strands)
    return dataclasses.replace(ruled, digest=digest_by_hand(ruled) if by_hand else digest_of(made.problem, scenario))


def overridden(made: Plan, state: State) -> tuple[Finding, ...]:
    """Tell the moves that were made although they break rules, each with the reason given."""
    return tuple(
        Finding(
            code="decision-override",
            severity=Severity.WARNING,
            message=f"{made.problem.schools[d.school].name} was moved to partnership {d.to} although this breaks "
            f"{count(len(d.breaks), 'rule')} ({'; '.join(d.breaks)}). Reason given: {d.reason}",
            private=True,
        )
        for d in state.overrides
        if d.school in state.forced and d.school in made.problem.schools
    )


def named_in(state: State) -> set[str]:
    """Return every school that a decision in force speaks of."""
    links = {urn for schools in (*state.links, *state.vetoes) for urn in schools if urn}
    held = {urn for hold in state.holds.values() for urn in hold.members if urn}
    elsewhere = {school for school, _ in (*state.added, *state.left_out)}
    return links | held | set(state.forced) | elsewhere


def with_colours(made: Plan) -> Plan:
    """Return the plan with a colour for each partnership, which it keeps whatever is moved."""
    colours = {p.number: p.colour for p in view_of(made, Audience.OFFICERS, scenario="").partnerships}
    coloured = tuple(dataclasses.replace(p, colour=colours[p.number]) for p in made.partnerships)
    return dataclasses.replace(made, partnerships=coloured)


def gone(made: Plan, state: State) -> list[str]:
    """Return the partnerships of which something is decided, and that a fresh plan has no more."""
    before = {str(item.number): item.schools for item in made.scenario.partnership}
    now = {str(p.number): p.members for p in made.partnerships}
    return [n for n in state.partnerships if n not in now or not is_same(now[n], before.get(n, ()))]
