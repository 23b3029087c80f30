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
    Leaders,
    MustLink,
    PairRewards,
    Pinned,
    ProblemError,
    Rule,
    Size,
    Support,
    Violation,
    cluster,
)
from geo_partnerships.clustering.audit import UnsoundAnswer, audit
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate

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
    "pinned apart": Pinned((0, 5), "A"),
}


def test_what_two_rules_pin_to_one_label_is_together() -> None:
    problem = ClusterProblem(LINE, (Count(2, 2), Size(3, 3), Pinned((0,), "A"), Pinned((5,), "A")))
    with pytest.raises(UnsoundAnswer, match="pinned to A"):
        audit(problem, ANSWER)
    apart = evaluate(compile_problem(problem), ANSWER.members)
    assert [rule.words for rule in apart.broken] == ["pinned to A", "pinned to A"]
    answer = cluster(problem)
    assert answer.proven
    assert answer.labels[0] == answer.labels[5]


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
    told = (Violation("a leader in every cluster", 1.0, 0.0),)
    lacking = replace(ANSWER, violations=told, fewest_leaderless=(0,))
    with pytest.raises(UnsoundAnswer, match="the gap is inf"):
        audit(problem, lacking)
    with pytest.raises(UnsoundAnswer, match="proven"):
        audit(problem, replace(lacking, gap=math.inf))
    audit(problem, replace(lacking, gap=math.inf, proven=False))
    audit(problem, replace(ANSWER, violations=told, fewest_leaderless=(1,)))


PREFERRED: dict[str, Rule] = {
    "allowed": Allowed(LINE < 1, binding=False, weight=5.0),
    "together": MustLink((0, 5), binding=False, weight=5.0),
    "apart": CannotLink((0, 1), binding=False, weight=5.0),
    "survey": Guarantee(0, (4, 5), binding=False, weight=5.0),
    "balance": Balance((0, 1, 2), maximum=2, binding=False, weight=5.0),
    "support": Support((0, 1), (5,), binding=False, weight=5.0),
    "pairs": PairRewards(((0, 5),), weight=5.0),
}


@pytest.mark.parametrize("name", PREFERRED)
def test_a_preferred_rule_is_never_told_to_be_kept_where_it_is_broken(name: str) -> None:
    problem = ClusterProblem(LINE, (PREFERRED[name],))
    with pytest.raises(UnsoundAnswer, match="broken by"):
        audit(problem, ANSWER)


@pytest.mark.parametrize("rule", [object(), "2 clusters", None])
def test_what_is_no_rule_is_refused(rule: object) -> None:
    with pytest.raises(ProblemError, match=f"{type(rule).__name__} is not a kind of rule"):
        ClusterProblem(LINE, (rule,))  # type: ignore[arg-type]


@pytest.mark.parametrize("binding", [True, False])
def test_an_answer_under_a_rule_that_the_check_does_not_know_is_never_given(binding: bool) -> None:
    parts = {part: lambda *_: None for part in Rule.__abstractmethods__ - {"recount"}}
    with pytest.raises(TypeError, match="Unchecked: this kind of rule lacks recount"):
        type("Unchecked", (Rule,), parts)(binding=binding)
