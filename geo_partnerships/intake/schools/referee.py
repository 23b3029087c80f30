"""Points of schools against their postcodes and against one another: a school far from both is told."""

from __future__ import annotations

import csv
import io
import math
import statistics
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from geo_partnerships.countries import UNITED_KINGDOM
from geo_partnerships.intake.postcodes.files import area_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_partnerships.countries import Country
    from geo_partnerships.intake.formats.findings_log import Noticed
    from geo_partnerships.model import School

TIMES_REACH = 2  # so many times as far as a district reaches is far from it
FAR_FROM_ALL_M = 100_000.0
TIMES_USUAL = 5  # and so many times as far from the middle of the schools as all but a tenth of them
USUAL_SHARE = 0.9
LEAST_SCHOOLS = 4


@dataclass(frozen=True, slots=True)
class Centre:
    """The middle of a postcode district or area and how far it reaches, metres, EPSG:27700."""

    easting: float
    northing: float
    reach: float

    def away(self, easting: float, northing: float) -> float:
        """Return how far a point lies from it."""
        return math.hypot(self.easting - easting, self.northing - northing)

    def is_far(self, easting: float, northing: float) -> bool:
        """Say whether a point cannot have a postcode of it."""
        return self.away(easting, northing) > TIMES_REACH * self.reach


@cache
def district_centres() -> Mapping[str, Centre]:
    """Return the centres of the postcode districts that are known, and of their areas (``N``, ``EN``).

    They come from the schools of England and from Code-Point Open: see ``scripts/make_district_centres.py``.
    """
    text = files("geo_partnerships.intake.postcodes").joinpath("districts.csv").read_text(encoding="utf-8")
    found = {
        row["district"]: Centre(float(row["easting"]), float(row["northing"]), 1_000.0 * float(row["reach_km"]))
        for row in csv.DictReader(io.StringIO(text))
    }
    areas: dict[str, list[Centre]] = defaultdict(list)
    for district, centre in found.items():
        areas[area_of(district)].append(centre)
    return {**{area: _around(centres) for area, centres in areas.items()}, **found}


def _around(centres: list[Centre]) -> Centre:
    east, north = statistics.fmean(c.easting for c in centres), statistics.fmean(c.northing for c in centres)
    return Centre(east, north, max(one.away(east, north) + one.reach for one in centres))


def check_against_postcodes(schools: Mapping[str, School], noticed: Noticed, country: Country = UNITED_KINGDOM) -> None:
    """Report schools far from their postcode district, as far as districts are known, and far from all others."""
    points = {
        urn: (school.easting, school.northing)
        for urn, school in schools.items()
        if school.easting is not None and school.northing is not None
    }
    told = {urn for urn, point in points.items() if country.is_british and _is_told_far(schools[urn], point, noticed)}
    _check_among(schools, {urn: point for urn, point in points.items() if urn not in told}, points, noticed)


def _is_told_far(school: School, point: tuple[float, float], noticed: Noticed) -> bool:
    centres = district_centres()
    centre = centres.get(school.district) or centres.get(area_of(school.district))
    if not school.district or centre is None or not centre.is_far(*point):
        return False
    swapped = not centre.is_far(point[1], point[0])
    fix = "Easting and northing are swapped: write each in its own column." if swapped else "Check point and postcode."
    noticed.warning(
        "point-far-from-postcode",
        f"{school.name} lies {centre.away(*point) / 1_000:,.0f} km from its postcode district {school.district}.",
        fix,
        field=school.urn,
    )
    return True


def _check_among(
    schools: Mapping[str, School],
    unsure: Mapping[str, tuple[float, float]],
    points: Mapping[str, tuple[float, float]],
    noticed: Noticed,
) -> None:
    """Report which of the points that no postcode has judged lie far from all others."""
    if len(points) < LEAST_SCHOOLS:
        return
    east, north = (statistics.median(at) for at in zip(*points.values(), strict=True))
    away = {urn: math.hypot(x - east, y - north) for urn, (x, y) in points.items()}
    usual = sorted(away.values())[int(USUAL_SHARE * (len(away) - 1))]
    for urn in unsure:
        if away[urn] > max(FAR_FROM_ALL_M, TIMES_USUAL * usual):
            noticed.warning(
                "point-far-from-all",
                f"{schools[urn].name} lies {away[urn] / 1_000:,.0f} km from the middle of all schools.",
                "Check its point.",
                field=urn,
            )
