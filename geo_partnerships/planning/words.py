"""Names of schools and keys of strands, as rules and refusals tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo_partnerships.model import Problem

NAMES_SHOWN = 4


def school_names(urns: Iterable[str], problem: Problem) -> str:
    """Return a few names in words, bounded."""
    names = [problem.schools[urn].name if urn in problem.schools else urn for urn in urns]
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more


def strand_key(name: str) -> str:
    """Return the key of a strand's table."""
    return "area" if name == "area" else f"strands.{name}"
