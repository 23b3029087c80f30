"""How fast the overview of a site opens, moves and searches, in Chromium without a network.

    python -m benchmarks.overview output/scale/out/site

Frames are timed while the map is dragged and zoomed; a search is timed from the last letter to the first result.
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

TYPED = ("st mary", "oak", "manor", "N12", "grammar", "100005", "park leeds", "ma", "holy trinity")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
FRAMES = """
window.frames_ = []; let before = performance.now();
(function next(now) { window.frames_.push(now - before); before = now; requestAnimationFrame(next); })(before);
"""
ANSWERS = """
window.answers_ = []; window.asked_ = 0;
document.getElementById('q').addEventListener('input', () => { window.asked_ = performance.now(); }, true);
new MutationObserver(() => {
  if (document.querySelector('#search li')) window.answers_.push(performance.now() - window.asked_);
}).observe(document.querySelector('#search ul'), {childList: true});
"""


def opening(page: Page, address: str) -> float:
    """Return seconds from asking for the page until its map is drawn and its script at rest."""
    started = time.perf_counter()
    page.goto(address, wait_until="load")
    page.locator("#map").focus()
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return time.perf_counter() - started


def moving(page: Page) -> list[float]:
    """Return milliseconds of each frame while the map is dragged and zoomed in and out again."""
    box = page.locator("#map").bounding_box()
    if box is None:
        raise SystemExit("the page has no map")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.evaluate(FRAMES)
    for _ in range(3):
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 150, y + 100, steps=15)
        page.mouse.up()
        for _ in range(12):
            page.mouse.wheel(0, -60)
            page.wait_for_timeout(16)
    for _ in range(40):
        page.mouse.wheel(0, 60)
        page.wait_for_timeout(16)
    found: list[float] = page.evaluate("() => window.frames_.slice(2)")
    return found


def searching(page: Page) -> dict[str, float]:
    """Return milliseconds from the last letter to the first result, by what was typed."""
    page.evaluate(ANSWERS)
    found = {}
    for typed in TYPED:
        page.fill("#q", "")
        page.wait_for_timeout(50)
        page.evaluate("() => { window.answers_ = []; }")
        page.fill("#q", typed)
        page.wait_for_timeout(1_500)
        answers = page.evaluate("() => window.answers_")
        found[typed] = answers[0] if answers else float("nan")
    return found


def main() -> None:
    """Measure one site and print."""
    from playwright.sync_api import sync_playwright

    site = Path(sys.argv[1]).absolute()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
        context.set_offline(True)
        page = context.new_page()
        seconds = [opening(page, (site / "index.html").as_uri()) for _ in range(3)]
        print(f"interactive after {seconds[0]:.2f} s at first, {min(seconds):.2f} s at best of {len(seconds)}")
        frames = sorted(moving(page))
        print(f"{len(frames)} frames: median {frames[len(frames) // 2]:.0f} ms, longest {frames[-1]:.0f} ms")
        answers = searching(page)
        print("search: " + ", ".join(f"{typed!r} {ms:.0f} ms" for typed, ms in answers.items()))
        page.fill("#q", "")
        page.screenshot(path=str(site.parent / "overview.png"))
        browser.close()


if __name__ == "__main__":
    main()
