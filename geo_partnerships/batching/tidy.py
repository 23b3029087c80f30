"""A batch as tidy Parquet tables, for those who join and count: a row for each membership, school and run.

They hold what the public files of the authorities hold, read back from them, and nothing else.
"""

from __future__ import annotations

import csv
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo_partnerships.batching.jobs import AUTHORITIES
from geo_partnerships.batching.summary import COLUMNS, public_row
from geo_partnerships.errors import UsageError
from geo_partnerships.publishing import publish_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from geo_partnerships.batching.summary import BatchReport

__all__ = ["TABLES", "write_tidy"]

TABLES = "tables"
_MEMBERSHIP = ("urn", "partnership", "partnership_name", "strand", "role", "distance_to_centre_m", "status")
_SCHOOL = ("urn", "name", "phase", "postcode", "district", "system_leader")
_NUMBERS = {
    **dict.fromkeys(("partnership", "schools", "partnerships"), "Int64"),
    **dict.fromkeys(("objective", "lower_bound", "gap", "mean_distance_m", "max_distance_m"), "Float64"),
    "distance_to_centre_m": "Float64",
}


def write_tidy(report: BatchReport, output: Path) -> Path:
    """Write ``tables/memberships.parquet``, ``schools.parquet`` and ``runs.parquet``; return their folder.

    ``key`` is the authority's in each. A school is in ``schools`` once for each authority that has it, and in
    ``memberships`` once for each partnership that it is in. Distances are metres.

    Raises
    ------
    UsageError
        Where pyarrow is not installed.
    """
    if find_spec("pyarrow") is None:
        raise UsageError("Parquet needs pyarrow: pip install 'geo-partnerships[parquet]'")
    rows = [row for note in report.notes for row in _plan_rows(output, note)]
    memberships = [{name: row[name] for name in ("key", *_MEMBERSHIP)} for row in rows if row["partnership"]]
    schools = {(row["key"], row["urn"]): {name: row[name] for name in ("key", *_SCHOOL)} for row in rows}
    tables = {
        "memberships": _frame(memberships, ("key", *_MEMBERSHIP)),
        "schools": _frame(list(schools.values()), ("key", *_SCHOOL)),
        "runs": _frame([public_row(note) for note in report.notes], COLUMNS),
    }

    def write(folder: Path) -> None:
        for name, frame in tables.items():
            frame.to_parquet(folder / f"{name}.parquet", index=False)

    publish_folder(output / TABLES, write)
    return output / TABLES


def _plan_rows(output: Path, note: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Rows of an authority's public plan, each with the authority's key."""
    path = output / AUTHORITIES / note["key"] / "plan.csv"
    if not path.is_file():
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield {"key": note["key"], **row}


def _frame(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    """Return rows with numbers as numbers, gaps as gaps and the rest as text."""
    frame = pd.DataFrame(rows, columns=list(columns)).replace("", None)
    for name in columns:
        if name in _NUMBERS:
            frame[name] = pd.to_numeric(frame[name])
    kinds: Any = {name: _NUMBERS.get(name, "string") for name in columns}
    return frame.astype(kinds)
