"""Schools from GeoJSON, read strictly: a doubtful point or key is told, never repaired."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import shapely

from geo_partnerships.countries import UNITED_KINGDOM
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.formats.strict_json import credits_of, property_names, read_features
from geo_partnerships.intake.formats.values import number_in
from geo_partnerships.intake.schools.points import Point, is_number, point_of
from geo_partnerships.intake.schools.row import LAYOUT, RowReader, school_from
from geo_partnerships.intake.schools.status import why_left_out
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from geo_partnerships.countries import Country
    from geo_partnerships.intake.formats.findings_log import Noticed
    from geo_partnerships.intake.formats.tables import Row, Table
    from geo_partnerships.model import School


def read_schools(data: bytes, noticed: Noticed, country: Country = UNITED_KINGDOM) -> dict[str, School]:
    """Return the schools in GeoJSON `data` by key, in the order of the keys.

    Parameters
    ----------
    data
        A FeatureCollection of points in longitude and latitude. Each feature needs the properties ``urn`` and
        ``name``, and a point as geometry or as ``easting`` and ``northing`` (metres, EPSG:27700), which win.
    noticed
        Takes the findings; rows in them are feature numbers, from 1.
    """
    return read_credited_schools(data, noticed, country)[0]


def read_credited_schools(
    data: bytes, noticed: Noticed, country: Country = UNITED_KINGDOM
) -> tuple[dict[str, School], tuple[str, ...], Country]:
    """Return the schools as `read_schools` does, whom the file's ``attribution`` says to credit, and their country.

    The country has the grid that the points are on.
    """
    features, others = read_features(data, noticed)
    country = country.among(*_degrees_of(features))
    if not features and not noticed.has_errors:
        noticed.error("schools-none", "The file holds no schools.", "Add one feature per school.")
    names = _names_of(features)
    read = ((row, _school(feature, names, row, noticed, country)) for row, feature in enumerate(features, 1))
    return gather(read, noticed), credits_of(others), country


def schools_from_table(
    table: Table,
    noticed: Noticed,
    geometries: Sequence[shapely.Geometry | None] | None = None,
    country: Country = UNITED_KINGDOM,
) -> dict[str, School]:
    """Return the schools in a table that has the columns of `LAYOUT`, by key.

    Parameters
    ----------
    geometries
        One for each row in metres on the country's grid, where the table is a layer.
    country
        Whose schools they are; its grid is chosen (see `among`).
    """
    left_out: Counter[str] = Counter()
    schools = gather(_open_schools(table, noticed, geometries, country, left_out), noticed)
    for reason, number in sorted(left_out.items()):
        message = f"{count(number, 'school')} {'is' if number == 1 else 'are'} {reason}, and left out."
        noticed.warning("schools-left-out", message, "Nothing to do where this is right.", field="status")
    return schools


def _open_schools(
    table: Table,
    noticed: Noticed,
    geometries: Sequence[shapely.Geometry | None] | None,
    country: Country,
    left_out: Counter[str],
) -> Iterator[tuple[int, School | None]]:
    """Yield the schools of a table that are open, each after its row; count the others by why they are left out."""
    for at, row in enumerate(table.rows):
        reason = why_left_out(row.cells, None, row.number, noticed)
        if reason:
            left_out[reason] += 1
            continue
        before = noticed.errors
        if geometries is None:
            point = RowReader(row.cells, row.number, noticed, country).degrees()
        else:
            point = _layer_point(geometries[at], row.number, noticed, country)
        sound = noticed.errors == before
        school = school_from(row.cells, point, row.number, noticed, country)
        yield row.number, school if sound else None


def _layer_point(geometry: shapely.Geometry | None, row: int, noticed: Noticed, country: Country) -> Point | None:
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
    if not (math.isfinite(x) and math.isfinite(y)):
        return None
    if country.has_grid and country.looks_like_degrees(x, y):
        message = f"{x:g}, {y:g} are degrees, and the layer says that they are metres."
        noticed.error("coordinates-degrees", message, "Set the layer's own CRS, EPSG:4326.", row=row, field="geometry")
        return None
    if not country.holds_metres(x, y):
        noticed.error(
            "grid-outside",
            f"{x:g}, {y:g} in metres lies outside {country.name}.",
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
                f"{shown(schools[urns[0]].name)} is the name of {count(len(urns), 'school')} ({', '.join(urns)}).",
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


def _names_of(features: Sequence[object]) -> dict[str, str]:
    """Return which property is meant by each column of `LAYOUT` that no property is called by."""
    header = property_names(features)
    found = LAYOUT.match(header)
    return {column: header[at[0]] for column, at in found.items() if column not in header and len(at) == 1}


def among(country: Country, rows: Iterable[Row]) -> Country:
    """Return the country with the grid of the schools in rows, by their columns longitude and latitude."""
    places = [
        (x, y)
        for row in rows
        if (x := _number(row.cells.get("longitude"))) is not None
        and (y := _number(row.cells.get("latitude"))) is not None
    ]
    return country.among([x for x, _ in places], [y for _, y in places])


def _number(cell: object) -> float | None:
    found = number_in(cell) if isinstance(cell, str) else cell
    return float(found) if is_number(found) and isinstance(found, int | float) else None


def _degrees_of(features: Sequence[object]) -> tuple[list[float], list[float]]:
    """Return longitudes and latitudes of the features that are points."""
    shapes = [feature.get("geometry") for feature in features if isinstance(feature, dict)]
    places = [shape.get("coordinates") for shape in shapes if isinstance(shape, dict) and shape.get("type") == "Point"]
    sound = [at for at in places if isinstance(at, list) and len(at) > 1 and all(map(is_number, at[:2]))]
    return [float(at[0]) for at in sound], [float(at[1]) for at in sound]


def _school(feature: object, names: Mapping[str, str], row: int, noticed: Noticed, country: Country) -> School | None:
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
    point, sound = point_of(feature["geometry"], row, noticed, country)
    cells = {**properties, **{column: properties.get(name) for column, name in names.items()}}
    school = school_from(cells, point, row, noticed, country)
    return school if sound else None
