"""A problem without the rules that the moves of a search do not know, of which no plan need cost more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from geo_partnerships.clustering.problem import ClusterProblem
from geo_partnerships.clustering.rules import Count, Guarantee, Leaders, Pinned, SecondMembership, Size
from geo_partnerships.clustering.rules.second_membership import doubled_items
from geo_partnerships.clustering.space import PointCost

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.rules import Rule

__all__ = ["RelaxedProblem", "relax_rules"]


@dataclass(frozen=True, eq=False)
class RelaxedProblem:
    """A problem without the rules that the moves of a search do not know; no plan of it need cost more.

    Attributes
    ----------
    problem
        The problem, in which an item that must be in two clusters is there twice.
    origin
        The item that each of its items stands for.
    """

    problem: ClusterProblem
    origin: NDArray[np.int64]

    def originals(self, items: Sequence[int]) -> tuple[int, ...]:
        """Return the items that some of its items stand for, ascending."""
        return tuple(np.unique(self.origin[list(items)]).tolist())


def relax_rules(compiled: Compiled) -> RelaxedProblem:
    """Leave out what the moves do not know, so that what remains is kept by every plan.

    An item that may be in a second cluster, but need not, is there once; what its second membership could help to keep
    is left out, and clusters may be smaller by its load.
    """
    rules = compiled.problem.rules
    sure = {rule.item for rule in compiled.of(SecondMembership, binding=True)}
    unsure = doubled_items(rules) - sure
    twice = sorted(sure)
    origin = np.concatenate([np.arange(compiled.n), np.array(twice, dtype=np.int64)])
    copies = {item: [item, compiled.n + number] for number, item in enumerate(twice)}

    def every(items: Iterable[int]) -> tuple[int, ...]:
        return tuple(copy for item in items for copy in copies.get(item, [item]))

    kept: list[Rule] = []
    with_guarantees: set[int] = set()
    for rule in rules:
        match rule:
            case Count() if rule.binding:
                kept.append(rule)
            case Size() if rule.binding and not any(isinstance(other, Size) for other in kept):
                kept.append(_widest(rule, compiled.of(Pinned), origin, unsure))
            case Leaders() if not any(isinstance(other, Leaders) for other in kept) and unsure.isdisjoint(rule.items):
                kept.append(replace(rule, items=every(rule.items)))
            case Guarantee() if rule.item not in copies and unsure.isdisjoint((rule.item, *rule.named)):
                if rule.item not in with_guarantees:
                    with_guarantees.add(rule.item)
                    kept.append(replace(rule, named=every(rule.named)))
            case _:
                pass
    cost = compiled.cost
    if twice and isinstance(cost, PointCost):
        cost = cast("NDArray[np.float64]", PointCost(cost.points[origin]))
    elif twice:
        cost = cost[np.ix_(origin, origin)]
    return RelaxedProblem(ClusterProblem(cost, tuple(kept)), origin)


def _widest(rule: Size, pins: Sequence[Pinned], origin: NDArray[np.int64], unsure: set[int]) -> Size:
    """Return sizes that suit every cluster, with bounds of its own or not, and without what may be a second member."""
    if rule.weights is not None:
        less = sum(rule.weights[item] for item in unsure)
        weights = tuple(rule.weights[item] for item in origin.tolist())
        return replace(rule, weights=weights, minimum=max(0.0, rule.minimum - less))
    lows = [pin.minimum for pin in pins if pin.minimum is not None]
    highs = [pin.maximum for pin in pins if pin.maximum is not None]
    least = max(0.0, min([rule.minimum, *lows]) - len(unsure))
    return replace(rule, minimum=least, maximum=max([rule.maximum, *highs]))
