"""Next year on the desk: the plan that is there, carried over to a newer list of schools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_partnerships.api import running
from geo_partnerships.deciding.rules import WAIVER
from geo_partnerships.errors import BadDataError
from geo_partnerships.scenarios.edit import toml_text
from geo_partnerships.updating import Kind, carried, carrying, to_decide, updated
from geo_partnerships.whole_files import write_whole
from geo_partnerships.workbench.kept import plan_from, plan_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from geo_partnerships.model import Problem
    from geo_partnerships.plans import Partnership
    from geo_partnerships.scenarios.parameters import Scenario
    from geo_partnerships.updating import Update
    from geo_partnerships.workbench.tasks import Source

    Tell = Callable[[float, str], None]
    Read = Callable[[Source], Problem]

AREA = "area"
PAPERS = ("survey", "standing", "judgements", "leaders", "letter")
"""What was said of last year's schools: it is left out where it names schools that are gone."""
TITLES = {
    Kind.CLOSED: "Closed",
    Kind.REPLACED: "Replaced by another school",
    Kind.OPENED: "New in the list",
    Kind.CHANGED: "Changed",
}


def next_year(task: dict[str, Any], tell: Tell, read: Read) -> dict[str, Any]:
    """Plan a newer list so that as few schools as can be change, and return what has to be decided."""
    tell(0.05, "reading")
    agreed = plan_from(task["kept"], read(task["source"]))
    try:
        source, left_out = _readable(task, read)
    except BadDataError as error:
        return {"refused": True, "noticed": list(error.findings)}
    kept = carried(agreed, read(source))
    name = task["earlier"]
    path = Path(task["files"]) / name
    write_whole(path, earlier_file(kept), private=True)
    source = {**source, "files": {**source["files"], "plan": str(path)}}
    scenario = carrying(task["scenario"], agreed, read(source))

    def progress(words: str) -> None:
        tell(0.5, words)

    with running.placing(task["origins"]):
        made = running.make_plan(task["name"], read(source), scenario, progress, progress)
    found = updated(agreed, made)
    lists = [
        (words, [f"{d.name}: {d.words}" for d in found.differences if d.kind is kind]) for kind, words in TITLES.items()
    ]
    lists += [("Left out, since they name schools that are gone", sorted(left_out.values()))]
    lists += [("Who changes", [f"{m.name}: {_numbers(m.before)} to {_numbers(m.after)}" for m in found.moved])]
    return {
        "refused": False,
        "noticed": [],
        "said": found.said,
        "lists": [[words, rows] for words, rows in lists if rows],
        "decide": [list(row) for row in to_decide(found)],
        "gone": _gone(found),
        "left_out": sorted(left_out.values()),
        "data": Path(source["data"]).name,
        "without": sorted(left_out),
        "parameters": _parameters(scenario),
        WAIVER: _waivers(scenario),
        "kept": plan_object(made.plan),
    }


def earlier_file(partnerships: Iterable[Partnership]) -> bytes:
    """Return area partnerships as a table of schools, to be stayed near."""
    rows = [f"{p.number},{urn}" for p in partnerships if p.strand == AREA for urn in p.members]
    return "\n".join(["partnership,urn", *rows, ""]).encode("utf-8")


def _readable(task: dict[str, Any], read: Read) -> tuple[Source, dict[str, str]]:
    """Return what can be read with the newer list, and the papers that were left out for that, by their parts.

    Raises
    ------
    BadDataError
        The list itself cannot be used, or what a scenario names.
    """
    source: Source = task["newer"]
    left_out: dict[str, str] = {}
    for _ in PAPERS:
        try:
            read(source)
        except BadDataError as error:
            wrong = {finding.file for finding in error.findings}
            papers = _papers(wrong, source)
            if len(papers) < len(wrong):
                raise
            left_out |= papers
            source = {**source, "files": source["files"] | dict.fromkeys(papers, "")}
        else:
            return source, left_out
    read(source)
    return source, left_out


def _papers(files: set[str], source: Source) -> dict[str, str]:
    """Return which of some files are papers, by their parts: those that the source names, or that have usual names."""
    named = {Path(path).name: part for part, path in source["files"].items() if path}
    parts = {file: named.get(file, Path(file).stem.partition("-")[0]) for file in files}
    return {part: file for file, part in parts.items() if part in PAPERS}


def _parameters(scenario: Scenario) -> dict[str, str]:
    """Return what makes a scenario on the desk keep the strands of the plan: ``key`` to TOML text."""
    found = {}
    for name, strand in scenario.ordered_strands():
        key = name if name == AREA else f"strands.{name}"
        found[f"{key}.members"] = f"{{schools = {json.dumps(list(strand.members.schools))}}}"
        found[f"{key}.partnerships"] = json.dumps(list(strand.partnerships))
        found[f"{key}.as_given"] = "false"
    if scenario.waivers:
        found[WAIVER] = toml_text(_waivers(scenario))
    return found


def _waivers(scenario: Scenario) -> list[dict[str, Any]]:
    return [waiver.model_dump(mode="json") for waiver in scenario.waivers]


def _gone(found: Update) -> list[str]:
    return [d.school for d in found.differences if d.kind in {Kind.CLOSED, Kind.REPLACED}]


def _numbers(numbers: Iterable[int]) -> str:
    return " and ".join(map(str, numbers)) or "none"
