"""Work is counted: neither a clock that jumps nor a busy machine nor threads change a plan, and every call ends."""

from __future__ import annotations

import itertools
import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np
import pytest

from geo_partnerships.clustering import (
    ClusterProblem,
    Count,
    Effort,
    Guarantee,
    Leaders,
    MustLink,
    PairRewards,
    PartedAtMost,
    Size,
    Stopped,
    cluster,
    work,
)

if TYPE_CHECKING:
    from geo_partnerships.clustering.rules import Rule


def scattered(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((n, 2)) * 10_000


def ruled(n: int, seed: int = 0) -> ClusterProblem:
    """Guarantees, links and preferred leaders over scattered items, eight a cluster."""
    draw = np.random.default_rng(seed)
    k = max(2, n // 8)
    rules: list[Rule] = [Count(k, k), Size(4, 12), Leaders(items=tuple(range(0, n, 9)), binding=False, weight=5_000.0)]
    rules += [Guarantee(item=i, named=tuple(draw.choice(n, 3).tolist())) for i in range(1, n, 3)]
    rules += [MustLink(items=(i, i + 1)) for i in range(2, n - 1, 17)]
    return ClusterProblem.from_points(scattered(n, seed), tuple(rules))


def plain(n: int, seed: int = 0) -> ClusterProblem:
    return ClusterProblem.from_points(scattered(n, seed), (Count(n // 8, n // 8), Size(4, 12)))


def led_twice(n: int) -> ClusterProblem:
    """Two kinds of leaders, of whom some must be together: how few clusters must do without has to be searched for."""
    rules = (
        Count(n // 8, n // 8),
        Size(4, 12),
        Leaders(items=(0, 1, 2), binding=False),
        Leaders(items=(3, 4, 5), binding=False),
        MustLink(items=(0, 1)),
        Guarantee(item=3, named=(4,)),
    )
    return ClusterProblem.from_points(scattered(n), rules)


CASES = {"led twice": led_twice(24), "ruled": ruled(32), "plain": plain(64), "searched": plain(72)}
LITTLE = 0.03


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search among few items as among many."""
    door = import_module("geo_partnerships.clustering.cluster")
    monkeypatch.setattr(door, "METHOD", replace(door.METHOD, exact_items=70))


def told(problem: ClusterProblem, effort: Effort, threads: int | None = None) -> tuple[object, ...]:
    """All that an answer says, or that there is none."""
    try:
        found = cluster(problem, effort=effort, threads=threads)
    except Stopped as error:
        return (str(error),)
    assert found.repeatable, "no clock was asked"
    return (found.members, found.objective, found.lower_bound, found.proven, found.stopped)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("limit", [LITTLE, 60.0])
def test_a_clock_that_jumps_and_a_busy_machine_change_nothing(name, limit, monkeypatch) -> None:
    problem, effort = CASES[name], Effort(work=limit)
    expected = told(problem, effort)
    busy = threading.Event()
    burning = threading.Thread(target=lambda: [sum(range(10_000)) for _ in iter(busy.is_set, True)])
    burning.start()
    hours = itertools.count(10.0, 3600.0)
    with monkeypatch.context() as warped:
        for clock in ("time", "monotonic", "perf_counter", "process_time"):
            warped.setattr(time, clock, lambda: next(hours))
        again = told(problem, effort, threads=2)
    busy.set()
    burning.join()
    assert again == expected


@pytest.mark.parametrize("name", CASES)
def test_whatever_work_is_allowed_an_answer_is_sound_and_more_work_is_no_worse(name) -> None:
    problem = CASES[name]
    objectives = []
    for limit in (1e-9, 0.01, LITTLE, 0.1, 60.0):
        try:
            found = cluster(problem, effort=Effort(work=limit))
        except Stopped:
            assert limit < 1
            continue
        assert found.repeatable
        assert found.proven == (found.gap == 0)
        assert found.stopped or limit > 0.01
        objectives.append(found.objective)
    assert objectives[-1] == min(objectives)


def test_work_within_counts_around_it_and_is_limited_by_it() -> None:
    with work.granted(10.0):
        work.spend(4.0)
        with work.limited(100.0):
            assert work.left() == 6.0
            work.spend(5.0)
        assert work.left() == 1.0
        with work.granted(3.0):
            assert work.left() == 3.0
            work.spend(3.0)
            assert work.is_over()
        assert work.is_over()
        assert work.left() == 0.0
    assert work.left() == math.inf


def test_parts_in_threads_may_use_what_parts_in_turn_may_and_count_the_same() -> None:
    def part(amount: float) -> float:
        before = work.left()
        work.spend(amount)
        return before - work.left()

    done = []
    for threads in (None, ThreadPoolExecutor(2)):
        with work.granted(10.0):
            results = work.side_by_side(part, [1.0, 2.0, 3.0], threads)
            done.append((results, work.left()))
    assert done == [([1.0, 2.0, 3.0], 4.0)] * 2


def asked_of(name: str) -> ClusterProblem:
    """A problem for each of several methods."""
    draw = np.random.default_rng(7)
    points = draw.random((120, 2)) * 11_000
    pairs = tuple((a, b) for a, b in draw.integers(0, 40, (30, 2)).tolist() if a != b)
    several = (Count(5, 5), Size(4, 12))
    return {
        "sizes": ClusterProblem.from_points(points, (Count(15, 15), Size(4, 12))),
        "medians": ClusterProblem.from_points(points, (Count(15, 15),)),
        "rules": ruled(48),
        "pairs worth something": ClusterProblem.from_points(points[:40], (*several, PairRewards(pairs, weight=900))),
        "pairs limited": ClusterProblem.from_points(points[:40], (*several, PartedAtMost(pairs, 20))),
    }[name]


@pytest.mark.parametrize("name", ["sizes", "medians", "rules", "pairs worth something", "pairs limited"])
def test_whoever_cancels_is_looked_at_before_a_unit_of_work_is_done(name: str) -> None:
    problem = asked_of(name)
    looks: list[float] = []

    def cancelled() -> bool:
        looks.append(work.done())
        return False

    begun = work.done()
    cluster(problem, cancelled=cancelled)
    between = np.diff([begun, *looks, work.done()])
    assert looks
    assert between.max() <= 1.0


def test_work_in_a_part_counts_in_what_is_done_in_all() -> None:
    begun = work.done()
    with work.granted(10.0):
        work.spend(1.0)
        with work.limited(5.0):
            work.spend(2.0)
            assert work.done() - begun == pytest.approx(3.0)
    assert work.done() - begun == pytest.approx(3.0)
