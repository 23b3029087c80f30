"""What can be found from every page: schools, partnerships, and places that lead to the partnership around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.pages.schema import FoundPartnership, FoundPlace, FoundSchool, SearchIndex, without_rest
from geo_partnerships.pages.words import file_stem, more_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.pages.scene import Scene
    from geo_partnerships.views.model import SchoolView

NEAR_M = 2_500.0
"""Metres from a school within which a place leads to its partnership."""


def index_of(scene: Scene) -> SearchIndex:
    """Return all that can be found."""
    return {
        "schools": [found_school(scene, school) for school in scene.everyone.values()],
        "partnerships": [FoundPartnership(p.number, p.name, p.size) for p in scene.view.partnerships],
        "places": list(_places(scene)),
    }


def found_school(scene: Scene, school: SchoolView) -> FoundSchool:
    """Return how a school is found: by its names, key, postcode and partnership."""
    stem = file_stem(school.urn)
    row = FoundSchool(
        urn=school.urn,
        name=school.name,
        phase=str(school.phase),
        place=school.postcode or school.district,
        partnerships=scene.numbers(school),
        aliases=more_words(school.name, school.aliases),
        page="" if stem == school.urn else stem,
    )
    return without_rest(row)


def _places(scene: Scene) -> Iterator[FoundPlace]:
    """Yield each place with the partnership of the school that is nearest to it."""
    homes = [(urn, n) for urn in scene.places for n in scene.numbers(scene.everyone[urn])[:1]]
    if not homes:
        return
    points = np.array([scene.places[urn] for urn, _ in homes])
    for name, east, north in sorted(set(scene.view.context.localities)):
        away = np.hypot(*(points - (east, north)).T)
        at = int(away.argmin())
        if away[at] <= NEAR_M:
            yield FoundPlace(name, homes[at][1])
