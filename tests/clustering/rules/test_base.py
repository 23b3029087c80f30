"""A kind of rule has every part that the solver needs, or it cannot be made."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from geo_partnerships.clustering.rules import Count, EachCluster, Rule

PARTS = sorted(Rule.__abstractmethods__)


@pytest.mark.parametrize("part", PARTS)
def test_a_kind_of_rule_without_a_part_cannot_be_made(part) -> None:
    parts = {name: lambda *_: None for name in PARTS if name != part}
    with pytest.raises(TypeError, match=f"Short: this kind of rule lacks {part}$"):
        type("Short", (Rule,), parts)


def test_a_kind_of_rule_with_every_part_can_be_made() -> None:
    kind = type("Whole", (Rule,), {name: lambda *_: None for name in PARTS})
    assert kind().words == "Whole"


def test_what_every_cluster_keeps_must_say_how_far_each_does_not() -> None:
    parts = {name: lambda *_: None for name in PARTS if name != "amount"}
    with pytest.raises(TypeError, match=r"lacks shortfalls$"):
        type("Short", (EachCluster,), parts)


def test_a_kind_of_rule_is_not_derived_from_another_which_would_ignore_what_it_adds() -> None:
    with pytest.raises(TypeError, match="derive a kind of rule from Rule, not from Count"):

        @dataclass(frozen=True)
        class RoundCount(Count):
            pass


def test_a_rule_of_no_kind_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="abstract"):
        Rule()  # type: ignore[abstract]
