"""Plans as geopandas users know them: frames in, frames out, files and a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from geo_partnerships.checking import Scores, scores_of
from geo_partnerships.errors import UsageError
from geo_partnerships.exports.features import partnership_features, school_features, write_geojson
from geo_partnerships.exports.geopackage import write_plan_geopackage
from geo_partnerships.planning.moving import move
from geo_partnerships.views.fill import view_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from geo_partnerships.plans import Plan
    from geo_partnerships.views.model import View

__all__ = ["areas", "move", "plot", "schools", "scores", "to_file", "to_parquet"]

SCENARIO = "plan"
ENDINGS = (".gpkg", ".geojson")


def schools(plan: Plan) -> gpd.GeoDataFrame:
    """Return one row per school and partnership, and one per school in none: points on their country's grid.

    ``partnership`` is the number, missing where a school is in none; ``distance_to_centre_m`` is in metres.
    """
    frame = school_features(_view(plan))
    known = plan.problem.schools
    points = gpd.points_from_xy(
        [known[urn].easting for urn in frame["urn"]], [known[urn].northing for urn in frame["urn"]], crs=_grid(plan)
    )
    return frame.set_geometry(points)


def areas(plan: Plan) -> gpd.GeoDataFrame:
    """Return one row per partnership with its area, for drawing, on the country's grid; empty where it has none."""
    view = _view(plan)
    shapes = [p.area for p in view.partnerships]
    return partnership_features(view).set_geometry(gpd.GeoSeries(shapes, crs=_grid(plan)))


def _grid(plan: Plan) -> str:
    return plan.problem.country.grid_or_degrees


def scores(plan: Plan) -> Scores:
    """Return the figures of a plan, worked out anew from points and members."""
    return scores_of(plan)


def to_file(plan: Plan, path: Path | str) -> Path:
    """Write a plan for other programs and return the path.

    Parameters
    ----------
    path
        Ends in ``.gpkg`` for layers of schools and partnerships, or in ``.geojson`` for the schools; EPSG:4326.
        Holds what the public may see.

    Raises
    ------
    UsageError
        It ends otherwise.
    """
    target = Path(path)
    view = _view(plan)
    if target.suffix == ".gpkg":
        return write_plan_geopackage(view, target)
    if target.suffix == ".geojson":
        return write_geojson(school_features(view), target)
    raise UsageError(f"{target.name}: a plan is written to {' or '.join(ENDINGS)}.")


def to_parquet(plan: Plan, path: Path | str) -> Path:
    """Write `schools` of a plan as GeoParquet in EPSG:27700 and return the path.

    Raises
    ------
    UsageError
        The extra ``parquet`` is not installed.
    """
    target = Path(path)
    try:
        schools(plan).to_parquet(target, index=False)
    except ImportError:
        raise UsageError("Parquet needs an extra: pip install 'geo-partnerships[parquet]'.") from None
    return target


def plot(plan: Plan, ax: Axes | None = None, **given: Any) -> Axes:
    """Draw areas and schools of a plan, coloured by partnership, and return the axes."""
    points, shapes = schools(plan), areas(plan)
    drawn = shapes[~shapes.geometry.isna()].plot(ax=ax, column="number", categorical=True, cmap="tab20", alpha=0.35)
    colour = {"color": "grey"} if points["partnership"].isna().all() else {"column": "partnership", "cmap": "tab20"}
    with_points = points[~points.geometry.is_empty]
    done: Axes = with_points.plot(ax=drawn, categorical=True, missing_kwds={"color": "grey"}, **{**colour, **given})
    return done


def _view(plan: Plan) -> View:
    return view_of(plan, scenario=SCENARIO)
