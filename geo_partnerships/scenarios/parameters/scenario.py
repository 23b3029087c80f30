"""A scenario: the parameters of a plan, read from TOML, checked, and changed with ``--set key=value``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Self

from pydantic import Field, model_validator

from geo_partnerships.privacy import PRIVATE
from geo_partnerships.scenarios.parameters.base import Strength, Table
from geo_partnerships.scenarios.parameters.general import General
from geo_partnerships.scenarios.parameters.rules import Goal, Rules
from geo_partnerships.scenarios.parameters.single import Added, Known, LeftOut
from geo_partnerships.scenarios.parameters.strands import Strands

if TYPE_CHECKING:
    from collections.abc import Iterable


class Saved(Table):
    """What was decided on the desk: schools added and left out, partnerships as they are known."""

    added: tuple[Added, ...] = Field(
        (),
        title="Added",
        description="schools that take part although they meet no condition",
        json_schema_extra=PRIVATE,
    )
    left_out: tuple[LeftOut, ...] = Field(
        (), title="Left out", description="schools that take no part, or none in a strand", json_schema_extra=PRIVATE
    )
    partnership: tuple[Known, ...] = Field(
        (),
        title="Decided of partnerships",
        description="what is decided of single partnerships",
        json_schema_extra=PRIVATE,
    )
    as_saved: bool = Field(
        False,
        title="As saved",
        description="the partnerships are those listed, whatever a plan made anew would be",
        json_schema_extra=PRIVATE,
    )


class Scenario(Strands, Saved, Rules, General):
    """All parameters of one plan. Distances in metres; penalties in metre-equivalents."""

    @model_validator(mode="after")
    def _strands_and_order_agree(self) -> Self:
        if "area" in self.strands:
            raise ValueError("strands: 'area' is the name of the area strand; give it as [area]")
        for key in ("added", "left_out"):
            for number, item in enumerate(getattr(self, key), start=1):
                if item.strand not in {*self.strands, "area", *([""] if key == "left_out" else [])}:
                    raise ValueError(f"{key}.{number}.strand: there is no strand '{item.strand[:60]}'")
        self._saved_is_whole()
        if self.order and sorted(self.order) != sorted((*self.strands, "area")):
            raise ValueError(f"order: name each strand once: {', '.join((*self.strands, 'area'))}")
        return self

    def exempt(self, rule: str, number: int = 0) -> frozenset[str]:
        """Return the schools that a rule, or the one of this number in its list, asks nothing of."""
        names = {rule, f"{rule}.{number}"}
        return frozenset(urn for waiver in self.waivers if waiver.rule in names for urn in waiver.schools)

    def bound(self, schools: Iterable[str], rule: str, number: int = 0) -> tuple[str, ...]:
        """Return those of some schools that a rule, or the one of this number in its list, asks something of."""
        exempt = self.exempt(rule, number)
        return tuple(urn for urn in schools if urn not in exempt)

    def metres_of(self, length: float, unit: str) -> float:
        """Return a length in metres: minutes count as they do in distances."""
        return length * self.distance.metres_per_minute if unit == "min" else length

    def changed(self) -> str:
        """Return as JSON what is not as it is by default, files left out: parameters not used leave no trace in it."""
        return json.dumps(self.model_dump(mode="json", exclude={"data"}, exclude_defaults=True), sort_keys=True)

    def _saved_is_whole(self) -> None:
        """Refuse a saved plan whose partnerships have no number, no strand, or share a number."""
        names = {*self.strands, "area"}
        for at, known in enumerate(self.partnership, start=1):
            if known.strand not in {*names, ""}:
                raise ValueError(f"partnership.{at}.strand: there is no strand '{known.strand[:60]}'")
            if self.as_saved and (known.number is None or not known.strand):
                raise ValueError(f"partnership.{at}: as_saved needs its number and its strand")
        numbers = [known.number for known in self.partnership if known.number is not None]
        if len(set(numbers)) != len(numbers):
            raise ValueError("partnership: two have the same number")
        if self.as_saved and not numbers:
            raise ValueError("as_saved needs the partnerships, as [[partnership]]")

    @model_validator(mode="after")
    def _goals_agree_with_rules(self) -> Self:
        if not self.goals:
            return self
        if self.goals[-1] is not Goal.DISTANCE:
            raise ValueError("goals: the last goal is 'distance'; add it, or put it last")
        if Goal.GUARANTEE in self.goals[1:]:
            raise ValueError("goals: 'guarantee' comes first, as no other goal may break what is binding")
        if self.leaders.strength is not Strength.OFF and Goal.LEADERS not in self.goals:
            raise ValueError("goals: leaders are asked for; give 'leaders' its place among the goals")
        return self

    @property
    def goals_asked(self) -> tuple[Goal, ...]:
        """The goals whose rules are in force: a guarantee that is not binding is priced, and leaders may be off."""
        unasked = set()
        if self.guarantee.strength is not Strength.BINDING:
            unasked.add(Goal.GUARANTEE)
        if self.leaders.strength is Strength.OFF:
            unasked.add(Goal.LEADERS)
        return tuple(goal for goal in self.goals if goal not in unasked)
