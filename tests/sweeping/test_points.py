"""Sweeps: a grid of plans that equals single runs, can be interrupted, and tells what cannot be planned."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from geo_partnerships.api import running
from geo_partnerships.api.run_json import run_object
from geo_partnerships.cli import main
from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.scenarios.read import read_scenario
from geo_partnerships.sweeping import grid, parse_axis, sweep, write_sweep
from geo_partnerships.sweeping.page import mean_of
from tests.village import write_village

pytestmark = pytest.mark.xdist_group("sweep")
AXES = (parse_axis("area.partnerships=2..5"), parse_axis("district_penalty=0,250,500,750,1000,1500"))


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return write_village(tmp_path_factory.mktemp("village") / "data")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("sweep")


@pytest.fixture(scope="module")
def found(data, folder):
    """Twenty-four points, six of them with two partnerships of four to eight for eighteen schools: no plan."""
    return sweep("village", data, AXES, folder)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a=9..11", ("9", "10", "11")),
        ("a=0,250,500", ("0", "250", "500")),
        ("a=1, 3..4,3", ("1", "3", "4")),
        ("area.size=[5, 11],[6, 12]", ("[5, 11]", "[6, 12]")),
        ('title="a,b",c', ('"a,b"', "c")),
    ],
)
def test_an_axis_is_a_range_or_a_list(text, values) -> None:
    assert parse_axis(text).values == values


@pytest.mark.parametrize("text", ["a", "a=", "=1", "a=1,,2", "a=5..3", "a=0..999999", "a..b=1"])
def test_an_axis_that_is_none_is_refused(text) -> None:
    with pytest.raises(UsageError):
        parse_axis(text)


def test_a_grid_is_bounded_and_varies_each_parameter_once() -> None:
    assert len(grid(AXES)) == 24
    for axes in ([], [AXES[0], AXES[0]], [parse_axis("a=1..1000"), parse_axis("b=1..1000")]):
        with pytest.raises(UsageError):
            grid(axes)


def test_twenty_four_plans_equal_twenty_four_single_runs(data, found) -> None:
    assert len(found.points) == 24
    problem, _ = running.load("village", data)
    for point in found.points:
        if point.run is not None:
            scenario = read_scenario("village", data / "scenarios", point.changes)
            single = run_object(running.make_plan("village", problem, scenario))
            assert point.run == json.loads(json.dumps(single))


def test_points_without_a_plan_are_told_and_stop_nothing(found) -> None:
    none = [point for point in found.points if point.run is None]
    assert {point.values[0] for point in none} == {"2", "5"}
    assert all("partnerships" in point.sentence or "sizes" in point.sentence for point in none)


def test_a_point_without_a_plan_says_where_its_rules_were_written_as_the_file_is_now(tmp_path, capsys) -> None:
    data = write_village(tmp_path / "data")
    arguments = ["sweep", "village", "--data", str(data), "--output", str(tmp_path / "out"), "--workers", "1"]
    arguments += ["--over", "area.partnerships=5", "--set", "seed=3"]
    for line in (8, 9):
        assert main(arguments) == 0
        told = capsys.readouterr().out
        table = (tmp_path / "out" / "sweeps" / "village-officers" / "sweep.csv").read_text(encoding="utf-8")
        for text in (told, table):
            assert "(5 partnerships: --over area.partnerships)" in text
            assert f"(sizes 4 to 8: village.toml, line {line})" in text
        path = data / "scenarios" / "village.toml"
        path.write_text("# One more line.\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert "made before" in told


def test_what_is_done_is_not_done_again(data, folder, found) -> None:
    before = {p: p.stat().st_mtime_ns for p in (folder / "points").iterdir()}
    again = sweep("village", data, AXES, folder)
    assert again.points == found.points
    assert (found.reused, again.reused) == (0, 24)
    assert {p: p.stat().st_mtime_ns for p in (folder / "points").iterdir()} == before


def test_half_written_points_are_made_again(data, folder, found) -> None:
    one, other, *_ = (point for point in found.points if point.run)
    (folder / "points" / f"{one.digest}.json").write_text('{"digest": "')
    (folder / "points" / f"{other.digest}.json").write_text("[" * 100_000)
    again = sweep("village", data, AXES, folder, workers=1)
    assert again.points == found.points
    assert again.reused == 22


def test_table_and_chart_hold_every_plan_and_open_it(folder, found) -> None:
    page = write_sweep(found, folder)
    text = page.read_text(encoding="utf-8")
    rows = list(csv.reader((folder / "sweep.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 25
    assert rows[0][1:3] == ["area.partnerships", "district_penalty"]
    planned = [point for point in found.points if point.run]
    svg = ET.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])  # noqa: S314
    assert len(list(svg.iter("a"))) == len(planned)
    for link in svg.iter("a"):
        assert (folder / link.attrib["href"]).is_file()
    assert "<script" not in text
    assert "best trade-off" in text
    assert any(map(found.is_best, planned))


def test_a_value_that_no_scenario_takes_is_refused_before_anything_is_planned(data, tmp_path) -> None:
    with pytest.raises(BadDataError, match="neighbour_share"):
        sweep("village", data, [parse_axis("neighbour_share=0,3")], tmp_path)
    assert not (tmp_path / "points").exists()


def _heed_interrupts() -> None:
    """A shell's background job ignores interrupts, and so would what it starts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_an_interrupted_sweep_goes_on_where_it_stopped(data, found, tmp_path, capsys) -> None:
    arguments = ["sweep", "village", "--data", str(data), "--output", str(tmp_path), "--workers", "1"]
    arguments += ["--over", "area.partnerships=3", "--over", "district_penalty=0,250,500,750,1000,1500"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    child = subprocess.Popen(
        [sys.executable, "-m", "geo_partnerships", *arguments],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment,
        preexec_fn=_heed_interrupts,  # noqa: PLW1509 - no thread runs yet
    )  # fmt: skip
    points = tmp_path / "sweeps" / "village-officers" / "points"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (points.is_dir() and any(points.glob("[!.]*.json"))):
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=60)
    assert child.returncode == 130, told
    assert "Traceback" not in told
    done = len(list(points.glob("[!.]*.json")))
    assert 0 < done < 6
    assert main([*arguments, "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["reused"] == done
    assert [p["run"] for p in again["points"]] == [p.run for p in found.points if p.values[0] == "3"]


def test_a_data_file_that_changes_between_two_sweeps_is_read_again(tmp_path) -> None:
    data = write_village(tmp_path / "data")
    axes = (parse_axis("area.partnerships=3"),)
    before = sweep("village", data, axes, tmp_path / "sweep", workers=1).points[0]
    survey = (data / "survey.csv").read_text(encoding="utf-8")
    (data / "survey.csv").write_text(survey.replace("100103", "100104"), encoding="utf-8")
    after = sweep("village", data, axes, tmp_path / "sweep", workers=1)
    assert after.reused == 0
    assert after.points[0].digest != before.digest


def test_a_mean_over_known_places_alone_says_of_how_many_it_is() -> None:
    run = {"mean_distance_m": 820.4, "measured": 61, "places": 63}
    assert mean_of(run) == "820 m (of the 61 of 63 places with a known distance)"
    assert mean_of({**run, "measured": 63}) == "820 m"
