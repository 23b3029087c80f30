"""Reading a whole folder: what comes out of the real data, and what is told of broken data."""

import json
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.intake import read_problem
from geo_partnerships.model import Problem

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def barnet() -> Problem:
    return read_problem(DATA)


def place(
    urn: object, name: str, longitude: float = -0.2, latitude: float = 51.6, **properties: object
) -> dict[str, object]:
    """Return a school as a GeoJSON feature."""
    geometry = {"type": "Point", "coordinates": [longitude, latitude]}
    return {"type": "Feature", "properties": {"urn": urn, "name": name, **properties}, "geometry": geometry}


def write_schools(folder: Path, *features: dict[str, object]) -> None:
    (folder / "schools.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def codes(findings: Iterable[Finding]) -> Counter[str]:
    return Counter(finding.code for finding in findings)


def test_barnet_has_no_errors_and_tells_the_letters_oddities(barnet: Problem) -> None:
    assert all(finding.severity is not Severity.ERROR for finding in barnet.findings)
    counted = codes(barnet.findings)
    assert counted["letter-no-system-leader"] == 8
    assert counted["letter-stated-size"] == 1
    assert counted["letter-joint-entry"] == 1
    assert counted["letter-cross-reference"] == 0
    assert counted["point-shared"] == 6
    outside = [finding for finding in barnet.findings if finding.code == "point-outside-authority"]
    assert [finding.field for finding in outside] == ["133365"]


def test_partnerships_without_a_leader_are_those_of_the_letter(barnet: Problem) -> None:
    told = [f.field for f in barnet.findings if f.code == "letter-no-system-leader"]
    assert told == [f"partnership {number}" for number in (2, 6, 7, 9, 10, 11, 12, 15)]


def test_list_lengths_are_those_of_the_letter(barnet: Problem) -> None:
    lengths = [len(partnership.members) for partnership in barnet.letter.partnerships]
    assert lengths == [8, 6, 4, 6, 7, 6, 5, 9, 11, 6, 8, 9, 11, 7, 6]
    assert barnet.letter.partnerships[12].schools[:2] == ("134798", "139489")
    assert [member.unnamed for member in barnet.letter.partnerships[14].unnamed] == [8]


def test_via_names_the_school_it_goes_through(barnet: Problem) -> None:
    vias = [member.via for alliance in barnet.letter.alliances for member in alliance.members if member.via]
    assert vias == ["School Direct link with Broadfields Primary School"]


def test_points_are_in_metres_and_places_on_the_same_grid(barnet: Problem) -> None:
    brookhill = barnet.schools["101251"]
    assert (brookhill.easting, brookhill.northing) == (527087, 195626)
    for frame in (barnet.places.authority, barnet.places.districts, barnet.places.rail):
        assert frame.crs.to_epsg() == 27700
    neighbours = barnet.places.district_neighbours
    assert all(name in neighbours[other] for name, others in neighbours.items() for other in others)


def test_stated_counts_are_compared_with_the_survey(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    survey = tmp_path / "data" / "survey.csv"
    lines = survey.read_text().splitlines(keepends=True)
    survey.write_text("".join(lines[:-1]))
    told = [f.message for f in read_problem(tmp_path / "data").findings if f.code == "survey-count-disagrees"]
    assert told[0] == "The letter counts 49 direct answers; the survey has 48."


def test_only_schools_are_needed(tmp_path: Path) -> None:
    write_schools(tmp_path, place("100001", "A"), place("100002", "B", -0.21, 51.61, postcode="n128pe"))
    problem = read_problem(tmp_path)
    assert list(problem.schools) == ["100001", "100002"]
    assert problem.schools["100002"].district == "N12"
    assert problem.letter is None
    assert problem.survey.direct == 0


def test_a_paper_of_the_folder_can_be_left_out(tmp_path: Path) -> None:
    write_schools(tmp_path, place("100001", "A"), place("100002", "B", -0.21))
    head = "responder_urn,on_behalf_of,channel,existing,wanted,wanted_type\n"
    (tmp_path / "survey.csv").write_text(head + "100001,,form,,100002,loose\n", encoding="utf-8")
    assert read_problem(tmp_path).survey.direct == 1
    without = read_problem(tmp_path, survey="")
    assert without.survey.direct == 0
    assert without.digest != read_problem(tmp_path).digest


def test_digest_follows_the_bytes(tmp_path: Path) -> None:
    write_schools(tmp_path, place("100001", "A"))
    first = read_problem(tmp_path).digest
    assert read_problem(tmp_path).digest == first
    write_schools(tmp_path, place("100001", "B"))
    assert read_problem(tmp_path).digest != first


def test_a_made_up_survey_stays_so_without_its_sidecar(tmp_path: Path) -> None:
    write_schools(tmp_path, place("100001", "A"), place("100002", "B", -0.21))
    elsewhere = tmp_path / "other.csv"
    head = "responder_urn,on_behalf_of,channel,existing,wanted,wanted_type\n"
    elsewhere.write_text(head + "100001,,illustrative form,,100002,loose\n")
    assert read_problem(tmp_path, survey=elsewhere).survey.illustrative
    elsewhere.write_text(head + "100001,,form,,100002,loose\n")
    assert not read_problem(tmp_path, survey=elsewhere).survey.illustrative
    elsewhere.with_suffix(".toml").write_text('illustrative = true\nround = "2014-10"\n')
    survey = read_problem(tmp_path, survey=elsewhere).survey
    assert (survey.illustrative, survey.round) == (True, "2014-10")


def test_all_errors_of_all_files_come_at_once_and_none_that_only_follows(tmp_path: Path) -> None:
    write_schools(tmp_path, place("100001", "A"), place("100002.0", "B"), place("100003", ""))
    (tmp_path / "survey.csv").write_text(
        "responder_urn,on_behalf_of,channel,existing,wanted,wanted_type\n100002,,form,,100002,tight\n"
    )
    with pytest.raises(BadDataError) as caught:
        read_problem(tmp_path)
    assert codes(caught.value.findings) == {
        "urn-float": 1,
        "name-missing": 1,
        "survey-unknown-type": 1,
    }
    assert "schools.geojson, row 2, urn" in str(caught.value)


def test_a_folder_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        read_problem(tmp_path / "nowhere")


def test_what_is_noticed_in_answers_is_private(tmp_path) -> None:
    survey = tmp_path / "answers.csv"
    survey.write_text(
        "responder_urn,on_behalf_of,channel,existing,wanted,wanted_type\n101275,,form,,999999;101314,loose\n",
        encoding="utf-8",
    )
    problem = read_problem(DATA, survey=survey)
    told = [f for f in problem.findings if f.file == "answers.csv"]
    assert told
    assert all(f.private for f in told)


def test_what_is_told_of_the_survey_is_private_but_for_its_counts(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    survey = tmp_path / "data" / "survey.csv"
    survey.write_text(survey.read_text() + "101364,,form,,999999,\n101365,,form,,,\n")
    told = read_problem(tmp_path / "data").findings
    assert {f.code for f in told if f.private} >= {"survey-unknown-named", "survey-names-nobody"}
    assert all(f.private for f in told if f.file in {"survey.csv", "names.csv", "judgements.csv"})
    assert [f.private for f in told if f.code == "survey-count-disagrees"] == [False, False]


def test_the_schools_own_source_is_credited_first(barnet: Problem) -> None:
    assert barnet.places.attributions[0].startswith("Contains public sector information")
