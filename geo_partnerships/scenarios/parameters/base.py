"""What tables of parameters are made of: strengths, units, numbers within bounds."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from geo_partnerships.privacy import PUBLIC


class Strength(StrEnum):
    """Strength of a rule: a binding one is never broken, a preferred one may be at its stated cost."""

    BINDING = "binding"
    PREFERRED = "preferred"
    OFF = "off"


def _as_range(value: object) -> object:
    """Read a single whole number as a range of one."""
    return (value, value) if isinstance(value, int) and not isinstance(value, bool) else value


def each_once(values: tuple[object, ...]) -> tuple[object, ...]:
    """Refuse a list that says the same twice: the second was meant to be another."""
    seen: set[object] = set()
    for value in values:
        if value in seen:
            raise PydanticCustomError("stands_twice", "{value} stands twice in the list", {"value": str(value)[:60]})
        seen.add(value)
    return values


PositiveInt = Annotated[int, Field(ge=1, le=1_000_000)]
Range = Annotated[tuple[PositiveInt, PositiveInt], BeforeValidator(_as_range)]
Metres = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
Urns = Annotated[tuple[str, ...], AfterValidator(each_once)]

METRES = {"unit": "metres"}
SHARE = {"unit": "share"}
SECONDS = {"unit": "seconds"}
SCHOOLS = {"unit": "schools"}
SIZE = {"unit": "schools or pupils"}
LENGTH = {"unit": "metres or minutes"}
PARTNERSHIPS = {"unit": "partnerships"}

PublicStrength = Annotated[
    Strength, Field(title="strength", description="binding, preferred or off", json_schema_extra=PUBLIC)
]
LimitUnit = Annotated[
    Literal["m", "min"],
    Field(
        title="unit",
        description="unit of the limit: metres, or minutes at distance.metres_per_minute",
        json_schema_extra=PUBLIC,
    ),
]


class Table(BaseModel):
    """A table of a scenario file; keys that it does not know are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
