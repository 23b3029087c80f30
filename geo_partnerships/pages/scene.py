"""What a view's maps have in common: points and shapes, projected and packed once, for map and drawing alike."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from geo_partnerships.pages.ground import STYLES, shape_of
from geo_partnerships.pages.naming_areas import ample_places
from geo_partnerships.pages.packing import Nearby, around
from geo_partnerships.pages.palette import NONE, PALETTE, SLATE, Colour, place
from geo_partnerships.pages.plane import Plane, to_degrees
from geo_partnerships.pages.schema import MapData, MapMember, MapPartnership, MapSchool, Tiles, without_rest
from geo_partnerships.pages.words import file_stem, more_words, placed_by
from geo_partnerships.vocabulary import CRS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo_partnerships.pages.plane import Spot, Window
    from geo_partnerships.pages.schema import MapKind, MapMove, Place, Urls
    from geo_partnerships.views.model import PartnershipView, SchoolView, View

SURROUNDINGS = 2_500.0
"""Metres of context around the authority and the schools."""
CONTEXT_TOLERANCE = 60.0
OUTLINE_TOLERANCE = 17.0
BOROUGH = 30_000.0
"""Metres across a ground that the tolerances are meant for; a larger one is drawn less finely."""
DISTRICTS_AROUND = 500.0
"""Metres from the authority within which postcode districts are drawn."""
PLACES_AROUND = 1_000.0
"""Metres from the authority within which small places are named."""
GAP = 60.0
"""Metres of slivers between outlines of different sources that are closed over."""
MANY_AREAS = 40
"""From here on a map of part of the ground carries only the areas around it."""
MANY_SCHOOLS = 400
"""From here on it carries only the schools around it."""
AROUND = 4_000.0
"""Metres around its schools that such a map carries."""


class NamedPlace(NamedTuple):
    """A town or quarter with its rank, where it stands on the plane, and whether it is near the authority."""

    name: str
    rank: int
    spot: Spot
    near: bool


class Scene:
    """A view's geography.

    Parameters
    ----------
    view
        What may be seen.
    """

    def __init__(self, view: View) -> None:
        self.view = view
        self.grid = view.country.grid_or_degrees

    @cached_property
    def schools(self) -> tuple[SchoolView, ...]:
        """Schools with a point, in the view's order."""
        return tuple(s for s in self.everyone.values() if s.easting is not None and s.northing is not None)

    @cached_property
    def off_map(self) -> tuple[SchoolView, ...]:
        """Schools without a point, in the view's order."""
        return tuple(s for s in self.everyone.values() if s.urn not in self.places)

    @cached_property
    def everyone(self) -> dict[str, SchoolView]:
        """Every school by its key, those in no partnership too."""
        return {s.urn: s for s in (*self.view.schools, *self.view.uncovered)}

    @cached_property
    def partnerships(self) -> dict[int, PartnershipView]:
        """Partnerships by number."""
        return {p.number: p for p in self.view.partnerships}

    @cached_property
    def _positions(self) -> dict[int, int]:
        """Where each partnership stands in the view's order, by number."""
        return {number: at for at, number in enumerate(self.partnerships)}

    @cached_property
    def places(self) -> dict[str, tuple[float, float]]:
        """Easting and northing by key."""
        return {s.urn: (float(s.easting or 0), float(s.northing or 0)) for s in self.schools}

    @cached_property
    def degrees(self) -> dict[str, tuple[float, float]]:
        """Latitude and longitude by key, five decimals."""
        if not self.places:
            return {}
        points = self.to_degrees(np.array(list(self.places.values())))
        return {
            urn: (round(float(lat), 5), round(float(lon), 5))
            for urn, (lon, lat) in zip(self.places, points, strict=True)
        }

    @cached_property
    def frame(self) -> BaseGeometry:
        """The rectangle that context is cut to, on the grid; empty where nothing has a place."""
        shapes: list[BaseGeometry] = [self.authority, shapely.MultiPoint(list(self.places.values()))]
        whole = shapely.union_all([shape.envelope for shape in shapes if not shape.is_empty])
        return shapely.Polygon() if whole.is_empty else whole.envelope.buffer(SURROUNDINGS, join_style="mitre")

    @cached_property
    def authority(self) -> BaseGeometry:
        """The authority's outline, on the grid; empty where there is none."""
        frame = self.view.context.authority
        if frame is None or frame.empty:
            return shapely.Polygon()
        return shapely.simplify(shapely.union_all(frame.to_crs(self.grid).geometry.array), OUTLINE_TOLERANCE)

    @cached_property
    def neighbours(self) -> tuple[tuple[str, BaseGeometry], ...]:
        """Names and shapes of the neighbouring authorities, cut to the frame."""
        return self._layer(self.view.context.neighbours)

    @cached_property
    def districts(self) -> tuple[tuple[str, BaseGeometry], ...]:
        """Names and shapes of the postcode districts, cut to the frame."""
        return self._layer(self.view.context.districts)

    @cached_property
    def plane(self) -> Plane:
        """What everything is drawn on."""
        if self.frame.is_empty:
            return Plane((400_000.0, 300_000.0), CRS)
        return Plane((self.frame.centroid.x, self.frame.centroid.y), self.grid)

    @cached_property
    def reach(self) -> Window | None:
        """All the ground that there is, on the plane."""
        return None if self.frame.is_empty else self.plane.shape(shapely.segmentize(self.frame, 2_000.0)).bounds

    @cached_property
    def spots(self) -> dict[str, tuple[float, float]]:
        """Where each school stands on the plane, by key."""
        if not self.places:
            return {}
        points = self.plane.points(np.array(list(self.places.values())))
        return {urn: (float(x), float(y)) for urn, (x, y) in zip(self.places, points, strict=True)}

    @cached_property
    def coarseness(self) -> float:
        """How many times the tolerances lines may lie beside the truth."""
        if self.frame.is_empty:
            return 1.0
        west, south, east, north = self.frame.bounds
        return max(1.0, (east - west) / BOROUGH, (north - south) / BOROUGH)

    def _drawn(self, shape: BaseGeometry, tolerance: float) -> BaseGeometry:
        """Return a shape on the plane, as finely as it is drawn."""
        return self.plane.shape(shapely.simplify(shape, tolerance * self.coarseness))

    @cached_property
    def ground(self) -> dict[str, Nearby[None]]:
        """What is drawn of the ground, by the name of the style, on the plane; layers without anything left out."""
        found = {}
        for style in STYLES:
            layer = getattr(self.view.context, style.source)
            if layer is not None and not layer.empty and not self.frame.is_empty:
                shape = self._drawn(shape_of(style, layer, self._cut), style.tolerance)
                if not shape.is_empty:
                    found[style.name] = Nearby((None, part) for part in shapely.get_parts(shape))
        return found

    @cached_property
    def borders(self) -> dict[str, Nearby[None]]:
        """Borders on the plane, each once: ``neighbours`` and ``districts``."""
        near = self.authority.buffer(DISTRICTS_AROUND)
        districts = self._borders(self.districts)
        groups = {
            "neighbours": self._outer_borders(),
            "districts": districts if near.is_empty else districts.intersection(near),
        }
        return {
            name: Nearby((None, part) for part in shapely.get_parts(self._drawn(shape, CONTEXT_TOLERANCE)))
            for name, shape in groups.items()
        }

    @cached_property
    def outline(self) -> BaseGeometry:
        """The authority's outline on the plane; empty where there is none."""
        return self.plane.shape(self.authority)

    @cached_property
    def named_districts(self) -> tuple[tuple[str, BaseGeometry], ...]:
        """Names and shapes of the postcode districts, on the plane."""
        return tuple((name, self.plane.shape(shape)) for name, shape in self.districts)

    @cached_property
    def named_neighbours(self) -> tuple[tuple[str, BaseGeometry], ...]:
        """Names and shapes of the neighbouring authorities, on the plane."""
        return tuple((name, self.plane.shape(shape)) for name, shape in self.neighbours)

    @cached_property
    def named_stations(self) -> tuple[tuple[str, Spot], ...]:
        """Names of the stations within the frame, and where each stands on the plane."""
        found = self._layer(self.view.context.stations)
        return tuple((name, self._spot_of(shape)) for name, shape in found)

    @cached_property
    def named_places(self) -> tuple[NamedPlace, ...]:
        """Towns and quarters within the frame, those of the highest rank first."""
        near = self.authority.buffer(PLACES_AROUND)
        shapely.prepare(near)
        return tuple(
            NamedPlace(name, rank, self._spot_of(shape), near.is_empty or near.contains(shape))
            for name, rank, shape in self._named("places")
        )

    @cached_property
    def road_numbers(self) -> tuple[tuple[str, BaseGeometry], ...]:
        """Numbers and lines, on the plane, of the roads that have one."""
        return tuple((number, self.plane.shape(shape)) for number, _, shape in self._named("roads"))

    def _spot_of(self, shape: BaseGeometry) -> Spot:
        x, y = self.plane.points(shapely.get_coordinates(shape.centroid))[0].tolist()
        return x, y

    def _named(self, source: str) -> tuple[tuple[str, int, BaseGeometry], ...]:
        layer = getattr(self.view.context, source)
        if layer is None or layer.empty or self.frame.is_empty:
            return ()
        ranks = layer["rank"] if "rank" in layer else [1] * len(layer)
        rows = zip(layer["name"].astype(str), (int(rank) for rank in ranks), self._cut(layer), strict=True)
        return tuple(sorted((r for r in rows if r[0] and not r[2].is_empty), key=lambda row: (row[1], row[0])))

    @cached_property
    def areas(self) -> dict[int, BaseGeometry]:
        """Areas by partnership number, on the grid, as finely as they are drawn."""
        return {
            p.number: shapely.simplify(p.area, OUTLINE_TOLERANCE)
            for p in self.view.partnerships
            if p.area is not None and not p.area.is_empty
        }

    @cached_property
    def shown_areas(self) -> tuple[PartnershipView, ...]:
        """Partnerships whose areas are drawn together: those of strands that divide the ground."""
        drawn = [p for p in self.view.partnerships if p.number in self.areas]
        strands = Counter(p.strand for p in drawn)
        return tuple(p for p in drawn if strands[p.strand] > 1)

    @cached_property
    def grounded(self) -> frozenset[int]:
        """Numbers of the partnerships whose areas are drawn together."""
        return frozenset(p.number for p in self.shown_areas)

    @cached_property
    def areas_by_place(self) -> Nearby[int]:
        """The areas that are drawn together, found by place."""
        return Nearby((p.number, self.areas[p.number]) for p in self.shown_areas)

    @cached_property
    def schools_by_place(self) -> Nearby[SchoolView]:
        """The schools with a point, found by place."""
        return Nearby(zip(self.schools, shapely.points(list(self.places.values())), strict=True))

    @cached_property
    def drawn_areas(self) -> dict[int, BaseGeometry]:
        """Areas by partnership number, on the plane."""
        return {number: self.plane.shape(area) for number, area in self.areas.items()}

    @cached_property
    def drawn_areas_by_place(self) -> Nearby[int]:
        """The areas that are drawn together, on the plane, found by place."""
        return Nearby((p.number, self.drawn_areas[p.number]) for p in self.shown_areas)

    @cached_property
    def names_of_areas(self) -> dict[int, tuple[tuple[float, float], ...]]:
        """Where the name of each area may stand, on the plane, the places farthest from its edge first."""
        return {number: ample_places(area) for number, area in self.drawn_areas.items()}

    def around(self, focus: Sequence[str]) -> tuple[SchoolView, ...]:
        """Return the schools that a map of some schools carries: all, or those around where there are many."""
        window = self._window(focus)
        if window is None or len(self.schools) <= MANY_SCHOOLS:
            return self.schools
        return tuple(school for school, _ in self.schools_by_place.within(window))

    def _window(self, focus: Sequence[str]) -> tuple[float, float, float, float] | None:
        places = [self.places[urn] for urn in focus if urn in self.places]
        return around(places, AROUND) if places else None

    @cached_property
    def colours(self) -> dict[int, int]:
        """Where each partnership's colour stands in the palette: by area where it has one, else slate."""
        return {
            p.number: place(p.colour) if p.number in self.grounded or not self.grounded else SLATE
            for p in self.view.partnerships
        }

    def tint(self, partnership: PartnershipView) -> Colour:
        """Return a partnership's colour."""
        return PALETTE[self.colours[partnership.number]]

    def numbers(self, school: SchoolView) -> tuple[int, ...]:
        """Return the numbers of the partnerships a school is in that the view has."""
        return tuple(n for n in school.partnerships if n in self.partnerships)

    def label(self, school: SchoolView) -> str:
        """Return what stands in a school's pin: its partnerships' numbers, or a dash."""
        return ",".join(str(n) for n in self.numbers(school)) or "–"

    def to_degrees(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return longitude and latitude for eastings and northings, shape (n, 2) both."""
        return to_degrees(points, self.grid)

    def payload(
        self,
        *,
        kind: MapKind,
        partnerships: Sequence[PartnershipView],
        schools: Sequence[SchoolView],
        focus: Sequence[str] = (),
        urls: Urls | None = None,
        marked: Sequence[str] = (),
        labels: Mapping[str, str] | None = None,
        moves: Sequence[MapMove] = (),
    ) -> MapData:
        """Return all that a map shows, as plain data.

        Parameters
        ----------
        kind
            ``overview``, ``partnership``, ``school`` or ``compare``.
        partnerships
            Those drawn strongly; the areas of the rest stay as a faint ground.
        schools
            Those with a pin.
        focus
            Keys of the schools the map opens on; none means the authority, or else all schools.
        urls
            Where the pages are that popups link to, by ``partnership`` and ``school``, with ``*`` for the number
            or key; none means no links.
        marked
            Keys of the schools that stand out.
        labels
            What stands in pins by key, where it is not the numbers of the school's partnerships.
        moves
            Schools that change their partnership, on a map of kind ``compare``.
        """
        strong = {p.number for p in partnerships}
        shown = sorted(strong | self._ground(focus), key=self._positions.__getitem__)
        return {
            "kind": kind,
            "marked": list(marked),
            "labels": dict(labels or {}),
            "bounds": self._bounds(focus),
            "palette": list(PALETTE),
            "none": NONE,
            "urls": urls or {},
            "tiles": self._tiles,
            "partnerships": [self._partnership(self.partnerships[n], strong=n in strong) for n in shown],
            "schools": [without_rest(self._school(s)) for s in schools if s.urn in self.degrees],
            "moves": list(moves),
        }

    @property
    def _tiles(self) -> Tiles | None:
        chosen = self.view.context.basemap
        if chosen is None:
            return None
        return {"address": chosen.address, "subdomains": chosen.subdomains, "most_zoom": chosen.most_zoom}

    def _ground(self, focus: Sequence[str]) -> frozenset[int]:
        """Return the numbers of the areas that a map carries: all, or those around where there are many."""
        window = self._window(focus)
        if window is None or len(self.grounded) <= MANY_AREAS:
            return self.grounded
        return frozenset(number for number, _ in self.areas_by_place.within(window))

    def _partnership(self, partnership: PartnershipView, *, strong: bool) -> MapPartnership:
        return {
            "number": partnership.number,
            "name": partnership.name,
            "strand": partnership.strand,
            "size": partnership.size,
            "colour": self.colours[partnership.number],
            "centre": partnership.centre or "",
            "strong": strong,
            "ground": partnership.number in self.grounded,
            "members": [MapMember(m.urn, _whole(m.distance_m)) for m in partnership.members] if strong else [],
        }

    def _school(self, school: SchoolView) -> MapSchool:
        stem = file_stem(school.urn)
        return MapSchool(
            urn=school.urn,
            name=school.name,
            phase=school.phase,
            postcode=school.postcode,
            district=school.district,
            at=self.degrees[school.urn],
            partnerships=self.numbers(school),
            designations=school.designations,
            page="" if stem == school.urn else stem,
            placed_by=placed_by(school.point_source),
            aliases=more_words(school.name, school.aliases),
        )

    def _bounds(self, focus: Sequence[str]) -> tuple[Place, Place]:
        """Return the south-western and north-eastern corner the map opens on."""
        chosen = [self.places[urn] for urn in focus if urn in self.places]
        if chosen:
            west, south, east, north = around(chosen, 350)
        elif not self.authority.is_empty:
            west, south, east, north = self.authority.bounds
        elif self.places:
            west, south, east, north = around(self.places.values(), 500)
        else:
            return (49.9, -6.4), (55.8, 1.8)  # England, where nothing has a place
        corners = self.to_degrees(np.array([[west, south], [west, north], [east, south], [east, north]]))
        return (
            (round(float(corners[:, 1].min()), 5), round(float(corners[:, 0].min()), 5)),
            (round(float(corners[:, 1].max()), 5), round(float(corners[:, 0].max()), 5)),
        )

    def _cut(self, layer: gpd.GeoDataFrame) -> list[BaseGeometry]:
        """Return the geometries of a layer within the frame, EPSG:27700."""
        return list(shapely.clip_by_rect(layer.to_crs(self.grid).geometry.array, *self.frame.bounds))

    def _layer(self, frame: gpd.GeoDataFrame | None) -> tuple[tuple[str, BaseGeometry], ...]:
        if frame is None or frame.empty or self.frame.is_empty:
            return ()
        named = zip(frame["name"].astype(str), self._cut(frame), strict=True)
        return tuple((name, shape) for name, shape in named if shape is not None and not shape.is_empty)

    def _borders(self, named: tuple[tuple[str, BaseGeometry], ...]) -> BaseGeometry:
        """Return the borders of shapes, without the edge where the data ends."""
        shapes = [shape for _, shape in named]
        if not shapes:
            return shapely.LineString()
        inner = shapely.union_all([*shapes, self.authority]).buffer(GAP).buffer(-GAP - CONTEXT_TOLERANCE)
        edges = shapely.union_all([shape.boundary for shape in shapes]).intersection(inner)
        return shapely.line_merge(edges)

    def _outer_borders(self) -> BaseGeometry:
        """Return the neighbours' borders among themselves, each ending on the authority's outline.

        Outlines of different sources lie a little beside each other: along the authority its own is drawn.
        """
        borders = self._borders(self.neighbours)
        if self.authority.is_empty or borders.is_empty:
            return borders
        edge = self.authority.boundary
        beside = edge.buffer(GAP)
        apart = shapely.line_merge(borders.difference(beside))
        return shapely.union_all([_carried_to(edge, line) for line in shapely.get_parts(apart)])


def _carried_to(edge: BaseGeometry, line: BaseGeometry) -> BaseGeometry:
    """Return a line whose ends near an edge are on it."""
    points = shapely.get_coordinates(line)
    ends = [shapely.Point(points[0]), shapely.Point(points[-1])]
    met = [shapely.shortest_line(end, edge) for end in ends]
    joints = [shapely.get_coordinates(way)[1] if way.length <= 2 * GAP else None for way in met]
    before = [joints[0]] if joints[0] is not None else []
    after = [joints[1]] if joints[1] is not None else []
    return shapely.LineString(np.array([*before, *points, *after]))


def _whole(metres: float | None) -> int | None:
    return None if metres is None else round(metres)
