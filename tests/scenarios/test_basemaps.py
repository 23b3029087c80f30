"""Backgrounds from the internet: known by name, off by default, refused where a reader could not have them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from geo_partnerships.scenarios.basemaps import basemap_of
from geo_partnerships.scenarios.parameters import Scenario


def test_none_is_the_default() -> None:
    assert Scenario().basemap == ""
    assert basemap_of("") is None


@pytest.mark.parametrize("name", ["OpenStreetMap", "openstreetmap", "OpenStreetMap.Mapnik", "OpenStreetMap Mapnik"])
def test_a_provider_is_known_by_its_name_or_its_publishers(name: str) -> None:
    found = basemap_of(Scenario(basemap=name).basemap)
    assert found is not None
    assert found.address == "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
    assert found.credit == "© OpenStreetMap contributors"
    assert found.hosts == ("https://tile.openstreetmap.org",)


def test_each_of_several_servers_is_a_host() -> None:
    found = basemap_of("OpenTopoMap")
    assert found is not None
    assert found.hosts == tuple(f"https://{letter}.tile.opentopomap.org" for letter in "abc")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("OpenStreatMap.Mapnik", "did you mean OpenStreetMap.Mapnik"),
        ("x", "'OpenStreetMap' is one"),
        ("Thunderforest.Landscape", "wants a key, which every reader"),
    ],
)
def test_what_no_reader_could_have_is_refused_in_words(name: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Scenario(basemap=name)
