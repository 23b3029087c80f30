"""What the preferred rules that a plan does not keep cost, counted anew from the scenario and the members."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

from geo_partnerships.checking.rules import count_of
from geo_partnerships.checking.scores import leaders_of
from geo_partnerships.scenarios.parameters import Strength

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geo_partnerships.plan import Partnership, Plan
    from geo_partnerships.scenarios.parameters import Balance

PREFERRED = Strength.PREFERRED


def preferred_costs(plan: Plan, strand: str) -> list[tuple[float, float]]:
    """Return amount and cost in metres of each preferred rule that a strand breaks, sorted.

    A strand taken as given owes none.
    """
    if dict(plan.scenario.ordered_strands())[strand].as_given:
        return []
    mine = [p for p in plan.partnerships if p.strand == strand]
    found = [*_links(plan, mine), *_unmet(plan, strand, mine)]
    if strand == "area":
        found += [*_balances(plan, mine), *_leaderless(plan, mine)]
    return sorted((amount, cost) for amount, cost in found if amount > 0)


def _links(plan: Plan, mine: Sequence[Partnership]) -> Iterator[tuple[float, float]]:
    for link in plan.scenario.must_link:
        if link.strength is PREFERRED:
            apart = _pairs(link.schools, mine).count(False)
            yield apart, apart * link.weight
    for link in plan.scenario.cannot_link:
        if link.strength is PREFERRED:
            together = _pairs(link.schools, mine).count(True)
            yield together, together * link.weight


def _pairs(schools: Iterable[str], mine: Sequence[Partnership]) -> list[bool]:
    """Return for each pair of schools that both stand in these partnerships whether they share one."""
    home = {urn: p.number for p in mine for urn in p.members}
    here = sorted({urn for urn in schools if urn in home})
    return [home[a] == home[b] for a, b in combinations(here, 2)]


def unmet_of(plan: Plan) -> tuple[int, float]:
    """Return how many schools the preferred guarantee fails, and the metres that adds; see `preferred_costs`."""
    return _sum(_unmet(plan, name, mine) for name, mine in _clustered(plan))


def unbalanced_of(plan: Plan, rule: Balance) -> tuple[int, float]:
    """Return how many schools are too many or too few under a preferred balance, and the metres that adds."""
    area = [mine for name, mine in _clustered(plan) if name == "area"]
    return _sum([_balance(plan, mine, rule)] for mine in area)


def standing_apart(plan: Plan) -> tuple[int, float]:
    """Return how many pairs of partnerships that stand are apart, and the metres that adds where that is preferred."""
    apart = sum(_pairs(s.schools, mine).count(False) for s in plan.problem.standing for _, mine in _clustered(plan))
    return apart, apart * plan.scenario.standing.weight


def _clustered(plan: Plan) -> Iterator[tuple[str, list[Partnership]]]:
    """Yield name and partnerships of each strand that is not taken as given."""
    for name, strand in plan.scenario.ordered_strands():
        if not strand.as_given:
            yield name, [p for p in plan.partnerships if p.strand == name]


def _sum(found: Iterable[Iterable[tuple[float, float]]]) -> tuple[int, float]:
    costs = [cost for one in found for cost in one]
    return round(sum(amount for amount, _ in costs)), math.fsum(cost for _, cost in costs)


def _unmet(plan: Plan, strand: str, mine: Sequence[Partnership]) -> Iterator[tuple[float, float]]:
    """Covered schools that this strand owes a school they named, and that have none beside them."""
    rule = plan.scenario.guarantee
    if rule.strength is not PREFERRED:
        return
    for urn, named in plan.problem.survey.named_by().items():
        beside = next((set(p.members) for p in mine if urn in p.members), None)
        if beside is not None and _owing(plan, urn, set(named)) == strand and not beside & set(named):
            yield 1, rule.weight


def _owing(plan: Plan, urn: str, named: set[str]) -> str | None:
    """Return the strand that owes a school its guarantee: the last one free to meet it, unless a fixed one does."""
    owing = None
    for name, strand in plan.scenario.ordered_strands():
        groups = [set(p.members) for p in plan.partnerships if p.strand == name]
        if not any(urn in group for group in groups):
            continue
        if strand.as_given or strand.partnerships == (1, 1):
            if any(urn in group and group & named for group in groups):
                return None
        elif set().union(*groups) & named:
            owing = name
    return owing


def _balances(plan: Plan, mine: Sequence[Partnership]) -> Iterator[tuple[float, float]]:
    for rule in plan.scenario.balance:
        if rule.strength is PREFERRED:
            yield _balance(plan, mine, rule)


def _balance(plan: Plan, mine: Sequence[Partnership], rule: Balance) -> tuple[float, float]:
    counts = [count_of(plan, p, rule) for p in mine]
    most = max(counts, default=0) if rule.most is None else rule.most
    outside = sum(max(rule.least - count, count - most, 0) for count in counts)
    return outside, outside * rule.weight


def _leaderless(plan: Plan, mine: Sequence[Partnership]) -> Iterator[tuple[float, float]]:
    """Partnerships without a leader; the rule comes before all distance, so it has no price."""
    if plan.scenario.leaders.strength is PREFERRED:
        yield sum(not leaders_of(plan, p) for p in mine), 0.0
