"""What a strand's bound is about: its rules and its premises, told in terms of schools so that they can be compared."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from geo_partnerships.certificate import Certificate
from geo_partnerships.clustering import Leaders, Rule
from geo_partnerships.planning.rules import BUILDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo_partnerships.clustering import Clustering
    from geo_partnerships.model import Problem, School
    from geo_partnerships.planning.goals import Held
    from geo_partnerships.scenarios.parameters import Scenario


def certificate_of(
    solved: Clustering,
    rules: Sequence[Rule],
    schools: Sequence[School],
    problem: Problem,
    scenario: Scenario,
    held: Held,
) -> Certificate:
    """Return what the solver proved of a strand.

    Parameters
    ----------
    schools
        The strand's schools; rules speak of their positions.
    held
        What goals that were reached ask of every plan.
    """
    return Certificate(
        bound=solved.lower_bound,
        proven=solved.proven,
        rules=rule_lines(rules, schools),
        premises=premises_of(schools, problem, scenario),
        leaderless=sum(solved.fewest_leaderless) if solved.fewest_leaderless else held.leaderless,
        within_m=held.within_m,
        not_granted=held.not_granted,
    )


def leaderless(clusters: Iterable[Iterable[int]], rules: Iterable[Rule]) -> int | None:
    """Return how many clusters have no leader; None where no preferred rule asks for one."""
    asked = [rule for rule in rules if isinstance(rule, Leaders) and not rule.binding]
    groups = [set(members) for members in clusters]
    return sum(group.isdisjoint(rule.items) for rule in asked for group in groups) if asked else None


def rule_lines(rules: Iterable[Rule], schools: Sequence[School]) -> tuple[str, ...]:
    """Return the rules of a strand as lines that are the same wherever the rule is the same, sorted.

    A rule on several schools gives a line for each school or pair that it binds on its own, so that more schools
    give more lines. A binding rule counts once however often it is laid down; a preferred one is paid as often.
    """
    urns = [school.urn for school in schools]
    binding = set()
    preferred = []
    for rule in rules:
        kind = type(rule).__name__
        if rule.binding:
            binding |= {f"{kind} {line}" for line in rule.statements(urns)}
        else:
            preferred += [f"preferred at {rule.weight!r}: {kind} {line}" for line in rule.statements(urns)]
    return tuple(sorted([*binding, *preferred]))


def premises_of(schools: Iterable[School], problem: Problem, scenario: Scenario) -> str:
    """Return SHA-256 over a strand's schools and all that their dissimilarities come from, hexadecimal."""
    mine = sorted(schools, key=lambda school: school.urn)
    districts = {school.district for school in mine}
    neighbours = {
        name: sorted(districts & problem.places.district_neighbours.get(name, frozenset()))
        for name in sorted(districts)
    }
    penalties = premise_of(scenario)
    rows = [(s.urn, s.easting, s.northing, s.district, s.borough, s.pupils) for s in mine]
    total = hashlib.sha256(repr((penalties, neighbours, rows)).encode())
    if problem.distances is not None:
        total.update(problem.distances.among([school.urn for school in mine]).tobytes())
    return total.hexdigest()


def premise_of(scenario: Scenario) -> tuple[float, ...]:
    """Return the parameters of a scenario that are added to distances."""
    return tuple(value for builder in BUILDERS.values() for value in builder.premise(scenario))
