"""The plan as one workbook: typed cells, frozen headers, no formula, no link."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import xlsxwriter

from geo_partnerships.exports.tables import memberships
from geo_partnerships.views.model import Audience

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from geo_partnerships.views.model import View

    Cell = str | int | float | None

CREATED = dt.datetime(2015, 1, 1)  # noqa: DTZ001 - the format has no zone; a fixed date makes bytes repeat
OFFICERS_BANNER = "Officers’ edition: survey answers and judgements of schools. Not for publication."
LONGEST = 32_767
"""Characters that a cell of this format can hold."""
WIDEST = 60
_NOT_IN_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)], "\ufffd")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: a heading over rows of plain cells.

    Parameters
    ----------
    choices
        Column and the answers that its cells are to have, which a spreadsheet then offers.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()


def sheets(view: View) -> list[Sheet]:
    """Return every sheet of a view's workbook."""
    found = [
        Sheet("About", ("What", "Value"), tuple(_about(view))),
        Sheet(
            "Partnerships",
            (
                "Number", "Name", "Type", "Status", "Strand", "Schools", "Centre school", "System leaders",
                "Districts", "Mean metres to centre", "Greatest metres to centre", "Schools measured",
                "Members not named", "Pieces of its ground", "Lead school", "Form", "Board", "Roles",
                "Of this type from", "Smaller partnerships inside",
            ),
            tuple(_partnerships(view)),
        ),
        Sheet(
            "Schools",
            (
                "URN", "Name", "Phase", "Type", "Postcode", "District", "Borough", "Designations", "Partnership",
                "Partnership name", "Role", "Metres to centre", "Direction from centre",
                "In none of the partnerships because",
            ),
            tuple(_schools(view)),
        ),
        Sheet("Distances", ("Partnership", "School", "Other school", "Metres, straight"), tuple(_distances(view))),
        Sheet(
            "Rules",
            ("Check", "Holds", "In words"),
            (
                *((c.name, "yes" if c.holds else "no", c.message) for c in view.checks),
                *(("Preferred rule broken", "no", line) for line in view.broken),
            ),
        ),
        Sheet("Method", ("Part", "Words"), tuple(_method(view))),
        Sheet(
            "Findings",
            ("Severity", "Where", "What", "What to do"),
            tuple((str(f.severity), f.place, f.message, f.fix) for f in view.findings),
        ),
    ]  # fmt: skip
    return found + (_officers(view) if view.audience is Audience.OFFICERS else [])


def write_workbook(view: View, path: Path) -> Path:
    """Write ``plan.xlsx``.

    Parameters
    ----------
    view
        What may be seen.
    path
        File to write.
    """
    return write_sheets(sheets(view), view, path)


def write_sheets(sheets: Iterable[Sheet], view: View, path: Path) -> Path:
    """Write sheets as one workbook; the view says edition, title and status at the top of each."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, {**options, "in_memory": True}) as book:
        book.set_properties({"title": clean(view.title), "created": CREATED})
        styles = {
            "head": book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom"}),
            "text": book.add_format({"valign": "top", "text_wrap": True}),
            "count": book.add_format({"valign": "top", "num_format": "0"}),
            "metres": book.add_format({"valign": "top", "num_format": "#,##0"}),
            "note": book.add_format({"italic": True}),
            "banner": book.add_format({"bold": True, "bg_color": "#7D1128", "font_color": "#FFFFFF"}),
        }
        for sheet in sheets:
            _write_sheet(book, sheet, view, styles)
    return path


def _write_sheet(book: xlsxwriter.Workbook, sheet: Sheet, view: View, styles: dict[str, object]) -> None:
    page = book.add_worksheet(sheet.name)
    notes = [(OFFICERS_BANNER, "banner")] if view.audience is Audience.OFFICERS else []
    notes.append((f"{view.title}: {view.status}. {view.survey_note}".strip(), "note"))
    for line, (text, style) in enumerate(notes):
        page.write_string(line, 0, clean(text), styles[style])
    top = len(notes)
    for column, name in enumerate(sheet.columns):
        page.write_string(top, column, name, styles["head"])
        longest = max((len(str(row[column])) for row in sheet.rows if row[column] is not None), default=0)
        page.set_column(column, column, min(WIDEST, max(len(name), longest) + 2))
    for at, row in enumerate(sheet.rows, start=top + 1):
        for column, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                page.write_string(at, column, clean(value), styles["text"])
            else:
                metric = "etres" in sheet.columns[column]
                page.write_number(at, column, value, styles["metres" if metric else "count"])
    for name, answers in sheet.choices:
        column = sheet.columns.index(name)
        page.data_validation(
            top + 1, column, top + max(1, len(sheet.rows)), column, {"validate": "list", "source": list(answers)}
        )
    page.freeze_panes(top + 1, 0)
    if sheet.rows:
        page.autofilter(top, 0, top + len(sheet.rows), len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)


def clean(text: str) -> str:
    """Return text that the format can hold: no control characters, no more than a cell takes."""
    plain = text.translate(_NOT_IN_XML)
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"


def _about(view: View) -> Iterator[tuple[Cell, ...]]:
    yield "Title", view.title
    yield "Authority", view.authority
    yield "Scenario", view.scenario
    yield "Status", view.status
    yield "Data of", view.data_date
    yield "Edition", str(view.audience)
    yield "Survey", view.survey_note
    yield "Summary", view.summary
    yield "Schools", view.coverage
    yield "Seed", view.seed
    yield "Digest of members and public parameters", view.digest
    if view.inputs_digest:
        yield "Digest of all inputs", view.inputs_digest
    for figure in view.headline:
        draft = f" (draft: {figure.draft})" if figure.draft else ""
        note = f" – {figure.note}" if figure.note else ""
        yield figure.label, f"{figure.plan}{draft}{note}"
    for line in view.context.attributions:
        yield "Source", line


def _partnerships(view: View) -> Iterator[tuple[Cell, ...]]:
    names = {s.urn: s.name for s in (*view.schools, *view.uncovered)}
    for p in view.partnerships:
        yield (
            p.number, p.name, str(p.type), p.status, p.strand, p.size, names.get(p.centre or "", ""),
            "; ".join(p.leaders), "; ".join(p.districts), _metres(p.mean_distance_m), _metres(p.max_distance_m),
            p.measured, "; ".join(u.text for u in p.unnamed), p.pieces, p.lead, p.form, p.board,
            "; ".join(f"{role}: {school}" for role, school in p.roles), p.since,
            "; ".join(f"{one.name} ({one.type}): {', '.join(one.schools)}" for one in p.groups),
        )  # fmt: skip


def _schools(view: View) -> Iterator[tuple[Cell, ...]]:
    schools = {s.urn: s for s in (*view.schools, *view.uncovered)}
    bearings = {(p.number, m.urn): m.bearing for p in view.partnerships for m in p.members}
    rows: Iterable[tuple[str, tuple[Cell, ...]]] = [
        (
            m.urn,
            (
                m.partnership,
                m.partnership_name,
                m.role,
                m.distance_to_centre_m,
                bearings[m.partnership, m.urn],
                "",
            ),
        )
        for m in memberships(view)
    ]
    inside = {urn for urn, _ in rows}
    outside = [(urn, (None, "", "", None, "", s.uncovered)) for urn, s in schools.items() if urn not in inside]
    for urn, cells in (*rows, *outside):
        s = schools[urn]
        designations = "; ".join(s.designations)
        yield (s.urn, s.name, str(s.phase), s.type, s.postcode, s.district, s.borough, designations, *cells)


def _distances(view: View) -> Iterator[tuple[Cell, ...]]:
    """Yield the distance between every two members of a partnership, in metres, straight line."""
    schools = {s.urn: s for s in (*view.schools, *view.uncovered)}
    for p in view.partnerships:
        for a, b in itertools.combinations([schools[m.urn] for m in p.members], 2):
            if a.easting is None or a.northing is None or b.easting is None or b.northing is None:
                yield p.number, a.name, b.name, None
            else:
                yield p.number, a.name, b.name, _metres(math.hypot(a.easting - b.easting, a.northing - b.northing))


def _method(view: View) -> Iterator[tuple[Cell, ...]]:
    groups: Sequence[tuple[str, Sequence[str]]] = (
        ("Method", view.method),
        ("Based on", _bases(view)),
        ("Approval", view.approvals),
    )
    for part, lines in groups:
        for line in lines:
            yield part, line
    for name, words in view.types:
        yield f"Type: {name}", words
    for name, value in view.parameters:
        yield name, value


def _bases(view: View) -> list[str]:
    """Return what the letter bases partnerships on, each with how this plan uses it."""
    told = itertools.zip_longest(view.bases, view.uses, fillvalue="")
    return [f"{basis}. In this plan: {use}" if use else basis for basis, use in told]


def _officers(view: View) -> list[Sheet]:
    return [
        Sheet(
            "Fit",
            ("URN", "School", "Partnership", "Silhouette: below 0, another partnership is nearer"),
            tuple((f.urn, f.name, f.partnership, round(f.silhouette, 3)) for f in view.fit),
        ),
        Sheet(
            "Guarantee",
            ("URN", "School", "Met", "Met by", "Named", "Answered by", "Channel"),
            tuple(
                (g.urn, g.name, "yes" if g.met_by else "no", "; ".join(g.met_by), "; ".join(g.named), g.answered_by,
                 g.channel)
                for g in view.guarantee
            ),
        ),
        Sheet(
            "Judgements",
            ("URN", "School", "Ofsted", "Date", "View of the authority", "Self-evaluation", "Experience of the head"),
            tuple(
                (j.urn, j.name, j.ofsted, j.ofsted_date, j.la_view, j.self_evaluation, j.head_experience)
                for j in view.judgements
            ),
        ),
    ]  # fmt: skip


def _metres(value: float | None) -> float | None:
    return None if value is None else round(float(value), 1)
