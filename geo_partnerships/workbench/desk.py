"""The desk: the plan as it stands, and everything a planner can do to it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_partnerships.api.running import is_first_plan, locate, scenario_name, table_of
from geo_partnerships.checking import CheckReport, check
from geo_partnerships.deciding import (
    Action,
    Alternative,
    Conflict,
    Decision,
    DecisionLog,
    State,
    decided_partnerships,
    decided_rules,
    replay,
    why_here,
    with_forced_moves,
)
from geo_partnerships.deciding.decision import MOVING, OF_PARTNERSHIP
from geo_partnerships.deciding.log import FILE
from geo_partnerships.deciding.rules import PARTNERSHIP, labels_in
from geo_partnerships.deciding.state import EARLIER
from geo_partnerships.documents import read_replies
from geo_partnerships.errors import BadDataError, GeoPartnershipsError, UsageError
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.schools.names import with_confirmed
from geo_partnerships.planning import plan_of_draft
from geo_partnerships.planning.moving import move_many
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.scenarios.edit import write_new
from geo_partnerships.scenarios.parameters import SCENARIO_FOLDER, Scenario
from geo_partnerships.scenarios.read import available, merge_tables, set_parameter
from geo_partnerships.scenarios.read import parse_value as value_of
from geo_partnerships.sentences import counted
from geo_partnerships.updating import STAYING, that_stays
from geo_partnerships.whole_files import write_whole
from geo_partnerships.workbench import copies
from geo_partnerships.workbench.copies import DATA
from geo_partnerships.workbench.decided import gone, named_in, overridden, under_rules, with_colours
from geo_partnerships.workbench.judging import judge
from geo_partnerships.workbench.kept import plan_from, plan_object, write_kept
from geo_partnerships.workbench.moves import (
    number_of,
)
from geo_partnerships.workbench.sheet import Choice, Choices, Proposal, Sheet
from geo_partnerships.workbench.tasks import CHANGES, DRAFT, changes_told_of, desk_origins, desk_scenario, problem_of
from geo_partnerships.workbench.worker import DONE, RUNNING
from geo_partnerships.workbench.year import earlier_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from geo_partnerships.deciding import Reply
    from geo_partnerships.model import Problem
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.origins import Origins
    from geo_partnerships.workbench.request import Request
    from geo_partnerships.workbench.schema import ChangedFiles, DeskGround
    from geo_partnerships.workbench.tasks import Source
    from geo_partnerships.workbench.worker import Job, Worker

NAMES, SCHOOLS, BENEATH, CHOICE = "names", "schools", "beneath", "alternative"
YEAR = ("said", "decide", "gone", "left_out")
"""What the log keeps of a newer list that was taken."""
RUNS, FILES, COMPARED, SAVED = "runs", "files", "compared", "scenarios"
LONGEST_READ_S = 120.0
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
    """

    def __init__(self, data: Path, scenario: str, folder: Path, output: Path, worker: Worker) -> None:
        self.data, self.scenario, self.folder, self.output = data, scenario, folder, output
        self.log = DecisionLog(folder / FILE)
        self.worker = worker
        self.compared: dict[str, Any] | None = None
        self.disclosed: dict[str, Any] | None = None
        self.proposed: Proposal | None = None
        self.choices: Choices | None = None
        self.year: Proposal | None = None
        self.published = ""
        self.grounds: dict[str, DeskGround] = {}
        self._lock = threading.RLock()
        self._left_out: dict[int, str] = {}
        self._sheet: Sheet | None = None
        self._moved: tuple[str, tuple[tuple[tuple[str, str, str], ...], ...], Plan] | None = None
        self._reports: dict[str, CheckReport | None] = {}
        self._runs: dict[str, tuple[Plan, dict[str, Any]]] = {}

    def open(self, when: str) -> None:
        """Bring the desk to where the decisions left it; the first time, plan the scenario.

        Raises
        ------
        GeoPartnershipsError
            The scenario has no plan, or the data cannot be read.
        """
        decisions, _ = self.log.read()
        if not any(decision.action is Action.RERUN for decision in decisions):
            job = self._submit_run({}, PROGRAM, when, replay(decisions))
            job.ended.wait()
            if job.status != DONE:
                raise GeoPartnershipsError(job.words)
        self.sheet()

    def sheet(self) -> Sheet:
        """Return the plan as it stands."""
        with self._lock:
            if self._sheet is None:
                decisions, findings = self.log.read()
                self._sheet = self._laid_out(decisions, findings)
            return self._sheet

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
        with self._lock:
            if request.action in PLAN_CHANGES:
                self._refuse_planning()
            decision = judge(self.sheet(), request, self._report_after)
            return self._append(decision, request.seen)

    @property
    def busy_planning(self) -> bool:
        """True while a run is under way."""
        job = self.worker.job
        return job is not None and job.kind == "plan" and job.status == RUNNING

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
        with self._lock:
            sheet = self.sheet()
            _refuse_stale(sheet, seen)
            return self._submit_run(dict(parameters), by, when, sheet.state, near=near)

    def choose_among(self, by: str, when: str) -> Job:
        """Start planning alternatives to the plan on the desk: the same decisions, other goals; see `choices`.

        Raises
        ------
        UsageError, BadDataError
            As `rerun`.
        """
        with self._lock:
            sheet = self.sheet()
            state, parameters = sheet.state, dict(sheet.state.parameters)
            rules = {**decided_rules(state), PARTNERSHIP: self._partnerships(state)}
            scenario = desk_scenario(self.scenario, self.data, parameters, rules)
            own, files = self._own_of(parameters, rules), self._files_of(state, scenario)
            task = {
                "source": self._source(scenario, files), "scenario": scenario, "name": self.scenario,
                "origins": desk_origins(self.scenario, self.data, parameters),
            }  # fmt: skip
            details = {"parameters": parameters, "files": files, "scenario": self._scenario_read()}
            decision = Decision(action=Action.RERUN, when=when, by=by, details=details)

            def finish(found: dict[str, Any]) -> None:
                plans = tuple(self._choice(row, own, state, files) for row in found["rows"])
                self.choices = Choices(digest=sheet.plan.digest, decision=decision, plans=plans)

            return self.worker.submit("alternatives", task, finish)

    def _choice(self, row: dict[str, Any], own: dict[str, Any], state: State, files: Mapping[str, str]) -> Choice:
        kept = {**row["kept"], "own": own}
        made = with_forced_moves(plan_from(kept, self._problem(kept, files)), state)
        parameters = dict(change.split("=", 1) for change in row["changes"])
        return Choice(
            key=row["key"], name=row["name"], parameters=parameters, proven=row["proven"],
            plan=made, report=check(made), kept=kept,
        )  # fmt: skip

    def open_choice(self, key: str, by: str, when: str, seen: int) -> Sheet:
        """Put an alternative on the desk, as a run with the parameters that make it.

        Raises
        ------
        UsageError
            There is none of that key, or something was decided since it was made.
        Conflict
            The plan was changed since the planner saw it.
        """
        with self._lock:
            sheet = self.sheet()
            _refuse_stale(sheet, seen)
            found = next((one for one in self.choices.plans if one.key == key), None) if self.choices else None
            if self.choices is None or found is None:
                raise UsageError("There is no such alternative.")
            if self.choices.digest != sheet.plan.digest:
                raise UsageError("Something was decided since the alternatives were made: work them out again.")
            self._refuse_planning()
            details = self.choices.decision.details
            decision = dataclasses.replace(
                self.choices.decision, by=by, when=when,
                details={**details, "parameters": details["parameters"] | found.parameters},
            )  # fmt: skip
            self._keep_run(found.kept, sheet.state, decision)
            return self.sheet()

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
        with self._lock:
            state = self.sheet().state
            table: dict[str, Any] = {}
            for key, text in state.parameters.items():
                set_parameter(table, key, value_of(text))
            for part, file in self._paths(state.files).items():
                set_parameter(table, f"data.{part}", str(Path(file).resolve()))
            own = self._own_rules(state)
            for key, rows in decided_rules(state).items():
                if rows:
                    table[key] = [*own.get(key, ()), *rows]
            if state.near:
                table |= self.sheet().plan.scenario.model_dump(mode="json", include=set(STAYING))
            table[PARTNERSHIP] = decided_partnerships(self.sheet().plan, state, own.get(PARTNERSHIP, ()))
            table["as_saved"] = True
            path = self._written(name, table)
            decision = Decision(action=Action.SAVE, when=when, by=by, to=name)
            return self._append(decision, None), str(path)

    def disclose(self) -> Job:
        """Start working out what publishing the plan as it stands would give away, see `disclosed`."""
        with self._lock:

            def finish(found: dict[str, Any]) -> None:
                self.disclosed = found

            return self.worker.submit("disclose", self._to_publish(self.sheet()), finish)

    def _to_publish(self, sheet: Sheet) -> dict[str, Any]:
        return {
            "source": self._source(sheet.plan.scenario, sheet.state.files),
            "kept": plan_object(sheet.plan),
            "name": f"{scenario_name(self.scenario)}-workbench",
            "output": str(self.output),
        }

    def publish(self, audience: str, by: str, when: str, *, disclosed: str = "") -> Job:
        """Start publishing the plan as it stands.

        Parameters
        ----------
        disclosed
            For the public: digest of the plan of which the planner has seen what it gives away.

        Raises
        ------
        UsageError
            The planner has not seen what this plan gives away.
        """
        with self._lock:
            sheet = self.sheet()
            if audience == "public" and not self._is_disclosed(sheet, disclosed):
                raise UsageError("The plan is not published yet: look first at what the public edition gives away.")
            task = {**self._to_publish(sheet), "audience": audience}

            def finish(content: dict[str, Any]) -> dict[str, Any]:
                with self._lock:
                    decision = Decision(
                        action=Action.PUBLISH, when=when, by=by, to=audience, details={"plan": sheet.plan.digest}
                    )
                    self._append(decision, None)
                    self.published = ". ".join([content["folder"], *content["kept"]]).removesuffix(".")
                    self.disclosed = None  # the edition to compare with is another one now
                return content

            return self.worker.submit("publish", task, finish)

    def write_documents(self) -> Job:
        """Start writing the letter, the sheets, the workbooks and the note for the Board of the plan as it stands."""
        with self._lock:
            sheet = self.sheet()
            task = {**self._to_publish(sheet), "decisions": list(sheet.decisions)}

            def finish(content: dict[str, Any]) -> None:
                self.published = ". ".join([content["folder"], *content["kept"]]).removesuffix(".")

            return self.worker.submit("documents", task, finish)

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
        with self._lock:
            _refuse_stale(self.sheet(), seen)
            for reply in replies:
                given = (("date", reply.date), ("decided", reply.decided))
                decision = Decision(
                    action=Action.REPLY, when=when, by=by, school=reply.school, to=reply.answer, reason=reply.note,
                    details={key: value for key, value in given if value},
                )  # fmt: skip
                self.log.append(decision)
            self._sheet = None
            return self.sheet()

    def _is_disclosed(self, sheet: Sheet, seen: str) -> bool:
        known = self.disclosed["digest"] if self.disclosed else None
        return known == sheet.plan.digest == seen

    def compare(self, sides: tuple[str, str]) -> Job:
        """Start comparing two plans, by their keys in `comparable`.

        Raises
        ------
        UsageError
            There is no such plan.
        """
        with self._lock:
            named = [self._side(side) for side in sides]
            task = {"sides": named, "folder": str(self.folder / COMPARED)}

            def finish(content: dict[str, Any]) -> dict[str, Any]:
                self.compared = content
                return content

            return self.worker.submit("compare", task, finish)

    def comparable(self) -> list[tuple[str, str]]:
        """Return key and title of every plan that can be compared."""
        sheet = self.sheet()
        found = [("desk", "The plan on the desk")]
        if sheet.draft_report is not None:
            found.append((DRAFT, "The letter's draft"))
        runs = [d for d in sheet.decisions if d.action is Action.RERUN]
        found += [(f"run:{d.to}", f"Run {number}: {_parameter_words(d)}") for number, d in enumerate(runs, start=1)]
        found += [(f"scenario:{name}", f"Scenario {name}") for name in available(self.data / SCENARIO_FOLDER)]
        found += [(f"{CHOICE}:{one.key}", f"Alternative: {one.name}") for one in self._choices()]
        return found + [(f"saved:{name}", f"Saved as {name}") for name in available(self.folder / SAVED)]

    def upload(self, part: str, ending: str, content: bytes) -> Job:
        """Keep an uploaded file and start reading it; what is found is proposed, see `proposed` and `accept`.

        Raises
        ------
        GeoPartnershipsError
            Something else is under way.
        """
        with self._lock:
            self._refuse_busy()
            self._drop()
            name, paths = self._keep_file(part, ending, content)
            self.proposed = Proposal(part=part, name=name, paths=paths)
            return self._look(self.proposed)

    def confirm_names(self, said: Mapping[str, str], name: str) -> Job:
        """Keep what the planner says of names in what is proposed, as a ``names.csv``, and read all of it again.

        Parameters
        ----------
        said
            The key of a school, or ``none``, by the text that was written.

        Raises
        ------
        UsageError
            Nothing of that name is proposed, or it has not these names.
        """
        with self._lock:
            self._refuse_busy()
            proposal, found = _waiting(self.proposed, name, "file")
            asked = {one.written for one in found["names"]}
            if not said or not set(said) <= asked:
                raise UsageError("Say of one name at least which school is meant.")
            content = with_confirmed(self._names_after(proposal), said).encode("utf-8")
            file, paths = self._keep_file(NAMES, ".csv", content)
            proposal.besides, proposal.paths = {NAMES: file}, (*proposal.paths, *paths)
            proposal.found = None
            return self._look(proposal)

    def names_file(self) -> bytes:
        """Return the ``names.csv`` that the next run reads; empty where nothing was confirmed."""
        with self._lock:
            return self._names_in(self._next_source({})) or b""

    def _names_after(self, proposal: Proposal) -> bytes | None:
        return self._names_in(self._next_source({proposal.part: proposal.name, **proposal.besides}))

    def _names_in(self, source: Source) -> bytes | None:
        data = Path(source["data"])
        path = locate(source["files"].get(NAMES) or f"{NAMES}.csv", data)
        return path.read_bytes() if path.is_file() else None

    def _next_source(self, files: Mapping[str, str]) -> Source:
        """Return what the next run reads, with other files in the place of some of it."""
        scenario = desk_scenario(self.scenario, self.data, {}, {})
        return self._source(scenario, {**self.sheet().state.staged, **files})

    def _keep_file(self, part: str, ending: str, content: bytes) -> tuple[str, tuple[Path, ...]]:
        """Write a file of the workspace, and return its name, and its path where it was not there before."""
        name = f"{part}-{hashlib.sha256(content).hexdigest()[:24]}{ending}"
        path = self.folder / FILES / name
        if path.exists():
            return name, ()
        write_whole(path, content, private=True)
        return name, (path,)

    def look_at_disk(self) -> Job:
        """Start reading the data as they now lie on the disk; what is found is proposed, as with an upload.

        Raises
        ------
        GeoPartnershipsError
            Something else is under way, or the files cannot be copied.
        """
        with self._lock:
            self._refuse_busy()
            self._drop()
            name = copies.take(self.data, self._named(), self.folder / DATA)
            self.proposed = Proposal(part=DATA, name=name)
            return self._look(self.proposed)

    def accept(self, request: Request, name: str) -> Sheet:
        """Take what is proposed: the next run reads it.

        Decisions that speak of schools which it has not are dropped for these.

        Raises
        ------
        UsageError
            Nothing of that name is proposed, or it cannot be used.
        Conflict
            The plan was changed since the planner saw it.
        """
        with self._lock:
            proposal, found = _usable(self.proposed, name, "file")
            self._refuse_planning()
            besides = {"files": proposal.besides} if proposal.besides else {}
            details = {"part": proposal.part, "gone": found["gone"], **besides}
            decision = Decision(
                action=Action.UPLOAD, when=request.when, by=request.by, to=proposal.name, details=details
            )
            sheet = self._append(decision, request.seen)
            self.proposed = None
            return sheet

    def look_at_year(self, ending: str, content: bytes) -> Job:
        """Start carrying the plan on the desk over to a newer list of schools; see `year` and `begin_year`.

        Raises
        ------
        GeoPartnershipsError
            Something else is under way.
        """
        with self._lock:
            self._refuse_busy()
            self._drop()
            sheet = self.sheet()
            state, parameters = sheet.state, dict(sheet.state.parameters)
            name, paths = self._keep_file(SCHOOLS, ending, content)
            earlier = f"{EARLIER}-{hashlib.sha256(content + sheet.plan.digest.encode()).hexdigest()[:24]}.csv"
            self.year = proposal = Proposal(
                part=SCHOOLS, name=name, besides={EARLIER: earlier}, paths=(*paths, self.folder / FILES / earlier)
            )
            scenario = desk_scenario(self.scenario, self.data, parameters, {})
            files = self._files_of(state, scenario)
            task = {
                **self._to_publish(sheet), "newer": self._source(scenario, {**files, SCHOOLS: name}),
                "scenario": scenario, "name": self.scenario, "earlier": earlier, "files": str(self.folder / FILES),
                "data": str(self.folder / DATA), "origins": desk_origins(self.scenario, self.data, parameters),
            }  # fmt: skip
            rules = (*decided_rules(state), PARTNERSHIP)
            own = self._own_of(parameters, dict.fromkeys(rules))

            def finish(found: dict[str, Any]) -> None:
                with self._lock:
                    if self.year is proposal:
                        proposal.found = {**found, "own": own, "n": state.latest}
                        if found["refused"]:
                            proposal.drop()

            return self.worker.submit("year", task, finish)

    def begin_year(self, name: str, by: str, when: str, seen: int) -> Sheet:
        """Take the plan of the newer list: another round begins, and it says what has to be decided.

        Raises
        ------
        UsageError
            Nothing of that name waits, or something was decided since it was planned.
        Conflict
            The plan was changed since the planner saw it.
        """
        with self._lock:
            sheet = self.sheet()
            _refuse_stale(sheet, seen)
            proposal, found = _usable(self.year, name, "list")
            if found["n"] != sheet.state.latest:
                raise UsageError("Something was decided since: look at the list again.")
            self._refuse_planning()
            left = set(found["without"])
            staged = {p: file for p, file in sheet.state.staged.items() if p.partition("-")[0] not in left}
            files = {**staged, DATA: found["data"], SCHOOLS: proposal.name, **proposal.besides}
            details = {
                "parameters": sheet.state.parameters | found["parameters"], "files": files, "near": True,
                "scenario": self._scenario_read(), "year": {key: found[key] for key in YEAR},
            }  # fmt: skip
            decision = Decision(action=Action.RERUN, when=when, by=by, details=details)
            beneath = desk_scenario(self.scenario, self.data, {}, {}).model_dump(mode="json", include=set(STAYING))
            kept = {**found["kept"], "own": found["own"], BENEATH: beneath}
            self._keep_run(kept, State(partnerships=sheet.state.partnerships), decision)
            self.year = None
            return self.sheet()

    def leave(self) -> None:
        """Forget what is proposed."""
        with self._lock:
            self._drop()

    def changed_on_disk(self) -> ChangedFiles:
        """Return in words what became of the scenario, and of each file of the data, since they were read."""
        with self._lock:
            sheet = self.sheet()
        run = next(d for d in reversed(sheet.decisions) if d.action is Action.RERUN and d.to == sheet.state.run)
        copy = sheet.state.staged.get(DATA)
        try:
            read = _digest_of(desk_origins(self.scenario, self.data, {}))
            data = copies.changes(self.data, self._named(), self.folder / DATA / copy) if copy else ()
        except GeoPartnershipsError as error:
            return {"scenario": str(error), "data": []}
        known = {Path(name).stem for name in sheet.state.year.get("left_out", ())}
        data = tuple(words for words in data if Path(words.removesuffix(" is new")).stem not in known)
        changed = run.details.get("scenario", read) != read
        words = f"the scenario {self.scenario} was changed, and the next run follows it" if changed else ""
        return {"scenario": words, "data": list(data)}

    def _written(self, name: str, table: dict[str, Any]) -> Path:
        """Write a scenario of the parameters over those of the one on the desk, by its name where it has a file."""
        parent = str(Path(self.scenario).resolve()) if self.scenario.endswith(".toml") else self.scenario
        if is_first_plan(parent, self.data):
            first = table_of(parent, self.data, read=problem_of)
            merge_tables(first, table)
            parent, table = "", first
        return write_new(name, self.folder / SAVED, parent, table, among=self.data / SCENARIO_FOLDER)

    def _refuse_planning(self) -> None:
        if self.busy_planning:
            raise UsageError("A run is under way: wait for it, or cancel it.")

    def _refuse_busy(self) -> None:
        if self.worker.job is not None and self.worker.job.status == RUNNING:
            raise UsageError("Something is under way: wait for it, or cancel it.")

    def _drop(self) -> None:
        for proposal in (self.proposed, self.year):
            if proposal is not None:
                proposal.drop()
        self.proposed = self.year = None

    def _look(self, proposal: Proposal) -> Job:
        state = self.sheet().state
        task = {
            "before": self._source(self.sheet().plan.scenario, state.files),
            "after": self._next_source({proposal.part: proposal.name, **proposal.besides}),
            "part": proposal.part,
            "file": "" if proposal.part == DATA else proposal.name,
            "spoken_of": sorted(named_in(state)),
        }

        def finish(found: dict[str, Any]) -> None:
            with self._lock:
                if self.proposed is proposal:
                    proposal.found = found
                    if found["refused"] and not found["names"]:
                        proposal.drop()

        return self.worker.submit("read", task, finish, most_s=LONGEST_READ_S)

    def _submit_run(self, parameters: dict[str, str], by: str, when: str, state: State, *, near: bool = False) -> Job:
        rules = {**decided_rules(state), PARTNERSHIP: self._partnerships(state)}
        # Read once, here: the worker plans by what was read, whatever becomes of the scenario's file.
        scenario = desk_scenario(self.scenario, self.data, parameters, rules)
        strict = {**decided_rules(state, waiving=False), PARTNERSHIP: rules[PARTNERSHIP]}
        otherwise = desk_scenario(self.scenario, self.data, parameters, strict) if state.waivers else None
        origins = desk_origins(self.scenario, self.data, parameters)
        own = self._own_of(parameters, rules)
        files = self._files_of(state, scenario)
        if near:
            files[EARLIER], _ = self._keep_file(EARLIER, ".csv", earlier_file(self.sheet().plan.partnerships))
            scenario, otherwise = that_stays(scenario), that_stays(otherwise) if otherwise else None
        task = {
            "source": self._source(scenario, files), "scenario": scenario, "otherwise": otherwise, "origins": origins,
        }  # fmt: skip
        details: dict[str, Any] = {"parameters": parameters, "files": files, "scenario": self._scenario_read()}
        if near:
            details["near"] = True
        decision = Decision(action=Action.RERUN, when=when, by=by, details=details)

        def finish(kept: dict[str, Any]) -> None:
            kept["own"] = own
            if near:
                beneath = desk_scenario(self.scenario, self.data, parameters, {})
                kept[BENEATH] = beneath.model_dump(mode="json", include=set(STAYING))
            self._keep_run(kept, state, decision)

        return self.worker.submit("plan", task, finish)

    def _own_of(self, parameters: dict[str, str], rules: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the scenario itself says of the rules that are decided on the desk."""
        own = desk_scenario(self.scenario, self.data, parameters, {})
        table = own.model_dump(mode="json", exclude_defaults=True)
        return {key: table.get(key, []) for key in rules}

    def _files_of(self, state: State, scenario: Scenario) -> dict[str, str]:
        """Return the files that a run reads, by part; the data are copied where they were not yet."""
        files = dict(state.staged)
        if DATA not in files:
            files[DATA] = copies.take(self.data, scenario.data.model_dump(), self.folder / DATA)
        return files

    def _scenario_read(self) -> str:
        return _digest_of(desk_origins(self.scenario, self.data, {}))

    def _keep_run(self, kept: dict[str, Any], state: State, decision: Decision) -> None:
        """Put a run's plan on disk, and only then the decision that speaks of it."""
        files = decision.details["files"]
        made = with_colours(with_forced_moves(plan_from(kept, self._problem(kept, files)), state))
        kept = {**plan_object(made), **{key: kept[key] for key in ("own", BENEATH) if key in kept}}
        if state.run:
            near = decision.details.get("near") is True
            kept[CHANGES] = changes_told_of(self.sheet().plan, made, near=near)
        text = json.dumps([kept, decision.details["parameters"], files], sort_keys=True)
        name = hashlib.sha256(text.encode()).hexdigest()[:16]
        write_kept(self.folder / RUNS / f"{name}.json", kept)
        details = {**decision.details, "labels": labels_in(made, state), "gone": gone(made, state)}
        with self._lock:
            self._append(dataclasses.replace(decision, to=name, details=details), None)

    def _partnerships(self, state: State) -> list[dict[str, Any]]:
        """Return what the next run has to know of the partnerships on the desk; nothing before the first."""
        if not state.run:
            return []
        return decided_partnerships(self.sheet().plan, state, self._own_rules(state).get(PARTNERSHIP, ()))

    def _append(self, decision: Decision, seen: int | None) -> Sheet:
        self.log.append(decision, seen=seen)
        self._sheet = None
        return self.sheet()

    def _laid_out(self, decisions: list[Decision], findings: list[Finding]) -> Sheet:
        state, made = self._replayed(decisions)
        base, kept = self._run(state.run, state.files)
        made = under_rules(made, kept, state)
        made = dataclasses.replace(made, findings=(*base.findings, *overridden(base, state)))
        first = next(d for d in decisions if d.action is Action.RERUN)
        start, _ = self._run(first.to, dict(first.details.get("files", {})))
        if base.problem.digest != kept["problem"]:
            findings = [*findings, _DATA_CHANGED]
        findings = [*findings, *self._told(decisions)]
        rules = decided_rules(state)
        report = check(made)
        return Sheet(
            state=state,
            plan=made,
            report=report,
            proof=proof_of(made, report),
            start=start,
            start_report=self._checked(f"run {first.to}", lambda: start),
            draft_report=self._checked(f"draft {state.run}", lambda: plan_of_draft(base.problem, base.scenario)),
            decisions=tuple(decisions),
            findings=tuple(findings),
            rules_kept=all(getattr(made.scenario, key) == getattr(base.scenario, key) for key in rules)
            and state.staged == {part: name for part, name in state.files.items() if part != EARLIER},
            changes=kept.get(CHANGES, {"words": "", "rows": []}),
            beneath=kept.get(BENEATH, {}),
        )

    def _checked(self, name: str, make: Callable[[], Plan | None]) -> CheckReport | None:
        """Return the check of a plan that does not change while decisions are taken."""
        if name not in self._reports:
            made = make()
            self._reports[name] = check(made) if made else None
        return self._reports[name]

    def _replayed(self, decisions: list[Decision]) -> tuple[State, Plan]:
        """Return where the decisions lead, and the plan.

        A move that its plan cannot take, and a decision on a school that is not there, are left out, and told.
        """
        while True:
            state = self._after(decisions)
            base = self._run(state.run, state.files)[0]
            if unknown := self._of_unknown(decisions, state, base.problem):
                self._left_out |= unknown
                continue
            try:
                return state, self._with_moves(base, state)
            except _NotMoved as error:
                self._left_out[error.n] = error.words

    def _of_unknown(self, decisions: Sequence[Decision], state: State, problem: Problem) -> dict[int, str]:
        """Return why the decisions in force that speak of schools which are not there are left out, by their number."""
        unknown = named_in(state) - set(problem.schools)
        found = ((d, sorted(d.named & unknown)) for d in decisions if d.n not in self._left_out)
        return {d.n: f"no school has the key {shown(urns[0])}." for d, urns in found if urns}

    def _report_after(self, moved: Plan, trial: Decision) -> CheckReport:
        """Check a plan as it is under the rules after one decision more."""
        sheet = self.sheet()
        _, kept = self._run(sheet.state.run, sheet.state.files)
        return check(under_rules(moved, kept, self._after([*sheet.decisions, trial])))

    def _after(self, decisions: Sequence[Decision]) -> State:
        state = replay(d for d in decisions if d.n not in self._left_out)
        state.latest = decisions[-1].n
        return state

    def _told(self, decisions: list[Decision]) -> Iterator[Finding]:
        """Tell the decisions that were left out, and runs that the log does not speak of."""
        rows = self.log.rows() if self._left_out else {}
        for n, words in sorted(self._left_out.items()):
            message = f"Decision {n} was left out: {words}"
            yield _log_finding("decision-not-laid-out", message, "Decide it again.", rows.get(n))
        spoken = {f"{d.to}.json" for d in decisions if d.action is Action.RERUN}
        unspoken = [path for path in (self.folder / RUNS).glob("*.json") if path.name not in spoken]
        if unspoken:
            runs = counted(len(unspoken), f"run kept in {RUNS}", "is", "are", many=f"runs kept in {RUNS}")
            words = f"{runs} in no decision: lines of the log are gone, or the "
            yield _log_finding(
                "decision-log-short", f"{words}program ended before a run was confirmed.", "Look for a copy of the log."
            )

    def _with_moves(self, base: Plan, state: State) -> Plan:
        """Apply the moves since the run; those applied before are not applied again.

        Raises
        ------
        _NotMoved
            The plan cannot take one of them.
        """
        moves = tuple(state.moves)
        made, done = base, 0
        if self._moved is not None and self._moved[0] == state.run:
            before = self._moved[1]
            if moves[: len(before)] == before:
                made, done = self._moved[2], len(before)
        for step, n in zip(moves[done:], state.moved[done:], strict=True):
            try:
                made = move_many(made, [(school, number_of(source), number_of(to)) for school, source, to in step])
            except UsageError as error:
                raise _NotMoved(n, str(error)) from None
        self._moved = (state.run, moves, made)
        return made

    def _run(self, name: str, files: Mapping[str, str]) -> tuple[Plan, dict[str, Any]]:
        if name not in self._runs:
            path = self.folder / RUNS / f"{name}.json"
            try:
                kept = json.loads(path.read_text(encoding="utf-8"))
                self._runs[name] = plan_from(kept, self._problem(kept, files)), kept
            except (OSError, ValueError, KeyError, TypeError, BadDataError) as error:
                raise GeoPartnershipsError(
                    f"The plan of the run {path.name} cannot be laid out again ({type(error).__name__}). Put the data "
                    f"back as it was, or start a new workspace with --workspace."
                ) from None
        return self._runs[name]

    def _problem(self, kept: dict[str, Any], files: Mapping[str, str]) -> Problem:
        """Return the problem that a kept plan was made for.

        Raises
        ------
        GeoPartnershipsError
            The data that the plan was made from are not there as they were read.
        """
        source = self._source(Scenario.model_validate(kept["scenario"]), files)
        problem = problem_of(Path(source["data"]), source["files"], source["distance"])
        if DATA in files and problem.digest != kept["problem"]:
            raise GeoPartnershipsError(
                f"The copy of the data {files[DATA]} in the workspace is not as it was when the plan was made from it. "
                f"Put it back as it was, or start a new workspace with --workspace."
            )
        return problem

    def _source(self, scenario: Scenario, files: Mapping[str, str]) -> Source:
        """Return what a run reads: the copy of the data that was taken, and uploads in the place of some of it."""
        named = scenario.data.model_dump()
        copy = self.folder / DATA / files[DATA] if DATA in files else None
        found = copies.in_copy(copy, self.data, named) if copy else named
        data = str(copy or self.data)
        return {"data": data, "files": {**found, **self._paths(files)}, "distance": scenario.distance}

    def _named(self) -> dict[str, str | None]:
        """Return the files that the scenario names now."""
        return desk_scenario(self.scenario, self.data, {}, {}).data.model_dump()

    def _paths(self, files: Mapping[str, str]) -> dict[str, str]:
        return {part: str(self.folder / FILES / name) for part, name in files.items() if part != DATA}

    def _own_rules(self, state: State) -> dict[str, list[Any]]:
        own: dict[str, list[Any]] = self._run(state.run, state.files)[1]["own"]
        return own

    def _side(self, side: str) -> dict[str, Any]:
        titles = dict(self.comparable())
        if side not in titles:
            raise UsageError("There is no such plan to compare.")
        kind, _, name = side.partition(":")
        sheet = self.sheet()
        if kind == "scenario":
            return {"title": titles[side], **self._to_plan(name)}
        if kind == "saved":
            return {"title": titles[side], **self._to_plan(str(self.folder / SAVED / f"{name}.toml"))}
        files, made = sheet.state.files, sheet.plan
        if kind == CHOICE and self.choices is not None:
            files = self.choices.decision.details["files"]
            made = next(one.plan for one in self.choices.plans if one.key == name)
        if kind == "run":
            decision = next(d for d in sheet.decisions if d.action is Action.RERUN and d.to == name)
            files = dict(decision.details.get("files", {}))
            made = self._run(name, files)[0]
        source = self._source(made.scenario, files)
        return {"title": titles[side], "kept": plan_object(made), "source": source, DRAFT: kind == DRAFT}

    def _choices(self) -> tuple[Choice, ...]:
        return self.choices.plans if self.choices is not None else ()

    def _to_plan(self, name: str) -> dict[str, Any]:
        """Return what planning a scenario takes: it is planned on the data of the desk where it names no others."""
        scenario, origins = desk_scenario(name, self.data, {}, {}), desk_origins(name, self.data, {})
        state, named = self.sheet().state, scenario.data.model_dump()
        files = {DATA: state.files[DATA]} if DATA in state.files else {}
        if named != self.sheet().plan.scenario.data.model_dump():
            files = {DATA: copies.take(self.data, named, self.folder / DATA)}
        return {"scenario": scenario, "origins": origins, "source": self._source(scenario, files)}


class _NotMoved(Exception):  # noqa: N818 - an answer, not a malfunction
    """The plan cannot take a move of the log."""

    def __init__(self, n: int, words: str) -> None:
        self.n, self.words = n, words
        super().__init__(words)


def _log_finding(code: str, message: str, fix: str, row: int | None = None) -> Finding:
    return Finding(code=code, severity=Severity.WARNING, file=FILE, row=row, message=message, fix=fix, private=True)


_DATA_CHANGED = Finding(
    code="desk-data-changed",
    severity=Severity.WARNING,
    message="The data were changed since the plan on the desk was made; its figures are those of the data now.",
    fix="Run again.",
)


def _digest_of(origins: Origins) -> str:
    """Return a digest of the scenario's files as they were read."""
    return hashlib.sha256(json.dumps(origins.files).encode()).hexdigest()[:24]


def _waiting(proposal: Proposal | None, name: str, what: str) -> tuple[Proposal, dict[str, Any]]:
    """Return what is proposed under a name, and what reading it gave; if none is, `what` is to be uploaded again."""
    if proposal is None or proposal.name != name or proposal.found is None:
        raise UsageError(f"Nothing of this kind waits to be taken: upload the {what} again.")
    return proposal, proposal.found


def _usable(proposal: Proposal | None, name: str, what: str) -> tuple[Proposal, dict[str, Any]]:
    """Return what `_waiting` does, of what was not refused."""
    waiting = _waiting(proposal, name, what)
    return _waiting(None, name, what) if waiting[1]["refused"] else waiting


def _refuse_stale(sheet: Sheet, seen: int) -> None:
    if seen != sheet.state.latest:
        raise Conflict(sheet.state.latest)


def _parameter_words(decision: Decision) -> str:
    given = decision.details.get("parameters", {})
    return ", ".join(f"{key} = {text}" for key, text in given.items()) or "as the scenario has it"
