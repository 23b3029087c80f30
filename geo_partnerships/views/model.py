"""What one audience may see: the only door to output.

Pages and exports take a `View` and nothing else. A view holds plain values that were put there one by one
(an allow-list); private fields have no place in the public one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from geo_partnerships.countries import UNITED_KINGDOM, Country
from geo_partnerships.sentences import share

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from geo_partnerships.scenarios.basemaps import Basemap


class Audience(StrEnum):
    """Who the edition is for."""

    PUBLIC = "public"
    OFFICERS = "officers"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolView:
    """A school as pages show it. Coordinates: metres on the grid of the view; None where there is no point.

    Parameters
    ----------
    partnerships, alliances
        Numbers of those it belongs to.
    uncovered
        Why it is in none of the partnerships, a clause that begins with ``it``; empty where it is in one.
    together
        Labels and figures of its wishes granted and other pairs, as far as the audience may see them.
    aliases
        Other names that it goes by in the data and in the letter.
    reference
        Its identifier in another country, where the key was made from it.
    """

    urn: str
    name: str
    phase: str
    type: str
    postcode: str
    district: str
    borough: str
    designations: tuple[str, ...]
    easting: float | None
    northing: float | None
    point_source: str
    partnerships: tuple[int, ...]
    alliances: tuple[int, ...]
    uncovered: str = ""
    together: tuple[tuple[str, str], ...] = ()
    aliases: tuple[str, ...] = ()
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """A school in one partnership. Distance in metres to the centre school, a straight line unless the view says so.

    Parameters
    ----------
    authority
        The school's authority where the partnership has schools of several; empty otherwise.
    """

    urn: str
    name: str
    role: str
    distance_m: float | None
    bearing: str
    also_in: tuple[int, ...]
    authority: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnnamedView:
    """Members that are counted and placed in words only."""

    text: str
    count: int
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A smaller partnership inside a partnership; names of its schools, and the day from which it is of its type."""

    name: str
    type: str
    schools: tuple[str, ...]
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnershipView:
    """A partnership as pages show it.

    Parameters
    ----------
    colour
        Index into the palette, so that neighbours differ.
    area
        Its area on the grid of the view, for drawing only; None where it has none.
    mean_distance_m, max_distance_m
        Over the members that have a distance, the centre school counted at 0; see `measured`.
    pieces
        In how many pieces the ground lies that is nearest to its schools; None outside the area strand.
    furthest_pair
        Names of the two members furthest apart and their distance in metres.
    lead
        Name of the school that leads it, where that is decided; `lead_urn` its key.
    form, board, roles
        Of a hard one what it is, what its board is called, and each role on it with the name of the head's school.
    since
        Day from which it is of its type, as 2015-09-01; empty where that is open.
    groups
        Smaller partnerships inside it.
    together
        Labels and figures of wishes granted and other pairs in it, as far as the audience may see them.
    """

    number: int
    name: str
    type: str
    status: str
    strand: str
    colour: int
    centre: str | None
    members: tuple[MemberView, ...]
    unnamed: tuple[UnnamedView, ...]
    size: int
    leaders: tuple[str, ...]
    districts: tuple[str, ...]
    mean_distance_m: float | None
    max_distance_m: float | None
    furthest_pair: tuple[str, str, float] | None
    area: BaseGeometry | None
    together: tuple[tuple[str, str], ...] = ()
    pieces: int | None = None
    lead: str = ""
    lead_urn: str = ""
    form: str = ""
    board: str = ""
    roles: tuple[tuple[str, str], ...] = ()
    since: str = ""
    groups: tuple[GroupView, ...] = ()

    @property
    def distances_of_others(self) -> tuple[float, ...]:
        """Metres to the centre school of every other member that has a distance."""
        return tuple(m.distance_m for m in self.members if m.distance_m is not None and m.urn != self.centre)

    @property
    def measured(self) -> int:
        """How many of its members, the centre school counted, have a distance to the centre school."""
        return sum(m.distance_m is not None for m in self.members)

    @property
    def authorities(self) -> tuple[tuple[str, int], ...]:
        """Name and number of schools of each authority, by name, where it has schools of several."""
        return tuple(sorted(Counter(m.authority for m in self.members if m.authority).items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class AllianceView:
    """An alliance: listed members in its own words, with keys where they are schools."""

    number: int
    name: str
    status: str
    type: str
    lead: str
    stated_size: int | None
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureView:
    """One row of the headline: the plan beside the draft it is measured against, in words and numbers.

    Parameters
    ----------
    leads
        Whether it stands on the first page as well.
    """

    label: str
    plan: str
    draft: str
    note: str = ""
    leads: bool = False


def beside(first: Sequence[FigureView], second: Sequence[FigureView]) -> tuple[tuple[str, str, str], ...]:
    """Return the label and both values of every figure that either headline has, in the order of the first.

    A figure that one has not, such as the bound of a plan that was taken as it is, is a dash there.
    """
    values = [{figure.label: figure.plan for figure in headline} for headline in (first, second)]
    order = list(values[0])
    before = -1
    for label in values[1]:
        if label not in values[0]:
            order.insert(before + 1, label)
        before = order.index(label)
    return tuple((label, values[0].get(label, "–"), values[1].get(label, "–")) for label in order)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """One thing that was checked."""

    name: str
    holds: bool
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """One finding, without its private parts."""

    severity: str
    place: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FitView:
    """How well a school sits in its area partnership: its silhouette, from -1 to 1; below 0 another is nearer."""

    urn: str
    name: str
    partnership: int
    silhouette: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteeView:
    """The guarantee for one covered school. Officers only.

    Parameters
    ----------
    named, met_by
        Names of the schools it named, and of those that share a partnership with it.
    """

    urn: str
    name: str
    channel: str
    answered_by: str
    named: tuple[str, ...]
    met_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementView:
    """The authority's knowledge of a school. Officers only."""

    urn: str
    name: str
    ofsted: str
    ofsted_date: str
    la_view: str
    self_evaluation: str
    head_experience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldView:
    """A school that stands where only what is not published can hold it. Officers only.

    Parameters
    ----------
    cheaper
        Numbers of the partnerships that would have it by all that is published.
    saving_m
        The most that one of them would save, in metre-equivalents.
    candidates, not_named
        How many schools it may have named, one of them at least, and how many it then did not name.
    stayed
        How many of the candidates were beside it in the earlier publication; None without one.
    """

    urn: str
    name: str
    partnership: int
    cheaper: tuple[int, ...]
    saving_m: float
    candidates: int
    not_named: int
    stayed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureView:
    """What a reader of the public edition can work out. Officers only.

    Parameters
    ----------
    schools
        How many schools were looked at.
    moved
        Name of each school that has other partnerships than in the earlier publication.
    earlier
        What the earlier publication is, in a sentence.
    certified
        False where the plan carries no certificate.
    """

    schools: int
    held: tuple[HeldView, ...]
    moved: tuple[str, ...]
    earlier: str
    certified: bool

    @property
    def summary(self) -> str:
        """How many schools can be seen to be held, in a sentence."""
        seen = share(len(self.held), self.schools, "school", "can", "can")
        held = "it" if len(self.held) == 1 else "them"
        return f"{seen} be seen to stand where only an answer to the survey or an unpublished rule can hold {held}."

    @property
    def caution(self) -> str:
        """What a plan without a certificate gives away; empty where it has one."""
        if self.certified:
            return ""
        return (
            "The plan carries no certificate: a shorter one may only not have been found, so a move that would make "
            "the published sum smaller gives nothing away."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneView:
    """A dated step in words.

    Parameters
    ----------
    key, date
        What it is called in the letter's file, and its date as ``2015-02-05`` or ``2015-02``; empty where not known.
    """

    title: str
    when: str
    status: str
    audience: str
    key: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextView:
    """Map context, each a GeoDataFrame in EPSG:4326 with a `name` column; None where there is none.

    From `rail` on it is ground, which may have no names and has a `rank`, 1 for what is drawn from afar to 9.

    Parameters
    ----------
    localities
        Name, easting and northing of places and stations, by which a partnership may be found.
    basemap
        Background from the internet; None where pages ask for nothing.
    """

    authority: gpd.GeoDataFrame | None
    neighbours: gpd.GeoDataFrame | None
    districts: gpd.GeoDataFrame | None
    stations: gpd.GeoDataFrame | None
    rail: gpd.GeoDataFrame | None
    tube: gpd.GeoDataFrame | None = None
    roads: gpd.GeoDataFrame | None = None
    places: gpd.GeoDataFrame | None = None
    built_up: gpd.GeoDataFrame | None = None
    green: gpd.GeoDataFrame | None = None
    water: gpd.GeoDataFrame | None = None
    attributions: tuple[str, ...]
    localities: tuple[tuple[str, float, float], ...] = ()
    basemap: Basemap | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A plan for one audience.

    Parameters
    ----------
    survey_note
        ``Illustrative survey …`` while the survey is made up; empty otherwise. Every page shows it.
    survey_range
        What other made-up surveys come to, in words; empty where the survey is real or that was not measured.
    parameters
        Label and value of every parameter of the scenario, in words.
    coverage
        How many schools are in one of the partnerships, in an alliance only, in neither, in a sentence.
    promise
        Whether another plan could be shorter, in everyday words; empty where that is not known.
    kept
        Whether schools that answered are beside one that they named, in a sentence; empty where none answered.
    ways
        What is measured, and metres in this plan and in the draft, for those who read a few figures only.
    country
        Whose schools they are: its grid is that of all places, its words those of the pages.
    fit
        How well schools sit in their area partnerships, the worst first; for officers.
    straight
        True where distances to the centre school are straight lines, and not from a matrix or along roads.
    uses
        For each of the bases how this plan uses it, with what weight and effect.
    figures
        Key and value of each figure of the plan, for other programs.
    digest
        SHA-256 over members and public parameters, hexadecimal: nothing private goes into it.
    guarantee, judgements
        Officers only; empty in the public edition.
    disclosure
        Officers only, and there only where it is asked for; None otherwise.
    inputs_digest
        SHA-256 over all input files and parameters, hexadecimal. Officers only, since what is private and takes few
        values could be found from it by trying them all.
    """

    audience: Audience
    authority: str
    title: str
    scenario: str
    description: str
    status: str
    data_date: str
    survey_note: str
    seed: int
    digest: str
    summary: str
    headline: tuple[FigureView, ...]
    partnerships: tuple[PartnershipView, ...]
    schools: tuple[SchoolView, ...]
    alliances: tuple[AllianceView, ...]
    uncovered: tuple[SchoolView, ...]
    checks: tuple[CheckView, ...]
    broken: tuple[str, ...]
    findings: tuple[FindingView, ...]
    parameters: tuple[tuple[str, str], ...]
    method: tuple[str, ...]
    types: tuple[tuple[str, str], ...]
    bases: tuple[str, ...]
    rationale: tuple[str, ...]
    approvals: tuple[str, ...]
    milestones: tuple[MilestoneView, ...]
    contact: str
    reply_by: str
    context: ContextView
    reply_date: str = ""
    coverage: str = ""
    survey_range: str = ""
    promise: str = ""
    kept: str = ""
    ways: tuple[tuple[str, float | None, float | None], ...] = ()
    straight: bool = True
    uses: tuple[str, ...] = ()
    figures: tuple[tuple[str, float | int | None], ...] = ()
    guarantee: tuple[GuaranteeView, ...] = ()
    judgements: tuple[JudgementView, ...] = ()
    inputs_digest: str = ""
    disclosure: DisclosureView | None = None
    fit: tuple[FitView, ...] = ()
    country: Country = UNITED_KINGDOM

    def partnership(self, number: int) -> PartnershipView:
        """Return the partnership with that number."""
        return next(p for p in self.partnerships if p.number == number)

    def school(self, urn: str) -> SchoolView:
        """Return the school with that key."""
        return next(s for s in self.schools if s.urn == urn)
