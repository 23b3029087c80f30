"""The rules a clustering can be asked to keep, each a small named object.

Every rule is *binding* (kept, or the problem is impossible) or *preferred* (kept unless breaking it is
cheaper, at ``weight`` cost units for each unit broken). Items are integers from 0 to n - 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "KINDS",
    "Balance",
    "CannotLink",
    "Count",
    "Districts",
    "Guarantee",
    "Leaders",
    "MustLink",
    "Pinned",
    "Rule",
    "SecondMembership",
    "Size",
]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What all rules share.

    Parameters
    ----------
    name
        The words by which the rule is known to whoever wrote it; used when rules conflict.
    binding
        Whether the rule must be kept. A rule that is not binding is preferred.
    weight
        For a preferred rule, the price of one unit of breaking it, in the units of the cost (metres).
    private
        Whether the rule, what it costs and that it exists are for its writer alone; of no account to any answer.
    """

    name: str = ""
    binding: bool = True
    weight: float = 0.0
    private: bool = field(default=True, compare=False)

    @property
    def words(self) -> str:
        """The name, or a plain description where no name was given."""
        return self.name or self.describe()

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return type(self).__name__

    def mentioned(self) -> Iterator[int]:
        """Yield every item the rule speaks of."""
        yield from ()

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        if not 0 <= self.weight < float("inf"):
            yield f"{self.words}: weight must be a finite number of at least 0, not {self.weight}"
        outside = sorted({item for item in self.mentioned() if not 0 <= item < n})
        if outside:
            yield f"{self.words}: item {outside[0]} is not one of the {n} items"


@dataclass(frozen=True)
class Count(Rule):
    """Number of clusters, from `minimum` to `maximum`. Broken by one unit a cluster too few or too many."""

    minimum: int
    maximum: int

    def describe(self) -> str:
        """Describe the rule in a few words."""
        if self.minimum == self.maximum:
            return f"{self.minimum} clusters"
        return f"{self.minimum} to {self.maximum} clusters"

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        if self.minimum < 1:
            yield f"{self.words}: there must be at least one cluster, not {self.minimum}"
        if self.maximum < self.minimum:
            yield f"{self.words}: the maximum {self.maximum} is below the minimum {self.minimum}"


@dataclass(frozen=True)
class Size(Rule):
    """Size of every cluster: how many items, or the sum of `weights` over its items (pupils).

    Broken by one unit an item (or a unit of weight) below the minimum or above the maximum.
    """

    minimum: float
    maximum: float
    weights: tuple[float, ...] | None = None

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return f"sizes {self.minimum:g} to {self.maximum:g}"

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        if not self.maximum >= self.minimum:
            yield f"{self.words}: the maximum {self.maximum:g} is below the minimum {self.minimum:g}"
        if self.weights is not None and len(self.weights) != n:
            yield f"{self.words}: there are {len(self.weights)} weights for {n} items"
        if self.weights is not None and not all(0 <= w < float("inf") for w in self.weights):
            yield f"{self.words}: every weight must be a finite number of at least 0"


@dataclass(frozen=True)
class MustLink(Rule):
    """All of `items` share a cluster. Broken by one unit a pair that is apart."""

    items: tuple[int, ...]

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return f"together: {', '.join(map(str, self.items))}"

    def mentioned(self) -> Iterator[int]:
        """Yield every item the rule speaks of."""
        yield from self.items


@dataclass(frozen=True)
class CannotLink(Rule):
    """No two of `items` share a cluster. Broken by one unit a pair that is together."""

    items: tuple[int, ...]

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return f"apart: {', '.join(map(str, self.items))}"

    def mentioned(self) -> Iterator[int]:
        """Yield every item the rule speaks of."""
        yield from self.items

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        if len(set(self.items)) != len(self.items):
            yield f"{self.words}: an item cannot be kept apart from itself"


@dataclass(frozen=True)
class Pinned(Rule):
    """The `items` belong to the given cluster called `label`.

    Items pinned to one label share a cluster; items pinned to different labels do not. `minimum` and
    `maximum` count items, and replace the bounds of any `Size` counted in items for that cluster. Broken by
    one unit an item that is elsewhere.
    """

    items: tuple[int, ...]
    label: int | str
    minimum: float | None = None
    maximum: float | None = None

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return f"pinned to {self.label}"

    def mentioned(self) -> Iterator[int]:
        """Yield every item the rule speaks of."""
        yield from self.items

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        if not self.items:
            yield f"{self.words}: no item is pinned"
        if self.minimum is not None and self.maximum is not None and self.maximum < self.minimum:
            yield f"{self.words}: the maximum {self.maximum:g} is below the minimum {self.minimum:g}"


@dataclass(frozen=True)
class Guarantee(Rule):
    """The `item` shares a cluster with at least one of `named`. Broken by one unit."""

    item: int
    named: tuple[int, ...]

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return f"{self.item} with one of {', '.join(map(str, self.named)) or 'nobody'}"

    def mentioned(self) -> Iterator[int]:
        """Yield every item the rule speaks of."""
        yield self.item
        yield from self.named


@dataclass(frozen=True)
class Leaders(Rule):
    """Every cluster has at least one of `items`.

    When preferred, it is kept *where possible*: before anything else is weighed, as few clusters as can be
    are left without one; `weight` has no part in it and the violation costs nothing.
    """

    items: tuple[int, ...]

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return "a leader in every cluster"

    def mentioned(self) -> Iterator[int]:
        """Yield every item the rule speaks of."""
        yield from self.items


@dataclass(frozen=True)
class Balance(Rule):
    """Every cluster has from `minimum` to `maximum` of `items`. Broken by one unit an item out of bounds."""

    items: tuple[int, ...]
    minimum: int = 0
    maximum: int | None = None

    def describe(self) -> str:
        """Describe the rule in a few words."""
        ceiling = "any number" if self.maximum is None else str(self.maximum)
        return f"{self.minimum} to {ceiling} of a group in every cluster"

    def mentioned(self) -> Iterator[int]:
        """Yield every item the rule speaks of."""
        yield from self.items

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        if self.minimum < 0:
            yield f"{self.words}: the minimum must be at least 0, not {self.minimum}"
        if self.maximum is not None and self.maximum < self.minimum:
            yield f"{self.words}: the maximum {self.maximum} is below the minimum {self.minimum}"


@dataclass(frozen=True)
class Districts(Rule):
    """Clusters respect districts.

    Strict: a cluster takes whole districts only, and its districts are connected through `neighbours`.
    Not strict: an item outside its medoid's district costs `weight`, half of it in a neighbouring district.

    Parameters
    ----------
    labels
        The district of each item, shape (n,).
    neighbours
        Pairs of neighbouring districts, each in either order.
    strict
        Whether districts are kept whole and connected. A strict rule is binding.
    """

    labels: tuple[int, ...]
    neighbours: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    strict: bool = True

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return "whole districts" if self.strict else "districts"

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        if len(self.labels) != n:
            yield f"{self.words}: there are {len(self.labels)} district labels for {n} items"
        if self.strict and not self.binding:
            yield f"{self.words}: strict districts are binding; use strict=False with a weight to prefer them"


@dataclass(frozen=True)
class SecondMembership(Rule):
    """The `item` is in two clusters; it counts in the size and the cost of both. Broken by one unit."""

    item: int

    def describe(self) -> str:
        """Describe the rule in a few words."""
        return f"{self.item} in two clusters"

    def mentioned(self) -> Iterator[int]:
        """Yield every item the rule speaks of."""
        yield self.item


KINDS = (Balance, CannotLink, Count, Districts, Guarantee, Leaders, MustLink, Pinned, SecondMembership, Size)
"""Every kind of rule that the methods know. A subclass of one is none of them: what it adds would be ignored."""
