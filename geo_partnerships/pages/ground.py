"""The ground under the partnerships: what is drawn of land, water, roads and railways, how, and from how near."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import shapely

from geo_partnerships.pages.packing import parts_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

OPEN_LAND = "#e9efe0"
"""What nothing is drawn on."""
BUILT_UP = "#f4f0ea"


class Style(NamedTuple):
    """How a layer of the ground is drawn, in pixels at `NEAR`; it is shown from `zoom` on."""

    name: str
    source: str
    ranks: tuple[int, int]
    group: str
    fill: str = ""
    stroke: str = ""
    width: float = 0.0
    casing: str = ""
    dash: str = ""
    zoom: float = 0.0
    tolerance: float = 14.0
    """Metres that its lines may lie beside the truth."""

    @property
    def is_line(self) -> bool:
        """True where it lies over the partnerships' areas, lest their colours hide it."""
        return not self.fill


ROADS = "Roads"
RAIL = "Railways and stations"
LAND = "Built-up land, parks and water"
ANY = (1, 9)
STYLES = (
    Style("built_up", "built_up", ANY, LAND, fill=BUILT_UP, tolerance=105.0),
    Style("green", "green", ANY, LAND, fill="#d3e4bf", tolerance=15.0),
    Style("water", "water", ANY, LAND, fill="#b3cede", tolerance=12.0),
    Style("rivers", "water", ANY, LAND, stroke="#a3c4d8", width=1.4, zoom=11.5, tolerance=12.0),
    Style("minor", "roads", (5, 9), ROADS, stroke="#dfd7ca", width=1.1, zoom=13.2, tolerance=18.0),
    Style("secondary", "roads", (4, 4), ROADS, stroke="#d9cfbf", width=1.8, zoom=12.2, tolerance=15.0),
    Style("rail", "rail", (1, 2), RAIL, stroke="#8e959b", width=1.5, tolerance=26.0),
    Style("freight", "rail", (3, 9), RAIL, stroke="#a9afb4", width=1.1, zoom=12.5),
    Style("tube", "tube", ANY, RAIL, stroke="#8e959b", width=1.5, dash="5 3", tolerance=26.0),
    Style("primary", "roads", (3, 3), ROADS, stroke="#d0c4b0", width=2.5, zoom=10.5),
    Style("trunk", "roads", (2, 2), ROADS, stroke="#f3e8cf", width=3.6, casing="#9c9180"),
    Style("motorway", "roads", (1, 1), ROADS, stroke="#ddd6e3", width=4.0, casing="#7f7690"),
)
"""From the bottom up."""
VEIL = "#fafafa"
"""Over what lies outside the authority."""
VEILED = 0.5


class Border(NamedTuple):
    """How a border is drawn, in pixels."""

    stroke: str
    width: float
    dash: tuple[float, ...] = ()


BORDERS = {
    "neighbours": Border("#7d8a91", 1.1, (7, 3, 1.5, 3)),
    "districts": Border("#55636b", 1.0, (1.5, 3.5)),
}
EDGE = Border("#3f4b51", 2.2)
"""The authority's own."""
FROM_AFAR = 0.3
"""Zooms nearer than a drawing from which on what shows is left out of it."""
NEAR = 13.0
"""Zoom at which lines are as wide as their style says."""


def width_at(zoom: float) -> float:
    """Return how many times as wide as its style says a line is drawn."""
    return min(1.8, max(0.55, 1 + (zoom - NEAR) * 0.3))


def shape_of(
    style: Style, layer: gpd.GeoDataFrame, cut: Callable[[gpd.GeoDataFrame], list[BaseGeometry]]
) -> BaseGeometry:
    """Return what a style draws of a layer: polygons where it fills, lines where it does not; EPSG:27700.

    Parameters
    ----------
    cut
        Gives the geometries of some rows as far as the map reaches.
    """
    low, high = style.ranks
    ranks = layer["rank"] if "rank" in layer else [low] * len(layer)
    chosen = layer[[low <= rank <= high for rank in ranks]]
    kind = "Polygon" if style.fill else "LineString"
    found = [part for shape in cut(chosen) for part in parts_of(shape, kind)]
    if not found:
        return shapely.Polygon()
    whole = shapely.union_all(found)
    return whole if style.fill else shapely.line_merge(whole) if whole.geom_type == "MultiLineString" else whole
