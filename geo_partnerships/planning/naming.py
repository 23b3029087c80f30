"""Names and numbers of partnerships, made from the places they cover, the way the letter does."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from geo_partnerships.planning.matching import most_in_common

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from geo_partnerships.model import School

MOST_DISTRICTS_IN_A_NAME = 3


def district_order(district: str) -> tuple[str, int, str]:
    """Return a sort key that puts N2 before N10."""
    match = re.fullmatch(r"([A-Za-z]*)(\d*)(.*)", district)
    letters, digits, rest = match.groups() if match else (district, "", "")
    return letters, int(digits or 0), rest


def place_name(schools: Sequence[School]) -> str:
    """Return e.g. ``N10, N11, N20 Areas``: the districts with at least two members, or the commonest."""
    counts = Counter(school.district for school in schools if school.district)
    if not counts:
        return "Area"
    ranked = sorted(counts, key=lambda district: (-counts[district], district_order(district)))
    kept = [district for district in ranked if counts[district] > 1] or ranked
    named = sorted(kept[:MOST_DISTRICTS_IN_A_NAME], key=district_order)
    return f"{', '.join(named)} {'Area' if len(named) == 1 else 'Areas'}"


def place_names(groups: Sequence[Sequence[School]], centres: Sequence[School]) -> list[str]:
    """Return a name for each group; groups that would share one are told apart by their centre school."""
    names = [place_name(group) for group in groups]
    shared = {name for name, count in Counter(names).items() if count > 1}
    return [
        f"{name} around {centre.name}" if name in shared else name for name, centre in zip(names, centres, strict=True)
    ]


def order_like_draft(groups: Sequence[Collection[str]], draft: Sequence[Collection[str]]) -> list[int]:
    """Return the positions of `groups` in the order of the draft partnerships they resemble most.

    Groups are matched one to one so that the most schools keep their number; those without a match come last,
    in the order given.
    """
    matched = most_in_common(groups, draft)
    return sorted(range(len(groups)), key=lambda g: (matched.get(g, len(draft)), g))
