"""``python scripts/limits.py``: write docs/limits.md from the limits that the readers declare."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "limits.md"
HEAD = ("| limit | at most | what |", "| --- | ---: | --- |")
MEASURED = """
## What refusing costs

`python -m benchmarks.fuzz.hostile [WORD]` writes hostile files, reads each in a process of its own, and prints what
that costs: 10 s of processor time and 500 MB at most where it is refused; what is read may cost more, where four times
as much takes no more than six times as long. The table (`benchmarks/fuzz/hostile.txt`), measured on a busy machine
of 2.1 GHz, says for each its bytes, seconds, megabytes, exit code and words; it is of one run. The most for each place
of a file:

| file | number | most seconds | most MB | read beyond these |
| --- | ---: | ---: | ---: | ---: |
"""
TABLE = ROOT / "benchmarks" / "fuzz" / "hostile.txt"
_COST = re.compile(r"^(\S.{23})(?:.{44}) *[\d,]+ +([\d.]+) +(\d+) (\S+) +(.*)$")
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
    return "\n".join(lines) + "\n" + MEASURED + "".join(map("{}\n".format, costs()))


def costs() -> list[str]:
    """Return a row of the table for each place of a hostile file."""
    found: dict[str, list[tuple[float, int, bool]]] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if cost := _COST.match(line):
            read = cost[5].startswith("read, and grows")
            found.setdefault(cost[1].strip(), []).append((float(cost[2]), int(cost[3]), read))
    rows = []
    for place, all_costs in found.items():
        within = [cost for cost in all_costs if not cost[2]]
        beyond = len(all_costs) - len(within) or ""
        most = max(cost[0] for cost in within), max(cost[1] for cost in within)
        rows.append(f"| {place} | {len(all_costs)} | {most[0]:.1f} | {most[1]} | {beyond} |")
    return rows


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
