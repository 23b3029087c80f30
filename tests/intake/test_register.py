"""The school register to a data folder.

The header is that of the public extract of all establishments; every row here is invented.
"""

import csv
import io
import json
import tomllib
from datetime import date

import openpyxl
import pytest

from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.intake import read_problem
from geo_partnerships.intake.postcodes.files import PostcodeFiles
from geo_partnerships.intake.register import templates
from geo_partnerships.intake.register.extract import COLUMNS, init_borough
from geo_partnerships.intake.schools.write import SchoolRecord
from geo_partnerships.scenarios.read import read_scenario

HEADER = """
URN|LA (code)|LA (name)|EstablishmentNumber|EstablishmentName|TypeOfEstablishment (code)|
TypeOfEstablishment (name)|EstablishmentTypeGroup (code)|EstablishmentTypeGroup (name)|
EstablishmentStatus (code)|EstablishmentStatus (name)|ReasonEstablishmentOpened (code)|
ReasonEstablishmentOpened (name)|OpenDate|ReasonEstablishmentClosed (code)|
ReasonEstablishmentClosed (name)|CloseDate|PhaseOfEducation (code)|PhaseOfEducation (name)|
StatutoryLowAge|StatutoryHighAge|Boarders (code)|Boarders (name)|NurseryProvision (name)|
OfficialSixthForm (code)|OfficialSixthForm (name)|Gender (code)|Gender (name)|ReligiousCharacter (code)|
ReligiousCharacter (name)|ReligiousEthos (name)|Diocese (code)|Diocese (name)|AdmissionsPolicy (code)|
AdmissionsPolicy (name)|SchoolCapacity|SpecialClasses (code)|SpecialClasses (name)|CensusDate|
NumberOfPupils|NumberOfBoys|NumberOfGirls|PercentageFSM|TrustSchoolFlag (code)|TrustSchoolFlag (name)|
Trusts (code)|Trusts (name)|SchoolSponsorFlag (name)|SchoolSponsors (name)|FederationFlag (name)|
Federations (code)|Federations (name)|UKPRN|FEHEIdentifier|FurtherEducationType (name)|OfstedLastInsp|
OfstedSpecialMeasures (code)|OfstedSpecialMeasures (name)|LastChangedDate|Street|Locality|Address3|Town|
County (name)|Postcode|SchoolWebsite|TelephoneNum|HeadTitle (name)|HeadFirstName|HeadLastName|
HeadPreferredJobTitle|BSOInspectorateName (name)|InspectorateReport|DateOfLastInspectionVisit|
NextInspectionVisit|TeenMoth (name)|TeenMothPlaces|CCF (name)|SENPRU (name)|EBD (name)|PlacesPRU|
FTProv (name)|EdByOther (name)|Section41Approved (name)|SEN1 (name)|SEN2 (name)|SEN3 (name)|SEN4 (name)|
SEN5 (name)|SEN6 (name)|SEN7 (name)|SEN8 (name)|SEN9 (name)|SEN10 (name)|SEN11 (name)|SEN12 (name)|
SEN13 (name)|TypeOfResourcedProvision (name)|ResourcedProvisionOnRoll|ResourcedProvisionCapacity|
SenUnitOnRoll|SenUnitCapacity|GOR (code)|GOR (name)|DistrictAdministrative (code)|
DistrictAdministrative (name)|AdministrativeWard (code)|AdministrativeWard (name)|
ParliamentaryConstituency (code)|ParliamentaryConstituency (name)|UrbanRural (code)|UrbanRural (name)|
GSSLACode (name)|Easting|Northing|MSOA (name)|LSOA (name)|InspectorateName (name)|SENStat|SENNoStat|
BoardingEstablishment (name)|PropsName|PreviousLA (code)|PreviousLA (name)|PreviousEstablishmentNumber|
OfstedRating (name)|RSCRegion (name)|Country (name)|UPRN|SiteName|QABName (code)|QABName (name)|
EstablishmentAccredited (code)|EstablishmentAccredited (name)|QABReport|CHNumber|MSOA (code)|LSOA (code)|
FSM|AccreditationExpiryDate
""".replace("\n", "").split("|")

USUAL = {
    "LA (code)": "399", "LA (name)": "Trees", "TypeOfEstablishment (name)": "Community school",
    "EstablishmentTypeGroup (name)": "Local authority maintained schools", "EstablishmentStatus (name)": "Open",
    "PhaseOfEducation (name)": "Primary", "StatutoryLowAge": "3", "StatutoryHighAge": "11", "Postcode": "N12 8PE",
    "Easting": "525719", "Northing": "191679", "NumberOfPupils": "210", "CensusDate": "16-01-2014",
    "HeadLastName": "Kept-Out",
}  # fmt: skip


def establishment(urn, name, **more):
    """Return an invented row; keywords are columns, `_` standing for the blank and brackets of ``… (name)``."""
    named = {key.replace("__", " (") + (")" if "__" in key else ""): value for key, value in more.items()}
    return {**USUAL, "URN": str(urn), "EstablishmentNumber": str(urn)[-4:], "EstablishmentName": name, **named}


ROWS = [
    establishment(100001, "Ash School"),
    establishment(100002, "Beech Infants’ School", StatutoryHighAge="7"),
    establishment(100003, "Cedar Juniors", StatutoryLowAge="7"),
    establishment(100004, "Dogwood Closed", EstablishmentStatus__name="Closed", CloseDate="31-08-2010"),
    establishment(100005, "Elder Old", EstablishmentNumber="2005", EstablishmentStatus__name="Closed",
                  CloseDate="31-08-2014", ReasonEstablishmentClosed__name="Academy Converter"),
    establishment(140005, "Elder Academy", EstablishmentNumber="2005", OpenDate="01-09-2014",
                  TypeOfEstablishment__name="Academy converter", EstablishmentTypeGroup__name="Academies"),
    establishment(140006, "Fir Free School", EstablishmentStatus__name="Proposed to open"),
    establishment(140007, "Gorse Later", OpenDate="01-09-2016"),
    establishment(100008, "Hazel No Point", Easting="", Northing=""),
    establishment(100009, "Ivy Prep", TypeOfEstablishment__name="Other independent school",
                  EstablishmentTypeGroup__name="Independent schools"),
    establishment(100010, "Juniper Special", TypeOfEstablishment__name="Community special school",
                  EstablishmentTypeGroup__name="Special schools", PhaseOfEducation__name="Not applicable"),
    establishment(100011, "Kauri PRU", TypeOfEstablishment__name="Pupil referral unit",
                  PhaseOfEducation__name="Not applicable"),
    establishment(100012, "Larch High", PhaseOfEducation__name="Secondary", StatutoryHighAge="18"),
    establishment(100013, "Maple Undated", EstablishmentStatus__name="Closed", CloseDate=""),
    establishment(100014, "Nutmeg Closing", EstablishmentStatus__name="Open, but proposed to close",
                  CloseDate="31-08-2015"),
    establishment(100099, "Elsewhere", **{"LA (code)": "398", "LA (name)": "Hills"}),
]  # fmt: skip


def as_register(rows, header=HEADER, encoding="cp1252"):
    held = io.StringIO(newline="")
    writer = csv.DictWriter(held, header, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return held.getvalue().encode(encoding)


@pytest.fixture
def register(tmp_path):
    path = tmp_path / "edubasealldata.csv"
    path.write_bytes(as_register(ROWS))
    return path


def by_code(findings):
    return {finding.code: finding for finding in findings}


def test_the_header_is_the_published_one():
    assert len(HEADER) == 140
    assert set(COLUMNS.values()) <= set(HEADER)


def test_schools_open_on_a_day(register, tmp_path):
    findings = init_borough(tmp_path / "trees", register, "399", date(2015, 1, 15))
    problem = read_problem(tmp_path / "trees")
    assert list(problem.schools) == [
        "100001", "100002", "100003", "100008", "100009", "100010", "100011", "100012", "100014", "140005",
    ]  # fmt: skip
    phases = {school.name: str(school.phase) for school in problem.schools.values()}
    assert phases["Beech Infants’ School"] == "infant"
    assert phases["Cedar Juniors"] == "junior"
    assert phases["Juniper Special"] == "special"
    assert phases["Kauri PRU"] == "PRU"
    assert problem.schools["100009"].sector == "independent"
    assert problem.schools["140005"].predecessors == ("100005",)
    assert not problem.schools["100008"].has_point
    told = by_code(findings)
    assert told["register-no-point"].row == 10
    assert "Maple Undated" in told["register-closed-undated"].message
    assert "140005" in told["register-successor"].message


def test_a_university_technical_college_is_a_state_school_and_a_university_is_none(tmp_path):
    kinds = {
        "UTC Trees": ("University technical college", "Free Schools", "Secondary"),
        "Trees University Academy": ("Academy sponsor led", "Academies", "Secondary"),
        "University of Trees": ("Higher education institutions", "Universities", "Not applicable"),
    }
    rows = [
        establishment(150000 + at, name, TypeOfEstablishment__name=kind, EstablishmentTypeGroup__name=group,
                      PhaseOfEducation__name=phase)
        for at, (name, (kind, group, phase)) in enumerate(kinds.items())
    ]  # fmt: skip
    path = tmp_path / "register.csv"
    path.write_bytes(as_register(rows))
    init_borough(tmp_path / "trees", path, "399")
    schools = read_problem(tmp_path / "trees").schools.values()
    assert {school.name: school.sector for school in schools} == {
        "UTC Trees": "state", "Trees University Academy": "state", "University of Trees": "university",
    }  # fmt: skip
    assert {school.name: str(school.phase) for school in schools}["UTC Trees"] == "secondary"


def test_without_a_day_the_registers_own_status_counts(register, tmp_path):
    init_borough(tmp_path / "trees", register, "Trees")
    schools = read_problem(tmp_path / "trees").schools
    assert {"140007", "100014"} <= set(schools)
    assert not {"100004", "100005", "140006", "100013"} & set(schools)


def test_phases_and_links(register, tmp_path):
    links = tmp_path / "links.csv"
    links.write_text(
        "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n"
        "100012,100004,Dogwood Closed,Predecessor - merged,01-09-2010\n"
        "100013,100012,Larch High,Successor,01-09-2010\n"
    )
    init_borough(tmp_path / "trees", register, "399", "2015-01-15", phases=["secondary"], links=links)
    schools = read_problem(tmp_path / "trees").schools
    assert list(schools) == ["100012"]
    assert schools["100012"].predecessors == ("100004", "100013")


def test_postcodes_place_a_school_and_give_districts(tmp_path):
    codes = '"E92000001","E19000003","E18000007","","E09000003","E05000040"'
    lines = [
        f'"N{n} {m}AA",10,{525000 + 100 * n},{190000 + 100 * m},{codes}\r\n' for n in (12, 20) for m in range(1, 9)
    ]
    (tmp_path / "codepo").mkdir()
    (tmp_path / "codepo" / "n.csv").write_text("".join(lines), newline="")
    rows = [
        establishment(100001, "Ash", Postcode="N12 3AA", Easting="526200", Northing="190300"),
        establishment(100002, "Beech", Postcode="N20 3AA", Easting="", Northing=""),
        establishment(100003, "Cedar", Postcode="N20 8AA", Easting="529000", Northing="190800"),
    ]
    (tmp_path / "register.csv").write_bytes(as_register(rows))
    postcodes = PostcodeFiles(tmp_path / "codepo")
    told = init_borough(tmp_path / "trees", tmp_path / "register.csv", "399", postcodes=postcodes)
    assert {"point-from-postcode", "point-far-from-postcode", "districts-derived"} <= set(by_code(told))
    problem = read_problem(tmp_path / "trees")
    beech = problem.schools["100002"]
    assert (beech.easting, beech.northing, beech.point_source) == (527000, 190300, "unit postcode")
    assert problem.places.district_neighbours == {"N12": {"N20"}, "N20": {"N12"}}


def test_dates_points_and_links_that_are_none(register, tmp_path):
    rows = [
        establishment(100001, "Ash", OpenDate="31-02-2010", Easting="east"),
        establishment(100002, "Beech", OpenDate="2010"),
        establishment(100003, "Cedar", OpenDate="2010-09-01 00:00:00", TypeOfEstablishment__name="Further education",
                      EstablishmentTypeGroup__name="Colleges", PhaseOfEducation__name="16 plus"),
    ]  # fmt: skip
    register.write_bytes(as_register(rows))
    (tmp_path / "links.csv").write_text("URN,Other\n")
    with pytest.raises(BadDataError, match="LinkURN"):
        init_borough(tmp_path / "trees", register, "399", "2015-01-15", links=tmp_path / "links.csv")
    told = [finding.code for finding in init_borough(tmp_path / "trees", register, "399", "2015-01-15")]
    assert told.count("register-date") == 2
    assert told.count("register-no-point") == 1
    assert read_problem(tmp_path / "trees").schools["100003"].phase == "16+"


def test_nothing_private_or_personal_is_kept(register, tmp_path):
    init_borough(tmp_path / "trees", register, "399", "2015-01-15")
    for path in (tmp_path / "trees").rglob("*"):
        assert path.is_dir() or b"Kept-Out" not in path.read_bytes()


def test_the_scenario_and_the_templates_can_be_used_as_they_are(register, tmp_path):
    folder = tmp_path / "trees"
    init_borough(folder, register, "399", "2015-01-15")
    scenario = read_scenario("first-plan", folder / "scenarios")
    assert scenario.title == "Trees: a first plan"
    assert scenario.area.members.phases
    for name, columns in {"survey": 6, "standing": 5, "judgements": 6}.items():
        text = (folder / "templates" / f"{name}.csv").read_bytes().decode("utf-8-sig")
        header = text.splitlines()[0].split(",")
        book = openpyxl.load_workbook(folder / "templates" / f"{name}.xlsx")
        assert [cell.value for cell in next(book[name].iter_rows())] == header
        explained = {row[0].value: row[1].value for row in book["explanation"].iter_rows(min_row=3)}
        assert list(explained) == header
        assert all(explained.values())
        assert len(header) == columns


@pytest.mark.parametrize("most", [1, 2])
def test_templates_list_schools_where_these_are_few(most, tmp_path, monkeypatch):
    monkeypatch.setattr(templates, "LISTED_SCHOOLS", most)
    schools = [SchoolRecord(urn=urn, name=f"School {urn}") for urn in ("100001", "100002")]
    templates.write_templates(tmp_path, schools)
    book = openpyxl.load_workbook(tmp_path / "judgements.xlsx")
    listed = [row[1].value for row in book["schools"].iter_rows(min_row=2)]
    assert listed == (["There are 2: see schools.geojson."] if most == 1 else ["School 100001", "School 100002"])
    assert book["judgements"].max_row == (1 if most == 1 else 3)
    assert len((tmp_path / "judgements.csv").read_text("utf-8-sig").splitlines()) == (1 if most == 1 else 3)


def test_a_filled_in_template_is_read(register, tmp_path):
    folder = tmp_path / "trees"
    init_borough(folder, register, "399", "2015-01-15")
    book = openpyxl.load_workbook(folder / "templates" / "survey.xlsx")
    book["survey"].append(["Ash School", None, "form", None, "100002; Cedar Juniors", "loose"])
    book.save(folder / "survey.xlsx")
    book = openpyxl.load_workbook(folder / "templates" / "standing.xlsx")
    for row in (["North", "Ash School", "hard", "yes"], ["North", "100003", "hard"]):
        book["standing"].append(row)
    book.save(folder / "standing.xlsx")
    problem = read_problem(folder)
    assert problem.survey.responses[0].wanted == ("100002", "100003")
    (standing,) = problem.standing
    assert (standing.name, standing.lead, standing.schools, standing.type) == (
        "North", "100001", ("100001", "100003"), "hard",
    )  # fmt: skip


def test_the_same_register_gives_the_same_bytes(register, tmp_path):
    for folder in ("one", "two"):
        init_borough(tmp_path / folder, register, "399", "2015-01-15")
    for path in (tmp_path / "one").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


def test_what_is_there_is_kept_unless_told_otherwise(register, tmp_path):
    init_borough(tmp_path / "trees", register, "399")
    before = (tmp_path / "trees" / "schools.geojson").read_bytes()
    with pytest.raises(UsageError, match=r"schools\.geojson"):
        init_borough(tmp_path / "trees", register, "399", "2015-01-15")
    assert (tmp_path / "trees" / "schools.geojson").read_bytes() == before
    init_borough(tmp_path / "trees", register, "399", "2015-01-15", replace=True)
    assert (tmp_path / "trees" / "schools.geojson").read_bytes() != before


@pytest.mark.parametrize(
    ("content", "la", "code"),
    [
        (as_register(ROWS), "397", "register-unknown-authority"),
        (as_register([]), "399", "register-unknown-authority"),
        (b"", "399", "register-empty"),
        (as_register(ROWS, [name for name in HEADER if name != "Easting"]), "399", "register-column-missing"),
        (as_register(ROWS)[:-700], "399", "register-ragged-row"),
        (as_register([establishment(1, "A", EstablishmentStatus__name="Closed")]), "399", "register-no-schools"),
        (b'"' + as_register(ROWS), "399", "table-malformed"),
        (b"PK\x03\x04" + b"\x00" * 99, "399", "file-archive"),
    ],
)
def test_registers_that_cannot_be_used(content, la, code, tmp_path):
    (tmp_path / "register.csv").write_bytes(content)
    with pytest.raises(BadDataError) as caught:
        init_borough(tmp_path / "trees", tmp_path / "register.csv", la)
    assert code in {finding.code for finding in caught.value.findings}
    assert not (tmp_path / "trees").exists()


@pytest.mark.parametrize("more", [{"on": "15 January"}, {"phases": ["upper"]}])
def test_a_wrong_call(more, register, tmp_path):
    with pytest.raises(UsageError):
        init_borough(tmp_path / "trees", register, "399", **more)


def test_hostile_names_stay_data(tmp_path):
    rows = [establishment(100001, '"]\n[x]\ny="', **{"LA (name)": 'Tr"ees\\'}), establishment(100002, "{{7*7}}")]
    (tmp_path / "register.csv").write_bytes(as_register(rows))
    init_borough(tmp_path / "trees", tmp_path / "register.csv", "399")
    assert tomllib.loads((tmp_path / "trees" / "scenarios" / "first-plan.toml").read_text())["seed"] == 2015
    features = json.loads((tmp_path / "trees" / "schools.geojson").read_text())["features"]
    assert features[1]["properties"]["name"] == "{{7*7}}"


def test_fifty_thousand_rows_are_read_for_one_authority(tmp_path):
    filler = {name: "some text here" for name in HEADER if name not in USUAL}
    rows = (
        {**filler, **establishment(100000 + n, f"School {n}", **{"LA (code)": str(200 + n % 152)}), "OpenDate": "",
         "CloseDate": ""}
        for n in range(50_000)
    )  # fmt: skip
    path = tmp_path / "edubasealldata.csv"
    path.write_bytes(as_register(rows))
    assert path.stat().st_size > 50_000_000
    init_borough(tmp_path / "trees", path, "302", "2015-01-15")
    frame = json.loads((tmp_path / "trees" / "schools.geojson").read_text(encoding="utf-8"))
    assert len(frame["features"]) == sum(200 + n % 152 == 302 for n in range(50_000))
