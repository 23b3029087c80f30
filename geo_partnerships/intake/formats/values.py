"""One conversion of cells for all readers: a number, nothing by a mark that is known, or an error."""

from __future__ import annotations

import re

NO_WORDS = frozenset({"", "na", "n/a", "#n/a", "null", "none", "-", "\u2013", "\u2014", "--"})
"""Cells of any kind that say that there is no value."""
# What statistics put in the place of a number that is suppressed, not collected or does not apply.
NO_NUMBERS = NO_WORDS | {
    "c", "x", "z", "u", "k", ":", "..", ".", "*", "**", "low", "supp", "sup", "suppressed", "ne", "np", "dns", "lowcov",
    "not available", "not applicable", "not known", "unknown", "missing", "blank", "n.a.", "~",
}  # fmt: skip
_GROUPS = re.compile(r"[+-]?[0-9]{1,3}(?:[, \u00a0\u2009\u202f'][0-9]{3})+(?:\.[0-9]+)?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_FEWER = re.compile(r"[<\u2264] ?[0-9]{1,2}")
EMAIL = re.compile(r"[^\s@<>;,]+@[^\s@<>;,]+\.[A-Za-z]{2,}")
LONGEST_NUMBER = 40


def is_no_word(text: str) -> bool:
    """Say whether a cell that may hold any text says that there is none.

    >>> is_no_word("N/A"), is_no_word("c")
    (True, False)
    """
    return text.strip().casefold() in NO_WORDS


def is_no_number(text: str) -> bool:
    """Say whether a cell for a number says that there is none, as statistics do.

    >>> is_no_number("SUPP"), is_no_number("<5"), is_no_number("twelve")
    (True, True, False)
    """
    plain = _unbracketed(text.strip().casefold())
    return plain in NO_NUMBERS or (plain[:1] in {"<", "\u2264"} and _FEWER.fullmatch(plain) is not None)


def _unbracketed(text: str) -> str:
    """Return ``c`` of ``[c]``, as official statistics write their marks."""
    return text[1:-1].strip() if (text[:1], text[-1:]) in {("[", "]"), ("(", ")")} else text


def number_in(text: str) -> float | None:
    """Return the number in a cell, thousands parted or not; None where it is none.

    >>> number_in("1,204"), number_in("12.0"), number_in("12,5"), number_in("nan")
    (1204.0, 12.0, None, None)
    """
    plain = text.strip()
    if len(plain) > LONGEST_NUMBER:
        return None
    if _NUMBER.fullmatch(plain):
        return float(plain)
    return float(re.sub(r"[^0-9.+-]", "", plain)) if _GROUPS.fullmatch(plain) else None
