"""Pieces of which sentences are made: numbers with their nouns, lists, reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun, such as ``1 school`` or ``9 schools``."""
    return f"{number:,} {noun(number, one, many)}"


def noun(number: int, one: str, many: str = "") -> str:
    """Return the noun that goes with a number, without the number."""
    return one if number == 1 else many or one + "s"


def counted(number: int, one: str, verb: str, verbs: str, *, many: str = "") -> str:
    """Return a number with its noun and the verb that agrees, such as ``1 school has`` or ``9 schools have``."""
    return f"{count(number, one, many)} {verb if number == 1 else verbs}"


def share(part: int, whole: int, one: str, verb: str, verbs: str, *, many: str = "") -> str:
    """Return a part of a number with the verb that agrees with the part, such as ``1 of 9 schools is``."""
    return f"{part:,} of {count(whole, one, many)} {verb if part == 1 else verbs}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Return words as a list in a sentence: ``a, b and c``."""
    return f" {last} ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


def first_of(words: Sequence[str], most: int) -> str:
    """Return the first `most` words as a list, and how many more there are: ``a, b and 7 more``."""
    shown = [*words[:most], *([f"{len(words) - most:,} more"] if len(words) > most else [])]
    return listed(shown)


def numbered(one: str, numbers: Sequence[int]) -> str:
    """Return numbers after what they number: ``partnership 2``, ``partnerships 2, 6 and 7``."""
    return f"{noun(len(numbers), one)} {listed([str(number) for number in numbers])}"


def between(least: int, most: int | None, one: str = "", many: str = "") -> str:
    """Return a range in words: ``4``, ``4 to 9``, ``4 or more``, with its noun where one is given."""
    numbers = f"{least:,}" if least == most else f"{least:,} or more" if most is None else f"{least:,} to {most:,}"
    return f"{numbers} {noun(most or 0, one, many)}" if one else numbers


def length(number: float, unit: str) -> str:
    """Return a length with its unit: ``3,000 m``, ``20 minutes``."""
    return f"{number:,.6g} {'m' if unit == 'm' else noun(int(number) if number == 1 else 2, 'minute')}"


def capital(text: str) -> str:
    """Return the text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]
