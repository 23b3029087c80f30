"""Windows: a few neighbouring clusters at a time, solved exactly while the rest stays as it is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.exact import Stopped, improve
from geo_partnerships.clustering.problem import ClusterProblem, Effort, Infeasible
from geo_partnerships.clustering.rules import (
    Balance,
    CannotLink,
    Count,
    Guarantee,
    Leaders,
    MustLink,
    Pinned,
    Size,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering.rules import Rule
    from geo_partnerships.clustering.search import State

__all__ = ["improve_windows", "rules_within"]

_ITEMS = 72
_CLUSTERS = 7
_NODES = 40
_NEGLIGIBLE = 1e-6


def improve_windows(  # noqa: C901, PLR0913 - one loop and the reasons to leave it
    problem: ClusterProblem,
    state: State,
    prices: NDArray[np.float64],
    floor: float,
    *,
    passes: int,
    windows: int,
    report: Callable[[str, float, float], None],
    cancelled: Callable[[], bool] | None = None,
    seconds: float | None = None,
) -> bool:
    """Improve `state` window by window, most promising first; return whether the run was stopped.

    By the prices of a Lagrangian, every cluster has a loss: what it costs above its share of the floor. A
    window can gain no more than the losses of its clusters, so those with much to lose come first and those
    with nothing to lose are left alone.
    """
    started = time.monotonic()
    stamp = np.zeros(state.k, dtype=np.int64)
    share = (floor - float(prices.sum())) / state.k
    losses = np.array([_loss(state, c, prices, share) for c in range(state.k)])
    medoids = state.medoids()
    solved: dict[tuple[int, ...], int] = {}
    clock = 0
    negligible = _NEGLIGIBLE * state.cost
    for _ in range(passes):
        improved = 0.0
        covered = np.zeros(state.k, dtype=bool)
        for centre in np.argsort(-losses, kind="stable"):
            if covered[centre]:
                continue
            late = seconds is not None and time.monotonic() - started > seconds
            if late or (cancelled is not None and cancelled()):
                return True
            window = _window(state, medoids, int(centre))
            covered[window[: max(1, window.size // 2)]] = True
            key = tuple(sorted(window.tolist()))
            if solved.get(key, -1) >= stamp[window].max():
                continue
            if losses[window].sum() <= negligible:
                continue
            if clock >= windows:
                return False
            clock += 1
            gain = _solve(problem, state, window)
            if gain > 0:
                stamp[window] = clock
                improved += gain
                for c in window:
                    losses[c] = _loss(state, int(c), prices, share)
                    medoids[c] = state.medoid(int(c))
            solved[key] = clock
        report("windows", state.cost, floor)
        if improved <= negligible:
            break
    return False


def _loss(state: State, c: int, prices: NDArray[np.float64], share: float) -> float:
    """What a cluster costs above its share of the floor."""
    items = state.members[c, : state.sizes[c]]
    return float(state.sums[items].min() - prices[items].sum() - share)


def _window(state: State, medoids: NDArray[np.int64], centre: int) -> NDArray[np.int64]:
    """Choose the clusters around one, nearest medoids first, as long as they are few enough to solve."""
    home = medoids[centre]
    if state.space.dense.shape[0] > 1:
        apart = state.space.dense[medoids, home]
    else:
        gap = state.space.points[medoids] - state.space.points[home]
        apart = (gap * gap).sum(axis=1)
    number = min(_CLUSTERS * 2, state.k)
    nearest = np.argpartition(apart, number - 1)[:number] if number < state.k else np.arange(state.k)
    order = nearest[np.lexsort((nearest, apart[nearest]))]
    within = np.cumsum(state.sizes[order]) <= _ITEMS
    within[:2] = True
    return np.asarray(order[: min(_CLUSTERS, int(within.sum()))])


def _solve(problem: ClusterProblem, state: State, window: NDArray[np.int64]) -> float:
    """Solve one window; return what it gained."""
    items = np.sort(np.concatenate([state.members[c, : state.sizes[c]] for c in window]))
    before = sum(float(state.sums[state.medoid(int(c))]) for c in window)
    part = ClusterProblem(
        np.asarray(problem.cost[np.ix_(items, items)]),
        rules_within(problem.rules, items, window.size),
    )
    try:
        found = improve(part, before, effort=Effort(nodes=_NODES))
    except (Infeasible, Stopped):
        return 0.0
    if found is None or found.objective >= before - 1e-9 * before:
        return 0.0
    for c, inner in zip(window, found.members, strict=True):
        chosen = items[list(inner)]
        state.label[chosen] = c
        state.sizes[c] = chosen.size
        state.members[c, : chosen.size] = chosen
        state.places[chosen] = np.arange(chosen.size)
        state.load[c] = state.bounds.loads[chosen].sum()
        state.sums[chosen] = np.asarray(problem.cost[np.ix_(chosen, chosen)]).sum(axis=0)
    return before - found.objective


def rules_within(rules: Sequence[Rule], items: NDArray[np.int64], clusters: int) -> tuple[Rule, ...]:
    """Restrict the rules to some items that keep their clusters among themselves."""
    place = {int(item): position for position, item in enumerate(items)}

    def inner(named: Sequence[int]) -> tuple[int, ...]:
        return tuple(place[item] for item in named if item in place)

    kept: list[Rule] = [Count(clusters, clusters)]
    for rule in rules:
        match rule:
            case Size():
                weights = None if rule.weights is None else tuple(rule.weights[int(item)] for item in items)
                kept.append(Size(rule.minimum, rule.maximum, weights, binding=rule.binding, weight=rule.weight))
            case MustLink() | CannotLink() | Leaders():
                kept.append(type(rule)(inner(rule.items), binding=rule.binding, weight=rule.weight))
            case Pinned():
                if inner(rule.items):
                    kept.append(
                        Pinned(
                            inner(rule.items),
                            rule.label,
                            rule.minimum,
                            rule.maximum,
                            binding=rule.binding,
                            weight=rule.weight,
                        )
                    )
            case Guarantee():
                if rule.item in place:
                    kept.append(
                        Guarantee(place[rule.item], inner(rule.named), binding=rule.binding, weight=rule.weight)
                    )
            case Balance():
                kept.append(
                    Balance(inner(rule.items), rule.minimum, rule.maximum, binding=rule.binding, weight=rule.weight)
                )
            case _:
                pass
    return tuple(kept)
