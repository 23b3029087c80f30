"""A scenario: the parameters of a plan, read from TOML, checked, and changed with ``--set key=value``."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from geo_partnerships.privacy import PRIVATE, PUBLIC
from geo_partnerships.vocabulary import PartnershipType, Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


METRES = {"unit": "metres"}
SHARE = {"unit": "share"}
SECONDS = {"unit": "seconds"}
SCHOOLS = {"unit": "schools"}
SIZE = {"unit": "schools or pupils"}
LENGTH = {"unit": "metres or minutes"}
PARTNERSHIPS = {"unit": "partnerships"}

RULES = (
    "numbers", "must_link", "standing", "cannot_link", "pinned", "guarantee", "wishes", "leaders", "balance",
    "districts", "authorities", "distances", "max_distance", "max_apart", "stay", "support", "waivers", "goals",
)  # fmt: skip
"""Every rule in the order in which rules are laid down, checked and told.

Each is a module of this name in `checking.rules` and in `planning.rules`; the import of either fails where one lacks a
part, or where a parameter of `Scenario` is that of no rule and not among `GENERAL`.
"""
GENERAL = (
    "title", "description", "status", "seed", "method", "work", "seconds", "data", "order",
    "added", "left_out", "partnership", "as_saved",
)  # fmt: skip
"""Parameters of a scenario that are no rule's."""


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
    plan: str | None = Field(
        None, description="an earlier plan.csv to stay near, for the rule stay", json_schema_extra=PRIVATE
    )
    postcodes: str | None = Field(
        None, description="OS or ONS postcode files; places schools without a point", json_schema_extra=PRIVATE
    )


class Distance(_Parameters):
    """How a matrix or road network is read; without one, distances are straight lines in metres."""

    unit: Literal["m", "min"] = Field(
        "m",
        title="unit",
        description="unit of the matrix, or of the roads' weight: metres or minutes",
        json_schema_extra=PUBLIC,
    )
    metres_per_minute: Annotated[float, Field(gt=0, le=2_000, allow_inf_nan=False)] = Field(
        80.0,
        title="a minute counts for",
        description="metres that a minute counts for; 80 is walking at 4.8 km/h",
        json_schema_extra=PUBLIC | METRES,
    )
    weight: str = Field(
        "",
        max_length=60,
        title="weight of the roads",
        description="column of the roads with the weight; their length when empty",
        json_schema_extra=PUBLIC,
    )
    symmetrise: Literal["mean", "max", "min", "refuse"] = Field(
        "mean",
        title="two directions of a pair",
        description="what counts where the two directions of a pair differ",
        json_schema_extra=PUBLIC,
    )


class Members(_Parameters):
    """Which schools a strand takes: those that meet every condition given; none given means every school."""

    letter: Annotated[tuple[PositiveInt, ...], AfterValidator(_each_once)] = Field(
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


class Strand(_Parameters):
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


class Guarantee(_Parameters):
    """The survey rule: every covered school shares a partnership with at least one school it named (R04)."""

    strength: PublicStrength = Strength.BINDING
    weight: Metres = Field(
        2000.0,
        title="price of each school without, when preferred",
        description="metres a school without a named partner costs, when preferred",
        json_schema_extra=PUBLIC | METRES,
    )
    second_membership: bool = Field(
        False,
        title="second memberships",
        description="where a school shares no strand with any it named, they join the area strand as well",
        json_schema_extra=PUBLIC,
    )


class Wishes(_Parameters):
    """Metres that a pair of schools is worth in one partnership (R10, R12); 0 for nothing."""

    granted: Metres = Field(
        0.0,
        title="worth of a wish",
        description="metres for each wish: a school for which an answer was given, and one that the answer names",
        json_schema_extra=PRIVATE | METRES,
    )
    mutual: Metres = Field(
        0.0,
        title="more if mutual",
        description="metres more for two schools that named each other",
        json_schema_extra=PRIVATE | METRES,
    )
    existing: Metres = Field(
        0.0,
        title="worth of partners that exist",
        description="metres for two partners that exist already, by an answer or as a standing partnership",
        json_schema_extra=PRIVATE | METRES,
    )
    wanted_type: Metres = Field(
        0.0,
        title="more in the type wanted",
        description="metres more for a wish granted in a partnership of the type that the answer wants",
        json_schema_extra=PRIVATE | METRES,
    )
    joint: Metres = Field(
        0.0,
        title="worth of schools given as one",
        description="metres for two schools of one answer, or of one entry of the letter",
        json_schema_extra=PRIVATE | METRES,
    )
    alliance: Metres = Field(
        0.0,
        title="worth of allies",
        description="metres for two members of an alliance of the letter",
        json_schema_extra=PRIVATE | METRES,
    )
    site: Metres = Field(
        0.0,
        title="worth of one site",
        description="metres for an infant and a junior school no more than 50 m apart",
        json_schema_extra=PRIVATE | METRES,
    )


class Leaders(_Parameters):
    """A system leader in every partnership (R34), where there are enough of them."""

    strength: Strength = Field(
        Strength.OFF,
        title="strength",
        description="preferred: first the fewest area partnerships without one, then distance",
        json_schema_extra=PUBLIC,
    )


class Standing(_Parameters):
    """Partnerships that exist already (R12): whether their members stay together."""

    strength: PublicStrength = Strength.OFF
    weight: Metres = Field(
        1000.0,
        title="price of each pair apart, when preferred",
        description="metres each pair apart costs, when preferred",
        json_schema_extra=PUBLIC | METRES,
    )


class Link(_Parameters):
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


class Pin(_Parameters):
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


SchoolColumn = Literal["type", "religious_character", "district", "borough", "sector"]
JudgementColumn = Literal["ofsted", "la_view", "self_evaluation", "head_experience"]


class Added(_Parameters):
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


class LeftOut(_Parameters):
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


class Known(_Parameters):
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


class Balance(_Parameters):
    """How many schools of a group each partnership of the area strand may have."""

    name: str = Field(
        min_length=1, max_length=60, title="name", description="what the rule is called", json_schema_extra=PUBLIC
    )
    phases: tuple[Phase, ...] = Field(
        (), title="phases", description="the group: schools of these phases", json_schema_extra=PUBLIC
    )
    schools: Urns = Field(
        (), title="schools", description="the group: these schools, by URN", json_schema_extra=PRIVATE
    )
    columns: dict[SchoolColumn, tuple[str, ...]] = Field(
        default_factory=dict,
        title="columns",
        description="the group: schools with one of these texts in a column, e.g. religious_character, sector or type",
        json_schema_extra=PUBLIC,
    )
    judgements: dict[JudgementColumn, tuple[str, ...]] = Field(
        default_factory=dict,
        title="judgements",
        description="the group: schools of which the authority judges so, e.g. ofsted; private",
        json_schema_extra=PRIVATE,
    )
    least: Annotated[int, Field(ge=0)] = Field(
        0, title="at least", description="at least so many in each partnership", json_schema_extra=PUBLIC | SCHOOLS
    )
    most: Annotated[int, Field(ge=0)] | None = Field(
        None, title="at most", description="at most so many in each partnership", json_schema_extra=PUBLIC | SCHOOLS
    )
    strength: Strength = Field(
        Strength.BINDING, title="strength", description="binding or preferred", json_schema_extra=PUBLIC
    )
    weight: Metres = Field(
        1000.0,
        title="price of each school over or under, when preferred",
        description="metres each school over or under costs, when preferred",
        json_schema_extra=PUBLIC | METRES,
    )

    @model_validator(mode="after")
    def _bounds_are_ordered(self) -> Self:
        if self.most is not None and self.least > self.most:
            raise ValueError(f"least ({self.least}) is more than most ({self.most})")
        if not (self.phases or self.schools or self.columns or self.judgements):
            raise ValueError("name the group by phases, schools, columns or judgements")
        if self.most is None and not self.least:
            raise ValueError("give least or most: as it is, any number will do")
        return self


class Waiver(_Parameters):
    """Schools that a rule does not ask anything of, with the reason; planned around and told to officers alone."""

    schools: Annotated[Urns, Field(min_length=1)] = Field(
        title="schools", description="the schools, by URN", json_schema_extra=PRIVATE
    )
    rule: str = Field(
        min_length=1,
        max_length=60,
        title="rule",
        description="name of the rule, e.g. max_distance, or balance.2 for the second of a list",
        json_schema_extra=PRIVATE,
    )
    reason: str = Field(
        min_length=1, max_length=500, title="reason", description="why; kept with the plan", json_schema_extra=PRIVATE
    )


class MaxDistance(_Parameters):
    """No school of the area strand farther from its centre school than a limit."""

    strength: PublicStrength = Strength.OFF
    limit: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] = Field(
        3000.0,
        title="limit",
        description="the farthest that a school may be from its centre school; just as far is near enough",
        json_schema_extra=PUBLIC | LENGTH,
    )
    unit: LimitUnit = "m"
    weight: Metres = Field(
        2000.0,
        title="price of each school farther away, when preferred",
        description="metres each school beyond the limit costs, when preferred",
        json_schema_extra=PUBLIC | METRES,
    )


class MaxApart(_Parameters):
    """No two schools of an area partnership farther from each other than a limit."""

    strength: PublicStrength = Strength.OFF
    limit: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] = Field(
        5000.0,
        title="limit",
        description="the farthest that two schools of a partnership may be apart; just as far is near enough",
        json_schema_extra=PUBLIC | LENGTH,
    )
    unit: LimitUnit = "m"
    weight: Metres = Field(
        1000.0,
        title="price of each pair farther apart, when preferred",
        description="metres each pair beyond the limit costs, when preferred",
        json_schema_extra=PUBLIC | METRES,
    )


class Support(_Parameters):
    """Schools that receive support, and schools that give it (R03): each that receives has one that gives beside it.

    All of it is private: who receives, who gives, and that there is such a rule.
    """

    strength: Strength = Field(
        Strength.OFF, title="strength", description="binding, preferred or off", json_schema_extra=PRIVATE
    )
    receives: Urns = Field((), title="receive", description="schools that receive, by URN", json_schema_extra=PRIVATE)
    receives_judged: dict[JudgementColumn, tuple[str, ...]] = Field(
        default_factory=dict,
        title="receive, as judged",
        description="and those of which the authority judges so, e.g. ofsted",
        json_schema_extra=PRIVATE,
    )
    gives: Urns = Field((), title="give", description="schools that give, by URN", json_schema_extra=PRIVATE)
    gives_judged: dict[JudgementColumn, tuple[str, ...]] = Field(
        default_factory=dict,
        title="give, as judged",
        description="and those of which the authority judges so",
        json_schema_extra=PRIVATE,
    )
    leaders_give: bool = Field(
        True, title="system leaders give", description="and every system leader", json_schema_extra=PRIVATE
    )
    most: Annotated[int, Field(ge=1, le=1_000)] = Field(
        3,
        title="for one that gives",
        description="at most so many that receive for each that gives, in one partnership",
        json_schema_extra=PRIVATE | SCHOOLS,
    )
    weight: Metres = Field(
        2000.0,
        title="price of each school too many, when preferred",
        description="metres each school that receives and is one too many costs, when preferred",
        json_schema_extra=PRIVATE | METRES,
    )


class DistrictRule(StrEnum):
    """What postcode districts mean to a partnership of the area strand."""

    PENALTY = "penalty"
    CONNECTED = "connected"
    WHOLE = "whole"


class Stay(_Parameters):
    """A plan to stay near: what it is worth that a school does not change its partnership."""

    strength: Strength = Field(
        Strength.OFF,
        title="strength",
        description="binding (nobody changes), preferred or off; the plan is that of data.plan",
        json_schema_extra=PUBLIC,
    )
    weight: Metres = Field(
        500.0,
        title="price of each school that changes, when preferred",
        description="metres each school that changes costs, when preferred",
        json_schema_extra=PUBLIC | METRES,
    )


class Goal(StrEnum):
    """What a plan can be asked to reach, one goal after another."""

    GUARANTEE = "guarantee"
    LEADERS = "leaders"
    WORST_DISTANCE = "worst distance"
    DISTANCE = "distance"


class Slack(_Parameters):
    """By how much a plan may miss the best that can be reached of a goal, for the sake of later ones."""

    worst_distance: Metres = Field(
        0.0,
        title="worst distance",
        description="metres that the worst distance may be above the least possible",
        json_schema_extra=PUBLIC | METRES,
    )


class Scenario(_Parameters):
    """All parameters of one plan. Distances in metres; penalties in metre-equivalents."""

    title: str = Field(
        "", max_length=200, title="Title", description="title shown on every page", json_schema_extra=PUBLIC
    )
    description: str = Field(
        "",
        max_length=2000,
        title="Description",
        description="a sentence or two for the report",
        json_schema_extra=PUBLIC,
    )
    status: Literal["draft", "agreed"] = Field(
        "draft", title="Status", description="status shown on every page", json_schema_extra=PUBLIC
    )
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(
        2015, title="Seed", description="seed of the search", json_schema_extra=PUBLIC
    )
    method: Literal["auto", "exact", "search"] = Field(
        "auto", title="Method", description="how it is solved", json_schema_extra=PUBLIC
    )
    work: Annotated[float, Field(ge=1, le=86_400, allow_inf_nan=False)] = Field(
        60.0,
        title="Most work for one strand",
        description="most work for one strand, for about so many seconds of a laptop; counted in steps, so that a plan "
        "that it stops is the same on every machine, however busy",
        json_schema_extra=PUBLIC,
    )
    seconds: Annotated[float, Field(ge=1, le=86_400, allow_inf_nan=False)] | None = Field(
        None,
        title="Longest time for one strand",
        description="longest time for one strand, if the clock is to stop it as well; a plan stopped by the clock says "
        "that it may not repeat",
        json_schema_extra=PUBLIC | SECONDS,
    )
    districts: DistrictRule = Field(
        DistrictRule.PENALTY,
        title="Postcode districts",
        description="penalty: leaving one costs district_penalty; connected: besides, those of an area partnership are "
        "neighbours; whole: besides, each is in one area partnership",
        json_schema_extra=PUBLIC,
    )
    district_penalty: Metres = Field(
        500.0,
        title="Postcode district penalty",
        description="metres added where a school's postcode district is known to differ from its centre school's",
        json_schema_extra=PUBLIC | METRES,
    )
    neighbour_share: Annotated[float, Field(ge=0, le=1)] = Field(
        0.5,
        title="Share of it between neighbouring districts",
        description="share of the penalty where the two districts are neighbours",
        json_schema_extra=PUBLIC | SHARE,
    )
    authority_penalty: Metres = Field(
        0.0,
        title="Penalty across authorities",
        description="metres added where a school's authority is known to differ from its centre school's",
        json_schema_extra=PUBLIC | METRES,
    )
    within_authorities: bool = Field(
        False,
        title="Partnerships within one authority",
        description="no partnership takes schools of two authorities (those taken as given may)",
        json_schema_extra=PUBLIC,
    )
    goals: Annotated[tuple[Goal, ...], AfterValidator(_each_once)] = Field(
        (),
        title="Goals in their order",
        description="goals of the area strand: each is reached, proven and held while the next is improved; "
        "`distance` is the last; `guarantee` counts where it is binding, `leaders` where they are not off",
        json_schema_extra=PUBLIC,
    )
    slack: Slack = Field(
        default_factory=Slack,
        title="Slack of the goals",
        description="what goals may be missed by for later ones",
        json_schema_extra=PUBLIC,
    )
    data: DataFiles = Field(
        default_factory=DataFiles, title="Files", description="files read", json_schema_extra=PRIVATE
    )
    distance: Distance = Field(
        default_factory=Distance, title="Distance", description="how distances are read", json_schema_extra=PUBLIC
    )
    guarantee: Guarantee = Field(
        default_factory=Guarantee,
        title="Survey guarantee",
        description="the survey guarantee",
        json_schema_extra=PUBLIC,
    )
    wishes: Wishes = Field(
        default_factory=Wishes,
        title="Wishes weighed",
        description="what pairs of schools are worth together",
        json_schema_extra=PRIVATE,
    )
    leaders: Leaders = Field(
        default_factory=Leaders,
        title="System leader in each partnership",
        description="system leaders",
        json_schema_extra=PUBLIC,
    )
    standing: Standing = Field(
        default_factory=Standing,
        title="Existing partnerships kept together",
        description="partnerships that exist already",
        json_schema_extra=PUBLIC,
    )
    must_link: tuple[Link, ...] = Field(
        (), title="Kept together", description="schools that belong together", json_schema_extra=PRIVATE
    )
    cannot_link: tuple[Link, ...] = Field(
        (), title="Kept apart", description="schools that belong apart", json_schema_extra=PRIVATE
    )
    pinned: tuple[Pin, ...] = Field(
        (), title="Pinned", description="schools held in a given partnership", json_schema_extra=PRIVATE
    )
    balance: tuple[Balance, ...] = Field(
        (), title="Balance", description="caps and floors over groups of schools", json_schema_extra=PUBLIC
    )
    max_distance: MaxDistance = Field(
        default_factory=MaxDistance,
        title="Nobody far from the centre school",
        description="the farthest that a school may be from its centre school",
        json_schema_extra=PUBLIC,
    )
    max_apart: MaxApart = Field(
        default_factory=MaxApart,
        title="No two schools far apart",
        description="the farthest that two schools of a partnership may be apart",
        json_schema_extra=PUBLIC,
    )
    stay: Stay = Field(
        default_factory=Stay,
        title="Near an earlier plan",
        description="schools stay with those of their earlier partnership",
        json_schema_extra=PUBLIC,
    )
    support: Support = Field(
        default_factory=Support,
        title="Support",
        description="schools that receive support beside schools that give it; private",
        json_schema_extra=PRIVATE,
    )
    waivers: tuple[Waiver, ...] = Field(
        (),
        title="Waivers",
        description="schools that a rule asks nothing of",
        json_schema_extra=PRIVATE,
    )
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
