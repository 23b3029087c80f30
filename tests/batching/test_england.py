"""The register of a whole country, where it lies beside the clone: what is counted once, and who is too small."""

from pathlib import Path

import pytest

from geo_partnerships.batching.register import read_register
from geo_partnerships.intake.formats.findings_log import Noticed

REGISTER = Path(__file__).parents[3] / "shared" / "reference" / "england_schools.csv.gz"


@pytest.fixture(scope="module")
def read():
    if not REGISTER.is_file():
        pytest.skip("shared/reference/england_schools.csv.gz is not beside the clone: England's register is not read")
    noticed = Noticed(REGISTER.name)
    return read_register(REGISTER, noticed), noticed


def test_every_row_is_a_school_a_predecessor_or_without_an_authority(read):
    authorities, noticed = read
    schools = [school for authority in authorities for school in authority.schools]
    kept = {urn for school in schools for urn in (school.urn, *school.predecessors)}
    homeless = next(f for f in noticed.findings if f.code == "register-no-authority")
    assert len(authorities) == 158
    assert 22_500 < len(schools) < 23_700
    assert len(kept) == sum(1 + len(school.predecessors) for school in schools), "no key counts twice"
    assert len(kept) + int(homeless.message.split()[0].replace(",", "")) == pytest.approx(24_599, abs=60)
    assert not noticed.has_errors


def test_an_academy_of_2017_is_the_school_it_was(read):
    authorities, _ = read
    schools = {school.urn: school for authority in authorities for school in authority.schools}
    assert schools["147535"].predecessors == ("137792",)  # Onslow St Audrey's, Hatfield
    assert {"117212", "117268"} <= set(schools), "Wheatfields' infants and juniors share a postcode and stay two"


def test_the_smallest_authorities_are_named(read):
    authorities, _ = read
    sizes = {authority.name: len(authority.schools) for authority in authorities}
    assert sizes["Isles of Scilly"] == 1
    assert sizes["City of London"] == 5


def test_university_technical_colleges_are_state_secondary_schools(read):
    authorities, _ = read
    colleges = [
        school for a in authorities for school in a.schools if school.type.casefold() == "university technical college"
    ]
    assert len(colleges) == 43  # four of them took the place of one without an authority, or of one that closed
    assert {(str(school.phase), school.sector) for school in colleges} == {("secondary", "state")}
