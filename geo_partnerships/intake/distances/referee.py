"""Distances from a file against straight lines: no road is shorter, and the ratio tells the unit."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.intake.formats.normalise import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo_partnerships.intake.distances.table import DistanceTable, Unit
    from geo_partnerships.intake.formats.findings_log import Noticed
    from geo_partnerships.model import School

FARTHER_THAN_M = 200.0  # of pairs nearer than this, the way to the road decides
SHORTER = 0.9  # of a straight line: points are rounded, and a school's gate is not its middle
SLACK_M = 100.0
# Metres a minute between which people travel: a slow walk, and a motorway.
SLOWEST, FASTEST = 15.0, 2_500.0
LEAST_METRES, MOST_METRES = 0.7, 12.0  # a distance in metres over the straight line, for the middle pair
# What that ratio is for other units: the road is 1.0 to 3 times as long as the straight line.
OTHER_UNITS = MappingProxyType({"miles": (0.00055, 0.00088), "kilometres": (0.00088, 0.003)})
WORDS_OF_TIME = frozenset({"minutes", "minute", "mins", "min", "time", "duration", "seconds", "secs", "hours"})
WORDS_OF_LENGTH = frozenset({"metres", "meters", "length", "km", "kilometres", "kilometers", "miles"})
OTHER_WORDS = frozenset({"km", "kilometres", "kilometers", "miles", "seconds", "secs", "hours"})


def check_distances(table: DistanceTable, schools: Mapping[str, School], column: str, noticed: Noticed) -> None:
    """Report distances that cannot be in the unit that is said.

    Parameters
    ----------
    column
        What the file calls them; "" where it does not say.
    """
    if _contradicts(column, table.unit, noticed):
        return
    straight = _straight(table, schools)
    known = np.isfinite(table.matrix) & (straight > FARTHER_THAN_M)
    known = np.triu(known, 1)
    if not known.any():
        return
    ratio = float(np.median(table.matrix[known] / straight[known]))
    if table.unit == "min":
        _check_minutes(ratio, noticed)
    elif not LEAST_METRES <= ratio <= MOST_METRES:
        _tell_no_metres(ratio, noticed)
    else:
        _tell_shorter(table, straight, known, schools, noticed)


def _straight(table: DistanceTable, schools: Mapping[str, School]) -> NDArray[np.float64]:
    """Return straight lines in metres, (n, n), in the order of the table; NaN where a point is not known."""
    at = [schools[key] for key in table.keys]
    east = np.array([np.nan if one.easting is None else one.easting for one in at])
    north = np.array([np.nan if one.northing is None else one.northing for one in at])
    return np.asarray(np.hypot(east[:, None] - east, north[:, None] - north), dtype=np.float64)


def _contradicts(column: str, unit: Unit, noticed: Noticed) -> bool:
    """Report a column whose own name is of another unit than is said."""
    words = set(folded(re.sub(r"([a-z])([A-Z])", r"\1 \2", column)).split())
    other = sorted(words & OTHER_WORDS)
    if other:
        noticed.error(
            "distances-unit",
            f"The column {column} is in {other[0]}; metres or minutes can be read.",
            "Convert it, and name it metres or minutes.",
            field=column,
        )
    elif unit == "m" and words & WORDS_OF_TIME:
        message = f"The column {column} holds times, and distance.unit says metres."
        noticed.error("distances-unit", message, 'Set distance.unit = "min".', field=column)
    elif unit == "min" and words & WORDS_OF_LENGTH:
        message = f"The column {column} holds lengths, and distance.unit says minutes."
        noticed.error("distances-unit", message, 'Set distance.unit = "m".', field=column)
    else:
        return False
    return True


def _check_minutes(ratio: float, noticed: Noticed) -> None:
    speed = 1 / ratio if ratio > 0 else np.inf
    if SLOWEST <= speed <= FASTEST:
        return
    noticed.error(
        "distances-unit",
        f"They are no minutes: the middle pair of schools would be {speed:,.1f} m apart for each, in a straight line.",
        "Check the unit: metres, or minutes." if speed < SLOWEST else "Check the unit; hours are no minutes.",
    )


def _tell_no_metres(ratio: float, noticed: Noticed) -> None:
    alike = next((unit for unit, (low, high) in OTHER_UNITS.items() if low <= ratio < high), "")
    looks = f" They look like {alike}." if alike else ""
    noticed.error(
        "distances-unit",
        f"They are no metres: for the middle pair of schools they are {ratio:.4g} times the straight line.{looks}",
        'Convert kilometres or miles to metres; for minutes set distance.unit = "min".',
    )


def _tell_shorter(
    table: DistanceTable,
    straight: NDArray[np.float64],
    known: NDArray[np.bool_],
    schools: Mapping[str, School],
    noticed: Noticed,
) -> None:
    short = np.where(known, straight * SHORTER - SLACK_M - table.matrix, 0.0)
    count = int((short > 0).sum())
    if not count:
        return
    one, other = np.unravel_index(int(short.argmax()), short.shape)
    names = " and ".join(schools[table.keys[at]].name for at in (one, other))
    noticed.warning(
        "distances-shorter",
        f"{count:,} of {int(known.sum()):,} distances are shorter than a straight line, {names} the most "
        f"({table.matrix[one, other]:,.0f} m, in a straight line {straight[one, other]:,.0f} m).",
        "Check the matrix and the two points.",
    )
