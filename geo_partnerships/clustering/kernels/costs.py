"""Costs in compiled loops: read from a dense matrix where there is one, else computed from points."""

# ruff: noqa: ANN001, ANN201 - compiled loops
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import math

from geo_partnerships.clustering.kernels.jit import compiled

__all__ = ["TINY", "cost_between"]

TINY = 1e-12


@compiled(inline="always")
def cost_between(dense, points, i, j):
    """Cost of item `i` under medoid `j`."""
    if dense.shape[0] > 1:
        return dense[i, j]
    dx = points[i, 0] - points[j, 0]
    dy = points[i, 1] - points[j, 1]
    total = dx * dx + dy * dy
    for axis in range(2, points.shape[1]):
        further = points[i, axis] - points[j, axis]
        total += further * further
    return math.sqrt(total)
