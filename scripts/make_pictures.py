"""Take the pictures of the README: ``python scripts/make_pictures.py FOLDER COMPARISON``.

The first is a published folder, such as ``output/barnet-2015``, the second the page of a comparison.

Needs Chromium and Playwright, as the browser tests do, and Pillow, which comes with matplotlib.
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

PICTURES = Path(__file__).parent.parent / "docs" / "img"
TAKEN = {"overview": ("overview.html", ".board"), "partnership": ("partnerships/09.html", ".map-box")}
"""Of each picture the page, and what is shown of it."""
COLOURS = 256
"""Colours that are kept, which makes a picture a third as large."""
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


def main(site: Path, comparison: Path) -> None:
    """Write the pictures."""
    taken = {name: (site / page, part) for name, (page, part) in TAKEN.items()} | {"compare": (comparison, ".map-box")}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        context = browser.new_context(viewport={"width": 1180, "height": 900}, reduced_motion="reduce")
        context.set_offline(True)
        for name, (file, part) in taken.items():
            page = context.new_page()
            page.goto(file.absolute().as_uri())
            page.wait_for_function("document.documentElement.classList.contains('mapped')")
            shot = Image.open(io.BytesIO(page.locator(part).screenshot())).convert("RGB")
            shot.quantize(COLOURS).save(PICTURES / f"{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
