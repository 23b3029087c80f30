"""How a problem is to be worked on: what every method is handed beside the problem itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from geo_partnerships.clustering.problem import Effort, Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_partnerships.clustering.work import Patience

__all__ = ["Run"]


@dataclass(frozen=True, kw_only=True)
class Run:
    """How hard to try, by what seed, with how many threads, and who is told and asked on the way.

    Parameters
    ----------
    effort
        How hard to try.
    seed
        Fixes every choice left to chance.
    threads
        How many threads may work; the outcome does not depend on it. None for as many as suit.
    noun
        What to call the items in sentences about impossible rules.
    progress
        Called now and then with where the run stands.
    cancelled
        Polled now and then; once it returns True, the best clustering so far is returned.
    """

    effort: Effort = field(default_factory=Effort)
    seed: int = 0
    threads: int | None = None
    noun: str = "items"
    progress: Callable[[Progress], None] | None = None
    cancelled: Callable[[], bool] | None = None

    def report(self, phase: str, objective: float, bound: float) -> None:
        """Tell where the run stands, where anybody listens."""
        if self.progress is not None:
            self.progress(Progress(phase, objective, bound))

    def within(self, patience: Patience) -> Run:
        """Return the run with what is left of its seconds, ended by the same clock and caller."""
        return replace(self.trying(seconds=patience.seconds_left()), cancelled=patience.is_gone)

    def trying(self, **effort: float | None) -> Run:
        """Return the run with another effort."""
        return replace(self, effort=replace(self.effort, **effort))  # type: ignore[arg-type]  # fields of Effort
