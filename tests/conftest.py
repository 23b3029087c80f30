"""What several kinds of tests share: a browser with the network cut, and a view of Barnet's schools."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from geo_partnerships.views.model import Audience
from tests.barnet import build_view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

    from geo_partnerships.views.model import View

settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")  # the same examples every time; elsewhere new ones are tried

ROOT = Path(__file__).resolve().parents[1]
LONG = ("workbench", "batching", "cli", "reliability", "clustering", "exports", "pages", "views", "sweeping")
"""Folders whose tests take longest, in that order."""
DATA = ROOT / "data"
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what takes longest first: whoever has done with its own share takes of the others' short tests at the end."""

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(ROOT / "tests").parts[0]
        return LONG.index(folder) if folder in LONG else len(LONG)

    items.sort(key=place)


@dataclass
class Visit:
    """A page in a browser that has no network, with all it asked for and complained about."""

    page: Page
    file: Path
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def foreign(self) -> list[str]:
        """Requests beside the page itself."""
        return [url for url in self.requests if url.split("#")[0] != self.file.as_uri()]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a sandbox; the tests fail where it is missing."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield chromium
        chromium.close()


class Visitor:
    """Opens files in fresh contexts with the network cut, and closes them at the end of a test."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.contexts: list[BrowserContext] = []

    def __call__(self, file: Path, fragment: str = "", **options: Any) -> Visit:
        """Open a file; options go to Playwright's ``new_context``."""
        context = self.browser.new_context(**options)
        self.contexts.append(context)
        context.set_offline(True)
        page = context.new_page()
        visit = Visit(page, file)

        def console(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                visit.complaints.append(message.text)

        def request(asked: Request) -> None:
            visit.requests.append(asked.url)

        page.on("request", request)
        page.on("console", console)
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.route("http*://**", lambda route: route.abort())
        page.goto(file.as_uri() + fragment)
        return visit

    def close(self) -> None:
        """Close every context."""
        for context in self.contexts:
            context.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visitor]:
    """A function that opens a file in a browser without a network."""
    visitor = Visitor(browser)
    yield visitor
    visitor.close()


@pytest.fixture(scope="session")
def sample_view() -> View:
    """The letter's partnerships as a public view."""
    return build_view()


@pytest.fixture(scope="session")
def officers_sample() -> View:
    """The same as an officers' view."""
    return build_view(Audience.OFFICERS)


@pytest.fixture(scope="session")
def axe() -> str:
    """Source of axe, the accessibility checker."""
    from importlib.resources import files

    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def officers_site(officers_sample: View, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The officers' pages of the sample, self-contained."""
    from geo_partnerships.pages import write_pages

    folder = tmp_path_factory.mktemp("officers")
    write_pages(officers_sample, folder)
    return folder


@pytest.fixture(scope="session")
def site(sample_view: View, officers_sample: View, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public pages of the sample, and a comparison, which is for officers, self-contained."""
    from geo_partnerships.comparing import Moved
    from geo_partnerships.pages import write_comparison, write_pages

    folder = tmp_path_factory.mktemp("site")
    write_pages(sample_view, folder)
    write_comparison(
        officers_sample,
        replace(officers_sample, title="Another plan", scenario="other"),
        [Moved(school="101285", name="Hollickwood Primary School", before=(6,), after=(9,))],
        folder,
    )
    return folder
