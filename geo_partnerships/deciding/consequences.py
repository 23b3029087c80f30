"""What a move would break, and why a school is where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.certificate import Lack
from geo_partnerships.checking import check
from geo_partnerships.checking.rules import waivable_key
from geo_partnerships.planning.moving import alternatives, exchanges, move, move_many
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.planning.rules.leaders import LEADERS_WORDS
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_partnerships.certificate import Proof
    from geo_partnerships.checking import CheckReport
    from geo_partnerships.plans import Plan

ALTERNATIVES = 3
GUARANTEE = "guarantee"
Judged = tuple["CheckReport", "Proof"]
"""What the check says of a plan, and what is proved of it."""
EXCHANGES = 2
"""Schools that are tried in exchange where an alternative alone would break a rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A school that would take the place that another leaves.

    Parameters
    ----------
    cost_m
        By how much the objective would grow if both moved, in metre-equivalents.
    """

    school: str
    cost_m: float


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
    exchange
        Where rules forbid the move alone: a school that would have to come in return, so that none does; the cheapest
        of the few that are tried.
    """

    partnership: int
    name: str
    cost_m: float
    forbidden_by: tuple[str, ...]
    exchange: Exchange | None = None


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


def waived_by(before: CheckReport, after: CheckReport, moved: Sequence[str]) -> dict[str, list[str]]:
    """Return the kinds of rules that moves break, each with the schools that it would have to leave unbound.

    None where one of them is a rule that binds partnerships rather than schools, such as a size. These are the moved
    schools, and of the guarantee those that have no school beside them any more that they named.
    """
    lost = {o.school for o in before.guarantee if o.met} & {o.school for o in after.guarantee if not o.met}
    known = {(broken.code, broken.message) for broken in before.broken}
    kinds = {waivable_key(broken.code) for broken in after.broken if (broken.code, broken.message) not in known}
    if "" in kinds:
        return {}
    found = {kind: sorted(set(moved)) for kind in sorted(kinds - {GUARANTEE})}
    return found | ({GUARANTEE: sorted(lost)} if GUARANTEE in kinds and lost else {})


def why_here(plan: Plan, school: str, partnership: int) -> tuple[Alternative, ...]:
    """Return a school's three cheapest alternatives, with the cost of each and the rules that forbid it.

    Each is this school moving alone, with everything else as it is; where a rule forbids that, the cheapest change of
    places that none forbids is told with it. Those that no rule forbids come first: none of
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
        forbidden = forbidden_by(before, judged(moved), plan)
        found.append(
            Alternative(
                partnership=number,
                name=names[number],
                cost_m=moved.objective - plan.objective,
                forbidden_by=forbidden,
                exchange=_exchange(plan, before, school, (partnership, number)) if forbidden else None,
            )
        )
    return tuple(sorted(found, key=lambda one: (bool(one.forbidden_by), one.cost_m, one.partnership)))


_GOALS_HELD = {
    Lack.FARTHER: "Goal worst distance: a school would be farther from its centre school than was reached",
    Lack.WISHES: "Goal wishes: fewer would be granted than was reached",
}


def judged(made: Plan) -> Judged:
    """Return what the check says of a plan, and what is proved of it."""
    report = check(made)
    return report, proof_of(made, report)


def _exchange(plan: Plan, before: Judged, school: str, numbers: tuple[int, int]) -> Exchange | None:
    """Return the cheapest school that could come in return without breaking a rule, of the few that are tried."""
    home, other = numbers
    for mate, _ in exchanges(plan, school, home, other)[:EXCHANGES]:
        swapped = move_many(plan, [(school, home, other), (mate, other, home)])
        if not forbidden_by(before, judged(swapped), plan):
            return Exchange(school=mate, cost_m=swapped.objective - plan.objective)
    return None


def forbidden_by(before: Judged, after: Judged, plan: Plan) -> tuple[str, ...]:
    """Return what the check finds newly broken, and what the solver's own rules forbid beyond it."""
    told = {broken.code for broken in after[0].broken} | {breach.code for breach in before[1].breaches}
    beyond = [breach.words for breach in after[1].breaches if breach.code not in told]
    more = after[1].more_leaderless - before[1].more_leaderless
    if more > 0:
        beyond.append(
            f"{LEADERS_WORDS}: {count(more, 'more partnership')} would have none, which comes before distance"
        )
    lack = after[1].lack
    if lack in _GOALS_HELD and lack is not before[1].lack:
        beyond.append(_GOALS_HELD[lack])
    return (*consequences(before[0], after[0], plan), *beyond)
