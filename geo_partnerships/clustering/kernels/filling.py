"""Compiled floor of a state of the pricing: open groups are taken by unit price as far as the sizes allow.

A state says of each group whether it is in (1), out (-1) or open (0).
"""

# ruff: noqa: ANN001, ANN201, ANN202, PLR0912, C901 - compiled loops
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo_partnerships.clustering.kernels.jit import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["TINY", "Filling", "fill", "filling_of", "relaxed_reduced_values", "unearned"]

TINY = 1e-9
_ROUNDS = 12
"""How often rewards of pairs are shared anew between the two for one floor."""


class Filling(NamedTuple):
    """What one medoid would take at given prices, shape (groups,) each but for ``shares``.

    ``base`` is what each group costs; ``price`` the same with its share of rewards; ``order`` that of unit prices;
    ``taken`` who is in. ``shares``, shape (rewarded pairs in both orders,), says who has how much of a reward.
    """

    base: NDArray[np.float64]
    price: NDArray[np.float64]
    order: NDArray[np.int64]
    shares: NDArray[np.float64]
    status: NDArray[np.int8]
    taken: NDArray[np.bool_]


@compiled()
def filling_of(base, sizes, pairs):
    """Begin with every group open."""
    groups = base.size
    return Filling(
        base,
        base.copy(),
        np.argsort(base / sizes.load),
        np.empty(pairs.rewards.size),
        np.zeros(groups, dtype=np.int8),
        np.zeros(groups, dtype=np.bool_),
    )


@compiled()
def _fill(filling, sizes):
    """Take open groups by unit price; return the floor, the group taken in part (-1 for none), and the margin.

    The floor is infinite where the sizes leave no way. The margin is the unit price
    at which the sizes bind, 0 where they do not: putting a group in, or out, costs at least what its price is
    above, or below, the margin.
    """
    load, low, high = sizes
    _, price, order, _, status, taken = filling
    value, filled = 0.0, 0.0
    for g in range(price.size):
        taken[g] = status[g] == 1
        if status[g] == 1:
            value += price[g]
            filled += load[g]
    if filled > high + TINY:
        return np.inf, -1, 0.0
    last = 0.0
    for place in range(order.size):
        g = order[place]
        if status[g] != 0:
            continue
        limit = high if price[g] < 0 else low
        if filled >= limit - TINY:
            if price[g] >= 0:
                break
            return value, -1, last
        if filled + load[g] > limit + TINY:
            value += price[g] * (limit - filled) / load[g]
            return value, g, price[g] / load[g]
        taken[g] = True
        value += price[g]
        filled += load[g]
        last = price[g] / load[g]
    if filled < low - TINY:
        return np.inf, -1, 0.0
    return value, -1, max(0.0, last)


@compiled()
def _fill_paired(filling, sizes, pairs):
    """Take open groups as `_fill` does where pairs of groups are rewarded; return what `_fill` returns.

    Prices come to be such that their sum is never above what a choice costs: the reward of a pair of open groups is
    shared between the two, whether both are taken or not. At first each has half; a group that is not taken can then
    have more, up to the price at which it would be, and its partner less (Caprara, Pisinger and Toth, 1999, bound
    quadratic knapsacks so).
    """
    load = sizes.load
    partners, partner_starts, rewards, mirror = pairs
    base, price, order, shares, status, taken = filling
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
    value, part, margin = _fill(filling, sizes)
    for _ in range(_ROUNDS):
        moved = 0.0
        for g in range(base.size):
            if status[g] != 0 or taken[g] or g == part:
                continue
            spare = price[g] - margin * load[g]
            for place in range(partner_starts[g], partner_starts[g + 1]):
                h = partners[place]
                if spare <= TINY:
                    break
                if status[h] == 0 and taken[h]:
                    given = min(spare, shares[mirror[place]])
                    shares[place] += given
                    shares[mirror[place]] -= given
                    price[g] -= given
                    price[h] += given
                    spare -= given
                    moved += given
        if moved <= TINY:
            break
        order[:] = np.argsort(price / load)
        value, part, margin = _fill(filling, sizes)
    return value, part, margin


@compiled()
def fill(filling, sizes, pairs):
    """Take open groups by unit price; return the floor, the group taken in part (-1 for none), and the margin.

    The margin is the unit price at which the sizes bind, see `_fill`.
    """
    if pairs.rewards.size:
        return _fill_paired(filling, sizes, pairs)
    return _fill(filling, sizes)


@compiled()
def unearned(filling, pairs):
    """Return what those taken cost, and the open group with most rewards counted that are not earned (-1 for none)."""
    partners, partner_starts, rewards, mirror = pairs
    base, _, _, shares, status, taken = filling
    cost, most, pick = 0.0, TINY, -1
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
def relaxed_reduced_values(cost, prices, own, sizes, pairs):
    """Reduced value of every medoid with sizes and rewards alone, shape (n,): never above the true one."""
    groups, n = cost.shape
    reduced_values = np.empty(n)
    filling = filling_of(np.zeros(groups), sizes, pairs)
    for j in range(n):
        for g in range(groups):
            filling.base[g] = filling.price[g] = cost[g, j] - prices[g]
        if not pairs.rewards.size:
            filling.order[:] = np.argsort(filling.base / sizes.load)
        filling.status[own[j]] = 1
        reduced_values[j], _, _ = fill(filling, sizes, pairs)
        filling.status[own[j]] = 0
    return reduced_values
