"""Files beside the user's own: what was written goes again, what the user put there stays, and who may read it."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from geo_partnerships.publishing.loose import NOTED, remove_written, write_files

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_written_and_not_changed_goes_with_its_note_and_an_empty_folder(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_files(folder, {"index.html": "page"})
    remove_written(folder)
    assert not folder.exists()


def test_what_the_user_changed_or_added_stays(tmp_path: Path) -> None:
    write_files(tmp_path, {"index.html": "page", "plan.csv": "plan"})
    (tmp_path / "plan.csv").write_text("mine")
    (tmp_path / "minutes.txt").write_text("minutes")
    remove_written(tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "plan.csv": "mine",
        "minutes.txt": "minutes",
    }


def test_a_folder_without_a_note_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    remove_written(tmp_path)
    assert (tmp_path / "index.html").read_text() == "mine"


@pytest.mark.parametrize(("given", "readable"), [({}, True), ({"private": True}, False)])
def test_others_may_read_what_is_public_alone(tmp_path: Path, given: dict[str, bool], readable: bool) -> None:
    write_files(tmp_path, {"index.html": "page"}, **given)
    for name in ("index.html", NOTED):
        assert bool((tmp_path / name).stat().st_mode & stat.S_IROTH) is readable
