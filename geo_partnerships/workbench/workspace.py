"""The workspace: what the desk reads and keeps on disk, and what a plan kept there was made from."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_partnerships.api.running import is_first_plan, locate, table_of
from geo_partnerships.deciding.state import EARLIER
from geo_partnerships.errors import BadDataError, GeoPartnershipsError
from geo_partnerships.scenarios.edit import write_new
from geo_partnerships.scenarios.parameters import SCENARIO_FOLDER, Scenario
from geo_partnerships.scenarios.read import merge_tables
from geo_partnerships.whole_files import write_whole
from geo_partnerships.workbench import copies
from geo_partnerships.workbench.copies import DATA
from geo_partnerships.workbench.kept import plan_from, read_kept, write_kept
from geo_partnerships.workbench.tasks import desk_origins, desk_scenario, problem_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_partnerships.deciding import State
    from geo_partnerships.model import Problem
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.origins import Origins
    from geo_partnerships.workbench.tasks import Source

RUNS, FILES, COMPARED, SAVED = "runs", "files", "compared", "scenarios"
NAMES = "names"


class Workspace:
    """The scenario and the data that the desk was opened on, and a folder of what was taken and made from them.

    Parameters
    ----------
    data
        The data folder.
    scenario
        Name of the scenario.
    folder
        Where decisions, runs, uploads and copies of the data are kept.
    """

    def __init__(self, data: Path, scenario: str, folder: Path) -> None:
        self.data, self.scenario, self.folder = data, scenario, folder
        self._runs: dict[str, tuple[Plan, dict[str, Any]]] = {}

    def scenario_with(self, parameters: Mapping[str, str], rules: Mapping[str, Any]) -> Scenario:
        """Return the scenario as it is on disk now, with parameters changed and rules beside its own.

        Raises
        ------
        UsageError, BadDataError
            That makes no scenario.
        """
        return desk_scenario(self.scenario, self.data, dict(parameters), dict(rules))

    def origins(self, parameters: Mapping[str, str]) -> Origins:
        """Return which file gave each parameter of `scenario_with`."""
        return desk_origins(self.scenario, self.data, dict(parameters))

    def digest_of_scenario(self) -> str:
        """Return a digest of the scenario's files as they are on disk now."""
        return hashlib.sha256(json.dumps(self.origins({}).files).encode()).hexdigest()[:24]

    def own_of(self, parameters: Mapping[str, str], rules: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the scenario itself says of the rules that are decided on the desk."""
        table = self.scenario_with(parameters, {}).model_dump(mode="json", exclude_defaults=True)
        return {key: table.get(key, []) for key in rules}

    def own_rules(self, state: State) -> dict[str, list[Any]]:
        """Return what the scenario said of these rules when the run was made."""
        own: dict[str, list[Any]] = self.run(state.run, state.files)[1]["own"]
        return own

    def run(self, name: str, files: Mapping[str, str]) -> tuple[Plan, dict[str, Any]]:
        """Return a run's plan, and the object that is kept of it.

        Raises
        ------
        GeoPartnershipsError
            It cannot be read, or not with the data as they are.
        """
        if name not in self._runs:
            path = self.folder / RUNS / f"{name}.json"
            try:
                kept = read_kept(path)
                self._runs[name] = plan_from(kept, self.problem(kept, files)), kept
            except (OSError, ValueError, KeyError, TypeError, BadDataError) as error:
                raise GeoPartnershipsError(
                    f"The plan of the run {path.name} cannot be laid out again ({type(error).__name__}). Put the data "
                    f"back as it was, or start a new workspace with --workspace."
                ) from None
        return self._runs[name]

    def keep_run(self, name: str, kept: dict[str, Any]) -> None:
        """Write a run; it is on the disk when this returns."""
        write_kept(self.folder / RUNS / f"{name}.json", kept)

    def runs(self) -> list[Path]:
        """Return the files of the runs that are kept."""
        return list((self.folder / RUNS).glob("*.json"))

    def problem(self, kept: dict[str, Any], files: Mapping[str, str]) -> Problem:
        """Return the problem that a kept plan was made for.

        Raises
        ------
        GeoPartnershipsError
            The data that the plan was made from are not there as they were read.
        """
        source = self.source(Scenario.model_validate(kept["scenario"]), files)
        problem = problem_of(Path(source["data"]), source["files"], source["distance"])
        if DATA in files and problem.digest != kept["problem"]:
            raise GeoPartnershipsError(
                f"The copy of the data {files[DATA]} in the workspace is not as it was when the plan was made from it. "
                f"Put it back as it was, or start a new workspace with --workspace."
            )
        return problem

    def source(self, scenario: Scenario, files: Mapping[str, str]) -> Source:
        """Return what a run reads: the copy of the data that was taken, and uploads in the place of some of it."""
        named = scenario.data.model_dump()
        copy = self.folder / DATA / files[DATA] if DATA in files else None
        found = copies.in_copy(copy, self.data, named) if copy else named
        data = str(copy or self.data)
        return {"data": data, "files": {**found, **self.paths(files)}, "distance": scenario.distance}

    def next_source(self, state: State, files: Mapping[str, str]) -> Source:
        """Return what the next run reads, with other files in the place of some of it."""
        return self.source(self.scenario_with({}, {}), {**state.staged, **files})

    def paths(self, files: Mapping[str, str]) -> dict[str, str]:
        """Return where uploaded files are, by part; empty where the paper of a part is left out."""
        return {part: str(self.folder / FILES / name) if name else "" for part, name in files.items() if part != DATA}

    def files_of(self, state: State, scenario: Scenario) -> dict[str, str]:
        """Return the files that a run reads, by part; the data are copied where they were not yet."""
        files = dict(state.staged)
        if DATA not in files:
            files[DATA] = self.take_copy(scenario.data.model_dump())
        return files

    def named(self) -> dict[str, str | None]:
        """Return the files that the scenario names now."""
        return self.scenario_with({}, {}).data.model_dump()

    def take_copy(self, named: Mapping[str, str | None]) -> str:
        """Copy the data as they are on disk now, and return the name of the copy."""
        return copies.take(self.data, named, self.folder / DATA)

    def changes_since(self, copy: str) -> tuple[str, ...]:
        """Say of each file of the data what became of it since it was copied."""
        return copies.changes(self.data, self.named(), self.folder / DATA / copy)

    def keep_file(self, part: str, ending: str, content: bytes) -> tuple[str, tuple[Path, ...]]:
        """Write a file of the workspace, and return its name, and its path where it was not there before."""
        name = f"{part}-{hashlib.sha256(content).hexdigest()[:24]}{ending}"
        path = self.folder / FILES / name
        if path.exists():
            return name, ()
        write_whole(path, content, private=True)
        return name, (path,)

    def names_in(self, source: Source) -> bytes | None:
        """Return the ``names.csv`` of a source; None where it has none."""
        path = locate(source["files"].get(NAMES) or f"{NAMES}.csv", Path(source["data"]))
        return path.read_bytes() if path.is_file() else None

    def save_scenario(self, name: str, table: dict[str, Any]) -> Path:
        """Write a scenario of the parameters over those of the one on the desk, by its name where it has a file.

        Raises
        ------
        UsageError
            The name is none, or is taken.
        """
        parent = str(Path(self.scenario).resolve()) if self.scenario.endswith(".toml") else self.scenario
        if is_first_plan(parent, self.data):
            first = table_of(parent, self.data, read=problem_of)
            merge_tables(first, table)
            parent, table = "", first
        return write_new(name, self.folder / SAVED, parent, table, among=self.data / SCENARIO_FOLDER)


def staged_alone(state: State) -> bool:
    """Say whether the next run reads what the last one read."""
    return state.staged == {part: name for part, name in state.files.items() if part != EARLIER}
