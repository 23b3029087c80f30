"""The desk: the plan as it stands, and everything a planner can do to it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_partnerships.deciding import Action, Alternative, Decision, State, decided_rules, replay, why_here
from geo_partnerships.deciding.decision import MOVING, OF_PARTNERSHIP
from geo_partnerships.deciding.rules import PARTNERSHIP
from geo_partnerships.deciding.state import EARLIER
from geo_partnerships.documents import read_replies
from geo_partnerships.errors import GeoPartnershipsError, UsageError
from geo_partnerships.scenarios.read import parse_value, set_parameter
from geo_partnerships.updating import STAYING, that_stays
from geo_partnerships.workbench.alternatives import Alternatives
from geo_partnerships.workbench.comparing import Comparing
from geo_partnerships.workbench.copies import DATA
from geo_partnerships.workbench.current import Current
from geo_partnerships.workbench.judging import judge
from geo_partnerships.workbench.proposals import Proposals
from geo_partnerships.workbench.publishing import Publishing
from geo_partnerships.workbench.replaying import BENEATH
from geo_partnerships.workbench.worker import DONE
from geo_partnerships.workbench.workspace import Workspace
from geo_partnerships.workbench.year import earlier_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo_partnerships.deciding import Reply
    from geo_partnerships.findings import Finding
    from geo_partnerships.workbench.request import Request
    from geo_partnerships.workbench.schema import ChangedFiles, DeskGround
    from geo_partnerships.workbench.sheet import Sheet
    from geo_partnerships.workbench.worker import Job, Worker

PLAN_CHANGES = frozenset(
    {*MOVING, *OF_PARTNERSHIP, Action.LOCK, Action.UNLOCK, Action.VETO, Action.LINK, Action.UNDO, Action.REDO,
     Action.UPLOAD}
)  # fmt: skip
PROGRAM = "geo-partnerships"


class Desk:
    """A plan, its decisions on disk, and the worker.

    Parameters
    ----------
    data
        The data folder.
    scenario
        Name of the scenario it starts from.
    folder
        Where decisions and runs are kept.
    output
        Where publishing goes.
    worker
        The process that plans.

    Attributes
    ----------
    proposals, alternatives, publishing, comparing
        What can be done beside deciding and running.
    """

    def __init__(self, data: Path, scenario: str, folder: Path, output: Path, worker: Worker) -> None:
        self.data, self.scenario, self.folder, self.worker = data, scenario, folder, worker
        self.grounds: dict[str, DeskGround] = {}
        self._workspace = Workspace(data, scenario, folder)
        self._current = Current(self._workspace, output, worker)
        self.proposals = Proposals(self._current)
        self.alternatives = Alternatives(self._current)
        self.publishing = Publishing(self._current)
        self.comparing = Comparing(self._current, self.alternatives)

    def open(self, when: str) -> None:
        """Bring the desk to where the decisions left it; the first time, plan the scenario.

        Raises
        ------
        GeoPartnershipsError
            The scenario has no plan, or the data cannot be read.
        """
        decisions, _ = self._current.log.read()
        if not any(decision.action is Action.RERUN for decision in decisions):
            job = self._submit_run({}, PROGRAM, when, replay(decisions))
            job.ended.wait()
            if job.status != DONE:
                raise GeoPartnershipsError(job.words)
        self.sheet()

    def sheet(self) -> Sheet:
        """Return the plan as it stands."""
        return self._current.sheet()

    def decide(self, request: Request) -> Sheet:
        """Take a decision and return the plan after it, once the decision is on disk.

        Raises
        ------
        UsageError
            It makes no sense as it stands.
        NeedsReason
            It breaks binding rules, and the planner has not said that it shall, or not why.
        Conflict
            The plan was changed since the planner saw it.
        """
        with self._current.lock:
            if request.action in PLAN_CHANGES:
                self._current.refuse_planning()
            decision = judge(self.sheet(), request, self._current.report_after)
            return self._current.append(decision, seen=request.seen)

    def rerun(self, parameters: Mapping[str, str], by: str, when: str, seen: int, *, near: bool = False) -> Job:
        """Start a run with the parameters given and all that was decided.

        Parameters
        ----------
        near
            True to change as few schools as can be: the plan on the desk is one to stay near.

        Raises
        ------
        UsageError, BadDataError
            The parameters make no scenario; nothing is started.
        """
        with self._current.lock:
            sheet = self._current.refuse_stale(seen)
            return self._submit_run(dict(parameters), by, when, sheet.state, near=near)

    def why(self, school: str, partnership: int) -> tuple[Alternative, ...]:
        """Return a school's cheapest alternatives.

        Raises
        ------
        UsageError
            The school is not in that partnership.
        """
        made = self.sheet().plan
        if not any(p.number == partnership and school in p.members for p in made.partnerships):
            raise UsageError("The school is not in that partnership.")
        return why_here(made, school, partnership)

    def save(self, name: str, by: str, when: str) -> tuple[Sheet, str]:
        """Write what was decided as a scenario that extends the one on the desk; return the file, too.

        Raises
        ------
        UsageError
            The name is none, or is taken.
        """
        with self._current.lock:
            path = self._workspace.save_scenario(name, self._table_to_save())
            decision = Decision(action=Action.SAVE, when=when, by=by, to=name)
            return self._current.append(decision), str(path)

    def new_replies(self, ending: str, content: bytes) -> tuple[list[Reply], list[Finding]]:
        """Return the replies of a filled-in workbook that are not known yet, and what was noticed in it.

        Raises
        ------
        BadDataError
            A row cannot be read; carries all that is wrong.
        """
        sheet = self.sheet()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"replies{ending}"
            path.write_bytes(content)
            read = read_replies(path, sheet.plan.problem.schools)
        known = sheet.state.replies
        return [reply for reply in read.replies if known.get(reply.school) != reply], list(read.findings)

    def take_replies(self, replies: Sequence[Reply], by: str, when: str, seen: int) -> Sheet:
        """Write replies to the log, each a line.

        Raises
        ------
        Conflict
            The plan was changed since the planner saw it.
        """
        with self._current.lock:
            self._current.refuse_stale(seen)
            return self._current.append(*(_decision_of(reply, by, when) for reply in replies))

    def changed_on_disk(self) -> ChangedFiles:
        """Return in words what became of the scenario, and of each file of the data, since they were read."""
        sheet, workspace = self.sheet(), self._workspace
        run = next(d for d in reversed(sheet.decisions) if d.action is Action.RERUN and d.to == sheet.state.run)
        copy = sheet.state.staged.get(DATA)
        try:
            read = workspace.digest_of_scenario()
            data = workspace.changes_since(copy) if copy else ()
        except GeoPartnershipsError as error:
            return {"scenario": str(error), "data": []}
        known = {Path(name).stem for name in sheet.state.year.get("left_out", ())}
        data = tuple(words for words in data if Path(words.removesuffix(" is new")).stem not in known)
        changed = run.details.get("scenario", read) != read
        words = f"the scenario {workspace.scenario} was changed, and the next run follows it" if changed else ""
        return {"scenario": words, "data": list(data)}

    def _table_to_save(self) -> dict[str, Any]:
        """Return parameters, files and decisions as the table of a scenario."""
        sheet = self.sheet()
        state = sheet.state
        table: dict[str, Any] = {}
        for key, text in state.parameters.items():
            set_parameter(table, key, parse_value(text))
        for part, file in self._workspace.paths(state.files).items():
            set_parameter(table, f"data.{part}", str(Path(file).resolve()) if file else "")
        own = self._workspace.own_rules(state)
        for key, rows in decided_rules(state).items():
            if rows:
                table[key] = [*own.get(key, ()), *rows]
        if state.near:
            table |= sheet.plan.scenario.model_dump(mode="json", include=set(STAYING))
        table[PARTNERSHIP] = self._current.partnerships_decided(state)
        table["as_saved"] = True
        return table

    def _submit_run(self, parameters: dict[str, str], by: str, when: str, state: State, *, near: bool = False) -> Job:
        workspace = self._workspace
        rules = {**decided_rules(state), PARTNERSHIP: self._current.partnerships_for_run(state)}
        # Read once, here: the worker plans by what was read, whatever becomes of the scenario's file.
        scenario = workspace.scenario_with(parameters, rules)
        strict = {**decided_rules(state, waiving=False), PARTNERSHIP: rules[PARTNERSHIP]}
        otherwise = workspace.scenario_with(parameters, strict) if state.waivers else None
        own = workspace.own_of(parameters, rules)
        files = workspace.files_of(state, scenario)
        if near:
            files[EARLIER], _ = workspace.keep_file(EARLIER, ".csv", earlier_file(self.sheet().plan.partnerships))
            scenario, otherwise = that_stays(scenario), that_stays(otherwise) if otherwise else None
        task = {
            "source": workspace.source(scenario, files), "scenario": scenario, "otherwise": otherwise,
            "origins": workspace.origins(parameters),
        }  # fmt: skip
        details: dict[str, Any] = {
            "parameters": parameters, "files": files, "scenario": workspace.digest_of_scenario(),
        }  # fmt: skip
        if near:
            details["near"] = True
        decision = Decision(action=Action.RERUN, when=when, by=by, details=details)

        def finish(kept: dict[str, Any]) -> None:
            kept["own"] = own
            if near:
                beneath = workspace.scenario_with(parameters, {})
                kept[BENEATH] = beneath.model_dump(mode="json", include=set(STAYING))
            self._current.keep_run(kept, state, decision)

        return self.worker.submit("plan", task, finish)


def _decision_of(reply: Reply, by: str, when: str) -> Decision:
    given = (("date", reply.date), ("decided", reply.decided))
    return Decision(
        action=Action.REPLY, when=when, by=by, school=reply.school, to=reply.answer, reason=reply.note,
        details={key: value for key, value in given if value},
    )  # fmt: skip
