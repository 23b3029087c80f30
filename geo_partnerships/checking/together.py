"""Pairs of schools that are together in a plan, of each kind that is worth it; counted from the members alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geo_partnerships.pairs import PUBLIC_KINDS, PairKind, pairs_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geo_partnerships.plans import Partnership, Plan

LABELS = {
    PairKind.GRANTED: "Wishes granted",
    PairKind.MUTUAL: "Mutual wishes granted",
    PairKind.EXISTING: "Existing partners together",
    PairKind.WANTED_TYPE: "Wishes granted in the type wanted",
    PairKind.JOINT: "Given as one and together",
    PairKind.ALLIANCE: "Alliance pairs together",
    PairKind.SITE: "Infant and junior of one site together",
}

WISHES = frozenset({PairKind.GRANTED, PairKind.WANTED_TYPE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """How many pairs of a kind share a partnership.

    Parameters
    ----------
    pairs
        How many there are of which the plan has both schools.
    together
        How many of them share a partnership.
    no_strand
        How many of them have no strand in common, so that no partnership could have both.
    """

    kind: PairKind
    together: int
    pairs: int
    no_strand: int = 0

    @property
    def label(self) -> str:
        """The kind in words."""
        return LABELS[self.kind]

    @property
    def words(self) -> str:
        """The figure, e.g. ``72 of 228``."""
        return f"{self.together} of {self.pairs}"

    @property
    def private(self) -> bool:
        """Whether the count is for officers alone, since it changes with what one school said."""
        return self.kind not in PUBLIC_KINDS


def together_in(plan: Plan) -> tuple[Together, ...]:
    """Count the pairs of each kind that share a partnership; kinds of which the plan has no pair are left out."""
    strands: dict[str, set[str]] = {}
    for partnership in plan.partnerships:
        for urn in partnership.members:
            strands.setdefault(urn, set()).add(partnership.strand)
    seen = _all_seen(plan)
    counted = _counted({kind: [together for _, together in pairs] for kind, pairs in seen.items()})
    apart = {kind: sum(strands[a].isdisjoint(strands[b]) for (a, b), _ in pairs) for kind, pairs in seen.items()}
    return tuple(replace(one, no_strand=apart[one.kind]) for one in counted)


def together_by_school(plan: Plan) -> dict[str, tuple[Together, ...]]:
    """Count the pairs of each school; a wish is that of the school that wished."""
    found: dict[str, dict[PairKind, list[bool]]] = {}
    for kind, seen in _all_seen(plan).items():
        for pair, together in seen:
            for urn in pair[:1] if kind in WISHES else pair:
                found.setdefault(urn, {}).setdefault(kind, []).append(together)
    return {urn: tuple(_counted(kinds)) for urn, kinds in found.items()}


def together_by_partnership(plan: Plan) -> dict[int, tuple[Together, ...]]:
    """Count for each partnership, by number, the pairs that share it, of those of which it has one school at least."""
    members = {p.number: {*p.members} for p in plan.partnerships}
    found: dict[int, dict[PairKind, list[bool]]] = {number: {} for number in members}
    for kind, seen in _all_seen(plan).items():
        for pair, together in seen:
            for number, inside in members.items():
                if not inside.isdisjoint(pair):
                    found[number].setdefault(kind, []).append(together and inside.issuperset(pair))
    return {number: tuple(_counted(kinds)) for number, kinds in found.items()}


def _counted(seen: Mapping[PairKind, Sequence[bool]]) -> Iterator[Together]:
    for kind in PairKind:
        if seen.get(kind):
            yield Together(kind=kind, together=sum(seen[kind]), pairs=len(seen[kind]))


def _all_seen(plan: Plan) -> dict[PairKind, list[tuple[tuple[str, str], bool]]]:
    homes = _homes(plan)
    return {kind: list(_seen(plan, kind, homes)) for kind in PairKind}


def _homes(plan: Plan) -> dict[str, set[int]]:
    homes: dict[str, set[int]] = {}
    for partnership in plan.partnerships:
        for urn in partnership.members:
            homes.setdefault(urn, set()).add(partnership.number)
    return homes


def _seen(plan: Plan, kind: PairKind, homes: dict[str, set[int]]) -> Iterator[tuple[tuple[str, str], bool]]:
    """Yield the pairs of a kind of which the plan has both schools, and whether they are together."""
    if kind is not PairKind.WANTED_TYPE:
        yield from (((a, b), not homes[a].isdisjoint(homes[b])) for a, b in _planned(plan, kind, homes))
        return
    types = {p.number: str(p.type) for p in plan.partnerships}
    wanting = {type_: {*pairs_of(kind, plan.problem, type_=type_)} for type_ in {*types.values()}}
    wanted = {pair for pairs in wanting.values() for pair in pairs if all(urn in homes for urn in pair)}
    for a, b in sorted(wanted):
        yield (a, b), any((a, b) in wanting[types[number]] for number in homes[a] & homes[b])


def _planned(plan: Plan, kind: PairKind, homes: dict[str, set[int]]) -> Iterator[tuple[str, str]]:
    return ((a, b) for a, b in pairs_of(kind, plan.problem) if a in homes and b in homes)


def parted_in(plan: Plan, kind: PairKind, mine: Sequence[Partnership], type_: str) -> int:
    """Return how many pairs of a kind a strand parts: both schools are in it, and not in one partnership of it."""
    home = {urn: p.number for p in mine for urn in p.members}
    pairs = pairs_of(kind, plan.problem, type_=type_)
    return sum(home[a] != home[b] for a, b in pairs if a in home and b in home)
