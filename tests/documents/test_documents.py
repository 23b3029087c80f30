"""Documents are opened and read back as an office would: DOCX, workbook, CSV and HTML."""

from __future__ import annotations

import csv
from dataclasses import replace

import docx
import openpyxl
import pytest

import geo_partnerships as gp
from geo_partnerships.cli import main
from geo_partnerships.comparing import Moved
from geo_partnerships.deciding import Action, Decision
from geo_partnerships.deciding.state import Reply
from geo_partnerships.documents import DEFAULT_TEXT, letter_of, read_replies, read_text, write_documents
from geo_partnerships.documents.text import parsed
from geo_partnerships.planning import plan
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.model import Audience, MilestoneView
from tests.small import small_problem, small_scenario

HOSTILE = "<script>alert(1)</script>{{ 7 * 7 }}=1+1"
MEETING = MilestoneView(
    title="First meetings", when="5 February 2015, 11:30 to 12:30", status="suggested", audience="partnerships"
)
DECISION = Decision(
    action=Action.LOCK, when="now", by="A. Officer", n=1, school="13", to="1", reason="agreed on the day"
)


@pytest.fixture(scope="module")
def made():
    return plan(small_problem(), small_scenario())


@pytest.fixture(scope="module")
def officers(made):
    view = view_of(made, Audience.OFFICERS, scenario="small")
    return replace(view, contact="the office", reply_by="the end of January 2015", milestones=(MEETING,))


def words_in(path) -> str:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_the_letter_lists_every_partnership_with_its_members_and_whom_to_tell(officers, tmp_path) -> None:
    write_documents(officers, tmp_path)
    text = words_in(tmp_path / "letter.docx")
    for partnership in officers.partnerships:
        (line,) = [line for line in text.splitlines() if line.startswith(f"Partnership {partnership.number}:")]
        for member in partnership.members:
            assert member.name in line
    assert "please contact the office by the end of January 2015" in text
    assert "5 February 2015, 11:30 to 12:30 (suggested)" in text
    assert "{" not in text
    page = (tmp_path / "letter.html").read_text(encoding="utf-8")
    assert all(member.name in page for p in officers.partnerships for member in p.members)


def test_the_authoritys_own_words_are_kept_and_a_place_that_is_not_known_is_told_with_its_line(
    officers, tmp_path
) -> None:
    words = tmp_path / "letter.txt"
    words.write_text(
        "# Our letter\nTo all heads of {authority}:\n{partnerships}\nBring a {{ pen }}.\n", encoding="utf-8"
    )
    with pytest.raises(gp.UsageError, match=r"letter\.txt, line 4: there is no \{ pen \}"):
        read_text(words)
    words.write_text("# Our letter\nTo all heads of {authority}:\n{partnerships}\n", encoding="utf-8")
    blocks = letter_of(officers, read_text(words))
    assert blocks[0].text == "Our letter"
    assert blocks[1].text == f"To all heads of {officers.authority}:"
    assert len(blocks) == 2 + len(officers.partnerships)
    with pytest.raises(gp.UsageError, match="line of its own"):
        parsed("Here they are: {partnerships}")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00x", b"x" * 100_001], ids=["no UTF-8", "too long"])
def test_words_that_cannot_be_read_are_told(tmp_path, content) -> None:
    words = tmp_path / "letter.txt"
    words.write_bytes(content)
    with pytest.raises(gp.UsageError, match=r"letter\.txt"):
        read_text(words)
    words.write_bytes(b"x" * 100_000)
    assert read_text(words).lines


def test_a_heading_under_which_nothing_comes_is_left_out(officers) -> None:
    blocks = letter_of(replace(officers, alliances=()))
    assert "Other partnerships" not in [block.text for block in blocks if hasattr(block, "text")]


def test_the_public_edition_has_no_document_for_officers(made, tmp_path) -> None:
    public = view_of(made, scenario="small")
    write_documents(public, tmp_path, decisions=(DECISION,))
    assert {path.name for path in tmp_path.iterdir()} == {
        "letter.docx", "letter.html", "first-meetings.html", "mail-merge.csv",
    }  # fmt: skip
    assert all(b"agreed on the day" not in path.read_bytes() for path in tmp_path.iterdir())


def test_the_boards_note_says_what_changed_and_what_was_decided_and_why(officers, tmp_path) -> None:
    moved = (Moved(school="13", name=officers.school("13").name, before=(2,), after=(1,)),)
    write_documents(officers, tmp_path, moved=moved, decisions=(DECISION,))
    text = words_in(tmp_path / "board-note.docx")
    assert "1 school with another partnership than in the draft." in text
    assert "agreed on the day" in text
    assert all(partnership.name in text for partnership in officers.partnerships)
    sheet = openpyxl.load_workbook(tmp_path / "decisions.xlsx").active
    assert "agreed on the day" in [cell.value for row in sheet.iter_rows() for cell in row]


def test_the_mail_merge_has_a_row_for_each_school_with_the_way_to_its_page(officers, tmp_path) -> None:
    write_documents(officers, tmp_path, address="https://example.org/plan/")
    with (tmp_path / "mail-merge.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["urn"] for row in rows] == sorted(s.urn for s in officers.schools if s.partnerships)
    assert rows[0]["page"] == f"https://example.org/plan/schools/{rows[0]['urn']}.html"
    assert rows[0]["reply_by"] == "the end of January 2015"


def test_a_hostile_name_is_text_in_every_document(officers, tmp_path) -> None:
    named = replace(
        officers,
        partnerships=tuple(replace(p, name=HOSTILE) for p in officers.partnerships),
        schools=tuple(replace(s, name=HOSTILE) for s in officers.schools),
    )
    write_documents(named, tmp_path)
    for page in ("letter.html", "first-meetings.html", "board-note.html"):
        text = (tmp_path / page).read_text(encoding="utf-8")
        assert "<script" not in text
        assert "{{ 7 * 7 }}" in text
    assert HOSTILE in words_in(tmp_path / "letter.docx")
    rows = (tmp_path / "mail-merge.csv").read_text(encoding="utf-8-sig")
    assert ",=" not in rows


def test_the_same_plan_gives_the_same_bytes(officers, tmp_path) -> None:
    both = [tmp_path / name for name in ("a", "b")]
    for folder in both:
        folder.mkdir()
        write_documents(officers, folder, decisions=(DECISION,))
    for path in both[0].iterdir():
        assert path.read_bytes() == (both[1] / path.name).read_bytes(), path.name


# Replies


@pytest.fixture
def sent(officers, tmp_path):
    write_documents(
        officers, tmp_path, replies={"13": Reply(school="13", answer="content", date="2015-01-20", note="")}
    )
    return tmp_path / "replies.xlsx"


def fill(path, urn, **cells) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["replies"]
    (head,) = [row for row in sheet.iter_rows() if row[0].value == "URN"]
    columns = {cell.value: cell.column for cell in head}
    (row,) = [row[0].row for row in sheet.iter_rows() if row[0].value == urn]
    for name, value in cells.items():
        sheet.cell(row, columns[name.replace("_", " ")]).value = value
    book.save(path)


def test_replies_that_were_filled_in_are_read_back(officers, sent) -> None:
    schools = [s.urn for s in officers.schools]
    fill(sent, "15", Reply="Wants to discuss", Date="28/01/2015", What_it_asked="nearer", What_was_decided="to stay")
    read = read_replies(sent, schools)
    assert read.replies == (
        Reply(school="13", answer="content", date="2015-01-20", note=""),
        Reply(school="15", answer="wants to discuss", date="2015-01-28", note="nearer", decided="to stay"),
    )


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"Reply": "maybe"}, "no reply that is known"),
        ({"Reply": "content", "Date": "soon"}, "no date"),
        ({"Reply": "content", "URN": "99999"}, "No school of the plan"),
        ({"Reply": "content", "URN": "13"}, "has a reply above"),
    ],
    ids=["unknown reply", "no date", "unknown school", "twice"],
)
def test_a_row_that_cannot_be_read_is_told_and_nothing_is_taken(officers, sent, cells, words) -> None:
    fill(sent, "15", **cells)
    with pytest.raises(gp.BadDataError, match=words) as told:
        read_replies(sent, [s.urn for s in officers.schools])
    assert "replies.xlsx" in str(told.value)
    assert "row" in str(told.value)


def test_the_words_that_come_with_the_program_can_be_printed_and_read_again(capsys) -> None:
    assert main(["documents", "--show-text"]) == 0
    assert parsed(capsys.readouterr().out) == parsed(DEFAULT_TEXT)
