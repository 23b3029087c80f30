"""What the page is told in words: counts agree with their nouns, and figures say of how many they are."""

from __future__ import annotations

import pytest

from geo_partnerships.letter import ListedMember
from geo_partnerships.plans import Partnership
from geo_partnerships.vocabulary import PartnershipType
from geo_partnerships.workbench.payload import size_words


def _partnership(*members: str, unnamed: int = 0) -> Partnership:
    return Partnership(
        number=1, name="East", strand="area", type=PartnershipType.STRUCTURED, status="draft", members=members,
        centre=members[0], unnamed=(ListedMember(text="others", unnamed=unnamed),) if unnamed else (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("members", "unnamed", "distances", "words"),
    [
        ("a", 0, {"a": 0.0}, "1 school"),
        ("ab", 0, {"a": 0.0, "b": 900.0}, "2 schools, the other 900 m from the centre school"),
        ("abc", 0, {"a": 0.0, "b": 900.0, "c": 1100.0},
         "3 schools, the others on average 1,000 m from the centre school"),
        ("abc", 2, {"a": 0.0, "b": 900.0, "c": 1100.0},
         "5 schools, the 2 of 4 others that are measured on average 1,000 m from the centre school"),
        ("abc", 0, {"a": 0.0, "b": 900.0},
         "3 schools, the 1 of 2 others that is measured 900 m from the centre school"),
        ("abc", 0, {"a": 0.0}, "3 schools"),
    ],
)  # fmt: skip
def test_a_mean_says_of_how_many_schools_it_is(members, unnamed, distances, words) -> None:
    assert size_words(_partnership(*members, unnamed=unnamed), distances) == words
