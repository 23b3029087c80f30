"""A last look at an answer in plain arithmetic that shares nothing with what gave it."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from geo_partnerships.clustering.rules import (
    Allowed,
    Balance,
    CannotLink,
    Count,
    Districts,
    Guarantee,
    Leaders,
    MustLink,
    PairRewards,
    Pinned,
    SecondMembership,
    Size,
    Support,
)
from geo_partnerships.clustering.space import PointCost
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_partnerships.clustering.problem import Clustering, ClusterProblem
    from geo_partnerships.clustering.rules import Rule

__all__ = ["UnsoundAnswer", "audit"]

_EXACT = 1e-9
"""Share of a number that adding up in another order may change."""

_SHOWN = 5


class UnsoundAnswer(RuntimeError):  # noqa: N818 - it names what was found, an answer that must not be given
    """An answer was found that is not what it says; a fault of the program, and never of the input."""

    def __init__(self, faults: Sequence[str]) -> None:
        shown = "; ".join(faults[:_SHOWN])
        super().__init__(f"the answer does not stand a check by plain arithmetic (please report this): {shown}")


def audit(problem: ClusterProblem, answer: Clustering) -> None:
    """Raise unless an answer is what it says.

    Raises
    ------
    UnsoundAnswer
        If an item is not where it must be, a binding rule is broken, or objective and bound do not agree.
    """
    homes = _homes(problem.n, answer.members)
    twice = {rule.item for rule in problem.rules if isinstance(rule, SecondMembership)}
    faults = list(_misplaced(answer, homes, twice))
    if not faults:
        faults = [*_broken(problem, answer, homes, twice), *_misjudged(problem, answer)]
    if faults:
        raise UnsoundAnswer(faults)


def _homes(n: int, members: Sequence[Sequence[int]]) -> list[set[int]]:
    homes: list[set[int]] = [set() for _ in range(n)]
    for position, items in enumerate(members):
        for item in items:
            homes[item].add(position)
    return homes


def _misplaced(answer: Clustering, homes: Sequence[set[int]], twice: set[int]) -> Iterator[str]:
    """Say which items are not in as many clusters as they must be, and which medoids are not inside."""
    if len(answer.medoids) != len(answer.members) or list(answer.medoids) != sorted(set(answer.medoids)):
        yield "the medoids are not different ones, one a cluster"
        return
    for medoid, items in zip(answer.medoids, answer.members, strict=True):
        if medoid not in items or list(items) != sorted(set(items)):
            yield f"the cluster of medoid {medoid} is not a set of items that holds it"
    for item, (places, label) in enumerate(zip(homes, answer.labels.tolist(), strict=True)):
        if not 1 <= len(places) <= 1 + (item in twice):
            yield f"item {item} is in {count(len(places), 'cluster')}"
        elif label != min(places):
            yield f"item {item} is labelled {label}, not {min(places)}"


def _broken(problem: ClusterProblem, answer: Clustering, homes: Sequence[set[int]], twice: set[int]) -> Iterator[str]:
    """Say which binding rules are broken; a kind of rule that is not known is refused, binding or preferred."""
    for rule in problem.rules:
        kept = _is_kept(rule, problem, answer, homes, twice)
        if rule.binding and not kept:
            yield f"{rule.words}: this binding rule is broken"
    if not _pins_have_places(problem, answer):
        yield "what is pinned to different clusters is not in different ones"


def _is_kept(  # noqa: C901, PLR0911 - one way out for each kind of rule
    rule: Rule, problem: ClusterProblem, answer: Clustering, homes: Sequence[set[int]], twice: set[int]
) -> bool:
    """Whether a rule is kept; where pinned clusters are is seen to for all of them at once."""
    members = answer.members
    match rule:
        case Count():
            return rule.minimum <= len(members) <= rule.maximum
        case Size():
            own = _bounded_of_their_own(problem, answer) if rule.weights is None else set()
            return all(position in own or _fits(rule, items) for position, items in enumerate(members))
        case MustLink():
            return all(_meet(homes, twice, a, b) for a, b in itertools.combinations(rule.items, 2))
        case CannotLink():
            return all(homes[a].isdisjoint(homes[b]) for a, b in itertools.combinations(rule.items, 2))
        case Guarantee():
            named = set(rule.named) - {rule.item}
            return any(not named.isdisjoint(members[home]) for home in homes[rule.item])
        case Leaders():
            leaders = set(rule.items)
            return all(not leaders.isdisjoint(items) for items in members)
        case Balance():
            group = set(rule.items)
            counts = [len(group.intersection(items)) for items in members]
            return all(
                rule.minimum <= count <= (math.inf if rule.maximum is None else rule.maximum) for count in counts
            )
        case Support():
            takes, gives = set(rule.takes), set(rule.gives)
            return all(len(takes & set(items)) <= rule.most * len(gives & set(items)) for items in members)
        case Districts():
            return not rule.strict or _are_whole(rule, answer, twice)
        case Allowed():
            centred = zip(answer.medoids, members, strict=True)
            return all(rule.pairs[item, medoid] for medoid, items in centred for item in items)
        case SecondMembership():
            return len(homes[rule.item]) == 2  # noqa: PLR2004
        case Pinned() | PairRewards():
            return True
    raise UnsoundAnswer([f"{rule.words}: a kind of rule that the check does not know"])


def _fits(rule: Size, items: Sequence[int]) -> bool:
    load = float(len(items)) if rule.weights is None else math.fsum(rule.weights[item] for item in items)
    spare = _EXACT * max(load, abs(rule.minimum))
    return rule.minimum - spare <= load <= rule.maximum + spare


def _meet(homes: Sequence[set[int]], twice: set[int], a: int, b: int) -> bool:
    """Whether two items are together: one that may be in two clusters is wherever the other is."""
    if (a in twice) == (b in twice):
        return homes[a] == homes[b]
    return homes[a] <= homes[b] if b in twice else homes[b] <= homes[a]


def _pins_by_label(problem: ClusterProblem, *, binding: bool) -> dict[int | str, list[Pinned]]:
    labels: dict[int | str, list[Pinned]] = {}
    for rule in problem.rules:
        if isinstance(rule, Pinned) and (rule.binding or not binding):
            labels.setdefault(rule.label, []).append(rule)
    return labels


def _bounded_of_their_own(problem: ClusterProblem, answer: Clustering) -> set[int]:
    """Clusters that may be those of a label with bounds of its own, and are within them."""
    found = set()
    for pins in _pins_by_label(problem, binding=False).values():
        lows = [pin.minimum for pin in pins if pin.minimum is not None]
        highs = [pin.maximum for pin in pins if pin.maximum is not None]
        sizes = [rule for rule in problem.rules if isinstance(rule, Size) and rule.weights is None]
        low = max(lows or [min((rule.minimum for rule in sizes), default=0.0)])
        high = min(highs or [max((rule.maximum for rule in sizes), default=math.inf)])
        if lows or highs:
            found |= {
                position
                for position, items in enumerate(answer.members)
                if low <= len(items) <= high and any(not set(pin.items).isdisjoint(items) for pin in pins)
            }
    return found


def _pins_have_places(problem: ClusterProblem, answer: Clustering) -> bool:
    """Whether every label of binding pins has a cluster of its own with all its items (Kuhn's matching)."""
    pinned = [{item for pin in pins for item in pin.items} for pins in _pins_by_label(problem, binding=True).values()]
    places = [[place for place, items in enumerate(answer.members) if wanted.issubset(items)] for wanted in pinned]
    taken: dict[int, int] = {}

    def find(label: int, seen: set[int]) -> bool:
        for place in places[label]:
            if place not in seen:
                seen.add(place)
                if place not in taken or find(taken[place], seen):
                    taken[place] = label
                    return True
        return False

    return all(find(label, set()) for label in range(len(places)))


def _are_whole(rule: Districts, answer: Clustering, twice: set[int]) -> bool:
    """Whether every cluster takes connected and, if asked, whole districts, leaving out items that may be in two."""
    whole: dict[int, set[int]] = {}
    for item, label in enumerate(rule.labels):
        if item not in twice:
            whole.setdefault(label, set()).add(item)
    for items in answer.members:
        inner = set(items) - twice
        districts = {rule.labels[item] for item in inner}
        if rule.whole and any(not whole[district] <= inner for district in districts):
            return False
        reached = set(itertools.islice(districts, 1))
        for _ in districts:
            reached |= {b for pair in rule.neighbours for a, b in (pair, pair[::-1]) if a in reached and b in districts}
        if reached != districts:
            return False
    return True


def _misjudged(problem: ClusterProblem, answer: Clustering) -> Iterator[str]:
    """Say where objective, bound and gap do not agree with the clusters or with each other."""
    rewards = [rule for rule in problem.rules if isinstance(rule, PairRewards)]
    for words in sorted({rule.words for rule in rewards}):
        parted = sum(_parted(rule, answer) for rule in rewards if rule.words == words)
        told = sum(violation.amount for violation in answer.violations if violation.rule == words)
        only = all(isinstance(rule, PairRewards) for rule in problem.rules if rule.words == words)
        if parted > told or (only and parted != told):
            yield f"{words}: {parted} pairs are parted, not {told:g}"
    objective = _service(problem, answer) + math.fsum(violation.cost for violation in answer.violations)
    if not math.isclose(objective, answer.objective, rel_tol=_EXACT, abs_tol=0.0):
        yield f"the clusters cost {objective:g}, not {answer.objective:g}"
    if not 0 <= answer.lower_bound <= answer.objective * (1 + _EXACT):
        yield f"the lower bound {answer.lower_bound:g} is not between 0 and the objective {answer.objective:g}"
    gap = _gap(problem, answer)
    if not math.isclose(gap, answer.gap, rel_tol=_EXACT, abs_tol=_EXACT):
        yield f"the gap is {gap:g}, not {answer.gap:g}"
    if answer.proven and gap > _EXACT:
        yield f"called proven with a gap of {gap:g}"


def _parted(rule: PairRewards, answer: Clustering) -> int:
    clusters = [set(items) for items in answer.members]
    return sum(not any({a, b} <= items for items in clusters) for a, b in rule.pairs)


def _gap(problem: ClusterProblem, answer: Clustering) -> float:
    """Work out the gap; infinite where fewer clusters may be without a preferred leader."""
    rules = [rule for rule in problem.rules if isinstance(rule, Leaders) and not rule.binding]
    for rule, fewest in zip(rules, answer.fewest_leaderless, strict=True):
        leaders = set(rule.items)
        if sum(leaders.isdisjoint(items) for items in answer.members) > fewest:
            return math.inf
    return (answer.objective - answer.lower_bound) / answer.objective if answer.objective > 0 else 0.0


def _service(problem: ClusterProblem, answer: Clustering) -> float:
    """Add up the cost of every item under its medoids."""
    pairs = [(item, medoid) for medoid, items in zip(answer.medoids, answer.members, strict=True) for item in items]
    if isinstance(problem.cost, PointCost):
        points = problem.cost.points.tolist()
        return math.fsum(math.dist(points[item], points[medoid]) for item, medoid in pairs)
    return math.fsum(float(problem.cost[item, medoid]) for item, medoid in pairs)
