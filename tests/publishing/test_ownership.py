"""The user's files survive, wherever ``--output`` points."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from geo_partnerships.api import running
from geo_partnerships.cli import main
from geo_partnerships.publishing import publish_folder, remove_written, verify, write_files
from geo_partnerships.publishing.loose import NOTED
from tests.village import write_village

THESIS = "years of work"
KEPT = "village.before-1"


def writer(text):
    def write(folder):
        (folder / "deep").mkdir()
        (folder / "deep" / "page.html").write_text(text)
        (folder / "plan.csv").write_text(text)

    return write


def add(path, text=THESIS):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def web_app(out):
    add(out / "village" / "manifest.json", json.dumps({"name": "App", "files": {"thesis.txt": "0" * 64}}))
    add(out / "village" / "thesis.txt")


def copied_manifest(out):
    publish_folder(out / "other", writer("ours"))
    add(out / "village" / "thesis.txt")
    shutil.copy(out / "other" / "manifest.json", out / "village")


def copied_manifest_and_more(out):
    copied_manifest(out)
    add(out / "village" / "plan.csv")


def published_then(change):
    def make(out):
        publish_folder(out / "village", writer("ours"))
        change(out / "village")

    return make


def unmarked(folder):
    """As folders were published before manifests had a mark."""
    manifest = folder / "manifest.json"
    stated = {"files": json.loads(manifest.read_text())["files"]}
    manifest.write_text(json.dumps(stated, indent=1) + "\n")


def unmarked_and_changed(folder):
    unmarked(folder)
    add(folder / "plan.csv")


def linked_folder(folder):
    shutil.move(folder / "deep", folder.parent / "mine")
    add(folder.parent / "mine" / "thesis.txt")
    (folder / "deep").symlink_to(folder.parent / "mine")


def linked_file(folder):
    (folder / "plan.csv").unlink()
    add(folder.parent / "thesis.txt")
    (folder / "plan.csv").symlink_to(folder.parent / "thesis.txt")


def link_as_target(out):
    add(out / "real" / "thesis.txt")
    (out / "village").symlink_to(out / "real")


def out_of_the_folder(folder):
    """A manifest that names a file of the user's outside."""
    add(folder.parent / "thesis.txt")
    manifest = folder / "manifest.json"
    stated = json.loads(manifest.read_text())
    stated["files"]["../thesis.txt"] = "0" * 64
    manifest.write_text(json.dumps(stated, indent=1) + "\n")


def earlier_kept(out):
    add(out / KEPT / "thesis.txt")
    publish_folder(out / "village", writer("ours"))
    add(out / "village" / "minutes.txt")


WAYS = {  # what stands there, and whether the run is published
    "a file of that name": (lambda out: add(out / "village"), False),
    "a folder of the user's": (lambda out: add(out / "village" / "thesis.txt"), False),
    "a file in a folder in it": (lambda out: add(out / "village" / "a" / "b" / "thesis.txt"), False),
    "a web app's manifest": (web_app, False),
    "a manifest copied elsewhere": (copied_manifest, False),
    "a manifest copied beside a file of a name in it": (copied_manifest_and_more, False),
    "a broken manifest": (lambda out: (add(out / "village" / "manifest.json", "{"), web_app(out / "x")), False),
    "a link to a folder": (link_as_target, False),
    "a broken link": (lambda out: (out / "village").symlink_to(out / "nowhere"), False),
    "a repository": (lambda out: add(out / "village" / ".git" / "HEAD"), False),
    "minutes put beside the pages": (published_then(lambda f: add(f / "minutes.txt")), True),
    "minutes put into a folder of the pages": (published_then(lambda f: add(f / "deep" / "minutes.txt")), True),
    "an empty folder put beside the pages": (published_then(lambda f: (f / "meeting").mkdir()), True),
    "an edited plan": (published_then(lambda f: add(f / "plan.csv")), True),
    "a page replaced by a link": (published_then(linked_file), True),
    "a folder of the pages replaced by a link": (published_then(linked_folder), True),
    "a manifest changed by hand": (published_then(lambda f: add(f / "manifest.json", "{}")), False),
    "a manifest that names a file outside": (published_then(out_of_the_folder), False),
    "an edited folder from before the mark": (published_then(unmarked_and_changed), False),
    "a kept folder of an earlier run": (earlier_kept, True),
    "a hidden folder that looks like ours": (lambda out: add(out / ".village.geo-partnerships-new" / "x"), False),
    "another hidden folder": (lambda out: add(out / ".village.geo-partnerships-old" / "x"), True),
}


def everything_of_the_users(root: Path) -> list[str]:
    """Return what every file says that the program did not write, sorted; a link counts by where it leads."""
    texts = [p.readlink().name if p.is_symlink() else p.read_text(errors="replace")
             for p in root.rglob("*") if p.is_symlink() or p.is_file()]  # fmt: skip
    return sorted(text for text in texts if text in {THESIS, "mine", "real", "nowhere", "thesis.txt", "{", "{}"})


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    data = write_village(tmp_path_factory.mktemp("village") / "data")
    problem, scenario = running.load("village", data)
    return running.make_plan("village", problem, scenario)


@pytest.fixture
def quick_pages(monkeypatch):
    monkeypatch.setattr(running, "write_pages", lambda _view, folder, **_: (folder / "index.html").write_text("new"))
    monkeypatch.setattr(running, "write_exports", lambda _view, folder, **_: writer("new")(folder))


@pytest.mark.usefixtures("quick_pages")
@pytest.mark.parametrize("way", WAYS)
def test_what_the_user_put_there_survives_a_run(tmp_path, made, way) -> None:
    stage, published = WAYS[way]
    out = tmp_path / "out"
    out.mkdir()
    stage(out)
    before = everything_of_the_users(out)
    told: list[str] = []
    said = ""
    try:
        running.publish(made, out, tell=told.append)
    except running.UsageError as error:
        said = str(error)
    assert everything_of_the_users(out) == before
    assert published != bool("left alone" in said)
    if published:
        assert verify(out / "village") == []
        assert (out / "village" / "index.html").read_text() == "new"
        earlier = {KEPT} if way.startswith("a kept") else set()
        moved = {p.name for p in out.iterdir() if ".before-" in p.name} - earlier
        assert [sentence.split()[-1] for sentence in told] == [f"{out / name}." for name in moved]
        assert bool(moved) == (way != "another hidden folder")


@pytest.mark.usefixtures("quick_pages")
@pytest.mark.parametrize("where", ["the data folder", "the folder of scenarios", "here", "home"])
def test_a_run_into_a_folder_of_the_users_own_changes_nothing_in_it(tmp_path, made, monkeypatch, where) -> None:
    data = write_village(tmp_path / "data")
    roots = {"the data folder": data, "the folder of scenarios": data / "scenarios", "here": Path(), "home": tmp_path}
    root = roots[where]
    monkeypatch.chdir(data)
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    running.publish(made, root)
    running.publish(made, root)
    assert verify(root / "village") == []
    assert {path: path.read_bytes() for path in before} == before
    again, _ = running.load("village", data)
    assert again.schools.keys() == made.plan.problem.schools.keys()


@pytest.mark.parametrize("change", [lambda _: None, unmarked, lambda f: (f / "plan.csv").unlink()])
def test_a_folder_as_it_was_published_is_replaced_and_nothing_is_kept(tmp_path, change) -> None:
    target = tmp_path / "run"
    publish_folder(target, writer("old"))
    change(target)
    assert publish_folder(target, writer("new")) == ()
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_each_folder_kept_has_the_next_free_number(tmp_path) -> None:
    target = tmp_path / "run"
    for number in (1, 2, 3):
        publish_folder(target, writer("ours"))
        add(target / "minutes.txt", str(number))
    publish_folder(target, writer("ours"))
    assert [(tmp_path / f"run.before-{n}" / "minutes.txt").read_text() for n in (1, 2, 3)] == ["1", "2", "3"]


def test_files_put_into_an_empty_folder_while_the_run_writes_are_left_alone(tmp_path) -> None:
    target = tmp_path / "run"
    target.mkdir()

    def write(folder):
        writer("new")(folder)
        add(target / "thesis.txt")

    with pytest.raises(running.UsageError, match="left alone"):
        publish_folder(target, write)
    assert (target / "thesis.txt").read_text() == THESIS
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("other", ["b/village.toml", "b/Village.toml", "b/village_.toml"])
def test_two_scenarios_of_one_folder_are_refused_before_planning(tmp_path, capsys, monkeypatch, other) -> None:
    data = write_village(tmp_path / "data")
    for name in ("a/village.toml", other):
        add(tmp_path / name, "[area]\npartnerships = 3\n")
    monkeypatch.setattr(running, "make_plan", lambda *_, **__: pytest.fail("it was planned"))
    names = [str(tmp_path / name) for name in ("a/village.toml", other)]
    assert main(["run", *names, "--data", str(data), "--output", str(tmp_path / "out")]) == 2
    assert "both be written to the folder village" in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "out").exists()


def test_an_officers_edition_can_be_read_by_the_user_alone(tmp_path, made) -> None:
    mask = os.umask(0o022)
    try:
        officers = running.publish(made, tmp_path, running.Audience.OFFICERS)
        public = running.publish(made, tmp_path)
    finally:
        os.umask(mask)
    modes = {path.stat().st_mode & 0o777 for path in (officers, *officers.rglob("*"))}
    assert modes == {0o700, 0o600}
    assert {path.stat().st_mode & 0o777 for path in (public, *public.rglob("*"))} == {0o755, 0o644}


def test_loose_files_are_replaced_where_they_are_ours_and_kept_where_they_are_not(tmp_path) -> None:
    add(tmp_path / "summary.csv")
    assert write_files(tmp_path, {"summary.csv": "one", "parts/a.js": "a"}) == (tmp_path / "summary.csv.before-1",)
    assert write_files(tmp_path, {"summary.csv": "two", "parts/b.js": "b"}) == ()
    add(tmp_path / "summary.csv", "edited")
    assert write_files(tmp_path, {"summary.csv": "three"}) == (tmp_path / "summary.csv.before-2",)
    said = {p.name: p.read_text() for p in tmp_path.glob("summary*")}
    assert said == {"summary.csv": "three", "summary.csv.before-1": THESIS, "summary.csv.before-2": "edited"}
    assert not list((tmp_path / "parts").iterdir())


def test_a_part_that_the_user_changed_stays_when_it_is_no_longer_needed(tmp_path) -> None:
    write_files(tmp_path, {"a.js": "a", "b.js": "b"})
    add(tmp_path / "a.js")
    write_files(tmp_path, {})
    assert {p.name for p in tmp_path.iterdir()} == {"a.js", NOTED}
    remove_written(tmp_path)
    assert [p.read_text() for p in tmp_path.iterdir()] == [THESIS]


def test_no_loose_file_is_written_through_a_link(tmp_path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "assets").symlink_to(tmp_path / "mine")
    with pytest.raises(running.UsageError, match="is a link"):
        write_files(tmp_path / "site", {"assets/a.js": "a"})
    assert not list((tmp_path / "mine").iterdir())


@pytest.mark.parametrize("name", ["../thesis.txt", "{folder}/thesis.txt", "link/thesis.txt", "a/../../thesis.txt"])
def test_a_note_that_names_files_elsewhere_removes_nothing(tmp_path, name) -> None:
    add(tmp_path / "thesis.txt")
    write_files(tmp_path / "site", {"a.js": THESIS})
    (tmp_path / "site" / "link").symlink_to(tmp_path)
    note = tmp_path / "site" / NOTED
    note.write_text(note.read_text().replace("a.js", name.format(folder=tmp_path)))
    write_files(tmp_path / "site", {})
    assert (tmp_path / "thesis.txt").read_text() == THESIS
