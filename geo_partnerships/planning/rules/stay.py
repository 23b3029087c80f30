"""Rule: schools stay with the school in the middle of their partnership of an earlier plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.checking.rules.stay import MILLIMETRES, MOST
from geo_partnerships.clustering import MustLink, PairRewards, PartedAtMost
from geo_partnerships.planning.distances import distances_between
from geo_partnerships.planning.rules.base import OfMembers
from geo_partnerships.scenarios.parameters import Strength
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.errors import NoPlanError
    from geo_partnerships.planning.rules.base import Asked, Homes, Keyed

WORDS = "the earlier plan"


class Stay(OfMembers):
    """Pairs of a school and the middle of its earlier partnership: linear in a whole partnership, so proved exactly."""

    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield a reward for all such pairs, or that each must be together, and how many may be parted at most."""
        rule = asked.scenario.stay
        used = rule.strength is not Strength.OFF or rule.most is not None
        pairs = tuple(_pairs(asked)) if asked.is_area and used else ()
        if not pairs:
            return
        if rule.strength is Strength.PREFERRED:
            yield "stay", PairRewards(pairs, name=WORDS, weight=rule.weight, private=True)
        elif rule.strength is Strength.BINDING:
            yield from (("stay", MustLink(pair, name=WORDS, private=True)) for pair in pairs)
        if rule.most is not None:
            words = f"at most {count(rule.most, 'school')} that change"
            yield MOST, PartedAtMost(pairs, rule.most, name=words, private=True)

    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield nothing: only schools that the strand has are asked to stay."""
        yield from ()


def _pairs(asked: Asked) -> Iterator[tuple[int, int]]:
    """Yield the pairs of school and middle; of the middles, the first of equals."""
    exempt = asked.scenario.exempt("stay")
    for earlier in asked.problem.earlier:
        members = sorted({asked.position[urn] for urn in earlier.schools if urn in asked.position})
        schools = [asked.schools[member] for member in members]
        metres = distances_between(schools, asked.problem.distances)
        totals = np.nan_to_num(metres, nan=np.inf).sum(axis=0).round(MILLIMETRES)
        for member, school in zip(members, schools, strict=True):
            middle = members[int(totals.argmin())]
            if member != middle and school.urn not in exempt:
                yield (min(member, middle), max(member, middle))


BUILDER = Stay()
