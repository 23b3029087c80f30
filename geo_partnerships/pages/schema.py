"""What travels from Python to a page's scripts: named fields here, rows without names in the page, names again there.

``scripts/make_schemas.py`` writes these types out for the scripts.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypedDict, TypeVar, cast

from geo_partnerships.pages.palette import Colour  # noqa: TC001 - the schemas are made from what the hints name

Place = tuple[float, float]
"""Latitude and longitude in degrees, or the south-western and the north-eastern corner's."""

MapKind = Literal["overview", "partnership", "school", "compare"]


class MapSchool(NamedTuple):
    """A school with a pin."""

    urn: str
    name: str
    phase: str
    postcode: str
    district: str
    at: Place
    partnerships: tuple[int, ...]
    designations: tuple[str, ...] = ()
    page: str = ""
    """File name of its page where it is not the key."""
    placed_by: str = ""
    aliases: str = ""
    """Words of other names that it goes by."""


Row = TypeVar("Row", "MapSchool", "FoundSchool")


def without_rest(row: Row) -> Row:
    """Return a row without those of its last fields that are empty, which the scripts fill in again."""
    fields = list(row)
    while len(fields) > len(row._fields) - len(row._field_defaults) and not fields[-1]:
        fields.pop()
    return cast("Row", tuple(fields))


class MapMember(NamedTuple):
    """A member of a partnership, and its metres to the centre school."""

    urn: str
    metres: int | None


class MapMove(NamedTuple):
    """A school that changes its partnership between two plans: numbers of those it leaves and of those it joins."""

    urn: str
    leaves: tuple[int, ...]
    joins: tuple[int, ...]
    colours: tuple[int, int]
    """Where the colours of both stand in the palette; -1 where it is in none."""
    towards: Place | None = None
    """Where it goes; None where there is no such place."""


class MapPartnership(TypedDict):
    """A partnership on a map."""

    number: int
    name: str
    strand: str
    size: int
    colour: int
    centre: str
    strong: bool
    ground: bool
    members: list[MapMember]


class Urls(TypedDict, total=False):
    """Where the pages are that popups link to, with ``*`` for the number or key."""

    partnership: str
    school: str


class Tiles(TypedDict):
    """A background from the internet."""

    address: str
    subdomains: str
    most_zoom: int


class MapData(TypedDict):
    """All that a map shows."""

    kind: MapKind
    marked: list[str]
    labels: dict[str, str]
    """What stands in a pin, by key, where it is not the numbers of the school's partnerships."""
    bounds: tuple[Place, Place]
    palette: list[Colour]
    none: Colour
    urls: Urls
    tiles: Tiles | None
    """Background from the internet; None where the page asks for nothing."""
    partnerships: list[MapPartnership]
    schools: list[MapSchool]
    moves: list[MapMove]
    """Of a comparison."""


class GroundLayer(NamedTuple):
    """A layer of the ground and how it is drawn, in pixels."""

    name: str
    group: str
    """What a reader may hide it with; empty where it always stays."""
    fill: str = ""
    stroke: str = ""
    width: float = 0
    opacity: float = 1
    zoom: float = 0
    dash: str = ""
    casing: str = ""
    over: bool = False
    """True where it lies over the partnerships' areas."""
    path: str = ""
    """Empty where the page's drawing has it."""


class NameGroup(TypedDict):
    """Names of one kind, shown from a zoom on; each group goes before the next."""

    kind: str
    zoom: float
    names: list[PlacedName]


class PlacedName(NamedTuple):
    """A name and where it may stand, the best first: units to the east and south of the grid's corner in turn."""

    text: str
    at: list[int]


class Ground(TypedDict):
    """What lies around the partnerships, and the partnerships' own areas by number.

    Paths are in whole units from a corner; ``grid`` is that corner and the length of a unit in Web Mercator's metres.
    """

    grid: tuple[float, float, float]
    name: str
    layers: list[GroundLayer]
    areas: dict[str, str]
    names: list[NameGroup]


class MapBlock(TypedDict):
    """The block of data beside a map."""

    map: MapData
    context: Ground | None


class FoundSchool(NamedTuple):
    """A school that a search finds: by its key, names, phase, and its postcode or district."""

    urn: str
    name: str
    phase: str
    place: str
    partnerships: tuple[int, ...]
    aliases: str = ""
    page: str = ""
    """File name of its page where it is not the key."""


class FoundPartnership(NamedTuple):
    """A partnership that a search finds."""

    number: int
    name: str
    size: int


class FoundPlace(NamedTuple):
    """A place, and the partnership around it that a search leads to."""

    name: str
    partnership: int


class SearchIndex(TypedDict):
    """What a search can find; the scripts make sentences and addresses of it."""

    schools: list[FoundSchool]
    partnerships: list[FoundPartnership]
    places: list[FoundPlace]


class PageBlock(TypedDict):
    """The block of data of a page: what its search finds beside its map, and the way from it to the index."""

    search: SearchIndex
    root: str


ROOTS = (MapBlock, PageBlock)
"""What scripts read as a whole."""
