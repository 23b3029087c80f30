"""A file is there whole or as it was before."""

from __future__ import annotations

import os

import pytest

from geo_partnerships.systems import sync
from geo_partnerships.whole_files import write_whole


def test_a_file_is_written_with_its_folder_and_its_line_ends_kept(tmp_path) -> None:
    path = tmp_path / "new" / "a.csv"
    write_whole(path, "é,1\r\nb,2\n")
    assert path.read_bytes() == "é,1\r\nb,2\n".encode()
    write_whole(path, "other")
    assert [p.name for p in path.parent.iterdir()] == ["a.csv"]
    assert path.read_text(encoding="utf-8") == "other"


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_disk_that_refuses_leaves_what_was_there_and_nothing_else(tmp_path, monkeypatch, failing) -> None:
    path = tmp_path / "a.txt"
    write_whole(path, "old")

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, failing, refuse)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_can_be_synced_and_what_is_not_there_is_told(tmp_path) -> None:
    sync(tmp_path)
    with pytest.raises(FileNotFoundError):
        sync(tmp_path / "none")
