"""``python scripts/limits.py``: write docs/limits.md from the limits that the readers declare."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "limits.md"
HEAD = ("| limit | at most | what |", "| --- | ---: | --- |")
MEASURED = """
## What refusing costs

`python -m benchmarks.fuzz.hostile [WORD]` writes some 230 hostile files, reads each in a process of its own, and prints
what that costs: 10 s of processor time and 500 MB at most. Measured on a shared machine of 2.1 GHz:

| files | number | most seconds | most MB |
| --- | ---: | ---: | ---: |
| road networks | 15 | 4.8 | 385 |
| GeoPackages of schools | 4 | 4.9 | 441 |
| a country's lists, gzip bombs among them | 5 | 0.5 | 462 |
| plans | 5 | 2.9 | 400 |
| manifests | 5 | 0.6 | 265 |
| logs of decisions | 9 | 4.7 | 390 |
"""
_LIMIT = re.compile(r"^([A-Z_]+) = ([\d_]+)(?:  # (.+))?$")


def page() -> str:
    """Return the page: a table for each section of limits.py."""
    lines = ["# How much is read", "", "Each limit is checked before anything of that size is built; what is beyond is",
             "refused in words. Made by `python scripts/limits.py`."]  # fmt: skip
    for line in (ROOT / "geo_partnerships" / "limits.py").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            lines += [
                "",
                f"## {line.removeprefix('# ').rstrip('.')}",
                "",
                "| limit | at most | what |",
                "| --- | ---: | --- |",
            ]
        elif found := _LIMIT.match(line):
            lines.append(f"| {found[1].lower().replace('_', ' ')} | {int(found[2]):,} | {found[3] or ''} |")
    return "\n".join(lines) + "\n" + MEASURED


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
