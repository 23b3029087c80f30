"""Answers that name nobody near, and what the sidecar says of other made-up surveys, in three places 4 km apart."""

import pytest

from geo_partnerships.errors import BadDataError
from geo_partnerships.intake import read_problem
from geo_partnerships.planning import plan
from geo_partnerships.scenarios.read import read_scenario
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.model import Audience
from tests.village import write_village

HEAD = "responder_urn,on_behalf_of,channel,existing,wanted,wanted_type\n"
FAR = "survey-names-nobody-near"
RANGE = """
[range]
command = "python -m measure"
scenario = "village"
seeds = [1, 10]
mean_distance_m = [100, 1200]
max_distance_m = [900, 3000]
promise_kept = 10
proven = 9
"""


def village(folder, *answers, sidecar="illustrative = true\n"):
    write_village(folder)
    (folder / "survey.csv").write_text(HEAD + "".join(f"{answer}\n" for answer in answers), encoding="utf-8")
    (folder / "survey.toml").write_text(sidecar, encoding="utf-8")
    return folder


def told(folder, *answers):
    return [finding for finding in read_problem(village(folder, *answers)).findings if finding.code == FAR]


def test_an_answer_that_names_nobody_within_3_km_is_told_with_its_row_and_how_far_the_nearest_is(tmp_path) -> None:
    [finding] = told(tmp_path, "100101,,form,,100102;100200,", "100103,,form,100200,100300,")
    assert (finding.file, finding.row) == ("survey.csv", 3)
    assert "100103" in finding.message
    assert "3.9 km" in finding.message or "4.0 km" in finding.message
    assert "100200" not in finding.message
    assert "prices --answers" in finding.fix


def test_each_school_that_an_answer_speaks_for_is_looked_at_by_itself(tmp_path) -> None:
    [finding] = told(tmp_path, "100101,100200,form,,100102,")
    assert "100200" in finding.message


def test_nothing_is_said_where_it_is_not_known_where_a_named_school_is(tmp_path) -> None:
    assert not told(tmp_path, "100101,,form,,100200;999999,")


def test_an_answer_that_names_nobody_near_is_told_to_officers_alone(tmp_path) -> None:
    folder = village(tmp_path, "100103,,form,,100200,")
    made = plan(read_problem(folder), read_scenario("village", folder / "scenarios"))
    words = "none is within 3 km"
    assert words in repr(view_of(made, Audience.OFFICERS, scenario="village").findings)
    assert words not in repr(view_of(made, scenario="village"))


def made_up(folder, sidecar):
    folder = village(folder, "100101,,form,,100102,", sidecar=sidecar)
    return plan(read_problem(folder), read_scenario("village", folder / "scenarios"))


def test_what_other_made_up_surveys_come_to_is_told_of_the_scenario_it_was_measured_on(tmp_path) -> None:
    made = made_up(tmp_path, f"illustrative = true\n{RANGE}")
    words = view_of(made, scenario="village").survey_range
    assert "Under 10 surveys" in words
    assert "100 to 1,200 m" in words
    assert "900 to 3,000 m" in words
    assert "under 9 the plan is proved best" in words
    assert "python -m measure" in words
    assert view_of(made, scenario="pair").survey_range == ""


def test_of_a_real_survey_no_range_of_made_up_ones_is_told(tmp_path) -> None:
    made = made_up(tmp_path, f"illustrative = false\n{RANGE}")
    assert made.problem.survey.range is None
    assert view_of(made, scenario="village").survey_range == ""


def test_a_survey_without_a_range_has_none(tmp_path) -> None:
    assert view_of(made_up(tmp_path, "illustrative = true\n"), scenario="village").survey_range == ""


@pytest.mark.parametrize(
    ("was", "becomes", "field"),
    [
        ('command = "python -m measure"\n', "", "range: command"),
        ("seeds = [1, 10]", "seeds = [10, 1]", "range: seeds"),
        ("mean_distance_m = [100, 1200]", "mean_distance_m = [100]", "range: mean_distance_m"),
        ("mean_distance_m = [100, 1200]\n", "", "range: mean_distance_m"),
        ("max_distance_m = [900, 3000]", 'max_distance_m = "far"', "range: max_distance_m"),
        ("proven = 9", "proven = 9.5", "range: proven"),
        ("proven = 9\n", "", "range: proven"),
    ],
)
def test_a_range_that_is_not_whole_is_refused_with_the_key_that_is_wrong(tmp_path, was, becomes, field) -> None:
    assert RANGE.count(was) == 1
    with pytest.raises(BadDataError) as caught:
        read_problem(village(tmp_path, "100101,,form,,100102,", sidecar=RANGE.replace(was, becomes)))
    assert {(finding.file, finding.field) for finding in caught.value.findings} == {("survey.toml", field)}
