"""The entities: what a school, a response, a partnership and a plan are.

Frozen, and free of behaviour beyond what follows from their own fields. Distances are metres on EPSG:27700.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_partnerships.sentences import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_partnerships.certificate import Certificate, Proof
    from geo_partnerships.findings import Finding
    from geo_partnerships.scenario import Scenario

CRS = "EPSG:27700"
CRS_WGS84 = "EPSG:4326"


class Phase(StrEnum):
    """Phases of education as the register and the letter use them (R28, R50)."""

    NURSERY = "nursery"
    INFANT = "infant"
    JUNIOR = "junior"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    ALL_THROUGH = "all-through"
    SIXTH_FORM = "16+"
    SPECIAL = "special"
    PRU = "PRU"
    OTHER = "other"


class PartnershipType(StrEnum):
    """How close a partnership is, from the closest (R16)."""

    HARD = "hard"
    STRUCTURED = "structured"
    LOOSE = "loose"


class Role(StrEnum):
    """What a school is to its partnership."""

    CENTRE = "centre"
    MEMBER = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """An institution with a key.

    Parameters
    ----------
    urn
        Unique reference number as text, or ``x-…`` where the institution has none.
    easting, northing
        Point in metres, EPSG:27700; None where there is no point.
    point_source
        Where the point comes from, e.g. ``register`` or ``unit postcode``.
    designations
        System leader designations, e.g. ``NLE/National Support School`` (R34).
    in_letter
        True where the letter names the school.
    predecessors
        Keys of the schools whose place it took, e.g. before it became an academy.
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

    @property
    def has_point(self) -> bool:
        """True where the school can be placed on a map."""
        return self.easting is not None and self.northing is not None

    @property
    def is_system_leader(self) -> bool:
        """True where the school is designated NLE/National Support School, LLE or Teaching School."""
        return bool(self.designations)


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
class Survey:
    """All responses of one round.

    Parameters
    ----------
    illustrative
        True where the answers are made up; every page and report then says so.
    """

    responses: tuple[Response, ...] = ()
    illustrative: bool = False
    round: str = ""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMember:
    """One entry of a list in the letter, as it stands there.

    Parameters
    ----------
    text
        The entry's own words, slips included (R46).
    schools
        Keys of the schools it means: none for a body that is not a school, two for the slash entry (R29).
    unnamed
        Number of members it stands for without naming them (R33).
    """

    text: str
    schools: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    also_in: tuple[int, ...] = ()
    borough: str = ""
    unnamed: int = 0
    place: str = ""
    body: str = ""
    via: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPartnership:
    """A partnership as the letter proposes it (R22)."""

    number: int
    type: PartnershipType
    label: str
    basis: str
    members: tuple[ListedMember, ...]

    @property
    def schools(self) -> tuple[str, ...]:
        """Keys of the named schools in the order of the list."""
        return tuple(urn for member in self.members for urn in member.schools)

    @property
    def unnamed(self) -> tuple[ListedMember, ...]:
        """Entries that stand for unnamed members."""
        return tuple(member for member in self.members if member.unnamed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alliance:
    """A partnership that may overlap others (R35-R41)."""

    number: int
    title: str
    members: tuple[ListedMember, ...]
    lead: str = ""
    stated_size: int | None = None
    status: str = "standing"
    type: str = ""

    @property
    def schools(self) -> tuple[str, ...]:
        """Keys of the member schools, the lead first where it has one."""
        listed = (urn for member in self.members for urn in member.schools)
        return tuple(dict.fromkeys((*((self.lead,) if self.lead else ()), *listed)))

    @property
    def name(self) -> str:
        """The title, or the members' names as the letter writes them (R39)."""
        return self.title or ", ".join(member.text for member in self.members)

    @property
    def spoken(self) -> str:
        """The name as it stands in a sentence."""
        return self.title or f"that of {listed([member.text for member in self.members])}"

    @property
    def stands(self) -> bool:
        """True where it exists already, and is not a plan under consultation."""
        return self.status == "standing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A dated step (R53-R56)."""

    key: str
    title: str
    date: str = ""
    start: str = ""
    end: str = ""
    status: str = ""
    audience: str = ""
    depends_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeDefinition:
    """What one type of partnership means (R16-R19)."""

    name: str
    rank: int
    definition: str
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """An approval as an event (R48).

    Parameters
    ----------
    members
        The body's make-up: roles and how many hold them; no names (R49).
    """

    body: str
    date: str
    scope: str
    members: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A proposal for discussion, as data."""

    title: str
    authority: str
    status: str
    sent: str
    target: str
    contact: str
    partnerships: tuple[DraftPartnership, ...]
    alliances: tuple[Alliance, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    types: tuple[TypeDefinition, ...] = ()
    bases: tuple[str, ...] = ()
    basis_kinds: tuple[str, ...] = ()
    rationale: tuple[str, ...] = ()
    approvals: tuple[Approval, ...] = ()
    stated_direct: int | None = None
    stated_covered: int | None = None
    kind: str = ""
    survey_round: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Context for maps, each a GeoDataFrame in EPSG:27700; None where the data has none.

    Parameters
    ----------
    district_neighbours
        Postcode districts that share an edge.
    """

    authority: gpd.GeoDataFrame | None = None
    neighbours: gpd.GeoDataFrame | None = None
    districts: gpd.GeoDataFrame | None = None
    stations: gpd.GeoDataFrame | None = None
    rail: gpd.GeoDataFrame | None = None
    district_neighbours: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    attributions: tuple[str, ...] = ()


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
    standing
        Partnerships that exist already, beside those the letter tells of.
    distances
        Distances that stand in for straight lines; None for straight lines.
    findings
        What was noticed on reading; no errors among them.
    digest
        SHA-256 of the input files, hexadecimal.
    """

    schools: Mapping[str, School]
    survey: Survey = field(default_factory=Survey)
    letter: Letter | None = None
    judgements: Mapping[str, Judgement] = field(default_factory=lambda: MappingProxyType({}))
    standing: tuple[Alliance, ...] = ()
    places: Places = field(default_factory=Places)
    distances: Distances | None = None
    findings: tuple[Finding, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partnership:
    """A numbered, named, typed group of members with a status.

    Parameters
    ----------
    centre
        The medoid: the member with the least total dissimilarity to its partnership; None where no member
        has a point.
    members
        Keys of the member schools, in order of key.
    unnamed
        Members that are counted and placed in words only (R33).
    """

    number: int
    name: str
    type: PartnershipType
    strand: str
    centre: str | None
    members: tuple[str, ...]
    unnamed: tuple[ListedMember, ...] = ()
    status: str = "draft"

    @property
    def size(self) -> int:
        """Number of members, the unnamed counted."""
        return len(self.members) + sum(member.unnamed for member in self.unnamed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One school in one partnership; a school may have two (R27)."""

    school: str
    partnership: int
    strand: str
    role: Role
    distance_to_centre_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRule:
    """A preferred rule that the plan does not keep, and what that costs in metres.

    Parameters
    ----------
    private
        Whether that there is such a rule, and its cost, are for officers alone.
    """

    rule: str
    amount: float
    cost_m: float
    private: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StrandResult:
    """How one strand was solved.

    Parameters
    ----------
    objective
        In metre-equivalents.
    certificate
        What was proved when the strand was solved; a move by hand carries it along, and whether it stands for the
        moved plan is for `Plan.proof` to say. None where the strand was taken as given.
    """

    strand: str
    objective: float
    method: str
    certificate: Certificate | None = field(default=None, repr=False)
    repeatable: bool = True
    broken: tuple[BrokenRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Partnerships for a problem under a scenario.

    Parameters
    ----------
    partnerships
        In the order of their numbers.
    memberships
        In the order of partnership and school key; a school may have several.
    strands
        How each strand was solved.
    findings
        What was noticed on planning.
    digest
        SHA-256 over the inputs' digest and the scenario, hexadecimal.
    """

    problem: Problem
    scenario: Scenario
    partnerships: tuple[Partnership, ...]
    memberships: tuple[Membership, ...]
    strands: tuple[StrandResult, ...]
    findings: tuple[Finding, ...] = ()
    digest: str = ""

    @property
    def objective(self) -> float:
        """Total over the strands, in metre-equivalents."""
        return sum(result.objective for result in self.strands)

    # The layers above this module are loaded when they are asked for.

    @property
    def proof(self) -> Proof:
        """What is proved of the plan as its members are now, worked out anew."""
        module = importlib.import_module("geo_partnerships.planning.proof")
        found: Proof = module.proof_of(self)
        return found

    @property
    def lower_bound(self) -> float | None:
        """Proven floor under the objective of any plan that keeps the same rules, in metre-equivalents.

        None where the plan breaks a binding rule, or nothing is proved of it.
        """
        return self.proof.lower_bound

    @property
    def gap(self) -> float | None:
        """How far the objective may be from the best possible: (objective - bound) / objective; None without one."""
        return self.proof.gap

    # For users of geopandas.

    @property
    def schools(self) -> gpd.GeoDataFrame:
        """One row per school and partnership, and one per school in none: points in EPSG:27700."""
        return _frames().schools(self)

    @property
    def areas(self) -> gpd.GeoDataFrame:
        """One row per partnership with its area in EPSG:27700, for drawing only."""
        return _frames().areas(self)

    @property
    def scores(self) -> Any:
        """The figures of the plan, a `geo_partnerships.checking.Scores`, worked out anew from points and members."""
        return _frames().scores(self)

    def move(self, school: str, partnership: int, *, source: int | None = None) -> Plan:
        """Return the plan with one school in another partnership; see `geo_partnerships.planning.moving.move`."""
        moved: Plan = _frames().move(self, school, partnership, source=source)
        return moved

    def to_file(self, path: Path | str) -> Path:
        """Write the plan as a GeoPackage or GeoJSON, by the ending of the path, and return it."""
        written: Path = _frames().to_file(self, path)
        return written


def _frames() -> Any:
    return importlib.import_module("geo_partnerships.frames")
