"""Which plans can be compared on the desk, and comparing two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_partnerships.deciding import Action, Decision
from geo_partnerships.errors import UsageError
from geo_partnerships.scenarios.parameters import SCENARIO_FOLDER
from geo_partnerships.scenarios.read import available
from geo_partnerships.workbench.copies import DATA
from geo_partnerships.workbench.kept import plan_object
from geo_partnerships.workbench.tasks import DRAFT, desk_origins, desk_scenario
from geo_partnerships.workbench.workspace import COMPARED, SAVED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_partnerships.plans import Plan
    from geo_partnerships.workbench.alternatives import Alternatives
    from geo_partnerships.workbench.current import Current
    from geo_partnerships.workbench.worker import Job

CHOICE = "alternative"


class Comparing:
    """Comparisons of the plan on the desk, its runs, the draft, alternatives and scenarios."""

    def __init__(self, current: Current, alternatives: Alternatives) -> None:
        self._current, self._workspace, self._alternatives = current, current.workspace, alternatives
        self.compared: dict[str, Any] | None = None

    def start(self, sides: tuple[str, str]) -> Job:
        """Start comparing two plans, by their keys in `comparable`.

        Raises
        ------
        UsageError
            There is no such plan.
        """
        with self._current.lock:
            named = [self._side(side) for side in sides]
            task = {"sides": named, "folder": str(self._workspace.folder / COMPARED)}

            def finish(content: dict[str, Any]) -> dict[str, Any]:
                self.compared = content
                return content

            return self._current.worker.submit("compare", task, finish)

    def comparable(self) -> list[tuple[str, str]]:
        """Return key and title of every plan that can be compared."""
        sheet, workspace = self._current.sheet(), self._workspace
        found = [("desk", "The plan on the desk")]
        if sheet.draft_report is not None:
            found.append((DRAFT, "The letter's draft"))
        runs = [d for d in sheet.decisions if d.action is Action.RERUN]
        found += [(f"run:{d.to}", f"Run {number}: {_parameter_words(d)}") for number, d in enumerate(runs, start=1)]
        found += [(f"scenario:{name}", f"Scenario {name}") for name in available(workspace.data / SCENARIO_FOLDER)]
        found += [(f"{CHOICE}:{one.key}", f"Alternative: {one.name}") for one in self._alternatives.plans]
        return found + [(f"saved:{name}", f"Saved as {name}") for name in available(workspace.folder / SAVED)]

    def _side(self, side: str) -> dict[str, Any]:
        titles = dict(self.comparable())
        if side not in titles:
            raise UsageError("There is no such plan to compare.")
        kind, _, name = side.partition(":")
        if kind == "scenario":
            return {"title": titles[side], **self._to_plan(name)}
        if kind == "saved":
            return {"title": titles[side], **self._to_plan(str(self._workspace.folder / SAVED / f"{name}.toml"))}
        made, files = self._made(kind, name)
        source = self._workspace.source(made.scenario, files)
        return {"title": titles[side], "kept": plan_object(made), "source": source, DRAFT: kind == DRAFT}

    def _made(self, kind: str, name: str) -> tuple[Plan, Mapping[str, str]]:
        """Return a plan that was made already, and the files that it was made from."""
        sheet, choices = self._current.sheet(), self._alternatives.choices
        if kind == CHOICE and choices is not None:
            return next(one.plan for one in choices.plans if one.key == name), choices.decision.details["files"]
        if kind == "run":
            decision = next(d for d in sheet.decisions if d.action is Action.RERUN and d.to == name)
            files = dict(decision.details.get("files", {}))
            return self._workspace.run(name, files)[0], files
        return sheet.plan, sheet.state.files

    def _to_plan(self, name: str) -> dict[str, Any]:
        """Return what planning a scenario takes: it is planned on the data of the desk where it names no others."""
        workspace, sheet = self._workspace, self._current.sheet()
        scenario, origins = desk_scenario(name, workspace.data, {}, {}), desk_origins(name, workspace.data, {})
        named, held = scenario.data.model_dump(), sheet.state.files
        files = {DATA: held[DATA]} if DATA in held else {}
        if named != sheet.plan.scenario.data.model_dump():
            files = {DATA: workspace.take_copy(named)}
        return {"scenario": scenario, "origins": origins, "source": workspace.source(scenario, files)}


def _parameter_words(decision: Decision) -> str:
    given = decision.details.get("parameters", {})
    return ", ".join(f"{key} = {text}" for key, text in given.items()) or "as the scenario has it"
