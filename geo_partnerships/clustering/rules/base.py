"""What every rule is: a small named object that holds all that the solver needs of it.

Every rule is *binding* (kept, or the problem is impossible) or *preferred* (kept unless breaking it is
cheaper, at ``weight`` cost units for each unit broken). Items are integers from 0 to n - 1.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from inspect import isabstract
from typing import TYPE_CHECKING, Self

from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from geo_partnerships.clustering.rules.facts import Certificate, Facts
    from geo_partnerships.clustering.rules.given import Clusters, Groups, Pricing, Repaired, Rows

__all__ = ["Answer", "Binding", "EachCluster", "Places", "Rule", "Weighted", "inner", "power_of_two"]


@dataclass(frozen=True, eq=False)
class Answer:
    """Clusters and the rules that they are counted against, as plain Python.

    Attributes
    ----------
    homes
        Positions of the clusters that each item is in.
    """

    rules: Sequence[Rule]
    medoids: Sequence[int]
    members: Sequence[Sequence[int]]
    homes: Sequence[set[int]]


Places = Mapping[int, int]
"""Position of each item that is left, ascending both."""

_FARTHEST = 1000


@dataclass(frozen=True, kw_only=True)
class Rule(ABC):
    """What all rules share, and the parts that each must have.

    A class without all parts cannot be made, and neither can a rule derived from another: what it adds would be
    ignored wherever that one is known.

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

    def __init_subclass__(cls, *, partial: bool = False, **keywords: object) -> None:
        """Refuse a kind of rule that lacks a part, unless it is `partial` and only holds what several kinds share.

        Raises
        ------
        TypeError
            A part is missing, or the kind is derived from a whole one.
        """
        super().__init_subclass__(**keywords)
        whole = [kind.__name__ for kind in cls.__mro__[1:] if issubclass(kind, Rule) and not isabstract(kind)]
        if whole:
            raise TypeError(f"{cls.__name__}: derive a kind of rule from Rule, not from {whole[0]}")
        missing = [name for name in dir(cls) if getattr(getattr(cls, name, None), "__isabstractmethod__", False)]
        if missing and not partial:
            raise TypeError(f"{cls.__name__}: this kind of rule lacks {', '.join(missing)}")

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
            yield f"{self.words}: item {outside[0]} is not one of the {count(n, 'item')}"

    def goes_first(self) -> bool:
        """Whether breaking the rule as little as can be comes before all cost."""
        return False

    @abstractmethod
    def amount(self, seen: Clusters, medoids: Sequence[int]) -> float:
        """Return by how many units clusters break the rule."""

    @abstractmethod
    def recount(self, answer: Answer) -> float:
        """Count again, by plain arithmetic that shares nothing with `amount`, by how many units clusters break it.

        No answer leaves the solver of which the two do not agree.
        """

    @abstractmethod
    def statements(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what the rule says, a line for each part that binds by itself, items by their `names`.

        The lines of two rules of one kind are the same where the rules are, so that answers under more rules can be
        told from answers under others.
        """

    @abstractmethod
    def certificates(self, facts: Facts) -> Iterator[Certificate]:
        """Yield what arithmetic alone shows to be impossible under the rule; asked only of binding rules.

        What several rules of one kind show together, the first of them yields.
        """

    @abstractmethod
    def linked(self) -> Iterator[tuple[int | str | None, tuple[int, ...]]]:
        """Yield sets of items that share one cluster if the rule binds; sets after one label are one set."""

    @abstractmethod
    def add_rows(self, built: Rows) -> None:
        """Add the rule to the medoid model."""

    @abstractmethod
    def within(self, places: Places) -> Self | None:
        """Restrict the rule to some items that keep their clusters among themselves; None where it says nothing."""

    @abstractmethod
    def needs_matrix(self) -> bool:
        """Whether a problem of points alone cannot have the rule."""

    @abstractmethod
    def is_local(self) -> bool:
        """Whether the rule can be kept a few clusters at a time."""

    @abstractmethod
    def is_kept_by_moves(self) -> bool:
        """Whether the moves of a search keep the rule."""

    def place_in_moves(self) -> Hashable:
        """Return the place that one rule only can have in the moves; None where there is room for any number."""
        return None

    @abstractmethod
    def is_columnar(self, compiled: Groups) -> bool:
        """Whether the rule can be seen to a whole cluster at a time."""

    @abstractmethod
    def add_pricing(self, data: Pricing) -> None:
        """Add the rule to what prices whole clusters; asked only of rules that are columnar."""

    @abstractmethod
    def is_counted(self) -> bool:
        """Whether the rule can be broken by whole units only."""

    @abstractmethod
    def scaled(self, factor: float, most: float) -> Self:
        """Return the rule in costs multiplied by `factor`, of which those above `most` count the same."""

    def at_weight(self, weight: float) -> Self:
        """Return the rule at another weight, known by the same words."""
        return self if weight == self.weight else replace(self, name=self.words, weight=weight)

    @abstractmethod
    def amiss(self, repair: Repaired) -> Iterator[set[int]]:
        """Yield the clusters, a set at a time, that must change if the broken rule is to be kept."""

    @abstractmethod
    def is_of_few(self) -> bool:
        """Whether the rule speaks of a few items, and not of every cluster."""


@dataclass(frozen=True)
class Binding(Rule, partial=True):
    """A rule that is never preferred."""

    def faults(self, n: int) -> Iterator[str]:
        """Yield what is wrong with the rule for a problem of `n` items, one sentence each."""
        yield from super().faults(n)
        if not self.binding:
            yield f"{self.words}: this kind of rule is always binding"

    def scaled(self, factor: float, most: float) -> Self:
        """Return the rule as it is: it has no price."""
        return self


@dataclass(frozen=True)
class Weighted(Rule, partial=True):
    """A rule that may be preferred, at one price for each unit broken."""

    def scaled(self, factor: float, most: float) -> Self:
        """Return the rule in costs multiplied by `factor`, of which those above `most` count the same."""
        return self if self.binding else self.at_weight(min(self.weight, most) * factor)


@dataclass(frozen=True)
class EachCluster(Rule, partial=True):
    """A rule that every cluster must keep by itself."""

    @abstractmethod
    def shortfalls(self, seen: Clusters) -> list[float]:
        """How far each cluster breaks the rule, in its own units."""

    def amount(self, seen: Clusters, medoids: Sequence[int]) -> float:
        """Return by how many units clusters break the rule, added up."""
        return float(sum(self.shortfalls(seen)))

    def amiss(self, repair: Repaired) -> Iterator[set[int]]:
        """Yield each cluster that breaks the rule."""
        yield from ({c} for c, amount in enumerate(self.shortfalls(repair.seen())) if amount > 0)

    def is_of_few(self) -> bool:
        """Whether the rule speaks of a few items, and not of every cluster."""
        return False


def inner(items: Iterable[int], places: Places) -> tuple[int, ...]:
    """Return the positions of those items that are left."""
    return tuple(places[item] for item in items if item in places)


def power_of_two(number: float) -> float:
    """Return the power of two next to a number."""
    return math.ldexp(1.0, max(-_FARTHEST, min(_FARTHEST, round(math.log2(number)))))
