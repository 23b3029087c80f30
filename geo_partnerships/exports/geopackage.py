"""The plan as a GeoPackage, for QGIS and ArcGIS: the same bytes for the same plan."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pyogrio

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
    """
    path.unlink(missing_ok=True)
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": CHANGED})
    try:
        for name, frame in layers.items():
            pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG", append=path.exists())
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
    with sqlite3.connect(path) as database:
        database.execute("VACUUM")
    database.close()
    return path
