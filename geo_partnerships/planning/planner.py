"""From a problem and a scenario to a plan: strand by strand, then numbers and names."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering import ClusterProblem, Effort, Infeasible, Stopped, cluster
from geo_partnerships.clustering.problem import MATRIX_ITEMS, SUITS_POINTS, WITH_PLANS
from geo_partnerships.errors import BadDataError, NoPlanError
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.model import (
    Membership,
    Partnership,
    PartnershipType,
    Plan,
    Role,
    StrandResult,
)
from geo_partnerships.planning.certificates import certificate_of
from geo_partnerships.planning.dissimilarity import (
    across_authorities,
    authority_penalties,
    best_centre,
    connected,
    distances_between,
    district_penalties,
)
from geo_partnerships.planning.impossible import refuse_impossible, remedies
from geo_partnerships.planning.naming import order_like_draft, place_names
from geo_partnerships.planning.rules import broken_rules, keyed_rules, school_names, strand_key
from geo_partnerships.planning.standing import with_standing
from geo_partnerships.planning.strands import draft_partnerships, given_groups, strand_schools
from geo_partnerships.planning.unknowns import unpriced
from geo_partnerships.scenario import Members, Scenario, SizeBy, Strand, Strength
from geo_partnerships.sentences import count, counted, share

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering import Clustering, Rule
    from geo_partnerships.clustering import Progress as Standing
    from geo_partnerships.model import DraftPartnership, ListedMember, Problem, School

    Progress = Callable[[str], None]

SINGLE = (1, 1)
BARRED_FACTORS = (2.0, 20.0, 200.0)
"""How dear it is, in greatest dissimilarities, to cross a border that may not be crossed: tried one by one."""
SHOWN_AT_MOST = 5


@dataclass(frozen=True)
class _Group:
    """A partnership before it has its number."""

    members: tuple[str, ...]
    centre: str | None
    name: str
    type: PartnershipType
    unnamed: tuple[ListedMember, ...] = ()
    draft_number: int | None = None


def plan(
    problem: Problem, scenario: Scenario, *, progress: Progress | None = None, so_far: Progress | None = None
) -> Plan:
    """Group the schools of a problem into partnerships.

    Parameters
    ----------
    problem
        What was read.
    scenario
        The parameters.
    progress
        Called with a few words as each strand begins.
    so_far
        Called with a few words on the best plan of a strand so far, as often as there is a better one or a higher
        bound.

    Raises
    ------
    BadDataError
        The scenario speaks of schools that are not there, or asks for more partnerships than schools.
    NoPlanError
        The binding rules cannot hold together.
    """
    strands = strand_schools(problem, scenario)
    scenario, placed = prepared(problem, scenario)
    owed = owed_in(problem, scenario, placed)
    groups: dict[str, list[_Group]] = {}
    results: list[StrandResult] = []
    findings = [*unpriced(problem, scenario, placed)]
    for name, strand in scenario.ordered_strands():
        if progress:
            progress(f"{name}: {count(len(strands[name]), 'school')}")
        told = None if so_far is None else _told(name, so_far)
        groups[name], result, noticed = _solve_strand(name, strand, problem, scenario, placed[name], owed[name], told)
        findings += [*_left_out(strands[name], placed[name], problem), *noticed]
        if result is not None:
            results.append(result)
    partnerships = _numbered(scenario, groups)
    return Plan(
        problem=problem,
        scenario=scenario,
        partnerships=partnerships,
        memberships=memberships_of(problem, partnerships),
        strands=tuple(results),
        findings=tuple(findings),
        digest=digest_of(problem, scenario),
    )


def prepared(problem: Problem, scenario: Scenario) -> tuple[Scenario, dict[str, tuple[str, ...]]]:
    """Refuse what cannot be planned, before anything is solved.

    Returns
    -------
    tuple
        The scenario with the partnerships that stand, and the keys of the schools that can be placed, by strand.

    Raises
    ------
    BadDataError
        The scenario speaks of schools that are not there, a strand has no school with a point, or more partnerships
        are asked for than there are schools.
    NoPlanError
        A rule that no partnership could keep.
    """
    _refuse_unknown_names(problem, scenario)
    strands = strand_schools(problem, scenario)
    placed = {
        name: strands[name] if strand.as_given else placeable(strands[name], problem)
        for name, strand in scenario.ordered_strands()
    }
    _refuse_unfit_strands(scenario, strands, placed)
    scenario = with_standing(problem, scenario, placed)
    refuse_impossible(problem, scenario, placed)
    return scenario, placed


def plan_of_draft(problem: Problem, scenario: Scenario) -> Plan | None:
    """Return the letter's own partnerships as a plan measured by the scenario's dissimilarity; None without a letter.

    Partnerships by place make the area strand, or all where none is; the others make a strand each.
    """
    if problem.letter is None or not problem.letter.partnerships:
        return None
    everyone = tuple(p.number for p in problem.letter.partnerships)
    places = tuple(p.number for p in problem.letter.partnerships if p.basis == "place") or everyone
    others = [p for p in problem.letter.partnerships if p.number not in places]
    given = {
        f"draft-{p.number}": Strand(members=Members(letter=(p.number,)), as_given=True, type=p.type) for p in others
    }
    area = Strand(members=Members(letter=places), as_given=True)
    draft = scenario.model_copy(
        update={
            "strands": given,
            "area": area,
            "order": (),
            "guarantee": scenario.guarantee.model_copy(update={"strength": Strength.OFF, "second_membership": False}),
            "must_link": (),
            "cannot_link": (),
            "pinned": (),
            "balance": (),
        }
    )
    return plan(problem, draft)


def _refuse_unknown_names(problem: Problem, scenario: Scenario) -> None:
    findings = [
        Finding(
            code="scenario-unknown-school",
            severity=Severity.ERROR,
            file="scenario",
            field=key,
            message=f"there is no school with the URN {urn[:40]!r}.",
            fix="Give the URN as it stands in the file of schools.",
        )
        for key, urns in _lists_of_schools(scenario)
        for urn in urns
        if urn not in problem.schools
    ]
    findings += _unknown_drafts(problem, scenario)
    if findings:
        raise BadDataError(findings)


def _lists_of_schools(scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every list of schools that a scenario has, after its key."""
    for key in ("must_link", "cannot_link", "pinned", "balance"):
        for number, rule in enumerate(getattr(scenario, key), start=1):
            yield f"{key}.{number}.schools", rule.schools
    for name, strand in scenario.ordered_strands():
        yield f"{strand_key(name)}.members.schools", strand.members.schools
        yield f"{strand_key(name)}.members.without", strand.members.without


def _unknown_drafts(problem: Problem, scenario: Scenario) -> list[Finding]:
    known = {p.number for p in problem.letter.partnerships} if problem.letter else set()
    return [
        Finding(
            code="scenario-unknown-partnership",
            severity=Severity.ERROR,
            file="scenario",
            field=f"{strand_key(name)}.members.letter",
            message=f"the letter has no partnership {number}.",
            fix="Give numbers of the letter's partnerships.",
        )
        for name, strand in scenario.ordered_strands()
        for number in strand.members.letter
        if number not in known
    ]


def owed_in(
    problem: Problem, scenario: Scenario, strands: Mapping[str, tuple[str, ...]]
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return for each strand the covered schools whose guarantee it must meet.

    A school in several strands is owed it once: by a strand whose composition is fixed if that meets it, else
    by the last of its strands that has a school it named.
    """
    owed: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in strands}
    if scenario.guarantee.strength is Strength.OFF:
        return owed
    fixed = _fixed_groups(problem, scenario, strands)
    hopeless: list[str] = []
    for urn, named in problem.survey.named_by().items():
        mine = [name for name, urns in strands.items() if urn in urns]
        if not named or any(urn in group and group & set(named) for group in fixed):
            continue
        free = [name for name in mine if not _is_fixed(name, scenario) and set(strands[name]) & set(named)]
        if free:
            owed[free[-1]][urn] = named
        else:
            hopeless.append(urn)
    if hopeless and scenario.guarantee.strength is Strength.BINDING:
        raise _hopeless(hopeless, problem, scenario, strands)
    return owed


def _is_fixed(name: str, scenario: Scenario) -> bool:
    strand = dict(scenario.ordered_strands())[name]
    return strand.as_given or strand.partnerships == SINGLE


def _fixed_groups(problem: Problem, scenario: Scenario, strands: Mapping[str, tuple[str, ...]]) -> list[set[str]]:
    groups: list[set[str]] = []
    for name, strand in scenario.ordered_strands():
        if strand.as_given:
            groups += [set(members) for _, members in given_groups(problem, strand)]
        elif strand.partnerships == SINGLE:
            groups.append(set(strands[name]))
    return groups


def _hopeless(
    urns: Sequence[str], problem: Problem, scenario: Scenario, strands: Mapping[str, tuple[str, ...]]
) -> NoPlanError:
    """Say which schools named nobody whom any partnership of theirs could hold; whom they named is private."""
    named = [school_names([urn], problem) for urn in sorted(urns)]
    homes = [", ".join(n for n, members in strands.items() if urn in members) or "in no strand" for urn in sorted(urns)]
    shown = ", ".join(f"{name} ({home})" for name, home in list(zip(named, homes, strict=True))[:SHOWN_AT_MOST])
    if len(named) > SHOWN_AT_MOST:
        shown += f" and {len(named) - SHOWN_AT_MOST} more"
    second = "" if scenario.guarantee.second_membership else " or --set guarantee.second_membership=true"
    many, they, them = ("1 school", "it", "it") if len(urns) == 1 else (f"{len(urns)} schools", "they", "them")
    return NoPlanError(
        f"The guarantee is binding but cannot be met for {many}, since nobody {they} named is in a strand with "
        f"{them}: {shown}. Add a school {they} named to the scenario, or try "
        f"--set guarantee.strength=preferred{second}.",
        rules=(f"guarantee: {named[0]}",),  # each is impossible for itself
        keys=(f"guarantee.{min(urns)}",),
    )


def _solve_strand(
    name: str,
    strand: Strand,
    problem: Problem,
    scenario: Scenario,
    urns: Sequence[str],
    owed: Mapping[str, tuple[str, ...]],
    told: Callable[[Standing], None] | None,
) -> tuple[list[_Group], StrandResult | None, list[Finding]]:
    if strand.as_given:
        found, result = _as_given(name, strand, problem, scenario)
        return found, result, []
    placed = [problem.schools[urn] for urn in urns]
    findings = []
    if strand.size_by is SizeBy.PUPILS:
        findings = [_no_pupils(school) for school in placed if school.pupils is None]
    keyed = keyed_rules(name, problem, scenario, placed, owed)
    rules = tuple(rule for _, rule in keyed)
    try:
        if _is_by_points(problem, scenario, rules, len(placed)):
            points = [(school.easting or 0.0, school.northing or 0.0) for school in placed]
            solved = _solved(ClusterProblem.from_points(points, rules), scenario, told)
        else:
            solved = clustered(name, dissimilarity_of(placed, problem, scenario), rules, placed, scenario, told)
    except Infeasible as error:
        raise _no_plan(name, error, {rule.words: key for key, rule in keyed}) from None
    except Stopped:
        raise NoPlanError(f"No plan of the strand '{name}' was found in time (not proved).", proved=False) from None
    members = [[placed[i] for i in group] for group in solved.members]
    centres = [placed[i] for i in solved.medoids]
    groups = [
        _Group(tuple(school.urn for school in group), centre.urn, label, strand.type)
        for group, centre, label in zip(members, centres, _names(strand, members, centres), strict=True)
    ]
    result = StrandResult(
        strand=name,
        objective=solved.objective,
        method=solved.method,
        certificate=certificate_of(solved, rules, placed, problem, scenario),
        repeatable=solved.repeatable,
        broken=broken_rules(solved.violations, rules),
    )
    return _in_order(groups, name, strand, problem), result, findings


def _is_by_points(problem: Problem, scenario: Scenario, rules: Collection[Rule], schools: int) -> bool:
    """Say whether points alone tell what a plan minimises, and there are too many for a matrix."""
    penalties = scenario.district_penalty or scenario.authority_penalty or scenario.within_authorities
    plain = problem.distances is None and not penalties and scenario.method != "exact"
    return plain and schools > MATRIX_ITEMS and all(isinstance(rule, SUITS_POINTS) for rule in rules)


def _told(name: str, so_far: Progress) -> Callable[[Standing], None]:
    """Put into words where the solver stands, once it has a plan that keeps the rules."""

    def tell(standing: Standing) -> None:
        objective, bound = standing.objective, standing.lower_bound
        if standing.phase in WITH_PLANS and math.isfinite(objective) and 0 <= bound <= objective:
            gap = 100 * (1 - bound / objective) if objective else 0.0
            so_far(f"{name}: a plan of {objective:,.0f} m, at most {gap:.1f} % from the best")

    return tell


def _solved(asked: ClusterProblem, scenario: Scenario, told: Callable[[Standing], None] | None = None) -> Clustering:
    return cluster(
        asked,
        method=scenario.method,
        seed=scenario.seed,
        effort=Effort(seconds=scenario.seconds),
        noun="schools",
        progress=told,
    )


def clustered(
    name: str,
    cost: NDArray[np.float64],
    rules: tuple[Rule, ...],
    schools: Sequence[School],
    scenario: Scenario,
    told: Callable[[Standing], None] | None = None,
) -> Clustering:
    """Cluster a strand's schools; a pair that may not be, around one centre, is made too dear.

    Such pairs are those without a distance and, where partnerships stay within authorities, those across a border.
    A best clustering that has none of them although it might, at a price, is a best one of those that may not, and
    its bound holds for them.
    """
    barred = np.isnan(cost)
    known = np.where(barred, 0.0, cost)
    if scenario.within_authorities:
        barred |= across_authorities(schools)
    for factor in BARRED_FACTORS if barred.any() else (0.0,):
        dear = np.where(barred, factor * float(known.max(initial=1.0)), 0.0)
        solved = _solved(ClusterProblem(known + dear, rules), scenario, told)
        centred = zip(solved.members, solved.medoids, strict=True)
        if not any(barred[list(group), medoid].any() for group, medoid in centred):
            return solved
    within = "whose partnerships each stay within one authority" if scenario.within_authorities else ""
    apart = "that keeps apart schools without a distance between them" if np.isnan(cost).any() else ""
    raise NoPlanError(
        f"No plan of the strand '{name}' was found {' and '.join(filter(None, (within, apart)))} (not proved). "
        "Change its number or sizes, complete the distances, or give --set within_authorities=false and an "
        "authority_penalty.",
        proved=False,
    )


def _names(strand: Strand, members: Sequence[Sequence[School]], centres: Sequence[School]) -> list[str]:
    if strand.name and len(members) == 1:
        return [strand.name]
    names = place_names(members, centres)
    return [f"{strand.name}: {name}" for name in names] if strand.name else names


def _in_order(groups: list[_Group], name: str, strand: Strand, problem: Problem) -> list[_Group]:
    """Order a strand's partnerships like the draft's, the rest from north to south."""
    north_first = sorted(groups, key=lambda g: (-(problem.schools[g.centre or ""].northing or 0.0), g.members))
    draft: Sequence[DraftPartnership] = draft_partnerships(problem, strand)
    if not draft and name == "area" and problem.letter is not None:
        draft = [p for p in problem.letter.partnerships if p.basis == "place"]
    positions = order_like_draft([g.members for g in north_first], [p.schools for p in draft])
    return [north_first[i] for i in positions]


def _as_given(name: str, strand: Strand, problem: Problem, scenario: Scenario) -> tuple[list[_Group], StrandResult]:
    groups: list[_Group] = []
    total = 0.0
    for draft, urns in given_groups(problem, strand):
        placed = [problem.schools[urn] for urn in urns if problem.schools[urn].has_point]
        centre = None
        if placed:
            cost = dissimilarity_of(placed, problem, scenario)
            medoid = best_centre(cost)
            centre = placed[medoid].urn
            total += float(np.nansum(cost[:, medoid]))
        groups.append(_Group(urns, centre, strand.name or draft.label, draft.type, draft.unnamed, draft.number))
    return groups, StrandResult(strand=name, objective=total, method="as given")


def cost_as_given(name: str, strand: Strand, problem: Problem, scenario: Scenario) -> float:
    """Return what a strand costs as the letter has it, in metre-equivalents."""
    _, result = _as_given(name, strand, problem, scenario)
    return result.objective


def dissimilarity_of(schools: Sequence[School], problem: Problem, scenario: Scenario) -> NDArray[np.float64]:
    """Return what a plan minimises between schools that have points, shape (n, n), in metre-equivalents."""
    penalties = district_penalties(
        schools,
        problem.places.district_neighbours,
        penalty=scenario.district_penalty,
        neighbour_share=scenario.neighbour_share,
    )
    borders = authority_penalties(schools, scenario.authority_penalty)
    return np.asarray(distances_between(schools, problem.distances) + penalties + borders)


def _refuse_unfit_strands(
    scenario: Scenario, strands: Mapping[str, Collection[str]], placed: Mapping[str, Collection[str]]
) -> None:
    """Refuse strands that take no school, or fewer schools than partnerships."""
    findings = []
    for name, strand in scenario.ordered_strands():
        if strand.as_given:
            continue
        if not placed[name]:
            findings.append(_pointless(name, len(strands[name])) if strands[name] else _empty(name, strand))
        elif strand.partnerships[0] > len(placed[name]):
            findings.append(_too_many(name, strand, len(placed[name])))
    if findings:
        raise BadDataError(findings)


def _too_many(name: str, strand: Strand, schools: int) -> Finding:
    return Finding(
        code="scenario-too-many-partnerships",
        severity=Severity.ERROR,
        file="scenario",
        field=f"{strand_key(name)}.partnerships",
        message=f"{counted(strand.partnerships[0], 'partnership', 'is', 'are')} asked for, but there "
        f"{'is' if schools == 1 else 'are'} {count(schools, 'school')}.",
        fix="Ask for fewer.",
    )


def _no_plan(name: str, error: Infeasible, sources: Mapping[str, str]) -> NoPlanError:
    claim = "No plan keeps the rules" if error.proved else "No plan was found that keeps the rules (not proved)"
    keys = tuple(sources[rule] for rule in error.rules)
    sentence = f"{claim} of the strand '{name}': {error.sentence.rstrip('.')}.{remedies(error.rules, keys)}"
    return NoPlanError(sentence, error.rules, keys=keys, proved=error.proved)


def placeable(urns: Sequence[str], problem: Problem) -> tuple[str, ...]:
    """Return the schools that have a point and belong to the largest group that distances connect."""
    pointed = [urn for urn in urns if problem.schools[urn].has_point]
    if problem.distances is None:
        return tuple(pointed)
    reached = connected(distances_between([problem.schools[urn] for urn in pointed], problem.distances))
    return tuple(urn for urn, within in zip(pointed, reached, strict=True) if within)


def _left_out(urns: Sequence[str], placed: Collection[str], problem: Problem) -> list[Finding]:
    within = set(placed)
    schools = [problem.schools[urn] for urn in urns if urn not in within]
    return [_cut_off(school) if school.has_point else _no_point(school) for school in schools]


def _no_point(school: School) -> Finding:
    return Finding(
        code="school-not-placed",
        severity=Severity.WARNING,
        message=f"{school.name} ({school.urn}) has no point, so it cannot be clustered by distance.",
        fix="Give it a point or a postcode.",
    )


def _empty(name: str, strand: Strand) -> Finding:
    given = {key: value for key, value in strand.members.model_dump(mode="json").items() if value}
    wanted = "; ".join(f"{key}: {', '.join(map(str, value))}" for key, value in given.items() if value is not True)
    return Finding(
        code="scenario-empty-strand",
        severity=Severity.ERROR,
        file="scenario",
        field=f"{strand_key(name)}.members",
        message=f"no school meets its conditions ({wanted[:200] or 'none given'}).",
        fix="Change the conditions, or leave the strand out.",
    )


def _pointless(name: str, schools: int) -> Finding:
    return Finding(
        code="scenario-strand-without-points",
        severity=Severity.ERROR,
        file="scenario",
        field=f"{strand_key(name)}.members",
        message=f"{share(0, schools, 'school', 'has', 'have')} a point, so none can be clustered by distance.",
        fix="Give the schools points, or postcodes and the points of postcodes (geo-partnerships geocode).",
    )


def _cut_off(school: School) -> Finding:
    return Finding(
        code="school-cut-off",
        severity=Severity.WARNING,
        message=f"{school.name} ({school.urn}) cannot be reached from the other schools of its strand.",
        fix="Complete the matrix or the road network.",
    )


def _no_pupils(school: School) -> Finding:
    return Finding(
        code="school-without-pupils",
        severity=Severity.WARNING,
        message=f"{school.name} ({school.urn}) has no number of pupils; sizes by pupils count it as 0.",
        fix="Give its number of pupils.",
    )


def _numbered(scenario: Scenario, groups: Mapping[str, Sequence[_Group]]) -> tuple[Partnership, ...]:
    """Number the partnerships in the order of the strands; a plan wholly as given keeps the letter's numbers."""
    in_order = [(name, group) for name, _ in scenario.ordered_strands() for group in groups[name]]
    given = [group.draft_number for _, group in in_order]
    numbers = list(range(1, len(in_order) + 1))
    if None not in given and len(set(given)) == len(given):
        in_order.sort(key=lambda item: item[1].draft_number or 0)
        numbers = sorted(number for number in given if number is not None)
    return tuple(
        Partnership(
            number=number,
            name=group.name,
            type=group.type,
            strand=name,
            centre=group.centre,
            members=group.members,
            unnamed=group.unnamed,
            status=scenario.status,
        )
        for number, (name, group) in zip(numbers, in_order, strict=True)
    )


def memberships_of(problem: Problem, partnerships: Sequence[Partnership]) -> tuple[Membership, ...]:
    """Return the membership of each member of each partnership, with its distance to the centre school."""
    found = []
    for partnership in partnerships:
        centre = problem.schools[partnership.centre] if partnership.centre else None
        for urn in partnership.members:
            school = problem.schools[urn]
            distance = None
            if centre is not None and school.has_point:
                found_m = float(distances_between([school, centre], problem.distances)[0, 1])
                distance = found_m if np.isfinite(found_m) else None
            role = Role.CENTRE if urn == partnership.centre else Role.MEMBER
            found.append(
                Membership(
                    school=urn,
                    partnership=partnership.number,
                    strand=partnership.strand,
                    role=role,
                    distance_to_centre_m=distance,
                )
            )
    return tuple(found)


def digest_of(problem: Problem, scenario: Scenario) -> str:
    """Return SHA-256 over the digest of the inputs and the scenario, hexadecimal."""
    text = f"{problem.digest}\n{scenario.model_dump_json(exclude={'data'})}"
    return hashlib.sha256(text.encode()).hexdigest()
