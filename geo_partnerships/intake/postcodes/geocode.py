"""Points from postcodes, for schools that have none, and a check on those that have one."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from geo_partnerships.errors import BadDataError
from geo_partnerships.intake.formats.encoding import decode
from geo_partnerships.intake.formats.files import named, read_bytes
from geo_partnerships.intake.formats.findings_log import Noticed, errors_in
from geo_partnerships.intake.postcodes.files import UNIT
from geo_partnerships.intake.schools.read import read_schools
from geo_partnerships.intake.schools.write import geometry_of
from geo_partnerships.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from geo_partnerships.findings import Finding
    from geo_partnerships.intake.postcodes.files import Gazetteer
    from geo_partnerships.model import School

FARTHEST_M = 1_000.0


class PostcodeSource(Protocol):
    """Whatever knows postcodes: `PostcodeFiles` or `PostcodeService`."""

    def look_up(self, postcodes: Collection[str], noticed: Noticed) -> Gazetteer:
        """Return what is known of the postcodes."""
        ...


def geocode(schools: Mapping[str, School], source: PostcodeSource, noticed: Noticed) -> dict[str, School]:
    """Return the schools, those without a point placed by their postcode.

    A point from a postcode keeps its accuracy in `School.point_source`: ``unit postcode``, or
    ``postcode district`` where only the district is known. Told are postcodes that are unknown or have ended, and
    points more than a kilometre from their postcode; such points stay as they are.
    """
    postcodes = {school.postcode for school in schools.values() if school.postcode}
    found = source.look_up(sorted(postcodes), noticed)
    return {urn: _placed(school, found, noticed) for urn, school in schools.items()}


def _placed(school: School, found: Gazetteer, noticed: Noticed) -> School:
    if not school.postcode:
        if not school.has_point:
            noticed.warning(
                "postcode-missing",
                f"{school.name} has neither a point nor a postcode.",
                "Add one of them.",
                field=school.urn,
            )
        return school
    point = found.point(school.postcode)
    unit = point is not None and point.accuracy == UNIT
    if not unit:
        which = "only its district is" if point is not None else "nor is its district"
        noticed.warning(
            "postcode-unknown",
            f"The postcode {school.postcode} of {school.name} is not known; {which}.",
            "Check the postcode, or use newer files.",
            field=school.urn,
        )
    if point is None:
        return school
    if point.ended:
        noticed.warning(
            "postcode-ended",
            f"The postcode {school.postcode} of {school.name} ended in {point.ended}.",
            "Find its new one.",
            field=school.urn,
        )
    if school.easting is None or school.northing is None:
        return replace(school, easting=point.easting, northing=point.northing, point_source=point.accuracy)
    away = math.hypot(school.easting - point.easting, school.northing - point.northing)
    if unit and away > FARTHEST_M:
        noticed.warning(
            "point-far-from-postcode",
            f"{school.name} lies {away:,.0f} m from its postcode {school.postcode}.",
            "Check point and postcode; the point was kept.",
            field=school.urn,
        )
    return school


def geocode_file(path: Path | str, source: PostcodeSource) -> tuple[Finding, ...]:
    """Place the schools without a point in a ``schools.geojson``, which is written anew where one was placed.

    Raises
    ------
    BadDataError
        The file cannot be used; nothing is written.
    """
    file = Path(path)
    noticed = Noticed(named(file))
    data = read_bytes(file, noticed)
    schools = {} if data is None else read_schools(data, noticed)
    if data is None or noticed.has_errors:
        raise BadDataError(errors_in(noticed.findings))
    noticed = Noticed(named(file))
    placed = geocode(schools, source, noticed)
    changed = {urn: school for urn, school in placed.items() if school != schools[urn]}
    if changed:
        for school in changed.values():
            noticed.note(
                "point-from-postcode", f"{school.name} was placed by its {school.point_source}.", field=school.urn
            )
        write_whole(file, _with_points(data, changed))
    return tuple(noticed.findings)


def _with_points(data: bytes, changed: Mapping[str, School]) -> str:
    """Return the collection with the changed schools' points in it, one feature a line."""
    collection = json.loads(decode(data, Noticed("")) or "")
    features = collection.pop("features")
    for feature in features:
        properties = feature["properties"]
        school = changed.get(str(properties["urn"]).strip())
        if school is not None:
            properties |= {
                "easting": school.easting,
                "northing": school.northing,
                "point_source": school.point_source,
            }
            feature["geometry"] = geometry_of(school.easting, school.northing)
    head = json.dumps(collection, ensure_ascii=False, separators=(",", ":"))[:-1]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    return f'{head},"features":[\n{lines}\n]}}\n'
