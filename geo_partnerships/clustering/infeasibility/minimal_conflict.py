"""Why no clustering keeps the rules: a smallest set of named rules that cannot be kept together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.infeasibility.certificates import certificates
from geo_partnerships.clustering.models.assignment_model import build_model
from geo_partnerships.clustering.models.connectivity import solve_connected
from geo_partnerships.clustering.problem import ClusterProblem, Effort, Infeasible
from geo_partnerships.clustering.rules import Count, Size
from geo_partnerships.clustering.work import Patience

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_partnerships.clustering.rules import Rule

__all__ = ["certified", "explain", "is_possible", "restated"]

_NODES = 20_000
_MODELLED = 1000
"""Up to how many items a model of the rules is built to see whether they can be kept."""


def is_possible(
    problem: ClusterProblem, rules: Sequence[Rule], *, seed: int = 0, seconds: float | None = None
) -> bool | None:
    """Whether binding `rules` alone can be kept together; None when the effort ran out.

    Of many items only arithmetic speaks: it finds nothing wrong with number and size where they can be kept.
    """
    rules = [rule for rule in rules if rule.binding]
    if next(certificates(problem.n, rules), None) is not None:
        return False
    counted = _counted(problem.n, rules)
    if counted is not None:
        return counted
    if problem.n > _MODELLED:
        return True if {type(rule) for rule in rules} <= {Count, Size} or len(rules) == 1 else None
    built = build_model(compile_problem(ClusterProblem(problem.cost, tuple(rules))))
    outcome = solve_connected(built, effort=Effort(nodes=_NODES, seconds=seconds), seed=seed, first=True)
    if outcome.infeasible:
        return False
    return True if outcome.values is not None else None


def _counted(n: int, rules: Sequence[Rule]) -> bool | None:
    """Whether number and sizes in items can be kept; None where more is asked than these."""
    sizes = [rule for rule in rules if isinstance(rule, Size)]
    counts = [rule for rule in rules if isinstance(rule, Count)]
    if {type(rule) for rule in rules} - {Count, Size} or any(s.weights is not None for s in sizes):
        return None
    fewest = max([rule.minimum for rule in counts] + [1])
    most = min([rule.maximum for rule in counts] + [n])
    least = max([math.ceil(rule.minimum) for rule in sizes] + [1])
    largest = math.floor(min([rule.maximum for rule in sizes] + [n]))
    return any(k * least <= n <= k * largest for k in range(fewest, most + 1))


def restated(problem: ClusterProblem, found: Infeasible, noun: str = "items") -> Infeasible:
    """Say a conflict found in other units in those of `problem`; rules are known by their words."""
    rules = [rule for rule in problem.rules if rule.words in set(found.rules)]
    return _conflict(problem, rules, list(found.rules), noun, proved=found.proved)


def certified(problem: ClusterProblem, noun: str = "items") -> Infeasible | None:
    """Find the conflict that arithmetic alone shows, if any, reduced to a minimal set."""
    found = next(certificates(problem.n, problem.rules, noun), None)
    return None if found is None else _minimal(problem, list(found.rules), noun)


def explain(problem: ClusterProblem, noun: str = "items", *, seed: int = 0, seconds: float | None = None) -> Infeasible:
    """Find the conflict in a problem known to be impossible; once seconds or work are over, the smallest set so far."""
    return certified(problem, noun) or _minimal(
        problem, [rule for rule in problem.rules if rule.binding], noun, seed=seed, seconds=seconds
    )


def _minimal(
    problem: ClusterProblem, rules: list[Rule], noun: str, *, seed: int = 0, seconds: float | None = None
) -> Infeasible:
    """Leave out rules, by name, as long as what remains is impossible."""
    patience = Patience(seconds)
    names = list(dict.fromkeys(rule.words for rule in rules))
    proved = True
    chunk = max(1, len(names) // 2)
    while chunk:
        start = 0
        while start < len(names):
            kept = names[:start] + names[start + chunk :]
            if patience.is_over():
                return _conflict(problem, rules, names, noun, proved=False)
            rest = [r for r in rules if r.words in set(kept)]
            possible = is_possible(problem, rest, seed=seed, seconds=patience.seconds_left())
            if possible is False:
                names = kept
            else:
                proved = proved and (possible is True or chunk > 1)
                start += chunk
        chunk //= 2
    return _conflict(problem, rules, names, noun, proved=proved)


def _conflict(problem: ClusterProblem, rules: list[Rule], names: list[str], noun: str, *, proved: bool) -> Infeasible:
    remaining = [rule for rule in rules if rule.words in set(names)]
    found = next(certificates(problem.n, remaining, noun), None)
    sentence = found.sentence if found else "these rules cannot all be kept: " + "; ".join(names)
    return Infeasible(tuple(names), sentence, proved=proved, items=found.items if found else ())
