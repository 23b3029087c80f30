"""The plan as a GeoPackage, for QGIS and ArcGIS: the same bytes for the same plan."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from geo_partnerships.exports.features import (
    alliance_features,
    partnership_features,
    school_features,
    spoke_features,
    station_features,
)
from geo_partnerships.exports.styles import STYLED, style_of
from geo_partnerships.vocabulary import CRS_WGS84

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

    from geo_partnerships.views.model import View

CHANGED = "2015-01-01T00:00:00.000Z"
"""What the file says of its last change: a fixed moment, so that bytes repeat."""


STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
    f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
    description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT CURRENT_TIMESTAMP
)
"""
"""The table in which QGIS looks for how layers are drawn."""
LISTED = "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) VALUES (?, ?, ?, ?)"
STYLED_AS = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,
                          useAsDefault, update_time)
VALUES ('', '', ?, ?, ?, ?, ?, ?)
"""


def write_plan_geopackage(view: View, path: Path) -> Path:
    """Write a plan's schools, partnerships, lines to the centre schools, alliances and stations, as QGIS draws them.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    layers = {
        "schools": school_features(view),
        "partnerships": partnership_features(view),
        "spokes": spoke_features(view),
        "alliances": alliance_features(view),
        "stations": station_features(view),
    }
    styles = {name: style_of(view, name) for name in STYLED}
    return write_geopackage(layers, path, styles, view.country.grid_or_degrees)


def write_geopackage(layers: Mapping[str, gpd.GeoDataFrame], path: Path, styles: Mapping[str, str], grid: str) -> Path:
    """Write layers into one GeoPackage: each in EPSG:4326, and on a grid under a name that ends in its number.

    Parameters
    ----------
    layers
        Layers in EPSG:4326 by name; those without rows are left out.
    path
        File to write; an existing one is replaced.
    styles
        How QGIS draws some of them (QML), by the same names.
    grid
        Coordinate system of the second ones, such as ``EPSG:27700``; where it is EPSG:4326 there are none.

    Raises
    ------
    OSError
        The file cannot be written; the database behind it does not say so in the system's own words.
    """
    path.unlink(missing_ok=True)
    try:
        _write(layers, path, grid)
        _write_styles(path, styles, grid)
    except (DataLayerError, DataSourceError, sqlite3.Error) as error:
        raise OSError(errno.EIO, f"the database {path.name} cannot be written; is the disk full?") from error
    return path


def _on_grid(name: str, grid: str) -> str:
    """Return what a layer on a grid is called: ``schools_27700``."""
    return f"{name}_{grid.rpartition(':')[2]}"


def _write(layers: Mapping[str, gpd.GeoDataFrame], path: Path, grid: str) -> None:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": CHANGED})
    try:
        for name, frame in layers.items():
            if len(frame):
                pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG", append=path.exists())
            if len(frame) and grid != CRS_WGS84:
                metric = frame.to_crs(grid)
                pyogrio.write_dataframe(metric, path, layer=_on_grid(name, grid), driver="GPKG", append=True)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _write_styles(path: Path, styles: Mapping[str, str], grid: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(STYLES)
        database.execute(LISTED, ("layer_styles", "attributes", "layer_styles", CHANGED))
        layers = {name for (name,) in database.execute("SELECT table_name FROM gpkg_geometry_columns")}
        for name, style in styles.items():
            for layer in sorted({name, _on_grid(name, grid)} & layers):
                database.execute(STYLED_AS, (layer, "geom", name, style, True, CHANGED))
        database.commit()
        database.execute("VACUUM")
