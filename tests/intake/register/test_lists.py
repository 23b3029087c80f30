"""Lists of schools as councils and publishers have them: read right, or refused in words. Every name is invented."""

import io
import json

import geopandas as gpd
import openpyxl
import pytest
import shapely

from geo_partnerships.errors import BadDataError
from geo_partnerships.intake import read_problem
from geo_partnerships.intake.formats.findings_log import Noticed
from geo_partnerships.limits import ALIKE, ERRORS

HEAD = "URN,School name,Phase,Postcode,Easting,Northing"
ASH = "900001,Ash Primary,Primary,N12 8PE,526500,192300"
BIRCH = "900002,Birch Primary,Primary,EN4 9BT,526800,196100"
CEDAR = "900003,Cedar Primary,Primary,NW7 1AA,522000,192000"


def folder_of(tmp_path, *lines, name="schools.csv"):
    (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def read(tmp_path, *lines):
    """Return the problem of a list, and its findings by code; None where it is refused."""
    return read_folder(folder_of(tmp_path, *lines))


def read_folder(folder):
    try:
        problem = read_problem(folder)
    except BadDataError as error:
        return None, {finding.code: finding for finding in error.findings}
    return problem, {finding.code: finding for finding in problem.findings}


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


# --- open schools, and phases ----------------------------------------------------------------------------------------


def test_closed_and_proposed_schools_of_a_register_are_left_out_and_counted(tmp_path):
    head = "URN,EstablishmentName,EstablishmentStatus (name),PhaseOfEducation (name),StatutoryLowAge,StatutoryHighAge,"
    where = ",N12 8PE,526500,192300"
    problem, told = read(
        tmp_path,
        head + "Postcode,Easting,Northing",
        "900001,Ash,Open,Primary,3,11" + where,
        "900002,Birch Infants,Open,Primary,3,7" + where,
        "900003,Cedar Juniors,Open,Primary,7,11" + where,
        "900004,Dogwood,Closed,Primary,3,11" + where,
        "900005,Elder,Proposed to open,Primary,3,11" + where,
        '900006,Fir,"Open, but proposed to close",Primary,3,11' + where,
    )
    assert list(problem.schools) == ["900001", "900002", "900003", "900006"]
    assert [str(school.phase) for school in problem.schools.values()] == ["primary", "infant", "junior", "primary"]
    assert told["schools-left-out"].severity == "warning"


def test_a_status_that_says_nothing_of_being_open_is_told_and_keeps_the_school(tmp_path):
    problem, told = read(tmp_path, f"{HEAD},Establishment status", f"{ASH},Academy", f"{BIRCH},open")
    assert len(problem.schools) == 2
    assert "status-unknown" in told


@pytest.mark.parametrize(
    ("written", "phase"),
    [
        ("Primary ", "primary"), ("PRIMARY", "primary"), ("Infants", "infant"), ("Junior School", "junior"),
        ("Secondary", "secondary"), ("Special School", "special"), ("All-through", "all-through"), ("16 plus", "16+"),
        ("Middle deemed secondary", "secondary"), ("Nursery", "nursery"), ("PRU", "PRU"), ("First", "primary"),
        ("Infant and Primary", "primary"), ("Primary/Junior", "primary"), ("Infant & Junior", "primary"),
        ("State-funded primary", "primary"), ("Post Primary", "secondary"), ("Nursery & Infant", "infant"),
        ("Primary and Secondary", "all-through"), ("", "other"), ("Baking", "other"),
    ],
)  # fmt: skip
def test_phases_are_understood_in_many_words(tmp_path, written, phase):
    problem, told = read(tmp_path, HEAD, f"900001,Ash,{written},N12 8PE,526500,192300")
    assert problem.schools["900001"].phase == phase
    assert ("phase-unknown" in told) == (written == "Baking")


# --- headers ---------------------------------------------------------------------------------------------------------


def test_of_a_microsoft_form_the_respondents_name_is_never_the_schools(tmp_path):
    sheet = workbook(
        ["ID", "Start time", "Completion time", "Email", "Name", "URN", "School name2", "Postcode"],
        [1, "x", "y", "anonymous", "A. Person", 900001, "Ash Primary", "N12 8PE"],
    )
    (tmp_path / "schools.xlsx").write_bytes(sheet)
    problem, told = read_folder(tmp_path)
    assert problem is None
    assert '"Name" and "School name2" both could be name' in told["table-duplicate-column"].message
    assert "Person" not in "".join(finding.sentence() for finding in told.values())


def test_where_a_form_has_only_the_respondents_name_it_is_refused(tmp_path):
    folder_of(tmp_path, "Timestamp,Email Address,Name,URN,Postcode", "1,a,A. Person,900001,N12 8PE")
    problem, told = read_folder(tmp_path)
    assert problem is None
    assert "who filled it in" in told["table-respondent"].message


def test_two_columns_that_say_the_same_are_no_doubt(tmp_path):
    problem, told = read(tmp_path, f"{HEAD},Establishment name", f"{ASH},Ash Primary", f"{BIRCH},Birch Primary")
    assert problem.schools["900001"].name == "Ash Primary"
    assert "table-duplicate-column" not in told


def test_a_name_is_meant_by_two_columns_that_differ_and_both_are_shown(tmp_path):
    problem, told = read(tmp_path, f"{HEAD},Establishment name", f"{ASH},Alder", f"{BIRCH},Birch Primary")
    assert problem is None
    assert "Establishment name" in told["table-duplicate-column"].message


def test_e_mail_addresses_never_become_data(tmp_path):
    problem, told = read(tmp_path, f"{HEAD},Designations,Contact", f"{ASH},NLE a.person@example.org,A. Person")
    assert problem is None
    assert "text-email" in told
    assert "example.org" not in "".join(finding.sentence() for finding in told.values())


def test_columns_of_people_and_columns_that_may_matter_are_told_as_such(tmp_path):
    _, told = read(tmp_path, f"{HEAD},HeadLastName,Date closed to pupils,Web", f"{ASH},Person,,w")
    assert "HeadLastName" in told["table-people"].message
    assert "Date closed to pupils" in told["table-column-matters"].message
    assert "Web" in told["table-unknown-column"].message


def test_a_missing_column_is_told_with_the_header_that_is_there_and_names_that_would_do(tmp_path):
    problem, told = read(tmp_path, "Key,Title,Postcode", "900001,Ash,N12 8PE")
    assert problem is None
    missing = told["table-missing-column"]
    assert "Key, Title, Postcode" in missing.message
    assert "School name" in missing.fix


def test_headers_that_r_has_cleaned_are_known(tmp_path):
    problem, _ = read(
        tmp_path,
        "urn,establishment_name,phase_of_education_name,number_of_pupils,postcode,easting,northing",
        "900001,Ash,Primary,210,N12 8PE,526500,192300",
    )
    school = problem.schools["900001"]
    assert (school.name, school.phase, school.pupils) == ("Ash", "primary", 210)


def test_ofsteds_columns_are_read(tmp_path):
    head = "Web Link,URN,LAESTAB,School name,Ofsted phase,Type of education,Local authority,Postcode,"
    problem, _ = read(
        tmp_path,
        head + "Total number of pupils,Overall effectiveness",
        "http://r,900001,3022000,Ash,Primary,Community School,Barnet,N12 8PE,210,2",
    )
    school = problem.schools["900001"]
    assert (school.phase, school.pupils, school.borough, school.sector) == ("primary", 210, "Barnet", "state")


def test_scotlands_columns_are_read_and_told(tmp_path):
    problem, told = read(
        tmp_path,
        "SeedCode,SchoolName,SchoolType,LAName,PostCode,GridRefEasting,GridRefNorthing,PupilRoll",
        '5200001,Oak High School,Secondary,Anyshire,AB10 1AA,393083,806234,"1,205"',
    )
    school = problem.schools["5200001"]
    assert (school.name, school.phase, school.pupils, school.easting) == ("Oak High School", "secondary", 1205, 393083)
    assert '"SeedCode" as urn' in told["table-columns-matched"].message
    assert '"SchoolName" as name' in told["table-columns-matched"].message


def test_columns_toml_says_which_header_is_meant(tmp_path):
    (tmp_path / "columns.toml").write_text('[schools]\nname = "Title"\nurn = "Key"\n', encoding="utf-8")
    problem, _ = read(tmp_path, "Key,Title,Postcode", "900001,Ash,N12 8PE")
    assert problem.schools["900001"].name == "Ash"


# --- cells and rows --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["NA", "NULL", "#N/A", "N/A", "-", ""])
def test_coordinates_that_are_not_known_are_no_point_and_no_error(tmp_path, mark):
    problem, told = read(tmp_path, HEAD, f"900001,Ash,Primary,N12 8PE,{mark},{mark}", BIRCH)
    assert not problem.schools["900001"].has_point
    assert ("value-mark" in told) == bool(mark)


@pytest.mark.parametrize(("written", "meant"), [("N12 OPE", "N12 0PE"), ("EN4 9B7", ""), ("EN4 OAB", "EN4 0AB")])
def test_a_postcode_with_a_letter_for_a_digit_is_refused_with_the_one_that_is_meant(tmp_path, written, meant):
    problem, told = read(tmp_path, HEAD, f"900001,Ash,Primary,{written},526500,192300")
    assert problem is None
    assert meant in told["postcode-malformed"].fix


@pytest.mark.parametrize(("easting", "northing"), [(-0.18, 51.6), (0.11, 51.6), (51.6, 0.11)])
def test_degrees_in_the_columns_for_metres_are_refused_as_degrees(tmp_path, easting, northing):
    problem, told = read(tmp_path, HEAD, f"900001,Ash,Primary,N12 8PE,{easting},{northing}")
    assert problem is None
    assert "They are degrees" in told["grid-outside"].fix


def test_the_question_of_a_form_for_the_schools_name_is_known(tmp_path):
    head = "Timestamp,Your name,Your email address,What is the name of your school?,URN,Postcode"
    problem, told = read(tmp_path, head, "1,A. Person,a,Ash,900001,N12 8PE")
    assert problem.schools["900001"].name == "Ash"
    assert "Your email address" in told["table-people"].message


def test_postcodes_are_tidied(tmp_path):
    problem, _ = read(tmp_path, HEAD, "900001,Ash,Primary,EN49BT ,1,1".replace("1,1", "526500,192300"),
                      "900002,Birch,Primary,NW7  1AA.,522000,192000")  # fmt: skip
    assert [school.postcode for school in problem.schools.values()] == ["EN4 9BT", "NW7 1AA"]


@pytest.mark.parametrize(
    "footer",
    ["Total,,,,,690", "Total,3,,,,", "Source: GIAS 2024,,,,,", "Notes: as of May,,,,,", "3 schools,,,,,",
     "Grand total,,,,,", "© Crown copyright,,,,,", "Extracted 01/02/2024,,,,,"],
)  # fmt: skip
def test_a_footer_is_told_as_such_with_its_row(tmp_path, footer):
    problem, told = read(tmp_path, HEAD, ASH, BIRCH, ",,,,,", footer)
    assert problem is None
    assert set(told) & {"table-footer", "urn-malformed", "name-missing"} == {"table-footer"}
    assert told["table-footer"].fix == "Delete row 5."


def test_a_school_whose_name_begins_as_a_footer_is_a_school(tmp_path):
    problem, _ = read(tmp_path, HEAD, "900001,Total Learning Academy,Primary,N12 8PE,526500,192300", BIRCH)
    assert len(problem.schools) == 2


# --- points ----------------------------------------------------------------------------------------------------------


def line(number, postcode, east, north):
    return f"90000{number},School {number},Primary,{postcode},{east},{north}"


NEAR = [line(number, "N12 8PE", 526_000 + 100 * number, 192_300) for number in range(1, 6)]


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        (line(7, "N12 8PE", 400_000, 1_100_000), "point-far-from-postcode", "916 km from its postcode district N12"),
        (line(7, "N12 8PE", 192_300, 526_200), "point-far-from-postcode", "swapped"),
        (line(7, "", 400_000, 1_100_000), "point-far-from-all", "916 km from the middle of all schools"),
        (line(7, "ZE1 0AA", 400_000, 1_100_000), "point-far-from-all", "km from the middle"),
    ],
)
def test_a_point_far_from_its_postcode_or_from_all_others_is_told(tmp_path, row, code, words):
    _, told = read(tmp_path, HEAD, *NEAR, row)
    assert words in told[code].sentence()
    assert told[code].field == "900007"


def test_schools_where_their_postcodes_are_give_nothing_to_tell(tmp_path):
    _, told = read(tmp_path, HEAD, *NEAR, BIRCH, CEDAR)
    assert not {"point-far-from-postcode", "point-far-from-all"} & told.keys()


def test_the_letter_o_for_the_digit_in_a_coordinate_is_told_with_the_number_that_is_meant(tmp_path):
    problem, told = read(tmp_path, HEAD, line(1, "N12 8PE", "526OOO", 192_300))
    assert problem is None
    assert "526000" in told["number-malformed"].fix


def test_points_of_northern_ireland_on_the_irish_grid_come_to_lie_in_belfast(tmp_path):
    problem, told = read(tmp_path, HEAD, line(1, "BT7 1NN", 333_700, 372_900), line(2, "BT48 7NN", 243_000, 416_500))
    belfast, derry = problem.schools.values()
    assert (round(belfast.easting, -3), round(belfast.northing, -3)) == (146_000, 528_000)
    assert derry.northing > 560_000
    assert told["grid-irish"].times == 2


# --- boundaries ------------------------------------------------------------------------------------------------------


def square_district():
    """Return one district, of no place that is known, of a square kilometre."""
    square = shapely.box(520_000, 190_000, 521_000, 191_000)
    return gpd.GeoDataFrame({"district": ["ZZ1"]}, geometry=[square], crs="EPSG:27700")


def boundary(tmp_path, layer, **properties):
    square = [[[-0.25, 51.6], [-0.2, 51.6], [-0.2, 51.65], [-0.25, 51.65], [-0.25, 51.6]]]
    shape = {"type": "Polygon", "coordinates": square}
    feature = {"type": "Feature", "properties": properties, "geometry": shape}
    (tmp_path / "boundaries").mkdir(exist_ok=True)
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    (tmp_path / "boundaries" / f"{layer}.geojson").write_text(text, encoding="utf-8")
    return read(tmp_path, HEAD, ASH)


@pytest.mark.parametrize(
    ("layer", "properties", "column"),
    [
        ("authority", {"LAD24CD": "E09000099", "LAD24NM": "Barnet", "LAD24NMW": None}, "name"),
        ("authority", {"WD13NM": "Barnet"}, "name"),
        ("authority", {"Name": "Barnet"}, "name"),
        ("neighbours", {"CTYUA23NM": "Barnet"}, "name"),
        ("districts", {"name": "N12", "description": "N12 postcode district"}, "district"),
        ("districts", {"PostDist": "N12"}, "district"),
    ],
)
def test_boundaries_are_named_as_their_publishers_name_them(tmp_path, layer, properties, column):
    problem, _ = boundary(tmp_path, layer, **properties)
    assert list(getattr(problem.places, layer)[column]) == ["N12" if column == "district" else "Barnet"]


def test_boundaries_with_two_names_that_differ_show_both(tmp_path):
    problem, told = boundary(tmp_path, "authority", LAD24NM="Barnet", WD13NM="Oakleigh")
    assert problem is None
    assert "LAD24NM" in told["places-two-names"].message


def test_topojson_is_told_as_such(tmp_path):
    (tmp_path / "boundaries").mkdir()
    (tmp_path / "boundaries" / "authority.geojson").write_text('{"type": "Topology", "objects": {}, "arcs": []}')
    problem, told = read(tmp_path, HEAD, ASH)
    assert problem is None
    assert told["geojson-not-a-collection"].sentence().endswith("This is TopoJSON, not GeoJSON. Export GeoJSON.")


# --- many findings ---------------------------------------------------------------------------------------------------


def test_many_errors_in_one_file_hide_neither_its_other_kinds_nor_another_file(tmp_path):
    rows = [line(1, "N12 8PE", 526_000, 192_300).replace("900001", f"{at}.0") for at in range(10_000, 11_300)]
    (tmp_path / "survey.csv").write_text("responder_urn,existing\n1,2\n", encoding="utf-8")
    folder_of(tmp_path, HEAD, *rows, "900009,,Primary,N12 8PE,526500,192300")
    with pytest.raises(BadDataError) as caught:
        read_problem(tmp_path)
    codes = {finding.code for finding in caught.value.findings}
    assert {"urn-float", "name-missing", "table-missing-column"} <= codes
    assert sum(finding.times for finding in caught.value.findings if finding.code == "urn-float") == 1_300
    assert len(caught.value.findings) < 300
    assert "1,299 more of this kind" in str(caught.value)


def test_a_file_that_is_not_read_to_its_end_keeps_no_other_from_being_read():
    noticed = Noticed("x.csv")
    for _ in range(ERRORS):
        noticed.error("x", "Wrong.")
    with pytest.raises(BadDataError) as told:
        noticed.error("x", "Wrong.")
    assert told.value.findings[-1].code == "findings-too-many"
    assert len(told.value.findings) == ALIKE + 1
