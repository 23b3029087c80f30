"""What a set of clusters costs and which rules it breaks, worked out from the members alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from scipy.optimize import linear_sum_assignment

from geo_partnerships.clustering.compiled import district_penalty, doubled_items
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

__all__ = ["Evaluation", "best_medoids", "broken_rules", "district_components", "evaluate", "shortfalls"]


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
    seen = _Judged(problem, members)
    for rule in problem.rules:
        amount = _AMOUNTS[type(rule)](seen, rule, medoids)
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


def broken_rules(n: int, rules: Sequence[Rule], clusters: Iterable[Iterable[int]]) -> list[Rule]:
    """Return the binding rules that `clusters` of `n` items break; what they cost is not looked at.

    Raises
    ------
    TypeError
        A rule cannot be judged without costs.
    """
    if any(isinstance(rule, Districts) for rule in rules):
        raise TypeError("districts are judged with their costs, by evaluate")
    bare = cast("ClusterProblem", _Bare(n, tuple(rules)))
    seen = _Judged(bare, [tuple(sorted(items)) for items in clusters])
    return [rule for rule in rules if rule.binding and _AMOUNTS[type(rule)](seen, rule, ()) > 0]


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


@dataclass(frozen=True, eq=False)
class _Bare:
    """Items and rules without costs, as `_Seen` asks for them."""

    n: int
    rules: tuple[Rule, ...]
    cost: NDArray[np.float64] = field(default_factory=lambda: np.zeros((1, 1)))


@dataclass(frozen=True, eq=False)
class _Judged:
    """Clusters that are judged, and what several rules ask of them."""

    problem: ClusterProblem
    members: _Members

    @cached_property
    def homes(self) -> list[set[int]]:
        """Clusters of each item."""
        homes: list[set[int]] = [set() for _ in range(self.problem.n)]
        for position, items in enumerate(self.members):
            for item in items:
                homes[item].add(position)
        return homes

    @cached_property
    def doubled(self) -> set[int]:
        """Items that may be in two clusters."""
        return doubled_items(self.problem.rules)

    @cached_property
    def pinned(self) -> dict[int | str, int]:
        """The cluster of each pinned label."""
        return _pinned_places(self)

    @cached_property
    def own_bounds(self) -> dict[int, tuple[float | None, float | None]]:
        """Bounds of their own that pinned clusters have, by cluster."""
        rules = [rule for rule in self.problem.rules if isinstance(rule, Pinned)]
        if all(rule.minimum is None and rule.maximum is None for rule in rules):
            return {}
        return {
            place: _tightest([rule for rule in rules if rule.label == label]) for label, place in self.pinned.items()
        }

    def excess(self, own: tuple[float | None, float | None], rule: Size | None = None) -> NDArray[np.float64]:
        """How far the number of items in each cluster is outside bounds, shape (clusters,)."""
        if own == (None, None) and rule is None:
            return np.zeros(len(self.members))
        return np.array([_excess(len(items), own, rule) for items in self.members])


def _count_amount(seen: _Judged, rule: Count, _medoids: _Medoids) -> float:
    k = len(seen.members)
    return float(max(rule.minimum - k, k - rule.maximum, 0))


def _must_link_amount(seen: _Judged, rule: MustLink, _medoids: _Medoids) -> float:
    homes, doubled = seen.homes, seen.doubled
    return float(sum(not _together(homes, doubled, a, b) for a, b in itertools.combinations(rule.items, 2)))


def _cannot_link_amount(seen: _Judged, rule: CannotLink, _medoids: _Medoids) -> float:
    homes = seen.homes
    return float(sum(bool(homes[a] & homes[b]) for a, b in itertools.combinations(rule.items, 2)))


def _guarantee_amount(seen: _Judged, rule: Guarantee, _medoids: _Medoids) -> float:
    named = set(rule.named) - {rule.item}
    return float(all(named.isdisjoint(seen.members[home]) for home in seen.homes[rule.item]))


def _second_amount(seen: _Judged, rule: SecondMembership, _medoids: _Medoids) -> float:
    return float(2 - len(seen.homes[rule.item]))


def _together(homes: Sequence[set[int]], doubled: set[int], a: int, b: int) -> bool:
    if a in doubled and b not in doubled:
        a, b = b, a
    if (a in doubled) == (b in doubled):
        return homes[a] == homes[b]
    return homes[a] <= homes[b]


def shortfalls(problem: ClusterProblem, rule: Size | Balance | Leaders, members: _Members) -> list[float]:
    """How far each cluster breaks a rule that every cluster must keep, in its own units."""
    return _shortfalls(_Judged(problem, members), rule)


def _shortfalls(seen: _Judged, rule: Size | Balance | Leaders) -> list[float]:
    if isinstance(rule, Size):
        weights = np.ones(seen.problem.n) if rule.weights is None else np.asarray(rule.weights)
        own = seen.own_bounds if rule.weights is None else {}
        return [
            _excess(float(weights[list(items)].sum()), own.get(position, (rule.minimum, rule.maximum)), rule)
            for position, items in enumerate(seen.members)
        ]
    group = set(rule.items)
    counts = [len(group.intersection(items)) for items in seen.members]
    if isinstance(rule, Leaders):
        return [float(count == 0) for count in counts]
    maximum = seen.problem.n if rule.maximum is None else rule.maximum
    return [float(max(rule.minimum - count, count - maximum, 0)) for count in counts]


def _sum_of_shortfalls(seen: _Judged, rule: Size | Balance | Leaders, _medoids: _Medoids) -> float:
    return float(sum(_shortfalls(seen, rule)))


def _excess(load: float, own: tuple[float | None, float | None], rule: Size | None = None) -> float:
    """How far a load is outside its own bounds, or outside those of `rule` where it has none."""
    low, high = own
    minimum = (rule.minimum if rule else 0.0) if low is None else low
    maximum = (rule.maximum if rule else load) if high is None else high
    excess = max(minimum - load, load - maximum)
    return excess if excess > 1e-9 * max(load, abs(minimum)) else 0.0


def _pinned_places(seen: _Judged) -> dict[int | str, int]:
    """Find the cluster of each pinned label: the choice of different clusters that breaks least.

    A label that is only preferred may have none, as if all its items were elsewhere.
    """
    problem, k = seen.problem, len(seen.members)
    rules = [rule for rule in problem.rules if isinstance(rule, Pinned)]
    sizes = [rule for rule in problem.rules if isinstance(rule, Size) and rule.weights is None]
    labels: dict[int | str, list[Pinned]] = {}
    for rule in rules:
        labels.setdefault(rule.label, []).append(rule)
    far = 1e9 * (1.0 + float(problem.cost.max()) + max((rule.weight for rule in problem.rules), default=0.0))
    optional = sum(not any(pin.binding for pin in pins) for pins in labels.values())
    price = np.zeros((len(labels), k + optional))
    for row, pins in enumerate(labels.values()):
        nowhere = sum(len(pin.items) * (far if pin.binding else pin.weight) for pin in pins)
        price[row, k:] = nowhere + far * any(pin.binding for pin in pins)
        for pin in pins:
            missed = np.full(k, float(len(pin.items)))
            for item in set(pin.items):
                missed[list(seen.homes[item])] -= 1
            outside = 0.0 if sizes else seen.excess((pin.minimum, pin.maximum))
            price[row, :k] += (missed + outside) * (far if pin.binding else pin.weight)
        own = _tightest(pins)
        for size in sizes if own != (None, None) else ():
            change = seen.excess(own, size) - seen.excess((None, None), size)
            price[row, :k] += change * (far if size.binding else size.weight)
    chosen, places = linear_sum_assignment(price)
    names = list(labels)
    return {names[row]: int(place) for row, place in zip(chosen, places, strict=True) if place < k}


def _tightest(pins: Iterable[Pinned]) -> tuple[float | None, float | None]:
    lows = [rule.minimum for rule in pins if rule.minimum is not None]
    highs = [rule.maximum for rule in pins if rule.maximum is not None]
    return max(lows, default=None), min(highs, default=None)


def _pinned_amount(seen: _Judged, rule: Pinned, _medoids: _Medoids) -> float:
    """Items that are elsewhere, and what a cluster is outside its own bounds where no size rule says it."""
    place = seen.pinned.get(rule.label)
    if place is None:
        return float(len(rule.items))
    missed = len(rule.items) - len(set(rule.items).intersection(seen.members[place]))
    if any(isinstance(other, Size) and other.weights is None for other in seen.problem.rules):
        return float(missed)
    return missed + _excess(len(seen.members[place]), (rule.minimum, rule.maximum))


def _district_amount(seen: _Judged, rule: Districts, medoids: _Medoids) -> float:
    if not rule.strict:
        unit = district_penalty(Districts(rule.labels, rule.neighbours, strict=False, weight=1.0))
        return float(sum(unit[list(items), m].sum() for items, m in zip(seen.members, medoids, strict=True)))
    doubled = seen.doubled
    amount = sum(
        not any({item, fellow} <= set(items) for items in seen.members)
        for item in sorted(doubled)
        for fellow in _first_fellow(rule, item, doubled)
    )
    for items in seen.members:
        inner = {item for item in items if item not in doubled}
        districts = {rule.labels[item] for item in inner}
        amount += len(district_components(rule, districts)) - 1 if districts else 0
        amount += sum(
            any(rule.labels[i] == district and i not in inner and i not in doubled for i in range(seen.problem.n))
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


_AMOUNTS: dict[type, Callable[[_Judged, Any, _Medoids], float]] = {
    Count: _count_amount,
    Size: _sum_of_shortfalls,
    MustLink: _must_link_amount,
    CannotLink: _cannot_link_amount,
    Pinned: _pinned_amount,
    Guarantee: _guarantee_amount,
    Leaders: _sum_of_shortfalls,
    Balance: _sum_of_shortfalls,
    Districts: _district_amount,
    SecondMembership: _second_amount,
}
