"""What the scripts that write ``data/`` share: their arguments, the reference tables and GeoJSON."""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

DATA = Path(__file__).resolve().parent.parent / "data"


def arguments(description: str | None, *, reference: bool = True) -> argparse.ArgumentParser:
    """Return a parser with the folders that the scripts share.

    Parameters
    ----------
    description
        What the script writes, usually its own docstring.
    reference
        True where the script reads the reference tables.
    """
    parser = argparse.ArgumentParser(description=description)
    if reference:
        parser.add_argument(
            "--reference", type=Path, required=True, metavar="DIR", help="folder of the reference tables"
        )
    parser.add_argument(
        "--output",
        type=Path,
        default=DATA,
        metavar="DIR",
        help="folder to write to (default: the data folder)",
    )
    return parser


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file, gzipped or plain, every cell as text."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def read_letter() -> dict[str, Any]:
    """Return the letter as data."""
    return tomllib.loads((DATA / "letter-2015.toml").read_text(encoding="utf-8"))


def write_geojson(
    path: Path, features: Iterable[tuple[dict[str, Any], dict[str, Any] | None]], attribution: list[str]
) -> None:
    """Write an RFC 7946 feature collection, one feature a line, in the order given.

    Parameters
    ----------
    features
        Properties and geometry of each feature; the geometry in WGS84, None where there is none.
    attribution
        Whom to credit, kept in the file as a foreign member so that it cannot be parted from the data.
    """
    lines = [
        compact({"type": "Feature", "properties": properties, "geometry": geometry})
        for properties, geometry in features
    ]
    body = ",\n".join(lines)
    head = f'"type":"FeatureCollection",\n"attribution":{compact(attribution)},\n"features":'
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{{{head}[\n{body}\n]}}\n", encoding="utf-8", newline="\n")


def compact(value: object) -> str:
    """Return JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write_rows(path: Path, columns: list[str], rows: Iterable[dict[str, str]]) -> None:
    """Write a CSV file (UTF-8, line feeds) with the columns in the order given."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
