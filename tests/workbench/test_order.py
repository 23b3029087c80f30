"""What a confirmed decision speaks of is on the disk before the decision is: uploads, copies of the data, runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from geo_partnerships.deciding import Action
from geo_partnerships.workbench import tasks
from geo_partnerships.workbench.copies import DATA
from geo_partnerships.workbench.desk import Desk
from geo_partnerships.workbench.request import Request
from geo_partnerships.workbench.worker import DONE, Job
from geo_partnerships.workbench.workspace import FILES, RUNS
from tests.village import write_village

LOG = "decisions.jsonl"


class InThisProcess:
    """A worker that has done a job by the time it has taken it."""

    job: Job | None = None

    def submit(self, kind, task, finish, **_):
        job = Job(1, kind, status=DONE)
        job.result = finish(tasks.KINDS[kind](task, lambda *_: None))
        job.ended.set()
        return job


@pytest.fixture
def desk(tmp_path) -> Desk:
    data = write_village(tmp_path / "village", hostile=False)
    return Desk(data, "village", tmp_path / "workspace", tmp_path / "output", InThisProcess())


@pytest.fixture
def steps(monkeypatch) -> list[tuple[str, str]]:
    """What was synced, and which names were given, in order."""
    found: list[tuple[str, str]] = []
    fsync, replace, rename = os.fsync, Path.replace, Path.rename

    def syncing(handle):
        fsync(handle)
        found.append(("synced", str(Path(f"/proc/self/fd/{handle}").readlink())))

    def naming(how):
        def name(path, target):
            found.append(("named", str(target)))
            return how(path, target)

        return name

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(Path, "replace", naming(replace))
    monkeypatch.setattr(Path, "rename", naming(rename))
    return found


def assert_on_disk_in_order(steps, path) -> None:
    """Content first, then its name, then the folder that holds the name, and only then the log."""
    staged = f"{path.parent}/.{path.name}."
    content = next(n for n, (what, at) in enumerate(steps) if what == "synced" and at.startswith(staged))
    order = [("named", str(path)), ("synced", str(path.parent))]
    places = [content, *(steps.index(step, content) for step in order)]
    log = max(n for n, (what, at) in enumerate(steps) if what == "synced" and at.endswith(LOG))
    assert places == sorted(places)
    assert places[-1] < log


def test_a_kept_run_and_the_copy_of_its_data_are_on_the_disk_before_the_decision(desk, steps) -> None:
    desk.open("now")
    (run,) = (desk.folder / RUNS).iterdir()
    assert_on_disk_in_order(steps, run)
    (copy,) = (path for path in (desk.folder / DATA).iterdir() if path.is_dir())
    log = max(n for n, (_, at) in enumerate(steps) if at.endswith(LOG))
    synced = {Path(at).name for what, at in steps[:log] if what == "synced"}
    assert {path.name for path in copy.rglob("*") if path.is_file()} <= synced
    named = steps.index(("named", str(copy)))
    folders = {Path(at).name for what, at in steps[:named] if what == "synced"}
    assert {path.name for path in copy.rglob("*") if path.is_dir()} <= folders
    assert any(at.startswith(f"{desk.folder / DATA}/.") and "/" not in at.removeprefix(f"{desk.folder / DATA}/")
               for what, at in steps[:named] if what == "synced")  # fmt: skip
    assert ("synced", str(desk.folder / DATA)) in steps[named:log]


def test_an_upload_is_on_the_disk_before_it_is_confirmed(desk, steps) -> None:
    desk.open("now")
    steps.clear()
    desk.proposals.upload(
        "survey", ".csv", b"responder_urn,on_behalf_of,channel,existing,wanted,wanted_type\n100101,,form,100102,,\n"
    )
    assert not [at for _, at in steps if at.endswith(LOG)]
    name = desk.proposals.proposed.name
    desk.proposals.accept(Request(action=Action.UPLOAD, seen=1, by="me", when="now"), name)
    assert_on_disk_in_order(steps, desk.folder / FILES / name)
    assert desk.sheet().state.staged["survey"] == name
