"""What a set of clusters costs and which rules it breaks, worked out from the members alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from geo_partnerships.clustering.compiled import district_penalty
from geo_partnerships.clustering.problem import Violation
from geo_partnerships.clustering.rules import (
    Balance,
    CannotLink,
    Count,
    Districts,
    Guarantee,
    Leaders,
    MustLink,
    Pinned,
    SecondMembership,
    Size,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.problem import ClusterProblem
    from geo_partnerships.clustering.rules import Rule

_Members = Sequence[Sequence[int]]
_Medoids = Sequence[int]

__all__ = ["Evaluation", "best_medoids", "district_components", "evaluate", "own_bounds"]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Medoids, members, cost and broken rules of a set of clusters.

    Attributes
    ----------
    broken
        Binding rules that are not kept.
    missing
        For each preferred `Leaders` rule, the number of clusters without a leader.
    """

    medoids: tuple[int, ...]
    members: tuple[tuple[int, ...], ...]
    labels: NDArray[np.int64]
    objective: float
    violations: tuple[Violation, ...]
    broken: tuple[Rule, ...]
    missing: tuple[int, ...]


def evaluate(compiled: Compiled, clusters: Iterable[Iterable[int]]) -> Evaluation:
    """Judge `clusters`, given as the items of each; the medoids are chosen here."""
    problem = compiled.problem
    members = [tuple(sorted(items)) for items in clusters]
    medoids = best_medoids(compiled.cost, members)
    order = np.argsort(medoids)
    members = [members[where] for where in order]
    medoids = [medoids[where] for where in order]
    service = sum(
        float(problem.cost[list(items), medoid].sum()) for items, medoid in zip(members, medoids, strict=True)
    )
    violations, broken, missing = [], [], []
    for rule in problem.rules:
        amount = violation_amount(problem, rule, members, medoids)
        if isinstance(rule, Leaders) and not rule.binding:
            missing.append(int(amount))
        if amount <= 0:
            continue
        if rule.binding and not (isinstance(rule, Districts) and not rule.strict):
            broken.append(rule)
        else:
            cost = 0.0 if isinstance(rule, Leaders) else amount * rule.weight
            violations.append(Violation(rule.words, amount, cost))
    labels = np.full(problem.n, -1, dtype=np.int64)
    for position in range(len(members) - 1, -1, -1):
        labels[list(members[position])] = position
    return Evaluation(
        medoids=tuple(medoids),
        members=tuple(members),
        labels=labels,
        objective=service + sum(violation.cost for violation in violations),
        violations=tuple(violations),
        broken=tuple(broken),
        missing=tuple(missing),
    )


def best_medoids(cost: NDArray[np.float64], members: _Members) -> list[int]:
    """Choose the medoid of each cluster: the member of least total cost, the lowest on ties.

    Where clusters overlap no item is the medoid of two: the cheapest choice of different ones is taken.
    """
    medoids = []
    for items in members:
        inner = np.asarray(list(items))
        medoids.append(int(inner[cost[np.ix_(inner, inner)].sum(axis=0).argmin()]))
    if len(set(medoids)) == len(medoids):
        return medoids
    union = sorted(set(itertools.chain(*members)))
    place = {item: where for where, item in enumerate(union)}
    price = np.full((len(members), len(union)), np.inf)
    for row, items in enumerate(members):
        inner = np.asarray(list(items))
        price[row, [place[item] for item in items]] = cost[np.ix_(inner, inner)].sum(axis=0)
    limit = float(price[np.isfinite(price)].max(initial=0.0)) * (len(members) + 1) + 1
    _, columns = linear_sum_assignment(np.where(np.isfinite(price), price, limit))
    return [union[column] for column in columns]


def violation_amount(
    problem: ClusterProblem,
    rule: Rule,
    members: _Members,
    medoids: _Medoids,
) -> float:
    """How far `rule` is broken, in its own units; 0 when it is kept."""
    return _AMOUNTS[type(rule)](problem, rule, members, medoids)


def _homes(problem: ClusterProblem, members: _Members) -> list[set[int]]:
    """Clusters of each item."""
    homes: list[set[int]] = [set() for _ in range(problem.n)]
    for position, items in enumerate(members):
        for item in items:
            homes[item].add(position)
    return homes


def _count_amount(_problem: ClusterProblem, rule: Count, members: _Members, _medoids: _Medoids) -> float:
    return float(max(rule.minimum - len(members), len(members) - rule.maximum, 0))


def _must_link_amount(problem: ClusterProblem, rule: MustLink, members: _Members, _medoids: _Medoids) -> float:
    homes, doubled = _homes(problem, members), _doubled(problem)
    return float(sum(not _together(homes, doubled, a, b) for a, b in itertools.combinations(rule.items, 2)))


def _cannot_link_amount(problem: ClusterProblem, rule: CannotLink, members: _Members, _medoids: _Medoids) -> float:
    homes = _homes(problem, members)
    return float(sum(bool(homes[a] & homes[b]) for a, b in itertools.combinations(rule.items, 2)))


def _guarantee_amount(_problem: ClusterProblem, rule: Guarantee, members: _Members, _medoids: _Medoids) -> float:
    named = set(rule.named) - {rule.item}
    return float(not any(rule.item in items and named & set(items) for items in members))


def _leaders_amount(_problem: ClusterProblem, rule: Leaders, members: _Members, _medoids: _Medoids) -> float:
    return float(sum(not set(rule.items) & set(items) for items in members))


def _balance_amount(problem: ClusterProblem, rule: Balance, members: _Members, _medoids: _Medoids) -> float:
    counts = [len(set(rule.items) & set(items)) for items in members]
    maximum = problem.n if rule.maximum is None else rule.maximum
    return float(sum(max(rule.minimum - count, count - maximum, 0) for count in counts))


def _second_amount(_problem: ClusterProblem, rule: SecondMembership, members: _Members, _medoids: _Medoids) -> float:
    return float(2 - sum(rule.item in items for items in members))


def _doubled(problem: ClusterProblem) -> set[int]:
    return {rule.item for rule in problem.rules if isinstance(rule, SecondMembership)}


def _together(homes: Sequence[set[int]], doubled: set[int], a: int, b: int) -> bool:
    if a in doubled and b not in doubled:
        a, b = b, a
    if (a in doubled) == (b in doubled):
        return homes[a] == homes[b]
    return homes[a] <= homes[b]


def _size_amount(problem: ClusterProblem, rule: Size, members: _Members, _medoids: _Medoids) -> float:
    own = own_bounds(problem, members) if rule.weights is None else {}
    return sum(
        _excess(_load(problem, rule, items), own.get(position, (rule.minimum, rule.maximum)), rule)
        for position, items in enumerate(members)
    )


def _load(problem: ClusterProblem, rule: Size, items: Sequence[int]) -> float:
    weights = np.ones(problem.n) if rule.weights is None else np.asarray(rule.weights)
    return float(weights[list(items)].sum())


def _excess(load: float, own: tuple[float | None, float | None], rule: Size | None = None) -> float:
    """How far a load is outside its own bounds, or outside those of `rule` where it has none."""
    low, high = own
    minimum = (rule.minimum if rule else 0.0) if low is None else low
    maximum = (rule.maximum if rule else load) if high is None else high
    excess = max(minimum - load, load - maximum)
    return excess if excess > 1e-9 * max(1.0, load) else 0.0


def _pinned_places(problem: ClusterProblem, members: _Members) -> dict[int | str, int]:
    """Find the cluster of each pinned label: the choice of different clusters that breaks least.

    A label that is only preferred may have none, as if all its items were elsewhere.
    """
    rules = [rule for rule in problem.rules if isinstance(rule, Pinned)]
    sizes = [rule for rule in problem.rules if isinstance(rule, Size) and rule.weights is None]
    labels = list(dict.fromkeys(rule.label for rule in rules))
    far = 1e9 * (1.0 + float(problem.cost.max()) + max((rule.weight for rule in problem.rules), default=0.0))
    optional = sum(not any(rule.binding for rule in rules if rule.label == label) for label in labels)
    price = np.zeros((len(labels), len(members) + optional))
    for row, label in enumerate(labels):
        pins = [rule for rule in rules if rule.label == label]
        nowhere = sum(len(rule.items) * (far if rule.binding else rule.weight) for rule in pins)
        price[row, len(members) :] = nowhere + far * any(rule.binding for rule in pins)
        own = _tightest(pins)
        for position, items in enumerate(members):
            for rule in pins:
                missed = len(rule.items) - len(set(rule.items) & set(items))
                outside = 0.0 if sizes else _excess(len(items), (rule.minimum, rule.maximum))
                price[row, position] += (missed + outside) * (far if rule.binding else rule.weight)
            for size in sizes:
                change = _excess(len(items), own, size) - _excess(len(items), (None, None), size)
                price[row, position] += change * (far if size.binding else size.weight)
    chosen, places = linear_sum_assignment(price)
    return {labels[row]: int(place) for row, place in zip(chosen, places, strict=True) if place < len(members)}


def _tightest(pins: Iterable[Pinned]) -> tuple[float | None, float | None]:
    lows = [rule.minimum for rule in pins if rule.minimum is not None]
    highs = [rule.maximum for rule in pins if rule.maximum is not None]
    return max(lows, default=None), min(highs, default=None)


def own_bounds(problem: ClusterProblem, members: _Members) -> dict[int, tuple[float | None, float | None]]:
    """Bounds of their own that pinned clusters have, by cluster."""
    rules = [rule for rule in problem.rules if isinstance(rule, Pinned)]
    if all(rule.minimum is None and rule.maximum is None for rule in rules):
        return {}
    return {
        place: _tightest([rule for rule in rules if rule.label == label])
        for label, place in _pinned_places(problem, members).items()
    }


def _pinned_amount(problem: ClusterProblem, rule: Pinned, members: _Members, _medoids: _Medoids) -> float:
    """Items that are elsewhere, and what a cluster is outside its own bounds where no size rule says it."""
    place = _pinned_places(problem, members).get(rule.label)
    if place is None:
        return float(len(rule.items))
    missed = len(rule.items) - len(set(rule.items) & set(members[place]))
    if any(isinstance(other, Size) and other.weights is None for other in problem.rules):
        return float(missed)
    return missed + _excess(len(members[place]), (rule.minimum, rule.maximum))


def _district_amount(problem: ClusterProblem, rule: Districts, members: _Members, medoids: _Medoids) -> float:
    if not rule.strict:
        unit = district_penalty(Districts(rule.labels, rule.neighbours, strict=False, weight=1.0))
        return float(sum(unit[list(items), m].sum() for items, m in zip(members, medoids, strict=True)))
    doubled = _doubled(problem)
    amount = sum(
        not any({item, fellow} <= set(items) for items in members)
        for item in sorted(doubled)
        for fellow in _first_fellow(rule, item, doubled)
    )
    for items in members:
        inner = {item for item in items if item not in doubled}
        districts = {rule.labels[item] for item in inner}
        amount += len(district_components(rule, districts)) - 1 if districts else 0
        amount += sum(
            any(rule.labels[i] == district and i not in inner and i not in doubled for i in range(problem.n))
            for district in districts
        )
    return float(amount)


def _first_fellow(rule: Districts, item: int, doubled: set[int]) -> list[int]:
    """Find the first item with one membership in the district of `item`, if there is one."""
    label = rule.labels[item]
    fellows = (i for i, other in enumerate(rule.labels) if other == label and i not in doubled)
    return list(itertools.islice(fellows, 1))


def district_components(rule: Districts, districts: Iterable[int]) -> list[set[int]]:
    """Find the connected components of `districts` under the rule's neighbourhood, by lowest district."""
    links: dict[int, set[int]] = {}
    for a, b in rule.neighbours:
        links.setdefault(a, set()).add(b)
        links.setdefault(b, set()).add(a)
    left, components = set(districts), []
    while left:
        reached, front = set(), {min(left)}
        while front:
            reached |= front
            left -= front
            front = {other for district in front for other in links.get(district, ())} & left
        components.append(reached)
    return components


_AMOUNTS: dict[type, Callable[[ClusterProblem, Any, _Members, _Medoids], float]] = {
    Count: _count_amount,
    Size: _size_amount,
    MustLink: _must_link_amount,
    CannotLink: _cannot_link_amount,
    Pinned: _pinned_amount,
    Guarantee: _guarantee_amount,
    Leaders: _leaders_amount,
    Balance: _balance_amount,
    Districts: _district_amount,
    SecondMembership: _second_amount,
}
