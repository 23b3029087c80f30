"""Write the ground of the maps into ``boundaries/``: roads, railways, tube, place names and built-up land.

Everything is cut to the rectangle that a map of the borough shows, minor roads closer; lines are simplified. A
road keeps its number only where a second source bears it out. All lengths are metres on EPSG:27700; the files
are WGS84. What came from OpenStreetMap stays in a file of its own, ``tube.geojson``, under its own licence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import shapely
from _common import arguments
from make_boundaries import METRIC, polygons_of, read_layer, write_layer

if TYPE_CHECKING:
    from pathlib import Path

FRAME_MARGIN_M = 2_600.0
MINOR_MARGIN_M = 900.0
MINOR_RANK = 4
"""From this rank on roads are kept near the borough alone."""
ROADS_M = 6.0
RAIL_M = 8.0
BUILT_UP_M = 20.0
SMALLEST_M2 = 80_000.0
BORNE_OUT = frozenset({"M1", "M25", "A1", "A41", "A406", "A1000", "A110", "A111"})
"""Road numbers that a second source has; the others of the reference are from general knowledge."""
MISSPELT = frozenset({"Edgeware"})

NETWORK_RAIL = ["Contains Network Rail data licensed under the Open Government Licence v3.0"]
OPENSTREETMAP = ["© OpenStreetMap contributors (Open Database Licence): tube lines"]
ROADS = [
    "Powered by TfL Open Data. Contains OS data © Crown copyright and database rights 2016",
    "Contains OS data © Crown copyright and database right 2024",
]
OPEN_NAMES = ["Contains OS data © Crown copyright and database right 2017"]
CODE_POINT = [
    (
        "Contains OS data © Crown copyright and database right 2014; "
        "Royal Mail data © Royal Mail copyright and database right 2014; "
        "National Statistics data © Crown copyright and database right 2014"
    )
]


def main() -> None:
    """Write the five files."""
    parsed = arguments(__doc__).parse_args()
    folder, source = parsed.output / "boundaries", parsed.reference / "ground"
    outline = read_layer(parsed.reference / "barnet.geojson").geometry.union_all()
    frame = shapely.box(*outline.bounds).buffer(FRAME_MARGIN_M, join_style="mitre")
    near = outline.buffer(MINOR_MARGIN_M)

    write_layer(
        folder / "roads.geojson", roads(source / "roads.geojson", frame, near), ["name", "class", "rank"], ROADS
    )
    write_layer(folder / "rail.geojson", lines(source / "rail.geojson", frame), ["name", "class", "rank"], NETWORK_RAIL)
    write_layer(
        folder / "tube.geojson", lines(source / "tube.geojson", frame), ["name", "class", "rank"], OPENSTREETMAP
    )
    write_layer(folder / "places.geojson", places(source / "places.geojson", frame), ["name", "rank"], OPEN_NAMES)
    write_layer(folder / "built_up.geojson", built_up(source / "built_up.geojson", frame), ["class"], CODE_POINT)


def roads(path: Path, frame: shapely.Geometry, near: shapely.Geometry) -> gpd.GeoDataFrame:
    """Return the roads, one feature a number and class; the small ones near the borough alone."""
    found = read_layer(path)
    found["name"] = [borne_out(name) for name in found["name"]]
    rows = []
    for (name, kind, rank), group in found.groupby(["name", "class", "rank"], sort=True):
        cut = shapely.intersection(group.geometry.union_all(), near if rank >= MINOR_RANK else frame)
        rows.append((name, kind, int(rank), shapely.simplify(shapely.line_merge(cut), ROADS_M)))
    return layer_of(rows, ["name", "class", "rank"])


def borne_out(name: str) -> str:
    """Return a road's number where it is borne out, for a shared stretch the greater road's; else nothing."""
    return next((part for part in name.split("/") if part in BORNE_OUT), "")


def lines(path: Path, frame: shapely.Geometry) -> gpd.GeoDataFrame:
    """Return lines by name and class."""
    found = read_layer(path)
    rows = []
    for (name, kind, rank), group in found.groupby(["name", "class", "rank"], sort=True):
        cut = shapely.intersection(group.geometry.union_all(), frame)
        rows.append((name, kind, int(rank), shapely.simplify(shapely.line_merge(cut), RAIL_M)))
    return layer_of(rows, ["name", "class", "rank"])


def places(path: Path, frame: shapely.Geometry) -> gpd.GeoDataFrame:
    """Return names of places, as people call them where the source says so."""
    found = read_layer(path)
    found = found[found.intersects(frame) & ~found["name"].isin(MISSPELT)].copy()
    usual = found["alias"].where(found["alias"].notna(), found["name"])
    found["name"] = usual
    return found.sort_values(["rank", "name"], kind="stable")


def built_up(path: Path, frame: shapely.Geometry) -> gpd.GeoDataFrame:
    """Return built-up land within the frame as one shape."""
    land = shapely.simplify(polygons_of(shapely.intersection(read_layer(path).geometry.union_all(), frame)), BUILT_UP_M)
    kept = [without_small_holes(part) for part in shapely.get_parts(land) if part.area >= SMALLEST_M2]
    return layer_of([("built-up", shapely.MultiPolygon(kept))], ["class"])


def without_small_holes(land: shapely.Polygon) -> shapely.Polygon:
    """Return land with only such open ground in it as is large enough to be seen."""
    holes = [hole for hole in land.interiors if shapely.Polygon(hole).area >= SMALLEST_M2]
    return shapely.Polygon(land.exterior, holes)


def layer_of(rows: list[tuple[Any, ...]], columns: list[str]) -> gpd.GeoDataFrame:
    """Return rows, whose last field is the geometry, as a frame."""
    table = [dict(zip(columns, row[:-1], strict=True)) for row in rows]
    return gpd.GeoDataFrame(table, geometry=[row[-1] for row in rows], crs=METRIC)


if __name__ == "__main__":
    main()
