"""The schools of all authorities in as few bytes as a map needs, and their names apart, loaded when asked for."""

from __future__ import annotations

import base64
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_partnerships.atlas.schema import NamedPage, Names, PackedAuthority, PackedPartnership

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_partnerships.atlas.schema import PackedCountry

STEPS = 65_535
"""A place is a whole number of steps east and north of the corner; over England a step is about ten metres."""


def rows_of(record: dict[str, Any]) -> Iterator[list[Any]]:
    """Yield an authority's schools in the order in which the map and its names have them."""
    yield from chain.from_iterable(rows for *_, rows in record["groups"])
    yield from record["rest"]


def packed(records: Sequence[dict[str, Any]]) -> PackedCountry:
    """Return the map's data."""
    rows = [row for record in records for row in rows_of(record)]
    placed = np.array([(row[5], row[6]) for row in rows if row[5] is not None], dtype=np.float64).reshape(-1, 2)
    low = placed.min(axis=0) if len(placed) else np.zeros(2)
    span = max(float((placed.max(axis=0) - low).max()), 1.0) if len(placed) else 1.0
    step = span / (STEPS - 1)
    whole = np.zeros((len(rows), 2), dtype="<u2")
    at = [i for i, row in enumerate(rows) if row[5] is not None]
    whole[at] = np.rint((placed - low) / step).astype("<u2") + 1
    return {
        "corner": (round(float(low[0] - step), 3), round(float(low[1] - step), 3)),
        "step": step,
        "places": base64.b64encode(whole.tobytes()).decode("ascii"),
        "authorities": [
            PackedAuthority(
                record["key"],
                record["name"],
                [PackedPartnership(number, len(rows), colour) for number, _, _, colour, rows in record["groups"]],
                len(record["rest"]),
            )
            for record in records
        ],
    }


def names_of(record: dict[str, Any]) -> Names:
    """Return partnership names, and for each school its name and the file name of its page."""
    return Names([name for _, name, *_ in record["groups"]], [NamedPage(row[1], row[4]) for row in rows_of(record)])
