"""What a view's maps have in common: points and shapes, projected and packed once, for map and drawing alike."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import Transformer

from geo_partnerships.model import CRS, CRS_WGS84
from geo_partnerships.pages.palette import NONE, PALETTE, SLATE, Colour, place
from geo_partnerships.pages.words import file_stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo_partnerships.view import PartnershipView, SchoolView, View

PRECISION = 100_000
"""Packed coordinates are whole hundred-thousandths of a degree, about a metre."""
SURROUNDINGS = 2_500.0
"""Metres of context around the authority and the schools."""
CONTEXT_TOLERANCE = 45.0
OUTLINE_TOLERANCE = 8.0
GAP = 60.0
"""Metres of slivers between outlines of different sources that are closed over."""

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_UNSAFE = {ord(c): f"\\u{ord(c):04x}" for c in "<>&{}%#$`'\u2028\u2029"}


def safe_json(data: object) -> str:
    """Return compact JSON that may stand in a ``<script type="application/json">``, whatever its strings hold.

    Every character that HTML, Jinja or a JavaScript template literal could take for its own is written as an
    escape inside the strings, so ``</script>``, ``{{ … }}`` and ``${…}`` stay text.
    """
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return _STRING.sub(lambda found: found[0].translate(_UNSAFE), text)


class Scene:
    """A view's geography.

    Parameters
    ----------
    view
        What may be seen.
    """

    def __init__(self, view: View) -> None:
        self.view = view
        self._to_degrees = Transformer.from_crs(CRS, CRS_WGS84, always_xy=True)

    @cached_property
    def schools(self) -> tuple[SchoolView, ...]:
        """Schools with a point, in the view's order."""
        return tuple(s for s in self.everyone.values() if s.easting is not None and s.northing is not None)

    @cached_property
    def everyone(self) -> dict[str, SchoolView]:
        """Every school by its key, those in no partnership too."""
        return {s.urn: s for s in (*self.view.schools, *self.view.uncovered)}

    @cached_property
    def partnerships(self) -> dict[int, PartnershipView]:
        """Partnerships by number."""
        return {p.number: p for p in self.view.partnerships}

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
        return shapely.simplify(shapely.union_all(frame.to_crs(CRS).geometry.array), OUTLINE_TOLERANCE)

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
    def colours(self) -> dict[int, int]:
        """Where each partnership's colour stands in the palette: by area where it has one, else slate."""
        grounded = {p.number for p in self.shown_areas}
        return {
            p.number: place(p.colour) if p.number in grounded or not grounded else SLATE
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
        lon, lat = self._to_degrees.transform(points[:, 0], points[:, 1])
        return np.column_stack((lon, lat))

    @cached_property
    def context(self) -> dict[str, Any]:
        """The context as data for the map."""
        return {
            "authority": self._packed(self.authority),
            "name": self.view.authority,
            "neighbours": self._packed(self.neighbour_lines),
            "neighbourNames": [[name, self._spot(shape)] for name, shape in self.neighbours],
            "districts": self._packed(self.district_lines),
            "districtNames": [[name, self._spot(shape)] for name, shape in self.districts],
            "rail": [line for _, shape in self.rail for line in self._packed(shape)],
            "stations": [[name, self._spot(shape)] for name, shape in self.stations],
            "areas": {str(number): self._packed(area) for number, area in self.areas.items()},
        }

    def payload(
        self,
        *,
        kind: str,
        partnerships: Sequence[PartnershipView],
        schools: Sequence[SchoolView],
        focus: Sequence[str] = (),
        urls: Mapping[str, str] | None = None,
        marked: Sequence[str] = (),
    ) -> dict[str, Any]:
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
        """
        strong = {p.number for p in partnerships}
        ground = {p.number for p in self.shown_areas}
        shown = [p for p in self.view.partnerships if p.number in strong or p.number in ground]
        return {
            "kind": kind,
            "marked": list(marked),
            "bounds": self._bounds(focus),
            "palette": [list(c) for c in PALETTE],
            "none": list(NONE),
            "urls": dict(urls or {}),
            "partnerships": [self._partnership(p, strong=p.number in strong) for p in shown],
            "schools": [self._school(s) for s in schools if s.urn in self.degrees],
        }

    def _partnership(self, partnership: PartnershipView, *, strong: bool) -> dict[str, Any]:
        return {
            "number": partnership.number,
            "name": partnership.name,
            "strand": partnership.strand,
            "size": partnership.size,
            "colour": self.colours[partnership.number],
            "centre": partnership.centre or "",
            "strong": strong,
            "ground": partnership in self.shown_areas,
            "members": [[m.urn, _whole(m.distance_m)] for m in partnership.members] if strong else [],
        }

    def _school(self, school: SchoolView) -> list[Any]:
        """Return a school as a row: key, name, phase, postcode, district, place, partnerships, designations, page."""
        stem = file_stem(school.urn)
        row: list[Any] = [school.urn, school.name, school.phase, school.postcode, school.district]
        row += [list(self.degrees[school.urn]), list(self.numbers(school))]
        if school.designations or stem != school.urn:
            row.append(list(school.designations))
        return row if stem == school.urn else [*row, stem]

    def _bounds(self, focus: Sequence[str]) -> list[list[float]]:
        """Return the south-western and north-eastern corner the map opens on."""
        around = [self.places[urn] for urn in focus if urn in self.places]
        if around:
            west, south, east, north = shapely.MultiPoint(around).buffer(350).bounds
        elif not self.authority.is_empty:
            west, south, east, north = self.authority.bounds
        elif self.places:
            west, south, east, north = shapely.MultiPoint(list(self.places.values())).buffer(500).bounds
        else:
            return [[49.9, -6.4], [55.8, 1.8]]  # England, where nothing has a place
        corners = self.to_degrees(np.array([[west, south], [west, north], [east, south], [east, north]]))
        return [
            [round(float(corners[:, 1].min()), 5), round(float(corners[:, 0].min()), 5)],
            [round(float(corners[:, 1].max()), 5), round(float(corners[:, 0].max()), 5)],
        ]

    def _layer(self, frame: gpd.GeoDataFrame | None) -> tuple[tuple[str, BaseGeometry], ...]:
        if frame is None or frame.empty or self.frame.is_empty:
            return ()
        cut = shapely.clip_by_rect(frame.to_crs(CRS).geometry.array, *self.frame.bounds)
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

    def _spot(self, shape: BaseGeometry) -> list[float]:
        """Return a point inside a shape as latitude and longitude, where a label may stand."""
        grounds = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
        if grounds:
            widest = max(grounds, key=lambda part: part.area)
            place = shapely.Point(shapely.maximum_inscribed_circle(widest, 50.0).coords[0])
        else:
            place = shapely.point_on_surface(shape)
        lon, lat = self.to_degrees(np.array([[place.x, place.y]]))[0]
        return [round(float(lat), 5), round(float(lon), 5)]

    def _packed(self, shape: BaseGeometry) -> list[list[int]]:
        """Return the rings or lines of a shape as whole numbers: a start, then steps."""
        found = [line for line in lines(shape) if len(line) > 1]
        if not found:
            return []
        points = self.to_degrees(np.concatenate(found))[:, ::-1]
        whole = np.rint(points * PRECISION).astype(np.int64)
        parts = np.split(whole, np.cumsum([len(line) for line in found])[:-1])
        return [_steps(part) for part in parts]


def _whole(metres: float | None) -> int | None:
    return None if metres is None else round(metres)


def lines(shape: BaseGeometry) -> Iterable[NDArray[np.float64]]:
    """Yield the coordinates of every ring and line of a shape, rings without their closing point."""
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            for ring in (part.exterior, *part.interiors):
                yield shapely.get_coordinates(ring)[:-1]
        elif part.geom_type in ("LineString", "LinearRing"):
            yield shapely.get_coordinates(part)
        elif hasattr(part, "geoms"):
            yield from lines(part)


def _steps(points: NDArray[np.int64]) -> list[int]:
    steps = np.diff(points, axis=0)
    kept = steps[np.any(steps != 0, axis=1)]
    return [int(n) for n in np.concatenate((points[:1], kept)).ravel()]
