"""Sentences about a partnership or a view that count what is known, and say of how many it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.pages.words import distance
from geo_partnerships.sentences import capital, count, first_of, listed
from geo_partnerships.views.headline import date_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from geo_partnerships.views.model import PartnershipView, SchoolView, View

NAMED = 4
"""Schools that a sentence names before it counts the rest."""
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


def others(own: Mapping[str, Any], school: SchoolView) -> str:
    """Name the schools beside a school in a partnership, those nearest to it first."""
    partnership: PartnershipView = own["p"]
    names = [row["name"] for row in own["members"] if row["urn"] != school.urn]
    more = partnership.size - len(partnership.members)
    if not names and not more:
        return "No other school."
    named = first_of(names, NAMED) if names else ""
    unnamed = f"{count(more, 'school')} that {'is' if more == 1 else 'are'} not named yet" if more else ""
    return f"{' and '.join(filter(None, (named, unnamed)))}."


def leading(partnership: PartnershipView) -> str:
    """Say who leads a partnership, or who of its schools might."""
    if partnership.lead:
        among = f" System leaders among us: {listed(partnership.leaders)}." if partnership.leaders else ""
        return f"{partnership.lead} leads us.{_board(partnership)}{among}"
    if partnership.board:
        return f"Its board.{_board(partnership)}"
    if partnership.leaders:
        return f"We agree that between us. System leaders among us: {listed(partnership.leaders)}."
    return f"We agree that between us. No system leader is among us{of_named(partnership)}."


def _board(partnership: PartnershipView) -> str:
    """Say what the board is called, and who has which role on it."""
    roles = listed([f"{role}: {school}" for role, school in partnership.roles])
    named = f" Our board is the {partnership.board}." if partnership.board else ""
    return f"{named} On it, {roles}." if roles and named else f" Roles: {roles}." if roles else named


def kind(partnership: PartnershipView) -> str:
    """Say of what type a partnership is, in which form and from when."""
    form = f" ({partnership.form})" if partnership.form else ""
    since = f", from {date_words(partnership.since)}" if partnership.since else ""
    return f"{capital(partnership.type)}{form}{since}"


def inside(partnership: PartnershipView) -> list[str]:
    """Say which smaller partnerships lie inside a partnership."""
    return [
        f"{group.name}: {group.type}{f', from {date_words(group.since)}' if group.since else ''}; "
        f"{listed(list(group.schools))}"
        for group in partnership.groups
    ]


def why(partnership: PartnershipView, school: SchoolView) -> str:
    """Say why a school is in a partnership, as far as anybody may know."""
    kind = f"{capital(partnership.type)} partnership of {count(partnership.size, 'school')}"
    if partnership.centre is None:
        return f"{kind}, as the draft has it."
    mine = next(member for member in partnership.members if member.urn == school.urn)
    if partnership.centre == school.urn:
        return f"{kind}. We are its centre school: the one that is nearest to all the others."
    centre = next(member.name for member in partnership.members if member.urn == partnership.centre)
    far = f", {distance(mine.distance_m)} from us" if mine.distance_m is not None else ""
    return f"{kind}. It gathers round its centre school, {centre}{far}."


def whom(view: View) -> str:
    """Return whom to ask and to tell."""
    return view.contact or view.authority or "the authority"


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
