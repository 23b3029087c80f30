"""Numbers agree with their nouns and verbs, whatever they are."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_partnerships.sentences import because, between, capital, count, counted, first_of, listed, numbered, share

NUMBERS = st.one_of(st.sampled_from([0, 1, 2, 1000]), st.integers(0, 10**7))


@given(NUMBERS)
def test_a_noun_is_singular_for_one_alone(number) -> None:
    assert count(number, "school") == (f"{number:,} school" if number == 1 else f"{number:,} schools")
    assert count(number, "authority", "authorities").endswith("y" if number == 1 else "ies")


@given(NUMBERS, NUMBERS)
def test_a_verb_goes_with_its_number(part, more) -> None:
    assert counted(part, "school", "has", "have").split()[-1] == ("has" if part == 1 else "have")
    told = share(part, part + more, "school", "is", "are")
    assert told.split()[-1] == ("is" if part == 1 else "are")
    assert ("1 school " in told) == (part + more == 1) or f"{part + more:,}" != "1"


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), max_size=9), st.integers(1, 9))
def test_a_list_names_all_or_the_first_and_how_many_more(words, most) -> None:
    told = first_of(words, most)
    assert listed(words).replace(" and ", ", ") == ", ".join(words)
    assert told == listed(words) if len(words) <= most else told.endswith(f"and {len(words) - most} more")
    assert told.count(" and ") == (len(words) > 1)


@given(st.lists(NUMBERS, min_size=1, max_size=4))
def test_what_is_numbered_is_singular_for_one_alone(numbers) -> None:
    noun = "partnership" if len(numbers) == 1 else "partnerships"
    assert re.fullmatch(noun + r" \d+(, \d+)*( and \d+)?", numbered("partnership", numbers))


@pytest.mark.parametrize(
    ("least", "most", "told"),
    [(1, 1, "1 school"), (0, 1, "0 to 1 school"), (2, 2, "2 schools"), (4, 1000, "4 to 1,000 schools"),
     (0, 0, "0 schools"), (1, None, "1 or more schools"), (2, None, "2 or more schools")],
)  # fmt: skip
def test_a_range_is_told_with_its_noun(least, most, told) -> None:
    assert between(least, most, "school") == told
    assert between(least, most) == told.rpartition(" ")[0]


def test_a_reason_follows_its_clause() -> None:
    assert because("Ash is in no partnership", "it is a sixth form") == "Ash is in no partnership: it is a sixth form."
    assert because("Ash is in no partnership", "") == "Ash is in no partnership."
    assert capital("aB") == "AB"
    assert capital("") == ""
