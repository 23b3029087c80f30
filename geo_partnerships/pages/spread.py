"""Move pins apart that would hide one another, and say where each belongs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROUNDS = 40
_GOLDEN = math.pi * (3 - math.sqrt(5))


def spread(places: NDArray[np.float64], apart: float) -> NDArray[np.float64]:
    """Return places moved until no two are nearer than wished, as far as a few rounds reach.

    Parameters
    ----------
    places
        Shape (n, 2), drawing units. Several rows may be one point.
    apart
        Least distance wished between two places, the same units.

    Returns
    -------
    ndarray
        Shape (n, 2). Rows that were free of others are where they were.
    """
    moved = np.array(places, dtype=float)
    if len(moved) < 2:  # noqa: PLR2004 - nothing to part
        return moved
    for turn in range(ROUNDS):
        pairs = cKDTree(moved).query_pairs(apart * 0.999, output_type="ndarray")
        if not len(pairs):
            break
        pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
        gap = moved[pairs[:, 0]] - moved[pairs[:, 1]]
        length = np.hypot(gap[:, 0], gap[:, 1])
        angle = (pairs[:, 0] + turn) * _GOLDEN
        same = length < apart / 1000
        gap[same] = np.column_stack((np.cos(angle), np.sin(angle)))[same]
        length[same] = 0.0
        unit = gap / np.maximum(np.hypot(gap[:, 0], gap[:, 1]), 1e-12)[:, None]
        push = unit * ((apart - length) / 2)[:, None] * 0.6
        shift = np.zeros_like(moved)
        np.add.at(shift, pairs[:, 0], push)
        np.add.at(shift, pairs[:, 1], -push)
        moved += shift
    return moved
