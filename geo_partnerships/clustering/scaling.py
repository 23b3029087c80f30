"""Units: costs and weights are brought to an ordinary size before they are worked on, and the answer is brought back.

The methods and the solver they call work to fixed precisions that suit costs of metres and weights of pupils. Every
factor is a power of two, so that nothing is rounded, and is 1 where the numbers are of an ordinary size already.

What is solved last has an objective of 0 or from 1 to 1e10, no cost or price above 1e8, and loads of which the greatest
is from 1 to 1e6. On this rely all numbers in the methods that are no share of another one: 1e-6 and 1e-7 for reduced
costs and for values that are to be whole (`bounds`, `models.highs`, as the solver's own tolerances), 1e-9 for sums of
loads (`kernels`, `search.state`, `search.pool`, `bounds.lagrangian`), 1e-9 to 1e-12 against dividing by 0. Shares are
the proof's one part in a million (`answer.PROOF_TOLERANCE`), and what `evaluate` and `audit` allow for adding up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from geo_partnerships.clustering.problem import ClusterProblem
from geo_partnerships.clustering.rules.base import power_of_two
from geo_partnerships.clustering.space import PointCost

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Units"]

_COSTS = (1.0, 1e8)
"""Greatest costs that are ordinary."""

_OBJECTIVES = (1.0, 1e10)
_USUAL_COST, _USUAL_OBJECTIVE = 2.0**14, 2.0**18
_NEVER = 8.0
"""A single cost so many times the cost of a known plan is in no best plan, and neither is a greater one."""


@dataclass(frozen=True)
class Units:
    """What costs are multiplied by, and from what cost on (in the caller's units) they all count the same.

    Attributes
    ----------
    factor
        A power of two.
    most
        Greater costs are taken as this one; infinite where none are.
    """

    factor: float = 1.0
    most: float = math.inf

    @classmethod
    def of(cls, problem: ClusterProblem) -> Units:
        """Choose units by the costs of a problem of which no plan is known."""
        greatest = float(problem.cost.max())
        if greatest <= 0 or _COSTS[0] <= greatest <= _COSTS[1]:
            return cls()
        if isinstance(problem.cost, PointCost):
            return cls(power_of_two(_USUAL_COST / greatest))
        return cls(power_of_two(_USUAL_COST / float(np.median(problem.cost[problem.cost > 0]))))

    def after(self, problem: ClusterProblem, objective: float) -> Units:
        """Choose units once a plan of cost `objective` is known; the same ones where they suited it."""
        if objective <= 0:
            return self
        suited = _OBJECTIVES[0] <= objective * self.factor <= _OBJECTIVES[1]
        greatest = min(max(float(problem.cost.max()), *_prices(problem), 0.0), self.most)
        if suited and greatest * self.factor <= _COSTS[1]:
            return self
        return Units(power_of_two(_USUAL_OBJECTIVE / objective), _NEVER * objective)

    def scaled(self, problem: ClusterProblem) -> ClusterProblem:
        """Return the problem in these units, with the weights of sizes in units of their own."""
        rules = tuple(rule.scaled(self.factor, self.most) for rule in problem.rules)
        if self == Units() and all(new is old for new, old in zip(rules, problem.rules, strict=True)):
            return problem
        return ClusterProblem(self._cost(problem.cost), rules)

    def _cost(self, cost: NDArray[np.float64]) -> NDArray[np.float64]:
        if isinstance(cost, PointCost):
            return cast("NDArray[np.float64]", PointCost(cost.points * self.factor))
        if math.isinf(self.most):
            return cost * self.factor
        return np.minimum(cost, self.most) * self.factor


def _prices(problem: ClusterProblem) -> list[float]:
    return [rule.weight for rule in problem.rules if not rule.binding]
