"""A problem without the rules that the moves of a search do not know, of which no plan need cost more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from geo_partnerships.clustering.problem import ClusterProblem
from geo_partnerships.clustering.rules import Pinned, SecondMembership
from geo_partnerships.clustering.rules.second_membership import doubled_items
from geo_partnerships.clustering.space import PointCost

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.rules import Rule

__all__ = ["Relaxation", "RelaxedProblem", "relax_rules"]


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


@dataclass(frozen=True, eq=False)
class Relaxation:
    """What a rule must know to say what remains of it where second memberships and pins are left out.

    Attributes
    ----------
    origin
        The item that each item of the relaxed problem stands for.
    copies
        The two items that stand for each item that must be in two clusters.
    unsure
        Items that may be in a second cluster, but need not.
    own_bounds
        Minima and maxima of their own that pinned clusters have.
    """

    origin: NDArray[np.int64]
    copies: dict[int, tuple[int, int]]
    unsure: set[int]
    own_bounds: tuple[list[float], list[float]]

    @classmethod
    def of(cls, compiled: Compiled) -> Relaxation:
        """Gather it from all rules."""
        sure = {rule.item for rule in compiled.of(SecondMembership, binding=True)}
        twice = sorted(sure)
        pins = compiled.of(Pinned)
        return cls(
            origin=np.concatenate([np.arange(compiled.n), np.array(twice, dtype=np.int64)]),
            copies={item: (item, compiled.n + number) for number, item in enumerate(twice)},
            unsure=doubled_items(compiled.problem.rules) - sure,
            own_bounds=(
                [pin.minimum for pin in pins if pin.minimum is not None],
                [pin.maximum for pin in pins if pin.maximum is not None],
            ),
        )

    def every(self, items: Iterable[int]) -> tuple[int, ...]:
        """Return the items that stand for `items`."""
        return tuple(copy for item in items for copy in self.copies.get(item, (item,)))


def relax_rules(compiled: Compiled) -> RelaxedProblem:
    """Leave out what the moves do not know, so that what remains is kept by every plan.

    An item that may be in a second cluster, but need not, is there once; what its second membership could help to keep
    is left out, and clusters may be smaller by its load.
    """
    relaxation = Relaxation.of(compiled)
    kept: list[Rule] = []
    places: set[Hashable] = set()
    for rule in compiled.problem.rules:
        place = rule.place_in_moves()
        relaxed = rule.relaxed(relaxation) if rule.is_kept_by_moves() and place not in places else None
        if relaxed is not None:
            kept.append(relaxed)
            places |= {place} - {None}
    origin = relaxation.origin
    cost = compiled.cost
    if relaxation.copies and isinstance(cost, PointCost):
        cost = cast("NDArray[np.float64]", PointCost(cost.points[origin]))
    elif relaxation.copies:
        cost = cost[np.ix_(origin, origin)]
    return RelaxedProblem(ClusterProblem(cost, tuple(kept)), origin)
