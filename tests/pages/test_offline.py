"""Every kind of page opens from a file with the network cut, asks for nothing and complains of nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from geo_partnerships.views.model import View
    from tests.conftest import Visitor

pytestmark = pytest.mark.browser

PUBLIC = (
    "index.html",
    "overview.html",
    "partnerships/06.html",
    "partnerships/15.html",
    "schools/101285.html",
    "schools/138649.html",
    "report.html",
    "findings.html",
    "compare-sample--other.html",
)
OFFICERS = ("guarantee.html", "judgements.html", "schools/101251.html")
AXE = "async () => (await axe.run()).violations.map(v => `${v.id}: ${v.nodes[0].html.slice(0, 150)}`)"
PINS = """() => [...document.querySelectorAll('.pin')].map(
    p => [p.getAttribute('data-urn'), p.textContent, p.getAttribute('aria-label')])"""


@pytest.fixture(params=[*PUBLIC, *(f"officers:{name}" for name in OFFICERS)])
def page_file(request: pytest.FixtureRequest, site: Path, officers_site: Path) -> Path:
    edition, _, name = request.param.rpartition(":")
    return (officers_site if edition else site) / name


def test_a_page_asks_for_nothing_and_says_what_it_is(page_file: Path, visit: Visitor, sample_view: View) -> None:
    seen = visit(page_file)
    assert seen.foreign == []
    assert seen.complaints == []
    text = seen.page.inner_text("body")
    assert "Draft" in text
    assert "not a decision" in text
    assert sample_view.survey_note in text
    assert f"Scenario: {sample_view.scenario}" in text
    assert f"Data of {sample_view.data_date}" in text
    policy = seen.page.get_attribute("meta[http-equiv=Content-Security-Policy]", "content") or ""
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    ran = seen.page.evaluate(
        """() => { const s = document.createElement('script'); s.textContent = 'window.ran = true';
        document.body.append(s); return window.ran === true; }"""
    )
    assert ran is False


def test_a_page_has_no_fault_that_axe_finds_and_fits_320_pixels(page_file: Path, visit: Visitor, axe: str) -> None:
    page = visit(page_file, viewport={"width": 1280, "height": 900}).page
    page.wait_for_timeout(100)
    page.evaluate(axe)
    assert page.evaluate(AXE) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate(AXE) == []


def test_officers_pages_say_that_they_are_not_for_publication(officers_site: Path) -> None:
    pages = list(officers_site.rglob("*.html"))
    assert len(pages) > 100
    for path in pages:
        assert "Not for publication." in path.read_text(encoding="utf-8"), path.name


def test_the_overview_shows_every_school_in_its_partnership(site: Path, visit: Visitor, sample_view: View) -> None:
    pins = visit(site / "overview.html").page.evaluate(PINS)
    numbers = {p.number for p in sample_view.partnerships}
    expected = {s.urn: ",".join(str(n) for n in s.partnerships if n in numbers) or "–" for s in sample_view.schools}
    assert {urn: label for urn, label, _ in pins} == expected
    assert len(pins) == len(expected)


def test_schools_on_one_point_have_pins_apart(site: Path, visit: Visitor, sample_view: View) -> None:
    places: dict[tuple[float | None, float | None], list[str]] = {}
    for school in sample_view.schools:
        places.setdefault((school.easting, school.northing), []).append(school.urn)
    shared = [urns for urns in places.values() if len(urns) > 1]
    assert len(shared) >= 5
    page = visit(site / "overview.html", viewport={"width": 1280, "height": 900}).page
    for first, second, *_ in shared:
        boxes = [page.locator(f'.pin[data-urn="{urn}"]').bounding_box() for urn in (first, second)]
        assert boxes[0]
        assert boxes[1]
        gap = ((boxes[0]["x"] - boxes[1]["x"]) ** 2 + (boxes[0]["y"] - boxes[1]["y"]) ** 2) ** 0.5
        assert gap > 12


@pytest.mark.parametrize(("name", "most"), [("overview.html", 300_000), ("partnerships", 300_000), ("schools", 60_000)])
def test_pages_are_small_enough_for_an_email(site: Path, name: str, most: int) -> None:
    path = site / name
    for page in path.glob("*.html") if path.is_dir() else [path]:
        assert page.stat().st_size <= most, page.name


def test_the_map_is_there_as_soon_as_the_page_is(site: Path, visit: Visitor) -> None:
    page = visit(site / "overview.html").page
    assert page.evaluate("document.documentElement.classList.contains('mapped')")


def test_a_school_page_has_its_map_once_and_without_leaflet(site: Path, visit: Visitor) -> None:
    page = visit(site / "schools" / "101285.html").page
    assert page.evaluate("typeof L") == "undefined"
    assert page.locator(".drawing svg").count() == 1
    before = page.get_attribute(".drawing svg", "viewBox")
    page.get_by_role("button", name="Enlarge the map").click()
    nearer = page.get_attribute(".drawing svg", "viewBox")
    assert nearer != before
    page.keyboard.press("ArrowRight")
    assert page.get_attribute(".drawing svg", "viewBox") != nearer
    page.get_by_role("button", name="Show the whole map").click()
    assert page.get_attribute(".drawing svg", "viewBox") == before


@pytest.mark.parametrize("name", ["overview.html", "partnerships/06.html", "schools/101285.html"])
def test_without_scripts_the_drawing_and_the_table_are_there(site: Path, visit: Visitor, name: str) -> None:
    page = visit(site / name, java_script_enabled=False).page
    assert page.locator(".drawing svg").is_visible()
    assert page.locator(".folium-map").is_hidden()
    assert page.locator("table tbody tr").count() >= 6


@pytest.mark.parametrize("name", ["overview.html", "partnerships/06.html", "schools/101285.html"])
def test_print_shows_the_drawing_and_the_table(site: Path, visit: Visitor, name: str) -> None:
    page = visit(site / name).page
    page.emulate_media(media="print")
    assert page.locator(".drawing svg").is_visible()
    assert page.locator(".folium-map").is_hidden()
    assert page.locator("table tbody tr").first.is_visible()


@pytest.mark.parametrize("urn", ["101285", "138649", "139817", "140236", "101324"])
def test_a_school_prints_on_one_sheet(site: Path, visit: Visitor, urn: str) -> None:
    page = visit(site / f"schools/{urn}.html").page
    paper = page.pdf(prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") == 1


@pytest.mark.parametrize(
    ("name", "sheets"), [("partnerships/01.html", 1), ("partnerships/13.html", 1), ("overview.html", 3)]
)
def test_a_partnership_prints_on_one_sheet_and_all_on_three(site: Path, visit: Visitor, name: str, sheets: int) -> None:
    paper = visit(site / name).page.pdf(prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") == sheets


def test_shared_assets_make_pages_small_and_work_the_same(sample_view: View, tmp_path: Path, visit: Visitor) -> None:
    from geo_partnerships.pages import write_pages

    write_pages(sample_view, tmp_path, assets="shared")
    assert max(page.stat().st_size for page in (tmp_path / "schools").glob("*.html")) < 30_000
    seen = visit(tmp_path / "schools" / "101285.html")
    assert seen.complaints == []
    assert all("/assets/" in url for url in seen.foreign)
    assert {"1", "2", "3", "4", "5", "6"} <= set(seen.page.locator(".drawing svg text").all_text_contents())
    assert len(visit(tmp_path / "partnerships" / "06.html").page.evaluate(PINS)) > 100
    assert visit(tmp_path / "index.html").complaints == []
