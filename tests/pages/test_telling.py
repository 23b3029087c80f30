"""What is known of some members is not said of all."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_partnerships.intake import read_problem
from geo_partnerships.pages import write_pages
from geo_partnerships.pages.telling import of_named, reach, sum_of_sizes, whose_authority
from geo_partnerships.planning import plan
from geo_partnerships.scenarios.read import read_scenario
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.model import MemberView, PartnershipView, UnnamedView

DATA = Path(__file__).resolve().parents[2] / "data"


def member(urn, distance, authority=""):
    role = "centre" if urn == "0" else "member"
    return MemberView(
        urn=urn, name=f"S {urn}", role=role, distance_m=distance, bearing="", also_in=(), authority=authority
    )


def partnership(*members, unnamed=0):
    others = (UnnamedView(text="others", count=unnamed, place=""),) if unnamed else ()
    return PartnershipView(
        number=1, name="P", type="loose", status="draft", strand="area", colour=0, centre="0", members=members,
        unnamed=others, size=len(members) + unnamed, leaders=(), districts=(), mean_distance_m=None,
        max_distance_m=None, furthest_pair=None, area=None,
    )  # fmt: skip


@given(st.lists(st.one_of(st.none(), st.floats(1_000, 9_000)), max_size=9), st.sampled_from([0, 1, 2, 1000]))
def test_a_mean_says_of_how_many_schools_it_is_made_and_leaves_the_centre_out(distances, unnamed) -> None:
    members = [member("0", 0.0), *(member(str(n), d) for n, d in enumerate(distances, start=1))]
    told = reach(partnership(*members, unnamed=unnamed))
    known = [d for d in distances if d is not None]
    others = len(distances) + unnamed
    if not known:
        assert told == ""
        return
    assert f"{sum(known) / len(known) / 1000:,.1f}" in told
    assert ("whose distance is known" in told) == (len(known) < others)
    assert f"The {len(known)} of the {others:,} other schools" in told or len(known) == others
    assert (" lie " in told) == (len(known) > 1)


def test_one_other_school_has_no_average() -> None:
    assert reach(partnership(member("0", 0.0), member("1", 500.0))) == (
        "The other school lies 500\u00a0m from the centre school."
    )


def test_sizes_that_count_a_school_twice_or_without_a_name_are_explained() -> None:
    one, two = partnership(member("0", 0.0), member("1", 1.0), unnamed=2), partnership(member("1", 1.0))

    @dataclasses.dataclass
    class Some:
        partnerships: tuple[PartnershipView, ...]

    assert sum_of_sizes(Some((one, two))) == (
        "The sizes add up to 5. They count 2 named schools, of which 1 is in more than one partnership, and 2 that the "
        "source does not name."
    )
    assert sum_of_sizes(Some((partnership(member("0", 0.0)),))) == ""


def test_authorities_are_told_of_the_schools_that_have_one() -> None:
    here, there = member("0", 0.0, "Barnet"), member("1", 1.0, "Brent")
    assert whose_authority(partnership(here, there)) == "Its schools are"
    told = whose_authority(partnership(here, there, unnamed=8))
    assert told == "The 2 of its 10 schools whose authority is known are"
    assert of_named(partnership(here, there)) == ""
    assert of_named(partnership(here, unnamed=8)) == " (of its 1 named school)"


@pytest.fixture(scope="module")
def draft(tmp_path_factory):
    view = view_of(plan(read_problem(DATA), read_scenario("barnet-draft", DATA / "scenarios")), scenario="barnet-draft")
    folder = tmp_path_factory.mktemp("draft")
    write_pages(view, folder)
    return view, folder


def test_the_trusts_page_says_what_it_knows_of_five_of_thirteen_schools(draft) -> None:
    page = (draft[1] / "partnerships" / "15.html").read_text(encoding="utf-8")
    assert "partnership of 13 schools" in page
    assert "The 4 of the 12 other schools whose distance is known lie on average" in page
    assert "The 5 of its 13 schools whose authority is known are in 3 authorities:" in page
    assert "(of its 5 named schools)" in page


def test_the_index_explains_why_108_schools_make_117(draft) -> None:
    page = (draft[1] / "index.html").read_text(encoding="utf-8")
    assert "<b>108</b> named schools in the partnerships" in page
    assert sum_of_sizes(draft[0]) in page
    assert "The sizes add up to 117. They count 108 named schools, of which 1 is in more than one partnership" in page
    assert "12 in an alliance only and 7 in neither" in page
    assert "(of 5 of 13)" in page
    notes = {figure.label: figure.note for figure in draft[0].headline}
    assert notes["Schools"] == "named, counted once each; 8 more are not named"
    assert notes["Mean distance, all partnerships"] == "of the 109 of 117 places with a known distance"
