"""A plan as files for other programs: tables, workbook and map layers, from a view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.exports.features import partnership_features, school_features, write_geojson, write_geoparquet
from geo_partnerships.exports.geopackage import write_plan_geopackage
from geo_partnerships.exports.tables import write_csv
from geo_partnerships.exports.workbook import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from geo_partnerships.views.model import View

__all__ = ["write_exports"]


def write_exports(view: View, folder: Path, *, parquet: bool = False) -> list[Path]:
    """Write every download of a view into a folder and return their paths.

    Parameters
    ----------
    view
        What may be seen.
    folder
        An existing folder; the caller stages and swaps it.
    parquet
        Write ``plan.parquet`` (GeoParquet) too, which needs the extra ``parquet``.

    Raises
    ------
    ModuleNotFoundError
        Where GeoParquet is wished and pyarrow is not installed.
    """
    schools, areas = school_features(view), partnership_features(view)
    extra = [write_geoparquet(schools, folder / "plan.parquet")] if parquet else []
    return [
        *extra,
        write_csv(view, folder / "plan.csv"),
        write_geojson(schools, folder / "plan.geojson"),
        write_geojson(areas, folder / "partnerships.geojson"),
        write_workbook(view, folder / "plan.xlsx"),
        write_plan_geopackage(view, folder / "plan.gpkg"),
    ]
