"""Next year on the desk: the plan that is there, carried over to a newer list of schools."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_partnerships.api import running
from geo_partnerships.errors import BadDataError
from geo_partnerships.updating import Kind, carried, carrying, to_decide, updated
from geo_partnerships.whole_files import write_whole
from geo_partnerships.workbench import copies
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
PAPERS = ("survey", "standing", "judgements", "leaders", "letter", "letter-2015")
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
    lists += [("Left out, since they name schools that are gone", left_out)]
    lists += [("Who changes", [f"{m.name}: {_numbers(m.before)} to {_numbers(m.after)}" for m in found.moved])]
    return {
        "refused": False,
        "noticed": [],
        "said": found.said,
        "lists": [[words, rows] for words, rows in lists if rows],
        "decide": [list(row) for row in to_decide(found)],
        "gone": _gone(found),
        "left_out": left_out,
        "data": Path(source["data"]).name,
        "without": [Path(file).stem for file in left_out],
        "parameters": _parameters(scenario),
        "kept": plan_object(made.plan),
    }


def earlier_file(partnerships: Iterable[Partnership]) -> bytes:
    """Return area partnerships as a table of schools, to be stayed near."""
    rows = [f"{p.number},{urn}" for p in partnerships if p.strand == AREA for urn in p.members]
    return "\n".join(["partnership,urn", *rows, ""]).encode("utf-8")


def _readable(task: dict[str, Any], read: Read) -> tuple[Source, list[str]]:
    """Return what can be read with the newer list, and the names of the papers that were left out for that.

    Raises
    ------
    BadDataError
        The list itself cannot be used, or what a scenario names.
    """
    source: Source = task["newer"]
    left_out: list[str] = []
    for _ in PAPERS:
        try:
            read(source)
        except BadDataError as error:
            wrong = {finding.file for finding in error.findings}
            papers = {
                file for file in wrong if Path(file).stem.partition("-")[0] in PAPERS or Path(file).stem in PAPERS
            }
            if papers != wrong:
                raise
            left_out += sorted(papers)
            source = _without(source, papers, Path(task["data"]))
        else:
            return source, left_out
    read(source)
    return source, left_out


def _without(source: Source, papers: set[str], folder: Path) -> Source:
    """Return the source without some papers: a copy of the data that has them not, and no upload of them."""
    stems = {Path(file).stem for file in papers}
    files = {part: path for part, path in source["files"].items() if not path or Path(path).name not in papers}
    named = {part: path for part, path in files.items() if path and Path(path).is_relative_to(source["data"])}
    with tempfile.TemporaryDirectory() as held:
        shutil.copytree(source["data"], Path(held) / "data")
        for path in [*(Path(held) / "data").iterdir()]:
            if path.stem in stems:
                path.unlink()
        name = copies.take(Path(held) / "data", named, folder)
    return {**source, "data": str(folder / name), "files": files}


def _parameters(scenario: Scenario) -> dict[str, str]:
    """Return what makes a scenario on the desk keep the strands of the plan: ``key`` to TOML text."""
    found = {}
    for name, strand in scenario.ordered_strands():
        key = name if name == AREA else f"strands.{name}"
        found[f"{key}.members"] = f"{{schools = {json.dumps(list(strand.members.schools))}}}"
        found[f"{key}.partnerships"] = json.dumps(list(strand.partnerships))
        found[f"{key}.as_given"] = "false"
    return found


def _gone(found: Update) -> list[str]:
    return [d.school for d in found.differences if d.kind in {Kind.CLOSED, Kind.REPLACED}]


def _numbers(numbers: Iterable[int]) -> str:
    return " and ".join(map(str, numbers)) or "none"
