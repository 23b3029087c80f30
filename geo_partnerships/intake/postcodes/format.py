"""The shape of British postcodes."""

from __future__ import annotations

import re

from geo_partnerships.countries import UNITED_KINGDOM

_DIGITS, _LETTERS = str.maketrans("OIL", "011"), str.maketrans("01", "OI")
_LENGTHS = 5, 7
DISTRICT = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")


def tidy(postcode: str) -> str:
    """Return `postcode` in capitals with one space before the last three characters; "" where malformed.

    >>> tidy("n128pe")
    'N12 8PE'
    >>> tidy("N12")
    ''
    """
    return UNITED_KINGDOM.tidy(postcode)


def mistyped(text: str) -> str:
    """Return the postcode that is meant where letters stand for digits or digits for letters; "" where none is.

    >>> mistyped("N12 OPE"), mistyped("NI2 8PE"), mistyped("N12")
    ('N12 0PE', 'N12 8PE', '')
    """
    plain = "".join(text.upper().split())
    if not _LENGTHS[0] <= len(plain) <= _LENGTHS[1]:
        return ""
    outward, inward = plain[:-3], plain[-3:]
    inward = inward[0].translate(_DIGITS) + inward[1:].translate(_LETTERS)
    for at in range(1, 3):
        found = tidy(outward[:at].translate(_LETTERS) + outward[at:].translate(_DIGITS) + inward)
        if found:
            return found
    return ""


def district_of(postcode: str) -> str:
    """Return the postcode district (the outward part) of a well-formed postcode.

    >>> district_of("EN4 9BT")
    'EN4'
    """
    return UNITED_KINGDOM.district_of(postcode)
