"""Whether the figures of a plan are right: centres, distances, objectives, bounds, and what they were made from."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from typing import TYPE_CHECKING

from geo_partnerships.checking.costs import cost_of, preferred_costs, prices_around
from geo_partnerships.checking.measures import distances_to_centre
from geo_partnerships.checking.verdicts import is_by_hand, name_of, verdict
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo_partnerships.certificate import Certificate
    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.plans import Membership, Partnership, Plan, StrandResult

TOLERANCE_M = 1e-6
SUM_TOLERANCE_M = 1e-3
ROUNDING_M = 6e-4
"""Published distances are rounded to the millimetre."""
PROOF_TOLERANCE = 1e-6
"""Share of the objective to which a proof is exact."""


def _centres(plan: Plan) -> Iterator[Check]:
    """Every centre is a member, and no other member would be a better centre."""
    problems = [found for p in plan.partnerships if (found := _wrong_centre(plan, p))]
    yield verdict("centres", "Centre schools are the best placed members", problems, "All are.", private=False)


def _wrong_centre(plan: Plan, partnership: Partnership) -> str:
    placed = [urn for urn in partnership.members if plan.problem.schools[urn].has_point]
    centre = partnership.centre
    if centre is None:
        return f"partnership {partnership.number} has no centre school" if placed else ""
    if centre not in partnership.members:
        return f"the centre of partnership {partnership.number} is not a member"
    if centre not in placed:
        return f"the centre of partnership {partnership.number} has no point"
    best = min(placed, key=lambda urn: (*_badness(plan, partnership, urn), urn))
    if _badness(plan, partnership, best)[1] < _badness(plan, partnership, centre)[1] - TOLERANCE_M:
        return f"{name_of(plan, best)} would be a better centre of partnership {partnership.number}"
    return ""


def _badness(plan: Plan, partnership: Partnership, centre: str) -> tuple[int, float]:
    """Return how many members may not be around a centre, and what the others cost."""
    barred, paid = prices_around(plan, partnership, centre)
    return barred, cost_of(plan, partnership, centre) + paid


def _distances(plan: Plan) -> Iterator[Check]:
    """Stated distances and roles are those worked out anew."""
    problems: list[str] = []
    homes = {(p.number, urn): p for p in plan.partnerships for urn in p.members}
    distances = {p.number: distances_to_centre(plan, p) for p in plan.partnerships}
    for membership in plan.memberships:
        home = homes.get((membership.partnership, membership.school))
        if home is not None:
            problems += _wrong_figures(plan, membership, home, distances[home.number])
    yield verdict("distances", "Distances to the centre school", problems, "All agree.", private=False)


def _wrong_figures(plan: Plan, membership: Membership, home: Partnership, distances: dict[str, float]) -> Iterator[str]:
    name = name_of(plan, membership.school)
    true, stated = distances.get(membership.school), membership.distance_to_centre_m
    if true is None or stated is None:
        same = true is stated
    else:
        same = math.isclose(true, stated, rel_tol=0, abs_tol=ROUNDING_M)
    if not same:
        yield f"{name}: stated {_metres(stated)}, found {_metres(true)}"
    if (membership.role == "centre") != (membership.school == home.centre):
        yield f"{name}: stated as {membership.role}"
    if membership.strand != home.strand:
        yield f"{name}: stated in the strand {membership.strand}, is in {home.strand}"


def _metres(value: float | None) -> str:
    return "no distance" if value is None else f"{value:.3f} m"


def _objective(plan: Plan) -> Iterator[Check]:
    """Each strand's objective is the sum it should be, and its bound may be a bound.

    That no plan lies below a bound cannot be seen from one plan: what is checked is that a bound is no higher than
    the objective, and equal to it where it is called proven. A bound that was lowered is a true bound still. After a
    move by hand the bound is about other plans, and only whether it can be one is checked.
    """
    problems = [found for result in plan.strands for found in _wrong_result(plan, result)]
    stated = [result.strand for result in plan.strands]
    twice = sorted(name for name, times in Counter(stated).items() if times > 1)
    problems += [f"{name} is stated {count(stated.count(name), 'time')}" for name in twice]
    used = {p.strand for p in plan.partnerships}
    problems += [f"{name} has no objective" for name in sorted(used - {*stated}) if stated]
    fine = "The objective is the sum it states." if stated else "No objective is stated."
    # What is wrong is told in sums that hold the cost of private rules, too.
    yield verdict("objective", "Objective and bound", problems, fine, private=bool(problems))


def _wrong_result(plan: Plan, result: StrandResult) -> Iterator[str]:
    name = result.strand
    if name not in dict(plan.scenario.ordered_strands()):
        yield f"{name} is no strand of the scenario"
        return
    mine = [p for p in plan.partnerships if p.strand == name]
    preferred = preferred_costs(plan, name)
    true = math.fsum(cost_of(plan, p, p.centre) for p in mine if p.centre) + math.fsum(c for _, c in preferred)
    if not _same(true, result.objective):
        yield f"{name}: stated {result.objective:.3f}, found {true:.3f}"
    broken = sorted((rule.amount, rule.cost_m) for rule in result.broken)
    if len(broken) != len(preferred) or not all(
        _same(a, b) for one, other in zip(broken, preferred, strict=True) for a, b in zip(one, other, strict=True)
    ):
        yield f"{name}: the preferred rules that are broken are not those it states"
    if result.certificate is not None:
        yield from _wrong_bound(result, result.certificate, by_hand=is_by_hand(plan, name))


def _wrong_bound(result: StrandResult, certificate: Certificate, *, by_hand: bool) -> Iterator[str]:
    highest = math.inf if by_hand else result.objective + TOLERANCE_M
    if not (0 <= certificate.bound <= highest and math.isfinite(certificate.bound)):
        yield f"{result.strand}: the bound is below 0 or above the objective"
    elif by_hand or not certificate.proven:
        return
    elif result.objective - certificate.bound > PROOF_TOLERANCE * max(1.0, result.objective):
        yield f"{result.strand}: it is called proven, but its bound is below the objective"


def _same(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=SUM_TOLERANCE_M)


def _inputs(plan: Plan) -> Iterator[Check]:
    """The plan's digest is that of this problem and this scenario; a plan read back has none."""
    if not plan.digest:
        return
    text = f"{plan.problem.digest}\n{plan.scenario.changed()}"
    digest = hashlib.sha256(text.encode()).hexdigest()
    if any(is_by_hand(plan, result.strand) for result in plan.strands):
        places = "\n".join(f"{m.school},{m.partnership}" for m in plan.memberships)
        digest = hashlib.sha256(f"{digest}\n{places}".encode()).hexdigest()
    problems = [] if plan.digest == digest else ["its digest is that of other data or of another scenario"]
    name, fine = "Made from this data and scenario", "The digest agrees."
    yield verdict("inputs", name, problems, fine, private=False)


INSPECTIONS: tuple[Callable[[Plan], Iterator[Check]], ...] = (_centres, _distances, _objective, _inputs)
