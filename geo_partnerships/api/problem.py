"""A problem with the habits of geopandas: from frames in memory."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal, Self

from geo_partnerships import model
from geo_partnerships.countries import UNITED_KINGDOM
from geo_partnerships.intake import problem as files
from geo_partnerships.intake.frames import problem_from_frame

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem(model.Problem):
    """Schools and all that is known of them, for users of geopandas; it is never changed in place.

    The fields are those of `geo_partnerships.model.Problem`.
    """

    @classmethod
    def of(cls, problem: model.Problem) -> Self:
        """Return a problem with these habits."""
        return cls(**{field.name: getattr(problem, field.name) for field in fields(problem)})

    @classmethod
    def from_frame(  # noqa: PLR0913 - each is a keyword of its own
        cls,
        frame: gpd.GeoDataFrame,
        *,
        survey: pd.DataFrame | None = None,
        distances: pd.DataFrame | None = None,
        boundaries: gpd.GeoDataFrame | Mapping[str, gpd.GeoDataFrame] | None = None,
        columns: Mapping[str, str] | None = None,
        country: str = UNITED_KINGDOM.code,
        unit: Literal["m", "min"] = "m",
        metres_per_minute: float = 80.0,
        symmetrise: Literal["mean", "max", "min", "refuse"] = "mean",
    ) -> Self:
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
            Whose schools they are, e.g. ``ireland``, or ``plain`` for any place.
        unit, metres_per_minute, symmetrise
            What `distances` are; minutes count for so many metres; what becomes of two directions that differ.

        Raises
        ------
        BadDataError
            A frame cannot be used; carries every error found.
        UsageError
            There is no such layer.
        """
        return cls.of(
            problem_from_frame(
                frame,
                survey=survey,
                distances=distances,
                boundaries=boundaries,
                columns=columns,
                country=country,
                unit=unit,
                metres_per_minute=metres_per_minute,
                symmetrise=symmetrise,
            )
        )


def read_problem(
    folder: Path | str = "data",
    *,
    schools: Path | str | None = None,
    survey: Path | str | None = None,
    letter: Path | str | None = None,
    judgements: Path | str | None = None,
    boundaries: Path | str | None = None,
) -> Problem:
    """Read schools, survey, letter, judgements and boundaries from files.

    Parameters
    ----------
    folder
        Holds ``schools.geojson`` (or ``.csv``, ``.xlsx``, ``.gpkg``, ``.shp``), and where there are such,
        ``survey.csv`` (or ``.xlsx``) with ``survey.toml``, ``names.csv``, ``standing.csv``, ``leaders.csv``,
        ``letter-2015.toml``, ``judgements.csv``, ``columns.toml`` and ``boundaries/``.
    schools, survey, letter, judgements, boundaries
        Read from here instead; must exist. The survey's sidecar is the file beside it ending in ``.toml``.

    Returns
    -------
    Problem
        Points in metres, EPSG:27700; with every warning and note, and the digest of the files read.

    Raises
    ------
    BadDataError
        Where anything cannot be used; carries all errors of all files at once.
    UsageError
        Where the folder is not there.
    """
    return Problem.of(
        files.read_problem(
            folder, schools=schools, survey=survey, letter=letter, judgements=judgements, boundaries=boundaries
        )
    )
