"""What everybody but the solver knows of a rule: a row with its parameters, words, price and check."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from geo_partnerships.scenarios.parameters import Scenario, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.model import School
    from geo_partnerships.plans import Partnership, Plan

__all__ = ["Listed", "OverMembers", "OverPairs", "Price", "RuleRow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """How it is told what a rule costs: the strand is planned again without it.

    Parameters
    ----------
    key
        Key of the parameter, or its first part.
    words
        What is left out; empty where each rule of the key is priced by itself, in its own words.
    one, many
        What rules that are left out together are counted in.
    off
        Parameters of the scenario, and what they are where the rule is left out.
    is_penalty
        Whether it is no rule but adds to distances: its price is what the plan could save if it did not count.
    """

    key: str
    words: str = ""
    one: str = ""
    many: str = ""
    off: Mapping[str, Any] | None = None
    is_penalty: bool = False


class RuleRow(ABC):
    """What the product knows of one rule, the solver's part and its builder left out.

    A row that lacks a part cannot be made. Whether a rule is private is declared of its parameters.
    """

    parameters: ClassVar[tuple[str, ...]]
    """Parameters of `Scenario` that are this rule's."""
    form: ClassVar[tuple[str, ...]]
    """Keys of the parameters that the workbench has a field for."""
    waives: ClassVar[bool]
    """Whether a school can be exempt from it."""
    off: ClassVar[Mapping[str, Any]]
    """Parameters, and the values with which the rule asks nothing; what adds to distances is no rule."""

    def __init_subclass__(cls, *, partial: bool = False) -> None:
        """Refuse a row that lacks a part, unless it is `partial` and only holds what several rows share.

        Raises
        ------
        TypeError
            A part is missing.
        """
        super().__init_subclass__()
        missing = [name for name in dir(cls) if getattr(getattr(cls, name, None), "__isabstractmethod__", False)]
        missing += [name for name in ("parameters", "form", "waives", "off") if not hasattr(cls, name)]
        if missing and not partial:
            raise TypeError(f"{cls.__name__}: this row of a rule lacks {', '.join(missing)}")

    @abstractmethod
    def check(self, plan: Plan) -> Iterator[Check]:
        """Yield whether a plan keeps the rule, worked out anew from its members."""

    @abstractmethod
    def costs(self, plan: Plan, strand: str) -> Iterator[tuple[float, float]]:
        """Yield by how much a strand breaks each preferred rule, and what that costs in metres.

        What `penalty` adds is left out. Asked only of strands that are not taken as given.
        """

    @abstractmethod
    def penalty(self, plan: Plan, school: School, centre: School) -> float:
        """Return what the rule adds to the distance of a school from its centre school, in metre-equivalents."""

    @abstractmethod
    def price_around(self, plan: Plan, strand: str, school: School, centre: School) -> float:
        """Return what it costs by the rule that a school is around a centre school, in metres; infinite if it may not.

        What `penalty` adds is left out.
        """

    @abstractmethod
    def prices(self, scenario: Scenario) -> Iterator[Price]:
        """Yield how it is told what the rule costs."""

    @abstractmethod
    def schools(self, scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield every list of schools that the rule names, after its key."""

    @abstractmethod
    def code(self, key: str) -> str:
        """Return the code of the check that goes with the key of a rule."""

    def remedy(self, key: str) -> str:
        """Return what can be done about a rule that cannot be kept, in a few words."""
        return "make it preferred or leave it out"


class OverMembers(RuleRow, partial=True):
    """A rule on who is in a partnership, whoever is its centre school."""

    def penalty(self, plan: Plan, school: School, centre: School) -> float:
        """Add nothing."""
        return 0.0

    def price_around(self, plan: Plan, strand: str, school: School, centre: School) -> float:
        """Let every school be around every other for nothing."""
        return 0.0


class OverPairs(RuleRow, partial=True):
    """A rule on a school and its centre school: a penalty, a price, or that they may not be together."""

    def costs(self, plan: Plan, strand: str) -> Iterator[tuple[float, float]]:
        """Yield how many schools are where it has a price, and the sum of the prices."""
        schools = plan.problem.schools
        around = [
            self.price_around(plan, strand, schools[urn], schools[p.centre])
            for p in strand_partnerships(plan, strand)
            if p.centre is not None
            for urn in p.members
        ]
        paid = [price for price in around if 0 < price < math.inf]
        yield len(paid), math.fsum(paid)

    def code(self, key: str) -> str:
        """Return the first part of the key."""
        return key.partition(".")[0].replace("_", "-")


class Listed(OverMembers, partial=True):
    """A rule of which a scenario lists any number, each with schools and a strength."""

    def schools(self, scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield every list of schools that the rule names, after its key."""
        key = self.parameters[0]
        for number, rule in enumerate(getattr(scenario, key), start=1):
            yield f"{key}.{number}.schools", rule.schools

    def code(self, key: str) -> str:
        """Return e.g. ``must-link-2``."""
        return key.replace("_", "-").replace(".", "-")


def strand_partnerships(plan: Plan, strand: str) -> list[Partnership]:
    """Return the partnerships of a strand."""
    return [p for p in plan.partnerships if p.strand == strand]


def is_preferred(rule: Any) -> bool:
    """Say whether a rule's table gives it as preferred."""
    return bool(rule.strength is Strength.PREFERRED)


def is_binding(rule: Any) -> bool:
    """Say whether a rule's table gives it as binding."""
    return bool(rule.strength is Strength.BINDING)


def is_used(rule: Any) -> bool:
    """Say whether a rule's table gives it at all."""
    return rule.strength is not Strength.OFF
