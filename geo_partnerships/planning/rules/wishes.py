"""Rule: pairs of schools are worth metres where they share a partnership (R10, R12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.clustering import PairRewards
from geo_partnerships.pairs import PairKind, pairs_of
from geo_partnerships.planning.rules.base import OfMembers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.errors import NoPlanError
    from geo_partnerships.planning.rules.base import Asked, Homes, Keyed

WORDS = {
    PairKind.GRANTED: "wishes granted",
    PairKind.MUTUAL: "mutual wishes granted",
    PairKind.EXISTING: "existing partners together",
    PairKind.WANTED_TYPE: "wishes granted in the type wanted",
    PairKind.JOINT: "schools given as one together",
    PairKind.ALLIANCE: "members of an alliance together",
    PairKind.SITE: "infant and junior of one site together",
}


class Wishes(OfMembers):
    """Wishes, and pairs that belong together, weighed against distance; whom a school named is private."""

    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield a rule for each kind of pair that is worth anything and of which the strand has both schools."""
        for kind in PairKind:
            weight = getattr(asked.scenario.wishes, kind)
            found = pairs_of(kind, asked.problem, type_=asked.table.type) if weight > 0 else ()
            place = asked.position
            pairs = tuple((place[a], place[b]) for a, b in found if a in place and b in place)
            if pairs:
                yield f"wishes.{kind}", PairRewards(pairs, name=WORDS[kind], weight=weight, private=True)

    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield nothing: every pair may be parted at its price."""
        yield from ()


BUILDER = Wishes()
