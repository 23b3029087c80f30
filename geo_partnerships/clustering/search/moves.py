"""Simulated annealing over single moves and swaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.guides import Bounds, Costs, Guides, Prices
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.rules import Size
from geo_partnerships.clustering.search.state import State
from geo_partnerships.clustering.work import spend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from geo_partnerships.clustering.bounds.lagrangian import Ascent
    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.space import Space

SEARCH = PARAMETERS.search

_MOVE = 3e-7


def moves_for(bounds: Bounds) -> int:
    """How many moves are worth trying: more where items differ in size and fit together less easily."""
    moves = min(SEARCH.moves_each * bounds.loads.size, SEARCH.moves_most)
    return moves if bounds.even else SEARCH.uneven * moves


def generator_state(seed: int) -> NDArray[np.uint64]:
    """Make the state of the generator that the compiled loops draw from."""
    return np.array([np.random.SeedSequence(seed).generate_state(1, np.uint64)[0] | np.uint64(1)])


def bounds_of(compiled: Compiled) -> Bounds:
    """Take number and sizes from the rules."""
    sizes = compiled.of(Size, binding=True)
    if not sizes:
        return Bounds(compiled.count, 0.0, float(compiled.n), np.ones(compiled.n))
    rule = sizes[0]
    loads = np.ones(compiled.n) if rule.weights is None else np.asarray(rule.weights, dtype=np.float64)
    return Bounds(compiled.count, float(rule.minimum), float(min(rule.maximum, float(loads.sum()))), loads)


def first_labels(space: Space, bounds: Bounds, ascent: Ascent) -> State:
    """Open medoids where the Lagrangian had them open, and spread the items over them."""
    from geo_partnerships.clustering.kernels import starts as kernels  # noqa: PLC0415

    k = min(max(bounds.clusters[0], round(float(ascent.usage.sum()))), bounds.clusters[1])
    share = ascent.usage * (k / max(float(ascent.usage.sum()), 1e-9))
    return _spread(space, bounds, kernels.rounded(space.near, share, k))


def _spread(space: Space, bounds: Bounds, medoids: NDArray[np.int64]) -> State:
    """Spread the items over given medoids, within the greatest size as far as it goes."""
    from geo_partnerships.clustering.kernels import starts as kernels  # noqa: PLC0415

    label = np.zeros(space.n, dtype=np.int64)
    kernels.spread(space.dense, space.points, space.near, bounds.loads, bounds.high, medoids, label)
    return State(space, bounds, label, medoids.size)


def settle(
    state: State,
    guides: Guides,
    random: NDArray[np.uint64],
    *,
    moves: int,
    late: Callable[[], bool] = lambda: False,
) -> None:
    """Shift and swap items, first freely, then only downhill and into bounds."""
    even = state.bounds.even
    steps = [(moves, SEARCH.hot if even else SEARCH.hotter, SEARCH.cold, 1.0, False), (moves // 4, 0.0, 0.0, 8.0, True)]
    if not even:
        steps.insert(1, (moves // 4, SEARCH.hot, SEARCH.cold, 20.0, True))
    anneal_labels(state, guides, random, steps, late)


def anneal_labels(
    state: State,
    guides: Guides,
    random: NDArray[np.uint64],
    steps: list[tuple[int, float, float, float, bool]],
    late: Callable[[], bool] = lambda: False,
) -> None:
    """Shift and swap items: in each step so many moves, from hot to cold, so stern on sizes, strictly or freely.

    Once it is late, steps with heat end and the others are short.
    """
    from geo_partnerships.clustering.kernels import moves as kernels  # noqa: PLC0415

    n = state.space.n
    bounds = state.bounds
    typical = state.cost / n
    charges = guides.charges(typical, max(float(bounds.loads.mean()), 1e-9))
    leads = np.bincount(state.label, weights=guides.leader, minlength=state.k).astype(np.int64)
    near = np.ascontiguousarray(state.space.near[:, : min(24, state.space.near.shape[1])])
    held = np.zeros(n, dtype=np.bool_)
    clusters = kernels.Clusters(state.label, state.members, state.sizes, state.places, state.sums, state.load, leads)
    for count, hot, cold, sterner, strict in _stretches(steps, SEARCH.last_moves * n, late):
        kernels.anneal(
            Costs(state.space.dense, state.space.points),
            near,
            bounds,
            clusters,
            held,
            guides,
            Prices(guides.penalties(4.0 * typical * sterner), charges * sterner),
            kernels.Schedule(count, hot * typical, cold * typical, strict),
            random,
        )
        spend(_MOVE * count)
    state.refresh()


def _stretches(
    steps: list[tuple[int, float, float, float, bool]], last: int, late: Callable[[], bool]
) -> Iterator[tuple[int, float, float, float, bool]]:
    """Cut steps into stretches that cool as the whole step does; a step without heat keeps its first `last` moves."""
    for count, hot, cold, sterner, strict in steps:
        done = 0
        while done < count:
            size = min(SEARCH.stretch, count - done)
            if late():
                if hot > 0 or done >= last:
                    break
                size = min(size, last - done)
            ends = ((done + part) / count for part in (0, size))
            warm, cool = (cold if part == 1 else hot * (cold / hot) ** part for part in ends) if hot > 0 else (0.0, 0.0)
            yield size, warm, cool, sterner, strict
            done += size
