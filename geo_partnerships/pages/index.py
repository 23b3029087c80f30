"""What can be found from every page: schools, partnerships, and places that lead to the partnership around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.pages.schema import SearchEntry
from geo_partnerships.pages.words import file_stem, more_words
from geo_partnerships.sentences import count, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.pages.scene import Scene
    from geo_partnerships.views.model import PartnershipView, SchoolView

SCHOOL_PAGE, PARTNERSHIP_PAGE = "schools/{}.html", "partnerships/{:02d}.html"
NEAR_M = 2_500.0
"""Metres from a school within which a place leads to its partnership."""


def index_of(scene: Scene) -> Iterator[SearchEntry]:
    """Yield all that can be found, each with the way to its page from the index."""
    for school in scene.everyone.values():
        yield school_entry(scene, school)
    for partnership in scene.view.partnerships:
        yield partnership_entry(partnership)
    yield from _places(scene)


def school_entry(scene: Scene, school: SchoolView) -> SearchEntry:
    """Return how a school is found: by its names, key, postcode and partnership."""
    numbers = scene.numbers(school)
    where = f"Partnership {listed([str(n) for n in numbers])}" if numbers else "in none of the partnerships"
    detail = " · ".join(filter(None, (str(school.phase), school.postcode or school.district, where)))
    more = f"{school.urn} {more_words(school.name, school.aliases)}".strip()
    return SearchEntry(school.name, detail, SCHOOL_PAGE.format(file_stem(school.urn)), more)


def partnership_entry(partnership: PartnershipView) -> SearchEntry:
    """Return how a partnership is found: by its number and its name."""
    title = f"Partnership {partnership.number}: {partnership.name}"
    return SearchEntry(title, count(partnership.size, "school"), PARTNERSHIP_PAGE.format(partnership.number))


def _places(scene: Scene) -> Iterator[SearchEntry]:
    """Yield each place with the partnership of the school that is nearest to it."""
    homes = [(urn, n) for urn in scene.places for n in scene.numbers(scene.everyone[urn])[:1]]
    if not homes:
        return
    points = np.array([scene.places[urn] for urn, _ in homes])
    for name, east, north in sorted(set(scene.view.context.localities)):
        away = np.hypot(*(points - (east, north)).T)
        at = int(away.argmin())
        if away[at] <= NEAR_M:
            nearest = scene.partnerships[homes[at][1]]
            detail = f"place in or near Partnership {nearest.number}: {nearest.name}"
            yield SearchEntry(name, detail, PARTNERSHIP_PAGE.format(nearest.number))
