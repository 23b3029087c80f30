"""Every rule, alone and mixed: the solver finds what trying every clustering of a few items finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
    Rule,
    Size,
    Support,
    cluster,
)
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate
from tests.depth import examples

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_partnerships.clustering.evaluate import Evaluation

    Trial = Callable[[ClusterProblem], Evaluation | None]

KINDS = (
    Allowed,
    Count,
    Size,
    MustLink,
    CannotLink,
    Pinned,
    Guarantee,
    Leaders,
    Balance,
    Support,
    Districts,
    PairRewards,
    PartedAtMost,
)
LEAN = settings(
    max_examples=examples(8),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@st.composite
def rules(draw: st.DrawFn, kind: type[Rule], n: int) -> Rule:  # noqa: PLR0911 - one kind after another
    """One rule of a kind, binding or preferred."""
    binding = draw(st.booleans())
    strength = {"binding": binding, "weight": 0.0 if binding else float(draw(st.integers(0, 60)))}
    if kind is Allowed:
        barred = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), min_size=1, max_size=n * n))
        pairs = np.ones((n, n), dtype=bool)
        pairs[tuple(np.transpose(barred))] = False
        return Allowed(pairs | np.eye(n, dtype=bool), **strength)
    some = st.lists(st.integers(0, n - 1), min_size=2, max_size=3, unique=True).map(tuple)
    if kind is Count:
        least = draw(st.integers(1, n))
        return Count(least, draw(st.integers(least, n)))
    if kind is Size:
        weights = draw(st.none() | st.tuples(*[st.integers(1, 9).map(float)] * n))
        least = draw(st.integers(0, 4 if weights is None else 12))
        return Size(least, least + draw(st.integers(0, 3 if weights is None else 20)), weights)
    if kind is Pinned:
        return Pinned(draw(some)[: draw(st.integers(1, 2))], draw(st.integers(0, 1)))
    if kind is Guarantee:
        item, *named = draw(some)
        return Guarantee(item, tuple(named), **strength)
    if kind is PairRewards:
        pairs = st.lists(st.lists(st.integers(0, n - 1), min_size=2, max_size=2, unique=True).map(tuple), max_size=6)
        return PairRewards(tuple(draw(pairs)), weight=float(draw(st.integers(0, 60))))
    if kind is PartedAtMost:
        pairs = st.lists(st.lists(st.integers(0, n - 1), min_size=2, max_size=2, unique=True).map(tuple), max_size=6)
        return PartedAtMost(tuple(draw(pairs)), draw(st.integers(0, 3)))
    if kind is Balance:
        least = draw(st.integers(0, 1))
        most = draw(st.none() | st.integers(least, 3))
        return Balance(draw(some), least, most, **strength)
    if kind is Support:
        takes, *gives = draw(st.permutations(range(n)))[: draw(st.integers(2, 4))]
        return Support((takes, *gives[2:]), tuple(gives[:2]), draw(st.integers(1, 2)), **strength)
    if kind is Districts:
        labels = draw(st.tuples(*[st.integers(0, 3)] * n))
        pairs = frozenset(draw(st.lists(st.sampled_from([(0, 1), (1, 2), (2, 3), (0, 3)]), unique=True)))
        return Districts(labels, pairs, whole=draw(st.booleans()))
    return kind(draw(some), **strength)  # type: ignore[call-arg]


@st.composite
def problems(draw: st.DrawFn, kinds: st.SearchStrategy[list[type[Rule]]], most: int) -> ClusterProblem:
    """A few points, some of which may coincide, and rules of the kinds drawn."""
    n = draw(st.integers(4, most))
    points = np.array(draw(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=n, max_size=n)))
    cost = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=-1).astype(float))
    if draw(st.booleans()):
        cost *= 1 + np.arange(n) / 7
    chosen = [draw(rules(kind, n)) for kind in draw(kinds)]
    if draw(st.integers(0, 3)):
        least = draw(st.integers(1, 3))
        chosen.append(Count(least, 3))
    return ClusterProblem(cost, tuple(chosen))


def agree(problem: ClusterProblem, trial: Trial) -> None:
    best = trial(problem)
    if best is None:
        with pytest.raises(Infeasible) as caught:
            cluster(problem)
        named = [rule for rule in problem.rules if rule.words in caught.value.rules]
        assert trial(ClusterProblem(problem.cost, tuple(named))) is None
        for name in caught.value.rules:
            rest = tuple(rule for rule in named if rule.words != name)
            assert trial(ClusterProblem(problem.cost, rest)) is not None
        return
    found = cluster(problem)
    judged = evaluate(compile_problem(problem), found.members)
    assert found.proven
    assert not judged.broken
    assert judged.missing == best.missing
    assert found.objective == pytest.approx(best.objective, abs=1e-6)
    assert found.lower_bound <= best.objective + 1e-6
    assert found.objective == pytest.approx(judged.objective)
    assert found.violations == judged.violations


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@LEAN
@given(data=st.data())
def test_one_rule(kind: type[Rule], data: st.DataObject, brute_force: Trial) -> None:
    agree(data.draw(problems(st.just([kind]), 6)), brute_force)


@settings(LEAN, max_examples=examples(20))
@given(problem=problems(st.lists(st.sampled_from(KINDS), min_size=2, max_size=4), 7))
def test_mixtures(problem: ClusterProblem, brute_force: Trial) -> None:
    agree(problem, brute_force)


@settings(LEAN, max_examples=examples(3))
@given(problem=problems(st.lists(st.sampled_from((Size, MustLink, Guarantee)), min_size=1, max_size=2), 8))
def test_eight_items(problem: ClusterProblem, brute_force: Trial) -> None:
    agree(problem, brute_force)
