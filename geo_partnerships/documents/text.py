"""The letter's own words, which an authority edits: plain text with a few named places for what the plan says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo_partnerships.documents.blocks import Block, Bullets, Heading, Paragraph
from geo_partnerships.errors import UsageError
from geo_partnerships.limits import LETTER_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

WORDS: Final = ("authority", "title", "contact", "reply_by", "survey_note", "meeting")
"""Places within a line; each is a few words."""
LISTS: Final = ("partnerships", "alliances", "bases", "next_steps", "rationale", "types", "approvals", "coverage")
"""Places that fill a line of their own."""
_PLACE = re.compile(r"\{([^{}]*)\}")

DEFAULT_TEXT: Final = """\
# {title}

Dear Colleague,

This is a draft for discussion. {survey_note}

## Suggested partnerships

The partnerships below are suggested on the basis of:

{bases}

{coverage}

{partnerships}

## Other partnerships

{alliances}

## Approval

{approvals}

## Next steps

{next_steps}

The first meeting of each partnership: {meeting}.

If you want to discuss any part of this proposal, please contact {contact} by {reply_by}.

Yours sincerely,

{authority}

## Why partnerships

{rationale}

## Types of partnership

{types}
"""


@dataclass(frozen=True, slots=True)
class LetterText:
    """A letter's words by line, as an authority wrote them.

    Parameters
    ----------
    name
        Of its file, for messages.
    """

    lines: tuple[str, ...]
    name: str = "the letter's text"

    def filled(self, words: Mapping[str, str], lists: Mapping[str, Callable[[], tuple[Block, ...]]]) -> list[Block]:
        """Return the letter with every place filled; a list that is empty leaves nothing.

        Parameters
        ----------
        words
            By the names of `WORDS`.
        lists
            Makes the blocks of a place, by the names of `LISTS`.
        """
        blocks: list[Block] = []
        for line in self.lines:
            place = _PLACE.fullmatch(line)
            if place and place[1] in lists:
                blocks += lists[place[1]]()
            elif text := _PLACE.sub(lambda found: words[found[1]], line).strip():
                blocks.append(_block(text))
        return _without_bare_headings(blocks)


def read_text(path: Path) -> LetterText:
    """Read the words of a letter.

    Raises
    ------
    UsageError
        The file cannot be read as UTF-8, is too long, or has a place that is not known; the line is told.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(LETTER_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise UsageError(f"{path.name} cannot be read: {reason}.") from None
    if len(text) > LETTER_CHARACTERS:
        raise UsageError(f"{path.name} has more than {LETTER_CHARACTERS:,} characters; a letter is shorter.")
    return parsed(text, path.name)


def parsed(text: str, name: str = "the letter's text") -> LetterText:
    """Return the words of a letter from text; errors are those of `read_text`."""
    lines = tuple(line.strip() for line in text.splitlines())
    for number, line in enumerate(lines, start=1):
        for place in _PLACE.findall(line):
            _refuse_unknown(place, line, name, number)
    return LetterText(lines, name)


def _refuse_unknown(place: str, line: str, name: str, number: int) -> None:
    if place not in (*WORDS, *LISTS):
        known = ", ".join(f"{{{one}}}" for one in (*WORDS, *LISTS))
        raise UsageError(f"{name}, line {number}: there is no {{{place[:40]}}}. Known are: {known}.")
    if place in LISTS and line != f"{{{place}}}":
        raise UsageError(f"{name}, line {number}: {{{place}}} is a list and stands in a line of its own.")


def _block(text: str) -> Block:
    if text.startswith("## "):
        return Heading(text[3:].strip())
    if text.startswith("# "):
        return Heading(text[2:].strip(), 1)
    if text.startswith("- "):
        return Bullets((text[2:].strip(),))
    return Paragraph(text)


def _without_bare_headings(blocks: list[Block]) -> list[Block]:
    """Leave out a heading under which nothing came, such as that of alliances where there are none."""
    following = [*blocks[1:], Heading("")]
    return [
        block
        for block, after in zip(blocks, following, strict=True)
        if not (isinstance(block, Heading) and block.level > 1 and isinstance(after, Heading))
    ]
