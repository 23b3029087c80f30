"""The medoid model: x[g, j] puts group g into the cluster around medoid j; every rule becomes rows.

The variable of a medoid's own group says whether the medoid is open, so no centre can be open and belong
elsewhere. Arcs that are left out (fixed at 0) have column number -1.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_partnerships.clustering.exact.highs import Model
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
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.rules import Rule

__all__ = ["MedoidModel", "build_model"]

_UNBOUNDED = float("inf")


@dataclass(eq=False)
class MedoidModel:
    """The model and the numbers of its columns.

    Attributes
    ----------
    x
        Column of each group under each medoid, shape (groups, n).
    open
        Column that says whether each medoid is open, shape (n,).
    pins
        Column that says whether a label is the cluster of each medoid, shape (n,).
    nowhere
        Column that says that a label has no cluster, shape (1,), where that is not ruled out.
    missing_leaders
        For each preferred `Leaders` rule, the columns that count clusters without a leader.
    kept_rows
        Rows that a choice of medoids, within number, and of members for each, within size, keeps by itself.
    """

    compiled: Compiled
    model: Model
    x: NDArray[np.int64]
    open: NDArray[np.int64]
    pins: dict[int | str, NDArray[np.int64]] = field(default_factory=dict)
    nowhere: dict[int | str, NDArray[np.int64]] = field(default_factory=dict)
    missing_leaders: list[NDArray[np.int64]] = field(default_factory=list)
    kept_rows: list[range] = field(default_factory=list)

    def item(self, item: int) -> NDArray[np.int64]:
        """Columns of an item's group under each medoid, shape (n,)."""
        columns: NDArray[np.int64] = self.x[self.compiled.group_of[item]]
        return columns

    def block(self, items: Iterable[int]) -> NDArray[np.int64]:
        """Columns of the groups of `items`, one row a medoid, shape (n, groups)."""
        return self.x[self.compiled.members(items)].T

    def slack(self, rule: Rule, size: int, *, upper: float = _UNBOUNDED) -> NDArray[np.int64]:
        """Columns that measure how far a preferred rule is broken; none where it is binding."""
        if rule.binding:
            return np.full(size, -1, dtype=np.int64)
        return self.model.add_columns(np.full(size, rule.weight), upper=upper, integer=False)

    def one_slack(self, rule: Rule) -> NDArray[np.int64]:
        """One column of slack repeated for every medoid, shape (n,)."""
        return np.repeat(self.slack(rule, 1, upper=1.0), self.compiled.n)

    def clusters(self, values: NDArray[np.float64]) -> dict[int, tuple[int, ...]]:
        """Read a solution: members of each open medoid, second memberships included."""
        taken = np.zeros(self.x.shape, dtype=bool)
        present = self.x >= 0
        taken[present] = values[self.x[present]] > 0.5  # noqa: PLR2004
        groups = self.compiled.groups
        return {
            int(j): tuple(sorted(itertools.chain(*(groups[g] for g in np.flatnonzero(taken[:, j])))))
            for j in np.flatnonzero(taken.any(axis=0))
        }


def build_model(compiled: Compiled, allowed: NDArray[np.bool_] | None = None) -> MedoidModel:
    """Build the whole model, or the part of it on `allowed` arcs, shape (groups, n)."""
    if allowed is None:
        allowed = np.ones((compiled.size, compiled.n), dtype=bool)
    allowed = allowed & allowed[compiled.group_of, np.arange(compiled.n)]
    model = Model()
    x = np.full(allowed.shape, -1, dtype=np.int64)
    x[allowed] = model.add_columns(compiled.group_cost[allowed])
    built = MedoidModel(compiled, model, x, x[compiled.group_of, np.arange(compiled.n)])
    _add_membership(built)
    _add_links(built)
    _add_pins(built)
    for rule in compiled.problem.rules:
        first = model.height
        _ROWS[type(rule)](built, rule)
        if rule.binding and isinstance(rule, (Count, Size)):
            built.kept_rows.append(range(first, model.height))
    _add_pin_bounds(built)
    return built


def _add_membership(built: MedoidModel) -> None:
    twice = built.compiled.twice
    built.model.add_rows([(built.x[~twice], 1.0)], lower=1.0, upper=1.0)
    for group in np.flatnonzero(twice):
        rules = [r for r in built.compiled.of(SecondMembership) if r.item == built.compiled.groups[group][0]]
        row = built.x[group][None, :]
        if any(rule.binding for rule in rules):
            built.model.add_rows([(row, 1.0)], lower=2.0, upper=2.0)
        else:
            price = sum(rule.weight for rule in rules)
            missed = built.model.add_columns(np.full(1, price), integer=False)
            built.model.add_rows([(row, 1.0), (missed, 1.0)], lower=2.0, upper=2.0)


def _add_links(built: MedoidModel) -> None:
    first = built.model.height
    opens = np.broadcast_to(built.open, built.x.shape)
    arcs = (built.x >= 0) & (built.x != opens)
    built.model.add_rows([(built.x[arcs], 1.0), (opens[arcs], -1.0)], upper=0.0)
    built.kept_rows.append(range(first, built.model.height))


def _add_count(built: MedoidModel, rule: Count) -> None:
    row = built.open[None, :]
    under, over = built.slack(rule, 1), built.slack(rule, 1)
    built.model.add_rows([(row, 1.0), (under, 1.0)], lower=rule.minimum)
    built.model.add_rows([(row, 1.0), (over, -1.0)], upper=rule.maximum)


def _add_size(built: MedoidModel, rule: Size) -> None:
    weights = np.ones(built.compiled.n) if rule.weights is None else np.asarray(rule.weights)
    overrides = _pin_bounds(built.compiled) if rule.weights is None else {}
    _add_bounds(built, rule, weights, (rule.minimum, rule.maximum), overrides)


def _add_balance(built: MedoidModel, rule: Balance) -> None:
    weights = np.zeros(built.compiled.n)
    weights[list(rule.items)] = 1.0
    maximum = _UNBOUNDED if rule.maximum is None else rule.maximum
    _add_bounds(built, rule, weights, (rule.minimum, maximum), {})


def _add_bounds(
    built: MedoidModel,
    rule: Rule,
    weights: NDArray[np.float64],
    bounds: tuple[float, float],
    overrides: dict[int | str, tuple[float | None, float | None]],
) -> None:
    minimum, maximum = bounds
    load = built.compiled.group_sum(weights)[None, :]
    total = float(weights.sum()) * 2
    if minimum > 0 or any(low for low, _ in overrides.values()):
        terms = [(built.x.T, load), (built.open, -minimum), (built.slack(rule, built.compiled.n), 1.0)]
        terms += [(built.pins[pin], minimum - low) for pin, (low, _) in overrides.items() if low is not None]
        built.model.add_rows(terms, lower=0.0)  # type: ignore[arg-type]
    if maximum < total or any(high is not None for _, high in overrides.values()):
        maximum = min(maximum, total)
        terms = [(built.x.T, load), (built.open, -maximum), (built.slack(rule, built.compiled.n), -1.0)]
        terms += [(built.pins[pin], maximum - high) for pin, (_, high) in overrides.items() if high is not None]
        built.model.add_rows(terms, upper=0.0)  # type: ignore[arg-type]


def _pin_bounds(compiled: Compiled) -> dict[int | str, tuple[float | None, float | None]]:
    """Bounds that pinned clusters have of their own: the tightest of those given for a label."""
    bounds: dict[int | str, tuple[float | None, float | None]] = {}
    for rule in compiled.of(Pinned):
        low, high = bounds.get(rule.label, (None, None))
        if rule.minimum is not None:
            low = rule.minimum if low is None else max(low, rule.minimum)
        if rule.maximum is not None:
            high = rule.maximum if high is None else min(high, rule.maximum)
        bounds[rule.label] = (low, high)
    return {label: pair for label, pair in bounds.items() if pair != (None, None)}


def _add_pin_bounds(built: MedoidModel) -> None:
    """Bounds of pinned clusters where no size rule is there to be replaced."""
    compiled = built.compiled
    if any(rule.weights is None for rule in compiled.of(Size)):
        return
    for rule in compiled.of(Pinned):
        own = {rule.label: (rule.minimum, rule.maximum)}
        _add_bounds(built, rule, np.ones(compiled.n), (0.0, _UNBOUNDED), own)


def _add_pins(built: MedoidModel) -> None:
    """One column for each pinned label and medoid, and the rule that labels are different clusters.

    A label that is only preferred may have no cluster; its items are all elsewhere then.
    """
    compiled, model = built.compiled, built.model
    rules = compiled.of(Pinned)
    for label in dict.fromkeys(rule.label for rule in rules):
        anchors = [
            item
            for rule in rules
            if rule.label == label and rule.binding
            for item in rule.items
            if not compiled.twice[compiled.group_of[item]]
        ]
        if anchors:
            built.pins[label] = built.item(anchors[0])
            continue
        place = model.add_columns(np.zeros(compiled.n))
        nowhere = np.zeros(0, dtype=np.int64)
        if not any(rule.label == label and rule.binding for rule in rules):
            nowhere = built.nowhere[label] = model.add_columns(np.zeros(1))
        model.add_rows([(np.concatenate([place, nowhere])[None, :], 1.0)], lower=1.0, upper=1.0)
        model.add_rows([(place, 1.0), (built.open, -1.0)], upper=0.0)
        built.pins[label] = place
    if len(built.pins) > 1:
        model.add_rows([(np.array(list(built.pins.values())).T, 1.0), (built.open, -1.0)], upper=0.0)


def _add_pinned(built: MedoidModel, rule: Pinned) -> None:
    place, nowhere = built.pins[rule.label], built.nowhere.get(rule.label)
    for item in rule.items:
        if rule.binding and not built.compiled.twice[built.compiled.group_of[item]]:
            continue
        missed = built.one_slack(rule)
        built.model.add_rows([(place, 1.0), (built.item(item), -1.0), (missed, -1.0)], upper=0.0)
        if nowhere is not None:
            built.model.add_rows([(nowhere, 1.0), (missed[:1], -1.0)], upper=0.0)


def _add_must_link(built: MedoidModel, rule: MustLink) -> None:
    twice = built.compiled.twice[built.compiled.group_of]
    for a, b in itertools.combinations(rule.items, 2):
        if rule.binding and not twice[a] and not twice[b]:
            continue
        slack = built.one_slack(rule)
        first, second = (a, b) if not twice[a] else (b, a)
        ways = [(first, second)] if twice[a] != twice[b] or not twice[a] else [(a, b), (b, a)]
        for inner, outer in ways:
            built.model.add_rows([(built.item(inner), 1.0), (built.item(outer), -1.0), (slack, -1.0)], upper=0.0)


def _add_cannot_link(built: MedoidModel, rule: CannotLink) -> None:
    if rule.binding:
        columns = np.array([built.item(item) for item in rule.items]).T
        built.model.add_rows([(columns, 1.0), (built.open, -1.0)], upper=0.0)
        return
    for a, b in itertools.combinations(rule.items, 2):
        built.model.add_rows(
            [
                (built.item(a), 1.0),
                (built.item(b), 1.0),
                (built.open, -1.0),
                (built.one_slack(rule), -1.0),
            ],
            upper=0.0,
        )


def _add_guarantee(built: MedoidModel, rule: Guarantee) -> None:
    compiled = built.compiled
    group = int(compiled.group_of[rule.item])
    named = sorted(set(rule.named) - {rule.item})
    if group in compiled.group_of[named]:
        return
    own, others = built.item(rule.item), built.block(named) if named else np.full((compiled.n, 1), -1)
    if not compiled.twice[group]:
        built.model.add_rows([(own, 1.0), (others, -1.0), (built.one_slack(rule), -1.0)], upper=0.0)
        return
    met = built.model.add_columns(np.zeros(compiled.n), integer=False)
    built.model.add_rows([(met, 1.0), (own, -1.0)], upper=0.0)
    built.model.add_rows([(met, 1.0), (others, -1.0)], upper=0.0)
    built.model.add_rows([(met[None, :], 1.0), (built.slack(rule, 1, upper=1.0), 1.0)], lower=1.0)


def _add_leaders(built: MedoidModel, rule: Leaders) -> None:
    missing = np.full(built.compiled.n, -1, dtype=np.int64)
    if not rule.binding:
        missing = built.model.add_columns(np.zeros(built.compiled.n), integer=False)
        built.missing_leaders.append(missing)
    leaders = built.block(rule.items) if rule.items else missing[:, None]
    terms = [(leaders, 1.0), (built.open, -1.0)]
    if rule.items:
        terms.append((missing, 1.0))
    built.model.add_rows(terms, lower=0.0)  # type: ignore[arg-type]


def _add_districts(built: MedoidModel, rule: Districts) -> None:
    """Keep an item with two memberships in its district's cluster; the rest is merged into groups."""
    if not rule.strict:
        return
    twice = built.compiled.twice[built.compiled.group_of]
    for item in np.flatnonzero(twice):
        fellows = [i for i, label in enumerate(rule.labels) if label == rule.labels[item] and not twice[i]]
        if fellows:
            built.model.add_rows([(built.item(fellows[0]), 1.0), (built.item(int(item)), -1.0)], upper=0.0)


def _add_nothing(_built: MedoidModel, _rule: SecondMembership) -> None:
    """Second memberships are part of the membership rows."""


_ROWS: dict[type, Callable[[MedoidModel, Any], None]] = {
    Count: _add_count,
    Size: _add_size,
    Balance: _add_balance,
    MustLink: _add_must_link,
    CannotLink: _add_cannot_link,
    Guarantee: _add_guarantee,
    Leaders: _add_leaders,
    Pinned: _add_pinned,
    Districts: _add_districts,
    SecondMembership: _add_nothing,
}
