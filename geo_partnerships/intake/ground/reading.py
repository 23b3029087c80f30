"""GeoPackages and GeoJSON files of any size: the features of their known layers within a box, and what each is."""

from __future__ import annotations

import sqlite3
import warnings
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyogrio
import pyproj
import shapely

from geo_partnerships.characters import writable
from geo_partnerships.countries.country import transformer
from geo_partnerships.intake.formats.files import is_local_file, read_bytes
from geo_partnerships.intake.formats.findings_log import Noticed, shown
from geo_partnerships.intake.formats.strict_json import credits_of, properties_of, property_names, read_features
from geo_partnerships.intake.ground.products import (
    LONGEST_NAME,
    PRODUCTS,
    Feature,
    Kind,
    feature_of,
    fields_of,
    sources_for,
)
from geo_partnerships.intake.places.layers import LAYERS, USUAL_RANK
from geo_partnerships.limits import GROUND_FEATURES, GROUND_LAYERS, PLACES_BYTES
from geo_partnerships.sentences import count, counted, listed
from geo_partnerships.vocabulary import CRS_WGS84

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo_partnerships.intake.ground.products import Source

Box = tuple[float, float, float, float]
GEOPACKAGE, GEOJSON = ".gpkg", (".geojson", ".json")
SQLITE = b"SQLite format 3\0"
FEW_CORNERS = 500
ACROSS = 100
"""As many sides as a side may lie beside, on the average, where a shape has more than a few corners."""
EDGES = 20
"""Points along each side of a box that is carried to another grid."""


class Drawn(NamedTuple):
    """A feature of the ground with its geometry on the grid of the country."""

    feature: Feature
    shape: BaseGeometry


@dataclass
class Found:
    """What files hold of the ground within a box, by layer, and whom each layer credits."""

    rows: dict[str, list[Drawn]] = field(default_factory=lambda: defaultdict(list))
    credits: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in files.

    Parameters
    ----------
    box
        West, south, east and north on the grid.
    grid
        Coordinate system of the country.
    meant
        Layer that all features are meant for, whatever their fields; "" where the fields say so.
    credit
        Whom to credit instead of what is known of the product; "" for that.
    """

    box: Box
    grid: str
    meant: str = ""
    credit: str = ""


def read_ground(path: Path, wanted: Wanted, found: Found, noticed: Noticed) -> None:
    """Add what a file has of the ground to what was found."""
    if not is_local_file(path, noticed):
        return
    ending = path.suffix.lower()
    if ending not in (GEOPACKAGE, *GEOJSON):
        noticed.error("ground-other-kind", "The file is no GeoPackage and no GeoJSON.", "Save it as .gpkg or .geojson.")
        return
    layers = _geopackage(path, wanted, noticed) if ending == GEOPACKAGE else _geojson(path, wanted, noticed)
    looked_at = 0
    for layer in layers:
        looked_at += 1
        _take(layer, wanted, found, noticed)
    if not looked_at and not noticed.has_errors:
        noticed.error(
            "ground-unknown",
            f"No layer of it is known; those of {listed(PRODUCTS)} are.",
            "Say what it shows with --as, such as --as green.",
        )


class _Layer(NamedTuple):
    """Part of a file: what it may be, the fields of its features, and their geometries on the grid."""

    name: str
    sources: tuple[Source, ...]
    rows: Sequence[Mapping[str, Any]]
    shapes: Sequence[BaseGeometry | None]
    credits: tuple[str, ...]


def _geopackage(path: Path, wanted: Wanted, noticed: Noticed) -> Iterator[_Layer]:
    """Yield the layers of a GeoPackage that are known, within the box: such files may have many gigabytes."""
    with path.open("rb") as opened:
        start = opened.read(len(SQLITE))
    if start != SQLITE:
        noticed.error("file-other-kind", "The file is not what its ending .gpkg promises.", "Save it again as .gpkg.")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is wrong is told as a finding
        yield from _known_layers(path, wanted, noticed)


def _known_layers(path: Path, wanted: Wanted, noticed: Noticed) -> Iterator[_Layer]:
    try:
        layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
        queries = _queries(path)
    except Exception:  # noqa: BLE001 - a broken file can break its driver anywhere
        noticed.error("layer-malformed", "The file cannot be read.", "Download it again.")
        return
    if len(layers) > GROUND_LAYERS:
        noticed.error("ground-many-layers", f"It has {count(len(layers), 'layer')}.", "Save those that are needed.")
        return
    for name in layers:
        if name.lower() in queries:
            noticed.error(
                "ground-query",
                f"The layer {shown(name)} is a query on others, which may never end.",
                "Save what it shows as a layer of its own.",
            )
            continue
        try:
            read = _layer_within(path, name, wanted, noticed)
        except Exception:  # noqa: BLE001 - as above
            noticed.error("layer-malformed", f"The layer {shown(name)} cannot be read.", "Download it again.")
            continue
        if read is not None:
            yield read


def _queries(path: Path) -> set[str]:
    """Return the names, in small letters, of what is no table but a view."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        return {str(name).lower() for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}


def _layer_within(path: Path, name: str, wanted: Wanted, noticed: Noticed) -> _Layer | None:
    info = pyogrio.read_info(path, layer=name)
    fields = [str(one) for one in info["fields"]]
    sources = () if wanted.meant else sources_for(name, fields)
    if not sources and not wanted.meant:
        return None
    if info["crs"] is None:
        noticed.error(
            "layer-no-crs",
            f"The layer {shown(name)} does not say what its coordinates are.",
            "Set its CRS in a GIS and save it.",
        )
        return None
    columns = fields_of(sources, fields) or [one for one in fields if one == "name"]
    box = _box_on(wanted.box, wanted.grid, info["crs"])
    frame = pyogrio.read_dataframe(
        path, layer=name, columns=columns, bbox=box, max_features=GROUND_FEATURES + 1, use_arrow=False
    )
    if len(frame) > GROUND_FEATURES:
        _refuse_many(noticed)
        return None
    table = frame[columns].astype(object).to_dict("records") if columns else [{}] * len(frame)
    return _Layer(name, sources, table, list(frame.geometry.to_crs(wanted.grid)), ())


def _geojson(path: Path, wanted: Wanted, noticed: Noticed) -> Iterator[_Layer]:
    data = read_bytes(path, noticed, PLACES_BYTES)
    features, others = read_features(data, noticed) if data is not None else ([], {})
    if noticed.has_errors or data is None:
        return
    if len(features) > GROUND_FEATURES:
        _refuse_many(noticed)
        return
    sources = () if wanted.meant else sources_for(path.stem, property_names(features))
    if not sources and not wanted.meant:
        return
    rows = [properties_of(feature) for feature in features]
    shapes = [_shape(feature) for feature in features]
    if wrong := sum(shape is not None and not _in_degrees(shape) for shape in shapes):
        noticed.error(
            "coordinates-outside",
            f"{counted(wrong, 'feature', 'lies', 'lie')} beyond all degrees of longitude and latitude.",
            "Export the layer in EPSG:4326, longitude first.",
        )
        return
    if not noticed.has_errors:
        flat: Any = shapely.force_2d(np.array(shapes, dtype=object))
        yield _Layer(path.stem, sources, rows, carried(flat, CRS_WGS84, wanted.grid), credits_of(others))


def _refuse_many(noticed: Noticed) -> None:
    noticed.error(
        "ground-too-many",
        f"It has more than {GROUND_FEATURES:,} features around the authority.",
        "Save those of the roads, the water and the green alone.",
    )


def _shape(feature: object) -> BaseGeometry | None:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict):
        return None
    try:
        return shapely.geometry.shape(geometry)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
        return None


def _in_degrees(shape: BaseGeometry) -> bool:
    west, south, east, north = shapely.bounds(shape)
    return bool(shape.is_empty or (west >= -180 and south >= -90 and east <= 180 and north <= 90))  # noqa: PLR2004


def carried(shape: Any, grid: str, other: str) -> Any:
    """Return a shape of one coordinate system, or an array of them, in another."""

    def carry(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer(grid, other).transform(*points.T))

    return shapely.transform(shape, carry)


def _box_on(box: Box, grid: str, crs: str) -> Box:
    """Return a box on another grid that holds the first one."""
    carrier = pyproj.Transformer.from_crs(grid, crs, always_xy=True)
    west, south, east, north = carrier.transform_bounds(*box, densify_pts=EDGES)
    return west, south, east, north


def _take(layer: _Layer, wanted: Wanted, found: Found, noticed: Noticed) -> None:
    """Add the features of a layer that a map shows, as far as they lie within the box."""
    shapes = np.array([None if shape is None else shapely.force_2d(shape) for shape in layer.shapes], dtype=object)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    tangled = np.array([is_tangled(shape) for shape in shapes], dtype=bool)
    shapes[empty | tangled] = None
    crossing = ~(empty | tangled) & ~shapely.is_valid(shapes)
    shapes[crossing] = shapely.make_valid(shapes[crossing])
    within: Any = shapely.clip_by_rect(shapes, *wanted.box)
    strange = kept = 0
    credit = (wanted.credit,) if wanted.credit else tuple({one.credit: None for one in layer.sources}) or layer.credits
    parts_of = _parts_by_row(within)
    for at, properties in enumerate(layer.rows):
        if at not in parts_of:
            continue
        feature = _meant(wanted.meant, properties) if wanted.meant else feature_of(layer.sources, properties)
        if feature is None:
            continue
        target = feature.kind.layer
        parts = [part for part in parts_of[at] if type(part).__name__ in LAYERS[target]]
        strange += not parts
        kept += bool(parts)
        found.rows[target] += [Drawn(feature, part) for part in parts]
        if parts:
            found.credits[target].update(dict.fromkeys(credit))
    faults = {"empty": empty.sum(), "tangled": tangled.sum(), "crossing": crossing.sum(), "strange": strange}
    _tell(layer.name, kept, {fault: int(number) for fault, number in faults.items()}, noticed)


def is_tangled(shape: BaseGeometry | None) -> bool:
    """Whether the sides of a shape lie across one another as no road's or park's do.

    What is mended or simplified of such a shape grows with the square of its corners.
    """
    if shape is None or shapely.get_num_coordinates(shape) <= FEW_CORNERS:
        return False
    at = shapely.get_coordinates(shape)
    sides: Any = shapely.linestrings(np.stack([at[:-1], at[1:]], axis=1))
    tree = shapely.STRtree(sides)
    most, met = ACROSS * len(sides), 0
    for start in range(0, len(sides), FEW_CORNERS):
        met += tree.query(sides[start : start + FEW_CORNERS]).shape[1]
        if met > most:
            return True
    return False


def _parts_by_row(shapes: NDArray[np.object_]) -> dict[int, list[BaseGeometry]]:
    """Return the parts of each shape that has any, by its place."""
    parts, places = shapely.get_parts(shapes, return_index=True)
    found: dict[int, list[BaseGeometry]] = defaultdict(list)
    for part, at in zip(parts, places.tolist(), strict=True):
        if not part.is_empty:
            found[at].append(part)
    return found


def _meant(layer: str, properties: Mapping[str, Any]) -> Feature:
    name = properties.get("name")
    return Feature(
        Kind(layer, USUAL_RANK, layer), writable(name.strip()[:LONGEST_NAME]) if isinstance(name, str) else ""
    )


def _tell(name: str, kept: int, faults: Mapping[str, int], noticed: Noticed) -> None:
    if not kept:
        noticed.note(
            "ground-nothing", f"Nothing of the layer {shown(name)} that a map shows lies within the authority."
        )
    words = {
        "empty": "{} of the layer {} {} no geometry and {} left out.",
        "tangled": "{} of the layer {} {} itself too often and {} left out.",
        "strange": "{} of the layer {} {} of another kind than the map's layer and {} left out.",
        "crossing": "{} of the layer {} {} itself and {} mended for drawing.",
    }
    verbs = {"empty": ("has", "have"), "strange": ("is", "are"), "crossing": ("crosses", "cross")}
    verbs["tangled"] = verbs["crossing"]
    for fault, number in faults.items():
        if number:
            verb, was = verbs[fault][number > 1], ("was", "were")[number > 1]
            message = words[fault].format(count(number, "feature"), shown(name), verb, was)
            noticed.note(f"ground-{fault}", message, "Nothing to do where the map looks right.")
