"""A problem from frames in memory, read by the rules by which files are."""

from __future__ import annotations

import dataclasses
import hashlib
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from geo_partnerships.countries import UNITED_KINGDOM, country_of
from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.intake.answers.survey import LAYOUT as SURVEY
from geo_partnerships.intake.answers.survey import read_survey
from geo_partnerships.intake.distances.attach import in_metres
from geo_partnerships.intake.distances.matrix import distances_from
from geo_partnerships.intake.formats.findings_log import Noticed, errors_in, shown
from geo_partnerships.intake.formats.spreadsheets import frame_records, layer_of, on_grid
from geo_partnerships.intake.formats.tables import table_from
from geo_partnerships.intake.places.layers import LAYERS, check_points, read_places, with_derived_districts
from geo_partnerships.intake.schools.names import NameIndex
from geo_partnerships.intake.schools.read import schools_from_table
from geo_partnerships.intake.schools.row import LAYOUT as SCHOOLS
from geo_partnerships.model import Places, Problem, Survey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_partnerships.countries import Country
    from geo_partnerships.intake.distances.matrix import Symmetrise
    from geo_partnerships.intake.distances.table import Unit
    from geo_partnerships.model import School

KEY = "urn"


def problem_from_frame(  # noqa: PLR0913 - each is a keyword of its own
    frame: gpd.GeoDataFrame,
    *,
    survey: pd.DataFrame | None = None,
    distances: pd.DataFrame | None = None,
    boundaries: gpd.GeoDataFrame | Mapping[str, gpd.GeoDataFrame] | None = None,
    columns: Mapping[str, str] | None = None,
    country: str = UNITED_KINGDOM.code,
    unit: Unit = "m",
    metres_per_minute: float = 80.0,
    symmetrise: Symmetrise = "mean",
) -> Problem:
    """Return the problem in frames; what is wrong with them is told as it is of files.

    Parameters
    ----------
    frame
        Schools as points in any CRS. Columns are matched by meaning, as in a file; the key may be the index.
    survey
        Answers, with the columns of ``survey.csv``; lists of schools as lists, or parted by semicolons.
    distances
        Long (``from``, ``to``, ``distance``), or square with keys as index and columns.
    boundaries
        Layers by name (authority, neighbours, districts, stations, rail), or the authority alone.
    columns
        Header by column of a list of schools, where it cannot be told.
    country
        Code of a country (see `countries`); its grid is that of the problem.
    unit, metres_per_minute, symmetrise
        How `distances` is read: see `with_distances`.

    Raises
    ------
    BadDataError
        A frame cannot be used; carries every error found.
    UsageError
        There is no such layer, or no such country.
    """
    noticed = {part: Noticed(part, private=part == "survey") for part in ("schools", "survey", "distances", *LAYERS)}
    layers = {"authority": boundaries} if isinstance(boundaries, gpd.GeoDataFrame) else dict(boundaries or {})
    unknown = sorted(set(layers) - set(LAYERS))
    if unknown:
        raise UsageError(f"There is no layer {shown(unknown[0])}; there are {', '.join(LAYERS)}.")
    schools, where = _schools(frame, columns or {}, country_of(country), noticed["schools"])
    places = _places(layers, noticed, where)
    check_points(schools, places, noticed["schools"], where)
    if places.districts is None:
        places = with_derived_districts(places, schools, noticed["districts"], where)
    answers = Survey() if survey is None else _survey(survey, schools, noticed["survey"])
    table = (
        None
        if distances is None
        else distances_from(
            _records(_keyed(distances)), schools, noticed["distances"], unit=unit, symmetrise=symmetrise
        )
    )
    findings = tuple(finding for one in noticed.values() for finding in one.findings)
    if errors := errors_in(findings):
        raise BadDataError(errors)
    given = {"schools": frame, "survey": survey, "distances": distances, **layers}
    return Problem(
        schools=MappingProxyType(schools),
        country=where,
        survey=answers,
        places=places,
        distances=None if table is None else in_metres(table, metres_per_minute, "from a frame", ""),
        findings=findings,
        digest=_digest(given),
    )


def _schools(
    frame: gpd.GeoDataFrame, columns: Mapping[str, str], country: Country, noticed: Noticed
) -> tuple[dict[str, School], Country]:
    keyed = frame.reset_index() if frame.index.name else frame
    layer = layer_of(
        _on_grid(keyed, country, noticed),
        dataclasses.replace(SCHOOLS.also_called(country.columns), given=columns),
        noticed,
    )
    if layer is None or noticed.has_errors:
        return {}, country
    country = country.on(layer.grid)
    return schools_from_table(layer.table, noticed, layer.geometries, country), country


def _on_grid(frame: gpd.GeoDataFrame, country: Country, noticed: Noticed) -> gpd.GeoDataFrame | None:
    if frame.crs is None:
        noticed.error("layer-no-crs", "The frame does not say what its coordinates are.", "Set it with set_crs.")
        return None
    grid: gpd.GeoDataFrame = on_grid(frame, country)
    return grid


def _places(layers: Mapping[str, gpd.GeoDataFrame], noticed: Mapping[str, Noticed], country: Country) -> Places:
    on_grid = {name: _on_grid(frame, country, noticed[name]) for name, frame in layers.items()}
    return read_places({name: frame for name, frame in on_grid.items() if frame is not None}, noticed, country)


def _survey(frame: pd.DataFrame, schools: Mapping[str, School], noticed: Noticed) -> Survey:
    table = table_from(iter(_records(frame)), SURVEY, noticed, padded=True)
    return read_survey(table, NameIndex(schools.values()), noticed, sidecar=None, sidecar_noticed=Noticed("survey"))


def _keyed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a matrix with its index as its first column, where the index has the keys."""
    return frame if isinstance(frame.index, pd.RangeIndex) else frame.reset_index(names="")


def _records(frame: pd.DataFrame) -> list[tuple[int, list[str]]]:
    names = [str(name) for name in frame.columns]
    plain = frame.set_axis(names, axis=1).map(_joined)
    return [(1, names), *frame_records(plain, names)]


def _joined(value: Any) -> Any:
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _digest(frames: Mapping[str, pd.DataFrame | None]) -> str:
    """Return SHA-256 over the frames in the order of their names: their columns, their cells and their points."""
    total = hashlib.sha256()
    for name, frame in sorted(frames.items()):
        if frame is None:
            continue
        plain = frame.to_wkt() if isinstance(frame, gpd.GeoDataFrame) else frame
        total.update(f"{name}\0{getattr(frame, 'crs', '')}\0{plain.to_csv()}\0".encode())
    return total.hexdigest()
