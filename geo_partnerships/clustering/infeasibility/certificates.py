"""Reasons why rules cannot be kept together that arithmetic alone can give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from geo_partnerships.clustering.compiled import link_groups, linked_sets
from geo_partnerships.clustering.rules import (
    Allowed,
    Balance,
    CannotLink,
    Count,
    Guarantee,
    Leaders,
    Pinned,
    SecondMembership,
    Size,
)
from geo_partnerships.clustering.rules.allowed import all_allowed
from geo_partnerships.clustering.rules.second_membership import doubled_items
from geo_partnerships.sentences import count, counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering.rules import Rule

__all__ = ["Certificate", "certificates"]

R = TypeVar("R", bound="Rule")

_TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True)
class Certificate:
    """Rules that cannot be kept together, the sentence that shows it, and items that have no place by them."""

    rules: tuple[Rule, ...]
    sentence: str
    items: tuple[int, ...] = ()


def certificates(n: int, rules: Sequence[Rule], noun: str = "items") -> Iterator[Certificate]:
    """Yield what arithmetic shows to be impossible among the binding `rules` on `n` items.

    An item that may be in two clusters, if only by preference, has room for what it could not be in one.
    """
    bound = [rule for rule in rules if rule.binding or isinstance(rule, SecondMembership)]
    yield from _counts(n, bound, noun)
    yield from _guarantees(bound)
    yield from _totals(n, bound, noun)
    yield from _groups(n, bound, noun)
    yield from _apart(n, bound)
    yield from _pins(n, bound)
    yield from _balances(bound)
    yield from _allowed(n, bound, noun)


def _pick(rules: Sequence[Rule], kind: type[R]) -> list[R]:
    return [rule for rule in rules if isinstance(rule, kind)]


def _count_bounds(rules: Sequence[Rule], n: int) -> tuple[int, int, list[Rule], list[Rule]]:
    """Fewest and most clusters, and the rules that say so."""
    counts = _pick(rules, Count)
    if not counts:
        return 1, n, [], []
    lowest = max(counts, key=lambda rule: rule.minimum)
    highest = min(counts, key=lambda rule: rule.maximum)
    return lowest.minimum, highest.maximum, [lowest], [highest]


def _counts(n: int, rules: Sequence[Rule], noun: str) -> Iterator[Certificate]:
    fewest, most, low, high = _count_bounds(rules, n)
    if fewest > most:
        yield Certificate((*low, *high), f"at least {count(fewest, 'cluster')} and at most {most} are both asked for")
    if fewest > n:
        yield Certificate(tuple(low), f"{counted(fewest, 'cluster', 'is', 'are')} asked for, but there are {n} {noun}")


def _guarantees(rules: Sequence[Rule]) -> Iterator[Certificate]:
    for rule in _pick(rules, Guarantee):
        if not set(rule.named) - {rule.item}:
            yield Certificate((rule,), f"{rule.words}: nobody else is named")


def _product(clusters: int, each: float) -> str:
    return f"{clusters} {_TIMES} {each:g} = {clusters * each:g}"


def _loads(rule: Size, n: int) -> NDArray[np.float64]:
    return np.ones(n) if rule.weights is None else np.asarray(rule.weights, dtype=np.float64)


def _totals(n: int, rules: Sequence[Rule], noun: str) -> Iterator[Certificate]:
    fewest, most, low, high = _count_bounds(rules, n)
    own = _pick(rules, Pinned)
    seconds = _pick(rules, SecondMembership)
    sure = [rule for rule in seconds if rule.binding]
    for rule in _pick(rules, Size):
        pinned = any(pin.minimum is not None or pin.maximum is not None for pin in own)
        if rule.weights is None and pinned:
            continue
        loads = _loads(rule, n)
        total = float(loads.sum())
        least = total + float(loads[sorted({second.item for second in sure})].sum())
        most_load = total + float(loads[sorted({second.item for second in seconds})].sum())
        what = noun if rule.weights is None else f"of weight among the {noun}"
        if not seconds:
            yield from _indivisible(rule, total, what)
        if fewest * rule.minimum > most_load * (1 + 1e-12):
            again = f" and {most_load - total:g} in second memberships" if seconds else ""
            yield Certificate(
                (*low, rule),
                f"{_product(fewest, rule.minimum)}, but there are {total:g} {what}{again}",
            )
        if most * rule.maximum < total * (1 - 1e-12):
            yield Certificate(
                (*high, rule),
                f"{_product(most, rule.maximum)}, but there are {total:g} {what}",
            )
        elif most * rule.maximum < least * (1 - 1e-12):
            yield Certificate(
                (*high, rule, *sure),
                f"{_product(most, rule.maximum)}, but there are {total:g} {what} "
                f"and {least - total:g} in second memberships",
            )


def _indivisible(rule: Size, total: float, what: str) -> Iterator[Certificate]:
    """Sizes that no number of clusters can have, such as 7 to 9 for 12 items."""
    if rule.minimum <= 0 or rule.maximum <= 0:
        return
    fit = int(total * (1 + 1e-12) // rule.minimum)
    if fit * rule.maximum < total * (1 - 1e-12):
        below = f"{_product(fit, rule.maximum)} is less" if fit else "that is less than one cluster"
        yield Certificate(
            (rule,), f"there are {total:g} {what}: {below}, and {_product(fit + 1, rule.minimum)} is more"
        )


def _groups(n: int, rules: Sequence[Rule], noun: str) -> Iterator[Certificate]:
    """Linked items that are too many for one cluster."""
    doubled = doubled_items(rules)
    groups = link_groups(n, linked_sets(rules, doubled))
    if len(groups) == n:
        return
    bounded = {item for rule in _pick(rules, Pinned) if rule.maximum is not None for item in rule.items}
    for rule in _pick(rules, Size):
        loads = _loads(rule, n)
        for items in groups:
            load = float(loads[list(items)].sum())
            if load <= rule.maximum * (1 + 1e-12) or (rule.weights is None and bounded & set(items)):
                continue
            linking = _linking(rules, items)
            what = noun if rule.weights is None else "in weight"
            yield Certificate(
                (*linking, rule), f"{load:g} {what} must be together, but a cluster holds {rule.maximum:g}"
            )


def _linking(rules: Sequence[Rule], items: Sequence[int]) -> list[Rule]:
    """Rules that link some of `items`."""
    inside = set(items)
    return [
        rule
        for rule in rules
        if any(len(inside & set(linked)) > 1 for linked in linked_sets([rule], doubled_items(rules)))
        or (isinstance(rule, Pinned) and inside & set(rule.items))
    ]


def _apart(n: int, rules: Sequence[Rule]) -> Iterator[Certificate]:
    """Items that must be together and apart, and too many items to keep apart."""
    doubled = doubled_items(rules)
    groups = link_groups(n, linked_sets(rules, doubled))
    group_of = {item: number for number, items in enumerate(groups) for item in items}
    for rule in _pick(rules, CannotLink):
        seen: dict[int, int] = {}
        for item in rule.items:
            other = seen.setdefault(group_of[item], item)
            if other != item:
                linking = _linking(rules, groups[group_of[item]])
                yield Certificate((*linking, rule), f"{rule.words}: other rules keep two of them together")
                break
    _, most, _, high = _count_bounds(rules, n)
    at_most = f"{'is' if most == 1 else 'are'} at most {count(most, 'cluster')}"
    for rule in _pick(rules, CannotLink):
        if len(rule.items) > most:
            yield Certificate((*high, rule), f"{len(rule.items)} must be apart, but there {at_most}")
    pins = {pin.label: pin for pin in _pick(rules, Pinned)}
    if len(pins) > most:
        yield Certificate(
            (*high, *_pick(rules, Pinned)),
            f"{count(len(pins), 'pinned cluster')}, but there {at_most}",
        )


def _pins(n: int, rules: Sequence[Rule]) -> Iterator[Certificate]:
    """Items pinned to different clusters that must be together."""
    doubled = doubled_items(rules)
    groups = link_groups(n, linked_sets(rules, doubled))
    group_of = {item: number for number, items in enumerate(groups) for item in items}
    labels: dict[int, Pinned] = {}
    for pin in _pick(rules, Pinned):
        for item in pin.items:
            if item in doubled:
                continue
            first = labels.setdefault(group_of[item], pin)
            if first.label != pin.label:
                linking = _linking(rules, groups[group_of[item]])
                yield Certificate(
                    tuple(dict.fromkeys((*linking, first, pin))),
                    f"what is pinned to {first.label} and to {pin.label} must be together",
                )
                break


def _balances(rules: Sequence[Rule]) -> Iterator[Certificate]:
    counts = _pick(rules, Count)
    if not counts:
        return
    fewest, most, low, high = _count_bounds(rules, 0)
    doubled = doubled_items(rules)
    for leaders in _pick(rules, Leaders):
        have = len(set(leaders.items)) + len(doubled & set(leaders.items))
        if have < fewest:
            yield Certificate((*low, leaders), f"{leaders.words}: {have} for at least {count(fewest, 'cluster')}")
    for rule in _pick(rules, Balance):
        have = len(set(rule.items))
        if have + len(doubled & set(rule.items)) < fewest * rule.minimum:
            yield Certificate(
                (*low, rule),
                f"{rule.words}: {_product(fewest, rule.minimum)}, but there are {have}",
            )
        if rule.maximum is not None and have > most * rule.maximum:
            yield Certificate(
                (*high, rule),
                f"{rule.words}: {_product(most, rule.maximum)}, but there are {have}",
            )


def _allowed(n: int, rules: Sequence[Rule], noun: str) -> Iterator[Certificate]:
    """Items that may be under no medoid, and too many of which no two may be under one."""
    allowed = all_allowed(rules)
    if allowed is None:
        return
    barring = _pick(rules, Allowed)
    groups = link_groups(n, linked_sets(rules, doubled_items(rules)))
    for items in groups:
        allowed[list(items)] = allowed[list(items)].all(axis=0)
    linked = [items for items in groups if len(items) > 1]
    linking = list(dict.fromkeys(rule for items in linked for rule in _linking(rules, items)))
    open_ = allowed.diagonal().copy()
    yield from _homeless(allowed, open_, [*barring, *linking], noun)
    for rule in _pick(rules, Size):
        if rule.weights is None and any(pin.minimum is not None for pin in _pick(rules, Pinned)):
            continue
        filled = open_ & (_loads(rule, n) @ allowed >= rule.minimum * (1 - 1e-12))
        yield from _homeless(allowed, filled, [*barring, *linking, rule], noun)
    _, most, _, high = _count_bounds(rules, n)
    alone = _sharing_no_medoid(allowed & open_)
    if len(alone) > most:
        sentence = f"no two of {len(alone)} {noun} may be in one cluster, but there are at most {most} clusters"
        yield Certificate((*high, *barring, *linking), sentence, tuple(alone))


def _homeless(
    allowed: NDArray[np.bool_], medoids: NDArray[np.bool_], rules: Sequence[Rule], noun: str
) -> Iterator[Certificate]:
    """Say which items may be under none of some medoids."""
    items = np.flatnonzero(~(allowed & medoids).any(axis=1)).tolist()
    if items:
        few = f"{len(items)} of {allowed.shape[0]} {noun}"
        sentence = f"no cluster that {few} may be in can be large enough"
        yield Certificate(tuple(rules), sentence, tuple(items))


def _sharing_no_medoid(allowed: NDArray[np.bool_]) -> list[int]:
    """Choose items of which no two may be under one medoid, those with the fewest others to share one with first."""
    shared = allowed.astype(np.float64) @ allowed.T > 0
    left, chosen = np.ones(allowed.shape[0], dtype=np.bool_), []
    for item in np.argsort(shared.sum(axis=1), kind="stable").tolist():
        if left[item]:
            chosen.append(item)
            left &= ~shared[item]
    return sorted(chosen)
