"""Files to start from: a first scenario, and tables to fill in with every column explained."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from geo_partnerships.intake.formats.files import is_absent, read_bytes
from geo_partnerships.intake.formats.findings_log import Noticed
from geo_partnerships.intake.formats.header import Layout
from geo_partnerships.intake.formats.spreadsheets import read_spreadsheet
from geo_partnerships.limits import LISTED_SCHOOLS
from geo_partnerships.scenarios.parameters import usual_number, usual_size
from geo_partnerships.vocabulary import PartnershipType, Phase
from geo_partnerships.whole_files import write_keeping, write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo_partnerships.intake.formats.tables import Table
    from geo_partnerships.intake.schools.write import SchoolRecord

FIXED = datetime(2000, 1, 1)  # noqa: DTZ001 - written into workbooks so that they come out the same every time
# Phases that a first plan clusters by place; the others are few and far apart.
STATE = "state"
AREA_PHASES = (
    Phase.NURSERY,
    Phase.INFANT,
    Phase.JUNIOR,
    Phase.PRIMARY,
    Phase.ALL_THROUGH,
    Phase.SECONDARY,
    Phase.SIXTH_FORM,
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table to fill in."""

    name: str
    meaning: str
    example: str
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A table to fill in; `listed` where it comes with a row for each school."""

    name: str
    title: str
    columns: tuple[Column, ...]
    listed: bool


TEMPLATES = (
    Template(
        "schools",
        "Schools: one row for each",
        (
            Column("urn", "The school's URN, or a key of your own that begins with x-.", "100001", needed=True),
            Column("name", "The school's name.", "Example Primary School", needed=True),
            Column("phase", f"One of: {', '.join(Phase)}.", "primary"),
            Column("pupils", "Number of pupils on roll.", "420"),
            Column("postcode", "Postcode, with its space.", "N1 1AA"),
            Column("borough", "Local authority that the school lies in.", "Example"),
            Column("sector", "state or independent.", "state"),
            Column("designations", "System leader designations, parted by semicolons.", ""),
            Column("easting", "Metres east on the British National Grid.", "525000"),
            Column("northing", "Metres north on the British National Grid.", "190000"),
        ),
        listed=False,
    ),
    Template(
        "survey",
        "Answers of schools: one row for each answer",
        (
            Column(
                "responder_urn",
                "The school that answers: its URN, or its name as in the list of schools.",
                "100001",
                needed=True,
            ),
            Column("on_behalf_of", "Other schools that it answers for, parted by semicolons.", "100002; 100003"),
            Column("channel", "How the answer came: form, meeting, discussion.", "form"),
            Column("existing", "Schools that it works with already, parted by semicolons.", "100004", needed=True),
            Column(
                "wanted",
                "Schools that it would welcome as partners, parted by semicolons.",
                "100005; 100006",
                needed=True,
            ),
            Column("wanted_type", f"Kind of partnership wanted: {', '.join(PartnershipType)}.", "loose"),
        ),
        listed=False,
    ),
    Template(
        "standing",
        "Partnerships that exist already: one row for each member",
        (
            Column("partnership", "A number or a name; rows with the same one belong together.", "1", needed=True),
            Column("urn", "The member's URN, or its name as in the list of schools.", "100001", needed=True),
            Column("type", f"Kind of partnership: {', '.join(PartnershipType)}.", "hard"),
            Column("lead", "yes where this member leads.", "yes"),
            Column("note", "Anything worth knowing; never published.", ""),
        ),
        listed=False,
    ),
    Template(
        "leaders",
        "System leaders: which schools have a designation",
        (
            Column("urn", "The school's URN.", "100001", needed=True),
            Column("designations", "Designations, parted by semicolons; empty where it has none.", "NLE", needed=True),
        ),
        listed=True,
    ),
    Template(
        "judgements",
        "What the authority knows of each school: private, never in a public edition",
        (
            Column("urn", "The school's URN.", "100001", needed=True),
            Column(
                "ofsted", "Ofsted's judgement in force: outstanding, good, requires improvement, inadequate.", "good"
            ),
            Column("ofsted_date", "Day of that inspection.", "2014-05-20"),
            Column("la_view", "The authority's own view.", ""),
            Column("self_evaluation", "The school's view of itself.", ""),
            Column("head_experience", "The head's experience.", ""),
        ),
        listed=True,
    ),
)


def write_templates(folder: Path, schools: Sequence[SchoolRecord]) -> list[Path]:
    """Write each template as CSV and as a workbook with its explanation and the list of schools, if they are few.

    Returns
    -------
    list of Path
        Where templates are kept that stood there filled in, or that cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept: list[Path | None] = []
    few = len(schools) <= LISTED_SCHOOLS
    for template in TEMPLATES:
        rows = [[school.urn] for school in schools] if template.listed and few else []
        for path, data in (
            (folder / f"{template.name}.csv", _csv(template, rows)),
            (folder / f"{template.name}.xlsx", _workbook(template, rows, schools)),
        ):
            if is_absent(path) or _is_as_handed_out(path, template.name):
                write_whole(path, data)
            else:
                kept.append(write_keeping(path, data))
    return [path for path in kept if path is not None]


def _is_as_handed_out(path: Path, name: str) -> bool:
    return _table(path, name) is not None and not is_filled_in(path, name)


def is_filled_in(path: Path, name: str) -> bool:
    """Say whether a template holds more than it was written with; False where it cannot be read."""
    template = _template(name)
    table = _table(path, name)
    own = [column.name for column in template.columns[1 if template.listed else 0 :]]
    return table is not None and any(row.cells.get(column) for row in table.rows for column in own)


def _template(name: str) -> Template:
    return next(one for one in TEMPLATES if one.name == name)


def _table(path: Path, name: str) -> Table | None:
    """Return what a template holds; None where it cannot be read."""
    columns = {column.name: () for column in _template(name).columns}
    noticed, layout = Noticed(path.name), Layout(columns, (), may_be_empty=True)
    data = read_bytes(path, noticed)
    found = None if data is None else read_spreadsheet(data, path.suffix, layout, noticed, sheet=name)
    return None if noticed.has_errors else found


def _csv(template: Template, rows: Sequence[Sequence[str]]) -> bytes:
    held = io.StringIO(newline="")
    writer = csv.writer(held, lineterminator="\r\n")
    width = len(template.columns)
    writer.writerow([column.name for column in template.columns])
    writer.writerows([*row, *[""] * (width - len(row))] for row in rows)
    return b"\xef\xbb\xbf" + held.getvalue().encode()


def _workbook(template: Template, rows: Sequence[Sequence[str]], schools: Sequence[SchoolRecord]) -> bytes:
    import xlsxwriter  # noqa: PLC0415 - needed for templates alone

    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(held, options) as book:
        book.set_properties({"created": FIXED})
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(template.name)
        sheet.set_column(0, len(template.columns) - 1, 22, text)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, [column.name for column in template.columns], bold)
        for at, row in enumerate(rows, 1):
            sheet.write_row(at, 0, row, text)
        explained = book.add_worksheet("explanation")
        explained.set_column(0, 0, 18)
        explained.set_column(1, 1, 90)
        explained.set_column(2, 3, 18)
        explained.write_row(0, 0, [template.title], bold)
        explained.write_row(1, 0, ["column", "what it means", "example", "needed"], bold)
        for at, column in enumerate(template.columns, 2):
            explained.write_row(at, 0, [column.name, column.meaning, column.example, "yes" if column.needed else ""])
        listed = book.add_worksheet("schools" if template.name != "schools" else "all schools")
        listed.set_column(1, 1, 50)
        listed.write_row(0, 0, ["URN", "name", "phase", "postcode"], bold)
        if len(schools) > LISTED_SCHOOLS:
            listed.write_row(1, 0, ["", f"There are {len(schools):,}: see schools.geojson."])
            schools = ()
        for at, school in enumerate(schools, 1):
            listed.write_row(at, 0, [school.urn, school.name, school.phase, school.postcode], text)
    return held.getvalue()


def write_scenario(path: Path, authority: str, schools: Sequence[SchoolRecord], *, replace: bool = False) -> None:
    """Write a first scenario: state schools by place, special schools and PRUs as strands of their own.

    What the list does not say of its schools, sector or phase, is no condition.
    """
    if path.exists() and not replace:
        return
    sectors = [sector for sector in (STATE, "") if any(school.sector == sector for school in schools)]
    chosen = [school for school in schools if school.sector in sectors]
    phases = [phase for phase in AREA_PHASES if any(school.phase == phase for school in chosen)]
    area = [school for school in chosen if school.phase in phases] if phases else chosen
    apart = [phase for phase in (Phase.SPECIAL, Phase.PRU) if sum(school.phase == phase for school in chosen) > 1]
    write_whole(path, _scenario(authority, sectors if STATE in sectors else [], phases, len(area), apart))


def _scenario(authority: str, sectors: Sequence[str], phases: Sequence[str], schools: int, apart: Sequence[str]) -> str:
    size = usual_size(schools)
    of_sector = _condition("sectors", sectors)
    strands = "".join(f"[strands.{phase.lower()}]\n{of_sector}{_condition('phases', [phase])}\n" for phase in apart)
    whose = "state schools" if sectors else "schools"
    return f"""# A first scenario for {_one_line(authority)}: partnerships by place, of {whose}.
title = "{_one_line(authority)}: a first plan"
seed = 2015
district_penalty = 500      # metres, where the postcode district differs from the centre school's
neighbour_share = 0.5       # of it, where the two districts are neighbours

[guarantee]
strength = "binding"        # every school in the survey has a school that it named beside it

[standing]
strength = "preferred"      # what standing.csv lists stays together where it can

{strands}[area]
{of_sector}{_condition("phases", phases)}partnerships = {usual_number(schools)}            # about eight schools in each
size = [{size[0]}, {size[1]}]
"""


def _condition(name: str, values: Sequence[str]) -> str:
    listed = ", ".join(f'"{value}"' for value in values)
    return f"members.{name} = [{listed}]\n" if values else ""


def _one_line(text: str) -> str:
    """Return `text` fit for a TOML string and a comment."""
    return "".join(character for character in text if character.isprintable() and character not in '"\\')
