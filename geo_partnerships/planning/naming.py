"""Names and numbers of partnerships, made from the places they cover, the way the letter does."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from geo_partnerships.planning.matching import most_in_common
from geo_partnerships.sentences import listed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from geo_partnerships.letter import DraftPartnership
    from geo_partnerships.model import Locality, Problem, School

MOST_DISTRICTS_IN_A_NAME = 3
NEAR_M = 2_500.0
"""Metres, on average over its schools, beyond which a locality gives a partnership no name."""
RANK_M = 300.0
"""Metres by which a locality of the next lower rank has to be nearer."""


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


def place_names(
    groups: Sequence[Sequence[School]], centres: Sequence[School], problem: Problem | None = None
) -> list[str]:
    """Return a name for each group: a place of the letter, a locality or station, or its postcode districts.

    A group is called after the partnership of the letter that at least half of its schools come from, else after the
    nearest locality. Each name of either kind is given once, to the group that it fits best, so that small changes of
    a plan change no name. Groups that would share their districts are told apart by their centre school.
    """
    letter = problem.letter.partnerships if problem and problem.letter else ()
    names = _given(_letter_claims(groups, letter), {})
    names = _given(_locality_claims(groups, problem.places.localities if problem else ()), names)
    districts = {at: place_name(group) for at, group in enumerate(groups) if at not in names}
    shared = {name for name, count in Counter(districts.values()).items() if count > 1}
    return [
        names[at] if at in names else f"{districts[at]} around {centre.name}" if districts[at] in shared
        else districts[at]
        for at, centre in enumerate(centres)
    ]  # fmt: skip


def spoken_label(label: str) -> str:
    """Return a label of the letter as one speaks of the place; empty where it is none.

    ``Mill Hill Area`` is Mill Hill, ``High Barnet/Finchley Area`` High Barnet and Finchley; a list of postcode
    districts is no place.
    """
    places = [place.strip() for place in re.sub(r"\s+Areas?$", "", label.strip()).split("/")]
    plain = listed([place for place in places if place])
    return "" if re.fullmatch(r"(?:[A-Z]{1,2}\d[A-Z\d]?(?:, | and )?)+", plain) else plain


def _given(claims: Iterable[tuple[float, str, int]], names: dict[int, str]) -> dict[int, str]:
    """Give names to groups, the best claim first; each group and each name has one."""
    found, taken = dict(names), set(names.values())
    for _, name, group in sorted(claims):
        if group not in found and name not in taken:
            found[group] = name
            taken.add(name)
    return found


def _letter_claims(
    groups: Sequence[Sequence[School]], draft: Sequence[DraftPartnership]
) -> Iterable[tuple[float, str, int]]:
    """Yield minus the number of schools in common, label and group, for at least half of a group's schools."""
    for partnership in draft:
        label = spoken_label(partnership.label) if partnership.basis == "place" else ""
        for at, group in enumerate(groups):
            common = len({school.urn for school in group} & set(partnership.schools))
            if label and 2 * common >= len(group):
                yield -common, label, at


def _locality_claims(
    groups: Sequence[Sequence[School]], localities: Sequence[Locality]
) -> Iterable[tuple[float, str, int]]:
    """Yield how far a locality lies from a group's schools, its name and the group."""
    for at, group in enumerate(groups):
        points = [(s.easting, s.northing) for s in group if s.easting is not None and s.northing is not None]
        boroughs = {school.borough.casefold() for school in group}
        for place in localities if points else ():
            far = math.fsum(math.dist(point, (place.easting, place.northing)) for point in points) / len(points)
            if far <= NEAR_M and place.name.casefold() not in boroughs:
                yield round(far + RANK_M * place.rank), place.name, at


def order_like_draft(groups: Sequence[Collection[str]], draft: Sequence[Collection[str]]) -> list[int]:
    """Return the positions of `groups` in the order of the draft partnerships they resemble most.

    Groups are matched one to one so that the most schools keep their number; those without a match come last,
    in the order given.
    """
    matched = most_in_common(groups, draft)
    return sorted(range(len(groups)), key=lambda g: (matched.get(g, len(draft)), g))
