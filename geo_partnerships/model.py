"""The entities: what a school, a response, a partnership and a plan are.

Frozen, and free of behaviour beyond what follows from their own fields. Distances are metres on the country's grid.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_partnerships.countries import UNITED_KINGDOM, Country
from geo_partnerships.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_partnerships.findings import Finding
    from geo_partnerships.letter import Alliance, Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """An institution with a key.

    Parameters
    ----------
    urn
        Unique reference number as text, or ``x-…`` where the institution has none.
    easting, northing
        Point in metres on the grid of its country; None where there is no point.
    point_source
        Where the point comes from, e.g. ``register`` or ``unit postcode``.
    designations
        System leader designations, e.g. ``NLE/National Support School`` (R34).
    in_letter
        True where the letter names the school.
    predecessors
        Keys of the schools whose place it took, e.g. before it became an academy.
    reference
        Its identifier in another country, where the key was made from it; empty where the key is the identifier.
    """

    urn: str
    name: str
    aliases: tuple[str, ...] = ()
    phase: str = Phase.OTHER
    type: str = ""
    religious_character: str = ""
    pupils: int | None = None
    postcode: str = ""
    district: str = ""
    borough: str = ""
    sector: str = ""
    easting: float | None = None
    northing: float | None = None
    point_source: str = ""
    designations: tuple[str, ...] = ()
    in_letter: bool = False
    predecessors: tuple[str, ...] = ()
    reference: str = ""

    @property
    def has_point(self) -> bool:
        """True where the school can be placed on a map."""
        return self.easting is not None and self.northing is not None

    @property
    def is_system_leader(self) -> bool:
        """True where the school is designated NLE/National Support School, LLE or Teaching School."""
        return bool(self.designations)


def successors_among(schools: Iterable[School]) -> dict[str, tuple[str, ...]]:
    """Return the keys of the schools that took the place of others, in order, by the keys of those."""
    found: dict[str, set[str]] = {}
    for school in schools:
        for former in school.predecessors:
            found.setdefault(former, set()).add(school.urn)
    return {former: tuple(sorted(later)) for former, later in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer to the survey (R06-R10): what a school named, for itself and those it speaks for."""

    responder: str
    on_behalf_of: tuple[str, ...] = ()
    channel: str = ""
    existing: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    wanted_type: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """Schools the answer mentions, existing partners first, each once."""
        return tuple(dict.fromkeys((*self.existing, *self.wanted)))

    @property
    def covers(self) -> tuple[str, ...]:
        """The responder and the schools it speaks for (R08)."""
        return (self.responder, *self.on_behalf_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRange:
    """What one scenario comes to under several illustrative surveys that were made in the same way.

    Parameters
    ----------
    command
        What measures it again.
    scenario
        Name of the scenario.
    surveys
        How many surveys.
    mean_distance_m, max_distance_m
        Least and most of the mean and greatest distances to the centre school over the area partnerships, in metres.
    promise_kept
        Under how many every respondent has a school that it named beside it.
    proven
        Under how many the plan is proved best.
    """

    command: str
    scenario: str
    surveys: int
    mean_distance_m: tuple[int, int]
    max_distance_m: tuple[int, int]
    promise_kept: int
    proven: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """All responses of one round.

    Parameters
    ----------
    illustrative
        True where the answers are made up; every page and report then says so.
    range
        What a scenario comes to under other made-up surveys; None where the answers are real or nobody measured it.
    """

    responses: tuple[Response, ...] = ()
    illustrative: bool = False
    round: str = ""
    range: SurveyRange | None = None

    @property
    def direct(self) -> int:
        """Number of direct responders (R07)."""
        return len(self.responses)

    def named_by(self) -> dict[str, tuple[str, ...]]:
        """Return for each covered school the schools named for it, itself left out (R04)."""
        named: dict[str, tuple[str, ...]] = {}
        for response in self.responses:
            for urn in response.covers:
                others = (other for other in response.named if other != urn)
                named[urn] = tuple(dict.fromkeys((*named.get(urn, ()), *others)))
        return named


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The authority's knowledge of one school (R13). Private: never in the public edition."""

    urn: str
    ofsted: str = ""
    ofsted_date: str = ""
    la_view: str = ""
    self_evaluation: str = ""
    head_experience: str = ""


def _rebuilt(kind: type, values: dict[str, Any], read_only: tuple[str, ...]) -> Any:
    """Return a value of a class of this module as it was before it was pickled or copied."""
    return kind(**values | {name: MappingProxyType(values[name]) for name in read_only})


def _reduced(value: Any) -> tuple[Any, ...]:
    """Return how a dataclass is pickled, whose read-only mappings Python does not pickle."""
    values = {field.name: getattr(value, field.name) for field in fields(value)}
    read_only = tuple(name for name, held in values.items() if isinstance(held, MappingProxyType))
    return _rebuilt, (type(value), values | {name: dict(values[name]) for name in read_only}, read_only)


@dataclass(frozen=True, slots=True)
class Locality:
    """A place that a partnership may be called after, in metres on the grid of its country.

    Parameters
    ----------
    rank
        1 for a town to 9 for a corner of one.
    """

    name: str
    easting: float
    northing: float
    rank: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Context for maps, each a GeoDataFrame on the grid of the country; None where the data has none.

    Parameters
    ----------
    rail, tube, roads, places, built_up, green, water
        The ground: columns ``name`` (may be empty) and ``rank``, 1 for what is drawn from afar to 9.
    district_neighbours
        Postcode districts that share an edge.
    localities
        Places that partnerships may be called after: named places, or stations where there are none.
    """

    authority: gpd.GeoDataFrame | None = None
    neighbours: gpd.GeoDataFrame | None = None
    districts: gpd.GeoDataFrame | None = None
    stations: gpd.GeoDataFrame | None = None
    rail: gpd.GeoDataFrame | None = None
    tube: gpd.GeoDataFrame | None = None
    roads: gpd.GeoDataFrame | None = None
    places: gpd.GeoDataFrame | None = None
    built_up: gpd.GeoDataFrame | None = None
    green: gpd.GeoDataFrame | None = None
    water: gpd.GeoDataFrame | None = None
    district_neighbours: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    attributions: tuple[str, ...] = ()
    localities: tuple[Locality, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how it is pickled and copied."""
        return _reduced(self)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Distances:
    """Distances that stand in for straight lines, e.g. along roads.

    Parameters
    ----------
    keys
        Keys of the schools, in the order of rows and columns.
    matrix
        (n, n) symmetric array in metres or metre-equivalents; NaN where a pair has no distance.
    words
        What they are, for the reader, e.g. ``along roads, from roads.gpkg``.
    """

    keys: tuple[str, ...]
    matrix: NDArray[np.float64]
    words: str

    def among(self, keys: Sequence[str]) -> NDArray[np.float64]:
        """Return the (k, k) distances among `keys`; NaN where there is none."""
        known = {key: position for position, key in enumerate(self.keys)}
        rows = [known[key] for key in keys]
        return np.asarray(self.matrix[np.ix_(rows, rows)], dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Everything read from one data folder.

    Parameters
    ----------
    schools
        By key, in the order of the keys.
    country
        Whose schools they are; its grid is that of all points and places.
    standing
        Partnerships that exist already, beside those the letter tells of.
    earlier
        Partnerships of an earlier plan to stay near.
    distances
        Distances that stand in for straight lines; None for straight lines.
    findings
        What was noticed on reading; no errors among them.
    digest
        SHA-256 of the input files, hexadecimal.
    """

    schools: Mapping[str, School]
    country: Country = UNITED_KINGDOM
    survey: Survey = field(default_factory=Survey)
    letter: Letter | None = None
    judgements: Mapping[str, Judgement] = field(default_factory=lambda: MappingProxyType({}))
    standing: tuple[Alliance, ...] = ()
    earlier: tuple[Alliance, ...] = ()
    places: Places = field(default_factory=Places)
    distances: Distances | None = None
    findings: tuple[Finding, ...] = ()
    digest: str = ""

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how it is pickled and copied."""
        return _reduced(self)
