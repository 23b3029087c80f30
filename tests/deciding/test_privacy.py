"""Who is kept together or apart is decided for single schools: the public edition does not say whom."""

from __future__ import annotations

import pytest

from geo_partnerships.planning import plan
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.model import Audience
from tests.small import small_problem, small_scenario


@pytest.mark.parametrize("strength", ["binding", "preferred"])
def test_links_and_pins_are_named_for_officers_alone(strength) -> None:
    rule = {"schools": ["10", "11"], "strength": strength, "weight": 1, "reason": "a private matter"}
    far = {"schools": ["12", "22"], "strength": "preferred", "weight": 1}
    scenario = small_scenario(
        cannot_link=[rule], must_link=[far], pinned=[{"schools": ["13"], "partnership": "with 13", "reason": "secret"}]
    )
    made = plan(small_problem(), scenario)
    public, officers = (view_of(made, audience, scenario="x") for audience in Audience)
    for word in ("School 10", "School 11", "School 12", "School 22", "private", "with 13", "secret"):
        told = [f"{c.name} {c.message}" for c in public.checks] + list(public.broken)
        assert not [line for line in told if word in line], word
    assert any("School 10" in c.name for c in officers.checks)
    assert {c.holds for c in public.checks} == {c.holds for c in officers.checks}
