"""Names and headers in the form in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = re.compile(r"['\u2018\u2019\u201b\u02bc\u0060\u00b4]")
_NO_WORD = re.compile(r"[\W_]+")
_SAINT = re.compile(r"\bsaint\b")


@lru_cache(maxsize=65_536)
def folded(name: str) -> str:
    """Return `name` without case, accents, apostrophes and punctuation; "Saint" and "St." become "st".

    >>> folded("St. Mary's & St John's, EN4")
    'st marys and st johns en4'
    """
    text = name.casefold()
    if not text.isascii():  # which no accent is
        text = unicodedata.normalize("NFKD", text)
        text = "".join(character for character in text if not unicodedata.combining(character))
    text = _APOSTROPHES.sub("", text).replace("&", " and ")
    return _SAINT.sub("st", " ".join(_NO_WORD.sub(" ", text).split()))
