"""What the fuzzers found, kept; and a few hundred damaged files for each reader, always the same ones."""

import contextlib
import json
import random
import warnings

import pytest

from benchmarks.fuzz.damage import damaged
from benchmarks.fuzz.seeds import kept_run
from benchmarks.fuzz.targets import targets
from geo_partnerships.errors import GeoPartnershipsError
from geo_partnerships.publishing.loose import FORMAT
from geo_partnerships.publishing.manifest import MARK

TARGETS = targets()
TRIES, TRIES_OF_SLOW = 60, 12
SLOW = ("list-", "written-", "manifest-", "districts-gpkg", "schools-gpkg")
"""Readers of whole folders, and of what is brought to the disk."""
SQUARE = b'"geometry":{"type":"Polygon","coordinates":[[[-0.3,51.5],[-0.1,51.5],[-0.1,51.7],[-0.3,51.5]]]}'
FOUND = {
    "half a surrogate pair in a district's name": (
        "districts-geojson",
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"district":"N12\\ud800"},'
        + SQUARE
        + b"}]}",
    ),
    "and in another property": (
        "districts-geojson",
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"district":"N12","x":"\\udfff"},'
        + SQUARE
        + b"}]}",
    ),
    "a decision nested too deep": ("decisions-log", b'{"n":' + b"[" * 100_000 + b"\n"),
    "half a surrogate pair in a road's number and in whom to credit": (
        "ground-geojson",
        (
            b'{"type":"FeatureCollection","attribution":"\\ud800","features":[{"type":"Feature","properties":'
            b'{"highway":"primary","ref":"A\\udfff"},"geometry":{"type":"LineString","coordinates":'
            b"[[-0.2,51.59],[-0.18,51.6]]}}]}"
        ),
    ),
    "a register of blanks": ("authorities-csv", b" " * 50),
    "a scenario that extends what no file can be called": ("scenario-toml", b'extends = "' + b"a" * 300 + b'"\n'),
    "replies whose columns are not what they were": ("replies-csv", b"URN,x\n100001,agrees\n"),
    "a number in the place of a school": (
        "list-geojson",
        b'{"type":"FeatureCollection","features":[{"properties":{"name":"A"}},1]}',
    ),
    "a text in the place of a school's properties": (
        "list-geojson",
        b'{"type":"FeatureCollection","features":[{"properties":{"name":"A"}},{"properties":"name"}]}',
    ),
    "a cache of postcodes with texts for numbers": (
        "postcodes-cache",
        b'{"https://service.example": {"N12 8PE": {"easting": "525719", "northing": null}}}',
    ),
    "a kept plan with lists for tables": ("kept-run", json.dumps({**json.loads(kept_run()), "strands": [[]]}).encode()),
    "a phase of a country that is a list": (
        "country-toml",
        b'name="X"\ngrid="EPSG:27700"\ndegrees=[-3,50,3,55]\n[phases]\na=["primary"]\n',
    ),
    "names in a manifest that no file has": (
        "manifest-json",
        json.dumps({**MARK, "files": {"a\0b": "", "a" * 300: "", "\ud800": "", "..\\a": ""}}).encode(),
    ),
    "and in the note of what was written": (
        "written-json",
        json.dumps({"format": FORMAT, "files": {"a\0b": [], "a" * 300: [], "\ud800": []}}).encode(),
    ),
}


def ends_well(name, data):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with contextlib.suppress(GeoPartnershipsError):
            TARGETS[name].read(data)


@pytest.mark.parametrize("name", TARGETS)
def test_the_sound_file_is_read(name) -> None:
    for seed in TARGETS[name].seeds:
        ends_well(name, seed)


@pytest.mark.parametrize("case", FOUND)
def test_what_was_found_stays_mended(case) -> None:
    ends_well(*FOUND[case])


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_files_are_read_or_refused_in_words(name, record_property) -> None:
    chance = random.Random(name)  # noqa: S311
    tries = TRIES_OF_SLOW if name.startswith(SLOW) else TRIES
    for _ in range(tries):
        ends_well(name, damaged(TARGETS[name].seeds, chance))
    record_property("cases", tries)
