"""``python -m benchmarks.random_problems 2000``: problems of a few items under all rules against trying everything.

Costs, prices and loads come in any unit from 1e-9 to 1e12, points may coincide, rules are of all kinds and mixtures,
as the rules of a scenario ask for them: limits of distance from the centre and between any two, balance over the values
of a column, pairs that are worth something or should stay with a middle, and a few items exempt.
Prints the seeds that disagree and why; the exit code is 1 if there are any. ``--first N`` begins at another seed.
"""

from __future__ import annotations

import argparse
import math
import sys
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering import (
    Allowed,
    Balance,
    CannotLink,
    ClusterProblem,
    Count,
    Districts,
    Guarantee,
    Infeasible,
    Leaders,
    MustLink,
    PairRewards,
    PartedAtMost,
    Pinned,
    Size,
    Support,
    cluster,
)
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from geo_partnerships.clustering import Clustering, Rule
    from geo_partnerships.clustering.evaluate import Evaluation

__all__ = ["best", "disagreement", "random_problem"]

_EXACT = 2e-6
"""Share by which a proven objective may differ from the least: proofs are exact to one part in a million."""


def partitions(n: int) -> Iterator[list[list[int]]]:
    """Yield every partition of 0 .. n - 1."""
    if n == 0:
        yield []
        return
    for smaller in partitions(n - 1):
        for where in range(len(smaller)):
            yield [[*part, n - 1] if at == where else part for at, part in enumerate(smaller)]
        yield [*smaller, [n - 1]]


def clusterings(problem: ClusterProblem) -> Iterator[list[list[int]]]:
    """Yield every clustering in as many clusters as is asked."""
    counts = [rule for rule in problem.rules if isinstance(rule, Count)]
    for parts in partitions(problem.n):
        if all(rule.minimum <= len(parts) <= rule.maximum for rule in counts):
            yield parts


def best(problem: ClusterProblem) -> Evaluation | None:
    """Find the best clustering that keeps the binding rules: leaders first, then cost; None if there is none."""
    compiled = compile_problem(problem)
    found: Evaluation | None = None
    key: tuple[tuple[int, ...], float] = ((), math.inf)
    for clusters in clusterings(problem):
        judged = evaluate(compiled, clusters)
        if not judged.broken and (found is None or (judged.missing, judged.objective) < key):
            found, key = judged, (judged.missing, judged.objective)
    return found


def disagreement(problem: ClusterProblem) -> str:
    """Say how the answer of the solver differs from the best of all clusterings; empty where it does not."""
    wanted = best(problem)
    try:
        answer = cluster(problem)
    except Infeasible as error:
        return _wrong_conflict(problem, error.rules) if wanted is None else "called impossible"
    if wanted is None:
        return "found what keeps no rules"
    return next(_differences(evaluate(compile_problem(problem), answer.members), answer, wanted), "")


def _differences(judged: Evaluation, answer: Clustering, wanted: Evaluation) -> Iterator[str]:
    objective, bound = answer.objective, answer.lower_bound
    if judged.broken:
        yield f"breaks {', '.join(rule.words for rule in judged.broken)}"
    if judged.missing != wanted.missing:
        yield f"{judged.missing} clusters without a leader, not {wanted.missing}"
    if not math.isclose(objective, wanted.objective, rel_tol=_EXACT, abs_tol=0.0):
        yield f"{objective:.12g}, not {wanted.objective:.12g}"
    if bound > wanted.objective * (1 + _EXACT):
        yield f"the bound {bound:.12g} is above {wanted.objective:.12g}"
    if not answer.proven:
        yield "not proven"


def _wrong_conflict(problem: ClusterProblem, names: tuple[str, ...]) -> str:
    """Say what is wrong with a conflict that is named: it must be one, and leaving out any rule must end it."""
    named = [rule for rule in problem.rules if rule.binding and rule.words in names]
    if best(ClusterProblem(problem.cost, tuple(named))) is not None:
        return f"no conflict: {', '.join(names)}"
    for name in names:
        rest = tuple(rule for rule in named if rule.words != name)
        if best(ClusterProblem(problem.cost, rest)) is None:
            return f"a conflict without {name}: {', '.join(names)}"
    return ""


def random_problem(seed: int) -> ClusterProblem:
    """Draw a problem of 4 to 8 items."""
    draw = np.random.default_rng(seed)
    n = int(draw.choice([4, 5, 6, 7, 8], p=[0.25, 0.3, 0.3, 0.1, 0.05]))
    grid = int(draw.choice([1, 2, 3, 6, 40]))
    points = draw.integers(0, grid, (n, 2)).astype(np.float64)
    cost = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    if draw.random() < 0.3:
        cost = cost * draw.uniform(0.5, 2.0, (1, n))
    if draw.random() < 0.1:
        i, j = draw.choice(n, 2, replace=False)
        cost[i, j] = 10.0 ** draw.uniform(3, 9)
    scale = _unit(draw)
    typical = float(np.median(cost[cost > 0])) if cost.any() else 1.0
    makers = [_KINDS[number] for number in draw.integers(0, len(_KINDS), int(draw.integers(1, 5)))]
    made = [make(draw, n, _strength(draw, typical * scale)) for make in makers]
    rules = [rule for one in made for rule in (one if isinstance(one, list) else [one])]
    if draw.random() < 0.7:
        least = int(draw.integers(1, 4))
        rules.append(Count(least, int(draw.integers(least, 4))))
    if draw.random() < 0.2:
        rules += _limits(draw, cost, _strength(draw, typical * scale))
    if draw.random() < 0.15:
        rules.append(_parted_at_most(draw, n))
    if draw.random() < 0.1:
        rules.append(Leaders(_some(draw, n), lacking=int(draw.integers(0, 3))))
    return ClusterProblem(cost * scale, tuple(rules))


def _unit(draw: np.random.Generator) -> float:
    return float(10.0 ** draw.uniform(-9, 12)) if draw.random() < 0.7 else 1.0


def _strength(draw: np.random.Generator, typical: float) -> dict[str, float | bool]:
    """Draw whether a rule binds, and the price at which one that does not may be broken."""
    if draw.random() < 0.5:
        return {"binding": True}
    return {"binding": False, "weight": float(draw.choice([0.0, 1e-3, 0.5, 3.0, 1e4])) * typical}


def _some(draw: np.random.Generator, n: int, most: int = 3) -> tuple[int, ...]:
    return tuple(int(i) for i in draw.choice(n, int(draw.integers(2, most + 1)), replace=False))


def _size(draw: np.random.Generator, n: int, _strength: dict[str, float | bool]) -> Rule:
    if draw.random() < 0.5:
        least = int(draw.integers(0, 4))
        return Size(least, least + int(draw.integers(0, 4)))
    unit = _unit(draw)
    loads = draw.integers(1, 10, n) if draw.random() < 0.5 else np.round(draw.uniform(0.1, 9, n), 2)
    least, room = draw.uniform(0, 0.4, 2) * float(loads.sum())
    weights = tuple(float(load) * unit for load in loads)
    return Size(float(least) * unit, float(least + room + loads.max() / 2) * unit, weights)


def _pinned(draw: np.random.Generator, n: int, _strength: dict[str, float | bool]) -> Rule:
    return Pinned(_some(draw, n)[: int(draw.integers(1, 3))], int(draw.integers(0, 2)))


def _limits(draw: np.random.Generator, cost: NDArray[np.float64], strength: dict[str, float | bool]) -> list[Rule]:
    """Draw a limit on the way to the centre, or between any two; a few items may be exempt from it."""
    far = cost > float(draw.choice(cost.ravel()))
    np.fill_diagonal(far, val=False)
    exempt = draw.random(len(cost)) < draw.choice([0.0, 0.2])
    far[exempt] = False
    if draw.random() < 0.5:
        return [Allowed(~far, **strength)]
    far[:, exempt] = False
    apart: list[Rule] = [CannotLink((a, b), **strength) for a, b in np.argwhere(np.triu(far | far.T)).tolist()]
    return [Allowed(~far), *apart] if strength["binding"] and apart else apart


def _balance_over_values(draw: np.random.Generator, n: int, strength: dict[str, float | bool]) -> list[Rule]:
    """Draw a column of a few values, and at most so many of each in a cluster."""
    values = draw.integers(0, 3, n)
    most = int(draw.integers(1, 4))
    groups = [tuple(np.flatnonzero(values == value).tolist()) for value in np.unique(values)]
    return [Balance(group, 0, most, **strength) for group in groups]


def _support(draw: np.random.Generator, n: int, strength: dict[str, float | bool]) -> Rule:
    sides = draw.integers(0, 3, n)
    sides[draw.integers(0, n)] = 0
    takes, gives = (tuple(np.flatnonzero(sides == side).tolist()) for side in (0, 1))
    return Support(takes, gives, int(draw.integers(1, 3)), **strength)


def _pair_rewards(draw: np.random.Generator, n: int, strength: dict[str, float | bool]) -> Rule:
    """Draw pairs of any items, or the middle of an earlier cluster with each other member."""
    weight = float(strength.get("weight", 0.0))
    if draw.random() < 0.5:
        pairs = {tuple(sorted(_some(draw, n, 2))) for _ in range(int(draw.integers(1, 7)))}
        return PairRewards(tuple(sorted((a, b) for a, b in pairs)), weight=weight)
    earlier = draw.integers(0, 3, n).tolist()
    middles = [earlier.index(label) for label in earlier]
    return PairRewards(tuple((m, i) for i, m in enumerate(middles) if m != i), weight=weight)


def _parted_at_most(draw: np.random.Generator, n: int) -> Rule:
    pairs = tuple((a, b) for a, b in (sorted(_some(draw, n, 2)) for _ in range(int(draw.integers(1, 9)))))
    return PartedAtMost(pairs, int(draw.integers(0, len(pairs) + 1)))


def _districts(draw: np.random.Generator, n: int, _strength: dict[str, float | bool]) -> Rule:
    labels = tuple(int(label) for label in draw.integers(0, 4, n))
    pairs = frozenset(pair for pair in ((0, 1), (1, 2), (2, 3), (0, 3)) if draw.random() < 0.5)
    return Districts(labels, pairs, whole=bool(draw.random() < 0.5))


def _allowed(draw: np.random.Generator, n: int, strength: dict[str, float | bool]) -> Rule:
    return Allowed((draw.random((n, n)) < draw.uniform(0.3, 1.0)) | np.eye(n, dtype=bool), **strength)


def _count(draw: np.random.Generator, n: int, _strength: dict[str, float | bool]) -> Rule:
    least = int(draw.integers(1, n + 1))
    return Count(least, int(draw.integers(least, n + 1)))


def _guarantee(draw: np.random.Generator, n: int, strength: dict[str, float | bool]) -> Rule:
    item, *named = _some(draw, n)
    return Guarantee(item, tuple(named), **strength)


def _balance(draw: np.random.Generator, n: int, strength: dict[str, float | bool]) -> Rule:
    least = int(draw.integers(0, 2))
    most = int(draw.integers(least, 4)) if draw.random() < 0.6 else None
    return Balance(_some(draw, n, 4), least, most, **strength)


_KINDS: tuple[Callable[[np.random.Generator, int, dict[str, float | bool]], Rule | list[Rule]], ...] = (
    _allowed,
    _count,
    _size,
    _size,
    _pinned,
    _districts,
    _guarantee,
    _balance,
    _balance_over_values,
    _support,
    _pair_rewards,
    _pair_rewards,
    lambda draw, n, strength: MustLink(_some(draw, n), **strength),
    lambda draw, n, strength: CannotLink(_some(draw, n), **strength),
    lambda draw, n, strength: Leaders(_some(draw, n), **strength),
)


def main() -> int:
    """Try so many problems."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("number", type=int, nargs="?", default=2000)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    wrong = 0
    for seed in range(options.first, options.first + options.number):
        try:
            said = disagreement(random_problem(seed))
        except Exception as error:  # noqa: BLE001 - what is wrong with one problem is told, and the next one tried
            said = f"{type(error).__name__}: {error}"
        if said:
            wrong += 1
            print(f"seed {seed}: {said}", flush=True)
    print(f"{options.number} problems, {wrong} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
