"""Boundaries, districts, stations and the ground: context for maps, and a check on schools' points."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import shapely
from shapely.geometry import shape

from geo_partnerships.countries import UNITED_KINGDOM
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.formats.header import Layout
from geo_partnerships.intake.formats.spreadsheets import layer_of, read_layer_file
from geo_partnerships.intake.formats.strict_json import credits_of, property_names, read_features
from geo_partnerships.intake.places.derived_districts import derive_districts, surroundings
from geo_partnerships.intake.postcodes.format import DISTRICT
from geo_partnerships.intake.schools.referee import check_against_postcodes
from geo_partnerships.limits import TOUCHING_PAIRS
from geo_partnerships.model import Locality, Places
from geo_partnerships.sentences import count
from geo_partnerships.vocabulary import CRS_WGS84

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo_partnerships.countries import Country
    from geo_partnerships.intake.formats.findings_log import Noticed
    from geo_partnerships.model import School

POLYGONS = frozenset({"Polygon", "MultiPolygon"})
POINTS = frozenset({"Point"})
LINES = frozenset({"LineString", "MultiLineString"})
LAYERS = MappingProxyType(
    {
        "authority": POLYGONS,
        "neighbours": POLYGONS,
        "districts": POLYGONS,
        "stations": POINTS,
        "rail": LINES,
        "tube": LINES,
        "roads": LINES,
        "places": POINTS,
        "built_up": POLYGONS,
        "green": POLYGONS,
        "water": POLYGONS | LINES,
    }
)
RANKED = frozenset({"rail", "tube", "roads", "places", "built_up", "green", "water"})
"""Layers of the ground: each feature may say its rank, 1 for what matters most."""
NAMELESS = RANKED - {"places"}
"""Layers whose features need no name."""
RANKS = range(1, 10)
USUAL_RANK = 3
KEY = MappingProxyType({"districts": "district"})
# As the layers of the Office for National Statistics and the Ordnance Survey call them.
OTHER_NAMES = MappingProxyType(
    {
        "name": (
            *(f"{kind}{year}NM" for kind in ("LAD", "CTYUA", "UTLA", "LTLA", "WD", "LEA") for year in range(11, 40)),
            *("Authority", "Local authority", "LA name", "LAD name", "Area name", "NAME", "lad nm", "Borough", "Ward"),
            "Title",
            "Label",
        ),
        "district": (
            "Postcode district",
            "PostDist",
            "Post dist",
            "pc district",
            "Outcode",
            "Name",
            "pc dist",
        ),
    }
)
TOUCHING_M = 1.0
FAR_FROM_DISTRICT_M = 1_000.0


def read_places(
    layers: Mapping[str, bytes | Mapping[str, bytes] | gpd.GeoDataFrame],
    noticed: Mapping[str, Noticed],
    country: Country = UNITED_KINGDOM,
) -> Places:
    """Return the layers on the grid of a country.

    Parameters
    ----------
    layers
        By a name in `LAYERS`, absent ones stay None: a GeoJSON file's content, the parts of a GeoPackage or
        shapefile by their endings, or a frame on the grid.
    noticed
        Takes the findings, by the same names.
    """
    frames: dict[str, gpd.GeoDataFrame] = {}
    attributions: dict[str, None] = {}
    for name, kinds in LAYERS.items():
        if name in layers:
            frame, credit = _read(name, layers[name], kinds, noticed[name], country)
            if frame is not None:
                frames[name] = frame
                attributions.update(dict.fromkeys(credit))
    districts = frames.get("districts")
    neighbours = {} if districts is None else _neighbours(districts, noticed["districts"])
    return Places(
        **frames,
        district_neighbours=MappingProxyType(neighbours),
        attributions=tuple(attributions),
        localities=_localities(frames.get("places", frames.get("stations")), country.grid),
    )


def _localities(frame: gpd.GeoDataFrame | None, grid: str) -> tuple[Locality, ...]:
    """Return named points as places that partnerships may be called after."""
    if frame is None:
        return ()
    points = frame.to_crs(grid).geometry
    ranks = frame["rank"] if "rank" in frame else [USUAL_RANK] * len(frame)
    rows = zip(frame["name"], points.x, points.y, ranks, strict=True)
    return tuple(Locality(str(name), float(x), float(y), int(rank)) for name, x, y, rank in rows if name)


def _read(
    name: str,
    content: bytes | Mapping[str, bytes] | gpd.GeoDataFrame,
    kinds: frozenset[str],
    noticed: Noticed,
    country: Country,
) -> tuple[gpd.GeoDataFrame | None, tuple[str, ...]]:
    key = KEY.get(name, "name")
    needed = None if name in NAMELESS else key
    if isinstance(content, bytes):
        frame, credit = read_layer(content, kinds, noticed, key=needed, country=country)
        return (_ranked(frame, noticed) if frame is not None and name in RANKED else frame), credit
    columns = {key: OTHER_NAMES[key]} | ({"rank": ()} if name in RANKED else {})
    layout = Layout(columns, (needed,) if needed else ())
    if isinstance(content, gpd.GeoDataFrame):
        layer = layer_of(content, layout, noticed)
    else:
        layer = read_layer_file(content, layout, noticed, layer=name, country=country)
    if layer is None or noticed.has_errors:
        return None, ()
    sound = [
        (dict(row.cells), geometry)
        for row, geometry in zip(layer.table.rows, layer.geometries, strict=True)
        if (needed is None or _is_named(row.cells[key], key, row.number, noticed))
        and _is_kind(None if geometry is None else type(geometry).__name__, kinds, row.number, noticed)
        and geometry is not None
        and _is_usable(geometry, country.box_around, country.name, row.number, noticed)
    ]
    if noticed.has_errors:
        return None, ()
    frame = _frame(sound, country.grid)
    return (_ranked(frame, noticed) if name in RANKED else frame), ()


def _ranked(frame: gpd.GeoDataFrame, noticed: Noticed) -> gpd.GeoDataFrame | None:
    """Return name, rank and geometry of a layer of the ground; a name that is not text is none."""
    names = frame["name"] if "name" in frame else [""] * len(frame)
    ranks = frame["rank"] if "rank" in frame else [None] * len(frame)
    given = [_rank(value, row, noticed) for row, value in enumerate(ranks, 1)]
    if noticed.has_errors:
        return None
    told = [name.strip() if isinstance(name, str) else "" for name in names]
    return gpd.GeoDataFrame({"name": told, "rank": given}, geometry=list(frame.geometry), crs=frame.crs)


def _rank(value: object, row: int, noticed: Noticed) -> int:
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return USUAL_RANK
    number = int(value) if isinstance(value, str) and value.isdecimal() and len(value) == 1 else value
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, int) and not isinstance(number, bool) and number in RANKS:
        return number
    noticed.error(
        "places-rank",
        f"The rank is {shown(value)}.",
        "Write a whole number from 1 (drawn from afar) to 9, or leave it out.",
        row=row,
        field="rank",
    )
    return USUAL_RANK


def _frame(rows: Sequence[tuple[dict[str, Any], shapely.Geometry]], crs: str) -> gpd.GeoDataFrame:
    shapes = [geometry for _, geometry in rows]
    return gpd.GeoDataFrame([properties for properties, _ in rows], geometry=shapes, crs=crs)


def read_layer(
    data: bytes,
    kinds: frozenset[str],
    noticed: Noticed,
    *,
    key: str | None = "name",
    country: Country = UNITED_KINGDOM,
) -> tuple[gpd.GeoDataFrame | None, tuple[str, ...]]:
    """Return the features of GeoJSON `data` on the grid of a country, and whom the file asks to credit.

    Parameters
    ----------
    kinds
        Geometry types that are meant.
    key
        Property that every feature must have as text; None where none is needed.
    """
    features, others = read_features(data, noticed)
    if key is not None:
        given = _property_for(key, features, noticed, country)
        if given is None:
            return None, ()
        features = [_called(feature, given, key) for feature in features]
    rows = [_feature(feature, row, kinds, key, noticed, country) for row, feature in enumerate(features, 1)]
    sound = [row for row in rows if row is not None]
    if noticed.has_errors:
        return None, ()
    if not sound:
        noticed.error("places-none", "The file holds no features.", "Export it again, or delete the file.")
        return None, ()
    return _frame(sound, CRS_WGS84).to_crs(country.grid), credits_of(others)


def _property_for(key: str, features: Sequence[object], noticed: Noticed, country: Country) -> str | None:
    """Return the property that holds each feature's `key`; None and an error where several may.

    Layers of others call it as they do in GeoPackages: the same names are known.
    """
    properties = [one for feature in features if (one := _properties(feature)) is not None]
    header = property_names(features)
    if key in header:
        return key
    found = Layout({key: OTHER_NAMES[key]}, (key,)).match(header).get(key, [])
    if key == "district" and country.is_british:
        found = [at for at in found if all(DISTRICT.fullmatch(str(one.get(header[at]))) for one in properties)]
    said = {tuple(str(one.get(header[at])) for one in properties) for at in found}
    if len(said) > 1:
        names = " and ".join(shown(header[at]) for at in found)
        message = f"The properties {names} both could be {key}."
        noticed.error("places-two-names", message, f"Call the one that is meant {key}.", field=key)
        return None
    return header[found[0]] if found else key


def _properties(feature: object) -> dict[str, Any] | None:
    found = feature.get("properties") if isinstance(feature, dict) else None
    return found if isinstance(found, dict) else None


def _called(feature: object, given: str, key: str) -> object:
    """Return a feature with its property `given` as `key`."""
    properties = _properties(feature)
    if given == key or not isinstance(feature, dict) or properties is None:
        return feature
    return {**feature, "properties": {**properties, key: properties.get(given)}}


def _feature(
    feature: object, row: int, kinds: frozenset[str], key: str | None, noticed: Noticed, country: Country
) -> tuple[dict[str, Any], shapely.Geometry] | None:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or not isinstance(geometry, dict):
        noticed.error(
            "geojson-not-a-feature",
            "The entry is no Feature with properties and a geometry.",
            "Export it again.",
            row=row,
        )
        return None
    if key is not None and not _is_named(properties.get(key), key, row, noticed):
        return None
    if not _is_text(properties, row, noticed):
        return None
    if not _is_kind(geometry.get("type"), kinds, row, noticed):
        return None
    made = _geometry(geometry, row, noticed, country)
    return None if made is None else (properties, made)


def _is_named(name: object, key: str, row: int, noticed: Noticed) -> bool:
    if isinstance(name, str) and name.strip():
        return True
    noticed.error("places-no-name", f"The feature has no {key}.", "Add it as text.", row=row, field=key)
    return False


def _is_text(value: object, row: int, noticed: Noticed) -> bool:
    """Whether no text anywhere in a value holds half a surrogate pair, which no table can store."""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        message = f"The properties {shown(value)} hold characters that cannot be seen."
        noticed.error("text-unprintable", message, "Export the file again.", row=row)
        return False
    return True


def _is_kind(kind: object, kinds: frozenset[str], row: int, noticed: Noticed) -> bool:
    if isinstance(kind, str) and kind in kinds:
        return True
    noticed.error(
        "geometry-unexpected",
        f"The geometry is {shown(kind)}, not {' or '.join(sorted(kinds))}.",
        "Export the right layer.",
        row=row,
        field="geometry",
    )
    return False


def _geometry(geometry: dict[str, Any], row: int, noticed: Noticed, country: Country) -> shapely.Geometry | None:
    try:
        made = shape(geometry)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
        _malformed("The coordinates cannot be read.", row, noticed)
        return None
    return made if _is_usable(made, country.degrees, country.name, row, noticed) else None


def _is_usable(
    made: shapely.Geometry, bounds: tuple[float, float, float, float], within: str, row: int, noticed: Noticed
) -> bool:
    """Return True where a geometry has points, within its country, and does not cross itself."""
    if shapely.is_empty(made):
        _malformed("The geometry is empty.", row, noticed)
        return False
    left, bottom, right, top = map(float, shapely.bounds(made))
    west, south, east, north = bounds
    if not (west <= left <= right <= east and south <= bottom <= top <= north):
        noticed.error(
            "coordinates-outside",
            f"{left:g}, {bottom:g} to {right:g}, {top:g} lies outside {within}.",
            "Export the layer in EPSG:4326, longitude first.",
            row=row,
            field="geometry",
        )
        return False
    if not shapely.is_valid(made):
        noticed.error(
            "geometry-invalid",
            f"The shape crosses itself ({shapely.is_valid_reason(made)[:60]}).",
            "Repair it in a GIS; nothing was changed here.",
            row=row,
            field="geometry",
        )
        return False
    return True


def _malformed(message: str, row: int, noticed: Noticed) -> None:
    noticed.error("geometry-malformed", message, "Export the layer again.", row=row, field="geometry")


def _neighbours(districts: gpd.GeoDataFrame, noticed: Noticed) -> dict[str, frozenset[str]]:
    names = list(districts["district"])
    stated = districts["neighbours"] if "neighbours" in districts else [None] * len(names)
    touching = _touching(districts, noticed)
    found: dict[str, set[str]] = {name: set() for name in names}
    for row, (name, given) in enumerate(zip(names, stated, strict=True), 1):
        if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
            found[name] |= touching[name]
            continue
        unknown = sorted(set(given) - set(names))
        if unknown or name in given:
            noticed.warning(
                "districts-unknown-neighbour",
                f"{name} is said to neighbour {shown(', '.join(unknown) or name)}.",
                "Correct the list.",
                row=row,
                field="neighbours",
            )
        found[name] |= set(given) & set(names) - {name}
    for name, others in found.items():
        for other in others:
            found[other].add(name)
    return {name: frozenset(others) for name, others in sorted(found.items())}


def _touching(districts: gpd.GeoDataFrame, noticed: Noticed) -> dict[str, set[str]]:
    """Return which districts meet, slivers between their edges overlooked; of more than is read none, and an error."""
    names = list(districts["district"])
    touching: dict[str, set[str]] = {name: set() for name in names}
    pairs = 0
    for one, outline in enumerate(districts.geometry):
        met = districts.sindex.query(outline.buffer(TOUCHING_M), predicate="intersects")
        pairs += len(met)
        if pairs > TOUCHING_PAIRS:
            noticed.error(
                "districts-overlap",
                f"More than {TOUCHING_PAIRS:,} pairs of districts touch or overlap.",
                "Export the right layer: districts lie side by side.",
            )
            return {name: set() for name in names}
        touching[names[one]].update(names[other] for other in met.tolist() if names[other] != names[one])
    return touching


def with_derived_districts(
    places: Places, schools: Mapping[str, School], noticed: Noticed, country: Country = UNITED_KINGDOM
) -> Places:
    """Return `places` with postcode districts derived from the schools' own postcodes, where two or more have one."""
    district_at: dict[tuple[float, float], str] = {}
    for school in schools.values():
        if school.district and school.easting is not None and school.northing is not None:
            district_at.setdefault((school.easting, school.northing), school.district)
    if len(set(district_at.values())) < 2:  # noqa: PLR2004 - one district has no neighbours
        return places
    districts = derive_districts(district_at, surroundings(sorted(district_at)), country.grid)
    noticed.note(
        "districts-derived",
        f"There are no postcode districts; they were derived from {count(len(district_at), 'school')}, which is rough.",
        "Give boundaries/districts.geojson, or make it from Code-Point Open.",
    )
    neighbours = {
        name: frozenset(others) for name, others in zip(districts["district"], districts["neighbours"], strict=True)
    }
    return replace(places, districts=districts, district_neighbours=MappingProxyType(neighbours))


def check_points(
    schools: Mapping[str, School], places: Places, noticed: Noticed, country: Country = UNITED_KINGDOM
) -> None:
    """Report schools whose point lies outside their own authority or postcode district, or far from all others."""
    check_against_postcodes(schools, noticed, country)
    placed = [school for school in schools.values() if school.has_point]
    points = {
        school.urn: shapely.Point(school.easting, school.northing)
        for school in placed
        if school.easting is not None and school.northing is not None
    }
    if places.authority is not None:
        _check_authority(placed, points, places.authority, noticed)
    if places.districts is not None:
        _check_districts(placed, points, places.districts, noticed)


def _check_authority(
    placed: list[School], points: dict[str, shapely.Point], authority: gpd.GeoDataFrame, noticed: Noticed
) -> None:
    areas = dict(zip(authority["name"], authority.geometry, strict=True))
    for school in placed:
        area = areas.get(school.borough)
        away = 0.0 if area is None else float(shapely.distance(area, points[school.urn]))
        if away > 0:
            noticed.warning(
                "point-outside-authority",
                f"{school.name} lies {away:,.0f} m outside {school.borough}.",
                "Check the point; near the edge it may be the outline that is coarse.",
                field=school.urn,
            )


def _check_districts(
    placed: list[School], points: dict[str, shapely.Point], districts: gpd.GeoDataFrame, noticed: Noticed
) -> None:
    outlines: dict[str, list[shapely.Geometry]] = {}
    for name, outline in zip(districts["district"], districts.geometry, strict=True):
        outlines.setdefault(name, []).append(outline)
    for school in placed:
        parts = outlines.get(school.district, [])
        away = min((float(shapely.distance(part, points[school.urn])) for part in parts), default=0.0)
        if away <= 0:
            continue
        covered = len(districts.sindex.query(points[school.urn], predicate="intersects")) > 0
        if not covered and away <= FAR_FROM_DISTRICT_M:
            continue
        message = f"{school.name} lies {away:,.0f} m outside its postcode district {school.district}."
        if away > FAR_FROM_DISTRICT_M:
            noticed.warning("point-far-from-postcode", message, "Check point and postcode.", field=school.urn)
        else:
            noticed.note("point-outside-district", message, "Outlines of districts are approximate.", field=school.urn)
