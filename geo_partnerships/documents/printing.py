"""Pages to PDF, by a browser of the Chromium family that is there; the same page gives the same bytes."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from geo_partnerships.errors import UsageError
from geo_partnerships.systems import is_administrator

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
"""What such browsers are called on the search path."""
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
"""Where they are where the search path has them not."""
LONGEST_S = 180
OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
)
PDF = b"%PDF-"
_DATE = re.compile(rb"/(CreationDate|ModDate) ?\(D:[^)]*\)")
_DIGIT = re.compile(rb"[0-9]")


def browser_found(named: str = "") -> str:
    """Return the path of a browser that prints: the one named, or else one that is there.

    Raises
    ------
    UsageError
        There is none.
    """
    wanted = (named,) if named else BROWSERS
    found = next((path for path in map(shutil.which, wanted) if path), None)
    if found is None and not named:
        found = next((path for path in PLACES if Path(path).is_file()), None)
    if found is None:
        raise UsageError(
            f"{'That browser is not there' if named else 'No browser that prints was found'}: name Chromium, Chrome or "
            "Edge with --browser; or have the page itself with --html FILE and print it from any browser."
        )
    return found


def printed(page: str, browser: str) -> bytes:
    """Return a self-contained page as a PDF.

    Parameters
    ----------
    page
        HTML that needs nothing else; the browser has no network.
    browser
        Path of the browser, as `browser_found` gives it.

    Raises
    ------
    UsageError
        The browser makes no PDF of it.
    """
    with tempfile.TemporaryDirectory() as folder:
        file, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        file.write_text(page, encoding="utf-8", newline="\n")
        command = [browser, *OPTIONS, f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}", file.as_uri()]
        if is_administrator():
            command.insert(1, "--no-sandbox")  # Chromium gives the system's administrator none
        try:
            subprocess.run(command, check=False, capture_output=True, timeout=LONGEST_S)  # noqa: S603 - the user's browser
        except (OSError, subprocess.TimeoutExpired):
            raise UsageError(f"{Path(browser).name} did not print the page; name another with --browser.") from None
        made = target.read_bytes() if target.is_file() else b""
    if not made.startswith(PDF):
        raise UsageError(f"{Path(browser).name} made no PDF of the page; name another browser with --browser.")
    return _without_dates(made)


def _without_dates(pdf: bytes) -> bytes:
    """Return a PDF whose dates are none; every byte stays in its place."""
    return _DATE.sub(lambda found: _DIGIT.sub(b"0", found[0]), pdf)
