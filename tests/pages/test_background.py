"""A background from the internet, by choice: asked for from a web site alone, credited, and missed without harm."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from geo_partnerships.pages.document import Assets
from geo_partnerships.pages.site import Site
from geo_partnerships.scenarios.basemaps import basemap_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Route

    from geo_partnerships.views.model import View
    from tests.conftest import Visitor

pytestmark = pytest.mark.browser

ADDRESS = "https://plans.example/"
TILE = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
ABOVE = """() => ['ground', 'lines', 'tile'].map((name) =>
    Number(getComputedStyle(document.querySelector(`.leaflet-${name}-pane`)).zIndex))"""


@pytest.fixture(scope="module")
def hosted(sample_view: View, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hosted")
    with_tiles = replace(sample_view.context, basemap=basemap_of("OpenStreetMap"))
    pages = Site(replace(sample_view, context=with_tiles), Assets.INLINE)
    at = next(at for at, one in enumerate(sample_view.partnerships) if one.number == 6)
    (folder / "partnerships").mkdir()
    (folder / "index.html").write_text(pages.index(), encoding="utf-8")
    (folder / "overview.html").write_text(pages.overview_map().get_root().render(), encoding="utf-8")
    (folder / "partnerships" / "06.html").write_text(pages.partnership(at), encoding="utf-8")
    (folder / "school.html").write_text(pages.school(sample_view.schools[0].urn), encoding="utf-8")
    return folder


class Web:
    """Pages as a web site has them, beside a server of tiles that answers or does not."""

    def __init__(self, page: Page, folder: Path, *, tiles: bool) -> None:
        self.page, self.tiles = page, tiles
        self.asked: list[tuple[str, str]] = []
        self.complaints: list[str] = []
        page.route("**/*", self._other)
        page.route(f"{ADDRESS}**", lambda route: route.fulfill(path=folder / route.request.url.removeprefix(ADDRESS)))
        page.on("console", lambda message: self.complaints.append(message.text))

    def _other(self, route: Route) -> None:
        self.asked.append((route.request.url, route.request.headers.get("referer", "")))
        if self.tiles:
            route.fulfill(body=TILE, content_type="image/gif")
        else:
            route.abort()

    def open(self, name: str) -> Page:
        self.page.goto(ADDRESS + name)
        self.page.wait_for_timeout(400)
        return self.page


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1000, "height": 800})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", ["overview.html", "partnerships/06.html"])
def test_tiles_come_from_the_one_host_and_cover_the_ground(hosted: Path, page: Page, name: str) -> None:
    web = Web(page, hosted, tiles=True)
    web.open(name)
    assert web.asked
    assert all(url.startswith("https://tile.openstreetmap.org/") for url, _ in web.asked)
    assert {referer for _, referer in web.asked} == {ADDRESS}
    assert web.complaints == []
    ground, lines, tile = page.evaluate(ABOVE)
    assert max(ground, lines) < tile
    assert "© OpenStreetMap contributors" in page.inner_text(".credits")
    assert page.locator(".map-note").count() == 0


def test_where_tiles_fail_the_ground_shows_and_the_page_says_so(hosted: Path, page: Page) -> None:
    web = Web(page, hosted, tiles=False)
    web.open("overview.html")
    ground, _, tile = page.evaluate(ABOVE)
    assert ground > tile
    assert "did not come" in page.inner_text(".map-note")


def test_a_page_opened_from_a_file_asks_for_nothing_and_says_why(hosted: Path, visit: Visitor) -> None:
    seen = visit(hosted / "overview.html")
    assert seen.foreign == []
    assert seen.complaints == []
    assert "opened from a file" in seen.page.inner_text(".map-note")


def test_only_pages_with_a_live_map_may_ask_for_pictures(hosted: Path, site: Path) -> None:
    for folder in (hosted, site):
        for file in sorted(folder.rglob("*.html")):
            text = file.read_text(encoding="utf-8")
            mapped = folder == hosted and 'class="folium-map"' in text
            assert ("img-src data: https://tile.openstreetmap.org;" in text) is mapped, file.name
            assert ('content="no-referrer"' in text) is not mapped, file.name
