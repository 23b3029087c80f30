"""The desk works on the data that it took: what becomes of the files after is told, and taken when asked."""

from __future__ import annotations

import json
import os
import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from geo_partnerships.api import running
from geo_partnerships.workbench import copies
from tests.village import write_village

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("workbench")
MORE = "100302,,form,100301,100303,loose\n"
NOTHING = {"scenario": "", "data": []}


def answer_more(data: Path) -> None:
    with (data / "survey.csv").open("a", encoding="utf-8") as file:
        file.write(MORE)


def named(client) -> str:
    return next(row[1] for row in client.desk()["figures"] if row[0] == "Schools that named another")


@pytest.mark.apart
def test_a_plan_carries_the_digest_of_the_data_it_was_made_from(served) -> None:
    client = served.client()
    old = client.desk()["digest"]
    assert client.desk()["changed_files"] == NOTHING
    answer_more(served.data)
    assert client.desk()["changed_files"] == {"scenario": "", "data": ["survey.csv was changed"]}
    assert client.rerun()["digest"] == old
    assert named(client) == "3"

    # A worker that is ended and started again reads what the desk took, too.
    os.kill(served.worker(), signal.SIGSTOP)
    assert client.send("/api/rerun", {"parameters": {}, "seen": client.desk()["n"], "by": "x"})[0] == 200
    assert client.send("/api/cancel", {})[1]["cancelled"]
    assert client.rerun()["digest"] == old

    found = client.look()
    assert ["Answers to the survey", 3, 4] in found["rows"]
    assert client.take(found)[0] == 200
    assert client.desk()["changed_files"] == NOTHING
    new = client.rerun()["digest"]
    assert new != old
    assert named(client) == "4"

    served.kill()
    served.start()
    client = served.client()
    assert client.desk()["digest"] == new


@pytest.mark.apart
def test_the_desk_opens_though_its_data_are_gone(served) -> None:
    shown = served.client().desk()
    served.stop()
    (served.data / "survey.csv").unlink()
    (served.data / "schools.geojson").write_text("not schools any more")
    served.start()
    client = served.client()
    desk = client.desk()
    assert (desk["digest"], desk["schools"]) == (shown["digest"], shown["schools"])
    assert desk["changed_files"]["data"] == ["schools.geojson was changed", "survey.csv is gone"]
    found = client.look()
    assert found["refused"]
    assert found["noticed"]
    assert client.rerun()["digest"] == shown["digest"]


def test_decisions_go_on_to_new_data_and_those_for_schools_that_are_gone_are_told(served) -> None:
    client = served.client()
    for school in ("100305", "100200"):
        assert client.decide(action="lock", school=school, to=str(client.home(school)))[0] == 200
    assert client.decide(action="link", schools=["100305", "100304"], to="together")[0] == 200
    path = served.data / "schools.geojson"
    schools = json.loads(path.read_text())
    schools["features"] = [f for f in schools["features"] if f["properties"]["urn"] != "100305"]
    path.write_text(json.dumps(schools))
    (served.data / "survey.csv").write_text((served.data / "survey.csv").read_text().replace("100305", "100303"))
    found = client.look()
    assert found["gone"] == ["100305"]
    assert client.take(found)[0] == 200
    desk = client.rerun()
    held = {row[0]: row[6] for row in desk["schools"] if row[6]}
    assert held == {"100200": "locked"}
    assert desk["links"] == []
    assert client.decide(action="undo")[0] == 200  # the run
    assert client.decide(action="undo")[0] == 200  # the new data
    assert {row[0] for row in client.desk()["schools"] if row[6]} == {"100305", "100200"}


def test_a_scenario_changed_on_the_disk_is_told_until_a_run_follows_it(served) -> None:
    client = served.client()
    path = served.data / "scenarios" / "village.toml"
    path.write_text(path.read_text().replace("district_penalty = 200", "district_penalty = 300"))
    changed = client.desk()["changed_files"]
    assert "village" in changed["scenario"]
    assert changed["data"] == []
    before = client.desk()["digest"]
    desk = client.rerun()
    assert desk["changed_files"] == NOTHING
    assert desk["digest"] != before


def test_other_requests_are_answered_while_an_upload_is_read_and_reading_can_be_cancelled(served) -> None:
    client = served.client()
    worker = served.worker()
    os.kill(worker, signal.SIGSTOP)  # a reader that takes for ever
    assert client.send("/api/upload/survey?ending=.csv", b"responder_urn,existing,wanted\n100101,100102,\n")[0] == 200
    assert client.send("/api/pulse")[1]["job"]["status"] == "running"
    assert client.decide(action="comment", school="100100", reason="meanwhile")[0] == 200
    assert client.send("/api/proposed") == (200, None)
    assert client.send("/api/pulse")[1]["job"]["status"] == "running"
    assert client.send("/api/cancel", {})[1]["cancelled"]
    assert list((served.workspace / "files").iterdir()) == []
    assert client.offer("survey", ".csv", b"responder_urn,existing,wanted\n100101,100102,\n")["refused"] is False


def test_what_was_uploaded_and_copied_is_for_its_owner_alone(served) -> None:
    client = served.client()
    client.offer("survey", ".csv", b"responder_urn,existing,wanted\n100101,100102,\n")
    for folder in ("files", "data"):
        for path in (served.workspace / folder).rglob("*"):
            assert path.stat().st_mode & 0o077 == 0, path


# The copies themselves.


@pytest.mark.parametrize("name", ["schools.geojson", "survey.csv", "survey.toml", "names.csv", "letter-2015.toml",
                                  "judgements.csv", "standing.csv", "boundaries/borough.geojson"])  # fmt: skip
def test_a_change_of_any_file_is_seen(tmp_path, name) -> None:
    data, folder = write_village(tmp_path / "data"), tmp_path / "copies"
    first = copies.take(data, {}, folder)
    assert copies.changes(data, {}, folder / first) == ()
    fresh = not (data / name).exists()
    (data / name).parent.mkdir(exist_ok=True)
    (data / name).write_text("other", encoding="utf-8")
    word = "is new" if fresh else "was changed"
    assert copies.changes(data, {}, folder / first) == (f"{name.rpartition('/')[2]} {word}",)
    second = copies.take(data, {}, folder)
    assert second != first
    assert copies.changes(data, {}, folder / second) == ()
    (data / name).unlink()
    assert [words.rpartition(" ")[2] for words in copies.changes(data, {}, folder / second)] == ["gone"]


def test_a_change_that_keeps_size_and_time_is_seen(tmp_path) -> None:
    data, folder = write_village(tmp_path / "data"), tmp_path / "copies"
    copy = copies.take(data, {}, folder)
    path = data / "survey.csv"
    then, text = path.stat(), path.read_text()
    assert copies.changes(data, {}, folder / copy) == ()
    path.write_text(text.replace("100103", "100104"))
    os.utime(path, ns=(then.st_atime_ns, then.st_mtime_ns))
    assert copies.changes(data, {}, folder / copy) == ("survey.csv was changed",)


def test_files_that_a_scenario_names_are_copied_with_what_lies_beside_them(tmp_path) -> None:
    data, folder, away = write_village(tmp_path / "data"), tmp_path / "copies", tmp_path / "away"
    away.mkdir()
    shutil.move(data / "survey.csv", away / "answers.csv")
    shutil.move(data / "survey.toml", away / "answers.toml")
    named = {"survey": str(away / "answers.csv"), "letter": None}
    copy = folder / copies.take(data, named, folder)
    shutil.rmtree(away)
    problem = running.read_files(copy, copies.in_copy(copy, data, named))
    assert len(problem.survey.responses) == 3
    assert problem.survey.illustrative
    assert copies.changes(data, named, copy) == ("answers.csv is gone", "answers.toml is gone")


def test_a_copy_that_the_disk_refuses_leaves_nothing_and_says_so(tmp_path, monkeypatch) -> None:
    from geo_partnerships.errors import GeoPartnershipsError

    data, folder = write_village(tmp_path / "data"), tmp_path / "copies"

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(GeoPartnershipsError, match="No space left"):
        copies.take(data, {}, folder)
    assert list(folder.iterdir()) == []
