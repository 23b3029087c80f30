"""The shape of British postcodes."""

from __future__ import annotations

import re

from geo_partnerships.countries import UNITED_KINGDOM

DISTRICT = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")


def tidy(postcode: str) -> str:
    """Return `postcode` in capitals with one space before the last three characters; "" where malformed.

    >>> tidy("n128pe")
    'N12 8PE'
    >>> tidy("N12")
    ''
    """
    return UNITED_KINGDOM.tidy(postcode)


def district_of(postcode: str) -> str:
    """Return the postcode district (the outward part) of a well-formed postcode.

    >>> district_of("EN4 9BT")
    'EN4'
    """
    return UNITED_KINGDOM.district_of(postcode)
