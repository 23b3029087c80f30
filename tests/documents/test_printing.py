"""A page becomes a PDF by a browser that is there: the same bytes twice, and told in words where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from geo_partnerships.documents.printing import browser_found, printed
from geo_partnerships.errors import UsageError
from geo_partnerships.pages.booklet import booklet_of

if TYPE_CHECKING:
    from geo_partnerships.views.model import View

PAGES = b"/Type /Page\n"


@pytest.mark.browser
def test_a_booklet_has_a_cover_and_a_sheet_for_each_partnership_and_the_same_bytes_twice(sample_view: View) -> None:
    page = booklet_of(sample_view)
    first = printed(page, browser_found())
    assert first.count(PAGES) == 1 + len(sample_view.partnerships)
    assert printed(page, browser_found()) == first
    assert b"file://" not in first


def test_a_booklet_names_every_school_and_partnership_and_leads_nowhere(sample_view: View) -> None:
    page = booklet_of(sample_view)
    for partnership in sample_view.partnerships:
        assert f"<b>{partnership.name.replace('&', '&amp;')}</b>" in page
    assert page.count('<th scope="row">') >= sum(len(p.members) for p in sample_view.partnerships)
    assert '<a href="' not in page.replace('<a class="skip" href="#main">', "")
    assert "<script>" in page  # that scripts run, and nothing else
    assert page.count("<script>") == 1


def test_a_browser_that_is_not_there_is_told_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"That browser is not there.*--html"):
        browser_found("no-such-browser")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match=r"No browser that prints was found.*--browser"):
        browser_found()


def test_what_makes_no_pdf_is_told() -> None:
    with pytest.raises(UsageError, match="true made no PDF"):
        printed("<p>page</p>", browser_found("true"))
    with pytest.raises(UsageError, match="did not print"):
        printed("<p>page</p>", "/no/such/browser")
