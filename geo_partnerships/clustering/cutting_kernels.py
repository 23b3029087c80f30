"""Compiled search for sets of medoids whose clusters a linear choice opens in part against the sizes."""

# ruff: noqa: ANN001, ANN201, ANN202, PLR0913, PLR0917 - compiled loops
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import numpy as np

from geo_partnerships.clustering.compiling import compiled

__all__ = ["grow"]

_TINY = 1e-9
_WHOLE = 1e-6
_TRIED = 6


@compiled()
def _by_greatest(order, served, loads, high, opened):
    """Most by which the greatest size is broken by groups served most, and how many of them show it."""
    best, size, filled, outside = 0.0, 0, 0.0, 0.0
    for place in range(order.size):
        g = order[place]
        filled += loads[g]
        outside += loads[g] * (1 - served[g])
        needed = np.ceil(filled / high - _WHOLE)
        broken = ((filled - high * (needed - 1)) * (needed - opened) - outside) / np.sqrt(filled)
        if broken > best:
            best, size = broken, place + 1
    return best, size


@compiled()
def _by_least(order, served, loads, low, opened):
    """Most by which the least size is broken where groups served most are given away, and how many of them show it."""
    outside = 0.0
    for place in range(order.size):
        outside += loads[order[place]] * served[order[place]]
    best, size, filled = 0.0, 0, 0.0
    for place in range(order.size + 1):
        possible = np.floor(filled / low + _WHOLE)
        rest = max(0.0, filled - low * possible)
        broken = ((low - rest) * (opened - possible) - outside) / np.sqrt(filled + 1)
        if broken > best:
            best, size = broken, place
        if place < order.size:
            g = order[place]
            filled += loads[g]
            outside -= loads[g] * served[g]
    return best, size


@compiled()
def _served(shares, inside):
    """How much of each group some medoids serve, and those served, the most first."""
    served = np.zeros(shares.shape[0])
    for p in range(inside.size):
        if inside[p]:
            served += shares[:, p]
    some = np.flatnonzero(served > _TINY)
    return served, some[np.argsort(-served[some], kind="mergesort")]


@compiled()
def _break(shares, opened, loads, low, high, inside):
    """How far both sizes are broken by some medoids: the amounts, and the groups that show it, in order."""
    served, order = _served(shares, inside)
    many = 0.0
    for p in range(inside.size):
        if inside[p]:
            many += opened[p]
    above, upper = _by_greatest(order, served, loads, high, many)
    below, lower = 0.0, 0
    if low > 0:
        below, lower = _by_least(order, served, loads, low, many)
    return above, upper, below, lower, order


@compiled()
def grow(shares, opened, overlap, loads, low, high, starts, steps, least, groups, medoids, amounts, kinds):
    """Grow sets of medoids from each start by those that share groups with them; return how many cuts were noted.

    Parameters
    ----------
    shares
        How much of each group is under each open medoid, shape (groups, open).
    opened
        How far each medoid is open, shape (open,).
    overlap
        How much each two medoids share, shape (open, open).
    starts
        Medoids to begin from.
    steps
        How many medoids a set has at most.
    least
        The least amount that counts.
    groups, medoids, amounts, kinds
        Receive the cuts: members of both sets, by how much each is broken, and whether by the greatest size.
    """
    found = 0
    for start in starts:
        inside = np.zeros(opened.size, dtype=np.bool_)
        inside[start] = True
        links = overlap[start].copy()
        for _ in range(steps):
            above, upper, below, lower, order = _break(shares, opened, loads, low, high, inside)
            for amount, size, kind in ((above, upper, True), (below, lower, False)):
                if amount > least and found < amounts.size:
                    groups[found] = False
                    groups[found, order[:size]] = True
                    medoids[found] = inside
                    amounts[found] = amount
                    kinds[found] = kind
                    found += 1
            ranked = np.argsort(-links, kind="mergesort")
            best, chosen, tried = -1.0, -1, 0
            for p in ranked:
                if links[p] <= _TINY or tried == _TRIED:
                    break
                if inside[p]:
                    continue
                tried += 1
                inside[p] = True
                above, _, below, _, _ = _break(shares, opened, loads, low, high, inside)
                inside[p] = False
                worth = max(above, below) + _WHOLE * links[p]
                if worth > best:
                    best, chosen = worth, p
            if chosen < 0:
                break
            inside[chosen] = True
            links += overlap[chosen]
    return found
