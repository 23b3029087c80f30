"""What travels to the scripts of the site: `geo_partnerships.pages.schema` says how."""

from __future__ import annotations

from typing import NamedTuple, TypedDict

from geo_partnerships.pages.palette import Colour  # noqa: TC001 - the schemas are made from what the hints name
from geo_partnerships.pages.schema import Place  # noqa: TC001 - the same


class PackedPartnership(NamedTuple):
    """A partnership, its number of schools, and the place of its colour in the palette."""

    number: int
    size: int
    colour: int


class PackedAuthority(NamedTuple):
    """An authority: its schools are those of its partnerships, the centre school first in each, then the rest."""

    key: str
    name: str
    partnerships: list[PackedPartnership]
    rest: int


class PackedCountry(TypedDict):
    """Where all schools are.

    ``places`` are unsigned 16-bit numbers, little-endian, in base64: steps east and north of the corner in turn, school
    after school. A school without a point has both 0, and no other has.
    """

    corner: Place
    step: float
    places: str
    authorities: list[PackedAuthority]


class Country(PackedCountry):
    """All that the map shows, and where the rest is: scripts with names by authority, and with what a search finds."""

    palette: tuple[Colour, ...]
    names: list[str]
    index: dict[str, int]
    shards: list[str]


class NamedPage(NamedTuple):
    """A school's name, and the file name of its page."""

    name: str
    page: str


class Names(NamedTuple):
    """Names of an authority's partnerships, and its schools in the order of the map."""

    partnerships: list[str]
    schools: list[NamedPage]


class FoundSchool(NamedTuple):
    """A school that a search can find, its authority by place in the list, and its partnership; 0 for none."""

    name: str
    detail: str
    authority: int
    partnership: int
    page: str


class Shard(NamedTuple):
    """How many schools have a word with this beginning, and those, or the first few."""

    in_all: int
    schools: list[FoundSchool]


ROOTS = (Country, Names, Shard)
"""What the scripts read as a whole."""
