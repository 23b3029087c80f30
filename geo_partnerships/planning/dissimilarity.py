"""The dissimilarity that a plan minimises: distances, and the penalties that rules add."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering import Allowed
from geo_partnerships.planning.distances import distances_between
from geo_partnerships.planning.rules import BUILDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering import Rule
    from geo_partnerships.model import Problem, School
    from geo_partnerships.scenarios.parameters import Scenario


def best_centre(dissimilarity: NDArray[np.float64], prices: NDArray[np.float64] | None = None) -> int:
    """Return the position of the medoid of the whole (n, n) block; the first of equals.

    Where pairs have no distance (NaN) or may not be (infinite price), the member that fewest others miss comes first;
    how far those are that may not be counts all the same.

    Parameters
    ----------
    prices
        What rules ask for each school around each centre, see `pair_prices`.
    """
    asked = np.zeros_like(dissimilarity) if prices is None else prices
    missed = ~np.isfinite(dissimilarity + asked)
    totals = sum(np.where(np.isfinite(part), part, 0.0).sum(axis=0) for part in (dissimilarity, asked))
    return int(np.lexsort((totals, missed.sum(axis=0)))[0])


def pair_prices(rules: Iterable[Rule], n: int) -> NDArray[np.float64]:
    """Return what rules ask for a school around a centre, shape (n, n), in metres; infinite where it may not be."""
    prices = np.zeros((n, n))
    for rule in rules:
        if isinstance(rule, Allowed):
            prices += np.where(rule.pairs, 0.0, np.inf if rule.binding else rule.weight)
    return prices


def dissimilarity_of(schools: Sequence[School], problem: Problem, scenario: Scenario) -> NDArray[np.float64]:
    """Return what a plan minimises between schools that have points, shape (n, n), in metre-equivalents."""
    total = distances_between(schools, problem.distances)
    for builder in BUILDERS.values():
        penalties = builder.penalties(schools, problem, scenario)
        if penalties is not None:
            total = total + penalties
    return np.asarray(total)
