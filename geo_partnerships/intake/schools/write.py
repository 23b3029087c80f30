"""Writing ``schools.geojson`` in the form in which it is read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from functools import cache
from typing import TYPE_CHECKING

from pyproj import Transformer

from geo_partnerships.intake.postcodes.format import district_of, tidy
from geo_partnerships.vocabulary import CRS, CRS_WGS84
from geo_partnerships.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

DECIMALS = 6  # of a degree: a tenth of a metre


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolRecord:
    """A school as the file has it: what `School` holds, and what is kept for reference only.

    Parameters
    ----------
    easting, northing
        Metres, EPSG:27700; None where there is no point.
    unread
        Cells that could not be read, by column, as they stand: they are written so, and told where they are read.
    """

    urn: str
    name: str
    aliases: tuple[str, ...] = ()
    phase: str = ""
    type: str = ""
    religious_character: str = ""
    low_age: int | None = None
    high_age: int | None = None
    pupils: int | None = None
    pupils_year: int | None = None
    postcode: str = ""
    borough: str = ""
    sector: str = ""
    designations: tuple[str, ...] = ()
    easting: float | None = None
    northing: float | None = None
    point_source: str = ""
    predecessors: tuple[str, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)


_NAMES = tuple(one.name for one in fields(SchoolRecord) if one.name != "unread")


@cache
def to_degrees() -> Transformer:
    """Return the transformation from metres on EPSG:27700 to longitude and latitude."""
    return Transformer.from_crs(CRS, CRS_WGS84, always_xy=True)


def write_schools(path: Path, records: Iterable[SchoolRecord], *, attribution: str = "") -> None:
    """Write the records as `schools_text` returns them."""
    write_whole(path, schools_text(records, attribution=attribution))


def schools_text(records: Iterable[SchoolRecord], *, attribution: str = "") -> str:
    """Return the records as RFC 7946 GeoJSON, one feature a line, in the order given."""
    lines = ",\n".join(json.dumps(_feature(record), ensure_ascii=False, separators=(",", ":")) for record in records)
    credit = f'"attribution":{json.dumps([attribution], ensure_ascii=False)},' if attribution else ""
    return f'{{"type":"FeatureCollection",{credit}"features":[\n{lines}\n]}}\n'


def _feature(record: SchoolRecord) -> dict[str, object]:
    values = {name: getattr(record, name) for name in _NAMES}
    postcode = tidy(record.postcode)
    properties = {
        **values,
        "postcode": postcode or record.postcode,
        "district": district_of(postcode),
        **record.unread,
    }
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": geometry_of(record.easting, record.northing),
    }


def geometry_of(easting: float | None, northing: float | None) -> dict[str, object] | None:
    """Return a point in metres, EPSG:27700, as a GeoJSON geometry; None where there is none."""
    if easting is None or northing is None:
        return None
    longitude, latitude = to_degrees().transform(easting, northing)
    return {"type": "Point", "coordinates": [round(longitude, DECIMALS), round(latitude, DECIMALS)]}
