"""Distances between schools, and which of them hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_partnerships.model import Distances, School


def straight_line_distances(schools: Sequence[School]) -> NDArray[np.float64]:
    """Return the (n, n) straight-line distances in metres on EPSG:27700; every school must have a point."""
    points = np.array([(school.easting, school.northing) for school in schools], dtype=np.float64)
    return np.asarray(cdist(points, points), dtype=np.float64) if len(points) else np.zeros((0, 0))


def distances_between(schools: Sequence[School], table: Distances | None) -> NDArray[np.float64]:
    """Return the (n, n) distances in metres, from the table where there is one; NaN where a pair has none."""
    if table is None:
        return straight_line_distances(schools)
    return table.among([school.urn for school in schools])


def connected(distances: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which of n schools belong to the largest group that distances connect; the first of equals."""
    _, labels = connected_components(np.isfinite(distances), directed=False)
    return np.asarray(labels == np.bincount(labels).argmax()) if len(labels) else np.zeros(0, dtype=bool)
