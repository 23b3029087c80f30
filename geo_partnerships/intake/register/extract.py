"""The Department's school register (Get Information About Schools) to a data folder of one authority.

The extract of all establishments has some 135 columns and 50,000 rows, closed and proposed schools among them. Its
columns are those of the public download ``edubasealldata….csv``; its file of links, ``links_edubasealldata….csv``,
says which school took the place of which.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import shapely
from rapidfuzz import fuzz, process

from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.intake.formats.archives import read_unpacked
from geo_partnerships.intake.formats.encoding import lines_in, too_many_lines
from geo_partnerships.intake.formats.files import named
from geo_partnerships.intake.formats.findings_log import Noticed, shown
from geo_partnerships.intake.formats.normalise import folded
from geo_partnerships.intake.formats.tables import TableError, bounded_records
from geo_partnerships.intake.ground.making import AROUND_M, write_built_up
from geo_partnerships.intake.places.derived_districts import MARGIN_M, derive_districts, surroundings, write_districts
from geo_partnerships.intake.postcodes.files import PostcodeFiles
from geo_partnerships.intake.postcodes.format import district_of
from geo_partnerships.intake.postcodes.geocode import geocode_file
from geo_partnerships.intake.register.templates import write_scenario, write_templates
from geo_partnerships.intake.schools.read import read_schools
from geo_partnerships.intake.schools.row import LAYOUT as SCHOOLS
from geo_partnerships.intake.schools.row import TolerantReader, record_from
from geo_partnerships.intake.schools.status import date_of, why_left_out
from geo_partnerships.intake.schools.write import SchoolRecord, write_schools
from geo_partnerships.limits import LINES, ROWS
from geo_partnerships.sentences import count
from geo_partnerships.vocabulary import CRS, Phase

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from geo_partnerships.findings import Finding
    from geo_partnerships.intake.postcodes.service import PostcodeService

COLUMNS = MappingProxyType(
    {
        "urn": "URN", "name": "EstablishmentName", "la_code": "LA (code)", "borough": "LA (name)",
        "establishment_number": "EstablishmentNumber", "type": "TypeOfEstablishment (name)",
        "group": "EstablishmentTypeGroup (name)", "status": "EstablishmentStatus (name)", "opened": "OpenDate",
        "closed": "CloseDate", "phase": "PhaseOfEducation (name)", "low_age": "StatutoryLowAge",
        "high_age": "StatutoryHighAge", "religious_character": "ReligiousCharacter (name)",
        "pupils": "NumberOfPupils", "census_date": "CensusDate", "postcode": "Postcode", "easting": "Easting",
        "northing": "Northing",
    }
)  # fmt: skip
"""What is read of the register, by the columns of a list of schools."""
# The register has carried these under other names, or not at all.
MAY_BE_MISSING = frozenset({"group", "religious_character", "pupils", "census_date", "establishment_number"})
SUGGESTED, LEAST_ALIKE = 5, 60.0
SCHOOLS_FILE, SCENARIO_FILE = "schools.geojson", "scenarios/first-plan.toml"
LINK_COLUMNS = ("URN", "LinkURN", "LinkType")
MOST_OF_ONE_NUMBER = 50
AROUND_CLOSING = tuple(timedelta(days=days) for days in range(-3, 4))


@dataclass
class Extract:
    """The schools of one authority that are open on one day, and what the register says besides.

    Parameters
    ----------
    left_out
        How many establishments of the authority are left out, by why.
    """

    authority: str
    schools: list[SchoolRecord] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def init_borough(
    folder: Path | str,
    register: Path | str,
    la: str,
    on: date | str | None = None,
    *,
    phases: Collection[str] = (),
    links: Path | str | None = None,
    postcodes: PostcodeFiles | PostcodeService | None = None,
    replace: bool = False,
) -> tuple[Finding, ...]:
    """Make a data folder for one authority from the register.

    Writes ``schools.geojson``, ``scenarios/first-plan.toml``, and under ``templates/`` a survey, standing
    partnerships and judgements to fill in, each as CSV and as a workbook that explains its columns.

    Parameters
    ----------
    folder
        Made where it is not there.
    register
        The extract of all establishments, as published.
    la
        The authority's code, e.g. ``302``, or its name.
    on
        Day on which the schools are open (``2015-01-15``); without it, those that the register calls open.
    phases
        Phases to keep (see `Phase`); none given keeps all.
    links
        The register's file of links, where there is one: who took whose place.
    postcodes
        Places schools for which the register has no point, and checks the others. From files, the postcode districts
        are derived as well and written to ``boundaries/districts.geojson``.
    replace
        Write over schools and a scenario that are there already.

    Returns
    -------
    tuple of Finding
        What the register leaves open, and how many schools were left out, and why.

    Raises
    ------
    BadDataError
        The register cannot be used, or has no such authority.
    UsageError
        The day or a phase is none, or the folder already holds schools.
    """
    root, day, wanted = Path(folder), day_of(on), phases_of(phases)
    refuse_taken(root, replace=replace)
    noticed = Noticed(named(Path(register)))
    extract = read_register(
        Path(register), la, noticed, on=day, phases=wanted, links=None if links is None else Path(links)
    )
    if noticed.has_errors:
        raise BadDataError(finding for finding in noticed.findings if finding.severity == "error")
    write_schools(root / SCHOOLS_FILE, extract.schools, attribution=_attribution(named(Path(register))))
    write_scenario(root / SCENARIO_FILE, extract.authority, extract.schools, replace=replace)
    kept = told_as_kept(write_templates(root / "templates", extract.schools))
    return (*noticed.findings, *kept, *placed(root, postcodes))


def refuse_taken(root: Path, *, replace: bool) -> None:
    """Raise `UsageError` where a folder holds schools or a scenario already, unless they may be replaced."""
    taken = [file.rpartition("/")[2] for file in (SCHOOLS_FILE, SCENARIO_FILE) if (root / file).exists()]
    if taken and not replace:
        raise UsageError(f"The folder {shown(root.name)} already holds {' and '.join(taken)}.")


def told_as_kept(paths: Iterable[Path | None]) -> list[Finding]:
    """Return what there is to say of files that were the user's, and were renamed."""
    noticed = [Noticed(path.name) for path in paths if path is not None]
    for one in noticed:
        one.note("file-kept", "It was there already, and is kept under this name.", "Take from it what is needed.")
    return [finding for one in noticed for finding in one.findings]


def placed(root: Path, postcodes: PostcodeFiles | PostcodeService | None) -> list[Finding]:
    """Place a new folder's schools by their postcodes, and derive its districts; return what was noticed."""
    if postcodes is None:
        return []
    findings = list(geocode_file(root / SCHOOLS_FILE, postcodes))
    if isinstance(postcodes, PostcodeFiles):
        findings += _districts(root / "boundaries" / "districts.geojson", root / SCHOOLS_FILE, postcodes)
    return findings


def _districts(path: Path, schools_file: Path, postcodes: PostcodeFiles) -> list[Finding]:
    """Write the postcode districts around the schools, derived from all unit postcodes there."""
    noticed = Noticed(named(postcodes.path))
    schools = read_schools(schools_file.read_bytes(), Noticed(named(schools_file))).values()
    points = [(s.easting, s.northing) for s in schools if s.easting is not None and s.northing is not None]
    districts = {school.district for school in schools if school.district}
    if not points or not districts:
        return []
    frame = surroundings(points)
    near = shapely.box(*frame.buffer(MARGIN_M).bounds)
    units = postcodes.within(near.buffer(AROUND_M).bounds, districts, noticed)
    within = {one: at for one, at in units.items() if near.intersects(shapely.Point(at.easting, at.northing))}
    district_at: dict[tuple[float, float], str] = {}
    for postcode, point in sorted(within.items()):
        district_at.setdefault((point.easting, point.northing), district_of(postcode))
    if district_at:
        kept = write_districts(path, derive_districts(district_at, frame), f"Unit postcodes: {named(postcodes.path)}")
        noticed.extend(told_as_kept([kept]))
        noticed.note(
            "districts-derived", f"Postcode districts were derived from {count(len(within), 'unit postcode')}."
        )
    land = path.with_name("built_up.geojson")
    if write_built_up(land, ((point.easting, point.northing) for point in units.values()), CRS):
        noticed.note(
            "built-up-derived", "Built-up land was derived from them, too.", "See docs/data.md for more ground."
        )
    return noticed.findings


def day_of(on: date | str | None) -> date | None:
    """Return the day that is meant; raise `UsageError` where it is none."""
    if on is None or isinstance(on, date):
        return on
    try:
        return date.fromisoformat(on)
    except ValueError:
        raise UsageError(f"{shown(on)} is no day; write it like 2015-01-15.") from None


def phases_of(phases: Collection[str]) -> frozenset[Phase]:
    """Return phases; raise `UsageError` where one is none."""
    unknown = sorted(set(phases) - set(Phase))
    if unknown:
        raise UsageError(f"{shown(unknown[0])} is no phase; there are {', '.join(Phase)}.")
    return frozenset(map(Phase, phases))


def _attribution(file: str) -> str:
    licence = "Contains public sector information licensed under the Open Government Licence v3.0."
    return f"Get Information About Schools ({file}). {licence}"


def read_register(
    path: Path,
    la: str,
    noticed: Noticed,
    *,
    on: date | None = None,
    phases: Collection[str] = (),
    links: Path | None = None,
) -> Extract:
    """Return the schools of the authority `la` in the register at `path`; see `init_borough`."""
    rows = _rows_of_authority(path, la, noticed)
    if not rows:
        return Extract("")
    extract = Extract(Counter(row["borough"] for _, row in rows).most_common(1)[0][0])
    before = _predecessors(rows, links, noticed)
    for number, row in rows:
        reason = why_left_out(row, on, number, noticed)
        record = None if reason else _record(row, before, number, noticed)
        if record is not None and phases and record.phase not in phases:
            reason = f"of the phase {record.phase}"
        if reason or record is None:
            extract.left_out[reason] += 1
        else:
            extract.schools.append(record)
    extract.schools.sort(key=lambda record: record.urn)
    _tell_outcome(extract, noticed)
    return extract


# --- rows ----------------------------------------------------------------------------------------------------------


def _rows_of_authority(path: Path, la: str, noticed: Noticed) -> list[tuple[int, dict[str, str]]]:
    records = _csv(path, noticed)
    header = next(records, None)
    if header is None:
        if not noticed.has_errors:
            noticed.error("register-empty", "The file holds no rows.", "Download it again.")
        return []
    positions = {column: found[0] for column, found in SCHOOLS.match(header).items() if column in COLUMNS}
    missing = [name for column, name in COLUMNS.items() if column not in positions and column not in MAY_BE_MISSING]
    for name in missing:
        noticed.error(
            "register-column-missing",
            f"The column {name} is missing.",
            "Download the extract of all establishments, all fields.",
            row=1,
            field=name,
        )
    return [] if missing else _filtered(records, len(header), positions, la, noticed)


def _csv(path: Path, noticed: Noticed) -> Iterator[list[str]]:
    data = read_unpacked(path, noticed)
    lines = None if data is None else lines_in(data, noticed, published_as_1252=True)
    if data is None or lines is None:
        return
    if too_many_lines(data, LINES):
        TableError(f"There are more than {LINES:,} rows.").tell(noticed)
        return
    try:
        yield from (record for _, record in bounded_records(lines))
    except TableError as problem:
        problem.tell(noticed)


def _filtered(
    records: Iterator[list[str]], width: int, positions: Mapping[str, int], la: str, noticed: Noticed
) -> list[tuple[int, dict[str, str]]]:
    code_at, name_at, urn_at = positions["la_code"], positions["borough"], positions["urn"]
    code, name = la.strip(), folded(la)
    found: dict[str, tuple[int, dict[str, str]]] = {}
    authorities: dict[str, str] = {}
    for number, record in enumerate(records, 2):
        if len(record) != width:
            if record:
                noticed.error(
                    "register-ragged-row",
                    f"The row has {count(len(record), 'cell')} where the header has {width}.",
                    "Download the file again; it may be cut off.",
                    row=number,
                )
            continue
        authorities.setdefault(record[code_at], record[name_at])
        if record[code_at] != code and folded(record[name_at]) != name:
            continue
        urn = record[urn_at].strip()
        if urn in found:
            message = f"{shown(urn)} stands in row {found[urn][0]} already; the first row was taken."
            noticed.warning("register-urn-twice", message, "Delete one of the two.", row=number, field="URN")
        elif len(found) < ROWS:
            found[urn] = (number, {column: record[at].strip() for column, at in positions.items()})
        else:
            TableError(f"There are more than {ROWS:,} rows of the authority.").tell(noticed)
            break
    if not found and not noticed.has_errors:
        tell_unknown_authority(la, authorities, noticed)
    return list(found.values())


def tell_unknown_authority(la: str, authorities: Mapping[str, str], noticed: Noticed) -> None:
    """Say that there is no such authority, and which is meant perhaps."""
    named_alike = [code for *_, code in process.extract(folded(la), {c: folded(n) for c, n in authorities.items()},
                   scorer=fuzz.WRatio, score_cutoff=LEAST_ALIKE, limit=SUGGESTED)]  # fmt: skip
    near = named_alike or sorted(authorities)[:SUGGESTED]
    listed = ", ".join(f"{code} {authorities[code]}" for code in near)
    noticed.error(
        "register-unknown-authority",
        f"No establishment is under the authority {shown(la)}.",
        f"Give its code or name. {'Perhaps' if named_alike else 'The file begins with'} {listed}"
        f"{'?' if named_alike else ' …'}",
        field=COLUMNS["la_code"],
    )


# --- what a row says -----------------------------------------------------------------------------------------------


def _record(row: Mapping[str, str], before: Mapping[str, Sequence[str]], number: int, noticed: Noticed) -> SchoolRecord:
    reader = TolerantReader(row, number, noticed)
    record = record_from(reader)
    if record.easting is None:
        reader.unread.pop("easting", None)
        reader.unread.pop("northing", None)
        noticed.warning(
            "register-no-point",
            f"{record.name} has no point in the register ({shown(row['easting'])}, {shown(row['northing'])}).",
            "Give it one from its postcode, or by hand.",
            row=number,
            field=COLUMNS["easting"],
        )
    for column, text in reader.unread.items():
        noticed.warning(
            "register-unread",
            f"{shown(text)} cannot be read; it stands as it is in schools.geojson.",
            "Correct it there, or in the register.",
            row=number,
            field=COLUMNS.get(column, column),
        )
    return replace(
        record,
        point_source="register" if record.easting is not None else "",
        predecessors=tuple(before.get(row["urn"], ())),
        unread=reader.unread,
    )


# --- who took whose place --------------------------------------------------------------------------------------------


def _predecessors(
    rows: Sequence[tuple[int, Mapping[str, str]]], links: Path | None, noticed: Noticed
) -> dict[str, list[str]]:
    """Return the former schools by the URN of the one that took their place."""
    found: dict[str, set[str]] = defaultdict(set)
    for former, later in chain(_by_number(rows, noticed), _by_links(links, noticed) if links else ()):
        found[later].add(former)
    return {later: sorted(former) for later, former in found.items()}


def _by_number(rows: Sequence[tuple[int, Mapping[str, str]]], noticed: Noticed) -> Iterator[tuple[str, str]]:
    """Yield schools that closed as another of the same establishment number opened, as a conversion does."""
    same: dict[str, list[tuple[int, Mapping[str, str]]]] = defaultdict(list)
    for number, row in rows:
        if row.get("establishment_number"):
            same[row["establishment_number"]].append((number, row))
    for group in same.values():
        if 1 < len(group) <= MOST_OF_ONE_NUMBER:
            yield from _conversions(group, noticed)


def _conversions(group: Sequence[tuple[int, Mapping[str, str]]], noticed: Noticed) -> Iterator[tuple[str, str]]:
    """Yield former and later school of one establishment number."""
    silent = Noticed("")  # the days are reported where the rows are judged
    opened: dict[date, list[Mapping[str, str]]] = defaultdict(list)
    for at, row in group:
        day = date_of(row, "opened", at, silent)
        if day is not None:
            opened[day].append(row)
    for at, former in group:
        closed = date_of(former, "closed", at, silent)
        for later in (row for days in AROUND_CLOSING for row in (opened.get(closed + days, ()) if closed else ())):
            if later is not former:
                noticed.note(
                    "register-successor",
                    f"{later['urn']} {later['name']} took the place of {former['urn']}.",
                    "They have one establishment number, and one closed as the other opened.",
                    row=at,
                )
                yield former["urn"], later["urn"]


def _by_links(path: Path, noticed: Noticed) -> Iterator[tuple[str, str]]:
    apart = Noticed(named(path))
    records = _csv(path, apart)
    header = next(records, [])
    missing = [name for name in LINK_COLUMNS if name not in header]
    if missing and not apart.has_errors:
        apart.error(
            "register-column-missing",
            f"The column {missing[0]} is missing.",
            "Give the file of links.",
            row=1,
            field=missing[0],
        )
    if not missing:
        urn, other, kind = (header.index(name) for name in LINK_COLUMNS)
        for record in records:
            if len(record) == len(header) and record[kind].startswith("Predecessor"):
                yield record[other].strip(), record[urn].strip()
            elif len(record) == len(header) and record[kind].startswith("Successor"):
                yield record[urn].strip(), record[other].strip()
    noticed.extend(apart.findings)


def _tell_outcome(extract: Extract, noticed: Noticed) -> None:
    if not extract.schools:
        noticed.error(
            "register-no-schools",
            f"None of the establishments of {extract.authority} is kept.",
            "Choose another day or other phases.",
        )
    for reason, number in sorted(extract.left_out.items()):
        noticed.note(
            "register-left-out",
            f"{number} {'is' if number == 1 else 'are'} {reason}.",
            "Nothing to do where this is right.",
        )
