"""What a public plan gives away all the same: who stands where only an answer or a private rule can hold them.

The method is published, and so are distances, penalties, sizes and public rules. Where a plan is proved best and the
move of a school would make the published sum smaller against no published rule, something unpublished forbids the move.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering import ClusterProblem
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.comparing import Moved, compare
from geo_partnerships.planning.dissimilarity import dissimilarity_of
from geo_partnerships.planning.goals import goal_rules
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.planning.rules import strand_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled
    from geo_partnerships.clustering.evaluate import Evaluation
    from geo_partnerships.model import School
    from geo_partnerships.plans import Partnership, Plan

ROUNDING_M = 0.01
"""A saving below this, in metres, is one of rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A school that stands where only what is not published can hold it.

    Parameters
    ----------
    school
        Its key.
    partnership
        Number of the partnership that it would leave.
    cheaper
        Numbers of the partnerships that would have it by all that is published.
    saving_m
        The most that one of them would save, in metre-equivalents.
    candidates
        Keys of the schools of which it named at least one, if an answer of its own holds it: those that it would
        share no partnership with after any of these moves.
    not_named
        Keys of the schools of which it then named none: those of the cheaper partnerships.
    stayed
        Of the candidates, those beside it in the earlier publication, too; None without one that has the school. A
        school that named a single one named one of these.
    """

    school: str
    partnership: int
    cheaper: tuple[int, ...]
    saving_m: float
    candidates: tuple[str, ...]
    not_named: tuple[str, ...]
    stayed: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What can be worked out from the public edition of a plan.

    Parameters
    ----------
    schools
        Number of schools that were looked at: those with a point in a strand that was planned.
    held
        By the number of their candidates, the fewest first.
    moved
        Schools whose partnerships differ from the earlier publication; None without one.
    certified
        False where nothing is proved of the plan, so that a move that saves gives nothing away.
    """

    schools: int
    held: tuple[Held, ...]
    certified: bool
    moved: tuple[Moved, ...] | None = None


def disclosure_of(plan: Plan, earlier: Plan | None = None) -> Disclosure:
    """Return what a reader of the public edition can work out, at the least.

    One school moves at a time. The saving must be larger than what the plan may be from the best possible.

    Parameters
    ----------
    earlier
        The plan that was published before in the same place.
    """
    open_m = _open(plan)
    looked_at, held = 0, []
    for name, strand in plan.scenario.ordered_strands():
        if not strand.as_given:
            public = _Public(plan, name)
            looked_at += len(public.schools)
            held += [] if open_m is None else [_held(plan, *found, earlier) for found in public.movable(open_m)]
    return Disclosure(
        schools=looked_at,
        held=tuple(sorted(held, key=lambda one: (len(one.candidates), one.school, one.partnership))),
        certified=open_m is not None,
        moved=None if earlier is None else compare(earlier, plan).moved,
    )


def _open(plan: Plan) -> float | None:
    """Return by how much the plan may be from the best possible; None where nothing is proved of it."""
    bound = proof_of(plan).lower_bound
    return None if bound is None else max(0.0, plan.objective - bound)


class _Public:
    """A strand as the public knows it: without what schools answered and without private rules."""

    def __init__(self, plan: Plan, strand: str) -> None:
        members = {p.number: p for p in plan.partnerships if p.strand == strand}
        everyone = sorted({urn for p in members.values() for urn in p.members})
        self.schools = [plan.problem.schools[urn] for urn in everyone if plan.problem.schools[urn].has_point]
        self.partnerships = members
        position = {school.urn: index for index, school in enumerate(self.schools)}
        self.groups = {n: {position[urn] for urn in p.members if urn in position} for n, p in members.items()}
        self.groups = {number: group for number, group in self.groups.items() if group}
        held = [rule for _, rule in goal_rules(plan, strand, self.schools)]
        rules = (*strand_rules(strand, plan.problem, plan.scenario, self.schools, {}), *held)
        cost = np.nan_to_num(dissimilarity_of(self.schools, plan.problem, plan.scenario))
        public = tuple(rule for rule in rules if not rule.private)
        self.compiled = compile_problem(ClusterProblem(cost, public))

    def movable(self, open_m: float) -> Iterator[tuple[School, Partnership, dict[int, float]]]:
        """Yield schools that would be better elsewhere, where they are, and what each other partnership saves."""
        if len(self.groups) < 2:  # noqa: PLR2004 - one partnership has no other
            return
        compiled, cost = self.compiled, self.compiled.cost  # where pairs may not be, moves towards them are dear
        before = evaluate(compiled, self.groups.values())
        relief = sum(violation.cost for violation in before.violations)
        alone = {number: _least(cost, group) for number, group in self.groups.items()}
        for home, group in self.groups.items():
            for index in sorted(group) if len(group) > 1 else ():
                left = alone[home] - _least(cost, group - {index})
                saving: dict[int, float] = {}
                for there, others in self.groups.items():
                    if there == home or index in others:
                        continue
                    joined = _least(cost, others | {index}) - alone[there]
                    if left - joined + relief > open_m + ROUNDING_M:
                        saved = self._saving(compiled, before, index, home, there)
                        saving |= {there: saved} if saved > open_m + ROUNDING_M else {}
                if saving:
                    yield self.schools[index], self.partnerships[home], saving

    def _saving(self, compiled: Compiled, before: Evaluation, index: int, home: int, there: int) -> float:
        """Return what the move saves; minus infinity where a public rule is against it."""
        moved = {**self.groups, home: self.groups[home] - {index}, there: self.groups[there] | {index}}
        after = evaluate(compiled, moved.values())
        if not {rule.words for rule in after.broken} <= {rule.words for rule in before.broken}:
            return -np.inf
        if sum(after.missing) > sum(before.missing):
            return -np.inf
        return before.objective - after.objective


def _least(cost: NDArray[np.float64], group: set[int]) -> float:
    """Return what a group costs around its best centre."""
    items = sorted(group)
    return float(cost[np.ix_(items, items)].sum(axis=0).min())


def _held(plan: Plan, school: School, home: Partnership, saving: dict[int, float], earlier: Plan | None) -> Held:
    still = {urn for p in plan.partnerships if p.number != home.number and school.urn in p.members for urn in p.members}
    there = {urn for p in plan.partnerships if p.number in saving for urn in p.members}
    candidates = set(home.members) - {school.urn} - still - there
    return Held(
        school=school.urn,
        partnership=home.number,
        cheaper=tuple(sorted(saving)),
        saving_m=max(saving.values()),
        candidates=tuple(sorted(candidates)),
        not_named=tuple(sorted((there | still) - {school.urn})),
        stayed=_stayed(earlier, school.urn, candidates),
    )


def _stayed(earlier: Plan | None, school: str, candidates: set[str]) -> tuple[str, ...] | None:
    homes = [p.members for p in earlier.partnerships if school in p.members] if earlier else []
    return tuple(sorted(candidates & {urn for members in homes for urn in members})) if homes else None
