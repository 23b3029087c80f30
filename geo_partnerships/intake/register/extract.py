"""The Department's school register (Get Information About Schools) to a data folder of one authority.

The extract of all establishments has some 135 columns and 50,000 rows, closed and proposed schools among them. Its
columns are those of the public download ``edubasealldata….csv``; its file of links, ``links_edubasealldata….csv``,
says which school took the place of which.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.intake.formats.encoding import lines_in
from geo_partnerships.intake.formats.files import named, read_bytes
from geo_partnerships.intake.formats.findings_log import Noticed, shown
from geo_partnerships.intake.formats.tables import TableError, bounded_records, up_to
from geo_partnerships.intake.places.derived_districts import MARGIN_M, derive_districts, surroundings, write_districts
from geo_partnerships.intake.postcodes.files import PostcodeFiles
from geo_partnerships.intake.postcodes.format import district_of
from geo_partnerships.intake.postcodes.geocode import geocode_file
from geo_partnerships.intake.register.templates import write_scenario, write_templates
from geo_partnerships.intake.schools.points import in_britain
from geo_partnerships.intake.schools.read import read_schools
from geo_partnerships.intake.schools.write import SchoolRecord, write_schools
from geo_partnerships.limits import LINES, REGISTER_BYTES
from geo_partnerships.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from geo_partnerships.findings import Finding
    from geo_partnerships.intake.postcodes.service import PostcodeService

CODE, AUTHORITY, NUMBER = "LA (code)", "LA (name)", "EstablishmentNumber"
TYPE, GROUP, STATUS = "TypeOfEstablishment (name)", "EstablishmentTypeGroup (name)", "EstablishmentStatus (name)"
OPENED, CLOSED, WHY_CLOSED = "OpenDate", "CloseDate", "ReasonEstablishmentClosed (name)"
PHASE, LOW, HIGH = "PhaseOfEducation (name)", "StatutoryLowAge", "StatutoryHighAge"
COLUMNS = (
    "URN", "EstablishmentName", CODE, AUTHORITY, NUMBER, TYPE, GROUP, STATUS, OPENED, CLOSED, WHY_CLOSED, PHASE,
    LOW, HIGH, "ReligiousCharacter (name)", "NumberOfPupils", "CensusDate", "Postcode", "Easting", "Northing",
)  # fmt: skip
# The register has carried these under other names, or not at all.
MAY_BE_MISSING = frozenset({GROUP, WHY_CLOSED, "ReligiousCharacter (name)", "NumberOfPupils", "CensusDate", NUMBER})
LINK_COLUMNS = ("URN", "LinkURN", "LinkType")
OPEN_NOW = frozenset({"open", "open, but proposed to close"})
NOT_STATE = MappingProxyType(
    {
        "universities": "university",  # the register's group; a university technical college is a state school
        "higher education": "university",
        "welsh": "elsewhere",
        "online": "elsewhere",
        "overseas": "elsewhere",
        "offshore": "elsewhere",
        "miscellaneous": "elsewhere",
    }
)
PHASE_OF_TYPE = MappingProxyType(
    {
        "special": Phase.SPECIAL,
        "referral": Phase.PRU,
        "alternative provision": Phase.PRU,
        "nursery": Phase.NURSERY,
        "further education": Phase.SIXTH_FORM,
        "sixth form": Phase.SIXTH_FORM,
    }
)
PHASE_STATED = MappingProxyType(
    {
        "nursery": Phase.NURSERY,
        "all-through": Phase.ALL_THROUGH,
        "all through": Phase.ALL_THROUGH,
        "secondary": Phase.SECONDARY,
        "16": Phase.SIXTH_FORM,
        "primary": Phase.PRIMARY,
    }
)
_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})|(\d{4})-(\d{2})-(\d{2})")
_INFANTS_TO, _JUNIORS_FROM, _PRIMARY_TO = 8, 7, 12


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
    root, day, wanted = Path(folder), _day(on), _phases(phases)
    kept = [root / "schools.geojson", root / "scenarios" / "first-plan.toml"]
    taken = [path.name for path in kept if path.exists()]
    if taken and not replace:
        raise UsageError(f"The folder {shown(root.name)} already holds {' and '.join(taken)}.")
    noticed = Noticed(named(Path(register)))
    extract = read_register(
        Path(register), la, noticed, on=day, phases=wanted, links=None if links is None else Path(links)
    )
    if noticed.has_errors:
        raise BadDataError(finding for finding in noticed.findings if finding.severity == "error")
    write_schools(kept[0], extract.schools, attribution=_attribution(named(Path(register))))
    write_scenario(kept[1], extract.authority, extract.schools, replace=replace)
    write_templates(root / "templates", extract.schools)
    findings = list(noticed.findings)
    if postcodes is not None:
        findings += geocode_file(kept[0], postcodes)
    if isinstance(postcodes, PostcodeFiles):
        findings += _districts(root / "boundaries" / "districts.geojson", kept[0], postcodes)
    return tuple(findings)


def _districts(path: Path, schools_file: Path, postcodes: PostcodeFiles) -> list[Finding]:
    """Write the postcode districts around the schools, derived from all unit postcodes there."""
    noticed = Noticed(named(postcodes.path))
    schools = read_schools(schools_file.read_bytes(), Noticed(named(schools_file))).values()
    points = [(s.easting, s.northing) for s in schools if s.easting is not None and s.northing is not None]
    districts = {school.district for school in schools if school.district}
    if not points or not districts:
        return []
    frame = surroundings(points)
    west, south, east, north = frame.buffer(MARGIN_M).bounds
    units = postcodes.within((west, south, east, north), districts, noticed)
    district_at: dict[tuple[float, float], str] = {}
    for postcode, point in sorted(units.items()):
        district_at.setdefault((point.easting, point.northing), district_of(postcode))
    if district_at:
        write_districts(path, derive_districts(district_at, frame), f"Unit postcodes: {named(postcodes.path)}")
        noticed.note("districts-derived", f"Postcode districts were derived from {len(units):,} unit postcodes.")
    return noticed.findings


def _day(on: date | str | None) -> date | None:
    if on is None or isinstance(on, date):
        return on
    try:
        return date.fromisoformat(on)
    except ValueError:
        raise UsageError(f"{shown(on)} is no day; write it like 2015-01-15.") from None


def _phases(phases: Collection[str]) -> frozenset[Phase]:
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
    extract = Extract(Counter(row[AUTHORITY] for _, row in rows).most_common(1)[0][0])
    before = _predecessors(rows, links, noticed)
    for number, row in rows:
        reason = _left_out(row, on, number, noticed)
        phase = _phase(row)
        if not reason and phases and phase not in phases:
            reason = f"of the phase {phase}"
        if reason:
            extract.left_out[reason] += 1
        else:
            extract.schools.append(_record(row, phase, before, number, noticed))
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
    missing = [name for name in COLUMNS if name not in header and name not in MAY_BE_MISSING]
    for name in missing:
        noticed.error(
            "register-column-missing",
            f"The column {name} is missing.",
            "Download the extract of all establishments, all fields.",
            row=1,
            field=name,
        )
    if missing:
        return []
    positions = {name: header.index(name) for name in COLUMNS if name in header}
    return _filtered(records, len(header), positions, la, noticed)


def _csv(path: Path, noticed: Noticed) -> Iterator[list[str]]:
    data = read_bytes(path, noticed, REGISTER_BYTES)
    lines = None if data is None else lines_in(data, noticed, published_as_1252=True)
    if lines is None:
        return
    try:
        yield from (record for _, record in bounded_records(up_to(LINES, lines)))
    except TableError as problem:
        problem.tell(noticed)


def _filtered(
    records: Iterator[list[str]], width: int, positions: Mapping[str, int], la: str, noticed: Noticed
) -> list[tuple[int, dict[str, str]]]:
    code_at, name_at = positions[CODE], positions[AUTHORITY]
    code, name = la.strip(), la.strip().casefold()
    found: list[tuple[int, dict[str, str]]] = []
    authorities: dict[str, str] = {}
    for number, record in enumerate(records, 2):
        if len(record) != width:
            if record:
                noticed.error(
                    "register-ragged-row",
                    f"The row has {len(record)} cells where the header has {width}.",
                    "Download the file again; it may be cut off.",
                    row=number,
                )
            continue
        authorities.setdefault(record[code_at], record[name_at])
        if record[code_at] == code or record[name_at].casefold() == name:
            cells = {column: record[at].strip() for column, at in positions.items()}
            found.append((number, {column: cells.get(column, "") for column in COLUMNS}))
    if not found and not noticed.has_errors:
        listed = ", ".join(f"{key} {value}" for key, value in sorted(authorities.items())[:8])
        noticed.error(
            "register-unknown-authority",
            f"No establishment is under the authority {shown(la)}.",
            f"Give its code or name. The file begins with {listed} …",
            field=CODE,
        )
    return found


# --- what a row says -----------------------------------------------------------------------------------------------


def _left_out(row: Mapping[str, str], on: date | None, number: int, noticed: Noticed) -> str:
    """Return why an establishment is left out; "" where it is kept."""
    status = row[STATUS].casefold()
    if on is None:
        return "" if status in OPEN_NOW else f"called {row[STATUS] or 'nothing'} by the register"
    opened, closed = _date(row, OPENED, number, noticed), _date(row, CLOSED, number, noticed)
    if opened is not None and opened > on:
        return f"not open on {on.isoformat()}"
    if closed is not None and closed <= on:
        return f"closed by {on.isoformat()}"
    if status.startswith("proposed") and opened is None:
        return "proposed, with no day of opening"
    if status == "closed" and closed is None:
        noticed.warning(
            "register-closed-undated",
            f"{row['EstablishmentName']} is closed, but the register does not say since when; it was left out.",
            "Add it by hand if it was open.",
            row=number,
            field=CLOSED,
        )
        return "closed, with no day of closing"
    return ""


def _date(row: Mapping[str, str], column: str, number: int, noticed: Noticed) -> date | None:
    text = row[column]
    if not text:
        return None
    day = _as_date(text)
    if day is None:
        noticed.warning(
            "register-date", f"{shown(text)} is no day; it was left out.", "Look it up.", row=number, field=column
        )
    return day


def _as_date(text: str) -> date | None:
    """Return the day in ``15-01-2015`` or ``2015-01-15``, a time after it left out; None where there is none."""
    found = _DATE.fullmatch(text.split(" ", maxsplit=1)[0])
    if found is None:
        return None
    day, month, year = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _phase(row: Mapping[str, str]) -> Phase:
    kind, stated = row[TYPE].casefold(), row[PHASE].casefold()
    told = [phase for words, phase in PHASE_OF_TYPE.items() if words in kind]
    told += [phase for words, phase in PHASE_STATED.items() if words in stated]
    if not told or told[0] != Phase.PRIMARY:
        return told[0] if told else Phase.OTHER
    low, high = _whole(row[LOW]) or 0, _whole(row[HIGH]) or 0
    if 0 < high <= _INFANTS_TO:
        return Phase.INFANT
    return Phase.JUNIOR if low >= _JUNIORS_FROM and high <= _PRIMARY_TO else Phase.PRIMARY


def sector_of(kind: str) -> str:
    """Return the sector of an establishment by what the register calls its group, phase and type."""
    kind = kind.casefold()
    if "independent" in kind and "academ" not in kind:
        return "independent"
    return next((sector for word, sector in NOT_STATE.items() if word in kind), "state")


def _record(
    row: Mapping[str, str], phase: Phase, before: Mapping[str, Sequence[str]], number: int, noticed: Noticed
) -> SchoolRecord:
    point = _point(row, number, noticed)
    census = _as_date(row["CensusDate"])
    return SchoolRecord(
        urn=row["URN"],
        name=row["EstablishmentName"],
        phase=phase,
        type=row[TYPE],
        religious_character=row["ReligiousCharacter (name)"],
        low_age=_whole(row[LOW]),
        high_age=_whole(row[HIGH]),
        pupils=_whole(row["NumberOfPupils"]),
        pupils_year=census.year if census else None,
        postcode=row["Postcode"],
        borough=row[AUTHORITY],
        sector=sector_of(f"{row[GROUP]} {row[TYPE]}"),
        easting=point[0] if point else None,
        northing=point[1] if point else None,
        point_source="register" if point else "",
        predecessors=tuple(before.get(row["URN"], ())),
    )


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _point(row: Mapping[str, str], number: int, noticed: Noticed) -> tuple[float, float] | None:
    try:
        easting, northing = float(row["Easting"] or 0), float(row["Northing"] or 0)
    except ValueError:
        easting = northing = 0.0
    if in_britain(easting, northing):
        return easting, northing
    noticed.warning(
        "register-no-point",
        f"{row['EstablishmentName']} has no point in the register ({shown(row['Easting'])}, {shown(row['Northing'])}).",
        "Give it one from its postcode, or by hand.",
        row=number,
        field="Easting",
    )
    return None


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
        if row[NUMBER]:
            same[row[NUMBER]].append((number, row))
    silent = Noticed("")  # the days are reported where the rows are judged
    for group in same.values():
        for (at, former), (_, later) in ((one, two) for one in group for two in group if one is not two):
            closed, opened = _date(former, CLOSED, at, silent), _date(later, OPENED, at, silent)
            if closed and opened and abs(opened - closed) <= timedelta(days=3):
                noticed.note(
                    "register-successor",
                    f"{later['URN']} {later['EstablishmentName']} took the place of {former['URN']}.",
                    "They have one establishment number, and one closed as the other opened.",
                    row=at,
                )
                yield former["URN"], later["URN"]


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
    noticed.findings.extend(apart.findings)


def _tell_outcome(extract: Extract, noticed: Noticed) -> None:
    if not extract.schools:
        noticed.error(
            "register-no-schools",
            f"None of the establishments of {extract.authority} is kept.",
            "Choose another day or other phases.",
        )
    for reason, count in sorted(extract.left_out.items()):
        noticed.note(
            "register-left-out",
            f"{count} {'is' if count == 1 else 'are'} {reason}.",
            "Nothing to do where this is right.",
        )
