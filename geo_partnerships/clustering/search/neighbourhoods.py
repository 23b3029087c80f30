"""Neighbourhoods: a few neighbouring clusters at a time, improved while the rest stays as it is.

By the prices of a Lagrangian, every cluster has a loss: what it costs above its share of the floor. A neighbourhood can
gain no more than the losses of its clusters, so those with much to lose come first and those with nothing to lose
are left alone. Neighbourhoods of one batch share no cluster, so they can be worked on side by side with one outcome.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.clustering.exact.solve import improve
from geo_partnerships.clustering.guides import Prices
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.problem import ClusterProblem, Effort
from geo_partnerships.clustering.rules import (
    Count,
    Leaders,
)
from geo_partnerships.clustering.run import Run
from geo_partnerships.clustering.work import side_by_side, spend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering.exact.run import Start
    from geo_partnerships.clustering.guides import Guides
    from geo_partnerships.clustering.rules import Rule
    from geo_partnerships.clustering.search.state import State

__all__ = ["Neighbourhoods", "rules_within"]

NEIGHBOURHOOD = PARAMETERS.neighbourhood

_LOOK, _TRY = 4e-9, 1e-8


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """Some clusters, and their items in ascending order with the cluster of each."""

    clusters: NDArray[np.int64]
    items: NDArray[np.int64]
    label: NDArray[np.int64]
    number: int


@dataclass(frozen=True, eq=False)
class Offer:
    """A neighbourhood in one cluster less or more: its labels then, and by how much it is dearer."""

    neighbourhood: Neighbourhood
    change: int
    label: NDArray[np.int64]
    reduced_cost: float

    @property
    def clusters(self) -> set[int]:
        """The clusters that it changes."""
        return set(self.neighbourhood.clusters.tolist())


@dataclass(eq=False)
class Neighbourhoods:
    """All the neighbourhoods of one state.

    Parameters
    ----------
    prices, floor
        Prices of memberships, shape (n,), and the floor they give.
    late
        Whether it is time to stop.
    threads
        How many neighbourhoods are worked on side by side; the outcome does not depend on it.
    start
        Looks for a plan to begin with where a neighbourhood that is solved has many items.
    """

    problem: ClusterProblem
    state: State
    guides: Guides
    prices: NDArray[np.float64]
    floor: float
    seed: int
    late: Callable[[], bool]
    threads: int = 1
    start: Start | None = None
    stopped: bool = field(default=False, init=False)
    number: int = field(default=0, init=False)
    searched: dict[tuple[int, ...], int] = field(default_factory=dict, init=False)
    solved: dict[tuple[int, ...], int] = field(default_factory=dict, init=False)
    solvable: bool = field(init=False)
    stamp: NDArray[np.int64] = field(init=False)
    losses: NDArray[np.float64] = field(init=False)
    medoids: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        """Work out the loss of every cluster; leaders that are only preferred make neighbourhoods hard to solve."""
        self.solvable = all(rule.binding for rule in self.problem.rules if isinstance(rule, Leaders))
        self.stamp = np.zeros(self.state.k, dtype=np.int64)
        self._take_stock()

    def adopt(self, label: NDArray[np.int64]) -> None:
        """Go on from another clustering into as many clusters."""
        self.state.label[:] = label
        self.state.refresh()
        self.number += 1
        self.stamp[:] = self.number
        self._take_stock()

    def _take_stock(self) -> None:
        self.medoids = self.state.medoids()
        self.losses = np.array([self._loss(c) for c in range(self.state.k)])

    def search(self, *, items: int, clusters: int, passes: int) -> None:
        """Improve neighbourhoods of up to so many items and clusters by prices and moves."""
        self._sweep(self._searched, self.searched, items, clusters, passes, None)

    def solve(self, *, items: int, clusters: int, passes: int, neighbourhoods: int) -> None:
        """Solve up to so many neighbourhoods exactly, as far as a few nodes go."""
        self._sweep(self._solved, self.solved, items, clusters, passes, neighbourhoods)

    def exchange(self, *, items: int, clusters: int, neighbourhoods: int) -> None:
        """Take clusters from neighbourhoods where they are worth least to neighbourhoods where they are worth most.

        So many neighbourhoods, those with most to lose first, are searched with one cluster less and with one more.
        """
        offers = sorted(self._offers(items, clusters, neighbourhoods), key=lambda offer: offer.reduced_cost)
        taken: set[int] = set()
        for more in offers:
            if more.change < 0 or taken & more.clusters:
                continue
            partners = (offer for offer in offers if offer.change < 0 and not offer.clusters & (taken | more.clusters))
            less = next(partners, None)
            if less is None or more.reduced_cost + less.reduced_cost >= -NEIGHBOURHOOD.negligible * abs(
                more.reduced_cost
            ):
                return
            taken |= more.clusters | less.clusters
            self._exchange(less, more)

    def _offers(self, items: int, clusters: int, neighbourhoods: int) -> list[Offer]:
        """What neighbourhoods would cost with one cluster less or more."""
        tasks = [
            (neighbourhood, change)
            for neighbourhood in self._promising(items, clusters, neighbourhoods)
            for change in (-1, 1)
        ]
        offers: list[Offer] = []
        with ThreadPoolExecutor(self.threads) as pool:
            for start in range(0, len(tasks), NEIGHBOURHOOD.batch):
                if self.is_late():
                    break
                found = side_by_side(
                    self._offer, tasks[start : start + NEIGHBOURHOOD.batch], pool if self.threads > 1 else None
                )
                offers.extend(offer for offer in found if offer is not None)
        return offers

    def _promising(self, items: int, clusters: int, neighbourhoods: int) -> Iterator[Neighbourhood]:
        """Up to so many neighbourhoods around the clusters with most to lose; they may overlap."""
        least = NEIGHBOURHOOD.worthwhile * abs(self._share())
        covered = np.zeros(self.state.k, dtype=bool)
        for centre in np.argsort(-self.losses, kind="stable").tolist():
            if neighbourhoods == 0:
                return
            if covered[centre]:
                continue
            chosen = self._around(centre, items, clusters)
            covered[chosen[: max(1, chosen.size // 2)]] = True
            if self.losses[chosen].sum() >= least:
                neighbourhoods -= 1
                yield self._gather(chosen)

    def _offer(self, task: tuple[Neighbourhood, int]) -> Offer | None:
        """Search a neighbourhood with another number of clusters; None where there is no room for it."""
        neighbourhood, change = task
        bounds = self.state.bounds
        k = neighbourhood.clusters.size + change
        load = float(bounds.loads[neighbourhood.items].sum())
        if not bounds.low * k <= load <= bounds.high * k or not 0 < k <= neighbourhood.items.size:
            return None
        aim = self._present_cost(neighbourhood) + (NEIGHBOURHOOD.dearer * abs(self._share()) if change < 0 else 0.0)
        label = neighbourhood.label.copy()
        if change < 0:
            label[label == k] = 0
        else:
            label[self.prices[neighbourhood.items].argmax()] = k - 1
        present, _ = self._look(neighbourhood, neighbourhood.label.copy(), neighbourhood.clusters.size, steps=0)
        _, after = self._look(neighbourhood, label, k, aim=aim)
        return Offer(neighbourhood, change, label, after - present)

    def _exchange(self, less: Offer, more: Offer) -> None:
        """Take a cluster from one neighbourhood to another."""
        spared = less.neighbourhood.clusters[-1:]
        self._apply(replace(less.neighbourhood, clusters=less.neighbourhood.clusters[:-1]), less.label)
        self._apply(
            replace(more.neighbourhood, clusters=np.concatenate([more.neighbourhood.clusters, spared])), more.label
        )

    def repair(self, *, widest: int) -> None:
        """Grow neighbourhoods around clusters that break a rule until they keep it."""
        size = 4
        while size <= min(widest, 2 * self.state.k):
            for centre in self.state.broken(self.guides).tolist():
                if self.is_late():
                    return
                neighbourhood = self._gather(self._around(centre, self.state.space.n, size))
                self._apply(neighbourhood, self._searched(neighbourhood))
                if (
                    self.solvable
                    and neighbourhood.items.size <= NEIGHBOURHOOD.solvable_items
                    and self._is_broken(neighbourhood)
                ):
                    self._apply(neighbourhood, self._solved(self._afresh(neighbourhood)))
            size *= 2

    def is_late(self) -> bool:
        """Whether it is time to stop; once it is, it stays so."""
        self.stopped = self.stopped or self.late()
        return self.stopped

    def _sweep(
        self,
        work: Callable[[Neighbourhood], NDArray[np.int64] | None],
        tried: dict[tuple[int, ...], int],
        items: int,
        clusters: int,
        passes: int,
        neighbourhoods: int | None,
    ) -> None:
        for _ in range(passes):
            before = self.state.cost
            with ThreadPoolExecutor(self.threads) as pool:
                for batch in self._batches(items, clusters, tried):
                    if self.is_late() or (neighbourhoods is not None and neighbourhoods <= 0):
                        return
                    if neighbourhoods is not None:
                        batch = batch[:neighbourhoods]  # noqa: PLW2901
                        neighbourhoods -= len(batch)
                    results = side_by_side(work, batch, pool if self.threads > 1 else None)
                    for neighbourhood, result in zip(batch, results, strict=True):
                        self._apply(neighbourhood, result)
                        tried[tuple(sorted(neighbourhood.clusters.tolist()))] = neighbourhood.number
            if before - self.state.cost <= NEIGHBOURHOOD.negligible * before:
                return

    def _batches(self, items: int, clusters: int, tried: dict[tuple[int, ...], int]) -> Iterator[list[Neighbourhood]]:
        """Neighbourhoods around the clusters with most to lose, in batches that share no cluster."""
        covered = np.zeros(self.state.k, dtype=bool)
        negligible = NEIGHBOURHOOD.negligible * self.state.cost
        waiting = np.argsort(-self.losses, kind="stable").tolist()
        while waiting:
            batch: list[Neighbourhood] = []
            taken: set[int] = set()
            later: list[int] = []
            for place, centre in enumerate(waiting):
                if len(batch) == NEIGHBOURHOOD.batch:
                    later.extend(waiting[place:])
                    break
                if covered[centre]:
                    continue
                if centre in taken:
                    later.append(centre)
                    continue
                chosen = self._around(centre, items, clusters)
                if taken & set(chosen.tolist()):
                    later.append(centre)
                    continue
                covered[chosen[: max(1, chosen.size // 2)]] = True
                stale = tried.get(tuple(sorted(chosen.tolist())), -1) >= self.stamp[chosen].max()
                if stale or self.losses[chosen].sum() <= negligible:
                    continue
                taken |= set(chosen.tolist())
                batch.append(self._gather(chosen))
            if batch:
                yield batch
            waiting = later

    def _around(self, centre: int, items: int, clusters: int) -> NDArray[np.int64]:
        """Choose the clusters around one, nearest medoids first, as long as they have few enough items."""
        state = self.state
        apart = state.space.pairs(self.medoids, self.medoids[centre])
        number = min(clusters * 2, state.k)
        nearest = np.argpartition(apart, number - 1)[:number] if number < state.k else np.arange(state.k)
        order = nearest[np.lexsort((nearest, apart[nearest]))]
        within = np.cumsum(state.sizes[order]) <= items
        within[:2] = True
        return np.asarray(order[: min(clusters, int(within.sum()))])

    def _gather(self, clusters: NDArray[np.int64]) -> Neighbourhood:
        self.number += 1
        state = self.state
        parts = [state.members[c, : state.sizes[c]] for c in clusters]
        items = np.concatenate(parts)
        label = np.repeat(np.arange(clusters.size), [part.size for part in parts])
        order = np.argsort(items)
        return Neighbourhood(clusters, items[order], label[order], self.number)

    def _afresh(self, neighbourhood: Neighbourhood) -> Neighbourhood:
        """Return a neighbourhood with its clusters as they are by now."""
        position = np.zeros(self.state.k, dtype=np.int64)
        position[neighbourhood.clusters] = np.arange(neighbourhood.clusters.size)
        return replace(neighbourhood, label=position[self.state.label[neighbourhood.items]])

    def _costs(self, neighbourhood: Neighbourhood) -> NDArray[np.float64]:
        return np.ascontiguousarray(self.problem.cost[np.ix_(neighbourhood.items, neighbourhood.items)])

    def _searched(self, neighbourhood: Neighbourhood) -> NDArray[np.int64] | None:
        """Look for better labels of a neighbourhood by prices and moves."""
        label = neighbourhood.label.copy()
        before, after = self._look(neighbourhood, label, neighbourhood.clusters.size)
        return label if after < before else None

    def _look(
        self,
        neighbourhood: Neighbourhood,
        label: NDArray[np.int64],
        k: int,
        *,
        aim: float = np.inf,
        steps: int = NEIGHBOURHOOD.steps,
    ) -> tuple[float, float]:
        """Look for better labels in `k` clusters, from given ones; return the cost before and after."""
        from geo_partnerships.clustering.kernels import neighbourhood as kernels  # noqa: PLC0415 - compiled

        bounds, items = self.state.bounds, neighbourhood.items
        cost = self._costs(neighbourhood)
        unit = max(float(bounds.loads.mean()), 1e-9)
        typical = max(self._present_cost(neighbourhood) / items.size, 1e-9)
        near = np.ascontiguousarray(np.argsort(cost, axis=1, kind="stable")[:, : min(NEIGHBOURHOOD.near, items.size)])
        guides = self.guides.within(items)
        moves, heat = self._trying()
        spend(steps * (_LOOK * items.size**2 + _TRY * moves))
        before, after = kernels.search_neighbourhood(
            cost,
            near,
            bounds.within(items, k),
            guides,
            self.prices[items],
            label,
            Prices(guides.penalties(4.0 * typical), guides.charges(typical, unit)),
            guides.penalties(4e3 * typical),
            kernels.Looking(steps, moves, heat * typical, float(aim), bounds.even),
            np.array([(self.seed * 0x9E3779B97F4A7C15 + neighbourhood.number) % 2**64 | 1], dtype=np.uint64),
        )
        return float(before), float(after)

    def _trying(self) -> tuple[int, float]:
        """How many moves to try at a time, and how warm: more where what prices choose may not suit the rules."""
        if not self.state.bounds.even:
            return NEIGHBOURHOOD.uneven_moves, NEIGHBOURHOOD.hot
        if self.guides.asked():
            return NEIGHBOURHOOD.ruled_moves, NEIGHBOURHOOD.ruled_warm
        return NEIGHBOURHOOD.moves, NEIGHBOURHOOD.warm

    def _solved(self, neighbourhood: Neighbourhood) -> NDArray[np.int64] | None:
        """Solve one; None where nothing cheaper was found, or nothing at all where a binding rule is broken.

        Clusters without a leader become no more, but where a binding rule is at stake.
        """
        k = neighbourhood.clusters.size
        part = ClusterProblem(self._costs(neighbourhood), rules_within(self.problem.rules, neighbourhood.items, k))
        present = evaluate(compile_problem(part), [np.flatnonzero(neighbourhood.label == c).tolist() for c in range(k)])
        upper, missing = (1 - NEIGHBOURHOOD.tiny) * present.objective, present.missing
        if present.broken:
            upper, missing = np.inf, (k,) * len(missing)
        run = Run(effort=Effort(nodes=NEIGHBOURHOOD.nodes), cancelled=self.late)
        found = improve(part, upper, run, missing=missing, start=self.start)
        return None if found is None else found.labels

    def _present_cost(self, neighbourhood: Neighbourhood) -> float:
        return sum(float(self.state.sums[self.state.medoid(c)]) for c in neighbourhood.clusters.tolist())

    def _is_broken(self, neighbourhood: Neighbourhood) -> bool:
        """Whether a cluster of a neighbourhood is out of bounds or lacks what a rule asks for."""
        return bool(np.isin(neighbourhood.clusters, self.state.broken(self.guides)).any())

    def _apply(self, neighbourhood: Neighbourhood, label: NDArray[np.int64] | None) -> None:
        if label is None:
            return
        for position, c in enumerate(neighbourhood.clusters):
            self.state.put(int(c), neighbourhood.items[label == position])
        self.stamp[neighbourhood.clusters] = self.number
        for c in neighbourhood.clusters.tolist():
            self.medoids[c] = self.state.medoid(c)
            self.losses[c] = self._loss(c)

    def _loss(self, c: int) -> float:
        """What a cluster costs above its share of the floor."""
        items = self.state.members[c, : self.state.sizes[c]]
        return float(self.state.sums[items].min() - self.prices[items].sum() - self._share())

    def _share(self) -> float:
        """What a cluster may cost above the prices of its items; below 0 where another cluster saves."""
        return (self.floor - float(self.prices.sum())) / self.state.k


def rules_within(rules: Sequence[Rule], items: NDArray[np.int64], clusters: int) -> tuple[Rule, ...]:
    """Restrict the rules to some items that keep their clusters among themselves."""
    place = {int(item): position for position, item in enumerate(items)}

    restricted = (rule.within(place) for rule in rules)
    return (Count(clusters, clusters), *(rule for rule in restricted if rule is not None))
