"""A reader of the output sees the old run or the new one, whole."""

import errno
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from geo_partnerships.errors import UsageError
from geo_partnerships.publishing import folder as publishing_folder
from geo_partnerships.publishing import lock_folder, publish_folder, verify


def writer(text):
    def write(folder):
        (folder / "deep").mkdir()
        (folder / "deep" / "page.html").write_text(text)
        (folder / "plan.csv").write_text(text)

    return write


def test_a_folder_is_replaced_whole(tmp_path) -> None:
    target = tmp_path / "run"
    publish_folder(target, writer("old"))
    (target / "deep" / "page.html").chmod(0o644)
    publish_folder(target, lambda folder: (folder / "plan.csv").write_text("new"))
    assert sorted(p.name for p in target.iterdir()) == ["manifest.json", "plan.csv"]
    assert verify(target) == []
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_a_failed_run_leaves_the_old_one(tmp_path) -> None:
    target = tmp_path / "run"
    publish_folder(target, writer("old"))

    def fail(folder):
        writer("new")(folder)
        raise OSError(28, "No space left on device")

    with pytest.raises(UsageError, match="No space left on device"):
        publish_folder(target, fail)
    assert (target / "plan.csv").read_text() == "old"
    assert verify(target) == []
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("files", [3, 100])
def test_every_file_is_on_the_disk_before_the_swap(tmp_path, monkeypatch, files) -> None:
    synced, swap, real = set(), publishing_folder._swap, os.fsync

    def syncing(handle):
        synced.add(os.fstat(handle).st_ino)
        real(handle)

    def swapping(staging, target):
        assert {path.stat().st_ino for path in (staging, *staging.rglob("*"))} <= synced
        swap(staging, target)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(publishing_folder, "_swap", swapping)
    publish_folder(tmp_path / "run", lambda folder: [(folder / f"{n}.html").write_text("new") for n in range(files)])
    assert len(verify(tmp_path / "run")) == 0
    assert len(synced) >= files + 2


def test_one_file_of_many_that_the_disk_refuses_leaves_the_old_ones(tmp_path, monkeypatch) -> None:
    target = tmp_path / "run"
    publish_folder(target, writer("old"))
    real = os.fsync

    def refusing(handle):
        if os.fstat(handle).st_size == 77:
            raise OSError(errno.EIO, "Input/output error")
        real(handle)

    monkeypatch.setattr(os, "fsync", refusing)
    with pytest.raises(UsageError, match="Input/output error"):
        publish_folder(target, lambda folder: [(folder / f"{n}.html").write_text("n" * n) for n in range(100)])
    assert (target / "plan.csv").read_text() == "old"
    assert verify(target) == []
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_a_folder_of_somebody_else_is_left_alone(tmp_path) -> None:
    target = tmp_path / "run"
    target.mkdir()
    (target / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="left alone"):
        publish_folder(target, writer("new"))
    assert (target / "thesis.txt").read_text() == "years of work"


def test_verify_names_what_changed(tmp_path) -> None:
    target = tmp_path / "run"
    publish_folder(target, writer("old"))
    (target / "plan.csv").write_text("tampered")
    (target / "extra.txt").write_text("")
    (target / "deep" / "page.html").unlink()
    assert verify(target) == [
        "plan.csv differs.",
        "deep/page.html is missing.",
        "extra.txt is not in the manifest.",
    ]
    assert "missing" in verify(tmp_path)[0]


def test_a_second_run_is_refused_and_the_lock_dies_with_its_process(tmp_path) -> None:
    program = textwrap.dedent("""
        import sys
        from pathlib import Path
        from geo_partnerships.publishing import lock_folder
        with lock_folder(Path(sys.argv[1])):
            print("held", flush=True)
            sys.stdin.read()
    """)
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path.cwd(),
    )
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(UsageError, match="Another run"), lock_folder(tmp_path):
        pass
    holder.kill()
    holder.communicate()
    with lock_folder(tmp_path):
        pass


def test_verify_takes_no_link_for_the_file_it_names(tmp_path) -> None:
    target = tmp_path / "run"
    publish_folder(target, writer("old"))
    (target / "plan.csv").rename(tmp_path / "kept.csv")
    (target / "plan.csv").symlink_to(tmp_path / "kept.csv")
    (target / "pages").symlink_to(target / "deep")
    os.mkfifo(target / "pipe")
    assert verify(target) == [
        "plan.csv is no longer a plain file.",
        "pages is not in the manifest.",
        "pipe is not in the manifest.",
    ]
    (target / "manifest.json").rename(tmp_path / "manifest.json")
    (target / "manifest.json").symlink_to(tmp_path / "manifest.json")
    assert "is a link" in verify(target)[0]


@pytest.mark.parametrize(
    "text",
    ["", "[", "[]", "{}", '{"files": 1}', '{"files": ["plan.csv"]}', "[" * 100_000, "\0", "null", '{"files": null}'],
)
def test_a_damaged_manifest_is_told(tmp_path, text) -> None:
    publish_folder(tmp_path / "run", writer("old"))
    (tmp_path / "run" / "manifest.json").write_text(text)
    assert verify(tmp_path / "run") == ["manifest.json cannot be read."]


def test_a_manifest_of_other_things_than_text_differs(tmp_path) -> None:
    publish_folder(tmp_path / "run", writer("old"))
    stated = {"files": {"plan.csv": None, "deep/page.html": [], "../../etc/passwd": "x", "\x1b[2J": "x"}}
    (tmp_path / "run" / "manifest.json").write_text(json.dumps(stated))
    assert verify(tmp_path / "run") == [
        "deep/page.html differs.",
        "plan.csv differs.",
        "�[2J is missing.",
        "../../etc/passwd is missing.",
    ]


def test_a_file_or_folder_that_cannot_be_read_is_told(tmp_path, monkeypatch) -> None:
    publish_folder(tmp_path / "run", writer("old"))
    real_open, real_scan = Path.open, os.scandir

    def refuse(path, *arguments, **options):
        if path.name == "plan.csv":
            raise PermissionError(errno.EACCES, "Permission denied")
        return real_open(path, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        assert verify(tmp_path / "run") == ["plan.csv cannot be read (Permission denied)."]

    def unlisted(path):
        if str(path).endswith("deep"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real_scan(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", unlisted)
        assert verify(tmp_path / "run") == ["The folder cannot be listed (Permission denied)."]
    assert verify(tmp_path / "run" / "plan.csv") == ["manifest.json is missing: this is not a published folder."]


def test_a_disk_that_cannot_lock_is_told(tmp_path, monkeypatch) -> None:
    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(UsageError, match="cannot be locked: No locks available"), lock_folder(tmp_path):
        pass


def test_the_system_may_not_know_the_exchange_of_folders(tmp_path, monkeypatch) -> None:
    publish_folder(tmp_path / "run", writer("old"))
    monkeypatch.setattr(publishing_folder.ctypes, "CDLL", lambda *_, **__: object())
    publish_folder(tmp_path / "run", writer("new"))
    assert (tmp_path / "run" / "plan.csv").read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_a_refusal_that_a_writer_wraps_is_still_the_disks(tmp_path) -> None:
    def write(_folder):
        raise RuntimeError(OSError(errno.ENOSPC, "No space left on device"))

    with pytest.raises(UsageError, match="No space left"):
        publish_folder(tmp_path / "run", write)


def test_what_stands_in_the_way_of_the_hidden_folder_and_is_not_ours_is_left_alone(tmp_path) -> None:
    hidden = tmp_path / ".run.geo-partnerships-new"
    (tmp_path / "elsewhere").mkdir()
    hidden.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="is in the way"):
        publish_folder(tmp_path / "run", writer("new"))
    assert hidden.is_symlink()
    hidden.unlink()
    hidden.mkdir()
    (hidden / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="is in the way"):
        publish_folder(tmp_path / "run", writer("new"))
    assert (hidden / "thesis.txt").read_text() == "years of work"


def test_an_exchange_that_the_disk_refuses_is_told(tmp_path) -> None:
    publish_folder(tmp_path / "run", writer("old"))
    with pytest.raises(FileNotFoundError):
        publishing_folder._exchange(tmp_path / "run", tmp_path / "nowhere")


def test_an_empty_folder_of_the_users_is_published_into_and_one_not_there_is_made(tmp_path) -> None:
    (tmp_path / "empty").mkdir()
    for target in (tmp_path / "empty", tmp_path / "not" / "there" / "yet"):
        publish_folder(target, writer("new"))
        assert verify(target) == []
    with lock_folder(tmp_path / "nor" / "this"):
        publish_folder(tmp_path / "nor" / "this" / "run", writer("new"))


def test_a_folder_named_from_where_one_stands_is_swapped_in_one_step(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    publish_folder(Path("run"), writer("old"))
    try:
        publishing_folder._exchange(tmp_path / "run", tmp_path / "run")
    except OSError as error:
        pytest.skip(f"the swap in one step was not tried: this disk cannot exchange two folders ({error})")
    monkeypatch.setattr(publishing_folder, "_replace", lambda *_: pytest.fail("there was a moment without a folder"))
    publish_folder(Path("run"), writer("new"))
    assert (tmp_path / "run" / "plan.csv").read_text() == "new"
    assert verify(Path("run")) == []


def test_a_user_who_breaks_off_is_not_told_of_the_disk(tmp_path) -> None:
    """Ctrl-C while a refusal of the disk is dealt with stays Ctrl-C, and the old folder stays."""
    publish_folder(tmp_path / "run", writer("old"))

    def write(_folder):
        try:
            (tmp_path / "nowhere" / "x").touch()
        except OSError:
            raise KeyboardInterrupt  # noqa: B904 - as it comes, while another error is handled

    with pytest.raises(KeyboardInterrupt):
        publish_folder(tmp_path / "run", write)
    assert (tmp_path / "run" / "plan.csv").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_an_error_that_is_no_refusal_of_the_disk_stays_what_it_is(tmp_path) -> None:
    with pytest.raises(ValueError, match="a mistake of ours"):
        publish_folder(tmp_path / "run", lambda _: (_ for _ in ()).throw(ValueError("a mistake of ours")))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("link", [False, True])
def test_a_link_or_a_file_in_the_targets_place_is_left_alone(tmp_path, link) -> None:
    target = tmp_path / "run"
    if link:
        target.symlink_to(tmp_path / "nowhere")
    else:
        target.write_text("mine")
    with pytest.raises(UsageError, match="left alone"):
        publish_folder(target, writer("new"))
    assert target.is_symlink() if link else target.read_text() == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_a_link_to_a_published_folder_is_left_alone(tmp_path) -> None:
    publish_folder(tmp_path / "other", writer("other"))
    (tmp_path / "run").symlink_to(tmp_path / "other")
    with pytest.raises(UsageError, match="left alone"):
        publish_folder(tmp_path / "run", writer("new"))
    assert (tmp_path / "other" / "plan.csv").read_text() == "other"


def test_folders_of_the_users_that_only_look_like_remains_stay(tmp_path) -> None:
    """A name is no proof of whose a folder is."""
    own = [".geo-partnerships-new", "..geo-partnerships-new", ".geo-partnerships-old", "..geo-partnerships-old"]
    own += ["x.geo-partnerships-new", ".x.geo-partnerships-newer", ".x.geo-partnerships-new", ".x.geo-partnerships-old"]
    for name in own:
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_text(name)
    with lock_folder(tmp_path):
        pass
    assert {p.name for p in tmp_path.iterdir()} == {*own, ".geo-partnerships.lock"}
    assert {p.parent.name for p in tmp_path.glob("*/x")} == set(own)


@pytest.mark.parametrize("filled", ["", "x"])
def test_what_a_run_left_that_died_while_filling_is_cleared(tmp_path, filled) -> None:
    staging = publishing_folder._begin(tmp_path / ".r.geo-partnerships-new", private=False)
    (staging / "page.html").write_text(filled)
    with lock_folder(tmp_path) as kept:
        assert kept == ()
    assert [p.name for p in tmp_path.iterdir()] == [".geo-partnerships.lock"]


def test_the_lock_is_a_file_that_nobody_can_run_and_is_not_passed_on(tmp_path) -> None:
    mask = os.umask(0)
    try:
        with lock_folder(tmp_path):
            assert (tmp_path / ".geo-partnerships.lock").stat().st_mode & 0o777 == 0o644
    finally:
        os.umask(mask)
