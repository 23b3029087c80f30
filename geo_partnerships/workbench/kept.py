"""Plans as JSON on disk, so that the desk is as it was after a restart."""

from __future__ import annotations

import dataclasses
import json
import os
from typing import TYPE_CHECKING, Any

from geo_partnerships.findings import Finding, Severity
from geo_partnerships.model import (
    BrokenRule,
    ListedMember,
    Partnership,
    PartnershipType,
    Plan,
    StrandResult,
)
from geo_partnerships.planning.planner import memberships_of
from geo_partnerships.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

    from geo_partnerships.model import Problem


def plan_object(plan: Plan) -> dict[str, Any]:
    """Return all of a plan but the problem, as plain values."""
    return {
        "scenario": plan.scenario.model_dump(mode="json"),
        "partnerships": [dataclasses.asdict(p) for p in plan.partnerships],
        "strands": [dataclasses.asdict(s) for s in plan.strands],
        "findings": [dataclasses.asdict(f) for f in plan.findings],
        "digest": plan.digest,
        "problem": plan.problem.digest,
    }


def plan_from(kept: dict[str, Any], problem: Problem) -> Plan:
    """Return the plan of `plan_object` for the problem it was made for.

    Raises
    ------
    KeyError, TypeError, ValueError
        It is none, or has schools that the problem has not.
    """
    partnerships = tuple(_partnership(row) for row in kept["partnerships"])
    return Plan(
        problem=problem,
        scenario=Scenario.model_validate(kept["scenario"]),
        partnerships=partnerships,
        memberships=memberships_of(problem, partnerships),
        strands=tuple(
            StrandResult(**{**row, "broken": tuple(BrokenRule(**rule) for rule in row["broken"])})
            for row in kept["strands"]
        ),
        findings=tuple(Finding(**{**row, "severity": Severity(row["severity"])}) for row in kept["findings"]),
        digest=kept["digest"],
    )


def write_kept(path: Path, kept: dict[str, Any]) -> None:
    """Write JSON at once and have it on disk before returning."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f".{path.name}.staged")
    with staged.open("w", encoding="utf-8") as file:
        json.dump(kept, file, separators=(",", ":"))
        file.flush()
        os.fsync(file.fileno())
    staged.replace(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _partnership(row: dict[str, Any]) -> Partnership:
    unnamed = tuple(_listed(member) for member in row["unnamed"])
    fields = {"type": PartnershipType(row["type"]), "members": tuple(row["members"]), "unnamed": unnamed}
    return Partnership(**{**row, **fields})


def _listed(member: dict[str, Any]) -> ListedMember:
    lists = {key: tuple(member[key]) for key in ("schools", "marks", "also_in")}
    return ListedMember(**{**member, **lists})
