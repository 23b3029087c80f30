"""Who works where: results that come back are kept the same, and what a former run still brings is not taken."""

import subprocess
import sys
from pathlib import Path

import pytest

from geo_partnerships.batching import read_project, run_batch
from geo_partnerships.batching.jobs import PlanJob, work_off
from geo_partnerships.batching.keeping import claim, finished, keep
from geo_partnerships.batching.tasks import tasks_of
from geo_partnerships.errors import UsageError
from tests.batching.county import results


@pytest.fixture
def job(project, tmp_path):
    tasks, _ = tasks_of(read_project(project), tmp_path / "elsewhere")
    return PlanJob(next(task for task in tasks if task.key == "902"))


def test_what_a_worker_that_does_not_see_the_output_brings_is_kept_the_same(project, job, tmp_path):
    delivery = work_off(job, tmp_path / "not here", "token")
    assert delivery is not None
    keep(delivery, tmp_path / "out")
    run_batch(read_project(project), tmp_path / "whole", workers=1)
    whole = results(tmp_path / "whole")
    assert {n: d for n, d in whole.items() if n.startswith("authorities/902")} == results(tmp_path / "out")


def test_a_finished_job_is_not_done_again(job, tmp_path):
    claim(tmp_path, "token")
    assert work_off(job, tmp_path, "token") is None
    note = tmp_path / ".batch" / "plan-902.json"
    before = note.stat().st_mtime_ns
    assert work_off(job, tmp_path, "token") is None
    assert note.stat().st_mtime_ns == before


def test_a_worker_of_a_former_run_keeps_nothing(job, tmp_path):
    claim(tmp_path, "the run of now")
    assert work_off(job, tmp_path, "a former run") is not None
    assert finished(tmp_path, "plan", "902", job.digest) is None
    assert not (tmp_path / "authorities").exists()


def test_files_without_their_note_are_not_taken_for_finished(job, tmp_path):
    claim(tmp_path, "token")
    work_off(job, tmp_path, "token")
    (tmp_path / ".batch" / "plan-902.json").write_text("{", encoding="utf-8")
    assert finished(tmp_path, "plan", "902", job.digest) is None


def test_a_cluster_without_dask_is_told_what_to_install(project, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"geo-partnerships\[cluster\]"):
        run_batch(read_project(project), tmp_path / "out", scheduler="tcp://127.0.0.1:9")


def test_a_worker_finds_compiled_what_a_large_authority_needs():
    code = """
from benchmarks.scale import made_up
from geo_partnerships.batching.executing import warm_up
from geo_partnerships.planning import plan
from geo_partnerships.scenarios.read import scenario_from

warm_up()
from geo_partnerships.clustering.kernels import guarantees, moves, neighbourhood, pricing

def compiled():
    loops = {name: loop for part in (guarantees, moves, neighbourhood, pricing) for name, loop in vars(part).items()}
    return {name: list(loop.signatures) for name, loop in loops.items() if hasattr(loop, "signatures")}

before = compiled()
assert any(before.values())
area = {"partnerships": 28, "size": [4, 12]}
plan(made_up(220), scenario_from({"district_penalty": 0, "method": "search", "area": area}))
assert compiled() == before
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
