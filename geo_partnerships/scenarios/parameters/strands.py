"""Strands: whom each takes, in how many partnerships of what size."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from geo_partnerships.privacy import PRIVATE, PUBLIC
from geo_partnerships.scenarios.parameters.base import PARTNERSHIPS, SIZE, PositiveInt, Range, Table, Urns, each_once
from geo_partnerships.vocabulary import PartnershipType, Phase

if TYPE_CHECKING:
    from collections.abc import Iterator


USUAL_MEMBERS = 8
USUAL_SIZE = (5, 12)


class Members(Table):
    """Which schools a strand takes: those that meet every condition given; none given means every school."""

    letter: Annotated[tuple[PositiveInt, ...], AfterValidator(each_once)] = Field(
        (), title="of the letter", description="members of these partnerships of the letter", json_schema_extra=PUBLIC
    )
    schools: Urns = Field((), description="these schools, by URN", json_schema_extra=PRIVATE)
    boroughs: tuple[str, ...] = Field(
        (), title="boroughs", description="schools of these boroughs", json_schema_extra=PUBLIC
    )
    sectors: tuple[str, ...] = Field(
        (), title="sectors", description="schools of these sectors, e.g. state", json_schema_extra=PUBLIC
    )
    phases: tuple[Phase, ...] = Field(
        (), title="phases", description="schools of these phases", json_schema_extra=PUBLIC
    )
    without: Urns = Field((), description="but not these schools, by URN", json_schema_extra=PRIVATE)
    respondents: bool = Field(
        False,
        title="schools that answered",
        description="and every school that answered the survey and is in no strand",
        json_schema_extra=PUBLIC,
    )


class SizeBy(StrEnum):
    """What the size of a partnership counts."""

    SCHOOLS = "schools"
    PUPILS = "pupils"


class Strand(Table):
    """A slice of schools that is clustered on its own."""

    members: Members = Field(
        default_factory=Members, title="schools", description="which schools the strand takes", json_schema_extra=PUBLIC
    )
    partnerships: Range = Field(
        (1, 1),
        title="partnerships",
        description="number of partnerships, or the least and the most",
        json_schema_extra=PUBLIC | PARTNERSHIPS,
    )
    size: Range | None = Field(
        None,
        title="size",
        description="size of a partnership, the least and the most",
        json_schema_extra=PUBLIC | SIZE,
    )
    size_by: SizeBy = Field(
        SizeBy.SCHOOLS, title="size counts", description="what the size counts", json_schema_extra=PUBLIC
    )
    as_given: bool = Field(
        False,
        title="as the letter has them",
        description="take the letter's partnerships as they are",
        json_schema_extra=PUBLIC,
    )
    type: PartnershipType = Field(
        PartnershipType.LOOSE, title="type", description="type of its partnerships", json_schema_extra=PUBLIC
    )
    name: str = Field(
        "",
        max_length=120,
        title="name",
        description="name of its partnership; made from places when empty",
        json_schema_extra=PUBLIC,
    )

    @model_validator(mode="after")
    def _ranges_are_ordered(self) -> Self:
        for key in ("partnerships", "size"):
            bounds = getattr(self, key)
            if bounds is not None and bounds[0] > bounds[1]:
                raise ValueError(f"{key}: the least ({bounds[0]}) is more than the most ({bounds[1]})")
        if self.as_given and not self.members.letter:
            raise ValueError("as_given needs members.letter: the numbers of the letter's partnerships")
        return self


class Strands(Table):
    """The strands of a plan and their order."""

    strands: dict[str, Strand] = Field(
        default_factory=dict, title="Strand", description="strands beside the area strand", json_schema_extra=PUBLIC
    )
    area: Strand = Field(
        default_factory=Strand,
        title="Strand area",
        description="the area strand, clustered by place",
        json_schema_extra=PUBLIC,
    )
    order: tuple[str, ...] = Field(
        (),
        title="Order of the strands",
        description="strands in the order of their numbers; area last by default",
        json_schema_extra=PUBLIC,
    )

    def ordered_strands(self) -> Iterator[tuple[str, Strand]]:
        """Yield name and strand in the order of their numbers."""
        for name in self.order or (*self.strands, "area"):
            yield name, self.area if name == "area" else self.strands[name]


def usual_number(schools: int) -> int:
    """Return how many partnerships of about eight so many schools make."""
    return max(1, round(schools / USUAL_MEMBERS))


def usual_size(schools: int) -> tuple[int, int]:
    """Return the bounds on size that so many schools can keep in that number of partnerships."""
    number = usual_number(schools)
    least, most = USUAL_SIZE
    return max(1, min(2, schools), min(least, schools // number)), max(most, -(-schools // number))
