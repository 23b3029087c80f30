"""The rules of a plan: a table or a few fields for each."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from geo_partnerships.privacy import PRIVATE, PUBLIC
from geo_partnerships.scenarios.parameters.base import (
    LENGTH,
    METRES,
    SCHOOLS,
    SHARE,
    LimitUnit,
    Metres,
    PublicStrength,
    Strength,
    Table,
    Urns,
    each_once,
)
from geo_partnerships.scenarios.parameters.single import Link, Pin
from geo_partnerships.vocabulary import Phase

RULES = (
    "numbers", "must_link", "standing", "cannot_link", "pinned", "guarantee", "wishes", "leaders", "balance",
    "districts", "authorities", "distances", "max_distance", "max_apart", "stay", "support", "waivers", "goals",
)  # fmt: skip
"""Every rule in the order in which rules are laid down, checked and told.

Each is a module of this name in `checking.rules` and in `planning.rules`; the import of either fails where one lacks a
part, or where a parameter of `Scenario` is that of no rule and not among `GENERAL`.
"""

SchoolColumn = Literal["type", "religious_character", "district", "borough", "sector"]
JudgementColumn = Literal["ofsted", "la_view", "self_evaluation", "head_experience"]


class Distance(Table):
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


class Guarantee(Table):
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


class Wishes(Table):
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


class Leaders(Table):
    """A system leader in every partnership (R34), where there are enough of them."""

    strength: Strength = Field(
        Strength.OFF,
        title="strength",
        description="preferred: first the fewest area partnerships without one, then distance",
        json_schema_extra=PUBLIC,
    )


class Standing(Table):
    """Partnerships that exist already (R12): whether their members stay together."""

    strength: PublicStrength = Strength.OFF
    weight: Metres = Field(
        1000.0,
        title="price of each pair apart, when preferred",
        description="metres each pair apart costs, when preferred",
        json_schema_extra=PUBLIC | METRES,
    )


class Balance(Table):
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


class MaxDistance(Table):
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


class MaxApart(Table):
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


class Support(Table):
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


class Waiver(Table):
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


class DistrictRule(StrEnum):
    """What postcode districts mean to a partnership of the area strand."""

    PENALTY = "penalty"
    CONNECTED = "connected"
    WHOLE = "whole"


class Stay(Table):
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
    most: Annotated[int, Field(ge=0, le=100_000)] | None = Field(
        None,
        title="schools that may change",
        description="no more schools change than this, whatever the strength is; empty for any number",
        json_schema_extra=PUBLIC | SCHOOLS,
    )


class Goal(StrEnum):
    """What a plan can be asked to reach, one goal after another."""

    GUARANTEE = "guarantee"
    LEADERS = "leaders"
    WORST_DISTANCE = "worst distance"
    WISHES = "wishes"
    DISTANCE = "distance"


class Slack(Table):
    """By how much a plan may miss the best that can be reached of a goal, for the sake of later ones."""

    worst_distance: Metres = Field(
        0.0,
        title="worst distance",
        description="metres that the worst distance may be above the least possible",
        json_schema_extra=PUBLIC | METRES,
    )
    leaders: Annotated[int, Field(ge=0, le=1000)] = Field(
        0,
        title="leaders",
        description="partnerships that may be without a system leader beyond the fewest possible",
        json_schema_extra=PUBLIC,
    )
    wishes: Annotated[int, Field(ge=0, le=100_000)] = Field(
        0,
        title="wishes",
        description="wishes that may be granted fewer than the most possible",
        json_schema_extra=PRIVATE,
    )
    wishes_percent: Annotated[float, Field(ge=0, le=100)] = Field(
        0.0,
        title="wishes in percent",
        description="likewise, as a percentage of the most that can be granted; the greater of the two counts",
        json_schema_extra=PRIVATE,
    )


class Rules(Table):
    """The parameters of every rule."""

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
    goals: Annotated[tuple[Goal, ...], AfterValidator(each_once)] = Field(
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
