"""Whether a partnership hangs together: in how many pieces the ground lies that is nearest to its schools."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo_partnerships.views.areas import TOUCH, partnership_areas

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo_partnerships.plans import Plan

__all__ = ["areas_of", "pieces", "pieces_of"]


def areas_of(plan: Plan) -> dict[int, BaseGeometry]:
    """Return the area of each partnership, by number; none of a strand that has no other partnership."""
    outline = plan.problem.places.authority
    authority = outline.union_all() if outline is not None and len(outline) else None
    points = {s.urn: (s.easting, s.northing) for s in plan.problem.schools.values() if s.easting and s.northing}
    found: dict[int, BaseGeometry] = {}
    for _, group in itertools.groupby(sorted(plan.partnerships, key=lambda p: p.strand), key=lambda p: p.strand):
        members = {p.number: p.members for p in group}
        if len(members) > 1:
            found |= partnership_areas(points, members, authority)
    return found


def pieces(area: BaseGeometry) -> int:
    """Return of how many pieces an area is; parts that all but touch are one."""
    parts = shapely.get_parts(area)
    left, right = shapely.STRtree(parts).query(parts, predicate="dwithin", distance=TOUCH)
    links = coo_array((np.ones(left.size), (left, right)), shape=(parts.size, parts.size))
    return int(connected_components(links, directed=False)[0])


def pieces_of(plan: Plan) -> dict[int, int]:
    """Return of how many pieces the area of each area partnership is, by number."""
    mine = {p.number for p in plan.partnerships if p.strand == "area"}
    return {number: pieces(area) for number, area in areas_of(plan).items() if number in mine}
