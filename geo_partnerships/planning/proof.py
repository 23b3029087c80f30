"""What is proved of a plan as it is: whether its certificates stand for its members, rules and schools."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from geo_partnerships.certificate import PROOF_TOLERANCE, Breach, Lack, Proof
from geo_partnerships.checking import check
from geo_partnerships.checking.measures import distances_to_centre
from geo_partnerships.checking.rules import row_of
from geo_partnerships.checking.together import parted_in
from geo_partnerships.checking.verdicts import BY_HAND
from geo_partnerships.clustering.evaluate import broken_rules
from geo_partnerships.errors import NoPlanError
from geo_partnerships.pairs import PairKind
from geo_partnerships.planning.certificates import leaderless, premises_of, rule_lines
from geo_partnerships.planning.planner import cost_as_given
from geo_partnerships.planning.rules import keyed_rules
from geo_partnerships.planning.strands import owed_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from geo_partnerships.certificate import Certificate
    from geo_partnerships.checking import CheckReport
    from geo_partnerships.model import School
    from geo_partnerships.planning.rules.base import Keyed
    from geo_partnerships.plans import Plan

    RulesOfStrand = tuple[tuple[School, ...], list[Keyed]]


FIGURES = frozenset({"members", "names", "centres", "distances", "objective", "inputs"})
"""Codes of the checks on what a plan says of itself; the others are on rules that it keeps or breaks."""


def proof_of(plan: Plan, report: CheckReport | None = None) -> Proof:
    """Judge from a plan's members, rules and schools as they are whether its certificates stand.

    Parameters
    ----------
    plan
        Any plan, however it came about.
    report
        Its check, where it is at hand.
    """
    report = report or check(plan)
    strands = dict(plan.scenario.ordered_strands())
    found = {result.strand: result.certificate for result in plan.strands if result.strand in strands}
    planned = {name: found.get(name) for name, strand in strands.items() if not strand.as_given}
    keyed = _keyed_by_strand(plan)
    breaches = tuple(_breaches(plan, report, keyed))
    known = {name: one for name, one in planned.items() if one is not None}
    more = sum(_more_leaderless(plan, name, one, keyed) for name, one in known.items())
    lack = _lack(plan, planned, keyed)
    least = None
    if lack is None and any(found.code in FIGURES for found in report.broken):
        lack = Lack.FAULTY
    if lack is None:
        least = sum(
            known[name].bound if name in known else cost_as_given(name, strand, plan.problem, plan.scenario)
            for name, strand in strands.items()
        )  # in the order of the strands, as the objective is summed
        lack = _own_lack(breaches, more, plan.objective, least)
        if lack in {None, Lack.CONTRADICTED} and _is_farther(plan, known):
            lack = Lack.FARTHER
        if lack in {None, Lack.CONTRADICTED} and _grants_fewer(plan, known):
            lack = Lack.WISHES
    return Proof(
        objective=plan.objective,
        lack=lack,
        breaches=breaches,
        least=least,
        reached=least is not None and all(one.proven for one in known.values()),
        more_leaderless=more,
        leaders_first=any(one.leaderless is not None for one in known.values()),
        by_hand=any(result.method == BY_HAND for result in plan.strands),
        has_private_prices=_has_private_prices(keyed),
        within_m=next((one.within_m for one in known.values() if one.within_m is not None), None),
        goals=tuple(goal for result in plan.strands for goal in result.goals),
    )


def _is_farther(plan: Plan, known: Mapping[str, Certificate]) -> bool:
    """Say whether a school is farther from its centre school than a certificate is about."""
    return any(
        distance > one.within_m * (1 + PROOF_TOLERANCE)
        for name, one in known.items()
        if one.within_m is not None
        for p in plan.partnerships
        if p.strand == name
        for distance in distances_to_centre(plan, p).values()
    )


def _grants_fewer(plan: Plan, known: Mapping[str, Certificate]) -> bool:
    """Say whether fewer wishes are granted than in the plans that a certificate is about."""
    return any(
        parted_in(plan, PairKind.GRANTED, [p for p in plan.partnerships if p.strand == name], "") > one.not_granted
        for name, one in known.items()
        if one.not_granted is not None
    )


def _has_private_prices(keyed: Mapping[str, RulesOfStrand] | None) -> bool:
    """Say whether a rule that is private is preferred, and so part of the objective."""
    if keyed is None:
        return True
    return any(rule.private and not rule.binding for _, rules in keyed.values() for _, rule in rules)


def schools_of_strands(plan: Plan) -> dict[str, tuple[School, ...]]:
    """Return the schools with a point that each strand has now, in the order of their keys."""
    schools = plan.problem.schools
    return {
        name: tuple(
            schools[urn]
            for urn in sorted({urn for p in plan.partnerships if p.strand == name for urn in p.members})
            if urn in schools and schools[urn].has_point
        )
        for name, _ in plan.scenario.ordered_strands()
    }


def _keyed_by_strand(plan: Plan) -> dict[str, RulesOfStrand] | None:
    """Return the schools and the rules of each strand as they are now; None where a guarantee has no strand left."""
    schools = schools_of_strands(plan)
    placed = {name: tuple(school.urn for school in members) for name, members in schools.items()}
    try:
        owed = owed_in(plan.problem, plan.scenario, placed)
    except NoPlanError:
        return None
    return {
        name: (schools[name], keyed_rules(name, plan.problem, plan.scenario, schools[name], owed[name]))
        for name, strand in plan.scenario.ordered_strands()
        if not strand.as_given
    }


def _lack(
    plan: Plan, planned: Mapping[str, Certificate | None], keyed: Mapping[str, RulesOfStrand] | None
) -> Lack | None:
    """Say why the certificates are about other plans than those of these schools under these rules."""
    if not planned:
        return Lack.NOTHING_SOLVED
    if None in planned.values():
        return Lack.NOT_KNOWN
    if keyed is None:
        return Lack.SCHOOLS
    for name, certificate in planned.items():
        schools, _ = keyed[name]
        if certificate and certificate.premises != premises_of(schools, plan.problem, plan.scenario):
            return Lack.SCHOOLS
    for name, certificate in planned.items():
        schools, rules = keyed[name]
        lines = rule_lines([rule for _, rule in rules], schools)
        if certificate and Counter(certificate.rules) - Counter(lines):
            return Lack.RULES
    return None


def _own_lack(breaches: tuple[Breach, ...], more_leaderless: int, objective: float, least: float) -> Lack | None:
    if breaches:
        return Lack.BROKEN
    if more_leaderless > 0:
        return Lack.LEADERS
    if objective < least - PROOF_TOLERANCE * max(1.0, least):
        return Lack.CONTRADICTED
    return None


def _clusters(plan: Plan, strand: str, schools: tuple[School, ...]) -> list[list[int]]:
    """Return the partnerships of a strand as places of its schools; those without any are left out."""
    position = {school.urn: index for index, school in enumerate(schools)}
    groups = [[position[urn] for urn in p.members if urn in position] for p in plan.partnerships if p.strand == strand]
    return [group for group in groups if group]


def _more_leaderless(
    plan: Plan, strand: str, certificate: Certificate, keyed: Mapping[str, RulesOfStrand] | None
) -> int:
    if keyed is None or certificate.leaderless is None:
        return 0
    schools, rules = keyed[strand]
    found = leaderless(_clusters(plan, strand, schools), [rule for _, rule in rules])
    return max(0, (found or 0) - certificate.leaderless)


def _breaches(plan: Plan, report: CheckReport, keyed: Mapping[str, RulesOfStrand] | None) -> Iterator[Breach]:
    """Yield what the check finds broken, and what the solver's rules ask beyond it, each once."""
    told = {found.code for found in report.broken}
    for found in report.broken:
        if found.code in FIGURES:
            continue
        yield Breach(code=found.code, words=found.name, private=found.private)
    for name, (schools, rules) in (keyed or {}).items():
        keys = {id(rule): key for key, rule in rules}
        judged = [rule for _, rule in rules if not rule.needs_matrix()]  # the check alone looks at pairs
        for rule in broken_rules(len(schools), judged, _clusters(plan, name, schools)):
            key = keys[id(rule)]
            code = row_of(key).code(key)
            if code not in told:
                told.add(code)
                yield Breach(code=code, words=rule.words, private=rule.private)
