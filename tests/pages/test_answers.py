"""A head's page begins with four answers, in plain words; what is found leads there from every page."""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pytest

from geo_partnerships.pages import Assets
from geo_partnerships.pages.index import index_of
from geo_partnerships.pages.scene import Scene
from geo_partnerships.pages.schema import FoundSchool
from geo_partnerships.pages.site import Site

with warnings.catch_warnings():  # it asks its own installer for its version
    warnings.simplefilter("ignore")
    import textstat

if TYPE_CHECKING:
    from geo_partnerships.views.model import View

QUESTIONS = ["Who is with us?", "Who leads?", "When and where do we meet first?", "Is this wrong for us?"]
GRADE_OF_TWELVE = 7
"""Children of twelve read texts of this grade, five less than their age."""
MEMBER = "101285"


def text_of(html: str) -> str:
    """Return what a part of a page says, blocks ended like sentences."""
    ended = re.sub(r"</(?:p|dd|dt|li|h\d)>", ". ", html)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", ended)))


def answers_of(page: str) -> dict[str, str]:
    block = page.partition('<dl class="facts answers">')[2].partition("</dl>")[0]
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", block, re.DOTALL)
    return {question: text_of(re.sub(r"<span hidden>.*?</span>", "", answer)) for question, answer in pairs}


@pytest.fixture(scope="module")
def pages(sample_view: View) -> Site:
    return Site(sample_view, Assets.INLINE)


def test_a_schools_page_begins_with_the_four_answers(sample_view: View, pages: Site) -> None:
    page = pages.school(MEMBER)
    found = answers_of(page)
    assert list(found) == QUESTIONS
    assert page.index("answers") < page.index("<section")
    partnership = sample_view.partnership(6)
    others = [m.name for m in partnership.members if m.urn != MEMBER]
    assert sum(name.replace("'", "’") in found[QUESTIONS[0]].replace("'", "’") for name in others) >= 4
    assert "between us" in found[QUESTIONS[1]]
    assert "5 February 2015" in found[QUESTIONS[2]] or "2015-02-05" in found[QUESTIONS[2]]
    assert "No place is set yet" in found[QUESTIONS[2]]
    assert sample_view.contact in found[QUESTIONS[3]]
    assert sample_view.reply_by in found[QUESTIONS[3]]


def test_a_school_in_no_partnership_has_its_answers_too(sample_view: View, pages: Site) -> None:
    school = next(s for s in sample_view.schools if not s.partnerships)
    found = answers_of(pages.school(school.urn))
    assert list(found) == QUESTIONS
    own = f"{school.name} {school.uncovered.removeprefix('it ')}"
    assert found[QUESTIONS[0]] == f"We are in none of the partnerships. {own}."


def test_a_day_that_is_past_makes_room_for_words_that_say_so(pages: Site) -> None:
    page = pages.school(MEMBER)
    assert re.search(r'<span data-until="2015-02-05">[^<]+</span><span hidden>That day, [^<]+, is past\.</span>', page)


@pytest.mark.parametrize("audience", ["sample_view", "officers_sample"])
def test_no_word_of_the_solver_is_on_the_pages_of_heads(audience: str, request: pytest.FixtureRequest) -> None:
    view = replace(request.getfixturevalue(audience), promise="No plan that keeps these promises is shorter.")
    site = Site(view, Assets.INLINE)
    for page in (site.index(), site.school(MEMBER)):
        main = text_of(page.partition("<main")[2].partition("</main>")[0])
        assert not re.search(r"\bgap\b|objective|met: \d+ of \d+|lower bound|proven", main, re.IGNORECASE)
        assert "No plan that keeps these promises is shorter." in main
    assert 'report.html#method">' in site.index()


def test_heads_of_whatever_schooling_can_read_their_pages(sample_view: View, pages: Site) -> None:
    names = sorted({s.name for s in sample_view.schools} | {p.name for p in sample_view.partnerships}, key=len)
    school, index = pages.school(MEMBER), pages.index()
    opening = index.partition('<ul class="tiles">')[2].partition("</div>")[0]
    section = school.partition("<section")[2].partition("<table")[0]
    answers = ". ".join(f"{question} {answer}" for question, answer in answers_of(school).items())
    for text in (answers, text_of(f"<p{section}"), text_of(opening)):
        for name in reversed(names):
            text = text.replace(name, "Oak")  # noqa: PLW2901 - a name is no hard word to whose school it is
        assert textstat.flesch_kincaid_grade(text) <= GRADE_OF_TWELVE, text


def test_schools_are_listed_from_us_and_numbered_as_on_the_map(pages: Site) -> None:
    page = pages.school(MEMBER)
    rows = re.findall(r'<tr(?: class="chosen")?><th scope="row">(.*?)</th><td>[^<]*</td><td>([^<]*)</td>', page)
    assert "this school" in rows[0][0]
    far = [float(m[1].replace(",", "")) * (1000 if m[2] == "km" else 1)
           for _, words in rows[1:] if (m := re.match(r"([\d.,]+)\s(km|m)", words))]  # fmt: skip
    assert far == sorted(far)
    assert len(far) == len(rows) - 1
    drawn = re.search(r"<svg.*?</svg>", page, re.DOTALL)[0]
    pins = re.findall(r'<text x="([\d.]+)"[^>]*>(\d+)</text>', drawn)
    assert {number for _, number in pins} >= {str(n) for n in range(1, len(rows) + 1)}
    assert (re.search(r'<circle cx="([\d.]+)"', drawn)[1], "1") in pins


def test_the_drawing_numbers_members_and_rings_the_school_whose_page_it_is(sample_view: View, pages: Site) -> None:
    partnership = sample_view.partnership(6)
    drawn = re.search(r"<svg.*?</svg>", pages.partnership(5), re.DOTALL)[0]
    for number in range(1, len(partnership.members) + 1):
        assert f">{number}</text>" in drawn
    assert "<circle" not in drawn
    assert pages.school(MEMBER).count("<circle cx=") == 1


def test_a_school_is_found_by_its_names_key_and_postcode_and_a_place_by_its_partnership(sample_view: View) -> None:
    first = replace(sample_view.schools[0], aliases=("The Old Mill", sample_view.schools[0].name))
    place = ("Millbrook", first.easting or 0.0, first.northing or 0.0)
    far = ("Nowhere", 1_000.0, 1_000.0)
    view = replace(
        sample_view,
        schools=(first, *sample_view.schools[1:]),
        context=replace(sample_view.context, localities=(place, far)),
    )
    found = index_of(Scene(view))
    school = next(FoundSchool(*row) for row in found["schools"] if row[1] == first.name)
    assert (school.urn, school.place) == (first.urn, first.postcode)
    assert {"old", "mill"} <= set(str(school.aliases).split())
    assert dict(found["places"])["Millbrook"] == first.partnerships[0]
    assert "Nowhere" not in dict(found["places"])


def test_every_kind_of_page_has_the_search_and_finds_every_school(sample_view: View, pages: Site) -> None:
    shared = Site(sample_view, Assets.SHARED)
    for site in (pages, shared):
        for page in (site.index(), site.report(), site.partnership(0), site.school(MEMBER)):
            assert 'id="search"' in page
            assert 'id="page_data"' in page
    assert 'window.geoIndex={"schools":[' in dict(shared.shared_files())["assets/entries.js"]
    found = json.loads(re.search(r'id="page_data">(.*?)</script>', pages.report(), re.DOTALL)[1])
    assert {school.name for school in sample_view.schools} <= {row[1] for row in found["search"]["schools"]}
