"""The command line on Barnet's own data, as a planner uses it."""

import csv
import json
import shutil
import tomllib
from pathlib import Path

import pytest

from geo_partnerships.api import running
from geo_partnerships.cli import main

ROOT = Path(__file__).parents[2]
DISTANCE_ALONE = ["--set", "goals=[]"]
"""Without goals in an order, of which the shortest worst journey takes long to prove."""
COLUMNS = ["urn", "name", "partnership", "partnership_name", "strand", "role", "distance_to_centre_m"]


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def run(capsys, *arguments):
    code = main(["run", *arguments, "--json"])
    out = capsys.readouterr()
    return code, json.loads(out.out) if code in {0, 1} else out.err


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """One run of the letter's structure and of its draft, published."""
    output = tmp_path_factory.mktemp("output")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        assert main(["run", "barnet-2015", "barnet-draft", "--output", str(output)]) == 0
    return output


def rows_of(folder):
    with (folder / "plan.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_run_publishes_maps_pages_and_plan_files(published) -> None:
    names = {p.relative_to(published).as_posix() for p in published.rglob("*") if p.is_file()}
    for wanted in (
        "index.html",
        "overview.html",
        "report.html",
        "plan.csv",
        "plan.json",
        "plan.geojson",
        "manifest.json",
    ):
        assert f"barnet-2015/{wanted}" in names
    assert {f"barnet-2015/partnerships/{n:02}.html" for n in range(1, 16)} <= names


def test_plan_csv_has_the_columns_others_rely_on(published) -> None:
    raw = (published / "barnet-2015" / "plan.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = rows_of(published / "barnet-2015")
    assert list(rows[0]) == [*COLUMNS, "phase", "postcode", "district", "system_leader", "status", "survey_note"]
    assert {row["role"] for row in rows} == {"centre", "member", ""}
    assert all((row["role"] == "") == (row["partnership"] == "") for row in rows)  # a school in none
    assert sum(row["name"].startswith("Grasvenor") for row in rows) == 2  # in two


def test_json_agrees_with_plan_csv_and_the_letters_draft_averages_1418_m(published, capsys, tmp_path) -> None:
    code, found = run(capsys, "--output", str(tmp_path))
    assert code == 0
    [one] = found["runs"]
    assert one["scenario"] == "barnet-2015"
    assert one["guarantee"] == {"respondents": 64, "met": 64, "direct": 49}
    assert one["rules_broken"] == 0
    assert one["gap"] == 0
    assert one["objective"] == one["lower_bound"]
    assert round(one["draft"]["mean_distance_m"]) == 1418
    assert one["draft"]["guarantee"]["met"] == 64
    area = [float(r["distance_to_centre_m"]) for r in rows_of(Path(one["output"])) if r["strand"] == "area"]
    assert one["mean_distance_m"] == pytest.approx(sum(area) / len(area), abs=0.06)
    assert one["max_distance_m"] == pytest.approx(max(area), abs=0.06)
    same = {p.name: p.read_bytes() for p in (published / "barnet-2015").iterdir() if p.is_file()}
    again = {p.name: p.read_bytes() for p in (tmp_path / "barnet-2015").iterdir() if p.is_file()}
    assert same == again  # the same seed gives the same bytes


def test_the_report_tells_the_headline_as_a_range_over_made_up_surveys_with_the_shipped_one_among_them(published):
    measured = tomllib.loads((ROOT / "data" / "survey.toml").read_text(encoding="utf-8"))["range"]
    report, draft = ((published / name / "report.html").read_text() for name in ("barnet-2015", "barnet-draft"))
    for least, most in (measured["mean_distance_m"], measured["max_distance_m"]):
        assert f"{least:,} to {most:,} m" in report
    assert measured["command"] in report
    assert measured["command"] not in draft
    area = [r["distance_to_centre_m"] for r in rows_of(published / "barnet-2015") if r["strand"] == "area"]
    near = [float(metres) for metres in area]
    assert measured["mean_distance_m"][0] <= round(sum(near) / len(near)) <= measured["mean_distance_m"][1]
    assert measured["max_distance_m"][0] <= round(max(near)) <= measured["max_distance_m"][1]


def test_the_draft_is_measured_not_moved(published, capsys, tmp_path) -> None:
    code, found = run(capsys, "barnet-draft", "--output", str(tmp_path))
    assert code == 0
    [one] = found["runs"]
    assert one["partnerships"] == 15
    assert one["guarantee"]["met"] == one["draft"]["guarantee"]["met"]
    assert one["mean_distance_m"] == one["draft"]["mean_distance_m"]


@pytest.mark.parametrize(
    "change",
    [["--set", "area.partnerships=9", "--set", "area.size=[4,12]"], ["--seed", "7"], ["--set", "district_penalty=0"]],
    ids=["nine partnerships", "another seed", "no penalty"],
)
def test_parameters_can_be_changed(capsys, tmp_path, change) -> None:
    code, found = run(capsys, *change, *DISTANCE_ALONE, "--output", str(tmp_path))
    assert code == 0
    assert found["runs"][0]["gap"] == 0


def test_a_second_survey_works(capsys, tmp_path) -> None:
    survey = tmp_path / "other.csv"
    survey.write_text(
        "responder_urn,on_behalf_of,channel,existing,wanted,wanted_type\n"
        "101275,,form,,101314,loose\n"  # an infant school that names one of the area strand: it joins both
        "101311,,form,101312,,loose\n",
        encoding="utf-8",
    )
    code, found = run(capsys, "--survey", str(survey), *DISTANCE_ALONE, "--output", str(tmp_path))
    assert code == 0
    assert found["runs"][0]["guarantee"] == {"respondents": 2, "met": 2, "direct": 2}
    assert found["runs"][0]["illustrative_survey"] is False


def test_impossible_sizes_exit_4_with_the_sum(capsys, tmp_path) -> None:
    code, words = run(capsys, "--set", "area.size=[20,30]", "--output", str(tmp_path))
    assert code == 4
    assert "11 × 20 = 220" in words
    assert "86 schools" in words
    assert not (tmp_path / "barnet-2015").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "barnet-2051"], 2, "Did you mean 'barnet-2015'?"),
        (["run", "--set", "area.partnership=9"], 3, "Did you mean 'partnerships'?"),
        (["run", "--set", "area"], 2, "key=value"),
        (["run", "--data", "nowhere"], 2, "--data"),
        (["run", "--survey", "nowhere.csv"], 3, "nowhere.csv"),
        (["run", "--set", "area.partnerships=200"], 3, "200"),
        (["check", "--plan", "nowhere.csv"], 3, "nowhere.csv"),
    ],
)
def test_mistakes_end_in_words_not_in_a_traceback(capsys, tmp_path, arguments, code, words) -> None:
    output = [] if arguments[0] == "check" else ["--output", str(tmp_path / "out")]
    assert main([*arguments, *output]) == code
    told = capsys.readouterr().err
    assert words in told
    assert "Traceback" not in told
    assert not (tmp_path / "out").exists()


def test_check_reads_a_published_plan_back_and_catches_a_change(published, tmp_path, capsys) -> None:
    assert main(["check", "barnet-2015", "--plan", str(published / "barnet-2015")]) == 0
    rows = rows_of(published / "barnet-2015")
    moved = next(r for r in rows if r["strand"] == "area" and r["role"] == "member" and r["partnership"] == "4")
    moved["partnership"] = "14"
    with (tmp_path / "plan.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert main(["check", "barnet-2015", "--plan", str(tmp_path / "plan.csv")]) == 1
    assert "FAILS" in capsys.readouterr().out


def test_verify_and_compare(published, capsys) -> None:
    assert main(["verify", str(published / "barnet-2015")]) == 0
    assert main(["compare", "barnet-draft", "barnet-2015", *DISTANCE_ALONE, "--output", str(published)]) == 0
    pair = "compare-barnet-draft--barnet-2015"
    assert (published / f"{pair}-officers" / f"{pair}.html").is_file()
    assert "have another partnership" in capsys.readouterr().out
    assert main(["compare", "barnet-draft", "barnet-draft", "--json", "--output", str(published)]) == 0
    assert json.loads(capsys.readouterr().out)["moved"] == []


def test_a_folder_of_somebody_else_is_not_overwritten(tmp_path, capsys) -> None:
    (tmp_path / "barnet-draft").mkdir()
    (tmp_path / "barnet-draft" / "thesis.txt").write_text("years of work")
    assert main(["run", "barnet-draft", "--output", str(tmp_path)]) == 2
    assert "left alone" in capsys.readouterr().err


def test_a_hostile_name_reaches_the_terminal_without_its_control_characters(tmp_path, capsys) -> None:
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data)
    text = (data / "schools.geojson").read_text(encoding="utf-8")
    hostile = text.replace('"name":"Brookhill Nursery School"', '"name":"\\u001b[2J{{ 1/0 }}<script>alert(1)</script>"')
    (data / "schools.geojson").write_text(hostile, encoding="utf-8")
    given = ["--data", str(data), "--output", str(tmp_path / "out"), *DISTANCE_ALONE]
    main(["compare", "barnet-draft", "barnet-2015", *given])
    assert "\x1b" not in capsys.readouterr().out


def borough_of(names, folder):
    """Write a data folder with nothing but schools on a row, 300 m apart."""
    folder.mkdir()
    features = [
        {
            "type": "Feature",
            "properties": {"urn": str(200000 + i), "name": name, "easting": 530000 + 300 * i, "northing": 195000},
            "geometry": None,
        }
        for i, name in enumerate(names)
    ]
    (folder / "schools.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return folder


def test_another_borough_needs_nothing_but_its_schools(tmp_path, capsys) -> None:
    data = borough_of([f"School {i}" for i in range(24)], tmp_path / "elsewhere")
    code, found = run(capsys, "--data", str(data), "--output", str(tmp_path / "out"))
    assert code == 0
    [one] = found["runs"]
    assert (one["scenario"], one["partnerships"], one["draft"], one["gap"]) == ("first-plan", 3, None, 0)
    assert main(["run", "--data", str(data), "--set", "area.partnerships=4", "--output", str(tmp_path / "out")]) == 0
    assert "draft" not in capsys.readouterr().out.splitlines()[1]


@pytest.mark.parametrize(("place", "code", "words"), [
    (None, 3, "0 of 2 schools have a point"),
    ({"type": "Point", "coordinates": [-0.2, 51.6]}, 0,
     "2 schools, 2 of them with a point, 0 answers: the data can be used."),
])  # fmt: skip
def test_data_can_be_used_only_where_schools_have_points(tmp_path, capsys, place, code, words) -> None:
    features = [
        {"type": "Feature", "properties": {"urn": urn, "name": urn, "phase": "primary"}, "geometry": place}
        for urn in ("100001", "100002")
    ]
    (tmp_path / "schools.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    assert main(["check", "--data", str(tmp_path)]) == code
    told = capsys.readouterr()
    assert words in told.out + told.err
    assert ("can be used" in told.out) == (code == 0)


def test_a_strand_that_takes_no_school_is_told(tmp_path, capsys) -> None:
    change = 'area.members.boroughs=["Leeds"]'
    assert main(["run", "barnet-all", "--set", change, "--output", str(tmp_path / "out")]) == 3
    assert "Leeds" in capsys.readouterr().err


def test_a_matrix_of_minutes_stands_in_for_straight_lines(tmp_path, capsys) -> None:
    data = borough_of([f"School {i}" for i in range(12)], tmp_path / "elsewhere")
    keys = [str(200000 + i) for i in range(12)]
    lines = [f"{a},{b},{abs(int(a) - int(b)) * 5}" for a in keys for b in keys if a < b]
    (data / "minutes.csv").write_text("from,to,minutes\n" + "\n".join(lines) + "\n")
    change = [
        "--set",
        "data.distances=minutes.csv",
        "--set",
        'distance.unit="min"',
        "--set",
        "distance.metres_per_minute=60",
    ]
    code, found = run(capsys, "--data", str(data), *change, "--output", str(tmp_path / "out"))
    assert code == 0
    straight = run(capsys, "--data", str(data), "--output", str(tmp_path / "out"))[1]["runs"][0]
    assert found["runs"][0]["mean_distance_m"] == pytest.approx(straight["mean_distance_m"])  # 5 min x 60 = 300 m
    assert found["runs"][0]["digest"] != straight["digest"]


def test_names_that_reach_no_school_are_listed_to_be_confirmed(tmp_path, capsys) -> None:
    survey = tmp_path / "typed.csv"
    survey.write_text(
        "responder_urn,on_behalf_of,channel,existing,wanted,wanted_type\n"
        "Moss Hal Infant,,form,,Queenswel Junior,loose\n"
    )
    assert main(["names", "--survey", str(survey)]) == 0
    told = capsys.readouterr().out
    assert "Moss Hal Infant" in told
    assert "101295" in told
    assert main(["run", "--survey", str(survey), "--output", str(tmp_path / "out")]) == 3


def test_a_borough_from_the_register_to_published_maps_in_two_commands(tmp_path, capsys) -> None:
    header = "URN,LA (code),LA (name),EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),OpenDate,"
    header += "CloseDate,PhaseOfEducation (name),StatutoryLowAge,StatutoryHighAge,Postcode,Easting,Northing"
    rows = [
        f"{110000 + i},302,Barnet,Invented School {i},Community school,Open,,,Primary,5,11,N{i % 3 + 1} 1AA,"
        f"{525000 + 400 * (i % 5)},{191000 + 400 * (i // 5)}"
        for i in range(20)
    ]
    register = tmp_path / "edubasealldata.csv"
    register.write_text("\r\n".join([header, *rows]), encoding="windows-1252")
    folder = tmp_path / "invented"
    assert main(["init", str(folder), "--register", str(register), "--la", "302"]) == 0
    assert main(["run", "--data", str(folder), "--output", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "invented-first-plan" / "index.html").is_file()


@pytest.mark.parametrize("arguments", [
    ["show"],
    ["show", "first-plan", "--set", "area.partnerships=4"],
    ["sweep", "--over", "area.partnerships=2..3", "--workers", "1", "--output", "OUT"],
    ["prices"],
    ["disclosure", "--output", "OUT"],
    ["compare", "first-plan", "first-plan", "--output", "OUT"],
    ["check"],
    ["diff", "first-plan", "first-plan"],
], ids=lambda arguments: " ".join(arguments[:2]))  # fmt: skip
def test_every_command_takes_a_folder_with_nothing_but_its_schools(tmp_path, capsys, arguments) -> None:
    data = borough_of([f"School {i}" for i in range(24)], tmp_path / "elsewhere")
    own = [argument.replace("OUT", str(tmp_path / "out")) for argument in arguments]
    assert main([*own, "--data", str(data)]) == 0
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    assert captured.out


def test_a_first_plan_is_shown_with_where_its_parameters_come_from(tmp_path, capsys) -> None:
    data = borough_of([f"School {i}" for i in range(24)], tmp_path / "elsewhere")
    assert main(["show", "--set", "area.size=[6, 10]", "--data", str(data), "--json"]) == 0
    found = {row["key"]: (row["value"], row["origin"]) for row in json.loads(capsys.readouterr().out)}
    assert found["area.partnerships"] == ("[3, 3]", "first-plan")
    assert found["area.size"] == ("[6, 10]", "--set")
    assert found["seed"][1] == "default"


def test_a_first_plan_is_written_out_as_a_scenario_that_gives_the_same_plan(tmp_path, capsys) -> None:
    data = borough_of([f"School {i}" for i in range(24)], tmp_path / "elsewhere")
    output = ["--data", str(data), "--output", str(tmp_path / "out")]
    assert main(["edit", "first-plan", "--data", str(data)]) == 2
    assert "geo-partnerships new" in capsys.readouterr().err
    _, first = run(capsys, *output)
    assert main(["new", "mine", "--data", str(data)]) == 0
    capsys.readouterr()
    _, mine = run(capsys, "mine", *output)
    assert mine["runs"][0]["objective"] == first["runs"][0]["objective"]
    assert mine["runs"][0]["partnerships"] == first["runs"][0]["partnerships"]
    assert main(["edit", "mine", "--set", "area.partnerships=4", "--data", str(data)]) == 0


@pytest.mark.parametrize("command", ["run", "show"])
def test_a_parameter_of_a_first_plan_that_is_none_is_told(tmp_path, capsys, command) -> None:
    data = borough_of([f"School {i}" for i in range(24)], tmp_path / "elsewhere")
    assert main([command, "--set", "area=5", "--data", str(data)]) == 3
    assert "--set area" in capsys.readouterr().err


def test_a_data_folder_is_found_where_one_stands_in_it(tmp_path, monkeypatch) -> None:
    (tmp_path / "oakshire").mkdir()
    (tmp_path / "oakshire" / "schools.csv").write_text("urn,name\n100001,Ash\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "oakshire")
    assert running.data_folder() == Path()
    assert running.folder_of("first-plan", Path()) == "oakshire-first-plan"


def test_the_first_plans_of_two_authorities_have_folders_of_their_own() -> None:
    names = [running.folder_of("first-plan", Path("data") / name) for name in ("camden", "Islington 2015")]
    assert names == ["camden-first-plan", "islington-2015-first-plan"]
    assert running.folder_of("barnet-2015", Path("data")) == "barnet-2015"


def test_a_comparison_for_the_public_is_refused_with_the_reason_and_what_to_do(tmp_path, capsys) -> None:
    arguments = ["compare", "barnet-2015", "barnet-draft", "--audience", "public", "--output", str(tmp_path / "out")]
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert "tells what single schools answered" in told
    assert "Leave --audience away" in told
    assert not (tmp_path / "out").exists()


def test_two_pairs_of_scenarios_are_compared_in_folders_of_their_own(tmp_path, capsys) -> None:
    data = borough_of([f"School {i}" for i in range(24)], tmp_path / "elsewhere")
    (data / "scenarios").mkdir()
    for name in ("a", "a-b", "b-c", "c"):
        (data / "scenarios" / f"{name}.toml").write_text("[area]\npartnerships = 3\n", encoding="utf-8")
    for pair in (("a-b", "c"), ("a", "b-c")):
        assert main(["compare", *pair, "--data", str(data), "--output", str(tmp_path / "out")]) == 0
    assert len([path for path in (tmp_path / "out").iterdir() if path.is_dir()]) == 2


def test_a_public_edition_does_not_take_the_place_of_an_officers_edition(tmp_path, capsys) -> None:
    data = borough_of([f"School {i}" for i in range(24)], tmp_path / "elsewhere")
    (data / "scenarios").mkdir()
    for name in ("a", "a-officers"):
        (data / "scenarios" / f"{name}.toml").write_text("[area]\npartnerships = 3\n", encoding="utf-8")
    output = ["--data", str(data), "--output", str(tmp_path / "out")]
    assert main(["run", "a", "--audience", "officers", *output]) == 0
    assert main(["run", "a-officers", *output]) == 2
    assert "Give the scenario another name" in capsys.readouterr().err
    assert (tmp_path / "out" / "a-officers" / "guarantee.html").is_file()
