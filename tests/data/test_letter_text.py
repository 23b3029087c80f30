"""The letter as data says what the letter says: every change of either is seen."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.data.letter_text import differences, text_of_letter

LETTER = Path(__file__).resolve().parents[2] / "data" / "letter-2015.toml"
STRUCTURED_ENDS = (
    " This may involve an executive board of headteachers, with roles allocated to different heads according to their "
    "strengths, experience etc."
)
SCOPE_ENDS = " as a basis for discussion and agreement with schools"
CHANGES = {
    "a reworded rationale": ("schools should be driving improvement", "schools should drive improvement"),
    "a cut from the rationale": (" and to improve continuously.", "."),
    "a statement of the rationale left out": ('[[rationale]]\ntext = "The way forward', '[[dropped]]\ntext = "The way'),
    "a cut from the type structured": (" an executive board of headteachers, with roles", " roles"),
    "the end of the type structured": (STRUCTURED_ENDS, ""),
    "the end of the type hard": (" – e.g., school federations, multi-academy trusts or academy chains.", ""),
    "another order of types": ("rank = 2", "rank = 4"),
    "a changed label": ('label = "Whetstone and Totteridge Area"', 'label = "Whetstone Area"'),
    "a label of another partnership": ('label = "Finchley Area"', 'label = "Hendon Area"'),
    "a label without its slip": ('label = "Colindale /Edgware', 'label = "Colindale/Edgware'),
    "the Board's scope": (SCOPE_ENDS, ""),
    "the Board's date": ('date = "2014-12-15"\nscope', 'date = "2014-12-16"\nscope'),
    "the Board's name": ('body = "Schools Standards', 'body = "School Standards'),
    "the Board's heads": ("count = 6", "count = 7"),
    "the Board's officers": ("count = 4", "count = 3"),
    "the phases of the Board's heads": ("special and PRU)", "and special)"),
    "the audience of the Director's Meeting": ('audience = "primary headteachers"', 'audience = "headteachers"'),
    "the audience of the later meeting": ('audience = "secondary headteachers"', 'audience = "primary headteachers"'),
    "the audience of the Network Meetings": ('status = "fixed"\naudience = "headteachers"',
                                             'status = "fixed"\naudience = "secondary headteachers"'),
    "the date of the Director's Meeting": ('date = "2015-01-15"', 'date = "2015-01-22"'),
    "the hours of the first meetings": ('to = "12:30"', 'to = "12:00"'),
    "the first meetings as fixed": ('status = "suggested"', 'status = "fixed"'),
    "the end of January": ('month = "2015-01"', 'month = "2015-02"'),
    "the target": ('target = "2015-04"', 'target = "2015-09"'),
    "the number of answers": ("direct = 49", "direct = 48"),
    "a basis reworded": ("would welcome working", "would like working"),
    "a basis of another number": ("number = 2\nkind", "number = 3\nkind"),
    "a member left out": ('    { text = "Osidge", urn = "101356" },\n', ""),
    "a member moved up": ('    { text = "Northway", urn = "101395" },\n    { text = "Oakleigh", urn = "101396" },\n',
                          '    { text = "Oakleigh", urn = "101396" },\n    { text = "Northway", urn = "101395" },\n'),
    "a mark left out": (', marks = ["LLE"]', ""),
    "a second membership left out": (", also_in = [8]", ""),
    "a borough changed": ('borough = "Hammersmith"', 'borough = "Hounslow"'),
    "a slip mended": ("All. Saint’s N20", "All Saints’ N20"),
    "a hard partnership made loose": ('number = 15\ntype = "hard"', 'number = 15\ntype = "loose"'),
    "the stated size of an alliance": ("stated_size = 19", "stated_size = 23"),
    "an alliance in consultation made to stand": ('status = "consultation"', 'status = "standing"'),
}  # fmt: skip


@pytest.fixture(scope="module")
def text() -> str:
    return text_of_letter()


def test_the_data_say_what_the_letter_says_part_by_part(text: str) -> None:
    assert differences(tomllib.loads(LETTER.read_text(encoding="utf-8")), text) == []


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_a_change_of_the_data_is_seen(tmp_path: Path, text: str, change: str) -> None:
    old, new = CHANGES[change]
    content = LETTER.read_text(encoding="utf-8")
    assert old in content, "the data no longer have what this changes"
    copy = tmp_path / LETTER.name
    copy.write_text(content.replace(old, new, 1), encoding="utf-8")
    assert differences(tomllib.loads(copy.read_text(encoding="utf-8")), text)


def test_no_person_is_named_in_the_text(text: str) -> None:
    assert "as well as [three officers, by name] and myself" in text
