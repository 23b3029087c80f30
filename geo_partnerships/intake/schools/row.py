"""One row of a file of schools."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from geo_partnerships.intake.formats.findings_log import is_control, is_unprintable, shown
from geo_partnerships.intake.formats.tables import Layout
from geo_partnerships.intake.postcodes.format import DISTRICT, district_of, tidy
from geo_partnerships.intake.schools.points import BRITAIN_M, Point, is_inside, is_number
from geo_partnerships.model import School
from geo_partnerships.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_partnerships.intake.formats.findings_log import Noticed

URN = re.compile(r"[1-9][0-9]{4,6}|x-[a-z0-9]+(?:-[a-z0-9]+)*")


FARTHEST_APART_M = 50.0


USUAL_TEXT = 150


LONGEST_TEXT = 20_000


LAYOUT = Layout(
    {
        "urn": ("Unique Reference Number", "URN number", "School URN", "Establishment URN", "DfE URN"),
        "name": ("School", "School name", "Name of school", "EstablishmentName", "Establishment name", "Institution"),
        "aliases": ("Alias", "Other names", "Also known as", "Known as"),
        "phase": ("School phase", "Phase of education", "PhaseOfEducation (name)", "Education phase"),
        "type": ("School type", "Type of school", "Type of establishment", "TypeOfEstablishment (name)"),
        "religious_character": ("Religion", "Faith", "Denomination", "ReligiousCharacter (name)"),
        "low_age": ("Lowest age", "Age from", "StatutoryLowAge", "Statutory low age"),
        "high_age": ("Highest age", "Age to", "StatutoryHighAge", "Statutory high age"),
        "pupils": (
            "Roll",
            "NOR",
            "Number on roll",
            "Number of pupils",
            "NumberOfPupils",
            "Pupil numbers",
            "Pupil count",
        ),
        "pupils_year": ("Roll year", "Year of roll", "Census year"),
        "postcode": ("Post code", "Postal code", "PCD", "School postcode"),
        "district": ("Postcode district", "Outcode", "Outward code"),
        "borough": ("Authority", "Local authority", "LA", "LA name", "LA (name)", "London borough", "Council"),
        "sector": ("Funding", "Funding sector"),
        "designations": ("Designation", "System leader", "NLE", "System leader designations"),
        "in_letter": ("In the letter",),
        "point_source": ("Source of point", "Coordinate source"),
        "easting": ("Eastings", "X", "X coordinate", "Easting m", "OS easting", "BNG easting"),
        "northing": ("Northings", "Y", "Y coordinate", "Northing m", "OS northing", "BNG northing"),
        "longitude": ("Lon", "Long", "Lng"),
        "latitude": ("Lat",),
        "predecessors": ("Predecessor", "Predecessor URN", "Former URN", "Old URN"),
        "note": ("Notes", "Comment", "Comments", "Remarks"),
    },
    ("urn", "name"),
)


PHASES = {
    **{phase.casefold(): phase for phase in Phase},
    "16 plus": Phase.SIXTH_FORM,
    "post-16": Phase.SIXTH_FORM,
    "sixth form": Phase.SIXTH_FORM,
    "all through": Phase.ALL_THROUGH,
    "pupil referral unit": Phase.PRU,
    "middle deemed primary": Phase.PRIMARY,
    "middle deemed secondary": Phase.SECONDARY,
    "first": Phase.PRIMARY,
    "not applicable": Phase.OTHER,
    "": Phase.OTHER,
}


def school_from(cells: Mapping[str, Any], point: Point | None, row: int, noticed: Noticed) -> School | None:
    """Return the school that a row's cells describe, or None and error findings.

    Parameters
    ----------
    cells
        Values by the columns of `LAYOUT`; text, or numbers, lists and booleans as JSON has them.
    point
        The row's geometry, where it has one.
    """
    before = len(noticed.findings)
    reader = RowReader(cells, row, noticed)
    urn, name = reader.urn(), reader.name()
    postcode = reader.postcode()
    grid = reader.grid()
    place = _agreed(point, grid, row, noticed)
    phase = reader.phase()
    district = reader.district(postcode)
    pupils = reader.count("pupils")
    school = School(
        urn=urn,
        name=name,
        aliases=reader.many("aliases"),
        phase=phase,
        type=reader.text("type"),
        religious_character=reader.text("religious_character"),
        pupils=pupils,
        postcode=postcode,
        district=district,
        borough=reader.text("borough"),
        sector=reader.text("sector"),
        easting=place.easting if place else None,
        northing=place.northing if place else None,
        point_source=reader.text("point_source"),
        designations=reader.many("designations"),
        in_letter=reader.flag("in_letter"),
        predecessors=reader.many("predecessors"),
    )
    if any(finding.severity == "error" for finding in noticed.findings[before:]):
        return None
    if not school.has_point:
        noticed.warning(
            "point-missing",
            f"{shown(name)} has no point: it cannot be clustered by place.",
            "Add a point, or a postcode to find one by.",
            row=row,
        )
    return school


def _agreed(point: Point | None, grid: Point | None, row: int, noticed: Noticed) -> Point | None:
    if point is None or grid is None:
        return grid or point
    apart = math.hypot(point.easting - grid.easting, point.northing - grid.northing)
    if apart > FARTHEST_APART_M:
        noticed.warning(
            "point-disagrees",
            f"Easting and northing lie {apart:,.0f} m from the geometry; easting and northing were used.",
            "Correct one of them.",
            row=row,
            field="easting",
        )
    return grid


class RowReader:
    """Reads one row's cells by name, with a finding for each that is not what it should be."""

    def __init__(self, cells: Mapping[str, Any], row: int, noticed: Noticed) -> None:
        self.cells, self.row, self.noticed = cells, row, noticed

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

    def _clean(self, value: str, field: str) -> str:
        text = value.strip()
        unseen = [character for character in text if is_unprintable(character)]
        if any(map(is_control, unseen)) or (text and len(unseen) == len(text)):
            message = f"{shown(text)} holds characters that cannot be seen."
            self._error("text-unprintable", message, "Type it again.", field)
        elif unseen:
            self._warning("text-unseen", f"{shown(text)} holds characters that cannot be seen; kept as typed.", field)
        if len(text) > LONGEST_TEXT:
            self._error("text-too-long", f"{shown(text)} has {len(text):,} characters.", "Shorten it.", field)
        elif len(text) > USUAL_TEXT:
            self._warning("text-long", f"{shown(text)} has {len(text):,} characters; kept as typed.", field)
        return text

    def _warning(self, code: str, message: str, field: str) -> None:
        self.noticed.warning(code, message, "Type it again if that is not meant.", row=self.row, field=field)

    def urn(self) -> str:
        """Return the key of the school; a missing or odd one is an error."""
        value = self.cells.get("urn")
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        text = value.strip() if isinstance(value, str) else value
        if text is None or text == "":
            self._error("urn-missing", "The school has no URN.", "Add it, or a key of your own such as x-name.", "urn")
        elif isinstance(text, float) or re.fullmatch(r"[0-9]+\.[0-9]*|[0-9.]+[eE]\+?[0-9]+", str(text)):
            self._error("urn-float", f"{shown(text)} is a decimal number.", "Write the URN as text: 101295.", "urn")
        elif not isinstance(text, str) or not URN.fullmatch(text):
            self._error("urn-malformed", f"{shown(text)} is no URN.", "Write five to seven digits, or x-name.", "urn")
        return str(text)

    def name(self) -> str:
        """Return the name; a missing one is an error."""
        name = self.text("name")
        if not name and not isinstance(self.cells.get("name"), int | float | list | dict):
            self._error("name-missing", "The school has no name.", "Add it.", "name")
        return name

    def phase(self) -> str:
        """Return the phase; an unknown one is told."""
        text = self.text("phase")
        phase = PHASES.get(text.casefold())
        if phase is None:
            self.noticed.warning(
                "phase-unknown",
                f"{shown(text)} is no phase that is known; it was read as other.",
                f"Use one of {', '.join(Phase)}.",
                row=self.row,
                field="phase",
            )
        return phase or Phase.OTHER

    def postcode(self) -> str:
        """Return the postcode in its usual form; one that cannot be read is told."""
        text = self.text("postcode")
        postcode = tidy(text)
        if text and not postcode:
            self._error("postcode-malformed", f"{shown(text)} is no postcode.", "Write it like N12 8PE.", "postcode")
        return postcode

    def district(self, postcode: str) -> str:
        """Return the postcode district, that of the postcode where none is given."""
        text = self.text("district").upper()
        outward = district_of(postcode)
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
            try:
                value = float(value.replace(",", ""))
            except ValueError:
                value = math.nan
        if not is_number(value):
            self._error("number-malformed", f"{shown(self.cells[field])} is no number.", "Write a number.", field)
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

    def grid(self) -> Point | None:
        """Return the point in metres, EPSG:27700; None where there is none."""
        easting, northing = self.number("easting"), self.number("northing")
        if easting is None and northing is None:
            return None
        if easting is None or northing is None:
            missing = "easting" if easting is None else "northing"
            self._error("grid-incomplete", f"There is no {missing}.", "Give both or neither.", missing)
            return None
        if not is_inside(easting, northing, BRITAIN_M) or (easting, northing) == (0.0, 0.0):
            self._error(
                "grid-outside",
                f"{easting:g}, {northing:g} lies outside Great Britain.",
                "Write metres on the British National Grid (EPSG:27700).",
                "easting",
            )
            return None
        return Point(easting, northing)

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
