"""What is said of single schools: links, pins, schools added or left out, partnerships as they are known."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from geo_partnerships.privacy import PRIVATE
from geo_partnerships.scenarios.parameters.base import METRES, Metres, Strength, Table, Urns
from geo_partnerships.vocabulary import PartnershipType


class Link(Table):
    """Schools that belong together, or apart."""

    schools: Annotated[Urns, Field(min_length=2)] = Field(
        title="schools", description="two or more schools, by URN", json_schema_extra=PRIVATE
    )
    strength: Strength = Field(
        Strength.BINDING, title="strength", description="binding or preferred", json_schema_extra=PRIVATE
    )
    weight: Metres = Field(
        1000.0,
        title="price of each pair, when preferred",
        description="metres a broken link costs, when preferred",
        json_schema_extra=PRIVATE | METRES,
    )
    reason: str = Field(
        "", max_length=500, title="reason", description="why; kept with the plan", json_schema_extra=PRIVATE
    )


class Pin(Table):
    """Schools held in one partnership, known by a label; different labels are different partnerships."""

    schools: Annotated[Urns, Field(min_length=1)] = Field(
        title="schools", description="the schools, by URN", json_schema_extra=PRIVATE
    )
    partnership: str = Field(
        min_length=1, max_length=60, title="label", description="label of the partnership", json_schema_extra=PRIVATE
    )
    closed: bool = Field(
        False, title="closed", description="nobody else joins the schools of this label", json_schema_extra=PRIVATE
    )
    reason: str = Field(
        "", max_length=500, title="reason", description="why; kept with the plan", json_schema_extra=PRIVATE
    )


class Added(Table):
    """Schools that a strand takes besides those that meet its conditions."""

    schools: Annotated[Urns, Field(min_length=1)] = Field(
        title="schools", description="the schools, by URN", json_schema_extra=PRIVATE
    )
    strand: str = Field(
        "area",
        min_length=1,
        title="strand",
        description="the strand that takes them; one taken as given needs a pin that says with whom",
        json_schema_extra=PRIVATE,
    )
    reason: str = Field(
        "", max_length=500, title="reason", description="why; kept with the plan", json_schema_extra=PRIVATE
    )


class LeftOut(Table):
    """Schools that a strand does not take although they meet its conditions."""

    schools: Annotated[Urns, Field(min_length=1)] = Field(
        title="schools", description="the schools, by URN", json_schema_extra=PRIVATE
    )
    strand: str = Field(
        "",
        title="strand",
        description="the strand that leaves them out; every one when empty",
        json_schema_extra=PRIVATE,
    )
    reason: str = Field(
        "", max_length=500, title="reason", description="why; kept with the plan", json_schema_extra=PRIVATE
    )


Day = Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]


class Office(Table):
    """A role on a partnership's board."""

    role: str = Field(
        min_length=1, max_length=80, title="role", description="what the role is, no person", json_schema_extra=PRIVATE
    )
    school: str = Field(title="school", description="the school whose head has it, by URN", json_schema_extra=PRIVATE)


class Group(Table):
    """A smaller partnership inside a partnership."""

    name: str = Field(
        min_length=1, max_length=120, title="name", description="what it is called", json_schema_extra=PRIVATE
    )
    type: PartnershipType = Field(title="type", description="its type", json_schema_extra=PRIVATE)
    schools: Annotated[Urns, Field(min_length=2)] = Field(
        title="schools", description="its schools, by URN; members of the larger one", json_schema_extra=PRIVATE
    )
    since: Day = Field("", title="since", description="day from which it is of its type", json_schema_extra=PRIVATE)


class Known(Table):
    """What is decided of a partnership.

    It is found again by its schools: of the partnerships of a plan it is the one that has the most of them in common,
    if that is half of the smaller of the two.
    """

    schools: Annotated[Urns, Field(min_length=1)] = Field(
        title="schools", description="its schools when it was decided, by URN", json_schema_extra=PRIVATE
    )
    number: Annotated[int, Field(ge=1, le=999_999)] | None = Field(
        None, title="number", description="the number that it keeps", json_schema_extra=PRIVATE
    )
    strand: str = Field("", title="strand", description="the strand it is of", json_schema_extra=PRIVATE)
    name: str = Field("", max_length=120, title="name", description="the name that it bears", json_schema_extra=PRIVATE)
    type: PartnershipType | None = Field(
        None, title="type", description="its type, where that is not its strand's", json_schema_extra=PRIVATE
    )
    since: Day = Field("", title="since", description="day from which it is of its type", json_schema_extra=PRIVATE)
    form: str = Field(
        "",
        max_length=80,
        title="form",
        description="of a hard one: school federation, multi-academy trust, academy chain, …",
        json_schema_extra=PRIVATE,
    )
    board: str = Field(
        "", max_length=120, title="board", description="what its board is called", json_schema_extra=PRIVATE
    )
    offices: tuple[Office, ...] = Field(
        (), title="offices", description="roles on its board, each with a school", json_schema_extra=PRIVATE
    )
    groups: tuple[Group, ...] = Field(
        (), title="groups", description="smaller partnerships inside it", json_schema_extra=PRIVATE
    )
    lead: str = Field("", title="lead school", description="the school that leads it", json_schema_extra=PRIVATE)
    status: Literal["", "proposed", "agreed"] = Field(
        "", title="status", description="proposed or agreed; the scenario's when empty", json_schema_extra=PRIVATE
    )
    by: str = Field("", max_length=80, title="by", description="who decided it", json_schema_extra=PRIVATE)
    date: str = Field("", max_length=40, title="date", description="when it was decided", json_schema_extra=PRIVATE)
    colour: Annotated[int, Field(ge=0, le=99)] | None = Field(
        None, title="colour", description="place of the colour that it keeps", json_schema_extra=PRIVATE
    )
    reason: str = Field(
        "", max_length=500, title="reason", description="why; kept with the plan", json_schema_extra=PRIVATE
    )
