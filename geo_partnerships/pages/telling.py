"""Sentences about a partnership or a view that count what is known, and say of how many it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.pages.words import distance
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from geo_partnerships.views.model import PartnershipView, View

CENTRE_COUNTED = "Means count the centre school itself, at 0 m."


def reach(partnership: PartnershipView) -> str:
    """Return how far the other schools lie from the centre school; the centre school itself is left out."""
    away = partnership.distances_of_others
    others = partnership.size - 1
    if not away:
        return ""
    mean = distance(sum(away) / len(away))
    if others == 1:
        return f"The other school lies {mean} from the centre school."
    if len(away) == others:
        return f"On average the other schools lie {mean} from the centre school, the farthest {distance(max(away))}."
    whose = f"The {len(away):,} of the {count(others, 'other school')} whose distance is known"
    if len(away) == 1:
        return f"{whose} lies {mean} from the centre school."
    return f"{whose} lie on average {mean} from the centre school, the farthest {distance(max(away))}."


def whose_authority(partnership: PartnershipView) -> str:
    """Return the start of a sentence on the authorities of a partnership's schools, with its verb."""
    known = sum(number for _, number in partnership.authorities)
    if known == partnership.size:
        return "Its schools are"
    return f"The {known:,} of its {count(partnership.size, 'school')} whose authority is known are"


def of_named(partnership: PartnershipView) -> str:
    """Return of which schools a list is made, where some members are not named; else nothing."""
    named = len(partnership.members)
    return "" if named == partnership.size else f" (of its {count(named, 'named school')})"


def sum_of_sizes(view: View) -> str:
    """Return what a column of sizes adds up to, and why that is not the number of schools."""
    places = sum(p.size for p in view.partnerships)
    homes: dict[str, int] = {}
    for partnership in view.partnerships:
        for member in partnership.members:
            homes[member.urn] = homes.get(member.urn, 0) + 1
    unnamed = places - sum(homes.values())
    twice = sum(number > 1 for number in homes.values())
    if places == len(homes):
        return ""
    told = f"The sizes add up to {places:,}. They count {count(len(homes), 'named school')}"
    told += f", of which {twice:,} {'is' if twice == 1 else 'are'} in more than one partnership" if twice else ""
    return f"{told}{f', and {unnamed:,} that the source does not name' if unnamed else ''}."
