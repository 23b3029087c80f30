"""Encodings: the same text whatever the bytes, or a refusal."""

import codecs
import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.intake.formats import normalise as folding
from geo_partnerships.intake.formats.encoding import decode
from geo_partnerships.intake.formats.findings_log import Noticed, shown
from geo_partnerships.intake.postcodes import format as postcodes
from geo_partnerships.intake.schools import names

PRINTABLE = st.characters(exclude_categories=["Cs", "Cc"])
COLUMNS = "responder_urn,on_behalf_of,channel,existing,wanted,wanted_type\n"


@settings(deadline=None)
@given(st.text(PRINTABLE))
def test_marked_text_comes_back_whole(text):
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ):
        noticed = Noticed("file.csv")
        assert decode(mark + text.encode(encoding), noticed) == text
        assert not noticed


@settings(deadline=None)
@given(st.text(PRINTABLE))
def test_unmarked_utf8_comes_back_whole(text):
    assert decode(text.encode(), Noticed("file.csv")) == text


@settings(deadline=None)
@given(st.text("abcdefghij,;\"' 0123456789éèü£–’", max_size=60))
def test_a_table_in_utf16_without_a_mark_comes_back_whole(text):
    for encoding in ("utf-16-le", "utf-16-be"):
        assert decode((COLUMNS + text).encode(encoding), Noticed("file.csv")) == COLUMNS + text


@settings(deadline=None)
@given(st.text("abcdéèü ", max_size=60))
def test_windows_1252_is_told(text):
    data = f"{COLUMNS}é{text}\n".encode("cp1252")
    noticed = Noticed("file.csv")
    assert decode(data, noticed) == f"{COLUMNS}é{text}\n"
    assert [finding.code for finding in noticed.findings] == ["text-windows-1252"]


def test_a_name_spoilt_before_it_was_published_does_not_spoil_the_register():
    data = "Café School\nChildrenâ€™s Centre\n".encode("cp1252") + b"\x81\n"
    assert decode(data, Noticed("file.csv")) is None
    noticed = Noticed("register.csv")
    assert decode(data, noticed, published_as_1252=True) == "Café School\nChildrenâ€™s Centre\n\ufffd\n"
    assert [finding.code for finding in noticed.findings] == ["text-undefined-bytes", "text-windows-1252"]


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_an_error(data):
    noticed = Noticed("file.csv")
    text = decode(data, noticed)
    assert (text is None) == noticed.has_errors


@given(st.text() | st.integers() | st.lists(st.text()) | st.none() | st.floats())
def test_shown_values_are_short_and_printable(value):
    assert len(shown(value)) <= 63
    assert shown(value).isprintable()


@pytest.mark.parametrize("module", [folding, names, postcodes], ids=lambda module: module.__name__)
def test_examples_in_docstrings(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
