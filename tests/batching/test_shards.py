"""Shards divide a batch among machines; merged, they are what one run makes, and nothing foreign gets in."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_partnerships.batching import Shard, read_project, run_batch
from geo_partnerships.cli import main
from geo_partnerships.errors import UsageError
from tests.batching.county import county, results, write_project, write_register

if TYPE_CHECKING:
    from pathlib import Path

GOOD = [row for row in county() if row[2] in {"901", "902", "905"}]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of three authorities and the outputs of its two shards."""
    folder = tmp_path_factory.mktemp("shards")
    project = read_project(write_project(folder / "project", GOOD))
    for place in (1, 2):
        run_batch(project, folder / f"{place}", workers=1, shard=Shard(place, 2))
    return folder


@pytest.fixture
def shards(made: Path, tmp_path: Path) -> tuple[Path, list[Path]]:
    """A copy to spoil: the project's file and the outputs of its shards."""
    shutil.copytree(made, tmp_path / "copy")
    return tmp_path / "copy" / "project" / "project.toml", [tmp_path / "copy" / "1", tmp_path / "copy" / "2"]


def test_merged_shards_are_the_bytes_of_one_run(shards: tuple[Path, list[Path]], tmp_path: Path) -> None:
    project, folders = shards
    whole = run_batch(read_project(project), tmp_path / "whole", workers=1)
    merged = run_batch(read_project(project), tmp_path / "merged", workers=1, merged=folders)
    one, two = results(tmp_path / "whole"), results(tmp_path / "merged")
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []
    assert (merged.redone, merged.kept, len(whole.notes)) == (0, 3, 3)


def test_a_shard_has_its_share_alone(made: Path) -> None:
    assert [path.name for path in sorted((made / "1" / "authorities").iterdir())] == ["901", "905"]
    assert [path.name for path in sorted((made / "2" / "data").iterdir())] == ["902"]


@given(st.sets(st.text("abc019", min_size=1, max_size=4)), st.integers(1, 7))
def test_shares_are_all_and_no_two_overlap(keys: set[str], number: int) -> None:
    shares = [Shard(place, number).share(keys, str) for place in range(1, number + 1)]
    assert sorted(key for share in shares for key in share) == sorted(keys)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "1/0", "-1/2", "a/b", "1/2/3", "", "٣/٤"])
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="the third of twenty"):
        Shard.read(text)


def test_a_shard_that_is_not_there_is_named(shards: tuple[Path, list[Path]], tmp_path: Path) -> None:
    project, folders = shards
    with pytest.raises(UsageError, match="Of 2 shards some are not there: 2/2"):
        run_batch(read_project(project), tmp_path / "out", workers=1, merged=folders[:1])


def test_an_authority_that_is_not_finished_is_named(shards: tuple[Path, list[Path]], tmp_path: Path) -> None:
    project, folders = shards
    (folders[0] / ".batch" / "plan-905.json").unlink()
    with pytest.raises(UsageError, match="Not finished in any of these folders: 905"):
        run_batch(read_project(project), tmp_path / "out", workers=1, merged=folders)
    assert not (tmp_path / "out" / "authorities").exists()


def test_a_shard_of_other_data_is_refused(shards: tuple[Path, list[Path]], tmp_path: Path) -> None:
    project, folders = shards
    moved = [[*row[:7], row[7] + (row[2] == "902"), *row[8:]] for row in GOOD]
    write_register(project.parent / "register.csv", moved)
    with pytest.raises(UsageError, match=r"shard 2/2, was made from other data.*: 902"):
        run_batch(read_project(project), tmp_path / "out", workers=1, merged=folders)


def test_a_shard_whose_files_were_changed_is_refused(shards: tuple[Path, list[Path]], tmp_path: Path) -> None:
    project, folders = shards
    (folders[1] / "authorities" / "902" / "plan.csv").write_text("urn\n", encoding="utf-8")
    with pytest.raises(UsageError, match="its files were changed since: 902"):
        run_batch(read_project(project), tmp_path / "out", workers=1, merged=folders)


def test_what_is_no_output_of_a_shard_is_refused(shards: tuple[Path, list[Path]], tmp_path: Path) -> None:
    project, folders = shards
    with pytest.raises(UsageError, match="is no folder of a shard"):
        run_batch(read_project(project), tmp_path / "out", workers=1, merged=[folders[0], tmp_path])
    (folders[1] / ".batch" / "shard.json").write_text(json.dumps({"shard": "1/3"}), encoding="utf-8")
    with pytest.raises(UsageError, match="shards of different batches: 1/2, 1/3"):
        run_batch(read_project(project), tmp_path / "out", workers=1, merged=folders)
    (folders[1] / ".batch" / "shard.json").write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(UsageError, match="is no folder of a shard"):
        run_batch(read_project(project), tmp_path / "out", workers=1, merged=folders)


def test_the_command_refuses_a_shard_with_a_site(shards: tuple[Path, list[Path]], tmp_path: Path) -> None:
    arguments = ["batch", str(shards[0]), "--shard", "1/2", "--site", "--output", str(tmp_path / "out")]
    assert main(arguments) == UsageError.exit_code
