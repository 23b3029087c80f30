"""``python -m benchmarks.branches``: which branches the tests take, folder by folder, every process counted.

Needs ``coverage`` (``pip install coverage``); its settings are in ``pyproject.toml``. Prints what is below
100 %. Folders or files given measure those alone; what was measured before is kept beside, so that a folder can be
measured again by itself (``--fresh`` forgets it). The exit code is 1 where a test failed,
where all together is below 95 %, or where a module that must not err is below 100 %.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LEAST = 95.0
NAME = "data"
"""`coverage` puts together what has one name."""
WHOLE = (
    "checking/", "publishing/", "views/", "whole_files.py", "scenarios/origins.py",
    "exports/tables.py", "pages/packing.py", "pages/document.py",
)  # fmt: skip
"""What checks, decides who sees what, escapes, and puts files in place."""


def measure(tests: str, folder: Path, *, browser: bool) -> bool:
    """Run the tests of a folder or file under measurement, with or without those in a browser; True where all pass."""
    data = folder / tests.replace("/", "-")
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    command = [sys.executable, "-m", "coverage", "run", "-m", "pytest", tests, "-q", "-p", "no:cacheprovider"]
    if not browser:
        command += ["-m", "not browser"]
    done = subprocess.run(
        command, cwd=ROOT, check=False, capture_output=True, text=True,
        env={**os.environ, "COVERAGE_FILE": str(data / NAME)},
    )  # fmt: skip
    last = done.stdout.strip().splitlines()[-1:] or [done.stderr[-200:]]
    print(f"{tests:<28} {last[0]}", flush=True)
    return done.returncode in {0, 5}  # 5: all of them need a browser


def shares(folder: Path) -> tuple[float, dict[str, float]]:
    """Return the share of lines and branches taken, in percent: of all, and by module."""
    environment = {**os.environ, "COVERAGE_FILE": str(folder / NAME)}
    runs = [str(path) for path in sorted(folder.iterdir()) if path.is_dir()]
    for step in (
        ["combine", "-q", "--keep", *runs],
        ["report", "--skip-covered", "--show-missing", "--ignore-errors"],
        ["json", "-q", "--ignore-errors", "-o", str(folder / "all.json")],
    ):
        subprocess.run([sys.executable, "-m", "coverage", *step], cwd=ROOT, check=True, env=environment)
    found = json.loads((folder / "all.json").read_text(encoding="utf-8"))
    names = {name.removeprefix("geo_partnerships/"): one for name, one in found["files"].items()}
    by_module = {name: float(one["summary"]["percent_covered"]) for name, one in names.items()}
    return float(found["totals"]["percent_covered"]), by_module


def main() -> int:
    """Measure, and print what is below 100 %."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.branches")
    parser.add_argument("tests", nargs="*", help="folders or files; default every one below tests/")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured before")
    parser.add_argument("--browser", action="store_true", help="run the tests that need a browser as well")
    options = parser.parse_args()
    folder = Path(tempfile.gettempdir()) / "geo-partnerships-branches"
    if options.fresh:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(exist_ok=True)
    every = sorted(p for p in (ROOT / "tests").iterdir() if p.is_dir() or p.name.startswith("test_"))
    chosen = options.tests or [str(p.relative_to(ROOT)) for p in every if p.is_file() or any(p.glob("test_*.py"))]
    failed = [tests for tests in chosen if not measure(tests, folder, browser=options.browser)]
    share, by_module = shares(folder)
    short = [name for name, own in by_module.items() if name.startswith(WHOLE) and own < 100.0]
    print(f"{share:.2f} % of all lines and branches; {LEAST:.0f} % is the least.")
    for name in short:
        print(f"{name} must be whole, and is {by_module[name]:.2f} %.")
    return 0 if not failed and share >= LEAST and not short else 1


if __name__ == "__main__":
    raise SystemExit(main())
