"""From Python: a plan gives frames, figures, moved plans, files and a map, and is never changed itself."""

from __future__ import annotations

import copy
import pickle
import sys
from dataclasses import replace
from types import MappingProxyType

import geopandas as gpd
import matplotlib as mpl
import pytest

import geo_partnerships as gp
from tests.small import small_problem, small_scenario

mpl.use("Agg")


@pytest.fixture(scope="module")
def plan():
    return gp.plan(small_problem(), small_scenario())


def test_schools_are_points_on_the_national_grid_with_their_partnership(plan) -> None:
    frame = plan.schools
    assert frame.crs == "EPSG:27700"
    assert set(frame["partnership"]) == {1, 2}
    row = frame.set_index("urn").loc["13"]
    assert (row.geometry.x, row.geometry.y) == (520_300.0, 190_000.0)
    assert row["distance_to_centre_m"] == pytest.approx(plan.problem.schools["13"].easting - 520_200.0, abs=101)


def test_areas_hold_their_schools(plan) -> None:
    areas = plan.areas.set_index("number")
    assert areas.crs == "EPSG:27700"
    for row in plan.schools.itertuples():
        assert areas.geometry[row.partnership].covers(row.geometry)


def test_a_moved_plan_is_a_new_plan(plan) -> None:
    home = int(plan.schools.set_index("urn")["partnership"]["15"])
    before = plan.schools
    moved = plan.move("15", 3 - home)
    assert int(moved.schools.set_index("urn")["partnership"]["15"]) == 3 - home
    assert moved.scores.mean_distance_m > plan.scores.mean_distance_m
    assert plan.schools.equals(before)
    assert gp.compare(plan, moved).moved[0].school == "15"


@pytest.mark.parametrize("name", ["plan.gpkg", "plan.geojson"])
def test_files_read_back_as_the_plan(plan, tmp_path, name) -> None:
    path = plan.to_file(tmp_path / name)
    frame = gpd.read_file(path, layer="schools" if name.endswith("gpkg") else None).to_crs("EPSG:27700")
    assert list(frame["urn"]) == list(plan.schools["urn"])
    assert max(frame.geometry.distance(plan.schools.geometry)) < 1
    with pytest.raises(gp.UsageError, match="gpkg"):
        plan.to_file(tmp_path / "plan.docx")


def test_explore_is_a_folium_map_without_a_network(plan, tmp_path) -> None:
    import folium

    chart = gp.explore(plan)
    assert isinstance(chart, folium.Map)
    page = tmp_path / "map.html"
    chart.save(page)
    text = page.read_text(encoding="utf-8")
    assert "School 13" in text
    assert "http://" not in text.replace("http://www.w3.org", "")


@pytest.mark.parametrize("copied", [lambda plan: pickle.loads(pickle.dumps(plan)), copy.deepcopy])  # noqa: S301 - own bytes
def test_a_plan_can_be_pickled_and_copied_deeply(plan, copied) -> None:
    read_only = replace(plan, problem=replace(plan.problem, schools=MappingProxyType(dict(plan.problem.schools))))
    made = copied(read_only)
    assert isinstance(made, gp.Plan)
    assert made == read_only
    assert made.gap == plan.gap
    with pytest.raises(TypeError, match="item assignment"):
        made.problem.schools["15"] = made.problem.schools["13"]


def test_a_plan_is_shown_in_a_line_and_as_a_table(plan) -> None:
    assert repr(plan).startswith("<Plan: 2 partnerships of")
    assert len(repr(plan)) < 300
    named = replace(plan, partnerships=tuple(replace(p, name="<b>{{ 1 }}</b>") for p in plan.partnerships))
    shown = gp.Plan.of(named)._repr_html_()
    assert shown.count("&lt;b&gt;") == 2
    assert "<b>" not in shown


def test_a_plan_is_drawn_with_a_colour_for_each_partnership(plan) -> None:
    drawn = plan.plot(markersize=9)
    colours = {tuple(colour) for part in drawn.collections for colour in part.get_facecolors().round(3)}
    assert len(colours) >= 2


def test_geoparquet_reads_back_as_the_schools(plan, tmp_path) -> None:
    frame = gpd.read_parquet(plan.to_parquet(tmp_path / "schools.parquet"))
    assert frame.crs == "EPSG:27700"
    assert list(frame["urn"]) == list(plan.schools["urn"])
    assert frame.geometry.equals(plan.schools.geometry)


def test_what_is_not_installed_is_told_with_its_extra(plan, tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(gp.UsageError, match=r"geo-partnerships\[parquet\]"):
        plan.to_parquet(tmp_path / "schools.parquet")
