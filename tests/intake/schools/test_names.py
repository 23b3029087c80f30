"""Names as people type them: the right school first, and never merged on its own."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.intake.formats.findings_log import Noticed
from geo_partnerships.intake.schools import names
from geo_partnerships.intake.schools.names import NameIndex, read_names, to_confirm, with_confirmed
from geo_partnerships.intake.schools.read import read_schools
from geo_partnerships.model import School

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "data" / "schools.geojson"
SCHOOLS = read_schools(DATA.read_bytes(), Noticed("schools.geojson"))
INDEX = NameIndex(SCHOOLS.values())


def misspellings():
    with (HERE / "misspellings.csv").open(encoding="utf-8", newline="") as opened:
        return [(row["written"], row["urn"]) for row in csv.DictReader(opened)]


def test_misspellings_find_their_school_first_and_merge_with_no_other():
    table = misspellings()
    assert len(table) >= 200
    first = [text for text, urn in table if (ranked := INDEX.ranked(text)) and ranked[0].urn == urn]
    assert len(first) / len(table) >= 0.95, sorted({text for text, _ in table} - set(first))
    assert all(INDEX.exact(text) in ((), (urn,)) for text, urn in table)


@pytest.mark.parametrize(
    ("text", "urn"),
    [
        ("St Mary's EN4", "101324"),
        ("ST. MARY’S N3", "101323"),
        ("St Marys High", "101360"),
        ("St Mary's & St John's", "103119"),
        ("Saint John's N20", "101321"),
        ("Northside", "101296"),
        ("Northgate School", "133749"),
        ("Northway School", "101395"),
        ("Menorah Primary", "101341"),
        ("Menorah Foundation", "131359"),
        ("Christ Church", "101316"),
        ("Christ's College", "137388"),
        ("All Saints N20", "101329"),
    ],
)
def test_the_letters_traps_reach_their_own_school(text, urn):
    assert INDEX.exact(text) == (urn,)


@pytest.mark.parametrize(
    "text",
    ["St Mary's", "St John's", "St Paul's", "All Saints", "Menorah", "Christ", "Moss Hall", "Dollis", "Queenswell",
     "London Academy/Deansbrook Juniors", "Annunciation", "Queen Elizabeth's", "Barnet", "School", ""],
)  # fmt: skip
def test_half_a_name_reaches_no_school_by_itself(text):
    assert INDEX.exact(text) == ()


@pytest.mark.parametrize(
    ("text", "urns"),
    [
        ("St Marys", {"101323", "101324", "101360", "103119"}),
        ("London Academy/Deansbrook Juniors", {"134798", "139489"}),
        ("Menorah", {"101341", "131359"}),
        ("Moss Hall", {"101253", "101294", "101295"}),
    ],
)
def test_every_school_that_half_a_name_may_mean_is_suggested(text, urns):
    assert urns <= {suggestion.urn for suggestion in INDEX.ranked(text)}


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_reaches_at_most_the_bearers_of_that_name(text):
    for urn in INDEX.exact(text):
        names = (SCHOOLS[urn].name, *SCHOOLS[urn].aliases)
        assert any(INDEX.exact(name) == INDEX.exact(text) for name in names)
    scores = [suggestion.score for suggestion in INDEX.ranked(text)]
    assert scores == sorted(scores, reverse=True)


@given(st.sampled_from(sorted(SCHOOLS)), st.sampled_from(sorted(SCHOOLS)))
def test_two_schools_are_never_merged(one, other):
    if one != other:
        assert INDEX.exact(SCHOOLS[one].name) != INDEX.exact(SCHOOLS[other].name)


def test_what_a_person_confirmed_counts_and_nothing_else():
    noticed = Noticed("names.csv")
    confirmed = read_names(b"written,urn\nThe one by the park,101264\nSt Marys,\n", SCHOOLS, noticed)
    index = NameIndex(SCHOOLS.values(), confirmed)
    assert index.confirmed_as("the one BY the park") == "101264"
    assert index.confirmed_as("St Marys") == ""
    assert not noticed.has_errors


def test_confirmations_that_disagree_are_errors():
    noticed = Noticed("names.csv")
    read_names(b"written,urn\nSt Marys,101323\nst mary's,101324\nThe Hyde,999999\n", SCHOOLS, noticed)
    assert [(f.code, f.row) for f in noticed.findings] == [
        ("names-confirmed-twice", 3),
        ("names-unknown-school", 4),
    ]


def test_the_list_to_confirm_leaves_the_key_to_a_person():
    rows = list(csv.DictReader(to_confirm(["Wessex Gdns", "Northside", "Wessex Gdns"], INDEX).splitlines()))
    assert [(row["written"], row["urn"]) for row in rows] == [("Wessex Gdns", "")]
    assert rows[0]["suggestion_1"] == "131617 Wessex Gardens Primary School"


def test_among_very_many_schools_the_same_one_is_suggested_and_those_of_the_district_named(monkeypatch) -> None:
    trees = ("Oak", "Beech", "Alder", "Hazel", "Rowan", "Maple", "Aspen", "Holly", "Cedar", "Larch")
    schools = [
        School(urn=str(100_000 + at), name=f"{trees[at // 10]}{trees[at % 10].lower()} Primary School",
               district="N20" if at == 99 else "N1")
        for at in range(100)
    ]  # fmt: skip
    index = NameIndex(schools)
    typed = ("Beechoak primry", "rowanmaple", "Larchlarch School N1", "Oakoak (N20)")
    near = [index.ranked(text) for text in typed]
    monkeypatch.setattr(names, "LOOKED_AT", 20)
    far = [index.ranked(text) for text in typed]
    assert [found[0] for found in far] == [found[0] for found in near]
    assert [found[0].urn for found in far[:2]] == ["100010", "100045"]
    assert len(index._likely(("oakoak",), "")) == 20
    assert {c.school.urn for c in index._likely(("oakoak",), "N20")} >= {"100000", "100099"}


def test_what_a_person_says_of_names_goes_after_what_stands_there_and_in_the_place_of_the_same_name():
    kept = b"written,urn\nWessex Gdns,1\nThe Other,none\nnot filled in,\n"
    rows = list(csv.DictReader(with_confirmed(kept, {"wessex  gdns": "2", "New": "3"}).splitlines()))
    assert [(row["written"], row["urn"]) for row in rows] == [
        ("The Other", "none"),
        ("wessex  gdns", "2"),
        ("New", "3"),
    ]
