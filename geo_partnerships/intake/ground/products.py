"""What the features of well-known open data are on a map: by the names of their layers, fields and values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from geo_partnerships.characters import writable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

ORDNANCE_SURVEY = "Contains OS data © Crown copyright and database right"
OPENSTREETMAP = "© OpenStreetMap contributors (Open Database Licence)"
GREEN, WATER, ROADS, RAIL, TUBE = "green", "water", "roads", "rail", "tube"
PLACES, BUILT_UP, STATIONS = "places", "built_up", "stations"
ELSE = ""
"""Stands for every value that is not listed."""
OTHER_TAGS = "other_tags"
"""The field in which GDAL keeps an OpenStreetMap feature's tags that have no field of their own."""
_TAG = re.compile(r'"([a-z_]{1,20})"=>"([^"\\]{0,80})"')
_NO_LETTER = re.compile(r"[^a-z0-9]")
LONGEST_NAME = 80


class Kind(NamedTuple):
    """What a feature is on a map: its layer, its rank (1 is drawn from afar), and its class."""

    layer: str
    rank: int
    named: str


class Feature(NamedTuple):
    """A feature of the ground: what it is, and its name."""

    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Source:
    """Layers of a product that are read alike.

    Parameters
    ----------
    product
        As its publisher calls it.
    credit
        Whom it asks to credit.
    layers
        Names of its layers, small letters and figures alone; none where a field says enough.
    by
        Fields that say what a feature is; the first that is filled counts.
    kinds
        What it is by the value of that field, in the same plain letters; `ELSE` for all others.
    names
        Fields that have its name; the first that is filled counts.
    """

    product: str
    credit: str
    layers: frozenset[str]
    by: tuple[str, ...]
    kinds: Mapping[str, Kind]
    names: tuple[str, ...] = ()

    def fits(self, layer: str, fields: Collection[str]) -> bool:
        """Return whether a layer with these fields is one of the product's."""
        known = {plain(field) for field in fields}
        if not self.layers:
            return bool({plain(field) for field in self.by} & known) or plain(OTHER_TAGS) in known
        said = plain(layer)
        return any(said == one or said.startswith(f"gis{one}") or said.endswith(one) for one in self.layers) and (
            ELSE in self.kinds or bool({plain(field) for field in self.by} & known)
        )

    def feature(self, properties: Mapping[str, str]) -> Feature | None:
        """Return what a feature is, by its fields in plain letters; None for what no map of ours shows."""
        value = next((properties[plain(field)] for field in self.by if properties.get(plain(field))), "")
        kind = self.kinds.get(plain(value)) or self.kinds.get(ELSE)
        if kind is None:
            return None
        name = next((properties[plain(field)] for field in self.names if properties.get(plain(field))), "")
        return Feature(kind, writable(name[:LONGEST_NAME]))


def plain(text: str) -> str:
    """Return the small letters and figures of a name: ``RoadLink`` and ``road_link`` are the same."""
    return _NO_LETTER.sub("", text[:LONGEST_NAME].lower())


def _kinds(layer: str, **ranks: int) -> dict[str, Kind]:
    return {plain(value): Kind(layer, rank, value.replace("_", " ")) for value, rank in ranks.items()}


def _all(layer: str, rank: int, named: str) -> dict[str, Kind]:
    return {ELSE: Kind(layer, rank, named)}


_OS_ROADS = _kinds(ROADS, motorway=1, primary=2, a_road=3, b_road=4, minor_road=5, minor=5)
_GREEN = _all(GREEN, 3, "green")
_ROADS_OF_OSM = _kinds(ROADS, motorway=1, trunk=2, primary=3, secondary=4, tertiary=5)
_RAIL_OF_OSM = _kinds(RAIL, rail=2, narrow_gauge=3) | _kinds(TUBE, subway=2, light_rail=2)
_WATERWAYS = _kinds(WATER, river=2, canal=3, stream=5, riverbank=3, dock=3, reservoir=3)
_LAND_OF_OSM = {
    plain(value): Kind(GREEN, 3, "green")
    for value in (
        "wood", "heath", "scrub", "grassland", "forest", "grass", "meadow", "recreation_ground", "village_green",
        "cemetery", "allotments", "park", "garden", "golf_course", "nature_reserve", "common", "orchard",
    )
} | {
    plain(value): Kind(BUILT_UP, 3, "built-up") for value in ("residential", "commercial", "industrial", "retail")
} | {plain(value): Kind(WATER, 3, "water") for value in ("water", "reservoir", "basin", "wetland", "lake")}  # fmt: skip
_PLACES_OF_OSM = _kinds(
    PLACES, city=1, town=2, suburb=3, village=4, quarter=4, neighbourhood=5, hamlet=5, locality=5, national_capital=1
)


def _os(product: str, layers: Iterable[str], by: tuple[str, ...], kinds: Mapping[str, Kind], *names: str) -> Source:
    return Source(product, ORDNANCE_SURVEY, frozenset(layers), by, MappingProxyType(dict(kinds)), names)


def _osm(layers: Iterable[str], by: str, kinds: Mapping[str, Kind], *names: str) -> Source:
    fields = (by, "fclass") if layers else (by,)
    return Source("OpenStreetMap", OPENSTREETMAP, frozenset(layers), fields, MappingProxyType(dict(kinds)), names)


SOURCES = (
    _os("OS Open Greenspace", ("greenspacesite",), ("function", "function_"), _GREEN),
    _os("OS Open Rivers", ("watercourselink",), ("form",), {
        **_all(WATER, 3, "river"), **_kinds(WATER, tidalRiver=2, lake=4),
    }),
    _os("OS Open Roads", ("roadlink",), ("road_function", "function"), _OS_ROADS,
        "road_classification_number", "roadNumber"),
    _os("OS Open Zoomstack", ("roadsnational", "roadsregional", "roadslocal"), ("type",), _OS_ROADS,
        "number", "road_number"),
    _os("OS Open Zoomstack", ("surfacewater",), ("type",), _all(WATER, 3, "water")),
    _os("OS Open Zoomstack", ("waterlines",), ("type",), {
        **_all(WATER, 5, "stream"), **_kinds(WATER, national=2, regional=3, mhw=9, mlw=9),
    }),
    _os("OS Open Zoomstack", ("greenspace", "woodland"), ("type",), _GREEN),
    _os("OS Open Zoomstack", ("urbanareas",), ("type",), _all(BUILT_UP, 3, "built-up")),
    _os("OS Open Zoomstack", ("rail",), ("type",), {**_all(RAIL, 2, "rail"), **_kinds(RAIL, narrow_gauge=3, tunnel=3)}),
    _os("OS Open Zoomstack", ("railwaystations",), ("type",), _all(STATIONS, 3, "station"), "name"),
    _os("OS Open Zoomstack", ("names",), ("type",), _kinds(
        PLACES, capital=1, city=1, town=2, suburban_area=3, village=4, hamlet=5, small_settlements=5,
    ), "name1", "name"),
    _osm(("osmroadsfree1", "osmroadsfree"), "fclass", _ROADS_OF_OSM, "ref"),
    _osm(("osmrailwaysfree1", "osmrailwaysfree"), "fclass", _RAIL_OF_OSM, "name"),
    _osm(("osmwaterwaysfree1", "osmwaterwaysfree"), "fclass", _WATERWAYS),
    _osm(("osmwaterafree1", "osmwaterafree"), "fclass", {**_WATERWAYS, **_LAND_OF_OSM}),
    _osm(("osmlanduseafree1", "osmlanduseafree", "osmnaturalafree1", "osmnaturalafree"), "fclass", _LAND_OF_OSM),
    _osm(("osmplacesfree1", "osmplacesfree"), "fclass", _PLACES_OF_OSM, "name"),
    _osm((), "highway", _ROADS_OF_OSM, "ref"),
    _osm((), "railway", {**_RAIL_OF_OSM, **_kinds(STATIONS, station=3)}, "name"),
    _osm((), "waterway", _WATERWAYS),
    _osm((), "natural", _LAND_OF_OSM),
    _osm((), "leisure", _LAND_OF_OSM),
    _osm((), "landuse", _LAND_OF_OSM),
    _osm((), "place", _PLACES_OF_OSM, "name"),
)  # fmt: skip
"""In the order in which they are tried."""
PRODUCTS = tuple(dict.fromkeys(source.product for source in SOURCES))


def sources_for(layer: str, fields: Collection[str]) -> tuple[Source, ...]:
    """Return what a layer may be, by its name and its fields; those of the first product that it fits."""
    fitting = [source for source in SOURCES if source.fits(layer, fields)]
    return tuple(source for source in fitting if bool(source.layers) == bool(fitting[0].layers)) if fitting else ()


def fields_of(sources: Iterable[Source], fields: Iterable[str]) -> list[str]:
    """Return the fields of a layer that are looked at."""
    wanted = {plain(field) for source in sources for field in (*source.by, *source.names)} | {plain(OTHER_TAGS)}
    return [field for field in fields if plain(field) in wanted]


def feature_of(sources: Iterable[Source], properties: Mapping[str, Any]) -> Feature | None:
    """Return what a feature is on a map, or None."""
    given = {plain(field): value.strip() for field, value in properties.items() if isinstance(value, str)}
    for tag, value in _TAG.findall(given.pop(plain(OTHER_TAGS), "")):
        given.setdefault(plain(tag), value)
    return next((found for source in sources if (found := source.feature(given)) is not None), None)
