"""Compiled moves: items shifted and swapped between neighbouring clusters, in arrays that are kept up to date.

Random numbers come from a small generator whose state is passed in, so a seed fixes every step.
"""

# ruff: noqa: ANN001, ANN201, ANN202, PLR0912, PLR0913, PLR0915, PLR0917, PLR2004, C901, SIM110 - compiled loops
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo_partnerships.clustering.kernels.costs import TINY, cost_between
from geo_partnerships.clustering.kernels.jit import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Clusters", "Schedule", "alone", "anneal", "is_alone", "member_sums"]


class Clusters(NamedTuple):
    """Clusters under change.

    Attributes
    ----------
    label
        Cluster of each item, shape (n,).
    members, sizes
        Items of each cluster in the first places of its row, shape (k, room), and how many, shape (k,).
    places
        Where each item stands in the row of its cluster, shape (n,).
    sums
        Cost of its cluster to each item, shape (n,).
    load, leads
        Load of each cluster, and how many of its members lead, shape (k,).
    """

    label: NDArray[np.int64]
    members: NDArray[np.int64]
    sizes: NDArray[np.int64]
    places: NDArray[np.int64]
    sums: NDArray[np.float64]
    load: NDArray[np.float64]
    leads: NDArray[np.int64]


class Schedule(NamedTuple):
    """How many moves, from how hot to how cold; `strict` moves break no size further."""

    moves: int
    hot: float
    cold: float
    strict: bool


@compiled(inline="always")
def _random(state):
    """Advance a 64-bit xorshift generator and return a number from 0 to 1."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return (x >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled(nogil=True)
def member_sums(dense, points, members, sizes, sums):
    """Cost of each cluster to each of its members, into `sums` by item."""
    for c in range(sizes.size):
        for a in range(sizes[c]):
            m = members[c, a]
            total = 0.0
            for b in range(sizes[c]):
                total += cost_between(dense, points, members[c, b], m)
            sums[m] = total


@compiled(nogil=True)
def _best(members, sizes, sums, c):
    best = np.inf
    for a in range(sizes[c]):
        best = min(best, sums[members[c, a]])
    return best


@compiled(nogil=True)
def _without_with(dense, points, members, sizes, sums, c, leaving, entering):
    """Cost of cluster `c` about its best medoid with one item leaving, one entering, or both (-1 for none)."""
    best = np.inf
    own = 0.0
    for a in range(sizes[c]):
        m = members[c, a]
        if m == leaving:
            continue
        total = sums[m]
        if leaving >= 0:
            total -= cost_between(dense, points, leaving, m)
        if entering >= 0:
            total += cost_between(dense, points, entering, m)
            own += cost_between(dense, points, m, entering)
        best = min(best, total)
    if entering >= 0:
        best = min(best, own)
    return best


@compiled(nogil=True)
def _remove(dense, points, label, members, sizes, places, sums, load, loads, a):
    c = label[a]
    last = sizes[c] - 1
    spot = places[a]
    moved = members[c, last]
    members[c, spot] = moved
    places[moved] = spot
    sizes[c] = last
    load[c] -= loads[a]
    for b in range(last):
        m = members[c, b]
        sums[m] -= cost_between(dense, points, a, m)


@compiled(nogil=True)
def _insert(dense, points, label, members, sizes, places, sums, load, loads, a, c):
    own = 0.0
    for b in range(sizes[c]):
        m = members[c, b]
        sums[m] += cost_between(dense, points, a, m)
        own += cost_between(dense, points, m, a)
    sums[a] = own
    members[c, sizes[c]] = a
    places[a] = sizes[c]
    sizes[c] += 1
    label[a] = c
    load[c] += loads[a]


@compiled(nogil=True)
def is_alone(guards, starts, label, item):
    """Whether `item` has a guarantee and no named companion where it is."""
    if starts[item] == starts[item + 1]:
        return False
    for place in range(starts[item], starts[item + 1]):
        if label[guards[place]] == label[item]:
            return False
    return True


@compiled(nogil=True)
def alone(guards, starts, label):
    """Say which items have a guarantee and no named companion where they are."""
    return np.array([is_alone(guards, starts, label, i) for i in range(label.size)])


@compiled(nogil=True)
def _companions(guards, starts, fans, fan_starts, penalties, label, a, b):
    """Prices of the guarantees lacking that a move of `a` (and `b`) can touch, at the present labels."""
    count = penalties[a] if is_alone(guards, starts, label, a) else 0.0
    for place in range(fan_starts[a], fan_starts[a + 1]):
        fan = fans[place]
        if fan not in (a, b) and is_alone(guards, starts, label, fan):
            count += penalties[fan]
    if b >= 0:
        if is_alone(guards, starts, label, b):
            count += penalties[b]
        for place in range(fan_starts[b], fan_starts[b + 1]):
            fan = fans[place]
            if fan in (a, b):
                continue
            doubled = False
            for other in range(fan_starts[a], fan_starts[a + 1]):
                if fans[other] == fan:
                    doubled = True
            if not doubled and is_alone(guards, starts, label, fan):
                count += penalties[fan]
    return count


@compiled(nogil=True)
def _parted(partners, partner_starts, rewards, label, a, b, home_a, home_b):
    """Change in what parted pairs cost when `a` leaves one cluster for another; its pair with `b` is left out.

    Two items that change places are as parted afterwards as before.
    """
    change = 0.0
    for place in range(partner_starts[a], partner_starts[a + 1]):
        other = partners[place]
        if other == b:
            continue
        if label[other] == home_a:
            change += rewards[place]
        elif label[other] == home_b:
            change -= rewards[place]
    return change


@compiled(nogil=True)
def _leaderless(leads, leader, a, b, home_a, home_b):
    """Change in the number of clusters without a leader when `a` moves (and `b` comes back)."""
    shift = (1 if leader[a] else 0) - (1 if b >= 0 and leader[b] else 0)
    if shift == 0:
        return 0
    before = (1 if leads[home_a] == 0 else 0) + (1 if leads[home_b] == 0 else 0)
    after = (1 if leads[home_a] - shift == 0 else 0) + (1 if leads[home_b] + shift == 0 else 0)
    return after - before


@compiled(inline="always")
def _excess(load, low, high):
    return max(0.0, low - load - TINY, load - high - TINY)


@compiled(nogil=True)
def anneal(costs, near, bounds, clusters, held, guides, prices, schedule, state):
    """Shift and swap items between neighbouring clusters, accepting dearer clusterings while it is hot.

    Every change is judged by the best medoid of both clusters. `held` items stay where they are. `prices` guide the way
    through clusterings that break a rule.
    """
    dense, points = costs
    low, high, loads = bounds.low, bounds.high, bounds.loads
    label, members, sizes, places, sums, load, leads = clusters
    guards, starts, fans, fan_starts, leader = (
        guides.guards,
        guides.starts,
        guides.fans,
        guides.fan_starts,
        guides.leader,
    )
    partners, partner_starts, rewards = guides.partners, guides.partner_starts, guides.rewards
    penalties, charges = prices
    moves, hot, cold, strict = schedule
    n = label.size
    width = near.shape[1]
    ruled = guards.size > 0
    factor = (cold / hot) ** (1.0 / max(1, moves // 1000)) if hot > 0 else 1.0
    heat = hot
    for move in range(moves):
        if move % 1000 == 999:
            heat *= factor
        a = int(_random(state) * n)
        b = near[a, 1 + int(_random(state) * (width - 1))]
        home_a, home_b = label[a], label[b]
        if home_a == home_b or held[a]:
            continue
        partner = -1
        excess_before = _excess(load[home_a], low, high) + _excess(load[home_b], low, high)
        excess = _excess(load[home_a] - loads[a], low, high) + _excess(load[home_b] + loads[a], low, high)
        alone = sizes[home_a] == 1 or sizes[home_b] == members.shape[1]
        if alone or excess > excess_before or _random(state) < 0.5:
            pick = members[home_b, int(_random(state) * sizes[home_b])]
            if held[pick]:
                if alone:
                    continue
            else:
                change = loads[a] - loads[pick]
                swapped = _excess(load[home_a] - change, low, high) + _excess(load[home_b] + change, low, high)
                if alone or swapped <= excess:
                    partner = pick
                    excess = swapped
        if strict and excess > excess_before:
            continue
        delta = (
            _without_with(dense, points, members, sizes, sums, home_a, a, partner)
            + _without_with(dense, points, members, sizes, sums, home_b, partner, a)
            - _best(members, sizes, sums, home_a)
            - _best(members, sizes, sums, home_b)
            + charges[1] * (excess - excess_before)
        )
        if ruled:
            lacking = -_companions(guards, starts, fans, fan_starts, penalties, label, a, partner)
            label[a] = home_b
            if partner >= 0:
                label[partner] = home_a
            lacking += _companions(guards, starts, fans, fan_starts, penalties, label, a, partner)
            label[a] = home_a
            if partner >= 0:
                label[partner] = home_b
            delta += lacking
        if rewards.size:
            delta += _parted(partners, partner_starts, rewards, label, a, partner, home_a, home_b)
            if partner >= 0:
                delta += _parted(partners, partner_starts, rewards, label, partner, a, home_b, home_a)
        if charges[0] > 0:
            delta += charges[0] * _leaderless(leads, leader, a, partner, home_a, home_b)
        if delta > 0 and (heat <= 0 or _random(state) >= math.exp(-delta / heat)):
            continue
        _remove(dense, points, label, members, sizes, places, sums, load, loads, a)
        if partner >= 0:
            _remove(dense, points, label, members, sizes, places, sums, load, loads, partner)
            _insert(dense, points, label, members, sizes, places, sums, load, loads, partner, home_a)
        _insert(dense, points, label, members, sizes, places, sums, load, loads, a, home_b)
        shift = (1 if leader[a] else 0) - (1 if partner >= 0 and leader[partner] else 0)
        leads[home_a] -= shift
        leads[home_b] += shift
