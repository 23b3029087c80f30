"""Answers that name nobody near, and what the sidecar says of other made-up surveys, in three places 4 km apart."""

import pytest

from geo_partnerships.api.running import load
from geo_partnerships.cli import main
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
    assert "under 9 of them the plan is proved best" in words
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


# --- what forms write -------------------------------------------------------------------------------------------------

QUESTIONS = (
    "Timestamp,What is the name of your school?,Which schools do you already work with?,"
    "Which schools would you like to work with in future?,What type of partnership would you prefer?\n"
)


def answers(folder, text, sidecar="illustrative = true\n", names=""):
    village(folder, sidecar=sidecar)
    (folder / "survey.csv").write_text(text, encoding="utf-8")
    if names:
        (folder / "names.csv").write_text(names, encoding="utf-8")
    problem = read_problem(folder)
    return problem.survey.responses, {finding.code for finding in problem.findings}


def test_question_sentences_are_known_as_headers_and_forms_join_by_commas(tmp_path) -> None:
    row = 'x,School N1 B,"School N1 C, School N1 D",100104;School N1 F;,Loose partnership\n'
    [answer], _ = answers(tmp_path, QUESTIONS + row)
    assert answer.responder == "100101"
    assert answer.existing == ("100102", "100103")
    assert answer.wanted == ("100104", "100105")
    assert answer.wanted_type == "loose"


@pytest.mark.parametrize("word", ["None", "N/A", "none", "n/a", "Nobody", "-", "No"])
def test_words_that_mean_nobody_name_nobody(tmp_path, word) -> None:
    [answer], told = answers(tmp_path, HEAD + f"100101,,form,{word},{word},\n")
    assert answer.named == ()
    assert "survey-names-nobody" in told


def test_what_means_no_school_is_not_guessed(tmp_path) -> None:
    with pytest.raises(BadDataError, match="any local school"):
        answers(tmp_path, HEAD + "100101,,form,,any local school,\n")


def test_a_suggestion_that_was_pasted_is_understood(tmp_path) -> None:
    [answer], _ = answers(tmp_path, HEAD + "100101 School N1 B,,form,,100102 School N1 C,\n")
    assert (answer.responder, answer.wanted) == ("100101", ("100102",))


def test_a_key_beside_another_schools_name_is_refused(tmp_path) -> None:
    with pytest.raises(BadDataError, match="100102 School N1 D"):
        answers(tmp_path, HEAD + "100101,,form,,100102 School N1 D,\n")


TWICE = HEAD + "100101,,form,,100102,\n100200,,form,,100201,\n100101,,form,,100103,\n"


def test_a_school_that_answers_again_is_refused_and_the_words_say_what_may_be_done(tmp_path) -> None:
    with pytest.raises(BadDataError, match='repeated = "latest"'):
        answers(tmp_path, TWICE)


def test_the_later_answer_counts_where_the_sidecar_says_so_and_that_is_told(tmp_path) -> None:
    found, told = answers(tmp_path, TWICE, sidecar='repeated = "latest"\n')
    assert {answer.responder: answer.wanted for answer in found} == {"100101": ("100103",), "100200": ("100201",)}
    assert "survey-answered-again" in told


@pytest.mark.parametrize("word", ["none", "No such school", "NONE"])
def test_a_text_may_be_said_to_be_no_school(tmp_path, word) -> None:
    names = f"written,urn\nany local school,{word}\nthe hill,100102 School N1 C\n"
    [answer], told = answers(tmp_path, HEAD + "100101,,form,the hill,any local school,\n", names=names)
    assert (answer.existing, answer.wanted) == (("100102",), ())
    assert {"survey-no-school", "survey-name-confirmed"} <= told


def test_only_texts_that_are_no_schools_are_listed_to_be_confirmed(tmp_path, capsys) -> None:
    village(tmp_path, '100101,,form,"School N1 C, School N1 D",None;the hill,')
    assert main(["names", "--data", str(tmp_path)]) == 0
    listed = [line.partition(",")[0] for line in capsys.readouterr().out.splitlines()[1:]]
    assert listed == ["the hill"]


def test_names_are_written_beside_the_data_and_what_is_filled_in_is_kept(tmp_path, capsys) -> None:
    village(tmp_path, "100101,,form,the hill,any local school,")
    (tmp_path / "names.csv").write_text("written,urn\nthe hill,100102\n", encoding="utf-8")
    assert main(["names", "--data", str(tmp_path), "--write"]) == 0
    kept = (tmp_path / "names.csv").read_text(encoding="utf-8").splitlines()
    assert kept[1].startswith("the hill,100102")
    assert kept[2].startswith("any local school,,")
    assert "names.csv" in capsys.readouterr().out


# --- leaders, standing partnerships, templates ------------------------------------------------------------------------


def test_leaders_are_read_from_a_table_of_their_own(tmp_path) -> None:
    village(tmp_path, "100101,,form,,100102,")
    (tmp_path / "leaders.csv").write_text("urn,designations\n100101,NLE; Teaching School\nSchool N1 C,LLE\n100103,\n")
    schools = read_problem(tmp_path).schools
    assert schools["100101"].designations == ("NLE", "Teaching School")
    assert schools["100102"].designations == ("LLE",)
    assert not schools["100103"].designations
    (tmp_path / "leaders.csv").write_text("urn,designations\n999999,NLE\n")
    with pytest.raises(BadDataError, match="999999"):
        read_problem(tmp_path)


def test_standing_partnerships_that_change_nothing_are_told(tmp_path) -> None:
    village(tmp_path, "100101,,form,,100102,")
    (tmp_path / "standing.csv").write_text("partnership,urn\nNorth,100101\nNorth,100102\n")
    for change, told in ((), True), (("standing.strength=preferred",), False):
        problem, _ = load("village", tmp_path, change)
        assert ("standing-unused" in {finding.code for finding in problem.findings}) == told


@pytest.mark.parametrize(("size", "told"), [("[1, 12]", True), ("[2, 12]", False)])
def test_a_size_that_lets_a_school_be_alone_is_told(tmp_path, size, told) -> None:
    village(tmp_path, "100101,,form,,100102,")
    problem, _ = load("village", tmp_path, (f"area.size={size}",))
    assert ("size-of-one" in {finding.code for finding in problem.findings}) == told


def test_a_template_that_is_filled_in_where_it_lies_is_told(tmp_path) -> None:
    village(tmp_path, "100101,,form,,100102,")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "standing.csv").write_text("partnership,urn,type,lead,note\n", encoding="utf-8")
    assert "template-not-read" not in {finding.code for finding in read_problem(tmp_path).findings}
    (tmp_path / "templates" / "standing.csv").write_text("partnership,urn,type,lead,note\nNorth,100101,hard,,\n")
    assert "template-not-read" in {finding.code for finding in read_problem(tmp_path).findings}
