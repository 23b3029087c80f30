"""The plan as it stands, which every part of the desk reads, and the one way to put another in its place."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import threading
from typing import TYPE_CHECKING, Any

from geo_partnerships.api.running import scenario_name
from geo_partnerships.deciding import Conflict, Decision, DecisionLog, State, decided_partnerships, with_forced_moves
from geo_partnerships.deciding.log import FILE
from geo_partnerships.deciding.rules import PARTNERSHIP, labels_in
from geo_partnerships.errors import UsageError
from geo_partnerships.workbench.decided import gone, with_colours
from geo_partnerships.workbench.kept import plan_from, plan_object
from geo_partnerships.workbench.replaying import BENEATH, Replay
from geo_partnerships.workbench.tasks import CHANGES, changes_told_of
from geo_partnerships.workbench.worker import RUNNING

if TYPE_CHECKING:
    from pathlib import Path

    from geo_partnerships.checking import CheckReport
    from geo_partnerships.plans import Plan
    from geo_partnerships.workbench.sheet import Sheet
    from geo_partnerships.workbench.worker import Worker
    from geo_partnerships.workbench.workspace import Workspace


class Current:
    """The plan as it stands: the log on disk, laid out anew after each decision.

    Parameters
    ----------
    workspace
        What is read and kept on disk.
    output
        Where publishing goes.
    worker
        The process that plans.
    """

    def __init__(self, workspace: Workspace, output: Path, worker: Worker) -> None:
        self.workspace, self.output, self.worker = workspace, output, worker
        self.log = DecisionLog(workspace.folder / FILE)
        self.lock = threading.RLock()
        self._replay = Replay(workspace, self.log)
        self._sheet: Sheet | None = None

    def sheet(self) -> Sheet:
        """Return the plan as it stands."""
        with self.lock:
            if self._sheet is None:
                self._sheet = self._replay.sheet()
            return self._sheet

    def report_after(self, moved: Plan, trial: Decision) -> CheckReport:
        """Check a plan as it is under the rules after one decision more."""
        return self._replay.report_after(self.sheet(), moved, trial)

    def append(self, *decisions: Decision, seen: int | None = None) -> Sheet:
        """Write decisions to the log and return the plan after them.

        Raises
        ------
        Conflict
            The plan was changed since the planner saw it.
        """
        for decision in decisions:
            self.log.append(decision, seen=seen)
        self._sheet = None
        return self.sheet()

    def keep_run(self, kept: dict[str, Any], state: State, decision: Decision) -> None:
        """Put a run's plan on disk, and only then the decision that speaks of it.

        Parameters
        ----------
        kept
            The plan as the worker made it.
        state
            What was decided when it was asked for.
        """
        files = decision.details["files"]
        made = with_colours(with_forced_moves(plan_from(kept, self.workspace.problem(kept, files)), state))
        kept = {**plan_object(made), **{key: kept[key] for key in ("own", BENEATH) if key in kept}}
        if state.run:
            near = decision.details.get("near") is True
            kept[CHANGES] = changes_told_of(self.sheet().plan, made, near=near)
        text = json.dumps([kept, decision.details["parameters"], files], sort_keys=True)
        name = hashlib.sha256(text.encode()).hexdigest()[:16]
        self.workspace.keep_run(name, kept)
        details = {**decision.details, "labels": labels_in(made, state), "gone": gone(made, state)}
        with self.lock:
            self.append(dataclasses.replace(decision, to=name, details=details))

    def partnerships_for_run(self, state: State) -> list[dict[str, Any]]:
        """Return what the next run has to know of the partnerships on the desk; nothing before the first."""
        return self.partnerships_decided(state) if state.run else []

    def partnerships_decided(self, state: State) -> list[dict[str, Any]]:
        """Return the partnerships as they stand, with what was decided of them, as rows of a scenario."""
        return decided_partnerships(self.sheet().plan, state, self.workspace.own_rules(state).get(PARTNERSHIP, ()))

    def to_publish(self, sheet: Sheet) -> dict[str, Any]:
        """Return what the worker is told of a plan that is to be written."""
        return {
            "source": self.workspace.source(sheet.plan.scenario, sheet.state.files),
            "kept": plan_object(sheet.plan),
            "name": f"{scenario_name(self.workspace.scenario)}-workbench",
            "output": str(self.output),
        }

    def refuse_planning(self) -> None:
        """Refuse what a run under way would overtake."""
        job = self.worker.job
        if job is not None and job.kind == "plan" and job.status == RUNNING:
            raise UsageError("A run is under way: wait for it, or cancel it.")

    def refuse_busy(self) -> None:
        """Refuse what the worker cannot take now."""
        if self.worker.job is not None and self.worker.job.status == RUNNING:
            raise UsageError("Something is under way: wait for it, or cancel it.")

    def refuse_stale(self, seen: int) -> Sheet:
        """Return the plan as it stands, if the planner saw that.

        Raises
        ------
        Conflict
            The plan was changed since.
        """
        sheet = self.sheet()
        if seen != sheet.state.latest:
            raise Conflict(sheet.state.latest)
        return sheet
