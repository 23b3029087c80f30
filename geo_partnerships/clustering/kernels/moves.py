"""Compiled loops for problems too large for NumPy alone; imported only when such a problem comes.

Costs are read from a dense matrix where there is one, and computed from points where there is none.
Random numbers come from a small generator whose state is passed in, so a seed fixes every step.
"""

# ruff: noqa: ANN001, ANN201, ANN202, PLR0912, PLR0913, PLR0915, PLR0917, PLR2004, C901, SIM110 - compiled loops
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import math

import numpy as np

from geo_partnerships.clustering.kernels.jit import compiled

__all__ = [
    "alone",
    "anneal",
    "evaluate_all",
    "fill_medoid",
    "insert_sorted",
    "is_alone",
    "member_sums",
    "packed",
    "reduced_values",
    "rounded",
    "spread",
]

TINY = 1e-12


@compiled(inline="always")
def cost_between(dense, points, i, j):
    if dense.shape[0] > 1:
        return dense[i, j]
    dx = points[i, 0] - points[j, 0]
    dy = points[i, 1] - points[j, 1]
    total = dx * dx + dy * dy
    for axis in range(2, points.shape[1]):
        further = points[i, axis] - points[j, axis]
        total += further * further
    return math.sqrt(total)


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
def fill_medoid(unit, load, number, own_value, own_load, low, high, chosen):
    """Fill one medoid from `number` candidates sorted by unit price; return its value and how many were looked at.

    ``chosen`` receives the share of each candidate. One without a load is taken wherever it pays for itself.
    """
    value = own_value
    filled = own_load
    taken = 0
    for place in range(number):
        price, weight = unit[place], load[place]
        limit = high if price < 0 else low
        if weight <= TINY:
            share = 1.0 if price < 0 else 0.0
        elif filled >= limit - TINY:
            break
        else:
            share = min(1.0, (limit - filled) / weight)
        value += share * price * weight
        filled += share * weight
        chosen[place] = share
        taken = place + 1
    return value, taken


@compiled(nogil=True)
def insert_sorted(unit, load, index, count, capacity, price, weight, item):
    """Keep the `capacity` candidates of least unit price, sorted."""
    if count == capacity:
        if price >= unit[count - 1]:
            return count
        place = count - 1
    else:
        place = count
        count += 1
    while place > 0 and unit[place - 1] > price:
        unit[place] = unit[place - 1]
        load[place] = load[place - 1]
        index[place] = index[place - 1]
        place -= 1
    unit[place] = price
    load[place] = weight
    index[place] = item
    return count


@compiled(nogil=True)
def reduced_values(starts, items, costs, loads, prices, low, high, rows, taken_of, mark):
    """Reduced value of each medoid in `rows` at given prices, choosing among the items it has arcs to.

    Arcs of medoid j stand at ``starts[j]`` to ``starts[j + 1]``. With `mark`, the share taken of each item is
    added to `taken_of`.
    """
    values = np.empty(rows.size)
    widest = 1
    for j in range(starts.size - 1):
        widest = max(widest, starts[j + 1] - starts[j])
    unit, load, chosen = np.empty(widest), np.empty(widest), np.empty(widest)
    index = np.empty(widest, dtype=np.int64)
    least_load = loads.min()
    for line in range(rows.size):
        j = rows[line]
        room = starts[j + 1] - starts[j]
        if least_load > 0 and high / least_load < room:
            room = max(1, int(high / least_load) + 1)
        count = 0
        negative = loads[j]
        for place in range(starts[j], starts[j + 1]):
            i = items[place]
            price = costs[place] - prices[i]
            if price < 0 or negative < low:
                weight = max(loads[i], TINY)
                count = insert_sorted(unit, load, index, count, room, price / weight, weight, i)
                if price < 0:
                    negative += weight
        values[line], taken = fill_medoid(unit, load, count, -prices[j], loads[j], low, high, chosen)
        if mark:
            taken_of[j] += 1.0
            for place in range(taken):
                taken_of[index[place]] += chosen[place]
    return values


@compiled(nogil=True)
def evaluate_all(dense, points, loads, prices, low, high, rows):
    """Reduced value of each medoid in `rows` at given prices over all items: nothing is left out."""
    n = loads.size
    values = np.empty(rows.size)
    unit, load, chosen = np.empty(n), np.empty(n), np.empty(n)
    index = np.empty(n, dtype=np.int64)
    least_load = loads.min()
    room = n
    if least_load > 0 and high / least_load < n:
        room = max(1, int(high / least_load) + 1)
    for line in range(rows.size):
        j = rows[line]
        count = 0
        for i in range(n):
            if i == j:
                continue
            weight = max(loads[i], TINY)
            price = (cost_between(dense, points, i, j) - prices[i]) / weight
            if price < 0 or low > 0:
                count = insert_sorted(unit, load, index, count, room, price, weight, i)
        values[line], _ = fill_medoid(unit, load, count, -prices[j], loads[j], low, high, chosen)
    return values


@compiled(nogil=True)
def packed(dense, points, loads, prices, high, rows, taken_of, mark):
    """Reduced value of each medoid in `rows` at given prices where it takes whole items up to a load of `high`.

    Loads are whole numbers, so the best choice is built up load by load. With `mark`, what is taken is counted in
    `taken_of`.
    """
    n = loads.size
    values = np.empty(rows.size)
    best = np.empty(high + 1)
    order = np.empty(n, dtype=np.int64)
    kept = np.empty((n, high + 1), dtype=np.bool_)
    for line in range(rows.size):
        j = rows[line]
        room = high - loads[j]
        if room < 0:
            values[line] = np.inf
            continue
        best[: room + 1] = 0.0
        count = 0
        for i in range(n):
            gain = prices[i] - cost_between(dense, points, i, j)
            if i == j or gain <= 0 or loads[i] > room:
                continue
            weight = loads[i]
            kept[count, : weight + 1] = False
            for filled in range(room, weight - 1, -1):
                trial = best[filled - weight] + gain
                kept[count, filled] = trial > best[filled]
                best[filled] = max(trial, best[filled])
            order[count] = i
            count += 1
        values[line] = -prices[j] - best[room]
        if mark:
            taken_of[j] += 1.0
            filled = room
            for place in range(count - 1, -1, -1):
                if kept[place, filled]:
                    taken_of[order[place]] += 1.0
                    filled -= loads[order[place]]
    return values


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
def anneal(
    dense,
    points,
    near,
    loads,
    low,
    high,
    label,
    members,
    sizes,
    places,
    sums,
    load,
    held,
    guards,
    starts,
    fans,
    fan_starts,
    leader,
    leads,
    penalties,
    partners,
    partner_starts,
    rewards,
    prices,
    moves,
    hot,
    cold,
    strict,
    state,
):
    """Shift and swap items between neighbouring clusters, accepting dearer clusterings while it is hot.

    Every change is judged by the best medoid of both clusters. `held` items stay where they are. Prices
    guide the way through clusterings that break a rule: ``penalties`` of each item whose guarantee is lacking, and
    ``charges`` for a cluster without a leader and a unit of size out of bounds. ``rewards`` are those of the pairs of
    each item and its ``partners``, lost where they are parted. With `strict`, no change breaks a size further.
    """
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
            + prices[1] * (excess - excess_before)
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
        if prices[0] > 0:
            delta += prices[0] * _leaderless(leads, leader, a, partner, home_a, home_b)
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


@compiled(nogil=True)
def rounded(near, left, k):
    """Choose `k` medoids so that every neighbourhood has about as many as its summed share ``left``."""
    n = left.size
    free = np.ones(n, dtype=np.bool_)
    chosen = np.empty(k, dtype=np.int64)
    count = 0
    for threshold in (0.5, 0.25, 0.1, 0.02, 0.0):
        for j in np.argsort(-left, kind="mergesort"):
            if count == k:
                break
            if not free[j] or left[j] < threshold or (threshold > 0 and left[j] <= 0):
                continue
            chosen[count] = j
            count += 1
            free[j] = False
            need = 1.0
            for place in range(near.shape[1]):
                used = min(left[near[j, place]], need)
                left[near[j, place]] -= used
                need -= used
                if need <= 0:
                    break
    return np.sort(chosen[:count])


@compiled(nogil=True)
def spread(dense, points, near, loads, high, medoids, label):
    """Give each item to the nearest medoid with room, those that lose most by waiting first."""
    n, k = label.size, medoids.size
    position = np.full(n, -1)
    load = np.zeros(k)
    label[:] = -1
    for c in range(k):
        position[medoids[c]] = c
        label[medoids[c]] = c
        load[c] = loads[medoids[c]]
    regret = np.zeros(n)
    for i in range(n):
        first, second = np.inf, np.inf
        for place in range(near.shape[1]):
            j = near[i, place]
            if position[j] >= 0:
                price = cost_between(dense, points, i, j)
                if price < first:
                    first, second = price, first
                elif price < second:
                    second = price
        regret[i] = second - first if second < np.inf else (first if first < np.inf else 0.0)
    for i in np.argsort(-regret):
        if label[i] >= 0:
            continue
        best, found = np.inf, -1
        for place in range(near.shape[1]):
            c = position[near[i, place]]
            if c >= 0 and load[c] + loads[i] <= high + TINY:
                price = cost_between(dense, points, i, medoids[c])
                if price < best:
                    best, found = price, c
        if found < 0:
            for c in range(k):
                if load[c] + loads[i] <= high + TINY:
                    price = cost_between(dense, points, i, medoids[c])
                    if price < best:
                        best, found = price, c
        if found < 0:
            for c in range(k):
                price = cost_between(dense, points, i, medoids[c])
                if price < best:
                    best, found = price, c
        label[i] = found
        load[found] += loads[i]
