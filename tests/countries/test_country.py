"""Countries as data: their grids, postcodes and words, and what is refused of a profile of one's own."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo_partnerships.countries import UNITED_KINGDOM, countries, country_of
from geo_partnerships.countries.country import country_from
from geo_partnerships.errors import UsageError

OWN = {"name": "Oakland", "grid": "utm", "degrees": [10, 40, 12, 42]}
CITIES = {
    "ireland": (-6.26, 53.35),
    "netherlands": (5.12, 52.09),
    "united-states": (-87.63, 41.88),
    "scotland": (-3.19, 55.95),
    "wales": (-3.94, 51.62),
    "plain": (151.21, -33.87),
}


@pytest.mark.parametrize("code", countries())
def test_every_country_writes_its_own_example_of_a_postcode_as_it_stands(code) -> None:
    country = country_of(code)
    assert country.tidy(country.postcode_example.replace(" ", "").lower()) == country.postcode_example


@pytest.mark.parametrize(
    ("code", "written", "tidy", "district"),
    [
        ("ireland", "d04x2k7", "D04 X2K7", "D04"),
        ("ireland", "D6WX2K7", "D6W X2K7", "D6W"),
        ("netherlands", "3511ab", "3511 AB", "3511"),
        ("united-states", "60614-1234", "60614", "60614"),
        ("united-kingdom", "n128pe", "N12 8PE", "N12"),
        ("plain", " NSW  2000 ", "NSW 2000", ""),
        ("netherlands", "351 AB", "", ""),
        ("ireland", "D04 " + "X" * 5_000, "", ""),
    ],
)
def test_a_postcode_is_written_as_its_country_writes_it(code, written, tidy, district) -> None:
    country = country_of(code)
    assert (country.tidy(written), country.district_of(tidy)) == (tidy, district)


@pytest.mark.parametrize(("code", "place"), CITIES.items())
@settings(deadline=None, max_examples=30)
@given(east=st.floats(-0.05, 0.05), north=st.floats(-0.05, 0.05))
def test_distances_on_a_countrys_grid_are_those_on_the_ground(code, place, east, north) -> None:
    country = country_of(code).among([place[0]], [place[1]])
    here, there = country.to_grid(*place), country.to_grid(place[0] + east, place[1] + north)
    grid = ((here[0] - there[0]) ** 2 + (here[1] - there[1]) ** 2) ** 0.5
    _, _, ground = Geod(ellps="WGS84").inv(*place, place[0] + east, place[1] + north)
    assert grid == pytest.approx(ground, rel=1e-3, abs=0.01)


def test_the_zone_is_that_in_which_most_schools_lie() -> None:
    plain = country_of("plain")
    assert plain.among([-87.6, -87.5, 2.0], [41.9, 41.8, 48.0]).grid == "EPSG:32616"
    assert plain.among([151.2], [-33.9]).grid == "EPSG:32756"
    assert plain.among([180.0], [10.0]).grid == "EPSG:32660"
    assert plain.among([], []).grid == "utm"
    assert country_of("ireland").among([151.2], [-33.9]).grid == "EPSG:2157"


def test_no_school_stands_at_nought_nought() -> None:
    assert not country_of("plain").holds_degrees(0.0, 0.0)
    assert country_of("plain").holds_degrees(0.0, 5.6)


def test_an_unknown_country_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UsageError, match=r"no country 'atlantis'; there are ireland, .*united-states"):
        country_of("atlantis")


def test_a_profile_of_ones_own_needs_name_grid_and_bounds_alone() -> None:
    own = country_from("own", OWN)
    assert own.among([11.0], [41.0]).grid == "EPSG:32632"
    assert (own.tidy("any 12"), own.district_of("any 12"), own.districts_words) == ("any 12", "", "Districts")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"gird": "utm"}, r"gird: there is no such value; there are columns, degrees"),
        ({"name": 3}, r"name: write a text"),
        ({"grid": "EPSG:9999999"}, r"grid: EPSG:9999999 is no coordinate system"),
        ({"grid": "EPSG:4326"}, r"grid: EPSG:4326 does not measure in metres"),
        ({"grid": "EPSG:5773"}, r"grid: EPSG:5773 does not measure in metres east and north"),
        ({"grid": "EPSG:4978"}, r"grid: EPSG:4978 does not measure in metres east and north"),
        ({"grid": 'LOCAL_CS["here",UNIT["metre",1]]'}, r"grid: LOCAL_CS.* does not measure in metres east and north"),
        ({"grid": "+init=epsg:27700"}, r"grid: \+init=epsg:27700 is no coordinate system; write EPSG: and its number"),
        ({"degrees": [10, 40, 12]}, r"degrees: write four numbers"),
        ({"degrees": [12, 40, 10, 42]}, r"degrees: west is before east"),
        ({"degrees": [10, 40, 12, 95]}, r"degrees: write west, south, east and north in degrees"),
        ({"degrees": [10, 40, 12, float("nan")]}, r"degrees: write four numbers"),
        ({"postcode_form": "([0-9"}, r"postcode_form: this is no regular expression"),
        ({"postcode_form": "([[0-9]{4})"}, r"postcode_form: this is no regular expression"),
        ({"postcode_form": "[0-9]{4}"}, r"postcode_form: put the district into brackets"),
        ({"phases": {"scuola": "schola"}}, r"phases.scuola: use one of nursery"),
        ({"phases": {"scuola": ["primary"]}}, r"phases.scuola: use one of nursery"),
        ({"phases": []}, r"phases: write a table"),
        ({"columns": {"urn": "Codice"}}, r"columns: write a table of lists"),
        ({"columns": {"urn": [1]}}, r"columns.urn: write a text"),
    ],
)
def test_what_is_wrong_with_a_profile_is_said(change, words) -> None:
    with pytest.raises(UsageError, match=words):
        country_from("own", {**OWN, **change})


@pytest.mark.parametrize("missing", ["name", "grid", "degrees"])
def test_what_a_profile_lacks_is_said(missing) -> None:
    with pytest.raises(UsageError, match=f"{missing}: it is missing"):
        country_from("own", {key: value for key, value in OWN.items() if key != missing})


def test_the_united_kingdom_is_measured_on_the_british_grid() -> None:
    assert UNITED_KINGDOM.grid_name == "the British National Grid (EPSG:27700)"
    assert UNITED_KINGDOM.holds_metres(0.0, 0.0)
    assert UNITED_KINGDOM.holds_metres(700_000.0, 1_300_000.0)
    assert not UNITED_KINGDOM.holds_metres(700_000.1, 1_300_000.0)
