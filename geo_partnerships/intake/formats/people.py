"""Headers of columns about people, in whatever words a form or a sheet has them: these are never read."""

from __future__ import annotations

import re

from geo_partnerships.intake.formats.normalise import folded

__all__ = ["is_about_people", "is_titled", "parted_words"]

WORDS = frozenset(
    {
        "email", "mail", "head", "heads", "headteacher", "teacher", "contact", "telephone", "phone", "mobile", "fax",
        "respondent", "surname", "forename", "person", "firstname", "lastname", "fullname", "username", "principal",
        "chair", "governor", "governors", "manager", "officer", "adviser", "advisor", "secretary", "clerk", "signature",
    }
)  # fmt: skip
_OF_A_PERSON = re.compile(
    r"\b(?:your|own|full|first|last|middle|family|given|preferred|staff|user|sip|clerk s) names?\b|"
    r"\b(?:completed|submitted|filled|filled in|filled out|entered|signed|prepared|reported|requested|nominated|"
    r"authorised|recorded|modified|created|checked|approved|added|answered|returned) by\b|"
    r"\bwho (?:is|are|has|filled|completed|answered|submitted)\b"
)
_TITLE = re.compile(r"(?:mr|mrs|ms|miss|mx)\b\.?\s", re.IGNORECASE)
_CAPITAL = re.compile(r"([a-z])([A-Z])")


def parted_words(header: str) -> tuple[str, ...]:
    """Return the words of a header, ``CloseDate`` as two."""
    return tuple(folded(_CAPITAL.sub(r"\1 \2", header)).split())


def is_about_people(header: str) -> bool:
    """Say whether a column holds people: who filled a form in, who leads a school, how they are reached.

    >>> is_about_people("Completed by"), is_about_people("Head's name"), is_about_people("Name of school")
    (True, True, False)
    """
    words = parted_words(header)
    if "code" in words:
        return False
    return not WORDS.isdisjoint(words) or _OF_A_PERSON.search(" ".join(words)) is not None


def is_titled(name: str) -> bool:
    """Say whether a name begins as a person's; that of a school may, now and then.

    >>> is_titled("Ms J. Poe"), is_titled("Missenden School")
    (True, False)
    """
    return _TITLE.match(name) is not None
