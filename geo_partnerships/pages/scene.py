"""What a view's maps have in common: points and shapes, projected and packed once, for map and drawing alike."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_partnerships.countries.country import transformer
from geo_partnerships.pages.packing import Nearby, around, packed
from geo_partnerships.pages.palette import NONE, PALETTE, SLATE, Colour, place
from geo_partnerships.pages.schema import Ground, Label, MapData, MapMember, MapPartnership, MapSchool, without_rest
from geo_partnerships.pages.words import file_stem, more_words, placed_by
from geo_partnerships.vocabulary import CRS_WGS84

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo_partnerships.pages.schema import MapKind, Place, Urls
    from geo_partnerships.views.model import PartnershipView, SchoolView, View

SURROUNDINGS = 2_500.0
"""Metres of context around the authority and the schools."""
CONTEXT_TOLERANCE = 45.0
OUTLINE_TOLERANCE = 8.0
GAP = 60.0
"""Metres of slivers between outlines of different sources that are closed over."""
MANY_AREAS = 40
"""From here on a map of part of the ground carries only the areas around it."""
MANY_SCHOOLS = 400
"""From here on it carries only the schools around it."""
AROUND = 4_000.0
"""Metres around its schools that such a map carries."""


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
        """The rectangle that context is cut to, EPSG:27700; empty where nothing has a place."""
        shapes: list[BaseGeometry] = [self.authority, shapely.MultiPoint(list(self.places.values()))]
        whole = shapely.union_all([shape.envelope for shape in shapes if not shape.is_empty])
        return shapely.Polygon() if whole.is_empty else whole.envelope.buffer(SURROUNDINGS, join_style="mitre")

    @cached_property
    def authority(self) -> BaseGeometry:
        """The authority's outline, EPSG:27700; empty where there is none."""
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
    def neighbour_lines(self) -> BaseGeometry:
        """Borders between the neighbouring authorities, each once."""
        return self._borders(self.neighbours)

    @cached_property
    def district_lines(self) -> BaseGeometry:
        """Borders between the postcode districts, each once."""
        return self._borders(self.districts)

    @cached_property
    def rail(self) -> tuple[tuple[str, BaseGeometry], ...]:
        """Names and lines of the railways, cut to the frame."""
        return self._layer(self.view.context.rail)

    @cached_property
    def stations(self) -> tuple[tuple[str, BaseGeometry], ...]:
        """Names and points of the stations within the frame."""
        return self._layer(self.view.context.stations)

    @cached_property
    def areas(self) -> dict[int, BaseGeometry]:
        """Areas by partnership number, EPSG:27700, as finely as they are drawn."""
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
    def districts_by_place(self) -> Nearby[str]:
        """The postcode districts, found by place."""
        return Nearby(self.districts)

    @cached_property
    def lines_by_place(self) -> dict[str, Nearby[None]]:
        """The lines of the context, found by place: ``neighbours``, ``districts`` and ``rail``."""
        groups = {
            "neighbours": [self.neighbour_lines],
            "districts": [self.district_lines],
            "rail": [shape for _, shape in self.rail],
        }
        return {
            name: Nearby((None, part) for shape in shapes for part in shapely.get_parts(shape))
            for name, shapes in groups.items()
        }

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
        lon, lat = transformer(self.grid, CRS_WGS84).transform(points[:, 0], points[:, 1])
        return np.column_stack((lon, lat))

    def _pack(self, shape: BaseGeometry) -> list[list[int]]:
        return packed(shape, self.to_degrees)

    @cached_property
    def context(self) -> Ground:
        """The context as data for the map."""
        return {
            "authority": self._pack(self.authority),
            "name": self.view.authority,
            "neighbours": self._pack(self.neighbour_lines),
            "neighbour_names": [Label(name, self._spot(shape)) for name, shape in self.neighbours],
            "districts": self._pack(self.district_lines),
            "district_names": [Label(name, self._spot(shape)) for name, shape in self.districts],
            "rail": [line for _, shape in self.rail for line in self._pack(shape)],
            "stations": [Label(name, self._spot(shape)) for name, shape in self.stations],
            "areas": {str(number): self._pack(area) for number, area in self.areas.items()},
        }

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
            Keys of the schools that stand out: the one whose map it is, or those that move.
        labels
            What stands in pins by key, where it is not the numbers of the school's partnerships.
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
            "partnerships": [self._partnership(self.partnerships[n], strong=n in strong) for n in shown],
            "schools": [without_rest(self._school(s)) for s in schools if s.urn in self.degrees],
        }

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

    def _layer(self, frame: gpd.GeoDataFrame | None) -> tuple[tuple[str, BaseGeometry], ...]:
        if frame is None or frame.empty or self.frame.is_empty:
            return ()
        cut = shapely.clip_by_rect(frame.to_crs(self.grid).geometry.array, *self.frame.bounds)
        named = zip(frame["name"].astype(str), cut, strict=True)
        return tuple((name, shape) for name, shape in named if shape is not None and not shape.is_empty)

    def _borders(self, named: tuple[tuple[str, BaseGeometry], ...]) -> BaseGeometry:
        """Return the borders of shapes, simplified, without the edge where the data ends."""
        shapes = [shape for _, shape in named]
        if not shapes:
            return shapely.LineString()
        inner = shapely.union_all([*shapes, self.authority]).buffer(GAP).buffer(-GAP - CONTEXT_TOLERANCE)
        edges = shapely.union_all([shape.boundary for shape in shapes]).intersection(inner)
        return shapely.simplify(shapely.line_merge(edges), CONTEXT_TOLERANCE)

    def _spot(self, shape: BaseGeometry) -> Place:
        """Return a point inside a shape as latitude and longitude, where a label may stand."""
        grounds = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
        if grounds:
            widest = max(grounds, key=lambda part: part.area)
            place = shapely.Point(shapely.maximum_inscribed_circle(widest, 50.0).coords[0])
        else:
            place = shapely.point_on_surface(shape)
        lon, lat = self.to_degrees(np.array([[place.x, place.y]]))[0]
        return round(float(lat), 5), round(float(lon), 5)


def _whole(metres: float | None) -> int | None:
    return None if metres is None else round(metres)
