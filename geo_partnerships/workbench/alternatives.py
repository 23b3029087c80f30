"""Alternatives on the desk: plans under other goals beside the one that is there, each to open."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from geo_partnerships.checking import check
from geo_partnerships.deciding import Action, Decision, State, decided_rules, with_forced_moves
from geo_partnerships.deciding.rules import PARTNERSHIP
from geo_partnerships.errors import UsageError
from geo_partnerships.workbench.kept import plan_from
from geo_partnerships.workbench.sheet import Choice, Choices, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_partnerships.workbench.current import Current
    from geo_partnerships.workbench.worker import Job


class Alternatives:
    """Plans to choose between, worked out when asked."""

    def __init__(self, current: Current) -> None:
        self._current, self._workspace = current, current.workspace
        self.choices: Choices | None = None

    @property
    def plans(self) -> tuple[Choice, ...]:
        """The plans, as they were worked out last."""
        return self.choices.plans if self.choices is not None else ()

    def work_out(self, by: str, when: str) -> Job:
        """Start planning alternatives to the plan on the desk: the same decisions, other goals; see `choices`.

        Raises
        ------
        UsageError, BadDataError
            As `Desk.rerun`.
        """
        with self._current.lock:
            sheet = self._current.sheet()
            state, parameters = sheet.state, dict(sheet.state.parameters)
            rules = {**decided_rules(state), PARTNERSHIP: self._current.partnerships_for_run(state)}
            scenario = self._workspace.scenario_with(parameters, rules)
            own, files = self._workspace.own_of(parameters, rules), self._workspace.files_of(state, scenario)
            task = {
                "source": self._workspace.source(scenario, files), "scenario": scenario,
                "name": self._workspace.scenario, "origins": self._workspace.origins(parameters),
            }  # fmt: skip
            details = {"parameters": parameters, "files": files, "scenario": self._workspace.digest_of_scenario()}
            decision = Decision(action=Action.RERUN, when=when, by=by, details=details)

            def finish(found: dict[str, Any]) -> None:
                plans = tuple(self._choice(row, own, state, files) for row in found["rows"])
                self.choices = Choices(
                    digest=sheet.plan.digest, decision=decision, plans=plans, chart=found["chart"], firm=found["firm"],
                    wavering=tuple((urn, number, share) for urn, number, share in found["wavering"]),
                )  # fmt: skip

            return self._current.worker.submit("alternatives", task, finish)

    def open(self, key: str, by: str, when: str, seen: int) -> Sheet:
        """Put an alternative on the desk, as a run with the parameters that make it.

        Raises
        ------
        UsageError
            There is none of that key, or something was decided since it was made.
        Conflict
            The plan was changed since the planner saw it.
        """
        with self._current.lock:
            sheet = self._current.refuse_stale(seen)
            found = next((one for one in self.plans if one.key == key), None)
            if self.choices is None or found is None:
                raise UsageError("There is no such alternative.")
            if self.choices.digest != sheet.plan.digest:
                raise UsageError("Something was decided since the alternatives were made: work them out again.")
            self._current.refuse_planning()
            details = self.choices.decision.details
            decision = dataclasses.replace(
                self.choices.decision, by=by, when=when,
                details={**details, "parameters": details["parameters"] | found.parameters},
            )  # fmt: skip
            self._current.keep_run(found.kept, sheet.state, decision)
            return self._current.sheet()

    def _choice(self, row: dict[str, Any], own: dict[str, Any], state: State, files: Mapping[str, str]) -> Choice:
        kept = {**row["kept"], "own": own}
        made = with_forced_moves(plan_from(kept, self._workspace.problem(kept, files)), state)
        parameters = dict(change.split("=", 1) for change in row["changes"])
        return Choice(
            key=row["key"], name=row["name"], parameters=parameters, proven=row["proven"],
            plan=made, report=check(made), kept=kept,
        )  # fmt: skip
