"""How far two plans agree, and which schools another partnership is nearer to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score, silhouette_samples

from geo_partnerships.planning import plan
from geo_partnerships.views import fit
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.fit import agreement, silhouettes
from geo_partnerships.views.model import Audience
from tests.depth import examples
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


@settings(max_examples=examples(50), deadline=None)
@given(pairs=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=12))
def test_agreement_is_the_adjusted_rand_index(pairs) -> None:
    one, other = zip(*pairs, strict=True)
    assert fit._adjusted_rand_index(one, other) == pytest.approx(adjusted_rand_score(one, other))


@settings(max_examples=examples(50), deadline=None)
@given(
    places=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=4, max_size=10),
    rest=st.lists(st.integers(0, 2), min_size=1, max_size=7),
)
def test_silhouettes_are_those_of_the_textbook(places, rest) -> None:
    labels = ([0, 1, 0, *rest] + [2] * len(places))[: len(places)]
    points = np.array(places, dtype=float)
    distances = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    expected = silhouette_samples(distances, labels, metric="precomputed")
    assert fit._silhouettes(distances, labels) == pytest.approx(expected)


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
