"""Names as people type them, compared without merging anything on their own."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo_partnerships.model import School

_APOSTROPHES = re.compile(r"['\u2018\u2019\u201b\u02bc\u0060\u00b4]")
_NO_WORD = re.compile(r"[\W_]+")
_SAINT = re.compile(r"\bsaint\b")


def folded(name: str) -> str:
    """Return `name` without case, accents, apostrophes and punctuation; "Saint" and "St." become "st".

    >>> folded("St. Mary's & St John's, EN4")
    'st marys and st johns en4'
    """
    text = unicodedata.normalize("NFKD", name.casefold())
    text = "".join(character for character in text if not unicodedata.combining(character))
    text = _APOSTROPHES.sub("", text).replace("&", " and ")
    return _SAINT.sub("st", " ".join(_NO_WORD.sub(" ", text).split()))


class NameIndex:
    """The schools' names and aliases, folded."""

    def __init__(self, schools: Iterable[School]) -> None:
        self._keys: dict[str, set[str]] = defaultdict(set)
        for school in schools:
            for name in (school.name, *school.aliases):
                self._keys[folded(name)].add(school.urn)

    def exact(self, name: str) -> tuple[str, ...]:
        """Return the keys of the schools that bear `name` as a name or an alias, in order."""
        return tuple(sorted(self._keys.get(folded(name), ())))
