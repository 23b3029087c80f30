"""Reasons why rules cannot be kept together that arithmetic alone can give: each rule gives its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.clustering.rules import Count
from geo_partnerships.clustering.rules.facts import Facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_partnerships.clustering.rules import Rule
    from geo_partnerships.clustering.rules.facts import Certificate

__all__ = ["certificates"]


def certificates(n: int, rules: Sequence[Rule], noun: str = "items") -> Iterator[Certificate]:
    """Yield what arithmetic shows to be impossible among the binding `rules` on `n` items."""
    facts = _facts(n, [rule for rule in rules if rule.binding], noun)
    for rule in facts.rules:
        yield from rule.certificates(facts)


def _facts(n: int, rules: Sequence[Rule], noun: str) -> Facts:
    counts = [rule for rule in rules if isinstance(rule, Count)]
    if not counts:
        return Facts(n, noun, rules, 1, n, (), ())
    lowest = max(counts, key=lambda rule: rule.minimum)
    highest = min(counts, key=lambda rule: rule.maximum)
    return Facts(n, noun, rules, lowest.minimum, highest.maximum, (lowest,), (highest,))
