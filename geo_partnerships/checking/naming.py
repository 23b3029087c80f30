"""The names that partnerships should bear: after their postcode districts, as the letter does it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_partnerships.plan import Partnership, Plan

MOST_DISTRICTS = 3


def expected_names(plan: Plan, prefix: str, partnerships: Sequence[Partnership]) -> list[str]:
    """Return the name each partnership of one strand should bear.

    Parameters
    ----------
    prefix
        The strand's own name; empty where it has none.
    """
    schools = plan.problem.schools
    if prefix and len(partnerships) == 1:
        return [prefix]
    plain = [_after_districts([schools[urn].district for urn in p.members]) for p in partnerships]
    told_apart = [
        f"{name} around {schools[p.centre].name}" if plain.count(name) > 1 and p.centre else name
        for name, p in zip(plain, partnerships, strict=True)
    ]
    return [f"{prefix}: {name}" if prefix else name for name in told_apart]


def _after_districts(districts: Sequence[str]) -> str:
    """Name the commonest districts, those of one school left out where others have more: e.g. ``N2, N10 Areas``."""
    counts = Counter(filter(None, districts))
    if not counts:
        return "Area"
    fewest = 2 if max(counts.values()) > 1 else 1
    common = sorted((d for d in counts if counts[d] >= fewest), key=lambda d: (-counts[d], _natural(d)))
    named = sorted(common[:MOST_DISTRICTS], key=_natural)
    return ", ".join(named) + (" Areas" if len(named) > 1 else " Area")


def _natural(district: str) -> tuple[str, int, str]:
    """N2 before N10."""
    parts = re.match(r"([A-Za-z]*)(\d*)(.*)", district, re.DOTALL)
    letters, digits, rest = parts.groups() if parts else ("", "", district)
    return letters, int(digits or 0), rest
