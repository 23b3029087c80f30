"""A small data folder on disk: eighteen made-up schools in three places, a survey, two scenarios."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = '<img src=x onerror="window.hurt=1">{{ 7*7 }}${window.hurt=1}'
"""A name that would run if it were taken for HTML, for a template or for a script."""
PLACES = (("N1", 0.0, 0.0), ("N2", 4_000.0, 0.0), ("N3", 2_000.0, 3_500.0))
SCENARIO = """# Three partnerships for eighteen schools.
title = "Village"
district_penalty = 200  # metres
[guarantee]
strength = "preferred"
[area]
partnerships = 3
size = [4, 8]
"""


def urn(place: int, number: int) -> str:
    """Return the key of a school: ``100101`` is the second of the first place."""
    return f"{100_100 + 100 * place + number}"


def write_village(folder: Path, *, hostile: bool = True) -> Path:
    """Write the folder and return it."""
    features = []
    for place, (district, east, north) in enumerate(PLACES):
        for number in range(6):
            key = urn(place, number)
            name = HOSTILE if hostile and key == "100100" else f"School {district} {'ABCDEF'[number]}"
            features.append(
                {
                    "type": "Feature",
                    "geometry": None,
                    "properties": {
                        "urn": key,
                        "name": name,
                        "phase": "primary",
                        "district": district,
                        "borough": "Smallton",
                        "sector": "state",
                        "easting": 525_000 + east + 150 * (number % 3),
                        "northing": 190_000 + north + 170 * (number // 3),
                        "point_source": "made up",
                    },
                }
            )
    (folder / "scenarios").mkdir(parents=True)
    collection = {"type": "FeatureCollection", "features": features}
    (folder / "schools.geojson").write_text(json.dumps(collection), encoding="utf-8")
    survey = "responder_urn,on_behalf_of,channel,existing,wanted,wanted_type\n"
    survey += "100101,,form,100102,100103,loose\n100200,,form,,100100;100201,\n100305,,form,100304,,\n"
    (folder / "survey.csv").write_text(survey, encoding="utf-8")
    (folder / "survey.toml").write_text("illustrative = true\n", encoding="utf-8")
    (folder / "scenarios" / "village.toml").write_text(SCENARIO, encoding="utf-8")
    (folder / "scenarios" / "pair.toml").write_text(
        'extends = "village"\ntitle = "Two"\n[area]\npartnerships = 2\nsize = [6, 12]\n', encoding="utf-8"
    )
    return folder
