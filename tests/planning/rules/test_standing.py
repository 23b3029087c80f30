"""Partnerships that exist already."""

import pytest

from geo_partnerships.checking import check
from geo_partnerships.letter import Alliance, ListedMember
from geo_partnerships.planning import plan
from tests.small import small_problem, small_scenario

FEDERATION = Alliance(
    number=1, title="Federation", members=tuple(ListedMember(text=u, schools=(u,)) for u in ("10", "25", "999"))
)


def homes(**parameters):
    made = plan(small_problem(standing=(FEDERATION,)), small_scenario(**parameters))
    assert check(made).ok
    found = {urn: p.number for p in made.partnerships for urn in p.members}
    return found["10"] == found["25"], made


def test_its_members_stay_together_when_that_is_binding() -> None:
    assert homes(standing={"strength": "binding"})[0]


def test_it_binds_nothing_unless_asked_to() -> None:
    assert not homes()[0]


def test_preferred_it_gives_way_at_its_price() -> None:
    together, made = homes(standing={"strength": "preferred", "weight": 10})
    assert not together
    assert made.objective == pytest.approx(1_810)
