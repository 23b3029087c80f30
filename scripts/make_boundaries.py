"""Write ``boundaries/``: the borough, its neighbours, postcode districts and stations.

Postcode districts are derived from unit postcodes: the Voronoi cell of each unit postcode, dissolved by
district, clipped to the frame and simplified as one coverage, so that neighbouring districts keep their
common edge. All lengths are metres on EPSG:27700; the files are WGS84. The script ends by comparing the
districts with the reference polygons and prints the agreement as a Markdown table.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from _common import arguments, read_rows, write_geojson

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

METRIC = "EPSG:27700"
FRAME_MARGIN_M = 2_000.0  # beyond it whole districts are missing from the unit postcodes
CLIP_GRID_M = 0.01  # common edges are clipped at the same point
SIMPLIFY_M = 12.0
DEGREE_DECIMALS = 5  # about a metre

BOUNDARY_LINE = ["Contains OS data © Crown copyright and database right 2013; National Statistics data"]
CODE_POINT = [
    (
        "Contains OS data © Crown copyright and database right 2014; "
        "Royal Mail data © Royal Mail copyright and database right 2014; "
        "National Statistics data © Crown copyright and database right 2014"
    )
]
TFL = ["Powered by TfL Open Data"]


def main() -> None:
    """Write the four files and print how far the districts agree with the reference."""
    parsed = arguments(__doc__).parse_args()
    folder = parsed.output / "boundaries"
    authority = read_layer(parsed.reference / "barnet.geojson")
    outline = authority.geometry.union_all()
    frame = outline.buffer(FRAME_MARGIN_M)

    around = read_layer(parsed.reference / "boroughs_context.geojson")
    around = around[~around["gss_code"].isin(authority["gss_code"])]
    around.geometry = clip(around.geometry.to_numpy(), frame.difference(outline))
    stations = read_layer(parsed.reference / "stations.geojson")

    write_layer(folder / "authority.geojson", authority, ["name", "gss_code"], BOUNDARY_LINE)
    write_layer(folder / "neighbours.geojson", around, ["name", "gss_code"], BOUNDARY_LINE)
    write_layer(folder / "stations.geojson", stations[stations.intersects(frame)], ["name", "modes", "lines"], TFL)

    districts = derive_districts(read_rows(parsed.reference / postcodes_file(parsed.reference)), frame)
    simplified = districts.copy()
    simplified.geometry = shapely.coverage_simplify(districts.geometry.to_numpy(), SIMPLIFY_M)
    write_layer(folder / "districts.geojson", simplified, ["district", "neighbours"], CODE_POINT)
    compared = read_layer(parsed.reference / "postcode_districts_codepoint.geojson")
    print(agreement(simplified, compared, {"in the borough, %": outline, "in the frame, %": frame}))


def postcodes_file(reference: Path) -> str:
    """Return the name of the one file of unit postcodes in the folder."""
    (found,) = reference.glob("codepoint_open_*.csv.gz")
    return found.name


def read_layer(path: Path) -> gpd.GeoDataFrame:
    """Return a GeoJSON file of the reference on EPSG:27700."""
    collection = json.loads(path.read_text(encoding="utf-8"))
    return gpd.GeoDataFrame.from_features(collection, crs="EPSG:4326").to_crs(METRIC)


def derive_districts(postcodes: list[dict[str, str]], frame: shapely.Geometry) -> gpd.GeoDataFrame:
    """Return the postcode districts within the frame and which of them share an edge.

    Parameters
    ----------
    postcodes
        Unit postcodes with ``district``, ``easting`` and ``northing``. Where two districts claim one point
        the first by name has it.
    """
    district_at: dict[tuple[int, int], str] = {}
    for row in postcodes:
        point = (int(row["easting"]), int(row["northing"]))
        district_at[point] = min(row["district"], district_at.get(point, row["district"]))
    points = sorted(district_at)
    cells = np.array(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=frame, ordered=True).geoms)
    owner = np.array([district_at[point] for point in points])
    names = sorted(set(owner))
    whole = [shapely.coverage_union_all(cells[owner == name]) for name in names]
    areas = clip(np.array(whole), frame)
    kept = ~shapely.is_empty(areas)
    frame_names = [name for name, keep in zip(names, kept, strict=True) if keep]
    return gpd.GeoDataFrame(
        {"district": frame_names, "neighbours": shared_edges(frame_names, areas[kept])},
        geometry=areas[kept],
        crs=METRIC,
    )


def clip(areas: np.ndarray[Any, Any], frame: shapely.Geometry) -> np.ndarray[Any, Any]:
    """Return the parts of a coverage within the frame, still edge-matched; lines and points are dropped."""
    clipped = shapely.intersection(areas, frame, grid_size=CLIP_GRID_M)
    return np.array([polygons_of(area) for area in clipped])


def polygons_of(area: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a geometry as one (multi)polygon."""
    return shapely.union_all([part for part in shapely.get_parts(area) if part.geom_type == "Polygon"])


def shared_edges(names: list[str], areas: np.ndarray[Any, Any]) -> list[list[str]]:
    """Return for each area the others with which it has an edge of positive length in common."""
    first, second = shapely.STRtree(areas).query(areas, predicate="intersects")
    lengths = shapely.length(shapely.intersection(shapely.boundary(areas[first]), shapely.boundary(areas[second])))
    neighbours: list[list[str]] = [[] for _ in names]
    for i, j, length in zip(first, second, lengths, strict=True):
        if i != j and length > 0:
            neighbours[i].append(names[j])
    return [sorted(others) for others in neighbours]


def write_layer(path: Path, layer: gpd.GeoDataFrame, columns: list[str], attribution: list[str]) -> None:
    """Write the columns and geometries in WGS84, sorted by the first column; empty geometries left out."""
    layer = layer[~layer.is_empty].to_crs("EPSG:4326").sort_values(columns[0], kind="stable")
    write_geojson(path, features(layer, columns), attribution)


def features(layer: gpd.GeoDataFrame, columns: list[str]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield properties and geometry, rounded, normalised and with outer rings anticlockwise."""
    for properties, geometry in zip(layer[columns].to_dict("records"), layer.geometry, strict=True):
        shape = shapely.orient_polygons(shapely.normalize(rounded(geometry)))
        yield properties, json.loads(shapely.to_geojson(shape))


def rounded(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return the geometry in whole hundred-thousandths of a degree; what folds over by that is made valid."""
    plain = shapely.transform(geometry, lambda degrees: degrees.round(DEGREE_DECIMALS))
    if shapely.is_valid(plain):
        return plain
    snapped = shapely.set_precision(geometry, 10.0**-DEGREE_DECIMALS)
    return shapely.transform(snapped, lambda degrees: degrees.round(DEGREE_DECIMALS))


def agreement(derived: gpd.GeoDataFrame, reference: gpd.GeoDataFrame, within: dict[str, shapely.Geometry]) -> str:
    """Return a table of how far both derivations give the same ground to each district, in per cent.

    It is the common area over the joint area (Jaccard), so that neither too much nor too little can hide.

    Parameters
    ----------
    within
        Areas to compare in, by what to call them.
    """
    scores = {place: overlaps(derived, reference, area) for place, area in within.items()}
    names = sorted(set().union(*scores.values()))
    rows = [
        " | ".join([f"| {name}", *(f"{found[name]:.2f}" if name in found else "" for found in scores.values())])
        for name in names
    ]
    last = [f"{min(found.values()):.2f} / {np.mean([*found.values()]):.2f}" for found in scores.values()]
    lines = [
        f"| district | {' | '.join(within)} |",
        "|---" * (len(within) + 1) + "|",
        *(f"{row} |" for row in rows),
    ]
    return "\n".join([*lines, f"| min / mean | {' | '.join(last)} |"])


def overlaps(derived: gpd.GeoDataFrame, reference: gpd.GeoDataFrame, within: shapely.Geometry) -> dict[str, float]:
    """Return common over joint area by district, in per cent, for the districts with ground in the area."""
    ours = derived.set_index("district").geometry.intersection(within).to_dict()
    theirs = reference.set_index("district").geometry.intersection(within).to_dict()
    found = {}
    for name in {**ours, **theirs}:
        one, other = ours.get(name, shapely.Polygon()), theirs.get(name, shapely.Polygon())
        joint = one.union(other).area
        if joint > 0:
            found[name] = 100 * one.intersection(other).area / joint
    return found


if __name__ == "__main__":
    main()
