"""From the log to the plan: a run as it is kept, and on it what was decided since."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from geo_partnerships.checking import CheckReport, check
from geo_partnerships.deciding import Action, Decision, DecisionLog, State, decided_rules, replay
from geo_partnerships.deciding.log import FILE
from geo_partnerships.errors import UsageError
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.planning import plan_of_draft
from geo_partnerships.planning.moving import move_many
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.sentences import counted
from geo_partnerships.workbench.decided import named_in, overridden, under_rules
from geo_partnerships.workbench.moves import number_of
from geo_partnerships.workbench.sheet import Sheet
from geo_partnerships.workbench.tasks import CHANGES
from geo_partnerships.workbench.workspace import RUNS, staged_alone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from geo_partnerships.model import Problem
    from geo_partnerships.plans import Plan
    from geo_partnerships.workbench.workspace import Workspace

BENEATH = "beneath"
"""What is kept of a run that stays near a plan: what the scenario says of the parameters that this changes."""


class Replay:
    """Lays the decisions of a log out over the runs of a workspace; what does not change is worked out once."""

    def __init__(self, workspace: Workspace, log: DecisionLog) -> None:
        self.workspace, self.log = workspace, log
        self._left_out: dict[int, str] = {}
        self._moved: tuple[str, tuple[tuple[tuple[str, str, str], ...], ...], Plan] | None = None
        self._reports: dict[str, CheckReport | None] = {}

    def sheet(self) -> Sheet:
        """Return the plan as it stands after the decisions on disk."""
        decisions, findings = self.log.read()
        state, made = self._replayed(decisions)
        base, kept = self.workspace.run(state.run, state.files)
        made = under_rules(made, kept, state)
        made = dataclasses.replace(made, findings=(*base.findings, *overridden(base, state)))
        first = next(d for d in decisions if d.action is Action.RERUN)
        start, _ = self.workspace.run(first.to, dict(first.details.get("files", {})))
        if base.problem.digest != kept["problem"]:
            findings = [*findings, _DATA_CHANGED]
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
            findings=(*findings, *self._left_out_or_lost(decisions)),
            rules_kept=all(getattr(made.scenario, key) == getattr(base.scenario, key) for key in decided_rules(state))
            and staged_alone(state),
            changes=kept.get(CHANGES, {"words": "", "rows": []}),
            beneath=kept.get(BENEATH, {}),
        )

    def report_after(self, sheet: Sheet, moved: Plan, trial: Decision) -> CheckReport:
        """Check a plan as it is under the rules after one decision more."""
        _, kept = self.workspace.run(sheet.state.run, sheet.state.files)
        return check(under_rules(moved, kept, self._after([*sheet.decisions, trial])))

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
            base = self.workspace.run(state.run, state.files)[0]
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

    def _after(self, decisions: Sequence[Decision]) -> State:
        state = replay(d for d in decisions if d.n not in self._left_out)
        state.latest = decisions[-1].n
        return state

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

    def _left_out_or_lost(self, decisions: list[Decision]) -> Iterator[Finding]:
        """Tell the decisions that were left out, and runs that the log does not speak of."""
        rows = self.log.rows() if self._left_out else {}
        for n, words in sorted(self._left_out.items()):
            message = f"Decision {n} was left out: {words}"
            yield _log_finding("decision-not-laid-out", message, "Decide it again.", rows.get(n))
        spoken = {f"{d.to}.json" for d in decisions if d.action is Action.RERUN}
        unspoken = [path for path in self.workspace.runs() if path.name not in spoken]
        if unspoken:
            runs = counted(len(unspoken), f"run kept in {RUNS}", "is", "are", many=f"runs kept in {RUNS}")
            words = f"{runs} in no decision: lines of the log are gone, or the "
            yield _log_finding(
                "decision-log-short", f"{words}program ended before a run was confirmed.", "Look for a copy of the log."
            )


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
