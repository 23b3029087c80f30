"""A map fits, lets the page scroll, is one stop for the Tab key, and no name on it lies on another."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.conftest import Visitor

pytestmark = pytest.mark.browser

STILL: dict[str, Any] = {"reduced_motion": "reduce", "viewport": {"width": 1280, "height": 900}}
MAP = "Object.values(geoPartnerships.maps)[0].map"
BOXES = """selector => [...document.querySelectorAll(selector)].map(e => [e.textContent, e.getBoundingClientRect()])
    .map(([text, box]) => [text, box.left, box.top, box.right, box.bottom]).filter(([, l, t, r]) => r > l)"""


def collisions(boxes: list[tuple[str, float, float, float, float]]) -> list[tuple[str, str]]:
    """Return the names of which one lies on another by more than a pixel."""
    return [
        (a[0], b[0])
        for a, b in combinations(boxes, 2)
        if a[1] < b[3] - 1 and b[1] < a[3] - 1 and a[2] < b[4] - 1 and b[2] < a[4] - 1
    ]


def wait_until(page: Page, expression: str) -> None:
    """Wait until an expression holds; Playwright's own wait evaluates text in the page, which its policy forbids."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(expression)


def test_no_name_lies_on_another_or_on_a_pin_from_near_and_far(site: Path, visit: Visitor) -> None:
    page = visit(site / "overview.html", **STILL).page
    for zoom in (11, 12, 13, 14):
        page.evaluate(f"{MAP}.setZoom({zoom}, {{animate: false}})")
        names = page.evaluate(BOXES, ".label span")
        assert len(names) > 20
        assert collisions(names) == [], zoom
    texts = {text for text, *_ in names}
    assert {"Mill Hill", "A1000", "NW7"} <= texts


@pytest.mark.parametrize("name", ["overview.html", "partnerships/06.html", "schools/101285.html"])
def test_no_name_of_the_drawing_lies_on_another(site: Path, visit: Visitor, name: str) -> None:
    page = visit(site / name, viewport={"width": 1000, "height": 900}).page
    page.emulate_media(media="print")
    names = page.evaluate(BOXES, ".drawing svg g[paint-order] > text")
    assert len(names) > 8
    lines = [box for box in names if not box[0].startswith("★")]
    assert collisions(lines) == []


def test_a_map_that_was_hidden_fits_when_it_is_shown(site: Path, tmp_path: Path, visit: Visitor) -> None:
    text = (site / "partnerships" / "06.html").read_text(encoding="utf-8")
    hidden = tmp_path / "hidden.html"
    hidden.write_text(text.replace('<div class="board">', '<details id="later"><summary>Map</summary>', 1)
                      .replace('<h2 id="table"', '</details><h2 id="table"', 1), encoding="utf-8")  # fmt: skip
    page = visit(hidden, **STILL).page
    page.click("#later summary")
    wait_until(page, f"{MAP}.getSize().y > 100")
    page.wait_for_timeout(100)
    inside = f"""() => {{ const bounds = {MAP}.getBounds();
        return Object.values(geoPartnerships.maps)[0].data.schools
            .filter(s => s.partnerships.includes(6)).every(s => bounds.contains(s.at)); }}"""
    assert page.evaluate(inside)
    assert page.evaluate(f"{MAP}.getZoom()") > 12


@pytest.mark.parametrize("number", ["02", "06", "15"])
def test_no_control_covers_a_member(site: Path, visit: Visitor, number: str) -> None:
    page = visit(site / "partnerships" / f"{number}.html", **STILL).page
    controls = page.evaluate(BOXES, ".leaflet-control")
    pins = page.evaluate(BOXES, ".pin:has(.dot:not(.faint))")
    assert pins
    assert all(collisions([("pin", *pin[1:]), ("control", *control[1:])]) == [] for pin in pins for control in controls)


def test_the_wheel_scrolls_the_page_until_ctrl_or_a_click(site: Path, visit: Visitor) -> None:
    page = visit(site / "overview.html", **STILL).page
    box = page.locator(".folium-map").bounding_box()
    assert box
    page.mouse.move(box["x"] + 60, box["y"] + 300)
    before = page.evaluate(f"{MAP}.getZoom()")
    page.mouse.wheel(0, 120)
    wait_until(page, "scrollY > 50")
    assert page.evaluate(f"{MAP}.getZoom()") == before
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    wait_until(page, f"{MAP}.getZoom() > {before}")


def test_the_pins_are_one_stop_and_arrows_lead_from_one_to_the_next(site: Path, visit: Visitor) -> None:
    page = visit(site / "overview.html", **STILL).page
    assert page.locator('.pin[tabindex="0"]').count() == 1
    page.locator('.pin[tabindex="0"]').focus()
    centre = f"{MAP}.getCenter().toString()"
    before = page.evaluate(centre)
    seen = {page.evaluate("document.activeElement.dataset.urn")}
    for key in ("ArrowDown", "ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
        seen.add(page.evaluate("document.activeElement.dataset.urn"))
    assert len(seen) >= 4
    assert page.evaluate(centre) == before
    assert page.locator('.pin[tabindex="0"]').count() == 1
    page.keyboard.press("Enter")
    assert page.locator(".leaflet-popup .card-title").count() == 1


def test_below_the_whole_map_pins_are_dots_where_the_schools_are(site: Path, visit: Visitor) -> None:
    page = visit(site / "overview.html", **STILL).page
    assert not page.locator(".folium-map.far").count()
    page.evaluate(f"{MAP}.setZoom({MAP}.getZoom() - 1, {{animate: false}})")
    assert page.locator(".folium-map.far").count() == 1
    assert page.evaluate(f"{MAP}.getZoom() - {MAP}.getMinZoom()") < 0.3
    off = """() => Math.max(...Object.values(geoPartnerships.maps)[0].data.schools.map(
        s => Math.abs(s.shown.lat - s.at[0]) + Math.abs(s.shown.lng - s.at[1])))"""
    assert page.evaluate(off) < 1e-9


def test_back_leads_to_what_was_shown_before_and_a_wrong_link_says_so(site: Path, visit: Visitor) -> None:
    page = visit(site / "overview.html", "#school=99", **STILL).page
    assert "not on this map" in page.inner_text(".map-note")
    page.get_by_role("button", name="Zoom the map to partnership 6").click()
    page.get_by_role("button", name="Zoom the map to partnership 9").click()
    page.go_back()
    wait_until(page, "location.hash === '#partnership=6'")
    assert not page.locator(".map-note").count()
    zoomed = page.evaluate(f"{MAP}.getBounds().toBBoxString()")
    page.go_forward()
    wait_until(page, "location.hash === '#partnership=9'")
    page.go_back()
    wait_until(page, f"{MAP}.getBounds().toBBoxString() === '{zoomed}'")
