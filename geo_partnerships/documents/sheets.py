"""A sheet for each partnership's first meeting, on one A4: members, leads, map, remit, places to sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.documents.letter import meeting, member_words
from geo_partnerships.pages.document import environment
from geo_partnerships.pages.scene import Scene
from geo_partnerships.pages.svg import COLUMN, drawing
from geo_partnerships.views.model import Audience

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_partnerships.documents.blocks import Block
    from geo_partnerships.views.model import View


TEMPLATES = "geo_partnerships.documents"


def sheets_page(view: View) -> str:
    """Return one HTML file with a sheet for each partnership, each on a page of its own when it is printed."""
    scene = Scene(view)
    sheets = []
    for p in view.partnerships:
        members = tuple(m.urn for m in p.members)
        placed = [scene.everyone[urn] for urn in members if urn in scene.places]
        title = f"Map of partnership {p.number} and its schools"
        picture = drawing(scene, partnerships=(p,), schools=placed, focus=members, title=title, paper=COLUMN)
        sheets.append({"p": p, "rows": [(m, member_words(m, view)) for m in p.members], "svg": picture})
    values = {"view": view, "sheets": sheets, "meeting": meeting(view), "officers": _for_officers(view)}
    return environment(TEMPLATES).get_template("sheets.html").render(values)


def document_page(blocks: Sequence[Block], view: View, title: str) -> str:
    """Return a document as one HTML file."""
    named = [(type(block).__name__, block) for block in blocks]
    values = {"view": view, "blocks": named, "title": title, "officers": _for_officers(view)}
    return environment(TEMPLATES).get_template("document.html").render(values)


def _for_officers(view: View) -> bool:
    return view.audience is Audience.OFFICERS
