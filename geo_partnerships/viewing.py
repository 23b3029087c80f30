"""Fill a view from a plan: the one place where anything leaves the plan for a reader.

Everything is put in by name. What is private goes into the officers' edition alone: who named whom, the
authority's knowledge, reasons given for decisions, and counts so small that they point at a school.
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
import math
from typing import TYPE_CHECKING

from geo_partnerships.areas import colour_indices, partnership_areas
from geo_partnerships.certificate import Lack, proof_words, public_bound, reaches
from geo_partnerships.checking import check
from geo_partnerships.checking.bases import uses_of
from geo_partnerships.checking.scores import cost_of, distances_to_centre, leaders_of, metres_between
from geo_partnerships.compass import bearing
from geo_partnerships.model import CRS_WGS84
from geo_partnerships.planning.naming import district_order
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.privacy import gives_private, is_private, public_parameters
from geo_partnerships.scenario import Scenario
from geo_partnerships.sentences import count, counted
from geo_partnerships.view import (
    AllianceView,
    Audience,
    CheckView,
    ContextView,
    DisclosureView,
    FigureView,
    FindingView,
    GuaranteeView,
    HeldView,
    JudgementView,
    MemberView,
    MilestoneView,
    PartnershipView,
    SchoolView,
    UnnamedView,
    View,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from geo_partnerships.certificate import Proof
    from geo_partnerships.checking import CheckReport, Scores
    from geo_partnerships.checking.coverage import Uncovered
    from geo_partnerships.disclosing import Disclosure
    from geo_partnerships.model import Milestone, Partnership, Plan, Problem, School, StrandResult

COLOURS = 7
SMALL_COUNT = 5
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
REPLY_KEY = "issues"
UNSOLVED = ("as given", "moved by hand")
GUARANTEE = "guarantee"
DECIDED = (("must_link", "Kept together", "link"), ("cannot_link", "Kept apart", "link"), ("pinned", "Pinned", "pin"))
STRAIGHT_WORDS = "Distances are straight lines in metres on the British National Grid; they are not walking distances."
METHOD_WORDS = (
    "Each partnership has a centre school: the member with the least total distance to the others, with a stated "
    "penalty for each school in another postcode district. The plan makes the sum over all schools as small as the "
    "rules allow."
)
MEAN_WORDS = (
    "A mean distance to the centre school counts every school with a known distance, the centre school itself at 0 m; "
    "the page of a partnership tells the mean of the other schools, the centre school left out."
)
BOUND_WORDS = (
    "The lower bound is a proven floor under that sum for any plan that keeps the same rules; the gap says how far "
    "the plan may be from it."
)
UNPUBLISHED_WORDS = (
    "What schools answered, and rules for single schools, are not published. What such a rule costs where it may be "
    "broken is in no sum here, and a plan keeps the same rules if it keeps these, too, as well as this one does."
)
INFERENCE_WORDS = (
    "Because the method is published, a reader may work out that a school stands where only an answer or such a rule "
    "can hold it, and from that, that it answered and which schools it did not name."
)


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
    told = plan if officers else _without_private_rules(plan)
    proof = told_proof(plan, report, officers=officers)
    letter = plan.problem.letter
    areas = _areas(plan)
    colours = _colours(plan, areas)
    schools = _schools(plan, report, officers=officers)
    homes = {school.urn: school.partnerships for school in schools}
    return View(
        audience=audience,
        authority=letter.authority if letter else report.coverage.authority,
        title=plan.scenario.title or scenario,
        scenario=scenario,
        description=plan.scenario.description,
        status=plan.scenario.status,
        data_date=date_words(letter.sent) if letter else "",
        survey_note=_survey_note(plan),
        seed=plan.scenario.seed,
        digest=_public_digest(plan),
        inputs_digest=plan.digest if officers else "",
        summary=_summary(proof, report.scores, drafted.scores if drafted else None),
        headline=headline_of(plan, report, drafted, officers=officers),
        partnerships=tuple(
            _partnership(plan, p, areas.get(p.number), colours[p.number], homes) for p in plan.partnerships
        ),
        schools=schools,
        alliances=_alliances(plan),
        uncovered=tuple(school for school in schools if school.uncovered),
        coverage=report.coverage.words,
        checks=_checks(report, officers=officers),
        broken=_broken(told),
        findings=_findings(plan, officers=officers),
        parameters=_parameters(plan, officers=officers),
        method=_method(told, proof, officers=officers),
        types=tuple((t.name, t.definition) for t in letter.types) if letter else (),
        bases=letter.bases if letter else (),
        uses=uses_of(told, officers=officers),
        rationale=letter.rationale if letter else (),
        approvals=tuple(f"{a.body}, {date_words(a.date)}: {a.scope}" for a in letter.approvals) if letter else (),
        milestones=tuple(_milestone(m) for m in letter.milestones) if letter else (),
        contact=letter.contact if letter else "",
        reply_by=_reply_by(plan),
        context=_context(plan),
        figures=_figures(proof, report.scores),
        guarantee=_guarantee(plan, report) if officers else (),
        judgements=_judgements(plan) if officers else (),
        disclosure=disclosure_view(plan, disclosure) if officers and disclosure else None,
    )


def told_proof(plan: Plan, report: CheckReport, *, officers: bool) -> Proof:
    """Return what an audience is told of how good a plan is proved to be; no output takes it from elsewhere."""
    proof = proof_of(plan, report)
    return proof if officers else proof.for_public(_without_private_rules(plan).objective)


def _without_private_rules(plan: Plan) -> Plan:
    """Return the plan as far as it follows from what is public: distances, public penalties and public rules.

    From what private rules cost, a reader could work out how many schools have no named partner. The sums are made
    anew from what is public, and not by taking off, which would leave a trace in their last digits. What was proved
    stays with the plan itself: see `Proof.for_public`.
    """
    return dataclasses.replace(plan, strands=tuple(_public_result(plan, result) for result in plan.strands))


def _public_result(plan: Plan, result: StrandResult) -> StrandResult:
    kept = tuple(rule for rule in result.broken if not rule.private)
    mine = [p for p in plan.partnerships if p.strand == result.strand]
    costs = [cost_of(plan, p, p.centre) for p in mine if p.centre is not None]
    objective = round(math.fsum((*costs, *(rule.cost_m for rule in kept))), 3)
    certificate = result.certificate
    if certificate is not None:
        bound = public_bound(result.objective, certificate.bound, objective)
        certificate = dataclasses.replace(certificate, bound=bound, rules=())
    return dataclasses.replace(result, broken=kept, objective=objective, certificate=certificate)


def metres(value: float | None) -> str:
    """Return e.g. ``1,418 m``; a dash where there is no value."""
    return "–" if value is None else f"{value:,.0f} m"


def date_words(text: str) -> str:
    """Return e.g. ``15 December 2014`` for ``2014-12-15`` and ``April 2015`` for ``2015-04``."""
    parts = text.split("-")
    if not all(part.isdigit() for part in parts) or len(parts) not in {2, 3} or not 1 <= int(parts[1]) <= 12:  # noqa: PLR2004
        return text
    day = f"{int(parts[2])} " if len(parts) > 2 else ""  # noqa: PLR2004
    return f"{day}{MONTHS[int(parts[1]) - 1]} {parts[0]}"


def headline_of(
    plan: Plan, report: CheckReport, draft: CheckReport | None, *, officers: bool = True
) -> tuple[FigureView, ...]:
    """Return what a planner reads first: the plan beside the draft, computed from both."""
    mine, other = report.scores, draft.scores if draft else None
    guarantee = [_met(scores, officers=officers) if scores else "" for scores in (mine, other)]
    everywhere = _known(mine.measured_all, mine.places_all)
    near = "; ".join(filter(None, ("area partnerships", _known(mine.measured, mine.places))))
    rows = [
        ("Mean distance to the centre school", *_pair(mine, other, "mean_distance_m"), near),
        ("Greatest distance to the centre school", *_pair(mine, other, "max_distance_m"), near),
        *([("Survey guarantee", *guarantee, _guarantee_note(plan))] if mine.respondents else []),
        *_proof(told_proof(plan, report, officers=officers)),
        ("Distance and penalties", *_pair(mine, other, "dissimilarity"), "area partnerships"),
        ("Mean distance, all partnerships", *_pair(mine, other, "mean_distance_m_all"), everywhere),
        ("Sizes", _sizes(mine), _sizes(other), "area partnerships"),
        ("Districts in a partnership, mean", _number(mine), _number(other), "area partnerships"),
        ("Without a system leader", str(len(mine.without_leader)), _without(other), _leaderless_note(mine)),
        ("Partnerships", str(mine.partnerships), str(other.partnerships) if other else "", ""),
        ("Schools", str(mine.schools), str(other.schools) if other else "", _schools_note(mine)),
    ]
    return tuple(FigureView(label=a, plan=b, draft=c, note=d) for a, b, c, d in rows)


def _known(measured: int, places: int) -> str:
    """Say of how many a mean is made, where that is not of all."""
    return "" if measured == places else f"of the {measured:,} of {count(places, 'place')} with a known distance"


def _leaderless_note(scores: Scores) -> str:
    return "partnerships, as far as their schools are named" if scores.unnamed else "partnerships"


def _schools_note(scores: Scores) -> str:
    return f"named, counted once each; {scores.unnamed:,} more are not named" if scores.unnamed else "counted once each"


def _proof(proof: Proof) -> list[tuple[str, str, str, str]]:
    """Return the rows on objective and bound; without a certificate there is no bound to tell."""
    objective = ("Objective (distance and penalties)", metres(proof.objective), "", "all strands")
    if proof.gap is None:
        return [("Certificate", "none", "", proof_words(proof)), objective]
    return [
        ("Gap to the best possible", f"{proof.gap:.2%}", "", "0 means proven best"),
        objective,
        ("Proven lower bound", metres(proof.lower_bound), "", "no plan under these rules can be below it"),
    ]


def _pair(mine: Scores, other: Scores | None, field: str) -> tuple[str, str]:
    return metres(getattr(mine, field)), metres(getattr(other, field)) if other else ""


def _sizes(scores: Scores | None) -> str:
    return f"{min(scores.sizes)} to {max(scores.sizes)}" if scores and scores.sizes else ""


def _number(scores: Scores | None) -> str:
    value = scores.districts_per_partnership if scores else None
    return "" if value is None else f"{value:.1f}"


def _without(scores: Scores | None) -> str:
    return str(len(scores.without_leader)) if scores else ""


def _met(scores: Scores, *, officers: bool) -> str:
    """Say whether it is met; for how many changes with the move of a single school, and is for officers alone."""
    failed = scores.respondents - scores.met
    if officers:
        return f"{'not met' if failed else 'met'}: {scores.met} of {scores.respondents}"
    return "not met for every school" if failed else "met for every school"


def _answers(plan: Plan) -> str:
    """Say how many answered, and for how many schools, unless they are so few that the number points at one."""
    survey = plan.problem.survey
    covered = len({urn for response in survey.responses for urn in response.covers})
    if min(survey.direct, covered) < SMALL_COUNT:
        return f"fewer than {SMALL_COUNT} answers"
    return f"{survey.direct} answers for {covered} schools"


def _guarantee_note(plan: Plan) -> str:
    answers = f"{_answers(plan)}."
    return f"{answers[0].upper()}{answers[1:]} {_survey_note(plan)}".rstrip()


def _survey_note(plan: Plan) -> str:
    if not plan.problem.survey.illustrative:
        return ""
    return "Illustrative survey: the answers are made up and are not schools' real wishes."


def _summary(proof: Proof, scores: Scores, draft: Scores | None) -> str:
    if scores.mean_distance_m is None:
        return f"{count(scores.partnerships, 'partnership')} of {count(scores.schools, 'school')}."
    text = f"The area partnerships have a mean distance to their centre school of {metres(scores.mean_distance_m)}"
    if draft and proof.lack is not Lack.NOTHING_SOLVED and draft.mean_distance_m is not None:
        text += f"; in the letter's draft it is {metres(draft.mean_distance_m)}"
    return f"{text}. {proof_words(proof)}"


def _areas(plan: Plan) -> dict[int, BaseGeometry]:
    outline = plan.problem.places.authority
    authority = outline.union_all() if outline is not None and len(outline) else None
    points = {s.urn: (s.easting, s.northing) for s in plan.problem.schools.values() if s.easting and s.northing}
    found: dict[int, BaseGeometry] = {}
    for _, group in itertools.groupby(sorted(plan.partnerships, key=lambda p: p.strand), key=lambda p: p.strand):
        members = {p.number: p.members for p in group}
        if len(members) > 1:
            found |= partnership_areas(points, members, authority)
    return found


def _colours(plan: Plan, areas: Mapping[int, BaseGeometry]) -> dict[int, int]:
    cycled = {p.number: index % COLOURS for index, p in enumerate(plan.partnerships)}
    return {**cycled, **colour_indices(areas, COLOURS)}


def _schools(plan: Plan, report: CheckReport, *, officers: bool) -> tuple[SchoolView, ...]:
    reasons = {u.school: u for u in report.coverage.uncovered}
    letter = plan.problem.letter
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
            )
        )
    return tuple(views)


def _why_uncovered(found: Uncovered, *, officers: bool) -> str:
    return found.words if officers else found.public_words


def _partnership(
    plan: Plan,
    partnership: Partnership,
    area: BaseGeometry | None,
    colour: int,
    homes: Mapping[str, tuple[int, ...]],
) -> PartnershipView:
    schools = plan.problem.schools
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
        furthest_pair=_furthest_pair(plan.problem, [schools[urn] for urn in partnership.members]),
        area=area,
    )


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
            members=tuple((m.text, m.schools[0] if len(m.schools) == 1 else "") for m in a.members),
        )
        for a in plan.problem.letter.alliances
    )


def _checks(report: CheckReport, *, officers: bool) -> tuple[CheckView, ...]:
    """Return what was checked: in public, nothing of private rules, but whether the guarantee is met."""
    return tuple(
        CheckView(
            name=c.name,
            holds=c.holds,
            message=_met(report.scores, officers=officers) if c.code == GUARANTEE else c.message,
        )
        for c in report.checks
        if officers or not c.private or c.code == GUARANTEE
    )


def _broken(plan: Plan) -> tuple[str, ...]:
    """Return the preferred rules that are broken, with their cost."""
    return tuple(f"{rule.rule}: {rule.cost_m:,.0f} m" for result in plan.strands for rule in result.broken)


def _findings(plan: Plan, *, officers: bool) -> tuple[FindingView, ...]:
    return tuple(
        FindingView(severity=f.severity, place=f.place, message=f.message, fix=f.fix)
        for f in (*plan.problem.findings, *plan.findings)
        if officers or not f.private
    )


def _parameters(plan: Plan, *, officers: bool) -> tuple[tuple[str, str], ...]:
    s = plan.scenario
    rows = [
        ("Seed", str(s.seed)),
        ("Postcode district penalty", metres(s.district_penalty)),
        ("Share of it between neighbouring districts", f"{s.neighbour_share:.0%}"),
        *([("Penalty across authorities", metres(s.authority_penalty))] if s.authority_penalty else []),
        *([("Across authorities", "no partnership")] if s.within_authorities else []),
        ("Survey guarantee", s.guarantee.strength.value),
        ("System leader in each partnership", s.leaders.strength.value),
    ]
    for name, strand in s.ordered_strands():
        low, high = strand.partnerships
        number = "as the letter has them" if strand.as_given else str(low) if low == high else f"{low} to {high}"
        size = f", sizes {strand.size[0]} to {strand.size[1]}" if strand.size else ""
        rows.append((f"Strand {name}: partnerships", number + size))
    for rule in s.balance:
        if gives_private(rule) and not officers:
            continue
        most = "any number" if rule.most is None else str(rule.most)
        rows.append((f"Balance, {rule.name}", f"{rule.least} to {most} in each ({rule.strength.value})"))
    rows += [
        (label, count(len(getattr(s, key)), noun))
        for key, label, noun in DECIDED
        if getattr(s, key) and (officers or not is_private(Scenario.model_fields[key]))
    ]
    return tuple(rows)


def _method(plan: Plan, proof: Proof, *, officers: bool) -> tuple[str, ...]:
    words = [
        f"Distances are {plan.problem.distances.words}." if plan.problem.distances else STRAIGHT_WORDS,
        METHOD_WORDS,
        MEAN_WORDS,
        BOUND_WORDS if proof.lack is None else proof_words(proof),
        *(() if officers else (UNPUBLISHED_WORDS, INFERENCE_WORDS)),
        "An independent check worked out every figure and rule again from the finished plan.",
    ]
    words += [
        f"Strand {r.strand}: {_how(r, officers=officers)}objective {metres(r.objective)}{_bound_words(r, proof)}"
        f"{'' if r.repeatable else '; stopped by the clock, so it may not repeat'}."
        for r in plan.strands
    ]
    return tuple(words)


def _how(result: StrandResult, *, officers: bool) -> str:
    """Say how a strand was made; which search found it follows from all of its rules, and is for officers alone."""
    return f"{result.method}; " if officers or result.method in UNSOLVED else ""


def _bound_words(result: StrandResult, proof: Proof) -> str:
    """Return what is proved of a strand; nothing where the whole plan has no certificate."""
    certificate = result.certificate
    if proof.lack or certificate is None:
        return ""
    best = ", proven best" if reaches(result.objective, certificate.bound) else ""
    return f", bound {metres(certificate.bound)}{best}"


def _milestone(milestone: Milestone) -> MilestoneView:
    when = date_words(milestone.date) if milestone.date else "no date"
    if milestone.start and milestone.end:
        when += f", {milestone.start} to {milestone.end}"
    return MilestoneView(title=milestone.title, when=when, status=milestone.status, audience=milestone.audience)


def _reply_by(plan: Plan) -> str:
    """Say by when schools may raise issues (R54): a month alone means its end."""
    letter = plan.problem.letter
    found = next((m.date for m in letter.milestones if m.key == REPLY_KEY), "") if letter else ""
    month_alone = found.count("-") == 1
    return f"the end of {date_words(found)}" if month_alone else date_words(found)


def _context(plan: Plan) -> ContextView:
    places = plan.problem.places
    return ContextView(
        authority=_named(places.authority),
        neighbours=_named(places.neighbours),
        districts=_named(places.districts, "district"),
        stations=_named(places.stations),
        rail=_named(places.rail),
        attributions=places.attributions,
    )


def _figures(proof: Proof, scores: Scores) -> tuple[tuple[str, float | int | None], ...]:
    return (
        ("schools", scores.schools),
        ("partnerships", scores.partnerships),
        ("objective", proof.objective),
        *(() if proof.lack else (("lower_bound", proof.lower_bound), ("gap", proof.gap))),
        ("mean_distance_m", scores.mean_distance_m),
        ("max_distance_m", scores.max_distance_m),
        ("mean_distance_m_all", scores.mean_distance_m_all),
        ("max_distance_m_all", scores.max_distance_m_all),
    )


def _named(frame: gpd.GeoDataFrame | None, column: str = "name") -> gpd.GeoDataFrame | None:
    """Return name and geometry alone, in EPSG:4326; other columns stay behind."""
    if frame is None or column not in frame.columns:
        return None
    return frame[[column, "geometry"]].rename(columns={column: "name"}).to_crs(CRS_WGS84)


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


def disclosure_view(plan: Plan, found: Disclosure) -> DisclosureView:
    """Return a disclosure as officers see it; who may have named whom stays a number."""
    names = {urn: school.name for urn, school in plan.problem.schools.items()}
    earlier = "There is no earlier publication that could be read, so this is said of the plan alone."
    if found.moved is not None:
        moved = counted(len(found.moved), "school", "has", "have")
        earlier = f"Compared with the public edition that stands in the folder now, {moved} another partnership."
    return DisclosureView(
        schools=found.schools,
        held=tuple(
            HeldView(
                urn=one.school,
                name=names[one.school],
                partnership=one.partnership,
                cheaper=one.cheaper,
                saving_m=one.saving_m,
                candidates=len(one.candidates),
                not_named=len(one.not_named),
                stayed=None if one.stayed is None else len(one.stayed),
            )
            for one in found.held
        ),
        moved=tuple(one.name for one in found.moved or ()),
        earlier=earlier,
    )


def _public_digest(plan: Plan) -> str:
    """Digest of what the public edition holds: private input leaves no trace in it."""
    parameters = json.dumps(public_parameters(plan.scenario), sort_keys=True)
    members = (f"{m.school},{m.partnership},{m.role},{m.distance_to_centre_m}" for m in plan.memberships)
    return hashlib.sha256("\n".join((parameters, *members)).encode()).hexdigest()
