"""Lists as offices hand them out: each is read right, or refused in words that say what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass

import openpyxl
import pytest

import geo_partnerships as gp
from geo_partnerships.errors import BadDataError

HEAD = "URN,School name,Phase,Postcode,Easting,Northing"
ROWS = (
    "900001,Alder Primary,Primary,N12 8PE,526500,192300",
    "900002,Birch Primary,Primary,EN4 9BT,526800,196100",
    "900003,Cedar Primary,Primary,NW7 1AA,522000,192000",
)
FORM = ["ID", "Start time", "Completion time", "Email", "Name", "URN", "School name2", "Easting", "Northing"]


@dataclass(frozen=True)
class Read:
    """What came of a folder."""

    problem: gp.Problem | None
    told: tuple[str, ...]

    def says(self, *words: str) -> bool:
        return any(all(word in sentence for word in words) for sentence in self.told)


def read(folder) -> Read:
    try:
        problem = gp.read_problem(folder)
    except BadDataError as error:
        return Read(None, tuple(finding.sentence() for finding in error.findings))
    return Read(problem, tuple(finding.sentence() for finding in problem.findings))


def listed(folder, *rows: str, head: str = HEAD) -> Read:
    (folder / "schools.csv").write_text("\n".join((head, *rows, "")), encoding="utf-8")
    return read(folder)


def sheet(folder, *rows: list[object]) -> Read:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "schools.xlsx")
    return read(folder)


def test_a_microsoft_forms_sheet_shows_both_columns_for_a_name_and_no_respondent(tmp_path) -> None:
    found = sheet(tmp_path, FORM, [1, "", "", "anonymous", "A. Person", 900001, "Alder Primary", 526500, 192300])
    assert found.problem is None
    assert found.says('"Name" and "School name2" both could be name')
    assert not found.says("Person")


@pytest.mark.parametrize(
    "head",
    [
        "Completed by", "Contact name", "Your name", "Full name", "Submitted by", "Form filled in by", "Head's name",
        "Name of headteacher", "Who is answering?", "Chair of governors", "SIP name", "SchoolContactOfficer",
    ],
)  # fmt: skip
def test_a_column_of_people_is_told_as_such_and_never_taken_for_the_schools_name(tmp_path, head) -> None:
    rows = (f"{person},{row}" for person, row in zip(("J. Poe", "K. Roe", "L. Moe"), ROWS, strict=True))
    found = listed(tmp_path, *rows, head=f"{head},{HEAD}")
    assert found.says("Never read, since it may be about people", f'"{head}"')
    assert found.problem.schools["900001"].name == "Alder Primary"


def test_where_names_are_those_of_people_by_their_titles_the_list_is_refused(tmp_path) -> None:
    found = listed(tmp_path, "900001,Mrs J Poe,1,1", "900002,Mr K Roe,2,2", head="URN,Name,Easting,Northing")
    assert found.problem is None
    assert found.says("people", "School name")
    school = listed(tmp_path, *ROWS, "900004,Mrs Bland's Infant School,Infant,N12 8PE,526500,192300")
    assert school.problem.schools["900004"].name == "Mrs Bland's Infant School"


def test_of_ofsteds_table_phase_and_pupils_are_read_and_missing_points_are_told(tmp_path) -> None:
    head = "Web Link,URN,LAESTAB,School name,Ofsted phase,Type of education,Postcode,Total number of pupils"
    found = listed(tmp_path, "http://x,900001,3022000,Alder,Primary,Community School,N12 8PE,210", head=head)
    school = found.problem.schools["900001"]
    assert (school.phase, school.pupils) == ("primary", 210)
    assert found.says("has no point")


@pytest.mark.parametrize("mark", ["NA", "NULL", "SUPP", "c", "#N/A", "[c]", "[x]", "(blank)", "n.a.", "missing"])
def test_a_mark_for_no_value_is_empty_and_told_once_with_how_often_it_stands_there(tmp_path, mark) -> None:
    found = listed(tmp_path, *(f"{row},{mark}" for row in ROWS), head=f"{HEAD},NOR")
    assert [school.pupils for school in found.problem.schools.values()] == [None, None, None]
    assert found.says(f'"{mark}" was read as empty', "(3 in all)") or found.says(f'"{mark}" was read as empty', "3")


@pytest.mark.parametrize(
    "footer",
    [
        "Total,,,,,690", "Source: GIAS 2024,,,,,", "Source \u2013 the register,,,,,", "Number of schools: 3,,,,,",
        "Downloaded from the register,,,,,", "Key: c = suppressed,,,,,", "(1) with nursery,,,,,", "Cyfanswm,,,,,690",
    ],
)  # fmt: skip
def test_a_footer_is_told_as_such_with_the_row_to_delete(tmp_path, footer) -> None:
    found = listed(tmp_path, *ROWS, footer)
    assert found.problem is None
    said = f'The row "{footer.partition(",")[0]}" is a footer, no row of the table. Delete row 5.'
    assert found.told == (f"schools.csv, row 5: {said}",)


def test_titles_over_merged_cells_are_left_out_and_the_total_under_them_is_told(tmp_path) -> None:
    school = [900001, "Alder Primary", "Primary", "N12 8PE", 526500, 192300]
    empty = [None] * 6
    found = sheet(tmp_path, ["Schools, January", *empty[1:]], HEAD.split(","), school, empty, ["Total", 1, *empty[2:]])
    assert found.problem is None
    assert found.says("Total", "is a footer", "Delete row 5.")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("N12 OPE", "N12 0PE"), ("NI2 8PE", "N12 8PE"), ("SW1A OAA", "SW1A 0AA"), ("W1A lAA", "W1A 1AA"), ("N12 8PO", ""),
     ("E14 5IA", ""), ("QQ1 1AA", "")],
)  # fmt: skip
def test_a_postcode_that_cannot_be_is_refused_with_the_one_that_is_meant(tmp_path, written, meant) -> None:
    found = listed(tmp_path, ROWS[0].replace("N12 8PE", written))
    assert found.problem is None
    assert found.says(f'"{written}" is no postcode', f"Is {meant} meant?" if meant else "Write it like")


def test_a_letter_for_a_digit_is_seen_in_the_postcodes_of_other_countries(tmp_path) -> None:
    (tmp_path / "country.toml").write_text('country = "ireland"\n', encoding="utf-8")
    found = listed(tmp_path, "12345A,Alder,primary,DO2 X285,53.34,-6.25", head="Roll number,name,phase,Eircode,lat,lon")
    assert found.says('"DO2 X285" is no Eircode', "Is D02 X285 meant?")


@pytest.mark.parametrize(
    ("words", "phase"),
    [("Infants", "infant"), ("Junior School", "junior"), ("Special School", "special"), ("16 plus", "16+"),
     ("Infant & Junior", "primary"), ("JMI", "primary"), ("Jnr", "junior"), ("Sec", "secondary"), ("PRU", "PRU")],
)  # fmt: skip
def test_phases_are_understood_in_the_words_of_a_councils_own_sheet(tmp_path, words, phase) -> None:
    assert listed(tmp_path, ROWS[0].replace(",Primary,", f",{words},")).problem.schools["900001"].phase == phase


def test_of_scotlands_header_name_key_and_grid_are_read_and_told(tmp_path) -> None:
    head = "SeedCode,SchoolName,SchoolType,PostCode,GridRefEasting,GridRefNorthing,PupilRoll,Email"
    found = listed(tmp_path, "5200001,Oak High School,Secondary,AB10 1AA,393083,806234,1205,a@example.org", head=head)
    assert found.says('"SeedCode" as urn', '"SchoolName" as name', '"PupilRoll" as pupils')
    assert found.says("about people", '"Email"')
    assert found.problem.schools["5200001"].easting == pytest.approx(393083)


@pytest.mark.parametrize("header", ["Current", "Live", "Is open?", "Active school"])
def test_a_column_that_may_say_which_schools_are_open_is_told_as_one_that_may_matter(tmp_path, header) -> None:
    found = listed(tmp_path, *(f"{row},Yes" for row in ROWS), head=f"{HEAD},{header}")
    assert found.says("Not read, though it may matter", f'"{header}"')


SURVEY = "Timestamp,Email Address,Your school,Existing informal partnerships,Schools you would like to partner with"


def test_of_a_form_none_is_nobody_a_second_answer_is_refused_and_no_address_is_shown(tmp_path) -> None:
    answers = (
        'x,head@example.org,Alder Primary,"Birch Primary;",None',
        "x,two@example.org,Birch Primary,N/A,Cedar Primary",
        "x,two@example.org,Alder Primary,Birch Primary,N/A",
    )
    (tmp_path / "survey.csv").write_text("\n".join((SURVEY, *answers, "")), encoding="utf-8")
    found = listed(tmp_path, *ROWS)
    assert found.says("The view of 900001 stands in row 2 already")
    assert not found.says("is the name of no school")
    assert not any(re.search("@|example", sentence) for sentence in found.told)


@pytest.mark.parametrize(("by", "words"), [(1_000_000, "km from"), (300_000, "km from")])
def test_a_point_far_from_its_postcode_is_told_with_how_far(tmp_path, by, words) -> None:
    away = f"900004,Dell Primary,Primary,N12 8PE,526500,{192300 + by}"
    assert listed(tmp_path, *ROWS, away).says("Dell Primary", words, "N12")
