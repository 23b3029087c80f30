"""What a reader does with a map: search, open, go to the row, come back, by mouse, keyboard and link."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import folium
import pytest

from geo_partnerships.pages import explore

if TYPE_CHECKING:
    from pathlib import Path

    from geo_partnerships.views.model import View
    from tests.conftest import Visitor

pytestmark = pytest.mark.browser

TITLE = ".leaflet-popup:last-child .card-title"
STILL = {"reduced_motion": "reduce", "viewport": {"width": 1280, "height": 900}}


def focused(page: object) -> str:
    return page.evaluate("document.activeElement.textContent")  # type: ignore[attr-defined, no-any-return]


def test_by_keyboard_alone_a_school_is_found_opened_and_its_row_reached(site: Path, visit: Visitor) -> None:
    page = visit(site / "overview.html", **STILL).page
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "q":
            break
    page.keyboard.type("hollickwood")
    assert page.inner_text("#search [role=status]") == "1 result"
    page.keyboard.press("ArrowDown")
    assert focused(page).startswith("Hollickwood Primary School")
    page.keyboard.press("Enter")
    assert focused(page) == "Hollickwood Primary School"
    assert page.inner_text(TITLE) == "Hollickwood Primary School"
    for _ in range(4):
        page.keyboard.press("Tab")
        if focused(page) == "Go to its row in the table":
            break
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "row-101285"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert focused(page) == "Map: Hollickwood Primary School"
    page.keyboard.press("Enter")
    assert page.inner_text(TITLE) == "Hollickwood Primary School"
    page.keyboard.press("Escape")
    assert page.locator(".leaflet-popup").count() == 0
    assert focused(page) == "Map: Hollickwood Primary School"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("st marys n3", "St Mary's CofE Primary School"),
        ("saint pauls", "St Paul's CofE Primary School"),
        ("n20 0nq", "Queenswell"),
        ("NW2", "Childs Hill School"),
        ("partnership 6", "Partnership 6: N10, N11, N20 Areas"),
        ("N10, N11", "Partnership 6: N10, N11, N20 Areas"),
    ],
)
def test_search_takes_names_as_people_type_them(site: Path, visit: Visitor, typed: str, found: str) -> None:
    page = visit(site / "overview.html").page
    page.fill("#q", typed)
    assert found in page.inner_text("#search ul")


def test_search_says_when_nothing_is_found(site: Path, visit: Visitor) -> None:
    page = visit(site / "index.html").page
    page.fill("#q", "zzz")
    assert page.inner_text("#search [role=status]").startswith("Nothing found")
    page.fill("#q", "osidge primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/schools/101356.html")


def test_a_link_opens_on_a_school(site: Path, visit: Visitor) -> None:
    page = visit(site / "overview.html", "#school=138649", **STILL).page
    card = page.inner_text(".leaflet-popup")
    assert "Grasvenor" in card
    assert "Partnership 1: Infant Schools" in card
    assert "Partnership 8: High Barnet/Finchley Area" in card
    page.evaluate("location.hash = '#partnership=9'")
    page.wait_for_timeout(50)
    assert page.locator(".leaflet-popup").count() == 0


def test_zoom_to_a_partnership_and_back_to_all(site: Path, visit: Visitor) -> None:
    page = visit(site / "overview.html", **STILL).page
    zoom = "Object.values(geoPartnerships.maps)[0].map.getZoom()"
    before = page.evaluate(zoom)
    page.get_by_role("button", name="Zoom the map to partnership 6").click()
    assert page.evaluate(zoom) > before + 1
    page.get_by_role("button", name="Show the whole map").click()
    assert page.evaluate(zoom) == before


def test_layers_can_be_hidden(site: Path, visit: Visitor) -> None:
    page = visit(site / "overview.html", **STILL).page
    shown = page.locator(".leaflet-areas-pane path").count()
    assert shown >= 11
    page.get_by_text("Layers", exact=True).click()
    page.get_by_role("checkbox", name="Partnership areas").uncheck()
    assert page.locator(".leaflet-areas-pane path").count() == 0
    page.get_by_role("checkbox", name="Schools").uncheck()
    assert page.locator(".pin").count() == 0


def test_partnerships_are_leafed_through(site: Path, visit: Visitor) -> None:
    page = visit(site / "partnerships/06.html").page
    page.click("a[rel=next]")
    page.wait_for_url("**/partnerships/07.html")
    page.click("a[rel=prev]")
    page.wait_for_url("**/partnerships/06.html")


def test_a_comparison_is_one_map_on_which_a_school_that_moves_says_from_where_and_to_where(
    site: Path, visit: Visitor
) -> None:
    page = visit(site / "compare-sample--other.html", **STILL).page
    assert page.locator(".folium-map").count() == 1
    moving = page.locator(".pin:has(.move)")
    assert moving.count() == 1
    assert moving.get_attribute("aria-label") == "Hollickwood Primary School, moves from 6 to 9"
    assert [moving.locator(half).inner_text() for half in (".from", ".to")] == ["6", "9"]
    edges = page.locator(".leaflet-spokes-pane path[stroke-width='5']")
    assert edges.count() == 1, "an arrow has a light edge"
    page.get_by_role("checkbox", name="Arrows of schools that move").uncheck()
    assert edges.count() == 0
    assert "9 Finchley Area" in page.inner_text(".moving")


def test_a_comparison_shows_who_moves_without_scripts_and_prints_on_two_sheets(site: Path, visit: Visitor) -> None:
    file = site / "compare-sample--other.html"
    page = visit(file, java_script_enabled=False).page
    texts = page.locator(".drawing svg text").all_text_contents()
    assert page.locator(".drawing svg").is_visible()
    assert ("6", "9") in itertools.pairwise(texts)
    assert "school that moves: from the left number to the right one" in page.inner_text(".map-key")
    assert visit(file).page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 2


def test_a_map_is_a_folium_map_that_takes_more_layers(sample_view: View, tmp_path: Path, visit: Visitor) -> None:
    chart = explore(sample_view)
    assert isinstance(chart, folium.Map)
    folium.Marker([51.6, -0.2], popup="A library", tooltip="Here").add_to(chart)
    folium.GeoJson(sample_view.context.authority, name="Outline").add_to(chart)
    chart.save(tmp_path / "map.html")
    seen = visit(tmp_path / "map.html", **STILL)
    assert seen.foreign == []
    assert seen.complaints == []
    assert seen.page.locator(".leaflet-marker-icon:not(.pin):not(.label)").count() == 1
    assert folium.Map.default_js
    assert not type(chart).default_js


def test_a_map_works_in_a_page_of_the_users_own(sample_view: View, tmp_path: Path, visit: Visitor) -> None:
    figure = folium.Figure()
    figure.add_child(explore(sample_view))
    figure.save(tmp_path / "own.html")
    seen = visit(tmp_path / "own.html", **STILL)
    assert seen.foreign == []
    assert seen.complaints == []
    assert seen.page.locator(".pin").count() == len(sample_view.schools)


def test_many_schools_are_dots_from_afar_and_pins_from_near(sample_view: View, tmp_path: Path, visit: Visitor) -> None:
    first = sample_view.schools[0]
    crowd = tuple(
        replace(
            first,
            urn=f"x-{i}",
            name=f"School {i}",
            easting=520_000.0 + i % 40 * 300,
            northing=185_000.0 + i // 40 * 300,
        )
        for i in range(1_400)
    )
    explore(replace(sample_view, schools=(*sample_view.schools, *crowd))).save(tmp_path / "map.html")
    seen = visit(tmp_path / "map.html", **STILL)
    assert seen.page.locator(".pin").count() == 0
    assert seen.page.locator(".leaflet-overlay-pane canvas").count() == 1
    seen.page.fill("#q", "school 777")
    seen.page.keyboard.press("Enter")
    assert seen.page.inner_text(TITLE) == "School 777"
    assert 10 < seen.page.locator(".pin").count() < 600
    assert seen.complaints == []


def test_motion_is_left_out_where_it_is_not_wished(site: Path, visit: Visitor) -> None:
    animated = "Object.values(geoPartnerships.maps)[0].map.options.zoomAnimation !== false"
    assert not visit(site / "overview.html", **STILL).page.evaluate(animated)
    assert visit(site / "overview.html", reduced_motion="no-preference").page.evaluate(animated)
