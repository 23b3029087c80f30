"""One front door: any list of schools to a data folder, said what it is and how it was read."""

import gzip
import io
import json
import zipfile

import geopandas as gpd
import openpyxl
import pytest
import shapely

from geo_partnerships import cli
from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.intake import read_problem
from geo_partnerships.intake.formats.findings_log import Noticed
from geo_partnerships.intake.postcodes.files import PostcodeFiles
from geo_partnerships.intake.register.folder import init_from
from geo_partnerships.intake.register.kinds import kind_of
from geo_partnerships.intake.register.lists import open_list
from tests.intake.headers import HEADERS

HEAD = "URN,School name,Phase,Postcode,Easting,Northing,Local authority"
ROWS = [
    f"90000{n},{name} Primary School,Primary,N12 8PE,{526_000 + 300 * n},192300,Trees"
    for n, name in enumerate(("Ash", "Birch", "Cedar", "Dogwood", "Elder", "Fir"), 1)
]
TEXT = "\n".join([HEAD, *ROWS]) + "\n"


def write(tmp_path, text=TEXT, name="list.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def names_in(folder):
    return [school.name for school in read_problem(folder).schools.values()]


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.source[:50])
def test_a_real_header_is_told_for_what_it_is_and_read_by_its_columns(tmp_path, header):
    cells = header.cells.split(",")
    path = write(tmp_path, header.cells + "\n" + ",".join(f"v{at}" for at in range(len(cells))) + "\n")
    noticed = Noticed(path.name)
    opened = open_list(path, noticed)
    assert not noticed.has_errors, noticed.findings
    assert opened.kind.words == header.said
    read_as = {column: cell for cell, column in opened.reading() if column}
    assert {column: read_as.get(column) for column in header.expected} == header.expected


def test_there_are_25_real_headers():
    assert len(HEADERS) >= 25


def zipped(**files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "."), text)
    return held.getvalue()


def workbook():
    book = openpyxl.Workbook()
    for line in TEXT.splitlines():
        book.active.append([int(cell) if cell.isdigit() else cell for cell in line.split(",")])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("list.csv", TEXT.encode()),
        ("list.tsv", TEXT.replace(",", "\t").encode()),
        ("list.csv", TEXT.replace(",", ";").encode("utf-16")),
        ("list.csv.gz", gzip.compress(TEXT.encode())),
        ("extract.zip", zipped(edubasealldata_csv=TEXT, links_csv="URN,LinkURN\n")),
        ("list.xlsx", workbook()),
    ],
    ids=["CSV", "TSV", "UTF-16 with semicolons", "gzip", "ZIP with links", "workbook"],
)
def test_a_list_is_taken_in_any_packing(tmp_path, name, data):
    begun = init_from(tmp_path / "trees", [write(tmp_path, data, name)])
    assert begun.said == [f"{name} is a list of schools of your own: 6 schools were read."]
    problem = read_problem(tmp_path / "trees")
    assert len(problem.schools) == 6
    assert all(school.has_point for school in problem.schools.values())
    assert (tmp_path / "trees" / "scenarios" / "first-plan.toml").is_file()


@pytest.mark.parametrize("crs", ["EPSG:27700", "EPSG:4326"])
@pytest.mark.parametrize("ending", ["gpkg", "geojson"])
def test_a_layer_is_taken_in_any_grid(tmp_path, crs, ending):
    if ending == "geojson" and crs != "EPSG:4326":
        pytest.skip("GeoJSON is in degrees")
    points = [shapely.Point(526_000 + 300 * n, 192_300) for n in range(3)]
    frame = gpd.GeoDataFrame(
        {"SCHOOL_URN": ["900001", "900002", "900003"], "School_name": list("ABC")}, geometry=points, crs="EPSG:27700"
    )
    frame.to_crs(crs).to_file(tmp_path / f"list.{ending}")
    init_from(tmp_path / "trees", [tmp_path / f"list.{ending}"])
    schools = read_problem(tmp_path / "trees").schools
    assert [round(school.easting) for school in schools.values()] == [526_000, 526_300, 526_600]


def test_a_name_and_a_point_are_enough_and_keys_come_from_names(tmp_path):
    text = "name,latitude,longitude\nAsh Primary,51.616,-0.18\nSt Mary’s,51.617,-0.18\n"
    begun = init_from(tmp_path / "trees", [write(tmp_path, text)])
    assert list(read_problem(tmp_path / "trees").schools) == ["x-ash-primary", "x-st-marys"]
    assert "key-from-name" in {finding.code for finding in begun.findings}


def test_a_list_of_something_else_is_told_with_what_to_do_with_it(tmp_path):
    path = write(tmp_path, "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n1,2,Ash,Successor,\n")
    with pytest.raises(BadDataError, match=r"its links\. Give it with --links"):
        init_from(tmp_path / "trees", [path])
    assert not (tmp_path / "trees").exists()


def test_references_of_northern_ireland_become_keys(tmp_path):
    text = "De ref,School name,Postcode,Easting,Northing\n101-0014,Oak PS,BT7 1NN,333700,372900\n"
    init_from(tmp_path / "oak", [write(tmp_path, text)])
    assert list(read_problem(tmp_path / "oak").schools) == ["x-101-0014"]


def register(*rows):
    head = "URN,EstablishmentName,LA (code),LA (name),EstablishmentStatus (name),PhaseOfEducation (name),Postcode,"
    return head + "Easting,Northing\n" + "".join(
        f"90000{n},School {n},{code},{la},{status},Primary,N12 8PE,{526_000 + 100 * n},192300\n"
        for n, (code, la, status) in enumerate(rows, 1)
    )  # fmt: skip


MANY = register(
    ("302", "Barnet", "Open"), ("302", "Barnet", "Closed"), ("303", "Bexley", "Open"), ("304", "Brent", "Open")
)


def test_of_a_list_of_many_authorities_one_must_be_named(tmp_path):
    path = write(tmp_path, MANY)
    with pytest.raises(BadDataError, match=r"schools of 3 authorities.*--la.*302 Barnet"):
        init_from(tmp_path / "trees", [path])
    assert not (tmp_path / "trees" / "schools.geojson").exists()


@pytest.mark.parametrize("la", ["302", "Barnet", " barnet "])
def test_an_authority_is_named_by_code_or_name_and_its_closed_schools_stay_out(tmp_path, la):
    begun = init_from(tmp_path / "trees", [write(tmp_path, MANY)], la=la)
    assert names_in(tmp_path / "trees") == ["School 1"]
    assert "register-left-out" in {finding.code for finding in begun.findings}


def test_the_nearest_authority_is_suggested(tmp_path):
    with pytest.raises(BadDataError, match="Perhaps 302 Barnet"):
        init_from(tmp_path / "trees", [write(tmp_path, MANY)], la="Barnett")


def test_the_way_columns_were_read_is_written_and_read_by_from_then_on(tmp_path):
    path = write(tmp_path, TEXT.replace("School name", "Title", 1))
    with pytest.raises(BadDataError, match="Title"):
        init_from(tmp_path / "trees", [path])
    init_from(tmp_path / "trees", [path], columns={"name": "Title"})
    kept = (tmp_path / "trees" / "columns.toml").read_text(encoding="utf-8")
    assert 'name = "Title"' in kept
    assert 'urn = "URN"' in kept
    init_from(tmp_path / "trees", [path], replace=True)
    assert names_in(tmp_path / "trees")[0] == "Ash Primary School"


def test_a_survey_beside_the_list_is_taken_too(tmp_path):
    answers = write(tmp_path, "Your school,Existing partners,Wanted partners\n900001,900002,900003\n", "answers.csv")
    begun = init_from(tmp_path / "trees", [answers, write(tmp_path)])
    assert "answers.csv holds answers to a survey." in begun.said
    assert read_problem(tmp_path / "trees").survey.direct == 1


def test_cells_that_cannot_be_read_stay_as_they_are_and_stop_the_run(tmp_path):
    text = TEXT.replace(",Easting,", ",Easting,", 1).replace("N12 8PE", "not one", 1)
    begun = init_from(tmp_path / "trees", [write(tmp_path, text)])
    assert "register-unread" in {finding.code for finding in begun.findings}
    with pytest.raises(BadDataError, match="not one"):
        read_problem(tmp_path / "trees")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "table-empty"),
        (b"\x1f\x8b broken", "file-archive"),
        (b"PK\x03\x04 broken", "file-archive"),
        (zipped(a_csv=TEXT, b_csv=TEXT), "file-archive"),
        (b"Title,Postcode\nAsh,N12 8PE\n", "table-missing-column"),
        (TEXT.replace("900002", "900001").encode(), "urn-twice"),
    ],
    ids=["empty", "broken gzip", "broken ZIP", "two tables", "no names", "a key twice"],
)
def test_lists_that_cannot_be_used_are_refused_in_words_and_nothing_is_written(tmp_path, data, code):
    with pytest.raises(BadDataError) as caught:
        init_from(tmp_path / "trees", [write(tmp_path, data)])
    assert code in {finding.code for finding in caught.value.findings}
    assert not (tmp_path / "trees" / "schools.geojson").exists()


def test_the_command_shows_what_the_list_is_and_header_and_reading_as_a_table(tmp_path, capsys):
    path = write(tmp_path, TEXT.replace("Local authority", "Headteacher", 1))
    assert cli.main(["init", str(tmp_path / "trees"), "--from", str(path)]) == 0
    out, err = capsys.readouterr()
    assert "list.csv is a list of schools of your own: 6 schools were read." in out
    assert ["School", "name", "name"] in [line.split() for line in out.splitlines()]
    assert ["Headteacher", "–"] in [line.split() for line in out.splitlines()]
    assert "Never read" in err


def test_scripts_say_by_a_flag_which_column_is_meant(tmp_path, capsys):
    path = write(tmp_path, TEXT.replace("School name", "Title", 1))
    folder = str(tmp_path / "trees")
    assert cli.main(["init", folder, "--from", str(path)]) == 3
    assert "The column name is missing; the header has URN, Title" in capsys.readouterr().err
    assert cli.main(["init", folder, "--from", str(path), "--column", "name=Title"]) == 0
    assert cli.main(["init", folder, "--from", str(path), "--column", "name"]) == 2


def test_a_folder_that_holds_schools_is_left_alone(tmp_path):
    path = write(tmp_path)
    init_from(tmp_path / "trees", [path])
    before = (tmp_path / "trees" / "schools.geojson").read_bytes()
    with pytest.raises(UsageError, match="already holds"):
        init_from(tmp_path / "trees", [write(tmp_path, TEXT.replace("Ash", "Alder"))])
    assert (tmp_path / "trees" / "schools.geojson").read_bytes() == before


OWN = {
    "survey.csv": b"the answers of last year",
    "country.toml": b"# mine\ncountry = 'united-kingdom'\n",
    "columns.toml": b'[survey]\nwanted = "Wishes"\n',
    "templates/leaders.csv": b"urn,designations\n900001,NLE\n",
    "templates/judgements.xlsx": b"no workbook",
    "boundaries/districts.geojson": b"an outline drawn by hand",
}


@pytest.mark.parametrize("replace", [False, True])
def test_what_the_user_has_in_the_folder_is_kept_and_told(tmp_path, replace):
    for name, data in OWN.items():
        (tmp_path / "new" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "new" / name).write_bytes(data)
    answers = write(tmp_path, "Your school,Existing partners,Wanted partners\n900001,,900002\n", "a.csv")
    postcodes = write(tmp_path, "pcds,oseast1m,osnrth1m\nN12 8PE,525719,191679\nN12 8PF,525819,191779\n", "p.csv")
    begun = init_from(
        tmp_path / "new", [write(tmp_path), answers], country="united-kingdom",
        postcodes=PostcodeFiles(postcodes), replace=replace,
    )  # fmt: skip
    there = {path.read_bytes() for path in (tmp_path / "new").rglob("*") if path.is_file()}
    assert set(OWN.values()) <= there
    kept = {finding.file for finding in begun.findings if finding.code == "file-kept"}
    assert kept == {path.name for path in (tmp_path / "new").rglob("*.before-1")}
    assert {"survey.csv.before-1", "leaders.csv.before-1", "judgements.xlsx.before-1"} <= kept


def test_what_it_writes_is_the_same_each_time(tmp_path):
    for folder in ("one", "two"):
        init_from(tmp_path / folder, [write(tmp_path)])
    for path in (tmp_path / "one").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


def test_every_kind_is_told_by_its_own_marks():
    said = {kind_of(json.loads(json.dumps(header.cells.split(",")))).words for header in HEADERS}
    assert len(said) >= 8
