"""Distances between schools, and the dissimilarity that a plan minimises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.model import Distances, School
    from geo_partnerships.scenarios.parameters import Scenario
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.model import Problem, School

    Progress = Callable[[str], None]


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


def district_penalties(
    schools: Sequence[School],
    neighbours: Mapping[str, frozenset[str]],
    *,
    penalty: float,
    neighbour_share: float,
) -> NDArray[np.float64]:
    """Return the (n, n) postcode penalties in metre-equivalents.

    0 within a district, `penalty` across districts, ``penalty * neighbour_share`` where the two share an edge.
    A district that is not known costs nothing: nobody can say that it differs.
    """
    districts = sorted({school.district for school in schools})
    table = np.full((len(districts), len(districts)), penalty)
    for a, name in enumerate(districts):
        for b, other in enumerate(districts):
            if other in neighbours.get(name, frozenset()) or name in neighbours.get(other, frozenset()):
                table[a, b] = penalty * neighbour_share
            if a == b or not name or not other:
                table[a, b] = 0.0
    position = {name: index for index, name in enumerate(districts)}
    codes = np.array([position[school.district] for school in schools], dtype=np.intp)
    return table[np.ix_(codes, codes)] if len(codes) else np.zeros((0, 0))


def authority_penalties(schools: Sequence[School], penalty: float) -> NDArray[np.float64]:
    """Return the (n, n) penalties in metre-equivalents: `penalty` where two schools' known authorities differ."""
    known = np.array([bool(school.borough) for school in schools], dtype=bool)
    counted = across_authorities(schools) & known[:, None] & known[None, :]
    return np.asarray(np.where(counted, penalty, 0.0))


def across_authorities(schools: Sequence[School]) -> NDArray[np.bool_]:
    """Return which (n, n) pairs are not sure to be of one authority; one that is not known is another than any."""
    _, codes = np.unique([school.borough for school in schools], return_inverse=True)
    return np.asarray(codes[:, None] != codes[None, :])


def best_centre(dissimilarity: NDArray[np.float64]) -> int:
    """Return the position of the medoid of the whole (n, n) block; the first of equals.

    Where pairs have no distance (NaN), the member that has one to the most others comes first.
    """
    unknown = np.isnan(dissimilarity)
    totals = np.where(unknown, 0.0, dissimilarity).sum(axis=0)
    return int(np.lexsort((totals, unknown.sum(axis=0)))[0])


def dissimilarity_of(schools: Sequence[School], problem: Problem, scenario: Scenario) -> NDArray[np.float64]:
    """Return what a plan minimises between schools that have points, shape (n, n), in metre-equivalents."""
    penalties = district_penalties(
        schools,
        problem.places.district_neighbours,
        penalty=scenario.district_penalty,
        neighbour_share=scenario.neighbour_share,
    )
    borders = authority_penalties(schools, scenario.authority_penalty)
    return np.asarray(distances_between(schools, problem.distances) + penalties + borders)
