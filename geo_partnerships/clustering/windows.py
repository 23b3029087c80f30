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


def improve_windows(
    problem: ClusterProblem,
    state: State,
    *,
    passes: int,
    seed: int,
    report: Callable[[str, float, float], None],
    floor: float,
    cancelled: Callable[[], bool] | None,
    effort: Effort,
) -> bool:
    """Improve `state` window by window; return whether the run was stopped."""
    started = time.monotonic()
    stamp = np.zeros(state.k, dtype=np.int64)
    clock = 1
    solved: dict[tuple[int, ...], int] = {}
    for turn in range(passes):
        improved = 0.0
        order = np.random.default_rng((seed, turn)).permutation(state.k)
        covered = np.zeros(state.k, dtype=bool)
        for centre in order:
            if covered[centre]:
                continue
            if (cancelled is not None and cancelled()) or (
                effort.seconds is not None and time.monotonic() - started > effort.seconds
            ):
                return True
            window = _window(state, int(centre))
            covered[window[: max(1, window.size // 2)]] = True
            key = tuple(sorted(window.tolist()))
            if solved.get(key, 0) > stamp[window].max():
                continue
            gain = _solve(problem, state, window)
            clock += 1
            solved[key] = clock
            if gain > 0:
                stamp[window] = clock
                solved[key] = clock + 1
                clock += 1
                improved += gain
        report("windows", state.cost, floor)
        if improved <= 1e-6 * state.cost:
            break
    return False


def _window(state: State, centre: int) -> NDArray[np.int64]:
    """Choose the clusters around one, nearest medoids first, as long as they are few enough to solve."""
    medoids = state.medoids()
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
    before = float(state.sums[state.medoids()[window]].sum())
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
                        Guarantee(
                            place[rule.item], inner(rule.named), binding=rule.binding, weight=rule.weight
                        )
                    )
            case Balance():
                kept.append(
                    Balance(
                        inner(rule.items), rule.minimum, rule.maximum, binding=rule.binding, weight=rule.weight
                    )
                )
            case _:
                pass
    return tuple(kept)
