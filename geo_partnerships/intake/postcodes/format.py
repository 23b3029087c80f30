"""The shape of British postcodes."""

from __future__ import annotations

import re

_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})")
DISTRICT = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")


def tidy(postcode: str) -> str:
    """Return `postcode` in capitals with one space before the last three characters; "" where malformed.

    >>> tidy("n128pe")
    'N12 8PE'
    >>> tidy("N12")
    ''
    """
    found = _POSTCODE.fullmatch("".join(postcode.upper().split()))
    return f"{found[1]} {found[2]}" if found else ""


def district_of(postcode: str) -> str:
    """Return the postcode district (the outward part) of a well-formed postcode.

    >>> district_of("EN4 9BT")
    'EN4'
    """
    return postcode.partition(" ")[0]
