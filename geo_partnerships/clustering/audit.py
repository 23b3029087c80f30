"""A last look at an answer in plain arithmetic that shares nothing with what gave it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from geo_partnerships.clustering.rules import Answer
from geo_partnerships.clustering.space import PointCost
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_partnerships.clustering.problem import Clustering, ClusterProblem

__all__ = ["UnsoundAnswer", "audit"]

_EXACT = 1e-9
"""Share of a number that adding up in another order may change."""

_SHOWN = 5


class UnsoundAnswer(RuntimeError):  # noqa: N818 - it names what was found, an answer that must not be given
    """An answer was found that is not what it says; a fault of the program, and never of the input."""

    def __init__(self, faults: Sequence[str]) -> None:
        shown = "; ".join(faults[:_SHOWN])
        super().__init__(f"the answer does not stand a check by plain arithmetic (please report this): {shown}")


def audit(problem: ClusterProblem, answer: Clustering) -> None:
    """Raise unless an answer is what it says.

    Every rule counts again by how many units it is broken, in its own plain arithmetic.

    Raises
    ------
    UnsoundAnswer
        If an item is not where it must be, a binding rule is broken, or objective and bound do not agree.
    """
    given = Answer(problem.rules, answer.medoids, answer.members, _homes(problem.n, answer.members))
    faults = list(_misplaced(answer, given.homes))
    if not faults:
        broken = [rule.recount(given) for rule in problem.rules]
        faults = [*_broken(problem, answer, broken), *_misjudged(problem, answer, broken)]
    if faults:
        raise UnsoundAnswer(faults)


def _homes(n: int, members: Sequence[Sequence[int]]) -> list[set[int]]:
    homes: list[set[int]] = [set() for _ in range(n)]
    for position, items in enumerate(members):
        for item in items:
            homes[item].add(position)
    return homes


def _misplaced(answer: Clustering, homes: Sequence[set[int]]) -> Iterator[str]:
    """Say which items are not in one cluster, and which medoids are not inside."""
    if len(answer.medoids) != len(answer.members) or list(answer.medoids) != sorted(set(answer.medoids)):
        yield "the medoids are not different ones, one a cluster"
        return
    for medoid, items in zip(answer.medoids, answer.members, strict=True):
        if medoid not in items or list(items) != sorted(set(items)):
            yield f"the cluster of medoid {medoid} is not a set of items that holds it"
    for item, (places, label) in enumerate(zip(homes, answer.labels.tolist(), strict=True)):
        if len(places) != 1:
            yield f"item {item} is in {count(len(places), 'cluster')}"
        elif places != {label}:
            yield f"item {item} is labelled {label}, not {min(places)}"


def _broken(problem: ClusterProblem, answer: Clustering, broken: Sequence[float]) -> Iterator[str]:
    """Say which binding rules are broken, and which preferred ones by more or less than is stated."""
    stated: dict[str, float] = {}
    for violation in answer.violations:
        stated[violation.rule] = stated.get(violation.rule, 0.0) + violation.amount
    found = {rule.words: 0.0 for rule in problem.rules if not rule.binding}
    for rule, units in zip(problem.rules, broken, strict=True):
        if rule.binding and units:
            yield f"{rule.words}: this binding rule is broken"
        elif not rule.binding:
            found[rule.words] += units
    for words in sorted(stated.keys() | found.keys()):
        if not math.isclose(stated.get(words, 0.0), found.get(words, 0.0), rel_tol=_EXACT):
            yield f"{words}: broken by {found.get(words, 0.0):g}, not {stated.get(words, 0.0):g}"


def _misjudged(problem: ClusterProblem, answer: Clustering, broken: Sequence[float]) -> Iterator[str]:
    """Say where objective, bound and gap do not agree with the clusters or with each other."""
    priced = [(rule, units) for rule, units in zip(problem.rules, broken, strict=True) if not rule.binding]
    prices = [units * rule.weight for rule, units in priced if not rule.goes_first()]
    objective = _service(problem, answer) + math.fsum(prices)
    if not math.isclose(objective, answer.objective, rel_tol=_EXACT, abs_tol=0.0):
        yield f"the clusters cost {objective:g}, not {answer.objective:g}"
    if not 0 <= answer.lower_bound <= answer.objective * (1 + _EXACT):
        yield f"the lower bound {answer.lower_bound:g} is not between 0 and the objective {answer.objective:g}"
    first = [units for rule, units in priced if rule.goes_first()]
    gap = _gap(answer, first)
    if not math.isclose(gap, answer.gap, rel_tol=_EXACT, abs_tol=_EXACT):
        yield f"the gap is {gap:g}, not {answer.gap:g}"
    if answer.proven and gap > _EXACT:
        yield f"called proven with a gap of {gap:g}"


def _gap(answer: Clustering, first: Sequence[float]) -> float:
    """Work out the gap; infinite where rules that come first might be broken less."""
    if any(units > fewest for units, fewest in zip(first, answer.fewest_leaderless, strict=True)):
        return math.inf
    return (answer.objective - answer.lower_bound) / answer.objective if answer.objective > 0 else 0.0


def _service(problem: ClusterProblem, answer: Clustering) -> float:
    """Add up the cost of every item under its medoids."""
    pairs = [(item, medoid) for medoid, items in zip(answer.medoids, answer.members, strict=True) for item in items]
    if isinstance(problem.cost, PointCost):
        points = problem.cost.points.tolist()
        return math.fsum(math.dist(points[item], points[medoid]) for item, medoid in pairs)
    return math.fsum(float(problem.cost[item, medoid]) for item, medoid in pairs)
