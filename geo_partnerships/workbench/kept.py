"""Plans as JSON on disk, so that the desk is as it was after a restart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from geo_partnerships.planning.plain import from_plain, to_plain
from geo_partnerships.scenarios.parameters import Scenario
from geo_partnerships.whole_files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from geo_partnerships.model import Problem
    from geo_partnerships.plans import Plan


def plan_object(plan: Plan) -> dict[str, Any]:
    """Return all of a plan but the problem, as plain values."""
    return {
        "scenario": plan.scenario.model_dump(mode="json"),
        **to_plain(plan),
        "problem": plan.problem.digest,
    }


def plan_from(kept: dict[str, Any], problem: Problem) -> Plan:
    """Return the plan of `plan_object` for the problem it was made for.

    Raises
    ------
    KeyError, TypeError, ValueError
        It is none, or has schools that the problem has not.
    """
    return from_plain(kept, problem, Scenario.model_validate(kept["scenario"]))


def write_kept(path: Path, kept: dict[str, Any]) -> None:
    """Write JSON at once and have it on disk, its name too, before returning."""
    write_whole(path, json.dumps(kept, separators=(",", ":")), private=True)
