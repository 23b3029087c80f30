"""The check of a plan: each thing it must hold, with what was found."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.checking.coverage import Coverage, coverage_of
from geo_partnerships.checking.guarantee import GuaranteeOutcome, guarantee_of
from geo_partnerships.checking.scores import (
    Scores,
    can_be_placed,
    cost_of,
    distances_to_centre,
    leaders_of,
    scores_of,
)
from geo_partnerships.scenario import SizeBy, Strength

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from geo_partnerships.model import Partnership, Plan
    from geo_partnerships.scenario import Balance, Link, Strand

TOLERANCE_M = 1e-6
ROUNDING_M = 6e-4
"""Published distances are rounded to the millimetre."""
SHOWN_AT_MOST = 5
LEAST_MEMBERS = 2
"""A loose partnership is two or more schools (R19)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was checked.

    Parameters
    ----------
    code
        Stable key of the check.
    holds
        Whether it holds.
    binding
        False where only a preferred rule is measured: a plan may break it at its price.
    message
        What was found, in a sentence; says nothing private.
    """

    code: str
    name: str
    holds: bool
    message: str
    binding: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """Everything derived anew from one plan."""

    checks: tuple[Check, ...]
    scores: Scores
    coverage: Coverage
    guarantee: tuple[GuaranteeOutcome, ...]

    @property
    def ok(self) -> bool:
        """True where every binding check holds."""
        return not self.broken

    @property
    def broken(self) -> tuple[Check, ...]:
        """Binding checks that fail."""
        return tuple(check for check in self.checks if check.binding and not check.holds)


def check(plan: Plan) -> CheckReport:
    """Derive everything a plan claims anew, and compare.

    Parameters
    ----------
    plan
        Any plan, from wherever.

    Returns
    -------
    CheckReport
        A check for each claim and each rule of the scenario, the scores, the coverage and the guarantee.
    """
    checks: list[Check] = []
    for inspect in _INSPECTIONS:
        checks += inspect(plan)
    return CheckReport(
        checks=tuple(checks),
        scores=scores_of(plan),
        coverage=coverage_of(plan),
        guarantee=guarantee_of(plan),
    )


def _verdict(code: str, name: str, problems: list[str], fine: str, *, binding: bool = True) -> Check:
    shown = "; ".join(problems[:SHOWN_AT_MOST])
    if len(problems) > SHOWN_AT_MOST:
        shown += f"; and {len(problems) - SHOWN_AT_MOST} more"
    return Check(code=code, name=name, holds=not problems, message=shown or fine, binding=binding)


def _name(plan: Plan, urn: str) -> str:
    school = plan.problem.schools.get(urn)
    return f"{school.name} ({urn})" if school else urn


def _members_are_known(plan: Plan) -> Iterator[Check]:
    """Every member is a school of the problem, and memberships and partnerships say the same."""
    problems = [
        f"partnership {p.number} has an unknown member {urn}"
        for p in plan.partnerships
        for urn in p.members
        if urn not in plan.problem.schools
    ]
    listed = sorted((urn, p.number) for p in plan.partnerships for urn in p.members)
    stated = sorted((m.school, m.partnership) for m in plan.memberships)
    if listed != stated:
        problems.append("the list of memberships and the partnerships' members differ")
    numbers = [p.number for p in plan.partnerships]
    if len(set(numbers)) != len(numbers):
        problems.append("two partnerships share a number")
    yield _verdict("members", "Members are known schools", problems, f"{len(stated)} memberships, all known.")


def _strands_are_partitioned(plan: Plan) -> Iterator[Check]:
    """A school is in one partnership of a strand; the strands' own schools are all there."""
    problems = []
    for name, strand in plan.scenario.ordered_strands():
        found = [urn for p in plan.partnerships if p.strand == name for urn in p.members]
        twice = sorted({urn for urn in found if found.count(urn) > 1})
        problems += [f"{_name(plan, urn)} is twice in the strand {name}" for urn in twice]
        problems += [
            f"{_name(plan, urn)} is missing from the strand {name}"
            for urn in _expected(plan, strand)
            if urn not in found and can_be_placed(plan, urn, found)
        ]
    yield _verdict(
        "partition",
        "Each school is where it must be",
        problems,
        "Every school of each strand is in it, once.",
    )


def _expected(plan: Plan, strand: Strand) -> list[str]:
    members = strand.members
    letter = plan.problem.letter.partnerships if plan.problem.letter else ()
    named = {urn for p in letter if p.number in members.letter for urn in p.schools} | set(members.schools)
    return [
        urn
        for urn, school in plan.problem.schools.items()
        if (urn in named or not (members.letter or members.schools))
        and urn not in members.without
        and (not members.boroughs or school.borough in members.boroughs)
        and (not members.sectors or school.sector in members.sectors)
        and (not members.phases or school.phase in members.phases)
    ]


def _numbers_and_sizes(plan: Plan) -> Iterator[Check]:
    for name, strand in plan.scenario.ordered_strands():
        mine = [p for p in plan.partnerships if p.strand == name]
        if not mine:
            continue
        least, most = strand.partnerships
        if not strand.as_given:
            problems = [] if least <= len(mine) <= most else [f"there are {len(mine)}, not {least} to {most}"]
            yield _verdict(
                f"number-{name}", f"Number of partnerships ({name})", problems, f"{len(mine)} partnerships."
            )
        if strand.size is not None:
            yield _sizes(plan, name, strand, mine)
        elif strand.partnerships != (1, 1) and not strand.as_given:
            alone = [f"partnership {p.number} has one school" for p in mine if len(p.members) < LEAST_MEMBERS]
            yield _verdict(f"size-{name}", f"Two or more schools ({name})", alone, "All have two or more.")


def _sizes(plan: Plan, name: str, strand: Strand, partnerships: list[Partnership]) -> Check:
    low, high = strand.size or (0, 0)
    what = "members" if strand.size_by is SizeBy.SCHOOLS else "pupils"
    sizes = {p.number: _size(plan, p, strand) for p in partnerships}
    problems = [
        f"partnership {number} has {size} {what}, not {low} to {high}"
        for number, size in sizes.items()
        if not low <= size <= high
    ]
    fine = f"{min(sizes.values())} to {max(sizes.values())} {what}."
    title = f"Sizes {low} to {high} ({name})"
    return _verdict(f"size-{name}", title, problems, fine, binding=not strand.as_given)


def _size(plan: Plan, partnership: Partnership, strand: Strand) -> int:
    if strand.size_by is SizeBy.SCHOOLS:
        return len(partnership.members)
    return sum(plan.problem.schools[urn].pupils or 0 for urn in partnership.members)


def _centres(plan: Plan) -> Iterator[Check]:
    """Every centre is a member, and no other member would be a better centre."""
    problems = []
    for partnership in plan.partnerships:
        placed = [urn for urn in partnership.members if plan.problem.schools[urn].has_point]
        if partnership.centre is None:
            if placed:
                problems.append(f"partnership {partnership.number} has no centre school")
            continue
        if partnership.centre not in partnership.members:
            problems.append(f"the centre of partnership {partnership.number} is not a member")
            continue
        cost = cost_of(plan, partnership, partnership.centre)
        best = min(placed, key=lambda urn: (_unmeasured(plan, partnership, urn), cost_of(plan, partnership, urn), urn))
        if cost_of(plan, partnership, best) < cost - TOLERANCE_M:
            problems.append(
                f"{_name(plan, best)} would be a better centre of partnership {partnership.number}"
            )
    yield _verdict("centres", "Centre schools are the best placed members", problems, "All are.")


def _unmeasured(plan: Plan, partnership: Partnership, centre: str) -> int:
    """Return how many members have no distance to a centre."""
    return len(partnership.members) - len(distances_to_centre(plan, dataclasses.replace(partnership, centre=centre)))


def _distances(plan: Plan) -> Iterator[Check]:
    """Stated distances and roles are those worked out anew."""
    problems = []
    by_number = {p.number: p for p in plan.partnerships}
    for membership in plan.memberships:
        partnership = by_number.get(membership.partnership)
        if partnership is None or membership.school not in partnership.members:
            continue
        true = distances_to_centre(plan, partnership).get(membership.school)
        stated = membership.distance_to_centre_m
        same = (
            true is None if stated is None else true is not None and math.isclose(true, stated, abs_tol=ROUNDING_M)
        )
        if not same:
            problems.append(f"{_name(plan, membership.school)}: stated {stated} m, found {true} m")
        if (membership.role == "centre") != (membership.school == partnership.centre):
            problems.append(f"{_name(plan, membership.school)}: stated as {membership.role}")
    yield _verdict("distances", "Distances to the centre school", problems, "All agree.")


def _objective(plan: Plan) -> Iterator[Check]:
    """Each strand's objective is the sum it should be, and its bound is not above it."""
    problems = []
    for result in plan.strands:
        mine = [p for p in plan.partnerships if p.strand == result.strand]
        true = math.fsum(cost_of(plan, p, p.centre) for p in mine if p.centre)
        true += math.fsum(rule.cost_m for rule in result.broken)
        if not math.isclose(true, result.objective, rel_tol=1e-9, abs_tol=1e-3):
            problems.append(f"{result.strand}: stated {result.objective:.3f}, found {true:.3f}")
        if result.lower_bound > result.objective + TOLERANCE_M:
            problems.append(f"{result.strand}: the bound is above the objective")
    yield _verdict("objective", "Objective and bound", problems, "The objective is the sum it states.")


def _links(plan: Plan) -> Iterator[Check]:
    for together, links in ((True, plan.scenario.must_link), (False, plan.scenario.cannot_link)):
        for number, link in enumerate(links, start=1):
            if link.strength is not Strength.OFF:
                yield _link(plan, link, number, together=together)


def _link(plan: Plan, link: Link, number: int, *, together: bool) -> Check:
    groups = [set(p.members) for p in plan.partnerships]
    first, *others = link.schools
    problems = []
    if together:
        problems = [
            f"{_name(plan, first)} and {_name(plan, urn)} are apart"
            for urn in others
            if not any({first, urn} <= group for group in groups)
        ]
    else:
        pairs = [(a, b) for index, a in enumerate(link.schools) for b in link.schools[index + 1 :]]
        problems = [
            f"{_name(plan, a)} and {_name(plan, b)} are together"
            for a, b in pairs
            if any({a, b} <= group for group in groups)
        ]
    word = "together" if together else "apart"
    return _verdict(
        f"{'must' if together else 'cannot'}-link-{number}",
        f"{word.capitalize()}: {', '.join(_name(plan, urn) for urn in link.schools[:SHOWN_AT_MOST])}",
        problems,
        f"They are {word}.",
        binding=link.strength is Strength.BINDING,
    )


def _pins(plan: Plan) -> Iterator[Check]:
    if not plan.scenario.pinned:
        return
    homes: dict[str, set[int]] = {}
    problems = []
    for pin in plan.scenario.pinned:
        for urn in pin.schools:
            numbers = {p.number for p in plan.partnerships if urn in p.members}
            homes[pin.partnership] = homes.get(pin.partnership, numbers) & numbers
    problems += [
        f"the schools pinned to '{label}' share no partnership" for label, home in homes.items() if not home
    ]
    problems += _not_closed(plan, homes)
    single = [(label, next(iter(home))) for label, home in homes.items() if len(home) == 1]
    numbers_used = [number for _, number in single]
    problems += [
        f"'{label}' shares partnership {number} with another pinned label"
        for label, number in single
        if numbers_used.count(number) > 1
    ]
    yield _verdict("pinned", "Pinned schools", problems, "All are where they are pinned.")


def _not_closed(plan: Plan, homes: Mapping[str, set[int]]) -> list[str]:
    """Who joined the schools of a label that nobody else may join."""
    members = {p.number: set(p.members) for p in plan.partnerships}
    closed = dict.fromkeys(pin.partnership for pin in plan.scenario.pinned if pin.closed)
    problems = []
    for label in closed:
        pinned = {urn for pin in plan.scenario.pinned if pin.partnership == label for urn in pin.schools}
        others = {urn for number in homes[label] for urn in members[number]} - pinned
        problems += [f"{_name(plan, urn)} joined '{label}'" for urn in sorted(others)]
    return problems


def _balances(plan: Plan) -> Iterator[Check]:
    for number, rule in enumerate(plan.scenario.balance, start=1):
        if rule.strength is not Strength.OFF:
            yield _balance(plan, rule, number)


def _balance(plan: Plan, rule: Balance, number: int) -> Check:
    most = rule.most if rule.most is not None else math.inf
    counts = {p.number: _count(plan, p, rule) for p in plan.partnerships if p.strand == "area"}
    problems = [
        f"partnership {p} has {count}, not {rule.least} to {most:g}"
        for p, count in counts.items()
        if not rule.least <= count <= most
    ]
    found = sorted(counts.values()) or [0]
    return _verdict(
        f"balance-{number}",
        f"Balance: {rule.name}",
        problems,
        f"{found[0]} to {found[-1]} in each partnership.",
        binding=rule.strength is Strength.BINDING,
    )


def _count(plan: Plan, partnership: Partnership, rule: Balance) -> int:
    schools = [plan.problem.schools[urn] for urn in partnership.members]
    return sum(school.phase in rule.phases or school.urn in rule.schools for school in schools)


def _guarantee(plan: Plan) -> Iterator[Check]:
    """The guarantee as a total: who failed is private."""
    outcomes = guarantee_of(plan)
    if not outcomes or plan.scenario.guarantee.strength is Strength.OFF:
        return
    failed = sum(not outcome.met for outcome in outcomes)
    total = len(outcomes)
    problems = (
        [f"{total - failed} of {total} covered schools have a school they named beside them"]
        if failed
        else []
    )
    yield _verdict(
        "guarantee", "Survey guarantee", problems,
        f"{total} of {total} covered schools have a school they named beside them.",
        binding=plan.scenario.guarantee.strength is Strength.BINDING,
    )  # fmt: skip


def _leaders(plan: Plan) -> Iterator[Check]:
    """Binding for area partnerships alone; the others are as their strand makes them."""
    binding = plan.scenario.leaders.strength is Strength.BINDING
    counted = [p for p in plan.partnerships if p.strand == "area" or not binding]
    without = [str(p.number) for p in counted if not leaders_of(plan, p)]
    problems = [f"none in partnerships {', '.join(without)}"] if without else []
    yield _verdict(
        "leaders", "A system leader in every partnership", problems, "Every partnership has one.",
        binding=binding,
    )  # fmt: skip


def _authorities(plan: Plan) -> Iterator[Check]:
    """Where partnerships stay within authorities, each does; those taken as given are let be."""
    if not plan.scenario.within_authorities:
        return
    given = {name for name, strand in plan.scenario.ordered_strands() if strand.as_given}
    homes = {
        p.number: {plan.problem.schools[urn].borough for urn in p.members}
        for p in plan.partnerships
        if p.strand not in given
    }
    problems = [f"partnership {n} has schools of {', '.join(sorted(h))}" for n, h in homes.items() if len(h) > 1]
    yield _verdict("authorities", "Each partnership within one authority", problems, "No partnership crosses a border.")


def _coverage(plan: Plan) -> Iterator[Check]:
    coverage = coverage_of(plan)
    left = coverage.denominator - coverage.covered
    named = f"{coverage.covered} of {coverage.denominator} state schools of {coverage.authority or 'the authority'}"
    yield Check(
        code="coverage",
        name="Every school is in a partnership",
        holds=left == 0,
        message=f"{named} are in a partnership.",
        binding=False,
    )


_INSPECTIONS: tuple[Callable[[Plan], Iterator[Check]], ...] = (
    _members_are_known,
    _strands_are_partitioned,
    _numbers_and_sizes,
    _centres,
    _distances,
    _objective,
    _links,
    _pins,
    _balances,
    _guarantee,
    _leaders,
    _authorities,
    _coverage,
)
