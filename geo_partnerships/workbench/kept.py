"""Plans as JSON on disk, so that the desk is as it was after a restart."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from geo_partnerships.planning.plain import from_plain, to_plain
from geo_partnerships.scenarios.parameters import Scenario
from geo_partnerships.whole_files import read_own_json, write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from geo_partnerships.model import Problem
    from geo_partnerships.plans import Plan

DIGEST = "digest of the file"


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
    """Write a plan at once and have it on disk, its name too, before returning; with a digest of it."""
    write_whole(path, _text({**kept, DIGEST: _digest(kept)}), private=True)


def read_kept(path: Path) -> dict[str, Any]:
    """Return what `write_kept` wrote; a file of before there were digests is believed.

    Raises
    ------
    OSError, ValueError
        It cannot be read, or is not as it was written.
    """
    kept = read_own_json(path)
    if not isinstance(kept, dict):
        raise ValueError("it holds no plan")  # noqa: TRY004 - the file is malformed, not the call
    digest = kept.pop(DIGEST, None)
    if digest is not None and digest != _digest(kept):
        raise ValueError("it was changed")
    return kept


def _digest(kept: dict[str, Any]) -> str:
    return hashlib.sha256(_text(kept).encode()).hexdigest()


def _text(kept: dict[str, Any]) -> str:
    return json.dumps(kept, separators=(",", ":"))
