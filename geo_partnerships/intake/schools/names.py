"""Names as people type them: matched exactly or suggested, never merged on their own.

A text reaches a school by itself only where it is the school's URN, its name or one of its aliases, and no other
school's; anything less is a suggestion, which a person confirms in ``names.csv``.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from geo_partnerships.intake.formats.findings_log import Noticed, shown
from geo_partnerships.intake.formats.header import Layout
from geo_partnerships.intake.formats.normalise import folded
from geo_partnerships.intake.formats.tables import read_csv
from geo_partnerships.intake.postcodes.format import DISTRICT
from geo_partnerships.limits import JOINED_WORDS, LISTED_TEXTS, NAME_CHARACTERS, NAME_WORDS, SUGGESTED_TEXTS
from geo_partnerships.model import successors_among
from geo_partnerships.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo_partnerships.model import School

SUGGESTED = 5
LEAST_SCORE = 40.0
NO_SCHOOL = "none"
"""What a person writes in the place of a key where a text means no school here."""
NO_SCHOOL_WORDS = frozenset({NO_SCHOOL, "no such school", "no school", "nobody", "not a school"})
LOOKED_AT = 400
ALIKE = 0.78  # words less alike than this count as different words
_SHORT_FORMS = {
    "sch": "school", "schl": "school", "scl": "school", "schools": "school", "shcool": "school",
    "prim": "primary", "pri": "primary", "ps": "primary", "jmi": "primary", "jm": "primary", "jmin": "primary",
    "inf": "infant", "infants": "infant", "infs": "infant", "infts": "infant",
    "jun": "junior", "jnr": "junior", "jr": "junior", "juniors": "junior", "jrs": "junior",
    "nurs": "nursery", "nsy": "nursery", "nursary": "nursery",
    "sec": "secondary", "secondry": "secondary", "hs": "high",
    "coll": "college", "col": "college", "acad": "academy", "ac": "academy",
    "rc": "catholic", "roman": "", "cath": "catholic",
    "ce": "cofe", "coe": "cofe", "c": "", "e": "cofe", "church": "church",
    "gdns": "gardens", "gdn": "gardens", "rd": "road", "ave": "avenue", "av": "avenue", "pk": "park", "ln": "lane",
    "ind": "independent", "bp": "bishop", "found": "foundation", "fdn": "foundation",
    "n": "and", "snt": "st", "sts": "st",
}  # fmt: skip
_LETTERS = re.compile(r"\b\w(?: \w)+\b")
_PHRASES = ((re.compile(r"\bc of e\b|\bchurch of england\b"), "cofe"), (re.compile(r"\bst ?(?=mary|john)"), "st "))
# Words that many names share, and that people leave out or put in.
_LIGHT = {
    "school": 0.05, "the": 0.05, "and": 0.1, "of": 0.05, "primary": 0.25, "secondary": 0.3, "academy": 0.3,
    "cofe": 0.3, "catholic": 0.3, "st": 0.35, "ltd": 0.05, "jewish": 0.5, "day": 0.5, "high": 0.5, "college": 0.6,
    "foundation": 0.8,
}  # fmt: skip
_STAGES = {
    "infant": Phase.INFANT,
    "junior": Phase.JUNIOR,
    "nursery": Phase.NURSERY,
    "primary": Phase.PRIMARY,
    "secondary": Phase.SECONDARY,
    "high": Phase.SECONDARY,
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A school that may be meant, and how alike the names are (0 to 100)."""

    urn: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class UnsureName:
    """A text in the place of a school, of which no person has said what it means.

    Parameters
    ----------
    read_as
        Key of the one school that bears it as a name or an alias; empty where it reaches none by itself.
    suggestions
        Schools that may be meant, the likeliest first.
    """

    written: str
    read_as: str
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    school: School
    words: tuple[str, ...]


class NameIndex:
    """The schools' names and aliases.

    Parameters
    ----------
    confirmed
        Keys that a person confirmed, by the folded text that was typed.
    """

    def __init__(self, schools: Iterable[School], confirmed: Mapping[str, str] | None = None) -> None:
        self.schools = {school.urn: school for school in schools}
        self.confirmed = dict(confirmed or {})
        self._keys: dict[str, set[str]] = defaultdict(set)
        self._successors = successors_among(self.schools.values())
        self._candidates: list[_Candidate] = []
        for school in self.schools.values():
            for name in dict.fromkeys((school.name, *school.aliases, *filter(None, [school.reference]))):
                self._keys[folded(name)].add(school.urn)
                self._candidates.append(_Candidate(school, words_of(name)))
        self._spelt = [" ".join(candidate.words) for candidate in self._candidates]
        frequency = Counter(word for candidate in self._candidates for word in set(candidate.words))
        self._weight = {
            word: _LIGHT.get(word, 1.0) * (1 + math.log(len(self._candidates) / count))
            for word, count in frequency.items()
        }
        self._suggested: dict[str, tuple[Suggestion, ...]] = {}
        self._unknown = 1 + math.log(max(len(self._candidates), 1))

    def exact(self, name: str) -> tuple[str, ...]:
        """Return the keys of the schools that bear `name` as a name or an alias, in order."""
        return tuple(sorted(self._keys.get(folded(name), ())))

    def confirmed_as(self, text: str) -> str:
        """Return the key that a person confirmed for `text`; "" where nobody did."""
        return self.confirmed.get(folded(text), "")

    def meant(self, text: str) -> tuple[str, ...]:
        """Return the key that `text` is, that a person confirmed for it, or those of the schools that bear it."""
        confirmed = self.confirmed_as(text)
        return (text,) if text in self.schools else (confirmed,) if confirmed in self.schools else self.exact(text)

    def is_known(self, text: str) -> bool:
        """Say whether a text is a key, one school's name, or a person confirmed what it means."""
        if text in self.schools:
            return True
        plain = folded(text)
        return plain in self.confirmed or len(self._keys.get(plain, ())) == 1

    def parted(self, text: str) -> list[str]:
        """Return the texts in a list that a form has joined by ", ", which also stands in names.

        Only where every part is a school it parts.
        """
        parts = [part.strip() for part in text.split(", ")]
        return parts if len(parts) > 1 and not self.is_known(text) and all(map(self.is_known, parts)) else [text]

    def successors(self, urn: str) -> tuple[str, ...]:
        """Return the keys of the schools that took the place of the school `urn`, in order."""
        return self._successors.get(urn, ())

    def ranked(self, text: str, most: int = SUGGESTED) -> tuple[Suggestion, ...]:
        """Return the schools whose names are most alike `text`, the likeliest first; ties by key.

        Of a text that is longer than any name, a sentence say, the beginning is compared.
        """
        words = words_of(text[:NAME_CHARACTERS])[:NAME_WORDS]
        district = next((word.upper() for word in words if DISTRICT.fullmatch(word.upper())), "")
        stage = next((_STAGES[word] for word in words if word in _STAGES), None)
        best: dict[str, float] = {}
        readings = _readings(words)
        for candidate in self._likely(words, district):
            alike = max(self._alike(_spelt_out(one, candidate.words), candidate.words) for one in readings)
            score = alike + _bonus(candidate.school, district, stage)
            best[candidate.school.urn] = max(score, best.get(candidate.school.urn, 0.0))
        order = sorted(best, key=lambda urn: (-best[urn], urn))
        return tuple(
            Suggestion(urn, self.schools[urn].name, round(min(best[urn], 100.0), 1))
            for urn in order[:most]
            if best[urn] >= LEAST_SCORE
        )

    def suggested(self, text: str) -> tuple[Suggestion, ...]:
        """Return what `ranked` does, for the first `SUGGESTED_TEXTS` different texts; for any other, nothing.

        So many findings nobody reads to the end, and for the rest there is ``names.csv``.
        """
        if text not in self._suggested and len(self._suggested) < SUGGESTED_TEXTS:
            self._suggested[text] = self.ranked(text)
        return self._suggested.get(text, ())

    def _likely(self, words: tuple[str, ...], district: str) -> list[_Candidate]:
        """Return the candidates worth a close look: all of them, or of very many those that look alike at a glance."""
        if len(self._candidates) <= LOOKED_AT:
            return self._candidates
        glance = process.extract(" ".join(words), self._spelt, scorer=fuzz.WRatio, limit=LOOKED_AT)
        chosen = {position for _, _, position in glance}
        return [
            candidate
            for at, candidate in enumerate(self._candidates)
            if at in chosen or (district and candidate.school.district == district)
        ]

    def _alike(self, one: tuple[str, ...], other: tuple[str, ...]) -> float:
        """Return how alike two names are: the weight of words they share, loosely, and of all letters in a row."""
        if not one or not other:
            return 0.0
        shared = self._covered(one, other) + self._covered(other, one)
        total = sum(map(self._word_weight, one)) + sum(map(self._word_weight, other))
        letters = fuzz.ratio("".join(_heavy(one)), "".join(_heavy(other)))
        return 65.0 * shared / total + 0.35 * letters if total else 0.0

    def _covered(self, one: tuple[str, ...], other: tuple[str, ...]) -> float:
        covered = 0.0
        for word in one:
            likeness = max(_word_likeness(word, second) for second in other)
            covered += self._word_weight(word) * (likeness if likeness >= ALIKE else 0.0)
        return covered

    def _word_weight(self, word: str) -> float:
        return self._weight.get(word, _LIGHT.get(word, 1.0) * self._unknown * 0.8)


def _readings(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return `words`, and what they are with any two neighbours written as one ("Wood Ridge")."""
    if len(words) > JOINED_WORDS:
        return [words]
    joined = [
        (*words[:at], words[at] + words[at + 1], *words[at + 2 :])
        for at in range(len(words) - 1)
        if words[at] not in _LIGHT and words[at + 1] not in _LIGHT
    ]
    return [words, *joined]


def _spelt_out(words: tuple[str, ...], name: tuple[str, ...]) -> tuple[str, ...]:
    """Return `words` with initials of the name's first words written out ("QE Girls")."""
    initials = "".join(word[0] for word in name)
    return tuple(
        full
        for word in words
        for full in (name[: len(word)] if 1 < len(word) < 5 and initials.startswith(word) else (word,))  # noqa: PLR2004
    )


def _heavy(words: tuple[str, ...]) -> list[str]:
    return [word for word in words if _LIGHT.get(word, 1.0) > 0.4] or list(words)  # noqa: PLR2004 - see _LIGHT


@lru_cache(maxsize=262_144)
def _word_likeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if len(one) == 1 or len(other) == 1:
        return 0.8 if one[0] == other[0] else 0.0
    return float(JaroWinkler.similarity(one, other) + fuzz.ratio(one, other) / 100) / 2


def _bonus(school: School, district: str, stage: Phase | None) -> float:
    bonus = 0.0
    if district and school.district:
        bonus += 12.0 if school.district == district else -6.0
    if stage is not None and school.phase == stage:
        bonus += 4.0
    return bonus


@lru_cache(maxsize=65_536)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of `name`, short forms written out.

    >>> words_of("Wessex Gdns Prim. Sch.")
    ('wessex', 'gardens', 'primary', 'school')
    """
    text = folded(name)
    for pattern, plain in _PHRASES:
        text = pattern.sub(plain, text)
    text = _LETTERS.sub(lambda found: found[0].replace(" ", ""), text)
    return tuple(word for short in text.split() for word in _SHORT_FORMS.get(short, short).split())


CONFIRMED = Layout({"written": ("Text", "As written"), "urn": ("School URN",)}, ("written", "urn"), may_be_empty=True)


def read_names(data: bytes, schools: Mapping[str, School], noticed: Noticed) -> dict[str, str]:
    """Return the keys that a person confirmed in a ``names.csv``, by the folded text that was typed.

    Parameters
    ----------
    data
        CSV with the columns ``written`` and ``urn``; rows whose ``urn`` is empty are not confirmed.
    """
    table = read_csv(data, CONFIRMED, noticed)
    confirmed: dict[str, str] = {}
    for row in table.rows if table is not None and not noticed.has_errors else ():
        text, urn = row.cells["written"], _meant(row.cells["urn"], schools)
        if urn and urn != NO_SCHOOL and urn not in schools:
            noticed.error(
                "names-unknown-school",
                f"{shown(urn)} is not among the schools.",
                "Correct it.",
                row=row.number,
                field="urn",
            )
        elif urn and confirmed.setdefault(folded(text), urn) != urn:
            noticed.error(
                "names-confirmed-twice",
                f"{shown(text)} is confirmed as {confirmed[folded(text)]} already.",
                "Keep one.",
                row=row.number,
                field="written",
            )
    return confirmed


def _meant(text: str, schools: Mapping[str, School]) -> str:
    """Return the key in a cell: as it stands, or of a suggestion that was pasted with its name."""
    if folded(text) in NO_SCHOOL_WORDS:
        return NO_SCHOOL
    key, _, name = text.partition(" ")
    known = schools.get(key)
    return key if known is not None and name and folded(name) == folded(known.name) else text


def confirmed_rows(data: bytes, noticed: Noticed) -> list[list[str]]:
    """Return the rows of a ``names.csv`` that a person has filled in, as they stand."""
    table = read_csv(data, CONFIRMED, noticed)
    rows = () if table is None or noticed.has_errors else table.rows
    return [[row.cells["written"], row.cells["urn"]] for row in rows if row.cells["urn"]]


def unsure_names(texts: Iterable[str], index: NameIndex) -> list[UnsureName]:
    """Return the texts that are no key and that no person confirmed, those that reach no school first.

    The first `LISTED_TEXTS` of these have suggestions; since what is confirmed is left out, the next have theirs then.
    """
    parts = dict.fromkeys(part for text in sorted(set(texts)) for part in index.parted(text))
    unknown: list[str] = []
    known: list[str] = []
    for text in parts:
        (known if index.is_known(text) else unknown).append(text)
    found = [UnsureName(text, "", index.ranked(text) if at < LISTED_TEXTS else ()) for at, text in enumerate(unknown)]
    unsure = (text for text in known if text not in index.schools and not index.confirmed_as(text))
    return found + [_read_by_itself(text, index) for text in unsure]


def _read_by_itself(text: str, index: NameIndex) -> UnsureName:
    urn = index.exact(text)[0]
    return UnsureName(text, urn, (Suggestion(urn, index.schools[urn].name, 100.0),))


def to_confirm(texts: Iterable[str], index: NameIndex, filled_in: Iterable[Sequence[str]] = ()) -> str:
    """Return a ``names.csv`` to fill in: a row for each text that reaches no school by itself, with suggestions.

    The column ``urn`` stays empty: only a person may fill it. Rows that a person has `filled_in` stand first.
    """
    unknown = [name for name in unsure_names(texts, index) if not name.read_as]
    rows = [(name.written, "", *(f"{one.urn} {one.name}" for one in name.suggestions)) for name in unknown]
    return _names_file([*filled_in, *rows])


def with_confirmed(kept: bytes | None, said: Mapping[str, str]) -> str:
    """Return a ``names.csv`` with what a person says of texts, after what the one that is `kept` says of others.

    Parameters
    ----------
    said
        The key of a school, or `NO_SCHOOL`, by the text that was written.
    """
    again = {folded(text) for text in said}
    rows = [] if kept is None else confirmed_rows(kept, Noticed("names.csv"))
    return _names_file([*(row for row in rows if folded(row[0]) not in again), *map(list, said.items())])


def _names_file(rows: Iterable[Sequence[str]]) -> str:
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    head = ("written", "urn", *(f"suggestion_{at}" for at in range(1, SUGGESTED + 1)))
    writer.writerows([*row, *[""] * (len(head) - len(row))] for row in (head, *rows))
    return held.getvalue()
