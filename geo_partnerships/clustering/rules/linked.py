"""Items that rules put into one cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo_partnerships.clustering.rules.base import Rule

__all__ = ["link_groups", "linked_sets"]


def linked_sets(rules: Iterable[Rule]) -> list[list[int]]:
    """Gather the sets of items that binding rules put into one cluster."""
    labelled: dict[int | str, list[int]] = {}
    sets: list[list[int]] = []
    for rule in rules:
        for label, items in rule.linked() if rule.binding else ():
            if label is None:
                sets.append(list(items))
            else:
                labelled.setdefault(label, []).extend(items)
    return sets + list(labelled.values())


def link_groups(n: int, sets: Iterable[Iterable[int]]) -> tuple[tuple[int, ...], ...]:
    """Merge overlapping sets of items; groups are ordered by their lowest item."""
    parent = list(range(n))

    def find(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for items in sets:
        roots = sorted({find(item) for item in items})
        for root in roots[1:]:
            parent[root] = roots[0]
    gathered: dict[int, list[int]] = {}
    for item in range(n):
        gathered.setdefault(find(item), []).append(item)
    return tuple(tuple(items) for items in gathered.values())
