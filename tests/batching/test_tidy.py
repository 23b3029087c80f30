"""The Parquet tables of a batch have a row for each membership, school and run, and nothing that is not public."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from geo_partnerships.batching import read_project, run_batch, tidy, write_tidy
from geo_partnerships.cli import main
from geo_partnerships.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def test_tables_agree_with_the_csv_files_that_are_published(project: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    report = run_batch(read_project(project), output, workers=1)
    folder = write_tidy(report, output)
    members, schools, runs = (
        pd.read_parquet(folder / f"{name}.parquet") for name in ("memberships", "schools", "runs")
    )
    plans = {path.parent.name: pd.read_csv(path) for path in output.glob("authorities/*/plan.csv")}
    assert members.groupby("key").size().to_dict() == {
        key: int(plan.partnership.notna().sum()) for key, plan in plans.items()
    }
    assert members.distance_to_centre_m.sum() == pytest.approx(
        sum(plan.distance_to_centre_m.sum() for plan in plans.values())
    )
    assert not schools.duplicated(["key", "urn"]).any()
    assert set(members.urn) <= set(schools.urn)
    assert list(runs.key) == ["901", "902", "903", "904", "905"]
    assert (
        runs.set_index("key").partnerships.dropna().to_dict() == members.groupby("key").partnership.nunique().to_dict()
    )
    assert members.dtypes["partnership"] == "Int64"
    assert runs.dtypes["objective"] == "Float64"


def test_the_same_batch_gives_the_same_bytes_in_the_place_of_the_old(project: Path, tmp_path: Path) -> None:
    arguments = ["batch", str(project), "--output", str(tmp_path / "out"), "--workers", "1", "--parquet"]
    main(arguments)
    before = {path.name: path.read_bytes() for path in (tmp_path / "out" / "tables").iterdir()}
    main(arguments)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out" / "tables").iterdir()} == before
    assert not list((tmp_path / "out").glob("*.before-*"))


def test_without_pyarrow_it_says_what_to_install(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = run_batch(read_project(project), tmp_path / "out", workers=1)
    monkeypatch.setattr(tidy, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match="pip install"):
        write_tidy(report, tmp_path / "out")
