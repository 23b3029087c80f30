"""The shipped data say what the letter says, and the scripts write them again byte for byte.

Read by plain json, csv and tomllib: independent of the package.
"""

from __future__ import annotations

import csv
import json
import math
import re
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pyproj
import pytest
import shapely
from shapely.geometry import shape

Content = dict[str, Any]
Districts = dict[str, tuple[list[str], shapely.Geometry]]

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
REFERENCE = ROOT.parent / "shared" / "reference"
BOUNDARIES = ("authority", "districts", "neighbours", "stations")
GROUND = ("built_up", "places", "rail", "roads", "tube")
LAYERS = (*BOUNDARIES, *GROUND)
LEFT_OUT = {"101255", "101361", "101365", "135747", "137539", "139410", "139594"}
PUBLIC_COLUMNS = {
    *("urn", "name", "aliases", "phase", "type", "religious_character", "low_age", "high_age", "pupils"),
    *("pupils_year", "postcode", "district", "borough", "sector", "designations", "in_letter", "easting"),
    *("northing", "point_source", "note"),
}

needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="the public tables (shared/reference beside the clone) are not here"
)


SHIPPED = "shipped"
SURVEYS = (SHIPPED, "1", "2", "3", "2015", "2016", "99991")
"""The shipped survey and seeds of others: what is stated holds for each, not for one that was picked."""


class Survey:
    """A survey in a folder, as rows and as names by school."""

    def __init__(self, folder: Path) -> None:
        with (folder / "survey.csv").open(encoding="utf-8", newline="") as lines:
            self.rows = list(csv.DictReader(lines))
        self.beside = tomllib.loads((folder / "survey.toml").read_text(encoding="utf-8"))
        self.answer_of = {urn: row for row in self.rows for urn in self.covers(row)}
        self.named = {urn: {*self.names(row)} - {urn} for urn, row in self.answer_of.items()}

    @staticmethod
    def covers(row: dict[str, str]) -> list[str]:
        return [row["responder_urn"], *listed(row["on_behalf_of"])]

    @staticmethod
    def names(row: dict[str, str]) -> list[str]:
        return [*listed(row["existing"]), *listed(row["wanted"])]


def collection(name: str) -> Content:
    content: Content = json.loads((DATA / name).read_text(encoding="utf-8"))
    return content


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def urns_of(member: Content) -> list[str]:
    return member.get("urns") or [member["urn"]] if "urn" in member or "urns" in member else []


def listed(cell: str) -> list[str]:
    return cell.split(";") if cell else []


@pytest.fixture(scope="module")
def letter() -> Content:
    return tomllib.loads((DATA / "letter-2015.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def partnerships(letter: Content) -> list[set[str]]:
    return [{urn for member in one["members"] for urn in urns_of(member)} for one in letter["partnership"]]


@pytest.fixture(scope="module")
def schools() -> dict[str, Content]:
    features = collection("schools.geojson")["features"]
    return {feature["properties"]["urn"]: feature["properties"] for feature in features}


@pytest.fixture(scope="module")
def districts() -> Districts:
    """Return neighbours and area of each postcode district."""
    return {
        feature["properties"]["district"]: (feature["properties"]["neighbours"], shape(feature["geometry"]))
        for feature in collection("boundaries/districts.geojson")["features"]
    }


@pytest.fixture(scope="module", params=SURVEYS)
def survey(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """Return the shipped survey, or one of another seed."""
    if request.param == SHIPPED:
        return Survey(DATA)
    folder = tmp_path_factory.mktemp("survey")
    run_script("make_survey", folder, "--seed", request.param)
    return Survey(folder)


class TestLetter:
    def test_lists_hold_109_entries_of_the_sizes_counted_in_the_letter(self, letter: Content) -> None:
        sizes = [len(one["members"]) for one in letter["partnership"]]
        assert sizes == [8, 6, 4, 6, 7, 6, 5, 9, 11, 6, 8, 9, 11, 7, 6]
        assert sum(sizes) == 109
        assert [one["number"] for one in letter["partnership"]] == list(range(1, 16))

    def test_first_fourteen_have_102_distinct_entries_and_103_schools(
        self, letter: Content, partnerships: list[set[str]]
    ) -> None:
        entries = [member["text"] for one in letter["partnership"][:14] for member in one["members"]]
        assert len(entries) == 103
        assert len(set(entries)) == 102
        assert len(set().union(*partnerships[:14])) == 103

    def test_area_partnerships_hold_86_schools(self, partnerships: list[set[str]]) -> None:
        assert len(set().union(*partnerships[3:14])) == 86

    def test_trust_has_thirteen_schools_of_which_eight_are_unnamed(self, letter: Content) -> None:
        trust = letter["partnership"][14]
        assert trust["type"] == "hard"
        assert sum(member.get("unnamed", 1) for member in trust["members"]) == 13
        assert [member["borough"] for member in trust["members"] if "borough" in member] == [
            *("Hammersmith", "Hillingdon", "Hillingdon")
        ]

    def test_all_but_the_trust_are_loose(self, letter: Content) -> None:
        assert {one["type"] for one in letter["partnership"][:14]} == {"loose"}

    def test_only_one_entry_is_two_schools_and_its_doubt_is_kept(self, letter: Content) -> None:
        joint = [member for one in letter["partnership"] for member in one["members"] if "urns" in member]
        assert [member["text"] for member in joint] == ["London Academy/Deansbrook Juniors"]
        assert joint[0]["doubt"]

    def test_second_membership_is_said_at_both_ends(self, letter: Content) -> None:
        said = {
            (one["number"], member["urn"]): member["also_in"]
            for one in letter["partnership"]
            for member in one["members"]
            if "also_in" in member
        }
        assert said == {(1, "138649"): [8], (8, "138649"): [1]}

    def test_eight_marks_of_nle_and_one_of_lle_leave_eight_partnerships_without_a_leader(self, letter: Content) -> None:
        marks = {
            one["number"]: [mark for member in one["members"] for mark in member.get("marks", [])]
            for one in letter["partnership"]
        }
        given = [mark for each in marks.values() for mark in each]
        assert given.count("NLE/National Support School") == 8
        assert given.count("LLE") == 1
        assert len(given) == 9
        assert [number for number, each in marks.items() if not each] == [2, 6, 7, 9, 10, 11, 12, 15]

    def test_compton_alliance_states_19_and_lists_23_with_its_lead_left_out(self, letter: Content) -> None:
        compton = letter["alliance"][0]
        members = compton["members"]
        assert compton["stated_size"] == 19
        assert len(members) == 23
        assert sum("urn" in member for member in members) == 21
        assert sum(member.get("borough") in {"Haringey", "Brent"} for member in members) == 5
        assert compton["lead"] not in {member.get("urn") for member in members}

    def test_northgate_alliance_lists_14_with_itself_and_three_universities(self, letter: Content) -> None:
        northgate = letter["alliance"][1]
        assert len(northgate["members"]) == 14
        assert northgate["lead"] in {member.get("urn") for member in northgate["members"]}
        bodies = [member for member in northgate["members"] if "body" in member]
        assert [member["text"] for member in bodies] == [
            *("Greenwich University", "Middlesex University", "UCon University")
        ]
        assert bodies[1]["via"] == {"scheme": "School Direct", "urn": "140236"}
        assert bodies[2]["country"] == "USA"

    def test_seven_alliances_of_which_one_is_only_in_consultation(self, letter: Content) -> None:
        assert [len(one["members"]) for one in letter["alliance"]] == [23, 14, 3, 3, 2, 3, 3]
        assert [one["number"] for one in letter["alliance"] if one["status"] == "consultation"] == [7]
        assert [bool(one["title"]) for one in letter["alliance"]] == [True, True] + [False] * 5

    def test_survey_counts_types_bases_and_rationale(self, letter: Content) -> None:
        assert letter["survey"] == {"round": "2014-10", "direct": 49, "covered": 64}
        assert {one["name"]: one["rank"] for one in letter["type"]} == {
            "hard": 3,
            "structured": 2,
            "loose": 1,
        }
        assert [one["number"] for one in letter["basis"]] == [1, 2, 3, 4]
        assert [one["private"] for one in letter["basis"]] == [True, False, True, False]
        assert len(letter["rationale"]) == 6

    def test_board_is_ten_people_by_role_and_none_by_name(self, letter: Content) -> None:
        (approval,) = letter["approval"]
        assert approval["date"] == "2014-12-15"
        assert [member["count"] for member in approval["members"]] == [6, 4]
        assert all(set(member) == {"role", "count"} for member in approval["members"])

    def test_first_meetings_are_suggested_and_hang_on_the_network_meetings(self, letter: Content) -> None:
        steps = {one["key"]: one for one in letter["milestone"]}
        first = steps["first-meetings"]
        assert (first["date"], first["from"], first["to"]) == ("2015-02-05", "11:30", "12:30")
        assert first["status"] == "suggested"
        assert steps[first["depends_on"]]["date"] == first["date"]
        assert [key for key, one in steps.items() if one["status"] == "open"] == [
            "secondary-meeting",
            "remit",
        ]

    def test_directors_meeting_and_the_end_of_january_are_dated(self, letter: Content) -> None:
        steps = {one["key"]: one for one in letter["milestone"]}
        assert steps["directors-meeting"]["date"] == "2015-01-15"
        assert steps["issues"]["month"] == "2015-01"
        assert (letter["sent"], letter["target"], steps["target"]["month"]) == ("2015-01", "2015-04", "2015-04")

    def test_a_school_elsewhere_has_a_borough_in_brackets_or_a_doubt(
        self, letter: Content, schools: dict[str, Content]
    ) -> None:
        groups = (*letter["partnership"], *letter["alliance"])
        away = [
            member
            for group in groups
            for member in group["members"]
            for urn in urns_of(member)
            if schools[urn]["borough"] != "Barnet"
        ]
        assert len(away) == 12
        assert all(("borough" in member) != ("doubt" in member) for member in away)
        assert sum("doubt" in member for member in away) == 4

    def test_the_board_has_a_pru_head_and_one_of_two_prus_is_in_a_list(
        self, letter: Content, partnerships: list[set[str]], schools: dict[str, Content]
    ) -> None:
        assert "PRU" in letter["approval"][0]["members"][0]["role"]
        prus = {urn: school["name"] for urn, school in schools.items() if school["phase"] == "PRU"}
        assert prus == {"101255": "Pavilion Study Centre", "133749": "Northgate School"}
        assert [urn for urn in prus if urn in set().union(*partnerships)] == ["133749"]

    def test_infant_and_junior_schools_of_one_site_are_parted_by_the_letter(self, letter: Content) -> None:
        number = {urn: one["number"] for one in letter["partnership"] for m in one["members"] for urn in urns_of(m)}
        assert (number["101274"], number["139489"]) == (1, 13)  # Deansbrook Infant and Junior
        assert (number["101295"], number["101294"], number["101253"]) == (1, 2, 9)  # Moss Hall

    def test_the_four_bases_have_no_weights(self, letter: Content) -> None:
        assert [set(basis) for basis in letter["basis"]] == [{"number", "kind", "text", "private"}] * 4


class TestSchools:
    def test_135_schools_are_the_letters_128_and_the_seven_it_leaves_out(
        self, letter: Content, schools: dict[str, Content]
    ) -> None:
        groups = (*letter["partnership"], *letter["alliance"])
        in_letter = {urn for group in groups for member in group["members"] for urn in urns_of(member)}
        in_letter |= {group["lead"] for group in groups if "lead" in group}
        assert len(in_letter) == 128
        assert {urn for urn, school in schools.items() if school["in_letter"]} == in_letter
        assert set(schools) - in_letter == LEFT_OUT

    def test_every_spelling_of_the_letter_is_a_name_or_alias_of_that_school_alone(
        self, letter: Content, schools: dict[str, Content]
    ) -> None:
        owners: dict[str, set[str]] = {}
        for urn, school in schools.items():
            for spelling in (school["name"], *school["aliases"]):
                owners.setdefault(spelling, set()).add(urn)
        assert {spelling: urns for spelling, urns in owners.items() if len(urns) > 1} == {}
        for group in (*letter["partnership"], *letter["alliance"]):
            for member in group["members"]:
                if "urn" in member:
                    borough = f" ({member['borough']})" if "borough" in member else ""
                    assert owners[member["text"] + borough] == {member["urn"]}

    def test_designations_are_those_that_the_letter_gives(self, schools: dict[str, Content]) -> None:
        held = [mark for school in schools.values() for mark in school["designations"]]
        assert held.count("NLE/National Support School") == 8
        assert held.count("LLE") == 1
        teaching = {school["name"] for school in schools.values() if "Teaching School" in school["designations"]}
        assert teaching == {
            *(
                "Northgate School",
                "The Compton School",
                "The St Marylebone CofE School",
                "Alexandra Park School",
            )
        }

    def test_points_in_metres_and_degrees_are_the_same_place(self) -> None:
        to_metres = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
        for feature in collection("schools.geojson")["features"]:
            school = feature["properties"]
            place = to_metres.transform(*feature["geometry"]["coordinates"])
            assert math.dist(place, (school["easting"], school["northing"])) < 5, school["name"]

    def test_six_infant_and_junior_pairs_share_a_point(self, schools: dict[str, Content]) -> None:
        points = [(school["easting"], school["northing"]) for school in schools.values()]
        assert len(points) - len(set(points)) == 6

    def test_no_private_column_is_in_the_file(self, schools: dict[str, Content]) -> None:
        assert set().union(*schools.values()) == PUBLIC_COLUMNS

    def test_judgements_cover_every_school_and_only_grades_older_than_the_letter(
        self, schools: dict[str, Content]
    ) -> None:
        judgements = rows("judgements.csv")
        assert [row["urn"] for row in judgements] == sorted(schools)
        assert {row["ofsted"] for row in judgements} == {"", "Good", "Outstanding"}
        assert all(row["ofsted_date"] < "2015-01-15" for row in judgements)
        assert all(bool(row["ofsted"]) == bool(row["ofsted_date"]) for row in judgements)

    def test_what_only_the_authority_knows_is_empty(self) -> None:
        private = ("la_view", "self_evaluation", "head_experience")
        assert {row[column] for row in rows("judgements.csv") for column in private} == {""}


class TestGeojson:
    @pytest.mark.parametrize("name", ["schools.geojson", *(f"boundaries/{layer}.geojson" for layer in LAYERS)])
    def test_is_rfc_7946_with_a_feature_a_line_and_a_credit(self, name: str) -> None:
        content = collection(name)
        lines = (DATA / name).read_text(encoding="utf-8").splitlines()
        assert set(content) == {"type", "attribution", "features"}
        assert content["attribution"]
        assert len(lines) == len(content["features"]) + 4
        for feature in content["features"]:
            geometry = shape(feature["geometry"])
            assert geometry.is_valid
            west, south, east, north = geometry.bounds
            assert -0.6 < west <= east < 0.1
            assert 51.4 < south <= north < 51.8
            for part in shapely.get_parts(geometry):
                if part.geom_type == "Polygon":
                    assert part.exterior.is_ccw
                    assert not any(hole.is_ccw for hole in part.interiors)

    @pytest.mark.parametrize(
        ("name", "key"),
        [
            ("schools", "urn"),
            ("boundaries/districts", "district"),
            *((f"boundaries/{layer}", "name") for layer in ("authority", "neighbours", "stations", *GROUND[1:])),
        ],
    )
    def test_is_sorted_by_key(self, name: str, key: str) -> None:
        keys = [feature["properties"][key] for feature in collection(f"{name}.geojson")["features"]]
        assert keys == sorted(keys)

    def test_boundaries_take_at_most_400_kilobytes(self) -> None:
        assert sum(path.stat().st_size for path in (DATA / "boundaries").iterdir()) <= 400_000

    @pytest.mark.parametrize("layer", LAYERS)
    def test_boundaries_have_at_most_five_decimals(self, layer: str) -> None:
        text = (DATA / "boundaries" / f"{layer}.geojson").read_text(encoding="utf-8")
        assert not re.search(r"\d\.\d{6,}", text)


class TestGround:
    def test_a_road_has_a_number_only_where_a_second_source_bears_it_out(self) -> None:
        names = {feature["properties"]["name"] for feature in collection("boundaries/roads.geojson")["features"]}
        assert names == {"", "M1", "M25", "A1", "A41", "A406", "A1000", "A110", "A111"}

    def test_what_came_from_openstreetmap_has_a_file_and_a_licence_of_its_own(self) -> None:
        credits_ = {layer: " ".join(collection(f"boundaries/{layer}.geojson")["attribution"]) for layer in GROUND}
        assert [layer for layer, credit in credits_.items() if "OpenStreetMap" in credit] == ["tube"]
        assert "Open Database License" in (DATA / "licences" / "ODbL-1.0.txt").read_text(encoding="utf-8")

    def test_every_layer_says_whom_to_credit(self) -> None:
        for layer in GROUND:
            (first, *_) = collection(f"boundaries/{layer}.geojson")["attribution"]
            assert any(words in first for words in ("OS data", "Network Rail", "OpenStreetMap", "TfL")), layer


class TestDistricts:
    def test_neighbours_are_mutual_and_never_oneself(self, districts: Districts) -> None:
        for name, (neighbours, _) in districts.items():
            assert name not in neighbours
            assert neighbours == sorted(set(neighbours))
            assert all(name in districts[other][0] for other in neighbours)

    def test_districts_still_fit_edge_to_edge(self, districts: Districts) -> None:
        assert shapely.coverage_is_valid([geometry for _, geometry in districts.values()])

    def test_every_district_of_a_school_of_the_borough_is_there(
        self, districts: Districts, schools: dict[str, Content]
    ) -> None:
        needed = {school["district"] for school in schools.values() if school["borough"] == "Barnet"}
        assert needed <= set(districts)

    def test_every_school_but_moss_hall_infant_lies_in_the_district_of_its_postcode(self, districts: Districts) -> None:
        astray = [
            feature["properties"]["name"]
            for feature in collection("schools.geojson")["features"]
            if feature["properties"]["borough"] == "Barnet"
            and not shapely.covers(districts[feature["properties"]["district"]][1], shape(feature["geometry"]))
        ]
        assert astray == ["Moss Hall Infant School"]


def apart(schools: dict[str, Content], one: str, other: str) -> float:
    """Return metres in a straight line."""
    points = [(schools[urn]["easting"], schools[urn]["northing"]) for urn in (one, other)]
    return math.dist(*points)


def groups_of(letter: Content, kind: str, **wanted: str) -> list[set[str]]:
    """Return the schools of each group of a kind that has the wanted values, its lead among them."""
    groups = [one for one in letter[kind] if all(one.get(key) == value for key, value in wanted.items())]
    return [{*{one.get("lead")} - {None}, *(urn for m in one["members"] for urn in urns_of(m))} for one in groups]


class TestSurvey:
    """Every fact that the letter states of its survey, for the shipped survey and for others."""

    def test_every_row_and_the_file_beside_it_say_illustrative(self, survey: Survey) -> None:
        assert all(row["channel"].startswith("illustrative ") for row in survey.rows)
        assert survey.beside["illustrative"] is True
        assert survey.beside["round"] == "2014-10"
        assert survey.beside["method"]

    def test_49_answers_speak_for_64_schools_each_once(self, survey: Survey, letter: Content) -> None:
        covered = [urn for row in survey.rows for urn in survey.covers(row)]
        assert len(survey.rows) == letter["survey"]["direct"]
        assert len(covered) == len(set(covered)) == letter["survey"]["covered"]
        assert len(covered) - len(survey.rows) == 15

    def test_the_letters_draft_gives_every_school_that_answered_one_that_it_named(
        self, survey: Survey, partnerships: list[set[str]]
    ) -> None:
        for urn, names in survey.named.items():
            assert any(urn in one and names & one for one in partnerships), urn

    def test_respondents_are_barnet_schools_of_the_fifteen_partnerships(
        self, survey: Survey, partnerships: list[set[str]], schools: dict[str, Content]
    ) -> None:
        assert set(survey.named) <= set().union(*partnerships)
        assert {schools[urn]["borough"] for urn in survey.named} == {"Barnet"}

    def test_a_secondary_school_that_is_in_the_draft_and_in_no_other_partnership_answered(
        self, survey: Survey, letter: Content, partnerships: list[set[str]], schools: dict[str, Content]
    ) -> None:
        standing = set().union(*groups_of(letter, "alliance", status="standing"))
        secondary = {urn for urn in set().union(*partnerships) if schools[urn]["phase"] == "secondary"}
        assert secondary - standing == {"136658"}  # East Barnet
        assert secondary - standing <= set(survey.named)

    def test_no_answer_names_a_school_it_speaks_for_or_one_twice(
        self, survey: Survey, schools: dict[str, Content]
    ) -> None:
        for row in survey.rows:
            names = survey.names(row)
            assert 2 <= len(names) == len(set(names)) <= 7
            assert set(names) <= set(schools)
            assert not set(survey.covers(row)) & set(names)

    def test_existing_partnerships_are_mutual(self, survey: Survey) -> None:
        pairs = [(row, other) for row in survey.rows for other in listed(row["existing"]) if other in survey.answer_of]
        assert pairs
        for row, other in pairs:
            theirs = listed(survey.answer_of[other]["existing"])
            assert set(theirs) & set(survey.covers(row)), (row["responder_urn"], other)

    def test_who_is_in_a_standing_alliance_or_the_trust_has_an_existing_partner_there(
        self, survey: Survey, letter: Content
    ) -> None:
        groups = [*groups_of(letter, "alliance", status="standing"), *groups_of(letter, "partnership", basis="trust")]
        allied = [row for row in survey.rows if any(row["responder_urn"] in one for one in groups)]
        assert allied
        for row in allied:
            allies = set().union(*(one for one in groups if one & set(survey.covers(row))))
            assert allies & set(listed(row["existing"])), row["responder_urn"]

    def test_an_entry_of_two_schools_is_one_answer_for_both(self, survey: Survey) -> None:
        assert survey.answer_of["134798"] is survey.answer_of["139489"]  # London Academy/Deansbrook Juniors

    def test_the_trust_wants_a_hard_partnership_and_all_others_a_loose_one(
        self, survey: Survey, letter: Content
    ) -> None:
        [trust] = groups_of(letter, "partnership", basis="trust")
        for row in survey.rows:
            assert row["wanted_type"] == ("hard" if row["responder_urn"] in trust else "loose")

    def test_half_of_the_first_names_are_within_about_a_kilometre_and_a_few_are_far(
        self, survey: Survey, schools: dict[str, Content]
    ) -> None:
        away = [apart(schools, row["responder_urn"], survey.names(row)[0]) for row in survey.rows]
        assert 600 <= statistics.median(away) <= 1_300
        every = [apart(schools, row["responder_urn"], one) for row in survey.rows for one in survey.names(row)]
        assert 5 <= sum(metres > 3_000 for metres in every) <= len(every) / 3

    def test_strands_by_kind_name_their_own_and_the_area_names_the_area(
        self, survey: Survey, partnerships: list[set[str]]
    ) -> None:
        by_kind = [partnerships[index] for index in (0, 1, 2, 14)]
        area = set().union(*partnerships[3:14])
        for urn, names in survey.named.items():
            own = [one for one in (*by_kind, area) if urn in one]
            assert any(names & one for one in own), urn

    def test_some_answers_name_a_school_outside_the_borough_or_a_secondary_that_is_left_out(
        self, survey: Survey, partnerships: list[set[str]], schools: dict[str, Content]
    ) -> None:
        away = [row for row in survey.rows if any(schools[one]["borough"] != "Barnet" for one in survey.names(row))]
        assert 3 <= len(away) <= 10
        every = {one for row in survey.rows for one in survey.names(row) if schools[one]["borough"] == "Barnet"}
        assert every - set().union(*partnerships)


def test_over_several_surveys_half_of_the_first_names_are_within_a_kilometre(
    tmp_path: Path, schools: dict[str, Content]
) -> None:
    away = []
    for seed in range(1, 9):
        run_script("make_survey", tmp_path, "--seed", str(seed))
        away += [apart(schools, row["responder_urn"], Survey.names(row)[0]) for row in Survey(tmp_path).rows]
    assert len(away) == 8 * 49
    assert statistics.median(away) == pytest.approx(1_000, rel=0.15)


class TestShippedSurvey:
    def test_its_answers_name_two_to_six_schools(self) -> None:
        assert {len(Survey.names(row)) for row in Survey(DATA).rows} <= {2, 3, 4, 5, 6}

    def test_the_range_beside_it_says_how_it_was_measured(self) -> None:
        measured = Survey(DATA).beside["range"]
        assert measured["command"] == "python -m benchmarks.surveys"
        assert measured["seeds"] == [2014, 2023]
        assert measured["promise_kept"] == measured["proven"] == 10
        least, most = measured["mean_distance_m"]
        assert least < most < 1_418  # the letter's draft


def run_script(name: str, output: Path, *others: str) -> None:
    command = [sys.executable, str(ROOT / "scripts" / f"{name}.py"), "--output", str(output), *others]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


class TestScripts:
    def test_survey_is_written_again_byte_for_byte(self, tmp_path: Path) -> None:
        run_script("make_survey", tmp_path)
        for name in ("survey.csv", "survey.toml"):
            assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes()

    def test_another_seed_gives_other_answers_of_the_same_number(self, tmp_path: Path) -> None:
        run_script("make_survey", tmp_path, "--seed", "7")
        text = (tmp_path / "survey.csv").read_text(encoding="utf-8")
        assert text != (DATA / "survey.csv").read_text(encoding="utf-8")
        assert len(text.splitlines()) == 50

    @needs_reference
    def test_schools_are_written_again_byte_for_byte(self, tmp_path: Path) -> None:
        run_script("make_schools", tmp_path, "--reference", str(REFERENCE))
        for name in ("schools.geojson", "judgements.csv"):
            assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes()

    @needs_reference
    def test_boundaries_are_written_again_byte_for_byte(self, tmp_path: Path) -> None:
        run_script("make_boundaries", tmp_path, "--reference", str(REFERENCE))
        run_script("make_ground", tmp_path, "--reference", str(REFERENCE))
        for layer in LAYERS:
            name = f"boundaries/{layer}.geojson"
            assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes()

    @needs_reference
    def test_letter_schools_and_the_seven_are_every_state_school_open_in_january_2015(
        self, schools: dict[str, Content]
    ) -> None:
        with (REFERENCE / "barnet_all_schools.csv").open(encoding="utf-8", newline="") as lines:
            state = [row for row in csv.DictReader(lines) if row["sector"] == "state"]
        open_then = {row["urn"] for row in state if row["open_2015_01"] == "yes"}
        assert open_then == {urn for urn, school in schools.items() if school["borough"] == "Barnet"}
