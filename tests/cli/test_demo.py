"""The program alone, away from its repository: its data comes with it."""

from __future__ import annotations

import subprocess
import sys
import webbrowser
import zipfile
from pathlib import Path

import pytest

import geo_partnerships as gp
from geo_partnerships.api import running
from geo_partnerships.cli import main, run

ROOT = Path(__file__).parents[2]


def test_the_wheel_holds_all_that_a_plan_of_barnet_needs(tmp_path) -> None:
    """The built wheel, unpacked in an empty folder, finds Barnet's data and its own templates and scripts."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], check=True, cwd=ROOT
    )
    (wheel,) = tmp_path.glob("*.whl")
    alone = tmp_path / "alone"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(alone)
    tracked = subprocess.run(
        ["git", "ls-files", "geo_partnerships"], check=True, cwd=ROOT, capture_output=True, text=True
    )
    assert {name for name in tracked.stdout.split() if not (alone / name).is_file()} == set()
    code = (
        "from geo_partnerships.api.running import data_folder, load; print(load('barnet-2015', data_folder())[1].title)"
    )
    shown = subprocess.run(
        [sys.executable, "-P", "-c", code], check=True, cwd=tmp_path, capture_output=True, text=True,
        env={"PYTHONPATH": str(alone)},
    )  # fmt: skip
    assert "Barnet" in shown.stdout


def test_demo_plans_barnet_in_any_folder_and_opens_its_pages(tmp_path, monkeypatch) -> None:
    opened: list[str] = []

    def planned(options, _console) -> int:
        assert options.data == running.shipped_data()
        page = options.output / options.scenario[0] / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text("planned")
        return 0

    monkeypatch.setattr(run, "command", planned)
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.chdir(tmp_path)
    assert main(["demo"]) == 0
    assert opened == [(tmp_path / "output" / "barnet-2015" / "index.html").as_uri()]
    assert main(["demo", "--no-browser", "--output", "other"]) == 0
    assert len(opened) == 1


def test_outside_a_data_folder_the_data_that_comes_with_the_program_is_planned(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (running.data_folder() / "schools.geojson").is_file()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "schools.geojson").write_text("{}")
    assert running.data_folder() == Path("data")
    with pytest.raises(gp.UsageError, match="no data folder"):
        running.data_folder(tmp_path / "missing")


def test_the_version_is_told_with_the_libraries_that_plans_depend_on(capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    words = capsys.readouterr().out
    assert words.startswith(f"geo-partnerships {gp.__version__} (highspy ")
    assert "folium" in words
