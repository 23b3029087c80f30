"""Compiled search for the members a medoid would choose at given prices, with every rule within a cluster kept.

A state of the search says of each group whether it is in (1), out (-1) or open (0). Open groups are taken by
unit price as far as the sizes allow, which gives a floor; only a rule that this choice breaks makes the search
branch, so most medoids are settled after a few states.
"""

# ruff: noqa: ANN001, ANN201, ANN202, PLR0912, PLR0913, PLR0915, PLR0917, C901 - compiled loops
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import numpy as np

from geo_partnerships.clustering.kernels.jit import compiled

__all__ = ["arc_reduced_values", "choose_members", "list_members", "relaxed_reduced_values"]

_TINY = 1e-9
_STACK = 2048
_ROUNDS = 12
"""How often rewards of pairs are shared anew between the two for one floor."""


@compiled()
def _fill(order, price, load, low, high, status, taken):
    """Take open groups by unit price; return the floor, the group taken in part (-1 for none), and the margin.

    ``taken`` receives who is in. The floor is infinite where the sizes leave no way. The margin is the unit price
    at which the sizes bind, 0 where they do not: putting a group in, or out, costs at least what its price is
    above, or below, the margin.
    """
    value, filled = 0.0, 0.0
    for g in range(price.size):
        taken[g] = status[g] == 1
        if status[g] == 1:
            value += price[g]
            filled += load[g]
    if filled > high + _TINY:
        return np.inf, -1, 0.0
    last = 0.0
    for place in range(order.size):
        g = order[place]
        if status[g] != 0:
            continue
        limit = high if price[g] < 0 else low
        if filled >= limit - _TINY:
            if price[g] >= 0:
                break
            return value, -1, last
        if filled + load[g] > limit + _TINY:
            value += price[g] * (limit - filled) / load[g]
            return value, g, price[g] / load[g]
        taken[g] = True
        value += price[g]
        filled += load[g]
        last = price[g] / load[g]
    if filled < low - _TINY:
        return np.inf, -1, 0.0
    return value, -1, max(0.0, last)


@compiled()
def _fill_paired(
    base, load, low, high, status, taken, price, order, partners, partner_starts, rewards, mirror, shares, rounds
):
    """Take open groups as `_fill` does where pairs of groups are rewarded; return what `_fill` returns.

    ``price`` receives prices whose sum is never above what a choice costs: the reward of a pair of open groups is
    shared between the two, whether both are taken or not. At first each has half; a group that is not taken can then
    have more, up to the price at which it would be, and its partner less (Caprara, Pisinger and Toth, 1999, bound
    quadratic knapsacks so). ``shares`` receives who has how much.
    """
    for g in range(base.size):
        price[g] = base[g]
        if status[g] == -1:
            continue
        for place in range(partner_starts[g], partner_starts[g + 1]):
            other = status[partners[place]]
            shares[place] = 0.5 * rewards[place] if other == status[g] else 0.0
            if status[g] == 1:
                price[g] -= shares[place]
            elif other == 1:
                price[g] -= rewards[place]
            elif other == 0:
                price[g] -= shares[place]
    order[:] = np.argsort(price / load)
    value, part, margin = _fill(order, price, load, low, high, status, taken)
    for _ in range(rounds):
        moved = 0.0
        for g in range(base.size):
            if status[g] != 0 or taken[g] or g == part:
                continue
            spare = price[g] - margin * load[g]
            for place in range(partner_starts[g], partner_starts[g + 1]):
                h = partners[place]
                if spare <= _TINY:
                    break
                if status[h] == 0 and taken[h]:
                    given = min(spare, shares[mirror[place]])
                    shares[place] += given
                    shares[mirror[place]] -= given
                    price[g] -= given
                    price[h] += given
                    spare -= given
                    moved += given
        if moved <= _TINY:
            break
        order[:] = np.argsort(price / load)
        value, part, margin = _fill(order, price, load, low, high, status, taken)
    return value, part, margin


@compiled()
def _unearned(base, status, taken, partners, partner_starts, rewards, mirror, shares):
    """Return what those taken cost, and the open group with most rewards counted that are not earned (-1 for none)."""
    cost, most, pick = 0.0, _TINY, -1
    for g in range(base.size):
        if taken[g]:
            cost += base[g]
        lost = 0.0
        for place in range(partner_starts[g], partner_starts[g + 1]):
            h = partners[place]
            if taken[g] and taken[h]:
                cost -= 0.5 * rewards[place]
            elif status[g] == 0 and status[h] == 0 and taken[g] != taken[h]:
                lost += shares[place] if taken[g] else shares[mirror[place]]
        if lost > most:
            most, pick = lost, g
    return cost, pick


@compiled()
def relaxed_reduced_values(cost, prices, own, load, low, high, partners, partner_starts, rewards, mirror):
    """Reduced value of every medoid with sizes and rewards alone, shape (n,): never above the true one."""
    groups, n = cost.shape
    reduced_values = np.empty(n)
    status = np.zeros(groups, dtype=np.int8)
    taken = np.zeros(groups, dtype=np.bool_)
    price, base = np.empty(groups), np.empty(groups)
    order = np.empty(groups, dtype=np.int64)
    shares = np.empty(rewards.size)
    for j in range(n):
        for g in range(groups):
            base[g] = cost[g, j] - prices[g]
        status[own[j]] = 1
        if rewards.size:
            reduced_values[j], _, _ = _fill_paired(
                base, load, low, high, status, taken, price, order,
                partners, partner_starts, rewards, mirror, shares, _ROUNDS,
            )  # fmt: skip
        else:
            order[:] = np.argsort(base / load)
            reduced_values[j], _, _ = _fill(order, base, load, low, high, status, taken)
        status[own[j]] = 0
    return reduced_values


@compiled()
def _include(g, status, conflicts, conflict_starts):
    """Put a group in and those it must not meet out; return whether that is possible."""
    if status[g] == -1:
        return False
    status[g] = 1
    for place in range(conflict_starts[g], conflict_starts[g + 1]):
        if status[conflicts[place]] == 1:
            return False
        status[conflicts[place]] = -1
    return True


@compiled()
def _weigh(price, load, margin, status, taken, guaranteed, companions, companion_starts, side_duals):
    """Weigh the guarantees that those taken lack.

    Returns what is due for those that cannot be kept any more (infinite where they must), what the others cost
    as it stands, the least that the dearest of those will cost, and which it is (-1 for none).
    """
    dues, extra, lift, broken = 0.0, 0.0, 0.0, -1
    for w in range(guaranteed.size):
        a = guaranteed[w]
        if a >= 0 and not taken[a]:
            continue
        met, open_ = False, False
        reduced_cost = side_duals[w]
        for place in range(companion_starts[w], companion_starts[w + 1]):
            s = companions[place]
            if taken[s]:
                met = True
                break
            if status[s] == 0:
                open_ = True
                reduced_cost = min(reduced_cost, max(0.0, price[s] - margin * load[s]))
        if met:
            continue
        certain = a < 0 or status[a] == 1
        if certain and not open_:
            dues += side_duals[w]
            continue
        if not certain:
            reduced_cost = min(reduced_cost, max(0.0, margin * load[a] - price[a]))
        if broken < 0 or reduced_cost > lift:
            broken, lift = w, reduced_cost
        extra += side_duals[w]
    return dues, extra, lift, broken


@compiled()
def _pick(order, status, taken, part, conflicts, conflict_starts, tallies, least, most):
    """Which open group stands in the way of taking those taken: -1 for none, -2 where no choice can be right."""
    over, under = -1, -1
    for t in range(least.size):
        count, sure, hope = 0.0, 0.0, 0.0
        for g in range(status.size):
            if taken[g]:
                count += tallies[t, g]
            if status[g] == 1:
                sure += tallies[t, g]
            elif status[g] == 0:
                hope += tallies[t, g]
        if sure > most[t] + _TINY or sure + hope < least[t] - _TINY:
            return -2
        if count > most[t] + _TINY:
            over = t
        elif count < least[t] - _TINY:
            under = t
    if part >= 0:
        return part
    for g in range(status.size):
        if taken[g] and status[g] == 0:
            for place in range(conflict_starts[g], conflict_starts[g + 1]):
                if taken[conflicts[place]]:
                    return g
    pick = -1
    if over >= 0:
        for place in range(order.size):
            g = order[place]
            if taken[g] and status[g] == 0 and tallies[over, g] > 0:
                pick = g
    elif under >= 0:
        for place in range(order.size):
            g = order[place]
            if not taken[g] and status[g] == 0 and tallies[under, g] > 0:
                return g
    return pick


@compiled()
def _split(pick, status, stack, height, conflicts, conflict_starts):
    """Put two states upon the stack, one without a group and one with it; return the new height."""
    stack[height] = status
    stack[height, pick] = -1
    stack[height + 1] = status
    return height + 1 + _include(pick, stack[height + 1], conflicts, conflict_starts)


@compiled()
def _grant(
    broken, status, stack, height, conflicts, conflict_starts, guaranteed, companions, companion_starts, side_duals
):
    """Put the ways to deal with a guarantee upon the stack; return the new height.

    Its group stays out, or the price is paid, or one of its companions is in, and those before it are not.
    """
    a = guaranteed[broken]
    if a >= 0 and status[a] == 0:
        stack[height] = status
        stack[height, a] = -1
        height += 1
    first = companion_starts[broken]
    last = companion_starts[broken + 1]
    if side_duals[broken] < np.inf:
        stack[height] = status
        possible = a < 0 or _include(a, stack[height], conflicts, conflict_starts)
        for place in range(first, last):
            if stack[height, companions[place]] == 0:
                stack[height, companions[place]] = -1
        height += possible
    for place in range(first, last):
        s = companions[place]
        if status[s] != 0:
            continue
        stack[height] = status
        possible = a < 0 or _include(a, stack[height], conflicts, conflict_starts)
        for earlier in range(first, place):
            if stack[height, companions[earlier]] == 0:
                stack[height, companions[earlier]] = -1
        height += possible and _include(s, stack[height], conflicts, conflict_starts)
    return height


@compiled()
def choose_members(
    cost,
    prices,
    own,
    also,
    load,
    low,
    high,
    conflicts,
    conflict_starts,
    guaranteed,
    companions,
    companion_starts,
    side_duals,
    tallies,
    least,
    most,
    partners,
    partner_starts,
    rewards,
    mirror,
    states,
    cutoff,
    members,
):
    """Find the cheapest members of one medoid; return a floor under their reduced value, and whether it is exact.

    Parameters
    ----------
    cost
        Cost of each group under the medoid, shape (groups,).
    own
        Group of the medoid, which is in.
    also
        Another group that is in; the same for none.
    conflicts, conflict_starts
        Groups that a group must not meet.
    guaranteed, companions, companion_starts, side_duals
        Guarantee w of group ``guaranteed[w]`` (-1: of whoever is there) to have one of ``companions``, and what it
        costs where it has not; infinite where it must.
    partners, partner_starts, rewards, mirror
        Groups that each group is rewarded for being with, by how much, and where the pair stands in the other order.
    tallies, least, most
        Tally t of the members counts ``tallies[t, g]`` for group g and must lie between ``least`` and ``most``.
    states
        After so many states the floor is given as it stands.
    cutoff
        A reduced value from which on it does not matter how much more it is.
    members
        Receives who is in, shape (groups,).
    """
    groups = cost.size
    base = cost - prices
    price = base.copy()
    order = np.argsort(base / load)
    shares = np.empty(rewards.size)
    stack = np.zeros((_STACK + groups + 2, groups), dtype=np.int8)
    floors = np.empty(stack.shape[0])
    if not (
        _include(own, stack[0], conflicts, conflict_starts) and _include(also, stack[0], conflicts, conflict_starts)
    ):
        return np.inf, True
    floors[0] = -np.inf
    height = 1
    best = cutoff
    taken = np.zeros(groups, dtype=np.bool_)
    status = np.zeros(groups, dtype=np.int8)
    members[:] = False
    visited = 0
    while height > 0:
        lowest = height - 1
        if height < _STACK // 2 or visited >= states:
            for place in range(height - 1):
                if floors[place] < floors[lowest]:
                    lowest = place
            if floors[lowest] >= best:
                return best, True
        if visited >= states or height >= _STACK:
            return min(best, floors[:height].min()), False
        visited += 1
        height -= 1
        status[:] = stack[lowest]
        dropped = floors[lowest] >= best
        stack[lowest] = stack[height]
        floors[lowest] = floors[height]
        if dropped:
            continue
        if rewards.size:
            value, part, margin = _fill_paired(
                base, load, low, high, status, taken, price, order,
                partners, partner_starts, rewards, mirror, shares, _ROUNDS,
            )  # fmt: skip
        else:
            value, part, margin = _fill(order, price, load, low, high, status, taken)
        if value >= best:
            continue
        dues, extra, lift, broken = _weigh(
            price, load, margin, status, taken, guaranteed, companions, companion_starts, side_duals
        )
        value += dues
        if value + lift >= best:
            continue
        pick = _pick(order, status, taken, part, conflicts, conflict_starts, tallies, least, most)
        if pick == -2:  # noqa: PLR2004
            continue
        unearned = -1
        if pick == -1 and rewards.size:
            paid, unearned = _unearned(base, status, taken, partners, partner_starts, rewards, mirror, shares)
            extra += paid + dues - value
        if pick == -1 and value + extra < best:
            best = value + extra
            members[:] = taken
        before = height
        if pick >= 0:
            height = _split(pick, status, stack, height, conflicts, conflict_starts)
        elif unearned >= 0:
            height = _split(unearned, status, stack, height, conflicts, conflict_starts)
        elif broken >= 0:
            height = _grant(
                broken,
                status,
                stack,
                height,
                conflicts,
                conflict_starts,
                guaranteed,
                companions,
                companion_starts,
                side_duals,
            )
        floors[before:height] = value + lift
    return best, True


@compiled()
def list_members(
    cost,
    prices,
    own,
    load,
    low,
    high,
    conflicts,
    conflict_starts,
    guaranteed,
    companions,
    companion_starts,
    side_duals,
    tallies,
    least,
    most,
    partners,
    partner_starts,
    rewards,
    mirror,
    states,
    cutoff,
    listed,
):
    """List every choice of members of one medoid of reduced value below `cutoff`; return how many, -1 for too many.

    Parameters are those of `choose_members`; ``listed``, shape (most, groups), receives the choices. More states
    than ``states`` are too many as well.
    """
    groups = cost.size
    base = cost - prices
    price = base.copy()
    order = np.argsort(base / load)
    shares = np.empty(rewards.size)
    stack = np.zeros((_STACK + groups + 2, groups), dtype=np.int8)
    if not _include(own, stack[0], conflicts, conflict_starts):
        return 0
    height = 1
    taken = np.zeros(groups, dtype=np.bool_)
    status = np.zeros(groups, dtype=np.int8)
    visited, found = 0, 0
    while height > 0:
        if visited >= states or height >= _STACK:
            return -1
        visited += 1
        height -= 1
        status[:] = stack[height]
        if rewards.size:
            value, part, margin = _fill_paired(
                base, load, low, high, status, taken, price, order,
                partners, partner_starts, rewards, mirror, shares, _ROUNDS,
            )  # fmt: skip
        else:
            value, part, margin = _fill(order, price, load, low, high, status, taken)
        settled = 0
        while value < cutoff and part < 0:
            settled = _settle(price, load, margin, cutoff - value, status, taken, conflicts, conflict_starts)
            if settled == 0 or (settled == 1 and not rewards.size):
                break
            before = value
            if rewards.size:
                value, part, margin = _fill_paired(
                    base, load, low, high, status, taken, price, order,
                    partners, partner_starts, rewards, mirror, shares, _ROUNDS,
                )  # fmt: skip
                if settled == 1 and value <= before + _TINY:
                    break
            else:
                value, part, margin = _fill(order, price, load, low, high, status, taken)
        if value >= cutoff or (settled == 0 and part < 0):
            continue
        dues, extra, lift, broken = _weigh(
            price, load, margin, status, taken, guaranteed, companions, companion_starts, side_duals
        )
        value += dues
        if value + lift >= cutoff:
            continue
        pick = _pick(order, status, taken, part, conflicts, conflict_starts, tallies, least, most)
        if pick == -2:  # noqa: PLR2004
            continue
        unearned = -1
        if pick == -1 and rewards.size:
            paid, unearned = _unearned(base, status, taken, partners, partner_starts, rewards, mirror, shares)
            extra += paid + dues - value
        if pick >= 0:
            height = _split(pick, status, stack, height, conflicts, conflict_starts)
        elif unearned >= 0 and value + extra >= cutoff:
            height = _split(unearned, status, stack, height, conflicts, conflict_starts)
        elif broken < 0 or value + extra < cutoff:
            if found == listed.shape[0]:
                return -1
            listed[found] = taken
            found += 1
            height = _differ(status, taken, stack, height, conflicts, conflict_starts)
        else:
            height = _grant(
                broken,
                status,
                stack,
                height,
                conflicts,
                conflict_starts,
                guaranteed,
                companions,
                companion_starts,
                side_duals,
            )
    return found


@compiled()
def _settle(price, load, margin, room, status, taken, conflicts, conflict_starts):
    """Settle open groups whose other choice costs more than there is room for.

    Returns 1, 0 where that is impossible, or -1 where those taken have to be chosen anew, since one of them must not
    meet a group that is in now.
    """
    for g in range(status.size):
        if status[g] != 0:
            continue
        change = price[g] - margin * load[g]
        if taken[g]:
            if -change >= room and not _include(g, status, conflicts, conflict_starts):
                return 0
        elif change >= room:
            status[g] = -1
    for g in range(status.size):
        if taken[g] and status[g] == -1:
            return -1
    return 1


@compiled()
def _differ(status, taken, stack, height, conflicts, conflict_starts):
    """Put every way to differ from a choice upon the stack, by the first open group that differs (Lawler, 1972)."""
    for g in range(status.size):
        if status[g] != 0:
            continue
        stack[height] = status
        if taken[g]:
            stack[height, g] = -1
            height += 1
            if not _include(g, status, conflicts, conflict_starts):
                break
        else:
            height += _include(g, stack[height], conflicts, conflict_starts)
            status[g] = -1
    return height


@compiled()
def arc_reduced_values(
    cost,
    prices,
    own,
    load,
    low,
    high,
    conflicts,
    conflict_starts,
    guaranteed,
    companions,
    companion_starts,
    side_duals,
    tallies,
    least,
    most,
    partners,
    partner_starts,
    rewards,
    mirror,
    states,
    cutoff,
    known,
):
    """Reduced value of one medoid with each group in, shape (groups,): at least so much, and exact below `cutoff`."""
    groups = cost.size
    base = cost - prices
    price = base.copy()
    order = np.argsort(base / load)
    shares = np.empty(rewards.size)
    status = np.zeros(groups, dtype=np.int8)
    taken = np.zeros(groups, dtype=np.bool_)
    members = np.zeros(groups, dtype=np.bool_)
    reduced_values = np.full(groups, known)
    status[own] = 1
    if rewards.size:
        value, _, margin = _fill_paired(
            base, load, low, high, status, taken, price, order,
            partners, partner_starts, rewards, mirror, shares, _ROUNDS,
        )  # fmt: skip
    else:
        value, _, margin = _fill(order, price, load, low, high, status, taken)
    for g in range(groups):
        if g == own:
            continue
        simple = value if taken[g] else value + max(0.0, price[g] - margin * load[g])
        if simple >= cutoff:
            reduced_values[g] = max(known, simple)
            continue
        found, _ = choose_members(
            cost,
            prices,
            own,
            g,
            load,
            low,
            high,
            conflicts,
            conflict_starts,
            guaranteed,
            companions,
            companion_starts,
            side_duals,
            tallies,
            least,
            most,
            partners,
            partner_starts,
            rewards,
            mirror,
            states,
            cutoff,
            members,
        )
        reduced_values[g] = max(known, found)
    return reduced_values
