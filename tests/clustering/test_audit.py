"""No answer leaves the solver that plain arithmetic contradicts."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from geo_partnerships.clustering import (
    Allowed,
    Balance,
    CannotLink,
    Clustering,
    ClusterProblem,
    Count,
    Districts,
    Guarantee,
    Infeasible,
    Leaders,
    MustLink,
    Pinned,
    ProblemError,
    Rule,
    SecondMembership,
    Size,
    cluster,
)
from geo_partnerships.clustering.audit import UnsoundAnswer, audit

LINE = np.abs(np.subtract.outer(np.arange(6.0), np.arange(6.0)))
ANSWER = cluster(ClusterProblem(LINE, (Count(2, 2), Size(3, 3))))
"""Two clusters, 0 to 2 and 3 to 5, at a cost of 4."""


def test_a_sound_answer_passes() -> None:
    audit(ClusterProblem(LINE, (Count(2, 2), Size(3, 3))), ANSWER)
    assert ANSWER.objective == 4


BROKEN: dict[str, Rule] = {
    "allowed": Allowed(LINE < 1),
    "number": Count(3, 3),
    "size": Size(0, 2),
    "size by weight": Size(0, 2.9e-9, (1e-9,) * 6),
    "together": MustLink((0, 5)),
    "apart": CannotLink((0, 1)),
    "survey": Guarantee(0, (4, 5)),
    "leaders": Leaders((0, 1)),
    "balance": Balance((0, 1, 2), maximum=2),
    "districts": Districts((0, 0, 0, 0, 1, 1)),
    "districts apart": Districts((0, 0, 1, 2, 2, 2)),
    "second": SecondMembership(0),
    "pinned apart": Pinned((0, 5), "A"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_binding_rule_is_never_answered(name: str) -> None:
    with pytest.raises(UnsoundAnswer, match=r"broken|pinned"):
        audit(ClusterProblem(LINE, (BROKEN[name],)), ANSWER)


WRONG: dict[str, Clustering] = {
    "objective": replace(ANSWER, objective=3.0, lower_bound=3.0),
    "bound above the objective": replace(ANSWER, lower_bound=5.0),
    "proven with a gap": replace(ANSWER, lower_bound=3.0, gap=0.25),
    "gap": replace(ANSWER, lower_bound=3.0, proven=False),
    "item nowhere": replace(ANSWER, members=((0, 1), (3, 4, 5))),
    "item in two": replace(ANSWER, members=((0, 1, 2, 3), (3, 4, 5))),
    "medoid outside": replace(ANSWER, medoids=(3, 4)),
    "label": replace(ANSWER, labels=np.zeros(6, dtype=np.int64)),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_figure_is_never_answered(name: str) -> None:
    with pytest.raises(UnsoundAnswer):
        audit(ClusterProblem(LINE), WRONG[name])


def test_no_gap_is_told_while_fewer_clusters_may_be_without_a_leader() -> None:
    problem = ClusterProblem(LINE, (Leaders((0, 1), binding=False),))
    lacking = replace(ANSWER, fewest_leaderless=(0,))
    with pytest.raises(UnsoundAnswer, match="the gap is inf"):
        audit(problem, lacking)
    with pytest.raises(UnsoundAnswer, match="proven"):
        audit(problem, replace(lacking, gap=math.inf))
    audit(problem, replace(lacking, gap=math.inf, proven=False))
    audit(problem, replace(ANSWER, fewest_leaderless=(1,)))


@pytest.mark.parametrize("rule", [object(), "2 clusters", None])
def test_what_is_no_rule_is_refused(rule: object) -> None:
    with pytest.raises(ProblemError, match=f"{type(rule).__name__} is not a kind of rule"):
        ClusterProblem(LINE, (rule,))  # type: ignore[arg-type]


@pytest.mark.parametrize("binding", [True, False])
def test_an_answer_under_a_rule_that_the_check_does_not_know_is_never_given(binding: bool) -> None:
    parts = {part: lambda *_: None for part in Rule.__abstractmethods__}
    rule = type("Unchecked", (Rule,), parts)(binding=binding)
    with pytest.raises(UnsoundAnswer, match="Unchecked: a kind of rule that the check does not know"):
        audit(ClusterProblem(LINE, (rule,)), ANSWER)


def test_a_conflict_counts_the_items_of_the_caller() -> None:
    points = np.random.default_rng(1).uniform(0, 30000, (700, 2))
    rules = (Count(70, 70, name="number"), Size(10, 10, name="sizes"), SecondMembership(5, name="5 in two"))
    with pytest.raises(Infeasible) as caught:
        cluster(ClusterProblem.from_points(points, rules))
    assert set(caught.value.rules) == {"sizes", "5 in two"}
    assert caught.value.proved
    assert "701" not in str(caught.value)
