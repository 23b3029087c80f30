"""Rules describe themselves, say whom they speak of, and refuse what makes no sense, at its very edge."""

from __future__ import annotations

import math

import pytest

from geo_partnerships.clustering.rules import (
    Balance,
    CannotLink,
    Count,
    Districts,
    Guarantee,
    Leaders,
    MustLink,
    Pinned,
    Size,
)
from geo_partnerships.sentences import count

WORDS = {
    "3 clusters": Count(3, 3),
    "3 to 4 clusters": Count(3, 4),
    "sizes 4 to 8.5": Size(4, 8.5),
    "together: 0, 2": MustLink((0, 2)),
    "apart: 0, 2": CannotLink((0, 2)),
    "pinned to north": Pinned((1,), "north"),
    "1 with one of 0, 2": Guarantee(1, (0, 2)),
    "1 with one of nobody": Guarantee(1, ()),
    "a leader in every cluster": Leaders((0,)),
    "1 to 2 of a group in every cluster": Balance((0,), 1, 2),
    "0 to any number of a group in every cluster": Balance((0,)),
    "whole districts": Districts((0, 0, 1)),
    "connected districts": Districts((0, 0, 1), whole=False),
}


@pytest.mark.parametrize("words", WORDS)
def test_a_rule_is_known_by_its_words_unless_it_was_given_a_name(words) -> None:
    rule = WORDS[words]
    assert rule.words == words
    named = type(rule)(**{key: getattr(rule, key) for key in rule.__dataclass_fields__ if key != "name"}, name="mine")
    assert named.words == "mine"


@pytest.mark.parametrize(
    ("rule", "items"),
    [
        (MustLink((0, 2)), [0, 2]), (CannotLink((1, 2)), [1, 2]), (Pinned((2,), "a"), [2]), (Leaders((0, 1)), [0, 1]),
        (Guarantee(1, (0, 2)), [1, 0, 2]), (Balance((2, 1)), [2, 1]), (Count(1, 2), []),
    ],
)  # fmt: skip
def test_a_rule_speaks_of_its_items(rule, items) -> None:
    assert list(rule.mentioned()) == items
    assert not list(rule.faults(3))
    if items:
        (fault,) = rule.faults(max(items))
        assert fault == f"{rule.words}: item {max(items)} is not one of the {count(max(items), 'item')}"


SOUND = [
    *WORDS.values(), Count(1, 1), Size(4, 4), Size(0, 0, weights=(0.0, 1.0, 2.5)),
    Balance((0,), 1, 1), Balance((0,), 0, 0), MustLink((0,), weight=0.0), MustLink((0,), weight=1e300),
]  # fmt: skip


@pytest.mark.parametrize("rule", SOUND, ids=repr)
def test_what_just_makes_sense_is_taken(rule) -> None:
    assert not list(rule.faults(3))


FAULTS = [
    (Count(0, 2), "there must be at least one cluster, not 0"),
    (Count(3, 2), "the maximum 2 is below the minimum 3"),
    (Size(5, 4), "the maximum 4 is below the minimum 5"),
    (Size(5, math.nan), "the maximum nan is below the minimum 5"),
    (Size(0, 9, weights=(1.0, 2.0)), "2 weights are given for 3 items"),
    (Size(0, 9, weights=(1.0, -0.5, 2.0)), "every weight must be a finite number of at least 0"),
    (Size(0, 9, weights=(1.0, math.inf, 2.0)), "every weight must be a finite number of at least 0"),
    (CannotLink((1, 1)), "an item cannot be kept apart from itself"),
    (Pinned((), "a"), "no item is pinned"),
    (Balance((0,), -1, 2), "the minimum must be at least 0, not -1"),
    (Balance((0,), 2, 1), "the maximum 1 is below the minimum 2"),
    (Districts((0, 1)), "2 district labels are given for 3 items"),
    (Count(1, 2, binding=False, weight=5.0), "this kind of rule is always binding"),
    (Size(1, 2, binding=False, weight=5.0), "this kind of rule is always binding"),
    (Pinned((0,), "a", binding=False, weight=5.0), "this kind of rule is always binding"),
    (Districts((0, 0, 1), binding=False), "this kind of rule is always binding"),
    (MustLink((0, 1), weight=-1.0), "weight must be a finite number of at least 0, not -1.0"),
    (MustLink((0, 1), weight=math.inf), "weight must be a finite number of at least 0, not inf"),
    (MustLink((0, 1), weight=math.nan), "weight must be a finite number of at least 0, not nan"),
    (MustLink((0, -1)), "item -1 is not one of the 3 items"),
    (MustLink((7, 3, 5)), "item 3 is not one of the 3 items"),
]


@pytest.mark.parametrize(("rule", "words"), FAULTS, ids=lambda value: repr(value)[:60])
def test_what_makes_no_sense_is_said_in_one_sentence(rule, words) -> None:
    assert list(rule.faults(3)) == [f"{rule.words}: {words}"]


def test_rules_are_binding_and_cost_nothing_unless_they_say_otherwise() -> None:
    assert (Count(1, 2).binding, Count(1, 2).weight, Districts(()).whole) == (True, 0.0, True)
    assert (Balance((0,)).minimum, Balance((0,)).maximum) == (0, None)
    assert Size(1, 2).weights is None
