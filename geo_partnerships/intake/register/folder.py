"""Any lists to a data folder: schools of one authority, answers to a survey, and how their columns were read."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from geo_partnerships.countries import UNITED_KINGDOM, country_of
from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.intake.answers.survey import LAYOUT as SURVEY
from geo_partnerships.intake.country import refuse_postcodes, write_country
from geo_partnerships.intake.formats.columns import COLUMNS, columns_from
from geo_partnerships.intake.formats.files import is_absent, named, read_bytes
from geo_partnerships.intake.formats.findings_log import Noticed, errors_in, shown
from geo_partnerships.intake.formats.normalise import folded
from geo_partnerships.intake.formats.tables import TableError
from geo_partnerships.intake.register.extract import (
    day_of,
    phases_of,
    placed,
    refuse_taken,
    tell_unknown_authority,
    told_as_kept,
)
from geo_partnerships.intake.register.kinds import OWN
from geo_partnerships.intake.register.lists import open_list
from geo_partnerships.intake.register.templates import write_scenario, write_templates
from geo_partnerships.intake.schools.read import among
from geo_partnerships.intake.schools.row import TolerantReader, record_from
from geo_partnerships.intake.schools.status import why_left_out
from geo_partnerships.intake.schools.write import SchoolRecord, write_schools
from geo_partnerships.sentences import count
from geo_partnerships.whole_files import write_keeping

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from geo_partnerships.countries import Country
    from geo_partnerships.findings import Finding
    from geo_partnerships.intake.formats.tables import Row
    from geo_partnerships.intake.postcodes.files import PostcodeFiles
    from geo_partnerships.intake.postcodes.service import PostcodeService
    from geo_partnerships.intake.register.lists import SchoolList

AUTHORITIES_SHOWN = 8
ALL = "all"
MOST_AUTHORITIES = 10  # from which a list of one's own may have schools: of neighbours, too
LEAST_OF_A_SURVEY = 2
_NI_REFERENCE = re.compile(r"[0-9]{3}-[0-9]{4}")


@dataclass
class Begun:
    """What was made of some lists.

    Parameters
    ----------
    said
        What each file is, and how many schools or answers it gave.
    reading
        Columns of the list of schools as its header has them, and what each was read as; "" where it was not.
    findings
        What was noticed on the way.
    """

    said: list[str] = field(default_factory=list)
    reading: list[tuple[str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def init_from(  # noqa: PLR0913 - each is a keyword of its own
    folder: Path | str,
    files: Sequence[Path | str],
    *,
    la: str = "",
    on: date | str | None = None,
    phases: Collection[str] = (),
    columns: Mapping[str, str] | None = None,
    country: str = UNITED_KINGDOM.code,
    postcodes: PostcodeFiles | PostcodeService | None = None,
    replace: bool = False,
) -> Begun:
    """Make a data folder from lists as they come: a register, a council's own sheet, a layer, answers to a form.

    Writes what `init_borough` writes, and ``columns.toml``: by which columns the list was read, and will be again.

    Parameters
    ----------
    folder
        Made where it is not there.
    files
        One of them lists schools; another may hold answers to a survey. CSV (gzipped or in a ZIP, too), workbook,
        GeoPackage or GeoJSON.
    la
        Code or name of the authority whose schools are meant, where the list has those of several; ``all`` for all.
    on, phases, postcodes
        As in `init_borough`.
    columns
        Header by column of a list of schools, where it cannot be told or is to be another.
    country
        Code of the country whose schools they are (see `countries`).
    replace
        Write over schools and a scenario that are there already.

    Raises
    ------
    BadDataError
        A list cannot be used, or the authority that is meant is not said.
    UsageError
        The day, a phase or the country is none, or the folder already holds schools.
    """
    root, day, wanted = Path(folder), day_of(on), phases_of(phases)
    where = country_of(country)
    if postcodes is not None:
        refuse_postcodes(where)
    refuse_taken(root, replace=replace)
    given = {**_kept_columns(root), **(columns or {})}
    begun = Begun()
    schools: list[SchoolRecord] = []
    answers: list[Path] = []
    read_by: dict[str, SchoolList] = {}
    for file in map(Path, files):
        noticed = Noticed(named(file))
        opened = _opened(file, noticed, given, where)
        if opened is not None and _is_survey(opened):
            answers.append(file)
            begun.said.append(f"{noticed.file} holds answers to a survey.")
            continue
        if opened is not None:
            begun.reading += opened.reading()
            found, where = _schools(opened, la, day, wanted, where, noticed)
            schools += found
            advice = f" {opened.kind.advice}" if opened.kind.advice else ""
            begun.said.append(f"{noticed.file} is {opened.kind.words}: {len(found):,} schools were read.{advice}")
            read_by[noticed.file] = opened
        begun.findings += noticed.findings
    errors = errors_in(begun.findings)
    if errors:
        raise BadDataError(errors)
    if not schools:
        raise UsageError("None of the files lists schools.")
    _write(root, schools, answers, begun, postcodes, where)
    begun.findings += _write_columns(root, read_by)
    return begun


def _opened(file: Path, noticed: Noticed, given: Mapping[str, str], country: Country) -> SchoolList | None:
    """Return a list opened; where it is a survey, without what a list of schools lacks."""
    opened = open_list(file, noticed, given, country)
    if opened is not None and _is_survey(opened):
        return opened
    if opened is not None and noticed.has_errors and opened.kind is not OWN:
        noticed.error("list-other-kind", f"This is {opened.kind.words}.", opened.kind.advice)
    return None if noticed.has_errors else opened


def _is_survey(opened: SchoolList) -> bool:
    known = SURVEY.match(opened.header)
    return sum(column in known for column in SURVEY.required) >= LEAST_OF_A_SURVEY


def _schools(
    opened: SchoolList, la: str, on: date | None, phases: Collection[str], country: Country, noticed: Noticed
) -> tuple[list[SchoolRecord], Country]:
    """Return the schools of a list that are of the authority and open, by key, and the country with their grid."""
    kept: dict[str, tuple[int, SchoolRecord]] = {}
    left_out: Counter[str] = Counter()
    judged = Noticed(noticed.file)  # of no account where it turns out that the list has several authorities
    rows: Iterable[Row] = _of_authority(opened, la, noticed)
    if not country.has_grid:  # it is chosen by where all of them are
        rows = list(rows)
        country = among(country, rows)
    for row in rows:
        reason = why_left_out(row.cells, on, row.number, judged)
        record = None if reason else _record(row, country, judged)
        if record is not None and phases and record.phase not in phases:
            reason = f"of the phase {record.phase}"
        if reason or record is None:
            left_out[reason] += 1
        elif record.urn in kept:
            judged.error(
                "urn-twice",
                f"{shown(record.urn)} stands in row {kept[record.urn][0]} already.",
                "Delete one of the two, or give the second its own key.",
                row=row.number,
                field="urn",
            )
        else:
            kept[record.urn] = row.number, record
    if noticed.has_errors:
        return [], country
    noticed.extend(judged.findings)
    for reason, number in sorted(left_out.items()):
        message = f"{number:,} {'is' if number == 1 else 'are'} {reason}, and left out."
        noticed.note("register-left-out", message, "Nothing to do where this is right.")
    if not kept and not noticed.has_errors:
        noticed.error("register-no-schools", "None of the rows is kept.", "Choose another day or other phases.")
    return [record for _, (_, record) in sorted(kept.items())], country


def _of_authority(opened: SchoolList, la: str, noticed: Noticed) -> Iterator[Row]:
    """Yield the rows of the authority that is meant; all where the list is of one, and none from where it is not."""
    authorities: dict[str, str] = {}
    few = 1 if opened.kind.of_many else MOST_AUTHORITIES
    meant, called, found = la.strip(), folded(la), False
    try:
        for row in opened.rows:
            code, name = row.cells.get("la_code", ""), row.cells.get("borough", "")
            authorities.setdefault(code or name, name)
            if meant in {ALL, code} or folded(name) == called if la else len(authorities) <= few:
                found = True
                yield row
    except TableError as problem:
        problem.tell(noticed)
    if noticed.has_errors:
        return
    if not found:
        tell_unknown_authority(la, authorities, noticed)
    elif not la and len(authorities) > few:
        some = ", ".join(f"{code} {name}".strip() for code, name in sorted(authorities.items())[:AUTHORITIES_SHOWN])
        noticed.error(
            "register-several-authorities",
            f"The list has the schools of {count(len(authorities), 'authority', 'authorities')}.",
            f"Say whose are meant: --la with a code or a name, such as {some} …; or all.",
        )


def _record(row: Row, country: Country, noticed: Noticed) -> SchoolRecord:
    reader = TolerantReader(_with_key(row, noticed), row.number, noticed, country)
    record = record_from(reader, reader.degrees())
    for column, text in reader.unread.items():
        noticed.warning(
            "register-unread",
            f"{shown(text)} cannot be read; it stands as it is in schools.geojson.",
            "Correct it there, or in the list.",
            row=row.number,
            field=column,
        )
    if record.easting is None and not reader.unread.keys() & {"easting", "northing"}:
        message = "Schools have no point: they cannot be planned by place until they have one."
        noticed.once("register-no-point", message, "Give --postcodes, or points by hand.", row=row.number)
    return replace(record, unread=reader.unread)


def _with_key(row: Row, noticed: Noticed) -> Mapping[str, str]:
    """Return the cells with a key that can be one: made from a reference or from the name where there is none."""
    key, name = row.cells.get("urn", ""), row.cells.get("name", "")
    if _NI_REFERENCE.fullmatch(key):
        message = "References such as 101-0014 are written as keys, x-101-0014."
        noticed.once("key-from-reference", message, row=row.number, field="urn")
        return {**row.cells, "urn": f"x-{key}"}
    plain = "-".join(re.findall(r"[a-z0-9]+", folded(name)))
    if "urn" in row.cells or not plain:
        return row.cells
    message = "There is no column of keys: each school has one from its name, such as x-oak-primary."
    noticed.once("key-from-name", message, "Give the column with --column urn=HEADER where there is one.", field="urn")
    return {**row.cells, "urn": f"x-{plain}"}


def _write(
    root: Path,
    schools: Sequence[SchoolRecord],
    answers: Sequence[Path],
    begun: Begun,
    postcodes: PostcodeFiles | PostcodeService | None,
    country: Country,
) -> None:
    authority = Counter(record.borough for record in schools).most_common(1)[0][0] or root.resolve().name
    write_schools(root / "schools.geojson", schools, country=country)
    kept = [write_country(root, country)]
    write_scenario(root / "scenarios" / "first-plan.toml", authority, schools, replace=True)
    kept += write_templates(root / "templates", schools)
    for file in answers[:1]:
        noticed = Noticed(named(file))
        data = read_bytes(file, noticed)
        if data is not None:
            ending = ".xlsx" if file.suffix.lower() == ".xlsx" else ".csv"
            kept.append(write_keeping(root / f"survey{ending}", data, private=True))
        begun.findings += noticed.findings
    begun.findings += [*told_as_kept(kept), *placed(root, postcodes)]


# --- how the columns were read ---------------------------------------------------------------------------------------


def _write_columns(root: Path, read_by: Mapping[str, SchoolList]) -> list[Finding]:
    """Write by which header each column was read; tell where another such file is kept."""
    lines = [
        f"{column} = {json.dumps(cell, ensure_ascii=False)}"
        for column, cell in {
            column: cell for one in read_by.values() for cell, column in one.reading() if column
        }.items()
    ]
    files = " and ".join(read_by)
    head = f"# How the columns of {files} were read. Correct a name, and run init again with --replace.\n"
    return told_as_kept([write_keeping(root / COLUMNS, "\n".join([f"{head}[schools]", *lines]) + "\n")])


def _kept_columns(root: Path) -> dict[str, str]:
    """Return how columns were read before, or are to be by a person's word."""
    path = root / COLUMNS
    if is_absent(path):
        return {}
    noticed = Noticed(COLUMNS)
    data = read_bytes(path, noticed)
    found = {} if data is None else columns_from(data, "schools", noticed)
    if noticed.has_errors:
        raise BadDataError(errors_in(noticed.findings))
    return found
