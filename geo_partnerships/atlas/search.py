"""A search index in small scripts, so that a plain folder of files can be searched.

Every word of a school's name, its postcode district and its key lead to the school. Words with one beginning share a
script; where those are too many for one, longer beginnings have scripts of their own, and the shorter one keeps the
first few, for whoever has typed no more yet.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from geo_partnerships.atlas.packing import rows_of
from geo_partnerships.atlas.schema import FoundSchool, Shard
from geo_partnerships.intake.formats.normalise import folded
from geo_partnerships.intake.postcodes.format import district_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SHORTEST = 2
"""Letters that are typed before anything is looked up."""
MOST_ROWS = 600
"""Schools in one script, where longer beginnings can take the rest; about 40 KB."""
FIRST_FEW = 40
LONGEST = 8
COMMON = frozenset(
    (
        *("school", "schools", "primary", "secondary", "academy", "the", "of", "and", "for", "in", "at", "a", "st"),
        *("ce", "cofe", "church", "england", "c", "e", "rc", "catholic", "roman", "junior", "infant", "infants"),
        *("nursery", "high", "community", "college", "va", "vc", "aided", "voluntary", "controlled", "special"),
    )
)
"""Words that tell too few schools apart to be looked up by; they still narrow what another word finds."""


def shards(records: Sequence[dict[str, Any]]) -> tuple[dict[str, int], list[Shard]]:
    """Return the number of the script for each beginning of a word, and the scripts.

    A script says how many schools its beginning has, and lists them, or the first few.
    """
    rows: list[FoundSchool] = []
    by_word: dict[str, list[int]] = defaultdict(list)
    for number, record in enumerate(records):
        for row, words in _rows(record, number):
            for word in sorted(words):
                by_word[word].append(len(rows))
            rows.append(row)
    found = {word: at for word, at in by_word.items() if len(word) >= SHORTEST and word not in COMMON}
    index: dict[str, int] = {}
    scripts: list[Shard] = []
    grouped: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for word, at in found.items():
        grouped[word[:SHORTEST]][word] = at
    for beginning, words_ in sorted(grouped.items()):
        _divide(beginning, words_, rows, index, scripts)
    return index, scripts


def _divide(
    beginning: str,
    words: dict[str, list[int]],
    rows: Sequence[FoundSchool],
    index: dict[str, int],
    scripts: list[Shard],
) -> None:
    """Give a beginning its script; where it has too many schools, give longer beginnings theirs as well."""

    def in_order(found: Iterable[int]) -> list[int]:
        return sorted(set(found), key=lambda at: (rows[at].name, rows[at].authority, rows[at].page))

    schools = in_order(at for found in words.values() for at in found)
    whole = len(schools) <= MOST_ROWS or len(beginning) >= LONGEST
    if beginning in words and not whole:  # a word of its own: whoever typed all of it wants these
        listed = in_order(words[beginning])
    else:
        listed = schools if whole else schools[:FIRST_FEW]
    index[beginning] = len(scripts)
    scripts.append(Shard(len(schools), [rows[at] for at in listed]))
    if not whole:
        longer: dict[str, dict[str, list[int]]] = defaultdict(dict)
        for word, found in words.items():
            if len(word) > len(beginning):
                longer[word[: len(beginning) + 1]][word] = found
        for start, inside in sorted(longer.items()):
            _divide(start, inside, rows, index, scripts)


def _rows(record: dict[str, Any], authority: int) -> Iterator[tuple[FoundSchool, set[str]]]:
    numbers = [number for number, *_, rows in record["groups"] for _ in rows] + [0] * len(record["rest"])
    for number, (urn, name, phase, postcode, stem, *_) in zip(numbers, rows_of(record), strict=True):
        detail = " · ".join(filter(None, (phase, postcode)))
        words = set(f"{folded(name)} {district_of(postcode).lower()} {folded(urn)}".split())
        yield FoundSchool(name, detail, authority, number, stem), words
