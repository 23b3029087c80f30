"""Who does the jobs: this process, others on this machine, or a Dask cluster that is there already."""

from __future__ import annotations

import secrets
import warnings
from concurrent.futures import BrokenExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any

from joblib import Parallel, delayed

from geo_partnerships.batching.jobs import work_off
from geo_partnerships.batching.keeping import claim, finished, keep
from geo_partnerships.clustering import ClusterProblem, Count, Effort, Size, cluster
from geo_partnerships.errors import GeoPartnershipsError, UsageError
from geo_partnerships.processors import cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from geo_partnerships.batching.jobs import Job
    from geo_partnerships.batching.keeping import Delivery

    Done = Callable[[Job], None]

BREAKDOWNS = 3
"""How often in a row workers may die without one job finished before the batch gives up."""
IN_FLIGHT = 3
"""Jobs per worker that a cluster is given at a time."""


def unfinished(jobs: Sequence[Job], output: Path) -> list[Job]:
    """Return the jobs that are still to be done, the largest first."""
    left = [job for job in jobs if not _is_finished(job, output)]
    return sorted(left, key=lambda job: (-job.weight, job.key))


def warm_up() -> None:
    """Have the search's loops compiled and kept on disk, once for all workers that are to start."""
    places = [(1_000.0 * (i % 15) + 37 * i % 100, 1_000.0 * (i // 15) + 61 * i % 100) for i in range(210)]
    cluster(
        ClusterProblem.from_points(places, (Count(26, 26), Size(4, 12))),
        method="search",
        effort=Effort(neighbourhoods=1),
    )


def execute(
    jobs: Sequence[Job], output: Path, done: Done, *, workers: int | None = None, scheduler: str | None = None
) -> None:
    """Do every job that is not finished.

    Parameters
    ----------
    jobs
        Independent of one another.
    output
        Folder of all output; the caller holds its lock.
    done
        Called with each job once it is finished, those finished before too.
    workers
        Processes on this machine; None means one for each core.
    scheduler
        Address of a Dask scheduler that takes their place.

    Raises
    ------
    UsageError
        The cluster cannot be reached or used.
    GeoPartnershipsError
        Workers died again and again.
    """
    token = secrets.token_hex(16)
    claim(output, token)
    left = unfinished(jobs, output)
    waiting = {(job.stage, job.key) for job in left}
    for job in jobs:
        if (job.stage, job.key) not in waiting:
            done(job)
    if scheduler is not None:
        _on_cluster(left, output, token, done, scheduler)
    else:
        with warnings.catch_warnings():
            # A worker that has grown large is replaced by a fresh one, which nobody needs to hear of.
            warnings.filterwarnings("ignore", message="A worker stopped while some jobs", category=UserWarning)
            _on_this_machine(left, output, token, done, workers or cores())


def _on_this_machine(jobs: Sequence[Job], output: Path, token: str, done: Done, workers: int) -> None:
    left, breakdowns = list(jobs), 0
    while left:
        before, told = len(left), set[int]()
        try:
            for number, delivery in _results(left, output, token, workers):
                _take(delivery, output)
                done(left[number])
                told.add(number)
        except BrokenExecutor:  # a worker was killed, for want of memory say; what is finished stays so
            untold = [job for number, job in enumerate(left) if number not in told]
            for job in untold:
                if _is_finished(job, output):
                    done(job)
            left = unfinished(untold, output)
            breakdowns = breakdowns + 1 if len(left) == before else 0
            if breakdowns >= BREAKDOWNS:
                raise _worn_out(left) from None
        else:
            return


def _results(jobs: Sequence[Job], output: Path, token: str, workers: int) -> Iterator[tuple[int, Delivery | None]]:
    """Yield the place of each job and what it brought, as they come."""
    if workers == 1 or len(jobs) == 1:
        for number, job in enumerate(jobs):
            yield _numbered(number, job, output, token)
        return
    run = Parallel(
        n_jobs=min(workers, len(jobs)), return_as="generator_unordered", batch_size=1, pre_dispatch="2*n_jobs"
    )
    yield from run(delayed(_numbered)(number, job, output, token) for number, job in enumerate(jobs))


def _numbered(number: int, job: Job, output: Path, token: str) -> tuple[int, Delivery | None]:
    return number, work_off(job, output, token)


def _on_cluster(jobs: Sequence[Job], output: Path, token: str, done: Done, scheduler: str) -> None:
    client, as_completed = _connected(scheduler)
    with client:
        queue = iter(jobs)
        running: dict[Any, Job] = {}

        def submit(job: Job) -> Any:
            future = client.submit(work_off, job, output, token, key=f"{token[:8]}-{job.stage}-{job.key}", pure=False)
            running[future] = job
            return future

        room = max(1, sum(client.nthreads().values())) * IN_FLIGHT
        answers = as_completed([submit(job) for job in islice(queue, room)], loop=client.loop)
        for future in answers:
            job = running.pop(future)
            _take(_answer(future, job), output)
            done(job)
            for following in islice(queue, 1):
                answers.add(submit(following))


def _connected(scheduler: str) -> tuple[Any, Any]:
    """Return a client of the scheduler, and the function that waits for its answers."""
    try:
        from distributed import Client, as_completed  # noqa: PLC0415 - an extra, needed here alone
    except ImportError:
        raise UsageError("--scheduler needs Dask. Install the extra: pip install 'geo-partnerships[cluster]'") from None
    try:
        return Client(scheduler, timeout=10, set_as_default=False), as_completed
    except (OSError, ValueError, TypeError):
        raise UsageError(f"No Dask scheduler answers at {scheduler[:80]}.") from None


def _answer(future: Any, job: Job) -> Delivery | None:
    """Return what a job on the cluster brought."""
    from distributed import KilledWorker  # noqa: PLC0415 - the same

    try:
        found: Delivery | None = future.result()
    except KilledWorker:
        raise _worn_out([job]) from None
    return found


def _take(delivery: Delivery | None, output: Path) -> None:
    """Keep what came from a worker that does not see the output."""
    if delivery is not None:
        keep(delivery, output)


def _is_finished(job: Job, output: Path) -> bool:
    return finished(output, job.stage, job.key, job.digest) is not None


def _worn_out(jobs: Sequence[Job]) -> GeoPartnershipsError:
    names = ", ".join(job.name for job in jobs[:3]) + (" and others" if len(jobs) > 3 else "")  # noqa: PLR2004
    return GeoPartnershipsError(
        f"Workers died again and again without finishing anything; left are {names}. "
        "There may be too little memory: try fewer --workers. What is finished is kept."
    )
