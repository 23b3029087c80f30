"""What is no rule: what a plan is called, how it is solved, the files it is made from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from geo_partnerships.privacy import PRIVATE, PUBLIC
from geo_partnerships.scenarios.basemaps import basemap_of
from geo_partnerships.scenarios.parameters.base import SECONDS, Table

DEFAULT_SCENARIO = "barnet-2015"
SCENARIO_FOLDER = "scenarios"
FIRST_PLAN = "first-plan"

GENERAL = (
    "title", "description", "status", "seed", "method", "work", "seconds", "basemap", "data", "order",
    "added", "left_out", "partnership", "as_saved",
)  # fmt: skip
"""Parameters of a scenario that are no rule's."""


class DataFiles(Table):
    """Files other than those found by their usual names in the data folder; an empty text leaves a paper out."""

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
    standing: str | None = Field(
        None, description="partnerships that exist; default standing.csv, if it is there", json_schema_extra=PRIVATE
    )
    leaders: str | None = Field(
        None, description="system leaders; default leaders.csv, if it is there", json_schema_extra=PRIVATE
    )
    names: str | None = Field(
        None, description="names that a person confirmed; default names.csv, if it is there", json_schema_extra=PRIVATE
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


class General(Table):
    """Name, status, method and files of a plan."""

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
    basemap: str = Field(
        "",
        max_length=100,
        title="Background of maps from the internet",
        description="background of maps from the internet, a name of xyzservices such as OpenStreetMap, for pages on a "
        "web site; without one no page asks for anything",
        json_schema_extra=PUBLIC,
    )
    data: DataFiles = Field(
        default_factory=DataFiles, title="Files", description="files read", json_schema_extra=PRIVATE
    )

    @field_validator("basemap")
    @classmethod
    def _basemap_is_known(cls, name: str) -> str:
        basemap_of(name)
        return name
