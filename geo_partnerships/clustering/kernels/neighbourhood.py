"""Compiled search within one neighbourhood: prices say which medoids to open, a flow spreads the items over them.

A neighbourhood is small, so its costs are one dense matrix. Nothing is proved here: the floor only tells when to stop.
"""

# ruff: noqa: ANN001, ANN201, ANN202, PLR0912, PLR0913, PLR0915, PLR0917, C901 - compiled loops
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geo_partnerships.clustering.guides import Costs, Prices
from geo_partnerships.clustering.kernels.costs import TINY
from geo_partnerships.clustering.kernels.jit import compiled
from geo_partnerships.clustering.kernels.lagrangian import fill_medoid, insert_sorted
from geo_partnerships.clustering.kernels.moves import Clusters, Schedule, anneal, is_alone, member_sums

__all__ = ["Looking", "search_neighbourhood"]

_ASKING = 8
_PATIENCE = 8
_MEMORY = 0.6
_SMALLEST_STEP = 0.01
_ALTERNATIONS = 4


@compiled(nogil=True)
def _worth(cost, loads, prices, low, high, j, room, unit, load, index, chosen):
    """Reduced value of medoid `j` at given prices, and how many items it takes beside itself."""
    count = 0
    negative = loads[j]
    for i in range(loads.size):
        if i == j:
            continue
        price = cost[i, j] - prices[i]
        if price < 0 or negative < low:
            weight = max(loads[i], TINY)
            count = insert_sorted(unit, load, index, count, room, price / weight, weight, i)
            if price < 0:
                negative += weight
    return fill_medoid(unit, load, count, -prices[j], loads[j], low, high, chosen)


@compiled(nogil=True)
def _moves_between(cost, medoids, label, fixed, c, gain, mover):
    """For cluster `c`: the cheapest item to hand on to every other cluster."""
    k = medoids.size
    for d in range(k):
        gain[c, d] = np.inf
    for i in range(label.size):
        if label[i] != c or fixed[i]:
            continue
        here = cost[i, medoids[c]]
        for d in range(k):
            change = cost[i, medoids[d]] - here
            if change < gain[c, d]:
                gain[c, d] = change
                mover[c, d] = i


@compiled(nogil=True)
def _spread_exactly(cost, medoids, low, high, label):
    """Give each item to one of `medoids` at least cost within the sizes; return whether there is a way.

    Items come one by one, each along a cheapest chain of items handed on (successive shortest paths); the first
    `low` places of a cluster are worth more than any detour.
    """
    n, k = label.size, medoids.size
    prize = 1.0
    for i in range(n):
        for c in range(k):
            prize += cost[i, medoids[c]]
    fixed = np.zeros(n, dtype=np.bool_)
    sizes = np.ones(k, dtype=np.int64)
    label[:] = -1
    for c in range(k):
        label[medoids[c]] = c
        fixed[medoids[c]] = True
    gain = np.full((k, k), np.inf)
    mover = np.zeros((k, k), dtype=np.int64)
    reach = np.empty(k)
    via = np.empty(k, dtype=np.int64)
    for i in range(n):
        if fixed[i]:
            continue
        for c in range(k):
            reach[c] = cost[i, medoids[c]]
            via[c] = -1
        for _ in range(k):
            changed = False
            for c in range(k):
                for d in range(k):
                    length = reach[c] + gain[c, d]
                    if length < reach[d] - 1e-9:
                        reach[d] = length
                        via[d] = c
                        changed = True
            if not changed:
                break
        end, least = -1, np.inf
        for c in range(k):
            if sizes[c] < high:
                price = reach[c] - (prize if sizes[c] < low else 0.0)
                if price < least:
                    end, least = c, price
        if end < 0:
            return False
        sizes[end] += 1
        c = end
        steps = 0
        while via[c] >= 0 and steps <= k:
            handed = mover[via[c], c]
            label[handed] = c
            _moves_between(cost, medoids, label, fixed, c, gain, mover)
            c = via[c]
            steps += 1
        label[i] = c
        _moves_between(cost, medoids, label, fixed, c, gain, mover)
    return sizes.min() >= low


@compiled(nogil=True)
def _spread_greedily(cost, medoids, loads, high, label):
    """Give each item to the nearest medoid with room, those that lose most by waiting first."""
    n, k = label.size, medoids.size
    load = np.zeros(k)
    regret = np.zeros(n)
    for i in range(n):
        first, second = np.inf, np.inf
        for c in range(k):
            price = cost[i, medoids[c]]
            if price < first:
                first, second = price, first
            elif price < second:
                second = price
        regret[i] = (second - first) if k > 1 else 0.0
    label[:] = -1
    for c in range(k):
        label[medoids[c]] = c
        load[c] = loads[medoids[c]]
    for i in np.argsort(-regret * loads):
        if label[i] >= 0:
            continue
        found, best = -1, np.inf
        for roomy in (True, False):
            for c in range(k):
                price = cost[i, medoids[c]]
                if price < best and (not roomy or load[c] + loads[i] <= high + TINY):
                    found, best = c, price
            if found >= 0:
                break
        label[i] = found
        load[found] += loads[i]


@compiled(nogil=True)
def _centre(cost, label, medoids):
    """Move each medoid to the best place in its cluster; return the cost and whether one has moved."""
    n, k = label.size, medoids.size
    moved = False
    total = 0.0
    for c in range(k):
        best, place = np.inf, medoids[c]
        for j in range(n):
            if label[j] != c:
                continue
            value = 0.0
            for i in range(n):
                if label[i] == c:
                    value += cost[i, j]
            if value < best - 1e-9:
                best, place = value, j
        if place != medoids[c]:
            medoids[c] = place
            moved = True
        total += best
    return total, moved


class Looking(NamedTuple):
    """How to look: rounds of prices, moves at a time, how hot, and whether items of one size are spread exactly.

    `aim` is a cost within reach, for where the present labels are no measure of one.
    """

    iterations: int
    moves: int
    heat: float
    aim: float
    even: bool


@compiled(nogil=True)
def search_neighbourhood(cost, near, bounds, guides, duals, label, prices, strict_penalties, looking, state):
    """Look for cheaper labels in as many clusters as `bounds` says; `label` receives them.

    Return the cost before and after. `prices` guide the moves. Clusterings are judged by ``strict_penalties`` and a
    thousandfold of the charges, so one that breaks more than the present one is never cheaper.
    """
    low, high, loads = bounds.low, bounds.high, bounds.loads
    k = bounds.clusters[0]
    iterations, moves, heat, aim, even = looking
    judging = Prices(strict_penalties, prices.charges)
    n = loads.size
    present = label.copy()
    trial = label.copy()
    room = n
    least_load = loads.min()
    if least_load > 0 and high / least_load < room:
        room = max(1, int(high / least_load) + 1)
    unit, load, chosen = np.empty(room), np.empty(room), np.empty(room)
    index = np.empty(room, dtype=np.int64)
    members = np.zeros((k, n), dtype=np.int64)
    sizes = np.zeros(k, dtype=np.int64)
    places = np.zeros(n, dtype=np.int64)
    sums = np.zeros(n)
    amounts = np.zeros(k)
    leads = np.zeros(k, dtype=np.int64)
    held = np.zeros(n, dtype=np.bool_)
    costs = Costs(cost, np.zeros((1, 2)))
    clusters = Clusters(trial, members, sizes, places, sums, amounts, leads)
    values = np.empty(n)
    start = _judge(cost, present, bounds, guides, judging)
    best = start
    floor, floor_prices = -np.inf, duals.copy()
    asked = duals.copy()
    direction = np.zeros(n)
    step, stale = 1.0, 0
    last = np.full(k, -1)
    for iteration in range(iterations):
        for j in range(n):
            values[j], _ = _worth(cost, loads, asked, low, high, j, room, unit, load, index, chosen)
        opened = np.argsort(values)[:k]
        bound = asked.sum() + values[opened].sum()
        subgradient = np.ones(n)
        for j in opened:
            _, taken = _worth(cost, loads, asked, low, high, j, room, unit, load, index, chosen)
            subgradient[j] -= 1.0
            for place in range(taken):
                subgradient[index[place]] -= chosen[place]
        if bound > floor + 1e-9 * abs(floor) or floor == -np.inf:
            floor, stale = bound, 0
            floor_prices[:] = asked
        else:
            stale += 1
        if iteration % _ASKING == _ASKING - 1:
            medoids = np.sort(opened)
            if (medoids != last).any():
                last = medoids.copy()
                whole = True
                for _ in range(_ALTERNATIONS):
                    if even:
                        whole = _spread_exactly(cost, medoids, low, high, trial)
                    else:
                        _spread_greedily(cost, medoids, loads, high, trial)
                    if not whole:
                        break
                    _, moved = _centre(cost, trial, medoids)
                    if not moved:
                        break
                if whole:
                    if moves > 0:
                        _fill_state(clusters, loads, guides.leader)
                        member_sums(costs.dense, costs.points, members, sizes, sums)
                        for strict in (False, True):
                            warm = 0.0 if strict else heat
                            schedule = Schedule(moves, warm, warm / 20, strict)
                            anneal(costs, near, bounds, clusters, held, guides, prices, schedule, state)
                    found = _judge(cost, trial, bounds, guides, judging)
                    if found < best - 1e-9 * abs(best):
                        best = found
                        label[:] = trial
        if best - floor <= 1e-6 * abs(best):
            break
        if stale >= _PATIENCE:
            step, stale = step / 2, 0
            asked[:] = floor_prices
            direction[:] = 0.0
            if step < _SMALLEST_STEP:
                break
        direction = subgradient + _MEMORY * direction
        norm = (direction * direction).sum()
        if norm < TINY:
            break
        asked = asked + (step * max(min(best, aim) - bound, 1e-6 * abs(bound)) / norm) * direction
    return start, best


@compiled(nogil=True)
def _fill_state(clusters, loads, leader):
    """Write labels into the arrays that moves work on."""
    label, members, sizes, places, _, amounts, leads = clusters
    sizes[:] = 0
    amounts[:] = 0.0
    leads[:] = 0
    for i in range(label.size):
        c = label[i]
        members[c, sizes[c]] = i
        places[i] = sizes[c]
        sizes[c] += 1
        amounts[c] += loads[i]
        if leader[i]:
            leads[c] += 1


@compiled(nogil=True)
def _judge(cost, label, bounds, guides, prices):
    """Cost about the best medoids, with what parted pairs are worth, and heavy prices for what is broken."""
    low, high, loads = bounds.low, bounds.high, bounds.loads
    k, leader = bounds.clusters[0], guides.leader
    partners, partner_starts, rewards = guides.partners, guides.partner_starts, guides.rewards
    penalties, charges = prices
    n = label.size
    total = 0.0
    for c in range(k):
        best = np.inf
        load = 0.0
        led = False
        for j in range(n):
            if label[j] != c:
                continue
            load += loads[j]
            led = led or leader[j]
            value = 0.0
            for i in range(n):
                if label[i] == c:
                    value += cost[i, j]
            best = min(best, value)
        if best == np.inf:
            return np.inf
        total += best + 1e3 * charges[1] * max(0.0, low - load - TINY, load - high - TINY)
        if not led:
            total += 1e3 * charges[0]
    for i in range(n):
        if is_alone(guides.guards, guides.starts, label, i):
            total += penalties[i]
        for place in range(partner_starts[i], partner_starts[i + 1]):
            if label[partners[place]] != label[i]:
                total += 0.5 * rewards[place]
    return total
