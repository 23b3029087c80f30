"""The desk: the plan as it stands, and everything a planner can do to it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo_partnerships.checking import CheckReport, check
from geo_partnerships.deciding import (
    Action,
    Alternative,
    Conflict,
    Decision,
    DecisionLog,
    State,
    consequences,
    decided_rules,
    replay,
    why_here,
    with_forced_moves,
)
from geo_partnerships.deciding.log import FILE
from geo_partnerships.deciding.rules import labels_in
from geo_partnerships.deciding.state import ALLOWED, APART, NEITHER, TOGETHER
from geo_partnerships.errors import BadDataError, GeoPartnershipsError, UsageError
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.planning import plan_of_draft
from geo_partnerships.planning.moving import BY_HAND, digest_by_hand, move
from geo_partnerships.planning.planner import digest_of
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.running import scenario_name
from geo_partnerships.scenario import SCENARIO_FOLDER, Scenario, available, set_parameter
from geo_partnerships.scenario import parse_value as value_of
from geo_partnerships.scenario_files import write_new
from geo_partnerships.workbench.kept import plan_from, plan_object, write_kept
from geo_partnerships.workbench.tasks import DRAFT, desk_scenario, problem_of
from geo_partnerships.workbench.worker import DONE, RUNNING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from geo_partnerships.certificate import Proof
    from geo_partnerships.model import Partnership, Plan, School
    from geo_partnerships.workbench.worker import Job, Worker

RUNS, FILES, COMPARED = "runs", "files", "compared"
ANSWERS = ("content", "wants to discuss", "no reply")
PLAN_CHANGES = frozenset(
    {Action.MOVE, Action.LOCK, Action.UNLOCK, Action.VETO, Action.LINK, Action.UNDO, Action.REDO, Action.UPLOAD}
)
PROGRAM = "geo-partnerships"


class NeedsReason(GeoPartnershipsError):  # noqa: N818 - a question back, not a malfunction
    """The decision breaks binding rules: it needs the planner's word that it shall, and a reason."""

    def __init__(self, breaks: tuple[str, ...]) -> None:
        self.breaks = breaks
        super().__init__("This breaks binding rules: give a reason to do it all the same.")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The plan on the desk and what is known of it."""

    state: State
    plan: Plan
    report: CheckReport
    proof: Proof
    start: Plan
    start_report: CheckReport | None
    draft_report: CheckReport | None
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    rules_kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A decision as it comes from a page, before it is judged.

    Parameters
    ----------
    seen
        The latest decision the planner knew of.
    override
        True where the planner has read what it breaks and wants it all the same.
    """

    action: Action
    seen: int
    by: str
    when: str
    school: str = ""
    schools: tuple[str, ...] = ()
    source: str = ""
    to: str = ""
    reason: str = ""
    date: str = ""
    override: bool = False


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
        self.published = ""
        self.grounds: dict[str, dict[str, Any]] = {}
        self._lock = threading.RLock()
        self._sheet: Sheet | None = None
        self._moved: tuple[str, tuple[tuple[str, str, str], ...], Plan] | None = None
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
            job = self._submit_run({}, PROGRAM, when)
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
            if request.action in PLAN_CHANGES and self.busy_planning:
                raise UsageError("A run is under way: wait for it, or cancel it.")
            decision = _JUDGES[request.action](self, request)
            return self._append(decision, request.seen)

    @property
    def busy_planning(self) -> bool:
        """True while a run is under way."""
        job = self.worker.job
        return job is not None and job.kind == "plan" and job.status == RUNNING

    def rerun(self, parameters: Mapping[str, str], by: str, when: str, seen: int) -> Job:
        """Start a run with the parameters given and all that was decided.

        Raises
        ------
        UsageError, BadDataError
            The parameters make no scenario; nothing is started.
        """
        with self._lock:
            sheet = self.sheet()
            _refuse_stale(sheet, seen)
            return self._submit_run(dict(parameters), by, when)

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
            for part, file in state.files.items():
                set_parameter(table, f"data.{part}", str((self.folder / FILES / file).resolve()))
            own = self._own_rules(state)
            for key, rows in decided_rules(state).items():
                if rows:
                    table[key] = [*own[key], *rows]
            path = write_new(name, self.data / SCENARIO_FOLDER, self.scenario, table)
            decision = Decision(action=Action.SAVE, when=when, by=by, to=name)
            return self._append(decision, None), str(path)

    def publish(self, audience: str, by: str, when: str) -> Job:
        """Start publishing the plan as it stands."""
        with self._lock:
            sheet = self.sheet()
            task = {
                "data": str(self.data),
                "files": self._paths(sheet.state.files),
                "kept": plan_object(sheet.plan),
                "name": f"{scenario_name(self.scenario)}-workbench",
                "output": str(self.output),
                "audience": audience,
            }

            def finish(content: dict[str, Any]) -> dict[str, Any]:
                with self._lock:
                    decision = Decision(
                        action=Action.PUBLISH, when=when, by=by, to=audience, details={"plan": sheet.plan.digest}
                    )
                    self._append(decision, None)
                    self.published = content["folder"]
                return content

            return self.worker.submit("publish", task, finish)

    def compare(self, sides: tuple[str, str]) -> Job:
        """Start comparing two plans: ``desk``, ``draft``, a run of this desk, or a scenario.

        Raises
        ------
        UsageError
            There is no such plan.
        """
        with self._lock:
            named = [self._side(side) for side in sides]
            task = {"data": str(self.data), "sides": named, "folder": str(self.folder / COMPARED)}

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
        return found + [(f"scenario:{name}", f"Scenario {name}") for name in available(self.data / SCENARIO_FOLDER)]

    def upload(self, part: str, ending: str, content: bytes, request: Request) -> tuple[Sheet, tuple[Finding, ...]]:
        """Take a file of schools or answers, to be read by the next run; return what was noticed, too.

        Raises
        ------
        BadDataError
            It cannot be used; every row is told.
        """
        name = f"{part}-{hashlib.sha256(content).hexdigest()[:24]}{ending}"
        path = self.folder / FILES / name
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not path.exists()
        path.write_bytes(content)
        with self._lock:
            state = self.sheet().state
            try:
                files = {**desk_scenario(self.scenario, self.data, {}, {}).data.model_dump()}
                problem = problem_of(self.data, {**files, **self._paths({**state.staged, part: name})})
                if gone := sorted(_named_in(state) - set(problem.schools)):
                    raise UsageError(f"Decisions speak of schools that the file has not: {', '.join(gone[:10])}.")
            except GeoPartnershipsError:
                if fresh:
                    path.unlink()
                raise
            decision = Decision(action=Action.UPLOAD, when=request.when, by=request.by, to=name, details={"part": part})
            noticed = tuple(f for f in problem.findings if f.file == path.name)
            return self._append(decision, request.seen), noticed

    def _submit_run(self, parameters: dict[str, str], by: str, when: str) -> Job:
        decisions, _ = self.log.read()
        state = replay(decisions)
        rules = decided_rules(state)
        desk_scenario(self.scenario, self.data, parameters, rules)  # tells what is wrong before anything is started
        task = {
            "data": str(self.data),
            "scenario": self.scenario,
            "parameters": parameters,
            "files": self._paths(state.staged),
            "rules": rules,
        }

        def finish(kept: dict[str, Any]) -> None:
            with self._lock:
                self._keep_run(kept, task, state, Decision(action=Action.RERUN, when=when, by=by))

        return self.worker.submit("plan", task, finish)

    def _keep_run(self, kept: dict[str, Any], task: dict[str, Any], state: State, decision: Decision) -> None:
        """Put a run's plan on disk, and only then the decision that speaks of it."""
        problem = problem_of(self.data, {**kept["scenario"]["data"], **task["files"]})
        made = with_forced_moves(plan_from(kept, problem), state)
        own = desk_scenario(self.scenario, self.data, task["parameters"], {})
        kept = {**plan_object(made), "own": {key: own.model_dump(mode="json")[key] for key in decided_rules(state)}}
        text = json.dumps([kept, task["parameters"], state.staged], sort_keys=True)
        name = hashlib.sha256(text.encode()).hexdigest()[:16]
        write_kept(self.folder / RUNS / f"{name}.json", kept)
        details = {
            "parameters": task["parameters"],
            "files": dict(state.staged),
            "labels": labels_in(made, state),
        }
        self._append(dataclasses.replace(decision, to=name, details=details), None)

    def _append(self, decision: Decision, seen: int | None) -> Sheet:
        self.log.append(decision, seen=seen)
        self._sheet = None
        return self.sheet()

    def _laid_out(self, decisions: list[Decision], findings: list[Finding]) -> Sheet:
        state = replay(decisions)
        base, kept = self._run(state.run, state.files)
        made = self._with_moves(base, state)
        made = _under_rules(made, kept, state)
        made = dataclasses.replace(made, findings=(*base.findings, *_overridden(base, state)))
        first = next(d for d in decisions if d.action is Action.RERUN)
        start, _ = self._run(first.to, dict(first.details.get("files", {})))
        if base.problem.digest != kept["problem"]:
            findings = [*findings, _DATA_CHANGED]
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
            and state.staged == state.files,
        )

    def _checked(self, name: str, make: Callable[[], Plan | None]) -> CheckReport | None:
        """Return the check of a plan that does not change while decisions are taken."""
        if name not in self._reports:
            made = make()
            self._reports[name] = check(made) if made else None
        return self._reports[name]

    def _with_moves(self, base: Plan, state: State) -> Plan:
        """Apply the moves since the run; those applied before are not applied again."""
        moves = tuple(state.moves)
        made, done = base, 0
        if self._moved is not None and self._moved[0] == state.run:
            before = self._moved[1]
            if moves[: len(before)] == before:
                made, done = self._moved[2], len(before)
        for school, source, to in moves[done:]:
            made = move(made, school, int(to), source=int(source) if source else None)
        self._moved = (state.run, moves, made)
        return made

    def _run(self, name: str, files: Mapping[str, str]) -> tuple[Plan, dict[str, Any]]:
        if name not in self._runs:
            path = self.folder / RUNS / f"{name}.json"
            try:
                kept = json.loads(path.read_text(encoding="utf-8"))
                problem = problem_of(self.data, {**kept["scenario"]["data"], **self._paths(files)})
                self._runs[name] = plan_from(kept, problem), kept
            except (OSError, ValueError, KeyError, TypeError, BadDataError) as error:
                raise GeoPartnershipsError(
                    f"The plan of the run {path.name} cannot be laid out again ({type(error).__name__}). Put the data "
                    f"back as it was, or start a new workspace with --workspace."
                ) from None
        return self._runs[name]

    def _paths(self, files: Mapping[str, str]) -> dict[str, str]:
        return {part: str(self.folder / FILES / name) for part, name in files.items()}

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
            return {"title": titles[side], "scenario": name}
        files, made = sheet.state.files, sheet.plan
        if kind == "run":
            decision = next(d for d in sheet.decisions if d.action is Action.RERUN and d.to == name)
            files = dict(decision.details.get("files", {}))
            made = self._run(name, files)[0]
        paths = {**made.scenario.data.model_dump(), **self._paths(files)}
        return {"title": titles[side], "kept": plan_object(made), "files": paths, DRAFT: kind == DRAFT}

    # What each kind of decision must hold before it is written.

    def _judged_move(self, request: Request) -> Decision:
        sheet = self.sheet()
        made, state = sheet.plan, sheet.state
        target = _partnership(made, request.to)
        _school(made, request.school)
        homes = [p for p in made.partnerships if request.school in p.members]
        same = [p for p in homes if p.strand == target.strand] or homes
        source = request.source or (str(same[0].number) if same else "")
        trial = Decision(
            action=Action.MOVE,
            when=request.when,
            by=request.by,
            n=state.latest + 1,
            school=request.school,
            source=source,
            to=str(target.number),
            reason=request.reason,
            details={"anchor": target.centre or request.school},
        )
        moved = move(made, request.school, target.number, source=int(source) if source else None)
        after = replay([*sheet.decisions, trial])
        _, kept = self._run(state.run, state.files)
        moved = _under_rules(moved, kept, after)
        breaks = (*_locks_broken(sheet, request.school, source, str(target.number)),
                  *consequences(sheet.report, check(moved), made))  # fmt: skip
        if breaks and not (request.override and request.reason.strip()):
            raise NeedsReason(breaks)
        return dataclasses.replace(trial, breaks=breaks)

    def _judged_lock(self, request: Request) -> Decision:
        made = self.sheet().plan
        target = _partnership(made, request.to)
        anchor = target.centre or target.members[0]
        schools: tuple[str, ...] = ()
        if request.school:
            if request.school not in target.members:
                raise UsageError("The school is not in that partnership.")
        else:
            schools = target.members
        return self._plain(request, schools=schools, to=str(target.number), details={"anchor": anchor})

    def _judged_unlock(self, request: Request) -> Decision:
        made = self.sheet().plan
        target = _partnership(made, request.to)
        if request.school:
            _school(made, request.school)
        return self._plain(request, to=str(target.number))

    def _judged_veto(self, request: Request) -> Decision:
        made = self.sheet().plan
        target = _partnership(made, request.to)
        _school(made, request.school)
        anchor = target.centre or target.members[0]
        if request.source != ALLOWED and anchor == request.school:
            raise UsageError("The partnership is the one around this school: veto another, or move the school first.")
        return self._plain(request, to=str(target.number), details={"anchor": anchor})

    def _judged_link(self, request: Request) -> Decision:
        made = self.sheet().plan
        schools = tuple(dict.fromkeys(request.schools))
        for urn in schools:
            _school(made, urn)
        if len(schools) < 2 or request.to not in (TOGETHER, APART, NEITHER):  # noqa: PLR2004 - a link takes two
            raise UsageError("Name two schools or more, and whether they belong together, apart or neither.")
        return self._plain(request, schools=schools)

    def _judged_comment(self, request: Request) -> Decision:
        if not request.reason.strip():
            raise UsageError("Write the comment first.")
        if request.school:
            _school(self.sheet().plan, request.school)
        return self._plain(request)

    def _judged_reply(self, request: Request) -> Decision:
        _school(self.sheet().plan, request.school)
        if request.to not in ANSWERS:
            raise UsageError(f"A reply is one of: {', '.join(ANSWERS)}.")
        return self._plain(request, details={"date": request.date})

    def _judged_undo(self, request: Request) -> Decision:
        state = self.sheet().state
        step = state.undo if request.action is Action.UNDO else state.redo
        if step is None:
            raise UsageError(f"There is nothing to {request.action}.")
        return self._plain(request, details={"of": step.n})

    def _plain(self, request: Request, **fields: Any) -> Decision:
        given = {
            "action": request.action, "when": request.when, "by": request.by, "school": request.school,
            "schools": request.schools, "source": request.source, "to": request.to, "reason": request.reason,
        }  # fmt: skip
        return Decision(**{**given, **fields})


_JUDGES: dict[Action, Callable[[Desk, Request], Decision]] = {
    Action.MOVE: Desk._judged_move,  # noqa: SLF001
    Action.LOCK: Desk._judged_lock,  # noqa: SLF001
    Action.UNLOCK: Desk._judged_unlock,  # noqa: SLF001
    Action.VETO: Desk._judged_veto,  # noqa: SLF001
    Action.LINK: Desk._judged_link,  # noqa: SLF001
    Action.COMMENT: Desk._judged_comment,  # noqa: SLF001
    Action.REPLY: Desk._judged_reply,  # noqa: SLF001
    Action.UNDO: Desk._judged_undo,  # noqa: SLF001
    Action.REDO: Desk._judged_undo,  # noqa: SLF001
}
DECIDABLE = frozenset(_JUDGES)

_DATA_CHANGED = Finding(
    code="desk-data-changed",
    severity=Severity.WARNING,
    message="The data were changed since the plan on the desk was made; its figures are those of the data now.",
    fix="Run again.",
)


def _under_rules(made: Plan, kept: dict[str, Any], state: State) -> Plan:
    """Return the plan as one of a scenario that has the rules decided so far beside its own."""
    rules = {key: [*kept["own"][key], *rows] for key, rows in decided_rules(state).items()}
    scenario = Scenario.model_validate(made.scenario.model_dump() | rules)
    ruled = dataclasses.replace(made, scenario=scenario)
    by_hand = any(result.method == BY_HAND for result in made.strands)
    return dataclasses.replace(ruled, digest=digest_by_hand(ruled) if by_hand else digest_of(made.problem, scenario))


def _overridden(made: Plan, state: State) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            code="decision-override",
            severity=Severity.WARNING,
            message=f"{made.problem.schools[d.school].name} was moved to partnership {d.to} although this breaks "
            f"{len(d.breaks)} of the rules ({'; '.join(d.breaks)}). Reason given: {d.reason}",
            private=True,
        )
        for d in state.overrides
        if d.school in state.forced and d.school in made.problem.schools
    )


def _locks_broken(sheet: Sheet, school: str, source: str, to: str) -> tuple[str, ...]:
    """Say which locks a move would break."""
    state, names = sheet.state, sheet.plan.problem.schools
    whole = {number for number, label in state.labels.items() if state.holds[label].whole}
    told = [f"Lock: partnership {number} is locked as it is" for number in (source, to) if number in whole]
    if school in state.locked and source not in whole:
        told.append(f"Lock: {names[school].name} is locked in partnership {source}")
    return tuple(told)


def _named_in(state: State) -> set[str]:
    """Return every school that a decision in force speaks of."""
    links = {urn for schools in (*state.links, *state.vetoes) for urn in schools}
    held = {urn for hold in state.holds.values() for urn in hold.members}
    return links | held | set(state.forced)


def _refuse_stale(sheet: Sheet, seen: int) -> None:
    if seen != sheet.state.latest:
        raise Conflict(sheet.state.latest)


def _parameter_words(decision: Decision) -> str:
    given = decision.details.get("parameters", {})
    return ", ".join(f"{key} = {text}" for key, text in given.items()) or "as the scenario has it"


def _partnership(made: Plan, number: str) -> Partnership:
    found = next((p for p in made.partnerships if str(p.number) == number), None)
    if found is None:
        raise UsageError("There is no such partnership.")
    return found


def _school(made: Plan, urn: str) -> School:
    found = made.problem.schools.get(urn)
    if found is None:
        raise UsageError("There is no such school.")
    return found
