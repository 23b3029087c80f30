"""``python scripts/limits.py``: write docs/limits.md from the limits that the readers declare."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "limits.md"
HEAD = ("| limit | at most | what |", "| --- | ---: | --- |")
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
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
