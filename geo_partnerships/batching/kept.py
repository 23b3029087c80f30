"""A plan as plain data and back, so that pages can be made later without solving again."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from geo_partnerships.findings import Finding, Severity
from geo_partnerships.model import (
    BrokenRule,
    ListedMember,
    Membership,
    Partnership,
    PartnershipType,
    Plan,
    Role,
    StrandResult,
)

if TYPE_CHECKING:
    from geo_partnerships.model import Problem
    from geo_partnerships.scenario import Scenario


def to_plain(plan: Plan) -> dict[str, Any]:
    """Return what is the plan's own, as JSON can hold it: not its problem and its scenario."""
    return {
        "partnerships": [asdict(p) for p in plan.partnerships],
        "memberships": [asdict(m) for m in plan.memberships],
        "strands": [asdict(s) for s in plan.strands],
        "findings": [asdict(f) for f in plan.findings],
        "digest": plan.digest,
    }


def from_plain(data: dict[str, Any], problem: Problem, scenario: Scenario) -> Plan:
    """Return the plan that `to_plain` took apart."""
    return Plan(
        problem=problem,
        scenario=scenario,
        partnerships=tuple(_partnership(p) for p in data["partnerships"]),
        memberships=tuple(Membership(**{**m, "role": Role(m["role"])}) for m in data["memberships"]),
        strands=tuple(
            StrandResult(**{**s, "broken": tuple(BrokenRule(**rule) for rule in s["broken"])})
            for s in data["strands"]
        ),
        findings=tuple(finding_from(f) for f in data["findings"]),
        digest=data["digest"],
    )


def finding_from(data: dict[str, Any]) -> Finding:
    """Return the finding that `dataclasses.asdict` took apart."""
    return Finding(**{**data, "severity": Severity(data["severity"])})


def _partnership(data: dict[str, Any]) -> Partnership:
    unnamed = tuple(ListedMember(**_with_tuples(member)) for member in data["unnamed"])
    own: dict[str, Any] = {"type": PartnershipType(data["type"]), "members": tuple(data["members"])}
    return Partnership(**{**data, **own, "unnamed": unnamed})


def _with_tuples(data: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
