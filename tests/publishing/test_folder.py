"""A reader of the output sees the old run or the new one, whole."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from geo_partnerships.errors import UsageError
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
