"""What a list of schools is, told by its header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.intake.formats.header import squeezed

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Kind:
    """A list that is published, or that a program writes.

    Parameters
    ----------
    words
        What it is.
    marks
        Columns that tell it: all of these are there.
    of_many
        True where it has the schools of many authorities.
    advice
        What to know of it.
    """

    words: str
    marks: tuple[str, ...]
    of_many: bool = False
    advice: str = ""


GIAS = Kind(
    "England's register of schools (Get Information About Schools)",
    ("EstablishmentName", "LA (code)", "URN"),
    of_many=True,
)
OWN = Kind("a list of schools of your own", ())
KINDS = (
    GIAS,
    Kind(
        "England's register of schools (Get Information About Schools), its links",
        ("LinkURN", "LinkType"),
        advice="Give it with --links.",
    ),
    Kind(
        "Ofsted's management information",
        ("Web Link", "URN", "LAESTAB", "School name"),
        of_many=True,
        advice="It has no points: give postcodes with --postcodes.",
    ),
    Kind(
        "England's school performance tables, school information",
        ("URN", "LAESTAB", "SCHNAME"),
        of_many=True,
        advice="They have no points: give postcodes with --postcodes.",
    ),
    Kind(
        "England's school census, schools and their pupils",
        ("URN", "school_name", "la_name", "time_period"),
        of_many=True,
    ),
    Kind("Scotland's list of schools", ("SeedCode", "SchoolName"), of_many=True),
    Kind("Scotland's list of schools", ("Seed Code", "School Name"), of_many=True),
    Kind("Wales's list of schools", ("School Number", "School Name", "LA Name"), of_many=True),
    Kind("Northern Ireland's list of schools", ("Institution Reference Number",), of_many=True),
    Kind("Northern Ireland's list of schools", ("De Ref",), of_many=True),
    Kind("the answers of a Microsoft form", ("Start time", "Completion time", "Email")),
    Kind("the answers of a Google form", ("Timestamp",)),
    Kind("an ONS postcode directory, which has no schools", ("pcds", "oseast1m"), advice="Give it with --postcodes."),
)


def kind_of(header: Sequence[str]) -> Kind:
    """Return what a list with this header is."""
    given = {squeezed(cell) for cell in header}
    return next((kind for kind in KINDS if given.issuperset(map(squeezed, kind.marks))), OWN)
