"""The plan as map layers: schools as points, partnerships as areas, WGS84."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import shapely

from geo_partnerships.exports.tables import memberships
from geo_partnerships.vocabulary import CRS_WGS84

if TYPE_CHECKING:
    from pathlib import Path

    from geo_partnerships.views.model import View

DIGITS = 6
"""Decimals of a degree in files: about a tenth of a metre."""


def school_features(view: View) -> gpd.GeoDataFrame:
    """Return one row per school and partnership, and one per school in none, as points in EPSG:4326.

    Columns are named one by one: nothing that the view does not show can slip in. A school without a point
    has an empty geometry.
    """
    schools = {s.urn: s for s in (*view.schools, *view.uncovered)}
    rows: list[dict[str, Any]] = [
        _school_columns(view, schools[m.urn])
        | {
            "partnership": m.partnership,
            "partnership_name": m.partnership_name,
            "strand": m.strand,
            "role": m.role,
            "distance_to_centre_m": m.distance_to_centre_m,
            "uncovered": "",
        }
        for m in memberships(view)
    ]
    placed = {row["urn"] for row in rows}
    rows += [
        _school_columns(view, s)
        | {
            "partnership": None,
            "partnership_name": "",
            "strand": "",
            "role": "",
            "distance_to_centre_m": None,
            "uncovered": s.uncovered,
        }
        for s in schools.values()
        if s.urn not in placed
    ]
    points = [_point(schools[row["urn"]].easting, schools[row["urn"]].northing) for row in rows]
    frame = gpd.GeoDataFrame(rows, geometry=points, crs=view.country.grid_or_degrees)
    return frame.astype({"partnership": "Int64"}).to_crs(CRS_WGS84)


def partnership_features(view: View) -> gpd.GeoDataFrame:
    """Return one row per partnership with its area in EPSG:4326, empty where it has none."""
    rows = [
        {
            "number": p.number,
            "name": p.name,
            "type": str(p.type),
            "status": p.status,
            "strand": p.strand,
            "centre": p.centre or "",
            "size": p.size,
            "lead": p.lead_urn,
            "form": p.form,
            "board": p.board,
            "since": p.since,
            "groups": "; ".join(f"{group.name} ({group.type})" for group in p.groups),
            "leaders": "; ".join(p.leaders),
            "districts": "; ".join(p.districts),
            "mean_distance_m": None if p.mean_distance_m is None else round(p.mean_distance_m, 1),
            "max_distance_m": None if p.max_distance_m is None else round(p.max_distance_m, 1),
            "measured": p.measured,
            "scenario": view.scenario,
            "note": view.survey_note,
        }
        for p in view.partnerships
    ]
    shapes = [p.area if p.area is not None else shapely.Polygon() for p in view.partnerships]
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=view.country.grid_or_degrees).to_crs(CRS_WGS84)


def spoke_features(view: View) -> gpd.GeoDataFrame:
    """Return a line from each member of a partnership to its centre school, in EPSG:4326, where both have a point."""
    schools = {s.urn: s for s in (*view.schools, *view.uncovered)}
    rows, lines = [], []
    for p in view.partnerships:
        middle = _point(schools[p.centre].easting, schools[p.centre].northing) if p.centre else shapely.Point()
        for m in p.members:
            end = _point(schools[m.urn].easting, schools[m.urn].northing)
            if m.urn != p.centre and not (end.is_empty or middle.is_empty):
                distance = None if m.distance_m is None else round(float(m.distance_m), 3)
                rows.append({"partnership": p.number, "urn": m.urn, "centre": p.centre, "distance_m": distance})
                lines.append(shapely.LineString([end, middle]))
    columns = ["partnership", "urn", "centre", "distance_m"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry=lines, crs=view.country.grid_or_degrees).to_crs(CRS_WGS84)


def alliance_features(view: View) -> gpd.GeoDataFrame:
    """Return one row per alliance with the points of its schools in EPSG:4326."""
    schools = {s.urn: s for s in (*view.schools, *view.uncovered)}
    rows, points = [], []
    for a in view.alliances:
        mine = [schools[urn] for _, urn in a.members if urn in schools]
        found = [_point(s.easting, s.northing) for s in mine if s.easting is not None]
        points.append(shapely.MultiPoint(found))
        rows.append(
            {
                "number": a.number,
                "name": a.name,
                "type": str(a.type),
                "status": a.status,
                "lead": a.lead,
                "members": "; ".join(text for text, _ in a.members),
            }
        )
    columns = ["number", "name", "type", "status", "lead", "members"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry=points, crs=view.country.grid_or_degrees).to_crs(CRS_WGS84)


def station_features(view: View) -> gpd.GeoDataFrame:
    """Return the stations of the area in EPSG:4326."""
    frame = view.context.stations
    if frame is None:
        return gpd.GeoDataFrame({"name": []}, geometry=[], crs=CRS_WGS84)
    return frame[["name", "geometry"]].to_crs(CRS_WGS84)


def write_geojson(frame: gpd.GeoDataFrame, path: Path) -> Path:
    """Write a layer as RFC 7946: WGS84, no ``crs`` member, outer rings anticlockwise, one feature a line.

    Parameters
    ----------
    frame
        Rows in EPSG:4326.
    path
        File to write.
    """
    columns = [c for c in frame.columns if c != frame.geometry.name]
    lines = []
    for row, shape in zip(frame[columns].astype(object).to_dict("records"), frame.geometry, strict=True):
        feature = {
            "type": "Feature",
            "properties": {key: _plain(value) for key, value in row.items()},
            "geometry": _geometry(shape),
        }
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":"), allow_nan=False))
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_bytes(text.encode("utf-8", "backslashreplace"))
    return path


def write_geoparquet(frame: gpd.GeoDataFrame, path: Path) -> Path:
    """Write a layer as GeoParquet.

    Raises
    ------
    ModuleNotFoundError
        Where pyarrow is not installed.
    """
    try:
        frame.to_parquet(path, index=False)
    except ImportError as error:
        raise ModuleNotFoundError("GeoParquet needs pyarrow: pip install 'geo-partnerships[parquet]'") from error
    return path


def _school_columns(view: View, school: Any) -> dict[str, Any]:
    return {
        "urn": school.urn,
        "name": school.name,
        "phase": str(school.phase),
        "type": school.type,
        "postcode": school.postcode,
        "district": school.district,
        "borough": school.borough,
        "designations": "; ".join(school.designations),
        "point_source": school.point_source,
        "status": view.status,
        "scenario": view.scenario,
        "note": view.survey_note,
    }


def _point(easting: float | None, northing: float | None) -> shapely.Point:
    return shapely.Point() if easting is None or northing is None else shapely.Point(easting, northing)


def _plain(value: Any) -> Any:
    """Return a cell as JSON takes it: missing numbers become null."""
    if value is None or value != value or value.__class__.__name__ == "NAType":  # noqa: PLR0124 - NaN
        return None
    return value


def _geometry(shape: Any) -> dict[str, Any] | None:
    if shape is None or shape.is_empty:
        return None
    rounded = shapely.set_precision(shape, 10**-DIGITS) if shape.geom_type != "Point" else shape
    turned = shapely.orient_polygons(rounded) if shape.geom_type != "Point" else rounded
    return {"type": turned.geom_type, "coordinates": _rounded(shapely.geometry.mapping(turned)["coordinates"])}


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, float):
        return round(coordinates, DIGITS)
    return [_rounded(part) for part in coordinates]
