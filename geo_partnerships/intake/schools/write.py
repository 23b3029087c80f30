"""Writing ``schools.geojson`` in the form in which it is read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from geo_partnerships.countries import UNITED_KINGDOM
from geo_partnerships.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from geo_partnerships.countries import Country

DECIMALS = 6  # of a degree: a tenth of a metre


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolRecord:
    """A school as the file has it: what `School` holds, and what is kept for reference only.

    Parameters
    ----------
    easting, northing
        Metres on the grid of the country; None where there is no point.
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
    district: str = ""
    borough: str = ""
    sector: str = ""
    designations: tuple[str, ...] = ()
    easting: float | None = None
    northing: float | None = None
    point_source: str = ""
    predecessors: tuple[str, ...] = ()
    reference: str = ""
    unread: Mapping[str, str] = field(default_factory=dict)


_NAMES = tuple(one.name for one in fields(SchoolRecord) if one.name not in {"unread", "district"})
_ELSEWHERE = frozenset({"reference"})  # written where there is one, in other countries


def write_schools(
    path: Path, records: Iterable[SchoolRecord], *, attribution: str = "", country: Country = UNITED_KINGDOM
) -> None:
    """Write the records as `schools_text` returns them."""
    write_whole(path, schools_text(records, attribution=attribution, country=country))


def schools_text(records: Iterable[SchoolRecord], *, attribution: str = "", country: Country = UNITED_KINGDOM) -> str:
    """Return the records as RFC 7946 GeoJSON, one feature a line, in the order given."""
    lines = ",\n".join(
        json.dumps(_feature(record, country), ensure_ascii=False, separators=(",", ":")) for record in records
    )
    credit = f'"attribution":{json.dumps([attribution], ensure_ascii=False)},' if attribution else ""
    return f'{{"type":"FeatureCollection",{credit}"features":[\n{lines}\n]}}\n'


def _feature(record: SchoolRecord, country: Country) -> dict[str, object]:
    values = {name: getattr(record, name) for name in _NAMES if name not in _ELSEWHERE or getattr(record, name)}
    if not country.is_british:  # the geometry says it, whatever the grid
        values = {name: value for name, value in values.items() if name not in {"easting", "northing"}}
    postcode = country.tidy(record.postcode)
    properties = {
        **values,
        "postcode": postcode or record.postcode,
        "district": country.district_of(postcode) or record.district,
        **record.unread,
    }
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": geometry_of(record.easting, record.northing, country),
    }


def geometry_of(
    easting: float | None, northing: float | None, country: Country = UNITED_KINGDOM
) -> dict[str, object] | None:
    """Return a point in metres on the grid of a country as a GeoJSON geometry; None where there is none."""
    if easting is None or northing is None:
        return None
    longitude, latitude = country.to_degrees(easting, northing)
    return {"type": "Point", "coordinates": [round(longitude, DECIMALS), round(latitude, DECIMALS)]}
