"""Areas of partnerships, for drawing: who is nearest to whom, dissolved, without crossing.

An area is a picture and no catchment: it holds the places nearer to a member school than to a school of
another partnership of the same strand.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

PALETTE_SIZE = 7
"""How many colours the pages have for areas."""
OUTSIDE = 1_000.0
"""Metres beyond the authority from which a school no longer shapes an area: it is shown as a pin alone."""
MARGIN = 600.0
"""Metres around the schools where no authority's outline is given, or where a group stands alone."""
TWIN_OFFSET = 1.0
"""Metres by which schools of different partnerships on one point are moved apart to share its ground."""
TOUCH = 5.0
"""Metres within which two areas count as neighbours."""


def partnership_areas(
    points: Mapping[str, tuple[float, float]],
    groups: Mapping[int, Sequence[str]],
    authority: BaseGeometry | None,
) -> dict[int, BaseGeometry]:
    """Return one area per partnership of a strand; areas of one strand do not cross.

    Parameters
    ----------
    points
        Easting and northing by key, metres on EPSG:27700. Keys without a point are left out.
    groups
        Keys of the members by partnership number, of one strand.
    authority
        Outline that clips the areas, EPSG:27700; None clips to the surroundings of the schools.

    Returns
    -------
    dict
        Area by number. A group without a point in or near the authority has no entry.
    """
    sites = _sites(points, groups, authority)
    if not sites:
        return {}
    if len({number for _, number in sites}) == 1:
        number = sites[0][1]
        return {number: _clip(_surroundings([site for site, _ in sites]), authority)}
    places = shapely.MultiPoint([site for site, _ in sites])
    frame = _surroundings([site for site, _ in sites]) if authority is None else authority
    reach = shapely.box(*frame.union(places.envelope).buffer(MARGIN).bounds)
    cells = shapely.voronoi_polygons(places, extend_to=reach, ordered=True)
    parts: dict[int, list[BaseGeometry]] = defaultdict(list)
    for (_, number), cell in zip(sites, cells.geoms, strict=True):
        parts[number].append(cell)
    areas = {number: _clip(shapely.union_all(parts[number]), frame) for number in sorted(parts)}
    return {number: area for number, area in areas.items() if not area.is_empty}


def colour_indices(
    areas: Mapping[int, BaseGeometry], palette: int, kept: Mapping[int, int] | None = None
) -> dict[int, int]:
    """Return a colour index per area so that neighbours differ as far as the palette allows.

    Greedy by saturation (Brélaz 1979, `New methods to color the vertices of a graph`); ties go to the
    most neighbours, then to the lowest number. Among free colours the least used is taken, so that the
    whole palette works for telling areas apart.

    Parameters
    ----------
    areas
        Area by number, metres on EPSG:27700.
    palette
        How many colours there are.
    kept
        Colours that some numbers have already, and keep.

    Raises
    ------
    ValueError
        Where the palette is empty.
    """
    if palette < 1:
        raise ValueError("a palette needs at least one colour")
    neighbours = _neighbours(areas)
    colours = {number: colour % palette for number, colour in (kept or {}).items()}
    beside = {number: [colours[other] for other in neighbours[number] if other in colours] for number in areas}
    used = [sum(colour == own for own in colours.values()) for colour in range(palette)]

    def urgency(number: int) -> tuple[int, int, int]:
        return -len(set(beside[number])), -len(neighbours[number]), number

    waiting = [urgency(number) for number in areas if number not in colours]
    heapq.heapify(waiting)
    while waiting:
        entry = heapq.heappop(waiting)
        number = entry[-1]
        if number in colours or entry != urgency(number):  # it has become more urgent since, and stands there again
            continue
        colour = min(range(palette), key=lambda c: (beside[number].count(c), used[c], c))
        colours[number] = colour
        used[colour] += 1
        for other in neighbours[number]:
            beside[other].append(colour)
            if other not in colours:
                heapq.heappush(waiting, urgency(other))
    return dict(sorted(colours.items()))


def _sites(
    points: Mapping[str, tuple[float, float]],
    groups: Mapping[int, Sequence[str]],
    authority: BaseGeometry | None,
) -> list[tuple[tuple[float, float], int]]:
    """Return one place per point and partnership; several partnerships on one point are moved apart."""
    numbers: dict[tuple[float, float], set[int]] = defaultdict(set)
    for number, keys in groups.items():
        for key in keys:
            if key in points:
                numbers[points[key]].add(number)
    if authority is not None:
        near = authority.buffer(OUTSIDE)
        shapely.prepare(near)
        numbers = {site: who for site, who in numbers.items() if near.intersects(shapely.Point(site))}
    return [
        (_moved(site, turn, len(who)), number)
        for site, who in sorted(numbers.items())
        for turn, number in enumerate(sorted(who))
    ]


def _moved(site: tuple[float, float], turn: int, turns: int) -> tuple[float, float]:
    if turns == 1:
        return site
    angle = 2 * math.pi * turn / turns
    return site[0] + TWIN_OFFSET * math.cos(angle), site[1] + TWIN_OFFSET * math.sin(angle)


def _surroundings(sites: Sequence[tuple[float, float]]) -> BaseGeometry:
    """Return a rounded concave hull around the places, a margin wide."""
    return shapely.concave_hull(shapely.MultiPoint(sites), ratio=0.4).buffer(MARGIN)


def _clip(area: BaseGeometry, frame: BaseGeometry | None) -> BaseGeometry:
    """Return the part of an area inside the frame, polygons only."""
    if frame is None:
        return area
    parts = [part for part in shapely.get_parts(area.intersection(frame)) if part.geom_type == "Polygon"]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def _neighbours(areas: Mapping[int, BaseGeometry]) -> dict[int, set[int]]:
    numbers = list(areas)
    shapes = np.array(list(areas.values()), dtype=object)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=TOUCH)
    found: dict[int, set[int]] = {number: set() for number in numbers}
    for i, j in zip(left, right, strict=True):
        if i != j:
            found[numbers[i]].add(numbers[j])
    return found
