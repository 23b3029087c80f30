"""One row of a file of schools."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from geo_partnerships.characters import is_control, is_unprintable
from geo_partnerships.countries import UNITED_KINGDOM
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.formats.header import Layout
from geo_partnerships.intake.formats.normalise import folded
from geo_partnerships.intake.formats.values import EMAIL, is_no_number, is_no_word, number_in
from geo_partnerships.intake.postcodes.format import DISTRICT
from geo_partnerships.intake.schools.phases import phase_by_age, phase_in
from geo_partnerships.intake.schools.points import (
    Point,
    from_irish_grid,
    grid_point,
    is_irish,
    is_number,
)
from geo_partnerships.intake.schools.sectors import sector_of
from geo_partnerships.intake.schools.status import as_date
from geo_partnerships.intake.schools.write import SchoolRecord
from geo_partnerships.model import School
from geo_partnerships.sentences import count
from geo_partnerships.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_partnerships.countries import Country
    from geo_partnerships.intake.formats.findings_log import Noticed

URN = re.compile(r"[1-9][0-9]{4,6}|x-[a-z0-9]+(?:-[a-z0-9]+)*")
FARTHEST_APART_M = 50.0
USUAL_TEXT = 150
LONGEST_TEXT = 20_000
LAYOUT = Layout(
    {
        "urn": (
            "Unique Reference Number", "URN number", "School URN", "Establishment URN", "DfE URN", "Seed code",
            "Institution reference", "Institution reference number", "De ref", "Reference", "School number",
            "Lab number", "School code", "School reference number", "Establishment reference number",
        ),
        "name": (
            "School", "School name", "Name of school", "EstablishmentName", "Establishment name", "Institution",
            "Institution name", "School nam", "Provider name", "Schname", "Name of establishment", "Academy name",
            "Official name",
        ),
        "aliases": ("Alias", "Other names", "Also known as", "Known as"),
        "phase": (
            "School phase", "Phase of education", "PhaseOfEducation (name)", "Education phase", "Ofsted phase",
            "Phase name", "Key phase", "Phase type grouping", "Sector of education",
        ),
        "type": (
            "School type", "Type of school", "Type of establishment", "TypeOfEstablishment (name)",
            "Type of education", "Institution type", "Establishment type", "Schooltype", "Nftype",
        ),
        "group": ("EstablishmentTypeGroup (name)", "Establishment type group", "Type group"),
        "religious_character": ("Religion", "Faith", "Denomination", "ReligiousCharacter (name)"),
        "low_age": (
            "Lowest age", "Age from", "StatutoryLowAge", "Statutory low age", "Agelow", "Age low",
            "Statutory lowest age", "Minimum age",
        ),
        "high_age": (
            "Highest age", "Age to", "StatutoryHighAge", "Statutory high age", "Agehigh", "Age high",
            "Statutory highest age", "Maximum age",
        ),
        "pupils": (
            "Roll", "NOR", "Number on roll", "Number of pupils", "NumberOfPupils", "Pupil numbers", "Pupil count",
            "Total number of pupils", "Pupil roll", "Total pupils", "Total enrolment", "Enrolment", "Totpups",
            "Headcount of pupils", "Pupils on roll", "Total roll",
        ),
        "pupils_year": ("Roll year", "Year of roll"),
        "census_date": ("CensusDate", "Census year", "Date of census"),
        "postcode": ("Post code", "Postal code", "PCD", "School postcode", "Pcds"),
        "district": ("Postcode district", "Outcode", "Outward code"),
        "la_code": ("LA (code)", "Authority code", "LEA", "LA number", "Local authority code", "LEA code"),
        "borough": (
            "Authority", "Local authority", "LA", "LA name", "LA (name)", "London borough", "Council",
            "Local authority name", "Education authority",
        ),
        "sector": ("Funding", "Funding sector"),
        "status": (
            "EstablishmentStatus (name)", "Establishment status", "School status", "Open or closed", "Status name",
            "Schstatus",
        ),
        "opened": ("OpenDate", "Opening date", "Date opened", "Date of opening"),
        "closed": ("CloseDate", "Closing date", "Date closed", "Closed date", "Date of closing"),
        "establishment_number": (),
        "designations": ("Designation", "System leader", "NLE", "System leader designations", "Leader"),
        "in_letter": ("In the letter",),
        "point_source": ("Source of point", "Coordinate source"),
        "easting": (
            "Eastings", "X", "X coordinate", "Easting m", "OS easting", "BNG easting", "Grid ref easting", "Oseast1m",
            "East1m", "GridE",
        ),
        "northing": (
            "Northings", "Y", "Y coordinate", "Northing m", "OS northing", "BNG northing", "Grid ref northing",
            "Osnrth1m", "North1m", "GridN",
        ),
        "longitude": ("Lon", "Long", "Lng"),
        "latitude": ("Lat",),
        "reference": ("National reference",),
        "predecessors": ("Predecessor", "Predecessor URN", "Former URN", "Old URN"),
        "note": ("Notes", "Comment", "Comments", "Remarks"),
    },
    ("urn", "name"),
    questions=(("name", r"\bname of (?:your|the|my) (?:school|establishment|academy)|\bschool s name"),),
    weak=frozenset({"X", "Y", "LA", "Council", "Authority", "Reference", "Leader", "Comments"}),
)  # fmt: skip


def school_from(
    cells: Mapping[str, Any],
    point: Point | None,
    row: int,
    noticed: Noticed,
    country: Country = UNITED_KINGDOM,
) -> School | None:
    """Return the school that a row's cells describe, or None and error findings.

    Parameters
    ----------
    cells
        Values by the columns of `LAYOUT`; text, or numbers, lists and booleans as JSON has them.
    point
        The row's geometry, where it has one.
    """
    before = noticed.errors
    reader = RowReader(cells, row, noticed, country)
    record = record_from(reader, point)
    district, in_letter = reader.district(record.postcode), reader.flag("in_letter")
    if noticed.errors > before:
        return None
    school = School(
        urn=record.urn,
        name=record.name,
        aliases=record.aliases,
        phase=record.phase,
        type=record.type,
        religious_character=record.religious_character,
        pupils=record.pupils,
        postcode=record.postcode,
        district=district,
        borough=record.borough,
        sector=record.sector,
        easting=record.easting,
        northing=record.northing,
        point_source=record.point_source,
        designations=record.designations,
        in_letter=in_letter,
        predecessors=record.predecessors,
        reference=record.reference,
    )
    if not school.has_point:
        noticed.warning(
            "point-missing",
            f"{shown(school.name)} has no point: it cannot be clustered by place.",
            "Add a point, or a postcode to find one by.",
            row=row,
        )
    return school


def record_from(reader: RowReader, point: Point | None = None) -> SchoolRecord:
    """Return what a row says of a school; what it says wrongly is told by the reader, and left out.

    This is the one reading of a row, whatever kind of list it comes from.
    """
    urn, name = reader.urn(), reader.name()
    postcode = reader.postcode()
    place = _agreed(point, reader.grid(postcode), reader)
    low, high = reader.count("low_age"), reader.count("high_age")
    kind = reader.text("type")
    phase, sector = _phase_and_sector(reader, kind)
    return SchoolRecord(
        urn=urn,
        name=name,
        aliases=reader.many("aliases"),
        phase=phase_by_age(phase, low, high),
        type=kind,
        religious_character=reader.text("religious_character"),
        low_age=low,
        high_age=high,
        pupils=reader.count("pupils"),
        pupils_year=reader.year(),
        postcode=postcode,
        district="" if reader.country.is_british else reader.district(postcode),
        borough=reader.word("borough"),
        sector=sector,
        designations=reader.many("designations"),
        easting=place.easting if place else None,
        northing=place.northing if place else None,
        point_source=reader.text("point_source"),
        predecessors=reader.many("predecessors"),
        reference=reader.reference(),
    )


def _phase_and_sector(reader: RowReader, kind: str) -> tuple[Phase, str]:
    """Return both as stated, or as phase, type and group of a school say; lists of Wales call the phase its sector."""
    stated, sector, group = reader.word("phase"), reader.word("sector"), reader.text("group")
    is_phase = phase_in(sector) not in {None, Phase.OTHER}
    if is_phase:
        stated, sector = stated or sector, ""
    phase = reader.phase(stated, kind)
    return phase, sector or (sector_of(f"{group} {stated} {kind}") if kind or group or is_phase else "")


def _agreed(point: Point | None, grid: Point | None, reader: RowReader) -> Point | None:
    if point is None or grid is None:
        return grid or point
    apart = math.hypot(point.easting - grid.easting, point.northing - grid.northing)
    if apart > FARTHEST_APART_M:
        reader.noticed.warning(
            "point-disagrees",
            f"Easting and northing lie {apart:,.0f} m from the geometry; easting and northing were used.",
            "Correct one of them.",
            row=reader.row,
            field="easting",
        )
    return grid


class RowReader:
    """Reads one row's cells by name, with a finding for each that is not what it should be."""

    def __init__(self, cells: Mapping[str, Any], row: int, noticed: Noticed, country: Country = UNITED_KINGDOM) -> None:
        self.cells, self.row, self.noticed, self.country = cells, row, noticed, country

    def _error(self, code: str, message: str, fix: str, field: str) -> None:
        self.noticed.error(code, message, fix, row=self.row, field=field)

    def text(self, field: str) -> str:
        """Return a cell as text, with spaces tidied; empty where there is none."""
        value = self.cells.get(field)
        if value is None:
            return ""
        if not isinstance(value, str):
            self._error("field-not-text", f"{shown(value)} is no text.", "Write it in quotation marks.", field)
            return ""
        return self._clean(value, field)

    def word(self, field: str) -> str:
        """Return a cell as text; empty, and told once, where it holds a mark that there is none."""
        text = self.text(field)
        if not text or not is_no_word(text):
            return text
        self._tell_mark(text, field)
        return ""

    def _tell_mark(self, text: str, field: str) -> None:
        message = f"{shown(text)} was read as empty."
        fix = "Nothing to do where it means that no value is known."
        self.noticed.once("value-mark", message, fix, row=self.row, field=field)

    def _clean(self, value: str, field: str) -> str:
        text = value.strip()
        if len(text) > LONGEST_TEXT:
            self._error("text-too-long", f"{shown(text)} has {count(len(text), 'character')}.", "Shorten it.", field)
            return text
        unseen = [] if text.isprintable() else [character for character in text if is_unprintable(character)]
        if any(map(is_control, unseen)) or (text and len(unseen) == len(text)):
            message = f"{shown(text)} holds characters that cannot be seen."
            self._error("text-unprintable", message, "Type it again.", field)
        elif unseen:
            self._warning("text-unseen", f"{shown(text)} holds characters that cannot be seen; kept as typed.", field)
        if len(text) > USUAL_TEXT:
            self._warning("text-long", f"{shown(text)} has {count(len(text), 'character')}; kept as typed.", field)
        if "@" in text and EMAIL.search(text):
            message = "The cell holds an e-mail address, which is never read."
            self._error("text-email", message, "Delete it, or leave the column out.", field)
            return ""
        return text

    def _warning(self, code: str, message: str, field: str) -> None:
        self.noticed.warning(code, message, "Type it again if that is not meant.", row=self.row, field=field)

    def reference(self) -> str:
        """Return the identifier that another country gives the school, where its key had to be made from it."""
        stated = self.text("reference")
        given = str(self.cells.get("urn") or "").strip()
        return stated or ("" if self.country.is_british or not given or URN.fullmatch(given) else given)

    def urn(self) -> str:
        """Return the key of the school; a missing or odd one is an error."""
        value = self._key_of_reference(self.cells.get("urn"))
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        text = value.strip() if isinstance(value, str) else value
        if text is None or (isinstance(text, str) and is_no_word(text)):
            self._error("urn-missing", "The school has no URN.", "Add it, or a key of your own such as x-name.", "urn")
        elif isinstance(text, float) or re.fullmatch(r"[0-9]+\.[0-9]*|[0-9.]+[eE]\+?[0-9]+", str(text)):
            self._error("urn-float", f"{shown(text)} is a decimal number.", "Write the URN as text: 101295.", "urn")
        elif not isinstance(text, str) or not URN.fullmatch(text):
            self._error("urn-malformed", f"{shown(text)} is no URN.", "Write five to seven digits, or x-name.", "urn")
        return "" if text is None else str(text)

    def _key_of_reference(self, value: object) -> object:
        """Return an identifier of another country as a key, ``x-19876k``; what is a key already as it is."""
        if self.country.is_british or not isinstance(value, str | int) or isinstance(value, bool):
            return value
        text = str(value).strip()
        parts = re.findall(r"[a-z0-9]+", folded(text))
        return text if URN.fullmatch(text) or not parts else f"x-{'-'.join(parts)}"

    def name(self) -> str:
        """Return the name; a missing one is an error."""
        name = self.text("name")
        if is_no_word(name) and not isinstance(self.cells.get("name"), int | float | list | dict):
            self._error("name-missing", "The school has no name.", "Add it.", "name")
        return name

    def phase(self, text: str, kind: str = "") -> Phase:
        """Return the phase as stated, or as the type of school says; one that is not known is told."""
        stated = self.country.phase_in(text) or phase_in(text)
        by_type = self.country.phase_in(kind) or phase_in(kind)
        if by_type in {Phase.PRU, Phase.SPECIAL} and stated in {None, Phase.OTHER, Phase.PRIMARY, Phase.SECONDARY}:
            return by_type
        if text and stated is None and by_type is None:
            self.noticed.warning(
                "phase-unknown",
                f"{shown(text)} is no phase that is known; it was read as other.",
                f"Use one of {', '.join(Phase)}.",
                row=self.row,
                field="phase",
            )
        return (stated if stated is not Phase.OTHER else None) or by_type or Phase.OTHER

    def postcode(self) -> str:
        """Return the postcode in its usual form; one that cannot be read is told."""
        text = self.word("postcode").rstrip(".,;")
        country = self.country
        postcode = country.tidy(text)
        if text and not postcode:
            meant = country.mistyped(text)
            fix = f"Is {meant} meant? Correct it." if meant else f"Write it like {country.postcode_example}."
            self._error("postcode-malformed", f"{shown(text)} is no {country.postcode}.", fix, "postcode")
        return postcode

    def district(self, postcode: str) -> str:
        """Return the postcode district, that of the postcode where none is given."""
        outward = self.country.district_of(postcode)
        if not self.country.is_british:
            return self.word("district") or outward
        text = self.word("district").upper()
        if text and not DISTRICT.fullmatch(text):
            self._error(
                "district-malformed",
                f"{shown(text)} is no postcode district.",
                "Write it like EN4.",
                "district",
            )
            return outward
        if text and outward and text != outward:
            self.noticed.warning(
                "district-disagrees",
                f"The district {shown(text)} is not that of the postcode {postcode}; the district was used.",
                "Correct one of them.",
                row=self.row,
                field="district",
            )
        return text or outward

    def number(self, field: str) -> float | None:
        """Return a cell as a number; None where there is none."""
        value = self.cells.get(field)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            if is_no_number(value):
                if value.strip():
                    self._tell_mark(value.strip(), field)
                return None
            value = number_in(value)
        if value is None or not is_number(value):
            given = self.cells[field]
            meant = str(given).strip().upper().replace("O", "0").replace("I", "1").replace("L", "1")
            fix = f"Is {meant} meant? Correct it." if number_in(meant) is not None else "Write a number."
            self._error("number-malformed", f"{shown(given)} is no number.", fix, field)
            return None
        return float(value)

    def count(self, field: str) -> int | None:
        """Return a cell as a whole number of at least 0; None where there is none."""
        number = self.number(field)
        if number is None:
            return None
        if number < 0 or number != int(number):
            self._error("count-malformed", f"{shown(self.cells[field])} is no count.", "Write a whole number.", field)
            return None
        return int(number)

    def year(self) -> int | None:
        """Return the year in which the pupils were counted, stated or that of the census."""
        stated = self.count("pupils_year") if self.cells.get("pupils_year") is not None else None
        census = self.cells.get("census_date")
        if stated is not None or not isinstance(census, str) or is_no_number(census):
            return stated
        day, year = as_date(census), number_in(census)
        if day is None and year is None:
            message = f"{shown(census)} is no day; it was left out."
            self.noticed.once("register-date", message, row=self.row, field="census_date")
            return None
        return day.year if day is not None else int(year or 0)

    def grid(self, postcode: str = "") -> Point | None:
        """Return the point in metres on the country's grid; None where there is none.

        A point of Northern Ireland, by its postcode, is taken as one on the Irish Grid where it can only be that.
        """
        easting, northing = self.number("easting"), self.number("northing")
        if easting is None and northing is None:
            return None
        if easting is None or northing is None:
            missing = "easting" if easting is None else "northing"
            self._error("grid-incomplete", f"There is no {missing}.", "Give both or neither.", missing)
            return None
        if self.country.is_british and is_irish(postcode, easting, northing):
            message = "Points of Northern Ireland were read as on the Irish Grid, and brought to the British one."
            self.noticed.once("grid-irish", message, "Check them on the map.", row=self.row, field="easting")
            return from_irish_grid(easting, northing)
        degrees = self.country.looks_like_degrees(easting, northing)
        if not self.country.has_grid:
            fix = "Give longitude and latitude in columns of these names."
            self._error("grid-none", "Here easting and northing have no grid that they are on.", fix, "easting")
            return None
        if degrees or not self.country.holds_metres(easting, northing) or (easting, northing) == (0.0, 0.0):
            fix = f"Write metres on {self.country.grid_name}."
            if degrees:
                fix = "They are degrees: call the columns longitude and latitude."
            message = f"{easting:g}, {northing:g} lies outside {self.country.name}."
            self._error("grid-outside", message, fix, "easting")
            return None
        return Point(easting, northing)

    def degrees(self) -> Point | None:
        """Return the point in the columns longitude and latitude; None where there is none."""
        longitude, latitude = self.number("longitude"), self.number("latitude")
        if longitude is not None and latitude is not None:
            return grid_point(longitude, latitude, self.row, self.noticed, self.country)
        if (longitude is None) != (latitude is None):
            missing = "longitude" if longitude is None else "latitude"
            self._error("grid-incomplete", f"There is no {missing}.", "Give both or neither.", missing)
        return None

    def many(self, field: str) -> tuple[str, ...]:
        """Return the texts of a cell that holds several."""
        value = self.cells.get(field)
        if value is None:
            return ()
        if isinstance(value, str):
            value = value.split(";")
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self._error("field-not-a-list", f"{shown(value)} is no list of texts.", "Write a list.", field)
            return ()
        return tuple(dict.fromkeys(text for one in value if (text := self._clean(one, field))))

    def flag(self, field: str) -> bool:
        """Say whether a cell means yes."""
        value = self.cells.get(field)
        text = str(value).strip().casefold()
        if value is None or text in {"", "false", "no", "0"}:
            return False
        if text in {"true", "yes", "1"}:
            return True
        self._error("flag-malformed", f"{shown(value)} is neither yes nor no.", "Write yes or no.", field)
        return False


class TolerantReader(RowReader):
    """Keeps what cannot be read as it stands, so that one wrong cell of a country's list stops its own authority."""

    def __init__(self, cells: Mapping[str, Any], row: int, noticed: Noticed, country: Country = UNITED_KINGDOM) -> None:
        super().__init__(cells, row, noticed, country)
        self.unread: dict[str, str] = {}

    def _error(self, code: str, message: str, fix: str, field: str) -> None:  # noqa: ARG002 - told where it is read
        self.unread[field] = str(self.cells.get(field, ""))
