"""Every clustering of a few items, tried one by one: what the solver must agree with."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import pytest

from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.clustering.rules import SecondMembership

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo_partnerships.clustering import ClusterProblem
    from geo_partnerships.clustering.evaluate import Evaluation


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
    """Yield every clustering: partitions, and second memberships wherever a rule speaks of one."""
    doubled = sorted({r.item for r in problem.rules if isinstance(r, SecondMembership)})
    for parts in partitions(problem.n):
        choices = []
        for item in doubled:
            home = next(at for at, part in enumerate(parts) if item in part)
            choices.append([None, *(at for at in range(len(parts)) if at != home)])
        for seconds in itertools.product(*choices):
            chosen = [list(part) for part in parts]
            for item, at in zip(doubled, seconds, strict=True):
                if at is not None:
                    chosen[at].append(item)
            yield chosen


def best(problem: ClusterProblem) -> Evaluation | None:
    """Find the best clustering that keeps the binding rules: leaders first, then cost; None if there is none."""
    compiled = compile_problem(problem)
    found: Evaluation | None = None
    key: tuple[tuple[int, ...], float] = ((), math.inf)
    for clusters in clusterings(problem):
        judged = evaluate(compiled, clusters)
        if judged.broken:
            continue
        if found is None or (judged.missing, judged.objective) < key:
            found, key = judged, (judged.missing, judged.objective)
    return found


@pytest.fixture(scope="session")
def brute_force() -> Callable[[ClusterProblem], Evaluation | None]:
    """Give the tests the trial of every clustering."""
    return best
