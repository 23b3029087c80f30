"""A whole batch: tasks, plans, pages, tables."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from geo_partnerships.atlas import assemble
from geo_partnerships.batching.executing import execute, unfinished, warm_up
from geo_partnerships.batching.jobs import AUTHORITIES, PAGES, PLAN, SITE, PagesJob, PlanJob
from geo_partnerships.batching.keeping import NOTES, finished, note_path
from geo_partnerships.batching.shards import bring_together
from geo_partnerships.batching.summary import BatchReport, write_tables
from geo_partnerships.batching.tasks import DATA, tasks_of
from geo_partnerships.batching.work import PLANNED
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.planning.plain import finding_from
from geo_partnerships.publishing import lock_folder, remove_if_own, remove_written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Any

    from geo_partnerships.batching.jobs import Job
    from geo_partnerships.batching.project import Project
    from geo_partnerships.batching.shards import Shard
    from geo_partnerships.batching.tasks import Task

    Progress = Callable[[str, int, int], None]

LARGE = 80_000
"""Bytes of an authority's data, of some 200 schools, from which its plan needs the compiled search."""


def run_batch(
    project: Project,
    output: Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    site: bool = False,
    progress: Progress | None = None,
    shard: Shard | None = None,
    merged: Sequence[Path] = (),
) -> BatchReport:
    """Plan and check every authority of a project, and keep what is finished.

    Writes for each authority ``authorities/KEY/`` with ``plan.csv`` and ``plan.json``, the tables that `write_tables`
    names, and on request the pages of all below ``site/``. Run again, it makes only what is not there yet or follows
    from other data. Notes and the tables in ``officers/`` can be read by the user alone, the rest is public.

    Parameters
    ----------
    project
        What to plan.
    output
        Folder of all output, one run at a time.
    workers
        Processes on this machine; None means one for each core.
    scheduler
        Address of a Dask scheduler that does the work instead.
    site
        Whether the pages are made as well.
    progress
        Called with a few words, how many jobs are finished and how many there are.
    shard
        Only this share of the authorities; the output is its own.
    merged
        Outputs of all shards, which are joined; nothing is planned.

    Returns
    -------
    BatchReport
        The same whoever did the work.

    Raises
    ------
    BadDataError
        The register cannot be read. An authority's own faults are in the report instead.
    UsageError
        The project names what is not there, another run holds the output, or the cluster does not answer; or what is
        to be merged is not whole.
    """
    output = output.absolute()
    with lock_folder(output):
        before = _set_aside(output)
        tasks, findings = tasks_of(project, output, shard)
        plans = [PlanJob(task) for task in tasks]
        if merged:
            bring_together(plans, [folder.absolute() for folder in merged], output)
        if shard is not None:
            shard.note(output)
        left = len(unfinished(plans, output))
        if scheduler is None and workers != 1 and left > 1 and max(job.weight for job in plans) > LARGE:
            warm_up()
        _do(plans, output, workers, scheduler, progress)
        notes = tuple(_placed(_note(output, job), job.task) for job in plans)
        _forget(project, plans, output, shard)
        report = BatchReport(notes=notes, findings=findings, redone=left, kept=len(plans) - left)
        write_tables(report, output)
        if site:
            report = replace(report, site=_site(project, tasks, report, output, workers, scheduler, progress))
        kept = tuple(_kept(path, output) for path in sorted(_set_aside(output) - before))
    return replace(report, findings=(*report.findings, *kept))


def _set_aside(output: Path) -> set[Path]:
    """Return what is kept under another name, wherever a worker put it."""
    return {path for depth in ("", "*/", "*/*/") for path in output.glob(f"{depth}*.before-*")}


def _kept(path: Path, output: Path) -> Finding:
    return Finding(
        code="output-kept",
        severity=Severity.WARNING,
        message=f"What this batch had to write over was not as it had written it, so it is kept: "
        f"{path.relative_to(output).as_posix()}.",
        fix="Take from it what is yours, and delete it.",
    )


def _site(
    project: Project,
    tasks: Sequence[Task],
    report: BatchReport,
    output: Path,
    workers: int | None,
    scheduler: str | None,
    progress: Progress | None,
) -> Path:
    kept = {note["key"]: note["kept"] for note in report.of_status(PLANNED)}
    pages = [PagesJob(task, kept[task.key]) for task in tasks if task.key in kept]
    _do(pages, output, workers, scheduler, progress)
    made = [_note(output, job) for job in pages]
    return assemble(
        output / SITE,
        [note["record"] for note in made],
        title=project.title or "School partnerships",
        address=project.address,
        left_out=[(note["name"], note["status"]) for note in report.notes if note["status"] != PLANNED],
    )


def _do(
    jobs: Sequence[Job], output: Path, workers: int | None, scheduler: str | None, progress: Progress | None
) -> None:
    count = 0

    def done(job: Job) -> None:
        nonlocal count
        count += 1
        if progress:
            progress(f"{job.stage}: {job.name}", count, len(jobs))

    execute(jobs, output, done, workers=workers, scheduler=scheduler)


def _note(output: Path, job: Job) -> dict[str, Any]:
    note = finished(output, job.stage, job.key, job.digest)
    if note is None:
        raise RuntimeError(f"the job {job.stage} of {job.key} was done and left nothing")
    return note


def _placed(note: dict[str, Any], task: Task) -> dict[str, Any]:
    """Return a note whose findings about the scenario have file and line, as its files are now."""
    return {**note, "findings": [asdict(task.origins.placed(finding_from(found))) for found in note["findings"]]}


def _forget(project: Project, jobs: Sequence[Job], output: Path, shard: Shard | None) -> None:
    """Take away what an earlier batch left of authorities that the project no longer has."""
    if project.authorities or shard is not None:
        return
    known = {job.key for job in jobs}
    for path in sorted((output / NOTES).glob(f"{PLAN}-*.json")):
        key = path.stem.removeprefix(f"{PLAN}-")
        if key not in known:
            for folder in (output / AUTHORITIES / key, output / SITE / key):
                remove_if_own(folder)
            remove_written(output / DATA / key)
            note_path(output, PAGES, key).unlink(missing_ok=True)
            path.unlink()
