"""What the fuzzers found, kept; and a few hundred damaged files for each reader, always the same ones."""

import contextlib
import random
import warnings

import pytest

from benchmarks.fuzz.damage import damaged
from benchmarks.fuzz.targets import targets
from geo_partnerships.errors import GeoPartnershipsError

TARGETS = targets()
TRIES = 60
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
    for _ in range(TRIES):
        ends_well(name, damaged(TARGETS[name].seeds, chance))
    record_property("cases", TRIES)
