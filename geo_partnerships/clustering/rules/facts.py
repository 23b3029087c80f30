"""What arithmetic shows of all rules together, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from geo_partnerships.clustering.rules.linked import link_groups, linked_sets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_partnerships.clustering.rules.base import Rule

__all__ = ["Certificate", "Facts", "product"]

R = TypeVar("R", bound="Rule")


@dataclass(frozen=True)
class Certificate:
    """Rules that cannot be kept together, the sentence that shows it, and items that have no place by them."""

    rules: tuple[Rule, ...]
    sentence: str
    items: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Facts:
    """Binding rules on some items, and what several of them need to know.

    Attributes
    ----------
    n
        Number of items.
    noun
        What to call them.
    fewest, most
        Bounds of the number of clusters; `low` and `high` are the rules that say so, none where no rule does.
    """

    n: int
    noun: str
    rules: Sequence[Rule]
    fewest: int
    most: int
    low: tuple[Rule, ...]
    high: tuple[Rule, ...]

    @cached_property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Items that must share one cluster, merged."""
        return link_groups(self.n, linked_sets(self.rules))

    @cached_property
    def group_of(self) -> dict[int, int]:
        """Group of each item."""
        return {item: number for number, items in enumerate(self.groups) for item in items}

    def of(self, kind: type[R]) -> list[R]:
        """Rules of one kind."""
        return [rule for rule in self.rules if isinstance(rule, kind)]

    def linking(self, items: Sequence[int]) -> list[Rule]:
        """Rules that link some of `items`."""
        inside = set(items)
        return [rule for rule in self.rules if any(label_links(inside, *part) for part in rule.linked())]


def label_links(inside: set[int], label: int | str | None, linked: tuple[int, ...]) -> bool:
    """Whether a set of linked items links some that are `inside`; one with a label does so with one item."""
    return len(inside & set(linked)) > (1 if label is None else 0)


def product(clusters: int, each: float) -> str:
    """Write a product with what comes out."""
    return f"{clusters} \N{MULTIPLICATION SIGN} {each:g} = {clusters * each:g}"
