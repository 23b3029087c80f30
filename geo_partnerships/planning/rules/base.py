"""How the words of a scenario become rules of a strand's clustering: a builder for each rule."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from geo_partnerships.checking.rules import row_of
from geo_partnerships.errors import NoPlanError
from geo_partnerships.planning.words import strand_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from geo_partnerships.clustering import Rule
    from geo_partnerships.findings import Finding
    from geo_partnerships.model import Problem, School
    from geo_partnerships.scenarios.parameters import Scenario, Strand

    Keyed = tuple[str, Rule]

__all__ = ["Asked", "Builder", "Homes", "OfMembers", "as_given", "conflict", "remedies", "remedy"]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A strand that rules are made for.

    Parameters
    ----------
    strand
        Its name.
    schools
        Its schools; rules speak of their positions.
    owed
        Covered schools whose guarantee the strand must meet, with the schools they named.
    """

    strand: str
    problem: Problem
    scenario: Scenario
    schools: tuple[School, ...]
    owed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def position(self) -> dict[str, int]:
        """Position of each school by its key."""
        return {school.urn: index for index, school in enumerate(self.schools)}

    @property
    def table(self) -> Strand:
        """The strand's parameters."""
        return self.scenario.area if self.strand == "area" else self.scenario.strands[self.strand]

    @property
    def is_area(self) -> bool:
        """Whether it is the area strand."""
        return self.strand == "area"


@dataclass(frozen=True, kw_only=True)
class Homes:
    """Where schools may be at all, before anything is solved.

    Parameters
    ----------
    placed
        Keys of the schools that each strand can place.
    given
        The partnerships of each strand that is taken as given.
    """

    problem: Problem
    scenario: Scenario
    placed: Mapping[str, Collection[str]]
    given: Mapping[str, Sequence[set[str]]]

    def apart(self, key: str, words: str, schools: set[str]) -> Iterator[NoPlanError]:
        """Yield why schools cannot be together: no strand, or no partnership taken as given, holds them all."""
        free = [set(urns) for name, urns in self.placed.items() if name not in self.given]
        if any(schools <= home for home in (*free, *(group for groups in self.given.values() for group in groups))):
            return
        fixed = next((name for name, groups in self.given.items() if schools <= set().union(*groups)), None)
        if fixed is None:
            yield conflict("the schools are in no strand together, or have no point", [(key, words)])
        else:
            yield conflict("the letter has them apart", [(key, words), as_given(fixed)])

    def groups(self) -> list[tuple[str, set[str]]]:
        """Return every partnership taken as given, after the name of its strand."""
        return [(name, group) for name, found in self.given.items() for group in found]


class Builder(ABC):
    """From a scenario's parameters to what the solver is asked.

    A builder that lacks a part cannot be made.
    """

    def __init_subclass__(cls, *, partial: bool = False) -> None:
        """Refuse a builder that lacks a part, unless it is `partial` and only holds what several share.

        Raises
        ------
        TypeError
            A part is missing.
        """
        super().__init_subclass__()
        missing = [name for name in dir(cls) if getattr(getattr(cls, name, None), "__isabstractmethod__", False)]
        if missing and not partial:
            raise TypeError(f"{cls.__name__}: this builder of a rule lacks {', '.join(missing)}")

    @abstractmethod
    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield the rules of a strand, each after the key of the parameter it comes from."""

    @abstractmethod
    def penalties(self, schools: Sequence[School], problem: Problem, scenario: Scenario) -> NDArray[np.float64] | None:
        """Return what the rule adds to distances, shape (n, n), in metre-equivalents; None for nothing."""

    @abstractmethod
    def premise(self, scenario: Scenario) -> tuple[float, ...]:
        """Return the parameters that `penalties` come from: what was proved under others is about other costs."""

    @abstractmethod
    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield what no plan could keep, seen before anything is solved."""

    def unpriced(
        self,
        problem: Problem,
        scenario: Scenario,
        schools: Sequence[School],
    ) -> Iterator[Finding]:
        """Yield what the rule does not price among the schools that are planned, because the data does not say it."""
        yield from ()


class OfMembers(Builder, partial=True):
    """A builder of rules that add nothing to distances."""

    def penalties(self, schools: Sequence[School], problem: Problem, scenario: Scenario) -> None:
        """Add nothing."""

    def premise(self, scenario: Scenario) -> tuple[float, ...]:
        """Return nothing: distances are as they are."""
        return ()


def as_given(name: str) -> tuple[str, str]:
    """Return key and words of a strand that is taken as given, as a rule that may give way."""
    return f"{strand_key(name)}.as_given", f"the strand '{name}' as the letter has it"


def conflict(why: str, rules: Sequence[tuple[str, str]]) -> NoPlanError:
    """Return the error that rules, each given by key and words, cannot be kept together."""
    words = tuple(words for _, words in rules)
    keys = tuple(key for key, _ in rules)
    return NoPlanError(f"No plan keeps the rules: {words[0]}, but {why}.{remedies(words, keys)}", words, keys=keys)


def remedy(key: str) -> str:
    """Return what can be done about the rule of a parameter, in a few words."""
    return row_of(key).remedy(key)


def remedies(rules: Sequence[str], keys: Sequence[str]) -> str:
    """Return a sentence that says what would help against a conflict of these rules."""
    listed = [f"{rule} ({key}: {remedy(key)})" for rule, key in zip(rules, keys, strict=True)]
    if not listed:
        return ""
    return f" {'Any one of these must' if len(listed) > 1 else 'This must'} give way: {'; '.join(listed)}."
