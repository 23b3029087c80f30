"""What was finished is neither lost nor made again, whoever is killed: a worker, the batch, or a cluster's worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from geo_partnerships.batching import read_project, run_batch
from geo_partnerships.batching.keeping import NOTES
from tests.batching.county import county, results, write_project

ROOT = Path(__file__).parents[2]
PATIENCE, PAUSE = 120, 0.01


def many() -> list[list[object]]:
    """Rows of a register of twenty-four authorities, the county's good ones over and over, ten kilometres apart."""
    rows = []
    for at in range(8):
        for row in county():
            if row[2] in {"901", "902", "905"}:
                code = f"{at}{row[2]}"
                rows.append([row[0] + 10_000 * (at + 1), row[1], code, f"{row[3]} {at}", *row[4:7],
                             row[7], row[8] + 10_000 * at, *row[9:]])  # fmt: skip
    return rows


def start(project: Path, output: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "geo_partnerships", "batch", str(project), "--output", str(output), *more]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (output.parent / "log").open("wb") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)


def notes(output: Path) -> dict[str, tuple[int, int]]:
    """The finished plans, each with what changes as soon as it is written again."""
    found = {}
    for path in (output / NOTES).glob("plan-*.json"):
        state = path.stat()
        found[path.name] = (state.st_ino, state.st_mtime_ns)
    return found


def wait_for(output: Path, number: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(int(PATIENCE / PAUSE)):
        if len(notes(output)) >= number:
            return
        assert process.poll() is None, (output.parent / "log").read_text(encoding="utf-8")
        time.sleep(PAUSE)
    pytest.fail("the batch has finished nothing")


def workers_of(pid: int) -> list[int]:
    """Processes that work for a batch: its children that have loaded the work's own code."""
    found = []
    for path in Path("/proc").glob("[0-9]*/status"):
        try:
            parent = next(line for line in path.read_text().splitlines() if line.startswith("PPid:"))
            command = path.with_name("cmdline").read_bytes()
        except (OSError, StopIteration):
            continue
        if int(parent.split()[1]) == pid and b"loky" in command and b"resource_tracker" not in command:
            found.append(int(path.parent.name))
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The project, and what it comes to where nobody is killed."""
    folder = tmp_path_factory.mktemp("whole")
    project = write_project(folder / "project", many())
    report = run_batch(read_project(project), folder / "out", workers=1)
    assert report.totals["planned"] == 24
    return project, results(folder / "out")


def test_a_worker_that_is_killed_costs_only_what_it_was_at(whole, tmp_path):
    project, expected = whole
    process = start(project, tmp_path / "out", "--workers", "2")
    wait_for(tmp_path / "out", 3, process)
    before = notes(tmp_path / "out")
    os.kill(workers_of(process.pid)[0], signal.SIGKILL)
    assert process.wait(PATIENCE) == 0, (tmp_path / "log").read_text(encoding="utf-8")
    after = notes(tmp_path / "out")
    assert len(before) < len(after) == 24
    assert {name: after[name] for name in before} == before
    assert results(tmp_path / "out") == expected


def test_a_batch_that_is_killed_and_started_again_makes_only_what_was_not_finished(whole, tmp_path):
    project, expected = whole
    process = start(project, tmp_path / "out", "--workers", "2")
    wait_for(tmp_path / "out", 3, process)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)
    before = notes(tmp_path / "out")
    assert 3 <= len(before) < 24
    report = run_batch(read_project(project), tmp_path / "out", workers=1)
    after = notes(tmp_path / "out")
    assert (report.kept, report.redone) == (len(before), 24 - len(before))
    assert {name: after[name] for name in before} == before
    assert results(tmp_path / "out") == expected


def test_a_dask_cluster_gives_the_same_bytes_and_outlives_a_worker(whole, tmp_path):
    distributed = pytest.importorskip("distributed", reason="Dask is not installed: no cluster tried (extra [cluster])")
    project, expected = whole
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0
    ) as cluster:
        process = start(project, tmp_path / "out", "--scheduler", cluster.scheduler_address)
        wait_for(tmp_path / "out", 3, process)
        before = notes(tmp_path / "out")
        victim = next(iter(cluster.workers.values()))
        os.kill(victim.process.process.pid, signal.SIGKILL)
        assert process.wait(PATIENCE) == 0, (tmp_path / "log").read_text(encoding="utf-8")
    after = notes(tmp_path / "out")
    assert {name: after[name] for name in before} == before
    assert results(tmp_path / "out") == expected
