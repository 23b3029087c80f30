"""Another borough, from the register to published maps: real public facts of Camden in the register's shape.

The facts come from a table beside the project; the test is skipped, and says so, where that is not there.
"""

import csv
import gzip
import json
from pathlib import Path

import pytest

from geo_partnerships.cli import main
from geo_partnerships.intake import read_problem
from geo_partnerships.intake.postcodes.files import PostcodeFiles
from geo_partnerships.intake.register.extract import COLUMNS, init_borough

REFERENCE = Path(__file__).parents[3] / "shared" / "reference"
ENGLAND = REFERENCE / "england_schools.csv.gz"
PHASES = {
    "nursery": "Nursery",
    "secondary": "Secondary",
    "primary": "Primary",
    "all-through": "All-through",
    "16": "16 plus",
}
OTHER_CODES = '"E92000001","E19000003","E18000007","","E09000007","E05000131"'

pytestmark = pytest.mark.skipif(not ENGLAND.is_file(), reason=f"no {ENGLAND.name} beside the project")


def rows_of(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def as_register(path):
    """Write all of England in the shape of the register, open and in use."""
    with path.open("w", encoding="cp1252", errors="replace", newline="") as opened:
        writer = csv.DictWriter(opened, list(COLUMNS.values()), restval="")
        writer.writeheader()
        for row in rows_of(ENGLAND):
            kind = row["phase"].casefold()
            writer.writerow(
                {
                    "URN": row["urn"],
                    "EstablishmentName": row["name"],
                    "LA (code)": row["la_code"],
                    "LA (name)": row["la_name"],
                    "TypeOfEstablishment (name)": row["type"] or row["phase"],
                    "EstablishmentStatus (name)": "Open",
                    "PhaseOfEducation (name)": next(
                        (name for word, name in PHASES.items() if word in kind), "Not applicable"
                    ),
                    "Postcode": row["postcode"],
                    "Easting": row["easting"],
                    "Northing": row["northing"],
                    "NumberOfPupils": row["pupils"],
                }
            )
    return path


def test_camden_from_the_register_to_maps(tmp_path):
    folder, output = tmp_path / "camden", tmp_path / "output"
    init_borough(folder, as_register(tmp_path / "edubasealldata.csv"), "202", "2015-01-15")
    problem = read_problem(folder)
    assert len(problem.schools) > 60
    assert {school.borough for school in problem.schools.values()} == {"Camden"}
    assert main(["run", "first-plan", "--data", str(folder), "--output", str(output)]) in (0, None)
    plans = list(output.rglob("plan.csv"))
    assert len(plans) == 1
    with plans[0].open(encoding="utf-8-sig", newline="") as opened:
        members = {row["urn"] for row in csv.DictReader(opened) if row["partnership"]}
    state = {urn for urn, school in problem.schools.items() if school.sector == "state" and school.phase != "other"}
    assert members >= {urn for urn in state if problem.schools[urn].phase in {"primary", "secondary", "nursery"}}
    assert members <= state
    overview = (plans[0].parent / "overview.html").read_text(encoding="utf-8")
    plain = [problem.schools[urn].name for urn in members if problem.schools[urn].name.replace(" ", "").isalnum()]
    assert len(plain) > 20
    assert all(name in overview for name in plain)


def test_postcode_districts_of_barnets_north(tmp_path):
    """Real unit postcodes in the published shape give districts that hold the schools' postcodes."""
    units = rows_of(REFERENCE / "codepoint_open_2014_north_london.csv.gz")
    areas = {}
    for row in units:
        area = "".join(letter for letter in row["postcode"][:2] if letter.isalpha()).lower()
        areas.setdefault(area, []).append(
            f'"{row["postcode"]}",{row["positional_quality"]},{row["easting"]},{row["northing"]},{OTHER_CODES}\r\n'
        )
    (tmp_path / "codepo").mkdir()
    for area, lines in areas.items():
        (tmp_path / "codepo" / f"{area}.csv").write_text("".join(lines), newline="")
    folder = tmp_path / "barnet"
    register = as_register(tmp_path / "edubasealldata.csv")
    init_borough(folder, register, "Barnet", "2015-01-15", postcodes=PostcodeFiles(tmp_path / "codepo"))
    districts = json.loads((folder / "boundaries" / "districts.geojson").read_text())["features"]
    assert {"EN4", "EN5", "N12", "NW7"} <= {feature["properties"]["district"] for feature in districts}
    problem = read_problem(folder)
    placed = [school for school in problem.schools.values() if school.district]
    far = [finding for finding in problem.findings if finding.code == "point-far-from-postcode"]
    assert len(far) <= 0.05 * len(placed)
