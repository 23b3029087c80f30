"""Views of the letter's draft over Barnet's schools, whole or in part."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from geo_partnerships.api.running import load
from geo_partnerships.planning import plan
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.model import Audience, JudgementView

if TYPE_CHECKING:
    from collections.abc import Collection

    from geo_partnerships.views.model import View

ROOT = Path(__file__).resolve().parents[1]


def build_view(audience: Audience = Audience.PUBLIC) -> View:
    """Return the view of the letter's draft, judgements made up for the officers'."""
    made = plan(*load("barnet-draft", ROOT / "data"))
    view = view_of(made, audience, scenario="sample")
    if audience is Audience.PUBLIC:
        return view
    first = view.schools[0]
    judged = JudgementView(
        urn=first.urn, name=first.name, ofsted="Good", ofsted_date="2013-05",
        la_view="secure", self_evaluation="good", head_experience="3 to 5 years",
    )  # fmt: skip
    return replace(view, judgements=(judged,))


def part_of(view: View, numbers: Collection[int] = (2, 6, 15)) -> View:
    """Return some partnerships of a view with their schools, and a school in none: every kind of page, few of each."""
    kept = tuple(p for p in view.partnerships if p.number in numbers)
    members = {member.urn for p in kept for member in p.members}
    outside = view.uncovered[:1]
    inside = tuple(
        replace(s, partnerships=tuple(n for n in s.partnerships if n in numbers))
        for s in view.schools
        if s.urn in members
    )
    return replace(view, partnerships=kept, schools=(*inside, *outside), uncovered=outside)
