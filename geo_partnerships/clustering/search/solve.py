"""Good clusterings of large problems with a floor under them.

The Lagrangian over near arcs says which medoids are worth opening; its average choice is rounded to the right
number everywhere, items are spread over them, and shifts and swaps with exact best-medoid deltas follow.
Ever wider neighbourhoods of clusters are then searched, and where asked the most promising solved. The floor is
evaluated over every pair at the end.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.answer import Stopped, assemble
from geo_partnerships.clustering.bounds.guarantees import guarantee_bound
from geo_partnerships.clustering.bounds.lagrangian import Ascent, subgradient_ascent
from geo_partnerships.clustering.bounds.sparse import FILLINGS_ALL, PACKINGS, NearOracle, WholeOracle
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.clustering.exact.sized import close
from geo_partnerships.clustering.guides import Guides
from geo_partnerships.clustering.infeasibility.minimal_conflict import certified
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.search.moves import (
    anneal_labels,
    bounds_of,
    first_labels,
    generator_state,
    moves_for,
    settle,
)
from geo_partnerships.clustering.search.neighbourhoods import Neighbourhoods
from geo_partnerships.clustering.search.pool import Pool
from geo_partnerships.clustering.search.state import State
from geo_partnerships.clustering.space import Space
from geo_partnerships.clustering.work import Patience
from geo_partnerships.processors import cores

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.evaluate import Evaluation
    from geo_partnerships.clustering.problem import Clustering, ClusterProblem, Effort
    from geo_partnerships.clustering.run import Run

__all__ = ["Unkept", "is_guided", "plan_by_moves", "solve_by_search"]

SEARCH = PARAMETERS.search

_NAMED = 3


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
    repeatable
        Whether neither the clock nor a cancellation did.
    """

    def __init__(self, judged: Evaluation, floor: float, *, stopped: bool, repeatable: bool = True) -> None:
        names = sorted({rule.words for rule in judged.broken})
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        super().__init__(f"no clustering was found that keeps: {', '.join(names[:_NAMED])}{more}")
        self.judged, self.floor = judged, floor
        self.stopped, self.repeatable = stopped, repeatable


def solve_by_search(problem: ClusterProblem, run: Run) -> Clustering:
    """Find a good clustering and a floor.

    Raises
    ------
    Infeasible
        If arithmetic shows that no clustering keeps the binding rules.
    Unkept
        If no clustering that keeps the binding rules was found.
    """
    conflict = certified(problem, run.noun)
    if conflict is not None:
        raise conflict
    effort, seed, report = run.effort, run.seed, run.report
    patience = Patience(effort.seconds, run.cancelled)
    late = patience.is_over

    compiled = compile_problem(problem)
    bounds = bounds_of(compiled)
    guides = Guides.of(compiled)
    workers = run.threads or (cores() if compiled.n >= SEARCH.threaded_items else 1)
    each = compiled.n / max(1, bounds.clusters[0])
    near = min(max(SEARCH.near, SEARCH.near_for_each * each), SEARCH.near_pairs / compiled.n)
    space = Space.of(compiled.cost, int(max(SEARCH.near, near)))
    oracle = NearOracle(space, bounds, np.ones(compiled.n), workers)
    iterations = SEARCH.ascent_steps if effort.iterations is None else effort.iterations
    state, ascent = _settled(oracle, guides, seed, iterations, report, late)
    floor = oracle.proven(ascent.prices)
    report("search", state.cost, floor)
    stopped = False
    if effort.neighbourhoods != 0 or state.broken(guides).any():
        neighbourhoods = Neighbourhoods(
            problem, state, guides, ascent.prices, floor, seed, late, workers, start=plan_by_moves
        )
        _improve(neighbourhoods, effort, report)
        floor = _guarantee_bound(oracle, neighbourhoods, ascent, min(iterations, SEARCH.guarantee_steps), report)
        longer = (effort.rounds or 0) - _rounds(compiled.n)
        if longer > 0 and not neighbourhoods.stopped:
            floor = max(floor, _raised_on(oracle, ascent, state.cost, longer * SEARCH.longer_steps, late))
            report("bound", state.cost, floor)
        packs = WholeOracle.suits(bounds) and not neighbourhoods.stopped
        if packs:
            whole = WholeOracle(space, bounds, oracle.memberships, workers)
            packings = min(PACKINGS, int(FILLINGS_ALL / WholeOracle.fillings(bounds)))
            floor = max(floor, _raised_on(whole, ascent, state.cost, packings, late))
            report("bound", state.cost, floor)
        stopped = neighbourhoods.stopped
    stopped = stopped or late()
    judged = evaluate(compiled, [state.members[c, : state.sizes[c]].tolist() for c in range(state.k)])
    if judged.broken:
        raise Unkept(judged, floor, stopped=stopped, repeatable=not patience.ended)
    found = assemble(judged, lower_bound=floor, method="search", repeatable=not patience.ended, stopped=stopped)
    if (
        stopped
        or found.proven
        or effort.neighbourhoods == 0
        or guides.asked()
        or not bounds.even
        or compiled.n > SEARCH.closed_items
    ):
        return found
    nodes = SEARCH.closing_nodes if effort.nodes is None else effort.nodes
    return close(
        replace(problem, cost=space.whole()),
        found,
        ascent.prices,
        run.within(patience).trying(nodes=nodes),
        start=plan_by_moves,
    )


def _settled(
    oracle: NearOracle,
    guides: Guides,
    seed: int,
    iterations: int,
    report: Callable[[str, float, float], None],
    late: Callable[[], bool],
) -> tuple[State, Ascent]:
    """Raise the floor, round it to a clustering, and move items about, once in a hurry and once in earnest."""
    space, bounds = oracle.space, oracle.bounds
    random = generator_state(seed)
    moves = moves_for(bounds)
    scout = _quick_ascent(oracle, late)
    first = first_labels(space, bounds, scout)
    settle(first, guides, random, moves=moves // 20, late=late)
    report("search", first.cost, scout.bound)
    target = _worth(first)
    ascent = _raise(oracle, iterations=iterations, target=target, start=scout.prices, late=late)
    while first.excess and ascent.bound > SEARCH.reached * target and not late():
        target *= SEARCH.farther
        ascent = _raise(oracle, iterations=iterations, target=target, start=ascent.prices, late=late)
    if late():
        return first, ascent
    second = _best_start(oracle, ascent, late)
    settle(second, guides, random, moves=moves, late=late)
    return min(second, first, key=_worth), ascent


def _best_start(oracle: NearOracle, ascent: Ascent, late: Callable[[], bool]) -> State:
    """Round the end of an ascent, and a few short walks about it, and keep the best."""
    starts = [first_labels(oracle.space, oracle.bounds, ascent)]
    target = starts[0].cost
    for _ in range(SEARCH.starts):
        if late():
            break
        ascent = _raise(
            oracle,
            iterations=SEARCH.start_steps,
            target=target,
            start=ascent.prices,
            late=late,
            first_step=SEARCH.start_step,
        )
        starts.append(first_labels(oracle.space, oracle.bounds, ascent))
    return min(starts, key=_worth)


def _worth(state: State) -> float:
    """Cost of a clustering with what it will take to bring its sizes into bounds."""
    return state.cost * (1 + SEARCH.excess_price * state.excess / float(state.bounds.loads.sum()))


def _raise(
    oracle: NearOracle,
    *,
    iterations: int,
    target: float,
    start: NDArray[np.float64],
    late: Callable[[], bool],
    first_step: float = 1.0,
) -> Ascent:
    """Raise the floor with a long memory, which suits many items."""
    return subgradient_ascent(
        oracle,
        iterations=iterations,
        target=target,
        start=start,
        first_step=first_step,
        patience=SEARCH.patience,
        memory=SEARCH.memory,
        settled=SEARCH.settled,
        closed=lambda _objective, _bound: late(),
    )


def _raised_on(oracle: NearOracle, ascent: Ascent, target: float, iterations: int, late: Callable[[], bool]) -> float:
    """Raise the floor further from where an ascent ended, with more patience; return it."""
    ascent = subgradient_ascent(
        oracle,
        iterations=iterations,
        target=target,
        start=ascent.prices,
        first_step=SEARCH.long_step,
        patience=SEARCH.long_patience,
        memory=SEARCH.long_memory,
        settled=0.0,
        closed=lambda _objective, _bound: late(),
    )
    return oracle.proven(ascent.prices)


def _guarantee_bound(
    oracle: NearOracle,
    neighbourhoods: Neighbourhoods,
    ascent: Ascent,
    iterations: int,
    report: Callable[[str, float, float], None],
) -> float:
    """Raise the floor of some neighbourhoods by their guarantees, where there are any; return it."""
    if not neighbourhoods.guides.guards.size or neighbourhoods.stopped:
        return neighbourhoods.floor
    target = neighbourhoods.state.cost
    floor = guarantee_bound(oracle, neighbourhoods.guides, ascent, target, iterations, neighbourhoods.is_late)
    report("bound", target, max(floor, neighbourhoods.floor))
    return max(floor, neighbourhoods.floor)


def _quick_ascent(oracle: NearOracle, late: Callable[[], bool]) -> Ascent:
    """Raise the floor in a hurry: scale the first prices, then aim well above what is reached."""
    scaled = [oracle.clip(oracle.first_prices() * scale) for scale in SEARCH.price_scales]
    floors = [oracle.floor(prices, oracle.reduced_values(prices)) for prices in scaled]
    reached = max(floors)
    prices = scaled[floors.index(reached)]
    for iterations, share in SEARCH.scout_rounds:
        target = reached * share if reached > 0 else math.inf
        scout = _raise(oracle, iterations=iterations, target=target, start=prices, late=late)
        prices, reached = scout.prices, scout.bound
    return scout


def _improve(neighbourhoods: Neighbourhoods, effort: Effort, report: Callable[[str, float, float], None]) -> None:
    """Search ever wider neighbourhoods, repair what is still broken, and solve the most promising exactly."""
    state = neighbourhoods.state
    many = state.space.n > SEARCH.many
    rounds = effort.rounds if effort.rounds is not None else _rounds(state.space.n)
    joinable = (
        not (many or state.bounds.even or neighbourhoods.guides.asked())
        and state.space.n <= SEARCH.recombined_items * state.k
    )
    pool, random = Pool(), generator_state(neighbourhoods.seed)
    if joinable:
        _join(neighbourhoods, pool, random, report)
    _widen(neighbourhoods, rounds, report)
    if joinable:
        _join(neighbourhoods, pool, random, report)
    neighbourhoods.solve(
        items=SEARCH.exact_items,
        clusters=SEARCH.exact_clusters,
        passes=SEARCH.passes,
        neighbourhoods=effort.neighbourhoods or 0,
    )
    report("windows", state.cost, neighbourhoods.floor)


def _join(
    neighbourhoods: Neighbourhoods, pool: Pool, random: NDArray[np.uint64], report: Callable[[str, float, float], None]
) -> None:
    """Move items about from the best clustering again and again, and join the clusters that were met."""
    state = neighbourhoods.state
    n, moves = state.space.n, SEARCH.walk_moves * state.space.n
    pool.add(state)
    for number in range(1, SEARCH.trials + 1):
        if neighbourhoods.is_late():
            return
        trial = State(state.space, state.bounds, state.label.copy(), state.k)
        heat = SEARCH.heats[number % len(SEARCH.heats)]
        anneal_labels(
            trial,
            neighbourhoods.guides,
            random,
            [(moves, heat, SEARCH.lukewarm, 1.0, False), (moves // 4, 0.0, 0.0, 20.0, True)],
            neighbourhoods.is_late,
        )
        pool.add(trial)
        if number % SEARCH.recombined_after == 0:
            found = pool.recombine(n, state.k, neighbourhoods.seed)
            if found is not None and (state.excess > 0 or found[0] < state.cost * (1 - SEARCH.gained)):
                neighbourhoods.adopt(found[1])
                report("search", state.cost, neighbourhoods.floor)


def _rounds(n: int) -> int:
    """How often all neighbourhoods of `n` items are gone over where nobody says."""
    return len(SEARCH.widths) - (n > SEARCH.many)


def _widen(
    neighbourhoods: Neighbourhoods, rounds: int, report: Callable[[str, float, float], None] | None = None
) -> None:
    """Search all, wider from round to round, exchange clusters between them, and repair what is still broken."""
    state = neighbourhoods.state
    each = state.space.n / state.k
    for number in range(rounds):
        items, clusters = SEARCH.widths[min(number, len(SEARCH.widths) - 1)]
        items = int(max(items, items * each / 10))
        neighbourhoods.search(items=items, clusters=clusters, passes=SEARCH.passes)
        neighbourhoods.repair(widest=SEARCH.widest_repair)
        if 2 * clusters <= state.k:
            most = math.ceil(SEARCH.exchanged * state.k / clusters)
            neighbourhoods.exchange(items=items, clusters=clusters, neighbourhoods=most)
        if report is not None:
            report("windows", state.cost, neighbourhoods.floor)
        if number >= len(SEARCH.widths) - 1:
            neighbourhoods.searched.clear()
    if rounds > 0:
        neighbourhoods.search(items=items, clusters=clusters, passes=SEARCH.passes)
        neighbourhoods.repair(widest=SEARCH.widest_repair)


def plan_by_moves(compiled: Compiled, ascent: Ascent, seed: int) -> NDArray[np.int64] | None:
    """Round an ascent and move items about; return the cluster of each item, or None if sizes are broken."""
    bounds = bounds_of(compiled)
    guides = Guides.of(compiled)
    state = first_labels(Space.of(compiled.cost, compiled.n), bounds, ascent)
    settle(state, guides, generator_state(seed), moves=moves_for(bounds))
    neighbourhoods = Neighbourhoods(
        compiled.problem, state, guides, ascent.prices, ascent.bound, seed, lambda: False, start=plan_by_moves
    )
    _widen(neighbourhoods, len(SEARCH.widths))
    return state.label if state.excess <= 0 else None


def is_guided(problem: ClusterProblem) -> bool:
    """Whether the moves know every rule of a problem: number, one size, one guarantee an item, leaders."""
    rules = problem.rules
    places = [place for place in (rule.place_in_moves() for rule in rules) if place is not None]
    return all(rule.is_kept_by_moves() for rule in rules) and len(places) == len(set(places))
