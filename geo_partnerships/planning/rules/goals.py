"""Rule: goals in an order; what they bar is known once each is reached, see `planning.goals`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.planning.rules.base import OfMembers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.errors import NoPlanError
    from geo_partnerships.planning.rules.base import Asked, Homes, Keyed


class Goals(OfMembers):
    """Goals of the area strand, each held while the next is improved."""

    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield nothing: a goal bars something only once it is reached."""
        yield from ()

    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield nothing: what is reached can be kept."""
        yield from ()


BUILDER = Goals()
