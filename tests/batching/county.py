"""A made-up county: a register of five authorities, one of them too small and one with a row that is wrong."""

from __future__ import annotations

import csv
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HEADER = (
    "urn", "name", "la_code", "la_name", "phase", "type", "postcode", "easting", "northing", "pupils", "pupils_year",
)  # fmt: skip
SIZES = {"901": 12, "902": 16, "903": 3, "904": 13, "905": 20}
NAMES = {"901": "Smallton", "902": "Farton", "903": "Tinyby", "904": "Wrongham", "905": "Bigford"}
LAST = "ABDEFGHJLNPQRSTUWXYZ"
"""Letters in which postcodes end."""


def county() -> list[list[object]]:
    """Rows of the register: authorities side by side, each with its schools scattered over ten kilometres."""
    draw = random.Random(7)  # noqa: S311 - made-up places
    rows: list[list[object]] = []
    for at, (code, size) in enumerate(SIZES.items()):
        for number in range(size):
            east, north = 400_000 + 10_000 * at + draw.randrange(9_000), 300_000 + draw.randrange(9_000)
            urn = 100_000 + 1_000 * at + number
            postcode = (
                "not one" if code == "904" and number == 2 else f"N{at + 1} {number % 9 + 1}A{LAST[number % len(LAST)]}"
            )
            rows.append([urn, f"School {urn}", code, NAMES[code], "State-funded primary", "Community School", postcode,
                         east, north, 200, 2019])  # fmt: skip
    return rows


def write_register(path: Path, rows: list[list[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def write_project(folder: Path, rows: list[list[object]] | None = None, more: str = "") -> Path:
    """A project of the county: partnerships of four to eight schools, six on average, by distance alone."""
    folder.mkdir(parents=True, exist_ok=True)
    write_register(folder / "register.csv", county() if rows is None else rows)
    (folder / "all.toml").write_text('title = "All"\ndistrict_penalty = 0\n[area]\nsize = [4, 8]\n', encoding="utf-8")
    path = folder / "project.toml"
    path.write_text(
        f'title = "The county"\nregister = "register.csv"\nscenario = "all.toml"\naverage_size = 6\n{more}',
        encoding="utf-8",
    )
    return path


def results(output: Path) -> dict[str, bytes]:
    """What a batch is answerable for, by path: everything but its locks, notes and timings."""
    return {
        path.relative_to(output).as_posix(): path.read_bytes()
        for path in sorted(output.rglob("*"))
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(output).parts)
        and path.name != "timings.csv"
    }
