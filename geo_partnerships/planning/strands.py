"""Which schools a strand takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from geo_partnerships.letter import DraftPartnership
    from geo_partnerships.model import Problem, School
    from geo_partnerships.scenarios.parameters import Members, Scenario, Strand
from typing import TYPE_CHECKING

from geo_partnerships.errors import NoPlanError
from geo_partnerships.planning.distances import connected, distances_between
from geo_partnerships.planning.words import school_names
from geo_partnerships.scenarios.parameters import Members, Scenario, Strand, Strength

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geo_partnerships.letter import DraftPartnership
    from geo_partnerships.model import Problem, School

    Progress = Callable[[str], None]


def draft_partnerships(problem: Problem, strand: Strand) -> tuple[DraftPartnership, ...]:
    """Return the letter's partnerships that the strand names, in the order of their numbers."""
    if problem.letter is None:
        return ()
    return tuple(p for p in problem.letter.partnerships if p.number in strand.members.letter)


def given_groups(problem: Problem, scenario: Scenario, name: str) -> list[tuple[DraftPartnership, tuple[str, ...]]]:
    """Return the letter's partnerships that a strand takes as given, each with the keys of its schools, sorted.

    A school that is added joins the one that a pin holds it to.
    """
    strand = dict(scenario.ordered_strands())[name]
    without = {*strand.members.without, *left_out_of(scenario, name)}
    groups = [(draft, set(draft.schools) - without) for draft in draft_partnerships(problem, strand)]
    labels: dict[str, set[str]] = {}
    for pin in scenario.pinned:
        labels.setdefault(pin.partnership, set()).update(pin.schools)
    for urn in added_to(scenario, name):
        mates = set().union(*(schools for schools in labels.values() if urn in schools)) - {urn}
        joined = next((group for _, group in groups if mates & group), None)
        if joined is not None:
            joined.add(urn)
    return [(draft, tuple(sorted(group))) for draft, group in groups]


def added_to(scenario: Scenario, name: str) -> tuple[str, ...]:
    """Return the schools that a strand takes whatever its conditions are, sorted."""
    return tuple(sorted({urn for item in scenario.added if item.strand == name for urn in item.schools}))


def left_out_of(scenario: Scenario, name: str) -> frozenset[str]:
    """Return the schools that a strand does not take whatever its conditions are."""
    return frozenset(urn for item in scenario.left_out if item.strand in {"", name} for urn in item.schools)


def strand_schools(problem: Problem, scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Return the keys of each strand's schools, sorted.

    A school that answered the survey and would be in no strand joins the first one that takes such schools
    (R02). Where the scenario allows it, a guarantee that no strand could keep is made possible by second
    memberships in the area strand (R27).
    """
    taken = {name: set(_selected(problem, strand.members)) for name, strand in scenario.ordered_strands()}
    named_by = problem.survey.named_by()
    for name, strand in scenario.ordered_strands():
        if strand.members.respondents:
            placed = set().union(*taken.values())
            taken[name] |= {urn for urn in named_by if urn not in placed and urn in problem.schools}
    for name, urns in taken.items():
        taken[name] = (urns - left_out_of(scenario, name)) | set(added_to(scenario, name))
    if scenario.guarantee.second_membership:
        taken["area"] |= _second_memberships(taken, named_by)
    return {name: tuple(sorted(urns)) for name, urns in taken.items()}


def _selected(problem: Problem, members: Members) -> list[str]:
    listed = _listed(problem, members)
    return [
        urn
        for urn, school in problem.schools.items()
        if (listed is None or urn in listed) and urn not in members.without and _meets(school, members)
    ]


def _listed(problem: Problem, members: Members) -> set[str] | None:
    if not members.letter and not members.schools:
        return None
    partnerships = problem.letter.partnerships if problem.letter else ()
    named = {urn for p in partnerships if p.number in members.letter for urn in p.schools}
    return named | set(members.schools)


def _meets(school: School, members: Members) -> bool:
    return (
        (not members.boroughs or school.borough in members.boroughs)
        and (not members.sectors or school.sector in members.sectors)
        and (not members.phases or school.phase in members.phases)
    )


def _second_memberships(taken: dict[str, set[str]], named_by: dict[str, tuple[str, ...]]) -> set[str]:
    """Return who joins the area strand as well, so that every guarantee can hold somewhere.

    Where a school and those it named share no strand, the school joins if the area strand has one of them;
    else the first that it named and that is in the plan joins, too.
    """
    placed = set().union(*taken.values())
    area = set(taken["area"])
    for urn, named in sorted(named_by.items()):
        partners = [other for other in named if other in placed]
        apart = not any(urn in urns and urns & set(named) for urns in (*taken.values(), area))
        if urn in placed and partners and apart:
            area.add(urn)
            if not area & set(partners):
                area.add(partners[0])
    return area - taken["area"]


SINGLE = (1, 1)


SHOWN_AT_MOST = 5


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
    exempt = scenario.exempt("guarantee")
    for urn, named in problem.survey.named_by().items():
        mine = [name for name, urns in strands.items() if urn in urns]
        if not named or urn in exempt or any(urn in group and group & set(named) for group in fixed):
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
            groups += [set(members) for _, members in given_groups(problem, scenario, name)]
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
    they, them = ("it", "it") if len(urns) == 1 else ("they", "them")
    return NoPlanError(
        f"The guarantee is binding but cannot be met for {count(len(urns), 'school')}, since nobody {they} named is "
        f"in a strand with {them}: {shown}. Add a school {they} named to the scenario, or try "
        f"--set guarantee.strength=preferred{second}.",
        rules=(f"guarantee: {named[0]}",),  # each is impossible for itself
        keys=(f"guarantee.{min(urns)}",),
    )


def placeable(urns: Sequence[str], problem: Problem) -> tuple[str, ...]:
    """Return the schools that have a point and belong to the largest group that distances connect."""
    pointed = [urn for urn in urns if problem.schools[urn].has_point]
    if problem.distances is None:
        return tuple(pointed)
    reached = connected(distances_between([problem.schools[urn] for urn in pointed], problem.distances))
    return tuple(urn for urn, within in zip(pointed, reached, strict=True) if within)
