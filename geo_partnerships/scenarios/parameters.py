"""A scenario: the parameters of a plan, read from TOML, checked, and changed with ``--set key=value``."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from geo_partnerships.privacy import PRIVATE, PUBLIC
from geo_partnerships.vocabulary import PartnershipType, Phase

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_SCENARIO = "barnet-2015"
SCENARIO_FOLDER = "scenarios"
FIRST_PLAN = "first-plan"
USUAL_MEMBERS = 8
USUAL_SIZE = (5, 12)


class Strength(StrEnum):
    """Strength of a rule: a binding one is never broken, a preferred one may be at its stated cost."""

    BINDING = "binding"
    PREFERRED = "preferred"
    OFF = "off"


def _as_range(value: object) -> object:
    """Read a single whole number as a range of one."""
    return (value, value) if isinstance(value, int) and not isinstance(value, bool) else value


def _each_once(values: tuple[object, ...]) -> tuple[object, ...]:
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
Urns = Annotated[tuple[str, ...], AfterValidator(_each_once)]


class _Parameters(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DataFiles(_Parameters):
    """Files other than those found by their usual names in the data folder."""

    schools: str | None = Field(
        None, description="file of schools; default schools.geojson of the data folder", json_schema_extra=PRIVATE
    )
    survey: str | None = Field(
        None, description="file of survey answers; default survey.csv, if it is there", json_schema_extra=PRIVATE
    )
    letter: str | None = Field(
        None, description="file of the draft; default letter-2015.toml, if it is there", json_schema_extra=PRIVATE
    )
    judgements: str | None = Field(
        None, description="the authority's knowledge; default judgements.csv; private", json_schema_extra=PRIVATE
    )
    boundaries: str | None = Field(
        None, description="folder of map context; default boundaries/", json_schema_extra=PRIVATE
    )
    distances: str | None = Field(
        None, description="matrix of distances, CSV or Parquet, long or square", json_schema_extra=PRIVATE
    )
    roads: str | None = Field(
        None, description="road network, GeoPackage or GraphML; distances run along it", json_schema_extra=PRIVATE
    )
    postcodes: str | None = Field(
        None, description="OS or ONS postcode files; places schools without a point", json_schema_extra=PRIVATE
    )


class Distance(_Parameters):
    """How a matrix or road network is read; without one, distances are straight lines in metres."""

    unit: Literal["m", "min"] = Field(
        "m", description="unit of the matrix, or of the roads' weight: metres or minutes", json_schema_extra=PUBLIC
    )
    metres_per_minute: Annotated[float, Field(gt=0, le=2_000, allow_inf_nan=False)] = Field(
        80.0, description="metres that a minute counts for; 80 is walking at 4.8 km/h", json_schema_extra=PUBLIC
    )
    weight: str = Field(
        "",
        max_length=60,
        description="column of the roads with the weight; their length when empty",
        json_schema_extra=PUBLIC,
    )
    symmetrise: Literal["mean", "max", "min", "refuse"] = Field(
        "mean", description="what counts where the two directions of a pair differ", json_schema_extra=PUBLIC
    )


class Members(_Parameters):
    """Which schools a strand takes: those that meet every condition given; none given means every school."""

    letter: Annotated[tuple[PositiveInt, ...], AfterValidator(_each_once)] = Field(
        (), description="members of these partnerships of the letter", json_schema_extra=PUBLIC
    )
    schools: Urns = Field((), description="these schools, by URN", json_schema_extra=PRIVATE)
    boroughs: tuple[str, ...] = Field((), description="schools of these boroughs", json_schema_extra=PUBLIC)
    sectors: tuple[str, ...] = Field((), description="schools of these sectors, e.g. state", json_schema_extra=PUBLIC)
    phases: tuple[Phase, ...] = Field((), description="schools of these phases", json_schema_extra=PUBLIC)
    without: Urns = Field((), description="but not these schools, by URN", json_schema_extra=PRIVATE)
    respondents: bool = Field(
        False, description="and every school that answered the survey and is in no strand", json_schema_extra=PUBLIC
    )


class SizeBy(StrEnum):
    """What the size of a partnership counts."""

    SCHOOLS = "schools"
    PUPILS = "pupils"


class Strand(_Parameters):
    """A slice of schools that is clustered on its own."""

    members: Members = Field(
        default_factory=Members, description="which schools the strand takes", json_schema_extra=PUBLIC
    )
    partnerships: Range = Field(
        (1, 1), description="number of partnerships, or the least and the most", json_schema_extra=PUBLIC
    )
    size: Range | None = Field(
        None, description="size of a partnership, the least and the most", json_schema_extra=PUBLIC
    )
    size_by: SizeBy = Field(SizeBy.SCHOOLS, description="what the size counts", json_schema_extra=PUBLIC)
    as_given: bool = Field(False, description="take the letter's partnerships as they are", json_schema_extra=PUBLIC)
    type: PartnershipType = Field(
        PartnershipType.LOOSE, description="type of its partnerships", json_schema_extra=PUBLIC
    )
    name: str = Field(
        "", max_length=120, description="name of its partnership; made from places when empty", json_schema_extra=PUBLIC
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


class Guarantee(_Parameters):
    """The survey rule: every covered school shares a partnership with at least one school it named (R04)."""

    strength: Strength = Field(Strength.BINDING, description="binding, preferred or off", json_schema_extra=PUBLIC)
    weight: Metres = Field(
        2000.0, description="metres a school without a named partner costs, when preferred", json_schema_extra=PUBLIC
    )
    second_membership: bool = Field(
        False,
        description="where a school shares no strand with any it named, they join the area strand as well",
        json_schema_extra=PUBLIC,
    )


class Leaders(_Parameters):
    """A system leader in every partnership (R34), where there are enough of them."""

    strength: Strength = Field(
        Strength.OFF,
        description="preferred: first the fewest area partnerships without one, then distance",
        json_schema_extra=PUBLIC,
    )


class Standing(_Parameters):
    """Partnerships that exist already (R12): whether their members stay together."""

    strength: Strength = Field(Strength.OFF, description="binding, preferred or off", json_schema_extra=PUBLIC)
    weight: Metres = Field(1000.0, description="metres each pair apart costs, when preferred", json_schema_extra=PUBLIC)


class Link(_Parameters):
    """Schools that belong together, or apart."""

    schools: Annotated[Urns, Field(min_length=2)] = Field(
        description="two or more schools, by URN", json_schema_extra=PRIVATE
    )
    strength: Strength = Field(Strength.BINDING, description="binding or preferred", json_schema_extra=PRIVATE)
    weight: Metres = Field(1000.0, description="metres a broken link costs, when preferred", json_schema_extra=PRIVATE)
    reason: str = Field("", max_length=500, description="why; kept with the plan", json_schema_extra=PRIVATE)


class Pin(_Parameters):
    """Schools held in one partnership, known by a label; different labels are different partnerships."""

    schools: Annotated[Urns, Field(min_length=1)] = Field(description="the schools, by URN", json_schema_extra=PRIVATE)
    partnership: str = Field(
        min_length=1, max_length=60, description="label of the partnership", json_schema_extra=PRIVATE
    )
    closed: bool = Field(False, description="nobody else joins the schools of this label", json_schema_extra=PRIVATE)
    reason: str = Field("", max_length=500, description="why; kept with the plan", json_schema_extra=PRIVATE)


class Balance(_Parameters):
    """How many schools of a group each partnership of the area strand may have."""

    name: str = Field(min_length=1, max_length=60, description="what the rule is called", json_schema_extra=PUBLIC)
    phases: tuple[Phase, ...] = Field((), description="the group: schools of these phases", json_schema_extra=PUBLIC)
    schools: Urns = Field((), description="the group: these schools, by URN", json_schema_extra=PRIVATE)
    least: Annotated[int, Field(ge=0)] = Field(
        0, description="at least so many in each partnership", json_schema_extra=PUBLIC
    )
    most: Annotated[int, Field(ge=0)] | None = Field(
        None, description="at most so many in each partnership", json_schema_extra=PUBLIC
    )
    strength: Strength = Field(Strength.BINDING, description="binding or preferred", json_schema_extra=PUBLIC)
    weight: Metres = Field(
        1000.0, description="metres each school over or under costs, when preferred", json_schema_extra=PUBLIC
    )

    @model_validator(mode="after")
    def _bounds_are_ordered(self) -> Self:
        if self.most is not None and self.least > self.most:
            raise ValueError(f"least ({self.least}) is more than most ({self.most})")
        if not self.phases and not self.schools:
            raise ValueError("name the group by phases or by schools")
        if self.most is None and not self.least:
            raise ValueError("give least or most: as it is, any number will do")
        return self


class Scenario(_Parameters):
    """All parameters of one plan. Distances in metres; penalties in metre-equivalents."""

    title: str = Field("", max_length=200, description="title shown on every page", json_schema_extra=PUBLIC)
    description: str = Field(
        "", max_length=2000, description="a sentence or two for the report", json_schema_extra=PUBLIC
    )
    status: Literal["draft", "agreed"] = Field(
        "draft", description="status shown on every page", json_schema_extra=PUBLIC
    )
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(
        2015, description="seed of the search", json_schema_extra=PUBLIC
    )
    method: Literal["auto", "exact", "search"] = Field("auto", description="how it is solved", json_schema_extra=PUBLIC)
    seconds: Annotated[float, Field(ge=1, le=86_400, allow_inf_nan=False)] = Field(
        60.0,
        description="longest time for one strand; a plan stopped by the clock says that it may not repeat",
        json_schema_extra=PUBLIC,
    )
    district_penalty: Metres = Field(
        500.0,
        description="metres added where a school's postcode district is known to differ from its centre school's",
        json_schema_extra=PUBLIC,
    )
    neighbour_share: Annotated[float, Field(ge=0, le=1)] = Field(
        0.5, description="share of the penalty where the two districts are neighbours", json_schema_extra=PUBLIC
    )
    authority_penalty: Metres = Field(
        0.0,
        description="metres added where a school's authority is known to differ from its centre school's",
        json_schema_extra=PUBLIC,
    )
    within_authorities: bool = Field(
        False,
        description="no partnership takes schools of two authorities (those taken as given may)",
        json_schema_extra=PUBLIC,
    )
    data: DataFiles = Field(default_factory=DataFiles, description="files read", json_schema_extra=PRIVATE)
    distance: Distance = Field(default_factory=Distance, description="how distances are read", json_schema_extra=PUBLIC)
    guarantee: Guarantee = Field(
        default_factory=Guarantee, description="the survey guarantee", json_schema_extra=PUBLIC
    )
    leaders: Leaders = Field(default_factory=Leaders, description="system leaders", json_schema_extra=PUBLIC)
    standing: Standing = Field(
        default_factory=Standing, description="partnerships that exist already", json_schema_extra=PUBLIC
    )
    must_link: tuple[Link, ...] = Field((), description="schools that belong together", json_schema_extra=PRIVATE)
    cannot_link: tuple[Link, ...] = Field((), description="schools that belong apart", json_schema_extra=PRIVATE)
    pinned: tuple[Pin, ...] = Field((), description="schools held in a given partnership", json_schema_extra=PRIVATE)
    balance: tuple[Balance, ...] = Field(
        (), description="caps and floors over groups of schools", json_schema_extra=PUBLIC
    )
    strands: dict[str, Strand] = Field(
        default_factory=dict, description="strands beside the area strand", json_schema_extra=PUBLIC
    )
    area: Strand = Field(
        default_factory=Strand, description="the area strand, clustered by place", json_schema_extra=PUBLIC
    )
    order: tuple[str, ...] = Field(
        (), description="strands in the order of their numbers; area last by default", json_schema_extra=PUBLIC
    )

    @model_validator(mode="after")
    def _strands_and_order_agree(self) -> Self:
        if "area" in self.strands:
            raise ValueError("strands: 'area' is the name of the area strand; give it as [area]")
        if self.order and sorted(self.order) != sorted((*self.strands, "area")):
            raise ValueError(f"order: name each strand once: {', '.join((*self.strands, 'area'))}")
        return self

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
    return max(1, min(least, schools // number)), max(most, -(-schools // number))
