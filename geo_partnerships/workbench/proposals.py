"""Data that might be taken: an upload, the folder as it lies on the disk now, a newer list of schools."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from geo_partnerships.deciding import Action, Decision, State, decided_rules
from geo_partnerships.deciding.rules import PARTNERSHIP, WAIVER
from geo_partnerships.deciding.state import EARLIER
from geo_partnerships.errors import UsageError
from geo_partnerships.intake.schools.names import with_confirmed
from geo_partnerships.updating import STAYING
from geo_partnerships.workbench.copies import DATA
from geo_partnerships.workbench.decided import named_in
from geo_partnerships.workbench.replaying import BENEATH
from geo_partnerships.workbench.sheet import Proposal, Sheet
from geo_partnerships.workbench.workspace import FILES, NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geo_partnerships.workbench.current import Current
    from geo_partnerships.workbench.request import Request
    from geo_partnerships.workbench.worker import Job

SCHOOLS = "schools"
YEAR = ("said", "decide", "gone", "left_out")
"""What the log keeps of a newer list that was taken."""
LONGEST_READ_S = 120.0


class Proposals:
    """What was read and waits to be taken or left: at most one upload, or one newer list."""

    def __init__(self, current: Current) -> None:
        self._current, self._workspace = current, current.workspace
        self.proposed: Proposal | None = None
        self.year: Proposal | None = None

    def upload(self, part: str, ending: str, content: bytes) -> Job:
        """Keep an uploaded file and start reading it; what is found is proposed, see `proposed` and `accept`.

        Raises
        ------
        GeoPartnershipsError
            Something else is under way.
        """
        with self._current.lock:
            self._begin()
            name, paths = self._workspace.keep_file(part, ending, content)
            self.proposed = Proposal(part=part, name=name, paths=paths)
            return self._look(self.proposed)

    def look_at_disk(self) -> Job:
        """Start reading the data as they now lie on the disk; what is found is proposed, as with an upload.

        Raises
        ------
        GeoPartnershipsError
            Something else is under way, or the files cannot be copied.
        """
        with self._current.lock:
            self._begin()
            name = self._workspace.take_copy(self._workspace.named())
            self.proposed = Proposal(part=DATA, name=name)
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
        with self._current.lock:
            self._current.refuse_busy()
            proposal, found = _waiting(self.proposed, name, "file")
            asked = {one.written for one in found["names"]}
            if not said or not set(said) <= asked:
                raise UsageError("Say of one name at least which school is meant.")
            known = self._names_with({proposal.part: proposal.name, **proposal.besides})
            content = with_confirmed(known, said).encode("utf-8")
            file, paths = self._workspace.keep_file(NAMES, ".csv", content)
            proposal.besides, proposal.paths = {NAMES: file}, (*proposal.paths, *paths)
            proposal.found = None
            return self._look(proposal)

    def names_file(self) -> bytes:
        """Return the ``names.csv`` that the next run reads; empty where nothing was confirmed."""
        with self._current.lock:
            return self._names_with({}) or b""

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
        with self._current.lock:
            proposal, found = _usable(self.proposed, name, "file")
            self._current.refuse_planning()
            besides = {"files": proposal.besides} if proposal.besides else {}
            details = {"part": proposal.part, "gone": found["gone"], **besides}
            decision = Decision(
                action=Action.UPLOAD, when=request.when, by=request.by, to=proposal.name, details=details
            )
            sheet = self._current.append(decision, seen=request.seen)
            self.proposed = None
            return sheet

    def look_at_year(self, ending: str, content: bytes) -> Job:
        """Start carrying the plan on the desk over to a newer list of schools; see `year` and `begin_year`.

        Raises
        ------
        GeoPartnershipsError
            Something else is under way.
        """
        with self._current.lock:
            self._begin()
            sheet = self._current.sheet()
            state, parameters = sheet.state, dict(sheet.state.parameters)
            name, paths = self._workspace.keep_file(SCHOOLS, ending, content)
            earlier = f"{EARLIER}-{hashlib.sha256(content + sheet.plan.digest.encode()).hexdigest()[:24]}.csv"
            self.year = proposal = Proposal(
                part=SCHOOLS,
                name=name,
                besides={EARLIER: earlier},
                paths=(*paths, self._workspace.folder / FILES / earlier),
            )
            rules = (*decided_rules(state), PARTNERSHIP)
            own = self._workspace.own_of(parameters, dict.fromkeys(rules))
            finish = self._reader(
                proposal, lambda found: {**found, "own": {**own, WAIVER: found.get(WAIVER, [])}, "n": state.latest}
            )
            return self._current.worker.submit("year", self._year_task(sheet, proposal), finish)

    def begin_year(self, name: str, by: str, when: str, seen: int) -> Sheet:
        """Take the plan of the newer list: another round begins, and it says what has to be decided.

        Raises
        ------
        UsageError
            Nothing of that name waits, or something was decided since it was planned.
        Conflict
            The plan was changed since the planner saw it.
        """
        with self._current.lock:
            sheet = self._current.refuse_stale(seen)
            proposal, found = _usable(self.year, name, "list")
            if found["n"] != sheet.state.latest:
                raise UsageError("Something was decided since: look at the list again.")
            self._current.refuse_planning()
            left = set(found["without"])
            staged = {p: file for p, file in sheet.state.staged.items() if p.partition("-")[0] not in left}
            details = {
                "parameters": sheet.state.parameters | found["parameters"],
                "files": {
                    **staged,
                    **dict.fromkeys(sorted(left), ""),
                    DATA: found["data"],
                    SCHOOLS: proposal.name,
                    **proposal.besides,
                },
                "near": True,
                "scenario": self._workspace.digest_of_scenario(),
                "year": {key: found[key] for key in YEAR},
            }
            decision = Decision(action=Action.RERUN, when=when, by=by, details=details)
            beneath = self._workspace.scenario_with({}, {}).model_dump(mode="json", include=set(STAYING))
            kept = {**found["kept"], "own": found["own"], BENEATH: beneath}
            self._current.keep_run(kept, State(partnerships=sheet.state.partnerships), decision)
            self.year = None
            return self._current.sheet()

    def leave(self) -> None:
        """Forget what is proposed."""
        with self._current.lock:
            for proposal in (self.proposed, self.year):
                if proposal is not None:
                    proposal.drop()
            self.proposed = self.year = None

    def _begin(self) -> None:
        self._current.refuse_busy()
        self.leave()

    def _names_with(self, files: Mapping[str, str]) -> bytes | None:
        return self._workspace.names_in(self._workspace.next_source(self._current.sheet().state, files))

    def _look(self, proposal: Proposal) -> Job:
        sheet, workspace = self._current.sheet(), self._workspace
        task = {
            "before": workspace.source(sheet.plan.scenario, sheet.state.files),
            "after": workspace.next_source(sheet.state, {proposal.part: proposal.name, **proposal.besides}),
            "part": proposal.part,
            "file": "" if proposal.part == DATA else proposal.name,
            "spoken_of": sorted(named_in(sheet.state)),
        }
        finish = self._reader(proposal, lambda found: found)
        return self._current.worker.submit("read", task, finish, most_s=LONGEST_READ_S)

    def _year_task(self, sheet: Sheet, proposal: Proposal) -> dict[str, Any]:
        workspace, parameters = self._workspace, dict(sheet.state.parameters)
        scenario = workspace.scenario_with(parameters, {WAIVER: decided_rules(sheet.state)[WAIVER]})
        files = workspace.files_of(sheet.state, scenario)
        return {
            **self._current.to_publish(sheet),
            "newer": workspace.source(scenario, {**files, SCHOOLS: proposal.name}),
            "scenario": scenario,
            "name": workspace.scenario,
            "earlier": proposal.besides[EARLIER],
            "files": str(workspace.folder / FILES),
            "data": str(workspace.folder / DATA),
            "origins": workspace.origins(parameters),
        }

    def _reader(
        self, proposal: Proposal, noted: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> Callable[[dict[str, Any]], None]:
        """Return what takes the worker's answer: nothing, where something else is proposed by then."""

        def finish(found: dict[str, Any]) -> None:
            with self._current.lock:
                if proposal is self.proposed or proposal is self.year:
                    proposal.found = noted(found)
                    if found["refused"] and not found.get("names"):
                        proposal.drop()

        return finish


def _waiting(proposal: Proposal | None, name: str, what: str) -> tuple[Proposal, dict[str, Any]]:
    """Return what is proposed under a name, and what reading it gave; if none is, `what` is to be uploaded again."""
    if proposal is None or proposal.name != name or proposal.found is None:
        raise UsageError(f"Nothing of this kind waits to be taken: upload the {what} again.")
    return proposal, proposal.found


def _usable(proposal: Proposal | None, name: str, what: str) -> tuple[Proposal, dict[str, Any]]:
    """Return what `_waiting` does, of what was not refused."""
    waiting = _waiting(proposal, name, what)
    return _waiting(None, name, what) if waiting[1]["refused"] else waiting
