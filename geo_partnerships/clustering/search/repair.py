"""Plans of many items under any rules: what the moves know first, then a few clusters at a time with every rule.

Rules that the moves do not know are left out at first. The plan that comes out is repaired where it breaks them: the
clusters of the items that a rule speaks of, and those around, are solved exactly with that rule and all that are kept
there. Leaving out rules can only lower a floor, so that of the first plan holds for the last.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering import work
from geo_partnerships.clustering.answer import assemble
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import Judged, best_medoids, evaluate
from geo_partnerships.clustering.exact.solve import improve, solve_exactly
from geo_partnerships.clustering.infeasibility.minimal_conflict import certified
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.clustering.problem import ClusterProblem, Effort
from geo_partnerships.clustering.rules import Leaders
from geo_partnerships.clustering.run import Run
from geo_partnerships.clustering.search.neighbourhoods import rules_within
from geo_partnerships.clustering.search.solve import Unkept, is_guided, plan_by_moves, solve_by_search
from geo_partnerships.clustering.space import PointCost
from geo_partnerships.clustering.work import Patience

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.evaluate import Evaluation
    from geo_partnerships.clustering.problem import Clustering
    from geo_partnerships.clustering.rules import Rule

__all__ = ["Repair", "is_repairable", "relaxed", "solve_by_repair"]

REPAIR = PARAMETERS.repair


def is_repairable(problem: ClusterProblem) -> bool:
    """Whether rules can be kept a few clusters at a time: districts that must be whole cannot."""
    return all(rule.is_local() for rule in problem.rules)


def relaxed(compiled: Compiled) -> ClusterProblem:
    """Leave out the rules that the moves do not know, which can only lower the cost of a best plan."""
    kept: dict[Hashable, Rule] = {}
    for number, rule in enumerate(compiled.problem.rules):
        if rule.is_kept_by_moves():
            kept.setdefault(rule.place_in_moves() or number, rule)
    return ClusterProblem(compiled.cost, tuple(kept.values()))


def solve_by_repair(problem: ClusterProblem, run: Run) -> Clustering:
    """Find a good clustering that keeps every rule, and a floor.

    Raises
    ------
    Infeasible
        If arithmetic shows that no clustering keeps the binding rules.
    Unkept
        If no clustering that keeps the binding rules was found.
    """
    guided = is_guided(problem)
    conflict = None if guided else certified(problem, run.noun)  # a search looks for it itself
    if conflict is not None:
        raise conflict
    effort = run.effort
    patience = Patience(effort.seconds, run.cancelled)
    asked = replace(run, cancelled=patience.is_gone)
    compiled = compile_problem(problem)
    most = work.left()
    try:
        if guided:
            return solve_by_search(problem, asked)
        shorter = None if effort.seconds is None else REPAIR.search_share * effort.seconds
        with work.limited(REPAIR.search_share * most):
            first = solve_by_search(relaxed(compiled), asked.trying(seconds=shorter))
        members, floor = first.members, first.lower_bound
        stopped, repeatable = first.stopped, first.repeatable
    except Unkept as error:
        members, floor = error.judged.members, error.floor
        stopped, repeatable = error.stopped, error.repeatable
    rest = patience.seconds_left()
    if effort.seconds is not None and rest is not None:
        rest = max(rest, (1 - REPAIR.search_share) * effort.seconds)
    repairing = Patience(rest, run.cancelled)
    repair = Repair(compiled, list(members), repairing)
    with work.granted(max(work.left(), (1 - REPAIR.search_share) * most)):
        judged = repair.all()
    small = problem.n <= REPAIR.exact_items and not isinstance(problem.cost, PointCost)
    if judged.broken and small and not repair.stopped:
        return solve_exactly(problem, run, rough=True, start=plan_by_moves)
    if judged.broken:
        raise Unkept(judged, floor, stopped=True, repeatable=repeatable and not repairing.ended)
    run.report("windows", judged.objective, floor)
    stopped = stopped or repair.stopped
    repeatable = repeatable and not repairing.ended
    return assemble(judged, lower_bound=floor, method="search", repeatable=repeatable, stopped=stopped)


@dataclass(frozen=True, eq=False)
class _Subproblem:
    """Some clusters with the problem of their items, ascending, and how the clusters are at present."""

    clusters: list[int]
    items: NDArray[np.int64]
    problem: ClusterProblem
    judged: Evaluation


@dataclass(eq=False)
class Repair:
    """Clusters that are repaired, and where they were.

    Attributes
    ----------
    members
        Items of each cluster.
    touched
        Sets of clusters that were solved with a rule they broke.
    """

    compiled: Compiled
    members: list[tuple[int, ...]]
    patience: Patience
    stopped: bool = field(default=False, init=False)
    touched: list[set[int]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        """Note the best medoid of each cluster."""
        self.medoids = np.array(best_medoids(self.compiled.cost, self.members))

    def all(self) -> Evaluation:
        """Repair what is broken, and what that made dearer than it need be; return what came of it."""
        self.keep()
        judged = self.judged()
        if judged.broken:
            return judged
        self.lead()
        self.polish()
        return self.judged()

    def judged(self) -> Evaluation:
        """Judge the clusters as they are."""
        return evaluate(self.compiled, self.members)

    def seen(self) -> Judged:
        """Return the clusters as rules look at them."""
        return Judged(self.compiled.problem, self.members)

    def keep(self) -> None:
        """Repair every binding rule that is broken, in ever wider neighbourhoods."""
        for width in REPAIR.widths:
            broken = self.judged().broken
            for rule in broken:
                for centre in rule.amiss(self):
                    if self._is_late():
                        return
                    if self._is_amiss(rule, centre):
                        self._repair(rule, centre, width)
            if not broken:
                return

    def lead(self) -> None:
        """Look for a leader for clusters that lost theirs where a rule was repaired."""
        wanted = self.touched if self.compiled.of(Leaders, binding=False) else []
        for centre in self._once(wanted):
            part = self._part(centre, REPAIR.leader_width)
            for place, missing in enumerate(part.judged.missing):
                if missing and not part.judged.broken:
                    fewer = tuple(m - (where == place) for where, m in enumerate(part.judged.missing))
                    found = self._better(part.problem, np.inf, fewer)
                    self._take(part, found)
                    if found is not None:
                        break

    def polish(self) -> None:
        """Look for cheaper clusters around those that were repaired, and where a preferred rule is broken."""
        broken = {violation.rule for violation in self.judged().violations}
        preferred = [rule for rule in self.compiled.problem.rules if not rule.binding and rule.words in broken]
        dear = (centre for rule in preferred if not isinstance(rule, Leaders) for centre in rule.amiss(self))
        for centre in self._once([*self.touched, *dear]):
            part = self._part(centre, REPAIR.polish_width)
            if not part.judged.broken:
                self._take(part, self._better(part.problem, part.judged.objective, part.judged.missing))

    def _once(self, centres: Iterable[set[int]]) -> Iterator[set[int]]:
        """Yield each set of clusters once, as long as there is time."""
        for centre in dict.fromkeys(map(frozenset, centres)):
            if self._is_late():
                return
            yield set(centre)

    def _is_late(self) -> bool:
        self.stopped = self.stopped or self.patience.is_over()
        return self.stopped

    def _repair(self, rule: Rule, centre: set[int], width: int) -> None:
        """Solve one with a rule, with the others that it breaks if that can be, and with all that it keeps."""
        part = self._part(centre, width)
        others = [other for other in part.judged.broken if other.words != rule.words and other.is_of_few()]
        rest = tuple(kept for kept in part.problem.rules if all(kept is not other for other in others))
        most = (len(part.clusters),) * len(part.judged.missing)
        for rules in dict.fromkeys([part.problem.rules, rest]):
            found = self._better(ClusterProblem(part.problem.cost, rules), np.inf, most)
            if found is not None:
                self.touched.append(set(part.clusters))
                self._take(part, found)
                return

    def _better(self, problem: ClusterProblem, upper: float, missing: tuple[int, ...]) -> Clustering | None:
        """Look for clusters cheaper than `upper` with no more of them without a leader."""
        run = Run(effort=Effort(nodes=REPAIR.nodes), cancelled=self.patience.is_gone)
        return improve(problem, upper, run, missing=missing, start=plan_by_moves)

    def _take(self, part: _Subproblem, found: Clustering | None) -> None:
        """Put the clusters of a solved neighbourhood in the place of those before."""
        if found is None:
            return
        for c, inner in zip(part.clusters, found.members, strict=True):
            self.members[c] = tuple(part.items[list(inner)].tolist())
            self.medoids[c] = best_medoids(self.compiled.cost, [self.members[c]])[0]

    def _part(self, centre: set[int], width: int) -> _Subproblem:
        """Gather the clusters of a neighbourhood, nearest first, up to so many items, and their problem."""
        cost, medoids = self.compiled.cost, self.medoids
        apart = cost[np.ix_(medoids, medoids[sorted(centre)])].min(axis=1)
        apart[sorted(centre)] = -1.0
        chosen: list[int] = []
        held = 0
        for c in np.argsort(apart, kind="stable").tolist():
            held += len(self.members[c])
            if c not in centre and held > width:
                break
            chosen.append(c)
        chosen.sort()
        items = np.array(sorted({item for c in chosen for item in self.members[c]}), dtype=np.int64)
        place = {int(item): position for position, item in enumerate(items)}
        inside = [tuple(place[item] for item in self.members[c]) for c in chosen]
        cost = np.ascontiguousarray(self.compiled.cost[np.ix_(items, items)])
        problem = ClusterProblem(cost, rules_within(self.compiled.problem.rules, items, len(chosen)))
        return _Subproblem(chosen, items, problem, evaluate(compile_problem(problem), inside))

    def homes(self, items: Iterable[int]) -> set[int]:
        """Clusters that hold any of the items."""
        wanted = set(items)
        return {c for c, inner in enumerate(self.members) if wanted and not wanted.isdisjoint(inner)}

    def _is_amiss(self, rule: Rule, centre: set[int]) -> bool:
        """Whether a rule is still broken by clusters where it was."""
        return any(centre & other for other in rule.amiss(self))
