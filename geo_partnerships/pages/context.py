"""What lies around the partnerships as data for a live map: layers and their looks, areas, names and their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.pages.ground import BORDERS, EDGE, NEAR, STYLES, VEIL, VEILED
from geo_partnerships.pages.labels import names_of
from geo_partnerships.pages.plane import Grid
from geo_partnerships.pages.schema import Ground, GroundLayer, NameGroup, PlacedName

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapely.geometry.base import BaseGeometry

    from geo_partnerships.pages.packing import Nearby
    from geo_partnerships.pages.scene import Scene

DISTRICTS = "Postcode districts"
AROUND = "Neighbouring areas"
NEARER = 1.6


def ground_of(scene: Scene, grid: Grid, *, drawn: frozenset[int] | None = None, zoom: float = NEAR) -> Ground:
    """Return what a live map draws under and around the partnerships.

    Parameters
    ----------
    grid
        What its paths are written in.
    drawn
        Numbers of the areas that a drawing in the same page has, with all the layers; None where there is none.
    zoom
        At which the map opens: names that show only from much nearer are left out.
    """
    areas = {n: area for n, area in scene.drawn_areas.items() if drawn is None or n not in drawn}
    return {
        "grid": grid.anchor,
        "name": scene.view.authority,
        "layers": list(_layers(scene, grid, drawn=drawn is not None)),
        "areas": {str(number): path for number, area in areas.items() if (path := grid.path(area))},
        "names": [
            NameGroup(
                kind=group.kind,
                zoom=group.zoom,
                names=[PlacedName(name.text, grid.at(np.array(name.spots)).ravel().tolist()) for name in group.names],
            )
            for group in names_of(scene, grid.window)
            if group.zoom <= zoom + NEARER
        ],
    }


def whole_grid(scene: Scene) -> Grid:
    """Return a grid over all the ground that there is."""
    return Grid(scene.plane, scene.reach or (-1_000.0, -1_000.0, 1_000.0, 1_000.0))


def _layers(scene: Scene, grid: Grid, *, drawn: bool) -> Iterator[GroundLayer]:
    def path(parts: Iterable[BaseGeometry]) -> str:
        return "" if drawn else "".join(map(grid.path, parts))

    def within(layer: Nearby[None]) -> list[BaseGeometry]:
        return [part for _, part in layer.within(grid.window)]

    for style in STYLES:
        found = within(scene.ground[style.name]) if style.name in scene.ground else []
        if found:
            look = (style.fill, style.stroke, style.width, 1, style.zoom, style.dash, style.casing)
            yield GroundLayer(style.name, style.group, *look, over=style.is_line, path=path(found))
    for name, group in (("neighbours", AROUND), ("districts", DISTRICTS)):
        border, found = BORDERS[name], within(scene.borders[name])
        if found:
            dash = " ".join(f"{length:g}" for length in border.dash)
            yield GroundLayer(
                name, group, stroke=border.stroke, width=border.width, dash=dash, over=True, path=path(found)
            )
    if not scene.outline.is_empty:
        veil = GroundLayer("outside", "", VEIL, EDGE.stroke, EDGE.width, VEILED, over=True)
        yield veil._replace(path="" if drawn else grid.around(scene.outline))
