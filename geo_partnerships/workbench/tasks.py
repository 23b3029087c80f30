"""What the worker process can do."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_partnerships import running
from geo_partnerships.checking import check
from geo_partnerships.comparing import compare
from geo_partnerships.pages import write_comparison
from geo_partnerships.planning import plan, plan_of_draft
from geo_partnerships.scenario import (
    SCENARIO_FOLDER,
    read_origins,
    read_table,
    scenario_from,
    scenario_path,
    set_parameter,
)
from geo_partnerships.scenario import parse_value as value_of
from geo_partnerships.view import Audience, beside
from geo_partnerships.viewing import headline_of, view_of
from geo_partnerships.workbench.kept import plan_from, plan_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geo_partnerships.model import Plan, Problem
    from geo_partnerships.origins import Origins
    from geo_partnerships.scenario import Scenario

    Tell = Callable[[float, str], None]

DRAFT = "draft"
ON_THE_DESK = "on the desk,"
DECIDED = "decided on the desk, or by default"


@lru_cache(maxsize=4)
def _read(data: str, files: str) -> Problem:
    return running.read_files(Path(data), json.loads(files))


def problem_of(data: Path, files: Mapping[str, str | None]) -> Problem:
    """Return the problem of a data folder with some of its files replaced; read once."""
    return _read(str(data), json.dumps(dict(files), sort_keys=True))


def desk_scenario(
    name: str,
    data: Path,
    parameters: Mapping[str, str],
    rules: Mapping[str, Sequence[dict[str, Any]]],
) -> Scenario:
    """Return a scenario with parameters changed and the rules that were decided added to its own.

    Raises
    ------
    UsageError, BadDataError
        As `read_scenario`.
    """
    folder = data / SCENARIO_FOLDER
    path = scenario_path(name, folder)
    table = read_table(path, folder)
    for key, text in parameters.items():
        set_parameter(table, key, value_of(text))
    for key, rows in rules.items():
        if rows:
            table[key] = [*table.get(key, ()), *rows]
    return scenario_from(table, path.name, desk_origins(name, data, parameters))


def desk_origins(name: str, data: Path, parameters: Mapping[str, str]) -> Origins:
    """Return where the parameters of a scenario on the desk come from: its files, or the desk itself."""
    changes = tuple((ON_THE_DESK, f"{key}={text}") for key, text in parameters.items())
    return replace(read_origins(name, data / SCENARIO_FOLDER), changes=changes, added=DECIDED)


def _plan(task: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Plan; the answer is the plan as it is kept."""
    tell(0.02, "reading")
    data = Path(task["data"])
    given = task["scenario"], data, task["parameters"]
    scenario = desk_scenario(*given, task["rules"])
    problem = problem_of(data, {**scenario.data.model_dump(), **task["files"]})
    steps = len(scenario.strands) + 1
    done = 0

    def progress(words: str) -> None:
        nonlocal done
        tell(0.05 + 0.9 * done / steps, words)
        done += 1

    def so_far(words: str) -> None:
        tell(0.05 + 0.9 * (done - 0.5) / steps, words)

    with running.placing(desk_origins(*given)):
        made = plan(problem, scenario, progress=progress, so_far=so_far)
    tell(0.97, "checking")
    return plan_object(made)


def _compare(task: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Compare two plans, planning those that are named only; the page with both maps is written, too."""
    sides = []
    for number, side in enumerate(task["sides"]):
        tell(0.1 + 0.4 * number, side["title"])
        sides.append(_side(side, task))
    tell(0.9, "drawing")
    found = compare(*sides)
    views = [
        view_of(made, Audience.OFFICERS, scenario=side["title"])
        for made, side in zip(sides, task["sides"], strict=True)
    ]
    folder = Path(task["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    page = write_comparison(views[0], views[1], found.moved, folder)
    return {
        "titles": [side["title"] for side in task["sides"]],
        "figures": _figures(sides),
        "moved": [[m.school, m.name, list(m.before), list(m.after)] for m in found.moved],
        "page": page.name,
    }


def _side(side: dict[str, Any], task: dict[str, Any]) -> Plan:
    data = Path(task["data"])
    if "kept" in side:
        made = plan_from(side["kept"], problem_of(data, side["files"]))
        return plan_of_draft(made.problem, made.scenario) or made if side.get(DRAFT) else made
    scenario = desk_scenario(side["scenario"], data, {}, {})
    with running.placing(desk_origins(side["scenario"], data, {})):
        return plan(problem_of(data, scenario.data.model_dump()), scenario)


def _figures(sides: Sequence[Plan]) -> list[list[str]]:
    first, second = (headline_of(made, check(made), None) for made in sides)
    return [list(row) for row in beside(first, second)]


def _publish(task: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Publish a plan and return where."""
    tell(0.1, "reading")
    made = plan_from(task["kept"], problem_of(Path(task["data"]), task["files"]))
    drafted = plan_of_draft(made.problem, made.scenario)
    tell(0.3, "writing pages")
    run = running.Run(
        name=running.scenario_name(task["name"]),
        plan=made,
        report=check(made),
        draft=(drafted, check(drafted)) if drafted else None,
    )
    return {"folder": str(running.publish(run, Path(task["output"]), Audience(task["audience"])))}


KINDS: dict[str, Callable[[dict[str, Any], Tell], dict[str, Any]]] = {
    "plan": _plan,
    "compare": _compare,
    "publish": _publish,
}
