"""What a public plan gives away, as a view for officers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.sentences import counted
from geo_partnerships.views.model import (
    DisclosureView,
    HeldView,
)

if TYPE_CHECKING:
    from geo_partnerships.disclosing import Disclosure
    from geo_partnerships.plans import Plan


def disclosure_view(plan: Plan, found: Disclosure) -> DisclosureView:
    """Return a disclosure as officers see it; who may have named whom stays a number."""
    names = {urn: school.name for urn, school in plan.problem.schools.items()}
    earlier = "There is no earlier publication that could be read, so this is said of the plan alone."
    if found.moved is not None:
        moved = counted(len(found.moved), "school", "has", "have")
        earlier = f"Compared with the public edition that stands in the folder now, {moved} another partnership."
    return DisclosureView(
        schools=found.schools,
        held=tuple(
            HeldView(
                urn=one.school,
                name=names[one.school],
                partnership=one.partnership,
                cheaper=one.cheaper,
                saving_m=one.saving_m,
                candidates=len(one.candidates),
                not_named=len(one.not_named),
                stayed=None if one.stayed is None else len(one.stayed),
            )
            for one in found.held
        ),
        moved=tuple(one.name for one in found.moved or ()),
        earlier=earlier,
        certified=found.certified,
    )
