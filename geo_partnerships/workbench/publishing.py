"""Writing the plan on the desk: editions, what they give away, and the documents for heads and the Board."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_partnerships.deciding import Action, Decision
from geo_partnerships.errors import UsageError

if TYPE_CHECKING:
    from geo_partnerships.workbench.current import Current
    from geo_partnerships.workbench.sheet import Sheet
    from geo_partnerships.workbench.worker import Job


class Publishing:
    """What is written of the plan as it stands, and where it went."""

    def __init__(self, current: Current) -> None:
        self._current = current
        self.disclosed: dict[str, Any] | None = None
        self.published = ""

    def disclose(self) -> Job:
        """Start working out what publishing the plan as it stands would give away, see `disclosed`."""
        with self._current.lock:

            def finish(found: dict[str, Any]) -> None:
                self.disclosed = found

            task = self._current.to_publish(self._current.sheet())
            return self._current.worker.submit("disclose", task, finish)

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
        with self._current.lock:
            sheet = self._current.sheet()
            if audience == "public" and not self._is_disclosed(sheet, disclosed):
                raise UsageError("The plan is not published yet: look first at what the public edition gives away.")
            task = {**self._current.to_publish(sheet), "audience": audience}
            details = {"plan": sheet.plan.digest}
            decision = Decision(action=Action.PUBLISH, when=when, by=by, to=audience, details=details)

            def finish(content: dict[str, Any]) -> dict[str, Any]:
                with self._current.lock:
                    self._current.append(decision)
                    self.published = _where(content)
                    self.disclosed = None  # the edition to compare with is another one now
                return content

            return self._current.worker.submit("publish", task, finish)

    def write_documents(self) -> Job:
        """Start writing the letter, the sheets, the workbooks and the note for the Board of the plan as it stands."""
        with self._current.lock:
            sheet = self._current.sheet()
            task = {**self._current.to_publish(sheet), "decisions": list(sheet.decisions)}

            def finish(content: dict[str, Any]) -> None:
                self.published = _where(content)

            return self._current.worker.submit("documents", task, finish)

    def _is_disclosed(self, sheet: Sheet, seen: str) -> bool:
        known = self.disclosed["digest"] if self.disclosed else None
        return known == sheet.plan.digest == seen


def _where(content: dict[str, Any]) -> str:
    return ". ".join([content["folder"], *content["kept"]]).removesuffix(".")
