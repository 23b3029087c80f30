"""All documents of a plan, in one folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.documents.board import DECISION_COLUMNS, board_note, decision_row
from geo_partnerships.documents.letter import letter_of
from geo_partnerships.documents.mailing import write_mail_merge
from geo_partnerships.documents.replies import write_replies
from geo_partnerships.documents.sheets import document_page, sheets_page
from geo_partnerships.documents.word import write_docx
from geo_partnerships.exports.workbook import OFFICERS_BANNER, Sheet, write_sheets
from geo_partnerships.views.model import Audience

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geo_partnerships.comparing import Moved
    from geo_partnerships.deciding import Decision
    from geo_partnerships.deciding.state import Reply
    from geo_partnerships.documents.blocks import Block
    from geo_partnerships.documents.text import LetterText
    from geo_partnerships.views.model import View


def write_documents(
    view: View,
    folder: Path,
    *,
    text: LetterText | None = None,
    address: str = "",
    moved: Sequence[Moved] | None = None,
    decisions: Sequence[Decision] = (),
    replies: Mapping[str, Reply] | None = None,
) -> list[Path]:
    """Write the letter, the sheets and the mail merge; for officers the Board's note, replies and decisions too.

    Parameters
    ----------
    view
        What may be seen: the public view gives no document that is for officers.
    text
        The authority's own words for the letter.
    address
        Where the pages are published, for the links of the mail merge.
    moved, decisions, replies
        For the officers' documents; see `board_note` and `write_replies`.
    """
    written = [
        *write_both(letter_of(view, text), view, folder, "letter", view.title),
        _text(folder / "first-meetings.html", sheets_page(view)),
        write_mail_merge(view, folder / "mail-merge.csv", address),
    ]
    if view.audience is not Audience.OFFICERS:
        return written
    rows = tuple(decision_row(decision, view) for decision in decisions)
    return [
        *written,
        *write_both(
            board_note(view, moved, decisions), view, folder, "board-note", f"{view.title}: note for the Board"
        ),
        write_replies(view, folder / "replies.xlsx", replies),
        write_sheets([Sheet("decisions", DECISION_COLUMNS, rows)], view, folder / "decisions.xlsx"),
    ]


def write_both(blocks: list[Block], view: View, folder: Path, stem: str, title: str) -> tuple[Path, Path]:
    """Write a document as DOCX and as HTML and return the paths."""
    banner = OFFICERS_BANNER if view.audience is Audience.OFFICERS else ""
    return (
        write_docx(blocks, folder / f"{stem}.docx", title=title, banner=banner),
        _text(folder / f"{stem}.html", document_page(blocks, view, title)),
    )


def _text(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
