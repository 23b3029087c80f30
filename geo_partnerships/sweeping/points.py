"""The plans of a sweep: made on every core, each kept on disk by what went into it."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from geo_partnerships.api import running
from geo_partnerships.api.inputs import digest_of_files
from geo_partnerships.api.run_json import run_object
from geo_partnerships.errors import BadDataError, NoPlanError
from geo_partnerships.pages import explore
from geo_partnerships.pairs import PairKind
from geo_partnerships.processors import cores
from geo_partnerships.sweeping.axes import grid
from geo_partnerships.views.model import Audience
from geo_partnerships.whole_files import make_folder, read_own_json, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from geo_partnerships.model import Problem
    from geo_partnerships.scenarios.origins import Origins
    from geo_partnerships.scenarios.parameters import Distance
    from geo_partnerships.sweeping.axes import Axis

    Progress = Callable[[int, int], None]

POINTS = "points"
PLANS = "plans"
VARIED = "--over"
FORMAT = 2
"""Raised whenever a point says more of the same plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One plan of a sweep.

    Parameters
    ----------
    changes
        ``key=value`` for each axis.
    digest
        Of the input files and the whole scenario; names its files.
    run
        What ``run --json`` says of the plan; None where there is none.
    wishes_named, wishes_met
        Pairs of a school and one that it named, both in the plan, and how many of these share a partnership.
    sentence
        Why there is no plan; empty where there is one.
    conflict
        The rules that cannot hold together, each with the key of its parameter.
    places
        Each of these rules with the file and line that it comes from, as the scenario's files are now.
    """

    changes: tuple[str, ...]
    digest: str
    run: dict[str, Any] | None
    wishes_named: int = 0
    wishes_met: int = 0
    sentence: str = ""
    conflict: tuple[tuple[str, str], ...] = ()
    places: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """The value of each axis."""
        return tuple(change.partition("=")[2] for change in self.changes)

    @property
    def share_met(self) -> float | None:
        """Share of the wishes that are met, 0 to 1; None without wishes or plan."""
        return self.wishes_met / self.wishes_named if self.run and self.wishes_named else None

    @property
    def distance(self) -> float | None:
        """Mean distance to the centre school in metres; None without a plan."""
        return None if self.run is None else self.run["mean_distance_m"]

    @property
    def why_none(self) -> str:
        """Why there is no plan, and where its rules were written, in one line; empty where there is one."""
        return " ".join([self.sentence, *(f"({place})" for place in self.places)])

    @property
    def page(self) -> str:
        """Where its map is, beside the table."""
        return f"{PLANS}/{self.digest}.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """All points of a sweep in the order of its grid."""

    scenario: str
    axes: tuple[Axis, ...]
    points: tuple[Point, ...]
    reused: int = 0

    def is_best(self, point: Point) -> bool:
        """Return True where no other point has both less distance and more wishes met."""
        if point.distance is None or point.share_met is None:
            return False
        mine = (-point.distance, point.share_met)
        return not any(
            other != mine and other[0] >= mine[0] and other[1] >= mine[1]
            for other in (
                (-p.distance, p.share_met) for p in self.points if p.distance is not None and p.share_met is not None
            )
        )


@dataclass(frozen=True, slots=True)
class _Task:
    """What a worker needs for one point."""

    name: str
    data: Path
    changes: tuple[str, ...]
    own: tuple[str, ...]
    folder: Path
    digest: str


def sweep(
    name: str,
    data: Path,
    axes: Sequence[Axis],
    folder: Path,
    *,
    changes: Sequence[str] = (),
    workers: int | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Plan a scenario at every point of a grid.

    Parameters
    ----------
    name
        The scenario.
    data
        The data folder.
    axes
        What is varied.
    folder
        Keeps every point once it is made; points found there are not made again.
    changes
        ``key=value`` each, for every point.
    workers
        Processes that plan at once; None for one a core.
    progress
        Called with how many points are done, and of how many.

    Returns
    -------
    Sweep
        A point without a plan says why; it stops nothing.

    Raises
    ------
    UsageError, BadDataError
        The scenario cannot be read, or a point's parameters are none.
    """
    tasks = _tasks(name, data, grid(axes), tuple(changes), folder)
    for part in (POINTS, PLANS):
        make_folder(folder / part, private=True)
    found = {task.digest: point for task in tasks if (point := _kept(task)) is not None}
    reused = len(found)
    missing = list({task.digest: task for task in tasks if task.digest not in found}.values())
    if progress:
        progress(reused, reused + len(missing))
    for point in _made(missing, workers or cores()):
        found[point.digest] = point
        if progress:
            progress(len(found), reused + len(missing))
    points = (found[task.digest] for task in tasks)
    origins = running.origins_of(name, data, changes)
    return Sweep(
        scenario=running.scenario_name(name),
        axes=tuple(axes),
        points=tuple(_as_asked(point, task, origins) for point, task in zip(points, tasks, strict=True)),
        reused=reused,
    )


def _tasks(
    name: str, data: Path, points: Sequence[tuple[str, ...]], changes: tuple[str, ...], folder: Path
) -> list[_Task]:
    tasks = []
    for own in points:
        every = (*changes, *own)
        scenario = running.scenario_of(name, data, every, _read)
        problem = _read(data, scenario.data.model_dump(), scenario.distance)
        parts = (FORMAT, problem.digest, running.scenario_name(name), scenario.model_dump_json(exclude={"data"}))
        text = "\n".join(map(str, parts))
        digest = hashlib.sha256(text.encode()).hexdigest()[:20]
        tasks.append(_Task(name, data, every, own, folder, digest))
    return tasks


def _made(tasks: Sequence[_Task], workers: int) -> Iterator[Point]:
    """Yield points as they are done; an interruption waits for those under way and keeps them."""
    if not tasks:
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(workers, len(tasks)), mp_context=context, initializer=_deaf)
    try:
        for future in as_completed([pool.submit(_make, task) for task in tasks]):
            yield future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _deaf() -> None:
    """Leave an interruption to the process that asked for the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _make(task: _Task) -> Point:
    scenario = running.scenario_of(task.name, task.data, task.changes, _read)
    problem = _read(task.data, scenario.data.model_dump(), scenario.distance)
    try:
        made = running.make_plan(task.name, problem, scenario)
    except NoPlanError as error:
        conflict = tuple(zip(error.rules, error.keys, strict=False))
        point = Point(changes=task.own, digest=task.digest, run=None, sentence=str(error), conflict=conflict)
    except BadDataError as error:
        point = Point(changes=task.own, digest=task.digest, run=None, sentence=str(error))
    else:
        run = run_object(made)
        wishes = run["together"].get(PairKind.GRANTED, {"pairs": 0, "together": 0})
        point = Point(
            changes=task.own,
            digest=task.digest,
            run=run,
            wishes_named=wishes["pairs"],
            wishes_met=wishes["together"],
        )
        page = explore(running.view_of_run(made, Audience.OFFICERS)).get_root().render()
        write_whole(task.folder / point.page, page, private=True)
    write_whole(_file(task), json.dumps(_as_object(point), indent=1) + "\n", private=True)
    return point


def _read(data: Path, files: Mapping[str, str | None], distance: Distance) -> Problem:
    """Read a data folder once for all points in this process, as long as its files hold the same."""
    return _problem(data, json.dumps(dict(files), sort_keys=True), distance, digest_of_files(data, files))


@lru_cache(maxsize=2)
def _problem(data: Path, files: str, distance: Distance, _content: str) -> Problem:
    return running.read_files(data, json.loads(files), distance)


def _as_object(point: Point) -> dict[str, Any]:
    return {
        "digest": point.digest,
        "run": point.run,
        "wishes_named": point.wishes_named,
        "wishes_met": point.wishes_met,
        "sentence": point.sentence,
        "conflict": point.conflict,
    }


def _kept(task: _Task) -> Point | None:
    """Return the point that an earlier sweep has left, None where it left none that can be read."""
    try:
        found = read_own_json(_file(task))
        conflict = tuple((rule, key) for rule, key in found.pop("conflict"))
        point = Point(changes=task.own, conflict=conflict, **found)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    whole = point.digest == task.digest and (point.run is None or (task.folder / point.page).is_file())
    return point if whole else None


def _as_asked(point: Point, task: _Task, origins: Origins) -> Point:
    """Return a point under the changes that lead to it here, the places of its rules looked up anew."""
    varied = tuple((VARIED, change) for change in task.own)
    known = replace(origins, changes=(*varied, *origins.changes))
    places = tuple(f"{rule}: {known.words(key)}" for rule, key in point.conflict)
    return replace(point, changes=task.own, places=places)


def _file(task: _Task) -> Path:
    return task.folder / POINTS / f"{task.digest}.json"
