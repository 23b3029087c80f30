"""How far two plans agree, and which schools another partnership is nearer to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo_partnerships.planning import plan
from geo_partnerships.views import fit
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.fit import agreement, silhouettes
from geo_partnerships.views.model import Audience
from tests.small import small_problem, small_scenario


@pytest.fixture(scope="module")
def made():
    return plan(small_problem(), small_scenario())


@pytest.fixture(scope="module")
def swapped(made):
    """The plan with the first school of each village in the other one."""
    first, second = made.partnerships
    return replace(
        made,
        partnerships=(
            replace(first, members=(*first.members[1:], second.members[0])),
            replace(second, members=(first.members[0], *second.members[1:])),
        ),
    )


def test_a_plan_agrees_with_itself_whatever_its_numbers_and_less_with_another(made, swapped) -> None:
    first, second = made.partnerships
    renumbered = replace(made, partnerships=(replace(second, number=1), replace(first, number=2)))
    assert agreement(made, renumbered) == 1.0
    assert 0 < agreement(made, swapped) < 1


def test_a_school_in_the_wrong_village_sits_badly(made, swapped) -> None:
    assert min(silhouettes(made).values()) > 0.9
    moved = {swapped.partnerships[0].members[-1], swapped.partnerships[1].members[0]}
    assert {urn for urn, value in silhouettes(swapped).items() if value < 0} == moved


def test_only_officers_read_who_sits_badly(swapped) -> None:
    officers = view_of(swapped, Audience.OFFICERS, scenario="two")
    assert officers.fit[0].silhouette < 0
    assert view_of(swapped, scenario="two").fit == ()


def test_one_partnership_has_no_silhouettes() -> None:
    alone = plan(small_problem(), small_scenario(area={"partnerships": 1, "size": [12, 12]}))
    assert silhouettes(alone) == {}


def test_more_schools_than_are_measured_each_to_each_have_no_silhouettes(made, monkeypatch) -> None:
    monkeypatch.setattr(fit, "MOST", 12)
    assert len(silhouettes(made)) == 12
    monkeypatch.setattr(fit, "MOST", 11)
    assert silhouettes(made) == {}
