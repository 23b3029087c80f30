"""Work that is counted, so that no clock and no busy machine chooses a plan.

Each kind of step counts for about the seconds that it takes on a laptop (measured once, see `benchmarks.work`). The
meter is that of the call under way, as decimals have a context: steps are taken in many places and at any depth.
"""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")
R = TypeVar("R")

__all__ = [
    "Gone",
    "Patience",
    "done",
    "granted",
    "is_gone",
    "is_over",
    "left",
    "limited",
    "patience",
    "side_by_side",
    "spend",
]


class Gone(Exception):  # noqa: N818 - no malfunction
    """The clock or the caller ended the work in the midst of a step."""


@dataclass
class _Meter:
    most: float = math.inf
    patience: Patience | None = None
    around: _Meter | None = None
    done: float = 0.0


_METER: ContextVar[_Meter] = ContextVar("meter", default=_Meter())  # noqa: B039 - without a limit nothing is asked of it


def spend(amount: float) -> None:
    """Count work that was done."""
    _METER.get().done += amount


def done() -> float:
    """Work done so far in the call under way and in all that it is part of."""
    meter: _Meter | None = _METER.get()
    total = 0.0
    while meter is not None:
        total += meter.done
        meter = meter.around
    return total


def left() -> float:
    """Work that may still be done; infinite without a limit, never below 0."""
    meter = _METER.get()
    return max(0.0, meter.most - meter.done)


def is_over() -> bool:
    """Whether no more work may be done, or the clock or the caller ends it."""
    return left() <= 0 or is_gone()


def is_gone() -> bool:
    """Whether the clock or the caller ends the work."""
    ending = patience()
    return ending is not None and ending.is_gone()


def patience() -> Patience | None:
    """Clock and caller where they may end the work; None where they may not."""
    return _METER.get().patience


@contextmanager
def limited(most: float) -> Iterator[None]:
    """Do no more than so much work within, and no more than may be done around it, where it counts as well."""
    with granted(min(most, left())):
        yield


@contextmanager
def granted(most: float, patience: Patience | None = None) -> Iterator[None]:
    """Do up to so much work within, even where less may be done around it, where it counts as well."""
    around = _METER.get()
    meter = _Meter(most, patience if patience is not None and patience.may_end else around.patience, around)
    token = _METER.set(meter)
    try:
        yield
    finally:
        _METER.reset(token)
        spend(meter.done)


def side_by_side(task: Callable[[T], R], parts: Iterable[T], pool: ThreadPoolExecutor | None) -> list[R | None]:
    """Do a task on several parts, in threads or in turn: each may use what is left, and its work is counted once done.

    What a part is told that it may use does not depend on the others, so that threads do not change what comes out.
    Parts that were not begun when the clock or the caller ended the work give None.
    """
    most, ending, around = left(), patience(), _METER.get()

    def apart(part: T) -> tuple[R | None, float]:
        if ending is not None and ending.is_gone():
            return None, 0.0
        meter = _Meter(most, ending, around)
        token = _METER.set(meter)
        try:
            return task(part), meter.done
        finally:
            _METER.reset(token)

    done = list((map if pool is None else pool.map)(apart, parts))
    spend(sum(amount for _, amount in done))
    return [result for result, _ in done]


@dataclass
class Patience:
    """The clock and the caller, where they may end the work.

    Attributes
    ----------
    seconds
        By the clock, from now on; None for as long as it takes.
    cancelled
        Polled now and then; returns True once the caller wants no more.
    ended
        Whether either was found to end the work, so that another run may end elsewhere.
    """

    seconds: float | None = None
    cancelled: Callable[[], bool] | None = None
    ended: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Look at the clock, where it is asked."""
        self.until = math.inf if self.seconds is None else time.monotonic() + self.seconds

    @property
    def may_end(self) -> bool:
        """Whether there is a clock or a caller to ask."""
        return self.cancelled is not None or math.isfinite(self.until)

    def is_gone(self) -> bool:
        """Whether the clock or the caller ends the work; once either does, it stays so."""
        late = math.isfinite(self.until) and time.monotonic() > self.until
        self.ended = self.ended or late or (self.cancelled is not None and self.cancelled())
        return self.ended

    def is_over(self) -> bool:
        """Whether the clock, the caller or the work that may be done ends it."""
        return self.is_gone() or is_over()

    def seconds_left(self) -> float | None:
        """Seconds until the limit by the clock, at least one; None without one."""
        return None if math.isinf(self.until) else max(1.0, self.until - time.monotonic())
