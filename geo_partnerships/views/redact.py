"""What is left out of the public edition."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from typing import TYPE_CHECKING

from geo_partnerships.certificate import public_bound
from geo_partnerships.checking.costs import cost_of
from geo_partnerships.checking.rules import ROWS
from geo_partnerships.pairs import PairKind
from geo_partnerships.privacy import public_parameters
from geo_partnerships.scenarios.parameters import Scenario
from geo_partnerships.sentences import count
from geo_partnerships.views.model import (
    CheckView,
    FindingView,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo_partnerships.checking import CheckReport, Scores
    from geo_partnerships.checking.together import Together
    from geo_partnerships.plans import Plan, StrandResult

SMALL_COUNT = 5


GUARANTEE = "guarantee"


def without_private_rules(plan: Plan) -> Plan:
    """Return the plan as far as it follows from what is public: distances, public penalties and public rules.

    From what private rules cost, a reader could work out how many schools have no named partner. The sums are made
    anew from what is public, and not by taking off, which would leave a trace in their last digits. What was proved
    stays with the plan itself: see `Proof.for_public`.
    """
    return dataclasses.replace(plan, strands=tuple(_public_result(plan, result) for result in plan.strands))


def _public_result(plan: Plan, result: StrandResult) -> StrandResult:
    kept = tuple(rule for rule in result.broken if not rule.private)
    mine = [p for p in plan.partnerships if p.strand == result.strand]
    costs = [cost_of(plan, p, p.centre) for p in mine if p.centre is not None]
    objective = round(math.fsum((*costs, *(rule.cost_m for rule in kept))), 3)
    certificate = result.certificate
    if certificate is not None:
        bound = public_bound(result.objective, certificate.bound, objective)
        certificate = dataclasses.replace(certificate, bound=bound, rules=())
    return dataclasses.replace(result, broken=kept, objective=objective, certificate=certificate)


def met_words(scores: Scores, *, officers: bool) -> str:
    """Say whether it is met; for how many changes with the move of a single school, and is for officers alone."""
    failed = scores.respondents - scores.met
    if officers:
        return f"{'not met' if failed else 'met'}: {scores.met} of {scores.respondents}"
    return "not met for every school" if failed else "met for every school"


def together_of(found: Iterable[Together], *, officers: bool) -> tuple[tuple[str, str], ...]:
    """Return label and figure of pairs together: what changes with one answer is for officers alone."""
    return tuple((one.label, one.words) for one in kinds_shown(found, officers=officers))


def kinds_shown(found: Iterable[Together], *, officers: bool) -> tuple[Together, ...]:
    """Return the kinds of pairs that have a line for an audience: what changes with one answer is for officers alone.

    Wishes granted in the type wanted are among those granted, and have no line of their own.
    """
    shown = (one for one in found if one.kind is not PairKind.WANTED_TYPE)
    return tuple(one for one in shown if officers or not one.private)


def _answers(plan: Plan) -> str:
    """Say how many answered, and for how many schools, unless they are so few that the number points at one."""
    survey = plan.problem.survey
    covered = len({urn for response in survey.responses for urn in response.covers})
    if min(survey.direct, covered) < SMALL_COUNT:
        return f"fewer than {SMALL_COUNT} answers"
    return f"{count(survey.direct, 'answer')} for {count(covered, 'school')}"


def guarantee_note(plan: Plan) -> str:
    """Say how many schools answered, and whether the answers are made up."""
    answers = f"{_answers(plan)}."
    return f"{answers[0].upper()}{answers[1:]} {survey_note(plan)}".rstrip()


def survey_note(plan: Plan) -> str:
    """Say that the survey is illustrative, where it is."""
    if not plan.problem.survey.illustrative:
        return ""
    return "Illustrative survey: the answers are made up and are not schools' real wishes."


def checks_of(report: CheckReport, *, officers: bool) -> tuple[CheckView, ...]:
    """Return what was checked: in public, nothing of private rules, but whether the guarantee is met."""
    return tuple(
        CheckView(
            name=c.name,
            holds=c.holds,
            message=met_words(report.scores, officers=officers) if c.code == GUARANTEE else c.message,
        )
        for c in report.checks
        if officers or not c.private or c.code == GUARANTEE
    )


def broken_of(plan: Plan) -> tuple[str, ...]:
    """Return the preferred rules that are broken, each with its cost, or how often where it has no price."""
    costs: dict[str, float] = {}
    amounts: dict[str, float] = {}
    for rule in (rule for result in plan.strands for rule in result.broken):
        costs[rule.rule] = costs.get(rule.rule, 0.0) + rule.cost_m
        amounts[rule.rule] = amounts.get(rule.rule, 0.0) + rule.amount
    often = {rule: f"broken in {count(round(amount), 'case')}, at no price" for rule, amount in amounts.items()}
    return tuple(f"{rule}: {f'{cost:,.0f} m' if cost else often[rule]}" for rule, cost in costs.items())


def findings_of(plan: Plan, *, officers: bool) -> tuple[FindingView, ...]:
    """Return the findings that an audience may see."""
    return tuple(
        FindingView(severity=f.severity, place=f.place, message=f.message, fix=f.fix)
        for f in (*plan.problem.findings, *plan.findings)
        if officers or not f.private
    )


def waived(scenario: Scenario) -> frozenset[str]:
    """Return the parameters of rules that a school is exempt from: that it is, and so what they ask, is private."""
    names = {waiver.rule.partition(".")[0] for waiver in scenario.waivers}
    return frozenset(key for row in ROWS.values() if names & {*row.parameters} for key in row.parameters)


def public_digest(plan: Plan) -> str:
    """Digest of what the public edition holds: private input leaves no trace in it."""
    default, hidden = public_parameters(Scenario()), waived(plan.scenario)
    given = {
        key: value
        for key, value in public_parameters(plan.scenario).items()
        if value != default[key] and key not in hidden
    }
    parameters = json.dumps(given, sort_keys=True)
    members = (f"{m.school},{m.partnership},{m.role},{m.distance_to_centre_m}" for m in plan.memberships)
    return hashlib.sha256("\n".join((parameters, *members)).encode()).hexdigest()
