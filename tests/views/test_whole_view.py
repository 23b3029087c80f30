"""The view of the whole borough, and of plans that lack this or that."""

import dataclasses
from pathlib import Path

import pytest

from geo_partnerships.intake import read_problem
from geo_partnerships.model import Response
from geo_partnerships.planning import plan, plan_of_draft
from geo_partnerships.scenarios.read import read_scenario
from geo_partnerships.views.fill import _named, view_of
from geo_partnerships.views.model import Audience
from tests.small import school, small_letter, small_problem, small_scenario, with_bound

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def draft():
    problem = read_problem(DATA)
    return plan_of_draft(problem, read_scenario("barnet-2015", DATA / "scenarios"))


@pytest.mark.parametrize("audience", Audience)
def test_the_letters_own_plan_is_shown_whole(draft, audience) -> None:
    view = view_of(draft, audience, scenario="barnet-draft")
    assert [p.number for p in view.partnerships] == list(range(1, 16))
    assert view.partnership(15).unnamed[0].count == 8
    assert view.school("101311").urn == "101311"
    assert "taken as it is" in view.summary
    assert len(view.milestones) == len(draft.problem.letter.milestones)
    assert all(m.when for m in view.milestones)
    timed = [m for m in draft.problem.letter.milestones if m.start and m.end]
    assert sum(" to " in m.when for m in view.milestones) == len(timed)
    assert len(view.alliances) == 7
    assert view.reply_by.startswith("the end of ")
    assert bool(view.judgements or view.guarantee) == (audience is Audience.OFFICERS)


def test_a_real_survey_bears_no_note_and_a_met_guarantee_says_so() -> None:
    problem = small_problem(Response(responder="10", wanted=("11",)))
    problem = dataclasses.replace(problem, survey=dataclasses.replace(problem.survey, illustrative=False))
    view = view_of(plan(problem, small_scenario()), scenario="s")
    assert view.survey_note == ""
    assert next(r.plan for r in view.headline if r.label == "Survey guarantee") == "met for every school"


def test_five_or_more_on_either_side_are_counted_in_public() -> None:
    answers = [Response(responder=f"1{i}", wanted=("20",)) for i in range(6)]
    answers += [Response(responder=f"2{i}", wanted=(f"2{(i + 1) % 6}",)) for i in range(6)]
    made = plan(small_problem(*answers), small_scenario(guarantee={"strength": "preferred", "weight": 1}))
    view = view_of(made, scenario="s")
    assert next(r.plan for r in view.headline if r.label == "Survey guarantee") == "not met for every school"


def test_schools_without_points_make_a_view_without_distances() -> None:
    schools = {u: school(u, None, None) for u in ("1", "2")}
    letter = small_letter(("1", "2"))
    scenario = small_scenario(area={"members": {"letter": [1]}, "as_given": True})
    view = view_of(plan(small_problem(schools=schools, letter=letter), scenario), scenario="s")
    [one] = view.partnerships
    assert (one.centre, one.mean_distance_m, one.furthest_pair) == (None, None, None)
    assert view.summary == "1 partnership of 2 schools."
    assert {m.bearing for m in one.members} == {""}


def test_a_plan_that_is_not_proven_says_how_far_it_may_be_from_the_best() -> None:
    made = plan(small_problem(), small_scenario())
    result = with_bound(made.strands[0], 900.0)
    view = view_of(dataclasses.replace(made, strands=(result,)), scenario="s")
    assert "no plan that keeps the same rules is more than 50.00% better" in view.summary


def test_a_school_without_a_point_has_no_direction() -> None:
    schools = {**small_problem().schools, "30": school("30", None, None)}
    letter = small_letter(("10", "11", "30"))
    scenario = small_scenario(area={"members": {"letter": [1]}, "as_given": True})
    view = view_of(plan(small_problem(schools=schools, letter=letter), scenario), scenario="s")
    assert {m.urn: m.bearing for m in view.partnerships[0].members}["30"] == ""


def test_a_layer_without_names_is_left_out() -> None:
    import geopandas as gpd

    assert _named(gpd.GeoDataFrame({"other": ["x"]}, geometry=gpd.points_from_xy([0], [0]), crs=27700)) is None
