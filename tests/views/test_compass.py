"""Directions in words."""

from __future__ import annotations

import pytest

from geo_partnerships.views.compass import bearing


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ((0, 9), "north"), ((9, 9), "north-east"), ((-9, -8), "south-west"), ((-1, 9), "north"), ((-9, 0), "west"),
        ((0, -9), "south"), ((0, 0.1), ""), ((0, 0), ""), ((0, 0.5), "north"),
    ],
)  # fmt: skip
def test_directions_are_compass_words_and_none_on_one_site(end, said) -> None:
    assert bearing((0.0, 0.0), end) == said
