"""Rule: how many partnerships a strand has, and of which size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.checking.rules.numbers import LEAST_MEMBERS
from geo_partnerships.clustering import Count, Size
from geo_partnerships.planning.rules.base import OfMembers
from geo_partnerships.planning.words import strand_key
from geo_partnerships.scenarios.parameters import SizeBy
from geo_partnerships.sentences import between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.errors import NoPlanError
    from geo_partnerships.planning.rules.base import Asked, Homes, Keyed


class Numbers(OfMembers):
    """Number and size of a strand's partnerships."""

    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield the number, and the size where there is one or several partnerships are asked for."""
        strand, key = asked.table, strand_key(asked.strand)
        least, most = strand.partnerships
        words = between(least, most, "partnership")
        yield f"{key}.partnerships", Count(least, most, name=words, private=False)
        if strand.size is None and strand.partnerships != (1, 1):
            bounds = LEAST_MEMBERS, max(LEAST_MEMBERS, len(asked.schools))
            yield f"{key}.size", Size(*bounds, name="two or more schools in a partnership", private=False)
        elif strand.size is not None:
            pupils = strand.size_by is SizeBy.PUPILS
            weights = tuple(float(school.pupils or 0) for school in asked.schools) if pupils else None
            words = f"sizes {strand.size[0]} to {strand.size[1]}{' pupils' if pupils else ''}"
            yield f"{key}.size", Size(*strand.size, weights=weights, name=words, private=False)

    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield nothing: strands with too few schools are refused before."""
        yield from ()


BUILDER = Numbers()
