"""What a move would break, and why a school is where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.checking import check
from geo_partnerships.planning.moving import alternatives, move
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.planning.rules.leaders import LEADERS_WORDS
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from geo_partnerships.certificate import Proof
    from geo_partnerships.checking import CheckReport
    from geo_partnerships.plan import Plan

ALTERNATIVES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another partnership for a school.

    Parameters
    ----------
    cost_m
        By how much the objective would grow, in metre-equivalents.
    forbidden_by
        The rules that forbid the move, each a sentence: the binding ones that it would break, and that of system
        leaders, which comes before all distance. None where it is only dearer.
    """

    partnership: int
    name: str
    cost_m: float
    forbidden_by: tuple[str, ...]


def consequences(before: CheckReport, after: CheckReport, plan: Plan) -> tuple[str, ...]:
    """Return the binding rules that the second report has broken and the first has not, each a sentence.

    Parameters
    ----------
    plan
        Either plan: its schools give the names.
    """
    known = {(check.code, check.message) for check in before.broken}
    lost = {o.school for o in before.guarantee if o.met} & {o.school for o in after.guarantee if not o.met}
    sentences = []
    for broken in after.broken:
        if (broken.code, broken.message) in known:
            continue
        names = ", ".join(plan.problem.schools[urn].name for urn in sorted(lost)) if broken.code == "guarantee" else ""
        told = f"{names} would have no school beside it that it named" if names else broken.message
        sentences.append(f"{broken.name}: {told}")
    return tuple(sentences)


def why_here(plan: Plan, school: str, partnership: int) -> tuple[Alternative, ...]:
    """Return a school's three cheapest alternatives, with the cost of each and the rules that forbid it.

    Each is this school moving alone, with everything else as it is. Those that no rule forbids come first: none of
    them saves more than the gap of a plan that has a certificate.

    Parameters
    ----------
    partnership
        Number of the partnership it is in.
    """
    report = check(plan)
    before = report, proof_of(plan, report)
    names = {p.number: p.name for p in plan.partnerships}
    home = next(p for p in plan.partnerships if p.number == partnership)
    if len(home.members) + len(home.unnamed) == 1:
        return ()
    found = []
    for number, _ in alternatives(plan, school, partnership)[:ALTERNATIVES]:
        moved = move(plan, school, number, source=partnership)
        after = check(moved)
        found.append(
            Alternative(
                partnership=number,
                name=names[number],
                cost_m=moved.objective - plan.objective,
                forbidden_by=_forbidden_by(before, (after, proof_of(moved, after)), plan),
            )
        )
    return tuple(sorted(found, key=lambda one: (bool(one.forbidden_by), one.cost_m, one.partnership)))


def _forbidden_by(before: tuple[CheckReport, Proof], after: tuple[CheckReport, Proof], plan: Plan) -> tuple[str, ...]:
    """Return what the check finds newly broken, and what the solver's own rules forbid beyond it."""
    told = {broken.code for broken in after[0].broken} | {breach.code for breach in before[1].breaches}
    beyond = [breach.words for breach in after[1].breaches if breach.code not in told]
    more = after[1].more_leaderless - before[1].more_leaderless
    if more > 0:
        beyond.append(
            f"{LEADERS_WORDS}: {count(more, 'more partnership')} would have none, which comes before distance"
        )
    return (*consequences(before[0], after[0], plan), *beyond)
