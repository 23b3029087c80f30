"""How a plan fits: how far two plans agree, and how well each school sits among its fellows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_partnerships.checking.measures import metres_between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_partnerships.plans import Plan

__all__ = ["agreement", "silhouettes"]

MOST = 2000
"""Up to so many schools are measured each to each."""


def agreement(a: Plan, b: Plan) -> float | None:
    """Return the adjusted Rand index of two plans over the schools in both; None where fewer than two are.

    1 where they group the same schools; about 0 where they agree no more than by chance (Hubert and Arabie, 1985). Of
    a school in two partnerships the first counts.
    """
    first, second = _homes(a), _homes(b)
    both = sorted(first.keys() & second.keys())
    if len(both) < 2:  # noqa: PLR2004 - nothing to agree on
        return None
    return _adjusted_rand_index([first[urn] for urn in both], [second[urn] for urn in both])


def _adjusted_rand_index(one: Sequence[int], other: Sequence[int]) -> float:
    """Return how far two groupings of the same items agree, from the pairs that each has together."""
    together = _pairs(Counter(zip(one, other, strict=True)))
    only_one, only_other = _pairs(Counter(one)) - together, _pairs(Counter(other)) - together
    apart = len(one) * (len(one) - 1) // 2 - together - only_one - only_other
    if not only_one and not only_other:
        return 1.0
    by_chance = (together + only_one) * (only_one + apart) + (together + only_other) * (only_other + apart)
    return 2 * (together * apart - only_one * only_other) / by_chance


def _pairs(sizes: Counter[Any]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())


def silhouettes(plan: Plan) -> dict[str, float]:
    """Return how well each school of the area partnerships sits in its own, from -1 to 1, by key.

    The mean distance to the fellow members, set against that to the nearest other partnership (Rousseeuw, 1987): below
    0, another is nearer. Empty where there is but one partnership, a distance is not known, or there are too many.
    """
    homes = _homes(plan, strand="area")
    schools = [plan.problem.schools[urn] for urn in sorted(homes) if plan.problem.schools[urn].has_point]
    labels = [homes[school.urn] for school in schools]
    if not 1 < len(set(labels)) < len(labels) <= MOST:
        return {}
    distances = np.array([[metres_between(plan.problem, a, b) for b in schools] for a in schools], dtype=np.float64)
    if np.isnan(distances).any():
        return {}
    np.fill_diagonal(distances, 0.0)
    return {school.urn: float(value) for school, value in zip(schools, _silhouettes(distances, labels), strict=True)}


def _silhouettes(distances: NDArray[np.float64], labels: Sequence[int]) -> NDArray[np.float64]:
    """Return the silhouette of each item, from (n, n) distances; 0 for one that is alone."""
    names, own = np.unique(labels, return_inverse=True)
    sizes = np.bincount(own)
    sums = np.stack([distances[:, own == at].sum(axis=1) for at in range(len(names))], axis=1)
    items = np.arange(len(own))
    within = sums[items, own] / np.maximum(sizes[own] - 1, 1)
    means = sums / sizes
    means[items, own] = np.inf
    nearest = means.min(axis=1)
    larger = np.maximum(within, nearest)
    return np.where((sizes[own] > 1) & (larger > 0), (nearest - within) / np.where(larger > 0, larger, 1.0), 0.0)


def _homes(plan: Plan, strand: str | None = None) -> dict[str, int]:
    """Return the first partnership of each school, of one strand or of all."""
    homes: dict[str, int] = {}
    for partnership in plan.partnerships:
        if strand in {None, partnership.strand}:
            for urn in partnership.members:
                homes.setdefault(urn, partnership.number)
    return homes
