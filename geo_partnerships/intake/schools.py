"""Schools from GeoJSON, read strictly: a doubtful point or key is told, never repaired."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import shapely
from pyproj import Transformer

from geo_partnerships.intake.noticing import is_control, is_unprintable, shown
from geo_partnerships.intake.postcodes import DISTRICT, district_of, tidy
from geo_partnerships.intake.strict_json import credits_of, read_features
from geo_partnerships.intake.tables import Layout
from geo_partnerships.model import CRS, CRS_WGS84, Phase, School

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo_partnerships.intake.noticing import Noticed
    from geo_partnerships.intake.tables import Row, Table

URN = re.compile(r"[1-9][0-9]{4,6}|x-[a-z0-9]+(?:-[a-z0-9]+)*")
FARTHEST_APART_M = 50.0
USUAL_TEXT = 150
LONGEST_TEXT = 20_000
BRITAIN_WGS84 = (-9.0, 49.0, 2.5, 61.5)
BRITAIN_M = (0.0, 0.0, 700_000.0, 1_300_000.0)
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


@dataclass(frozen=True, slots=True)
class Point:
    """A point in metres, EPSG:27700."""

    easting: float
    northing: float


@cache
def to_grid() -> Transformer:
    """Return the transformation from longitude and latitude to metres on EPSG:27700."""
    return Transformer.from_crs(CRS_WGS84, CRS, always_xy=True)


def read_schools(data: bytes, noticed: Noticed) -> dict[str, School]:
    """Return the schools in GeoJSON `data` by key, in the order of the keys.

    Parameters
    ----------
    data
        A FeatureCollection of points in longitude and latitude. Each feature needs the properties ``urn`` and
        ``name``, and a point as geometry or as ``easting`` and ``northing`` (metres, EPSG:27700), which win.
    noticed
        Takes the findings; rows in them are feature numbers, from 1.
    """
    return read_credited_schools(data, noticed)[0]


def read_credited_schools(data: bytes, noticed: Noticed) -> tuple[dict[str, School], tuple[str, ...]]:
    """Return the schools as `read_schools` does, and whom the file's ``attribution`` says to credit."""
    features, others = read_features(data, noticed)
    if not features and not noticed.has_errors:
        noticed.error("schools-none", "The file holds no schools.", "Add one feature per school.")
    read = [(row, _school(feature, row, noticed)) for row, feature in enumerate(features, 1)]
    return gather(read, noticed), credits_of(others)


def schools_from_table(
    table: Table, noticed: Noticed, geometries: Sequence[shapely.Geometry | None] | None = None
) -> dict[str, School]:
    """Return the schools in a table that has the columns of `LAYOUT`, by key.

    Parameters
    ----------
    geometries
        One for each row in metres, EPSG:27700, where the table is a layer.
    """
    read = []
    for at, row in enumerate(table.rows):
        before = len(noticed.findings)
        point = _degrees(row, noticed) if geometries is None else _layer_point(geometries[at], row.number, noticed)
        sound = not any(finding.severity == "error" for finding in noticed.findings[before:])
        school = school_from(row.cells, point, row.number, noticed)
        read.append((row.number, school if sound else None))
    return gather(read, noticed)


def _degrees(row: Row, noticed: Noticed) -> Point | None:
    """Return the point in the columns longitude and latitude, where there are such."""
    reader = _Reader(row.cells, row.number, noticed)
    longitude, latitude = reader.number("longitude"), reader.number("latitude")
    if longitude is not None and latitude is not None:
        return grid_point(longitude, latitude, row.number, noticed)
    if (longitude is None) != (latitude is None):
        missing = "longitude" if longitude is None else "latitude"
        noticed.error(
            "grid-incomplete", f"There is no {missing}.", "Give both or neither.", row=row.number, field=missing
        )
    return None


def _layer_point(geometry: shapely.Geometry | None, row: int, noticed: Noticed) -> Point | None:
    if geometry is None or shapely.is_empty(geometry):
        return None
    parts = shapely.get_parts(geometry)
    if len(parts) != 1 or shapely.get_type_id(parts[0]) != shapely.GeometryType.POINT:
        noticed.error(
            "geometry-not-a-point",
            f"The geometry is {shown(type(geometry).__name__)}, not a Point.",
            "Give the school one point.",
            row=row,
            field="geometry",
        )
        return None
    x, y = float(shapely.get_x(parts[0])), float(shapely.get_y(parts[0]))
    if not _inside(x, y, BRITAIN_M):
        noticed.error(
            "grid-outside",
            f"{x:g}, {y:g} in metres lies outside Great Britain.",
            "Check the layer's CRS.",
            row=row,
            field="geometry",
        )
        return None
    return Point(round(x, 2), round(y, 2))


def gather(read: Iterable[tuple[int, School | None]], noticed: Noticed) -> dict[str, School]:
    """Return schools by key; report keys that stand twice, and names and points that several share."""
    schools: dict[str, School] = {}
    rows: dict[str, int] = {}
    for row, school in read:
        if school is None:
            continue
        if school.urn in schools:
            noticed.error(
                "urn-twice",
                f"{school.urn} stands in row {rows[school.urn]} already.",
                "Delete one of the two, or give the second its own URN.",
                row=row,
                field="urn",
            )
            continue
        schools[school.urn], rows[school.urn] = school, row
    _tell_shared(schools, rows, noticed)
    return dict(sorted(schools.items()))


def _tell_shared(schools: Mapping[str, School], rows: Mapping[str, int], noticed: Noticed) -> None:
    names: dict[str, list[str]] = defaultdict(list)
    points: dict[tuple[float, float], list[str]] = defaultdict(list)
    for urn, school in schools.items():
        names[school.name.casefold()].append(urn)
        if school.easting is not None and school.northing is not None:
            points[school.easting, school.northing].append(urn)
    for urns in names.values():
        if len(urns) > 1:
            noticed.warning(
                "name-shared",
                f"{shown(schools[urns[0]].name)} is the name of {len(urns)} schools ({', '.join(urns)}).",
                "Add the place to each name, unless they are one school.",
                row=rows[urns[1]],
                field="name",
            )
    for urns in points.values():
        if len(urns) > 1:
            noticed.note(
                "point-shared",
                f"{', '.join(schools[urn].name for urn in urns)} stand on one point.",
                "Nothing to do where they share a site.",
                row=rows[urns[1]],
            )


def _school(feature: object, row: int, noticed: Noticed) -> School | None:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        noticed.error("geojson-not-a-feature", "The entry is no Feature.", "Export the file again.", row=row)
        return None
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        noticed.error("geojson-no-properties", "The feature has no properties.", "Add urn and name.", row=row)
        return None
    if "geometry" not in feature:
        noticed.error(
            "geometry-missing",
            "The feature has no member geometry.",
            "Add a point or null.",
            row=row,
            field="geometry",
        )
        return None
    point, sound = point_of(feature["geometry"], row, noticed)
    school = school_from(properties, point, row, noticed)
    return school if sound else None


def point_of(geometry: object, row: int, noticed: Noticed) -> tuple[Point | None, bool]:
    """Return the point of a GeoJSON geometry in metres (None for null) and whether the geometry is sound."""
    if geometry is None:
        return None, True
    kind = geometry.get("type") if isinstance(geometry, dict) else type(geometry).__name__
    if not isinstance(geometry, dict) or kind != "Point":
        noticed.error(
            "geometry-not-a-point",
            f"The geometry is {shown(kind)}, not a Point.",
            "Give the school one point.",
            row=row,
            field="geometry",
        )
        return None, False
    place = geometry.get("coordinates")
    if not isinstance(place, list) or len(place) not in (2, 3) or not all(map(_is_number, place)):
        noticed.error(
            "coordinates-malformed",
            f"The coordinates are {shown(place)}.",
            "Write [longitude, latitude], two numbers.",
            row=row,
            field="geometry",
        )
        return None, False
    point = grid_point(float(place[0]), float(place[1]), row, noticed)
    return point, point is not None


def grid_point(longitude: float, latitude: float, row: int, noticed: Noticed) -> Point | None:
    """Return longitude and latitude (degrees, WGS 84) as a point, or None and an error finding."""
    given = f"{longitude:g}, {latitude:g}"
    if _inside(longitude, latitude, BRITAIN_WGS84):
        easting, northing = to_grid().transform(longitude, latitude)
        return Point(round(float(easting), 2), round(float(northing), 2))
    if _inside(latitude, longitude, BRITAIN_WGS84):
        code, message, fix = "coordinates-swapped", f"{given} is latitude first.", "Write longitude first."
    elif abs(longitude) > 180 or abs(latitude) > 90:  # noqa: PLR2004 - degrees on a globe
        code, message = "coordinates-metres", f"{given} are no degrees; they look like metres."
        fix = "Export the file in EPSG:4326, or use the properties easting and northing."
    else:
        code, message, fix = (
            "coordinates-outside",
            f"{given} lies outside Great Britain.",
            "Correct the point.",
        )
    noticed.error(code, message, fix, row=row, field="geometry")
    return None


def in_britain(easting: float, northing: float) -> bool:
    """Whether a point in metres, EPSG:27700, can be a place in Great Britain; one without a number or at 0 cannot."""
    return 0 < easting <= BRITAIN_M[2] and 0 < northing <= BRITAIN_M[3]


def _inside(x: float, y: float, box: tuple[float, float, float, float]) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12  # noqa: PLR2004


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
    reader = _Reader(cells, row, noticed)
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


class _Reader:
    """Reads one row's cells by name, with a finding for each that is not what it should be."""

    def __init__(self, cells: Mapping[str, Any], row: int, noticed: Noticed) -> None:
        self.cells, self.row, self.noticed = cells, row, noticed

    def _error(self, code: str, message: str, fix: str, field: str) -> None:
        self.noticed.error(code, message, fix, row=self.row, field=field)

    def text(self, field: str) -> str:
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
        name = self.text("name")
        if not name and not isinstance(self.cells.get("name"), int | float | list | dict):
            self._error("name-missing", "The school has no name.", "Add it.", "name")
        return name

    def phase(self) -> str:
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
        text = self.text("postcode")
        postcode = tidy(text)
        if text and not postcode:
            self._error("postcode-malformed", f"{shown(text)} is no postcode.", "Write it like N12 8PE.", "postcode")
        return postcode

    def district(self, postcode: str) -> str:
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
        value = self.cells.get(field)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                value = float(value.replace(",", ""))
            except ValueError:
                value = math.nan
        if not _is_number(value):
            self._error("number-malformed", f"{shown(self.cells[field])} is no number.", "Write a number.", field)
            return None
        return float(value)

    def count(self, field: str) -> int | None:
        number = self.number(field)
        if number is None:
            return None
        if number < 0 or number != int(number):
            self._error("count-malformed", f"{shown(self.cells[field])} is no count.", "Write a whole number.", field)
            return None
        return int(number)

    def grid(self) -> Point | None:
        easting, northing = self.number("easting"), self.number("northing")
        if easting is None and northing is None:
            return None
        if easting is None or northing is None:
            missing = "easting" if easting is None else "northing"
            self._error("grid-incomplete", f"There is no {missing}.", "Give both or neither.", missing)
            return None
        if not _inside(easting, northing, BRITAIN_M) or (easting, northing) == (0.0, 0.0):
            self._error(
                "grid-outside",
                f"{easting:g}, {northing:g} lies outside Great Britain.",
                "Write metres on the British National Grid (EPSG:27700).",
                "easting",
            )
            return None
        return Point(easting, northing)

    def many(self, field: str) -> tuple[str, ...]:
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
        value = self.cells.get(field)
        text = str(value).strip().casefold()
        if value is None or text in {"", "false", "no", "0"}:
            return False
        if text in {"true", "yes", "1"}:
            return True
        self._error("flag-malformed", f"{shown(value)} is neither yes nor no.", "Write yes or no.", field)
        return False
