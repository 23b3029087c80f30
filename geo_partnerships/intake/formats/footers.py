"""Totals, sources and remarks under a table, which are no rows of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["is_footer"]

_FOOTER = re.compile(
    r"(?i)(?:(?:grand |sub ?)?totals?\b|all schools\b|count\b|sum\b|average\b|mean\b|number of \w+\s*:|"
    r"(?:sources?|notes?|key|legend|symbols?|footnotes?|bron|ffynhonnell|nodiadau?)\s*[:.\u2013\u2014-]|"
    r"(?:data|extracted|produced|generated|printed|exported|downloaded|correct|last updated|updated)\b"
    r".*(?:\d|:|from|by)|"
    r"\u00a9|contains .*(?:information|data)|crown copyright|end of|prepared by|\d+ (?:schools|rows|records)\b|\*|"
    r"[(\[]?\d{1,2}[)\]] \w|cyfanswm\b|totaal\b|iomlan\b)"
)


def is_footer(record: Sequence[str], width: int) -> bool:
    """Say whether a row is a total or a remark under the table: it begins as one, and most of it is empty."""
    filled = [cell.strip() for cell in record if cell.strip()]
    return bool(filled) and len(filled) <= max(1, width // 2) and _FOOTER.match(filled[0]) is not None
