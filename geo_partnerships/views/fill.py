"""Fill a view from a plan: the one place where anything leaves the plan for a reader.

Everything is put in by name. What is private goes into the officers' edition alone: who named whom, the
authority's knowledge, reasons given for decisions, and counts so small that they point at a school.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import TYPE_CHECKING

from geo_partnerships.certificate import plain_words
from geo_partnerships.checking import check
from geo_partnerships.checking.bases import uses_of
from geo_partnerships.checking.measures import distances_to_centre, leaders_of, metres_between
from geo_partnerships.checking.together import together_by_partnership, together_by_school
from geo_partnerships.planning.naming import district_order
from geo_partnerships.scenarios.basemaps import basemap_of
from geo_partnerships.views.areas import colour_indices
from geo_partnerships.views.compass import bearing
from geo_partnerships.views.disclosure import disclosure_view
from geo_partnerships.views.fit import silhouettes
from geo_partnerships.views.headline import (
    date_words,
    headline_of,
    kept_of,
    summary_of,
    told_proof,
    ways_of,
)
from geo_partnerships.views.method import method_of, parameters_of, survey_range
from geo_partnerships.views.model import (
    AllianceView,
    Audience,
    ContextView,
    FitView,
    GroupView,
    GuaranteeView,
    JudgementView,
    MemberView,
    MilestoneView,
    PartnershipView,
    SchoolView,
    UnnamedView,
    View,
)
from geo_partnerships.views.pieces import areas_of, pieces
from geo_partnerships.views.redact import (
    broken_of,
    checks_of,
    findings_of,
    public_digest,
    survey_note,
    together_of,
    without_private_rules,
)
from geo_partnerships.vocabulary import CRS_WGS84

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from geo_partnerships.certificate import Proof
    from geo_partnerships.checking import CheckReport, Scores
    from geo_partnerships.checking.coverage import Uncovered
    from geo_partnerships.disclosing import Disclosure
    from geo_partnerships.letter import Letter, ListedMember, Milestone
    from geo_partnerships.model import Problem, School
    from geo_partnerships.plans import Partnership, Plan

COLOURS = 7
REPLY_KEY = "issues"


def view_of(
    plan: Plan,
    audience: Audience = Audience.PUBLIC,
    *,
    scenario: str,
    draft: Plan | None = None,
    disclosure: Disclosure | None = None,
) -> View:
    """Return what an audience may see of a plan.

    Parameters
    ----------
    plan
        The plan.
    audience
        The public, or officers.
    scenario
        Name of the scenario.
    draft
        The letter's own plan, to be shown beside it.
    disclosure
        What can be worked out from the public edition, to be shown to officers.
    """
    report, drafted = check(plan), check(draft) if draft else None
    officers = audience is Audience.OFFICERS
    told = plan if officers else without_private_rules(plan)
    proof = told_proof(plan, report, officers=officers)
    letter = plan.problem.letter
    areas = areas_of(plan)
    colours = _colours(plan, areas)
    schools = _schools(plan, report, officers=officers)
    shared = together_by_partnership(plan)
    homes = {school.urn: school.partnerships for school in schools}
    return View(
        audience=audience,
        authority=letter.authority if letter else report.coverage.authority,
        title=plan.scenario.title or scenario,
        scenario=scenario,
        description=plan.scenario.description,
        status=plan.scenario.status,
        country=plan.problem.country,
        data_date=date_words(letter.sent) if letter else "",
        survey_note=survey_note(plan),
        survey_range=survey_range(plan, scenario),
        seed=plan.scenario.seed,
        digest=public_digest(plan),
        inputs_digest=plan.digest if officers else "",
        summary=summary_of(proof, report.scores, drafted.scores if drafted else None),
        headline=headline_of(plan, report, (draft, drafted) if draft and drafted else None, officers=officers),
        promise=plain_words(proof),
        kept=kept_of(report.scores),
        ways=ways_of(report.scores, drafted.scores if drafted else None),
        partnerships=tuple(
            dataclasses.replace(
                _partnership(plan, p, areas.get(p.number), colours[p.number], homes),
                together=together_of(shared[p.number], officers=officers),
            )
            for p in plan.partnerships
        ),
        schools=schools,
        alliances=_alliances(plan),
        uncovered=tuple(school for school in schools if school.uncovered),
        coverage=report.coverage.words,
        checks=checks_of(report, officers=officers),
        broken=broken_of(told),
        findings=findings_of(plan, officers=officers),
        parameters=parameters_of(plan, officers=officers),
        method=method_of(told, proof, officers=officers),
        straight=plan.problem.distances is None,
        types=tuple((t.name, t.definition) for t in letter.types) if letter else (),
        bases=letter.bases if letter else (),
        uses=uses_of(told, officers=officers),
        rationale=letter.rationale if letter else (),
        approvals=tuple(f"{a.body}, {date_words(a.date)}: {a.scope}" for a in letter.approvals) if letter else (),
        milestones=tuple(_milestone(m) for m in letter.milestones) if letter else (),
        contact=letter.contact if letter else "",
        reply_by=_reply_by(plan),
        reply_date=_reply_date(plan),
        context=_context(plan),
        figures=_figures(proof, report.scores),
        guarantee=_guarantee(plan, report) if officers else (),
        judgements=_judgements(plan) if officers else (),
        disclosure=disclosure_view(plan, disclosure) if officers and disclosure else None,
        fit=_fit(plan) if officers else (),
    )


def _fit(plan: Plan) -> tuple[FitView, ...]:
    homes = {urn: p.number for p in reversed(plan.partnerships) if p.strand == "area" for urn in p.members}
    found = (
        FitView(urn=urn, name=plan.problem.schools[urn].name, partnership=homes[urn], silhouette=value)
        for urn, value in silhouettes(plan).items()
    )
    return tuple(sorted(found, key=lambda one: (one.silhouette, one.urn)))


def _colours(plan: Plan, areas: Mapping[int, BaseGeometry]) -> dict[int, int]:
    cycled = {p.number: index % COLOURS for index, p in enumerate(plan.partnerships)}
    kept = {p.number: p.colour for p in plan.partnerships if p.colour is not None}
    return {**cycled, **colour_indices(areas, COLOURS, kept)}


def _schools(plan: Plan, report: CheckReport, *, officers: bool) -> tuple[SchoolView, ...]:
    reasons = {u.school: u for u in report.coverage.uncovered}
    letter = plan.problem.letter
    shared = together_by_school(plan) if officers else {}
    written = _written(letter)
    homes: dict[str, list[int]] = {}
    for partnership in plan.partnerships:
        for urn in dict.fromkeys(partnership.members):
            homes.setdefault(urn, []).append(partnership.number)
    views = []
    for urn, school in plan.problem.schools.items():
        views.append(
            SchoolView(
                urn=urn,
                name=school.name,
                phase=school.phase,
                type=school.type,
                postcode=school.postcode,
                district=school.district,
                borough=school.borough,
                designations=school.designations,
                easting=school.easting,
                northing=school.northing,
                point_source=school.point_source,
                partnerships=tuple(homes.get(urn, ())),
                alliances=tuple(a.number for a in letter.alliances if urn in a.schools) if letter else (),
                uncovered=_why_uncovered(reasons[urn], officers=officers) if urn in reasons else "",
                together=together_of(shared.get(urn, ()), officers=officers),
                aliases=tuple(dict.fromkeys((*school.aliases, *written.get(urn, ())))),
                reference=school.reference,
            )
        )
    return tuple(views)


def _written(letter: Letter | None) -> dict[str, list[str]]:
    """Return how the letter writes each school's name, by key."""
    found: dict[str, list[str]] = {}
    lists = [*(p.members for p in letter.partnerships), *(a.members for a in letter.alliances)] if letter else []
    for member in (member for members in lists for member in members):
        if len(member.schools) == 1:
            found.setdefault(member.schools[0], []).append(member.text)
    return found


def _why_uncovered(found: Uncovered, *, officers: bool) -> str:
    return found.words if officers else found.public_words


def _partnership(
    plan: Plan,
    partnership: Partnership,
    area: BaseGeometry | None,
    colour: int,
    homes: Mapping[str, tuple[int, ...]],
) -> PartnershipView:
    schools, governance = plan.problem.schools, partnership.governance
    distances = distances_to_centre(plan, partnership)
    crosses = len({schools[urn].borough for urn in partnership.members} - {""}) > 1
    members = sorted(
        partnership.members,
        key=lambda urn: (urn != partnership.centre, distances.get(urn, math.inf), urn),
    )
    return PartnershipView(
        number=partnership.number,
        name=partnership.name,
        type=partnership.type,
        status=partnership.status,
        strand=partnership.strand,
        colour=colour,
        centre=partnership.centre,
        members=tuple(
            dataclasses.replace(
                _member(plan, partnership, urn, distances.get(urn)),
                also_in=tuple(number for number in homes[urn] if number != partnership.number),
                authority=schools[urn].borough if crosses else "",
            )
            for urn in members
        ),
        unnamed=tuple(UnnamedView(text=u.text, count=u.unnamed, place=u.place) for u in partnership.unnamed),
        size=partnership.size,
        leaders=tuple(schools[urn].name for urn in leaders_of(plan, partnership)),
        districts=tuple(sorted({schools[urn].district for urn in partnership.members} - {""}, key=district_order)),
        mean_distance_m=math.fsum(distances.values()) / len(distances) if distances else None,
        max_distance_m=max(distances.values(), default=None),
        pieces=None if area is None or partnership.strand != "area" else pieces(area),
        furthest_pair=_furthest_pair(plan.problem, [schools[urn] for urn in partnership.members]),
        area=area,
        lead=schools[partnership.lead].name if partnership.lead else "",
        lead_urn=partnership.lead,
        form=governance.form,
        board=governance.board,
        roles=tuple((office.role, schools[office.school].name) for office in governance.offices),
        since=governance.since,
        groups=tuple(
            GroupView(name=one.name, type=one.type, since=one.since, schools=_names(schools, one.schools))
            for one in governance.groups
        ),
    )


def _names(schools: Mapping[str, School], urns: Sequence[str]) -> tuple[str, ...]:
    return tuple(schools[urn].name for urn in urns)


def _member(plan: Plan, partnership: Partnership, urn: str, distance: float | None) -> MemberView:
    school = plan.problem.schools[urn]
    centre = plan.problem.schools[partnership.centre] if partnership.centre else None
    return MemberView(
        urn=urn,
        name=school.name,
        role="centre" if urn == partnership.centre else "member",
        distance_m=distance,
        bearing=_bearing(centre, school) if centre else "",
        also_in=(),
    )


def _bearing(origin: School, school: School) -> str:
    """Return the compass direction of `school` seen from `origin`, e.g. ``north-east``; empty without a point."""
    if origin.easting is None or origin.northing is None or school.easting is None or school.northing is None:
        return ""
    return bearing((origin.easting, origin.northing), (school.easting, school.northing))


def _furthest_pair(problem: Problem, schools: list[School]) -> tuple[str, str, float] | None:
    placed = [school for school in schools if school.has_point]
    measured = [(metres_between(problem, a, b), a, b) for a, b in itertools.combinations(placed, 2)]
    pairs = [(distance, a, b) for distance, a, b in measured if distance is not None]
    if not pairs:
        return None
    distance, a, b = max(pairs, key=lambda pair: pair[0])
    return a.name, b.name, distance


def _alliances(plan: Plan) -> tuple[AllianceView, ...]:
    if plan.problem.letter is None:
        return ()
    return tuple(
        AllianceView(
            number=a.number,
            name=a.name,
            status=a.status,
            type=a.type,
            lead=a.lead,
            stated_size=a.stated_size,
            members=tuple((_listed(m), m.schools[0] if len(m.schools) == 1 else "") for m in a.members),
        )
        for a in plan.problem.letter.alliances
    )


def _listed(member: ListedMember) -> str:
    """Return an entry with what the letter puts in brackets after it: borough, country (R37), way in (R38)."""
    notes = [*filter(None, (member.borough, member.place)), *([f"via {member.via}"] if member.via else [])]
    return f"{member.text} ({'; '.join(notes)})" if notes else member.text


def _milestone(milestone: Milestone) -> MilestoneView:
    when = date_words(milestone.date) if milestone.date else "no date"
    if milestone.start and milestone.end:
        when += f", {milestone.start} to {milestone.end}"
    return MilestoneView(
        title=milestone.title,
        when=when,
        status=milestone.status,
        audience=milestone.audience,
        key=milestone.key,
        date=milestone.date,
    )


def _reply_by(plan: Plan) -> str:
    """Say by when schools may raise issues (R54): a month alone means its end."""
    found = _reply_date(plan)
    month_alone = found.count("-") == 1
    return f"the end of {date_words(found)}" if month_alone else date_words(found)


def _reply_date(plan: Plan) -> str:
    letter = plan.problem.letter
    return next((m.date for m in letter.milestones if m.key == REPLY_KEY), "") if letter else ""


def _context(plan: Plan) -> ContextView:
    places = plan.problem.places
    return ContextView(
        authority=_named(places.authority),
        neighbours=_named(places.neighbours),
        districts=_named(places.districts, "district"),
        stations=_named(places.stations),
        rail=_ranked(places.rail),
        tube=_ranked(places.tube),
        roads=_ranked(places.roads),
        places=_ranked(places.places),
        built_up=_ranked(places.built_up),
        green=_ranked(places.green),
        water=_ranked(places.water),
        attributions=places.attributions,
        basemap=basemap_of(plan.scenario.basemap),
        localities=tuple((place.name, place.easting, place.northing) for place in places.localities),
    )


def _figures(proof: Proof, scores: Scores) -> tuple[tuple[str, float | int | None], ...]:
    return (
        ("schools", scores.schools),
        ("partnerships", scores.partnerships),
        ("objective", proof.objective),
        *(() if proof.lack else (("lower_bound", proof.lower_bound), ("gap", proof.gap))),
        ("mean_distance_m", scores.mean_distance_m),
        ("max_distance_m", scores.max_distance_m),
        ("measured", scores.measured),
        ("places", scores.places),
        ("mean_distance_m_all", scores.mean_distance_m_all),
        ("max_distance_m_all", scores.max_distance_m_all),
    )


def _named(frame: gpd.GeoDataFrame | None, column: str = "name") -> gpd.GeoDataFrame | None:
    """Return name and geometry alone, in EPSG:4326; other columns stay behind."""
    if frame is None or column not in frame.columns:
        return None
    return frame[[column, "geometry"]].rename(columns={column: "name"}).to_crs(CRS_WGS84)


def _ranked(frame: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame | None:
    """Return name, rank and geometry of a layer of the ground, in EPSG:4326; other columns stay behind."""
    return None if frame is None else frame[["name", "rank", "geometry"]].to_crs(CRS_WGS84)


def _guarantee(plan: Plan, report: CheckReport) -> tuple[GuaranteeView, ...]:
    names = {urn: school.name for urn, school in plan.problem.schools.items()}
    return tuple(
        GuaranteeView(
            urn=o.school,
            name=names.get(o.school, o.school),
            channel=o.channel,
            answered_by=names.get(o.responder, o.responder),
            named=tuple(names.get(urn, urn) for urn in o.named),
            met_by=tuple(names.get(urn, urn) for urn in o.met_by),
        )
        for o in report.guarantee
    )


def _judgements(plan: Plan) -> tuple[JudgementView, ...]:
    schools = plan.problem.schools
    return tuple(
        JudgementView(
            urn=j.urn,
            name=schools[j.urn].name if j.urn in schools else j.urn,
            ofsted=j.ofsted,
            ofsted_date=j.ofsted_date,
            la_view=j.la_view,
            self_evaluation=j.self_evaluation,
            head_experience=j.head_experience,
        )
        for j in plan.problem.judgements.values()
    )
