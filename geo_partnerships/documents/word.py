"""A document as DOCX: the same blocks give the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING

from geo_partnerships.documents.blocks import Bullets, Grid, Heading, Paragraph
from geo_partnerships.exports.workbook import clean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from docx.document import Document as Docx

    from geo_partnerships.documents.blocks import Block

STAMP = (2015, 1, 1, 0, 0, 0)


def write_docx(blocks: Sequence[Block], path: Path, *, title: str, banner: str = "") -> Path:
    """Write blocks as an A4 document.

    Parameters
    ----------
    title
        For the file's properties.
    banner
        A line at the head of every page, such as that of the officers' edition.
    """
    from docx import Document  # noqa: PLC0415 - slow to load, and needed for documents alone

    document = Document()
    _set_up(document, clean(title), clean(banner))
    for block in blocks:
        _add(document, block)
    held = io.BytesIO()
    document.save(held)
    path.write_bytes(_repacked(held.getvalue()))
    return path


def _set_up(document: Docx, title: str, banner: str) -> None:
    from docx.shared import Cm, Pt  # noqa: PLC0415

    made = dt.datetime(*STAMP, tzinfo=dt.UTC)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title[:255], "", ""
    properties.created = properties.modified = made
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(11)
    if banner:
        section.header.paragraphs[0].add_run(banner).bold = True


def _add(document: Docx, block: Block) -> None:
    match block:
        case Heading():
            document.add_heading(clean(block.text), 0 if block.level == 1 else block.level - 1)
        case Paragraph():
            paragraph = document.add_paragraph()
            if block.term:
                paragraph.add_run(f"{clean(block.term)} – ").bold = True
            paragraph.add_run(clean(block.text))
        case Bullets():
            for number, item in enumerate(block.items, start=1):
                text = f"{number}. {item}" if block.numbered else item
                document.add_paragraph(clean(text), style=None if block.numbered else "List Bullet")
        case Grid():
            _add_table(document, block)


def _add_table(document: Docx, grid: Grid) -> None:
    table = document.add_table(rows=0, cols=len(grid.columns), style="Light Grid Accent 1")
    for row in (grid.columns, *grid.rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = clean(text)


def _repacked(data: bytes) -> bytes:
    """Return the archive with one fixed time in it."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return held.getvalue()
