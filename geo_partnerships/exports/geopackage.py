"""The plan as a GeoPackage, for QGIS and ArcGIS: the same bytes for the same plan."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

CHANGED = "2015-01-01T00:00:00.000Z"
"""What the file says of its last change: a fixed moment, so that bytes repeat."""


def write_geopackage(layers: Mapping[str, gpd.GeoDataFrame], path: Path) -> Path:
    """Write layers into one GeoPackage.

    Parameters
    ----------
    layers
        Layers in EPSG:4326 by name.
    path
        File to write; an existing one is replaced.

    Raises
    ------
    OSError
        The file cannot be written; the database behind it does not say so in the system's own words.
    """
    path.unlink(missing_ok=True)
    try:
        _write(layers, path)
    except (DataLayerError, DataSourceError, sqlite3.Error) as error:
        raise OSError(errno.EIO, f"the database {path.name} cannot be written; is the disk full?") from error
    return path


def _write(layers: Mapping[str, gpd.GeoDataFrame], path: Path) -> None:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": CHANGED})
    try:
        for name, frame in layers.items():
            pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG", append=path.exists())
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
    with closing(sqlite3.connect(path)) as database:
        database.execute("VACUUM")
