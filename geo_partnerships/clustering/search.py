"""Good clusterings of large problems with a floor under them.

The Lagrangian over near arcs says which medoids are worth opening; its average choice is rounded to the right
number everywhere, items are spread over them, and shifts and swaps with exact best-medoid deltas follow.
Windows of neighbouring clusters are then solved exactly. The floor is evaluated over every pair at the end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.bound import Ascent, ascend, open_medoids
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.conflicts import certified
from geo_partnerships.clustering.evaluation import evaluate
from geo_partnerships.clustering.exact import Stopped, assemble, solve_exactly
from geo_partnerships.clustering.problem import Progress
from geo_partnerships.clustering.rules import Count, Guarantee, Leaders, Size
from geo_partnerships.clustering.space import PointCost, Space
from geo_partnerships.clustering.windows import improve_windows

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.problem import Clustering, ClusterProblem, Effort

__all__ = ["is_guided", "plan_by_moves", "solve_by_search"]

_NEAR = 48
_NEAR_FOR_EACH = 4
_SCOUT = 120
_ASCENT = 300
_MOVES_EACH, _MOVES_MOST = 3000, 8_000_000
_PASSES = 4
_WINDOWS = 1500
_HOT, _HOTTER, _COLD = 0.2, 1.0, 0.004
_UNEVEN = 10


@dataclass(frozen=True)
class Bounds:
    """Number of clusters, least and greatest load, and the load of each item."""

    count: tuple[int, int]
    low: float
    high: float
    loads: NDArray[np.float64]


class NearOracle:
    """An oracle that looks at near arcs only, in compiled loops."""

    def __init__(self, space: Space, bounds: Bounds, memberships: NDArray[np.float64]) -> None:
        self.space = space
        self.bounds = bounds
        self.count = bounds.count
        self.memberships = memberships
        self.arcs = space.arcs()
        self.rows = np.arange(space.n)

    def first_prices(self) -> NDArray[np.float64]:
        """Begin from the cost of each item under about the second of the medoids it would meet."""
        apart = max(2, self.space.n // max(self.count[1], 1))
        place = min(apart // 2 + 1, self.space.near.shape[1] - 1)
        return self.space.pairs(self.rows, self.space.near[:, place])

    def clip(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Keep prices within reach, so that no arc that is left out could be worth taking."""
        return np.minimum(prices, self.arcs.reach)

    def _ask(
        self, prices: NDArray[np.float64], rows: NDArray[np.int64], missing: NDArray[np.float64], *, mark: bool
    ) -> NDArray[np.float64]:
        from geo_partnerships.clustering import kernels  # noqa: PLC0415 - compiled only where it is needed

        return np.asarray(
            kernels.worths(
                self.arcs.starts,
                self.arcs.items,
                self.arcs.costs,
                self.bounds.loads,
                prices,
                self.bounds.low,
                self.bounds.high,
                rows,
                missing,
                mark,
            )
        )

    def worths(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Worth of every medoid at given prices, shape (n,)."""
        return self._ask(prices, self.rows, np.zeros(0), mark=False)

    def missing(self, prices: NDArray[np.float64], opened: NDArray[np.int64]) -> NDArray[np.float64]:
        """Memberships each item lacks under the open medoids."""
        taken = np.zeros(self.space.n)
        self._ask(prices, opened, taken, mark=True)
        return self.memberships - taken

    def proven(self, prices: NDArray[np.float64]) -> float:
        """Evaluate the floor over every pair of items."""
        from geo_partnerships.clustering import kernels  # noqa: PLC0415

        values = kernels.evaluate_all(
            self.space.dense, self.space.points, self.bounds.loads, prices, self.bounds.low, self.bounds.high
        )
        opened, _, _ = open_medoids(self.count, values)
        return float(self.memberships @ prices + values[opened].sum())


@dataclass
class State:
    """A clustering under change, in the arrays the compiled loops work on."""

    space: Space
    bounds: Bounds
    label: NDArray[np.int64]
    k: int
    room: int
    members: NDArray[np.int64] = field(init=False)
    sizes: NDArray[np.int64] = field(init=False)
    places: NDArray[np.int64] = field(init=False)
    sums: NDArray[np.float64] = field(init=False)
    load: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        """Fill the arrays from the labels."""
        self.refresh()

    def refresh(self) -> None:
        """Fill the arrays from the labels."""
        from geo_partnerships.clustering import kernels  # noqa: PLC0415

        order = np.argsort(self.label, kind="stable")
        self.sizes = np.bincount(self.label, minlength=self.k)
        self.room = max(self.room, int(self.sizes.max()) + 1)
        self.members = np.zeros((self.k, self.room), dtype=np.int64)
        self.places = np.zeros(self.label.size, dtype=np.int64)
        starts = np.cumsum(self.sizes) - self.sizes
        self.places[order] = np.arange(self.label.size) - np.repeat(starts, self.sizes)
        self.members[self.label, self.places] = np.arange(self.label.size)
        load = np.bincount(self.label, weights=self.bounds.loads, minlength=self.k)
        self.load = load.astype(np.float64)
        self.sums = np.zeros(self.label.size)
        kernels.member_sums(self.space.dense, self.space.points, self.members, self.sizes, self.sums)

    def medoids(self) -> NDArray[np.int64]:
        """The best medoid of each cluster, shape (k,)."""
        order = np.lexsort((np.arange(self.label.size), self.sums, self.label))
        starts = np.cumsum(self.sizes) - self.sizes
        return np.asarray(order[starts])

    def medoid(self, c: int) -> int:
        """The best medoid of one cluster, the lowest on ties."""
        items = np.sort(self.members[c, : self.sizes[c]])
        return int(items[self.sums[items].argmin()])

    @property
    def cost(self) -> float:
        """Cost of all clusters about their best medoids."""
        return float(self.sums[self.medoids()].sum())

    @property
    def excess(self) -> float:
        """How far sizes are out of bounds, over all clusters."""
        low, high = self.bounds.low, self.bounds.high
        return float(np.maximum(0, np.maximum(low - self.load, self.load - high)).sum())


@dataclass(frozen=True)
class Guides:
    """Rules the moves look at besides sizes, as arrays."""

    guards: NDArray[np.int64]
    starts: NDArray[np.int64]
    fans: NDArray[np.int64]
    fan_starts: NDArray[np.int64]
    leader: NDArray[np.bool_]
    led: bool

    @classmethod
    def of(cls, compiled: Compiled) -> Guides:
        """Gather guarantees, one an item, and leaders."""
        n = compiled.n
        named: list[list[int]] = [[] for _ in range(n)]
        fans: list[list[int]] = [[] for _ in range(n)]
        for rule in compiled.of(Guarantee):
            if not named[rule.item]:
                named[rule.item] = sorted(set(rule.named) - {rule.item})
                for other in named[rule.item]:
                    fans[other].append(rule.item)
        leader = np.zeros(n, dtype=np.bool_)
        leaders = compiled.of(Leaders)
        if leaders:
            leader[list(leaders[0].items)] = True
        return cls(*_flat(named), *_flat(fans), leader, bool(leaders))


def _flat(lists: list[list[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    starts = np.concatenate([[0], np.cumsum([len(part) for part in lists])]).astype(np.int64)
    return np.array([item for part in lists for item in part], dtype=np.int64), starts


def solve_by_search(
    problem: ClusterProblem,
    *,
    effort: Effort,
    seed: int = 0,
    noun: str = "items",
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Clustering:
    """Find a good clustering and a floor.

    Raises
    ------
    Infeasible
        If arithmetic shows that no clustering keeps the binding rules.
    Stopped
        If no clustering that keeps the binding rules was found.
    """
    conflict = certified(problem, noun)
    if conflict is not None:
        raise conflict
    compiled = compile_problem(problem)
    bounds = bounds_of(compiled)
    each = compiled.n / max(1, bounds.count[0])
    space = Space.of(compiled.cost, int(max(_NEAR, _NEAR_FOR_EACH * each)))
    oracle = NearOracle(space, bounds, np.ones(compiled.n))
    guides = Guides.of(compiled)
    random = _generator(seed)

    def report(phase: str, objective: float, bound: float) -> None:
        if progress is not None:
            progress(Progress(phase, objective, bound))

    target = math.inf

    def glance(opened: NDArray[np.int64], _prices: NDArray[np.float64]) -> float:
        nonlocal target
        target = min(target, _spread(space, bounds, np.sort(opened)).cost)
        return target

    scout = ascend(oracle, iterations=_SCOUT, target=math.inf, suggest=glance)
    state = _start(space, bounds, scout)
    moves = moves_for(bounds)
    settle(state, guides, random, moves=moves // 4)
    report("search", state.cost, scout.bound)
    iterations = _ASCENT if effort.iterations is None else effort.iterations
    ascent = ascend(oracle, iterations=iterations, target=state.cost, start=scout.prices)
    second = _start(space, bounds, ascent)
    settle(second, guides, random, moves=moves)
    if (second.excess, second.cost) < (state.excess, state.cost):
        state = second
    floor = oracle.proven(ascent.prices)
    report("search", state.cost, floor)
    stopped = improve_windows(
        problem,
        state,
        ascent.prices,
        floor,
        passes=_PASSES,
        windows=_WINDOWS if effort.windows is None else effort.windows,
        report=report,
        cancelled=cancelled,
        seconds=effort.seconds,
    )
    judged = evaluate(compiled, [state.members[c, : state.sizes[c]].tolist() for c in range(state.k)])
    if judged.broken and not isinstance(compiled.cost, PointCost):
        return solve_exactly(
            problem, effort=effort, seed=seed, noun=noun, rough=True, progress=progress, cancelled=cancelled
        )
    if judged.broken:
        names = ", ".join(sorted({rule.words for rule in judged.broken}))
        raise Stopped(f"no clustering was found that keeps: {names}")
    return assemble(judged, lower_bound=floor, method="search", repeatable=not stopped, stopped=stopped)


def plan_by_moves(compiled: Compiled, ascent: Ascent, seed: int) -> NDArray[np.int64] | None:
    """Round an ascent and move items about; return the cluster of each item, or None if sizes are broken."""
    bounds = bounds_of(compiled)
    space = Space.of(compiled.cost, compiled.n)
    state = _start(space, bounds, ascent)
    settle(state, Guides.of(compiled), _generator(seed), moves=moves_for(bounds))
    return state.label if state.excess <= 0 else None


def moves_for(bounds: Bounds) -> int:
    """How many moves are worth trying: more where items differ in size and fit together less easily."""
    n = bounds.loads.size
    if (bounds.loads == 1).all():
        return min(_MOVES_EACH * n, _MOVES_MOST)
    return min(_UNEVEN * _MOVES_EACH * n, _UNEVEN * _MOVES_MOST)


def _generator(seed: int) -> NDArray[np.uint64]:
    """Make the state of the generator that the compiled loops draw from."""
    return np.array([np.random.SeedSequence(seed).generate_state(1, np.uint64)[0] | np.uint64(1)])


def is_guided(problem: ClusterProblem) -> bool:
    """Whether the moves know every rule of a problem: number, one size, one guarantee an item, leaders."""
    rules = problem.rules
    guarantees = [rule.item for rule in rules if isinstance(rule, Guarantee)]
    return (
        all(isinstance(rule, (Count, Size, Guarantee, Leaders)) for rule in rules)
        and all(rule.binding for rule in rules if isinstance(rule, (Count, Size)))
        and sum(isinstance(rule, Size) for rule in rules) <= 1
        and sum(isinstance(rule, Leaders) for rule in rules) <= 1
        and len(guarantees) == len(set(guarantees))
    )


def bounds_of(compiled: Compiled) -> Bounds:
    """Take number and sizes from the rules."""
    sizes = compiled.of(Size, binding=True)
    if not sizes:
        return Bounds(compiled.count, 0.0, float(compiled.n), np.ones(compiled.n))
    rule = sizes[0]
    loads = np.ones(compiled.n) if rule.weights is None else np.asarray(rule.weights, dtype=np.float64)
    return Bounds(compiled.count, rule.minimum, min(rule.maximum, float(loads.sum())), loads)


def _start(space: Space, bounds: Bounds, ascent: Ascent) -> State:
    """Open medoids where the Lagrangian had them open, and spread the items over them."""
    k = min(max(bounds.count[0], round(float(ascent.usage.sum()))), bounds.count[1])
    return _spread(space, bounds, _rounded(space, ascent.usage, k))


def _spread(space: Space, bounds: Bounds, medoids: NDArray[np.int64]) -> State:
    """Spread the items over given medoids, within the greatest size as far as it goes."""
    from geo_partnerships.clustering import kernels  # noqa: PLC0415

    label = np.zeros(space.n, dtype=np.int64)
    kernels.spread(space.dense, space.points, space.near, bounds.loads, bounds.high, medoids, label)
    least = bounds.loads[bounds.loads > 0].min(initial=np.inf)
    room = min(space.n, int(bounds.high / least) + 1 if math.isfinite(least) else space.n)
    return State(space, bounds, label, medoids.size, room)


def _rounded(space: Space, usage: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """Choose `k` medoids so that every neighbourhood has about as many as its summed usage."""
    left = usage * (k / max(float(usage.sum()), 1e-9))
    order = np.argsort(-left, kind="stable")
    chosen: list[int] = []
    free = np.ones(space.n, dtype=bool)
    for threshold in (0.5, 0.25, 0.1, 0.02, 0.0):
        for j in order:
            if len(chosen) == k:
                break
            if not free[j] or left[j] < threshold or (threshold > 0 and left[j] <= 0):
                continue
            chosen.append(int(j))
            free[j] = False
            need = 1.0
            for i in space.near[j]:
                used = min(left[i], need)
                left[i] -= used
                need -= used
                if need <= 0:
                    break
        order = order[np.argsort(-left[order], kind="stable")]
    return np.sort(np.array(chosen))


def settle(state: State, guides: Guides, random: NDArray[np.uint64], *, moves: int) -> None:
    """Shift and swap items, first freely, then only downhill and into bounds."""
    from geo_partnerships.clustering import kernels  # noqa: PLC0415

    n = state.space.n
    typical = state.cost / n
    unit = max(float(state.bounds.loads.mean()), 1e-9)
    leads = np.bincount(state.label, weights=guides.leader, minlength=state.k).astype(np.int64)
    prices = np.array([4.0 * typical, 20.0 * typical if guides.led else 0.0, 4.0 * typical / unit])
    near = np.ascontiguousarray(state.space.near[:, : min(24, state.space.near.shape[1])])
    held = np.zeros(n, dtype=np.bool_)
    even = bool((state.bounds.loads == 1).all())
    steps = [(moves, _HOT if even else _HOTTER, _COLD, 1.0, False), (moves // 4, 0.0, 0.0, 8.0, True)]
    if not even:
        steps.insert(1, (moves // 4, _HOT, _COLD, 20.0, True))
    for count, hot, cold, sterner, strict in steps:
        kernels.anneal(
            state.space.dense,
            state.space.points,
            near,
            state.bounds.loads,
            state.bounds.low,
            state.bounds.high,
            state.label,
            state.members,
            state.sizes,
            state.places,
            state.sums,
            state.load,
            held,
            guides.guards,
            guides.starts,
            guides.fans,
            guides.fan_starts,
            guides.leader,
            leads,
            prices * sterner,
            count,
            hot * typical,
            cold * typical,
            strict,
            random,
        )
    state.refresh()
