"""A plan as plain data and back, so that it can be laid out again without solving."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from geo_partnerships.certificate import Certificate, GoalReached
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.letter import ListedMember
from geo_partnerships.planning.assemble import memberships_of
from geo_partnerships.plans import BrokenRule, Governance, Group, Office, Partnership, Plan, StrandResult
from geo_partnerships.vocabulary import PartnershipType

if TYPE_CHECKING:
    from geo_partnerships.model import Problem
    from geo_partnerships.scenarios.parameters import Scenario


def to_plain(plan: Plan, *, rules: bool = True) -> dict[str, Any]:
    """Return what is the plan's own, as JSON can hold it: not its problem and its scenario.

    Parameters
    ----------
    rules
        False to leave out which rules its certificates are about, since these tell who named whom: for a plan that is
        laid out again under the same rules.
    """
    if not rules:
        plan = replace(plan, strands=tuple(map(_without_rules, plan.strands)))
    return {
        "partnerships": [asdict(p) for p in plan.partnerships],
        "strands": [asdict(s) for s in plan.strands],
        "findings": [asdict(f) for f in plan.findings],
        "digest": plan.digest,
    }


def from_plain(data: dict[str, Any], problem: Problem, scenario: Scenario) -> Plan:
    """Return the plan that `to_plain` took apart.

    Raises
    ------
    KeyError, TypeError, ValueError
        It is none, or has schools that the problem has not.
    """
    partnerships = tuple(_partnership(row) for row in data["partnerships"])
    return Plan(
        problem=problem,
        scenario=scenario,
        partnerships=partnerships,
        memberships=memberships_of(problem, partnerships),
        strands=tuple(_result(row) for row in data["strands"]),
        findings=tuple(map(finding_from, data["findings"])),
        digest=data["digest"],
    )


def finding_from(data: dict[str, Any]) -> Finding:
    """Return the finding that `dataclasses.asdict` took apart."""
    return Finding(**{**data, "severity": Severity(data["severity"])})


def _without_rules(result: StrandResult) -> StrandResult:
    certificate = result.certificate
    return result if certificate is None else replace(result, certificate=replace(certificate, rules=()))


def _result(row: dict[str, Any]) -> StrandResult:
    certificate = Certificate(**_with_tuples(row["certificate"])) if row["certificate"] else None
    broken = tuple(BrokenRule(**rule) for rule in row["broken"])
    goals = tuple(GoalReached(**goal) for goal in row["goals"])
    return StrandResult(**{**row, "certificate": certificate, "broken": broken, "goals": goals})


def _partnership(row: dict[str, Any]) -> Partnership:
    unnamed = tuple(ListedMember(**_with_tuples(member)) for member in row["unnamed"])
    own: dict[str, Any] = {"type": PartnershipType(row["type"]), "members": tuple(row["members"])}
    return Partnership(**{**row, **own, "unnamed": unnamed, "governance": _governance(row["governance"])})


def _governance(row: dict[str, Any]) -> Governance:
    offices = tuple(Office(**office) for office in row["offices"])
    groups = tuple(Group(**{**_with_tuples(group), "type": PartnershipType(group["type"])}) for group in row["groups"])
    return Governance(**{**row, "offices": offices, "groups": groups})


def _with_tuples(row: object) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise TypeError("it is no table")
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
