"""``python scripts/make_district_centres.py``: write the table of postcode districts against which points are checked.

Reads the reference tables: the schools of England and, for north London, the unit postcodes of Code-Point Open. A
district's centre is the median of the points of its postcodes, rounded to 100 m; its reach is how far the farthest of
them lies from it, in kilometres, and five more, since schools are few in some districts.
"""

from __future__ import annotations

import csv
import gzip
import math
import statistics
from collections import defaultdict
from pathlib import Path

from _common import arguments

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "geo_partnerships" / "intake" / "postcodes" / "districts.csv"
BEYOND_KM = 5


def main() -> None:
    """Write the table."""
    reference = arguments(__doc__).parse_args().reference
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for file in ("england_schools.csv.gz", "codepoint_open_2014_north_london.csv.gz"):
        with gzip.open(reference / file, "rt", encoding="utf-8") as opened:
            for row in csv.DictReader(opened):
                if row["easting"] and " " in row["postcode"]:
                    points[row["postcode"].split()[0]].append((float(row["easting"]), float(row["northing"])))
    with TABLE.open("w", encoding="utf-8", newline="") as written:
        writer = csv.writer(written, lineterminator="\n")
        writer.writerow(("district", "easting", "northing", "reach_km"))
        for district, found in sorted(points.items()):
            east, north = (statistics.median(at) for at in zip(*found, strict=True))
            reach = max(math.hypot(x - east, y - north) for x, y in found)
            writer.writerow(
                (district, int(round(east, -2)), int(round(north, -2)), math.ceil(reach / 1_000) + BEYOND_KM)
            )


if __name__ == "__main__":
    main()
