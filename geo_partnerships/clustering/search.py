"""Good clusterings of large problems with a floor under them.

The Lagrangian over near arcs says which medoids are worth opening; its average choice is rounded to the right
number everywhere, items are spread over them, and shifts and swaps with exact best-medoid deltas follow.
Ever wider windows of neighbouring clusters are then searched, and where asked the most promising solved. The floor is
evaluated over every pair at the end.
"""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.bound import Ascent, ascend, open_medoids
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.conflicts import certified
from geo_partnerships.clustering.evaluation import evaluate
from geo_partnerships.clustering.exact import Stopped, assemble, close
from geo_partnerships.clustering.pooling import Pool
from geo_partnerships.clustering.problem import Progress
from geo_partnerships.clustering.rules import Count, Guarantee, Leaders, Size
from geo_partnerships.clustering.space import Space
from geo_partnerships.clustering.state import Bounds, Guides, State
from geo_partnerships.clustering.windows import Windows
from geo_partnerships.processors import cores

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.evaluation import Evaluation
    from geo_partnerships.clustering.problem import Clustering, ClusterProblem, Effort
    from geo_partnerships.clustering.space import Arcs

__all__ = ["Unkept", "is_guided", "plan_by_moves", "solve_by_search"]

_NEAR = 48
_NEAR_FOR_EACH = 4
_PRICE_SCALES = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
_SCOUT = ((20, 2.0), (20, 1.2))
_ASCENT = 300
_PATIENCE, _MEMORY, _SETTLED = 6, 0.9, 5e-4
_MOVES_EACH, _MOVES_MOST = 3000, 32_000_000
_HOT, _HOTTER, _COLD = 0.2, 1.0, 0.004
_UNEVEN = 10
_PASSES = 2
_TRADED = 1.4
_TRIALS, _JOINED, _JOINED_EACH, _MOVES_AGAIN, _GAINED = 32, 4, 20, 1000, 1e-9
_FILLINGS, _FILLINGS_ALL, _PACKINGS = 4e7, 5e9, 1500
_HEATS, _LUKEWARM = (1.0, 0.5), 0.01
_TOLLED = 300
_LONGER, _LONG_STEP, _LONG_PATIENCE, _LONG_MEMORY = 300, 0.3, 12, 0.95
_CLOSED, _NODES = 1000, 100
_SCALES = ((72, 7), (110, 11), (200, 20))
_MANY = 5000
_EXACT_ITEMS, _EXACT_CLUSTERS = 72, 7
_WIDEST = 64
_MENDING = 50.0
_REACHED, _FARTHER = 0.999, 1.2
_WALKS, _WALK, _WALKING = 4, 20, 0.02
_THREADED = 3000
_NAMED = 3


class NearOracle:
    """An oracle that looks at near arcs only, in compiled loops."""

    beyond = 0.0

    def __init__(
        self,
        space: Space,
        bounds: Bounds,
        memberships: NDArray[np.float64],
        threads: int = 1,
        arcs: Arcs | None = None,
    ) -> None:
        self.space = space
        self.threads = threads
        self.bounds = bounds
        self.count = bounds.count
        self.memberships = memberships
        self.arcs = space.arcs() if arcs is None else arcs
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
        return self._side_by_side(lambda rows: self._ask(prices, rows, np.zeros(0), mark=False))

    def _side_by_side(self, ask: Callable[[NDArray[np.int64]], NDArray[np.float64]]) -> NDArray[np.float64]:
        """Ask for the worth of every medoid, so many at a time."""
        if self.threads == 1:
            return ask(self.rows)
        with ThreadPoolExecutor(self.threads) as pool:
            return np.concatenate(list(pool.map(ask, np.array_split(self.rows, 4 * self.threads))))

    def missing(self, prices: NDArray[np.float64], opened: NDArray[np.int64]) -> NDArray[np.float64]:
        """Memberships each item lacks under the open medoids."""
        taken = np.zeros(self.space.n)
        self._ask(prices, opened, taken, mark=True)
        return self.memberships - taken

    def proven(self, prices: NDArray[np.float64]) -> float:
        """Evaluate the floor over every pair of items."""
        from geo_partnerships.clustering import kernels  # noqa: PLC0415

        space, bounds = self.space, self.bounds
        values = self._side_by_side(
            lambda rows: np.asarray(
                kernels.evaluate_all(space.dense, space.points, bounds.loads, prices, bounds.low, bounds.high, rows)
            )
        )
        return self.floor(prices, values)

    def floor(self, prices: NDArray[np.float64], values: NDArray[np.float64]) -> float:
        """Return the floor that prices give where medoids have these worths."""
        opened, _, _ = open_medoids(self.count, values)
        return float((self.memberships * prices).sum() + values[opened].sum())


class WholeOracle(NearOracle):
    """An oracle whose medoids take whole items only, where loads are whole numbers."""

    @classmethod
    def suits(cls, bounds: Bounds) -> bool:
        """Whether sizes differ, are whole, have no least, and leave few enough ways to fill a cluster."""
        loads = bounds.loads
        whole = bool((loads == np.floor(loads)).all()) and not bounds.even and bounds.low <= loads.min()
        return whole and cls.fillings(bounds) <= _FILLINGS

    @staticmethod
    def fillings(bounds: Bounds) -> float:
        """About how many ways to fill the clusters of all medoids are looked at for one set of prices."""
        n = bounds.loads.size
        return bounds.high * n * n / max(bounds.count[0], 1)

    def clip(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Prices as they are: every arc is looked at."""
        return prices

    def proven(self, prices: NDArray[np.float64]) -> float:
        """Evaluate the floor: every pair of items is looked at in any case."""
        return self.floor(prices, self.worths(prices))

    def _ask(
        self, prices: NDArray[np.float64], rows: NDArray[np.int64], missing: NDArray[np.float64], *, mark: bool
    ) -> NDArray[np.float64]:
        from geo_partnerships.clustering import kernels  # noqa: PLC0415

        space, bounds = self.space, self.bounds
        loads = bounds.loads.astype(np.int64)
        return np.asarray(
            kernels.packed(space.dense, space.points, loads, prices, int(bounds.high), rows, missing, mark)
        )


class Unkept(Stopped):
    """The search ended with clusters that break a binding rule.

    Attributes
    ----------
    judged
        The clusters.
    floor
        What no clustering that keeps the rules costs less than.
    stopped
        Whether an effort limit or a cancellation took part.
    """

    def __init__(self, judged: Evaluation, floor: float, *, stopped: bool) -> None:
        names = sorted({rule.words for rule in judged.broken})
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        super().__init__(f"no clustering was found that keeps: {', '.join(names[:_NAMED])}{more}")
        self.judged, self.floor, self.stopped = judged, floor, stopped


def solve_by_search(
    problem: ClusterProblem,
    *,
    effort: Effort,
    seed: int = 0,
    threads: int | None = None,
    noun: str = "items",
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Clustering:
    """Find a good clustering and a floor.

    Raises
    ------
    Infeasible
        If arithmetic shows that no clustering keeps the binding rules.
    Unkept
        If no clustering that keeps the binding rules was found.
    """
    conflict = certified(problem, noun)
    if conflict is not None:
        raise conflict
    started = time.monotonic()

    def late() -> bool:
        ended = effort.seconds is not None and time.monotonic() - started > effort.seconds
        return ended or (cancelled is not None and cancelled())

    def report(phase: str, objective: float, bound: float) -> None:
        if progress is not None:
            progress(Progress(phase, objective, bound))

    compiled = compile_problem(problem)
    bounds = bounds_of(compiled)
    guides = Guides.of(compiled)
    workers = threads or (cores() if compiled.n >= _THREADED else 1)
    each = compiled.n / max(1, bounds.count[0])
    space = Space.of(compiled.cost, int(max(_NEAR, _NEAR_FOR_EACH * each)))
    oracle = NearOracle(space, bounds, np.ones(compiled.n), workers)
    iterations = _ASCENT if effort.iterations is None else effort.iterations
    state, ascent = _settled(oracle, guides, seed, iterations, report)
    floor = oracle.proven(ascent.prices)
    report("search", state.cost, floor)
    stopped = False
    if effort.windows != 0 or state.broken(guides).any():
        windows = Windows(problem, state, guides, ascent.prices, floor, seed, late, workers)
        _improve(windows, effort, report)
        floor = _promised(oracle, windows, ascent, min(iterations, _TOLLED), report)
        longer = (effort.rounds or 0) - _rounds(compiled.n)
        if longer > 0 and not windows.stopped:
            floor = max(floor, _raised_on(oracle, ascent, state.cost, longer * _LONGER, late))
            report("bound", state.cost, floor)
        packs = WholeOracle.suits(bounds) and not windows.stopped
        if packs:
            whole = WholeOracle(space, bounds, oracle.memberships, workers)
            packings = min(_PACKINGS, int(_FILLINGS_ALL / WholeOracle.fillings(bounds)))
            floor = max(floor, _raised_on(whole, ascent, state.cost, packings, late))
            report("bound", state.cost, floor)
        stopped = windows.stopped or ((longer > 0 or packs) and late())
    judged = evaluate(compiled, [state.members[c, : state.sizes[c]].tolist() for c in range(state.k)])
    if judged.broken:
        raise Unkept(judged, floor, stopped=stopped)
    found = assemble(judged, lower_bound=floor, method="search", repeatable=not stopped, stopped=stopped)
    if stopped or found.proven or effort.windows == 0 or guides.asked() or not bounds.even or compiled.n > _CLOSED:
        return found
    left = None if effort.seconds is None else max(1.0, effort.seconds - (time.monotonic() - started))
    return close(
        replace(problem, cost=space.whole()),
        found,
        ascent.prices,
        effort=replace(effort, nodes=_NODES if effort.nodes is None else effort.nodes, seconds=left),
        seed=seed,
        progress=progress,
        cancelled=cancelled,
    )


def _settled(
    oracle: NearOracle,
    guides: Guides,
    seed: int,
    iterations: int,
    report: Callable[[str, float, float], None],
) -> tuple[State, Ascent]:
    """Raise the floor, round it to a clustering, and move items about, once in a hurry and once in earnest."""
    space, bounds = oracle.space, oracle.bounds
    random = _generator(seed)
    moves = moves_for(bounds)
    scout = _scout(oracle)
    first = _start(space, bounds, scout)
    settle(first, guides, random, moves=moves // 20)
    report("search", first.cost, scout.bound)
    target = _worth(first)
    ascent = _raise(oracle, iterations=iterations, target=target, start=scout.prices)
    while first.excess and ascent.bound > _REACHED * target:
        target *= _FARTHER
        ascent = _raise(oracle, iterations=iterations, target=target, start=ascent.prices)
    second = _best_start(oracle, ascent)
    settle(second, guides, random, moves=moves)
    return min(second, first, key=_worth), ascent


def _best_start(oracle: NearOracle, ascent: Ascent) -> State:
    """Round the end of an ascent, and a few short walks about it, and keep the best."""
    starts = [_start(oracle.space, oracle.bounds, ascent)]
    target = starts[0].cost
    for _ in range(_WALKS):
        ascent = _raise(oracle, iterations=_WALK, target=target, start=ascent.prices, first_step=_WALKING)
        starts.append(_start(oracle.space, oracle.bounds, ascent))
    return min(starts, key=_worth)


def _worth(state: State) -> float:
    """Cost of a clustering with what it will take to bring its sizes into bounds."""
    return state.cost * (1 + _MENDING * state.excess / float(state.bounds.loads.sum()))


def _raise(
    oracle: NearOracle, *, iterations: int, target: float, start: NDArray[np.float64], first_step: float = 1.0
) -> Ascent:
    """Raise the floor with a long memory, which suits many items."""
    return ascend(
        oracle,
        iterations=iterations,
        target=target,
        start=start,
        first_step=first_step,
        patience=_PATIENCE,
        memory=_MEMORY,
        settled=_SETTLED,
    )


def _raised_on(oracle: NearOracle, ascent: Ascent, target: float, iterations: int, late: Callable[[], bool]) -> float:
    """Raise the floor further from where an ascent ended, with more patience; return it."""
    ascent = ascend(
        oracle,
        iterations=iterations,
        target=target,
        start=ascent.prices,
        first_step=_LONG_STEP,
        patience=_LONG_PATIENCE,
        memory=_LONG_MEMORY,
        settled=0.0,
        closed=lambda _objective, _bound: late(),
    )
    return oracle.proven(ascent.prices)


def _promised(
    oracle: NearOracle,
    windows: Windows,
    ascent: Ascent,
    iterations: int,
    report: Callable[[str, float, float], None],
) -> float:
    """Raise the floor of some windows by their guarantees, where there are any; return it."""
    if not windows.guides.guards.size or windows.stopped:
        return windows.floor
    from geo_partnerships.clustering.promises import promised_floor  # noqa: PLC0415 - it builds on this module

    target = windows.state.cost
    floor = promised_floor(oracle, windows.guides, ascent, target, iterations, windows.is_late)
    report("bound", target, max(floor, windows.floor))
    return max(floor, windows.floor)


def _scout(oracle: NearOracle) -> Ascent:
    """Raise the floor in a hurry: scale the first prices, then aim well above what is reached."""
    scaled = [oracle.clip(oracle.first_prices() * scale) for scale in _PRICE_SCALES]
    floors = [oracle.floor(prices, oracle.worths(prices)) for prices in scaled]
    reached = max(floors)
    prices = scaled[floors.index(reached)]
    for iterations, share in _SCOUT:
        target = reached * share if reached > 0 else math.inf
        scout = _raise(oracle, iterations=iterations, target=target, start=prices)
        prices, reached = scout.prices, scout.bound
    return scout


def _improve(windows: Windows, effort: Effort, report: Callable[[str, float, float], None]) -> None:
    """Search ever wider windows, mend what is still broken, and solve the most promising windows exactly."""
    state = windows.state
    many = state.space.n > _MANY
    rounds = effort.rounds if effort.rounds is not None else _rounds(state.space.n)
    joinable = not (many or state.bounds.even or windows.guides.asked()) and state.space.n <= _JOINED_EACH * state.k
    pool, random = Pool(), _generator(windows.seed)
    if joinable:
        _join(windows, pool, random, report)
    _widen(windows, rounds, report)
    if joinable:
        _join(windows, pool, random, report)
    windows.solve(items=_EXACT_ITEMS, clusters=_EXACT_CLUSTERS, passes=_PASSES, windows=effort.windows or 0)
    report("windows", state.cost, windows.floor)


def _join(
    windows: Windows, pool: Pool, random: NDArray[np.uint64], report: Callable[[str, float, float], None]
) -> None:
    """Move items about from the best clustering again and again, and join the clusters that were met."""
    state = windows.state
    n, moves = state.space.n, _MOVES_AGAIN * state.space.n
    pool.add(state)
    for number in range(1, _TRIALS + 1):
        if windows.is_late():
            return
        trial = State(state.space, state.bounds, state.label.copy(), state.k)
        heat = _HEATS[number % len(_HEATS)]
        _move(trial, windows.guides, random, [(moves, heat, _LUKEWARM, 1.0, False), (moves // 4, 0.0, 0.0, 20.0, True)])
        pool.add(trial)
        if number % _JOINED == 0:
            found = pool.best(n, state.k, windows.seed)
            if found is not None and (state.excess > 0 or found[0] < state.cost * (1 - _GAINED)):
                windows.adopt(found[1])
                report("search", state.cost, windows.floor)


def _rounds(n: int) -> int:
    """How often all windows of `n` items are gone over where nobody says."""
    return len(_SCALES) - (n > _MANY)


def _widen(windows: Windows, rounds: int, report: Callable[[str, float, float], None] | None = None) -> None:
    """Search all windows, wider from round to round, trade clusters between them, and mend what is still broken."""
    state = windows.state
    each = state.space.n / state.k
    for number in range(rounds):
        items, clusters = _SCALES[min(number, len(_SCALES) - 1)]
        items = int(max(items, items * each / 10))
        windows.search(items=items, clusters=clusters, passes=_PASSES)
        windows.mend(widest=_WIDEST)
        if 2 * clusters <= state.k:
            windows.trade(items=items, clusters=clusters, windows=math.ceil(_TRADED * state.k / clusters))
        if report is not None:
            report("windows", state.cost, windows.floor)
        if number >= len(_SCALES) - 1:
            windows.searched.clear()
    if rounds > 0:
        windows.search(items=items, clusters=clusters, passes=_PASSES)
        windows.mend(widest=_WIDEST)


def plan_by_moves(compiled: Compiled, ascent: Ascent, seed: int) -> NDArray[np.int64] | None:
    """Round an ascent and move items about; return the cluster of each item, or None if sizes are broken."""
    bounds = bounds_of(compiled)
    guides = Guides.of(compiled)
    state = _start(Space.of(compiled.cost, compiled.n), bounds, ascent)
    settle(state, guides, _generator(seed), moves=moves_for(bounds))
    windows = Windows(compiled.problem, state, guides, ascent.prices, ascent.bound, seed, lambda: False)
    _widen(windows, len(_SCALES))
    return state.label if state.excess <= 0 else None


def moves_for(bounds: Bounds) -> int:
    """How many moves are worth trying: more where items differ in size and fit together less easily."""
    moves = min(_MOVES_EACH * bounds.loads.size, _MOVES_MOST)
    return moves if bounds.even else _UNEVEN * moves


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
    from geo_partnerships.clustering import kernels  # noqa: PLC0415

    k = min(max(bounds.count[0], round(float(ascent.usage.sum()))), bounds.count[1])
    share = ascent.usage * (k / max(float(ascent.usage.sum()), 1e-9))
    return _spread(space, bounds, kernels.rounded(space.near, share, k))


def _spread(space: Space, bounds: Bounds, medoids: NDArray[np.int64]) -> State:
    """Spread the items over given medoids, within the greatest size as far as it goes."""
    from geo_partnerships.clustering import kernels  # noqa: PLC0415

    label = np.zeros(space.n, dtype=np.int64)
    kernels.spread(space.dense, space.points, space.near, bounds.loads, bounds.high, medoids, label)
    return State(space, bounds, label, medoids.size)


def settle(state: State, guides: Guides, random: NDArray[np.uint64], *, moves: int) -> None:
    """Shift and swap items, first freely, then only downhill and into bounds."""
    even = state.bounds.even
    steps = [(moves, _HOT if even else _HOTTER, _COLD, 1.0, False), (moves // 4, 0.0, 0.0, 8.0, True)]
    if not even:
        steps.insert(1, (moves // 4, _HOT, _COLD, 20.0, True))
    _move(state, guides, random, steps)


def _move(
    state: State, guides: Guides, random: NDArray[np.uint64], steps: list[tuple[int, float, float, float, bool]]
) -> None:
    """Shift and swap items: in each step so many moves, from hot to cold, so stern on sizes, strictly or freely."""
    from geo_partnerships.clustering import kernels  # noqa: PLC0415

    n = state.space.n
    bounds = state.bounds
    typical = state.cost / n
    charges = guides.charges(typical, max(float(bounds.loads.mean()), 1e-9))
    leads = np.bincount(state.label, weights=guides.leader, minlength=state.k).astype(np.int64)
    near = np.ascontiguousarray(state.space.near[:, : min(24, state.space.near.shape[1])])
    held = np.zeros(n, dtype=np.bool_)
    for count, hot, cold, sterner, strict in steps:
        kernels.anneal(
            state.space.dense,
            state.space.points,
            near,
            bounds.loads,
            bounds.low,
            bounds.high,
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
            guides.tolls(4.0 * typical * sterner),
            charges * sterner,
            count,
            hot * typical,
            cold * typical,
            strict,
            random,
        )
    state.refresh()
