"""What a strand's bound is about: its rules and its premises, told in terms of schools so that they can be compared."""

from __future__ import annotations

import hashlib
from itertools import combinations
from typing import TYPE_CHECKING

from geo_partnerships.certificate import Certificate
from geo_partnerships.clustering import Balance, CannotLink, Count, Guarantee, Leaders, MustLink, Pinned, Rule, Size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geo_partnerships.clustering import Clustering
    from geo_partnerships.model import Problem, School
    from geo_partnerships.scenarios.parameters import Scenario

AUTHORITIES = "each partnership within one authority"


def certificate_of(
    solved: Clustering, rules: Sequence[Rule], schools: Sequence[School], problem: Problem, scenario: Scenario
) -> Certificate:
    """Return what the solver proved of a strand.

    Parameters
    ----------
    schools
        The strand's schools; rules speak of their positions.
    """
    return Certificate(
        bound=solved.lower_bound,
        proven=solved.proven,
        rules=rule_lines(rules, schools, scenario),
        premises=premises_of(schools, problem, scenario),
        leaderless=sum(solved.fewest_leaderless) if solved.fewest_leaderless else None,
    )


def leaderless(clusters: Iterable[Iterable[int]], rules: Iterable[Rule]) -> int | None:
    """Return how many clusters have no leader; None where no preferred rule asks for one."""
    asked = [rule for rule in rules if isinstance(rule, Leaders) and not rule.binding]
    groups = [set(members) for members in clusters]
    return sum(group.isdisjoint(rule.items) for rule in asked for group in groups) if asked else None


def rule_lines(rules: Iterable[Rule], schools: Sequence[School], scenario: Scenario) -> tuple[str, ...]:
    """Return the rules of a strand as lines that are the same wherever the rule is the same, sorted.

    A rule on several schools gives a line for each school or pair that it binds on its own, so that more schools
    give more lines. A binding rule counts once however often it is laid down; a preferred one is paid as often.
    """
    urns = [school.urn for school in schools]
    binding = {AUTHORITIES} if scenario.within_authorities else set()
    preferred = []
    for rule in rules:
        kind = type(rule).__name__
        if rule.binding:
            binding |= {f"{kind} {line}" for line in _lines(rule, urns)}
        else:
            preferred += [f"preferred at {rule.weight!r}: {kind} {line}" for line in _lines(rule, urns)]
    return tuple(sorted([*binding, *preferred]))


def _lines(rule: Rule, urns: Sequence[str]) -> Iterator[str]:
    if isinstance(rule, MustLink | CannotLink):
        for pair in combinations(sorted({urns[item] for item in rule.items}), 2):
            yield " ".join(pair)
    elif isinstance(rule, Pinned):
        for item in rule.items:
            yield f"{rule.label!r} {rule.minimum} {rule.maximum} {urns[item]}"
    elif isinstance(rule, Guarantee):
        yield f"{urns[rule.item]} {' '.join(sorted({urns[item] for item in rule.named}))}"
    elif isinstance(rule, Leaders):
        yield " ".join(sorted(urns[item] for item in rule.items))
    elif isinstance(rule, Balance):
        yield f"{rule.minimum} {rule.maximum} {' '.join(sorted(urns[item] for item in rule.items))}"
    elif isinstance(rule, Count):
        yield f"{rule.minimum} {rule.maximum}"
    elif isinstance(rule, Size):
        yield f"{rule.minimum} {rule.maximum} {'schools' if rule.weights is None else 'pupils'}"
    else:
        raise TypeError(f"no certificate is known to be about a rule of the kind {type(rule).__name__}")


def premises_of(schools: Iterable[School], problem: Problem, scenario: Scenario) -> str:
    """Return SHA-256 over a strand's schools and all that their dissimilarities come from, hexadecimal."""
    mine = sorted(schools, key=lambda school: school.urn)
    districts = {school.district for school in mine}
    neighbours = {
        name: sorted(districts & problem.places.district_neighbours.get(name, frozenset()))
        for name in sorted(districts)
    }
    penalties = scenario.district_penalty, scenario.neighbour_share, scenario.authority_penalty
    rows = [(s.urn, s.easting, s.northing, s.district, s.borough, s.pupils) for s in mine]
    total = hashlib.sha256(repr((penalties, neighbours, rows)).encode())
    if problem.distances is not None:
        total.update(problem.distances.among([school.urn for school in mine]).tobytes())
    return total.hexdigest()
