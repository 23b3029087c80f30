"""The names that partnerships should bear: after a place of the letter, a locality, or their postcode districts."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geo_partnerships.plans import Partnership, Plan

MOST_DISTRICTS = 3
FARTHEST_M = 2_500.0
"""Metres, on average, that a locality may lie from the schools of a partnership that is called after it."""
LOWER_RANK_M = 300.0
"""Metres that a rank counts for."""


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
    named = _best_first(list(_after_the_letter(plan, partnerships)), {})
    named = _best_first(list(_after_localities(plan, partnerships)), named)
    plain = {
        p.number: _after_districts([schools[urn].district for urn in p.members])
        for p in partnerships
        if p.number not in named
    }
    again = Counter(plain.values())
    for p in partnerships:
        if p.number in plain:
            name = plain[p.number]
            named[p.number] = f"{name} around {schools[p.centre].name}" if again[name] > 1 and p.centre else name
    return [f"{prefix}: {named[p.number]}" if prefix else named[p.number] for p in partnerships]


def _best_first(claims: list[tuple[float, str, int, int]], named: Mapping[int, str]) -> dict[int, str]:
    """Take claims from the best on; a name that is given, or a partnership that has one, is passed over."""
    found, left = dict(named), claims
    while left := [claim for claim in left if claim[1] not in found.values() and claim[3] not in found]:
        best = min(left, key=lambda claim: claim[:3])
        found[best[3]] = best[1]
    return found


def _after_the_letter(plan: Plan, partnerships: Sequence[Partnership]) -> Iterator[tuple[float, str, int, int]]:
    """Yield claims to the places of the letter's partnerships, by how many of the schools come from there."""
    letter = plan.problem.letter
    for draft in letter.partnerships if letter else ():
        place = _place_in(draft.label)
        if draft.basis != "place" or not place:
            continue
        there = {urn for member in draft.members for urn in member.schools}
        for at, p in enumerate(partnerships):
            share = sum(urn in there for urn in p.members)
            if share >= len(p.members) / 2:
                yield -share, place, at, p.number


def _place_in(label: str) -> str:
    """Return the places that a label names, without the word area; nothing where it only lists districts."""
    words = label.strip()
    for ending in (" Area", " Areas"):
        words = words.removesuffix(ending).rstrip()
    places = [part.strip() for part in words.split("/") if part.strip()]
    text = places[0] if len(places) == 1 else " and ".join((", ".join(places[:-1]), places[-1])) if places else ""
    parts = [part for part in re.split(r", | and ", text) if part]
    return "" if all(re.fullmatch(r"[A-Z]{1,2}[0-9][A-Z0-9]?", part) for part in parts) else text


def _after_localities(plan: Plan, partnerships: Sequence[Partnership]) -> Iterator[tuple[float, str, int, int]]:
    """Yield claims to the localities around, by how far they lie from the schools and how much they matter."""
    localities = plan.problem.places.localities
    for at, p in enumerate(partnerships):
        members = [plan.problem.schools[urn] for urn in p.members]
        points = np.array([(s.easting, s.northing) for s in members if s.has_point], dtype=np.float64).reshape(-1, 2)
        own = {school.borough.lower() for school in members}
        for place in localities if len(points) else ():
            away = float(np.hypot(*(points - (place.easting, place.northing)).T).mean())
            if away <= FARTHEST_M and place.name.lower() not in own:
                yield round(away + LOWER_RANK_M * place.rank), place.name, at, p.number


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
