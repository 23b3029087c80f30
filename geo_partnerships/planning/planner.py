"""From a problem and a scenario to a plan: strand by strand, then numbers and names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_partnerships.checking.rules import ROWS
from geo_partnerships.clustering import ClusterProblem, Infeasible, Stopped
from geo_partnerships.clustering.problem import MATRIX_ITEMS, WITH_PLANS
from geo_partnerships.errors import NoPlanError
from geo_partnerships.planning.assemble import (
    Group,
    digest_of,
    in_order,
    left_out,
    memberships_of,
    names_of,
    no_pupils,
    numbered,
)
from geo_partnerships.planning.certificates import certificate_of, premise_of
from geo_partnerships.planning.dissimilarity import best_centre, dissimilarity_of
from geo_partnerships.planning.goals import Held, solved_in_order
from geo_partnerships.planning.impossible import (
    refuse_impossible,
    refuse_unfit_strands,
    refuse_unknown_names,
)
from geo_partnerships.planning.known import as_saved, with_known
from geo_partnerships.planning.moving import BY_HAND
from geo_partnerships.planning.rules import BUILDERS, broken_rules, keyed_rules
from geo_partnerships.planning.rules.base import remedies
from geo_partnerships.planning.solving import refuse_few_changes, solved_by
from geo_partnerships.planning.strands import given_groups, owed_in, placeable, strand_schools
from geo_partnerships.planning.words import NAMES_SHOWN
from geo_partnerships.plans import Plan, StrandResult
from geo_partnerships.scenarios.parameters import Members, Scenario, SizeBy, Strand
from geo_partnerships.sentences import count, first_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.certificate import GoalReached
    from geo_partnerships.clustering import Clustering, Rule
    from geo_partnerships.clustering import Progress as Standing
    from geo_partnerships.findings import Finding
    from geo_partnerships.model import Problem, School

    Progress = Callable[[str], None]


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
    if not scenario.as_saved:
        return with_known(_planned(problem, scenario, progress, so_far))
    try:
        made = with_known(_planned(problem, scenario, progress, so_far))
    except NoPlanError:  # what was saved may break a rule that was decided after it was planned
        made = _not_planned(problem, scenario)
    return as_saved(made)


def _planned(problem: Problem, scenario: Scenario, progress: Progress | None, so_far: Progress | None) -> Plan:
    strands = strand_schools(problem, scenario)
    placed = prepared(problem, scenario)
    owed = owed_in(problem, scenario, placed)
    groups: dict[str, list[Group]] = {}
    results: list[StrandResult] = []
    planned = [problem.schools[urn] for urn in sorted({urn for urns in placed.values() for urn in urns})]
    findings = [one for builder in BUILDERS.values() for one in builder.unpriced(problem, scenario, planned)]
    for name, strand in scenario.ordered_strands():
        if progress:
            progress(f"{name}: {count(len(strands[name]), 'school')}")
        told = None if so_far is None else _told(name, so_far)
        groups[name], result, noticed = _solve_strand(name, strand, problem, scenario, placed[name], owed[name], told)
        findings += [*left_out(strands[name], placed[name], problem), *noticed]
        if result is not None:
            results.append(result)
    return _assembled(problem, scenario, groups, results, findings)


def _not_planned(problem: Problem, scenario: Scenario) -> Plan:
    """Return a plan without partnerships but those taken as given, of which nothing is proved."""
    groups: dict[str, list[Group]] = {name: [] for name, _ in scenario.ordered_strands()}
    results = []
    for name, strand in scenario.ordered_strands():
        result = StrandResult(strand=name, objective=0.0, method=BY_HAND)
        if strand.as_given:
            groups[name], result = _as_given(name, strand, problem, scenario)
        results.append(result)
    return _assembled(problem, scenario, groups, results, [])


def _assembled(
    problem: Problem,
    scenario: Scenario,
    groups: Mapping[str, Sequence[Group]],
    results: Sequence[StrandResult],
    findings: Sequence[Finding],
) -> Plan:
    partnerships = numbered(scenario, groups)
    return Plan(
        problem=problem,
        scenario=scenario,
        partnerships=partnerships,
        memberships=memberships_of(problem, partnerships),
        strands=tuple(results),
        findings=tuple(findings),
        digest=digest_of(problem, scenario),
    )


def prepared(problem: Problem, scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Refuse what cannot be planned, before anything is solved.

    Returns
    -------
    dict
        The keys of the schools that can be placed, by strand.

    Raises
    ------
    BadDataError
        The scenario speaks of schools that are not there, a strand has no school with a point, or more partnerships
        are asked for than there are schools.
    NoPlanError
        A rule that no partnership could keep.
    """
    refuse_unknown_names(problem, scenario)
    strands = strand_schools(problem, scenario)
    placed = {
        name: strands[name] if strand.as_given else placeable(strands[name], problem)
        for name, strand in scenario.ordered_strands()
    }
    refuse_unfit_strands(scenario, strands, placed)
    refuse_impossible(problem, scenario, placed)
    return placed


_UNDECIDED: dict[str, Any] = {"added": (), "left_out": (), "partnership": (), "as_saved": False}
"""Parameters by which nothing is decided of schools and partnerships."""


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
    off = {key: value for row in ROWS.values() for key, value in row.off.items()}
    draft = scenario.model_copy(update={**off, "strands": given, "area": area, "order": (), **_UNDECIDED})
    return plan(problem, draft)


def _solve_strand(
    name: str,
    strand: Strand,
    problem: Problem,
    scenario: Scenario,
    urns: Sequence[str],
    owed: Mapping[str, tuple[str, ...]],
    told: Callable[[Standing], None] | None,
) -> tuple[list[Group], StrandResult | None, list[Finding]]:
    if strand.as_given:
        found, result = _as_given(name, strand, problem, scenario)
        return found, result, []
    placed = [problem.schools[urn] for urn in urns]
    findings = []
    if strand.size_by is SizeBy.PUPILS:
        findings = [no_pupils(school) for school in placed if school.pupils is None]
    keyed = keyed_rules(name, problem, scenario, placed, owed)
    rules = tuple(rule for _, rule in keyed)
    goals: tuple[GoalReached, ...] = ()
    held = Held()
    try:
        if _is_by_points(problem, scenario, rules, len(placed)):
            points = [(school.easting or 0.0, school.northing or 0.0) for school in placed]
            asked = ClusterProblem.from_points(points, rules)
        else:
            asked = ClusterProblem(np.nan_to_num(dissimilarity_of(placed, problem, scenario)), rules)
        refuse_few_changes(asked, keyed, scenario)
        if name == "area" and scenario.goals_asked:
            solved, goals, held = solved_in_order(asked, placed, problem, scenario, told)
        else:
            solved = solved_by(asked, scenario, told)
    except Infeasible as error:
        raise _no_plan(name, error, {rule.words: key for key, rule in keyed}, placed) from None
    except Stopped:
        message = f"No plan of the strand '{name}' was found with the work and time that it has (not proved)."
        raise NoPlanError(message, proved=False) from None
    members = [[placed[i] for i in group] for group in solved.members]
    centres = [placed[i] for i in solved.medoids]
    groups = [
        Group(tuple(school.urn for school in group), centre.urn, label, strand.type)
        for group, centre, label in zip(members, centres, names_of(strand, members, centres, problem), strict=True)
    ]
    result = StrandResult(
        strand=name,
        objective=solved.objective,
        method=solved.method,
        certificate=certificate_of(solved, rules, placed, problem, scenario, held),
        goals=goals,
        repeatable=solved.repeatable,
        broken=broken_rules(solved.violations, rules),
    )
    return in_order(groups, name, strand, problem), result, findings


def _is_by_points(problem: Problem, scenario: Scenario, rules: Collection[Rule], schools: int) -> bool:
    """Say whether points alone tell what a plan minimises, and there are too many for a matrix."""
    plain = problem.distances is None and not premise_of(scenario) and scenario.method != "exact"
    return plain and schools > MATRIX_ITEMS and not any(rule.needs_matrix() for rule in rules)


def _told(name: str, so_far: Progress) -> Callable[[Standing], None]:
    """Put into words where the solver stands, once it has a plan that keeps the rules."""

    def tell(standing: Standing) -> None:
        objective, bound = standing.objective, standing.lower_bound
        if standing.phase in WITH_PLANS and math.isfinite(objective) and 0 <= bound <= objective:
            gap = 100 * (1 - bound / objective) if objective else 0.0
            so_far(f"{name}: a plan of {objective:,.0f} m, at most {gap:.1f} % from the best")

    return tell


def clustered(
    cost: NDArray[np.float64],
    rules: tuple[Rule, ...],
    scenario: Scenario,
    told: Callable[[Standing], None] | None = None,
) -> Clustering:
    """Cluster a strand's schools; a rule bars pairs without a distance."""
    return solved_by(ClusterProblem(np.nan_to_num(cost), rules), scenario, told)


def _as_given(name: str, strand: Strand, problem: Problem, scenario: Scenario) -> tuple[list[Group], StrandResult]:
    groups: list[Group] = []
    total = 0.0
    for draft, urns in given_groups(problem, scenario, name):
        placed = [problem.schools[urn] for urn in urns if problem.schools[urn].has_point]
        centre = None
        if placed:
            cost = dissimilarity_of(placed, problem, scenario)
            medoid = best_centre(cost)
            centre = placed[medoid].urn
            total += float(np.nansum(cost[:, medoid]))
        groups.append(Group(urns, centre, strand.name or draft.label, draft.type, draft.unnamed, draft.number))
    return groups, StrandResult(strand=name, objective=total, method="as given")


def cost_as_given(name: str, strand: Strand, problem: Problem, scenario: Scenario) -> float:
    """Return what a strand costs as the letter has it, in metre-equivalents."""
    _, result = _as_given(name, strand, problem, scenario)
    return result.objective


def _no_plan(name: str, error: Infeasible, sources: Mapping[str, str], schools: Sequence[School]) -> NoPlanError:
    claim = "No plan keeps the rules" if error.proved else "No plan was found that keeps the rules (not proved)"
    keys = tuple(sources[rule] for rule in error.rules)
    placeless = first_of([schools[item].name for item in error.items], NAMES_SHOWN)
    why = error.sentence.rstrip(".") + (f": {placeless}" if placeless else "")
    sentence = f"{claim} of the strand '{name}': {why}.{remedies(error.rules, keys)}"
    return NoPlanError(sentence, error.rules, keys=keys, proved=error.proved)
