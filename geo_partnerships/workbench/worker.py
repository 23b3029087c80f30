"""The process that plans, compares and publishes, so that the page never waits."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import signal
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geo_partnerships.errors import GeoPartnershipsError
from geo_partnerships.systems import refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from geo_partnerships.workbench.schema import JobState

RUNNING, DONE, FAILED, CANCELLED = "running", "done", "failed", "cancelled"
DIED = "The worker ended before it was done. Nothing was changed: try again."


@dataclass(slots=True)
class Job:
    """Something under way.

    Parameters
    ----------
    share
        How much of it is done, 0 to 1.
    words
        What it is doing, or why it failed.
    result
        What it gave, once it is done.
    closing
        True from when its result is being put on disk: too late to cancel.
    """

    number: int
    kind: str
    status: str = RUNNING
    share: float = 0.0
    words: str = ""
    result: Any = None
    closing: bool = False
    ended: threading.Event = field(default_factory=threading.Event)

    def as_object(self) -> JobState:
        """Return it for the page."""
        return {
            "number": self.number,
            "kind": self.kind,
            "status": self.status,
            "share": round(self.share, 3),
            "words": self.words,
        }


class Worker:
    """One process that does one job at a time and is kept warm between jobs."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self.job: Job | None = None

    def warm(self) -> None:
        """Start the process if there is none."""
        with self._lock:
            self._started()

    def submit(
        self, kind: str, task: dict[str, Any], finish: Callable[[Any], Any], *, most_s: float | None = None
    ) -> Job:
        """Start a job and return it at once.

        Parameters
        ----------
        finish
            Called with what the process gave; its answer is the job's result.
        most_s
            Seconds after which it is ended.

        Raises
        ------
        GeoPartnershipsError
            Another job is under way.
        """
        with self._lock:
            if self.job is not None and self.job.status == RUNNING:
                raise GeoPartnershipsError("Something is under way: wait for it, or cancel it.")
            pipe = self._started()
            job = self.job = Job(next(self._numbers), kind)
        pipe.send((kind, task))
        threading.Thread(target=self._watch, args=(job, pipe, finish, most_s), daemon=True).start()
        return job

    def cancel(self) -> bool:
        """End the job under way, if there is one."""
        return self._ended_early(self.job, CANCELLED, "Cancelled; nothing was changed.")

    def _ended_early(self, job: Job | None, status: str, words: str) -> bool:
        with self._lock:
            if job is None or job is not self.job or job.status != RUNNING or job.closing:
                return False
            job.status, job.words = status, words
            self._kill()
        job.ended.set()
        return True

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._kill()

    def _started(self) -> Connection:
        if self._pipe is None or self._process is None or not self._process.is_alive():
            self._kill()
            mine, other = self._context.Pipe()
            process = self._context.Process(target=_serve, args=(other,), daemon=True)
            process.start()
            other.close()
            self._process, self._pipe = process, mine
        return self._pipe

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None

    def _watch(self, job: Job, pipe: Connection, finish: Callable[[Any], Any], most_s: float | None) -> None:
        last = None if most_s is None else time.monotonic() + most_s
        while True:
            try:
                if last is not None and not pipe.poll(max(0.0, last - time.monotonic())):
                    self._ended_early(job, FAILED, f"It took longer than {most_s:g} seconds and was ended.")
                    return
                word, content = pipe.recv()
            except (EOFError, OSError, TypeError):  # the process, or the pipe under it, is gone
                self._end(job, FAILED, DIED)
                return
            if word == "progress":
                job.share, job.words = content
                continue
            if word == "failed":
                self._end(job, FAILED, content)
                return
            self._finish(job, content, finish)
            return

    def _finish(self, job: Job, content: Any, finish: Callable[[Any], Any]) -> None:
        with self._lock:
            if job.status != RUNNING:
                return
            job.share, job.closing = 1.0, True
        try:
            job.result = finish(content)
        except GeoPartnershipsError as error:
            self._end(job, FAILED, str(error))
        except OSError as error:
            self._end(job, FAILED, f"The disk refuses ({refusal(error)}); it was not kept.")
        except Exception as error:  # noqa: BLE001 - a job that ends in an error must still end
            self._end(job, FAILED, f"It could not be finished ({type(error).__name__}).")
        else:
            self._end(job, DONE, "Done.")

    def _end(self, job: Job, status: str, words: str) -> None:
        with self._lock:
            if job.status == RUNNING:
                job.status, job.words = status, words
        job.ended.set()


def _serve(pipe: Connection) -> None:
    """Do jobs until the other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from geo_partnerships.workbench import tasks  # noqa: PLC0415 - loads the solver in this process

    with contextlib.suppress(EOFError, OSError):
        while True:
            kind, task = pipe.recv()
            answer: tuple[str, Any]
            try:
                answer = ("done", tasks.KINDS[kind](task, lambda share, words: pipe.send(("progress", (share, words)))))
            except GeoPartnershipsError as error:
                answer = ("failed", str(error))
            except OSError as error:
                answer = ("failed", f"The disk refuses ({refusal(error)}).")
            except Exception as error:  # noqa: BLE001 - told on the page; the next job may go well
                answer = ("failed", f"It went wrong inside the program ({type(error).__name__}: {error}).")
            pipe.send(answer)
