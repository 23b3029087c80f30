"""What a newer list of schools says otherwise than the list that an agreed plan was made of."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from geo_partnerships.model import successors_among
from geo_partnerships.sentences import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from geo_partnerships.model import Problem, School
    from geo_partnerships.plans import Plan

MOVED_SITE_M = 100.0
"""A point this far from the one before is another site, and not the same one placed more exactly."""


class Kind(StrEnum):
    """What became of a school, in the order in which it is told."""

    CLOSED = "closed"
    REPLACED = "replaced"
    OPENED = "opened"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What is otherwise with one school.

    Parameters
    ----------
    school, name
        Of the newer list; of the older one where the school is closed or replaced.
    partnerships
        Numbers of those that it is in by the agreed plan.
    words
        What is otherwise, as a clause.
    """

    kind: Kind
    school: str
    name: str
    partnerships: tuple[int, ...]
    words: str


def differences_of(agreed: Plan, newer: Problem) -> tuple[Difference, ...]:
    """Return what a newer list says otherwise, by kind and then by key.

    Parameters
    ----------
    agreed
        The plan that was agreed, with the list that it was made of.
    newer
        The newer list; a school whose ``predecessors`` name one that is gone took its place.
    """
    older = agreed.problem.schools
    homes: dict[str, list[int]] = defaultdict(list)
    for membership in agreed.memberships:
        homes[membership.school].append(membership.partnership)
    followed = successors_among(newer.schools.values())
    found = [
        *_gone(older, newer.schools, homes, followed),
        *_opened(older, newer.schools, followed),
        *_changed(older, newer.schools, homes),
    ]
    order = list(Kind)
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), one.school)))


def _gone(
    older: Mapping[str, School],
    newer: Mapping[str, School],
    homes: Mapping[str, list[int]],
    followed: Mapping[str, tuple[str, ...]],
) -> Iterator[Difference]:
    for urn, school in older.items():
        if urn in newer:
            continue
        later = followed.get(urn, ())
        words = f"its place was taken by {listed([newer[one].name for one in later])}" if later else "closed"
        yield Difference(
            kind=Kind.REPLACED if later else Kind.CLOSED,
            school=urn,
            name=school.name,
            partnerships=tuple(sorted(homes.get(urn, ()))),
            words=words,
        )


def _opened(
    older: Mapping[str, School], newer: Mapping[str, School], followed: Mapping[str, tuple[str, ...]]
) -> Iterator[Difference]:
    heirs = {urn for former, later in followed.items() if former in older for urn in later}
    for urn, school in newer.items():
        if urn not in older and urn not in heirs:
            yield Difference(kind=Kind.OPENED, school=urn, name=school.name, partnerships=(), words="new in the list")


def _changed(
    older: Mapping[str, School], newer: Mapping[str, School], homes: Mapping[str, list[int]]
) -> Iterator[Difference]:
    for urn in sorted(older.keys() & newer.keys()):
        words = listed(list(_otherwise(older[urn], newer[urn])))
        if words:
            yield Difference(
                kind=Kind.CHANGED,
                school=urn,
                name=newer[urn].name,
                partnerships=tuple(sorted(homes.get(urn, ()))),
                words=words,
            )


def _otherwise(before: School, after: School) -> Iterator[str]:
    if before.name != after.name:
        yield f"was called {before.name}"
    for what, old, new in (
        ("phase", str(before.phase), str(after.phase)),
        ("authority", before.borough, after.borough),
        ("sector", before.sector, after.sector),
        ("postcode district", before.district, after.district),
    ):
        if old != new and (old or new):
            yield f"{what} {new or 'not known'}, was {old or 'not known'}"
    if before.is_system_leader != after.is_system_leader:
        yield "has a system leader now" if after.is_system_leader else "has no system leader any more"
    metres = _apart(before, after)
    if metres is not None and metres > MOVED_SITE_M:
        yield f"stands {metres:,.0f} m from where it stood"


def _apart(before: School, after: School) -> float | None:
    if before.easting is None or before.northing is None or after.easting is None or after.northing is None:
        return None
    return math.hypot(before.easting - after.easting, before.northing - after.northing)
