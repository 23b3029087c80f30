"""Rules within one cluster, and clusters that keep them."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering.compiled import flattened
from geo_partnerships.clustering.rules import Balance, CannotLink, Districts, Guarantee, Leaders, MustLink, Pinned, Size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering.compiled import Compiled

__all__ = ["ColumnRules", "Columns", "is_columnar"]

_LARGEST = 20


@dataclass(frozen=True, eq=False)
class Columns:
    """Whole clusters.

    Attributes
    ----------
    chosen
        Which groups are in each, shape (clusters, groups).
    costs
        What each costs, with what wishes that do not come true cost, shape (clusters,).
    led
        Whether each has a leader, or none is asked for, shape (clusters,).
    kept
        Which guarantees of groups in two clusters each keeps, shape (clusters, guarantees).
    medoids
        Shape (clusters,).
    """

    chosen: NDArray[np.bool_]
    costs: NDArray[np.float64]
    led: NDArray[np.bool_]
    kept: NDArray[np.bool_]
    medoids: NDArray[np.int64]

    def take(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> Columns:
        """Keep some of them."""
        return Columns(self.chosen[which], self.costs[which], self.led[which], self.kept[which], self.medoids[which])

    @classmethod
    def joined(cls, parts: Sequence[Columns]) -> Columns:
        """Put lists of clusters behind one another."""
        return cls(
            np.concatenate([part.chosen for part in parts]),
            np.concatenate([part.costs for part in parts]),
            np.concatenate([part.led for part in parts]),
            np.concatenate([part.kept for part in parts]),
            np.concatenate([part.medoids for part in parts]),
        )


def is_columnar(compiled: Compiled) -> bool:
    """Whether every rule speaks of the number of clusters or of one cluster at a time, and clusters are small."""
    sizes = compiled.of(Size)
    preferred = (Districts, Guarantee, Leaders)
    return (
        all(rule.binding or isinstance(rule, preferred) for rule in compiled.problem.rules)
        and all(rule.binding or not compiled.twice[compiled.group_of[rule.item]] for rule in compiled.of(Guarantee))
        and _is_anchored(compiled)
        and not any(rule.strict for rule in compiled.of(Districts))
        and len(compiled.of(Leaders)) <= 1
        and len(sizes) == 1
        and compiled.count[0] * _LARGEST >= compiled.n
        and all(rule.minimum is None and rule.maximum is None for rule in compiled.of(Pinned))
        and all(rule.weights is None for rule in sizes)
    )


@dataclass(eq=False)
class ColumnRules:
    """The rules within a cluster, as the compiled search takes them.

    Attributes
    ----------
    leading
        Which wish is that for a leader, -1 for none.
    either
        Which wishes are those of groups in two clusters, either of which may keep them.
    """

    load: NDArray[np.float64]
    low: float
    high: float
    conflicts: NDArray[np.int64]
    conflict_starts: NDArray[np.int64]
    guaranteed: NDArray[np.int64]
    companions: NDArray[np.int64]
    companion_starts: NDArray[np.int64]
    side_duals: NDArray[np.float64]
    tallies: NDArray[np.float64]
    least: NDArray[np.float64]
    most: NDArray[np.float64]
    leading: int = -1
    either: tuple[int, ...] = ()

    @classmethod
    def of(cls, compiled: Compiled) -> ColumnRules:
        """Gather the rules by group."""
        size = compiled.of(Size)[0]
        guarantees = list(_guarantees(compiled))
        either = tuple(
            w
            for w, (guaranteed_group, _, side_dual) in enumerate(guarantees)
            if compiled.twice[guaranteed_group] and side_dual == 0
        )
        tallies = [
            (compiled.group_sum(_members(compiled.n, rule.items)), rule.minimum, rule.maximum)
            for rule in compiled.of(Balance)
        ]
        conflicts = _conflicts(compiled)
        leaders = compiled.of(Leaders)
        leading = -1
        if leaders:
            leading = len(guarantees)
            groups = compiled.members(leaders[0].items).tolist() if leaders[0].items else []
            guarantees.append((-1, groups, math.inf if leaders[0].binding else 0.0))
        companions, companion_starts = flattened([named for _, named, _ in guarantees])
        flat, starts = flattened(conflicts)
        return cls(
            load=compiled.group_sum(np.ones(compiled.n)),
            low=float(size.minimum),
            high=float(size.maximum),
            conflicts=flat,
            conflict_starts=starts,
            guaranteed=np.array([guaranteed_group for guaranteed_group, _, _ in guarantees], dtype=np.int64),
            companions=companions,
            companion_starts=companion_starts,
            side_duals=np.array([side_dual for _, _, side_dual in guarantees], dtype=np.float64),
            tallies=np.array([row for row, _, _ in tallies]).reshape(len(tallies), compiled.size),
            least=np.array([low for _, low, _ in tallies], dtype=np.float64),
            most=np.array([np.inf if high is None else high for _, _, high in tallies], dtype=np.float64),
            leading=leading,
            either=either,
        )

    def arguments(self) -> tuple[object, ...]:
        """In the order of the compiled search."""
        return (
            self.load,
            self.low,
            self.high,
            self.conflicts,
            self.conflict_starts,
            self.guaranteed,
            self.companions,
            self.companion_starts,
            self.side_duals,
            self.tallies,
            self.least,
            self.most,
        )

    def comes_true(self, w: int, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether one of those wished for is in each cluster, shape (clusters,)."""
        return np.asarray(
            chosen[:, self.companions[self.companion_starts[w] : self.companion_starts[w + 1]]].any(axis=1)
        )

    def price(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        """What wishes that do not come true cost each cluster; tolls that the search sets are left out."""
        total = np.zeros(chosen.shape[0])
        for w, guaranteed_group in enumerate(self.guaranteed):
            if w != self.leading and w not in self.either and math.isfinite(self.side_duals[w]):
                total += self.side_duals[w] * (chosen[:, guaranteed_group] & ~self.comes_true(w, chosen))
        return total

    def columns(self, chosen: NDArray[np.bool_], cost: NDArray[np.float64], medoid: int) -> Columns:
        """Make clusters of what a medoid has chosen, shape (clusters, groups); `cost` is that of groups under it."""
        kept = [chosen[:, self.guaranteed[w]] & self.comes_true(w, chosen) for w in self.either]
        return Columns(
            chosen=chosen,
            costs=chosen @ cost + self.price(chosen),
            led=self.are_led(chosen),
            kept=np.array(kept, dtype=np.bool_).reshape(len(kept), chosen.shape[0]).T,
            medoids=np.full(chosen.shape[0], medoid, dtype=np.int64),
        )

    def are_led(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether each cluster has a leader, or none is asked for, shape (clusters,)."""
        return np.ones(chosen.shape[0], dtype=np.bool_) if self.leading < 0 else self.comes_true(self.leading, chosen)


def _members(n: int, items: tuple[int, ...]) -> NDArray[np.float64]:
    weights = np.zeros(n)
    weights[list(items)] = 1.0
    return weights


def _guarantees(compiled: Compiled) -> list[tuple[int, list[int], float]]:
    """Guarantees between groups; those of items in two clusters are met in either, so they cost one nothing yet."""
    guarantees = []
    for rule in compiled.of(Guarantee):
        group = int(compiled.group_of[rule.item])
        named = compiled.members(set(rule.named) - {rule.item}).tolist() if set(rule.named) - {rule.item} else []
        if group not in named:
            side_dual = 0.0 if compiled.twice[group] else math.inf if rule.binding else rule.weight
            guarantees.append((group, named, side_dual))
    return guarantees + [(group, [other], math.inf) for group, other in _followers(compiled)]


def _followers(compiled: Compiled) -> Iterator[tuple[int, int]]:
    """Groups that must be where a group of two clusters is: linked to it, or pinned to one label with it."""
    twice, group_of = compiled.twice, compiled.group_of
    for link in compiled.of(MustLink):
        for a, b in itertools.permutations(link.items, 2):
            if twice[group_of[b]]:
                yield int(group_of[a]), int(group_of[b])
    anchors = {
        pin.label: int(group_of[item]) for pin in compiled.of(Pinned) for item in pin.items if not twice[group_of[item]]
    }
    for pin in compiled.of(Pinned):
        for item in pin.items:
            if twice[group_of[item]]:
                yield anchors[pin.label], int(group_of[item])


def _is_anchored(compiled: Compiled) -> bool:
    """Whether every pinned label has an item that is in one cluster only."""
    twice, group_of = compiled.twice, compiled.group_of
    labels = {pin.label for pin in compiled.of(Pinned)}
    anchored = {pin.label for pin in compiled.of(Pinned) if any(not twice[group_of[item]] for item in pin.items)}
    return labels == anchored


def _conflicts(compiled: Compiled) -> list[list[int]]:
    """Groups that must not meet: kept apart, or pinned to different clusters."""
    conflicts: list[set[int]] = [set() for _ in range(compiled.size)]
    for apart in compiled.of(CannotLink):
        for a, b in itertools.permutations(compiled.members(apart.items).tolist(), 2):
            conflicts[a].add(b)
    pins = compiled.of(Pinned)
    for one, other in itertools.permutations(pins, 2):
        if one.label != other.label:
            for a in compiled.members(one.items).tolist():
                conflicts[a] |= set(compiled.members(other.items).tolist())
    return [sorted(found) for found in conflicts]
