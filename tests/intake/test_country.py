"""Lists of schools of other countries: read by their own words, measured on their own grid, shown where they are."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest

import geo_partnerships as gp
from geo_partnerships.cli import main
from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.intake.register.folder import init_from

STEPS = [(0.0, 0.0), (0.006, 0.002), (0.003, 0.006), (0.05, 0.04), (0.056, 0.043), (0.052, 0.047)]
"""Two groups of three schools, some kilometres apart; degrees east and north of the first."""
CITIES = {
    "dublin": ("ireland", (-6.28, 53.31)),
    "utrecht": ("netherlands", (5.08, 52.07)),
    "chicago": ("united-states", (-87.7, 41.85)),
    "edinburgh": ("scotland", (-3.2, 55.93)),
    "swansea": ("wales", (-3.95, 51.62)),
    "belfast": ("northern-ireland", (-5.95, 54.58)),
    "sydney": ("plain", (151.2, -33.88)),
}
LISTS = {
    "dublin": ("Roll number,Official name,Eircode,Level", "1987{n}K,School {n},D0{n} X2K{n},Primary"),
    "utrecht": ("BRIN,Schoolnaam,Postcode,Soort onderwijs", "0{n}AB00,School {n},351{n} AB,Basisschool"),
    "chicago": ("School ID,Short name,ZIP,School level", "40001{n},School {n},6061{n}-1234,Elementary"),
    "edinburgh": ("Seed code,School name,Postcode,Phase", "530{n}026,School {n},EH{n} 1AA,Primary"),
    "swansea": ("School number,School name,Postcode,Sector", "670200{n},School {n},SA{n} 3SN,Primary"),
    "belfast": ("De ref,Institution,Postcode,Type", "101-001{n},School {n},BT{n} 5GS,Primary"),
    "sydney": ("name", "School {n}"),
}


def places(start: tuple[float, float]) -> list[tuple[float, float]]:
    return [(round(start[0] + east, 6), round(start[1] + north, 6)) for east, north in STEPS]


def listed(city: str) -> str:
    """Return a list of six schools as the country writes it, with longitude and latitude."""
    header, row = LISTS[city]
    rows = [f"{row.format(n=n)},{x},{y}" for n, (x, y) in enumerate(places(CITIES[city][1]), 1)]
    return "\n".join([f"{header},longitude,latitude", *rows]) + "\n"


@pytest.mark.parametrize("city", CITIES)
def test_a_city_has_a_first_plan_from_a_list_of_names_and_points(city, tmp_path) -> None:
    (tmp_path / "list.csv").write_text(listed(city), encoding="utf-8")
    init_from(tmp_path / city, [tmp_path / "list.csv"], country=CITIES[city][0])
    problem = gp.read_problem(tmp_path / city)
    plan = gp.plan(problem, partnerships=2, size=(2, 4))
    groups = {frozenset(problem.schools[urn].name for urn in p.members) for p in plan.partnerships}
    assert groups == {
        frozenset({"School 1", "School 2", "School 3"}),
        frozenset({"School 4", "School 5", "School 6"}),
    }
    found = {
        name: (round(point.x, 5), round(point.y, 5))
        for name, point in zip(plan.schools.name, plan.schools.to_crs("EPSG:4326").geometry, strict=True)
    }
    asked = {f"School {n}": (round(x, 5), round(y, 5)) for n, (x, y) in enumerate(places(CITIES[city][1]), 1)}
    assert found == {name: pytest.approx(place, abs=2e-5) for name, place in asked.items()}


@pytest.mark.parametrize("city", ["dublin", "utrecht", "chicago"])
def test_a_frame_gives_the_plan_that_its_list_gives(city, tmp_path) -> None:
    (tmp_path / "list.csv").write_text(listed(city), encoding="utf-8")
    init_from(tmp_path / city, [tmp_path / "list.csv"], country=CITIES[city][0])
    by_file = gp.plan(gp.read_problem(tmp_path / city), partnerships=2, size=(2, 4))
    table = pd.read_csv(tmp_path / "list.csv", dtype=str)
    points = gpd.points_from_xy(table.pop("longitude").astype(float), table.pop("latitude").astype(float))
    frame = gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")
    by_frame = gp.plan(frame, partnerships=2, size=(2, 4), country=CITIES[city][0])
    assert [p.members for p in by_frame.partnerships] == [p.members for p in by_file.partnerships]
    assert by_frame.objective == pytest.approx(by_file.objective, abs=0.5)


def test_pages_speak_the_countrys_words_and_show_schools_where_they_are(tmp_path, capsys) -> None:
    (tmp_path / "list.csv").write_text(listed("dublin"), encoding="utf-8")
    assert main(["init", str(tmp_path / "d"), "--from", str(tmp_path / "list.csv"), "--country", "ireland"]) == 0
    assert (
        json.loads((tmp_path / "d" / "schools.geojson").read_text(encoding="utf-8"))["features"][0]["properties"][
            "reference"
        ]
        == "19871K"
    )
    capsys.readouterr()
    assert main(["run", "--data", str(tmp_path / "d"), "--output", str(tmp_path / "out")]) == 0
    page = next((tmp_path / "out").rglob("x-19871k.html")).read_text(encoding="utf-8")
    assert "roll number 19871K" in page
    area = next((tmp_path / "out").rglob("partnerships/*.html")).read_text(encoding="utf-8")
    assert "Routing keys" in area
    assert "Eircode" in area


def test_a_place_in_another_country_is_refused_with_the_way_to_say_so(tmp_path, capsys) -> None:
    (tmp_path / "list.csv").write_text(listed("chicago"), encoding="utf-8")
    assert main(["init", str(tmp_path / "c"), "--from", str(tmp_path / "list.csv"), "--column", "name=Short name"]) == 3
    told = capsys.readouterr()
    assert "init --country united-states" in told.out + told.err


def test_easting_and_northing_have_no_meaning_where_the_grid_is_chosen(tmp_path) -> None:
    (tmp_path / "schools.csv").write_text("urn,name,easting,northing\n100001,A,525000,190000\n", encoding="utf-8")
    (tmp_path / "country.toml").write_text('country = "plain"\n', encoding="utf-8")
    with pytest.raises(BadDataError, match="easting and northing have no grid"):
        gp.read_problem(tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('country = "atlantis"\n', "no country 'atlantis'"),
        ("country = 3\n", "write country ="),
        ('name = "Oakland"\n', "grid: it is missing"),
        ('name = "Oakland"\nlike = "atlantis"\n', "like: there is no country 'atlantis'"),
        ("country = [[[\n", "no TOML"),
    ],
)
def test_a_country_that_is_not_known_is_told_with_its_file(text, words, tmp_path) -> None:
    (tmp_path / "schools.csv").write_text("urn,name\n100001,A\n", encoding="utf-8")
    (tmp_path / "country.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadDataError, match=words) as error:
        gp.read_problem(tmp_path)
    assert error.value.findings[0].file == "country.toml"


def test_a_profile_of_ones_own_lies_in_the_folder(tmp_path) -> None:
    (tmp_path / "schools.csv").write_text(
        "Codice,Nome,CAP,longitude,latitude\nRMIC8,Prima,00184,12.49,41.89\nRMIC9,Seconda,00185,12.51,41.9\n",
        encoding="utf-8",
    )
    (tmp_path / "country.toml").write_text(
        'name = "Italy"\ngrid = "utm"\ndegrees = [6.6, 35.4, 18.6, 47.1]\nidentifier = "codice meccanografico"\n'
        'postcode = "CAP"\npostcode_form = "([0-9]{5})"\npostcode_example = "00184"\ndistrict = "CAP"\n'
        '[columns]\nurn = ["Codice"]\nname = ["Nome"]\npostcode = ["CAP"]\n',
        encoding="utf-8",
    )
    problem = gp.read_problem(tmp_path)
    assert {urn: (s.name, s.district, s.reference) for urn, s in problem.schools.items()} == {
        "x-rmic8": ("Prima", "00184", "RMIC8"),
        "x-rmic9": ("Seconda", "00185", "RMIC9"),
    }
    assert problem.country.grid == "EPSG:32633"


def test_a_country_that_is_like_another_has_its_values_where_it_gives_none(tmp_path) -> None:
    (tmp_path / "schools.csv").write_text("urn,name,postcode\n100001,A,JE2 3AB\n", encoding="utf-8")
    text = 'like = "united-kingdom"\nname = "Jersey"\ndegrees = [-2.4, 49.1, -1.9, 49.3]\nidentifier = "number"\n'
    (tmp_path / "country.toml").write_text(text, encoding="utf-8")
    problem = gp.read_problem(tmp_path)
    assert (problem.country.grid, problem.country.identifier) == ("EPSG:27700", "number")
    assert problem.schools["100001"].postcode == "JE2 3AB"


def test_a_survey_names_schools_by_the_identifier_of_their_country(tmp_path) -> None:
    (tmp_path / "list.csv").write_text(listed("dublin"), encoding="utf-8")
    init_from(tmp_path / "d", [tmp_path / "list.csv"], country="ireland")
    (tmp_path / "d" / "survey.csv").write_text(
        "responder_urn,existing,wanted\n19871K,19872K,School 3\n", encoding="utf-8"
    )
    assert gp.read_problem(tmp_path / "d").survey.named_by() == {"x-19871k": ("x-19872k", "x-19873k")}


def test_postcodes_are_looked_up_in_the_united_kingdom_alone(tmp_path) -> None:
    (tmp_path / "list.csv").write_text(listed("dublin"), encoding="utf-8")
    with pytest.raises(UsageError, match="in the United Kingdom alone"):
        init_from(tmp_path / "d", [tmp_path / "list.csv"], country="ireland", postcodes=object())  # type: ignore[arg-type]


def test_a_list_without_phases_or_sectors_has_a_first_plan_of_all_its_schools(tmp_path, capsys) -> None:
    (tmp_path / "list.csv").write_text(listed("sydney"), encoding="utf-8")
    assert main(["init", str(tmp_path / "s"), "--from", str(tmp_path / "list.csv"), "--country", "plain"]) == 0
    scenario = (tmp_path / "s" / "scenarios" / "first-plan.toml").read_text(encoding="utf-8")
    assert "members" not in scenario
    assert main(["run", "--data", str(tmp_path / "s"), "--output", str(tmp_path / "out")]) == 0


@pytest.mark.parametrize("country", ["united-kingdom", "northern-ireland"])
def test_points_of_northern_ireland_may_be_on_the_irish_grid(country, tmp_path) -> None:
    (tmp_path / "schools.csv").write_text(
        "urn,name,postcode,easting,northing\nx-101-0014,A,BT1 5GS,333700,374300\n", encoding="utf-8"
    )
    (tmp_path / "country.toml").write_text(f'country = "{country}"\n', encoding="utf-8")
    problem = gp.read_problem(tmp_path)
    school = problem.schools["x-101-0014"]
    assert problem.country.to_degrees(school.easting, school.northing) == pytest.approx((-5.93, 54.6), abs=0.02)
