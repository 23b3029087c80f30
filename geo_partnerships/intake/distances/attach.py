"""A problem's schools placed by postcode, and its distances along roads or from a matrix."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from geo_partnerships.errors import BadDataError
from geo_partnerships.intake.country import refuse_postcodes
from geo_partnerships.intake.distances.matrix import read_distances
from geo_partnerships.intake.distances.roads import road_distances
from geo_partnerships.intake.formats.files import named
from geo_partnerships.intake.formats.findings_log import Noticed, errors_in
from geo_partnerships.intake.postcodes.files import PostcodeFiles
from geo_partnerships.intake.postcodes.geocode import geocode
from geo_partnerships.model import Distances, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_partnerships.findings import Finding
    from geo_partnerships.intake.distances.table import DistanceTable


def placed_by_postcode(problem: Problem, postcodes: Path | str) -> Problem:
    """Return the problem with its schools without a point placed by their postcodes.

    Parameters
    ----------
    postcodes
        OS Code-Point Open (its folder) or the ONS Postcode Directory (a CSV).

    Raises
    ------
    BadDataError
        The files cannot be used.
    UsageError
        The schools are in another country than the United Kingdom.
    """
    refuse_postcodes(problem.country)
    noticed = Noticed(named(Path(postcodes)))
    schools = geocode(problem.schools, PostcodeFiles(Path(postcodes)), noticed)
    trace = "".join(f"{s.urn} {s.easting} {s.northing}\n" for s in schools.values())
    return _with(problem, noticed.findings, trace, schools=MappingProxyType(schools))


def with_distances(
    problem: Problem,
    *,
    matrix: Path | str | None = None,
    roads: Path | str | None = None,
    unit: Literal["m", "min"] = "m",
    metres_per_minute: float = 80.0,
    weight: str = "",
    symmetrise: Literal["mean", "max", "min", "refuse"] = "mean",
) -> Problem:
    """Return the problem with distances from a matrix file or along a road network in the place of straight lines.

    Parameters
    ----------
    matrix, roads
        One of them; see `read_distances` and `road_distances`.
    unit, metres_per_minute
        Minutes count for so many metres.

    Raises
    ------
    BadDataError
        The file cannot be used.
    """
    path = Path(matrix or roads or "")
    noticed = Noticed(named(path))
    if matrix:
        table = read_distances(path, problem.schools, noticed, unit=unit, symmetrise=symmetrise)
    else:
        table = road_distances(
            path,
            problem.schools,
            noticed,
            weight=weight,
            unit=unit,
            symmetrise=symmetrise,
            country=problem.country,
        )
    if table is None:
        raise BadDataError(errors_in(noticed.findings))
    kind = "along roads" if roads else "from a matrix"
    return _with(
        problem, noticed.findings, table.digest(), distances=in_metres(table, metres_per_minute, kind, noticed.file)
    )


def in_metres(table: DistanceTable, metres_per_minute: float, kind: str, file: str) -> Distances:
    """Return distances in metres, and in words what they are."""
    of = f" ({file})" if file else ""
    if table.unit == "m":
        return Distances(keys=table.keys, matrix=table.matrix, words=f"metres {kind}{of}")
    words = f"minutes {kind}{of}, each counted as {metres_per_minute:g} metres"
    return Distances(keys=table.keys, matrix=table.matrix * metres_per_minute, words=words)


def _with(problem: Problem, findings: Sequence[Finding], trace: str, **changes: object) -> Problem:
    """Return the problem with changes, their findings, and a digest that tells of them."""
    if errors := errors_in(findings):
        raise BadDataError(errors)
    digest = hashlib.sha256(f"{problem.digest}\n{trace}".encode()).hexdigest()
    return dataclasses.replace(problem, findings=(*problem.findings, *findings), digest=digest, **changes)  # type: ignore[arg-type]
