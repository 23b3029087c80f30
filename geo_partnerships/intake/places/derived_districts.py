"""Postcode districts derived from postcodes with points, where no polygons of them are given."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from geo_partnerships.vocabulary import CRS, CRS_WGS84
from geo_partnerships.whole_files import write_keeping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

MARGIN_M = 1_000.0
GRID_M = 0.01  # common edges are cut at the same point
SIMPLIFIED_M = 12.0
DECIMALS = 5  # of a degree: about a metre


def surroundings(points: Sequence[tuple[float, float]], margin: float = MARGIN_M) -> BaseGeometry:
    """Return the convex hull of points and a margin around it, in metres."""
    return shapely.MultiPoint(points).convex_hull.buffer(margin)


def derive_districts(
    district_at: Mapping[tuple[float, float], str], frame: BaseGeometry, crs: str = CRS
) -> gpd.GeoDataFrame:
    """Return postcode districts: what is nearest to a point of each, within `frame`.

    Parameters
    ----------
    district_at
        Postcode district by easting and northing, metres; at least one point.
    frame
        Polygon that clips the districts, same units.
    crs
        The grid of both.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns ``district`` and ``neighbours`` (those that share an edge, sorted), sorted by district.
    """
    points = sorted(district_at)
    owner = np.array([district_at[point] for point in points])
    if len(points) == 1:
        cells = np.array([frame])
    else:
        reach = shapely.box(*shapely.bounds(shapely.union(frame, shapely.multipoints(np.array(points)))))
        cells = np.array(
            shapely.get_parts(
                shapely.voronoi_polygons(shapely.multipoints(np.array(points)), extend_to=reach, ordered=True)
            )
        )
    names = sorted(set(owner))
    areas = np.array(
        [
            shapely.intersection(shapely.coverage_union_all(cells[owner == name]), frame, grid_size=GRID_M)
            for name in names
        ]
    )
    kept = ~shapely.is_empty(areas) & (shapely.area(areas) > 0)
    names = [str(name) for name, keep in zip(names, kept, strict=True) if keep]
    return gpd.GeoDataFrame(
        {"district": names, "neighbours": shared_edges(names, areas[kept])}, geometry=areas[kept], crs=crs
    )


def shared_edges(names: Sequence[str], areas: np.ndarray[Any, Any]) -> list[list[str]]:
    """Return for each area the names of the others with which it has an edge of positive length in common."""
    first, second = shapely.STRtree(areas).query(areas, predicate="intersects")
    edges = shapely.intersection(shapely.boundary(areas[first]), shapely.boundary(areas[second]))
    lengths = shapely.length(edges)
    neighbours: list[list[str]] = [[] for _ in names]
    for i, j, length in zip(first, second, lengths, strict=True):
        if i != j and length > GRID_M:
            neighbours[i].append(names[j])
    return [sorted(others) for others in neighbours]


def write_districts(path: Path, districts: gpd.GeoDataFrame, attribution: str) -> Path | None:
    """Write derived districts as RFC 7946 GeoJSON, simplified as one coverage; return where other ones are kept."""
    simplified = shapely.coverage_simplify(districts.geometry.to_numpy(), SIMPLIFIED_M)
    degrees = gpd.GeoSeries(simplified, crs=CRS).to_crs(CRS_WGS84)
    lines = []
    for name, neighbours, shape in zip(districts["district"], districts["neighbours"], degrees, strict=True):
        snapped = shapely.set_precision(shape, 10.0**-DECIMALS)
        plain = shapely.transform(shapely.orient_polygons(shapely.normalize(snapped)), lambda at: at.round(DECIMALS))
        feature = {
            "type": "Feature",
            "properties": {"district": name, "neighbours": neighbours},
            "geometry": json.loads(shapely.to_geojson(plain)),
        }
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    credit = json.dumps([attribution], ensure_ascii=False)
    body = ",\n".join(lines)
    return write_keeping(path, f'{{"type":"FeatureCollection","attribution":{credit},"features":[\n{body}\n]}}\n')
