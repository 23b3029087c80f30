"""What each kind of decision must hold before it is written."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from geo_partnerships.deciding import Action, Decision, consequences, waived_by
from geo_partnerships.deciding.decision import MOVING, OF_PARTNERSHIP
from geo_partnerships.deciding.state import AGREED, ALLOWED, ANSWERS, APART, NEITHER, TOGETHER
from geo_partnerships.errors import UsageError
from geo_partnerships.planning.moving import move_many
from geo_partnerships.vocabulary import PartnershipType
from geo_partnerships.workbench.moves import (
    MOVES,
    anchors_of,
    number_of,
    numbers_allowed,
    partnership_of,
    school_of,
    strands_changed,
)
from geo_partnerships.workbench.sheet import NeedsReason

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo_partnerships.checking import CheckReport
    from geo_partnerships.plans import Partnership, Plan
    from geo_partnerships.workbench.request import Request
    from geo_partnerships.workbench.sheet import Sheet

    ReportAfter = Callable[[Plan, Decision], CheckReport]
    """Checks a plan as it is under the rules after a decision."""

__all__ = ["DECIDABLE", "judge"]

STATUSES = ("proposed", AGREED)
LONGEST_ROLE = 80


def judge(sheet: Sheet, request: Request, report_after: ReportAfter) -> Decision:
    """Return the decision that a request comes to.

    Raises
    ------
    UsageError
        It makes no sense as it stands.
    NeedsReason
        It breaks binding rules, and the planner has not said that it shall, or not why.
    """
    if request.action in MOVING:
        return _move(sheet, request, report_after)
    return _JUDGES[request.action](sheet, request)


def _move(sheet: Sheet, request: Request, report_after: ReportAfter) -> Decision:
    """Judge a decision after which schools are elsewhere: what it breaks is a question back."""
    moves = MOVES[request.action](sheet.plan, request)
    moved = move_many(sheet.plan, [(school, number_of(source), number_of(to)) for school, source, to in moves])
    details: dict[str, Any] = {**strands_changed(sheet.plan, moved, moves), **numbers_allowed(moved)}
    _, source, to = moves[0]
    details |= {"anchors": anchors_of(sheet.plan, moved, moves)}
    if request.action is Action.MERGE:
        to = request.to
    if len(moves) > 1 or request.schools:
        details |= {"moves": [list(way) for way in moves]}
    school = "" if request.schools else request.school
    trial = _plain(request, school=school, source=source, to=to, details=details)
    trial = dataclasses.replace(trial, n=sheet.state.latest + 1)
    report = report_after(moved, trial)
    told = consequences(sheet.report, report, sheet.plan)
    breaks = (*_locks_broken(sheet, moves), *told)
    if breaks and not (request.override and request.reason.strip()):
        raise NeedsReason(breaks)
    if breaks:
        waives = waived_by(sheet.report, report, [school for school, _, _ in moves])
        trial = dataclasses.replace(trial, details={**trial.details, "waives": waives})
    return dataclasses.replace(trial, breaks=breaks)


def _partnership(sheet: Sheet, request: Request) -> Decision:
    """Judge what is decided of a partnership: its name, type, lead school, roles or status."""
    target = partnership_of(sheet.plan, request.to)
    value = request.value.strip()
    if request.action is Action.NAME and not value:
        raise UsageError("Give the partnership a name.")
    if request.action is Action.TYPE and value not in list(PartnershipType):
        raise UsageError(f"A type is one of: {', '.join(PartnershipType)}.")
    hard = target.type == PartnershipType.HARD
    if request.action is Action.FORM and value and not hard:
        raise UsageError("Only a hard partnership has a form: decide its type first.")
    if request.action is Action.LEAD and value and value not in target.members:
        raise UsageError("The school that leads is one of its members.")
    if request.action is Action.STATUS and value not in STATUSES:
        raise UsageError(f"A status is one of: {', '.join(STATUSES)}.")
    details: dict[str, Any] = {"value": value, "anchor": target.centre or min(target.members, default="")}
    if request.action is Action.TYPE and request.date:
        details["date"] = request.date
    school = ""
    if request.action is Action.ROLE:
        school, details["offices"] = request.school, _offices(target, value, request.school)
    return _plain(request, school=school, schools=target.members, to=str(target.number), details=details)


def _offices(target: Partnership, role: str, school: str) -> list[tuple[str, str]]:
    """Return the roles of a partnership with one given to a school, or to none."""
    if not 0 < len(role) <= LONGEST_ROLE:
        raise UsageError(f"Give the role in at most {LONGEST_ROLE} characters, and no person's name.")
    if school and school not in target.members:
        raise UsageError("The school that has a role is one of the members.")
    kept = [(one.role, one.school) for one in target.governance.offices if one.role != role]
    if not school and len(kept) == len(target.governance.offices):
        raise UsageError("No school has that role.")
    return [*kept, (role, school)] if school else kept


def _lock(sheet: Sheet, request: Request) -> Decision:
    target = partnership_of(sheet.plan, request.to)
    anchor = target.centre or target.members[0]
    schools: tuple[str, ...] = ()
    if request.school:
        if request.school not in target.members:
            raise UsageError("The school is not in that partnership.")
    else:
        schools = target.members
    return _plain(request, schools=schools, to=str(target.number), details={"anchor": anchor})


def _unlock(sheet: Sheet, request: Request) -> Decision:
    target = partnership_of(sheet.plan, request.to)
    if request.school:
        school_of(sheet.plan, request.school)
    return _plain(request, to=str(target.number))


def _veto(sheet: Sheet, request: Request) -> Decision:
    target = partnership_of(sheet.plan, request.to)
    school_of(sheet.plan, request.school)
    anchor = target.centre or target.members[0]
    if request.source != ALLOWED and anchor == request.school:
        raise UsageError("The partnership is the one around this school: veto another, or move the school first.")
    return _plain(request, to=str(target.number), details={"anchor": anchor})


def _link(sheet: Sheet, request: Request) -> Decision:
    schools = tuple(dict.fromkeys(request.schools))
    for urn in schools:
        school_of(sheet.plan, urn)
    if len(schools) < 2 or request.to not in (TOGETHER, APART, NEITHER):  # noqa: PLR2004 - a link takes two
        raise UsageError("Name two schools or more, and whether they belong together, apart or neither.")
    return _plain(request, schools=schools)


def _comment(sheet: Sheet, request: Request) -> Decision:
    if not request.reason.strip():
        raise UsageError("Write the comment first.")
    if request.to:
        partnership_of(sheet.plan, request.to)
    if request.school:
        school_of(sheet.plan, request.school)
    return _plain(request)


def _reply(sheet: Sheet, request: Request) -> Decision:
    school_of(sheet.plan, request.school)
    if request.to not in ANSWERS:
        raise UsageError(f"A reply is one of: {', '.join(ANSWERS)}.")
    return _plain(request, details={"date": request.date})


def _undo(sheet: Sheet, request: Request) -> Decision:
    step = sheet.state.undo if request.action is Action.UNDO else sheet.state.redo
    if step is None:
        raise UsageError(f"There is nothing to {request.action}.")
    return _plain(request, details={"of": step.n})


def _plain(request: Request, **fields: Any) -> Decision:
    given = {
        "action": request.action, "when": request.when, "by": request.by, "school": request.school,
        "schools": request.schools, "source": request.source, "to": request.to, "reason": request.reason,
    }  # fmt: skip
    return Decision(**{**given, **fields})


def _locks_broken(sheet: Sheet, moves: Sequence[tuple[str, str, str]]) -> tuple[str, ...]:
    """Say which locks moves would break."""
    state, names = sheet.state, sheet.plan.problem.schools
    whole = {number for number, label in state.labels.items() if state.holds[label].whole}
    touched = dict.fromkeys(number for _, source, to in moves for number in (source, to) if number in whole)
    told = [f"Lock: partnership {number} is locked as it is" for number in touched]
    told += [
        f"Lock: {names[school].name} is locked in partnership {source}"
        for school, source, _ in moves
        if school in state.locked and source not in whole
    ]
    return tuple(told)


_JUDGES: dict[Action, Callable[[Sheet, Request], Decision]] = {
    **dict.fromkeys(OF_PARTNERSHIP, _partnership),
    Action.LOCK: _lock,
    Action.UNLOCK: _unlock,
    Action.VETO: _veto,
    Action.LINK: _link,
    Action.COMMENT: _comment,
    Action.REPLY: _reply,
    Action.UNDO: _undo,
    Action.REDO: _undo,
}
DECIDABLE = frozenset({*MOVING, *_JUDGES})
