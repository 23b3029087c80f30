"""What each audience may see of a plan."""

import dataclasses

import pytest

from geo_partnerships.checking import check
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.letter import Alliance, ListedMember
from geo_partnerships.model import Judgement, Response
from geo_partnerships.planning import plan, plan_of_draft
from geo_partnerships.planning.assemble import digest_of
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.headline import date_words, headline_of, metres
from geo_partnerships.views.model import Audience
from tests.small import school, small_letter, small_problem, small_scenario

MARK = "mark-7f3a"
ANSWERS = tuple(Response(responder=f"1{i}", channel=MARK, wanted=(f"1{(i + 1) % 6}",)) for i in range(6))


def problem_with_secrets(**more):
    return small_problem(
        *ANSWERS,
        judgements={"10": Judgement(urn="10", ofsted=MARK, la_view=MARK, self_evaluation=MARK, head_experience=MARK)},
        findings=(Finding(code="x", severity=Severity.WARNING, message=MARK, private=True),),
        **more,
    )


def planned(problem, **parameters):
    return plan(problem, small_scenario(**parameters))


def test_the_public_view_holds_no_private_field_anywhere() -> None:
    link = {"schools": ["10", "11"], "reason": MARK}
    view = view_of(planned(problem_with_secrets(), must_link=[link]), scenario="small")
    assert MARK not in repr(view)
    assert view.guarantee == view.judgements == ()


def test_officers_see_the_guarantee_per_school_and_the_judgements() -> None:
    view = view_of(planned(problem_with_secrets()), Audience.OFFICERS, scenario="small")
    assert view.judgements[0].ofsted == MARK
    assert {g.name for g in view.guarantee} == {f"School 1{i}" for i in range(6)}
    assert view.guarantee[0].met_by == ("School 11",)


def test_the_public_view_does_not_change_with_private_input_while_the_plan_is_fixed() -> None:
    one = planned(problem_with_secrets())
    other = planned(small_problem(*(dataclasses.replace(a, channel="x", existing=a.wanted) for a in ANSWERS)))
    changed = dataclasses.replace(other.problem, digest="f" * 64)
    other = dataclasses.replace(other, problem=changed, digest=digest_of(changed, other.scenario))
    assert repr(view_of(one, scenario="s")) == repr(view_of(other, scenario="s"))


@pytest.mark.parametrize("failing", [1, 6])
def test_no_count_under_five_is_public(failing) -> None:
    answers = [Response(responder=f"1{i}", wanted=("20" if i < failing else f"1{(i + 1) % 6}",)) for i in range(6)]
    made = planned(small_problem(*answers), guarantee={"strength": "preferred", "weight": 1})
    report = check(made)
    public = {row.label: row.plan for row in headline_of(made, report, None, officers=False)}
    officers = {row.label: row.plan for row in headline_of(made, report, None)}
    assert public["Survey guarantee"] == "not met for every school"  # none met is a count under five, too
    assert officers["Survey guarantee"] == f"not met: {6 - failing} of 6"


def test_an_illustrative_survey_says_so() -> None:
    assert "Illustrative survey" in view_of(planned(problem_with_secrets()), scenario="s").survey_note


def test_the_headline_puts_the_draft_beside_the_plan() -> None:
    mixed = (("10", "11", "12", "20", "21", "22"), ("13", "14", "15", "23", "24", "25"))
    problem = small_problem(letter=small_letter(*mixed))
    made = planned(problem, area={"members": {"letter": [1, 2]}})
    draft = plan_of_draft(problem, made.scenario)
    view = view_of(made, scenario="s", draft=draft)
    row = next(r for r in view.headline if r.label.startswith("Mean distance to"))
    assert row.plan == "150 m"
    assert row.draft != row.plan
    assert "proven that no plan" in view.summary


def test_members_come_nearest_first_after_the_centre_with_their_direction() -> None:
    view = view_of(planned(small_problem()), scenario="s")
    west = next(p for p in view.partnerships if p.districts == ("N1",))
    assert west.members[0].role == "centre"
    assert [m.distance_m for m in west.members] == sorted(m.distance_m for m in west.members)
    assert {m.bearing for m in west.members} == {"", "east", "west"}
    assert west.furthest_pair == ("School 10", "School 15", 500.0)


ALLIANCE = Alliance(number=1, title="", members=(ListedMember(text="30", schools=("30",)),))


@pytest.mark.parametrize("alliances", [(), (ALLIANCE,)])
def test_a_secondary_school_left_out_does_not_say_whether_it_answered(alliances) -> None:
    letter = dataclasses.replace(small_letter(tuple(f"1{i}" for i in range(6))), alliances=alliances)
    schools = {**small_problem().schools, "30": school("30", 0, 50, phase="secondary")}
    chosen = {"members": {"schools": list(small_problem().schools)}}
    told = {}
    for answers in ((), (Response(responder="30", wanted=("10",)),)):
        problem = small_problem(*answers, schools=schools, letter=letter)
        made = planned(problem, area=chosen, guarantee={"strength": "off"})
        for audience in Audience:
            told[audience, bool(answers)] = view_of(made, audience, scenario="s").uncovered[0].uncovered
    assert told[Audience.PUBLIC, True] == told[Audience.PUBLIC, False]
    assert "answer" not in told[Audience.PUBLIC, False]
    assert ("did not answer" in told[Audience.OFFICERS, False]) is not bool(alliances)


def test_dates_and_metres_in_words() -> None:
    assert date_words("2014-12-15") == "15 December 2014"
    assert date_words("2015-04") == "April 2015"
    assert date_words("2015-99") == "2015-99"
    assert metres(1418.3) == "1,418 m"
    assert metres(None) == "–"


def test_the_public_objective_does_not_tell_how_many_guarantees_are_unmet() -> None:
    answer = Response(responder="10", wanted=("25",))
    made = planned(small_problem(answer), guarantee={"strength": "preferred", "weight": 50})
    public, officers = (dict(view_of(made, audience, scenario="s").figures) for audience in Audience)
    assert officers["objective"] == pytest.approx(1_850)
    assert public["objective"] == public["lower_bound"] == pytest.approx(1_800)


def test_an_alliance_says_where_its_members_are_and_by_what_way_they_belong() -> None:
    members = (
        ListedMember(text="Heartlands", borough="Haringey"),
        ListedMember(text="UCon University", body="university", place="USA"),
        ListedMember(text="Middlesex University", body="university", via="School Direct link with Broadfields"),
        ListedMember(text="School 10", schools=("10",)),
    )
    alliance = Alliance(number=1, title="Alliance", members=members, status="consultation", type="hard")
    letter = dataclasses.replace(small_letter(tuple(f"1{i}" for i in range(6))), alliances=(alliance,))
    view = view_of(planned(small_problem(letter=letter)), scenario="small")
    assert view.alliances[0].members == (
        ("Heartlands (Haringey)", ""),
        ("UCon University (USA)", ""),
        ("Middlesex University (via School Direct link with Broadfields)", ""),
        ("School 10", "10"),
    )
