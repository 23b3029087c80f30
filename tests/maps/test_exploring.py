"""A plan on a map with the habits of geopandas: tiles, another map, a focus, a height, what is said of a school."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import folium
import pytest

import geo_partnerships as gp
from tests.small import small_problem, small_scenario

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Visitor

STILL = {"reduced_motion": "reduce", "viewport": {"width": 800, "height": 500}}


@pytest.fixture(scope="module")
def plan() -> gp.Plan:
    problem = small_problem()
    named = replace(problem.places, attributions=("Points: <b>nobody</b>",))
    return gp.plan(replace(problem, places=named), small_scenario())


@pytest.mark.browser
def test_a_notebook_shows_the_map_and_nothing_around_it(plan: gp.Plan, tmp_path: Path, visit: Visitor) -> None:
    made = gp.explore(plan, height=420)
    assert isinstance(made, folium.Map)
    assert 'height="420px"' in made._repr_html_()
    made.save(tmp_path / "map.html")
    seen = visit(tmp_path / "map.html", **STILL)
    page = seen.page
    assert page.locator("body > :not(script)").count() == 1
    assert page.locator(".pin").count() == 12
    assert page.evaluate("document.querySelector('.folium-map').clientHeight") == 500
    assert seen.foreign == []
    assert seen.complaints == []
    page.click(".leaflet-control-attribution summary")
    assert "Points: <b>nobody</b>" in page.inner_text(".leaflet-control-attribution")


def test_a_map_with_nothing_to_credit_has_no_line_for_it() -> None:
    made = gp.explore(gp.plan(small_problem(), small_scenario()))
    assert made.options["attribution_control"] is False


@pytest.mark.browser
def test_a_map_in_a_tab_that_is_opened_later_is_fitted_then(plan: gp.Plan, tmp_path: Path, visit: Visitor) -> None:
    text = gp.explore(plan).get_root().render()
    (tmp_path / "map.html").write_text(text.replace("<body>", '<body style="display:none">'), encoding="utf-8")
    page = visit(tmp_path / "map.html", **STILL).page
    page.evaluate("document.body.style.display = ''")
    page.wait_for_timeout(200)
    boxes = [pin.bounding_box() for pin in page.locator(".pin").all()]
    assert len(boxes) == 12
    assert all(box and 0 < box["x"] < 800 and 0 < box["y"] < 500 for box in boxes)


def test_tiles_take_the_place_of_the_ground(plan: gp.Plan) -> None:
    kinds = {type(child).__name__ for child in gp.explore(plan)._children.values()}
    tiled = gp.explore(plan, tiles="OpenStreetMap")
    over = {type(child).__name__ for child in tiled._children.values()}
    assert kinds - over == {"Ground"}
    assert over - kinds == {"TileLayer"}
    assert "tile.openstreetmap.org" in tiled.get_root().render()
    assert "tile.openstreetmap.org" not in gp.explore(plan).get_root().render()


def test_a_map_that_is_given_keeps_its_place_and_gains_the_layers(plan: gp.Plan) -> None:
    given = folium.Map([10, 20], zoom_start=3)
    before = len(given._children)
    assert gp.explore(plan, m=given) is given
    assert len(given._children) > before
    assert "fitWhenSeen" not in given.get_root().render().split("</script>")[-2]


@pytest.mark.browser
@pytest.mark.parametrize(("focus", "strong"), [(1, 6), ("13", 6), ([1, 2], 12)])
def test_a_focus_stands_out_and_the_rest_is_faint(
    plan: gp.Plan, tmp_path: Path, visit: Visitor, focus: int | str | list[int], strong: int
) -> None:
    gp.explore(plan, focus=focus).save(tmp_path / "map.html")
    page = visit(tmp_path / "map.html", **STILL).page
    assert page.locator(".dot:not(.faint)").count() == strong
    assert page.locator(".dot.faint").count() == 12 - strong


@pytest.mark.browser
@pytest.mark.parametrize(
    ("tooltip", "said"),
    [
        (True, "School 13"),
        (False, None),
        ("phase", "phase: primary"),
        (["name", "district"], "name: School 13\ndistrict: N1"),
    ],
)
def test_what_is_said_of_a_school(
    plan: gp.Plan, tmp_path: Path, visit: Visitor, tooltip: bool | str | list[str], said: str | None
) -> None:
    plan.explore(tooltip=tooltip).save(tmp_path / "map.html")
    page = visit(tmp_path / "map.html", **STILL).page
    page.locator('[data-urn="13"]').dispatch_event("mouseover")
    shown = [tip.inner_text() for tip in page.locator(".leaflet-tooltip").all()]
    assert shown == ([said] if said else [])


@pytest.mark.parametrize("focus", [7, "nobody", [1, "nobody"]])
def test_a_focus_on_nothing_is_told_with_what_there_is(plan: gp.Plan, focus: int | str | list[int | str]) -> None:
    with pytest.raises(gp.UsageError, match=r"neither a partnership nor a school.*\(1 and 2\)"):
        gp.explore(plan, focus=focus)


def test_a_column_that_is_not_there_is_told_with_those_that_are(plan: gp.Plan) -> None:
    with pytest.raises(gp.UsageError, match="no column pupils; there are urn, name"):
        gp.explore(plan, tooltip=["name", "pupils"])
