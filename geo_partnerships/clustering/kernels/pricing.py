"""Compiled search for the members a medoid would choose at given prices, with every rule within a cluster kept.

Open groups are taken by unit price as far as the sizes allow, which gives a floor; only a rule that this choice
breaks makes the search branch, so most medoids are settled after a few states.
"""

# ruff: noqa: ANN001, ANN201, ANN202, PLR0912, PLR0913, PLR0915, PLR0917, C901 - compiled loops
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import numpy as np

from geo_partnerships.clustering.kernels.filling import TINY, fill, filling_of, unearned
from geo_partnerships.clustering.kernels.jit import compiled

__all__ = ["arc_reduced_values", "choose_members", "list_members"]

_STACK = 2048


@compiled()
def _include(g, status, conflicts):
    """Put a group in and those it must not meet out; return whether that is possible."""
    if status[g] == -1:
        return False
    status[g] = 1
    for place in range(conflicts.starts[g], conflicts.starts[g + 1]):
        if status[conflicts.groups[place]] == 1:
            return False
        status[conflicts.groups[place]] = -1
    return True


@compiled()
def _weigh(filling, sizes, margin, guarantees):
    """Weigh the guarantees that those taken lack.

    Returns what is due for those that cannot be kept any more (infinite where they must), what the others cost
    as it stands, the least that the dearest of those will cost, and which it is (-1 for none).
    """
    load = sizes.load
    guaranteed, companions, companion_starts, side_duals = guarantees
    _, price, _, _, status, taken = filling
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
def _pick(filling, part, conflicts, tallies):
    """Which open group stands in the way of taking those taken: -1 for none, -2 where no choice can be right."""
    rows, least, most = tallies
    _, _, order, _, status, taken = filling
    over, under = -1, -1
    for t in range(least.size):
        count, sure, hope = 0.0, 0.0, 0.0
        for g in range(status.size):
            if taken[g]:
                count += rows[t, g]
            if status[g] == 1:
                sure += rows[t, g]
            elif status[g] == 0:
                hope += rows[t, g]
        if sure > most[t] + TINY or sure + hope < least[t] - TINY:
            return -2
        if count > most[t] + TINY:
            over = t
        elif count < least[t] - TINY:
            under = t
    if part >= 0:
        return part
    for g in range(status.size):
        if taken[g] and status[g] == 0:
            for place in range(conflicts.starts[g], conflicts.starts[g + 1]):
                if taken[conflicts.groups[place]]:
                    return g
    pick = -1
    if over >= 0:
        for place in range(order.size):
            g = order[place]
            if taken[g] and status[g] == 0 and rows[over, g] > 0:
                pick = g
    elif under >= 0:
        for place in range(order.size):
            g = order[place]
            if not taken[g] and status[g] == 0 and rows[under, g] > 0:
                return g
    return pick


@compiled()
def _split(pick, status, stack, height, conflicts):
    """Put two states upon the stack, one without a group and one with it; return the new height."""
    stack[height] = status
    stack[height, pick] = -1
    stack[height + 1] = status
    return height + 1 + _include(pick, stack[height + 1], conflicts)


@compiled()
def _grant(broken, status, stack, height, conflicts, guarantees):
    """Put the ways to deal with a guarantee upon the stack; return the new height.

    Its group stays out, or the price is paid, or one of its companions is in, and those before it are not.
    """
    guaranteed, companions, companion_starts, side_duals = guarantees
    a = guaranteed[broken]
    if a >= 0 and status[a] == 0:
        stack[height] = status
        stack[height, a] = -1
        height += 1
    first = companion_starts[broken]
    last = companion_starts[broken + 1]
    if side_duals[broken] < np.inf:
        stack[height] = status
        possible = a < 0 or _include(a, stack[height], conflicts)
        for place in range(first, last):
            if stack[height, companions[place]] == 0:
                stack[height, companions[place]] = -1
        height += possible
    for place in range(first, last):
        s = companions[place]
        if status[s] != 0:
            continue
        stack[height] = status
        possible = a < 0 or _include(a, stack[height], conflicts)
        for earlier in range(first, place):
            if stack[height, companions[earlier]] == 0:
                stack[height, companions[earlier]] = -1
        height += possible and _include(s, stack[height], conflicts)
    return height


@compiled()
def _settle(filling, sizes, margin, room, conflicts):
    """Settle open groups whose other choice costs more than there is room for.

    Returns 1, 0 where that is impossible, or -1 where those taken have to be chosen anew, since one of them must not
    meet a group that is in now.
    """
    load = sizes.load
    _, price, _, _, status, taken = filling
    for g in range(status.size):
        if status[g] != 0:
            continue
        change = price[g] - margin * load[g]
        if taken[g]:
            if -change >= room and not _include(g, status, conflicts):
                return 0
        elif change >= room:
            status[g] = -1
    for g in range(status.size):
        if taken[g] and status[g] == -1:
            return -1
    return 1


@compiled()
def _differ(status, taken, stack, height, conflicts):
    """Put every way to differ from a choice upon the stack, by the first open group that differs (Lawler, 1972)."""
    for g in range(status.size):
        if status[g] != 0:
            continue
        stack[height] = status
        if taken[g]:
            stack[height, g] = -1
            height += 1
            if not _include(g, status, conflicts):
                break
        else:
            height += _include(g, stack[height], conflicts)
            status[g] = -1
    return height


@compiled()
def _filled_and_settled(filling, rules, cutoff):
    """Fill, settle what may be no other way below `cutoff`, and fill again; an infinite floor where nothing is left."""
    sizes, conflicts, _, _, pairs = rules
    value, part, margin = fill(filling, sizes, pairs)
    while value < cutoff and part < 0:
        settled = _settle(filling, sizes, margin, cutoff - value, conflicts)
        if settled == 0:
            return np.inf, part, margin
        if settled == 1 and not pairs.rewards.size:
            break
        before = value
        value, part, margin = fill(filling, sizes, pairs)
        if settled == 1 and value <= before + TINY:
            break
    return value, part, margin


@compiled()
def _lowest(floors, height):
    """Return the state with the least floor, the latest on ties."""
    lowest = height - 1
    for place in range(height - 1):
        if floors[place] < floors[lowest]:
            lowest = place
    return lowest


@compiled()
def _search(cost, prices, own, also, rules, states, cutoff, listing, members, listed):
    """Go through the choices of one medoid's members.

    Returns the floor, whether it is exact, how many are listed, and after how many states.

    With `listing`, each choice below `cutoff` goes into ``listed``, depth first; else the cheapest choice is looked
    for, best states first, and ``members`` receives it.
    """
    sizes, conflicts, guarantees, tallies, pairs = rules
    filling = filling_of(cost - prices, sizes, pairs)
    status, taken = filling.status, filling.taken
    stack = np.zeros((_STACK + cost.size + 2, cost.size), dtype=np.int8)
    floors = np.empty(stack.shape[0])
    if not (_include(own, stack[0], conflicts) and _include(also, stack[0], conflicts)):
        return np.inf, True, 0, 0
    floors[0] = -np.inf
    height, visited, found = 1, 0, 0
    best = cutoff
    while height > 0:
        lowest = height - 1
        if not listing and (height < _STACK // 2 or visited >= states):
            lowest = _lowest(floors, height)
            if floors[lowest] >= best:
                return best, True, found, visited
        if visited >= states or height >= _STACK:
            return min(best, floors[:height].min()), False, found, visited
        visited += 1
        height -= 1
        status[:] = stack[lowest]
        dropped = floors[lowest] >= best
        stack[lowest] = stack[height]
        floors[lowest] = floors[height]
        if dropped:
            continue
        if listing:
            value, part, margin = _filled_and_settled(filling, rules, cutoff)
        else:
            value, part, margin = fill(filling, sizes, pairs)
        if value >= best:
            continue
        dues, extra, lift, broken = _weigh(filling, sizes, margin, guarantees)
        value += dues
        if value + lift >= best:
            continue
        pick = _pick(filling, part, conflicts, tallies)
        if pick == -2:  # noqa: PLR2004
            continue
        lost = -1
        if pick == -1 and pairs.rewards.size:
            paid, lost = unearned(filling, pairs)
            extra += paid + dues - value
        before = height
        if pick == -1 and listing and (value + extra < best or (lost < 0 and broken < 0)):
            if found == listed.shape[0]:
                return best, False, found, visited
            listed[found] = taken
            found += 1
            height = _differ(status, taken, stack, height, conflicts)
        else:
            if pick == -1 and value + extra < best:
                best = value + extra
                members[:] = taken
            if pick < 0:
                pick = lost
            if pick >= 0:
                height = _split(pick, status, stack, height, conflicts)
            elif broken >= 0:
                height = _grant(broken, status, stack, height, conflicts, guarantees)
        floors[before:height] = value + lift
    return best, True, found, visited


@compiled()
def choose_members(cost, prices, own, also, rules, states, cutoff, members):
    """Find the cheapest members of one medoid.

    Returns a floor under their reduced value, whether it is exact, and after how many states.

    Parameters
    ----------
    cost
        Cost of each group under the medoid, shape (groups,).
    own
        Group of the medoid, which is in.
    also
        Another group that is in; the same for none.
    rules
        A `ClusterRules`.
    states
        After so many states the floor is given as it stands.
    cutoff
        A reduced value from which on it does not matter how much more it is.
    members
        Receives who is in, shape (groups,).
    """
    members[:] = False
    nothing = np.empty((0, cost.size), dtype=np.bool_)
    value, exact, _, visited = _search(cost, prices, own, also, rules, states, cutoff, False, members, nothing)
    return value, exact, visited


@compiled()
def list_members(cost, prices, own, rules, states, cutoff, listed):
    """List every choice of members of one medoid of reduced value below `cutoff`; return how many, -1 for too many.

    Parameters are those of `choose_members`; ``listed``, shape (most, groups), receives the choices. More states
    than ``states`` are too many as well.
    """
    nobody = np.empty(0, dtype=np.bool_)
    _, whole, found, _ = _search(cost, prices, own, own, rules, states, cutoff, True, nobody, listed)
    return found if whole else -1


@compiled()
def arc_reduced_values(cost, prices, own, rules, states, cutoff, known):
    """Reduced value of one medoid with each group in, shape (groups,): at least so much, and exact below `cutoff`.

    Returns after how many states as well.
    """
    groups = cost.size
    load = rules.sizes.load
    filling = filling_of(cost - prices, rules.sizes, rules.pairs)
    members = np.zeros(groups, dtype=np.bool_)
    reduced_values = np.full(groups, known)
    filling.status[own] = 1
    value, _, margin = fill(filling, rules.sizes, rules.pairs)
    total = 0
    for g in range(groups):
        if g == own:
            continue
        simple = value if filling.taken[g] else value + max(0.0, filling.price[g] - margin * load[g])
        if simple >= cutoff:
            reduced_values[g] = max(known, simple)
            continue
        found, _, visited = choose_members(cost, prices, own, g, rules, states, cutoff, members)
        reduced_values[g] = max(known, found)
        total += visited
    return reduced_values, total
