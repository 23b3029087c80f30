"""Take the pictures of the README from a published folder: ``python scripts/make_pictures.py output/barnet-2015``.

Needs Chromium and Playwright, as the browser tests do.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURES = Path(__file__).parent.parent / "docs" / "img"
TAKEN = {"overview": ("overview.html", ".board"), "partnership": ("partnerships/09.html", ".map-box")}
"""Of each picture the page, and what is shown of it."""
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


def main(site: Path) -> None:
    """Write the pictures."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        context = browser.new_context(viewport={"width": 1180, "height": 900}, reduced_motion="reduce")
        context.set_offline(True)
        for name, (page_name, part) in TAKEN.items():
            page = context.new_page()
            page.goto((site / page_name).absolute().as_uri())
            page.wait_for_function("document.documentElement.classList.contains('mapped')")
            page.locator(part).screenshot(path=str(PICTURES / f"{name}.png"))
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
