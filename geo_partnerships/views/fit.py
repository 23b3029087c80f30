"""How a plan fits: how far two plans agree, and how well each school sits among its fellows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.checking.measures import metres_between

if TYPE_CHECKING:
    from geo_partnerships.plans import Plan

__all__ = ["agreement", "silhouettes"]

MOST = 2000
"""Up to so many schools are measured each to each."""


def agreement(a: Plan, b: Plan) -> float | None:
    """Return the adjusted Rand index of two plans over the schools in both; None where fewer than two are.

    1 where they group the same schools; about 0 where they agree no more than by chance (Hubert and Arabie, 1985). Of
    a school in two partnerships the first counts.
    """
    from sklearn.metrics import adjusted_rand_score  # noqa: PLC0415 - takes half a second

    first, second = _homes(a), _homes(b)
    both = sorted(first.keys() & second.keys())
    if len(both) < 2:  # noqa: PLR2004 - nothing to agree on
        return None
    return float(adjusted_rand_score([first[urn] for urn in both], [second[urn] for urn in both]))


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
    from sklearn.metrics import silhouette_samples  # noqa: PLC0415 - takes half a second

    distances = np.array([[metres_between(plan.problem, a, b) for b in schools] for a in schools], dtype=np.float64)
    if np.isnan(distances).any():
        return {}
    np.fill_diagonal(distances, 0.0)
    values = silhouette_samples(distances, labels, metric="precomputed")
    return {school.urn: float(value) for school, value in zip(schools, values, strict=True)}


def _homes(plan: Plan, strand: str | None = None) -> dict[str, int]:
    """Return the first partnership of each school, of one strand or of all."""
    homes: dict[str, int] = {}
    for partnership in plan.partnerships:
        if strand in {None, partnership.strand}:
            for urn in partnership.members:
                homes.setdefault(urn, partnership.number)
    return homes
