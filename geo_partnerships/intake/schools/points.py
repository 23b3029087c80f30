"""Points of schools: coordinates read, checked and put on the grid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.countries import UNITED_KINGDOM, countries, country_of
from geo_partnerships.countries.country import is_inside, transformer
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.vocabulary import CRS

if TYPE_CHECKING:
    from geo_partnerships.countries import Country
    from geo_partnerships.intake.formats.findings_log import Noticed

IRISH_GRID = "EPSG:29901"  # as the ONS and the Land Registry of Northern Ireland use it
NORTHERN_IRELAND_M = (185_000.0, 305_000.0, 370_000.0, 460_000.0)
"""Northern Ireland on the Irish Grid; on the British one it lies west of 200 km and north of 440 km."""
NORTHERN_IRELAND_BNG_M = (-20_000.0, 440_000.0, 200_000.0, 640_000.0)


@dataclass(frozen=True, slots=True)
class Point:
    """A point in metres, on the grid of its country."""

    easting: float
    northing: float


def is_irish(postcode: str, easting: float, northing: float) -> bool:
    """Whether metres are those of the Irish Grid: of a postcode of Northern Ireland, where only that can be."""
    return (
        postcode.startswith("BT")
        and is_inside(easting, northing, NORTHERN_IRELAND_M)
        and not is_inside(easting, northing, NORTHERN_IRELAND_BNG_M)
    )


def from_irish_grid(easting: float, northing: float) -> Point:
    """Return a point of the Irish Grid, metres, as one of EPSG:27700."""
    east, north = transformer(IRISH_GRID, CRS).transform(easting, northing)
    return Point(round(float(east), 1), round(float(north), 1))


def point_of(
    geometry: object, row: int, noticed: Noticed, country: Country = UNITED_KINGDOM
) -> tuple[Point | None, bool]:
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
    if not isinstance(place, list) or len(place) not in (2, 3) or not all(map(is_number, place)):
        noticed.error(
            "coordinates-malformed",
            f"The coordinates are {shown(place)}.",
            "Write [longitude, latitude], two numbers.",
            row=row,
            field="geometry",
        )
        return None, False
    point = grid_point(float(place[0]), float(place[1]), row, noticed, country)
    return point, point is not None


def grid_point(
    longitude: float, latitude: float, row: int, noticed: Noticed, country: Country = UNITED_KINGDOM
) -> Point | None:
    """Return longitude and latitude (degrees, WGS 84) as a point, or None and an error finding."""
    given = f"{longitude:g}, {latitude:g}"
    if country.holds_degrees(longitude, latitude):
        easting, northing = country.to_grid(longitude, latitude)
        if math.isfinite(easting) and math.isfinite(northing):
            return Point(round(easting, 2), round(northing, 2))
    if country.holds_degrees(latitude, longitude):
        code, message, fix = "coordinates-swapped", f"{given} is latitude first.", "Write longitude first."
    elif abs(longitude) > 180 or abs(latitude) > 90:  # noqa: PLR2004 - degrees on a globe
        code, message = "coordinates-metres", f"{given} are no degrees; they look like metres."
        fix = "Export the file in EPSG:4326, or use the properties easting and northing."
    else:
        code, message = "coordinates-outside", f"{given} lies outside {country.name}."
        fix = f"Correct the point{_or_say_where(longitude, latitude)}."
    noticed.error(code, message, fix, row=row, field="geometry")
    return None


def _or_say_where(longitude: float, latitude: float) -> str:
    """Return how to say that another country is meant, where the place lies in one that is known."""
    known = [country_of(code) for code in countries() if code != "plain"]
    meant = next((one.code for one in known if one.holds_degrees(longitude, latitude)), "plain")
    there = country_of(meant).holds_degrees(longitude, latitude)
    return f', or say where it is: init --country {meant}, or country.toml with country = "{meant}"' if there else ""


def in_britain(easting: float, northing: float) -> bool:
    """Whether a point in metres, EPSG:27700, can be a place in Great Britain; one without a number or at 0 cannot."""
    _, _, east, north = UNITED_KINGDOM.box
    return 0 < easting <= east and 0 < northing <= north


def is_number(value: object) -> bool:
    """Say whether a value is a number that can be a coordinate."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12  # noqa: PLR2004
