"""Waivers: schools that a rule asks nothing of; the builder of each rule leaves them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.planning.rules.base import OfMembers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.errors import NoPlanError
    from geo_partnerships.planning.rules.base import Asked, Homes, Keyed


class Waivers(OfMembers):
    """Exemptions of schools from rules."""

    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield nothing: a waiver asks nothing."""
        yield from ()

    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield nothing: a waiver rules nothing out."""
        yield from ()


BUILDER = Waivers()
