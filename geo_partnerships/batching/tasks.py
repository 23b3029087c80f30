"""The tasks of a batch: one authority each, with all that is needed to plan it anywhere."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from geo_partnerships.api.running import scenario_name
from geo_partnerships.batching.register import Authority, read_register
from geo_partnerships.errors import BadDataError, GeoPartnershipsError, UsageError
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.intake.formats.files import LIMIT, is_absent, named
from geo_partnerships.intake.formats.findings_log import Noticed, shown
from geo_partnerships.intake.schools.write import schools_text
from geo_partnerships.pages.words import file_stem
from geo_partnerships.publishing import write_files
from geo_partnerships.scenarios.origins import Origins
from geo_partnerships.scenarios.parameters import SCENARIO_FOLDER
from geo_partnerships.scenarios.read import available, read_origins, read_scenario
from geo_partnerships.systems import is_file
from geo_partnerships.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geo_partnerships.batching.project import Project, Together
    from geo_partnerships.batching.shards import Shard
    from geo_partnerships.scenarios.parameters import Scenario

T = TypeVar("T")

DATA = "data"
KNOWN_SHOWN = 5
FORMAT = 5
"""Raised whenever the same task would be worked off to other files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One authority to plan.

    Parameters
    ----------
    key
        Safe as a file name.
    contents
        The files of its data folder, by relative path.
    scenario
        None where it could not be read; `findings` then say why.
    average_size
        Schools in a partnership on average, where that gives the number of partnerships.
    origins
        Where the scenario's parameters were written; of no account to what is made.
    """

    key: str
    name: str
    contents: Mapping[str, bytes]
    scenario_name: str
    scenario: Scenario | None
    average_size: float | None = None
    findings: tuple[Finding, ...] = ()
    origins: Origins = field(default_factory=Origins)

    @property
    def weight(self) -> int:
        """How much work it is, roughly: the largest come first, so that no worker is left alone at the end."""
        return sum(map(len, self.contents.values()))

    @property
    def digest(self) -> str:
        """SHA-256 over everything the outcome follows from, hexadecimal."""
        total = hashlib.sha256(f"{FORMAT}\0{__version__}\0{self.key}\0{self.name}\0{self.average_size}\0".encode())
        scenario = self.scenario.model_dump_json() if self.scenario else ""
        total.update(f"{self.scenario_name}\0{scenario}\0{self.findings}\0".encode())
        for path, data in sorted(self.contents.items()):
            total.update(f"{path}\0{len(data)}\0".encode())
            total.update(data)
        return total.hexdigest()


def tasks_of(
    project: Project, output: Path, shard: Shard | None = None
) -> tuple[tuple[Task, ...], tuple[Finding, ...]]:
    """Return the tasks of a project in the order of their keys, and what was noticed on the way.

    With a shard, only those of its share.

    A register's schools are written to a data folder for each authority below ``output/data``, so that any of them
    can be planned alone as well.

    Raises
    ------
    BadDataError
        The register cannot be read.
    UsageError
        The project names a folder, a scenario or an authority that is not there.
    """
    if project.register_file:
        return _of_register(project, output, shard)
    return _of_folders(project, shard), ()


def _of_register(project: Project, output: Path, shard: Shard | None) -> tuple[tuple[Task, ...], tuple[Finding, ...]]:
    path = project.path(project.register_file)
    noticed = Noticed(named(path))
    authorities = read_register(path, noticed, merge=project.merge_successors)
    if noticed.has_errors or not authorities:
        if not noticed.has_errors:
            noticed.error("register-no-authorities", "No row has an authority.", "Fill in la_code.")
        raise BadDataError(finding for finding in noticed.findings if finding.severity is Severity.ERROR)
    names = {authority.code: authority for authority in authorities}
    groups = [name for group in project.together for name in dict.fromkeys((group.name, _key_of(group)))]
    _refuse_unknown([*project.authorities, *project.own], [*groups, *names], "authority")
    joined = {code for group in project.together for code in group.authorities}
    chosen = [a for a in authorities if a.code not in joined and _is_chosen(a.code, project)]
    problems = [(a, project.own.get(a.code, project.scenario)) for a in chosen]
    for group in project.together:
        if _is_chosen(group.name, project) or _is_chosen(_key_of(group), project):
            own = project.own.get(group.name) or project.own.get(_key_of(group))
            scenario = group.scenario or own or project.scenario
            problems.append((_together(group, names), scenario))
    keys = Counter(file_stem(authority.code) for authority, _ in problems)
    if twice := sorted(key for key, times in keys.items() if times > 1):
        raise UsageError(f"Two problems would share the name {shown(twice[0])}. Rename one in [[together]].")
    mine = _share(problems, shard, lambda problem: file_stem(problem[0].code))
    tasks = [_task_of(authority, scenario, project, output) for authority, scenario in mine]
    return tuple(sorted(tasks, key=lambda task: task.key)), tuple(noticed.findings)


def _is_chosen(name: str, project: Project) -> bool:
    return not project.authorities or name in project.authorities


def _refuse_unknown(wanted: Sequence[str], known: Sequence[str], what: str) -> None:
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        listed = ", ".join(known[:8])
        raise UsageError(f"There is no {what} {shown(unknown[0])}. There are {len(known)}: {listed} …")


def _key_of(group: Together) -> str:
    """Return the key under which a problem over several authorities is filed."""
    return re.sub(r"[^a-z0-9]+", "-", group.name.lower()).strip("-") or "together"


def _together(group: Together, authorities: Mapping[str, Authority]) -> Authority:
    """Return the schools of several authorities as if of one; each keeps its own authority's name."""
    _refuse_unknown(group.authorities, list(authorities), "authority")
    every = {school.urn: school for authority in authorities.values() for school in authority.schools}
    _refuse_unknown(group.schools, list(every), "school")
    urns = {school.urn for code in group.authorities for school in authorities[code].schools} | set(group.schools)
    return Authority(code=_key_of(group), name=group.name, schools=tuple(every[urn] for urn in sorted(urns)))


def _task_of(authority: Authority, scenario: str, project: Project, output: Path) -> Task:
    folder = output / DATA / file_stem(authority.code)
    write_files(folder, {"schools.geojson": schools_text(authority.schools)})
    return _with_scenario(folder, file_stem(authority.code), authority.name, scenario, project)


def _of_folders(project: Project, shard: Shard | None) -> tuple[Task, ...]:
    root = project.path(project.folders)
    if not root.is_dir():
        raise UsageError(f"The folder {shown(project.folders)} is not there.")
    found = sorted(path for path in root.iterdir() if path.is_dir() and any(path.glob("schools.*")))
    if not found:
        raise UsageError(f"No folder in {shown(project.folders)} holds a file of schools.")
    _refuse_unknown([*project.authorities, *project.own], [path.name for path in found], "folder")
    chosen = [path for path in found if _is_chosen(path.name, project)]
    return tuple(
        _with_scenario(path, file_stem(path.name), path.name, project.own.get(path.name, project.scenario), project)
        for path in _share(chosen, shard, lambda path: file_stem(path.name))
    )


def _share(every: Sequence[T], shard: Shard | None, key: Callable[[T], str]) -> Sequence[T]:
    """Return the share of a shard."""
    return every if shard is None else shard.share(every, key)


def _with_scenario(folder: Path, key: str, name: str, scenario: str, project: Project) -> Task:
    contents = {} if is_absent(folder) else _snapshot(folder)
    task = Task(key=key, name=name, contents=contents, scenario_name=scenario_name(scenario), scenario=None)
    path = str(project.path(scenario)) if scenario.endswith(".toml") else scenario
    if missing := _missing_scenario(folder, scenario, path):
        return replace(task, findings=(missing,))
    try:
        made = read_scenario(path, folder / SCENARIO_FOLDER, project.changes)
    except BadDataError as error:
        return replace(task, findings=error.findings)
    except GeoPartnershipsError as error:
        finding = Finding(code="scenario-missing", severity=Severity.ERROR, message=str(error), fix="Add it.")
        return replace(task, findings=(finding,))
    origins = read_origins(path, folder / SCENARIO_FOLDER, project.changes)
    return replace(task, scenario=made, average_size=project.average_size, origins=_of_project(origins, project))


def _missing_scenario(folder: Path, scenario: str, path: str) -> Finding | None:
    """Say which file of a scenario is not there, and what to do; None where it is there."""
    if scenario.endswith(".toml"):
        if is_file(Path(path)):
            return None
        message = f"The scenario file {shown(scenario)}, which the project names, is not beside the project file."
        fix = "Put it there, or correct its name in the project file."
    elif is_file(folder / SCENARIO_FOLDER / f"{scenario}.toml"):
        return None
    else:
        there = ", ".join(available(folder / SCENARIO_FOLDER)[:KNOWN_SHOWN])
        message = f"The data folder has no scenario {shown(scenario)}: " + (
            f"its folder {SCENARIO_FOLDER} holds {there}." if there else f"there is nothing in {SCENARIO_FOLDER} there."
        )
        fix = (
            f"Write {shown(f'{SCENARIO_FOLDER}/{scenario}.toml')} in it, name one of its own under [own] in the "
            'project file, or give one file for all: scenario = "NAME.toml".'
        )
    return Finding(code="scenario-missing", severity=Severity.ERROR, message=message, fix=fix)


def _of_project(origins: Origins, project: Project) -> Origins:
    """Say which numbers the project itself gives."""
    changes = [("the project's set", change) for change in project.changes]
    if project.average_size is not None:
        changes.append(("the project's average_size for", "area.partnerships="))
    return replace(origins, changes=tuple(changes))


def _snapshot(folder: Path) -> dict[str, bytes]:
    """Return the files of a data folder by relative path; hidden ones and those too large to be read stay behind."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.stat().st_size <= LIMIT
    }
