"""Impossible rules are explained by a set that cannot be kept and of which every member is needed."""

from __future__ import annotations

import numpy as np
import pytest

from geo_partnerships.clustering import (
    Balance,
    CannotLink,
    ClusterProblem,
    Count,
    Districts,
    Effort,
    Guarantee,
    Infeasible,
    Leaders,
    MustLink,
    Pinned,
    Rule,
    Size,
    cluster,
)
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.models.assignment_model import build_model
from geo_partnerships.clustering.models.connectivity import solve_connected

N = 12
COST = np.abs(np.subtract.outer(np.arange(float(N)), np.arange(float(N))))
THREE = Count(3, 3, name="three")
SIZES = Size(3, 5, name="sizes")
PUPILS = tuple([100.0] * 11 + [900.0])
ROW = frozenset((a, a + 1) for a in range(5))

CASES: dict[str, tuple[tuple[Rule, ...], set[str]]] = {
    "too many seats": ((THREE, Size(5, 9, name="sizes")), {"three", "sizes"}),
    "too few seats": ((THREE, Size(1, 3, name="sizes")), {"three", "sizes"}),
    "more clusters than items": ((Count(13, 13, name="thirteen"), SIZES), {"thirteen"}),
    "two numbers": ((THREE, Count(4, 5, name="four")), {"three", "four"}),
    "sizes that do not add up": ((Count(1, 12, name="any"), Size(5, 5, name="fives")), {"fives"}),
    "two sizes": ((Size(1, 3, name="small"), Size(4, 6, name="large")), {"small", "large"}),
    "one item too heavy": ((Size(0, 800, PUPILS, name="pupils"),), {"pupils"}),
    "too many pupils": ((THREE, Size(0, 600, PUPILS, name="pupils")), {"pupils"}),
    "too few pupils": ((THREE, Size(700, 9000, PUPILS, name="pupils")), {"three", "pupils"}),
    "together and apart": (
        (MustLink((1, 2), name="link"), CannotLink((1, 2), name="apart"), SIZES),
        {"link", "apart"},
    ),
    "together through a third": (
        (MustLink((1, 2), name="a"), MustLink((2, 3), name="b"), CannotLink((1, 3), name="apart"), THREE),
        {"a", "b", "apart"},
    ),
    "a chain longer than needed": (
        (
            MustLink((1, 2), name="a"),
            MustLink((2, 3), name="b"),
            MustLink((3, 4), name="c"),
            CannotLink((1, 3), name="apart"),
        ),
        {"a", "b", "apart"},
    ),
    "linked items too many": ((MustLink(tuple(range(6)), name="six"), SIZES), {"six", "sizes"}),
    "linked pupils too many": (
        (MustLink((0, 11), name="pair"), Size(0, 950, PUPILS, name="pupils")),
        {"pair", "pupils"},
    ),
    "more apart than clusters": ((THREE, CannotLink((0, 1, 2, 3), name="four")), {"three", "four"}),
    "apart by pairs": (
        (Count(2, 2, name="two"), *(CannotLink(p, name=f"{p}") for p in ((0, 1), (1, 2), (0, 2)))),
        {"two", "(0, 1)", "(1, 2)", "(0, 2)"},
    ),
    "nobody named": ((THREE, Guarantee(4, (), name="survey")), {"survey"}),
    "only itself named": ((THREE, Guarantee(4, (4,), name="survey")), {"survey"}),
    "kept apart from all it named": (
        (Guarantee(0, (1, 2), name="survey"), CannotLink((0, 1), name="x"), CannotLink((0, 2), name="y"), SIZES),
        {"survey", "x", "y"},
    ),
    "named is pinned elsewhere": (
        (Guarantee(0, (1,), name="survey"), Pinned((0,), "A", name="pin A"), Pinned((1,), "B", name="pin B")),
        {"survey", "pin A", "pin B"},
    ),
    "pinned to two clusters": (
        (Pinned((0,), "A", name="pin A"), Pinned((0,), "B", name="pin B"), THREE),
        {"pin A", "pin B"},
    ),
    "pins linked together": (
        (Pinned((0,), "A", name="A"), Pinned((1,), "B", name="B"), MustLink((0, 1), name="link")),
        {"A", "B", "link"},
    ),
    "more pins than clusters": (
        (Count(1, 2, name="two"), *(Pinned((i,), i, name=f"pin {i}") for i in range(3))),
        {"two", "pin 0", "pin 1", "pin 2"},
    ),
    "too few leaders": ((THREE, Leaders((0, 1), name="leaders")), {"three", "leaders"}),
    "leaders tied together": (
        (THREE, Leaders((0, 1, 2), name="leaders"), MustLink((0, 1), name="link")),
        {"three", "leaders", "link"},
    ),
    "no leaders at all": ((Leaders((), name="leaders"), SIZES), {"leaders"}),
    "too many of a group": ((THREE, Balance(tuple(range(7)), 0, 2, name="cap")), {"three", "cap"}),
    "too few of a group": ((THREE, Balance((0, 1), 1, name="floor")), {"three", "floor"}),
    "floor and cap of overlapping groups": (
        (
            THREE,
            Balance((0, 1, 2), 1, name="one each"),
            MustLink((0, 1), name="link"),
        ),
        {"three", "one each", "link"},
    ),
    "whole districts too large": (
        (Districts(tuple([0] * 6 + [1] * 6), frozenset({(0, 1)}), name="districts"), SIZES),
        {"districts", "sizes"},
    ),
    "districts that are not connected": (
        (Districts(tuple(i // 2 for i in range(N)), frozenset(), name="islands"), Count(1, 5, name="five")),
        {"islands", "five"},
    ),
    "a district between two that are linked": (
        (
            Districts(tuple(i // 2 for i in range(N)), ROW, name="row"),
            MustLink((0, 11), name="ends"),
            Size(1, 10, name="ten"),
        ),
        {"row", "ends", "ten"},
    ),
}


def is_kept(rules: tuple[Rule, ...]) -> bool:
    """Ask the whole model, with nothing of the code that explains."""
    built = build_model(compile_problem(ClusterProblem(COST, rules)))
    outcome = solve_connected(built, effort=Effort(), seed=0)
    assert outcome.values is not None or outcome.infeasible
    return outcome.values is not None


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_conflict_is_minimal_and_in_the_words_of_the_rules(case: str) -> None:
    rules, expected = CASES[case]
    with pytest.raises(Infeasible) as caught:
        cluster(ClusterProblem(COST, (*rules, Guarantee(9, (8,), name="harmless"))), noun="schools")
    assert set(caught.value.rules) == expected
    assert caught.value.proved
    assert str(caught.value)
    named = tuple(rule for rule in rules if rule.words in expected)
    assert not is_kept(named)
    for rule in named:
        assert is_kept(tuple(other for other in named if other is not rule)), rule.words


def test_preferred_rules_never_conflict() -> None:
    guarantees = (
        MustLink((0, 11), binding=False, weight=1),
        CannotLink((0, 11), binding=False, weight=1),
        Balance((0, 1), 1, binding=False, weight=5),
        Guarantee(0, (), name="nobody", binding=False, weight=2),
    )
    found = cluster(ClusterProblem(COST, (THREE, *guarantees)))
    assert found.proven
    assert {violation.rule for violation in found.violations} >= {"nobody"}
    assert sum(v.cost for v in found.violations) == pytest.approx(found.objective - found.service_cost)
